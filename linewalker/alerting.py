"""The alert step: what the rules find in the ledger is written into an outbox, then delivered target by target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from linewalker.alert_targets import AlertPlan, find_address
from linewalker.config import Config
from linewalker.deliver import Courier, Outgoing
from linewalker.output import Output
from reports.alert_rules import AlertRule
from reports.alert_text import AlertMessage, MessageSettings, alert_id, write_messages
from reports.alerts import Alert, AlertLimits, AlertState, Fired, decide_alerts
from store.alerts import (
    AlertRow,
    FiredRow,
    MessageRow,
    RuleMemory,
    Waiting,
    add_alerts,
    begin_delivery,
    end_delivery,
    find_alert_candidates,
    forget_rules,
    get_fired,
    get_last_revision,
    get_rule_memories,
    get_waiting,
)
from store.codec import from_json, to_json
from store.database import Ledger
from store.records import IncidentView
from store.runs import get_runs
from store.views import get_incidents

KNOWN_FOR = timedelta(days=90)  # a new rule takes note of what was reported since then, so that it is no news later
FAILURES_IN_A_ROW = 2  # then a target is left for this run: one message may be at fault, two are the receiver's
_AT_ONCE = 500  # incidents read with all their facts in one query


def alert_step(
    ledger: Ledger,
    config: Config,
    plan: AlertPlan,
    *,
    run_id: str,
    started_at: datetime,
    counts: Counter[str],
    now: Callable[[], datetime],
    output: Output,
) -> list[str]:
    """Decides, keeps and delivers the night's alerts; returns what speaks against exit code 0."""
    if not plan.rules and not get_waiting(ledger) and not get_rule_memories(ledger):
        return []
    at = now()
    began_at = _night_began(ledger, run_id, started_at)
    messages = evaluate_rules(ledger, config, plan, run_id=run_id, started_at=began_at, now=at)
    counts["alerts"] += len(messages)
    reasons = []
    withheld = sum(one.withheld for one in messages)
    if withheld:
        counts["alert_sentences_withheld"] += withheld
        reasons.append(f"{withheld} sentences were withheld from alerts")
    reasons += deliver_waiting(ledger, config, plan, now=now, output=output, counts=counts)
    if messages or reasons:
        output.line(f"alerts: {len(messages)} written, {counts['alerts_delivered']} delivered")
    return reasons


def evaluate_rules(
    ledger: Ledger,
    config: Config,
    plan: AlertPlan,
    *,
    run_id: str,
    started_at: datetime,
    now: datetime,
    since: datetime | None = None,
) -> list[AlertMessage]:
    """Decides on all that has changed since each rule last looked, and keeps it with the messages, all or nothing.

    With `since` the rules look back: what was reported from then on and was never told is told now.
    """
    memories = get_rule_memories(ledger)
    prints = {rule.name: fingerprint(rule) for rule in plan.rules}
    running = {
        name: memories[name] for name, one in prints.items() if name in memories and memories[name].fingerprint == one
    }
    new = [rule.name for rule in plan.rules if rule.name not in running]
    with ledger.transaction():
        forget_rules(ledger, [name for name in memories if name not in prints])
        if not plan.rules:
            return []
        look_back = bool(new) or since is not None
        ids = find_alert_candidates(
            ledger,
            after=None if look_back else min(one.evaluated_revision for one in running.values()),
            reported_since=min(now - KNOWN_FOR, since or now),
        )
        views = _read_views(ledger, ids)
        fired = [_fired(row) for row in get_fired(ledger, ids) if since is None or row.told]
        starting = dict.fromkeys(prints, since) if since is not None else dict.fromkeys(new, started_at)
        limits = AlertLimits(
            starting={name: start for name, start in starting.items() if start is not None},
            recent=timedelta(days=config.alerting.max_age_days),
            reached_back=since is not None,
        )
        alerts = decide_alerts(views, plan.rules, fired, now=now, limits=limits)
        settings = MessageSettings(
            digest_above=config.alerting.digest_above, first_night=_is_first_night(ledger, run_id) and since is None
        )
        messages = write_messages(alerts, {view.id: view for view in views}, plan.rules, now=now, settings=settings)
        last = get_last_revision(ledger)
        kept = {
            name: RuleMemory(
                rule=name,
                fingerprint=prints[name],
                active_from=running[name].active_from if name in running else starting.get(name) or started_at,
                evaluated_at=now,
                evaluated_revision=last,
            )
            for name in prints
        }
        rows = _rows(alerts, messages, now)
        outbox = [
            MessageRow(message_id=one.id, title=one.title, body=one.body, targets=one.targets) for one in messages
        ]
        add_alerts(ledger, rows, outbox, kept, now=now, run_id=run_id)
    return messages


def fingerprint(rule: AlertRule) -> str:
    """A rule's conditions, hashed: with others it is a new rule; another receiver makes none."""
    bare = replace(
        rule,
        name="",
        targets=(),
        facilities=dict.fromkeys(sorted(rule.facilities), "") if rule.facilities else None,
        within=replace(rule.within, name="") if rule.within else None,
    )
    return sha256(repr(bare).encode()).hexdigest()[:16]


def _read_views(ledger: Ledger, ids: Sequence[str]) -> list[IncidentView]:
    return [
        view for first in range(0, len(ids), _AT_ONCE) for view in get_incidents(ledger, ids[first : first + _AT_ONCE])
    ]


def _fired(row: FiredRow) -> Fired:
    return Fired(
        rule=row.rule,
        incident_id=row.incident_id,
        at=row.at,
        told=row.told,
        state=from_json(AlertState, row.state),
    )


def _night_began(ledger: Ledger, run_id: str, started_at: datetime) -> datetime:
    """When the first of the tries began that lead to this run: what a killed one found is news to a new rule, too."""
    began_at = started_at
    for one in get_runs(ledger):
        if one.run_id == run_id or one.started_at > started_at:
            continue
        if one.status not in ("interrupted", "failed"):
            break
        began_at = one.started_at
    return began_at


def _is_first_night(ledger: Ledger, run_id: str) -> bool:
    ended = ("complete", "partial")
    return not any(one.run_id != run_id and one.status in ended for one in get_runs(ledger))


def _rows(alerts: Sequence[Alert], messages: Sequence[AlertMessage], now: datetime) -> list[AlertRow]:
    message_of = {id(alert): message.id for message in messages for alert in message.alerts}
    return [
        AlertRow(
            alert_id=alert_id(one, now),
            rule=one.rule,
            incident_id=one.incident_id,
            kind=one.kind,
            level=one.state.level,
            reasons=one.reasons,
            changes=one.changes,
            told_before=one.told_before,
            message_id=message_of.get(id(one)),
            state=to_json(one.state),
        )
        for one in alerts
    ]


def deliver_waiting(
    ledger: Ledger,
    config: Config,
    plan: AlertPlan,
    *,
    now: Callable[[], datetime],
    output: Output,
    counts: Counter[str],
) -> list[str]:
    """Sends what waits, target by target, oldest first; returns a sentence for each target that did not take all.

    An attempt is recorded before it is made: after a kill the message is sent once more, under the same id.
    """
    counts["alerts_delivered"] += 0  # told even where it is none
    by_target: dict[str, list[Waiting]] = {}
    for one in get_waiting(ledger):
        by_target.setdefault(one.target, []).append(one)
    reasons: list[str] = []
    for target, waiting in by_target.items():
        output.progress(f"alerts to {target}", 0, len(waiting))
        reasons += _deliver_to(ledger, config, plan, target, waiting, now, counts)
    return reasons


def _deliver_to(
    ledger: Ledger,
    config: Config,
    plan: AlertPlan,
    target: str,
    waiting: Sequence[Waiting],
    now: Callable[[], datetime],
    counts: Counter[str],
) -> list[str]:
    if target not in plan.targets:
        for one in waiting:
            end_delivery(ledger, one.message_id, target, status="given_up", error="no such target", now=now())
        return [f"alerts: {_messages(len(waiting))} to {target!r} given up: no target has that name any more"]
    url, problem = find_address(plan.targets[target])
    if url is None:  # no attempt: the receiver has not been asked
        return [f"alerts: {_messages(len(waiting))} to {target!r} not sent: {problem}; retried at the next run"]
    failed, given_up, in_a_row = 0, 0, 0
    last = ""
    with Courier(url, timeout_s=config.alerting.timeout_s) as courier:
        for one in waiting:
            if in_a_row >= FAILURES_IN_A_ROW:
                failed += 1
                continue
            begin_delivery(ledger, one.message_id, target, now=now())
            sent = courier.send(Outgoing(id=one.message_id, title=one.title, body=one.body))
            if sent.ok:
                end_delivery(ledger, one.message_id, target, status="delivered", error=None, now=now())
                counts["alerts_delivered"] += 1
                in_a_row = 0
                continue
            in_a_row, last = in_a_row + 1, sent.reason
            over = one.attempts + 1 >= config.alerting.give_up_after
            status = "given_up" if over else "waiting"
            end_delivery(ledger, one.message_id, target, status="given_up" if over else "waiting",
                         error=sent.reason, now=now())  # fmt: skip
            failed += status == "waiting"
            given_up += status == "given_up"
    reasons = []
    if failed:
        reasons.append(
            f"alerts: {_messages(failed)} of {len(waiting)} to {target!r} not delivered ({last}); "
            "retried at the next run"
        )
    if given_up:
        attempts = f"{config.alerting.give_up_after} attempts"
        reasons.append(
            f"alerts: {_messages(given_up)} to {target!r} given up after {attempts} ({last}); "
            "linewalker alerts --again sends what was given up"
        )
    return reasons


def _messages(number: int) -> str:
    return "1 message" if number == 1 else f"{number} messages"
