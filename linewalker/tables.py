"""Query results as text: an aligned table, CSV, JSON, JSON Lines or Markdown."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sys
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from linewalker.errors import ConfigError
from reports.exports.csv_table import guard
from reports.page_text import display_width, take_columns
from reports.text import escape_json, escape_markdown, visible
from store.query import QueryResult

FORMS = ("table", "csv", "json", "jsonl", "markdown")
_PADDED = 1000  # columns to which other rows are padded at most
_WIDEST = 60  # columns of a table cell on a terminal; in pipes and files nothing is cut


def check_form(form: str) -> None:
    """Raises ConfigError where there is no such form of a result."""
    if form not in FORMS:
        raise ConfigError(f"there is no format {form!r}; choose one of: {', '.join(FORMS)}")


def terminal_width() -> int | None:
    """The columns of the terminal that standard output is; None where it is a pipe or a file."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def render_result(result: QueryResult, form: str) -> str:
    """The result in one of FORMS, ending with a newline."""
    if form == "csv":
        return _csv(result)
    if form in ("json", "jsonl"):
        rows = [dict(zip(result.columns, map(_json_value, row), strict=True)) for row in result.rows]
        if form == "json":
            return escape_json(json.dumps(rows, ensure_ascii=False, indent=1)) + "\n"
        return "".join(escape_json(json.dumps(row, ensure_ascii=False)) + "\n" for row in rows)
    if form == "markdown":
        return _markdown(result)
    widest = _WIDEST if terminal_width() is not None else None
    table, cut = _table(result.columns, result.rows, widest)
    return (
        f"{table}(… marks cells that were cut at {_WIDEST} columns; -f csv or -f json shows them whole)\n"
        if cut
        else table
    )


def render_table(columns: tuple[str, ...], rows: tuple[tuple[Any, ...], ...], *, widest: int | None = None) -> str:
    """An aligned table; control characters are taken out, and cells wider than `widest` columns end in an ellipsis.

    Without `widest` a terminal's table is cut as a query's, and what goes to a pipe or a file is whole.
    """
    if widest is None and terminal_width() is not None:
        widest = _WIDEST
    return _table(columns, rows, widest)[0]


def _table(columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]], widest: int | None) -> tuple[str, bool]:
    columns = tuple(_cell(name) for name in columns)
    whole = [[_cell(value) for value in row] for row in rows]
    cells = [[_cut(text, widest) for text in row] for row in whole]
    numeric = [
        bool(rows) and all(isinstance(r[i], int | float | Decimal | None) for r in rows) for i in range(len(columns))
    ]
    # A title of a megabyte must not pad every other row to a megabyte: what is wider moves its own row only.
    widths = [
        min(_PADDED, max([display_width(name), *(display_width(row[i]) for row in cells)]))
        for i, name in enumerate(columns)
    ]
    lines = ["  ".join(_pad(name, width, False) for name, width in zip(columns, widths, strict=True)).rstrip()]
    lines.append("  ".join("-" * width for width in widths))
    lines += [
        "  ".join(_pad(cell, width, right) for cell, width, right in zip(row, widths, numeric, strict=True)).rstrip()
        for row in cells
    ]
    lines.append(f"({len(rows):,} {'row' if len(rows) == 1 else 'rows'})")
    return "\n".join(lines) + "\n", cells != whole


def _csv(result: QueryResult) -> str:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([_formula_safe(name) for name in result.columns])
    for row in result.rows:
        writer.writerow([_formula_safe(value) for value in row])
    return target.getvalue()


def _formula_safe(value: Any) -> Any:
    # A cell that begins like a formula is run by spreadsheets; article titles are hostile text.
    if isinstance(value, float):
        return format(value, ".15g")
    if value is None or isinstance(value, int | Decimal | date):
        return _plain(value) if value is not None else ""
    return guard("\n".join(map(visible, re.split("\r\n?|\n", _plain(value)))))


def _markdown(result: QueryResult) -> str:
    lines = [result.columns, *([_cell(value) for value in row] for row in result.rows)]
    told = ["| " + " | ".join(str(escape_markdown(cell)) for cell in line) + " |" for line in lines]
    told.insert(1, "|" + " --- |" * len(result.columns))
    return "\n".join(told) + "\n"


def _json_value(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _json_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json_value(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else str(value)
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value.tzinfo is not None else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ", ".join(_plain(item) for item in value)
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < 1e6 else f"{value:,.0f}".replace(",", "")
    return str(value)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c for c in _plain(value))


def _cut(text: str, widest: int | None) -> str:
    return text if widest is None or display_width(text) <= widest else take_columns(text, widest - 1) + "…"


def _pad(text: str, width: int, right: bool) -> str:
    space = " " * (width - display_width(text))
    return space + text if right else text + space
