"""The records that the language part produces; DESIGN section 5 is their JSON form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Where = Literal["text", "title"]
EventType = Literal[
    "attack", "sabotage", "cyberattack", "theft", "seizure", "blockade", "accident", "outage",
    "natural_hazard", "sanction", "legal_diplomatic", "market",
]  # fmt: skip
Mode = Literal[
    "drone", "missile", "artillery", "air_strike", "explosive", "firearms", "arson", "anchor_or_vessel",
    "cutting", "intrusion", "ransomware", "malware", "ddos", "mine", "unknown",
]  # fmt: skip
Factuality = Literal[
    "asserted", "attributed", "denied", "planned", "threatened", "hypothetical", "recommended",
    "exercise", "historical", "foiled",
]  # fmt: skip
MentionLabel = Literal["FACILITY", "ORG", "ACTOR", "PERSON", "GPE", "LOC", "VESSEL", "DATE"]
RiskLabel = Literal[
    "physical_attack", "sabotage", "cyber", "armed_conflict", "maritime", "theft_unrest", "accident",
    "natural_hazard", "supply_disruption", "sanctions_legal", "diplomatic", "market",
]  # fmt: skip
FacilityType = Literal[
    "oil_pipeline", "gas_pipeline", "product_pipeline", "pump_or_compressor_station", "refinery",
    "oil_terminal", "lng_terminal", "storage", "oil_field", "gas_field", "platform", "gas_processing",
    "power_plant", "nuclear_plant", "hydro_dam", "wind_or_solar", "substation", "transmission_line",
    "power_grid", "cable", "tanker", "port", "chokepoint", "mine", "control_system", "fuel_depot",
    "petrochemical_plant", "company", "other",
]  # fmt: skip
QuantityRole = Literal[
    "lost", "at_risk", "restored", "throughput", "capacity", "stored", "spilled", "duration", "price",
    "damage_cost", "customers", "other",
]  # fmt: skip
PlacePrecision = Literal["facility", "locality", "admin1", "country", "offshore", "unknown"]
DateBasis = Literal["explicit", "relative", "publication"]
# What a denial is of that leaves the happening itself unchallenged: its cause, what it brought, the speaker's own part.
DenialOf = Literal["cause", "effect", "part"]
Extent = Literal["part", "whole"]
DatePrecision = Literal["hour", "day", "week", "month", "year"]

HAPPENED: frozenset[str] = frozenset({"asserted", "attributed"})
HAPPENINGS: frozenset[str] = frozenset(
    {"attack", "sabotage", "cyberattack", "theft", "seizure", "blockade", "accident", "outage", "natural_hazard"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One text to read. Offsets in all records count code points of `text` or `title`."""

    id: str
    text: str
    title: str = ""
    published_at: datetime | None = None  # UTC
    timezone: str = "UTC"  # IANA zone in which the source's weekdays are meant
    url: str | None = None
    source: str | None = None
    language: str | None = None  # ISO 639-1 as given; None: detect


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece of the document: start inclusive, end exclusive, in code points."""

    start: int
    end: int
    where: Where = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    text: str
    label: MentionLabel
    span: Span
    canonical: str | None = None
    facility_id: str | None = None
    facility_type: FacilityType | None = None
    countries: tuple[str, ...] = ()  # ISO 3166-1 alpha-2
    country: str | None = None
    latitude: float | None = None  # degrees north, WGS 84
    longitude: float | None = None  # degrees east, WGS 84
    precision: PlacePrecision | None = None  # for GPE and LOC


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    text: str
    span: Span
    role: QuantityRole
    unit: str  # canonical, DESIGN section 5
    minimum: float | None  # None: open below ("up to")
    maximum: float | None  # None: open above ("at least")
    approximate: bool = False
    superseded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DateSpan:
    """When something happened, as a local calendar interval."""

    start: date
    end: date  # inclusive
    precision: DatePrecision
    basis: DateBasis
    text: str | None = None
    span: Span | None = None  # None where the basis is the publication date


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number of people; maximum None means open above."""

    minimum: int
    maximum: int | None
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityArgument:
    name: str  # canonical where known, else the words used
    facility_type: FacilityType
    span: Span
    role: Literal["target", "context"] = "target"
    facility_id: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorArgument:
    name: str
    role: Literal["perpetrator", "suspected", "denied"]
    span: Span
    kind: str | None = None  # armed_group, state_force, hacker_group, criminals, protesters, workers, unknown
    country: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimant:
    name: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceArgument:
    name: str
    span: Span | None  # None where only the facility's known position says it
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    precision: PlacePrecision = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactClaim:
    """Who says what about an event: one sentence's grading of it."""

    factuality: Factuality
    speaker: str | None
    span: Span  # the sentence
    about: DenialOf | None = None  # None: the happening itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    text: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One occurrence as told in one document."""

    event_type: EventType
    factuality: Factuality  # the strongest claim of happening
    trigger: Trigger
    claims: tuple[FactClaim, ...]
    evidence: tuple[Span, ...]  # whole sentences, in order
    modes: tuple[Mode, ...] = ()
    risks: tuple[RiskLabel, ...] = ()
    facilities: tuple[FacilityArgument, ...] = ()
    facility_type: FacilityType | None = None
    actors: tuple[ActorArgument, ...] = ()
    claimed_by: tuple[Claimant, ...] = ()
    places: tuple[PlaceArgument, ...] = ()
    country: str | None = None
    countries: tuple[str, ...] = ()
    date: DateSpan | None = None
    killed: Count | None = None
    injured: Count | None = None
    missing: Count | None = None
    detained: Count | None = None
    quantities: tuple[int, ...] = ()  # indexes into Annotation.quantities
    resumed: bool = False  # the text says that what was interrupted is back, in whole or in part
    resumption: Extent | None = None  # how much of it is back, where the text says
    confidence: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskTag:
    label: RiskLabel
    probability: float
    # (what weighed, its share of the log-odds), the heaviest first; None: nobody asked for reasons
    reasons: tuple[tuple[str, float], ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersions:
    pipeline: str
    risk: str
    gazetteer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """All that was found in one document."""

    id: str
    model: ModelVersions | None = None
    language: str | None = None
    relevance: float | None = None
    relevant: bool | None = None
    risks: tuple[RiskTag, ...] = ()
    uncertain: bool = False
    skipped: str | None = None  # "language", "empty", "too_costly"
    mentions: tuple[Mention, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    events: tuple[Event, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A group of articles on the same development."""

    id: str
    members: tuple[str, ...]  # article version ids, in the order of arrival


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One event as the resolver sees it: the event with its article's facts."""

    event_id: str
    article_id: str
    event: Event
    published_at: datetime | None
    fetched_at: datetime
    source_id: str | None = None
    family: str | None = None  # publisher family
    wire: str | None = None  # the agency that the text says it comes from
    reliability: str = "F"  # Admiralty grade of the source, A (completely reliable) to F (cannot be judged)
    source_kind: str | None = None  # agency, press, trade, regulator, operator, government, research, security
    story_id: str | None = None
    quantities: tuple[Quantity, ...] = ()  # those of the event, resolved from their indexes
    words: tuple[str, ...] = ()  # telling words of the article's title and lead (nlp/likeness.py)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """An article that tells no happening of its own and may follow one up: repairs, mourning, prices, an inquiry."""

    article_id: str
    told_at: datetime
    words: tuple[str, ...]
    facility_ids: frozenset[str] = frozenset()  # mentioned
    countries: frozenset[str] = frozenset()  # of the places mentioned
    story_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """The real-world happening across documents: what the resolver needs to know of it."""

    id: str
    event_type: EventType
    facility_ids: tuple[str, ...] = ()
    facility_type: FacilityType | None = None
    country: str | None = None
    place: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    start: date | None = None
    end: date | None = None
    parent_id: str | None = None
    event_ids: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    happened: bool = True
    last_reported_on: date | None = None
