"""Selects what goes into a briefing, in which order, and holds back what its citations do not bear out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from reports.attribution import tell_actors, tell_denials, tell_sureness
from reports.changes import tell_changes
from reports.desk import Desk
from reports.figures import tell_figures
from reports.headings import tell_heading
from reports.notes import tell_notes
from reports.open_items import lasting, tell_others
from reports.records import (
    Briefing,
    BriefingSettings,
    Group,
    Item,
    MapPoint,
    Section,
    Sentence,
)
from reports.sentences import state_of, tell_lead, tell_open, tell_top
from reports.severity import LEVELS, grade_severity
from reports.slots import Part, count, listed, sentence
from reports.sources import describe_sources
from reports.text import clean_text
from reports.verify import verify_sentence
from reports.words import format_day
from store.records import IncidentView, Snapshot, WeekCount

_HAPPENED = frozenset({"occurred", "ongoing", "partly_restored", "restored", "asserted", "attributed"})
_DISPUTED = frozenset({"denied", "disputed", "retracted"})
_WARNINGS = (
    ("threatened", "Threatened"),
    ("planned", "Planned"),
    ("foiled", "Foiled"),
    ("hypothetical", "Hypothetical"),
    ("recommended", "Recommended against"),
    ("exercise", "Exercises"),
    ("historical", "Told as history"),
)


def build_briefing(snapshot: Snapshot, settings: BriefingSettings | None = None) -> Briefing:
    """Builds the briefing of a snapshot: the same snapshot always gives the same briefing."""
    settings = settings or BriefingSettings()
    desk = Desk()
    new, changed, still_open = (_ordered(views) for views in (snapshot.new, snapshot.changed, snapshot.open))
    happened = [view for view in new if state_of(view) in _HAPPENED]
    disputed = [view for view in new if state_of(view) in _DISPUTED]
    warnings = [view for view in new if state_of(view) not in _HAPPENED | _DISPUTED]
    numbers = _map_numbers(happened)
    open_now = lasting(still_open, snapshot.generated_at)
    others = sum(state_of(view) in _HAPPENED for view in still_open if view not in open_now)
    sections = [
        _new_section(desk, happened, numbers, settings),
        _changed_section(desk, changed, snapshot.since),
        _open_section(desk, open_now, others, settings),
        _warning_section(desk, warnings),
        _disputed_section(desk, disputed, [*happened[: settings.full_items], *disputed, *warnings, *changed]),
        tell_notes(desk, snapshot.notes, settings),
    ]
    sources = describe_sources(snapshot, settings)
    sources = replace(sources, coverage=tuple(desk.sifted(sources.coverage, "coverage", None)))
    changes = len(sections[1].items)
    nothing_new = not (new or changes)
    counts = _counts(snapshot, happened, warnings, disputed, changes, len(open_now))
    points, unplaced = ((), 0) if nothing_new else _points(happened, changed, open_now, numbers)
    return Briefing(
        title=clean_text(settings.title),
        note=clean_text(settings.note),
        date_line=format_day(snapshot.generated_at.date()),
        period_line=_period(snapshot),
        generated_at=snapshot.generated_at,
        nothing_new=nothing_new,
        counts=tuple(desk.sifted(counts, "counts", None)),
        top=tuple(
            (view.id, told)
            for view in [view for view in happened if view.id in numbers][:3]
            for told in desk.sifted([tell_top(view, echoed=_echoed(view))], "one line", view.id)
            or desk.sifted([tell_heading(view)], "heading", view.id)
        ),
        sections=tuple(sections),
        sources=sources,
        withheld=tuple(desk.withheld),
        weeks=_weeks(snapshot, settings),
        points=points,
        unplaced=unplaced,
        titles=_titles([*new, *changed, *still_open]),
    )


def _ordered(views: Iterable[IncidentView]) -> list[IncidentView]:
    """Gravest first, then the best reported, then the latest; the id settles the rest."""
    return sorted(
        views,
        key=lambda view: (
            -grade_severity(view)[2],
            -view.independent_reports,
            -view.last_reported_at.timestamp(),
            view.id,
        ),
    )


def _period(snapshot: Snapshot) -> str:
    until = f"{format_day(snapshot.generated_at.date())}, {snapshot.generated_at:%H:%M} UTC"
    if snapshot.since is None:
        return f"First briefing: everything in the ledger until {until}"
    return f"From {format_day(snapshot.since.date())}, {snapshot.since:%H:%M} UTC, to {until}"


def _counts(
    snapshot: Snapshot,
    happened: Sequence[IncidentView],
    warnings: Sequence[IncidentView],
    disputed: Sequence[IncidentView],
    changes: int,
    still_open: int,
) -> list[Sentence]:
    told = []
    if not (happened or warnings or disputed or changes):
        told.append(sentence("nothing new: no incident was added and none changed since the last briefing."))
        if still_open:
            told.append(sentence(count(still_open), " still open."))
    else:
        parts: list[Part] = [count(len(happened)), " new incident" if len(happened) == 1 else " new incidents"]
        parts += [", ", count(changes), " changed"] if changes else []
        parts += [", ", count(still_open), " still open"] if still_open else []
        told.append(sentence(*parts, "."))
    feeds = [health for health in snapshot.health if not health.disabled]
    silent = [health for health in feeds if health.outcome not in ("ok", "not_modified")]
    if len(silent) > 0.2 * len(feeds):
        told.append(
            sentence("read with care: ", count(len(silent)), " of ", count(len(feeds)), " feeds gave no answer.")
        )
    less: list[list[Part]] = []
    if warnings:
        word = " new warning, threat or plan" if len(warnings) == 1 else " new warnings, threats or plans"
        less.append([count(len(warnings)), word])
    if disputed:
        less.append([count(len(disputed)), " denied or disputed"])
    if less:
        told.append(sentence(*listed(less, last="; "), "."))
    return told


def _map_numbers(happened: Sequence[IncidentView]) -> dict[str, int]:
    ids = {view.id for view in happened}
    whole = [view for view in happened if view.parent_id not in ids]
    return {view.id: number for number, view in enumerate(whole, start=1)}


def _echoed(view: IncidentView) -> bool:
    """Whether the lead names all that the heading names, so that the heading needs no marks of its own."""
    lead = tell_lead(view)
    said = {slot.ledger for slot in lead.slots}
    heading = tell_heading(view)
    return not verify_sentence(lead) and all(slot.ledger in said for slot in heading.slots if not slot.quotes)


def _adds(part: IncidentView, whole: IncidentView) -> bool:
    """Whether a part tells more than the whole's heading: another facility or a figure."""
    figures = any(slot.kind == "number" for slot in tell_top(part).slots)
    return figures or not set(part.facilities) <= set(whole.facilities) or not part.facilities


def _cited(told: Iterable[Sentence]) -> set[str]:
    return {slot.text for one in told for slot in one.slots if slot.kind == "speaker"}


def _tell_item(desk: Desk, view: IncidentView, number: int | None, parts: Sequence[IncidentView] = ()) -> Item:
    level, why, _ = grade_severity(view)
    heading = desk.reduced(lambda without: tell_heading(view, echoed=_echoed(view)), "heading", view.id)
    lead = desk.reduced(lambda without: tell_lead(view, without), "what, where and when", view.id)
    figures = tell_figures(view, partial(desk.passes, about="a figure", view_id=view.id))
    sentences = [
        *([lead] if lead else []),
        *desk.sifted(tell_actors(view), "who is behind it", view.id),
        *desk.sifted((told for told, _ in figures), "a figure", view.id),
    ]
    return Item(
        id=view.id,
        heading=heading,
        sentences=tuple(sentences),
        level=level,
        why_level=why,
        number=number,
        sureness=tuple(desk.sifted(tell_sureness(view, _cited(sentences)), "how sure it is", view.id)),
        parts=tuple(
            told for told in desk.sifted((tell_top(part) for part in parts if _adds(part, view)), "a part", view.id)
        ),
    )


def _new_section(
    desk: Desk, happened: Sequence[IncidentView], numbers: dict[str, int], settings: BriefingSettings
) -> Section:
    children: dict[str, list[IncidentView]] = {}
    for view in happened:
        if view.id not in numbers and view.parent_id:
            children.setdefault(view.parent_id, []).append(view)
    whole = [view for view in happened if view.id in numbers]
    told = [
        _tell_item(desk, view, numbers[view.id], children.get(view.id, ())) for view in whole[: settings.full_items]
    ]
    groups = [
        Group(title=level.capitalize(), items=tuple(item for item in told if item.level == level)) for level in LEVELS
    ]
    last = settings.full_items + settings.table_rows
    rows = [_row(desk, view, numbers[view.id]) for view in whole[settings.full_items : last]]
    return Section(
        key="new",
        title="New incidents",
        groups=tuple(group for group in groups if group.items),
        rows=tuple(rows),
        more=max(0, len(whole) - last),
        empty="No new incident.",
    )


def _row(desk: Desk, view: IncidentView, number: int | None) -> Item:
    level, why, _ = grade_severity(view)
    return Item(
        id=view.id,
        heading=desk.reduced(lambda without: tell_heading(view), "heading", view.id),
        sentences=tuple(desk.sifted([tell_open(view)], "date and articles", view.id)),
        level=level,
        why_level=why,
        number=number,
    )


def _changed_section(desk: Desk, changed: Sequence[IncidentView], since: datetime | None) -> Section:
    items = []
    for view in changed:
        level, why, _ = grade_severity(view)
        heading, *_ = [*desk.sifted([tell_heading(view)], "heading", view.id), None]
        changes = tell_changes(view, since)
        if changes:
            told = tuple(desk.sifted(changes, "a change", view.id))
            items.append(Item(id=view.id, heading=heading, sentences=told, level=level, why_level=why))
    return Section(
        key="changed",
        title="Changed since the last briefing",
        groups=(Group(title="", items=tuple(items)),) if items else (),
        empty="No change.",
    )


def _open_section(desk: Desk, views: Sequence[IncidentView], others: int, settings: BriefingSettings) -> Section:
    items = tuple(_row(desk, view, None) for view in views[: settings.open_items])
    return Section(
        key="open",
        title="Still open",
        rows=items,
        more=max(0, len(views) - settings.open_items),
        outro=tuple(desk.sifted([tell_others(others)], "counts", None)) if others else (),
        empty="Nothing is known to go on.",
    )


def _warning_section(desk: Desk, warnings: Sequence[IncidentView]) -> Section:
    groups = []
    known = {state for state, _ in _WARNINGS}
    for state, title in (*_WARNINGS, ("", "Other")):
        views = [view for view in warnings if (state_of(view) if state_of(view) in known else "") == state]
        if views:
            groups.append(Group(title=title, items=tuple(_tell_item(desk, view, None) for view in views)))
    return Section(
        key="warnings",
        title="Warnings, threats and plans",
        groups=tuple(groups),
        intro="None of these has happened." if groups else "",
        empty="None reported.",
    )


def _disputed_section(desk: Desk, disputed: Sequence[IncidentView], shown: Sequence[IncidentView]) -> Section:
    groups = []
    if disputed:
        groups.append(
            Group(title="Denied, disputed or retracted", items=tuple(_tell_item(desk, view, None) for view in disputed))
        )
    contested, denials = [], []
    for view in shown:
        heading = tell_heading(view)
        if not desk.passes(heading, "heading", view.id):
            continue
        figures = tell_figures(view, partial(desk.passes, about="a figure", view_id=view.id))
        conflicts = desk.sifted((told for told, conflict in figures if conflict), "conflicting numbers", view.id)
        if conflicts:
            contested.append(Item(id=view.id, heading=heading, sentences=tuple(conflicts)))
        if state_of(view) not in _DISPUTED:
            denied = desk.sifted(tell_denials(view), "a denial", view.id)
            denials += [Item(id=view.id, heading=heading, sentences=tuple(denied))] if denied else []
    if denials:
        groups.append(Group(title="Denied by some, told elsewhere as a happening", items=tuple(denials)))
    if contested:
        groups.append(Group(title="Conflicting numbers", items=tuple(contested)))
    return Section(key="disputed", title="Denied and disputed", groups=tuple(groups), empty="Nothing is disputed.")


def _points(
    happened: Sequence[IncidentView],
    changed: Sequence[IncidentView],
    still_open: Sequence[IncidentView],
    numbers: dict[str, int],
) -> tuple[tuple[MapPoint, ...], int]:
    points, unplaced = [], 0
    states: tuple[tuple[Literal["open", "changed", "new"], Sequence[IncidentView]], ...] = (
        ("open", still_open),
        ("changed", changed),
        ("new", happened),
    )
    for state, views in states:
        for view in reversed(views):
            if state != "new" and state_of(view) not in _HAPPENED:
                continue
            if view.latitude is None or view.longitude is None:
                unplaced += 1
                continue
            points.append(
                MapPoint(number=numbers.get(view.id), latitude=view.latitude, longitude=view.longitude, state=state)
            )
    return tuple(points), unplaced


def _weeks(snapshot: Snapshot, settings: BriefingSettings) -> tuple[WeekCount, ...]:
    day = snapshot.generated_at.date()
    first = day - timedelta(days=day.weekday(), weeks=settings.chart_weeks - 1)
    kept = (week for week in snapshot.weeks if first <= week.week <= day)
    return tuple(sorted(kept, key=lambda week: (week.week, week.event_type)))


def _titles(views: Iterable[IncidentView]) -> tuple[tuple[str, str], ...]:
    titles = {report.version_id: clean_text(report.title) for view in views for report in view.reports}
    return tuple(sorted(titles.items()))
