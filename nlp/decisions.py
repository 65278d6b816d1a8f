"""What analysts decide about incidents: which reports belong together, which values hold, what stands and what falls.

Pure. The machine gives each event to an incident; decisions, in their order, say to which incident it belongs in fact.
They speak of articles, not of events, whose ids change with the models: so they hold whatever reads the article next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from datetime import date, datetime
from typing import Any, Literal

from nlp.fold import IncidentFields, fold
from nlp.outages import count_days
from nlp.records import Report
from nlp.resolve import incident_id

Kind = Literal["merge", "split", "correct", "confirm", "dismiss", "apart"]
Verdict = Literal["confirmed", "dismissed"]
MERGED = "merged"
DISMISSED = "dismissed"
RETRACTED = "retracted"
_GOES_ON = ("occurred", "ongoing", "partly_restored")  # what was interrupted is not, or not wholly, back
_MOVES_END = frozenset({"status", "occurred_on"})
CLOSED = frozenset({MERGED, DISMISSED})  # statuses that only an analyst gives


class DecisionError(ValueError):
    """A decision that cannot be taken; the message says why and what can be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision of an analyst; a withdrawn one stays on record."""

    id: str
    kind: Kind
    incident_id: str
    other_id: str | None = None  # merge: what it is part of; split: the new incident; apart: the other of the pair
    article_ids: tuple[str, ...] = ()  # split: whose reports leave
    field: str | None = None  # correct
    value: Mapping[str, Any] = made_by(default_factory=dict)  # correct: columns and what they hold, as JSON types
    note: str | None = None
    by: str
    at: datetime  # UTC
    withdrawn: bool = False
    new: bool = made_by(default=False, compare=False)  # taken by the call that gave it, not found standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What stands about one incident, whatever its reports say."""

    values: Mapping[str, Any]  # columns that were corrected
    verdict: Verdict | None = None
    by: str | None = None
    at: datetime | None = None


NO_RULING = Ruling(values={})


@dataclass(frozen=True, slots=True)
class _Move:
    source: str
    target: str
    articles: frozenset[str] | None  # None: all


class Partition:
    """Where everything belongs once the decisions are followed in their order."""

    def __init__(self, decisions: Sequence[Decision]) -> None:
        self._moves: list[_Move] = []
        self.splits: dict[str, tuple[str, frozenset[str]]] = {}  # new incident -> that it left, articles
        self.decided: set[str] = set()  # incidents that a decision speaks of
        apart: list[tuple[str, str]] = []
        for one in decisions:
            if one.kind == "apart" and one.other_id is not None and not one.withdrawn:
                apart.append((one.incident_id, one.other_id))
            elif one.kind == "split" and one.other_id is not None:
                if one.withdrawn:  # what was split off goes back, with all that has joined it since
                    self._merge(one.other_id, one.incident_id)
                else:
                    articles = frozenset(one.article_ids)
                    self._moves.append(_Move(one.incident_id, one.other_id, articles))
                    self.splits[one.other_id] = (one.incident_id, articles)
            elif one.kind == "merge" and one.other_id is not None and not one.withdrawn:
                self._merge(one.incident_id, one.other_id)
            if not one.withdrawn:
                self.decided |= {one.incident_id} if one.other_id is None else {one.incident_id, one.other_id}
        self._apart = {frozenset((self.survivor(a), self.survivor(b))) for a, b in apart}

    def _merge(self, source: str, target: str) -> None:
        target = self.survivor(target)
        if source != target:  # else a withdrawal has made it void
            self._moves.append(_Move(source, target, None))

    @property
    def involved(self) -> frozenset[str]:
        """Every incident that a merge or a split names, also a withdrawn split."""
        return frozenset(name for move in self._moves for name in (move.source, move.target))

    @property
    def merged(self) -> dict[str, str]:
        """The incidents that are part of another, each with the one that it went to in the end."""
        sources = {move.source for move in self._moves if move.articles is None}
        return {one: self.survivor(one) for one in sorted(sources) if self.survivor(one) != one}

    def survivor(self, incident: str) -> str:
        """The incident that this one is part of now: itself unless it was merged."""
        for move in self._moves:
            if move.articles is None and move.source == incident:
                incident = move.target
        return incident

    def place(self, incident: str, article_id: str) -> str:
        """The incident to which an article's report belongs that the machine gave to `incident`."""
        for move in self._moves:
            if move.source == incident and (move.articles is None or article_id in move.articles):
                incident = move.target
        return incident

    def parent(self, child: str, machine_parent: str | None, article_ids: Iterable[str]) -> str | None:
        """The parent of an incident: the survivor of the machine's, or what was split off it with all the articles."""
        if machine_parent is None:
            return None
        told_by = set(article_ids)
        parent = self.survivor(machine_parent)
        for new, (left, articles) in self.splits.items():
            if self.survivor(left) == parent and told_by and told_by <= articles:
                parent = self.survivor(new)
        return None if parent == self.survivor(child) else parent

    def are_split(self, one: str, other: str) -> bool:
        """Whether one of the two was split off the other, or both off a third."""
        return self._origin(one) == self._origin(other)

    def _origin(self, incident: str) -> str:
        seen = {incident}
        while incident in self.splits and self.splits[incident][0] not in seen:
            incident = self.splits[incident][0]
            seen.add(incident)
        return incident

    def are_apart(self, one: str, other: str) -> bool:
        """Whether an analyst has said that these two are not one."""
        return frozenset((self.survivor(one), self.survivor(other))) in self._apart


def split_id(decision_id: str) -> str:
    """The id of the incident that a split makes."""
    return incident_id(decision_id)


def check_merge(partition: Partition, source: str, target: str) -> None:
    """Raises DecisionError where `source` cannot become part of `target`."""
    if source == target:
        raise DecisionError(f"{source} cannot be merged with itself")
    end = partition.survivor(source)
    if end != source:
        raise DecisionError(f"{source} is part of {end} already; name {end}, or take that merge back first")
    if partition.survivor(target) == source:
        raise DecisionError(
            f"{target} is part of {source} already: the other way round would be a circle; take that merge back first"
        )


def make_rulings(decisions: Sequence[Decision]) -> dict[str, Ruling]:
    """What the standing corrections and verdicts say of each incident; the later one counts."""
    values: dict[str, dict[str, Any]] = {}
    verdicts: dict[str, Decision] = {}
    for one in decisions:
        if one.withdrawn:
            continue
        if one.kind == "correct":
            values.setdefault(one.incident_id, {}).update(one.value)
        elif one.kind in ("confirm", "dismiss"):
            verdicts[one.incident_id] = one
    found: dict[str, Ruling] = {}
    for incident in sorted({*values, *verdicts}):
        said = verdicts.get(incident)
        found[incident] = Ruling(
            values=values.get(incident, {}),
            verdict=None if said is None else "confirmed" if said.kind == "confirm" else "dismissed",
            by=said.by if said else None,
            at=said.at if said else None,
        )
    return found


def rule(fields: IncidentFields, ruling: Ruling) -> IncidentFields:
    """The fold with the analyst's corrections above it."""
    if ruling.values:
        told_back = fields.restored_on
        fields = replace(fields, **{name: _field(name, value) for name, value in ruling.values.items()})
        if not _MOVES_END.isdisjoint(ruling.values):
            fields = _end_anew(fields, told_back)
    return replace(fields, status=DISMISSED) if ruling.verdict == "dismissed" else fields


def _end_anew(fields: IncidentFields, told_back: date | None) -> IncidentFields:
    """The end of an interruption as the corrected status and day leave it; what no report says stays open."""
    began, ended = fields.occurred_on, told_back
    if fields.status != "restored" or (ended is not None and began is not None and ended < began):
        ended = None
    # What is not back after all was out on the day on which it was told to be back, too.
    out_until = max(filter(None, (fields.out_until, told_back)), default=None) if fields.out_until else None
    countable = ended is not None or fields.status in _GOES_ON
    if began is None or out_until is None or not countable or fields.date_precision not in ("day", "hour"):
        return replace(fields, restored_on=ended, days_out=None)
    return replace(fields, restored_on=ended, days_out=count_days(began, ended, out_until))


def fold_decided(
    told: Mapping[str, Sequence[Report]],
    machine_parents: Mapping[str, str | None],
    partition: Partition,
    rulings: Mapping[str, Ruling],
) -> dict[str, IncidentFields]:
    """The fold of each incident that has reports, with the analyst's decisions above it."""
    found: dict[str, IncidentFields] = {}
    for one, reports in told.items():
        if reports:
            articles = {report.article_id for report in reports}
            parent = partition.parent(one, machine_parents.get(one), articles)
            fields = rule(fold(reports, parent_id=parent), rulings.get(one, NO_RULING))
            kept = partition.survivor(fields.parent_id) if fields.parent_id is not None else None
            found[one] = replace(fields, parent_id=None if kept == one else kept)
    return found


def describe(decision: Decision) -> str:
    """A decision in words, without who and when."""
    one, other = decision.incident_id, decision.other_id
    match decision.kind:
        case "merge":
            return f"{one} is part of {other}"
        case "split":
            count = len(decision.article_ids)
            return f"{count} {'article' if count == 1 else 'articles'} of {one} told another incident, {other}"
        case "correct":
            told = ", ".join(f"{name} is {_told(value)}" for name, value in decision.value.items())
            return f"{one}: {told}"
        case "confirm":
            return f"{one} is confirmed"
        case "dismiss":
            return f"{one} is no incident"
        case "apart":
            return f"{one} and {other} are two"


def _told(value: Any) -> str:
    if value is None or value == []:
        return "none"
    if isinstance(value, list):
        return ", ".join(_told_loss(*part) if isinstance(part, list) else str(part) for part in value)
    return str(value)


def _told_loss(unit: str, low: float | None, high: float | None) -> str:
    told = [f"{value:,.10g}" for value in (low, high) if value is not None]
    if low is None or high is None:
        return f"{'up to' if low is None else 'at least'} {' '.join(told)} {unit}"
    return f"{told[0]} {unit}" if low == high else f"{' to '.join(told)} {unit}"


def _field(name: str, value: Any) -> Any:
    if name in ("occurred_on", "occurred_until") and value is not None:
        return date.fromisoformat(value)
    if name == "losses":
        return tuple((unit, low, high) for unit, low, high in value)
    return tuple(value) if isinstance(value, list) else value
