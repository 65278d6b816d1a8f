from __future__ import annotations

import json
import math
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

import reports
from reports.charts import chart_png, chart_rows, chart_spec, chart_summary, chart_svg
from reports.drawing import TARGET, spread
from reports.maps import MapDrawing, draw_map, find_frames, map_png, map_summary
from reports.outline import Panel, outline
from reports.records import MapPoint
from tests.reports.builders import weeks

WEEKS = weeks(("2026-11-02", "attack", 2), ("2026-11-16", "attack", 1), ("2026-11-16", "cyberattack", 3))
POINTS = (
    MapPoint(number=None, latitude=26.6, longitude=12.2, state="open", id="i-3"),
    MapPoint(number=2, latitude=29.7, longitude=-95.2, state="new", id="i-2"),
    MapPoint(number=1, latitude=44.7, longitude=37.8, state="new", id="i-1"),
)
CROWD = tuple(
    MapPoint(number=n, latitude=44.7 + 0.1 * n, longitude=37.8 + 0.1 * n, state="new", id=f"c-{n}") for n in range(1, 9)
)


def drawn(points: tuple[MapPoint, ...], *, told: tuple[str, ...] = ()) -> MapDrawing:
    found = draw_map(points, {point.id: f"Heading of {point.id}" for point in points}, told)
    assert found is not None
    return found


def test_a_week_without_incidents_keeps_its_place() -> None:
    rows = chart_spec(WEEKS, 720)["data"]["values"]
    assert [row["incidents"] for row in rows if row["week"] == "9 Nov"] == [0, 0]
    assert [row["week"] for row in rows if row["type"] == "Attack"] == ["2 Nov", "9 Nov", "16 Nov"]


def test_the_summary_tells_what_the_chart_shows() -> None:
    assert chart_summary(WEEKS) == "6 incidents, weeks of 2 Nov to 16 Nov: attack 3, cyberattack 3."
    assert chart_summary(()) == "No incident in the weeks shown."


def test_the_figures_of_the_chart_are_those_of_the_weeks() -> None:
    assert chart_rows(WEEKS) == (("16 Nov", (("Attack", 1), ("Cyber", 3))), ("2 Nov", (("Attack", 2),)))


@pytest.mark.parametrize("width", [350, 720])
def test_the_chart_is_svg_without_links_or_scripts(width: int) -> None:
    svg = chart_svg(WEEKS, width)
    assert svg.startswith("<svg")
    assert not re.search(r"href|<script|<image|<foreignObject|url\((?!#)|\son\w+=|style=", svg)
    assert float(re.search(r'width="([\d.]+)"', svg).group(1)) <= width + 2  # type: ignore[union-attr]


def test_the_map_leads_nowhere_but_to_the_incidents_of_the_page() -> None:
    one = drawn(POINTS, told=("i-1", "i-3"))
    whole = one.outlines + one.wide + one.narrow
    assert set(re.findall(r'href="([^"]*)"', whole)) == {"#i-i-1", "#i-i-3", "#land-0"}
    assert 'aria-label="1: Heading of i-1"' in one.wide
    assert "2: Heading of i-2" in one.narrow
    assert not re.search(r"<script|<image|<foreignObject|url\(|\son\w+=|style=", whole)


def test_the_map_is_drawn_at_two_sizes_with_one_outline() -> None:
    one = drawn(POINTS)
    assert 'width="720"' in one.wide
    assert 'width="350"' in one.narrow
    assert len(one.wide) + len(one.narrow) < len(one.outlines) / 4


def test_drawings_hold_no_text_but_their_own() -> None:
    assert set(re.findall(r">([^<>]+)</text>", drawn(POINTS).wide)) == {"1", "2", "New", "Still open"}


def test_a_hostile_heading_stays_text_in_the_map() -> None:
    attack = '</title><script>alert(1)</script>" onload="x'
    found = draw_map(POINTS, {"i-1": attack}, ("i-1",))
    assert found is not None
    assert "<script" not in found.wide
    assert 'onload="' not in found.wide
    ElementTree.fromstring(found.wide)


def test_pngs_are_pngs() -> None:
    assert chart_png(WEEKS).startswith(b"\x89PNG")
    assert map_png(POINTS).startswith(b"\x89PNG")


def test_nothing_to_draw_is_nothing() -> None:
    assert chart_svg((), 720) == ""
    assert draw_map((), {}) is None


def test_the_map_zooms_to_a_region_and_else_shows_the_world() -> None:
    assert Panel.of(find_frames(POINTS, 720)[0], 720).curved
    assert not Panel.of(find_frames(POINTS[2:], 720)[0], 720).curved


def test_where_many_lie_together_a_second_map_shows_them() -> None:
    frames = find_frames((*POINTS, *CROWD), 720)
    assert len(frames) == 2
    west, south, east, north = frames[1]
    assert all(west < point.longitude < east and south < point.latitude < north for point in CROWD)
    assert ">A</text>" in drawn((*POINTS, *CROWD)).wide
    assert len(find_frames(POINTS, 720)) == 1


def test_every_number_is_drawn_once_a_size() -> None:
    numbers = re.findall(r">(\d+)</text>", drawn((POINTS[1], *CROWD)).narrow)
    assert sorted(numbers, key=int) == ["1", "2", "2", "3", "4", "5", "6", "7", "8"]


def test_more_marks_than_can_be_told_apart_are_counted() -> None:
    crowd = tuple(
        MapPoint(number=n, latitude=n % 60 - 10, longitude=n % 170 - 60, state="new", id=str(n)) for n in range(1, 3001)
    )
    one = drawn(crowd)
    assert "+n: more in this place" in one.wide
    told = sum(int(found) for found in re.findall(r">\+(\d+)</text>", one.wide))
    assert told + one.wide.count('class="k-more"') - len(re.findall(r">\+\d+</text>", one.wide)) - 1 == 3000 - 30
    assert len(one.wide) < 100_000


@given(
    st.lists(st.tuples(st.floats(0, 720), st.floats(0, 300)), max_size=40),
)
def test_marks_that_were_moved_do_not_touch_and_stay_inside(places: list[tuple[float, float]]) -> None:
    spots = spread(places, 720, 300, radius=10)
    assert len(spots) == len(places)
    moved = [spot for spot, place in zip(spots, places, strict=True) if spot != place]
    assert all(10 <= x <= 710 and 10 <= y <= 290 for x, y in moved)
    for n, spot in enumerate(spots):
        if spot in moved:
            assert all(math.dist(spot, other) >= TARGET - 1e-6 for other in spots[:n])


@pytest.mark.parametrize("latitude", [-89.0, 0.0, 89.0])
@pytest.mark.parametrize("longitude", [-179.0, 0.0, 179.0])
def test_a_point_at_the_edge_of_the_world_is_drawn(latitude: float, longitude: float) -> None:
    point = MapPoint(number=1, latitude=latitude, longitude=longitude, state="new", id="x")
    one = drawn((point,))
    assert "nan" not in one.wide.lower()
    panel = Panel.of(find_frames((point,), 720)[0], 720)
    x, y = panel.at(longitude, latitude)
    assert -1 <= x <= 721
    assert -60 <= y <= panel.height + 60


def test_no_coast_runs_across_the_map() -> None:
    """Land that crosses the 180th meridian is cut there, and does not come back over all the others."""
    panel = Panel.of((-165.0, -52.0, 178.0, 74.0), 720)
    for ring in re.findall(r"M[^Mz]+", outline(panel)):
        (x, y), *steps = [(float(a), float(b)) for a, b in re.findall(r"(-?[\d.]+) ?(-?[\d.]+)", ring)]
        for aside, down in steps:
            x, y = x + aside, y + down
            assert abs(aside) < 200 or y > panel.height
    assert "M" in outline(Panel.of((20.0, 30.0, 60.0, 50.0), 350))


def test_the_summary_of_the_map_counts_what_is_missing() -> None:
    assert (
        map_summary(POINTS, 2) == "Incidents on a map: 2 new, 1 still open. 2 without a known position are not shown."
    )


def test_the_outline_draws_no_line_between_crimea_and_ukraine() -> None:
    world = json.loads((Path(reports.__file__).parent / "data" / "world.json").read_text(encoding="utf-8"))
    for line in world["borders"]["geometry"]["coordinates"]:
        assert not all(32.4 <= x <= 36.7 and 44.2 <= y <= 46.4 for x, y in line)
