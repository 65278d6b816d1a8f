"""When an event took place: the dates that stand near it, in its sentence and then beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from spacy.tokens import Token

from nlp.arguments import reach
from nlp.candidates import Candidate
from nlp.dates import DateMatch
from nlp.reading import Reading
from nlp.records import DateSpan, Span, Where
from nlp.syntax import chain, token_at
from nlp.text import Sentence

_SINCE = re.compile(
    r"\b(?:since|until|till|by|before|from|of|for|through|beyond|starting|effective|expected|due|scheduled|next|from "
    r"the|as of|dated|between)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)


def date_of(
    reading: Reading,
    candidates: Sequence[Candidate],
    dates: dict[Where, list[DateMatch]],
    published_on: date | None,
    *,
    told: bool,
) -> DateSpan | None:
    """When it happened: the nearest date of its sentences, an entry's prefix, the neighbours', then the publication."""
    best: tuple[float, DateMatch, Where] | None = None
    vague = False  # the best one may be the day of a statement, or an end
    for order, candidate in enumerate(candidates):
        sentence = candidate.sentence
        where = sentence.where
        for found in dates[where]:
            if found.start < sentence.start or found.end > sentence.end or found.dateline:
                continue
            if found.future and told:
                continue
            cost, loose = _distance(candidate, found, told=told)
            if candidate.cost >= 50:
                cost += 2.5
            cost += {"hour": 0.0, "day": 0.0, "week": 0.6, "month": 0.9, "year": 2.0}[found.precision] + 0.9 * min(
                order, 4
            )
            if cost < 9.0 and (best is None or cost < best[0]):
                best, vague = (cost, found, where), loose
    opening = _opening(reading, dates) if published_on is None else None
    if opening is not None and (best is None or best[1].start > opening[0].end):
        # A form opens with the day of the incident; later days are those of repairs and reports.
        best, vague = (2.0, opening[1], "text"), False
    if best is None:
        best = _neighbouring(reading, candidates, dates, told=told)
    elif vague:
        beside = _neighbouring(reading, candidates, dates, told=told)
        # "... prosecutors said on Tuesday. A diver had found it on Monday."
        if beside is not None and beside[1].last <= best[1].last:
            best = beside
    if best is not None:
        found = best[1]
        last = (
            min(found.last, published_on)
            if published_on is not None and told and found.last > published_on >= found.first
            else found.last
        )
        return DateSpan(
            start=found.first,
            end=last,
            precision=found.precision,
            basis=found.basis,
            text=(reading.document.title if best[2] == "title" else reading.document.text)[found.start : found.end],
            span=Span(start=found.start, end=found.end, where=best[2]),
        )
    if published_on is not None and told:
        return DateSpan(start=published_on, end=published_on, precision="day", basis="publication")
    return None


_TALLY = re.compile(
    r"\b(?:times|\w+th|first|second|third|so far|earlier|later|already|dozens?|number)\s(?:[\w-]+\s){0,3}$",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"(?:^|[\n.;|]\s?)\s*(?:(?:incident|event|occurrence)\s)?(?:date|day|when|occurred)(?:\s(?:of\s(?:the\s)?"
    r"(?:incident|event|occurrence|accident)|and\stime))?\s?[:=]\s*$",
    re.IGNORECASE,
)
_SPEECH = frozenset(
    "say tell report announce confirm state add write declare acknowledge admit claim deny warn quote hold rule".split()
)
_BEGINNING = frozenset(
    "begin start erupt break occur happen strike hit take shut halt stop cut kill damage destroy seize close".split()
)
_LASTING = frozenset({"outage", "blockade", "sanction"})


def _distance(candidate: Candidate, found: DateMatch, *, told: bool) -> tuple[float, bool]:
    """How far a date stands from an event in its sentence, and whether it may date something else than the event."""
    sentence = candidate.sentence
    if found.prefix or _FIELD.search(sentence.text[: found.start - sentence.start]):
        return 2.0, False
    token = token_at(candidate.token.doc, found.start - sentence.start)
    cost = reach(candidate.token, token) if token is not None else 5.0
    before = sentence.text[max(0, found.start - sentence.start - 24) : found.start - sentence.start]
    loose = False
    began = re.search(r"\bsince\s(?:\w+\s)?$", before, re.IGNORECASE) and candidate.event_type in _LASTING
    if not began and (_SINCE.search(before) or _FILED.search(before)):
        cost, loose = cost + 3.0, True
    if found.precision in ("week", "month", "year") and _TALLY.search(before):
        cost, loose = cost + 2.0, True  # "bombed 11 times this year"
    if token is not None:
        cost += _by_clause(candidate.token, token)
        if told and _of_statement(candidate.token, token):
            cost, loose = cost + 1.5, True
    return cost, loose


def _by_clause(trigger: Token, day: Token) -> float:
    for governor in chain(day)[:8]:
        if governor.dep_ in ("relcl", "acl") and trigger not in governor.subtree:
            # "resumed on Tuesday after the strike that began on Sunday"
            own = governor.head.i == trigger.i and governor.lemma_ in _BEGINNING
            return -1.0 if own else 2.0
    return 0.0


def _of_statement(trigger: Token, day: Token) -> bool:
    """Whether a day is that of a statement about the event: "..., police said on Tuesday"."""
    governor = next((g for g in chain(day)[1:5] if g.pos_ in ("VERB", "AUX")), None)
    return governor is not None and governor.lemma_ in _SPEECH and governor.i != trigger.i


_FILED = re.compile(
    r"\b(?:updat\w+|revis\w+|supplement\w*|submitted|filed|amended|reviewed)\b[^.]{0,40}$", re.IGNORECASE
)


def _opening(reading: Reading, dates: dict[Where, list[DateMatch]]) -> tuple[Sentence, DateMatch] | None:
    """The first day that the opening of an undated report names, with its sentence."""
    for sentence in reading.sentences:
        if sentence.index > 1:
            break
        for found in dates["text"]:
            if sentence.where == "text" and sentence.start <= found.start < sentence.end:
                before = sentence.text[: found.start - sentence.start]
                day = found.precision in ("hour", "day") and not found.dateline
                if day and not _SINCE.search(before) and not _FILED.search(before):
                    return sentence, found
    return None


def told_as_old(candidate: Candidate, dates: dict[Where, list[DateMatch]], published_on: date | None) -> bool:
    """Whether a mention carries a date of its own that lies more than 90 days before publication."""
    if published_on is None:
        return False
    sentence = candidate.sentence
    doc = candidate.token.doc
    best: tuple[float, DateMatch] | None = None
    for found in dates[sentence.where]:
        if sentence.start <= found.start and found.end <= sentence.end and not found.dateline:
            token = token_at(doc, found.start - sentence.start)
            cost = 0.0 if found.prefix else reach(candidate.token, token) if token is not None else 9.0
            if best is None or cost < best[0]:
                best = (cost, found)
    return best is not None and best[0] <= 2.6 and best[1].last < published_on - timedelta(days=90)


def _neighbouring(
    reading: Reading, candidates: Sequence[Candidate], dates: dict[Where, list[DateMatch]], *, told: bool
) -> tuple[float, DateMatch, Where] | None:
    best: tuple[float, DateMatch, Where] | None = None
    text = reading.document.text  # the copy drops a field's colon
    for candidate in candidates[:3]:
        for sentence in reading.sentences:
            distance = candidate.sentence.index - sentence.index
            if sentence.index < 0 or not (-1 <= distance <= 2) or distance == 0:
                continue
            for found in dates["text"]:
                if (
                    sentence.start <= found.start < sentence.end
                    and not found.dateline
                    and found.precision in ("hour", "day")
                    and not (found.future and told)
                ):
                    if _SINCE.search(
                        sentence.text[max(0, found.start - sentence.start - 24) : found.start - sentence.start]
                    ):
                        continue
                    cost = 4.0 + abs(distance) + (0.5 if distance < 0 else 0.0)
                    if best is None or cost < best[0]:
                        best = (cost, found, "text")
    if best is None:
        for found in dates["text"]:
            if (found.prefix or _FIELD.search(text[max(0, found.start - 60) : found.start])) and not (
                found.future and told
            ):
                return 6.0, found, "text"
    return best


def is_old(span: DateSpan | None, published_on: date | None) -> bool:
    """Whether a happening lies more than 90 days before publication (DESIGN section 5, historical)."""
    return (
        span is not None
        and published_on is not None
        and span.basis != "publication"
        and span.end < published_on - timedelta(days=90)
    )
