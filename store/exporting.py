"""Incidents as other programs get them: which have changed since a moment, and each with all that the ledger holds."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from store.database import Ledger, Row
from store.export_queries import (
    ACTORS,
    CHANGED,
    FACILITIES,
    POSITIONS,
    REPORT,
    REPORTS,
    STATUSES,
    TELLINGS,
    TOLD,
    UNTOLD,
)
from store.records import Fact, Revision
from store.views import get_incidents

BATCH = 1000  # incidents in memory at once; with their facts some 100 MB
# Columns of main.incidents, in the order of ExportedIncident.
_COLUMNS = (
    "incident_id", "status", "event_type", "factuality", "credibility", "evidence_tier", "confidence", "occurred_on",
    "occurred_until", "date_precision", "country", "countries", "place", "latitude", "longitude", "facility_ids",
    "facilities", "facility_type", "modes", "risks", "actors", "claimed_by", "killed_min", "killed_max", "killed_low",
    "killed_high", "injured_min", "injured_max", "injured_low", "injured_high", "days_out", "restored_on", "reports",
    "independent_reports", "parent_id", "merged_into", "verdict", "reviewed_at", "first_reported_at",
    "last_reported_at", "created_at",
)  # fmt: skip
# Which revisions tell that an incident has left a filter.
_FILTERED = {
    "risks": ("risks",), "countries": ("country", "countries"), "facilities": ("facility_ids", "facilities"),
    "event_types": ("event_type",),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportWish:
    """Which incidents are wanted; an empty filter takes all."""

    since: datetime | None = None  # created, revised or newly reported at or after
    until: datetime | None = None  # and not changed any more from then on
    risks: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()  # ISO 3166-1 alpha-2
    facilities: tuple[str, ...] = ()  # ids, or parts of names
    event_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What was lost of one unit: the best value, and the range over the last words of all origins."""

    unit: str
    minimum: float | None
    maximum: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedReport:
    """One article that tells an incident, or that no longer does."""

    incident_id: str
    article_id: str
    version_id: str | None  # None: of an article that no longer tells it
    url: str
    title: str
    publisher: str
    family: str
    wire: str | None
    origin: str | None  # whose words these are
    source_id: str
    reliability: str | None  # Admiralty grade, A to F
    language: str | None
    published_at: datetime | None
    fetched_at: datetime
    attached_at: datetime | None
    page_sha256: str | None  # of the page as fetched
    article_created_at: datetime
    tells: tuple[str, ...]  # every incident that the article tells now
    told: tuple[str, ...]  # every incident that it once told and no longer does
    article_changed_at: datetime  # the last change of any of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A facility or an actor that incidents name, with the times of the first and the last change of these."""

    key: str  # facility id; name of the actor
    name: str
    kind: str | None  # facility type; armed_group, state_force ... of an actor
    country: str | None  # of the actor
    countries: tuple[str, ...]  # of the facility
    operator: str | None
    first_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedIncident:
    """One incident; the columns are those of the view incidents."""

    incident_id: str
    status: str
    event_type: str
    factuality: str
    credibility: int | None
    evidence_tier: str | None
    confidence: float
    occurred_on: date | None
    occurred_until: date | None
    date_precision: str | None
    country: str | None
    countries: tuple[str, ...]
    place: str | None
    latitude: float | None
    longitude: float | None
    facility_ids: tuple[str, ...]
    facilities: tuple[str, ...]
    facility_type: str | None
    modes: tuple[str, ...]
    risks: tuple[str, ...]
    actors: tuple[str, ...]
    claimed_by: tuple[str, ...]
    killed_min: int | None
    killed_max: int | None
    killed_low: int | None
    killed_high: int | None
    injured_min: int | None
    injured_max: int | None
    injured_low: int | None
    injured_high: int | None
    days_out: int | None
    restored_on: date | None
    reports: int
    independent_reports: int
    parent_id: str | None
    merged_into: str | None
    verdict: str | None
    reviewed_at: datetime | None
    first_reported_at: datetime
    last_reported_at: datetime
    created_at: datetime
    changed_at: datetime  # created, revised, newly reported or read anew
    position_precision: str | None  # facility, locality, admin1, country, offshore, unknown; None: no position
    losses: tuple[Loss, ...]
    told: tuple[ExportedReport, ...] = ()
    untold: tuple[ExportedReport, ...] = ()  # articles that no longer tell it
    facts: tuple[Fact, ...] = ()
    revisions: tuple[Revision, ...] = ()


class Export:
    """What is to be exported of one opened ledger; it reads in batches, so that any number fits in memory."""

    def __init__(self, ledger: Ledger, wish: ExportWish) -> None:
        self._ledger = ledger
        ledger.execute(CHANGED)
        ledger.execute(*_select(wish))
        ledger.execute(POSITIONS)
        self.ids = [row[0] for row in ledger.rows("SELECT incident_id FROM export_asked ORDER BY number")]
        row = ledger.row("SELECT max(changed_at) FROM export_changed")
        self.mark: datetime | None = row[0] if row else None  # of the whole ledger: the next --since

    def read(self, *, told: bool = False, facts: bool = False) -> Iterator[list[ExportedIncident]]:
        """The incidents in the order in which the ledger learned of them, some at a time; `facts` brings revisions."""
        if told:  # joined once for all: batch by batch each would look through the archive
            for sql in (TOLD, UNTOLD, TELLINGS):
                self._ledger.execute(sql)
        for first in range(0, len(self.ids), BATCH):
            yield self._read(first, told=told, facts=facts)

    def get_statuses(self) -> dict[str, str]:
        """Of every incident of the ledger its status; of one that was closed the last before that."""
        return dict(self._ledger.rows(STATUSES))

    def get_facilities(self) -> dict[str, Reference]:
        """The facilities that any incident of the ledger names, by id."""
        return {row[0]: _reference(row) for row in self._ledger.rows(FACILITIES)}

    def get_actors(self) -> dict[str, Reference]:
        """The actors that any incident of the ledger names, by name."""
        return {row[0]: _reference(row) for row in self._ledger.rows(ACTORS)}

    def _read(self, first: int, *, told: bool, facts: bool) -> list[ExportedIncident]:
        ids = self.ids[first : first + BATCH]
        views = {view.id: view for view in get_incidents(self._ledger, ids)} if facts else {}
        slots = {"first": first, "after": first + BATCH}
        rows = {
            row[0]: row
            for row in self._ledger.rows(
                f"SELECT {', '.join(f'i.{name}' for name in _COLUMNS)}, c.changed_at, p.precision, i.losses::VARCHAR "  # noqa: S608
                "FROM main.incidents i JOIN export_changed c ON c.incident_id = i.incident_id "
                "LEFT JOIN export_position p ON p.incident_id = i.incident_id WHERE i.incident_id IN "
                "(SELECT incident_id FROM export_asked WHERE number >= $first AND number < $after)",
                slots,
            )
        }
        reports = self._get_reports(slots) if told else {}
        return [
            _make(
                rows[one],
                told=tuple(report for report in reports.get(one, ()) if report.version_id is not None),
                untold=tuple(report for report in reports.get(one, ()) if report.version_id is None),
                facts=views[one].facts if one in views else (),
                revisions=views[one].revisions if one in views else (),
            )
            for one in ids
        ]

    def _get_reports(self, slots: dict[str, int]) -> dict[str, list[ExportedReport]]:
        reports: dict[str, list[ExportedReport]] = defaultdict(list)
        for row in self._ledger.rows(REPORTS, slots):
            *values, tells, told, changed_at = row
            reports[row[0]].append(
                ExportedReport(
                    **dict(zip(REPORT, values, strict=True)),
                    tells=tuple(tells or ()),
                    told=tuple(told or ()),
                    article_changed_at=changed_at,
                )
            )
        return reports


def _select(wish: ExportWish) -> tuple[str, dict[str, object]]:
    # An incident that has left the filter since is told once more, as it is now: else its old state would stand.
    filters = {
        "risks": "list_has_any(i.risks, $risks)",
        "countries": "(list_contains($countries, i.country) OR list_has_any(i.countries, $countries))",
        "facilities": "(list_has_any(i.facility_ids, $facilities) OR list_bool_or(list_transform($facilities, "
        "lambda f: contains(lower(array_to_string(i.facilities, ' / ')), lower(f)))))",
        "event_types": "list_contains($event_types, i.event_type)",
    }
    parameters: dict[str, object] = {}
    clauses = []
    for name, sql in filters.items():
        wanted = getattr(wish, name)
        if not wanted:
            continue
        parameters[name] = list(wanted)
        fields = ", ".join(f"'{field}'" for field in _FILTERED[name])
        left = (
            " OR i.incident_id IN (SELECT r.incident_id FROM revision r "  # noqa: S608
            f"WHERE r.revised_at >= $since AND r.field IN ({fields}))"
            if wish.since is not None
            else ""
        )
        clauses.append(f"({sql}{left})")
    for name, sign in (("since", ">="), ("until", "<")):
        moment = getattr(wish, name)
        if moment is not None:
            parameters[name] = moment
            clauses.append(f"c.changed_at {sign} ${name}")
    where = " AND ".join(clauses) or "true"
    sql = f"""
        CREATE OR REPLACE TEMP TABLE export_asked AS
        SELECT row_number() OVER (ORDER BY i.created_at, i.incident_id) - 1 AS number, i.incident_id
        FROM incident i JOIN export_changed c ON c.incident_id = i.incident_id WHERE {where} ORDER BY number
    """  # noqa: S608
    return sql, parameters


def _make(
    row: Row,
    *,
    told: tuple[ExportedReport, ...],
    untold: tuple[ExportedReport, ...],
    facts: tuple[Fact, ...],
    revisions: tuple[Revision, ...],
) -> ExportedIncident:
    values: dict[str, Any] = dict(zip(_COLUMNS, row, strict=False))
    for name, value in values.items():
        if isinstance(value, list):
            values[name] = tuple(value)
    losses = json.loads(row[-1]) or []
    return ExportedIncident(
        **values,
        changed_at=row[-3],
        position_precision=row[-2],
        losses=tuple(
            Loss(
                unit=one["unit"],
                minimum=one.get("minimum"),
                maximum=one.get("maximum"),
                low=one.get("low", one.get("minimum")),
                high=one.get("high", one.get("maximum")),
            )
            for one in losses
        ),
        told=told,
        untold=untold,
        facts=facts,
        revisions=revisions,
    )


def _reference(row: Row) -> Reference:
    return Reference(
        key=row[0], name=row[1], kind=row[2], country=row[3], countries=tuple(row[4] or ()), operator=row[5],
        first_at=row[6], changed_at=row[7],
    )  # fmt: skip
