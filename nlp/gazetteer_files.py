"""A user's own facility tables: adding rows to them and putting imported ones in, each file written whole or not."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from nlp.gazetteer_rows import FACILITY_COLUMNS, Facility, GazetteerError, parse_facility, read_facilities


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What putting rows into a file did, in facilities."""

    added: int
    changed: int
    same: int


def add_rows(path: Path, rows: Iterable[Mapping[str, str | None]]) -> list[Facility]:
    """Appends facilities to a user's CSV file, made where absent; all rows are checked before one is written.

    Raises GazetteerError, its line counted among the new rows, for a bad row or an id that the file has.
    """
    held = read_facilities(path) if path.exists() else {}
    added: list[Facility] = []
    for number, row in enumerate(rows, start=1):
        facility = parse_facility(row, "new row", number)
        if facility.id in held:
            raise GazetteerError("new row", number, "id", f"{facility.id!r} is used already in {path}")
        held[facility.id] = facility
        added.append(facility)
    write_facilities(path, held.values())
    return added


def merge_facilities(path: Path, facilities: Iterable[Facility], *, write: bool = True) -> Merged:
    """Puts facilities into a user's CSV file: a known id is updated in its place, a new one stands at the end."""
    held = read_facilities(path) if path.exists() else {}
    added = changed = same = 0
    for facility in facilities:
        known = held.get(facility.id)
        if known is None:
            added += 1
        elif known == facility:
            same += 1
        else:
            changed += 1
        held[facility.id] = facility
    if write and added + changed:
        write_facilities(path, held.values())
    return Merged(added=added, changed=changed, same=same)


def write_facilities(path: Path, facilities: Iterable[Facility]) -> None:
    """Writes a facility table; the old file stands until the new one is whole and on the disk."""
    temporary = path.with_name(f".{path.name}.new")
    with temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(FACILITY_COLUMNS)
        writer.writerows([_cell(getattr(one, column)) for column in FACILITY_COLUMNS] for one in facilities)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ";".join(value)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
