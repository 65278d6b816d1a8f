"""An article that a list of addresses brought belongs to who published it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from crawler.records import Article, ArticleOutcome, Feed, Source
from linewalker.attributing import Attribution
from store.database import open_ledger

NOW = datetime(2024, 3, 5, tzinfo=UTC)


def make_source(source_id: str, kind: str, homepage: str) -> Source:
    return Source(
        id=source_id,
        publisher=source_id,
        family=source_id,
        country="GB",
        language="en",
        reliability="B",
        cadence_hours=24,
        kind=kind,
        homepage=homepage,
        feeds=(Feed(url=f"{homepage}feed", source_id=source_id),),
    )


def make_outcome(source_id: str, url: str) -> ArticleOutcome:
    article = Article(url=url, source_id=source_id, title="t", text="x", fetched_at=NOW, content_hash="h")
    return ArticleOutcome(feed_url="f", source_id=source_id, url=url, outcome="ok", reason="", at=NOW, article=article)


def test_articles_of_a_list_go_to_their_publishers_and_others_stay(tmp_path: Path) -> None:
    sources = [
        make_source("gdelt", "gdelt", "https://www.gdelt.example/"),
        make_source("wire-world", "press", "https://www.wire.example/"),
        make_source("wire-energy", "trade", "https://www.wire.example/energy/"),
    ]
    with open_ledger(tmp_path / "ledger.duckdb") as ledger:
        attribution = Attribution(ledger, sources)
        settled = [
            attribution.settle(make_outcome(source_id, url)).article
            for source_id, url in [
                ("gdelt", "https://wire.example/energy/1"),
                ("gdelt", "https://www.wire.example/world/1"),
                ("gdelt", "https://news.example.org/1"),
                ("gdelt", "https://sport.example.org/2"),
                ("wire-world", "https://other.example/1"),
            ]
        ]
        added = ledger.rows("SELECT source_id, publisher, country, reliability, listed FROM source")

    assert [one.source_id for one in settled if one is not None] == [
        "wire-energy", "wire-world", "example-org", "example-org", "wire-world",
    ]  # fmt: skip
    assert added == [("example-org", "example.org", "ZZ", "F", False)]
