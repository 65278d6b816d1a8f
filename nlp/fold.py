"""The incident as a pure fold of its reports: best values, ranges, status and evidence by written rules.

The rules stand in docs/design/resolution.md. Conflicting values are not decided away: they stay in the claims.
Which value is best is decided in nlp/fold_values.py, where it stands in nlp/fold_status.py, how far it can be
believed in nlp/credibility.py.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from nlp.credibility import Tier, weigh
from nlp.fold_place import best_days, best_place, find_facilities, find_position
from nlp.fold_status import Standing, find_standing
from nlp.fold_values import Best, Losses, best_losses, best_toll, order, origin_of, settle_origins, vote
from nlp.outages import count_days
from nlp.records import HAPPENED, Report

V = TypeVar("V", bound=Hashable)

_GRADES = ("asserted", "attributed", "foiled", "planned", "threatened", "denied")


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
    losses: Losses = ()  # the best figure of what is lost, by unit
    # From the least to the most that the last words of any origin leave open.
    killed_low: int | None = None
    killed_high: int | None = None
    injured_low: int | None = None
    injured_high: int | None = None
    loss_ranges: Losses = ()
    credibility: int = 6  # Admiralty scale: 1 confirmed to 6 cannot be judged
    evidence_tier: Tier = "single_source"
    status_event_id: str | None = None  # the report that moved the incident into its status
    restored_on: date | None = None
    days_out: int | None = None  # calendar days; None where nothing was interrupted or the day is not known
    out_until: date | None = None  # the last day on which an interruption was told to go on; no column
    basis: tuple[tuple[str, str], ...] = ()  # column, the event of the report that gave its value; no column itself


def fold(reports: Sequence[Report], *, parent_id: str | None = None) -> IncidentFields:
    """Folds the current reports of one incident; the order of the reports does not matter.

    Raises ValueError without reports: an incident whose reports are all gone is retracted by the store.
    """
    if not reports:
        raise ValueError("an incident cannot be folded from no report")
    ordered = settle_origins(order(reports))
    leading = [r for r in ordered if r.event.factuality in HAPPENED] or ordered
    event_type = _best_type(leading)
    facilities, named_by = find_facilities(leading)
    typed = vote(leading, lambda r: r.event.facility_type)
    known = bool(facilities) and facilities[0].facility_id is not None
    country = vote(leading, lambda r: r.event.country)
    place, placed_by = best_place(leading, facilities)
    latitude, longitude = find_position(facilities, place)
    days = best_days(leading)
    killed, injured = best_toll(leading, lambda e: e.killed), best_toll(leading, lambda e: e.injured)
    losses, loss_ranges, lost_by = best_losses(leading)
    grade = next((grade for grade in _GRADES if any(r.event.factuality == grade for r in ordered)), None)
    grade = grade or ordered[0].event.factuality
    standing = find_standing(ordered, event_type.value, days.value[0] if days else None)
    evidence = weigh(ordered, event_type.value, standing.status)
    modes, risks = _gather(leading, lambda r: r.event.modes), _gather(leading, lambda r: r.event.risks)
    countries = _gather(leading, lambda r: r.event.countries or ((r.event.country,) if r.event.country else ()))
    did = _gather(leading, lambda r: (a.name for a in r.event.actors if a.role != "denied"), _plain)
    claimed = _gather(ordered, lambda r: (c.name for c in r.event.claimed_by), _plain)
    days_out = _days_out(standing, days.value if days else None)
    given = {
        "event_type": event_type.event_id,
        "status": standing.event_id,
        "factuality": next(r.event_id for r in ordered if r.event.factuality == grade),
        "modes": modes.event_id,
        "risks": risks.event_id,
        **dict.fromkeys(("facility_ids", "facilities"), named_by),
        "facility_type": named_by if known else typed.event_id if typed else None,
        "country": country.event_id if country else None,
        "countries": countries.event_id,
        "place": placed_by,
        **dict.fromkeys(("latitude", "longitude"), placed_by or named_by),
        **dict.fromkeys(("occurred_on", "occurred_until", "date_precision"), days.event_id if days else None),
        "actors": did.event_id,
        "claimed_by": claimed.event_id,
        **dict.fromkeys(("killed_min", "killed_max"), killed.best.event_id if killed else None),
        **dict.fromkeys(("injured_min", "injured_max"), injured.best.event_id if injured else None),
        "losses": lost_by,
        **dict.fromkeys(("credibility", "evidence_tier"), evidence.event_id),
        **dict.fromkeys(("restored_on", "days_out"), standing.event_id if days_out is not None else None),
    }
    return IncidentFields(
        event_type=event_type.value,
        status=standing.status,
        factuality=grade,
        modes=tuple(mode for mode in modes.value if mode != "unknown") or modes.value,
        risks=risks.value,
        facility_ids=tuple(f.facility_id for f in facilities if f.facility_id is not None),
        facilities=tuple(f.name for f in facilities),
        facility_type=facilities[0].facility_type if known else typed.value if typed else None,
        country=country.value if country else None,
        countries=countries.value,
        place=place.name if place is not None else None,
        latitude=latitude,
        longitude=longitude,
        occurred_on=days.value[0] if days else None,
        occurred_until=days.value[1] if days else None,
        date_precision=days.value[2] if days else None,
        actors=did.value,
        claimed_by=claimed.value,
        confidence=_confidence(leading),
        parent_id=parent_id,
        killed_min=killed.best.value[0] if killed else None,
        killed_max=killed.best.value[1] if killed else None,
        injured_min=injured.best.value[0] if injured else None,
        injured_max=injured.best.value[1] if injured else None,
        losses=losses,
        killed_low=killed.low if killed else None,
        killed_high=killed.high if killed else None,
        injured_low=injured.low if injured else None,
        injured_high=injured.high if injured else None,
        loss_ranges=loss_ranges,
        credibility=evidence.credibility,
        evidence_tier=evidence.tier,
        status_event_id=standing.event_id,
        restored_on=standing.restored_on,
        days_out=days_out,
        out_until=(standing.last_told_on or standing.restored_on) if standing.interrupted else None,
        basis=tuple(sorted((column, event_id) for column, event_id in given.items() if event_id)),
    )


def _best_type(reports: Sequence[Report]) -> Best[str]:
    named = [r for r in reports if r.event.event_type not in ("outage", "accident")]
    if named and len(named) < len(reports):
        # What was first told as an explosion or an outage is the attack that is named as its cause: where a publisher
        # states it, or half of the origins say so. One suspicion does not make a fault a sabotage.
        stated = any(r.event.factuality == "asserted" for r in named)
        if stated or 2 * len({origin_of(r) for r in named}) >= len({origin_of(r) for r in reports}):
            reports = named
    best = vote(reports, lambda r: str(r.event.event_type))
    assert best is not None  # every event has a type
    return best


def _gather(
    reports: Sequence[Report], values_of: Callable[[Report], Iterable[V]], key: Callable[[V], Hashable] = lambda v: v
) -> Best[tuple[V, ...]]:
    """All that the reports give, each once as first told, and the report that gave the last; '' where none does."""
    told: dict[Hashable, V] = {}
    last = ""
    for report in reports:
        for value in values_of(report):
            if key(value) not in told:
                told[key(value)], last = value, report.event_id
    return Best(tuple(told.values()), last)


def _plain(name: str) -> str:
    return name.casefold().removeprefix("the ")  # "Protesters" and "the protesters" are one


def _days_out(standing: Standing, days: tuple[date, date, str] | None) -> int | None:
    if not standing.interrupted or days is None or days[2] not in ("day", "hour"):
        return None
    return count_days(days[0], standing.restored_on, standing.last_told_on or days[0])


def _confidence(reports: Sequence[Report]) -> float:
    """1 minus the chance that every independent origin is wrong, capped at 0.99."""
    best: dict[str, float] = {}
    for report in reports:
        origin = origin_of(report)
        best[origin] = max(best.get(origin, 0.0), report.event.confidence)
    doubt = 1.0
    for confidence in best.values():
        # Origins read each other: each further one counts half.
        doubt *= 1.0 - confidence if doubt == 1.0 else 1.0 - confidence / 2
    return round(min(0.99, 1.0 - doubt), 3)
