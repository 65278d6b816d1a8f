"""Events of many documents become incidents: pairs are scored, vetoed, and joined or founded.

Pure: the same reports and known incidents give the same resolution, whatever the order in which they come.
The score and its parts are explained in docs/design/resolution.md.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from nlp.blocking import Book, Texts
from nlp.fold_values import told_at
from nlp.likely_pairs import compare_touched
from nlp.pair_features import compare_follow_up, compare_report
from nlp.pairing import (
    RESOLVED_FACTUALITIES,
    Case,
    interval_of,
    named_targets,
    points_of,
)
from nlp.records import HAPPENINGS, FollowUp, Report
from nlp.resolver_model import ResolverModel, load_resolver_model

FOLLOW_RELEVANCE = 0.1  # the least relevance of an article that may follow an incident up: mourning towns score low
SURE = 0.9  # the least score of one site on the same days, and of an edited article beside its earlier version


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One event belongs to one incident; an event with several targets belongs to a parent and its children."""

    event_id: str
    incident_id: str
    founded: bool
    score: float
    reason: str
    facility_id: str | None = None  # the one target that this child incident is about
    resolved_id: str | None = None  # the resolver's own choice, where decisions (nlp/decisions.py) were followed


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Two incidents that may be one: for the analyst to decide."""

    incident_id: str
    other_id: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """An article that tells no happening of its own follows up an incident."""

    article_id: str
    incident_id: str
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
    follow_ups: tuple[FollowUp, ...] = ()
    told: bool = True  # False: every telling has been taken back; only an edited one of them can find it


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    assignments: tuple[Assignment, ...]
    parents: tuple[tuple[str, str], ...]  # (child id, parent id), new or changed
    suggestions: tuple[Suggestion, ...]
    withdrawn: tuple[tuple[str, str], ...] = ()  # pairs that were compared and do not look like one
    followings: tuple[Following, ...] = ()


def resolve(
    reports: Iterable[Report],
    known: Iterable[KnownIncident] = (),
    follow_ups: Iterable[FollowUp] = (),
    *,
    model: ResolverModel | None = None,
) -> Resolution:
    """Attaches each report to a known incident or founds one; then each follow-up to the incident that it follows up.

    Reports of gradings and types that make no incident (sanctions, market moves, precedent, advice) are left out, and
    so are follow-ups that follow up nothing. `model` is the shipped one unless given.
    """
    night = sorted(filter(makes_incident, reports), key=_order)
    waiting = sorted(follow_ups, key=lambda one: (one.told_at, one.article_id))
    incidents = sorted(known, key=lambda incident: incident.id)
    words = {one.article_id: one.words for incident in incidents for one in incident.reports}
    words |= {one.article_id: one.words for incident in incidents for one in incident.follow_ups}
    words |= {one.article_id: one.words for one in night}
    words |= {one.article_id: one.words for one in waiting}
    texts = Texts(words)
    book = Book(texts)
    for incident in incidents:
        book.add(_case_of(incident))
    untold = frozenset(incident.id for incident in incidents if not incident.told)
    resolver = _Resolver(book, texts, model or load_resolver_model(), untold)
    for report in night:
        resolver.place(report)
    resolver.suggest()
    for follow_up in waiting:
        resolver.follow(follow_up)
    return Resolution(
        assignments=tuple(resolver.assignments),
        parents=tuple(sorted(resolver.parents.items())),
        suggestions=tuple(resolver.suggestions),
        withdrawn=tuple(resolver.withdrawn),
        followings=tuple(resolver.followings),
    )


def incidents_of(resolution: Resolution, reports: Iterable[Report]) -> dict[str, set[str]]:
    """The incidents that each article tells of or follows up; a parent only where none of its children is told."""
    articles = {report.event_id: report.article_id for report in reports}
    told: dict[str, set[str]] = defaultdict(set)
    for assignment in resolution.assignments:
        told[articles[assignment.event_id]].add(assignment.incident_id)
    for following in resolution.followings:
        told[following.article_id].add(following.incident_id)
    parents = dict(resolution.parents)
    return {article: found - {parents[one] for one in found if one in parents} for article, found in told.items()}


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


class _Resolver:
    def __init__(self, book: Book, texts: Texts, model: ResolverModel, untold: frozenset[str]) -> None:
        self.book = book
        self.assignments: list[Assignment] = []
        self.parents: dict[str, str] = {}
        self.suggestions: list[Suggestion] = []
        self.withdrawn: list[tuple[str, str]] = []
        self.followings: list[Following] = []
        self._texts = texts
        self._model = model
        self._untold = untold  # nothing follows up what nobody tells

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

    def suggest(self) -> None:
        """Names the pairs that may be one, each as it stands after the night; what no longer looks so is withdrawn."""
        founded = {one.incident_id for one in self.assignments if one.founded}
        touched = [self.book.cases[one.incident_id] for one in self.assignments]
        for case, other, score, reason in compare_touched(touched, self.book, self._score_unless_apart):
            newer, older = (other, case) if _age(other, founded) > _age(case, founded) else (case, other)
            if score < self._model.suggest:
                if newer.id not in founded:
                    self.withdrawn.append((newer.id, older.id))
                continue
            self.suggestions.append(
                Suggestion(incident_id=newer.id, other_id=older.id, score=round(score, 3), reason=reason)
            )

    def _score_unless_apart(self, report: Report, case: Case) -> tuple[float, str] | None:
        pair = compare_report(report, case, self._texts.alike)
        if pair.veto is not None:
            return None
        score = self._model.score(pair.values)
        return max(score, SURE) if pair.sure else score, ", ".join(pair.reasons)

    def follow(self, follow_up: FollowUp) -> None:
        best: tuple[float, Case, str] | None = None
        for case in self.book.candidates_of(follow_up):
            if case.id in self._untold:
                continue
            pair = compare_follow_up(follow_up, case, self._texts.alike)
            score = self._model.score(pair.values) if pair.veto is None else 0.0
            if score >= self._model.follow and (best is None or score > best[0]):
                best = (score, case, ", ".join(pair.reasons))
        if best is None:
            return
        score, case, reason = best
        case.follow(follow_up)
        self.book.add(case)
        self.followings.append(
            Following(
                article_id=follow_up.article_id, incident_id=case.id, score=round(score, 3), reason=reason or "likeness"
            )
        )

    def _join_or_found(self, report: Report, *, facility_id: str | None, parent: bool = False) -> Case:
        found = [
            (score, case, reason)
            for case in self.book.candidates(report)
            if case.is_parent == parent
            for score, reason in (self._score(report, case),)
            if score >= self._model.join
        ]
        found.sort(key=lambda one: (-one[0], one[1].id))
        if found:
            score, case, reason = found[0]
            founded = False
        else:
            case = Case(id=incident_id(report.event_id, facility_id), is_parent=parent)
            score, reason, founded = 1.0, "the first report of it", True
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

    def _score(self, report: Report, case: Case) -> tuple[float, str]:
        pair = compare_report(report, case, self._texts.alike)
        if pair.veto is not None:
            return 0.0, pair.veto
        score = self._model.score(pair.values)
        reasons = pair.reasons
        if report.article_id in case.articles and all(r.article_id != report.article_id for r in case.reports):
            score = max(score, SURE)
            reasons = [*reasons, "an earlier version of this article"]
        elif pair.sure:
            score = max(score, SURE)
        return score, ", ".join(reasons)


def _order(report: Report) -> tuple[date, bool, bool, date, str]:
    # Day by day, as the night would have met them; within a day the specific found incidents and the vague join them.
    # The last key makes the order total.
    event = report.event
    return (
        told_at(report).date(), not named_targets(event), not points_of(event), interval_of(report)[0], report.event_id,
    )  # fmt: skip


def _age(case: Case, founded: set[str]) -> tuple[bool, datetime, str]:
    """What sorts incidents by when the ledger came to know them, the newer last."""
    return case.id in founded, min(case.told_at.values()), case.id


def _case_of(incident: KnownIncident) -> Case:
    case = Case(id=incident.id, is_parent=incident.is_parent, parent_id=incident.parent_id)
    for report in sorted(incident.reports, key=lambda report: report.event_id):
        case.absorb(report)
    case.articles |= incident.article_ids
    for follow_up in sorted(incident.follow_ups, key=lambda one: one.article_id):
        case.follow(follow_up)
    return case
