"""The formats by name: what each needs of the ledger and what writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reports.exports.records import Exported, ExportOptions, ExportSource, Sink, Table

Write = Callable[[ExportSource, Sink, ExportOptions], Exported]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format; the writer is loaded when it is asked for, as some take their time to import."""

    name: str
    suffix: str
    told: str
    load: Callable[[], Write]
    tables: bool = False  # one of three tables a file
    binary: bool = False  # nothing for a terminal
    whole: bool = True  # needs reports and facts, else those of the table

    def needs(self, table: Table) -> tuple[bool, bool]:
        """Whether reports are read, and whether facts and revisions are."""
        return (True, True) if self.whole else (table == "reports", table == "facts")


def _csv() -> Write:
    from reports.exports.csv_table import write_csv

    return write_csv


def _parquet() -> Write:
    from reports.exports.parquet import write_parquet

    return write_parquet


def _jsonl() -> Write:
    from reports.exports.jsonl import write_jsonl

    return write_jsonl


def _geojson() -> Write:
    from reports.exports.geojson import write_geojson

    return write_geojson


def _stix() -> Write:
    from reports.exports.stix import write_stix

    return write_stix


def _misp() -> Write:
    from reports.exports.misp import write_misp

    return write_misp


FORMATS: Mapping[str, Format] = {
    one.name: one
    for one in (
        Format(name="csv", suffix=".csv", told="a flat table for spreadsheets", load=_csv, tables=True, whole=False),
        Format(
            name="parquet", suffix=".parquet", told="a typed table for DuckDB, pandas and R", load=_parquet,
            tables=True, binary=True, whole=False,
        ),
        Format(name="jsonl", suffix=".jsonl", told="a line an incident with all that is known of it", load=_jsonl),
        Format(name="geojson", suffix=".geojson", told="points for maps", load=_geojson, whole=False),
        Format(name="stix", suffix=".json", told="a STIX 2.1 bundle", load=_stix),
        Format(name="misp", suffix=".json", told="MISP events", load=_misp),
    )
}  # fmt: skip
