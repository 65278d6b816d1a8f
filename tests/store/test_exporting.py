"""What an export reads of a ledger: which incidents, and each with its reports, positions and history."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.database import Ledger
from store.exporting import Export, ExportedIncident, ExportWish
from tests.reports.exports.samples import FAR, FARTHER, first_night, second_night, tell, third_night
from tests.store.samples import NIGHT


def read(ledger: Ledger, wish: ExportWish | None = None) -> list[ExportedIncident]:
    export = Export(ledger, wish or ExportWish())
    return [one for batch in export.read(told=True, facts=True) for one in batch]


def test_an_empty_ledger_has_nothing_and_no_mark(ledger: Ledger) -> None:
    export = Export(ledger, ExportWish())
    assert (export.ids, export.mark, list(export.read(told=True, facts=True))) == ([], None, [])
    assert (export.get_facilities(), export.get_actors(), export.get_statuses()) == ({}, {}, {})


def test_incidents_come_in_the_order_in_which_the_ledger_learned_of_them(ledger: Ledger) -> None:
    first_night(ledger)
    second_night(ledger)
    created = [(one.created_at, one.incident_id) for one in read(ledger)]
    assert created == sorted(created)
    assert len(created) == 4


def test_a_second_report_changes_the_incident_and_the_mark_is_the_last_change(ledger: Ledger) -> None:
    first_night(ledger)
    assert {one.changed_at for one in read(ledger)} == {NIGHT}
    tell(ledger, "herald", 1, killed=5)
    changed = {one.changed_at: one for one in read(ledger)}
    later = NIGHT + timedelta(days=1)
    assert set(changed) == {NIGHT, later}
    assert changed[later].killed_min == 5
    assert [one.publisher for one in changed[later].told] == ["The Daily", "The Herald"]
    assert Export(ledger, ExportWish()).mark == later


def test_since_takes_its_own_moment_in_and_until_leaves_it_out(ledger: Ledger) -> None:
    first_night(ledger)
    tell(ledger, "herald", 1)
    later = NIGHT + timedelta(days=1)
    assert len(read(ledger, ExportWish(since=later))) == 1
    assert len(read(ledger, ExportWish(since=later + timedelta(microseconds=1)))) == 0
    assert len(read(ledger, ExportWish(until=later))) == 2
    assert len(read(ledger, ExportWish(since=NIGHT, until=later + timedelta(seconds=1)))) == 3


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        (ExportWish(risks=("physical_attack",)), 3),
        (ExportWish(risks=("cyber",)), 0),
        (ExportWish(countries=("RU", "DE")), 3),
        (ExportWish(countries=("DE",)), 0),
        (ExportWish(facilities=("sample-bay",)), 3),
        (ExportWish(facilities=("BAY term",)), 3),
        (ExportWish(facilities=("nowhere",)), 0),
        (ExportWish(event_types=("attack", "outage")), 3),
        (ExportWish(event_types=("outage",)), 0),
        (ExportWish(event_types=("attack",), countries=("DE",)), 0),
    ],
)
def test_filters_take_what_they_name(ledger: Ledger, wish: ExportWish, found: int) -> None:
    first_night(ledger)
    assert len(read(ledger, wish)) == found


def test_a_dismissed_a_corrected_and_a_merged_incident_count_as_changed(ledger: Ledger) -> None:
    first_night(ledger)
    second_night(ledger)
    by_day = {one.occurred_on: one for one in read(ledger)}
    assert by_day[FAR].status == "dismissed"
    assert by_day[FAR].changed_at == NIGHT + timedelta(days=1, hours=8)
    assert by_day[FARTHER].country == "UA"
    assert by_day[FARTHER].changed_at > by_day[FAR].changed_at
    third_night(ledger)
    merged = [one for one in read(ledger) if one.status == "merged"]
    assert len(merged) == 1
    assert merged[0].changed_at == NIGHT + timedelta(days=2)
    assert Export(ledger, ExportWish()).get_statuses()[merged[0].incident_id] == "occurred"


def test_articles_that_no_longer_tell_it_are_named(ledger: Ledger) -> None:
    first_night(ledger)
    second_night(ledger)
    third_night(ledger)
    untold = {report.url: report for one in read(ledger) for report in one.untold}
    assert set(untold) == {"https://herald.example/a", "https://independent.example/a"}
    assert untold["https://herald.example/a"].tells == ()
    assert len(untold["https://herald.example/a"].told) == 1
    # Moved with the merge: it tells the other incident now.
    assert len(untold["https://independent.example/a"].tells) == 1


def test_a_position_says_what_it_is_of(ledger: Ledger) -> None:
    first_night(ledger)
    assert {one.position_precision for one in read(ledger)} == {"facility"}
    ledger.execute("UPDATE incident SET latitude = 44.72, longitude = 37.77")
    assert {one.position_precision for one in read(ledger)} == {"locality"}
    ledger.execute("UPDATE incident SET latitude = 1, longitude = 1")
    assert {one.position_precision for one in read(ledger)} == {"unknown"}
    ledger.execute("UPDATE incident SET latitude = NULL, longitude = NULL")
    assert {one.position_precision for one in read(ledger)} == {None}


def test_facilities_and_actors_carry_the_times_of_all_their_incidents(ledger: Ledger) -> None:
    first_night(ledger)
    tell(ledger, "herald", 1)
    export = Export(ledger, ExportWish(since=NIGHT + timedelta(days=1)))
    facility = export.get_facilities()["sample-bay"]
    assert (facility.first_at, facility.changed_at) == (NIGHT, NIGHT + timedelta(days=1))
    assert facility.operator == "Sample Oil"
    assert export.get_actors()["Drones"].first_at == NIGHT
