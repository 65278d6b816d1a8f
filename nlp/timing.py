"""When an event took place: the dates that stand near it, in its sentence and then beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from nlp.arguments import reach
from nlp.candidates import Candidate
from nlp.dates import DateMatch
from nlp.reading import Reading
from nlp.records import DateSpan, Span, Where
from nlp.syntax import chain, token_at

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
    for order, candidate in enumerate(candidates):
        sentence = candidate.sentence
        where = sentence.where
        doc = candidate.token.doc
        for found in dates[where]:
            if found.start < sentence.start or found.end > sentence.end or found.dateline:
                continue
            if found.future and told:
                continue
            if found.prefix:
                cost = 2.0
            else:
                token = token_at(doc, found.start - sentence.start)
                cost = reach(candidate.token, token) if token is not None else 5.0
                before = sentence.text[max(0, found.start - sentence.start - 24) : found.start - sentence.start]
                if _SINCE.search(before):
                    cost += 3.0
                if token is not None and any(
                    g.dep_ in ("relcl", "acl") and candidate.token not in g.subtree for g in chain(token)[:8]
                ):
                    cost += 2.0
            if candidate.cost >= 50:
                cost += 2.5
            cost += {"hour": 0.0, "day": 0.0, "week": 0.6, "month": 0.9, "year": 2.0}[found.precision] + 0.9 * min(
                order, 4
            )
            if cost < 9.0 and (best is None or cost < best[0]):
                best = (cost, found, where)
    if best is None:
        best = _neighbouring(reading, candidates, dates, told=told)
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
            text=found.text,
            span=Span(start=found.start, end=found.end, where=best[2]),
        )
    if published_on is not None and told:
        return DateSpan(start=published_on, end=published_on, precision="day", basis="publication")
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
    for candidate in candidates[:3]:
        if candidate.sentence.where != "text":
            continue
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
            if found.prefix and not (found.future and told):
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
