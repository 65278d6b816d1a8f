"""Makes nlp/gazetteers/outlines.npz from world-atlas' countries-10m.json; see nlp/gazetteers/SOURCES.md.

python scripts/build_country_outlines.py countries-10m.json nlp/gazetteers/outlines.npz
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pycountry

TOLERANCE = 0.025  # degrees, under three kilometres
# Natural Earth draws Crimea with Russia; ISO 3166 lists it with Ukraine.
CRIMEA = (32.4, 44.2, 36.7, 46.3)  # west, south, east, north
# Areas that the data draws apart and gives no number.
NAMED = {"Kosovo": "XK", "N. Cyprus": "CY", "Somaliland": "SO", "Baikonur": "KZ", "Siachen Glacier": "IN",
         "USNB Guantanamo Bay": "CU", "Dhekelia": "CY", "Akrotiri": "CY", "Cyprus U.N. Buffer Zone": "CY"}  # fmt: skip
Points = npt.NDArray[np.float64]


def main(source: Path, target: Path) -> None:
    """Writes the outer rings of every country, thinned, as steps of whole thousandths of a degree."""
    topology = json.loads(source.read_text())
    arcs = [_decode(arc, topology["transform"]) for arc in topology["arcs"]]
    known = _codes()
    rings: list[tuple[str, Points]] = []
    for geometry in topology["objects"]["countries"]["geometries"]:
        code = _code(geometry)
        if code is None or code not in known:
            continue
        for polygon in geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]:
            ring = _thin(_ring(arcs, polygon[0]))
            if len(ring) >= 4:
                rings.append(("UA" if code == "RU" and _in_crimea(ring) else code, ring))
    rings.sort(key=lambda pair: (pair[0], float(pair[1][0, 0]), float(pair[1][0, 1])))
    points = np.round(np.concatenate([ring for _, ring in rings]) * 1000).astype(np.int32)
    np.savez_compressed(
        target,
        codes=np.array([code.encode() for code, _ in rings]),
        lengths=np.array([len(ring) for _, ring in rings], dtype=np.uint16),
        steps=np.ascontiguousarray(np.diff(points, axis=0, prepend=np.zeros((1, 2), dtype=np.int32)).T),
    )
    print(f"{len(rings)} rings, {sum(len(ring) for _, ring in rings)} points, {target.stat().st_size} bytes")


def _codes() -> set[str]:
    path = Path(__file__).parent.parent / "nlp" / "gazetteers" / "countries.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"] for row in csv.DictReader(file)}


def _code(geometry: dict[str, Any]) -> str | None:
    name = geometry["properties"]["name"]
    if name in NAMED:
        return NAMED[name]
    found = pycountry.countries.get(numeric=geometry["id"]) if "id" in geometry else None
    return None if found is None else str(found.alpha_2)


def _decode(arc: list[list[int]], transform: dict[str, Any]) -> Points:
    """One TopoJSON arc: delta-encoded integers, scaled and moved (TopoJSON specification 2.1.1)."""
    steps = np.cumsum(np.array(arc, dtype=np.int64), axis=0)
    return np.asarray(steps * transform["scale"] + transform["translate"], dtype=np.float64)


def _ring(arcs: list[Points], indexes: list[int]) -> Points:
    parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indexes]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def _thin(ring: Points) -> Points:
    """Douglas-Peucker with an explicit stack; rings that vanish keep their corners."""
    if len(ring) < 12:
        return ring
    keep = np.zeros(len(ring), dtype=bool)
    keep[[0, len(ring) // 2, -1]] = True
    stack = [(0, len(ring) // 2), (len(ring) // 2, len(ring) - 1)]
    while stack:
        first, last = stack.pop()
        if last - first < 2:
            continue
        inner, start, step = ring[first + 1 : last], ring[first], ring[last] - ring[first]
        length = float(np.hypot(*step))
        off = inner - start
        away = np.abs(step[0] * off[:, 1] - step[1] * off[:, 0]) / length if length else np.hypot(off[:, 0], off[:, 1])
        worst = int(np.argmax(away))
        if away[worst] > TOLERANCE:
            middle = first + 1 + worst
            keep[middle] = True
            stack += [(first, middle), (middle, last)]
    return ring[keep]


def _in_crimea(ring: Points) -> bool:
    west, south, east, north = CRIMEA
    return bool(
        (ring[:, 0].min() >= west) and (ring[:, 0].max() <= east)
        and (ring[:, 1].min() >= south) and (ring[:, 1].max() <= north)
    )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
