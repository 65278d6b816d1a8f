"""An export since a moment, put over an earlier whole one, gives what a whole one gives now."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from store.database import Ledger, open_ledger
from store.exporting import Export, ExportWish
from tests.reports.exports.samples import export, first_night, second_night, third_night

State = dict[str, Any]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "ledger.duckdb") as opened:
        yield opened


def mark(ledger: Ledger) -> datetime:
    found = Export(ledger, ExportWish()).mark
    assert found is not None
    return found


def lines(raw: bytes) -> State:
    return {one["incident_id"]: one for one in map(json.loads, raw.decode().splitlines())}


def features(raw: bytes) -> State:
    return {one["id"]: one for one in json.loads(raw)["features"]}


def events(raw: bytes) -> State:
    """As a MISP that took them: attributes are replaced one by one, deleted ones go."""
    return {one["Event"]["uuid"]: one["Event"] for one in json.loads(raw)["response"]}


def objects(raw: bytes) -> State:
    """As a consumer of STIX keeps them: the last version of each object."""
    return {one["id"]: one for one in json.loads(raw)["objects"]}


def rows(raw: bytes) -> State:
    return {one["incident_id"]: one for one in csv.DictReader(io.StringIO(raw.decode(), newline=""))}


@pytest.mark.parametrize(
    ("name", "read"),
    [("csv", rows), ("jsonl", lines), ("geojson", features), ("misp", events), ("stix", objects)],
)
def test_an_incremental_export_over_a_whole_one_is_a_whole_one(
    ledger: Ledger, name: str, read: Callable[[bytes], State]
) -> None:
    first_night(ledger)
    state = read(export(ledger, name))
    for night in (second_night, third_night):
        since = mark(ledger)
        night(ledger)
        changed = read(export(ledger, name, ExportWish(since=since)))
        whole = read(export(ledger, name))
        if name == "stix":
            older = {one: made for one, made in changed.items() if one in state}
            assert all(made["modified"] >= state[one]["modified"] for one, made in older.items() if "modified" in made)
            state |= changed
            assert standing(state) == standing(whole)
        else:
            state |= changed
            assert state == whole
    assert len(state) > 3


def standing(state: State) -> State:
    """What is not revoked, without what nothing points to any more: a whole export no longer meets it."""
    kept = {one: made for one, made in state.items() if not made.get("revoked")}
    main = {one: made for one, made in kept.items() if made["type"] in ("incident", "note", "report", "relationship")}
    pointed = {made[end] for made in main.values() for end in ("source_ref", "target_ref") if end in made}
    return main | {one: kept[one] for one in pointed if one in kept}


def test_only_what_changed_comes(ledger: Ledger) -> None:
    first_night(ledger)
    first = set(lines(export(ledger, "jsonl")))
    since = mark(ledger)
    second_night(ledger)
    changed = lines(export(ledger, "jsonl", ExportWish(since=since)))
    # All of the first night carry the mark itself, and what carries it comes again: nothing can fall between.
    assert set(changed) >= first
    after = mark(ledger)
    third_night(ledger)
    changed = lines(export(ledger, "jsonl", ExportWish(since=after)))
    dismissed = [one for one in lines(export(ledger, "jsonl")).values() if one["status"] == "dismissed"]
    assert dismissed
    assert all(one["incident_id"] not in changed for one in dismissed)
    assert {one["status"] for one in changed.values()} == {"occurred", "merged"}


@pytest.mark.parametrize("table", ["reports", "facts"])
def test_rows_of_the_incidents_that_changed_are_replaced(ledger: Ledger, table: Any) -> None:
    def read(wish: ExportWish) -> list[dict[str, str]]:
        raw = export(ledger, "csv", wish, table)
        return list(csv.DictReader(io.StringIO(raw.decode(), newline="")))

    first_night(ledger)
    second_night(ledger)
    state, since = read(ExportWish()), mark(ledger)
    third_night(ledger)
    changed = rows(export(ledger, "csv", ExportWish(since=since)))
    state = [row for row in state if row["incident_id"] not in changed] + read(ExportWish(since=since))

    def order(found: list[dict[str, str]]) -> list[tuple[str, ...]]:
        return sorted(tuple(row.values()) for row in found)

    assert order(state) == order(read(ExportWish()))


def test_what_left_a_filter_comes_once_more_as_it_is_now(ledger: Ledger) -> None:
    first_night(ledger)
    state, since = lines(export(ledger, "jsonl", ExportWish(countries=("RU",)))), mark(ledger)
    second_night(ledger)
    state |= lines(export(ledger, "jsonl", ExportWish(countries=("RU",), since=since)))
    assert {one["country"] for one in state.values()} == {"RU", "UA"}
    there = {name: one for name, one in state.items() if one["country"] == "RU"}
    assert there == lines(export(ledger, "jsonl", ExportWish(countries=("RU",))))


def test_the_same_ledger_gives_the_same_bytes(ledger: Ledger) -> None:
    first_night(ledger)
    second_night(ledger)
    third_night(ledger)
    for name in ("csv", "parquet", "jsonl", "geojson", "stix", "misp"):
        assert export(ledger, name) == export(ledger, name)
