"""Imported articles become versions in the order of their capture, however often and in whatever batches they come."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from crawler.archive import SourceFinder
from crawler.assemble import content_hash
from crawler.records import Article
from store.database import Ledger
from store.imports import ImportProgress, add_import_batch, get_backfilled, get_import, get_versions, make_import_key

NOW = datetime(2026, 3, 1, tzinfo=UTC)
URL = "https://wire.example/a"


def make_article(words: str, day: int, url: str = URL, flags: tuple[str, ...] = ()) -> Article:
    return Article(
        url=url,
        source_id="wire-example",
        title="A title",
        text=words,
        fetched_at=datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day),
        content_hash=content_hash("A title", words),
        fetched_url=url,
        flags=flags,
    )


def make_progress() -> ImportProgress:
    return ImportProgress(
        key=make_import_key("d" * 64, "{}"),
        name="a.warc.gz",
        kind="warc",
        size=10,
        digest="d" * 64,
        wish="{}",
        started_at=NOW,
    )


def add(ledger: Ledger, progress: ImportProgress, *articles: Article) -> ImportProgress:
    return add_import_batch(ledger, progress, articles, run_id="run-1", now=NOW)


def stand(ledger: Ledger, url: str = URL) -> list[tuple[str, int, bool]]:
    return [
        (row[0], row[1], row[2])
        for row in ledger.rows(
            "SELECT v.text, v.ordinal, v.current FROM article_version v JOIN article a ON a.article_id = v.article_id "
            "WHERE a.url = ? ORDER BY v.ordinal",
            [url],
        )
    ]


def test_an_older_capture_becomes_an_earlier_version_and_changes_nothing_that_stands(ledger: Ledger) -> None:
    progress = add(ledger, make_progress(), make_article("second", 5))
    progress = add(ledger, progress, make_article("first", 2), make_article("third", 9))

    assert stand(ledger) == [("first", 1, False), ("second", 2, False), ("third", 3, True)]
    assert (progress.articles_new, progress.articles_changed, progress.articles_known) == (1, 2, 0)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_where_a_batch_begins_makes_no_difference(ledger: Ledger, size: int) -> None:
    captures = [
        make_article(words, day)
        for words, day in [("a", 1), ("b", 4), ("a", 6), ("c", 5), ("d", 2), ("b", 3), ("a", 6)]
    ]
    progress = make_progress()
    for start in range(0, len(captures), size):
        progress = add(ledger, progress, *captures[start : start + size])

    assert stand(ledger) == [("a", 1, True), ("d", 2, False), ("b", 3, False), ("c", 4, False)]
    assert (progress.articles_new, progress.articles_changed, progress.articles_known) == (1, 3, 3)
    (versions,) = get_versions(ledger, [URL]).values()
    assert [one.seen_at.day for one in versions] == [7, 3, 5, 6]


def test_the_same_batch_again_adds_nothing(ledger: Ledger) -> None:
    articles = [make_article("a", 1), make_article("b", 2), make_article("a", 1, "https://wire.example/b")]
    add(ledger, make_progress(), *articles)
    before = ledger.rows("SELECT * FROM article_version ORDER BY version_id")
    progress = add(ledger, make_progress(), *articles)

    assert ledger.rows("SELECT * FROM article_version ORDER BY version_id") == before
    assert (progress.articles_new, progress.articles_changed, progress.articles_known) == (0, 0, 3)


def test_a_batch_that_fails_leaves_neither_articles_nor_progress(ledger: Ledger) -> None:
    broken = make_article("b", 2)
    object.__setattr__(broken, "published_at", "not an instant")
    with pytest.raises(Exception, match="cannot be converted"):
        add(ledger, make_progress(), make_article("a", 1, "https://wire.example/c"), broken)

    assert ledger.rows("SELECT 1 FROM article UNION ALL SELECT 1 FROM import_file") == []


def test_progress_comes_back_as_it_was_kept(ledger: Ledger) -> None:
    told = add_import_batch(
        ledger, make_progress(), (), faults=[(7, 0, "damaged gzip data")] * 1200, run_id="run-1", now=NOW
    )

    assert told.damaged == 1200
    assert get_import(ledger, told.key) == told
    assert get_import(ledger, make_import_key("d" * 64, '{"since": 1}')) is None
    assert ledger.row("SELECT count(*) FROM main.import_faults") == (1000,)
    assert ledger.row("SELECT name, damaged FROM main.imports") == ("a.warc.gz", 1200)


def test_a_source_that_nobody_lists_gets_its_publishers_name_once(ledger: Ledger) -> None:
    source = SourceFinder(()).find("https://www.news.example.org/a")
    for _ in range(2):
        add_import_batch(ledger, make_progress(), (), sources=[source], run_id="run-1", now=NOW)

    found = ledger.rows("SELECT source_id, publisher, family, listed FROM source")
    assert found == [("example-org", "example.org", "example-org", False)]


def test_incidents_that_only_old_imported_news_tells_are_backfilled(ledger: Ledger) -> None:
    old, new = make_article("old", 1, flags=("archived", "backfill")), make_article("new", 2, "https://wire.example/n")
    add(ledger, make_progress(), old, new)
    versions = {url: one[0].version_id for url, one in get_versions(ledger, [old.url, new.url]).items()}
    told = {"i1": [old.url], "i2": [old.url, new.url], "i3": [new.url]}
    numbers = itertools.count()
    for incident_id, urls in told.items():
        for url in urls:
            ledger.execute(
                "INSERT INTO telling (incident_id, event_id, version_id, article_id, source_id, targets, leads, events,"
                " attached_at, score, reason, fetched_at, title, url) "
                "VALUES (?, ?, ?, 'a', 's', [''], true, 1, ?, 1, '', ?, '', ?)",
                [incident_id, f"e{next(numbers)}", versions[url], NOW, NOW, url],
            )
    found = get_backfilled(ledger, ["i1", "i2", "i3", "i4"])
    ledger.execute("DELETE FROM telling")

    assert found == {"i1"}
    assert get_backfilled(ledger, []) == frozenset()
