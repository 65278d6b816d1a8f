"""Places as an event's arguments: the words used, with what is known of the place, the works or the position."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.facility_heads import strip_head
from nlp.facility_refs import FacilityRef
from nlp.place_roles import LINES
from nlp.places import PlaceMatch
from nlp.positions import Position, find_offset
from nlp.reading import Reading
from nlp.records import PlaceArgument, Span, Where


def place_argument(reading: Reading, place: PlaceMatch, where: Where) -> PlaceArgument:
    """A place as told, its coordinates by distance and bearing where the text gives them."""
    # The words used, as the reader will search for them; capitals and lower-case wires are put right.
    if place.feature == "facility":
        return _of_works(place, where)
    name = (
        place.text
        if place.text[:1].isupper() and not (place.text.isupper() and len(place.text) > 3)
        else place.canonical
    )
    known = place.feature != "untabled"
    offset = find_offset(reading.copies[where], place) if known else None
    if offset is not None:  # "237 nm east of Hobyo" lies in the sea; "40 km south of Kirkuk" is still told by the town
        return PlaceArgument(
            name=name, span=Span(start=offset.start, end=offset.end, where=where),
            country=place.country if offset.kilometres < 60 else None,
            latitude=round(offset.latitude, 4), longitude=round(offset.longitude, 4), precision=place.precision,
        )  # fmt: skip
    return PlaceArgument(
        name=name, span=Span(start=place.start, end=place.end, where=where), country=place.country,
        latitude=place.latitude if known else None, longitude=place.longitude if known else None,
        precision=place.held_by or place.precision,
    )  # fmt: skip


def position_argument(
    reading: Reading, position: Position, where: Where, arguments: Sequence[PlaceArgument]
) -> PlaceArgument:
    """A position in degrees, called after the place told beside it."""
    told = reading.copies[where][position.start : position.end]
    return PlaceArgument(
        name=arguments[0].name if arguments else told, span=Span(start=position.start, end=position.end, where=where),
        country=None, latitude=round(position.latitude, 4), longitude=round(position.longitude, 4),
        precision="offshore",
    )  # fmt: skip


def _called_after(full: str, told: str) -> tuple[str, int]:
    """The place that works are called after and where it stands in the words told: ("Kharg Island", 4); (full, -1)."""
    words = full.split()
    short = " ".join(words[: len(strip_head([w.lower() for w in words]))]).strip(" ,'’")
    at = told.lower().find(short.lower()) if short else -1
    return (short, at) if at >= 0 else (full, -1)


def _of_works(place: PlaceMatch, where: Where) -> PlaceArgument:
    """Known works where a place stands: the place that they are called after, with their own position."""
    name, at = _called_after(place.canonical, place.text)
    if at < 0:
        name, at = _called_after(place.text, place.text)
    start, end = (place.start + at, place.start + at + len(name)) if at >= 0 else (place.start, place.end)
    return PlaceArgument(
        name=name, span=Span(start=start, end=end, where=where), country=place.country,
        latitude=place.latitude, longitude=place.longitude,
        precision="facility" if place.precision == "locality" else place.precision,
    )  # fmt: skip


def facility_argument(reading: Reading, ref: FacilityRef) -> PlaceArgument:
    """The place that works are called after, with the works' own position: "Kharg Island" of its oil terminal."""
    full = ref.name if ref.known else ref.proper
    told = reading.copies[ref.where][ref.start : ref.end]
    # A line's name is seldom a place's: "Colonial Pipeline".
    name, at = (full, told.find(full)) if ref.facility_type in LINES else _called_after(full, told)
    start, end = (ref.start + at, ref.start + at + len(name)) if at >= 0 else (ref.start, ref.end)
    return PlaceArgument(
        name=name,
        span=None if ref.known and at < 0 else Span(start=start, end=end, where=ref.where),
        country=ref.countries[0] if len(ref.countries) == 1 else None,
        latitude=ref.latitude,
        longitude=ref.longitude,
        precision="facility",
    )
