"""What other sentences say of a mention: who "he" is, and that all of it was a drill."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from spacy.tokens import Token

from nlp.background import tells_failure
from nlp.reading import Reading
from nlp.records import HAPPENINGS
from nlp.sieve import sieve
from nlp.speakers import speakers_in

if TYPE_CHECKING:
    from nlp.candidates import Candidate

_ALL_A_DRILL = sieve(
    r"\b(?:(?:it|this|that|all of (?:it|this)|the (?:\w+ ){0,3}\w+) (?:was|were|is|had been) "
    r"(?:only |just |merely |all "
    r"|part of |actually |in fact )*(?:an? |the )?(?:\w+ )?(?:drill|exercise|simulation|rehearsal|test run|training|"
    r"war game|scenario)\b"
    r"|exercise[\s,.!]+exercise\b"
    r"|none of (?:it|this|that) (?:was real|happened)|no (?:real|actual) (?:attack|fire|leak|spill|explosion|outage)|"
    r"(?:imaginary|notional|fictitious|fictional|make-believe) (?!company|firm)\w+)",
    re.IGNORECASE,
)
_DRILL_TITLE = re.compile(
    r"\b(?:rehears\w+|table[- ]?top|war[- ]?gam\w+|desk game|mock|simulat\w+|"
    r"(?:emergency|safety|security|spill|response|"
    r"evacuation|cyber|naval|military|joint|blackout) (?:drills?|exercises?|games?)|drill (?:tests|at|for|simulates)|"
    r"exercise (?:tests|at|simulates)|practi[sc]es? (?:for|its|their|response))\b",
    re.IGNORECASE,
)
# What a text on a drill tells besides as real.
_REAL = sieve(
    r"\b(?:real[- ]life|after (?:the|last|an?) |since (?:the|last)|in (?:19|20)\d\d|last (?:year|month|week)|earlier "
    r"this|recent|meanwhile|separately|days? (?:after|before)|weeks? (?:after|before))\b",
    re.IGNORECASE,
)
_TIMETABLE = re.compile(r"\b(?:time-?tables?|schedules?|roster|rota|zones?|blocks?|stage \d)\b", re.IGNORECASE)
_CLOCKS = re.compile(r"\b\d{1,2}[:.h]\d{2}\s*(?:-|–|to|until)\s*\d{1,2}[:.h]\d{2}\b")
_ATTEMPTED = frozenset({"attack", "seizure", "theft", "sabotage", "cyberattack"})
_PERSONAL = frozenset({"he", "she", "i"})


_VERBS = r"(?:said|says|told|reported|reports|confirmed|announced|added|stated|wrote|warned|noted|spoke|declared)"
_TRAILING = re.compile(
    rf",[\"”’']*\s*(?:the |a |an )?([^,.;\"]{{2,60}}?)\s+{_VERBS}\b[^,]{{0,60}}\.?\s*$"
    r"|\baccording to\s+(?:the |a |an )?([^,.;]{2,80})",
    re.IGNORECASE,
)
_LEADING = re.compile(r"^\s*(?:The |An? )?([A-Z][^,.;\"]{2,60}?)\s+(?:said|says|reported|confirmed|announced)\b")
_PERSON = re.compile(
    r"((?:(?:[A-Za-z]+ )?(?:[Gg]overnor|[Mm]inister|[Mm]ayor|[Cc]hief|[Pp]resident|[Dd]irector|[Mm]anager|[Ss]pokes"
    r"(?:wo)?man|[Oo]fficial|[Gg]eneral|[Cc]olonel|[Cc]aptain|[Hh]ead) )(?:[A-Z][\w'’-]+ ){0,2}[A-Z][\w'’-]+)"
    rf"|((?:[A-Z][\w'’-]+ ){{1,2}}[A-Z][\w'’-]+) (?:also )?{_VERBS}\b"
)


_REBUTTAL = re.compile(
    r"^\s*[\"“]?(?:(?:but|however|yet),?\s)?(?:the\s|an?\s)?(?P<who>[^,;:\"”]{2,70}?)\s(?:(?:has|have|had|later|also|"
    r"promptly|quickly|swiftly|flatly|strongly|immediately|on \w+day)\s){0,3}(?:den(?:y|ies|ied)|dismiss(?:es|ed)|"
    r"reject(?:s|ed)|refut(?:es|ed)|disput(?:es|ed)|contradict(?:s|ed)|called)\s(?:(?:the|this|that|these|those|his|her|"
    r"its|their|both|all)\s(?:\w+\s)?(?:reports?|claims?|allegations?|accusations?|statements?|announcements?|charges?|"
    r"accounts?|assertions?|stor(?:y|ies))|it|that)\b(?!\s(?:responsibility|involvement))",
    re.IGNORECASE,
)


def settle(candidates: Sequence[Candidate], reading: Reading) -> None:
    """Names the pronouns among the speakers, sources headlines, and grades as exercise what the text calls one."""
    _name_pronouns(candidates, reading)
    _source_headlines(candidates, reading)
    _add_rebuttals(candidates, reading)
    if tells_failure(reading.copies["title"], reading.copies["text"]):
        for candidate in candidates:
            if candidate.happened and candidate.event_type in _ATTEMPTED:
                candidate.grade = replace(candidate.grade, factuality="foiled")
    _settle_lists(candidates, reading)
    drills = [s for s in reading.sentences if s.where == "text" and _ALL_A_DRILL.search(s.text)]
    title = reading.copies["title"]
    whole = bool(_DRILL_TITLE.search(title))
    if not drills and not whole:
        return
    for candidate in candidates:
        if not candidate.happened or _REAL.search(candidate.sentence.text):
            continue
        index = candidate.sentence.index
        if whole or index < 0 or any(-2 <= index - d.index <= 3 or index < d.index <= index + 4 for d in drills):
            candidate.grade = replace(candidate.grade, factuality="exercise")


def _settle_lists(candidates: Sequence[Candidate], reading: Reading) -> None:
    """Grades as planned the cuts that a timetable lists."""
    text = reading.copies["text"]
    listed = len(_CLOCKS.findall(text)) >= 2 and _TIMETABLE.search(f"{reading.copies['title']} {text}")
    for candidate in candidates:
        if listed and candidate.happened and candidate.event_type == "outage":
            candidate.grade = replace(candidate.grade, factuality="planned")


def _name_pronouns(candidates: Sequence[Candidate], reading: Reading) -> None:
    wanted = [c for c in candidates if c.grade.pronoun is not None and c.grade.speaker is None]
    if not wanted:
        return
    named: list[tuple[int, int, Token, str]] = [
        (index, offset, noun, name)
        for index, doc in sorted(reading.docs.items())
        for offset, noun, name in speakers_in(doc)
    ]
    for candidate in wanted:
        here = candidate.sentence.index
        before = [(noun, name) for index, _, noun, name in named if here - 3 <= index < here and index >= 0]
        fitting = [name for noun, name in before if _fits(candidate.grade.pronoun or "", noun)]
        if not fitting and candidate.grade.pronoun in _PERSONAL:
            fitting = [
                (m.group(1) or m.group(2)).strip()
                for s in reading.sentences
                if s.where == "text" and here - 3 <= s.index < here
                for m in _PERSON.finditer(s.text)
            ]
        if fitting:
            candidate.grade = replace(candidate.grade, speaker=fitting[-1])


def _add_rebuttals(candidates: Sequence[Candidate], reading: Reading) -> None:
    """Gives a deed the denial that a following sentence of its own tells: "The government dismissed the report."."""
    graded = {c.sentence.index for c in candidates if c.grade.factuality == "denied"}
    for sentence in reading.sentences:
        if sentence.where != "text" or sentence.index in graded:
            continue
        match = _REBUTTAL.match(sentence.text)
        if match is None or ("called" in match.group() and "false" not in sentence.text.lower()):
            continue
        before = [
            c
            for c in candidates
            if c.happened and c.event_type in HAPPENINGS and 0 < sentence.index - c.sentence.index <= 2
        ]
        if before:
            before[-1].rebuttals.append((match["who"], sentence))


def _source_headlines(candidates: Sequence[Candidate], reading: Reading) -> None:
    """A headline that the body retells in words of its own has the source that the first sentence names."""
    titled = [
        c
        for c in candidates
        if c.sentence.where == "title" and c.grade.factuality == "asserted" and c.event_type in HAPPENINGS
    ]
    told = {
        c.event_type
        for c in candidates
        if c.sentence.where == "text" and c.happened and (c.facilities or c.implied or c.event_type not in HAPPENINGS)
    }
    leads = [s.text for s in reading.sentences if s.where == "text" and s.text.strip()][:1]
    match = next((m for lead in leads if (m := _TRAILING.search(lead) or _LEADING.match(lead))), None)
    if match is None:
        return
    speaker = next((g.strip() for g in match.groups() if g), None)
    if speaker is not None and speaker.split()[-1].lower() in ("he", "she", "it", "they", "one"):
        speaker = None
    for candidate in titled:
        if candidate.event_type not in told:
            candidate.grade = replace(candidate.grade, factuality="attributed", speaker=speaker)


def _fits(pronoun: str, noun: Token) -> bool:
    plural = noun.tag_ in ("NNS", "NNPS")
    if pronoun in ("they", "we"):
        return plural or noun.ent_type_ in ("ORG", "NORP")
    if pronoun in _PERSONAL:
        return not plural and (noun.ent_type_ not in ("ORG", "GPE", "NORP") or noun.pos_ == "NOUN")
    return not plural and noun.ent_type_ != "PERSON"
