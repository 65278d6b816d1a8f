"""A period that is over is told as it was known then; what is counted leaves out the parts of a salvo."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from store.counting import get_counted, get_watched
from store.coverage import get_expected, get_past_health
from store.database import Ledger
from store.hindsight import as_known
from store.records import Revision
from store.runs import finish_run, start_run
from store.snapshot import get_snapshot
from store.sources import add_feed_outcome, sync_sources
from store.views import get_incidents
from tests.store.samples import (
    NIGHT,
    TEXT,
    add,
    annotate_all,
    make_article,
    make_feed_outcome,
    make_full_annotation,
    make_source,
    resolve_all,
    tell_night,
)

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def raise_toll(ledger: Ledger) -> None:
    """A second source tells five deaths the night after."""
    sync_sources(ledger, [make_source("daily"), make_source("late")])
    text = TEXT.replace("killing 3 people", "killing 5 people")
    add(ledger, make_article("https://late.example/a", source="late", text=text, at=NIGHT + DAY), "r2")
    annotate_all(ledger, lambda document: make_full_annotation(document.text, killed=5), "r2")
    resolve_all(ledger, "r2", NIGHT + DAY)


def test_a_past_period_knows_nothing_of_what_came_later(ledger: Ledger) -> None:
    tell_night(ledger)
    then = get_snapshot(ledger, now=NIGHT + HOUR, since=NIGHT - DAY, run_id=None)
    raise_toll(ledger)
    past = get_snapshot(ledger, now=NIGHT + HOUR, since=NIGHT - DAY, run_id=None, past=True)
    (was,), (known) = then.new, past.new
    (view,) = known
    assert [report.source_id for report in view.reports] == ["daily"]
    assert {fact.quote.source_id for fact in view.facts} == {"daily"}
    assert view.revisions == was.revisions
    assert (view.status, view.credibility, view.independent_reports) == (was.status, was.credibility, 1)
    assert (past.articles_total, past.articles_new) == (1, 1)
    assert get_snapshot(ledger, now=NIGHT + DAY + HOUR, since=NIGHT + HOUR, run_id=None, past=True).changed != ()


def test_what_is_not_over_needs_no_undoing(ledger: Ledger) -> None:
    tell_night(ledger)
    (view,) = get_incidents(ledger, [row[0] for row in ledger.rows("SELECT incident_id FROM incident")])
    assert as_known(view, NIGHT + DAY, {}) is view


def test_an_agency_and_the_copies_of_its_text_are_one_origin_in_the_past_too(ledger: Ledger) -> None:
    tell_night(ledger)
    (view,) = get_incidents(ledger, [row[0] for row in ledger.rows("SELECT incident_id FROM incident")])
    (own,) = view.reports
    told = replace(own, article_id="own", family="wire-house", wire=None, origin="family:wire-house")
    copy = replace(own, article_id="copy", family="paper", wire="Wire", origin="wire:wire-house")
    late = replace(own, article_id="late", family="other", wire=None, origin="family:other")
    view = replace(view, reports=(told, copy, late), independent_reports=2)
    past = as_known(view, NIGHT + HOUR, {"late": NIGHT + DAY})
    assert (len(past.reports), past.independent_reports) == (2, 1)


@pytest.mark.parametrize(
    ("field", "old", "attribute", "expected"),
    [
        ("status", "ongoing", "status", "ongoing"),
        ("place", None, "place", None),
        ("days_out", "2", "days_out", 2),
        ("occurred_on", "2026-02-27", "occurred_on", (NIGHT - 3 * DAY).date()),
        ("modes", "drone, missile", "modes", ("drone", "missile")),
        ("actors", None, "actors", ()),
        ("latitude", "44.5", "latitude", 44.5),
        ("facilities", "Depot, North", "facilities", ("Depot, North",)),
    ],
)
def test_each_kind_of_field_is_undone(
    ledger: Ledger, field: str, old: str | None, attribute: str, expected: object
) -> None:
    tell_night(ledger)
    (view,) = get_incidents(ledger, [row[0] for row in ledger.rows("SELECT incident_id FROM incident")])
    steps = [
        Revision(incident_id=view.id, revised_at=NIGHT + at, run_id="r", field=field, old=was, new="x", reason="so")
        for at, was in ((DAY, old), (2 * DAY, "x"))
    ]
    view = replace(view, revisions=tuple(steps), facility_ids=("one",))
    assert getattr(as_known(view, NIGHT + HOUR, {}), attribute) == expected
    assert getattr(as_known(view, NIGHT + 3 * DAY, {}), attribute) == getattr(view, attribute)


def test_a_feed_is_told_by_its_last_attempt_in_the_period(ledger: Ledger) -> None:
    tell_night(ledger)
    for night, outcome in ((1, "timeout"), (2, "timeout"), (4, "ok")):
        at = NIGHT + night * DAY
        made = make_feed_outcome("daily", at=at)
        made = replace(made, outcome=outcome, reason=outcome)  # type: ignore[arg-type]
        add_feed_outcome(ledger, made, f"n{night}")
    told = []
    for since, until in ((-1, 0.5), (0.5, 2.5), (2.5, 3.5), (3.5, 5)):
        (health,) = get_past_health(ledger, since=NIGHT + since * DAY, until=NIGHT + until * DAY)
        told.append((health.outcome, health.failures))
    assert told == [("ok", 0), ("timeout", 2), ("skipped", 2), ("ok", 0)]


def test_a_sources_habit_leaves_out_its_first_day(ledger: Ledger) -> None:
    sync_sources(ledger, [make_source()])
    add_feed_outcome(ledger, make_feed_outcome(at=NIGHT), "r0")
    for day, number in ((0, 9), (2, 1), (3, 2), (10, 4)):
        for one in range(number):
            add(ledger, make_article(f"https://daily.example/{day}-{one}", at=NIGHT + day * DAY))
    (found,) = get_expected(ledger, since=NIGHT + 9 * DAY, until=NIGHT + 11 * DAY)
    assert (found.source_id, found.came, found.before, found.days) == ("daily", 4, 3, 8.0)
    assert get_expected(ledger, since=None, until=NIGHT) == ()


def test_the_first_run_is_no_measure_of_what_is_usual(ledger: Ledger) -> None:
    for night, command in enumerate(("run", "run", "brief", "resolve", "run")):
        run_id = start_run(ledger, command=command, started_at=NIGHT + night * DAY)
        finish_run(ledger, run_id, status="failed" if night == 4 else "complete", finished_at=NIGHT, counts={})
    watched, first = get_watched(ledger, until=NIGHT + 9 * DAY, since=NIGHT + 8 * DAY)
    assert first == NIGHT
    assert watched == (NIGHT + DAY, NIGHT + 3 * DAY)


def test_parts_are_counted_in_their_whole_and_what_did_not_happen_not_at_all(ledger: Ledger) -> None:
    tell_night(ledger)
    columns = [row[0] for row in ledger.rows("SELECT column_name FROM duckdb_columns() WHERE table_name = 'incident' "
                                             "AND schema_name = 'stored'")]  # fmt: skip
    (original,) = [row[0] for row in ledger.rows("SELECT incident_id FROM incident")]
    for new_id, changes in (
        ("inc-part", {"parent_id": f"'{original}'"}),
        ("inc-plan", {"status": "'planned'", "factuality": "'planned'"}),
        ("inc-again", {}),
    ):
        values = {"incident_id": f"'{new_id}'", "reports": "0", "independent_reports": "0", **changes}
        told = ", ".join(values.get(column, column) for column in columns)
        ledger.execute(f"INSERT INTO incident SELECT {told} FROM incident WHERE incident_id = '{original}'")
    counted = get_counted(ledger, until=NIGHT + DAY, since=NIGHT)
    assert len(counted) == 2
    assert get_counted(ledger, until=NIGHT - HOUR, since=NIGHT - DAY) == ()
    snapshot = get_snapshot(ledger, now=NIGHT + DAY, since=NIGHT - DAY, run_id=None)
    assert sum(week.incidents for week in snapshot.weeks) == 2


def test_a_whole_comes_back_with_a_new_part(ledger: Ledger) -> None:
    tell_night(ledger)
    columns = [row[0] for row in ledger.rows("SELECT column_name FROM duckdb_columns() WHERE table_name = 'incident' "
                                             "AND schema_name = 'stored'")]  # fmt: skip
    (original,) = [row[0] for row in ledger.rows("SELECT incident_id FROM incident")]
    values = {
        "incident_id": "'inc-part'",
        "reports": "0",
        "independent_reports": "0",
        "parent_id": f"'{original}'",
        "created_at": "created_at + INTERVAL 1 DAY",
    }
    told = ", ".join(values.get(column, column) for column in columns)
    ledger.execute(f"INSERT INTO incident SELECT {told} FROM incident")
    snapshot = get_snapshot(ledger, now=NIGHT + 2 * DAY, since=NIGHT + HOUR, run_id=None)
    assert [view.id for view in snapshot.new] == ["inc-part"]
    assert [view.id for view in snapshot.changed] == [original]
    assert snapshot.others == 0


@pytest.mark.parametrize(("status", "ahead", "stands"), [("planned", 20, True), ("planned", -20, False)])
def test_a_plan_stands_until_its_day_however_long_ago_it_was_told(
    ledger: Ledger, status: str, ahead: int, stands: bool
) -> None:
    tell_night(ledger)
    now = NIGHT + 60 * DAY
    ledger.execute(
        "UPDATE incident SET status = ?, factuality = ?, occurred_on = ?, occurred_until = NULL",
        [status, status, (now + ahead * DAY).date()],
    )
    assert bool(get_snapshot(ledger, now=now, since=now - DAY, run_id=None).open) is stands
