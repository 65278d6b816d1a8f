"""CSV, Parquet and JSON Lines read back as what was written."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.exports.columns import INCIDENTS, TABLES, record_of, rows_of
from reports.exports.csv_table import guard, show
from reports.exports.jsonl import EVIDENCE, make_line
from reports.exports.records import Table
from tests.reports.exports.samples import (
    AT,
    make_fact,
    make_incident,
    make_report,
    make_revision,
    make_source_of,
    written,
)

TABLE_NAMES: tuple[Table, ...] = ("incidents", "reports", "facts")
INCIDENTS_MADE = (
    make_incident(),
    make_incident(incident_id="inc-2", latitude=None, longitude=None, country=None, countries=("FI", "EE"),
                  occurred_on=None, losses=(), facts=(), told=(), place='A "quoted", place', actors=()),
)  # fmt: skip


def records(table: Table) -> list[dict[str, Any]]:
    return [record_of(TABLES[table], row) for one in INCIDENTS_MADE for row in rows_of(one, table)]


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_csv_reads_back_with_the_same_columns_and_cells(table: Table) -> None:
    raw = written("csv", make_source_of(INCIDENTS_MADE), table=table)
    found = list(csv.DictReader(io.StringIO(raw.decode(), newline=""), strict=True))
    expected = [{name: show(value) for name, value in record.items()} for record in records(table)]
    assert found == expected
    assert raw.count(b"\r\n") == len(expected) + 1


def test_csv_begins_with_a_byte_order_mark_only_where_asked() -> None:
    source = make_source_of(INCIDENTS_MADE)
    assert written("csv", source, bom=True).startswith(b"\xef\xbb\xbfincident_id,")
    assert written("csv", source).startswith(b"incident_id,")


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r=1"),
        (" =1", "' =1"),
        ("'=1", "''=1"),
        ('"=1', "'\"=1"),
        ("＝1+1", "'＝1+1"),
        ("＋1", "'＋1"),
        ("－1+cmd", "'－1+cmd"),
        ("＠SUM", "'＠SUM"),
        ("a;=1+1", "a;'=1+1"),
        ("a,@SUM(A1)", "a,'@SUM(A1)"),
        ("a; +cmd", "a; '+cmd"),
        ("-500000", "-500000"),
        ("-1.5", "-1.5"),
        ("Novorossiysk, - says", "Novorossiysk, - says"),
        ("plain = text", "plain = text"),
    ],
)
def test_no_cell_is_run_as_a_formula(cell: str, safe: str) -> None:
    assert guard(cell) == safe


@given(st.text(max_size=40))
def test_a_guarded_cell_begins_with_nothing_active(text: str) -> None:
    first = guard(text)[:1]
    assert first not in ("=", "@", "\t", "\r")
    assert first not in ("+", "-") or float(text) is not None


@pytest.mark.parametrize("value", [-5.5, -3, 0, 1e6, 320000.0])
def test_numbers_stay_numbers(value: float) -> None:
    assert float(show(value)) == value


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_parquet_reads_back_in_arrow_duckdb_and_pandas(table: Table, tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    path.write_bytes(written("parquet", make_source_of(INCIDENTS_MADE), table=table))
    expected = records(table)
    assert pq.read_table(path).to_pylist() == expected
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        relation = connection.sql(f"SELECT * FROM '{path}'")
        assert relation.columns == list(expected[0])
        rows = [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
    assert rows == expected
    frame = pd.read_parquet(path)
    assert list(frame.columns) == list(expected[0])
    assert len(frame) == len(expected)


def test_parquet_is_typed_and_says_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    path.write_bytes(written("parquet", make_source_of(INCIDENTS_MADE)))
    file = pq.ParquetFile(path)
    types = {field.name: str(field.type) for field in file.schema_arrow}
    assert types["changed_at"] == "timestamp[us, tz=UTC]"
    assert types["occurred_on"] == "date32[day]"
    assert types["countries"] == "list<element: string>"
    assert types["losses"].startswith("list<element: struct<unit: string")
    assert types["killed_min"] == "int64"
    metadata = file.schema_arrow.metadata
    assert (metadata[b"linewalker.schema"], metadata[b"linewalker.table"]) == (b"1", b"incidents")
    assert metadata[b"linewalker.changed_until"] == b"2026-03-02T02:00:00.123456Z"
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    frame = pd.read_parquet(path)
    assert frame["changed_at"].dt.tz is not None


def test_parquet_of_an_empty_ledger_has_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    path.write_bytes(written("parquet", make_source_of([])))
    assert pq.read_table(path).column_names == [column.name for column in INCIDENTS]


def test_json_lines_hold_reports_facts_with_evidence_and_history() -> None:
    lines = written("jsonl", make_source_of(INCIDENTS_MADE)).decode().splitlines()
    assert [json.loads(line) for line in lines] == [make_line(one) for one in INCIDENTS_MADE]
    first = json.loads(lines[0])
    assert first["schema"] == 1
    assert first["report_count"] == 1
    assert tuple(first["facts"][0]["evidence"]) == EVIDENCE
    assert first["facts"][0]["evidence"]["sentence"] == "Drones struck the terminal, killing 3 people."
    assert first["reports"][0]["url"] == "https://daily.example/a"
    assert first["revisions"][0]["new"] == "3"
    assert first["changed_at"] == "2026-03-03T02:00:00.123456Z"
    assert first["losses"][0]["maximum"] is None


def test_an_analysts_name_and_note_stay_in_the_house() -> None:
    decided = make_revision("status", "occurred", "dismissed", cause_kind="decision", reason="anna decided: (secret)")
    line = make_line(make_incident(revisions=(decided,)))
    assert line["revisions"][0]["reason"] == "an analyst decided so"
    assert b"anna" not in written("jsonl", make_source_of([make_incident(revisions=(decided,))]))


def test_no_infinity_and_no_nan_is_written() -> None:
    fact = make_fact(minimum=float("nan"), maximum=float("inf"))
    incident = make_incident(latitude=float("nan"), facts=(fact,), told=(make_report(url="javascript:alert(1)"),))
    line = json.loads(written("jsonl", make_source_of([incident])))
    assert line["facts"][0]["minimum"] is None
    assert line["facts"][0]["maximum"] is None
    assert line["latitude"] is None
    assert line["longitude"] is None
    assert line["reports"][0]["url"] is None


def test_instants_are_utc_with_a_z() -> None:
    assert show(AT) == "2026-03-02T02:00:00.123456Z"
    assert show(datetime(2026, 3, 2, tzinfo=UTC)) == "2026-03-02T00:00:00Z"
    assert show(date(2026, 3, 2)) == "2026-03-02"
