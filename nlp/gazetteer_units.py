"""The units, phases and segments of foreign tables, and the works that they are folded into."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nlp.facility_heads import head_ending, strip_head
from nlp.folding import fold_key
from nlp.gazetteer_countries import country_code, read_countries
from nlp.gazetteer_layouts import Layout, kind_of, told
from nlp.gazetteer_names import is_generic
from nlp.gazetteer_rows import CoordinatePrecision, Facility
from nlp.placetable import hash_key
from nlp.records import FacilityType

# What has not been built, and mostly never will be; the first words of a tracker's status.
_UNBUILT = re.compile(
    r"(?:cancel|shelved|announced|pre-?permit|permitted|proposed|pre-?construction|planned|discovered|exploration|"
    r"development|unknown)",
    re.IGNORECASE,
)
_STANDING = re.compile(r"(?:operating|mothball|idle|in[- ]?service|active|standby|ugs)", re.IGNORECASE)
_BUILDING = re.compile(r"(?:construction|in[- ]?development)", re.IGNORECASE)
_SHARES = re.compile(r"\s*\[[^\]]*\]|\s*\(\s*[\d.]+ ?%\s*\)")
_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")
_PROJECT = re.compile(r"\s+(?:oil and gas|oil|gas)\s+(?:project|development)s?$", re.IGNORECASE)
_PAIR = re.compile(r"(-?\d+(?:\.\d+)?)[\s,]+(-?\d+(?:\.\d+)?)")
_LATIN = re.compile(r"[A-Za-z]")


@dataclass(slots=True)
class Works:
    """A works while its units are read."""

    key: str
    source_ids: list[str]
    name: str
    facility_type: FacilityType
    countries: list[str]
    aliases: list[str]
    latitude: float | None
    longitude: float | None
    precision: CoordinatePrecision
    operator: str
    place: str
    units: list[tuple[str, float | None]] = field(default_factory=list)  # status and capacity of each


def read_unit(layout: Layout, row: Mapping[str, str]) -> Works:
    """One line of a table; raises ValueError with the reason where it cannot be used."""
    # "Nan" and "Na" are towns.
    given = next((cell for column in layout.name if (cell := row.get(column, "").strip()).strip("-")), "")
    if not given or given.casefold() in ("unknown", "n/a", "tbd"):
        raise ValueError("the name is missing")
    countries = read_countries(row, layout.countries)
    latitude, longitude, precision = _point(row)
    facility_type, noun = kind_of(layout, row)
    name, aliases = _names(given, told(row, layout.aliases), noun)
    source_id = told(row, layout.unit_id)
    if layout.by_name or not source_id:
        key = "-".join(p for p in (_slug(name), "" if layout.by_name else countries[0].lower()) if p)
    else:
        key = _slug(source_id)
    figure = _figure(told(row, layout.capacity))
    return Works(
        key=f"{layout.prefix}-{key}",
        source_ids=[source_id] if source_id else [],
        name=name,
        facility_type=facility_type,
        countries=countries,
        aliases=aliases,
        latitude=latitude,
        longitude=longitude,
        precision="region" if layout.by_name else precision,
        operator=_owner(told(row, layout.operator)),
        place=told(row, layout.place),
        units=[(told(row, ("status",)), figure * layout.factor if figure is not None else None)],
    )


def join_unit(held: Works, unit: Works) -> None:
    """Takes a further unit, phase or segment into its works."""
    held.source_ids += [one for one in unit.source_ids if one not in held.source_ids]
    held.countries += [one for one in unit.countries if one not in held.countries]
    known = {fold_key(one) for one in (held.name, *held.aliases)}
    held.aliases += [one for one in (unit.name, *unit.aliases) if fold_key(one) not in known]
    if held.latitude is None:
        held.latitude, held.longitude, held.precision = unit.latitude, unit.longitude, unit.precision
    held.operator = held.operator or unit.operator
    held.place = held.place or unit.place
    held.units += unit.units


def make_facility(layout: Layout, works: Works) -> Facility:
    """A works of which all units are read as a row of ours."""
    capacity = None if layout.by_name else _capacity(works.units)
    shown = " ".join(works.source_ids[:4]) + (" ..." if len(works.source_ids) > 4 else "")
    return Facility(
        id=works.key,
        name=works.name,
        facility_type=works.facility_type,
        countries=tuple(works.countries),
        latitude=works.latitude,
        longitude=works.longitude,
        coordinate_precision=works.precision,
        operator=works.operator or None,
        capacity=capacity,
        capacity_unit=layout.capacity_unit if capacity is not None else None,
        aliases=tuple(dict.fromkeys(works.aliases)),
        place=works.place.replace(";", ",") or None,
        source=f"{layout.prefix} {shown}".rstrip() + f" ({layout.title}; {layout.credit})"
        if layout.title not in layout.credit
        else f"{layout.prefix} {shown} ({layout.credit})",
    )


def _capacity(units: Sequence[tuple[str, float | None]]) -> float | None:
    """What stands together; where nothing does, what is being built; else what once stood."""
    for wanted in (_STANDING, _BUILDING, None):
        figures = [
            figure
            for status, figure in units
            if (not status or wanted.match(status) if wanted is not None else not is_unbuilt(status))
        ]
        if figures:
            return round(sum(f for f in figures if f is not None), 3) if None not in figures else None
    return None


def is_unbuilt(status: str) -> bool:
    """Whether a tracker's status says that nothing of a unit stands or is being built."""
    return bool(status) and _UNBUILT.match(status) is not None


def _names(given: str, others: str, noun: str) -> tuple[str, list[str]]:
    """A works' name, with the noun for what it is where the name does not say, and its other names."""
    plain = " ".join(given.replace(";", ",").split())
    bare = _BRACKETS.sub("", plain) or plain
    bare = _PROJECT.sub("", bare) if noun == "field" else bare
    front, _, last = bare.rpartition(" ")
    if front and len(last) > 3 and country_code(last) is not None and head_ending(fold_key(f"x {front}").split()):
        bare = front  # "Kajaki Hydroelectric Power Plant Afghanistan"
    words = fold_key(bare).split()
    name = bare if len(strip_head(words)) < len(words) else f"{bare} {noun}".strip()
    known = {fold_key(name)}
    aliases = []
    for other in re.split(r"[;,\n]", others):
        other = " ".join(_BRACKETS.sub("", other).split()).lstrip("~!")
        folded = fold_key(other)
        if len(other) < 4 or not _LATIN.search(other) or folded in known or is_generic(folded.split()):
            continue
        known.add(folded)
        aliases.append(other)
    return name, aliases


def _owner(cell: str) -> str:
    """The first of some owners, without its share: "Acme Power [60%]; State [40%]" gives "Acme Power"."""
    first = _SHARES.sub("", cell.split(";")[0]).strip()
    return "" if first.casefold() in ("unknown", "other") else first


def _figure(cell: str) -> float | None:
    try:
        value = float(cell.replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) and value > 0 else None


def _point(row: Mapping[str, str]) -> tuple[float | None, float | None, CoordinatePrecision]:
    latitude, longitude = told(row, ("latitude", "lat")), told(row, ("longitude", "lon", "lng", "long"))
    accuracy = told(row, ("locationaccuracy", "accuracy", "routeaccuracy")).casefold()
    precision: CoordinatePrecision = "locality" if accuracy.startswith(("approx", "low", "med")) else "site"
    if latitude and longitude:
        try:
            lat, lon = float(latitude), float(longitude)
        except ValueError:
            raise ValueError(f"latitude {latitude!r} and longitude {longitude!r} are not numbers") from None
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise ValueError(f"latitude {latitude} and longitude {longitude} are not on the globe")
        return round(lat, 5), round(lon, 5), precision
    route = told(row, ("wktformat", "wkt", "geometry", "route"))
    if route and (pairs := _PAIR.findall(route)):
        # Well-known text gives longitude first, the maps' own format latitude first.
        a, b = (float(cell) for cell in pairs[len(pairs) // 2])
        lat, lon = (b, a) if "(" in route else (a, b)
        if -90 <= lat <= 90 and -180 <= lon <= 180:
            return round(lat, 3), round(lon, 3), "region"
    return None, None, "region"


def _slug(text: str) -> str:
    slug = fold_key(text).replace(" ", "-")
    slug = re.sub(r"[^a-z0-9-]+", "", slug).strip("-")
    slug = re.sub(r"-{2,}", "-", slug)
    return slug or f"n{hash_key(text)}"
