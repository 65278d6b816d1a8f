"""How far a point lies from a country: the packaged outlines, good to about three kilometres."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

_FILE = Path(__file__).parent / "gazetteers" / "outlines.npz"
_KM_PER_DEGREE = 111.2
Points = npt.NDArray[np.float64]


class Outlines:
    """The outer rings of the countries' land, by ISO 3166-1 alpha-2 code."""

    def __init__(self, path: Path = _FILE) -> None:
        with np.load(path, allow_pickle=False) as data:
            self._codes = [code.decode() for code in data["codes"]]
            ends = np.cumsum(data["lengths"], dtype=np.int64)
            flat = np.cumsum(data["steps"], axis=1, dtype=np.int64).T / 1000
        self._rings = [_unwrap(ring) for ring in np.split(flat, ends[:-1])]
        self._boxes = np.array([(*ring.min(axis=0), *ring.max(axis=0)) for ring in self._rings])
        self._of: dict[str, list[int]] = defaultdict(list)
        for number, code in enumerate(self._codes):
            self._of[code].append(number)

    @property
    def countries(self) -> frozenset[str]:
        """The countries that have an outline; some small islands have none."""
        return frozenset(self._of)

    def countries_at(self, latitude: float, longitude: float) -> frozenset[str]:
        """The countries on whose land a point lies: none at sea, more than one only within a border's error."""
        west, south, east, north = self._boxes.T
        found = set()
        for turned in (longitude, longitude + 360, longitude - 360):
            near = np.flatnonzero((west <= turned) & (turned <= east) & (south <= latitude) & (latitude <= north))
            found |= {self._codes[i] for i in near if _is_within(self._rings[i], latitude, turned)}
        return frozenset(found)

    def distance(self, latitude: float, longitude: float, country: str) -> float | None:
        """Kilometres from a point to a country's land, 0 within it; None for a country without an outline."""
        if country not in self._of:
            return None
        if country in self.countries_at(latitude, longitude):
            return 0.0
        rings = np.array(self._of[country])
        west, south, east, north = self._boxes[rings].T
        away_x = np.maximum(np.maximum(west - longitude, longitude - east), 0.0) * np.cos(np.radians(latitude))
        away = np.hypot(away_x, np.maximum(np.maximum(south - latitude, latitude - north), 0.0)) * _KM_PER_DEGREE
        if abs(longitude) > 150:
            away[:] = 0.0  # the short way may cross the date line
        best = np.inf
        for i in np.argsort(away):
            if away[i] >= best:
                break
            best = min(best, _to_ring(self._rings[rings[i]], latitude, longitude))
        return float(best)


@lru_cache(maxsize=1)
def load_outlines() -> Outlines:
    """The packaged outlines, read once."""
    return Outlines()


def _unwrap(ring: Points) -> Points:
    """A ring across the date line goes on past 180 degrees on the side where most of it lies."""
    x = np.unwrap(ring[:, 0], period=360)
    middle = (x.min() + x.max()) / 2
    return np.column_stack((x - 360 * np.round(middle / 360), ring[:, 1]))


def _is_within(ring: Points, latitude: float, longitude: float) -> bool:
    x, y = ring[:, 0] - longitude, ring[:, 1] - latitude
    crossing = np.flatnonzero((y[:-1] > 0) != (y[1:] > 0))
    x0, y0, x1, y1 = x[crossing], y[crossing], x[crossing + 1], y[crossing + 1]
    return bool(np.count_nonzero(x0 - y0 * (x1 - x0) / (y1 - y0) > 0) % 2)


def _to_ring(ring: Points, latitude: float, longitude: float) -> float:
    # On a plane that touches the globe at the point; the date line is crossed the short way.
    x = ((ring[:, 0] - longitude + 180) % 360 - 180) * np.cos(np.radians(latitude))
    y = ring[:, 1] - latitude
    step_x, step_y = np.diff(x), np.diff(y)
    length = step_x**2 + step_y**2
    along = np.clip(-(x[:-1] * step_x + y[:-1] * step_y) / np.where(length > 0, length, 1.0), 0.0, 1.0)
    away = np.hypot(x[:-1] + along * step_x, y[:-1] + along * step_y)
    return float(np.min(away[np.abs(step_x) < 90], initial=np.inf)) * _KM_PER_DEGREE
