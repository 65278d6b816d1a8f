"""What `linewalker alerts` prints: how the targets stand, what was told last, and what would have been told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from linewalker.alert_targets import AlertPlan
from linewalker.config import Config
from linewalker.health import open_published
from linewalker.tables import render_table
from reports.alert_replay import ReplayedNight, replay_nights
from reports.alert_text import MessageSettings
from store.alerts import find_alert_candidates, get_last_alerts, get_target_states
from store.database import Ledger
from store.runs import get_runs
from store.views import get_incidents

_AT_ONCE = 500
_SHOWN = 15


def show_state(ledger: Ledger, plan: AlertPlan) -> str:
    """The rules, each target with what it has taken and what waits, and the last alerts."""
    lines = [f"Rules: {', '.join(rule.name for rule in plan.rules) or 'none; write them under [[alerts]]'}"]
    states = {one.target: one for one in get_target_states(ledger)}
    rows = []
    for name in sorted(set(plan.targets) | set(states)):
        one = states.get(name)
        error = (one.error or "") if one is not None else ""
        counted = (one.delivered, one.waiting, one.given_up, one.delivered_at or "") if one else (0, 0, 0, "")
        rows.append((name, *counted, error if name in plan.targets else error or "no target of this name any more"))
    if rows:
        columns = ("target", "delivered", "waiting", "given up", "last delivered", "last trouble")
        lines += ["", render_table(columns, tuple(rows))]
    last = get_last_alerts(ledger, _SHOWN)
    if last:
        told = tuple((one.decided_at, one.rule, one.kind, one.incident_id, one.title) for one in last)
        lines += ["", "Last alerts", render_table(("decided", "rule", "kind", "incident", "title"), told)]
    return "\n".join(line.rstrip("\n") for line in lines) + "\n"


def show_dry_run(config: Config, plan: AlertPlan, *, days: int, now: datetime) -> str:
    """What the rules would have sent on the nights of the last days; nothing is sent and nothing written."""
    start = now - timedelta(days=days)
    with open_published(config) as ledger:
        ended = [
            one for one in reversed(get_runs(ledger))
            if one.finished_at is not None and one.status in ("complete", "partial")
        ]  # fmt: skip
        nights = [one.finished_at for one in ended if one.finished_at is not None and one.finished_at > start]
        # An incident that no night has touched can fire on none of them.
        ids = find_alert_candidates(ledger, after=None, reported_since=start - timedelta(days=90))
        views = [
            view for first in range(0, len(ids), _AT_ONCE)
            for view in get_incidents(ledger, ids[first : first + _AT_ONCE])
        ]  # fmt: skip
    replayed = replay_nights(
        views,
        plan.rules,
        nights,
        start=start,
        recent=timedelta(days=config.alerting.max_age_days),
        settings=MessageSettings(digest_above=config.alerting.digest_above),
        first_is_new=bool(ended) and bool(nights) and ended[0].finished_at == nights[0],
    )
    return _render(plan, replayed, days)


def _render(plan: AlertPlan, replayed: Sequence[ReplayedNight], days: int) -> str:
    if not plan.rules:
        return "There is no rule yet; write them under [[alerts]] in linewalker.toml.\n"
    messages = [message for night in replayed for message in night.messages]
    lines = [f"The last {days} days held {_counted(len(replayed), 'run')}; nothing was sent and nothing written."]
    for night in replayed:
        if night.messages:
            lines += ["", f"{night.at:%Y-%m-%d %H:%M} UTC"]
        for message in night.messages:
            names = ", ".join(dict.fromkeys(alert.rule for alert in message.alerts))
            lines.append(f"  {message.title}\n    to {', '.join(message.targets)} by {names}")
    lines.append("")
    for rule in plan.rules:
        fired = [alert for message in messages for alert in message.alerts if alert.rule == rule.name]
        lines.append(f"{rule.name}: {_told(alert.kind for alert in fired)}")
    nights = sum(bool(night.messages) for night in replayed)
    lines.append(f"In all {_counted(len(messages), 'message')} on {_counted(nights, 'night')}.")
    return "\n".join(lines) + "\n"


def _told(kinds: Iterable[str]) -> str:
    all_kinds = list(kinds)
    if not all_kinds:
        return "would not have fired"
    words = (("first", "first told"), ("worse", "worse"), ("fallen", "fallen"))
    counted = [f"{all_kinds.count(kind)} {word}" for kind, word in words if kind in all_kinds]
    return f"would have fired {_counted(len(all_kinds), 'time')} ({', '.join(counted)})"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
