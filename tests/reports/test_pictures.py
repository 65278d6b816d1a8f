from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import reports
from reports.charts import chart_png, chart_spec, chart_summary, chart_svg
from reports.maps import map_png, map_spec, map_summary, map_svg
from reports.records import MapPoint
from tests.reports.builders import weeks

WEEKS = weeks(("2026-11-02", "attack", 2), ("2026-11-16", "attack", 1), ("2026-11-16", "cyberattack", 3))
POINTS = (
    MapPoint(number=None, latitude=26.6, longitude=12.2, state="open"),
    MapPoint(number=2, latitude=29.7, longitude=-95.2, state="new"),
    MapPoint(number=1, latitude=44.7, longitude=37.8, state="new"),
)


def test_a_week_without_incidents_keeps_its_place() -> None:
    rows = chart_spec(WEEKS, 720)["data"]["values"]
    assert [row["incidents"] for row in rows if row["week"] == "9 Nov"] == [0, 0]
    assert [row["week"] for row in rows if row["type"] == "Attack"] == ["2 Nov", "9 Nov", "16 Nov"]


def test_the_summary_tells_what_the_chart_shows() -> None:
    assert chart_summary(WEEKS) == "6 incidents, weeks of 2 Nov to 16 Nov: attack 3, cyberattack 3."
    assert chart_summary(()) == "No incident in the weeks shown."


@pytest.mark.parametrize("width", [350, 720])
def test_drawings_are_svg_without_links_or_scripts(width: int) -> None:
    for svg in (chart_svg(WEEKS, width), map_svg(POINTS, width)):
        assert svg.startswith("<svg")
        assert not re.search(r"href|<script|<image|<foreignObject|url\((?!#)|\son\w+=", svg)
        drawn = float(re.search(r'width="([\d.]+)"', svg).group(1))  # type: ignore[union-attr]
        assert drawn <= width + 2


def test_drawings_hold_no_text_but_their_own() -> None:
    shown = set(re.findall(r">([^<>]+)</text>", map_svg(POINTS, 720)))
    assert shown == {"1", "2", "New", "Still open"}


def test_pngs_are_pngs() -> None:
    assert chart_png(WEEKS).startswith(b"\x89PNG")
    assert map_png(POINTS).startswith(b"\x89PNG")


def test_nothing_to_draw_is_nothing() -> None:
    assert chart_svg((), 720) == map_svg((), 720) == ""


def test_the_map_zooms_to_a_region_and_else_shows_the_world() -> None:
    assert map_spec(POINTS, 720)["projection"]["type"] == "equalEarth"
    assert map_spec(POINTS[2:], 720)["projection"]["type"] == "equirectangular"


@pytest.mark.parametrize("latitude", [-89.0, 0.0, 89.0])
@pytest.mark.parametrize("longitude", [-179.0, 0.0, 179.0])
def test_a_point_at_the_edge_of_the_world_is_drawn(latitude: float, longitude: float) -> None:
    svg = map_svg([MapPoint(number=1, latitude=latitude, longitude=longitude, state="new")], 350)
    assert "NaN" not in svg


def test_the_summary_of_the_map_counts_what_is_missing() -> None:
    assert (
        map_summary(POINTS, 2) == "Incidents on a map: 2 new, 1 still open. 2 without a known position are not shown."
    )


def test_the_outline_draws_no_line_between_crimea_and_ukraine() -> None:
    world = json.loads((Path(reports.__file__).parent / "data" / "world.json").read_text(encoding="utf-8"))
    for line in world["borders"]["geometry"]["coordinates"]:
        assert not all(32.4 <= x <= 36.7 and 44.2 <= y <= 46.4 for x, y in line)
