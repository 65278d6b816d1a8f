"""Articles and their versions, and what became of each entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crawler.records import Article, ArticleOutcome, KnownEntry
from store.database import Ledger, hash_id
from store.events import refresh_current_events

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


def add_article_outcome(ledger: Ledger, outcome: ArticleOutcome, run_id: str) -> AddedArticle:
    """Stores one entry's outcome with its article, if any, in one transaction; the same outcome again adds nothing."""
    entry_key = hash_id(outcome.feed_url, outcome.entry_id)
    with ledger.transaction():
        known = ledger.row("SELECT article_id FROM entry WHERE entry_key = ?", [entry_key])
        if outcome.article is None:
            # An entry whose page fails tonight still belongs to the article that it gave on an earlier night.
            added = AddedArticle(article_id=known[0] if known else None, version_id=None, status="none")
        else:
            added = _add_version(ledger, outcome.article, outcome, run_id)
        _add_entry(ledger, entry_key, outcome, added, known=known is not None)
        _add_log(ledger, outcome, added, run_id)
    return added


def _add_version(ledger: Ledger, article: Article, outcome: ArticleOutcome, run_id: str) -> AddedArticle:
    article_id = make_article_id(article.url)
    version_id = make_version_id(article_id, article.content_hash)
    versions = ledger.rows("SELECT version_id, current FROM article_version WHERE article_id = ?", [article_id])
    if (version_id, True) in versions:
        return AddedArticle(article_id=article_id, version_id=version_id, status="same")
    if not versions:
        ledger.execute(
            "INSERT INTO article (article_id, url, source_id, created_at, created_run_id) VALUES (?, ?, ?, ?, ?)",
            [article_id, article.url, article.source_id, outcome.at, run_id],
        )
    else:
        ledger.execute("UPDATE article_version SET current = false WHERE article_id = ? AND current", [article_id])
    if (version_id, False) in versions:
        # The publisher went back to an earlier wording: that version counts again, and its events with it.
        ledger.execute("UPDATE article_version SET current = true WHERE version_id = ?", [version_id])
        refresh_current_events(ledger, [article_id])
    else:
        ledger.execute(
            "INSERT INTO article_version (version_id, article_id, ordinal, current, title, text, summary, authors, "
            "published_at, modified_at, language, content_hash, fetched_at, stored_at, fetched_url, raw_hash, flags, "
            "feed_url, entry_id, run_id) VALUES (?, ?, ?, true, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                version_id,
                article_id,
                len(versions) + 1,
                article.title,
                article.text,
                article.summary,
                list(article.authors),
                article.published_at,
                article.modified_at,
                article.language,
                article.content_hash,
                article.fetched_at,
                outcome.at,
                article.fetched_url,
                article.raw_hash,
                list(article.flags),
                article.feed_url or outcome.feed_url,
                article.entry_id or outcome.entry_id,
                run_id,
            ],
        )
    return AddedArticle(article_id=article_id, version_id=version_id, status="changed" if versions else "new")


# An upsert costs DuckDB three times what asking first and then inserting or updating does.
def _add_entry(ledger: Ledger, entry_key: str, outcome: ArticleOutcome, added: AddedArticle, *, known: bool) -> None:
    values = {
        "source_id": outcome.source_id,
        "url": outcome.url,
        "fingerprint": outcome.fingerprint,
        "outcome": outcome.outcome,
        "reason": outcome.reason,
        "attempts": outcome.attempts,
        "article_id": added.article_id,
        "last_seen_at": outcome.at,
    }
    if known:
        ledger.execute(
            f"UPDATE entry SET {', '.join(f'{name} = ?' for name in values)} WHERE entry_key = ?",  # noqa: S608
            [*values.values(), entry_key],
        )
        return
    values |= {
        "entry_key": entry_key,
        "feed_url": outcome.feed_url,
        "entry_id": outcome.entry_id,
        "first_seen_at": outcome.at,
    }
    ledger.execute(
        f"INSERT INTO entry ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",  # noqa: S608
        list(values.values()),
    )


def _add_log(ledger: Ledger, outcome: ArticleOutcome, added: AddedArticle, run_id: str) -> None:
    log_key = hash_id(run_id, "entry", outcome.feed_url, outcome.entry_id)
    # The first telling in a run stands: told again after a crash, "new" must not become "same".
    if ledger.row("SELECT 1 FROM fetch_log WHERE log_key = ?", [log_key]) is not None:
        return
    ledger.execute(
        "INSERT INTO fetch_log (log_key, run_id, kind, noted_at, source_id, feed_url, entry_id, url, outcome, reason, "
        "article_id, article_status) VALUES (?, ?, 'entry', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            log_key,
            run_id,
            outcome.at,
            outcome.source_id,
            outcome.feed_url,
            outcome.entry_id,
            outcome.url,
            outcome.outcome,
            outcome.reason,
            added.article_id,
            added.status,
        ],
    )
