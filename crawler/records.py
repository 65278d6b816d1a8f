"""The records that the crawler produces, and the protocols it asks of its surroundings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypeVar, runtime_checkable

T = TypeVar("T")

FeedKind = Literal["feed", "sitemap", "gdelt"]
Outcome = Literal[
    "ok",  # a complete body was taken
    "not_modified",  # 304, or the body hash is the stored one
    "refused",  # an address, scheme or URL that Linewalker will not open
    "disallowed",  # robots.txt says no
    "http_error",  # 4xx or 5xx
    "timeout",
    "too_large",  # a cap on wire bytes, decompressed bytes, headers or redirects was met
    "unreachable",  # DNS, connection, TLS
    "broken",  # the body could not be decoded or parsed (truncated gzip, not a feed)
    "too_costly",  # a worker was killed on its time or memory limit
    "not_article",  # a login, consent, challenge, error or empty page
    "skipped",  # not asked this time (Retry-After, breaker, budget)
]

# In the reason of what came over a connection whose certificate was not verified, by which the briefing knows it.
UNVERIFIED = "TLS certificate not verified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One address that is polled: a feed or a news sitemap of a source, or a list of GDELT files."""

    url: str
    source_id: str
    kind: FeedKind = "feed"
    themes: tuple[str, ...] = ()  # of GDELT, which a row must have to be taken; empty: those of crawler/gdelt.py
    places: tuple[str, ...] = ()  # ISO 3166-1 alpha-2, one of which a GDELT row must name; empty: any


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One publisher's service as listed in sources.toml."""

    id: str  # lower-case slug, never reused
    publisher: str
    family: str  # slug of who owns the publisher; reports of one family are not independent
    country: str  # ISO 3166-1 alpha-2 of the publisher's seat
    language: str  # ISO 639-1
    reliability: str  # Admiralty scale, A (completely reliable) to F (cannot be judged)
    cadence_hours: float  # expected time between entries
    feeds: tuple[Feed, ...]
    timezone: str = "UTC"  # IANA zone in which the publisher's weekdays are meant
    homepage: str | None = None
    kind: str = "press"  # agency, press, trade, regulator, operator, government, research, security, gdelt
    verified: bool = False  # true once `linewalker sources check` got a feed from it
    enabled: bool = True
    fetch_pages: bool = True  # false: the entry's own text is all there is to read
    insecure_tls: bool = False  # true: the certificates of its own hosts are not verified
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsDay:
    """One day, in the source's zone, on which a feed brought something new."""

    first_at: datetime  # when the first of it came: as the publisher dates it, else when it was met
    last_at: datetime
    batches: int = 1  # groups that lie more than an hour apart
    after_gap: bool = False  # nobody looked for so long before it that nothing can be told of that time


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """What is learnt of a feed from one answer to the next (crawler/habits.py)."""

    days: tuple[NewsDay, ...] = ()  # the newest, in order
    answers: int = 0  # that told what is new, since
    since: datetime | None = None  # this
    ttl_s: float = 0.0  # between requests, as the feed itself wishes
    fresh_s: float = 0.0  # for which the last answer's headers call it fresh
    skip_hours: tuple[int, ...] = ()  # of the day, UTC
    skip_days: tuple[int, ...] = ()  # of the week, Monday is 0
    echoes: int = 0  # answers in a row whose news other feeds had brought already
    lied_at: datetime | None = None  # when its server was last found to have answered 304 to something new
    oddities: tuple[tuple[str, datetime], ...] = ()  # of its ids (crawler/identity.py), each with when it was last seen


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered of a feed between nights."""

    url: str
    etag: str | None = None  # byte for byte as the server sent it
    last_modified: str | None = None  # byte for byte as the server sent it
    body_hash: str | None = None  # SHA-256 of the last complete decompressed body
    checked_at: datetime | None = None  # last attempt
    succeeded_at: datetime | None = None  # last ok or not_modified
    changed_at: datetime | None = None  # last time an unknown entry was found
    next_due_at: datetime | None = None
    not_before_at: datetime | None = None  # from Retry-After
    failures: int = 0  # in a row
    outcome: Outcome | None = None  # of the last attempt
    reason: str | None = None  # one line for the operator
    http_status: int | None = None
    disabled: bool = False  # a 410 was answered
    habit: Habit | None = None
    usual_gap_hours: float | None = None  # between its news, where that is known
    quiet_at: datetime | None = None  # from then on its silence is longer than its habit; None where that is not known
    oddities: str | None = None  # what is odd about it, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a feed or sitemap, as the publisher gave it, text cleaned of markup."""

    id: str  # the publisher's id, else the link, else a hash of the title and summary
    link: str | None  # absolute
    title: str = ""
    summary: str = ""  # plain text
    content: str = ""  # plain text of the full body where the feed carries one
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    updated_at: datetime | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What a feed's bytes gave."""

    title: str = ""
    entries: tuple[Entry, ...] = ()
    error: str | None = None  # why nothing, or less than all, could be read
    ttl_minutes: int | None = None
    children: tuple[str, ...] = ()  # of a sitemap index: the sitemaps it names, newest first
    skip_hours: tuple[int, ...] = ()  # of the day, UTC, in which the publisher wants no request
    skip_days: tuple[int, ...] = ()  # of the week, Monday is 0
    is_sitemap: bool = False
    without_id: int = 0  # entries to which the publisher gave no id
    announced: tuple[str, ...] = ()  # of a web page in a feed's place: the feeds that it names


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchResult:
    """One fetch, successful or not; an expected failure is a value."""

    url: str  # as asked
    final_url: str  # after redirects
    outcome: Outcome
    reason: str  # one line that says what happened
    fetched_at: datetime
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)  # lower-case names
    body: bytes = b""  # decompressed; empty unless outcome is ok
    etag: str | None = None
    last_modified: str | None = None
    redirects: tuple[str, ...] = ()  # each hop's URL, the asked one first
    retry_after_s: float | None = None
    elapsed_s: float = 0.0
    wire_bytes: int = 0
    over_max_bytes: bool = False  # too_large, because the decompressed body met the `max_bytes` that it was asked with
    unverified: bool = False  # some hop's TLS certificate was not verified, as its source's settings say


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What extraction found in one HTML page."""

    title: str = ""
    body: str = ""  # paragraphs separated by newlines
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_has_time: bool = False
    published_offset_minutes: int | None = None  # from UTC, where the page wrote a zone
    published_is_guess: bool = False  # no machine-readable word of the page: some date that stands on it or in its URL
    modified_at: datetime | None = None
    language: str | None = None  # detected from the text, ISO 639-1
    canonical: str | None = None  # <link rel=canonical> or og:url, absolute
    refresh: str | None = None  # where <meta http-equiv=refresh> sends its reader at once, absolute
    problem: str | None = None  # why this is no article: login, consent, challenge, error, paywall, empty, not_html


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One version of one article, ready to be stored and read."""

    url: str  # canonical
    source_id: str
    title: str
    text: str
    fetched_at: datetime
    content_hash: str  # SHA-256 over title and text: a new hash under a known URL is a new version
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    modified_at: datetime | None = None
    language: str | None = None
    summary: str = ""  # the feed's
    feed_url: str | None = None
    entry_id: str | None = None
    fetched_url: str | None = None  # where the page was finally found
    raw_hash: str | None = None  # SHA-256 of the raw body, the name of its file under bodies/
    flags: tuple[str, ...] = ()  # date_missing, date_in_future, date_implausible, paywall, from_feed


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleOutcome:
    """What became of one entry: an article, or the reason why there is none."""

    feed_url: str
    source_id: str
    url: str  # canonical URL of the entry's link, or the entry id where it has none
    outcome: Outcome
    reason: str
    article: Article | None = None
    raw_body: bytes | None = None
    at: datetime
    entry_id: str = ""
    fingerprint: str = ""  # of the entry as the feed gave it; a changed one makes the page be fetched again
    attempts: int = 1  # in a row that met a passing failure (timeout, 5xx, unreachable), this one included


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryName:
    """What an entry's publisher calls it, and by what it is known again under another link."""

    entry_id: str  # our key of the entry
    publisher_id: str
    title_hash: str  # of the title's words
    text_hash: str  # of title and text
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOutcome:
    """What became of one feed this night. It comes after all ArticleOutcomes of the feed."""

    feed: Feed
    state: FeedState  # the new state; validators are only renewed after a complete take
    outcome: Outcome
    reason: str
    entries: int = 0
    new_entries: int = 0
    elapsed_s: float = 0.0
    names: tuple[EntryName, ...] = ()  # that are new or have changed


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEntry:
    """What is remembered of an entry from earlier nights."""

    fingerprint: str
    outcome: Outcome
    attempts: int = 1
    url: str = ""
    publisher_id: str | None = None  # None: not known


@runtime_checkable
class KnownNames(Protocol):
    """A Known that remembers publishers' ids as well, so that an entry is met again whose link has changed."""

    def name(self, feed_url: str, publisher_id: str) -> EntryName | None:
        """Which entry of this feed had this id last, and how it was worded then."""


class Known(Protocol):
    """What the ledger knows already; the crawler asks before it fetches."""

    def entry(self, feed_url: str, entry_id: str) -> KnownEntry | None: ...

    def content_hash(self, url: str) -> str | None:
        """The content hash of the current version of the article with this canonical URL."""


@runtime_checkable
class LooksAhead(Known, Protocol):
    """A Known that looks many entries up at once: one by one they would cost a changed feed more than its parsing."""

    def look_ahead(self, feed_url: str, entry_ids: Collection[str], publisher_ids: Collection[str] = ()) -> None:
        """These entries and names of one feed are asked about next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsState:
    """What is remembered of an origin's robots.txt between runs."""

    origin: str  # scheme and authority
    fetched_at: datetime
    outcome: Outcome  # of the fetch
    reason: str
    status: int | None = None
    body: bytes = b""  # as much of it as is parsed
    unreachable_since: datetime | None = None  # no answer at all, or only 5xx and 429, from then on


class HostMemory(Protocol):
    """What is remembered of hosts between runs."""

    def robots(self, origin: str) -> RobotsState | None: ...

    def keep_robots(self, state: RobotsState) -> None: ...

    def not_before(self, host: str) -> datetime | None:
        """Until when a host has asked to be left alone."""

    def keep_not_before(self, host: str, until: datetime) -> None: ...


class Fetcher(Protocol):
    """Fetches one URL and never raises for what the network does.

    `permit` is asked before a redirect is followed; it raises FailedError (crawler/failures.py) where that may not be.
    """

    async def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        max_bytes: int | None = None,
        accept: str | None = None,
        permit: Callable[[str], Awaitable[None]] | None = None,
    ) -> FetchResult: ...

    async def aclose(self) -> None: ...


class CostlyError(Exception):
    """A worker was killed on its time or memory limit, or died; the message says which."""


class Runner(Protocol):
    """Runs a function elsewhere (a killable worker process) and returns its result.

    Raises CostlyError when the limit was met. Exceptions of the function itself are raised as they are.
    """

    def __call__(self, function: Callable[..., T], /, *arguments: object) -> Awaitable[T]: ...
