"""Facility tables that are checked when they are read and become records row by row, when a text names one.

A hundred thousand rows are checked in a third of the time that it takes to make them into records, and a night's
texts name a few hundred of them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from nlp.gazetteer_rows import (
    FACILITY_COLUMNS,
    FACILITY_TYPES,
    PRECISIONS,
    SLUG,
    UNITS,
    Facility,
    GazetteerError,
    bad_line,
    parse_facility,
)

_REQUIRED = FACILITY_COLUMNS[:6]
_PLAIN_PRECISIONS = PRECISIONS | {""}


class FacilityTable(Mapping[str, Facility]):
    """Facilities by id out of CSV files; a row of a later file replaces the earlier one with its id."""

    def __init__(self) -> None:
        self._rows: dict[str, tuple[_Sheet, tuple[str, ...], int]] = {}
        self._made: dict[str, Facility] = {}

    def read(self, path: Path) -> None:
        """Adds a file's rows; raises GazetteerError for a bad header, row or repeated id."""
        self._rows.update(_read_sheet(path))

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def __getitem__(self, key: str) -> Facility:
        made = self._made.get(key)
        if made is None:
            sheet, cells, line = self._rows[key]
            made = self._made[key] = sheet.parse(cells, line)
        return made

    def names(self) -> Iterator[tuple[str, str]]:
        """The id of each row with its name and aliases, divided by semicolons, as the file has them."""
        for key, (sheet, cells, _) in self._rows.items():
            yield key, sheet.names(cells)


class _Sheet:
    """One file's header: where the columns stand."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self.path, self.header = path, tuple(header)
        missing = [c for c in _REQUIRED if c not in self.header]
        if missing:
            raise GazetteerError(path, 1, missing[0], "the header lacks this column")
        place = {column: self.header.index(column) for column in FACILITY_COLUMNS if column in self.header}
        self._id, self._name, self._type = place["id"], place["name"], place["facility_type"]
        self._countries, self._latitude, self._longitude = place["countries"], place["latitude"], place["longitude"]
        # A column that the file lacks reads the empty cell that is put behind each row.
        last = len(self.header)
        self._precision = place.get("coordinate_precision", last)
        self._capacity, self._unit = place.get("capacity", last), place.get("capacity_unit", last)
        self._aliases = place.get("aliases", last)
        self._known: set[str] = set()

    def names(self, cells: tuple[str, ...]) -> str:
        aliases = cells[self._aliases]
        return f"{cells[self._name]};{aliases}" if aliases else cells[self._name]

    def key(self, cells: tuple[str, ...]) -> str:
        return cells[self._id].strip()

    def parse(self, cells: tuple[str, ...], line: int) -> Facility:
        return parse_facility(dict(zip(self.header, cells, strict=False)), self.path, line)

    def check(self, cells: tuple[str, ...], line: int) -> None:
        """Raises GazetteerError for a bad row. The plain case is decided here; whatever is odd, by the parser."""
        countries = cells[self._countries]
        unit = cells[self._unit]
        if (
            cells[self._type] in FACILITY_TYPES
            and cells[self._precision] in _PLAIN_PRECISIONS
            and SLUG.fullmatch(cells[self._id])
            and cells[self._name][:1] > " "
            and countries in self._known
            and (_is_capacity(cells[self._capacity], unit) if unit else not cells[self._capacity])
            and _within(cells[self._latitude], 90.0)
            and _within(cells[self._longitude], 180.0)
        ):
            return
        self.parse(cells, line)
        self._known.add(countries)


def _within(cell: str, limit: float) -> bool:
    try:
        return -limit <= float(cell) <= limit
    except ValueError:
        return False


def _is_capacity(cell: str, unit: str) -> bool:
    return unit in UNITS and cell >= "0" and _within(cell, 1e12)


def _read_sheet(path: Path) -> dict[str, tuple[_Sheet, tuple[str, ...], int]]:
    rows: dict[str, tuple[_Sheet, tuple[str, ...], int]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        header: list[str] = []
        try:
            header = next(reader, [])
            sheet = _Sheet(path, header)
            width = len(header) + 1
            for cells in reader:
                if not cells:
                    continue
                line = reader.line_num
                if len(cells) >= width:
                    raise GazetteerError(path, line, header[-1], "the line has more cells than the header")
                row = (*cells, *[""] * (width - len(cells)))
                sheet.check(row, line)
                key = sheet.key(row)
                if key in rows:
                    raise GazetteerError(path, line, "id", f"{key!r} is used twice")
                rows[key] = (sheet, row, line)
        except csv.Error as error:
            raise GazetteerError(path, reader.line_num, header[0] if header else "id", str(error)) from error
        except UnicodeDecodeError as error:
            raise GazetteerError(path, bad_line(path), header[0] if header else "id", "not UTF-8") from error
    return rows
