"""A folder with a ledger of a few read articles, for the tests of reviewing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from linewalker.config import CONFIG_NAME, Config, load_config
from nlp.records import Annotation, RiskTag
from store.annotations import add_annotations, get_unannotated
from store.database import open_ledger
from store.publish import publish
from store.query import run_query
from store.sources import sync_sources
from tests.store.samples import MODEL, add, make_annotation, make_article, make_source

NIGHT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def now() -> datetime:
    return NIGHT + timedelta(hours=8)


def make_folder(folder: Path, articles: Sequence[tuple[str, str]], annotation: Annotation | None = None) -> Config:
    """Each (title, text) as an article; all are read with the same annotation, by default one in doubt."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONFIG_NAME).write_text("", encoding="utf-8")
    config = load_config((folder / CONFIG_NAME).resolve())
    found = annotation or make_annotation([], risks=(RiskTag(label="accident", probability=0.55),))
    with open_ledger(config.ledger_path, now=NIGHT) as ledger:
        sync_sources(ledger, [make_source()])
        for number, (title, text) in enumerate(articles):
            add(ledger, make_article(f"https://daily.example/{number}", title=title, text=text, at=NIGHT))
        waiting = [version_id for version_id, _ in get_unannotated(ledger)]
        add_annotations(ledger, [(one, found) for one in waiting], "r1", MODEL)
    publish(config.ledger_path, config.published_path)
    return config


def ask(config: Config, sql: str) -> list[tuple[object, ...]]:
    return list(run_query(config.published_path, sql).rows)
