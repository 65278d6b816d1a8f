"""What is known of articles and entries, and how their ids are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crawler.records import KnownEntry
from store.database import Ledger, hash_id

ArticleStatus = Literal["new", "changed", "same", "none"]


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
