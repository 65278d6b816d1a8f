"""An Article from what the page and the feed say; where they differ, the more exact and the more plausible wins."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from crawler.records import Article, Entry, FetchResult, Page, Source

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # no news page is older; 1970 is an unset clock
_BUILT = timedelta(minutes=30)  # a feed that dates by its own build has just been built
_CLOCK_SLACK = timedelta(hours=26)  # the farthest zones, and a server's clock that is wrong


def content_hash(title: str, text: str) -> str:
    """SHA-256 over title and text: another one under a known URL is a new version."""
    return hashlib.sha256(f"{title}\x00{text}".encode("utf-8", "surrogatepass")).hexdigest()


def date_flag(published_at: datetime | None, now: datetime) -> str | None:
    """What is wrong with a date of publication, None where nothing is."""
    if published_at is None:
        return "date_missing"
    if published_at > now + _CLOCK_SLACK:
        return "date_in_future"
    return "date_implausible" if published_at < _EARLIEST else None


def choose_published(page: Page | None, entry: Entry, now: datetime) -> datetime | None:
    """When the article was published: the page's word if it tells the time of day, else the feed's, else the page's.

    A date that merely stands on the page (of a conference, of a related article, of a comment) is not the page's word.
    """
    guessed = page.published_at if page and page.published_is_guess else None
    stated = page.published_at if page and not page.published_is_guess else None
    timed = stated if page and page.published_has_time else None
    dated = stated if page and not page.published_has_time else None
    named = entry.published_at
    if guessed and named and now - named < _BUILT and named - guessed > timedelta(days=2):
        named = None
    if dated and named and abs(dated - named) > timedelta(days=2):
        named = None  # a feed that dates by its own build
    candidates = [instant for instant in (timed, named, dated, guessed, entry.updated_at) if instant is not None]
    plausible = (instant for instant in candidates if date_flag(instant, now) is None)
    return next(plausible, candidates[0] if candidates else None)


def feed_text(entry: Entry) -> str:
    """The entry's own words: the full text where the feed carries one, else the summary."""
    return max(entry.content, entry.summary, key=len).strip()


def article_from_page(
    page: Page, entry: Entry, *, source: Source, feed_url: str, key: str, url: str, result: FetchResult, now: datetime
) -> Article:
    """The article that stands on a fetched page."""
    title = page.title or entry.title
    published_at = choose_published(page, entry, now)
    flag = date_flag(published_at, now)
    return Article(
        url=url,
        source_id=source.id,
        title=title,
        text=page.body,
        fetched_at=result.fetched_at,
        content_hash=content_hash(title, page.body),
        authors=page.authors or entry.authors,
        published_at=published_at,
        modified_at=page.modified_at or entry.updated_at,
        language=page.language or entry.language,
        summary=entry.summary,
        feed_url=feed_url,
        entry_id=key,
        fetched_url=result.final_url,
        raw_hash=hashlib.sha256(result.body).hexdigest(),
        flags=(flag,) if flag else (),
    )


def article_from_entry(
    entry: Entry,
    *,
    source: Source,
    feed_url: str,
    key: str,
    url: str,
    fetched_at: datetime,
    now: datetime,
    language: str | None,
    flags: tuple[str, ...] = (),
) -> Article:
    """The article that the feed itself carries; flagged `from_feed`."""
    text = feed_text(entry)
    published_at = choose_published(None, entry, now)
    flag = date_flag(published_at, now)
    return Article(
        url=url,
        source_id=source.id,
        title=entry.title,
        text=text,
        fetched_at=fetched_at,
        content_hash=content_hash(entry.title, text),
        authors=entry.authors,
        published_at=published_at,
        modified_at=entry.updated_at,
        language=language or entry.language,
        summary=entry.summary,
        feed_url=feed_url,
        entry_id=key,
        fetched_url=feed_url,
        raw_hash=None,
        flags=tuple(name for name in (flag, *flags, "from_feed") if name),
    )
