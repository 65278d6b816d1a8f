"""Regions as an energy desk groups them: UN M49 sub-regions put together, and the straits that tankers must pass.

Source of the grouping: UN Statistics Division, Standard Country or Area Codes for Statistical Use (M49). Where a desk
departs from it: the Caucasus stands with Central Asia, Cyprus with Europe, Iran with the Middle East, Sudan with North
Africa as in M49, and the Antarctic with Oceania.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import asin, cos, radians, sin, sqrt

CHOKEPOINTS = "Maritime chokepoints"

_TABLE = {
    "Europe": "AX AL AD AT BY BE BA BG HR CY CZ DK EE FO FI FR DE GI GR GG HU IS IE IM IT JE LV LI LT LU MT MD MC ME"
    " NL MK NO PL PT RO SM RS SK SI ES SJ SE CH UA GB VA",
    "Russia and Central Asia": "RU KZ KG TJ TM UZ AM AZ GE",
    "Middle East": "BH IR IQ IL JO KW LB OM PS QA SA SY TR AE YE",
    "North Africa": "DZ EG LY MA SD TN EH",
    "Sub-Saharan Africa": "AO BJ BW IO BF BI CV CM CF TD KM CG CD CI DJ GQ ER SZ ET TF GA GM GH GN GW KE LS LR MG MW"
    " ML MR MU YT MZ NA NE NG RE RW SH ST SN SC SL SO ZA SS TZ TG UG ZM ZW",
    "South Asia": "AF BD BT IN MV NP PK LK",
    "East Asia": "CN HK JP KP KR MO MN TW",
    "Southeast Asia": "BN KH ID LA MY MM PH SG TH TL VN",
    "Oceania": "AU CX CC HM NZ NF FJ NC PG SB VU GU KI MH FM NR MP PW UM AS CK PF NU PN WS TK TO TV WF AQ",
    "North America": "US CA BM GL PM",
    "Latin America and Caribbean": "AI AG AW BS BB BQ VG KY CU CW DM DO GD GP HT JM MQ MS PR BL KN LC MF VC SX TT TC VI"
    " BZ CR SV GT HN MX NI PA AR BO BV BR CL CO EC FK GF GY PY PE GS SR UY VE",
}
REGIONS: tuple[str, ...] = (*_TABLE, CHOKEPOINTS)
_REGION_OF = {code: region for region, codes in _TABLE.items() for code in codes.split()}

# Name as it stands in texts, degrees north, degrees east, and how far a ship may be to count as passing, km.
_STRAITS = (
    ("Hormuz", 26.4, 56.5, 250), ("Gulf of Oman", 24.8, 58.4, 200), ("Bab el-Mandeb", 12.6, 43.4, 250),
    ("Bab al-Mandab", 12.6, 43.4, 250), ("Suez", 30.4, 32.4, 120), ("Bosporus", 41.1, 29.1, 60),
    ("Bosphorus", 41.1, 29.1, 60), ("Dardanelles", 40.2, 26.4, 60), ("Kerch Strait", 45.3, 36.6, 60),
    ("Danish Straits", 55.8, 12.6, 120), ("Oresund", 55.8, 12.6, 60), ("Great Belt", 55.4, 11.0, 60),
    ("Strait of Gibraltar", 35.95, -5.6, 80), ("Strait of Malacca", 3.0, 101.0, 300),
    ("Malacca Strait", 3.0, 101.0, 300), ("Singapore Strait", 1.2, 104.0, 80), ("Taiwan Strait", 24.5, 119.5, 180),
    ("Panama Canal", 9.1, -79.7, 60), ("Cape of Good Hope", -34.6, 18.5, 150),
)  # fmt: skip
_AFLOAT = frozenset({"tanker", "chokepoint"})


def region_of(code: str) -> str | None:
    """The region of an ISO 3166-1 alpha-2 code; None for a code that is none."""
    return _REGION_OF.get(code)


def countries_of(region: str) -> tuple[str, ...]:
    """The codes of a region's countries; none for the chokepoints."""
    return tuple(_TABLE.get(region, "").split())


def regions_of(
    countries: Iterable[str],
    *,
    facility_type: str | None = None,
    names: Iterable[str] = (),
    latitude: float | None = None,
    longitude: float | None = None,
) -> tuple[str, ...]:
    """The regions of these countries, and the chokepoints where a strait is named or a ship was near one."""
    found = dict.fromkeys(region for code in countries if (region := region_of(code)) is not None)
    if _at_chokepoint(facility_type, " ".join(names), latitude, longitude):
        found[CHOKEPOINTS] = None
    return tuple(found)


def _at_chokepoint(facility_type: str | None, names: str, latitude: float | None, longitude: float | None) -> bool:
    if facility_type == "chokepoint":
        return True
    afloat = facility_type in _AFLOAT
    for name, north, east, reach in _STRAITS:
        # A refinery at Suez is no strait: the name alone counts only for what floats or has no kind.
        if name.casefold() in names.casefold() and (afloat or facility_type in (None, "other", "port")):
            return True
        near = latitude is not None and longitude is not None
        if afloat and near and _distance_km(latitude or 0.0, longitude or 0.0, north, east) <= reach:
            return True
    return False


def _distance_km(north: float, east: float, other_north: float, other_east: float) -> float:
    half = sin(radians(other_north - north) / 2) ** 2
    half += cos(radians(north)) * cos(radians(other_north)) * sin(radians(other_east - east) / 2) ** 2
    return 2 * 6371.0 * asin(sqrt(half))
