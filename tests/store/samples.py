"""Sources, articles and annotations for the store's tests, built in a line each."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from crawler.records import Article, ArticleOutcome, Feed, FeedOutcome, FeedState, Source
from nlp.decisions import Partition, fold_decided, make_rulings
from nlp.records import (
    ActorArgument,
    Annotation,
    Count,
    DateSpan,
    Event,
    FacilityArgument,
    FactClaim,
    Mention,
    ModelVersions,
    PlaceArgument,
    Quantity,
    RiskTag,
    Span,
    Trigger,
)
from nlp.resolve import Resolution, resolve
from store.annotations import add_annotations, get_unannotated
from store.arrivals import add_article_outcome
from store.articles import AddedArticle
from store.database import Ledger
from store.decisions import follow_decisions, get_decisions
from store.incidents import (
    get_open_incidents,
    get_parent_ids,
    get_reports_after,
    get_unresolved_reports,
)
from store.rereading import get_to_reread
from store.resolution import apply_resolution
from store.sources import add_feed_outcome, sync_sources

NIGHT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
MODEL = "pipeline-1/risk-1/gazetteer-1"
TEXT = (
    "Drones struck the Sample Bay oil terminal near Novorossiysk on Sunday, killing 3 people. "
    "The ministry said loadings fell by 500,000 barrels a day.\n"
    "Officials in the region denied that tanks were damaged."
)
TITLE = "Drones hit Sample Bay terminal"


def make_source(name: str = "daily", **changes: object) -> Source:
    values: dict[str, object] = {
        "id": name,
        "publisher": f"The {name.title()}",
        "family": f"{name}-group",
        "country": "GB",
        "language": "en",
        "reliability": "B",
        "cadence_hours": 6.0,
        "feeds": (Feed(url=f"https://{name}.example/feed", source_id=name),),
        "timezone": "Europe/London",
    }
    return Source(**(values | changes))  # type: ignore[arg-type]


def make_article(url: str = "https://daily.example/a", *, source: str = "daily", text: str = TEXT, title: str = TITLE,
                 at: datetime = NIGHT, **changes: object) -> Article:  # fmt: skip
    values: dict[str, object] = {
        "url": url,
        "source_id": source,
        "title": title,
        "text": text,
        "fetched_at": at,
        "content_hash": hashlib.sha256(f"{title}\n{text}".encode("utf-8", "replace")).hexdigest(),
        "published_at": at - timedelta(hours=3),
        "language": "en",
        "authors": ("A. Writer",),
    }
    return Article(**(values | changes))  # type: ignore[arg-type]


def make_outcome(article: Article | None, *, url: str = "https://daily.example/a", source: str = "daily",
                 at: datetime = NIGHT, **changes: object) -> ArticleOutcome:  # fmt: skip
    if article is not None:
        url, source, at = article.url, article.source_id, article.fetched_at
    values: dict[str, object] = {
        "feed_url": f"https://{source}.example/feed",
        "source_id": source,
        "url": url,
        "outcome": "ok" if article is not None else "timeout",
        "reason": "taken" if article is not None else "no answer in 20 s",
        "article": article,
        "at": at,
        "entry_id": url,
        "fingerprint": article.content_hash if article is not None else "f",
    }
    return ArticleOutcome(**(values | changes))  # type: ignore[arg-type]


def make_feed_outcome(source: str = "daily", *, at: datetime = NIGHT, **state: object) -> FeedOutcome:
    feed = Feed(url=f"https://{source}.example/feed", source_id=source)
    values: dict[str, object] = {"checked_at": at, "succeeded_at": at, "outcome": "ok", "http_status": 200}
    return FeedOutcome(
        feed=feed,
        state=FeedState(url=feed.url, **(values | state)),  # type: ignore[arg-type]
        outcome="ok",
        reason="taken",
        entries=5,
        new_entries=1,
    )


def find(text: str, words: str) -> Span:
    start = text.index(words)
    return Span(start=start, end=start + len(words))


def make_event(text: str = TEXT, *, killed: int | None = 3, day: date = date(2026, 3, 1), **changes: object) -> Event:
    first = find(text, text.split(". ")[0] + ".")
    terminal = find(text, "Sample Bay oil terminal")
    values: dict[str, object] = {
        "event_type": "attack",
        "factuality": "asserted",
        "trigger": Trigger(text="struck", span=find(text, "struck")),
        "claims": (FactClaim(factuality="asserted", speaker=None, span=first),),
        "evidence": (first,),
        "modes": ("drone",),
        "risks": ("physical_attack",),
        "facilities": (
            FacilityArgument(
                name="Sample Bay Terminal", facility_type="oil_terminal", span=terminal, facility_id="sample-bay",
                latitude=44.7, longitude=37.8, countries=("RU",),
            ),
        ),
        "facility_type": "oil_terminal",
        "actors": (ActorArgument(name="Drones", role="suspected", span=find(text, "Drones"), kind="unknown"),),
        "places": (
            PlaceArgument(
                name="Novorossiysk", span=find(text, "Novorossiysk"), country="RU", latitude=44.72, longitude=37.77,
                precision="locality",
            ),
        ),
        "country": "RU",
        "countries": ("RU",),
        "date": DateSpan(
            start=day, end=day, precision="day", basis="relative", text="on Sunday", span=find(text, "on Sunday")
        ),
        "killed": None
        if killed is None
        else Count(minimum=killed, maximum=killed, span=find(text, f"{killed} people")),
        "confidence": 0.8,
    }  # fmt: skip
    return Event(**(values | changes))  # type: ignore[arg-type]


def make_annotation(events: Sequence[Event] = (), **changes: object) -> Annotation:
    values: dict[str, object] = {
        "id": "x",
        "model": ModelVersions(pipeline="pipeline-1", risk="risk-1", gazetteer="gazetteer-1"),
        "language": "en",
        "relevance": 0.9,
        "relevant": True,
        "risks": (RiskTag(label="physical_attack", probability=0.9),),
        "mentions": (Mention(text="Novorossiysk", label="GPE", span=Span(start=47, end=59), country="RU"),),
        "events": tuple(events),
    }
    return Annotation(**(values | changes))  # type: ignore[arg-type]


def make_full_annotation(text: str = TEXT, killed: int = 3) -> Annotation:
    lost = Quantity(
        text="500,000 barrels a day", span=find(text, "500,000 barrels a day"), role="lost", unit="bbl/d",
        minimum=500_000.0, maximum=500_000.0,
    )  # fmt: skip
    second = find(text, text.split("\n")[0].split(". ")[1])
    event = make_event(text, killed=killed, quantities=(0,))
    claims = (*event.claims, FactClaim(factuality="attributed", speaker="The ministry", span=second))
    event = make_event(text, killed=killed, quantities=(0,), claims=claims, evidence=(*event.evidence, second))
    return make_annotation([event], quantities=(lost,))


def add(ledger: Ledger, article: Article, run_id: str = "r1") -> AddedArticle:
    return add_article_outcome(ledger, make_outcome(article), run_id)


def annotate_all(ledger: Ledger, annotation_of: object = None, run_id: str = "r1", model: str = MODEL) -> int:
    """Annotates what this model has not read: as a full attack report unless a function of the document is given."""
    make = annotation_of if callable(annotation_of) else (lambda document: make_full_annotation(document.text))
    waiting = [*get_unannotated(ledger), *get_to_reread(ledger, model)[1]]
    found = [(version_id, make(document)) for version_id, document in waiting]
    return add_annotations(ledger, found, run_id, model)


def resolve_all(ledger: Ledger, run_id: str = "r1", now: datetime = NIGHT) -> Resolution:
    """The night's resolution as the shell does it."""
    reports = get_unresolved_reports(ledger)
    decisions = get_decisions(ledger)
    partition = Partition(decisions)
    resolution = resolve(reports, get_open_incidents(ledger, near=reports, decided=partition.decided))
    resolution = follow_decisions(ledger, resolution, reports, partition)
    told = get_reports_after(ledger, resolution, reports)
    parents = get_parent_ids(ledger, told) | dict(resolution.parents)
    fields = fold_decided(told, parents, partition, make_rulings(decisions))
    apply_resolution(ledger, resolution, fields, run_id, now)
    return resolution


def count_rows(ledger: Ledger) -> dict[str, int]:
    """Rows of every table."""
    tables = [row[0] for row in ledger.rows("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'stored'")]
    return {one: int((ledger.row(f"SELECT count(*) FROM stored.{one}") or (0,))[0]) for one in tables}


def tell_night(
    ledger: Ledger, sources: Sequence[str] = ("daily",), *, at: datetime = NIGHT, run_id: str = "r1"
) -> None:
    """One night in which each source tells the attack in one article."""
    sync_sources(ledger, [make_source(one) for one in sources])
    for one in sources:
        add(ledger, make_article(f"https://{one}.example/a", source=one, at=at), run_id)
        add_feed_outcome(ledger, make_feed_outcome(one, at=at), run_id)
    annotate_all(ledger, run_id=run_id)
    resolve_all(ledger, run_id, at)
