from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.records import Known, KnownEntry
from store.arrivals import add_article_outcome
from store.articles import LedgerKnown, make_article_id
from store.database import Ledger, open_ledger
from store.sources import sync_sources
from tests.store.samples import NIGHT, add, count_rows, make_article, make_outcome, make_source


def test_new_same_changed_and_returned_versions_are_told_apart(ledger: Ledger) -> None:
    first = add(ledger, make_article(text="One."))
    assert first.status == "new"
    assert first.article_id == make_article_id("https://daily.example/a")
    assert add(ledger, make_article(text="One.", at=NIGHT + timedelta(days=1)), "r2") == replace(first, status="same")
    second = add(ledger, make_article(text="Two.", at=NIGHT + timedelta(days=2)), "r3")
    assert (second.status, second.article_id) == ("changed", first.article_id)
    assert add(ledger, make_article(text="One.", at=NIGHT + timedelta(days=3)), "r4") == replace(
        first, status="changed"
    )
    assert ledger.rows("SELECT ordinal, text, current FROM article_version ORDER BY ordinal") == [
        (1, "One.", True),
        (2, "Two.", False),
    ]
    assert ledger.rows("SELECT versions, text, created_at FROM articles") == [(2, "One.", NIGHT)]


def test_same_outcome_again_adds_no_row(ledger: Ledger) -> None:
    outcome = make_outcome(make_article())
    assert add_article_outcome(ledger, outcome, "r1").status == "new"
    rows = count_rows(ledger)
    assert add_article_outcome(ledger, outcome, "r1").status == "same"
    assert count_rows(ledger) == rows
    assert ledger.rows("SELECT article_status FROM fetch_log") == [("new",)]


def test_crawler_learns_what_the_ledger_knows(ledger: Ledger) -> None:
    known: Known = LedgerKnown(ledger)
    feed, url = "https://daily.example/feed", "https://daily.example/a"
    assert known.entry(feed, url) is None
    assert known.content_hash(url) is None
    article = make_article()
    add_article_outcome(ledger, make_outcome(article, fingerprint="f1"), "r1")
    assert known.entry(feed, url) == KnownEntry(fingerprint="f1", outcome="ok", attempts=1, url=url)
    assert known.content_hash(url) == article.content_hash
    add(ledger, make_article(text="Edited."), "r2")
    assert known.content_hash(url) == make_article(text="Edited.").content_hash


def test_entry_without_article_is_remembered_with_its_reason_and_attempts(ledger: Ledger) -> None:
    add_article_outcome(ledger, make_outcome(None), "r1")
    added = add_article_outcome(ledger, make_outcome(None, attempts=2, at=NIGHT + timedelta(days=1)), "r2")
    assert (added.article_id, added.version_id, added.status) == (None, None, "none")
    assert ledger.rows("SELECT outcome, reason, attempts, first_seen_at, last_seen_at FROM entry") == [
        ("timeout", "no answer in 20 s", 2, NIGHT, NIGHT + timedelta(days=1))
    ]
    assert ledger.rows("SELECT run_id, article_status FROM fetch_log ORDER BY run_id") == [
        ("r1", "none"),
        ("r2", "none"),
    ]


def test_entry_whose_page_fails_later_keeps_its_article(ledger: Ledger) -> None:
    added = add(ledger, make_article())
    add_article_outcome(ledger, make_outcome(None, at=NIGHT + timedelta(days=1)), "r2")
    assert ledger.rows("SELECT article_id, outcome FROM entry") == [(added.article_id, "timeout")]


def test_one_article_in_two_feeds_is_one_article(ledger: Ledger) -> None:
    article = make_article()
    add_article_outcome(ledger, make_outcome(article), "r1")
    other = make_outcome(article, feed_url="https://daily.example/other")
    assert add_article_outcome(ledger, other, "r1").status == "same"
    assert [count_rows(ledger)[one] for one in ("article", "article_version", "entry")] == [1, 1, 2]


@pytest.mark.parametrize("text", ["", "\0", "\ud800 half", "😀" * 3, "'; DROP TABLE article; --", "x" * 2_000_000])
def test_any_text_is_stored_and_comes_back(ledger: Ledger, text: str) -> None:
    add(ledger, make_article(text=text))
    assert ledger.rows("SELECT text FROM articles") == [(text.replace("\ud800", "\ufffd"),)]


def test_article_of_a_source_that_is_not_configured_is_shown_under_its_id(ledger: Ledger) -> None:
    add(ledger, make_article(source="imported"))
    assert ledger.rows("SELECT publisher, family FROM articles") == [("imported", "imported")]
    sync_sources(ledger, [make_source("imported")])
    assert ledger.rows("SELECT publisher, family FROM articles") == [("The Imported", "imported-group")]


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.booleans()), min_size=1, max_size=20))
def test_every_url_has_exactly_one_current_version_and_it_is_the_last_told(
    empty_ledger: Path, steps: list[tuple[int, int, bool]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = shutil.copy(empty_ledger, Path(folder) / "ledger.duckdb")
        _tell(path, steps)


def _tell(path: Path, steps: list[tuple[int, int, bool]]) -> None:
    with open_ledger(path) as ledger:
        told: dict[str, str] = {}
        texts: dict[str, set[str]] = {}
        for number, (page, wording, fails) in enumerate(steps):
            url, text, at = f"https://daily.example/{page}", f"Wording {wording}.", NIGHT + timedelta(hours=number)
            if fails:
                add_article_outcome(ledger, make_outcome(None, url=url, at=at), f"r{number}")
                continue
            status = add(ledger, make_article(url, text=text, at=at), f"r{number}").status
            assert status == ("new" if url not in told else "same" if told[url] == text else "changed")
            told[url] = text
            texts.setdefault(url, set()).add(text)
        current = ledger.rows(
            "SELECT a.url, v.text FROM article a JOIN article_version v USING (article_id) WHERE current"
        )
        assert sorted(current) == sorted(told.items())
        counted = ledger.rows("SELECT url, versions FROM articles")
        assert sorted(counted) == sorted((url, len(found)) for url, found in texts.items())
