"""Draws incidents on a world outline, numbered as in the briefing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import vl_convert

from reports.charts import PNG_SCALE, base_config, page_svg
from reports.records import MapPoint

_WORLD = Path(__file__).parent / "data" / "world.json"
LAND, BORDER = "#e4e7e4", "#fbfcfb"  # the page's style sheet gives other colours for these in the dark
_COLOURS = {"new": "#b3261e", "changed": "#0072b2", "open": "#8a949b"}
_NAMES = {"new": "New", "changed": "Changed", "open": "Still open"}
_NUMBERED = 30  # more labels than this hide each other


@cache
def _world() -> dict[str, Any]:
    """The outline: land polygons and borders between countries; see data/README.md."""
    return json.loads(_WORLD.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def map_spec(points: Sequence[MapPoint], width: int) -> dict[str, Any]:
    """The Vega-Lite specification of the map, `width` pixels wide, zoomed to the points where they lie together."""
    west, south, east, north = _frame(points)
    height = round(max(0.42, min(0.62, (north - south) / (east - west) * 1.15)) * width)
    small = width < 500
    rows = [
        {
            "longitude": point.longitude, "latitude": point.latitude, "state": _NAMES[point.state],
            "label": str(point.number) if point.number and point.number <= _NUMBERED else "",
        }
        for point in sorted(points, key=lambda point: (-list(_NAMES).index(point.state), -(point.number or 0)))
    ]  # fmt: skip
    states = [name for key, name in _NAMES.items() if any(point.state == key for point in points)]
    place = {"longitude": {"field": "longitude", "type": "quantitative"},
             "latitude": {"field": "latitude", "type": "quantitative"}}  # fmt: skip
    frame = {
        "type": "Feature", "properties": {},
        "geometry": {"type": "MultiPoint", "coordinates": [
            [west, south], [west, north], [east, south], [east, north], [(west + east) / 2, south],
            [(west + east) / 2, north],
        ]},
    }  # fmt: skip
    dots = {"data": {"values": rows}, "encoding": place}
    legend: dict[str, Any] | None = {"orient": "top", "symbolType": "circle", "symbolSize": 130}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width - 8,
        "height": height,
        "padding": 2,
        "projection": {"type": "equalEarth" if east - west > 200 else "equirectangular", "fit": frame,
                       "rotate": [-(west + east) / 2 if east - west <= 200 else -10, 0, 0]},
        "layer": [
            {"data": {"values": [_world()["land"]]},
             "mark": {"type": "geoshape", "fill": LAND, "stroke": None, "clip": True}},
            {"data": {"values": [_world()["borders"]]},
             "mark": {"type": "geoshape", "filled": False, "stroke": BORDER, "strokeWidth": 0.7, "clip": True}},
            {**dots, "mark": {"type": "circle", "size": 190 if small else 270, "opacity": 0.92, "stroke": "#ffffff",
                              "strokeWidth": 1, "clip": True},
             "encoding": {**place, "color": {
                 "field": "state", "type": "nominal", "title": None, "legend": legend,
                 "scale": {"domain": states, "range": [_COLOURS[key] for key, name in _NAMES.items()
                                                       if name in states]}}}},
            {**dots, "mark": {"type": "text", "fontSize": 10.5 if small else 12, "fontWeight": "bold",
                              "color": "#fffffe", "clip": True},
             "encoding": {**place, "text": {"field": "label"}}},
        ],
        "config": base_config(),
    }  # fmt: skip


def _frame(points: Sequence[MapPoint]) -> tuple[float, float, float, float]:
    """West, south, east, north: the inhabited world, or the region of the points where it is much smaller."""
    if not points:
        return -165.0, -52.0, 178.0, 74.0
    west, east = min(p.longitude for p in points) - 9, max(p.longitude for p in points) + 9
    south, north = min(p.latitude for p in points) - 7, max(p.latitude for p in points) + 7
    if east - west > 150 or north - south > 95:
        return -165.0, -52.0, 178.0, 74.0
    # At least 80 by 40 degrees, so that a single dot still shows where on Earth it is.
    wide, high = max(0.0, 80 - (east - west)) / 2, max(0.0, 40 - (north - south)) / 2
    west, east, south, north = west - wide, east + wide, south - high, north + high
    return max(west, -180.0), max(south, -85.0), min(east, 180.0), min(north, 84.0)


def map_svg(points: Sequence[MapPoint], width: int) -> str:
    """The map as an SVG element for a page; empty where no incident has a position."""
    return page_svg(map_spec(points, width), f"map{width}") if points else ""


def map_png(points: Sequence[MapPoint]) -> bytes:
    """The map as PNG on white, 720 points wide."""
    spec = map_spec(points, 720)
    spec["config"]["background"] = "#ffffff"
    spec["padding"] = 14
    return bytes(vl_convert.vegalite_to_png(spec, scale=PNG_SCALE))


def map_summary(points: Sequence[MapPoint], unplaced: int) -> str:
    """One line that tells what the map shows, for those who cannot see it."""
    told = ", ".join(
        f"{sum(point.state == state for point in points)} {name.lower()}"
        for state, name in _NAMES.items()
        if any(point.state == state for point in points)
    )
    missing = f" {unplaced} without a known position are not shown." if unplaced else ""
    return f"Incidents on a map: {told or 'none'}.{missing}"
