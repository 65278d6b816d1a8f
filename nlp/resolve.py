"""Events of many documents become incidents: pairs are scored, vetoed, and joined or founded.

Pure: the same reports and known incidents give the same resolution, whatever the order in which they come.
The score and its parts are explained in docs/design/resolution.md.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from nlp.pairing import (
    RESOLVED_FACTUALITIES,
    Case,
    countries_of,
    interval_of,
    named_targets,
    points_of,
    score_pair,
    system_of,
    vessels_of,
)
from nlp.records import HAPPENINGS, Report

JOIN = 0.7  # at or above: the same incident
SUGGEST = 0.55  # from here to JOIN: kept apart, and the pair is named for the analyst


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One event belongs to one incident; an event with several targets belongs to a parent and its children."""

    event_id: str
    incident_id: str
    founded: bool
    score: float
    reason: str
    facility_id: str | None = None  # the one target that this child incident is about


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Two incidents that may be one: for the analyst to decide."""

    incident_id: str
    other_id: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIncident:
    """An incident of earlier nights with the reports it rests on."""

    id: str
    reports: tuple[Report, ...]
    parent_id: str | None = None
    is_parent: bool = False
    article_ids: frozenset[str] = frozenset()  # also those whose event an edit has superseded


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    assignments: tuple[Assignment, ...]
    parents: tuple[tuple[str, str], ...]  # (child id, parent id), new or changed
    suggestions: tuple[Suggestion, ...]


def resolve(reports: Iterable[Report], known: Iterable[KnownIncident] = ()) -> Resolution:
    """Attaches each report to a known incident or founds one.

    Reports of gradings and types that make no incident (sanctions, market moves, precedent, advice) are left out.
    """
    book = _Book()
    for incident in sorted(known, key=lambda incident: incident.id):
        book.add(_case_of(incident))
    resolver = _Resolver(book)
    for report in sorted(filter(makes_incident, reports), key=_order):
        resolver.place(report)
    return Resolution(
        assignments=tuple(resolver.assignments),
        parents=tuple(sorted(resolver.parents.items())),
        suggestions=tuple(resolver.suggestions),
    )


def makes_incident(report: Report) -> bool:
    """Whether a report is of a type and grading that the ledger keeps as an incident."""
    event = report.event
    return event.event_type in HAPPENINGS and event.factuality in RESOLVED_FACTUALITIES


def restrict(report: Report, facility_id: str | None) -> Report:
    """A report of several targets as it speaks of one: that facility alone, without the totals."""
    if facility_id is None:
        return report
    kept = tuple(f for f in report.event.facilities if f.facility_id == facility_id)
    country = kept[0].countries[0] if kept and len(kept[0].countries) == 1 else report.event.country
    event = replace(
        report.event,
        facilities=kept,
        facility_type=kept[0].facility_type if kept else report.event.facility_type,
        places=(),
        country=country,
        killed=None,
        injured=None,
        missing=None,
        detained=None,
        quantities=(),
    )
    return replace(report, event=event, quantities=())


def incident_id(event_id: str, facility_id: str | None = None) -> str:
    """The id of the incident that an event founds: stable, never reused."""
    seed = event_id if facility_id is None else f"{event_id}:{facility_id}"
    return "inc-" + hashlib.sha256(seed.encode()).hexdigest()[:12]


class _Book:
    """The incidents that a report is compared with: blocked, so that cost grows with the night."""

    def __init__(self) -> None:
        self.cases: dict[str, Case] = {}
        self._index: dict[tuple[str, object], set[str]] = defaultdict(set)

    def add(self, case: Case) -> None:
        self.cases[case.id] = case
        self.reindex(case)

    def reindex(self, case: Case) -> None:
        for key in _keys(case.facility_ids | case.vessels, case.countries, case.points, case.stories, case.articles):
            self._index[key].add(case.id)

    def candidates(self, report: Report) -> list[Case]:
        event = report.event
        stories = {report.story_id} if report.story_id else set()
        facilities = {f.facility_id for f in named_targets(event) if f.facility_id} | vessels_of(event)
        found: set[str] = set()
        for key in _keys(facilities, countries_of(event), points_of(event), stories, {report.article_id}):
            found |= self._index.get(key, set())
        return [self.cases[case_id] for case_id in sorted(found)]


class _Resolver:
    def __init__(self, book: _Book) -> None:
        self.book = book
        self.assignments: list[Assignment] = []
        self.parents: dict[str, str] = {}
        self.suggestions: list[Suggestion] = []

    def place(self, report: Report) -> None:
        targets = named_targets(report.event)
        if len(targets) < 2:
            self._join_or_found(report, facility_id=None)
            return
        parent = self._join_or_found(report, facility_id=None, parent=True)
        for target in targets:
            child = self._join_or_found(restrict(report, target.facility_id), facility_id=target.facility_id)
            if child.parent_id is None:
                child.parent_id = parent.id
                self.parents[child.id] = parent.id

    def _join_or_found(self, report: Report, *, facility_id: str | None, parent: bool = False) -> Case:
        best: tuple[float, Case, str] | None = None
        for case in self.book.candidates(report):
            if case.is_parent != parent:
                continue
            score, reason = score_pair(report, case)
            if score >= SUGGEST and (best is None or score > best[0]):
                best = (score, case, reason)
        if best is not None and best[0] >= JOIN:
            score, case, reason = best
            founded = False
        else:
            case = Case(id=incident_id(report.event_id, facility_id), is_parent=parent)
            score, reason, founded = 1.0, "the first report of it", True
            if best is not None:
                self.suggestions.append(
                    Suggestion(incident_id=case.id, other_id=best[1].id, score=round(best[0], 3), reason=best[2])
                )
        case.absorb(report)
        self.book.add(case)
        self.assignments.append(
            Assignment(
                event_id=report.event_id,
                incident_id=case.id,
                founded=founded,
                score=round(score, 3),
                reason=reason,
                facility_id=facility_id,
            )
        )
        return case


def _order(report: Report) -> tuple[bool, bool, bool, date, str]:
    # The specific found incidents, the vague join them; the last key makes the order total.
    event = report.event
    return (not named_targets(event), not points_of(event), event.date is None, interval_of(report)[0], report.event_id)


def _case_of(incident: KnownIncident) -> Case:
    case = Case(id=incident.id, is_parent=incident.is_parent, parent_id=incident.parent_id)
    for report in sorted(incident.reports, key=lambda report: report.event_id):
        case.absorb(report)
    case.articles |= incident.article_ids
    return case


def _keys(
    facilities: Iterable[str],
    countries: Iterable[str],
    points: Sequence[tuple[float, float, bool]],
    stories: Iterable[str],
    articles: Iterable[str],
) -> list[tuple[str, object]]:
    keys: list[tuple[str, object]] = [("facility", name) for name in facilities]
    keys += [("system", system_of(name)) for name in facilities if system_of(name) is not None]
    keys += [("country", name) for name in countries]
    keys += [("story", name) for name in stories]
    keys += [("article", name) for name in articles]
    for latitude, longitude, _ in points:
        row, column = int(latitude // 2), int(longitude // 2)
        keys += [("cell", (row + r, column + c)) for r in (-1, 0, 1) for c in (-1, 0, 1)]
    if not keys:
        keys.append(("nowhere", None))
    return keys
