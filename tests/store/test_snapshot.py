from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from nlp.records import RiskTag
from store.arrivals import add_article_outcome
from store.database import Ledger
from store.runs import start_run
from store.snapshot import get_snapshot
from store.sources import add_feed_outcome, sync_sources
from store.views import get_incident, get_incidents
from tests.store.samples import (
    NIGHT,
    TEXT,
    add,
    annotate_all,
    make_annotation,
    make_article,
    make_event,
    make_feed_outcome,
    make_full_annotation,
    make_outcome,
    make_source,
    resolve_all,
    tell_night,
)

NEXT = NIGHT + timedelta(days=1)


def test_first_snapshot_holds_everything_as_new(ledger: Ledger) -> None:
    run_id = start_run(ledger, command="run", started_at=NIGHT)
    tell_night(ledger, ["daily", "herald"], run_id=run_id)
    snapshot = get_snapshot(ledger, now=NIGHT, since=None, run_id=run_id)
    assert (len(snapshot.new), snapshot.changed, snapshot.open) == (1, (), ())
    assert (snapshot.articles_total, snapshot.articles_new, snapshot.articles_relevant_new) == (2, 2, 2)
    assert snapshot.run is not None
    assert snapshot.run.run_id == run_id
    assert [(week.week, week.event_type, week.incidents) for week in snapshot.weeks] == [
        (date(2026, 2, 23), "attack", 1)
    ]
    assert [(one.source_id, one.articles, one.articles_this_run, one.skipped_this_run) for one in snapshot.health] == [
        ("daily", 1, 1, 0),
        ("herald", 1, 1, 0),
    ]


def test_every_quote_is_cut_from_the_stored_text(ledger: Ledger) -> None:
    tell_night(ledger, ["daily", "herald"])
    (incident,) = get_snapshot(ledger, now=NIGHT, since=None, run_id="r1").new
    assert {fact.field for fact in incident.facts} == {
        "factuality", "event_type", "facility", "place", "occurred_on", "actor", "killed", "lost",
    }  # fmt: skip
    for fact in incident.facts:
        quote = fact.quote
        assert quote.sentence == TEXT[quote.start : quote.end]
        if fact.value_start is not None:
            assert quote.start <= fact.value_start < (fact.value_end or 0) <= quote.end
    (lost, other) = [fact for fact in incident.facts if fact.field == "lost"]
    assert (lost.minimum, lost.unit, lost.speaker, lost.quote.publisher) == (
        500_000,
        "bbl/d",
        "The ministry",
        "The Daily",
    )
    assert other.quote.publisher == "The Herald"
    assert TEXT[lost.value_start : lost.value_end] == "500,000 barrels a day"


def test_quiet_night_counts_the_incident_among_the_others_and_has_nothing_new(ledger: Ledger) -> None:
    tell_night(ledger)
    snapshot = get_snapshot(ledger, now=NEXT, since=NIGHT, run_id=None)
    assert (snapshot.new, snapshot.changed, snapshot.open, snapshot.others) == ((), (), (), 1)
    assert (snapshot.articles_total, snapshot.articles_new) == (1, 0)
    late = get_snapshot(ledger, now=NIGHT + timedelta(days=40), since=NEXT, run_id=None)
    assert (late.new, late.changed, late.open, late.others) == ((), (), (), 0)


def test_another_report_or_number_makes_the_incident_changed(ledger: Ledger) -> None:
    tell_night(ledger)
    sync_sources(ledger, [make_source("daily"), make_source("late")])
    add(ledger, make_article("https://late.example/a", source="late", at=NEXT), "r2")
    annotate_all(ledger, run_id="r2")
    resolve_all(ledger, "r2", NEXT)
    snapshot = get_snapshot(ledger, now=NEXT, since=NIGHT, run_id="r2")
    assert (snapshot.new, len(snapshot.changed), snapshot.open) == ((), 1, ())
    assert [one.source_id for one in snapshot.changed[0].reports] == ["daily", "late"]
    assert {one.revised_at for one in snapshot.changed[0].revisions[1:]} == {NEXT}


def test_retracted_incident_is_told_as_changed_once(ledger: Ledger) -> None:
    tell_night(ledger)
    add(ledger, make_article(text="Nothing happened.", at=NEXT), "r2")
    annotate_all(ledger, lambda document: make_annotation(), "r2")
    resolve_all(ledger, "r2", NEXT)
    (incident,) = get_snapshot(ledger, now=NEXT, since=NIGHT, run_id="r2").changed
    assert (incident.status, incident.independent_reports) == ("retracted", 0)
    later = get_snapshot(ledger, now=NEXT + timedelta(days=1), since=NEXT, run_id="r3")
    assert (later.changed, later.open, later.weeks) == ((), (), ())


def test_policy_and_market_news_are_notes_with_their_words(ledger: Ledger) -> None:
    sync_sources(ledger, [make_source()])
    add(ledger, make_article())
    sanction = make_event(event_type="sanction")
    annotate_all(ledger, lambda document: make_annotation([sanction, replace(sanction, confidence=0.2)]))
    (note,) = get_snapshot(ledger, now=NIGHT, since=None, run_id=None).notes
    assert (note.event_type, note.countries) == ("sanction", ("RU",))
    assert note.quote.sentence == TEXT.split("\n")[0].split(". ")[0] + "."
    assert get_snapshot(ledger, now=NEXT, since=NIGHT, run_id=None).notes == ()


def test_note_of_an_article_that_was_read_later_is_not_lost(ledger: Ledger) -> None:
    add(ledger, make_article())
    run_id = start_run(ledger, command="annotate", started_at=NEXT)
    annotate_all(ledger, lambda document: make_annotation([make_event(event_type="market")]), run_id)
    assert len(get_snapshot(ledger, now=NEXT, since=NIGHT, run_id=None).notes) == 1
    annotate_all(ledger, lambda document: make_annotation([make_event(event_type="market")]), run_id, "newer")
    assert get_snapshot(ledger, now=NEXT, since=NIGHT, run_id=None).notes == ()


def test_what_gave_no_article_is_listed_with_its_reason(ledger: Ledger) -> None:
    sync_sources(ledger, [make_source()])
    add_article_outcome(ledger, make_outcome(None), "r1")
    add_article_outcome(ledger, make_outcome(None, url="https://daily.example/b", outcome="not_modified"), "r1")
    add_article_outcome(ledger, make_outcome(None, url="https://daily.example/c"), "earlier")
    add_feed_outcome(ledger, make_feed_outcome(), "r1")
    snapshot = get_snapshot(ledger, now=NIGHT, since=None, run_id="r1")
    assert snapshot.not_articles == (("https://daily.example/a", "timeout", "no answer in 20 s"),)
    assert [one.skipped_this_run for one in snapshot.health] == [1]


def test_feed_silent_beyond_three_times_its_cadence_is_quiet(ledger: Ledger) -> None:
    tell_night(ledger)
    for hours, quiet in ((17, False), (19, True)):
        (health,) = get_snapshot(ledger, now=NIGHT + timedelta(hours=hours), since=None, run_id=None).health
        assert health.quiet is quiet


def test_languages_that_are_not_read_are_counted(ledger: Ledger) -> None:
    for number in range(3):
        add(ledger, make_article(f"https://daily.example/{number}", language="ru" if number else "kk"))
    annotate_all(
        ledger, lambda document: make_annotation(relevant=None, skipped="language", language=document.language)
    )
    snapshot = get_snapshot(ledger, now=NIGHT, since=None, run_id=None)
    assert snapshot.languages_skipped == (("ru", 2), ("kk", 1))
    assert snapshot.articles_relevant_new == 0


def test_snapshot_of_an_empty_ledger_is_empty(ledger: Ledger) -> None:
    snapshot = get_snapshot(ledger, now=NIGHT, since=None, run_id="r1")
    assert (snapshot.run, snapshot.new, snapshot.health, snapshot.articles_total) == (None, (), (), 0)
    assert get_incident(ledger, "inc-0") is None
    assert get_incidents(ledger, []) == []


def test_weeks_count_incidents_and_articles_by_risk(ledger: Ledger) -> None:
    sync_sources(ledger, [make_source()])
    add(ledger, make_article())
    tags = (RiskTag(label="physical_attack", probability=0.9), RiskTag(label="supply_disruption", probability=0.7))
    annotate_all(ledger, lambda document: replace(make_full_annotation(), risks=tags))
    resolve_all(ledger)
    assert ledger.rows("SELECT * FROM risk_by_week ORDER BY risk") == [
        (date(2026, 2, 23), "physical_attack", 1, 1),
        (date(2026, 2, 23), "supply_disruption", 0, 1),
    ]
