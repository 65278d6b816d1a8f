"""A picture of any table of rows: chooses its kind from the columns' types and keeps hostile values to text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, get_args

from reports.text import clean_text, shorten

Kind = Literal["bar", "line", "area", "scatter", "map", "heatmap"]
Type = Literal["date", "number", "text"]
BARS, SERIES, CELLS, POINTS = 30, 8, 40, 5_000  # what still can be read; further ones are left out, and it is said
_LABEL = 42  # characters of a label
_LATITUDE, _LONGITUDE = ("latitude", "lat"), ("longitude", "lon", "lng", "long")


class ChartError(Exception):
    """The rows cannot be drawn so; the message says what would do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the user asked for; None leaves the choice to the columns."""

    kind: Kind | None = None
    x: str | None = None
    y: str | None = None
    color: str | None = None
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column with its values in the form in which they are drawn."""

    name: str
    type: Type
    values: tuple[Any, ...]  # ISO dates, floats or cleaned text; None where there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is to be drawn, with what was left out."""

    kind: Kind
    title: str
    columns: tuple[Column, ...]  # as given, for the table under the picture
    x: Column
    y: Column | None  # None: nothing but places
    color: Column | None
    notes: tuple[str, ...] = ()


def plan_picture(names: Sequence[str], types: Sequence[str], rows: Sequence[Sequence[Any]], wishes: Wishes) -> Picture:
    """Decides what is drawn of the rows; raises ChartError with one sentence where nothing sensible can be."""
    if not rows:
        raise ChartError("The query found no row, so there is nothing to draw.")
    columns = tuple(
        _column(name, kind, [row[n] for row in rows]) for n, (name, kind) in enumerate(zip(names, types, strict=True))
    )
    asked = {role: _find(columns, getattr(wishes, role), role) for role in ("x", "y", "color")}
    kind = wishes.kind or _kind(columns, asked)
    x, y, color = _roles(kind, columns, asked)
    title = clean_text(wishes.title) or _title(kind, x, y, color)
    return _capped(Picture(kind=kind, title=title, columns=columns, x=x, y=y, color=color))


def _column(name: str, kind: str, values: Sequence[Any]) -> Column:
    found = [value for value in values if value is not None]
    label = shorten(clean_text(str(name)), _LABEL) or "(no name)"
    if found and all(isinstance(value, date) for value in found):  # a datetime is a date, too
        return Column(name=label, type="date", values=tuple(None if v is None else _iso(v) for v in values))
    if found and all(isinstance(value, int | float | Decimal) and not isinstance(value, bool) for value in found):
        return Column(name=label, type="number", values=tuple(_finite(v) for v in values))
    return Column(name=label, type="text", values=tuple(None if v is None else cell_text(v) for v in values))


def _iso(value: date) -> str:
    # With a zone, so that it is not read in that of the machine; a date alone is read as UTC anyway.
    return f"{value.replace(tzinfo=None).isoformat()}Z" if isinstance(value, datetime) else value.isoformat()


def _finite(value: Any) -> float | None:
    number = float(value) if value is not None else math.nan
    return number if math.isfinite(number) else None


def cell_text(value: Any) -> str:
    """A value as a label: on one line, cleaned and short."""
    if isinstance(value, list | tuple):
        value = ", ".join(str(one) for one in value)
    return shorten(clean_text(str(value)), _LABEL) or "(empty)"


def _find(columns: Sequence[Column], name: str | None, role: str) -> Column | None:
    if name is None:
        return None
    wanted = shorten(clean_text(name), _LABEL).casefold()
    for column in columns:
        if column.name.casefold() == wanted:
            return column
    known = ", ".join(column.name for column in columns)
    raise ChartError(f"The query gives no column {clean_text(name)!r} for --{role}; it gives: {known}.")


def _place(columns: Sequence[Column]) -> tuple[Column, Column] | None:
    """Latitude and longitude by their names."""
    by_name = {column.name.casefold(): column for column in columns if column.type == "number"}
    latitude = next((by_name[name] for name in _LATITUDE if name in by_name), None)
    longitude = next((by_name[name] for name in _LONGITUDE if name in by_name), None)
    return (latitude, longitude) if latitude and longitude else None


def _kind(columns: Sequence[Column], asked: dict[str, Column | None]) -> Kind:
    if _place(columns) and not (asked["x"] or asked["y"]):
        return "map"
    x, y = asked["x"], asked["y"]
    dates, texts, numbers = ([c for c in columns if c.type == kind] for kind in ("date", "text", "number"))
    if (x and x.type == "date") or (x is None and dates and numbers):
        return "line"
    if x and y and x.type == y.type == "number":
        return "scatter"
    if x is None and y is None and len(texts) >= 2 and numbers and _crossed(texts[0], texts[1]):
        return "heatmap"
    if texts or (x and x.type == "text"):
        return "bar"
    if len(numbers) >= 2:
        return "scatter"
    return "bar"


def _crossed(one: Column, other: Column) -> bool:
    """Whether the values of two columns meet in more than one combination each, as in a cross table."""
    pairs = set(zip(one.values, other.values, strict=True))
    return len(pairs) > max(len(set(one.values)), len(set(other.values)))


def _roles(
    kind: Kind, columns: Sequence[Column], asked: dict[str, Column | None]
) -> tuple[Column, Column | None, Column | None]:
    x, y, color = asked["x"], asked["y"], asked["color"]
    if kind == "map":
        place = _place(columns)
        latitude, longitude = (y, x) if x and y else place or (None, None)
        if latitude is None or longitude is None or latitude.type != "number" or longitude.type != "number":
            raise ChartError("A map needs two columns of numbers, latitude and longitude (or --y and --x).")
        return longitude, latitude, color
    free = [column for column in columns if column not in (x, y, color)]

    def take(*types: Type) -> Column | None:
        for wanted in types:
            for column in free:
                if column.type == wanted:
                    free.remove(column)
                    return column
        return None

    if kind == "heatmap":
        x = x or take("date", "text")
        y = y or take("text", "date")
        color = color or take("number")
        if x is None or y is None or color is None or color.type != "number":
            raise ChartError("A heatmap needs two columns of categories and one of numbers.")
        return x, y, color
    if kind == "scatter":
        x, y = x or take("number", "date"), y or take("number")
    elif kind == "bar":
        x, y = x or take("text", "date", "number"), y or take("number")
    else:
        x, y = x or take("date", "number", "text"), y or take("number")
    if x is None or y is None or y.type != "number":
        needed = "two columns of numbers" if kind == "scatter" else "a column of numbers beside a date or a category"
        raise ChartError(f"A {kind} chart needs {needed}; count or sum in the query, or name the columns.")
    if color is None and kind in ("line", "area", "scatter"):
        color = take("text")
    return x, y, color


def _title(kind: Kind, x: Column, y: Column | None, color: Column | None) -> str:
    if kind == "map":
        return "Places" + (f" by {color.name}" if color else "")
    if kind == "heatmap" and y and color:
        return f"{color.name} by {y.name} and {x.name}"
    return f"{y.name if y else ''} by {x.name}" + (f" and {color.name}" if color else "")


def _capped(picture: Picture) -> Picture:
    """The picture with as many rows, bars and colours as can be read, and what was left out in words."""
    notes: list[str] = []
    drawn = [column for column in (picture.x, picture.y) if column is not None]
    kept = [n for n in range(len(picture.x.values)) if all(column.values[n] is not None for column in drawn)]
    missing = len(picture.x.values) - len(kept)
    if missing:
        notes.append(f"{missing} rows without a value are not drawn.")
    if not kept:
        raise ChartError("No row has a value in every column that is drawn.")
    if len(kept) > POINTS:
        notes.append(f"Only the first {POINTS} of {len(kept)} rows are drawn.")
        kept = kept[:POINTS]
    y = picture.y
    if picture.kind == "bar" and y is not None and picture.x.type == "text":
        kept = _largest(kept, picture.x, y, BARS, "bars", notes)
    if picture.kind == "heatmap" and y is not None and picture.color is not None:
        for column in (picture.x, y):
            kept = _largest(kept, column, picture.color, CELLS, f"values of {column.name}", notes)
    elif picture.color is not None and picture.color.type == "text" and y is not None:
        weight = y if picture.kind != "map" else None
        kept = _largest(kept, picture.color, weight, SERIES, f"values of {picture.color.name}", notes)

    def cut(column: Column | None) -> Column | None:
        if column is None:
            return None
        return Column(name=column.name, type=column.type, values=tuple(column.values[n] for n in kept))

    x = cut(picture.x)
    assert x is not None
    return Picture(kind=picture.kind, title=picture.title, columns=picture.columns, x=x, y=cut(y),
                   color=cut(picture.color), notes=tuple(notes))  # fmt: skip


def _largest(
    kept: list[int], column: Column, weight: Column | None, most: int, what: str, notes: list[str]
) -> list[int]:
    sums: dict[Any, float] = {}
    for n in kept:
        sums[column.values[n]] = sums.get(column.values[n], 0.0) + (abs(weight.values[n] or 0.0) if weight else 1.0)
    if len(sums) <= most:
        return kept
    notes.append(f"Only the {most} largest of {len(sums)} {what} are drawn.")
    shown = set(sorted(sums, key=lambda value: (-sums[value], str(value)))[:most])
    return [n for n in kept if column.values[n] in shown]


def kinds() -> tuple[str, ...]:
    """The kinds that can be asked for."""
    return get_args(Kind)
