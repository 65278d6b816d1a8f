"""Builds a ledger of N articles and about N/20 incidents, 2,000 articles a night, by the store's own row makers.

The archive is not crawled and resolved night by night, which would take days: each night's rows go in bulk into the
real tables, and what the resolver would have found is known, because we know what happened. Ids, digests, stories,
claims, folds and revisions are computed by the product's own functions. Only what no later night reads again is cut
short: superseded wordings carry no events, and a story's centroid is that of its first four articles.
"""

from __future__ import annotations

import hashlib
import sys
import time as clock
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from scale_news import LONGEST, PER_NIGHT, SOURCES, News, make_night

from crawler.records import Feed, Source
from nlp.fingerprint import compute_digest, find_wire
from nlp.fold import fold
from nlp.gazetteer import load_gazetteer
from nlp.records import Report
from nlp.resolve import incident_id
from nlp.stories import StoryText, assign_stories
from store.annotations import AnnotationRows, make_event_id
from store.articles import make_article_id, make_version_id
from store.database import Ledger, Row, hash_id, open_ledger
from store.facilities import Facility, sync_facilities
from store.followups import make_words
from store.resolution import INCIDENT_COLUMNS, LINK_COLUMNS, REVISION_COLUMNS, STORED, values_of
from store.sources import sync_sources
from store.stories import Fingerprint, add_fingerprints

TONIGHT = date(2026, 10, 1)  # the first night after every archive
MODEL = "scale/scale/scale"
NIGHTS_AT_ONCE = 10
COPY_NIGHTS = 16  # nights with real digests: older ones are outside the window in which copies are looked for
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_T, _TIME, _FLAG, _LIST = pa.string(), pa.timestamp("us", "UTC"), pa.bool_(), pa.list_(pa.string())
_ARTICLE = {"article_id": _T, "url": _T, "source_id": _T, "created_at": _TIME, "created_run_id": _T}
_VERSION = {
    "version_id": _T, "article_id": _T, "ordinal": pa.int32(), "current": _FLAG, "title": _T, "text": _T,
    "summary": _T, "authors": _LIST, "published_at": _TIME, "modified_at": _TIME, "language": _T, "content_hash": _T,
    "fetched_at": _TIME, "stored_at": _TIME, "fetched_url": _T, "raw_hash": _T, "flags": _LIST, "feed_url": _T,
    "entry_id": _T, "run_id": _T,
}  # fmt: skip
_ENTRY = {
    "entry_key": _T, "feed_url": _T, "entry_id": _T, "source_id": _T, "url": _T, "fingerprint": _T, "outcome": _T,
    "reason": _T, "attempts": pa.int32(), "article_id": _T, "first_seen_at": _TIME, "last_seen_at": _TIME,
}  # fmt: skip
_LOG = {
    "log_key": _T, "run_id": _T, "kind": _T, "noted_at": _TIME, "source_id": _T, "feed_url": _T, "entry_id": _T,
    "url": _T, "outcome": _T, "reason": _T, "article_id": _T, "article_status": _T,
}  # fmt: skip
_STORY = {"story_id": _T, "centroid": _T, "articles": pa.int32(), "last_told_at": _TIME, "created_run_id": _T}
_MEMBER = {"article_id": _T, "story_id": _T, "similarity": pa.float64(), "run_id": _T}
_RUN = {
    "run_id": _T, "started_at": _TIME, "finished_at": _TIME, "status": _T, "command": _T, "process": _T, "counts": _T,
}  # fmt: skip
_WORDS = {"version_id": _T, "words": _LIST}

# Every tenth relevant article without an event follows an incident up that was founded in its night.
_FOLLOW_UPS = """
    INSERT INTO follow_up
    WITH founded AS (SELECT created_run_id, list(incident_id ORDER BY incident_id) AS ids FROM incident GROUP BY ALL),
    idle AS (
        SELECT v.article_id, v.version_id, v.fetched_at, v.run_id,
            CASE WHEN hash(v.article_id) % 10 = 0 THEN f.ids[1 + (hash(v.version_id) % len(f.ids))::BIGINT] END AS found
        FROM article_version v JOIN annotation n ON n.version_id = v.version_id AND n.current AND n.relevant
        LEFT JOIN founded f ON f.created_run_id = v.run_id
        WHERE v.current AND v.version_id NOT IN (SELECT version_id FROM event WHERE current)
    )
    SELECT article_id, version_id, found, CASE WHEN found IS NOT NULL THEN 0.6 END,
           CASE WHEN found IS NOT NULL THEN 'words in common' END, fetched_at, run_id
    FROM idle ON CONFLICT DO NOTHING
"""
_WORDLESS = """
    SELECT version_id FROM (
        SELECT e.version_id FROM incident_event ie JOIN event e ON e.event_id = ie.event_id
        UNION SELECT version_id FROM follow_up WHERE incident_id IS NOT NULL
    ) ANTI JOIN article_words USING (version_id) ORDER BY version_id
"""
_REVIEWS = """
    INSERT INTO review
    SELECT 'review-' || v.version_id, row_number() OVER (ORDER BY v.version_id), v.article_id, v.version_id, 'accepted',
           n.relevant, [], NULL, 'analyst', v.stored_at, 'terminal', 'check', v.title, left(v.text, 1500), n.relevant,
           0.9, false, [], 'scale', NULL, NULL
    FROM article_version v JOIN annotation n ON n.version_id = v.version_id
    WHERE v.current AND hash(v.version_id) % 5000 = 0
"""


def family_of(source: int) -> str:
    """The owner of a source: half of the publishers share one with others."""
    return f"owner-{source // 2 if source < SOURCES // 2 else source}"


def make_sources() -> list[Source]:
    """The publishers, all on .example."""
    return [
        Source(
            id=f"paper-{n}", publisher=f"Paper {n}", family=family_of(n), country="GB", language="en",
            reliability="ABCD"[n % 4], cadence_hours=6.0,
            feeds=(Feed(url=f"https://paper-{n}.example/feed", source_id=f"paper-{n}"),),
        )
        for n in range(SOURCES)
    ]  # fmt: skip


@dataclass(slots=True)
class _Tables:
    """Rows that wait for their table."""

    columns: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def add(self, table: str, columns: Any, rows: Sequence[Row]) -> None:
        self.columns[table] = columns
        self.rows[table].extend(rows)

    def store(self, ledger: Ledger) -> None:
        with ledger.transaction():
            for table, rows in self.rows.items():
                ledger.insert(table, self.columns[table], rows)
        self.rows.clear()


@dataclass(slots=True)
class _Told:
    """An incident or a story in the making."""

    night: date
    reports: list[Report] = field(default_factory=list)
    texts: list[StoryText] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    members: int = 0
    last: datetime = _LONG_AGO


class Builder:
    """Makes the rows of night after night; what spans nights is kept until it is complete."""

    def __init__(self) -> None:
        self.tables = _Tables()
        self._incidents: dict[str, _Told] = {}
        self._stories: dict[str, _Told] = {}
        self._story_ids: dict[str, str] = {}
        self._origins: dict[str, str] = {}
        self._revisions = 0
        self._prints: list[Fingerprint] = []

    def add_night(self, night: date, *, resolved: bool = True) -> None:
        """The rows of one night; not `resolved`: as they stand when the annotator is done and nothing else is."""
        at = datetime.combine(night, time(2), UTC)
        run_id = f"{at:%Y%m%dT%H%M%SZ}-run"
        read = AnnotationRows(MODEL, run_id)
        for news in make_night(night):
            self._add(news, night, at, run_id, read, resolved)
        for table, columns, rows in read.tables():
            found = [(*row[:4], True, *row[5:]) for row in rows] if table == "event" else rows
            self.tables.add(table, columns, found)
        if resolved:
            run = (run_id, at, at + timedelta(minutes=20), "complete", "run", "0:0", "{}")
            self.tables.add("run", _RUN, [run])

    def finish(self, before: date) -> None:
        """Writes the incidents and stories that nothing will be added to any more."""
        for key in [key for key, one in self._incidents.items() if one.night < before]:
            self._add_incident(self._incidents.pop(key))
        for key in [key for key, one in self._stories.items() if one.night < before]:
            self._add_story(key, self._stories.pop(key))

    def store(self, ledger: Ledger) -> None:
        """Puts what waits into the ledger."""
        self.tables.store(ledger)
        add_fingerprints(ledger, self._prints)
        self._prints.clear()

    def _add(self, news: News, night: date, at: datetime, run_id: str, read: AnnotationRows, resolved: bool) -> None:
        source = f"paper-{news.source}"
        feed, url = f"https://{source}.example/feed", f"https://{source}.example/{night:%Y/%m/%d}/{news.number}"
        article_id = make_article_id(url)
        content = hashlib.sha256(f"{news.title}\n{news.text}".encode()).hexdigest()
        version_id = make_version_id(article_id, content)
        head = (news.text[:200], ["Staff"], news.published_at, None, "en")
        tail: tuple[Any, ...] = (at, at, url, content, [], feed, url, run_id)
        self.tables.add("article", _ARTICLE, [(article_id, url, source, at, run_id)])
        if news.edited:
            older = hashlib.sha256(content.encode()).hexdigest()
            earlier = make_version_id(article_id, older)
            text = news.text[: news.text.rindex(" ", 0, -40)] + "."
            self.tables.add("article_version", _VERSION,
                            [(earlier, article_id, 1, False, news.title, text, *head, older, *tail)])  # fmt: skip
            read.add(
                earlier, article_id, news.title, text, replace(news.annotation, events=()), first=True, told_on=night
            )
        version = (version_id, article_id, 1 + news.edited, True, news.title, news.text, *head, content, *tail)
        self.tables.add("article_version", _VERSION, [version])
        key = hash_id(feed, url)
        self.tables.add("entry", _ENTRY, [(key, feed, url, source, url, content, "ok", "taken", 1, article_id, at, at)])
        log = (hash_id(run_id, key), run_id, "entry", at, source, feed, url, url, "ok", "taken", article_id, "new")
        self.tables.add("fetch_log", _LOG, [log])
        read.add(
            version_id, article_id, news.title, news.text, news.annotation, first=True, told_on=news.published_at.date()
        )
        if resolved:
            self._resolve(news, night, at, run_id, article_id, version_id, url)

    def _resolve(
        self, news: News, night: date, at: datetime, run_id: str, article_id: str, version_id: str, url: str
    ) -> None:  # fmt: skip
        wire = find_wire(news.text)
        family = family_of(news.source)
        # A reprint has the very words of the one before it: whose they were first is known.
        origin = self._origins.setdefault(news.text[:120], f"wire:{wire}" if wire else f"family:{family}")
        digest = compute_digest(news.title, news.text) if (TONIGHT - night).days <= COPY_NIGHTS else ()
        self._prints.append(Fingerprint(version_id=version_id, wire=wire, origin=origin, digest=digest))
        if not news.annotation.relevant:
            return
        story = self._stories.setdefault(news.topic, _Told(night=night))
        story_id = self._story_ids.setdefault(
            news.topic, "story-" + hashlib.sha256(article_id.encode()).hexdigest()[:12]
        )
        story.members += 1
        story.night, story.last = max(story.night, night), max(story.last, news.published_at)
        if len(story.texts) < 4:
            text = StoryText(id=article_id, title=news.title, text=news.text, told_at=news.published_at)
            story.texts.append(text)
        self.tables.add("story_article", _MEMBER, [(article_id, story_id, 0.5, run_id)])
        if news.happening is None:
            return
        event = news.annotation.events[0]
        told = self._incidents.setdefault(news.happening, _Told(night=night))
        told.urls.append(url)
        event_id = make_event_id(version_id, event, news.annotation.quantities)
        told.reports.append(
            Report(
                event_id=event_id, article_id=article_id, event=event, published_at=news.published_at,
                fetched_at=at, source_id=f"paper-{news.source}", family=family, wire=wire, story_id=story_id,
                quantities=news.annotation.quantities,
            )
        )  # fmt: skip

    def _add_incident(self, told: _Told) -> None:
        reports = told.reports
        first = reports[0]
        identity = incident_id(first.event_id)
        values = values_of(fold(reports))
        times = [one.published_at for one in reports if one.published_at is not None]
        run_id = f"{first.fetched_at:%Y%m%dT%H%M%SZ}-run"
        row = (identity, *(values[name] for name in STORED), min(times), max(times), first.fetched_at, run_id)
        self.tables.add("incident", INCIDENT_COLUMNS, [row])
        changes: list[Row] = [(first.fetched_at, run_id, "created", None, first.event.event_type, "the first report")]
        for number, one in enumerate(reports):
            run_id = f"{one.fetched_at:%Y%m%dT%H%M%SZ}-run"
            reason = "the first report of it" if number == 0 else "same facility, same days, same kind of event"
            link = (one.event_id, identity, "", True, number == 0, 1.0, reason, one.fetched_at, run_id)
            self.tables.add("incident_event", LINK_COLUMNS, [link])
            if number:
                changes.append((one.fetched_at, run_id, "report", None, told.urls[number], reason))
                changes.append((one.fetched_at, run_id, "confidence", "0.8", "0.88", reason))
        for change in changes:
            self._revisions += 1
            self.tables.add("revision", REVISION_COLUMNS, [(self._revisions, identity, *change)])

    def _add_story(self, topic: str, told: _Told) -> None:
        _, states = assign_stories(told.texts)
        centroid = states[0].centroid
        pairs = ", ".join(f'["{term}", {weight}]' for term, weight in centroid)
        run_id = f"{datetime.combine(told.night, time(2)):%Y%m%dT%H%M%SZ}-run"
        self.tables.add("story", _STORY, [(self._story_ids.pop(topic), f"[{pairs}]", told.members, told.last, run_id)])


def add_words_and_follow_ups(ledger: Ledger) -> None:
    """What the nights would have kept: the words of linked articles, and which articles follow an incident up."""
    with ledger.transaction():
        ledger.execute(_FOLLOW_UPS)
        rows = ledger.rows(_WORDLESS)
        for first in range(0, len(rows), 10_000):
            words = make_words(ledger, [row[0] for row in rows[first : first + 10_000]])
            ledger.insert("article_words", _WORDS, [(one, list(found)) for one, found in words.items()])


def build(path: Path, articles: int) -> None:
    """Builds the ledger of this many articles, told on the nights before TONIGHT."""
    nights = [TONIGHT - timedelta(days=back) for back in range(articles // PER_NIGHT, 0, -1)]
    begun = clock.monotonic()
    builder = Builder()
    fresh = path.with_name(path.name + ".building")
    fresh.unlink(missing_ok=True)
    with open_ledger(fresh, now=datetime.combine(nights[0], time(1), UTC)) as ledger:
        ledger.execute("SET memory_limit = '3GB'")  # batches of ten nights
        sync_sources(ledger, make_sources())
        sync_facilities(
            ledger,
            [
                Facility(id=one.id, name=one.name, facility_type=one.facility_type, countries=one.countries,
                         latitude=one.latitude, longitude=one.longitude)
                for one in load_gazetteer().facilities.values()
            ],
        )  # fmt: skip
        for number, night in enumerate(nights, start=1):
            builder.add_night(night)
            builder.finish(night - timedelta(days=LONGEST))
            if number % NIGHTS_AT_ONCE == 0:
                builder.store(ledger)
                print(
                    f"{path.name}: {number} of {len(nights)} nights, {clock.monotonic() - begun:.0f} s", file=sys.stderr
                )
        builder.finish(TONIGHT)
        builder.store(ledger)
        ledger.execute(_REVIEWS)
        add_words_and_follow_ups(ledger)
        ledger.execute("CHECKPOINT")
    fresh.replace(path)


def add_tonight(ledger: Ledger, night: date) -> None:
    """A night's 2,000 articles, annotated and nothing more."""
    builder = Builder()
    builder.add_night(night, resolved=False)
    builder.store(ledger)
