"""What stands around one incident: its parts, its whole, what follows it up, and what else befell its facilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from store.database import Ledger, Row
from store.records import IncidentView

NEAR_DAYS = 90  # so far before and after, another incident at the same facility is told
_LINE = (
    "incident_id, event_type, status, modes, facilities, facility_ids, place, country, occurred_on, first_reported_at"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLine:
    """As much of an incident as a list shows."""

    id: str
    event_type: str
    status: str
    modes: tuple[str, ...]
    facilities: tuple[str, ...]  # names
    facility_ids: tuple[str, ...]
    place: str | None
    country: str | None  # ISO 3166-1 alpha-2
    occurred_on: date | None
    first_reported_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowingArticle:
    """An article that tells no happening of its own and speaks of the incident."""

    article_id: str
    version_id: str
    url: str
    title: str
    publisher: str
    published_at: datetime | None
    score: float | None  # the resolver's, 0 to 1
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineSpan:
    """Days in a row on which as much of a facility was out of use."""

    facility_id: str
    facility: str
    first_on: date
    last_on: date
    amount: float | None  # None: out of use, and nobody says how much
    unit: str | None
    share: float | None  # of the facility's capacity, 0 to 1
    end_known: bool  # whether somebody tells that it is back
    others: tuple[str, ...]  # further incidents that keep the facility out of use on these days


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentContext:
    """Everything that stands around one incident."""

    whole: IncidentLine | None = None
    parts: tuple[IncidentLine, ...] = ()
    siblings: tuple[IncidentLine, ...] = ()  # other parts of the same whole
    related: tuple[IncidentLine, ...] = ()  # at one of its facilities, at most NEAR_DAYS before or after
    follow_ups: tuple[FollowingArticle, ...] = ()
    offline: tuple[OfflineSpan, ...] = ()


def get_context(ledger: Ledger, view: IncidentView) -> IncidentContext:
    """What the ledger holds around this incident; what an analyst dismissed or merged is left out."""
    stands = "status NOT IN ('merged', 'dismissed', 'retracted')"
    whole = _get_lines(ledger, "incident_id = $one", {"one": view.parent_id})[:1] if view.parent_id else ()
    siblings: Sequence[IncidentLine] = ()
    if view.parent_id:
        near = f"parent_id = $whole AND incident_id <> $one AND {stands}"
        siblings = _get_lines(ledger, near, {"one": view.id, "whole": view.parent_id})
    parts = _get_lines(ledger, f"parent_id = $one AND {stands}", {"one": view.id})
    family = {view.id, *(line.id for line in (*whole, *siblings, *parts))}
    related = _get_lines(
        ledger,
        f"list_has_any(facility_ids, $facilities::VARCHAR[]) AND {stands} AND abs(date_diff('day', "
        "coalesce(occurred_on, timezone('UTC', first_reported_at)::DATE), $day::DATE)) <= $near",
        {
            "facilities": list(view.facility_ids),
            "day": view.occurred_on or view.first_reported_at.date(),
            "near": NEAR_DAYS,
        },
    )
    return IncidentContext(
        whole=whole[0] if whole else None,
        parts=tuple(parts),
        siblings=tuple(siblings),
        related=tuple(line for line in related if line.id not in family),
        follow_ups=_get_follow_ups(ledger, view.id),
        offline=_get_offline(ledger, view.id),
    )


def _get_lines(ledger: Ledger, where: str, parameters: dict[str, object]) -> Sequence[IncidentLine]:
    # The conditions are this module's own words; every value goes in as a parameter.
    rows = ledger.rows(
        f"SELECT {_LINE} FROM main.incidents WHERE {where} "  # noqa: S608
        "ORDER BY coalesce(occurred_on, timezone('UTC', first_reported_at)::DATE), incident_id",
        parameters,
    )
    return tuple(
        IncidentLine(
            id=row[0],
            event_type=row[1],
            status=row[2],
            modes=tuple(row[3]),
            facilities=tuple(row[4]),
            facility_ids=tuple(row[5]),
            place=row[6],
            country=row[7],
            occurred_on=row[8],
            first_reported_at=row[9],
        )
        for row in rows
    )


def _get_follow_ups(ledger: Ledger, incident_id: str) -> tuple[FollowingArticle, ...]:
    rows = ledger.rows(
        "SELECT article_id, version_id, url, title, publisher, published_at, score, reason FROM main.follow_ups "
        "WHERE incident_id = ? ORDER BY published_at NULLS LAST, article_id",
        [incident_id],
    )
    return tuple(
        FollowingArticle(
            article_id=row[0], version_id=row[1], url=row[2], title=row[3], publisher=row[4], published_at=row[5],
            score=row[6], reason=row[7],
        )
        for row in rows
    )  # fmt: skip


def _get_offline(ledger: Ledger, incident_id: str) -> tuple[OfflineSpan, ...]:
    rows = ledger.rows(
        "SELECT facility_id, facility, day, offline, unit, share, end_known, incident_ids FROM main.facility_timeline "
        "WHERE list_contains(incident_ids, ?) ORDER BY facility_id, unit NULLS FIRST, day",
        [incident_id],
    )
    spans: list[list[Row]] = []
    for row in rows:
        last = spans[-1][-1] if spans else None
        alike = last is not None and (last[0], *last[3:]) == (row[0], *row[3:]) and (row[2] - last[2]).days == 1
        if alike:
            spans[-1].append(row)
        else:
            spans.append([row])
    return tuple(
        OfflineSpan(
            facility_id=span[0][0],
            facility=span[0][1],
            first_on=span[0][2],
            last_on=span[-1][2],
            amount=span[0][3],
            unit=span[0][4],
            share=span[0][5],
            end_known=span[0][6],
            others=tuple(one for one in span[0][7] if one != incident_id),
        )
        for span in spans
    )
