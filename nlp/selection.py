"""Which sentences are worth the parser, and in what form it reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from nlp.facility_table import facility_words
from nlp.guesses import guess_facility
from nlp.reading import Reading
from nlp.sieve import sieve
from nlp.speakers import dateline_end
from nlp.text import Sentence, headline_case, shouted, words
from nlp.triggers import trigger_words

MAX_PARSED = 80  # sentences of one document that meet the parser, in reading order


_CLAIMS = sieve(
    r"\b(?:responsib\w+|blam\w+|accus\w+|suspect\w+|den(?:y|ies|ied)|claim\w+|leaflets?|pamphlets?|communiqu\w+|"
    r"signed|credit|behind|arrest\w*|detained|charged|call(?:s|ing|ed) (?:itself|themselves)|spoke of|"
    r"said (?:that )?(?:it|they|its|their)\b)",
    re.IGNORECASE,
)


_RELEVANT_WHERE_TRIGGERED = 0.05  # below this score a bare blackout or policy word is not worth a parse


def select_sentences(reading: Reading) -> list[Sentence]:
    """The sentences that can hold an event, or say who did it, within the bound for one document."""
    chosen: list[Sentence] = []
    facilities = {i for i, refs in reading.facilities.items() if any(not r.company or reading.relevant for r in refs)}
    anywhere = bool(facilities)
    score = reading.relevance or 0.0
    picked: set[int] = set()
    form = reading.energy and shouted(reading.document.text)
    for sentence in reading.sentences:
        found = reading.triggers.get(sentence.index)
        if not found:
            continue
        i = sentence.index
        strengths = {e.strength for t in found for e in t.entries}
        here = i in facilities
        near = anywhere and bool({i - 1, i + 1, i - 2, -1} & facilities)
        implied = any(e.implies for t in found for e in t.entries)
        happening = bool(strengths - {"topic"})
        here = here or (
            i in reading.facilities
            and any(
                e.event_type == "cyberattack" or (e.event_type in ("attack", "seizure") and e.strength != "weak")
                for t in found
                for e in t.entries
            )
        )
        if (
            (happening and (here or (near and score >= _RELEVANT_WHERE_TRIGGERED)))
            or (implied and score >= _RELEVANT_WHERE_TRIGGERED)
            or (happening and anywhere and ((reading.relevant and "strong" in strengths) or form))
            or ("topic" in strengths and reading.relevant and i <= (8 if anywhere else 6))
            or (
                reading.relevant
                and i <= 8
                and any(e.grade for t in found for e in t.entries)
                and guess_facility(sentence.text) is not None
            )
        ):
            picked.add(i)
    for sentence in reading.sentences:
        if sentence.index in picked or (
            picked
            and sentence.kind != "advice"
            and {sentence.index - 1, sentence.index - 2} & picked
            and _CLAIMS.search(sentence.text)
        ):
            chosen.append(sentence)
            if len(chosen) == MAX_PARSED:
                break
    return chosen


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Words that a headline writes with a capital and that are no names: triggers, facility terms, function words."""
    return trigger_words() | facility_words() | frozenset(
        "a an the of in on at to by for with from near off into after before over under against amid as and or but is "
        "are was were be been has have had "
        "will would could should may might not no its their his says say said new major large huge massive deadly "
        "dead killed injured people workers two three "
        "four five several dozens hundreds thousands million power oil gas fuel drone drones missile missiles rocket "
        "rockets suspected militants gunmen rebels "
        "forces troops army military navy police government minister ministry officials state city town region border "
        "coast first second week day overnight "
        "causes caused causing leaves left leaving kills kill injures wounds cuts halts halted forces forced sparks "
        "triggers reports reported supply supplies "
        "exports output production flow flows following due during while that this who what where when why how".split()
    )  # fmt: skip


_OPENING_DATE = re.compile(
    r"On\s\d{1,2}(?:st|nd|rd|th)?\s(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?(?:,?\s\d{4})?(?=\s[a-z])",
    re.IGNORECASE,
)


def reading_form(text: str, common: frozenset[str]) -> str:
    """A copy of the same length in the case that the parser knows: capitals and headline case lowered, names kept.

    A date that opens the sentence without a comma gives way to "Then,": the parser reads "On 3 June pirates fired" as
    what "the 3 June pirates" did.
    """
    opening = dateline_end(text)
    if 0 < opening < len(text):  # the parser takes a dateline for the subject of what follows
        return " " * opening + _in_known_case(text[opening:], common)
    dated = _OPENING_DATE.match(text)
    if dated is not None:
        return "Then," + " " * (dated.end() - 5) + _in_known_case(text[dated.end() :], common)
    return _in_known_case(text, common)


def _in_known_case(text: str, common: frozenset[str]) -> str:
    if shouted(text):
        lowered = _same_length_lower(text)
        return lowered[:1].upper() + lowered[1:]
    if headline_case(text):
        pieces = list(text)
        for m in words(text):
            word = m.group()
            if m.start() and word[0].isupper() and word.lower() in common and len(word.lower()) == len(word):
                pieces[m.start() : m.end()] = word.lower()
        return "".join(pieces)
    return text


def _same_length_lower(text: str) -> str:
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def prose_copy(text: str, sentences: Sequence[Sentence]) -> str:
    """A copy of the text in which only what is prose has words, so that the finders read neither tables nor code."""
    end = max((s.end for s in sentences if s.where == "text"), default=0)
    pieces: list[str] = []
    position = 0
    for sentence in sentences:
        if sentence.where != "text":
            continue
        gap = text[position : sentence.start]
        # Line ends are kept: the finders read them as the ends of sentences.
        pieces.append("".join("\n" if c == "\n" else " " for c in gap) if gap else "")
        pieces.append(sentence.text)
        position = sentence.end
    return "".join(pieces)[:end]
