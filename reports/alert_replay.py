"""Which alerts rules would have sent on past nights, from what the ledger has kept of each incident's history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from reports.alert_rules import AlertRule
from reports.alert_text import AlertMessage, MessageSettings, write_messages
from reports.alerts import Alert, AlertLimits, Fired, decide_alerts
from store.records import IncidentReport, IncidentView


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedNight:
    """What one night would have sent."""

    at: datetime
    messages: tuple[AlertMessage, ...]


def replay_nights(
    views: Sequence[IncidentView],
    rules: Sequence[AlertRule],
    nights: Sequence[datetime],
    *,
    start: datetime,
    recent: timedelta,
    settings: MessageSettings,
    first_is_new: bool,
) -> list[ReplayedNight]:
    """The messages of each night, as if the rules had been there since `start`: what was known by then is not told.

    `nights` are the ends of the runs after `start`, in order; `first_is_new` says that the first of them began the
    ledger.
    """
    fired: dict[tuple[str, str], Fired] = {}
    by_id = {view.id: view for view in views}
    kin = _find_kin(views)
    known = [seen for view in views if (seen := view_at(view, start)) is not None]
    limits = AlertLimits(starting={rule.name: start for rule in rules}, recent=recent)
    _keep(fired, decide_alerts(known, rules, (), now=start, limits=limits), start)
    replayed = []
    before = start
    for number, night in enumerate(nights):
        touched = {view.id for view in views if _is_touched(view, before, night)}
        wanted = {other for one in touched for other in kin.get(one, (one,))}
        seen_now = [seen for one in sorted(wanted) if (seen := view_at(by_id[one], night)) is not None]
        alerts = decide_alerts(seen_now, rules, fired.values(), now=night, limits=AlertLimits(recent=recent))
        _keep(fired, alerts, night)
        first = replace(settings, first_night=first_is_new and number == 0)
        messages = write_messages(alerts, {view.id: view for view in seen_now}, rules, now=night, settings=first)
        replayed.append(ReplayedNight(at=night, messages=tuple(messages)))
        before = night
    return replayed


def view_at(view: IncidentView, at: datetime) -> IncidentView | None:
    """The incident as the ledger had it then; None before it was known.

    Fields are taken back by their revisions. An article counts with the words that it has today: what an edit has
    taken out of it cannot be brought back.
    """
    if view.created_at > at:
        return None
    values: dict[str, Any] = {}
    later_reports: dict[str, str | None] = {}  # url -> what the first later revision says stood before
    for revision in view.revisions:
        if revision.revised_at <= at:
            continue
        if revision.field == "report":
            url = revision.new or revision.old or ""
            later_reports.setdefault(url, revision.old)
        elif revision.field in _READERS and revision.field not in values:
            values[revision.field] = _READERS[revision.field](revision.old)
    reports = tuple(one for one in view.reports if later_reports.get(one.url, one.url) is not None)
    articles = {one.article_id for one in reports}
    gone = {one.article_id for one in view.reports} - articles
    return replace(
        view,
        **values,
        reports=reports,
        facts=tuple(fact for fact in view.facts if fact.quote.article_id not in gone),
        independent_reports=_count_independent(view, reports),
        last_reported_at=max((_told_at(one) for one in reports), default=view.first_reported_at),
        revisions=tuple(one for one in view.revisions if one.revised_at <= at),
        decisions=tuple(one for one in view.decisions if one.at <= at),
    )


def _text(value: str | None) -> str | None:
    return value


def _words(value: str | None) -> tuple[str, ...]:
    return tuple(value.split(", ")) if value else ()


def _decimal(value: str | None) -> float | None:
    return float(value) if value else None


def _grade(value: str | None) -> int | None:
    return int(value) if value else None


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


# How a revision's old value becomes the field's value again.
_READERS: Mapping[str, Callable[[str | None], Any]] = {
    **dict.fromkeys(("event_type", "status", "factuality", "facility_type", "country", "place", "date_precision",
                     "parent_id", "evidence_tier", "merged_into", "verdict"), _text),
    **dict.fromkeys(("modes", "risks", "facility_ids", "facilities", "countries", "actors", "claimed_by"), _words),
    **dict.fromkeys(("latitude", "longitude"), _decimal),
    **dict.fromkeys(("credibility", "days_out"), _grade),
    **dict.fromkeys(("occurred_on", "occurred_until", "restored_on"), _day),
}  # fmt: skip


def _told_at(report: IncidentReport) -> datetime:
    return report.published_at or report.fetched_at


def _count_independent(view: IncidentView, reports: Sequence[IncidentReport]) -> int:
    if len(reports) == len(view.reports):
        return view.independent_reports
    return min(view.independent_reports, len({one.wire or one.family for one in reports}))


def _is_touched(view: IncidentView, after: datetime, until: datetime) -> bool:
    if after < view.created_at <= until:
        return True
    return any(after < one.revised_at <= until for one in view.revisions)


def _find_kin(views: Sequence[IncidentView]) -> dict[str, set[str]]:
    """Each incident with its whole, its parts and what it went into, as the ledger's own candidates have them."""
    known = {view.id for view in views}
    parts: dict[str, set[str]] = {}
    for view in views:
        if view.parent_id in known:
            parts.setdefault(str(view.parent_id), set()).add(view.id)
    kin = {}
    for view in views:
        wholes = {view.id, *({view.parent_id} & known), *({view.merged_into} & known)}
        kin[view.id] = {one for one in wholes if one} | {part for one in wholes if one for part in parts.get(one, ())}
    return kin


def _keep(fired: dict[tuple[str, str], Fired], alerts: Iterable[Alert], at: datetime) -> None:
    for one in alerts:
        last = fired.get((one.rule, one.incident_id))
        told = one.told or one.told_before
        when = at if one.told or last is None or not last.told else last.at
        fired[one.rule, one.incident_id] = Fired(
            rule=one.rule, incident_id=one.incident_id, at=when, told=told, state=one.state
        )
