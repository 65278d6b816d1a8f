"""The views that count capacity offline by day and compare publishers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from store.annotations import add_annotations, get_unannotated
from store.database import Ledger
from store.facilities import Facility, sync_facilities
from store.incident_queue import get_incident_queue
from store.snapshot import get_snapshot
from store.sources import sync_sources
from store.tellings import refresh_tellings
from tests.store.samples import MODEL, NIGHT, add, make_annotation, make_article, make_event, make_source

MARCH = date(2026, 3, 1)


def day(number: int) -> date:
    return MARCH + timedelta(days=number - 1)


def put_incident(
    ledger: Ledger,
    incident_id: str,
    *,
    first: int = 1,
    last: int = 1,
    status: str = "occurred",
    event_type: str = "outage",
    losses: Sequence[dict[str, Any]] = (),
    facilities: Sequence[str] = ("refinery",),
    parent: str | None = None,
    restored: int | None = None,
    risks: Sequence[str] = (),
) -> None:
    told = datetime.combine(day(last), time(12), UTC)
    ledger.execute(
        "INSERT INTO incident (incident_id, event_type, status, factuality, modes, risks, facility_ids, facilities, "
        "countries, occurred_on, occurred_until, actors, claimed_by, losses, confidence, parent_id, "
        "first_reported_at, last_reported_at, created_at, created_run_id, restored_on) "
        "VALUES (?, ?, ?, 'asserted', [], ?, ?, ?, [], ?, ?, [], [], ?, 0.9, ?, ?, ?, ?, 'r1', ?)",
        [incident_id, event_type, status, list(risks), list(facilities), list(facilities), day(first), day(first),
         json.dumps(list(losses)), parent, told, told, told, day(restored) if restored else None],
    )  # fmt: skip


def loss(amount: float | None, unit: str = "bbl/d", *, low: float | None = None) -> dict[str, Any]:
    return {"unit": unit, "minimum": low if low is not None else amount, "maximum": amount}


def timeline(ledger: Ledger, columns: str = "day, offline") -> list[tuple[Any, ...]]:
    return ledger.rows(f"SELECT {columns} FROM facility_timeline ORDER BY facility_id, day, unit")


@pytest.fixture(autouse=True)
def facilities(ledger: Ledger) -> None:
    sync_facilities(
        ledger,
        [
            Facility(id=one, name=one.title(), facility_type="refinery", countries=("IQ",), latitude=1.0, longitude=2.0,
                     operator=None, capacity=capacity, unit=unit)
            for one, capacity, unit in (("refinery", 100_000.0, "bbl/d"), ("depot", None, None))
        ],
    )  # fmt: skip


def test_an_interruption_lasts_until_the_day_before_its_restoration(ledger: Ledger) -> None:
    put_incident(ledger, "a", first=1, last=9, status="restored", restored=4, losses=[loss(40_000)])
    assert timeline(ledger, "day, offline, share, unit, end_known") == [
        (day(n), 40_000.0, 0.4, "bbl/d", True) for n in (1, 2, 3)
    ]


def test_without_a_restoration_it_stands_as_far_as_reports_go_and_says_so(ledger: Ledger) -> None:
    put_incident(ledger, "a", first=1, last=3, status="ongoing", losses=[loss(40_000)])
    assert timeline(ledger, "day, end_known") == [(day(n), False) for n in (1, 2, 3)]


def test_an_interruption_that_ends_on_its_first_day_counts_that_day(ledger: Ledger) -> None:
    put_incident(ledger, "a", status="restored", restored=1, losses=[loss(40_000)])
    assert timeline(ledger) == [(day(1), 40_000.0)]


def test_overlap_is_counted_once_and_the_larger_figure_holds(ledger: Ledger) -> None:
    put_incident(ledger, "a", first=1, last=5, status="restored", restored=5, losses=[loss(40_000)])
    put_incident(ledger, "b", first=3, last=7, status="restored", restored=7, losses=[loss(30_000)])
    assert timeline(ledger, "day, offline, incidents, incident_ids") == [
        (day(1), 40_000.0, 1, ["a"]),
        (day(2), 40_000.0, 1, ["a"]),
        (day(3), 40_000.0, 2, ["a", "b"]),
        (day(4), 40_000.0, 2, ["a", "b"]),
        (day(5), 30_000.0, 1, ["b"]),
        (day(6), 30_000.0, 1, ["b"]),
    ]


def test_no_more_than_the_capacity_is_offline(ledger: Ledger) -> None:
    put_incident(ledger, "a", losses=[loss(250_000)])
    assert timeline(ledger, "offline, share") == [(100_000.0, 1.0)]


def test_an_outage_without_a_figure_is_a_row_without_one_and_never_the_whole_capacity(ledger: Ledger) -> None:
    put_incident(ledger, "a")
    assert timeline(ledger, "offline, unit, share, incidents, unquantified") == [(None, None, None, 1, 1)]


def test_a_figure_beside_an_unquantified_outage_is_marked_as_incomplete(ledger: Ledger) -> None:
    put_incident(ledger, "a", losses=[loss(40_000)])
    put_incident(ledger, "b")
    assert timeline(ledger, "offline, incidents, unquantified") == [(40_000.0, 2, 1)]


def test_an_open_upper_bound_gives_the_lower_one(ledger: Ledger) -> None:
    put_incident(ledger, "a", losses=[loss(None, low=20_000)])
    assert timeline(ledger) == [(day(1), 20_000.0)]


def test_a_share_needs_a_capacity_in_the_same_unit(ledger: Ledger) -> None:
    put_incident(ledger, "a", losses=[loss(300, "MW")])
    put_incident(ledger, "b", losses=[loss(5_000)], facilities=["depot"])
    assert timeline(ledger, "facility, offline, unit, share") == [
        ("Depot", 5_000.0, "bbl/d", None),
        ("Refinery", 300.0, "MW", None),
    ]


def test_two_units_are_two_rows(ledger: Ledger) -> None:
    put_incident(ledger, "a", losses=[loss(300, "MW"), loss(5_000), loss(70, "bbl")])
    assert timeline(ledger, "unit, offline") == [("MW", 300.0), ("bbl/d", 5_000.0)]


def test_a_total_over_several_facilities_is_no_single_ones(ledger: Ledger) -> None:
    put_incident(ledger, "a", losses=[loss(40_000)], facilities=["depot", "refinery"])
    assert timeline(ledger, "facility, offline, unquantified") == [("Depot", None, 1), ("Refinery", None, 1)]


def test_of_a_salvo_the_parts_are_counted(ledger: Ledger) -> None:
    put_incident(ledger, "p", losses=[loss(90_000)], facilities=["depot", "refinery"])
    put_incident(ledger, "c", losses=[loss(40_000)], parent="p")
    assert timeline(ledger, "facility, offline, incident_ids") == [("Refinery", 40_000.0, ["c"])]


@pytest.mark.parametrize("gone", ["merged", "dismissed", "retracted"])
def test_a_parent_without_its_parts_is_counted_itself(ledger: Ledger, gone: str) -> None:
    put_incident(ledger, "p", losses=[loss(90_000)])
    put_incident(ledger, "c", losses=[loss(40_000)], parent="p", status=gone)
    assert timeline(ledger, "offline, incident_ids") == [(90_000.0, ["p"])]
    assert ledger.rows("SELECT incidents FROM facilities WHERE facility_id = 'refinery'") == [(1,)]
    assert ledger.rows("SELECT incident_id FROM incidents WHERE parent_id IS NOT NULL") == []


@pytest.mark.parametrize(("parent", "told"), [("occurred", ["p"]), ("dismissed", ["c"]), ("retracted", ["c"])])
def test_a_part_whose_parent_is_gone_is_a_happening_of_its_own(ledger: Ledger, parent: str, told: list[str]) -> None:
    put_incident(ledger, "p", status=parent, risks=["sabotage"])
    put_incident(ledger, "c", parent="p", risks=["sabotage", "cyber"])
    risks = ["sabotage"] if told == ["p"] else ["cyber", "sabotage"]
    found = ledger.rows("SELECT risk, incidents FROM risk_by_week ORDER BY risk")
    assert found == [(risk, 1) for risk in risks]
    weeks = get_snapshot(ledger, now=NIGHT + timedelta(days=7), since=None, run_id=None).weeks
    assert [one.incidents for one in weeks] == [1]
    ledger.execute("UPDATE incident SET confidence = 0.1")
    assert [one.incident_id for one in get_incident_queue(ledger, 9)] == told
    assert ledger.rows("SELECT incident_id FROM incidents WHERE parent_id IS NULL AND status = 'occurred'") == [
        (one,) for one in told
    ]


def test_a_day_of_restoration_counts_only_where_the_status_says_so(ledger: Ledger) -> None:
    put_incident(ledger, "a", first=1, last=6, status="ongoing", restored=3)
    assert timeline(ledger, "day, end_known") == [(day(n), False) for n in range(1, 7)]


@pytest.mark.parametrize(
    ("more", "counted"),
    [
        ({"event_type": "accident"}, False),
        ({"event_type": "accident", "losses": [loss(5)]}, True),
        ({"event_type": "accident", "losses": [loss(5, "bbl")]}, False),
        ({"event_type": "attack", "risks": ["supply_disruption"]}, True),
        ({"event_type": "attack", "status": "partly_restored"}, True),
        ({"status": "planned"}, False),
        ({"status": "threatened", "losses": [loss(5)]}, False),
        ({"status": "disputed", "losses": [loss(5)]}, False),
        ({"status": "retracted"}, False),
        ({"status": "dismissed"}, False),
        ({"status": "merged"}, False),
    ],
)
def test_only_what_happened_and_interrupts_is_counted(ledger: Ledger, more: dict[str, Any], counted: bool) -> None:
    put_incident(ledger, "a", **more)
    assert bool(timeline(ledger)) is counted


def test_publishers_are_compared_by_what_both_told(ledger: Ledger) -> None:
    sync_sources(ledger, [make_source(name) for name in ("daily", "herald", "courier")])
    for hours, (source, killed) in enumerate((("daily", 3), ("herald", 4), ("courier", 3))):
        text = make_article().text.replace("3 people", f"{killed} people")
        article = make_article(
            f"https://{source}.example/a", source=source, text=text, at=NIGHT + timedelta(hours=hours)
        )
        add(ledger, article)
    told = {"daily.example": 3, "herald.example": 4, "courier.example": 3}
    add_annotations(
        ledger,
        [
            (version_id, make_annotation([make_event(document.text, killed=told[str(document.url).split("/")[2]])]))
            for version_id, document in get_unannotated(ledger)
        ],
        "r1",
        MODEL,
    )
    put_incident(ledger, "a")
    ledger.execute(
        "INSERT INTO incident_event (event_id, incident_id, facility_id, current, founded, score, reason, attached_at, "
        "run_id) SELECT event_id, 'a', '', true, false, 1, '', now(), 'r1' FROM event"
    )
    refresh_tellings(ledger, ["a"])
    rows = ledger.rows(
        "SELECT family, other_family, incidents, told_first, other_told_first, figures_both - figures_agreed "
        "FROM publisher_agreement ORDER BY family, other_family"
    )
    assert rows == [
        ("courier-group", "daily-group", 1, 0, 1, 0),
        ("courier-group", "herald-group", 1, 0, 1, 1),
        ("daily-group", "herald-group", 1, 1, 0, 1),
    ]
    assert ledger.row("SELECT min(agreement) < 1 AND max(agreement) = 1 FROM publisher_agreement") == (True,)
    ledger.execute("UPDATE incident SET status = 'dismissed'")
    assert ledger.rows("FROM publisher_agreement") == []
