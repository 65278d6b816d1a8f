"""Builds snapshots by hand: articles made of sentences, facts that point into them, incidents made of facts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import yaml  # type: ignore[import-untyped]

from store.records import (
    Fact,
    IncidentReport,
    IncidentView,
    Note,
    Quote,
    Revision,
    RunSummary,
    Snapshot,
    SourceHealth,
    WeekCount,
)

NOW = datetime(2026, 11, 22, 5, 30, tzinfo=UTC)
LAST_NIGHT = datetime(2026, 11, 21, 5, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One article as a test tells it."""

    id: str
    publisher: str
    sentences: tuple[str, ...]
    title: str = "A title"
    family: str = ""
    wire: str | None = None
    reliability: str = "B"
    published_at: datetime | None = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
    fetched_at: datetime = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)

    @property
    def owner(self) -> str:
        return self.family or self.publisher.lower()

    @property
    def url(self) -> str:
        return f"https://{self.publisher.lower().replace(' ', '-')}.example/{self.id}"

    @property
    def text(self) -> str:
        return " ".join(self.sentences)

    def quote(self, words: str) -> Quote:
        """The sentence that holds the words."""
        if words in self.title and not any(words in sentence for sentence in self.sentences):
            return self._quote(self.title, 0, "title")
        sentence = next(sentence for sentence in self.sentences if words in sentence)
        return self._quote(sentence, self.text.index(sentence), "text")

    def _quote(self, sentence: str, start: int, where: str) -> Quote:
        return Quote(
            article_id=self.id,
            version_id=f"{self.id}-v1",
            url=self.url,
            publisher=self.publisher,
            family=self.owner,
            source_id=self.publisher.lower().replace(" ", "-"),
            published_at=self.published_at,
            where=where,
            sentence=sentence,
            start=start,
            end=start + len(sentence),
        )

    def fact(self, field: str, value: str, words: str, *, near: str | None = None, **more: Any) -> Fact:
        """A fact whose value stands in these words; `near` picks the sentence where the words stand in several."""
        quote = self.quote(near or words)
        at = quote.start + quote.sentence.index(words)
        return Fact(
            claim_id=f"{self.id}-{field}-{at}-{value}",
            field=field,
            value=value,
            factuality=more.pop("factuality", "asserted"),
            value_start=at,
            value_end=at + len(words),
            quote=quote,
            **more,
        )

    def number(self, field: str, value: float, words: str, unit: str | None = None, **more: Any) -> Fact:
        """A figure; minimum and maximum are the value unless they are given."""
        bounds = {"minimum": value, "maximum": value} | more
        return self.fact(field, f"{value:g}", words, unit=unit, **bounds)

    def grade(self, value: str, words: str, speaker: str | None = None) -> Fact:
        """How the article grades the happening, in the sentence that holds the words."""
        quote = self.quote(words)
        return Fact(
            claim_id=f"{self.id}-factuality-{quote.start}-{value}",
            field="factuality",
            value=value,
            factuality=value,
            speaker=speaker,
            quote=quote,
        )

    def report(self) -> IncidentReport:
        return IncidentReport(
            article_id=self.id,
            version_id=f"{self.id}-v1",
            url=self.url,
            title=self.title,
            publisher=self.publisher,
            family=self.owner,
            wire=self.wire,
            source_id=self.publisher.lower().replace(" ", "-"),
            reliability=self.reliability,
            published_at=self.published_at,
            fetched_at=self.fetched_at,
        )


def incident(id_: str, articles: tuple[Told, ...], facts: tuple[Fact, ...], **fields: Any) -> IncidentView:
    """An incident of these facts; what is not given is empty or unknown."""
    independent = len({(article.owner, article.wire) for article in articles})
    published = [article.published_at or article.fetched_at for article in articles] or [NOW]
    basis: dict[str, Any] = {
        "id": id_,
        "event_type": "attack",
        "status": "occurred",
        "factuality": "asserted",
        "modes": (),
        "risks": (),
        "facility_ids": (),
        "facilities": (),
        "facility_type": None,
        "country": None,
        "countries": (),
        "place": None,
        "latitude": None,
        "longitude": None,
        "occurred_on": None,
        "occurred_until": None,
        "date_precision": None,
        "actors": (),
        "claimed_by": (),
        "confidence": 0.8,
        "parent_id": None,
        "first_reported_at": min(published),
        "last_reported_at": max(published),
        "created_at": NOW - timedelta(hours=1),
        "created_run_id": "run-2",
        "reports": tuple(article.report() for article in articles),
        "independent_reports": independent,
        "facts": facts,
        "revisions": (),
    }
    return IncidentView(**(basis | fields))


def revision(view_id: str, field: str, old: str | None, new: str | None, reason: str) -> Revision:
    return Revision(
        incident_id=view_id,
        revised_at=NOW - timedelta(hours=1),
        run_id="run-2",
        field=field,
        old=old,
        new=new,
        reason=reason,
    )


def health(publisher: str, outcome: str | None = "ok", **fields: Any) -> SourceHealth:
    slug = publisher.lower().replace(" ", "-")
    basis: dict[str, Any] = {
        "source_id": slug,
        "publisher": publisher,
        "feed_url": f"https://{slug}.example/feed.xml",
        "outcome": outcome,
        "reason": None,
        "http_status": 200 if outcome == "ok" else None,
        "checked_at": NOW,
        "succeeded_at": NOW if outcome in ("ok", "not_modified") else NOW - timedelta(days=4),
        "last_entry_at": NOW - timedelta(hours=8),
        "failures": 0,
        "quiet": False,
        "articles": 40,
        "articles_this_run": 2,
        "skipped_this_run": 0,
        "disabled": False,
    }
    return SourceHealth(**(basis | fields))


def note(article: Told, words: str, event_type: str, factuality: str = "asserted") -> Note:
    return Note(event_type=event_type, factuality=factuality, quote=article.quote(words), countries=())


def snapshot(**fields: Any) -> Snapshot:
    """A snapshot of a quiet night, with what is given put in."""
    basis: dict[str, Any] = {
        "generated_at": NOW,
        "since": LAST_NIGHT,
        "run": RunSummary(
            run_id="run-2",
            started_at=NOW - timedelta(hours=1),
            finished_at=NOW,
            status="complete",
            command="run",
            counts=(("feeds_due", 3), ("feeds_ok", 3)),
        ),
        "new": (),
        "changed": (),
        "open": (),
        "notes": (),
        "health": (health("Alpha News"), health("Beta Wire"), health("Gulf Courier", "not_modified")),
        "weeks": (),
        "articles_total": 412,
        "articles_new": 0,
        "articles_relevant_new": 0,
        "languages_skipped": (),
        "not_articles": (),
    }
    return Snapshot(**(basis | fields))


def divided(markdown: str) -> tuple[dict[str, Any], str]:
    """The front matter, read by a YAML reader, and the Markdown under it."""
    _, front, body = markdown.split("---\n", 2)
    return yaml.safe_load(front), body


def without_span(fact: Fact) -> Fact:
    return replace(fact, value_start=None, value_end=None)


def weeks(*rows: tuple[str, str, int]) -> tuple[WeekCount, ...]:
    return tuple(WeekCount(week=date.fromisoformat(day), event_type=kind, incidents=n) for day, kind, n in rows)
