"""What the store hands to its readers: rows as records, never cursors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The exact words that support a fact, and where they stand."""

    article_id: str
    version_id: str  # article version: the text that the offsets count in
    url: str
    publisher: str
    family: str
    source_id: str
    published_at: datetime | None
    where: str  # "text" or "title"
    sentence: str  # the text of the claim's span, exactly as stored
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One value of one field of an incident, as one article states it (a claim)."""

    claim_id: str
    field: str  # killed, injured, lost, throughput, occurred_on, factuality, facility, place, actor, claimed_by ...
    value: str  # canonical text form; numbers as in `minimum`
    detail: str | None = None  # facility id; country of a place; role of an actor; precision of a date; "approximate"
    minimum: float | None = None
    maximum: float | None = None
    unit: str | None = None
    factuality: str
    speaker: str | None = None
    superseded: bool = False
    value_start: int | None = None  # span of the value itself inside the version's text or title
    value_end: int | None = None
    quote: Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentReport:
    """One article's telling of an incident."""

    article_id: str
    version_id: str
    url: str
    title: str
    publisher: str
    family: str
    wire: str | None
    source_id: str
    reliability: str
    published_at: datetime | None
    fetched_at: datetime
    origin: str | None = None  # whose words: wire:… or family:…; independent reports differ after the colon
    before: str = ""  # what the article said before it was edited: its earlier wordings


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One change of one field of an incident."""

    incident_id: str
    revised_at: datetime
    run_id: str
    field: str
    old: str | None
    new: str | None
    reason: str
    cause_kind: str | None = None  # claim, edit, rules, decision; None: not kept then
    cause_id: str | None = None  # claim, event or version id; models or rules; decision id
    quote: Quote | None = None  # the words of the claim or event that caused it


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldDecision:
    """What an analyst decided about an incident."""

    decision_id: str
    text: str
    by: str
    at: datetime
    note: str | None
    withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityCapacity:
    """What a facility can do, as the ledger's own list of facilities has it."""

    facility_id: str
    name: str
    facility_type: str
    capacity: float
    unit: str  # canonical, as of quantities


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryCapacity:
    """What the listed facilities of one kind can do together in a country; a floor, since no list is whole."""

    kind: str  # a facility type; "generation" for all that makes power
    unit: str
    capacity: float
    facilities: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """One incident with everything a briefing may say about it."""

    id: str
    event_type: str
    status: str  # the lifecycle in docs/design/resolution.md, or retracted, merged, dismissed
    factuality: str
    modes: tuple[str, ...]
    risks: tuple[str, ...]
    facility_ids: tuple[str, ...]
    facilities: tuple[str, ...]  # names
    facility_type: str | None
    country: str | None  # ISO 3166-1 alpha-2
    countries: tuple[str, ...]
    place: str | None
    latitude: float | None
    longitude: float | None
    occurred_on: date | None
    occurred_until: date | None
    date_precision: str | None
    actors: tuple[str, ...]
    claimed_by: tuple[str, ...]
    confidence: float
    parent_id: str | None
    first_reported_at: datetime
    last_reported_at: datetime
    created_at: datetime
    created_run_id: str
    reports: tuple[IncidentReport, ...]
    independent_reports: int  # distinct (family x wire origin)
    facts: tuple[Fact, ...]
    revisions: tuple[Revision, ...]
    credibility: int | None = None  # Admiralty scale: 1 confirmed to 6 cannot be judged
    evidence_tier: str | None = None  # single_source, corroborated, official, disputed, retracted
    restored_on: date | None = None
    days_out: int | None = None  # calendar days of an interruption
    merged_into: str | None = None  # the incident that an analyst made it part of
    verdict: str | None = None  # confirmed, dismissed
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None
    decisions: tuple[ToldDecision, ...] = ()
    capacities: tuple[FacilityCapacity, ...] = ()  # of its facilities, where the ledger lists them
    country_capacities: tuple[CountryCapacity, ...] = ()  # of the country where it happened


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How a source has been doing."""

    source_id: str
    publisher: str
    feed_url: str
    outcome: str | None  # of the last attempt, crawler.records.Outcome
    reason: str | None
    http_status: int | None
    checked_at: datetime | None
    succeeded_at: datetime | None
    last_entry_at: datetime | None
    failures: int
    quiet: bool  # silent beyond its habit; where that is not known, beyond three times its cadence
    articles: int  # in the ledger
    articles_this_run: int
    skipped_this_run: int  # entries that gave no article this run
    disabled: bool
    usual_gap_hours: float | None = None  # between its news, as learnt
    oddities: str | None = None  # what is odd about its ids and its server, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """One run: counts and how it ended."""

    run_id: str
    started_at: datetime
    finished_at: datetime | None
    status: str  # running, complete, partial, failed, interrupted
    command: str
    counts: tuple[
        tuple[str, int], ...
    ]  # feeds_due, feeds_ok, articles_new, articles_changed, events, incidents_new ...
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekCount:
    """Incidents that happened in one week of one event type; for the chart."""

    week: date  # the Monday
    event_type: str
    incidents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A policy or market development that is told but is no incident on a facility."""

    event_type: str  # sanction, legal_diplomatic, market
    factuality: str
    quote: Quote
    countries: tuple[str, ...]
    title: Quote | None = None  # the article's headline
    lead: Quote | None = None  # the first sentence of its text
    story_id: str | None = None
    relevance: float | None = None  # of the article, 0 to 1
    tells: tuple[str, ...] = ()  # incidents that the article itself tells
    follows: str | None = None  # incident that it follows up


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedIncident:
    """One incident that happened and is part of no other, as far as counting needs it."""

    created_at: datetime  # when the ledger learned of it
    occurred_on: date | None
    event_type: str
    country: str | None
    countries: tuple[str, ...]
    risks: tuple[str, ...]
    facility_type: str | None
    facilities: tuple[str, ...]
    place: str | None
    latitude: float | None
    longitude: float | None
    units: tuple[str, ...]  # of what was lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Discussed:
    """Articles that speak of an incident without telling a happening of their own."""

    incident_id: str
    articles: int
    articles_new: int  # those of the period


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCount:
    """How many articles a source brought in the period, and in the four weeks before."""

    source_id: str
    publisher: str
    came: int
    before: int
    days: float  # of those weeks in which the source was asked already


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything a briefing is written from; a briefing reads nothing else."""

    generated_at: datetime  # the end of the period
    since: datetime | None  # its beginning, such as the previous briefing's time; None: everything
    run: RunSummary | None
    new: tuple[IncidentView, ...]  # created in the period
    changed: tuple[IncidentView, ...]  # older; revised or newly reported in the period, or a part of it was
    open: tuple[IncidentView, ...]  # older, unchanged, and may go on or lie ahead
    notes: tuple[Note, ...]  # of articles that are new in the period
    health: tuple[SourceHealth, ...]
    weeks: tuple[WeekCount, ...]
    articles_total: int
    articles_new: int
    articles_relevant_new: int
    languages_skipped: tuple[tuple[str, int], ...]  # language, articles
    not_articles: tuple[tuple[str, str, str], ...]  # url, outcome, reason: entries that gave no article this run
    others: int = 0  # further incidents of the last 30 days that happened and of which nothing says that they go on
    old_news: int = 0  # incidents that came or changed by imported articles only, which were old when they came
    counted: tuple[CountedIncident, ...] = ()  # of the baseline and of the chart's weeks
    watched: tuple[datetime, ...] = ()  # when the runs of the baseline and the period began, but for the ledger's first
    record_since: datetime | None = None  # when that first run began
    discussed: tuple[Discussed, ...] = ()  # of the incidents above
    expected: tuple[SourceCount, ...] = ()
    models: tuple[str, ...] = ()  # keys of the models that read the period's articles
