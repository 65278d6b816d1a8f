"""What the resolver knows of a report and of an incident: facilities, ships, places, days, numbers, actors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from nlp.compatibility import widen
from nlp.fold_values import told_at
from nlp.records import Event, FacilityArgument, FollowUp, PlaceArgument, Report
from nlp.vessels import vessel_key

# Gradings that can speak of one occurrence. A threat and a later attack are two incidents.
GROUPS = {
    "asserted": "happened",
    "attributed": "happened",
    "denied": "happened",
    "threatened": "ahead",
    "planned": "ahead",
    "foiled": "foiled",
}
RESOLVED_FACTUALITIES = frozenset(GROUPS)


def named_targets(event: Event) -> list[FacilityArgument]:
    """The facilities with an id that the event hit, each once."""
    found: dict[str, FacilityArgument] = {}
    for facility in event.facilities:
        if facility.role == "target" and facility.facility_id is not None:
            found.setdefault(facility.facility_id, facility)
    return list(found.values())


def vessels_of(event: Event) -> set[str]:
    """The own names of the ships that the event hit; unlike facilities they lie in no place and no country."""
    ships = (f for f in event.facilities if f.role == "target" and f.facility_type == "tanker")
    return {key for ship in ships if (key := vessel_key(ship.name)) is not None}


@dataclass(slots=True)
class Case:
    """What is known of one incident while the night is resolved."""

    id: str
    is_parent: bool = False
    reports: list[Report] = field(default_factory=list)
    facility_ids: set[str] = field(default_factory=set)
    vessels: set[str] = field(default_factory=set)
    facility_types: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    countries: set[str] = field(default_factory=set)
    points: list[tuple[float, float, bool]] = field(default_factory=list)  # latitude, longitude, precise
    places: set[str] = field(default_factory=set)
    stories: set[str] = field(default_factory=set)
    articles: set[str] = field(default_factory=set)
    actors: set[str] = field(default_factory=set)
    numbers: set[tuple[str, float]] = field(default_factory=set)
    parent_id: str | None = None
    told_at: dict[str, datetime] = field(default_factory=dict)  # by article, those that only follow it up among them

    def absorb(self, report: Report) -> None:
        """Takes a report in."""
        event = report.event
        self.reports.append(report)
        self.facility_ids |= {f.facility_id for f in named_targets(event) if f.facility_id}
        self.vessels |= vessels_of(event)
        self.facility_types |= facility_types_of(event)
        self.types.add(event.event_type)
        self.groups.add(GROUPS[event.factuality])
        self.countries |= countries_of(event)
        self.points += points_of(event)
        self.places |= place_names_of(event)
        self.actors |= {a.name.casefold() for a in event.actors if a.kind not in (None, "unknown")}
        self.numbers |= numbers_of(report)
        self.articles.add(report.article_id)
        self.told_at[report.article_id] = told_at(report)
        if report.story_id is not None:
            self.stories.add(report.story_id)

    def follow(self, follow_up: FollowUp) -> None:
        """Takes in an article that tells no event of its own; only its words and its day count."""
        self.told_at[follow_up.article_id] = follow_up.told_at


def interval_of(report: Report) -> tuple[date, date]:
    """The days in which the event lies as told; the week before the report where no date is told."""
    span = report.event.date
    if span is not None:
        return widen(span)
    told = told_at(report).date()
    return told - timedelta(days=7), told


# First words of facility ids that name no system.
_GENERIC = frozenset(
    "ras port north south east west new bab abu khor umm san santa los las great upper lower saint fort nord big trans "
    "central baltic black gulf arab al el la st".split()
)


def system_of(facility_id: str) -> str | None:
    """The system that a facility id names a part of: its first word ("cpc-pipeline", "cpc-marine-terminal")."""
    first = facility_id.split("-", 1)[0]
    return first if len(first) >= 3 and first not in _GENERIC else None


def related(one: str, other: str) -> bool:
    """Whether two facility ids name parts of one system."""
    return system_of(one) is not None and system_of(one) == system_of(other)


def facility_types_of(event: Event) -> set[str]:
    """What kinds of works the event hit."""
    types = {f.facility_type for f in event.facilities if f.role == "target"}
    if event.facility_type is not None:
        types.add(event.facility_type)
    return {str(kind) for kind in types}


def countries_of(event: Event) -> set[str]:
    """The country where it happened, else all that apply."""
    if event.country is not None:
        return {event.country}
    return set(event.countries)


def points_of(event: Event) -> list[tuple[float, float, bool]]:
    """Where it may have happened: latitude and longitude in degrees, and whether that is precise to a town."""
    found = [
        (f.latitude, f.longitude, len(f.countries) == 1)
        for f in event.facilities
        if f.role == "target" and f.latitude is not None and f.longitude is not None
    ]
    found += [
        (p.latitude, p.longitude, p.precision in ("locality", "facility"))
        for p in _finest(event)
        if p.latitude is not None and p.longitude is not None
    ]
    return found


def _finest(event: Event) -> list[PlaceArgument]:
    """The towns and works of an event, else its regions: a province is no sign of sameness where a town is told."""
    towns = [p for p in event.places if p.precision in ("locality", "facility", "offshore")]
    return towns or [p for p in event.places if p.precision == "admin1"]


def place_names_of(event: Event) -> set[str]:
    """The towns and works of an event by name, else its regions."""
    return {p.name.casefold() for p in _finest(event)}


def numbers_of(report: Report) -> set[tuple[str, float]]:
    """Tolls, losses, spills and customers told, by unit."""
    event = report.event
    found: set[tuple[str, float]] = set()
    for name, count in (("killed", event.killed), ("injured", event.injured)):
        if count is not None and count.minimum > 0:
            found.add((name, float(count.minimum)))
    for quantity in report.quantities:
        if quantity.role in ("lost", "spilled", "customers") and quantity.minimum:
            found.add((quantity.unit, quantity.minimum))
    return found
