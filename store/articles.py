"""What is known of articles and entries, and how their ids are made."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import pyarrow as pa

from crawler.records import Article, EntryName, KnownEntry
from store.database import Ledger, Row, hash_id, places

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
        return self.entries(feed_url, [entry_id])[entry_id]

    def entries(self, feed_url: str, entry_ids: Collection[str]) -> dict[str, KnownEntry | None]:
        """The same for several entries in one look, which costs hardly more than one."""
        asked = {hash_id(feed_url, entry_id): entry_id for entry_id in entry_ids}
        found = self._ledger.rows(
            "SELECT entry_key, fingerprint, outcome, attempts, url, publisher_id FROM entry "  # noqa: S608
            f"WHERE entry_key IN ({places(asked)})",
            list(asked),
        )
        known = {
            asked[key]: KnownEntry(
                fingerprint=fingerprint, outcome=outcome, attempts=attempts, url=url, publisher_id=publisher_id
            )
            for key, fingerprint, outcome, attempts, url, publisher_id in found
        }
        return {**dict.fromkeys(entry_ids), **known}

    def name(self, feed_url: str, publisher_id: str) -> EntryName | None:
        """Which entry of this feed had this id last."""
        return self.names(feed_url, [publisher_id])[publisher_id]

    def names(self, feed_url: str, publisher_ids: Collection[str]) -> dict[str, EntryName | None]:
        """The same for several ids in one look."""
        asked = {hash_id(feed_url, publisher_id): publisher_id for publisher_id in publisher_ids}
        found = self._ledger.rows(
            "SELECT name_key, entry_id, publisher_id, title_hash, text_hash, published_at FROM entry_name "  # noqa: S608
            f"WHERE name_key IN ({places(asked)})",
            list(asked),
        )
        known = {
            asked[key]: EntryName(
                entry_id=entry_id,
                publisher_id=publisher_id,
                title_hash=title_hash,
                text_hash=text_hash,
                published_at=published_at,
            )
            for key, entry_id, publisher_id, title_hash, text_hash, published_at in found
        }
        return {**dict.fromkeys(publisher_ids), **known}

    def content_hash(self, url: str) -> str | None:
        """The content hash of the current version of the article with this canonical URL."""
        return self.content_hashes([url])[url]

    def content_hashes(self, urls: Collection[str]) -> dict[str, str | None]:
        """The same for several URLs in one look, which costs hardly more than one."""
        asked = {make_article_id(url): url for url in urls}
        found = self._ledger.rows(
            f"SELECT article_id, content_hash FROM article_version WHERE article_id IN ({places(asked)}) AND current",  # noqa: S608
            list(asked),
        )
        return {**dict.fromkeys(urls), **{asked[article_id]: str(content_hash) for article_id, content_hash in found}}


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
