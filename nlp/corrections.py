"""An analyst's correction of one field of an incident: from the words typed to the columns that it sets."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

import pycountry

from nlp.decisions import DecisionError
from nlp.records import HAPPENINGS, FacilityType, Mode, RiskLabel

STATUSES = (
    "occurred", "ongoing", "partly_restored", "restored", "threatened", "planned", "foiled", "denied", "disputed",
)  # fmt: skip
GRADES = ("asserted", "attributed", "denied", "planned", "threatened", "foiled")
UNITS = ("bbl/d", "bbl", "m3", "m3/d", "bcm/y", "t", "t/d", "t/y", "MW", "MWh", "km", "customers", "people", "%")
NONE = frozenset({"none", "unknown", "-"})
_RANGE = re.compile(r"(\d[\d,. ]*?)\s*(?:-|–|\bto\b|\.\.)\s*(\d[\d,. ]*)")
_LEAST = re.compile(r"(?:at least\s+)?(\d[\d,. ]*)\+|at least\s+(\d[\d,. ]*)", re.IGNORECASE)
_PLAIN = re.compile(r"\d+(?:\.\d+)?")
_LOSS = re.compile(r"(?P<amount>(?:at least\s+)?\d.*?)\s*(?P<unit>[A-Za-z%][A-Za-z0-9/%]*)", re.IGNORECASE)
_MOST_PEOPLE = 2**31 - 1  # what the ledger's column holds


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFacility:
    """What the gazetteer says of a facility, as far as an incident shows it."""

    id: str
    name: str
    facility_type: str
    latitude: float | None = None
    longitude: float | None = None


Lookup = Callable[[str], KnownFacility | None]
Values = Mapping[str, Any]


def parse_correction(field: str, text: str, *, find_facility: Lookup) -> Values:
    """The columns that a correction sets, as JSON types; raises DecisionError naming what would be right."""
    name = field.strip().lower().replace("-", "_")
    parser = FIELDS.get(name)
    if parser is None:
        near = difflib.get_close_matches(name, FIELDS, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise DecisionError(f"there is no field {field!r} to correct; {hint}the fields are: {', '.join(FIELDS)}")
    told = " ".join(text.split())
    if not told:
        raise DecisionError(f"{name} needs a value; {'none' if name not in _NEEDED else 'a word'} is one too")
    if told.lower() in NONE and name in _NEEDED:
        raise DecisionError(f"{name} cannot be empty")
    return parser(name, told, find_facility)


def _choice(name: str, text: str, known: tuple[str, ...]) -> str:
    value = text.strip().lower().replace(" ", "_").replace("-", "_")
    if value not in known:
        near = difflib.get_close_matches(value, known, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise DecisionError(f"{text!r} is no value of {name}; {hint}choose from: {', '.join(known)}")
    return value


def _one_of(*known: str) -> Callable[[str, str, Lookup], Values]:
    def parse(name: str, text: str, _: Lookup) -> Values:
        return {name: None if text.lower() in NONE and text.lower() not in known else _choice(name, text, known)}

    return parse


def _some_of(*known: str) -> Callable[[str, str, Lookup], Values]:
    def parse(name: str, text: str, _: Lookup) -> Values:
        parts = [text] if text.lower() in known else _parts(text)  # `unknown` is a mode
        return {name: [_choice(name, part, known) for part in parts]}

    return parse


def _parts(text: str) -> list[str]:
    if text.lower() in NONE:
        return []
    return list(dict.fromkeys(part.strip() for part in re.split(r"[,;]", text) if part.strip()))


def _names(name: str, text: str, _: Lookup) -> Values:
    return {name: _parts(text)}


def _facilities(name: str, text: str, _: Lookup) -> Values:
    return {"facilities": _parts(text), "facility_ids": []}


def _facility_ids(name: str, text: str, find: Lookup) -> Values:
    found = []
    for part in _parts(text):
        facility = find(part)
        if facility is None:
            raise DecisionError(
                f"the gazetteer has no facility {part!r}; look it up: linewalker gazetteer find WORDS; "
                "or correct `facilities`, which takes any name"
            )
        found.append(facility)
    values: dict[str, Any] = {"facility_ids": [one.id for one in found], "facilities": [one.name for one in found]}
    if found:
        values["facility_type"] = found[0].facility_type
    if len(found) == 1 and found[0].latitude is not None:
        values |= {"latitude": found[0].latitude, "longitude": found[0].longitude}
    return values


def _code(text: str) -> str:
    country = pycountry.countries.get(alpha_2=text.strip().upper())
    if country is None:
        try:
            country = pycountry.countries.lookup(text.strip())
        except LookupError:
            raise DecisionError(
                f"{text!r} is no country; give the two letters of ISO 3166-1, such as RU, or the English name"
            ) from None
    return str(country.alpha_2)


def _country(name: str, text: str, _: Lookup) -> Values:
    if text.lower() in NONE:
        return {"country": None}
    code = _code(text)
    return {"country": code, "countries": [code]}


def _countries(name: str, text: str, _: Lookup) -> Values:
    return {"countries": list(dict.fromkeys(_code(part) for part in _parts(text)))}


def _text(name: str, text: str, _: Lookup) -> Values:
    return {name: None if text.lower() in NONE else text}


def _position(name: str, text: str, _: Lookup) -> Values:
    if text.lower() in NONE:
        return {"latitude": None, "longitude": None}
    try:
        latitude, longitude = (float(part) for part in text.replace(",", " ").split())
    except ValueError:
        latitude = longitude = 999.0
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise DecisionError(f"{text!r} is no position; give degrees north and east, such as 44.7, 37.8")
    return {"latitude": latitude, "longitude": longitude}


def _days(name: str, text: str, _: Lookup) -> Values:
    if text.lower() in NONE:
        return {"occurred_on": None, "occurred_until": None, "date_precision": None}
    try:
        first, *rest = [date.fromisoformat(part.strip()) for part in re.split(r"\.\.|/|\bto\b", text)]
    except ValueError:
        raise DecisionError(f"{text!r} is no day; write 2026-03-08, or an interval: 2026-03-08..2026-03-10") from None
    last = rest[0] if len(rest) == 1 else first
    if len(rest) > 1 or last < first:
        raise DecisionError(f"{text!r} is no interval; the first day comes first, as in 2026-03-08..2026-03-10")
    length = (last - first).days
    precision = "day" if length <= 1 else "week" if length <= 9 else "month" if length <= 45 else "year"
    return {"occurred_on": first.isoformat(), "occurred_until": last.isoformat(), "date_precision": precision}


def _number(text: str) -> float:
    plain = re.sub(r"(?<=\d)[ ,](?=\d{3}\b)", "", text.strip())
    if not _PLAIN.fullmatch(plain) or not math.isfinite(value := float(plain)):
        raise ValueError(text)
    return value


def _bounds(name: str, text: str) -> tuple[float, float | None]:
    told = text.strip()
    try:
        if match := _RANGE.fullmatch(told):
            low, high = _number(match[1]), _number(match[2])
            if low > high:
                raise DecisionError(f"{text!r} is no interval for {name}; the smaller number comes first, as in 3-5")
            return low, high
        if match := _LEAST.fullmatch(told):
            return _number(match[1] or match[2]), None
        return _number(told), _number(told)
    except DecisionError:
        raise
    except ValueError:
        raise DecisionError(f"{text!r} is no number for {name}; write 4, 3-5 or 4+ (at least four)") from None


def _people(name: str, text: str, _: Lookup) -> Values:
    if text.lower() in NONE:
        return {f"{name}_min": None, f"{name}_max": None}
    bounds = _bounds(name, text)
    if any(one is not None and not (one == int(one) <= _MOST_PEOPLE) for one in bounds):
        raise DecisionError(f"{text!r} is no number of people")
    return {f"{name}_{end}": None if one is None else int(one) for end, one in zip(("min", "max"), bounds, strict=True)}


def _losses(name: str, text: str, _: Lookup) -> Values:
    losses: list[list[Any]] = []
    for part in [] if text.lower() in NONE else [part.strip() for part in text.split(";") if part.strip()]:
        match = _LOSS.fullmatch(part)
        unit = next((one for one in UNITS if match and one.lower() == match["unit"].lower()), None)
        if match is None or unit is None:
            raise DecisionError(
                f"{part!r} is no loss; write a figure and a unit, such as 500000 bbl/d; units: {', '.join(UNITS)}"
            )
        if any(one[0] == unit for one in losses):
            raise DecisionError(f"{part!r} is a second figure in {unit}; write an interval, such as 3-5 {unit}")
        losses.append([unit, *_bounds(name, match["amount"])])
    return {"losses": sorted(losses)}


FIELDS: Mapping[str, Callable[[str, str, Lookup], Values]] = {
    "event_type": _one_of(*sorted(HAPPENINGS)),
    "status": _one_of(*STATUSES),
    "factuality": _one_of(*GRADES),
    "occurred_on": _days,
    "country": _country,
    "countries": _countries,
    "place": _text,
    "position": _position,
    "facility_ids": _facility_ids,
    "facilities": _facilities,
    "facility_type": _one_of(*get_args(FacilityType)),
    "modes": _some_of(*get_args(Mode)),
    "risks": _some_of(*get_args(RiskLabel)),
    "actors": _names,
    "claimed_by": _names,
    "killed": _people,
    "injured": _people,
    "losses": _losses,
    "parent_id": _text,
}
_NEEDED = frozenset({"event_type", "status", "factuality"})
