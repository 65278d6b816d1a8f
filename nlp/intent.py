"""What a sentence says of a deed that was only meant: advised, threatened, plotted and stopped, shot down."""

from __future__ import annotations

import re

from spacy.tokens import Doc, Token

from nlp.parsing import text_of
from nlp.records import Factuality
from nlp.scope import are_parted
from nlp.sieve import sieve

_ADVISING = frozenset(
    "urge advise recommend demand advocate implore exhort ask press appeal propose lobby plead".split()
)
_PROTECTING = frozenset(
    """guard protect defend secure insure prepare brace harden patch shield safeguard impose adopt introduce ready
    plan order consider lift expect watch train launch carry post
    place deploy station fit keep maintain double strengthen tighten increase""".split()
)
_THREATENING = frozenset("threaten vow pledge swear menace promise".split())
_FOILING = frozenset("foil thwart avert scupper frustrate uncover disrupt".split())
_PLANS = frozenset("plan plot attempt bid conspiracy scheme effort intention".split())
_CAUGHT = sieve(
    r"\b(?:arrest\w*|detain\w*|nabbed|apprehended|shot dead|charged|picked up|in custody|rounded up|foil\w+|thwart\w+|"
    r"(?:was|were|been) (?:caught|held|captured)|"
    r"(?:caught|held|captured|seized|surprised|stopp?(?:ed|s)|stop|scared off|chased away|drove off) (?:[\w-]+ ){0,5}?"
    r"(?:m[ae]n|youths?|boys?|people|persons?|suspects?|drivers?|cars?|boats?|trucks?|gunm[ae]n|militants?|gangs?|cells?|"
    r"members?|agents?|thieves|thief|pirates?|robbers?|intruders?|terrorists?|saboteurs?|couple|brothers))\b",
    re.IGNORECASE,
)
# Nouns of what nobody means.
_MISHAPS = frozenset("explosion leak fire blast spill outage accident collapse rupture failure blackout damage".split())
_FLYING = sieve(
    r"\b(?:drones?|missiles?|rockets?|uavs?|boats?|skiffs?|shells?|projectiles?|aircraft|planes?|mines?|bombs?|shaheds?)\b",
    re.IGNORECASE,
)
_MEANT = sieve(
    r"\b(?:before (?:(?:they|he|she|it|any|the \w+) )?(?:\w+ )?(?:could|had|was|were|managed|reached|setting|"
    r"planting|reaching)|"
    r"about to|preparing|prepared to|plann(?:ing|ed)|plott(?:ing|ed)|plots?|intend(?:ing|ed|s)? to|mean(?:t|ing)? to|"
    r"wanted to|as (?:he|she|they) (?!was|were|had)|on (?:their|his|her) way to|conspir\w+|plans? (?:to|for|by|of))\b",
    re.IGNORECASE,
)
_DOWNED = sieve(
    r"\b(?:all|both|each|every(?: one)?|none)\b"
    r"(?:(?!\b(?:should|would|could|will|if|unless)\b)[^.;]){0,90}?"
    r"\b(?:shot down|intercepted|downed|repelled|sunk|stopped|"
    r"destroyed before|neutrali[sz]ed|jammed|brought down|turned back)\b"
    r"|\b(?:shot down|intercepted|downed|sunk|destroyed|stopped|jammed|brought down|fell|crashed)\b[^.;]{0,60}"
    r"\b(?:before (?:they|it|reaching|any|the \w+ could)|short of|well away from|on (?:its|their) way to)\b",
    re.IGNORECASE,
)
_DUD = sieve(
    r"\b(?:fail(?:ed|s)? to (?:explode|detonate|go off|ignite)|did(?: not|n't) (?:explode|detonate|go off)|"
    r"unexploded|was a dud)\b",
    re.IGNORECASE,
)
_CALLS = sieve(
    r"\b(?:hit|struck|cleared|emptied|evacuated) (?:by|after|over) (?:\w+ ){0,3}(?:calls?|threats?|hoax(?:es)?|"
    r"letters?|alarms?|scares?)\b",
    re.IGNORECASE,
)
_TALLY = sieve(
    r"\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens? of|several|many|repeated(?:ly)?|"
    r"scores of|hundreds of) times (?:this|in|since|last|over|during|before|already|between)\b"
    r"|\b(?:has|have|had) (?:been )?(?:repeatedly|often|frequently|regularly) \w+",
    re.IGNORECASE,
)
_LABOUR = frozenset("strike walkout stoppage protest boycott picket sit-in demonstration action rally".split())
_BREAKING = frozenset({"relcl", "acl", "appos", "nsubj", "csubj"})
_TIMES = frozenset("after following since amid over despite because during when by due until before".split())


_MADE_SAFE = sieve(
    r"\b(?:found|finds|discover\w*|spotted|recovered|located)\b.*\b(?:blew (?:it|them) up|blown up by (?:sappers|"
    r"experts|engineers|police|the army)|controlled (?:explosion|detonation)|detonated (?:it|them)|"
    r"destroyed (?:it|them)|defused|disarmed|made safe|taken away|removed)\b",
    re.IGNORECASE,
)
_CHARGES = re.compile(
    r"\b(?:bombs?|mines?|devices?|explosives?|charges?|grenades?|shells?|rockets?|dynamite|tnt|jerry ?cans?|"
    r"warheads?)\b",
    re.IGNORECASE,
)


def is_made_safe(text: str) -> bool:
    """Whether a sentence tells of a weapon that was found and blown up or taken away: "found a bomb and blew it up"."""
    return bool(_MADE_SAFE.search(text) and _CHARGES.search(text))


def tells_stopped_plan(text: str) -> bool:
    """Whether a sentence tells of people caught before a deed that they meant."""
    return bool(_CAUGHT.search(text) and _MEANT.search(text))


def is_tally(text: str) -> bool:
    """Whether a sentence counts earlier cases: "has been bombed 11 times this year"."""
    return bool(_TALLY.search(text))


def grade_by_intent(doc: Doc, trigger: Token, governors: list[Token], *, nominal: bool) -> Factuality | None:
    """The grade of a deed that is told as meant and not as done; None where the sentence has no such frame."""
    text = text_of(doc)
    if _is_denied(governors):
        return "denied"  # "denied reports that it was hit, saying that all drones were shot down"
    if _CALLS.search(text):
        return "threatened"
    if (downed := _DOWNED.search(text)) and _FLYING.search(text) and not _got_through(text, downed.end()):
        return "foiled"
    if _DUD.search(text) and not nominal:
        return "foiled"
    if is_made_safe(text) and not trigger.text.lower().startswith("kill"):
        return "foiled"
    if (caught := _CAUGHT.search(text)) and (meant := _MEANT.search(text)) and meant.start() < trigger.idx:
        meant_it = not nominal or (caught.start() < trigger.idx and trigger.lemma_.lower() not in _MISHAPS)
        if meant_it:
            return "foiled"
    return _by_governors(trigger, governors, nominal=nominal)


_HIT = sieve(
    r"\b(?:got through|hit|struck|damaged|set (?:fire|ablaze|alight)|fire broke out|caught fire|killed|debris)\b",
    re.IGNORECASE,
)


_DENYING = frozenset("deny dismiss reject refute rebut debunk disprove contradict".split())
_TALES = frozenset(
    "report claim rumour rumor post allegation suggestion story speculation talk assertion article accusation".split()
)


def _is_denied(governors: list[Token]) -> bool:
    """Whether what is told hangs on reports that somebody denies."""
    for position, governor in enumerate(governors[1:9], start=1):
        below = governors[position - 1]
        if governor.lemma_.lower() in _DENYING and governor.pos_ == "VERB":
            return below.dep_ in ("dobj", "nsubjpass", "prep") and below.lemma_.lower() in _TALES
    return False


def _got_through(text: str, start: int) -> bool:
    return bool(_HIT.search(text, start))


def _by_governors(trigger: Token, governors: list[Token], *, nominal: bool) -> Factuality | None:
    if nominal and trigger.lemma_.lower() in _LABOUR:
        return None  # "called for a walkout on Saturday" is a plan
    for position, governor in enumerate(governors[1:8], start=1):
        below = governors[position - 1]
        # "foiled a plan by a cell to bomb a station": what was planned hangs on its noun.
        planned = below.dep_ == "acl" and governor.lemma_.lower() in _PLANS and below.tag_ == "VB"
        if not planned and (
            below.dep_ in _BREAKING
            or (below.dep_ == "acl" and below.tag_ in ("VBN", "VBD"))
            or are_parted(below, governor)
            or (below.dep_ in ("prep", "mark", "agent") and below.lower_ in _TIMES)
            or (below.dep_ == "advcl" and not any(c.lower_ == "to" for c in below.children))
        ):
            return None
        lemma = governor.lemma_.lower()
        if lemma in ("see", "face", "lose") and governor.i and governor.doc[governor.i - 1].lower_ == "or":
            return "threatened"  # "told the company to leave or see its wells occupied"
        if (
            lemma in _FOILING
            and below.dep_ in ("dobj", "nsubjpass")
            and (below.lemma_.lower() in _PLANS or below.i == trigger.i)
        ):
            return "foiled"
        if governor.pos_ not in ("VERB", "AUX"):
            continue
        direct = all(t.pos_ in ("VERB", "AUX", "ADV", "PART", "ADP") for t in governors[1:position]) and not nominal
        light = nominal and position <= 3
        if lemma in _THREATENING and below.dep_ in ("xcomp", "ccomp") and (direct or light):
            return "threatened" if _is_hurtful(trigger, governors[:position], nominal=nominal) else None
        if _advises(governor, below) and (direct or (nominal and _passes(governors[1:position]))):
            return "recommended"
    return None


def _is_hurtful(trigger: Token, between: list[Token], *, nominal: bool) -> bool:
    """Whether what is vowed is the deed: "vowed to carry out attacks", not "vowed to repair the damage"."""
    if not nominal:
        return True
    verbs = [t for t in between if t.pos_ == "VERB"]
    return all(
        t.lemma_.lower() in ("carry", "launch", "continue", "resume", "intensify", "step", "stage", "conduct", "impose",
                             "answer", "respond", "make", "mount", "start", "begin", "call", "order", "declare")
        for t in verbs
    )  # fmt: skip


def _advises(governor: Token, below: Token) -> bool:
    lemma = governor.lemma_.lower()
    told = any(c.dep_ == "aux" and c.lower_ == "to" for c in below.children)
    if lemma in _ADVISING:
        return (
            (
                below.dep_ in ("xcomp", "ccomp", "advcl")
                and (told or lemma in ("recommend", "demand", "propose", "urge"))
            )
            or (below.dep_ == "dobj" and lemma in ("urge", "recommend", "demand", "advocate", "propose"))
            or (below.dep_ == "prep" and below.lower_ in ("for", "against"))
        )
    if lemma in ("tell", "warn", "remind"):
        return below.dep_ in ("xcomp", "ccomp") and told and any(c.dep_ == "dobj" for c in governor.children)
    if lemma == "call":
        return (below.dep_ == "prep" and below.lower_ == "for") or (below.dep_ in ("xcomp", "advcl") and told)
    if lemma in ("want", "ask", "wish", "like"):
        return below.dep_ in ("ccomp", "xcomp") and any(c.dep_ in ("nsubj", "nsubjpass") for c in below.children)
    if lemma == "ought":
        return below.dep_ in ("xcomp", "ccomp")
    return any(c.dep_ == "aux" and c.lower_ in ("should", "must", "ought") for c in governor.children) and (
        lemma in _PROTECTING
    )


def _passes(between: list[Token]) -> bool:
    """Whether only protecting words stand between advice and the danger: "urged them to guard against attacks"."""
    return all(
        (t.pos_ == "VERB" and t.lemma_.lower() in _PROTECTING)
        or t.lower_ in ("against", "for", "on", "of", "from", "to")
        or t.lemma_.lower()
        in (
            "halt",
            "risk",
            "threat",
            "danger",
            "system",
            "defence",
            "defense",
            "measure",
            "protection",
            "lookout",
            "guard",
            "patrol",
            "watch",
            "net",
            "barrier",
            "camera",
        )
        for t in between
    )
