"""The mentions of a document: names of the gazetteer, typed facilities, places, people and bodies, vessels, dates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from nlp.dates import DateMatch
from nlp.facility_refs import FacilityRef
from nlp.gazetteer import NameMatch
from nlp.places import PlaceMatch
from nlp.reading import Reading
from nlp.records import Mention, MentionLabel, Span, Where
from nlp.vessels import find_vessels, ship_span


def collect_mentions(
    reading: Reading,
    places: dict[Where, list[PlaceMatch]],
    dates: dict[Where, list[DateMatch]],
    entities: dict[Where, list[tuple[int, int, str]]],
) -> tuple[Mention, ...]:
    """All mentions, those of the title first, without two on the same words."""
    found: list[Mention] = []
    originals: dict[Where, str] = {"title": reading.document.title, "text": reading.document.text}
    # One byte a code point: a text of nothing but names would make a list of spans quadratic.
    taken = {where: bytearray(len(reading.copies.get(where, "")) + 1) for where in originals}

    def add(where: Where, start: int, end: int, mention: Mention) -> None:
        mask = taken[where]
        words = originals[where][start:end]
        bare = words.strip()
        if end <= start or end >= len(mask) + 1 or any(mask[start:end]) or not bare:
            return
        if bare != words:  # a control character of old encodings (NEL) at the end of a name is white space, too
            start += words.index(bare)
            end = start + len(bare)
            mention = replace(mention, text=bare, span=Span(start=start, end=end, where=where))
        mask[start:end] = b"\x01" * (end - start)
        found.append(mention)

    for where in ("title", "text"):
        text = originals[where]
        by_place = {ref.by_place for refs in reading.facilities.values() for ref in refs if ref.where == where}
        for name in reading.names.get(where, ()):
            if (name.start, name.end) in by_place:
                continue
            add(where, name.start, name.end, _of_name(text, name, where))
        refs = list(_facilities(reading, where))
        ships = [ship for ref in refs if (ship := ship_span(reading, ref)) is not None]
        for start, end in (*ships, *((v[0], v[1]) for v in find_vessels(reading.copies.get(where, "")))):
            span = Span(start=start, end=end, where=where)
            add(where, start, end, Mention(text=text[start:end], label="VESSEL", span=span))
        for ref in refs:
            add(where, ref.start, ref.end, _of_facility(text, ref))
        for place in places[where]:
            add(where, place.start, place.end, _of_place(text, place, where))
        for date in dates[where]:
            add(
                where,
                date.start,
                date.end,
                Mention(
                    text=text[date.start : date.end],
                    label="DATE",
                    span=Span(start=date.start, end=date.end, where=where),
                ),
            )
        for start, end, label in entities[where]:
            if label in ("PERSON", "ORG"):
                kind: MentionLabel = "PERSON" if label == "PERSON" else "ORG"
                add(
                    where,
                    start,
                    end,
                    Mention(text=text[start:end], label=kind, span=Span(start=start, end=end, where=where)),
                )
    found.sort(key=lambda m: (m.span.where != "title", m.span.start, m.span.end))
    return tuple(found)


def _facilities(reading: Reading, where: Where) -> Iterable[FacilityRef]:
    for refs in reading.facilities.values():
        for ref in refs:
            if ref.where == where and not ref.company and ref.antecedent is None and (not ref.known or ref.by_place):
                yield ref


_NAME_LABELS: dict[str, MentionLabel] = {"facility": "FACILITY", "organisation": "ORG", "actor": "ACTOR"}


def _of_name(text: str, name: NameMatch, where: Where) -> Mention:
    facility = name.kind == "facility"
    return Mention(
        text=text[name.start : name.end],
        label=_NAME_LABELS[name.kind],
        span=Span(start=name.start, end=name.end, where=where),
        canonical=name.canonical,
        facility_id=name.id if facility else None,
        facility_type=name.facility_type if facility else None,
        countries=name.countries,
        country=name.country,
        latitude=name.latitude,
        longitude=name.longitude,
    )


def _of_facility(text: str, ref: FacilityRef) -> Mention:
    return Mention(
        text=text[ref.start : ref.end], label="FACILITY", span=Span(start=ref.start, end=ref.end, where=ref.where),
        facility_type=ref.facility_type, canonical=ref.name if ref.known else None, facility_id=ref.facility_id,
        countries=ref.countries, country=ref.countries[0] if len(ref.countries) == 1 else None,
        latitude=ref.latitude, longitude=ref.longitude,
    )  # fmt: skip


def _of_place(text: str, place: PlaceMatch, where: Where) -> Mention:
    return Mention(
        text=text[place.start : place.end],
        label="LOC" if place.label == "LOC" else "GPE",
        span=Span(start=place.start, end=place.end, where=where),
        canonical=place.canonical,
        countries=place.countries,
        country=place.country,
        latitude=place.latitude,
        longitude=place.longitude,
        precision=place.precision,
    )
