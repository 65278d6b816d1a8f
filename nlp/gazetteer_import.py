"""Foreign facility tables become our rows: units of one works are folded into it, bad lines are told and left out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlp.gazetteer_countries import check_codes
from nlp.gazetteer_layouts import Layout, find_layout, is_own_layout, squeeze
from nlp.gazetteer_rows import Facility, GazetteerError, bad_line, parse_facility
from nlp.gazetteer_units import Works, is_unbuilt, join_unit, make_facility, read_unit

_WIDEST_CELL = 1 << 24  # a pipeline's route is one cell of up to a few megabytes
_HEADER_WITHIN = 12  # lines; some exports begin with a title and a date


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignTable:
    """What a table held."""

    title: str
    facilities: tuple[Facility, ...]
    lines: int  # with something on them, the header not counted
    unbuilt: int  # works left out because nothing of them stands
    bad: tuple[tuple[int, str], ...]  # line and reason of what was left out


def read_foreign(path: Path, *, unbuilt: bool = False) -> ForeignTable:
    """The facilities of a table in our own or a public layout; `unbuilt`: those only planned or given up as well.

    Raises GazetteerError where the file is of no known layout or cannot be read at all.
    """
    lines = _rows(path, _text(path))
    header: list[str] = []
    for number, cells in lines:
        if is_own_layout(cells) or find_layout(cells) is not None:
            header = cells
            break
        if number >= _HEADER_WITHIN:
            break
    if not header:
        raise GazetteerError(
            path, 1, "header", "the columns are neither ours nor those of a Global Energy Monitor tracker or of the "
            "Global Power Plant Database",
        )  # fmt: skip
    if is_own_layout(header):
        return _read_own(path, [cell.strip() for cell in header], lines)
    layout = find_layout(header)
    assert layout is not None
    return _read_layout(layout, [squeeze(cell) for cell in header], lines, keep_unbuilt=unbuilt)


def _text(path: Path) -> str:
    raw = path.read_bytes()
    if raw[:4] == b"PK\x03\x04" or raw[:4] == b"\xd0\xcf\x11\xe0":
        raise GazetteerError(
            path, 1, "header", "this is a workbook; open it, choose the sheet with the data and save it as CSV (UTF-8)"
        )
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\x00" in raw[:4096]:
            raise GazetteerError(path, bad_line(path), "header", "this is not a text file") from error
        return raw.decode("cp1252", errors="replace")  # what spreadsheets on Windows write as plain "CSV"


def _rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    head = text[:20_000]
    delimiter = max(",;\t", key=lambda mark: max((line.count(mark) for line in head.splitlines()[:12]), default=0))
    before = csv.field_size_limit(_WIDEST_CELL)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise GazetteerError(path, reader.line_num, "header", str(error)) from error
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    finally:
        csv.field_size_limit(before)


def _read_own(path: Path, header: Sequence[str], lines: Iterable[tuple[int, list[str]]]) -> ForeignTable:
    found: dict[str, Facility] = {}
    bad: list[tuple[int, str]] = []
    count = 0
    for number, cells in lines:
        count += 1
        row = {column: cell for column, cell in zip(header, cells, strict=False) if column}
        row["source"] = row.get("source", "").strip() or f"import {path.name}"
        try:
            facility = parse_facility(row, path, number)
            check_codes(facility.countries)
        except (GazetteerError, ValueError) as error:
            column = f"{error.column}: " if isinstance(error, GazetteerError) else ""
            bad.append((number, f"{column}{error.reason if isinstance(error, GazetteerError) else error}"))
            continue
        if facility.id in found:
            bad.append((number, f"id: {facility.id!r} is used twice"))
            continue
        found[facility.id] = facility
    return ForeignTable(
        title="our own layout", facilities=tuple(found.values()), lines=count, unbuilt=0, bad=tuple(bad)
    )


def _read_layout(
    layout: Layout, header: Sequence[str], lines: Iterable[tuple[int, list[str]]], *, keep_unbuilt: bool
) -> ForeignTable:
    works: dict[str, Works] = {}
    bad: list[tuple[int, str]] = []
    count = 0
    for number, cells in lines:
        count += 1
        # A name that two columns share is the first one's.
        row = dict(reversed(list(zip(header, cells, strict=False))))
        try:
            unit = read_unit(layout, row)
        except ValueError as error:
            bad.append((number, str(error)))
            continue
        held = works.get(unit.key)
        if held is None:
            works[unit.key] = unit
        else:
            join_unit(held, unit)
    standing = [w for w in works.values() if keep_unbuilt or any(not is_unbuilt(status) for status, _ in w.units)]
    return ForeignTable(
        title=layout.title,
        facilities=tuple(make_facility(layout, w) for w in standing),
        lines=count,
        unbuilt=len(works) - len(standing),
        bad=tuple(bad),
    )
