"""What a night brings in: articles, and what became of each entry and feed, stored a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

import pyarrow as pa

from crawler.records import ArticleOutcome, EntryName, FeedOutcome, KnownEntry
from crawler.sameness import spellings
from store.articles import (
    ARTICLE_COLUMNS,
    VERSION_COLUMNS,
    AddedArticle,
    LedgerKnown,
    make_article_id,
    make_version_id,
    make_version_row,
)
from store.database import Ledger, Row, hash_id
from store.events import refresh_current_events
from store.sources import add_feed_outcomes

# A statement costs DuckDB a millisecond or more however few rows it has: one article by itself took 10 ms of processor
# time, in a batch of 64 it takes 1 ms.
BATCH = 64
_TEXT, _INSTANT = pa.string(), pa.timestamp("us", "UTC")
_ENTRY = {
    "entry_key": _TEXT, "feed_url": _TEXT, "entry_id": _TEXT, "first_seen_at": _INSTANT, "source_id": _TEXT,
    "url": _TEXT, "fingerprint": _TEXT, "outcome": _TEXT, "reason": _TEXT, "attempts": pa.int32(), "article_id": _TEXT,
    "last_seen_at": _INSTANT,
}  # fmt: skip
_RENEWED = ("source_id", "url", "fingerprint", "outcome", "reason", "attempts", "article_id", "last_seen_at")
_LOG = {
    "log_key": _TEXT, "run_id": _TEXT, "kind": _TEXT, "noted_at": _INSTANT, "source_id": _TEXT, "feed_url": _TEXT,
    "entry_id": _TEXT, "url": _TEXT, "outcome": _TEXT, "reason": _TEXT, "article_id": _TEXT, "article_status": _TEXT,
}  # fmt: skip


class Arrivals:
    """Holds outcomes back until a batch is full, and answers for them meanwhile as if they were stored.

    A crash loses what waits, which the next run meets again: a feed's own state, which would hide its entries, is
    stored in one transaction with them.
    """

    def __init__(
        self,
        ledger: Ledger,
        run_id: str,
        told: Callable[[AddedArticle], None],
        most: int = BATCH,
        before: Callable[[], None] | None = None,
    ) -> None:
        """`before` is called ahead of each batch; what it raises keeps the batch from being stored."""
        self._ledger = ledger
        self._run_id = run_id
        self._told = told
        self._most = most
        self._entries: list[ArticleOutcome] = []
        self._feeds: list[FeedOutcome] = []
        self._before = before
        self._known = LedgerKnown(ledger)
        # What is held back: entries with their feeds, and articles' URLs, which have none.
        self._waiting: set[tuple[str, str]] = set()
        # What was looked up last, until something is stored: an article under all its spellings, a feed's entries.
        self._hashes: dict[str, str | None] = {}
        self._ahead: dict[tuple[str, str], KnownEntry | None] = {}
        self._names: dict[tuple[str, str], EntryName | None] = {}

    def add(self, outcome: ArticleOutcome | FeedOutcome) -> None:
        """Takes one outcome, a feed's after those of its entries; stores what waits when that is a batch."""
        if isinstance(outcome, ArticleOutcome):
            self._entries.append(outcome)
            self._waiting.add((outcome.feed_url, outcome.entry_id))
            if outcome.article is not None:
                self._waiting.add(("", outcome.article.url))
        else:
            self._feeds.append(outcome)
        if len(self._entries) + len(self._feeds) >= self._most:
            self.flush()

    def flush(self) -> None:
        """Stores what waits, and tells what became of each entry."""
        entries, feeds = self._entries, self._feeds
        if not (entries or feeds):
            return
        if self._before is not None:
            self._before()
        self._hashes, self._ahead, self._names = {}, {}, {}
        with self._ledger.transaction():
            added = add_article_outcomes(self._ledger, entries, self._run_id)
            add_feed_outcomes(self._ledger, feeds, self._run_id)
        self._entries, self._feeds, self._waiting = [], [], set()
        for one in added:
            self._told(one)

    def entry(self, feed_url: str, entry_id: str) -> KnownEntry | None:
        """crawler.records.Known: what is remembered of this entry."""
        if (feed_url, entry_id) in self._waiting:
            self.flush()
        if (feed_url, entry_id) not in self._ahead:
            return self._known.entry(feed_url, entry_id)
        return self._ahead[feed_url, entry_id]

    def name(self, feed_url: str, publisher_id: str) -> EntryName | None:
        """crawler.records.KnownNames: which entry of this feed had this id last."""
        if (feed_url, publisher_id) not in self._names:
            return self._known.name(feed_url, publisher_id)
        return self._names[feed_url, publisher_id]

    def look_ahead(self, feed_url: str, entry_ids: Collection[str], publisher_ids: Collection[str] = ()) -> None:
        """crawler.records.LooksAhead: these entries and names are asked about next."""
        if any((feed_url, entry_id) in self._waiting for entry_id in entry_ids):
            self.flush()
        if next(iter(self._ahead), ("", ""))[0] != feed_url:
            self._ahead, self._names = {}, {}  # of another feed, which has been looked through by now
        if entry_ids:
            found = self._known.entries(feed_url, entry_ids)
            self._ahead |= {(feed_url, entry_id): entry for entry_id, entry in found.items()}
        if publisher_ids:
            called = self._known.names(feed_url, publisher_ids)
            self._names |= {(feed_url, publisher_id): name for publisher_id, name in called.items()}

    def content_hash(self, url: str) -> str | None:
        """crawler.records.Known: the content hash of the current version of the article with this canonical URL."""
        if ("", url) in self._waiting:
            self.flush()
        if url not in self._hashes:
            # Its other spellings are asked about next (crawler/pages.py): one look tells of all.
            self._hashes = self._known.content_hashes((url, *spellings(url)))
        return self._hashes[url]


def add_article_outcome(ledger: Ledger, outcome: ArticleOutcome, run_id: str) -> AddedArticle:
    """Stores one entry's outcome with its article, if any; the same outcome again adds nothing."""
    return add_article_outcomes(ledger, [outcome], run_id)[0]


def add_article_outcomes(ledger: Ledger, outcomes: Sequence[ArticleOutcome], run_id: str) -> list[AddedArticle]:
    """Stores entries' outcomes in their order, in one transaction; what became of each, in the same order."""
    added: list[AddedArticle] = []
    with ledger.transaction():
        for group in _apart(outcomes):
            added += _add_group(ledger, group, run_id)
    return added


def _apart(outcomes: Sequence[ArticleOutcome]) -> Iterator[list[ArticleOutcome]]:
    """The outcomes in groups that hold no article and no entry twice: what comes second must find the first stored."""
    group: list[ArticleOutcome] = []
    seen: set[tuple[str, str]] = set()
    for outcome in outcomes:
        keys = {("entry", _entry_key(outcome))}
        if outcome.article is not None:
            keys.add(("article", outcome.article.url))
        if keys & seen:
            yield group
            group, seen = [], set()
        group.append(outcome)
        seen |= keys
    if group:
        yield group


def _add_group(ledger: Ledger, outcomes: Sequence[ArticleOutcome], run_id: str) -> list[AddedArticle]:
    known = _known_entries(ledger, outcomes)
    written = [outcome for outcome in outcomes if outcome.article is not None]
    told = dict(zip(map(_entry_key, written), _add_versions(ledger, written, run_id), strict=True))
    added = [
        # An entry whose page fails tonight still belongs to the article that it gave on an earlier night.
        told.get(key) or AddedArticle(article_id=known.get(key), version_id=None, status="none")
        for key in map(_entry_key, outcomes)
    ]
    _add_entries(ledger, outcomes, added, known)
    _add_log(ledger, outcomes, added, run_id)
    return added


def _entry_key(outcome: ArticleOutcome) -> str:
    return hash_id(outcome.feed_url, outcome.entry_id)


def _known_entries(ledger: Ledger, outcomes: Sequence[ArticleOutcome]) -> dict[str, str | None]:
    with ledger.batch({"entry_key": _TEXT}, [(_entry_key(one),) for one in outcomes], "asked") as batch:
        return {
            row[0]: row[1]
            for row in ledger.rows(
                f"SELECT e.entry_key, e.article_id FROM entry e JOIN {batch} USING (entry_key)"  # noqa: S608
            )
        }


def _add_versions(ledger: Ledger, outcomes: Sequence[ArticleOutcome], run_id: str) -> list[AddedArticle]:
    """Stores the articles, each under its own URL: a wording not met before is a version."""
    stored = _stored_versions(ledger, [make_article_id(one.article.url) for one in outcomes if one.article])
    added: list[AddedArticle] = []
    articles: list[Row] = []
    versions: list[Row] = []
    replaced: list[Row] = []
    revived: list[Row] = []
    for outcome in outcomes:
        article = outcome.article
        assert article is not None
        article_id = make_article_id(article.url)
        version_id = make_version_id(article_id, article.content_hash)
        before = stored.get(article_id, {})
        if before.get(version_id):
            added.append(AddedArticle(article_id=article_id, version_id=version_id, status="same"))
            continue
        if not before:
            articles.append((article_id, article.url, article.source_id, outcome.at, run_id))
        else:
            replaced.append((article_id,))
        if version_id in before:
            # The publisher went back to an earlier wording: that version counts again, and its events with it.
            revived.append((version_id,))
        else:
            versions.append(
                make_version_row(
                    article,
                    version_id=version_id,
                    ordinal=len(before) + 1,
                    current=True,
                    stored_at=outcome.at,
                    feed_url=article.feed_url or outcome.feed_url,
                    entry_id=article.entry_id or outcome.entry_id,
                    run_id=run_id,
                )
            )
        added.append(AddedArticle(article_id=article_id, version_id=version_id, status="changed" if before else "new"))
    ledger.insert("article", ARTICLE_COLUMNS, articles)
    if replaced:
        with ledger.batch({"article_id": _TEXT}, replaced, "replaced") as batch:
            ledger.execute(
                f"UPDATE article_version SET current = false FROM {batch} b "  # noqa: S608
                "WHERE b.article_id = article_version.article_id AND current"
            )
    ledger.insert("article_version", VERSION_COLUMNS, versions)
    if revived:
        with ledger.batch({"version_id": _TEXT}, revived, "revived") as batch:
            ledger.execute(
                f"UPDATE article_version SET current = true FROM {batch} b "  # noqa: S608
                "WHERE b.version_id = article_version.version_id"
            )
        ids = {version_id for (version_id,) in revived}
        refresh_current_events(ledger, [one.article_id for one in added if one.article_id and one.version_id in ids])
    return added


def _stored_versions(ledger: Ledger, article_ids: Sequence[str]) -> dict[str, dict[str, bool]]:
    """By article: its versions' ids, and whether each is the current one."""
    stored: dict[str, dict[str, bool]] = {}
    if not article_ids:
        return stored
    with ledger.batch({"article_id": _TEXT}, [(one,) for one in article_ids], "asked") as batch:
        for article_id, version_id, current in ledger.rows(
            f"SELECT v.article_id, v.version_id, v.current FROM article_version v JOIN {batch} USING (article_id)"  # noqa: S608
        ):
            stored.setdefault(article_id, {})[version_id] = current
    return stored


def _add_entries(
    ledger: Ledger, outcomes: Sequence[ArticleOutcome], added: Sequence[AddedArticle], known: dict[str, str | None]
) -> None:
    """New entries are added and known ones renewed. An upsert costs DuckDB three times as much."""
    fresh: list[Row] = []
    renewed: list[Row] = []
    for outcome, one in zip(outcomes, added, strict=True):
        key = _entry_key(outcome)
        row: Row = (
            key, outcome.feed_url, outcome.entry_id, outcome.at, outcome.source_id, outcome.url, outcome.fingerprint,
            outcome.outcome, outcome.reason, outcome.attempts, one.article_id, outcome.at,
        )  # fmt: skip
        (renewed if key in known else fresh).append(row)
    ledger.insert("entry", _ENTRY, fresh)
    if renewed:
        with ledger.batch(_ENTRY, renewed, "renewed") as batch:
            ledger.execute(
                f"UPDATE entry SET {', '.join(f'{name} = b.{name}' for name in _RENEWED)} "  # noqa: S608
                f"FROM {batch} b WHERE b.entry_key = entry.entry_key"
            )


def _add_log(ledger: Ledger, outcomes: Sequence[ArticleOutcome], added: Sequence[AddedArticle], run_id: str) -> None:
    rows: list[Row] = [
        (
            hash_id(run_id, "entry", outcome.feed_url, outcome.entry_id), run_id, "entry", outcome.at,
            outcome.source_id, outcome.feed_url, outcome.entry_id, outcome.url, outcome.outcome, outcome.reason,
            one.article_id, one.status,
        )
        for outcome, one in zip(outcomes, added, strict=True)
    ]  # fmt: skip
    with ledger.batch(_LOG, rows, "told") as batch:
        # The first telling in a run stands: told again after a crash, "new" must not become "same".
        ledger.execute(
            f"INSERT INTO fetch_log BY NAME SELECT * FROM {batch} t "  # noqa: S608
            "WHERE t.log_key NOT IN (SELECT l.log_key FROM fetch_log l JOIN "
            f"{batch} b ON b.log_key = l.log_key)"
        )
