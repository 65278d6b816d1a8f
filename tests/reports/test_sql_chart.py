from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import html5lib  # type: ignore[import-untyped]
import pytest
from lxml import html as lxml_html

from reports.sql_chart import BARS, POINTS, SERIES, ChartError, Picture, Wishes, plan_picture
from reports.sql_drawing import chart_specification, draw_picture
from tests.reports.attacks import ATTACKS

DAY = date(2026, 3, 1)


def plan(columns: dict[str, list[Any]], **wishes: Any) -> Picture:
    rows = list(zip(*columns.values(), strict=True))
    return plan_picture(tuple(columns), ("?",) * len(columns), rows, Wishes(**wishes))


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        ({"type": ["a", "b"], "n": [1, 2]}, "bar"),
        ({"n": [1, 2], "type": ["a", "b"]}, "bar"),
        ({"day": [DAY, DAY + timedelta(1)], "n": [1, 2]}, "line"),
        ({"at": [datetime(2026, 3, 1, 4, tzinfo=UTC)], "n": [Decimal("1.5")]}, "line"),
        ({"a": [1.0, 2.0], "b": [3, 4]}, "scatter"),
        ({"lat": [1.0], "lon": [2.0], "n": [3]}, "map"),
        ({"country": ["RU", "RU", "IQ", "IQ"], "type": ["a", "b", "a", "b"], "n": [1, 2, 3, 4]}, "heatmap"),
        ({"country": ["RU", "IQ"], "name": ["Russia", "Iraq"], "n": [1, 2]}, "bar"),
    ],
)
def test_the_columns_choose_the_kind(columns: dict[str, list[Any]], kind: str) -> None:
    picture = plan(columns)
    assert picture.kind == kind
    ElementTree.fromstring(draw_picture(picture, "svg"))


@pytest.mark.parametrize("kind", ["bar", "line", "area", "scatter", "heatmap", "map"])
@pytest.mark.parametrize("form", ["svg", "png", "html"])
def test_every_kind_is_drawn_in_every_form(kind: Any, form: Any) -> None:
    columns: dict[str, list[Any]] = {
        "lat": [1.0, 2.0, 3.5], "lon": [2.0, 3.0, 4.0], "who": ["x", "y", "x"], "what": ["p", "p", "q"],
        "day": [DAY, DAY, DAY + timedelta(3)],
    }  # fmt: skip
    drawn = draw_picture(plan(columns, kind=kind), form)
    starts = {"svg": b"<svg", "png": b"\x89PNG", "html": b"<!doctype html>"}
    assert drawn.startswith(starts[form])
    if form == "html":
        html5lib.HTMLParser(strict=True).parse(drawn.decode())


def test_named_columns_take_their_roles() -> None:
    picture = plan({"a": [1, 2], "b": [3, 4], "who": ["x", "y"]}, x="b", y="a", color="who", title="T")
    assert (picture.kind, picture.x.name, picture.y and picture.y.name, picture.title) == ("scatter", "b", "a", "T")


@pytest.mark.parametrize(
    ("columns", "wishes", "message"),
    [
        ({"n": []}, {}, "no row"),
        ({"title": ["a"]}, {}, "needs a column of numbers"),
        ({"type": ["a"], "n": [1]}, {"x": "kind"}, "no column 'kind' for --x; it gives: type, n"),
        ({"type": ["a"], "n": [1]}, {"kind": "map"}, "needs two columns of numbers, latitude and longitude"),
        ({"type": ["a"], "n": [1]}, {"kind": "heatmap"}, "two columns of categories"),
        ({"type": ["a", "b"], "n": [None, float("nan")]}, {}, "needs a column of numbers|No row has a value"),
        ({"type": ["a"], "n": ["x"]}, {"y": "n"}, "needs a column of numbers"),
    ],
)
def test_what_cannot_be_drawn_is_told_in_a_sentence(columns: Any, wishes: Any, message: str) -> None:
    with pytest.raises(ChartError, match=message):
        plan(columns, **wishes)


def test_a_map_without_a_place_on_earth_is_refused() -> None:
    with pytest.raises(ChartError, match="latitude from -90"):
        draw_picture(plan({"lat": [1000.0], "lon": [0.0]}), "svg")


def test_too_many_bars_colours_and_points_are_cut_and_counted() -> None:
    bars = plan({"type": [f"t{n}" for n in range(100)], "n": list(range(100))})
    assert set(bars.x.values) == {f"t{n}" for n in range(100 - BARS, 100)}
    assert bars.notes == (f"Only the {BARS} largest of 100 bars are drawn.",)
    lines = plan({"day": [DAY] * 50, "n": list(range(50)), "who": [f"w{n}" for n in range(50)]})
    assert lines.color is not None
    assert len(set(lines.color.values)) == SERIES
    points = plan({"a": list(range(POINTS + 9)), "b": [1] * (POINTS + 9)})
    assert len(points.x.values) == POINTS
    assert str(POINTS + 9) in points.notes[0]


def test_rows_without_a_value_are_counted() -> None:
    assert plan({"type": ["a", None, "b"], "n": [1, 2, None]}).notes == ("2 rows without a value are not drawn.",)


def test_dates_are_drawn_in_utc() -> None:
    picture = plan({"at": [datetime(2026, 3, 1, 23, tzinfo=UTC)], "n": [1]})
    assert picture.x.values == ("2026-03-01T23:00:00Z",)
    assert chart_specification(picture)["encoding"]["x"]["scale"] == {"type": "utc"}


HOSTILE = (
    *ATTACKS,
    "datum['x']",
    "a.b[0]",
    "href",
    "url",
    "width",
    "{signal: 'alert(1)'}",
    "datum.b = 1",
    "\\",
    "'",
    '"',
)


def keys(value: Any) -> Iterator[str]:
    """All keys of a specification, at any depth."""
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keys(one)
    if isinstance(value, dict):
        yield from value


@pytest.mark.parametrize("attack", HOSTILE, ids=lambda attack: repr(attack[:20]))
def test_hostile_names_and_values_are_only_text(attack: str) -> None:
    picture = plan({attack: [attack, "b"], "n": [1, 2]}, title=attack)
    specification = chart_specification(picture)
    assert {key for row in specification["data"]["values"] for key in row} == {"a", "b", "c"}
    assert not {"href", "url", "expr", "signal", "tooltip", "description"} & set(keys(specification))
    fields = re.findall(r"'field': '([^']*)'", str(specification["encoding"]) + str(specification["layer"]))
    assert set(fields) <= {"a", "b", "c", "sum_c"}


@pytest.mark.parametrize("attack", HOSTILE[:12:2], ids=lambda attack: repr(attack[:20]))
def test_nothing_active_comes_out(attack: str) -> None:
    picture = plan({attack: [attack, "b"], "n": [1, 2]}, title=attack)
    for element in ElementTree.fromstring(draw_picture(picture, "svg")).iter():
        assert element.tag.rpartition("}")[2] in {"svg", "g", "path", "rect", "text", "line", "defs", "clipPath"}
        assert not [name for name in element.attrib if name.startswith("on") or "href" in name]
    tree = lxml_html.fromstring(draw_picture(picture, "html").decode())
    assert not list(tree.iter("script", "img", "iframe", "b"))
    places = plan({"lat": [1.0], "lon": [2.0], "who": [attack]}, color="who", title=attack)
    ElementTree.fromstring(draw_picture(places, "svg"))
