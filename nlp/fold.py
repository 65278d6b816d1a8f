"""The incident as a pure fold of its reports: best value, the others kept, a status by written rules.

The rules stand in docs/design/resolution.md. Conflicting values are not decided away: they stay in the claims,
and the best value is the one that most independent origins state, the later one on a tie.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from nlp.records import HAPPENED, Count, Event, FacilityArgument, PlaceArgument, Report
from nlp.sphere import distance_km

V = TypeVar("V", bound=Hashable)

_TYPE_RANK = (
    "attack", "sabotage", "cyberattack", "seizure", "theft", "blockade", "natural_hazard", "accident", "outage",
)  # fmt: skip
_PLACE_RANK = {"locality": 3, "offshore": 2, "admin1": 2, "country": 1, "unknown": 0}
# Interruptions last until someone says that they are over; a strike or a spill is done when it is told.
_LASTING = frozenset({"outage", "blockade"})

_PIPES = frozenset({"oil_pipeline", "gas_pipeline", "product_pipeline"})
_LINES = _PIPES | {"transmission_line", "cable", "power_grid", "company", "tanker", "chokepoint"}
_NEAR_SITE = 120.0  # kilometres within which a town can say where works lie; fields are wide


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFields:
    """What the ledger says of an incident: the columns that revisions are written for."""

    event_type: str
    status: str
    factuality: str
    modes: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    facility_ids: tuple[str, ...] = ()
    facilities: tuple[str, ...] = ()
    facility_type: str | None = None
    country: str | None = None
    countries: tuple[str, ...] = ()
    place: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    occurred_on: date | None = None
    occurred_until: date | None = None
    date_precision: str | None = None
    actors: tuple[str, ...] = ()
    claimed_by: tuple[str, ...] = ()
    confidence: float = 0.0
    parent_id: str | None = None
    killed_min: int | None = None
    killed_max: int | None = None
    injured_min: int | None = None
    injured_max: int | None = None
    losses: tuple[tuple[str, float | None, float | None], ...] = ()  # unit, minimum, maximum of what is lost


def fold(reports: Sequence[Report], *, parent_id: str | None = None) -> IncidentFields:
    """Folds the current reports of one incident; the order of the reports does not matter.

    Raises ValueError without reports: an incident whose reports are all gone is retracted by the store.
    """
    if not reports:
        raise ValueError("an incident cannot be folded from no report")
    ordered = sorted(reports, key=lambda r: (_told_at(r), r.event_id))
    happened = [r for r in ordered if r.event.factuality in HAPPENED]
    leading = happened or ordered
    event_type = _best_type(leading)
    facilities = _facilities(leading)
    typed = _vote(leading, lambda r: r.event.facility_type)
    countries = _union(r.event.countries or ((r.event.country,) if r.event.country else ()) for r in leading)
    place = _best_place(leading, facilities)
    when = _best_date(leading)
    killed, injured = _best_count(leading, lambda e: e.killed), _best_count(leading, lambda e: e.injured)
    latitude, longitude = _position(facilities, place)
    return IncidentFields(
        event_type=event_type,
        status=_status(ordered, event_type),
        factuality=_factuality(ordered),
        modes=_modes(leading),
        risks=_union(r.event.risks for r in leading),
        facility_ids=tuple(f.facility_id for f in facilities if f.facility_id is not None),
        facilities=tuple(f.name for f in facilities),
        facility_type=facilities[0].facility_type if facilities and facilities[0].facility_id else typed,
        country=_vote(leading, lambda r: r.event.country),
        countries=countries,
        place=place.name if place is not None else None,
        latitude=latitude,
        longitude=longitude,
        occurred_on=when[0] if when else None,
        occurred_until=when[1] if when else None,
        date_precision=when[2] if when else None,
        actors=_names((a.name for a in r.event.actors if a.role != "denied") for r in leading),
        claimed_by=_names((c.name for c in r.event.claimed_by) for r in ordered),
        confidence=_confidence(leading),
        parent_id=parent_id,
        killed_min=killed.minimum if killed else None,
        killed_max=killed.maximum if killed else None,
        injured_min=injured.minimum if injured else None,
        injured_max=injured.maximum if injured else None,
        losses=_losses(leading),
    )


def _origin(report: Report) -> str:
    return f"wire:{report.wire}" if report.wire else f"family:{report.family or report.source_id or report.article_id}"


def _told_at(report: Report) -> datetime:
    return report.published_at or report.fetched_at or datetime.min.replace(tzinfo=UTC)


def _vote(reports: Sequence[Report], value_of: Callable[[Report], V | None]) -> V | None:
    """The value that most independent origins give, the one told latest on a tie."""
    origins: dict[V, set[str]] = defaultdict(set)
    latest: dict[V, tuple[datetime, str]] = {}
    for report in reports:
        value = value_of(report)
        if value is None:
            continue
        origins[value].add(_origin(report))
        latest[value] = max(
            latest.get(value, (datetime.min.replace(tzinfo=UTC), "")), (_told_at(report), report.event_id)
        )
    if not origins:
        return None
    return max(origins, key=lambda value: (len(origins[value]), latest[value]))


def _union(groups: Iterable[Iterable[V]]) -> tuple[V, ...]:
    return tuple(dict.fromkeys(value for group in groups for value in group))


def _names(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """The distinct names as first told: "Protesters" and "the protesters" are one."""
    told: dict[str, str] = {}
    for group in groups:
        for name in group:
            told.setdefault(name.casefold().removeprefix("the "), name)
    return tuple(told.values())


def _best_type(reports: Sequence[Report]) -> str:
    types = {r.event.event_type for r in reports}
    named = [r for r in reports if r.event.event_type not in ("outage", "accident")]
    if named and len(named) < len(reports):
        # What was first told as an explosion or an outage is the attack that is named as its cause: where a publisher
        # states it, or half of the origins say so. One suspicion does not make a fault a sabotage.
        stated = any(r.event.factuality == "asserted" for r in named)
        if stated or 2 * len({_origin(r) for r in named}) >= len({_origin(r) for r in reports}):
            reports = named
    voted = _vote(reports, lambda r: r.event.event_type)
    return voted if voted is not None else min(types, key=_TYPE_RANK.index)


def _facilities(reports: Sequence[Report]) -> list[FacilityArgument]:
    named: dict[str, FacilityArgument] = {}
    typed: dict[str, FacilityArgument] = {}
    for report in reports:
        for facility in report.event.facilities:
            if facility.role != "target":
                continue
            if facility.facility_id is not None:
                named.setdefault(facility.facility_id, facility)
            else:
                typed.setdefault(facility.name.casefold(), facility)
    return list(named.values()) or list(typed.values())[:1]


def _modes(reports: Sequence[Report]) -> tuple[str, ...]:
    modes = _union(r.event.modes for r in reports)
    known = tuple(mode for mode in modes if mode != "unknown")
    return known or modes


def _best_place(reports: Sequence[Report], facilities: Sequence[FacilityArgument]) -> PlaceArgument | None:
    # A facility's own name says nothing of where it is; its position is the facility's. A town far from the works, such
    # as the port that a field's oil is loaded at, is no place of theirs.
    places = [
        p
        for r in reports
        for p in r.event.places
        if p.precision not in ("unknown", "facility") and not _far_off(p, facilities)
    ]
    if not places:
        return None
    finest = max(_PLACE_RANK[p.precision] for p in places)
    candidates = {p.name.casefold() for p in places if _PLACE_RANK[p.precision] == finest}
    name = _vote(
        reports, lambda r: next((p.name.casefold() for p in r.event.places if p.name.casefold() in candidates), None)
    )
    return next((p for p in reversed(places) if p.name.casefold() == name), None)


def _far_off(place: PlaceArgument, facilities: Sequence[FacilityArgument]) -> bool:
    if place.precision != "locality" or place.latitude is None or place.longitude is None or len(facilities) != 1:
        return False
    site = facilities[0]
    if site.latitude is None or site.longitude is None or site.facility_type in _LINES or site.facility_id is None:
        return False
    return distance_km(place.latitude, place.longitude, site.latitude, site.longitude) > _NEAR_SITE


def _position(facilities: Sequence[FacilityArgument], place: PlaceArgument | None) -> tuple[float | None, float | None]:
    # A line's middle says less than the town it was hit at; a site's own position says more than its town.
    if place is not None and place.latitude is not None and place.precision in ("locality", "facility"):
        one_site = len(facilities) == 1 and facilities[0].latitude is not None and len(facilities[0].countries) == 1
        if not (one_site and facilities[0].facility_type not in _PIPES):
            return place.latitude, place.longitude
    if len({f.facility_id for f in facilities if f.facility_id}) == 1 and facilities[0].latitude is not None:
        return facilities[0].latitude, facilities[0].longitude
    if place is not None and place.latitude is not None:
        return place.latitude, place.longitude
    first = next((f for f in facilities if f.latitude is not None), None)
    return (first.latitude, first.longitude) if first is not None else (None, None)


def _best_date(reports: Sequence[Report]) -> tuple[date, date, str] | None:
    dated = [r for r in reports if r.event.date is not None]
    told = [r for r in dated if r.event.date is not None and r.event.date.basis != "publication"]
    exact = [r for r in told if r.event.date is not None and r.event.date.precision in ("day", "hour")]
    pool = exact or told
    if pool:
        return _vote(
            pool, lambda r: (r.event.date.start, r.event.date.end, r.event.date.precision) if r.event.date else None
        )
    if not dated:
        return None
    # Only publication dates: it happened at the latest on the day of the first report.
    first = min(r.event.date.start for r in dated if r.event.date is not None)
    return first, first, "day"


def _best_count(reports: Sequence[Report], count_of: Callable[[Event], Count | None]) -> Count | None:
    def value(report: Report) -> tuple[int, int | None] | None:
        count = count_of(report.event)
        return (count.minimum, count.maximum) if count is not None else None

    known = [r for r in reports if value(r) is not None]
    positive = [r for r in known if (value(r) or (0, 0)) != (0, 0)]
    if not known:
        return None
    # Tolls rise: what the last two days say outweighs the first flash.
    pool = positive or known
    newest = max(_told_at(r) for r in pool)
    recent = [r for r in pool if newest - _told_at(r) <= timedelta(days=2)]
    best = _vote(recent, value)
    return Count(minimum=best[0], maximum=best[1]) if best is not None else None


def _losses(reports: Sequence[Report]) -> tuple[tuple[str, float | None, float | None], ...]:
    found: dict[str, tuple[float | None, float | None]] = {}
    for report in reports:  # oldest first: a later figure replaces an earlier one
        for quantity in report.quantities:
            if quantity.role == "lost" and not quantity.superseded:
                found[quantity.unit] = (quantity.minimum, quantity.maximum)
    return tuple((unit, low, high) for unit, (low, high) in sorted(found.items()))


def _factuality(reports: Sequence[Report]) -> str:
    order = ("asserted", "attributed", "foiled", "planned", "threatened", "denied")
    present = {r.event.factuality for r in reports}
    return next((grade for grade in order if grade in present), reports[0].event.factuality)


def _status(reports: Sequence[Report], event_type: str) -> str:
    grades = {claim.factuality for r in reports for claim in r.event.claims} | {r.event.factuality for r in reports}
    if grades & HAPPENED and any(r.event.factuality in HAPPENED for r in reports):
        asserting = any(r.event.factuality == "asserted" for r in reports)
        if "denied" in grades and not asserting:
            return "disputed"
        if any(q.role == "restored" for r in reports for q in r.quantities):
            return "restored"
        if event_type in _LASTING:
            return "restored" if any(r.event.resumed for r in reports) else "ongoing"
        return "occurred"
    for grade in ("foiled", "threatened", "planned"):
        if grade in grades:
            return grade
    return "denied" if "denied" in grades else "occurred"


def _confidence(reports: Sequence[Report]) -> float:
    """1 minus the chance that every independent origin is wrong, capped at 0.99."""
    best: dict[str, float] = {}
    for report in reports:
        origin = _origin(report)
        best[origin] = max(best.get(origin, 0.0), report.event.confidence)
    doubt = 1.0
    for confidence in best.values():
        # Origins read each other: each further one counts half.
        doubt *= 1.0 - confidence if doubt == 1.0 else 1.0 - confidence / 2
    return round(min(0.99, 1.0 - doubt), 3)
