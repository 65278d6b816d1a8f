"""Where and when an incident happened: its facilities, its place, its position and its days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from nlp.fold_values import Best, vote
from nlp.records import FacilityArgument, PlaceArgument, Report
from nlp.sphere import distance_km

_PLACE_RANK = {"locality": 3, "offshore": 2, "admin1": 2, "country": 1, "unknown": 0}
_PIPES = frozenset({"oil_pipeline", "gas_pipeline", "product_pipeline"})
_LINES = _PIPES | {"transmission_line", "cable", "power_grid", "company", "tanker", "chokepoint"}
_NEAR_SITE = 120.0  # kilometres within which a town can say where works lie; fields are wide

Days = tuple[date, date, str]  # first, last, precision


def find_facilities(reports: Sequence[Report]) -> tuple[list[FacilityArgument], str | None]:
    """The facilities hit, known ones before kinds of works, and the report that first named the last of them."""
    named: dict[str, FacilityArgument] = {}
    typed: dict[str, FacilityArgument] = {}
    givers: dict[str, str] = {}
    for report in reports:
        for facility in report.event.facilities:
            if facility.role != "target":
                continue
            known, key = named, facility.facility_id
            if key is None:
                known, key = typed, facility.name.casefold()
            if key not in known:
                known[key] = facility
                givers[key] = report.event_id
    kept = dict(list(named.items()) or list(typed.items())[:1])
    return list(kept.values()), givers[list(kept)[-1]] if kept else None


def best_place(
    reports: Sequence[Report], facilities: Sequence[FacilityArgument]
) -> tuple[PlaceArgument | None, str | None]:
    """The finest place told, best told among those of its fineness, and the report that gave it."""
    # A facility's own name says nothing of where it is; its position is the facility's. A town far from the works, such
    # as the port that a field's oil is loaded at, is no place of theirs.
    places = [
        p
        for r in reports
        for p in r.event.places
        if p.precision not in ("unknown", "facility") and not _far_off(p, facilities)
    ]
    if not places:
        return None, None
    finest = max(_PLACE_RANK[p.precision] for p in places)
    candidates = {p.name.casefold() for p in places if _PLACE_RANK[p.precision] == finest}
    best = vote(
        reports, lambda r: next((p.name.casefold() for p in r.event.places if p.name.casefold() in candidates), None)
    )
    if best is None:
        return None, None
    return next((p for p in reversed(places) if p.name.casefold() == best.value), None), best.event_id


def _far_off(place: PlaceArgument, facilities: Sequence[FacilityArgument]) -> bool:
    if place.precision != "locality" or place.latitude is None or place.longitude is None or len(facilities) != 1:
        return False
    site = facilities[0]
    if site.latitude is None or site.longitude is None or site.facility_type in _LINES or site.facility_id is None:
        return False
    return distance_km(place.latitude, place.longitude, site.latitude, site.longitude) > _NEAR_SITE


def find_position(
    facilities: Sequence[FacilityArgument], place: PlaceArgument | None
) -> tuple[float | None, float | None]:
    """Latitude and longitude in degrees, None where neither a facility nor a place has them."""
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


def best_days(reports: Sequence[Report]) -> Best[Days] | None:
    """When it happened, best told; a report of the restart dates the beginning only where no other report does."""
    dated = [r for r in reports if r.event.date is not None]
    told = [r for r in dated if r.event.date is not None and r.event.date.basis != "publication"]
    told = [r for r in told if not r.event.resumed] or told
    exact = [r for r in told if r.event.date is not None and r.event.date.precision in ("day", "hour")]
    if found := vote(exact or told, _days):
        return found
    if not dated:
        return None
    # Only publication dates: it happened at the latest on the day of the first report.
    days = [(days, r.event_id) for r in dated if (days := _days(r)) is not None]
    (first, _, _), event_id = min(days)
    return Best((first, first, "day"), event_id)


def _days(report: Report) -> Days | None:
    day = report.event.date
    return (day.start, day.end, day.precision) if day is not None else None
