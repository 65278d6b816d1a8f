"""What an exporter gets and gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from store.exporting import ExportedIncident, Reference

SCHEMA = 1  # of all formats; raised where a column is renamed or means something else
Table = Literal["incidents", "reports", "facts"]


class Sink(Protocol):
    """Where the bytes go."""

    def write(self, data: bytes, /) -> object: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSource:
    """The ledger as an exporter reads it: incidents in batches, and what they refer to."""

    batches: Iterable[Sequence[ExportedIncident]]
    mark: datetime | None  # the ledger's last change
    since: datetime | None
    until: datetime | None
    version: str  # of Linewalker
    facilities: Mapping[str, Reference] = field(default_factory=dict)  # by id
    actors: Mapping[str, Reference] = field(default_factory=dict)  # by name
    statuses: Mapping[str, str] = field(default_factory=dict)  # of every incident of the ledger
    scope: str = ""  # the filters in words, sorted; part of the bundle's id


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """What only some formats heed."""

    table: Table = "incidents"
    bom: bool = False  # CSV: a byte order mark, by which Excel knows UTF-8


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written."""

    incidents: int
    rows: int  # rows, features, objects or events
    unit: str  # what the rows are called
