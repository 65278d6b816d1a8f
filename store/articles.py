"""What is known of articles and entries, and how their ids are made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import pyarrow as pa

from crawler.records import Article, KnownEntry
from store.database import Ledger, Row, hash_id

ArticleStatus = Literal["new", "changed", "same", "none"]

_TEXT, _INSTANT, _TEXTS = pa.string(), pa.timestamp("us", "UTC"), pa.list_(pa.string())
ARTICLE_COLUMNS = {
    "article_id": _TEXT, "url": _TEXT, "source_id": _TEXT, "created_at": _INSTANT, "created_run_id": _TEXT,
}  # fmt: skip
VERSION_COLUMNS = {
    "version_id": _TEXT, "article_id": _TEXT, "ordinal": pa.int32(), "current": pa.bool_(), "title": _TEXT,
    "text": _TEXT, "summary": _TEXT, "authors": _TEXTS, "published_at": _INSTANT, "modified_at": _INSTANT,
    "language": _TEXT, "content_hash": _TEXT, "fetched_at": _INSTANT, "stored_at": _INSTANT, "fetched_url": _TEXT,
    "raw_hash": _TEXT, "flags": _TEXTS, "feed_url": _TEXT, "entry_id": _TEXT, "run_id": _TEXT,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedArticle:
    """What storing one entry's outcome did."""

    article_id: str | None
    version_id: str | None  # the current one after this outcome
    status: ArticleStatus


class LedgerKnown:
    """crawler.records.Known, answered from the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def entry(self, feed_url: str, entry_id: str) -> KnownEntry | None:
        """What is remembered of this entry."""
        row = self._ledger.row(
            "SELECT fingerprint, outcome, attempts, url FROM entry WHERE entry_key = ?", [hash_id(feed_url, entry_id)]
        )
        return None if row is None else KnownEntry(fingerprint=row[0], outcome=row[1], attempts=row[2], url=row[3])

    def content_hash(self, url: str) -> str | None:
        """The content hash of the current version of the article with this canonical URL."""
        row = self._ledger.row(
            "SELECT content_hash FROM article_version WHERE article_id = ? AND current", [make_article_id(url)]
        )
        return None if row is None else str(row[0])


def make_article_id(url: str) -> str:
    """The article id of a canonical URL."""
    return hash_id(url)


def make_version_id(article_id: str, content_hash: str) -> str:
    """The id of the article's version with this content."""
    return f"{article_id}-{hash_id(content_hash)[:8]}"


def make_version_row(
    article: Article,
    *,
    version_id: str,
    ordinal: int,
    current: bool,
    stored_at: datetime,
    feed_url: str | None,
    entry_id: str | None,
    run_id: str,
) -> Row:
    """One wording of an article as the ledger keeps it, in the order of VERSION_COLUMNS."""
    return (
        version_id,
        make_article_id(article.url),
        ordinal,
        current,
        article.title,
        article.text,
        article.summary,
        list(article.authors),
        article.published_at,
        article.modified_at,
        article.language,
        article.content_hash,
        article.fetched_at,
        stored_at,
        article.fetched_url,
        article.raw_hash,
        list(article.flags),
        feed_url,
        entry_id,
        run_id,
    )
