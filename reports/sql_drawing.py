"""Draws a planned picture with Vega-Lite, or on the map, as SVG, PNG or a page of its own."""

from __future__ import annotations

from typing import Any, Literal

import vl_convert
from markupsafe import Markup

from reports.charts import PNG_SCALE, base_config, page_svg
from reports.dot_map import dots_png, dots_svg
from reports.sql_chart import ChartError, Column, Picture, cell_text
from reports.templating import content_policy, read_asset, render_template
from reports.text import shorten

Form = Literal["svg", "png", "html"]
WIDTH = 720
_ROWS_LISTED = 1000
_COLOURS = ["#0072b2", "#c24e00", "#00876a", "#b0558a", "#a87000", "#2e8fc7", "#7d7d7d", "#57626a"]
_Drawn = tuple[dict[str, Any], int, list[dict[str, Any]]]  # what goes where, how high, and the marks over each other


def chart_specification(picture: Picture, width: int = WIDTH) -> dict[str, Any]:
    """The Vega-Lite specification of a picture that is no map.

    The data's fields are called a, b and c, so that no column's name is read as a path or an expression; no channel
    for addresses is used, and all text is data.
    """
    x, y, color = picture.x, picture.y, picture.color
    rows = [
        {"a": x.values[n], "b": y.values[n] if y else None, "c": color.values[n] if color else None}
        for n in range(len(x.values))
    ]
    encoding, height, marks = _ENCODINGS[picture.kind](picture)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": {"left": 2, "right": 12, "top": 4, "bottom": 2},
        "title": {"text": shorten(picture.title, 90), "anchor": "start", "fontSize": 15, "color": "#22282d",
                  "offset": 12},
        "data": {"values": rows},
        "encoding": encoding,
        "layer": marks,
        "config": base_config() | {"axis": base_config()["axis"] | {"titleColor": "#5c666e", "titleFontWeight": 400,
                                                                    "labelLimit": 260}},
    }  # fmt: skip


def _axis(column: Column, **more: Any) -> dict[str, Any]:
    if column.type == "date":
        days = {value for value in column.values if value is not None}
        hours = any("T" in day for day in days)
        ticks = {} if hours or len(days) > 14 else {"tickCount": {"interval": "day", "step": 1}, "format": "%-d %b"}
        return {"type": "temporal", "title": column.name, "scale": {"type": "utc"}, "axis": ticks} | more
    if column.type == "text":
        return {"type": "nominal", "title": column.name} | more
    whole = all(value is None or value == int(value) for value in column.values)
    axis = {"tickMinStep": 1, "format": ",d"} if whole else {}
    return {"type": "quantitative", "title": column.name, "axis": axis} | more


def _figures(column: Column) -> str:
    """How the figures of a column are written: whole ones whole, others with three digits."""
    return ",d" if all(value is None or value == int(value) for value in column.values) else ",.3~r"


def _hue(color: Column | None) -> dict[str, Any]:
    if color is None:
        return {"value": _COLOURS[0]}
    if color.type == "number":
        return {"field": "c", **_axis(color), "scale": {"scheme": "blues"}}
    scale = {"range": _COLOURS}
    legend = {"orient": "top", "columns": 4}
    return {"field": "c", "type": "nominal", "title": color.name, "scale": scale, "legend": legend}


def _bars(picture: Picture) -> _Drawn:
    x, y = picture.x, picture.y
    assert y is not None
    if x.type != "text":
        encoding = {"x": {"field": "a", **_axis(x)}, "y": {"field": "b", "aggregate": "sum", **_axis(y)}}
        return encoding | {"color": _hue(picture.color)}, 300, [{"mark": {"type": "bar"}}]
    number = len(set(x.values))
    encoding = {
        "y": {"field": "a", **_axis(x, sort="-x", axis={"title": None})},
        "x": {"field": "b", "aggregate": "sum", **_axis(y)},
        "color": _hue(picture.color),
    }
    bar: dict[str, Any] = {"mark": {"type": "bar", "height": {"band": 0.75}}}
    if picture.color is not None:
        return encoding, 80 + 22 * number, [bar]
    # The figure itself beside its bar.
    text = {"text": {"field": "b", "aggregate": "sum", "format": _figures(y)}, "color": {"value": "#22282d"}}
    label = {"mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 11.5}, "encoding": text}
    return encoding, 60 + 22 * number, [bar, label]


def _lines(picture: Picture) -> _Drawn:
    x, y = picture.x, picture.y
    assert y is not None
    encoding = {"x": {"field": "a", **_axis(x)}, "y": {"field": "b", "aggregate": "sum", **_axis(y)}}
    encoding["color"] = _hue(picture.color)
    if picture.color is not None and picture.kind == "line":
        encoding["strokeDash"] = {"field": "c", "type": "nominal", "legend": None}  # not by colour alone
    mark: dict[str, Any] = {"type": picture.kind}
    if picture.kind == "line":
        mark |= {"strokeWidth": 2, "point": {"size": 36, "strokeWidth": 0} if len(set(x.values)) <= 40 else False}
    else:
        mark |= {"opacity": 0.8, "line": True}
    return encoding, 300, [{"mark": mark}]


def _points(picture: Picture) -> _Drawn:
    x, y = picture.x, picture.y
    assert y is not None
    encoding = {"x": {"field": "a", **_axis(x)}, "y": {"field": "b", **_axis(y)}, "color": _hue(picture.color)}
    if picture.color is not None and picture.color.type == "text":
        encoding["shape"] = {"field": "c", "type": "nominal", "legend": None}
    return encoding, 360, [{"mark": {"type": "point", "filled": True, "size": 55, "opacity": 0.75}}]


def _cells(picture: Picture) -> _Drawn:
    x, y = picture.x, picture.y
    assert y is not None
    across: dict[str, Any] = {"type": "ordinal", "title": x.name, "axis": {"labelAngle": -40, "labelOverlap": True}}
    assert picture.color is not None
    sums: dict[tuple[Any, Any], float] = {}
    for pair, value in zip(zip(x.values, y.values, strict=True), picture.color.values, strict=True):
        sums[pair] = sums.get(pair, 0.0) + (value or 0.0)
    figure = {"field": "c", "aggregate": "sum", "type": "quantitative"}
    encoding = {"x": {"field": "a", **across}, "y": {"field": "b", "type": "ordinal", "title": y.name}}
    hue = {"color": {**figure, "title": picture.color.name, "scale": {"scheme": "blues"}}}
    cells: list[dict[str, Any]] = [{"mark": {"type": "rect", "stroke": "#ffffff"}, "encoding": hue}]
    if len(set(x.values)) <= 20:  # the figures themselves, where a cell has room
        middle = max(sums.values(), default=0.0) * 0.6
        light = {"condition": {"test": {"field": "sum_c", "gt": middle}, "value": "#ffffff"}, "value": "#22282d"}
        text = {"text": {**figure, "format": _figures(picture.color)}, "color": light}
        cells.append({"mark": {"type": "text", "fontSize": 11}, "encoding": text})
    return encoding, 90 + 22 * len(set(y.values)), cells


_ENCODINGS = {"bar": _bars, "line": _lines, "area": _lines, "scatter": _points, "heatmap": _cells}


def draw_picture(picture: Picture, form: Form) -> bytes:
    """The picture as a file: SVG, PNG, or a page that holds the SVG and its figures as a table."""
    if picture.kind == "map":
        return _draw_map(picture, form)
    specification = chart_specification(picture)
    if form == "png":
        specification["config"]["background"] = "#ffffff"
        specification["padding"] = 14
        return bytes(vl_convert.vegalite_to_png(specification, scale=PNG_SCALE))
    if form == "svg":
        specification["config"]["background"] = "#ffffff"
    drawn = page_svg(specification, "chart")
    return drawn.encode() if form == "svg" else _page(picture, drawn).encode()


def _draw_map(picture: Picture, form: Form) -> bytes:
    assert picture.y is not None
    color = picture.color
    groups = [None if color is None else cell_text(value) for value in (color.values if color else picture.x.values)]
    dots = [
        (latitude, longitude, group or "")
        for latitude, longitude, group in zip(picture.y.values, picture.x.values, groups, strict=True)
        if abs(latitude) <= 90 and abs(longitude) <= 180
    ]
    if not dots:
        raise ChartError("No row has a latitude from -90 to 90 and a longitude from -180 to 180.")
    if form == "png":
        return dots_png(dots, picture.title)
    drawn = dots_svg(dots, picture.title, alone=form == "svg")
    return drawn.encode() if form == "svg" else _page(picture, drawn).encode()


def _page(picture: Picture, drawn: str) -> str:
    style = read_asset("briefing.css")
    shown = list(zip(*(column.values for column in picture.columns), strict=True))[:_ROWS_LISTED]
    values = {
        "title": picture.title,
        "drawn": Markup(drawn),  # noqa: S704
        "notes": picture.notes,
        "columns": picture.columns,
        "rows": shown,
        "left_out": len(picture.columns[0].values) - len(shown),
        "css": Markup(style),  # noqa: S704
        "policy": content_policy(style, ""),
    }
    return render_template("chart.html.j2", "html", values).strip() + "\n"
