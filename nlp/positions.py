"""Positions that a text gives itself: degrees ("04-42N 008-19E"), or distance and bearing ("80 nm east of Hobyo")."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from nlp.places import PlaceMatch
from nlp.sphere import project


@dataclass(frozen=True, slots=True)
class Position:
    """A position in degrees, north and east positive; offsets count code points."""

    start: int
    end: int
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Offset(Position):
    """A position told by distance and bearing from a place; the span holds all of it."""

    kilometres: float


_SEP = r"[-–°º:’' ]"
_DEGREES = rf"(\d{{1,3}})(?:{_SEP}\s?(\d{{1,2}}(?:\.\d+)?)['’′]?(?:\s?[-:]?\s?(\d{{1,2}}(?:\.\d+)?)[\"”″])?|°|º)?['’′]?"
_BETWEEN = r"[\s,/;?·&–-]{0,4}(?:(?:and|long(?:itude)?|lon)[.:]?\s?)?"
# Degrees with minutes and seconds, the hemisphere behind: 04-42N 008-19E, 12:14N 045:45E, 26°34′12″N 56°15′E.
_SEXAGESIMAL = re.compile(rf"(?<![\d.]){_DEGREES}\s?([NS])\b\.?{_BETWEEN}{_DEGREES}\s?([EW])\b", re.IGNORECASE)
# The hemisphere in front: N 26 34.2 E 056 15.
_LED = re.compile(
    rf"\b([NS])\s?(\d{{1,2}}){_SEP}\s?(\d{{1,2}}(?:\.\d+)?)['’′]?(){_BETWEEN}([EW])\s?(\d{{1,3}}){_SEP}\s?(\d{{1,2}}(?:\.\d+)?)['’′]?()"
)
# Decimal degrees: 27.0744, 49.6508; 13.8N, 042.7E; lat 29.53 long 48.1.
_DECIMAL = re.compile(
    r"(?<![\d.$€£])([-−]?\d{1,2}\.\d{1,7})\s?°?\s?([NS]?)[,;/\s]{1,3}(?:and\s|long(?:itude)?[.:]?\s?|lon[.:]?\s?)?"
    r"([-−]?\d{1,3}\.\d{1,7})\s?°?\s?([EW]?)(?![\d%])"
)
_NAUTICAL = 1.852  # kilometres, International Hydrographic Conference 1929
_MILE = 1.609344  # kilometres, international mile of 1959
_POINTS = {
    "north": 0.0, "northnortheast": 22.5, "northeast": 45.0, "eastnortheast": 67.5, "east": 90.0,
    "eastsoutheast": 112.5, "southeast": 135.0, "southsoutheast": 157.5, "south": 180.0, "southsouthwest": 202.5,
    "southwest": 225.0, "westsouthwest": 247.5, "west": 270.0, "westnorthwest": 292.5, "northwest": 315.0,
    "northnorthwest": 337.5,
}  # fmt: skip
_LETTERS = {"n": "north", "s": "south", "e": "east", "w": "west"}
_OFFSET = re.compile(
    r"(?P<number>\d{1,3}(?:,\d{3})?(?:\.\d+)?)[\s-]?(?P<unit>nm|nmi|nautical\smiles?|sea\smiles?|miles?|mi|km|kms|"
    r"kilomet(?:re|er)s?)\s(?:(?:to\sthe|due)\s)?(?P<bearing>(?:(?:north|south|east|west)(?:ern|erly)?[\s-]?){1,3}|[NSEW]{1,3}\s)"
    r"\s?(?:of|off|from)\s(?:the\s)?(?:(?:port|town|city|coast|island|village|capital)\s(?:city\s)?(?:of\s)?)?(?:the\s)?$",
    re.IGNORECASE,
)
_NEAR = 15.0  # kilometres: nearer than that the place itself is as good an answer
_FAR = 2500.0  # kilometres: farther than that no report counts from a town


def find_positions(text: str) -> list[Position]:
    """Positions written in degrees and minutes, or in decimal degrees, in the order of the text."""
    found: list[Position] = []
    for m in _SEXAGESIMAL.finditer(text):
        if m[2] is None and m[6] is None:
            continue
        _add(found, m, _degrees(m[1], m[2], m[3]), m[4], _degrees(m[5], m[6], m[7]), m[8])
    for m in _LED.finditer(text):
        _add(found, m, _degrees(m[2], m[3], None), m[1], _degrees(m[6], m[7], None), m[5])
    for m in _DECIMAL.finditer(text):
        lettered = bool(m[2] and m[4])
        fine = min(len(m[1].partition(".")[2]), len(m[3].partition(".")[2])) >= 4
        if lettered or (fine and not (m[2] or m[4])):
            _add(found, m, float(m[1].replace("−", "-")), m[2], float(m[3].replace("−", "-")), m[4])
    return sorted(found, key=lambda p: p.start)


def find_offset(text: str, place: PlaceMatch) -> Offset | None:
    """The position that the text tells by distance and bearing from a place: "237 nm east of Hobyo"."""
    if place.precision not in ("locality", "offshore") or place.demonym:
        return None
    match = _OFFSET.search(text, max(0, place.start - 70), place.start)
    bearing = _bearing(match["bearing"]) if match is not None else None
    if match is None or bearing is None:
        return None
    unit = match["unit"].lower()
    factor = _NAUTICAL if unit[0] in "ns" else 1.0 if unit[0] == "k" else _MILE
    kilometres = float(match["number"].replace(",", "")) * factor
    if not _NEAR <= kilometres <= _FAR:
        return None
    latitude, longitude = project(place.latitude, place.longitude, bearing, kilometres)
    return Offset(match.start(), place.end, latitude, longitude, kilometres)


def _degrees(whole: str, minutes: str | None, seconds: str | None) -> float:
    if float(minutes or 0) >= 60 or float(seconds or 0) >= 60:
        return math.inf
    return int(whole) + float(minutes or 0) / 60 + float(seconds or 0) / 3600


def _add(found: list[Position], match: re.Match[str], latitude: float, north: str, longitude: float, east: str) -> None:
    if (
        abs(latitude) > 90
        or abs(longitude) > 180
        or any(p.start < match.end() and match.start() < p.end for p in found)
    ):
        return
    latitude = -latitude if north in ("S", "s") else latitude
    longitude = -longitude if east in ("W", "w") else longitude
    found.append(Position(match.start(), match.end(), latitude, longitude))


def _bearing(words: str) -> float | None:
    """Degrees clockwise from north; None where the words are no compass point."""
    plain = re.sub(r"(?<=th)er(?:n|ly)|(?<=st)er(?:n|ly)|[\s-]", "", words.lower())
    if plain and len(plain) <= 3 and set(plain) <= set(_LETTERS):
        plain = "".join(_LETTERS[c] for c in plain)
    return _POINTS.get(plain)
