"""Parquet: typed columns, zstd, written a batch of incidents at a time."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from reports.exports import values
from reports.exports.columns import TABLES, Column, Kind, rows_of
from reports.exports.records import SCHEMA, Exported, ExportOptions, ExportSource, Sink, Table

_LOSS = pa.struct(
    [
        pa.field("unit", pa.string()),
        *(pa.field(name, pa.float64()) for name in ("minimum", "maximum", "low", "high")),
    ]
)
_TYPES: dict[Kind, pa.DataType] = {
    "text": pa.string(), "link": pa.string(), "integer": pa.int64(), "number": pa.float64(), "truth": pa.bool_(),
    "day": pa.date32(), "instant": pa.timestamp("us", tz="UTC"), "list": pa.list_(pa.string()),
    "losses": pa.list_(_LOSS),
}  # fmt: skip


def make_schema(table: Table, metadata: dict[str, str] | None = None) -> pa.Schema:
    """The schema of a table; each field's metadata tells what it means."""
    return pa.schema([_field(column) for column in TABLES[table]], metadata=metadata)


def _field(column: Column) -> pa.Field:
    return pa.field(column.name, _TYPES[column.kind], metadata={"comment": column.told})


def write_parquet(source: ExportSource, target: Sink, options: ExportOptions) -> Exported:
    """One table; the file's metadata names schema, version and the ledger's last change."""
    columns = TABLES[options.table]
    schema = make_schema(
        options.table,
        {
            "linewalker.schema": str(SCHEMA),
            "linewalker.table": options.table,
            "linewalker.version": source.version,
            "linewalker.changed_until": values.instant(source.mark) or "",
            "linewalker.since": values.instant(source.since) or "",
        },
    )
    incidents = rows = 0
    with pq.ParquetWriter(_Counted(target), schema, compression="zstd") as writer:
        for batch in source.batches:
            found = [row for incident in batch for row in rows_of(incident, options.table)]
            incidents += len(batch)
            rows += len(found)
            if found:
                arrays = [
                    pa.array([column.take(row) for row in found], type=field.type)
                    for column, field in zip(columns, schema, strict=True)
                ]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema), row_group_size=len(found))
    return Exported(incidents=incidents, rows=rows, unit="rows")


class _Counted:
    """A pipe knows no position; Parquet only asks how much was written."""

    closed = False

    def __init__(self, target: Sink) -> None:
        self._target = target
        self._at = 0

    def write(self, data: Any) -> int:
        raw = bytes(data)
        self._target.write(raw)
        self._at += len(raw)
        return len(raw)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        """The target is flushed by its owner."""

    def close(self) -> None:
        """The target is closed by its owner."""

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False
