"""Decides which alerts fire: (incidents, rules, what was fired before, now) -> alerts with their reasons.

A rule fires once for an incident and again only where it got worse than at the last firing; an alert whose incident
falls is followed up once. What is written here in code stands in words in docs/design/alerts.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from nlp.records import HAPPENED
from reports.alert_rules import AlertRule, comparable, match_rule, tier_rank, told_killed, told_losses
from reports.records import Level
from reports.sentences import state_of
from reports.severity import LEVELS, grade_severity
from reports.words import TIER_WORDS
from store.records import IncidentView

Kind = Literal["first", "worse", "fallen", "known"]  # known: matched and not told, so that only a change tells it

# Early figures of one event lie a third apart or less; half as much again is more than a second source's rounding.
LARGER = 1.5
DEADLIER = 1.1  # and at least one more: of small tolls every death counts
FALLEN = {
    "denied": "it has since been denied",
    "disputed": "it is now disputed: told by some, denied by others",
    "retracted": "no article tells it any more",
    "dismissed": "an analyst has dismissed it",
    "merged": "an analyst has made it part of another incident",
    "foiled": "it is now said to have been foiled",
}
# How far an incident reaches; only a step up is an escalation, and none that ends with all restored.
_REACH = {
    "denied": 0, "hypothetical": 0, "recommended": 0, "exercise": 0, "historical": 0, "foiled": 1, "planned": 1,
    "threatened": 1, "disputed": 2, "restored": 3, "partly_restored": 4, "occurred": 4, "asserted": 4, "attributed": 4,
    "ongoing": 5,
}  # fmt: skip
_AHEAD = frozenset({"planned", "threatened", "hypothetical", "recommended"})
_UNTOLD_REACH = {"ongoing": "it now goes on", "partly_restored": "the restored part is out again",
                 "occurred": "it is no longer restored"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertState:
    """What an incident was when a rule fired: what a later night is compared with."""

    level: Level
    state: str
    killed: float = 0.0
    losses: tuple[tuple[str, float], ...] = ()  # unit, greatest told
    tier: str | None = None
    why: str = ""  # of the level, the reasons in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """The last that a rule kept of an incident."""

    rule: str
    incident_id: str
    at: datetime  # of the last firing that was told, where one was
    told: bool  # whether anybody was ever told of it by this rule
    state: AlertState


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One rule's decision on one incident, with its reasons; of kind `known` nobody is told."""

    rule: str
    incident_id: str
    kind: Kind
    reasons: tuple[str, ...]  # why the rule holds
    changes: tuple[str, ...] = ()  # what is worse than at the last firing, or why it fell
    parts: tuple[str, ...] = ()  # ids of the parts that made the rule fire
    told_before: bool = False
    since: datetime | None = None  # the last firing that was told
    state: AlertState

    @property
    def told(self) -> bool:
        return self.kind != "known"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLimits:
    """What keeps a rule from telling old news."""

    starting: Mapping[str, datetime] = field(default_factory=dict)  # rules new this night: from when they count
    recent: timedelta = timedelta(days=7)  # an incident last reported longer ago is no news
    reached_back: bool = False  # the operator asked for what is older


def decide_alerts(
    views: Sequence[IncidentView],
    rules: Sequence[AlertRule],
    fired: Iterable[Fired],
    *,
    now: datetime,
    limits: AlertLimits | None = None,
) -> list[Alert]:
    """Every firing of every rule, in the order of the rules and then by severity; kind `known` is to be kept, too.

    `views` must hold, with each incident, its parent and its parts.
    """
    desk = _Night(views, fired, now, limits or AlertLimits())
    alerts: list[Alert] = []
    for rule in rules:
        alerts += desk.decide(rule)
    return alerts


class _Night:
    """The incidents of one night, graded once for all rules."""

    def __init__(
        self, views: Sequence[IncidentView], fired: Iterable[Fired], now: datetime, limits: AlertLimits
    ) -> None:
        self._views = {view.id: view for view in views}
        self._levels: dict[str, tuple[Level, int, str]] = {}
        self._harm: dict[str, tuple[float, tuple[tuple[str, float], ...]]] = {}
        for view in views:
            level, why, points = grade_severity(view)
            self._levels[view.id] = (level, points, why)
            self._harm[view.id] = (told_killed(view), told_losses(view))
        self._fired = {(one.rule, one.incident_id): one for one in sorted(fired, key=lambda one: one.at)}
        self._limits, self._now = limits, now
        self._parts: dict[str, list[IncidentView]] = {}
        self._merged: dict[str, list[str]] = {}
        for view in views:
            if view.parent_id is not None and view.merged_into is None:
                self._parts.setdefault(view.parent_id, []).append(view)
            if view.merged_into is not None:
                self._merged.setdefault(self._survivor(view), []).append(view.id)

    def _survivor(self, view: IncidentView) -> str:
        seen = {view.id}
        while view.merged_into is not None and view.merged_into not in seen:
            seen.add(view.merged_into)
            if view.merged_into not in self._views:
                return view.merged_into
            view = self._views[view.merged_into]
        return view.id

    def decide(self, rule: AlertRule) -> list[Alert]:
        groups: dict[str, list[IncidentView]] = {}
        for view in self._views.values():
            whole = None if rule.parts or view.merged_into is not None else view.parent_id
            groups.setdefault(whole if whole in self._views else view.id, []).append(view)
        alerts = [
            alert
            for key, members in groups.items()
            if (alert := self._decide(rule, self._views.get(key, members[0]), members)) is not None
        ]
        if rule.parts:  # the whole is told by its parts, where any of them is
            alone = {alert.incident_id for alert in alerts} | {id_ for name, id_ in self._fired if name == rule.name}
            wholes = {key for key, parts in self._parts.items() if any(part.id in alone for part in parts)}
            alerts = [one for one in alerts if one.kind != "first" or one.incident_id not in wholes]
        return sorted(alerts, key=lambda one: (-self._levels[one.incident_id][1], one.incident_id))

    def _decide(self, rule: AlertRule, whole: IncidentView, members: Sequence[IncidentView]) -> Alert | None:
        hits = [
            (view, reasons)
            for view in members
            if (reasons := match_rule(view, rule, self._levels[view.id][0])) is not None
        ]
        past = self._past(rule.name, [whole.id, *(view.id for view in members)])
        standing = state_of(whole)
        if past is not None and past.told and (why := _fall(past.state, standing, rule)):
            return self._alert(rule, whole, "fallen", (), (why,), (), past, replace(past.state, state=standing))
        if not hits:
            return None
        parts = tuple(view.id for view, _ in hits if view.id != whole.id)
        reasons = next((reasons for view, reasons in hits if view.id == whole.id), hits[0][1])
        state = self._state([view for view, _ in hits])
        fresh = max(view.last_reported_at for view, _ in hits) >= self._now - self._limits.recent
        fresh = fresh or self._limits.reached_back
        if past is None:
            counts = fresh and self._counts(rule, [view for view, _ in hits])
            return self._alert(rule, whole, "first" if counts else "known", reasons, (), parts, None, state)
        changes = _worse(past.state, state, rule)
        if changes and not fresh:  # an archive that was read again is no news; what it says now is the new measure
            return self._alert(rule, whole, "known", reasons, changes, parts, past, state)
        if changes:
            return self._alert(rule, whole, "worse" if past.told else "first", reasons, changes, parts, past, state)
        if (rule.name, whole.id) not in self._fired and past.incident_id in self._merged.get(whole.id, ()):
            # What was told of the incident that is now part of this one was told of this one.
            return self._alert(rule, whole, "known", reasons, (), parts, past, past.state)
        return None

    def _counts(self, rule: AlertRule, views: Sequence[IncidentView]) -> bool:
        """Whether a rule that is new this night counts the incident: what the ledger knew before is no news of it."""
        start = self._limits.starting.get(rule.name)
        if start is None:
            return True
        back = self._limits.reached_back
        return any((view.last_reported_at if back else view.created_at) >= start for view in views)

    def _past(self, rule: str, ids: Iterable[str]) -> Fired | None:
        """The last firing on the incident, on one of its parts, or on what was merged into one of them."""
        known = dict.fromkeys(other for one in ids for other in (one, *self._merged.get(one, ())))
        found = [self._fired[rule, one] for one in known if (rule, one) in self._fired]
        return max(found, key=lambda one: one.at, default=None)

    def _state(self, views: Sequence[IncidentView]) -> AlertState:
        losses: dict[str, float] = {}
        for view in views:
            for unit, amount in self._harm[view.id][1]:
                losses[unit] = max(losses.get(unit, 0.0), amount)
        level, _, why = min((self._levels[view.id] for view in views), key=lambda one: (LEVELS.index(one[0]), -one[1]))
        return AlertState(
            level=level,
            why=why,
            state=max((state_of(view) for view in views), key=lambda one: _REACH.get(one, 0)),
            killed=max(self._harm[view.id][0] for view in views),
            losses=tuple(sorted(losses.items())),
            tier=max((view.evidence_tier for view in views), key=tier_rank),
        )

    def _alert(
        self,
        rule: AlertRule,
        whole: IncidentView,
        kind: Kind,
        reasons: tuple[str, ...],
        changes: tuple[str, ...],
        parts: tuple[str, ...],
        past: Fired | None,
        state: AlertState,
    ) -> Alert:
        return Alert(
            rule=rule.name,
            incident_id=whole.id,
            kind=kind,
            reasons=reasons,
            changes=changes,
            parts=parts,
            told_before=past is not None and past.told,
            since=past.at if past is not None and past.told else None,
            state=state,
        )


def _fall(before: AlertState, standing: str, rule: AlertRule) -> str | None:
    """Why an alert that was told no longer holds; None where it holds, or where this was told already."""
    if standing not in FALLEN or standing == before.state or standing in rule.states:
        return None
    if standing == "foiled" and before.state not in _AHEAD:
        return None
    return FALLEN[standing]


def _worse(before: AlertState, after: AlertState, rule: AlertRule) -> tuple[str, ...]:
    """What is worse than at the last firing, in words without figures; empty where nothing is."""
    told = []
    if LEVELS.index(after.level) < LEVELS.index(before.level):
        new = [one for one in after.why.split(", ") if one and one not in before.why.split(", ")]
        because = f" ({', '.join(new)})" if new and before.why else ""
        told.append(f"severity raised from {before.level} to {after.level}{because}")
    if after.killed > before.killed and after.killed >= before.killed * DEADLIER:
        told.append("more people are said to be killed" if before.killed else "people are said to be killed")
    known = dict(comparable(unit, amount) for unit, amount in before.losses)
    for unit, amount in after.losses:
        name, value = comparable(unit, amount)
        # A first figure is larger than none; where it weighs, the severity has risen with it.
        if name in known and value >= LARGER * known[name]:
            told.append("a larger loss is told")
            break
    told += _wider(before.state, after.state)
    if (rule.evidence or rule.credibility) and tier_rank(after.tier) > max(tier_rank(before.tier), 0):
        told.append(f"now borne out by {TIER_WORDS[str(after.tier)]}")
    return tuple(told)


def _wider(before: str, after: str) -> list[str]:
    if before in FALLEN and before != "foiled" and after not in FALLEN:
        return ["it stands again"]
    if _REACH.get(after, 0) <= _REACH.get(before, 0) or after == "restored":
        return []
    if before in _AHEAD or before == "foiled":
        return ["what was ahead is now said to have happened"] if after not in (*_AHEAD, "disputed", "foiled") else []
    if before in HAPPENED:
        before = "occurred"
    return [_UNTOLD_REACH.get(after, "it reaches further")]
