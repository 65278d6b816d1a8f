"""One report beside one incident: how sure is it that they tell of the same happening, and why.

A pair is vetoed (score 0) where the two cannot be one: different named facilities, countries or kinds of facility,
dates apart, incompatible types. Else the parts (where, when, what, company) add up; docs/design/resolution.md
gives the weights and what they were tried on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from nlp.compatibility import date_gap, facility_compatibility, slack_days, type_compatibility, widen
from nlp.records import Event, FacilityArgument, PlaceArgument, Report
from nlp.sphere import distance_km
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

    def absorb(self, report: Report) -> None:
        event = report.event
        self.reports.append(report)
        self.facility_ids |= {f.facility_id for f in named_targets(event) if f.facility_id}
        self.vessels |= vessels_of(event)
        self.facility_types |= _facility_types(event)
        self.types.add(event.event_type)
        self.groups.add(GROUPS[event.factuality])
        self.countries |= countries_of(event)
        self.points += points_of(event)
        self.places |= _place_names(event)
        self.actors |= {a.name.casefold() for a in event.actors if a.kind not in (None, "unknown")}
        self.numbers |= _numbers(report)
        self.articles.add(report.article_id)
        if report.story_id is not None:
            self.stories.add(report.story_id)


def score_pair(report: Report, case: Case) -> tuple[float, str]:
    """How sure it is that a report tells of a known incident, 0 to 1 and above, and why; 0 is a veto."""
    event = report.event
    if GROUPS[event.factuality] not in case.groups:
        return 0.0, "one is a threat, the other a happening"
    what = max(type_compatibility(event.event_type, other) for other in case.types)
    if what == 0.0:
        return 0.0, f"{event.event_type} is not {'/'.join(sorted(case.types))}"
    where, where_reason = _score_where(event, case)
    if where <= 0.0:
        return 0.0, where_reason
    same_story = report.story_id is not None and report.story_id in case.stories
    same_article = report.article_id in case.articles
    when, when_reason = _score_when(report, case, lenient=same_story)
    if when < 0.0:
        return 0.0, when_reason
    score = where + when + 0.2 * what
    reasons = [where_reason, when_reason, "same kind of event" if what == 1.0 else "related kind of event"]
    if same_story:
        score += 0.2
        reasons.append("same story")
    if same_article and any(r.article_id == report.article_id for r in case.reports):
        # One text told them as two: they are likely two, but an attack and its outage are often told apart.
        score -= 0.15
        reasons.append("told apart in one text")
    elif same_article:
        score += 0.4  # an edited article: the earlier version stood here
        reasons.append("an earlier version of this article")
    shared = _numbers(report) & case.numbers
    if shared:
        score += 0.08
        reasons.append("shared numbers")
    actors = {a.name.casefold() for a in event.actors if a.kind not in (None, "unknown")}
    if actors and case.actors:
        score += 0.08 if actors & case.actors else -0.1
        reasons.append("same actor" if actors & case.actors else "other actor")
    return score, ", ".join(reasons)


def _score_where(event: Event, case: Case) -> tuple[float, str]:
    facilities = {f.facility_id for f in named_targets(event) if f.facility_id}
    if facilities and case.facility_ids:
        if facilities & case.facility_ids:
            return 0.6, "same facility"
        kinds = _facility_types(event)
        fits = any(facility_compatibility(a, b) for a in kinds for b in case.facility_types)
        if not fits or not any(_related(a, b) for a in facilities for b in case.facility_ids):
            return 0.0, "different named facilities"
        return 0.5, "parts of one system"
    vessels = vessels_of(event)
    if vessels and case.vessels:
        return (0.6, "same vessel") if vessels & case.vessels else (0.0, "different vessels")
    countries = countries_of(event)
    if countries and case.countries and not countries & case.countries:
        return 0.0, "different countries"
    kinds = _facility_types(event)
    fit = (
        max(facility_compatibility(a, b) for a in kinds for b in case.facility_types)
        if kinds and case.facility_types
        else 0.5
    )
    if fit == 0.0:
        return 0.0, "different kinds of facility"
    points = points_of(event)
    pairs = [(distance_km(a[0], a[1], b[0], b[1]), a[2] and b[2]) for a in points for b in case.points]
    if pairs:
        distance, precise = min(pairs)
        if distance <= 25:
            return 0.3 + 0.2 * fit, f"{distance:.0f} km apart"
        if distance <= 100:
            return 0.2 + 0.2 * fit, f"{distance:.0f} km apart"
        if precise and all(pair[1] for pair in pairs) and distance > 150:
            return 0.0, f"{distance:.0f} km apart"
    if _place_names(event) & case.places:
        return 0.3 + 0.2 * fit, "same place name"
    if countries & case.countries:
        return 0.2 * fit, "same country"
    return 0.15 * fit, "place not told"


def _score_when(report: Report, case: Case, *, lenient: bool) -> tuple[float, str]:
    own = interval_of(report)
    others = [(interval_of(other), slack_days(other.event.date)) for other in case.reports]
    gaps = [(date_gap(own, interval), slack) for interval, slack in others]
    gap, slack = min(gaps)
    slack = max(slack, slack_days(report.event.date))
    if gap == 0:
        return 0.25, "same days"
    if gap <= min(slack, 3):
        return 0.15, f"{gap} days apart"
    undated = report.event.date is None or report.event.date.basis == "publication"
    if undated and gap <= (10 if lenient else 4):
        return 0.05, f"reported {gap} days later, without a date"
    if gap <= slack:
        return 0.05, f"{gap} days apart"
    if _still_going_on(report, case) and gap <= _LASTS_DAYS:
        return 0.1, f"{gap} days into an interruption of the same facility"
    return -1.0, f"{gap} days apart"


def _still_going_on(report: Report, case: Case) -> bool:
    """Whether the report can be news of an interruption that is told already: dated by its end, or by today."""
    targets = {f.facility_id for f in named_targets(report.event)}
    if not targets & case.facility_ids or report.event.event_type not in _LASTING or not case.types & _LASTING:
        return False
    if any(other.event.resumed or any(q.role == "restored" for q in other.quantities) for other in case.reports):
        return False
    began = min(interval_of(other)[0] for other in case.reports)
    return interval_of(report)[1] >= began


def interval_of(report: Report) -> tuple[date, date]:
    """The days in which the event lies as told; the week before the report where no date is told."""
    span = report.event.date
    if span is not None:
        return widen(span)
    told = (report.published_at or report.fetched_at).date()
    return told - timedelta(days=7), told


# First words of facility ids that name no system.
_GENERIC = frozenset(
    "ras port north south east west new bab abu khor umm san santa los las great upper lower saint fort nord big trans "
    "central baltic black gulf arab al el la st".split()
)


# Interruptions last until they are said to be over; later reports of one carry their own day.
_LASTING = frozenset({"outage", "blockade"})
_LASTS_DAYS = 21


def system_of(facility_id: str) -> str | None:
    """The system that a facility id names a part of: its first word ("cpc-pipeline", "cpc-marine-terminal")."""
    first = facility_id.split("-", 1)[0]
    return first if len(first) >= 3 and first not in _GENERIC else None


def _related(one: str, other: str) -> bool:
    return system_of(one) is not None and system_of(one) == system_of(other)


def _facility_types(event: Event) -> set[str]:
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


def _place_names(event: Event) -> set[str]:
    return {p.name.casefold() for p in _finest(event)}


def _numbers(report: Report) -> set[tuple[str, float]]:
    event = report.event
    found: set[tuple[str, float]] = set()
    for name, count in (("killed", event.killed), ("injured", event.injured)):
        if count is not None and count.minimum > 0:
            found.add((name, float(count.minimum)))
    for quantity in report.quantities:
        if quantity.role in ("lost", "spilled", "customers") and quantity.minimum:
            found.add((quantity.unit, quantity.minimum))
    return found
