"""Builds a briefing: what goes into it, in which order, and what its citations do not bear out is held back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from reports.counts import tally, tell_counts, tell_five
from reports.desk import Desk
from reports.incident_table import build_table
from reports.notes import tell_notes
from reports.records import Briefing, BriefingSettings, MapPoint, Sentence
from reports.resolved import resolved_section
from reports.scope import Scope, narrow
from reports.sections import (
    changed_section,
    disputed_section,
    new_section,
    number_items,
    open_section,
    warning_section,
)
from reports.selection import Selection, select
from reports.sentences import TOLD_AS_HAPPENED, state_of
from reports.slots import count, sentence
from reports.sources import describe_sources
from reports.text import clean_text
from reports.timeline import build_timeline
from reports.trends import tell_trends
from reports.words import MONTHS, format_day
from store.records import IncidentView, Snapshot, WeekCount


def build_briefing(
    snapshot: Snapshot, settings: BriefingSettings | None = None, scope: Scope | None = None
) -> Briefing:
    """Builds the briefing of a snapshot: the same snapshot, settings and scope always give the same briefing."""
    settings, scope = settings or BriefingSettings(), scope or Scope()
    snapshot = narrow(snapshot, scope)
    desk = Desk()
    selection = select(snapshot)
    numbers = number_items(selection.new)
    notes = tell_notes(desk, snapshot.notes, settings, _told_under(selection))
    extra = _extra(snapshot, selection, notes.attached)
    trends, trends_note = tell_trends(desk, snapshot, selection.new)
    sections = (
        new_section(desk, selection, numbers, extra, settings),
        changed_section(desk, selection, snapshot.since, extra, _tell_retold(snapshot, selection), settings),
        resolved_section(desk, selection, snapshot.since, extra),
        disputed_section(desk, selection, numbers, snapshot.since, settings),
        warning_section(desk, selection, settings),
        open_section(desk, selection, settings),
        notes.section,
    )
    sources = describe_sources(snapshot, settings)
    sources = replace(sources, coverage=tuple(desk.sifted(sources.coverage, "coverage", None)))
    counts = tell_counts(selection, settings)
    top = tell_five(desk, snapshot, selection, notes.best, settings)
    points, unplaced = _points(selection, numbers) if selection.anything else ((), 0)
    table, left_out = build_table(
        selection.new,
        selection.changed,
        selection.open,
        numbers,
        settings,
        resolved=selection.resolved,
        parts=selection.parts,
    )
    return Briefing(
        title=clean_text(settings.title),
        note=clean_text(settings.note),
        date_line=_date_line(snapshot, settings),
        period_line=_period(snapshot, settings),
        generated_at=snapshot.generated_at,
        since=snapshot.since,
        nothing_new=not selection.anything,
        counts=tuple(desk.sifted(counts, "counts", None)),
        top=tuple(top),
        sections=sections,
        sources=sources,
        withheld=tuple(desk.withheld),
        weeks=_weeks(snapshot, settings),
        points=points,
        unplaced=unplaced,
        titles=_titles(snapshot),
        kind=settings.kind,
        scope=scope.label,
        trends=trends,
        trends_note=trends_note,
        table=table,
        table_left_out=left_out,
        timeline=build_timeline(
            selection.new,
            selection.changed,
            (*selection.resolved, *selection.open, *selection.warnings, *selection.standing),
            numbers,
            _last_moment(snapshot).date(),
        ),
        tallies=tuple(tally(snapshot, selection).items()),
        versions=_versions(snapshot, settings),
    )


def _told_under(selection: Selection) -> dict[str, str]:
    """The incidents of the briefing by their ids; a part is told under its whole."""
    told = {view.id: view.id for view in selection.told}
    parts = {part.id: whole for whole, views in selection.parts.items() for part in views if whole in told}
    return told | parts


def _extra(
    snapshot: Snapshot, selection: Selection, attached: Mapping[str, Sequence[Sentence]]
) -> dict[str, tuple[Sentence, ...]]:
    """What stands after an incident's own facts: what else is reported of it, and how many articles discuss it."""
    extra: dict[str, tuple[Sentence, ...]] = {key: tuple(lines) for key, lines in attached.items()}
    for one in snapshot.discussed:
        number = one.articles if one.incident_id in selection.fresh else one.articles_new
        if number:
            words = " article." if number == 1 else " articles."
            told = sentence("also discussed in ", count(number), words)
            extra[one.incident_id] = (*extra.get(one.incident_id, ()), told)
    return extra


def _tell_retold(snapshot: Snapshot, selection: Selection) -> list[Sentence]:
    """One line for the articles that came about incidents known before and changed nothing."""
    retold = {view.id: view for view in selection.retold}
    fresh = {
        view.id: {report.article_id for report in view.reports if snapshot.since and report.fetched_at > snapshot.since}
        for view in retold.values()
    }
    told = {view.id for view in selection.told}
    discussed = {
        one.incident_id: one.articles_new
        for one in snapshot.discussed
        if one.articles_new and one.incident_id not in told
    }
    articles = len({article for found in fresh.values() for article in found}) + sum(discussed.values())
    incidents = len({view_id for view_id, found in fresh.items() if found} | set(discussed))
    if snapshot.since is None or not articles:
        return []
    return [
        sentence(
            count(articles),
            " further article on " if articles == 1 else " further articles on ",
            count(incidents),
            " incident changed no figure, place or status."
            if incidents == 1
            else " incidents changed no figure, place or status.",
        )
    ]


def _date_line(snapshot: Snapshot, settings: BriefingSettings) -> str:
    first, last = snapshot.since, _last_moment(snapshot)
    if settings.kind == "daily" or first is None:
        return format_day(snapshot.generated_at.date())
    if first.date() == last.date():
        return format_day(last.date())
    day = format_day(first.date())
    if first.year == last.year:
        day = str(first.day) if first.month == last.month else f"{first.day} {MONTHS[first.month - 1]}"
    span = f"{day} to {format_day(last.date())}"
    return f"week {first.isocalendar().week}, {span}" if settings.kind == "weekly" else span


def _last_moment(snapshot: Snapshot) -> datetime:
    """The last moment of the period: a period that ends at midnight ends with the day before."""
    return snapshot.generated_at - timedelta(microseconds=1)


def _period(snapshot: Snapshot, settings: BriefingSettings) -> str:
    until = f"{format_day(snapshot.generated_at.date())}, {snapshot.generated_at:%H:%M} UTC"
    if snapshot.since is None:
        first = "First briefing: everything" if settings.since_last else "Everything"
        return f"{first} in the ledger until {until}"
    return f"From {format_day(snapshot.since.date())}, {snapshot.since:%H:%M} UTC, to {until}"


def _points(selection: Selection, numbers: Mapping[str, int]) -> tuple[tuple[MapPoint, ...], int]:
    """One point an incident: a whole stands for its parts."""
    points, unplaced = [], 0
    states: tuple[tuple[Literal["open", "changed", "new"], Sequence[IncidentView]], ...] = (
        ("open", selection.open),
        ("changed", selection.changed),
        ("new", selection.new),
    )
    for state, views in states:
        for view in reversed(views):
            if state_of(view) not in TOLD_AS_HAPPENED:
                continue
            if view.latitude is None or view.longitude is None:
                unplaced += 1
                continue
            points.append(
                MapPoint(
                    id=view.id,
                    number=numbers.get(view.id),
                    latitude=view.latitude,
                    longitude=view.longitude,
                    state=state,
                )
            )
    return tuple(points), unplaced


def _weeks(snapshot: Snapshot, settings: BriefingSettings) -> tuple[WeekCount, ...]:
    day = _last_moment(snapshot).date()
    first = day - timedelta(days=day.weekday(), weeks=settings.chart_weeks - 1)
    kept = (week for week in snapshot.weeks if first <= week.week <= day)
    return tuple(sorted(kept, key=lambda week: (week.week, week.event_type)))


def _titles(snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    views: Iterable[IncidentView] = (*snapshot.new, *snapshot.changed, *snapshot.open)
    titles = {report.version_id: clean_text(report.title) for view in views for report in view.reports}
    titles |= {note.title.version_id: clean_text(note.title.sentence) for note in snapshot.notes if note.title}
    return tuple(sorted(titles.items()))


def _versions(snapshot: Snapshot, settings: BriefingSettings) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Of the program, and of each part of the models' keys: pipeline, risk model, gazetteer."""
    found: dict[str, dict[str, None]] = {"linewalker": {settings.version: None}} if settings.version else {}
    for key in snapshot.models:
        parts = dict(zip(("pipeline", "risk_model", "gazetteer"), key.split("|"), strict=False))
        for name, value in parts.items():
            found.setdefault(name, {})[clean_text(value)] = None
    return tuple((name, tuple(values)) for name, values in found.items())
