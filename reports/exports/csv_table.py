"""CSV: RFC 4180, flat, and no cell that a spreadsheet would run as a formula."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from datetime import date, datetime
from typing import Any

from reports.exports import values
from reports.exports.columns import TABLES, rows_of
from reports.exports.records import Exported, ExportOptions, ExportSource, Sink

JOINT = " | "  # between the members of a list; no spreadsheet splits at it unasked
_STARTS = frozenset("=+-@\t\r\n")
# Where the separator of the reader's locale is another one, a cell may begin in the middle of ours.
_INNER = re.compile(r"""([;,\t]["'\s]*)(?=[=@＝＠]|[+\-＋－﹣﹢][^\s])""")


def write_csv(source: ExportSource, target: Sink, options: ExportOptions) -> Exported:
    """One table with one header line; lines end in CRLF."""
    columns = TABLES[options.table]
    if options.bom:
        target.write(b"\xef\xbb\xbf")
    incidents = rows = 0
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.name for column in columns])
    target.write(text.getvalue().encode())
    for batch in source.batches:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        for incident in batch:
            incidents += 1
            for row in rows_of(incident, options.table):
                writer.writerow([show(column.take(row)) for column in columns])
                rows += 1
        target.write(text.getvalue().encode())
    return Exported(incidents=incidents, rows=rows, unit="rows")


def show(value: Any) -> str:
    """A value as a cell: nothing for null, numbers as numbers, lists joined by " | ", text made safe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return values.instant(value) or ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return guard(join(value))
    return guard(str(value))


def join(members: list[Any]) -> str:
    """A list as one text: members joined by " | ", of losses unit:minimum:maximum with an open end left empty."""
    return JOINT.join(_loss(one) if isinstance(one, dict) else str(one).replace("|", "/") for one in members)


def _loss(loss: dict[str, Any]) -> str:
    return f"{loss['unit']}:{show(loss['minimum'])}:{show(loss['maximum'])}"


def guard(text: str) -> str:
    """Puts an apostrophe before what a spreadsheet would run, also behind quotes, spaces and in full width.

    A cell that is read as a number stays one: this is only called for text, and text that is a number is harmless.
    """
    inner = _INNER.sub(r"\1'", text)
    first = unicodedata.normalize("NFKC", inner).lstrip(" \u00a0\"'`“”‘’«»")
    if inner[:1] in _STARTS or (first[:1] in _STARTS and not _is_number(text)):
        return inner if _is_number(text) else "'" + inner
    return inner


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?", text) is not None
