"""How a mention of an event is graded, and who says it: cues in the trigger's scope of the dependency parse."""

from __future__ import annotations

import re
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from nlp.counterclaims import counterclaim
from nlp.frames import is_of_data
from nlp.intent import grade_by_intent, is_tally
from nlp.outcomes import grade_by_outcome
from nlp.parsing import text_of
from nlp.pending import grade_by_pending, is_stopped_for, is_supposed_with, tells_no_effect
from nlp.records import Factuality
from nlp.scope import grade_by_scope
from nlp.sieve import sieve
from nlp.speakers import Source, find_source
from nlp.suppositions import grade_by_supposition
from nlp.syntax import chain

_EXERCISE = sieve(
    r"\b(?:(?:table[- ]?top|emergency|military|joint|annual|security|cyber|response|preparedness|naval|live[- ]fire|"
    r"war)[\w -]{0,20}? (?:exercises?|drills?|games?)"
    r"|rehears(?:e|ed|es|ing|al)|(?:will|to|would|crews|units) practi[sc]e (?:the|a|an|how|for|their|its|what)"
    r"|practi[sc](?:ed|es|ing) (?:the|a|an|how|for|their|its|what)"
    r"|(?:table-?top|drill) (?:\w+ )?scenario"
    r"|(?:in|under|according to) the (?:script|scenario|simulation)|on (?:their|the) screens|game time|role-?players?"
    r"|play(?:ed|ing|s)? (?:through|out)|players (?:lost|had|faced|were)|sham (?:slick|attack|raid|spill|fire)"
    r"|paper exercise|exercise in which|site-wide drill|geomagnetic storm exercise"
    r"|exercise (?:last|on|at|in|off|this)\b"
    r"|exercises? (?:that |which )?simulat\w+|simulat(?:e|ed|es|ing|ions?)|drills?\b(?! (?:into|for oil|wells?|holes?|"
    r"rigs?|bits?|ships?))|mock (?:attack|raid|explosion|spill)"
    r"|war[- ]?gam\w+|tabletop|scenario-based|(?:took|take|taking|takes) part in an? (?:\w+ ){0,3}exercise|"
    r"(?:exercise|training) scenario|in the (?:game|scenario|script)|(?-i:[Ee]xercise [A-Z]\w+))\b",
    re.IGNORECASE,
)


_NOT_EXERCISE = re.compile(
    r"\b(?:oil|gas|well|exploration|offshore|deep|directional|horizontal|power|core|auger|rock|hammer|air|rotary|hand|"
    r"pneumatic|cordless|percussion|diamond|boring|vertical|electric|seismic|mud) drill|"
    r"drill[- ](?:bit|rig|ship|string|pipe|stem|collar|hole|floor|cuttings|pad|head|operator|core)|"
    r"drills? (?:(?:had|has|accidentally|reportedly|apparently|also) ){0,2}(?:struck|strikes|hit|hits|pierc\w+|"
    r"punctur\w+|ruptur\w+|sever\w+|bor(?:ed|es)|cut|cuts|nick\w+|touch\w+|damag\w+|broke|breaks|went through|"
    r"goes through|gouged)|drill(?:ed|ing|s)? (?:an? |the )?(?:illegal|hole|tap|into|"
    r"rig|well|ship|platform|site|crew|oil|facility)",
    re.IGNORECASE,
)


_FICTION = sieve(
    r"\b(?:in (?:the|his|her|a|this|their) (?:\w+ ){0,3}?(?:novel|film|movie|thriller|book|drama|video ?game|comic|"
    r"play|sequel|miniseries|short story|screenplay|episode)"
    r"|(?:novel|thriller|fiction(?:al)?|screenplay|blockbuster|sci-fi|miniseries|tv (?:series|drama)|netflix|box "
    r"office|video ?game|storyline|protagonist|screenwriter|season finale|starring))\b",
    re.IGNORECASE,
)


_COURT = sieve(
    r"\b(?:convict(?:ed|ion|s)|sentenc(?:ed|ing)|jailed for|pleaded (?:not )?guilty|pleads (?:not )?guilty|on trial|"
    r"stood trial|stands trial|went on trial|trial of|acquitted|court (?:\w+ ){0,3}(?:heard|ruled|upheld|rejected|"
    r"dismissed|fined|found|sentenced|jailed|convicted|lifted|awarded|approved)|"
    r"(?:court|judge|tribunal|jury)\b|lawsuit|class action|indict(?:ed|ment)|settlement|pleaded|plea deal|appeals? by|"
    r"sued|suing|damages claim|fined|are fined|is fined|inquest|inquiry into the)\b",
    re.IGNORECASE,
)


_ANNIVERSARY = sieve(
    r"\b(?:anniversar\w+|commemorat\w+|mark(?:s|ed|ing)? (?:\w+ ){0,3}years? (?:since|after|of|on)|years? (?:since|on "
    r"from)|\d+ years ago|decades? (?:ago|since|after)|years? after the|memorial service|remembrance|"
    r"(?:years|decades?|century) ha(?:s|ve) passed since|turn(?:s|ed) \d{1,3}\b(?! (?:per|%))|on this day in|"
    r"looking back|history of|in memory of|(?:[a-z]+ty|[a-z]+teen|two|three|four|five|six|seven|eight|nine|ten|eleven|"
    r"twelve|several|many|some) years (?:ago|earlier)|years (?:ago|on)\b)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Grade:
    """The grading of one mention; `speaker` is the source's words, None where nobody is named."""

    factuality: Factuality
    speaker: str | None = None
    silent: bool = False  # fiction: no event at all
    pronoun: str | None = None  # "he" said it: who that is stands in a sentence before
    counter: str | None = None  # who says in the same sentence that it happened, where this one denies it


def is_fiction(text: str) -> bool:
    """Whether a sentence tells what happens in a book, film or game."""
    return bool(_FICTION.search(text))


def grade(doc: Doc, trigger: Token, *, nominal: bool, context: str = "", year_gap: bool = False) -> Grade:
    """The grade of the mention that `trigger` carries; `context` is the sentence before, whose scenario may go on."""
    text = text_of(doc)
    if is_fiction(text):
        return Grade("hypothetical", silent=True)
    governors = chain(trigger)
    source = find_source(doc, trigger, governors)
    if is_of_data(text) or tells_no_effect(trigger, sourced=source is not None):
        return Grade("denied", silent=True)
    found = (
        ("hypothetical" if is_supposed_with(trigger) else None)
        or grade_by_supposition(doc, trigger, governors)
        or grade_by_pending(doc, trigger, governors, nominal=nominal)
        or grade_by_intent(doc, trigger, governors, nominal=nominal)
        or grade_by_outcome(doc, trigger, governors, nominal=nominal)
        or grade_by_scope(trigger, governors, nominal=nominal)
    )
    counter = counterclaim(doc, trigger, source) if found == "denied" else None
    given = _graded(doc, trigger, governors, found, source, context=context, year_gap=year_gap)
    name, pronoun = (source.name, source.pronoun) if source is not None and given != "asserted" else (None, None)
    return Grade(given, name, pronoun=pronoun, counter=counter)


def _graded(
    doc: Doc,
    trigger: Token,
    governors: list[Token],
    found: Factuality | None,
    source: Source | None,
    *,
    context: str,
    year_gap: bool,
) -> Factuality:
    text = text_of(doc)
    if (_EXERCISE.search(text) and not _NOT_EXERCISE.search(text)) or (
        context and re.search(r"\bthe (?:exercise|drill|simulation|scenario)\b", text, re.IGNORECASE)
    ):
        return "exercise"
    if found == "planned" and is_stopped_for(text):
        found = None
    if year_gap and found != "denied":
        return "historical"
    if found in ("denied", "foiled", "threatened", "recommended", "planned", "hypothetical", "exercise"):
        return found
    if found == "historical" or is_tally(text) or _past_matter(doc, trigger, governors):
        return "historical"
    return "attributed" if found == "attributed" or source is not None else "asserted"


def _past_matter(doc: Doc, trigger: Token, governors: list[Token]) -> bool:
    text = text_of(doc)
    if _ANNIVERSARY.search(text):
        return True
    court = _COURT.search(text)
    if court is None or court.start() <= trigger.idx < court.end():
        return False
    # A court word in the main clause makes the deed an old one; "police arrested and charged three men" does not.
    return trigger.dep_ != "ROOT" or court.start() < trigger.idx
