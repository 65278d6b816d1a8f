"""Makes reports/data/world.json from world-atlas' countries-110m.json; see reports/data/README.md.

python scripts/build_world_outline.py countries-110m.json reports/data/world.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

Ring = list[list[float]]
# The 1:110m data draws Crimea with Russia; ISO 3166 lists it with Ukraine. The line across the isthmus is dropped and
# none is drawn through the strait.
CRIMEA = (32.4, 44.2, 36.7, 46.4)  # west, south, east, north
UKRAINE, RUSSIA = "804", "643"
# Areas that the data draws apart and ISO 3166-1 does not list, with the entry that they belong to there.
UNLISTED = {"Kosovo": "688", "N. Cyprus": "196", "Somaliland": "706"}


def main(source: Path, target: Path) -> None:
    """Writes land polygons and the borders between ISO 3166 countries, coordinates to two decimals."""
    topology = json.loads(source.read_text())
    arcs = _decode(topology)
    users: dict[int, set[str]] = {}
    for country in topology["objects"]["countries"]["geometries"]:
        code = country.get("id") or UNLISTED[country["properties"]["name"]]
        for index in _flat(country["arcs"]):
            users.setdefault(index if index >= 0 else ~index, set()).add(code)
    borders = [
        arcs[index]
        for index, countries in sorted(users.items())
        if len(countries) == 2 and not _in_crimea(arcs[index], countries)
    ]
    land = [
        [_ring(arcs, ring) for ring in polygon]
        for geometry in topology["objects"]["land"]["geometries"]
        for polygon in geometry["arcs"]
    ]
    world = {
        "land": {"type": "Feature", "properties": {}, "geometry": {"type": "MultiPolygon", "coordinates": land}},
        "borders": {
            "type": "Feature",
            "properties": {},
            "geometry": {"type": "MultiLineString", "coordinates": borders},
        },
    }
    target.write_text(json.dumps(world, separators=(",", ":")) + "\n")


def _decode(topology: dict[str, Any]) -> list[Ring]:
    """TopoJSON arcs: delta-encoded integers, scaled and moved (TopoJSON specification 2.1.1)."""
    (scale_x, scale_y), (move_x, move_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    decoded = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append([round(x * scale_x + move_x, 2), round(y * scale_y + move_y, 2)])
        decoded.append(points)
    return decoded


def _flat(nested: Any) -> list[int]:
    return [nested] if isinstance(nested, int) else [index for part in nested for index in _flat(part)]


def _ring(arcs: list[Ring], indexes: list[int]) -> Ring:
    ring: Ring = []
    for index in indexes:
        points = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring += points[1:] if ring else points
    return ring


def _in_crimea(arc: Ring, countries: set[str]) -> bool:
    west, south, east, north = CRIMEA
    inside = all(west <= x <= east and south <= y <= north for x, y in arc)
    return inside and countries == {UKRAINE, RUSSIA}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
