"""Events to claims: the atoms of the ledger, each with the sentence that says it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlp.records import Count, Event, FactClaim, Quantity, Span
from store.database import hash_id

# The fallback for an argument that stands outside every sentence its event cites.
_BREAK = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+|\n+")
_LONGEST = 900  # characters; a cited sentence is read by people


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One value of one field of one event, as one sentence states it."""

    claim_id: str
    event_id: str
    version_id: str
    field: str
    value: str
    # Facility id; country of a place; role of an actor; precision of a date; modes; "approximate"; what a denial is of.
    detail: str | None
    minimum: float | None
    maximum: float | None
    unit: str | None
    factuality: str
    speaker: str | None
    superseded: bool
    sentence: Span
    span: Span | None  # of the value itself


def expand_event(
    event: Event, quantities: Sequence[Quantity], *, event_id: str, version_id: str, title: str, text: str
) -> list[Claim]:
    """All claims of an event, in a fixed order, none twice; `quantities` are those of its annotation that it names."""
    claims: dict[str, Claim] = {}
    for item in _items(event, quantities):
        sentence = item.sentence or _sentence_of(event, item.span, title, text)
        said = item.said or _said_in(event, sentence)
        claim = Claim(
            claim_id=hash_id(
                event_id, item.field, item.value, item.detail or "", item.unit or "",
                f"{sentence.where}:{sentence.start}:{sentence.end}",
                f"{item.span.start}:{item.span.end}" if item.span else "",
                said.factuality if said else "", (said.speaker if said else None) or "",
            ),
            event_id=event_id,
            version_id=version_id,
            field=item.field,
            value=item.value,
            detail=item.detail,
            minimum=item.minimum,
            maximum=item.maximum,
            unit=item.unit,
            factuality=said.factuality if said else event.factuality,
            speaker=said.speaker if said else None,
            superseded=item.superseded,
            sentence=sentence,
            span=item.span if item.span is not None and item.span.where == sentence.where else None,
        )  # fmt: skip
        claims.setdefault(claim.claim_id, claim)
    return list(claims.values())


def render_range(minimum: float | None, maximum: float | None) -> str:
    """A range of numbers in words: "7", "3 to 5", "at least 7", "up to 9", "unknown"."""
    if minimum is None and maximum is None:
        return "unknown"
    if maximum is None:
        return f"at least {_number(minimum)}"
    if minimum is None:
        return f"up to {_number(maximum)}"
    return _number(minimum) if minimum == maximum else f"{_number(minimum)} to {_number(maximum)}"


def find_sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence around a span, by punctuation and line ends; offsets in code points."""
    left = max(0, start - _LONGEST)
    right = min(len(text), end + _LONGEST)
    for match in _BREAK.finditer(text, left, start):
        left = match.end()
    after = _BREAK.search(text, end, right)
    right = after.start() if after is not None else right
    cut = text[left:right]
    return left + len(cut) - len(cut.lstrip()), left + len(cut.rstrip())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    field: str
    value: str
    span: Span | None
    detail: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    unit: str | None = None
    superseded: bool = False
    sentence: Span | None = None
    said: FactClaim | None = None


def _items(event: Event, quantities: Sequence[Quantity]) -> Iterator[_Item]:
    yield _Item(
        field="event_type", value=event.event_type, span=event.trigger.span, detail=", ".join(event.modes) or None
    )
    for said in event.claims:
        yield _Item(
            field="factuality", value=said.factuality, span=None, detail=said.about, sentence=said.span, said=said
        )
    for facility in event.facilities:
        field = "facility" if facility.role == "target" else "facility_context"
        yield _Item(field=field, value=facility.name, span=facility.span, detail=facility.facility_id)
    for place in event.places:
        if place.span is not None:  # else no word of the article says it
            yield _Item(field="place", value=place.name, span=place.span, detail=place.country)
    for actor in event.actors:
        yield _Item(field="actor", value=actor.name, span=actor.span, detail=actor.role)
    for claimant in event.claimed_by:
        yield _Item(field="claimed_by", value=claimant.name, span=claimant.span)
    if event.date is not None:
        first, last = event.date.start.isoformat(), event.date.end.isoformat()
        yield _Item(
            field="occurred_on",
            value=first if first == last else f"{first}/{last}",
            span=event.date.span,
            detail=event.date.precision,
        )
    for name in ("killed", "injured", "missing", "detained"):
        count: Count | None = getattr(event, name)
        if count is not None:
            low, high = float(count.minimum), None if count.maximum is None else float(count.maximum)
            yield _Item(
                field=name, value=render_range(low, high), span=count.span, minimum=low, maximum=high, unit="people"
            )
    for quantity in quantities:
        yield _Item(
            field=quantity.role,
            value=render_range(quantity.minimum, quantity.maximum),
            span=quantity.span,
            detail="approximate" if quantity.approximate else None,
            minimum=quantity.minimum,
            maximum=quantity.maximum,
            unit=quantity.unit,
            superseded=quantity.superseded,
        )


def _sentence_of(event: Event, span: Span | None, title: str, text: str) -> Span:
    if span is None:
        return event.evidence[0] if event.evidence else _around(event.trigger.span, title, text)
    holding = [
        one
        for one in (*(said.span for said in event.claims), *event.evidence)
        if one.where == span.where and one.start <= span.start and span.end <= one.end
    ]
    if holding:
        return min(holding, key=lambda one: (one.end - one.start, one.start))
    return _around(span, title, text)


def _around(span: Span, title: str, text: str) -> Span:
    start, end = find_sentence(title if span.where == "title" else text, span.start, span.end)
    return Span(start=start, end=end, where=span.where)


def _said_in(event: Event, sentence: Span) -> FactClaim | None:
    for said in event.claims:
        if said.span.where == sentence.where and said.span.start < sentence.end and sentence.start < said.span.end:
            return said
    return None


def _number(value: float | None) -> str:
    return "" if value is None else str(int(value)) if float(value).is_integer() else repr(float(value))
