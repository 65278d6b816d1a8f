"""Positions that a text gives in degrees: "04-42N 008-19E"."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Position:
    """A position in degrees that the text gives itself: "04-42N 008-19E"."""

    start: int
    end: int
    latitude: float
    longitude: float


_POSITION = re.compile(
    r"(?<![\d.])(\d{1,2})[-°: "
    r"](\d{1,2}(?:\.\d+)?)['’]?(?:[-:](\d{1,2}(?:\.\d+)?)[\"”]?)?\s?([NS])[\s,/;-]{0,4}(?:(?:and|long\w*|"
    r"lon)\s)?(\d{1,3})[-°: ](\d{1,2}(?:\.\d+)?)['’]?(?:[-:](\d{1,2}(?:\.\d+)?)[\"”]?)?\s?([EW])\b"
)


_DECIMAL = re.compile(r"(?<![\d.])(-?\d{1,2}\.\d{3,})\s?°?\s?([NS]?),?\s+(-?\d{1,3}\.\d{3,})\s?°?\s?([EW]?)")


def find_positions(text: str) -> list[Position]:
    """Positions written in degrees and minutes, or in decimal degrees, north and east positive."""
    found = []
    for m in _POSITION.finditer(text):
        latitude = int(m[1]) + float(m[2]) / 60 + float(m[3] or 0) / 3600
        longitude = int(m[5]) + float(m[6]) / 60 + float(m[7] or 0) / 3600
        if latitude <= 90 and longitude <= 180 and float(m[2]) < 60 and float(m[6]) < 60:
            found.append(
                Position(
                    m.start(), m.end(), -latitude if m[4] == "S" else latitude, -longitude if m[8] == "W" else longitude
                )
            )
    for m in _DECIMAL.finditer(text):
        latitude, longitude = float(m[1]), float(m[3])
        if abs(latitude) <= 90 and abs(longitude) <= 180:
            found.append(
                Position(
                    m.start(), m.end(), -latitude if m[2] == "S" else latitude, -longitude if m[4] == "W" else longitude
                )
            )
    return found
