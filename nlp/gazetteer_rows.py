"""The rows of the gazetteer's CSV files: records, and reading with errors that name file, line and column."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, cast, get_args

from nlp.records import FacilityType

CoordinatePrecision = Literal["site", "locality", "region"]
FACILITY_TYPES = frozenset(get_args(FacilityType))
PRECISIONS = frozenset(get_args(CoordinatePrecision))
ORGANISATION_KINDS = frozenset({"operator", "agency", "company", "regulator", "ministry", "bloc", "exchange"})
ACTOR_KINDS = frozenset({"armed_group", "state_force", "hacker_group", "criminals", "protesters", "workers", "unknown"})
UNITS = frozenset({"bbl/d", "bbl", "m3", "m3/d", "bcm/y", "t", "t/d", "t/y", "MW", "MWh", "km"})
FACILITY_COLUMNS = (
    "id", "name", "facility_type", "countries", "latitude", "longitude", "coordinate_precision", "operator",
    "capacity", "capacity_unit", "aliases", "place", "context", "source",
)  # fmt: skip
# First words of `source` of rows that `linewalker gazetteer import` wrote.
IMPORTED_SOURCES = frozenset({"import", "gem", "gppd"})
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_COUNTRY = re.compile(r"[A-Z]{2}")


class GazetteerError(ValueError):
    """A row that cannot be used; the message names file, line and column."""

    def __init__(self, file: Path | str, line: int, column: str, reason: str) -> None:
        super().__init__(f"{file}, line {line}, column {column}: {reason}")
        self.file, self.line, self.column, self.reason = str(file), line, column, reason

    def __reduce__(self) -> tuple[type[GazetteerError], tuple[str, int, str, str]]:
        return type(self), (self.file, self.line, self.column, self.reason)  # workers send it to the main process


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility:
    """A named piece of energy infrastructure."""

    id: str
    name: str
    facility_type: FacilityType
    countries: tuple[str, ...]  # where it lies, ISO 3166-1 alpha-2
    latitude: float | None
    longitude: float | None
    coordinate_precision: CoordinatePrecision
    operator: str | None = None
    capacity: float | None = None
    capacity_unit: str | None = None
    aliases: tuple[str, ...] = ()  # "~name": needs context or a type word; "!name": never does
    place: str | None = None  # nearest town or region
    context: tuple[str, ...] = ()  # words that bear an ambiguous name out; "-phrase" speaks against it
    source: str = ""  # kind of source, SOURCES.md

    @property
    def imported(self) -> bool:
        """Whether the row came out of a foreign table, whose names were not chosen to be looked for in prose."""
        return self.source.partition(" ")[0] in IMPORTED_SOURCES


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """A company, agency or operator of the energy world."""

    id: str
    name: str
    kind: str
    country: str | None
    aliases: tuple[str, ...] = ()
    context: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorEntry:
    """A group or force that attacks, seizes, hacks or protests."""

    id: str
    name: str
    kind: str
    country: str | None
    aliases: tuple[str, ...] = ()
    context: tuple[str, ...] = ()


Row = TypeVar("Row", Facility, Organisation, ActorEntry)


def parse_facility(row: Mapping[str, str | None], file: Path | str = "row", line: int = 0) -> Facility:
    """A facility from the columns of facilities.csv; raises GazetteerError."""
    get = _getter(row)
    fail = _failer(file, line)
    facility_type = get("facility_type")
    if facility_type not in FACILITY_TYPES:
        fail("facility_type", f"{facility_type!r} is not a facility type")
    precision = get("coordinate_precision") or "locality"
    if precision not in PRECISIONS:
        fail("coordinate_precision", f"{precision!r} is none of site, locality, region")
    countries = _split(get("countries"))
    for country in countries:
        if not _COUNTRY.fullmatch(country):
            fail("countries", f"{country!r} is not a two-letter country code")
    latitude = _number(get("latitude"), "latitude", -90, 90, fail)
    longitude = _number(get("longitude"), "longitude", -180, 180, fail)
    if (latitude is None) != (longitude is None):
        fail("latitude", "latitude and longitude must both be given or both be empty")
    capacity = _number(get("capacity"), "capacity", 0, 1e12, fail)
    unit = get("capacity_unit") or None
    if (capacity is None) != (unit is None):
        fail("capacity", "capacity and capacity_unit must both be given or both be empty")
    if unit is not None and unit not in UNITS:
        fail("capacity_unit", f"{unit!r} is none of {', '.join(sorted(UNITS))}")
    return Facility(
        id=_slug(get("id"), fail),
        name=_required(get("name"), "name", fail),
        facility_type=cast(FacilityType, facility_type),
        countries=countries,
        latitude=latitude,
        longitude=longitude,
        coordinate_precision=cast(CoordinatePrecision, precision),
        operator=get("operator") or None,
        capacity=capacity,
        capacity_unit=unit,
        aliases=_split(get("aliases")),
        place=get("place") or None,
        context=_split(get("context")),
        source=get("source"),
    )


def parse_organisation(row: Mapping[str, str | None], file: Path | str = "row", line: int = 0) -> Organisation:
    """An organisation from the columns id, name, kind, country, aliases, context; raises GazetteerError."""
    return Organisation(**_body(row, file, line, ORGANISATION_KINDS))


def parse_actor(row: Mapping[str, str | None], file: Path | str = "row", line: int = 0) -> ActorEntry:
    """An actor from the columns id, name, kind, country, aliases, context; raises GazetteerError."""
    return ActorEntry(**_body(row, file, line, ACTOR_KINDS))


def read_rows(
    path: Path, parse: Callable[[Mapping[str, str | None], Path | str, int], Row], required: Sequence[str]
) -> dict[str, Row]:
    """The rows of one CSV file by id; raises GazetteerError for a bad header, row or repeated id."""
    rows: dict[str, Row] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        header: Sequence[str] = ()
        try:
            header = reader.fieldnames or ()
            missing = [c for c in required if c not in header]
            if missing:
                raise GazetteerError(path, 1, missing[0], "the header lacks this column")
            for raw in reader:
                if None in raw:
                    raise GazetteerError(path, reader.line_num, header[-1], "the line has more cells than the header")
                row = parse(raw, path, reader.line_num)
                if row.id in rows:
                    raise GazetteerError(path, reader.line_num, "id", f"{row.id!r} is used twice")
                rows[row.id] = row
        except csv.Error as error:
            raise GazetteerError(path, reader.line_num, header[0] if header else "id", str(error)) from error
        except UnicodeDecodeError as error:
            raise GazetteerError(path, bad_line(path), header[0] if header else "id", "not UTF-8") from error
    return rows


def read_facilities(path: Path) -> dict[str, Facility]:
    """Facilities of a CSV file laid out as nlp/gazetteers/facilities.csv; only its first six columns must be there."""
    return read_rows(path, parse_facility, FACILITY_COLUMNS[:6])


def bad_line(path: Path) -> int:
    """The first line that is not UTF-8; the decoder itself works in blocks and cannot say."""
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            return number
    return 1


def _body(row: Mapping[str, str | None], file: Path | str, line: int, kinds: frozenset[str]) -> dict[str, Any]:
    get, fail = _getter(row), _failer(file, line)
    if get("kind") not in kinds:
        fail("kind", f"{get('kind')!r} is none of {', '.join(sorted(kinds))}")
    country = get("country") or None
    if country is not None and not _COUNTRY.fullmatch(country):
        fail("country", f"{country!r} is not a two-letter country code")
    return {
        "id": _slug(get("id"), fail), "name": _required(get("name"), "name", fail), "kind": get("kind"),
        "country": country, "aliases": _split(get("aliases")), "context": _split(get("context")),
    }  # fmt: skip


def _getter(row: Mapping[str, str | None]) -> Callable[[str], str]:
    def get(column: str) -> str:
        cell = row.get(column)
        return cell.strip() if cell else ""

    return get


def _failer(file: Path | str, line: int) -> Callable[[str, str], None]:
    def fail(column: str, reason: str) -> None:
        raise GazetteerError(file, line, column, reason)

    return fail


def _split(cell: str) -> tuple[str, ...]:
    if ";" not in cell:
        return (cell,) if cell else ()
    return tuple([p for part in cell.split(";") if (p := part.strip())])


def _required(cell: str, column: str, fail: Callable[[str, str], None]) -> str:
    if not cell:
        fail(column, "must not be empty")
    return cell


def _slug(cell: str, fail: Callable[[str, str], None]) -> str:
    if not SLUG.fullmatch(cell):
        fail("id", f"{cell!r} is not a slug of lower-case letters, digits and single hyphens")
    return cell


def _number(cell: str, column: str, low: float, high: float, fail: Callable[[str, str], None]) -> float | None:
    if not cell:
        return None
    try:
        value = float(cell)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        fail(column, f"{cell!r} is not a number from {low:g} to {high:g}")
    return value
