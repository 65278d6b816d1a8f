from __future__ import annotations

from datetime import timedelta

from crawler.records import Feed, FeedState
from store.database import Ledger
from store.sources import add_feed_outcome, get_feed_states, sync_sources
from tests.store.samples import NIGHT, add, count_rows, make_article, make_feed_outcome, make_source


def test_sources_follow_the_configuration_and_dropped_ones_stay(ledger: Ledger) -> None:
    sync_sources(ledger, [make_source("daily"), make_source("herald")])
    sync_sources(ledger, [make_source("daily", reliability="C", note="renamed"), make_source("late")])
    assert ledger.rows("SELECT source_id, reliability, note, listed FROM source ORDER BY source_id") == [
        ("daily", "C", "renamed", True),
        ("herald", "B", None, False),
        ("late", "B", None, True),
    ]
    assert ledger.rows("SELECT source_id, listed FROM source_health ORDER BY source_id") == [
        ("daily", True),
        ("herald", False),
        ("late", True),
    ]
    sync_sources(ledger, [])
    assert ledger.rows("SELECT count(*) FROM source_health WHERE listed") == [(0,)]


def test_sync_of_the_same_sources_changes_nothing(ledger: Ledger) -> None:
    sources = [make_source("daily"), make_source("herald")]
    sync_sources(ledger, sources)
    before = ledger.rows("SELECT * FROM source"), ledger.rows("SELECT * FROM feed")
    sync_sources(ledger, sources)
    assert before == (ledger.rows("SELECT * FROM source"), ledger.rows("SELECT * FROM feed"))


def test_feed_that_moves_to_another_source_is_one_row(ledger: Ledger) -> None:
    feed = "https://shared.example/feed"
    sync_sources(ledger, [make_source("daily", feeds=(Feed(url=feed, source_id="daily"),))])
    sync_sources(ledger, [make_source("herald", feeds=(Feed(url=feed, source_id="herald", kind="sitemap"),))])
    assert ledger.rows("SELECT source_id, kind, listed FROM feed") == [("herald", "sitemap", True)]


def test_feed_state_comes_back_byte_for_byte(ledger: Ledger) -> None:
    outcome = make_feed_outcome(
        etag='W/"é-\'1\'"', last_modified="Mon,  02 Mar 2026 02:00:00 GMT", body_hash="ab", changed_at=NIGHT,
        next_due_at=NIGHT + timedelta(hours=6), not_before_at=None, failures=2, reason="x", disabled=True,
    )  # fmt: skip
    add_feed_outcome(ledger, outcome, "r1")
    assert get_feed_states(ledger) == {outcome.feed.url: outcome.state}
    assert get_feed_states(ledger)[outcome.feed.url].checked_at == NIGHT


def test_feed_outcome_again_adds_no_row_and_the_next_night_one_line(ledger: Ledger) -> None:
    add_feed_outcome(ledger, make_feed_outcome(), "r1")
    rows = count_rows(ledger)
    add_feed_outcome(ledger, make_feed_outcome(), "r1")
    assert count_rows(ledger) == rows
    add_feed_outcome(ledger, make_feed_outcome(at=NIGHT + timedelta(days=1)), "r2")
    assert count_rows(ledger) == rows | {"fetch_log": 2}
    assert ledger.rows("SELECT first_checked_at, checked_at FROM feed_state") == [(NIGHT, NIGHT + timedelta(days=1))]


def test_health_counts_articles_and_says_when_a_feed_is_quiet(ledger: Ledger) -> None:
    sync_sources(ledger, [make_source("daily"), make_source("herald")])
    add(ledger, make_article())
    add_feed_outcome(ledger, make_feed_outcome("daily", at=NIGHT + timedelta(hours=17)), "r2")
    query = "SELECT source_id, articles, outcome, last_entry_at, quiet FROM source_health ORDER BY source_id"
    assert ledger.rows(query) == [("daily", 1, "ok", NIGHT, False), ("herald", 0, None, None, False)]
    add_feed_outcome(ledger, make_feed_outcome("daily", at=NIGHT + timedelta(hours=19)), "r3")
    assert ledger.rows(query)[0] == ("daily", 1, "ok", NIGHT, True)


def test_unknown_feed_has_no_state(ledger: Ledger) -> None:
    assert get_feed_states(ledger) == {}
    assert FeedState(url="x").outcome is None
