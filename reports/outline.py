"""The world's outline on a panel of any size: projection, frame, and the paths of land and borders."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from reports.drawing import number

_WORLD = Path(__file__).parent / "data" / "world.json"
WHOLE = (-165.0, -52.0, 178.0, 74.0)  # west, south, east, north of the inhabited world
Frame = tuple[float, float, float, float]
Place = tuple[float, float]  # degrees east, degrees north


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A part of the world at a size: where a longitude and a latitude lie on it, in pixels."""

    frame: Frame
    width: float
    height: float
    curved: bool  # Equal Earth (Savric, Patterson and Jenny, 2018) for the world; else equirectangular

    @classmethod
    def of(cls, frame: Frame, width: float) -> Panel:
        """The panel of this width that shows the frame without stretching it."""
        curved = frame[2] - frame[0] > 200
        flat = cls(frame=frame, width=width, height=width, curved=curved)
        west, south, east, north = flat.bounds
        return cls(frame=frame, width=width, height=round(width * (north - south) / (east - west)), curved=curved)

    @property
    def bounds(self) -> Frame:
        """The frame as projected, before it is scaled."""
        west, south, east, north = self.frame
        corners = [self._flat(x, y) for x in (west, east) for y in (south, 0.0 if south < 0 < north else south, north)]
        return (min(x for x, _ in corners), min(y for _, y in corners),
                max(x for x, _ in corners), max(y for _, y in corners))  # fmt: skip

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Pixels from the left and from the top."""
        west, south, east, north = self.bounds
        x, y = self._flat(longitude, latitude)
        return self.width * (x - west) / (east - west), self.height * (north - y) / (north - south)

    def holds(self, longitude: float, latitude: float) -> bool:
        """Whether a place lies in the frame."""
        west, south, east, north = self.frame
        return west <= longitude <= east and south <= latitude <= north

    def _flat(self, longitude: float, latitude: float) -> tuple[float, float]:
        if not self.curved:
            middle = math.radians((self.frame[1] + self.frame[3]) / 2)
            return math.radians(longitude) * max(math.cos(middle), 0.2), math.radians(latitude)
        angle = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
        a, b, c, d = 1.340264, -0.081106, 0.000893, 0.003796
        slope = 9 * d * angle**8 + 7 * c * angle**6 + 3 * b * angle**2 + a
        x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(angle) / (3 * slope)
        return x, d * angle**9 + c * angle**7 + b * angle**3 + a * angle


@cache
def _world() -> dict[str, Any]:
    """The outline: land polygons and borders between countries; see data/README.md."""
    return json.loads(_WORLD.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def frame_of(places: Sequence[Place]) -> Frame:
    """The inhabited world, or the region of the points where it is much smaller."""
    if not places:
        return WHOLE
    # At least 80 by 40 degrees, so that a single dot still shows where on Earth it is.
    west, south, east, north = frame_around(places, 9, 7, 80, 40)
    if east - west > 150 or north - south > 95:
        west, south, east, north = WHOLE
        west = min(west, *(x - 3 for x, _ in places))
        south = min(south, *(y - 3 for _, y in places))
        north = max(north, *(y + 3 for _, y in places))
        return max(west, -180.0), max(south, -90.0), max(east, *(x for x, _ in places)), min(north, 90.0)
    return widened((west, south, east, north), 0.62)


def widened(frame: Frame, highest: float) -> Frame:
    """The frame with more to its left and right, where it would be higher than this share of its width."""
    west, south, east, north = frame
    wanted = (north - south) / highest / max(math.cos(math.radians((south + north) / 2)), 0.2)
    more = max(0.0, wanted - (east - west)) / 2
    return _shifted((west - more, south, east + more, north))


def frame_around(places: Sequence[Place], beside: float, above: float, widest: float, highest: float) -> Frame:
    """The places with a margin of degrees beside and above, and at least so wide and high."""
    west, east = min(x for x, _ in places) - beside, max(x for x, _ in places) + beside
    south, north = min(y for _, y in places) - above, max(y for _, y in places) + above
    wide, high = max(0.0, widest - (east - west)) / 2, max(0.0, highest - (north - south)) / 2
    return _shifted((west - wide, south - high, east + wide, north + high))


def _shifted(frame: Frame) -> Frame:
    """The frame moved back onto the map, and cut only where it is larger than the map."""
    west, south, east, north = frame
    aside = max(-180.0 - west, 0.0) - max(east - 180.0, 0.0)
    along = max(-90.0 - south, 0.0) - max(north - 90.0, 0.0)
    return (max(west + aside, -180.0), max(south + along, -90.0), min(east + aside, 180.0), min(north + along, 90.0))


def outline(panel: Panel) -> str:
    """Land and borders as two paths, cut to a margin around the panel, without steps below half a pixel."""
    west, south, east, north = panel.frame
    margin = 0.0 if panel.curved else 3.0
    box = (west - margin, south - margin, east + margin, north + margin)
    if panel.curved:
        box = (-180.0, -90.0, 180.0, 90.0)
    rings = [
        _clip([(x + turn, y) for x, y in whole], box)
        for polygon in _world()["land"]["geometry"]["coordinates"]
        for whole in (_unwrapped(ring) for ring in polygon)
        for turn in (-360, 0, 360)
    ]
    lines = _world()["borders"]["geometry"]["coordinates"]
    inside = [line for line in lines if any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for x, y in line)]
    land = "".join(_path([panel.at(x, y) for x, y in ring], close=True) for ring in rings if len(ring) > 2)
    border = "".join(_path([panel.at(x, y) for x, y in line], close=False) for line in inside)
    return f'<path class="land" d="{land}"/><path class="border" d="{border}"/>'


def _path(places: Sequence[tuple[float, float]], *, close: bool) -> str:
    kept = [places[0]]
    for place in places[1:]:
        if math.dist(place, kept[-1]) >= 0.8:
            kept.append(place)
    if not close and kept[-1] != places[-1]:
        kept.append(places[-1])
    if len(kept) < (3 if close else 2):
        return ""
    # Rounded first, so that relative steps do not add up their rounding.
    tenths = [(round(x * 10), round(y * 10)) for x, y in kept]
    steps = [f"M{number(tenths[0][0] / 10)} {number(tenths[0][1] / 10)}l"]
    for (x, y), (a, b) in pairwise(tenths):
        down = number((b - y) / 10)
        steps.append(f"{number((a - x) / 10)}{'' if down.startswith('-') else ' '}{down} ")
    return "".join(steps).rstrip() + ("z" if close else "")


def _unwrapped(ring: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    """The ring with longitudes that go on past 180 degrees, where it crosses that meridian."""
    turned = [(ring[0][0], ring[0][1])]
    for x, y in ring[1:]:
        turned.append((x + 360 * round((turned[-1][0] - x) / 360), y))
    return turned


def _clip(ring: Sequence[tuple[float, float]], box: Frame) -> list[tuple[float, float]]:
    """The ring cut to the box, edge by edge (Sutherland and Hodgman, 1974)."""
    kept = list(ring)
    for axis, limit, sign in ((0, box[0], 1), (0, box[2], -1), (1, box[1], 1), (1, box[3], -1)):
        before, kept = kept, []
        for one, other in zip(before, before[1:] + before[:1], strict=True):
            first, second = sign * (one[axis] - limit) >= 0, sign * (other[axis] - limit) >= 0
            if first:
                kept.append(one)
            if first != second:
                share = (limit - one[axis]) / (other[axis] - one[axis])
                kept.append((one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1])))
    return kept
