"""The sections that tell incidents: new by severity, changed, resolved, disputed, threats and plans, still open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from reports.attribution import tell_actors, tell_denials, tell_sureness
from reports.changes import tell_changes
from reports.desk import Desk
from reports.figures import tell_figures
from reports.headings import tell_heading
from reports.open_items import tell_others
from reports.records import BriefingSettings, Group, Item, Section, Sentence
from reports.retelling import tell_retelling
from reports.selection import DISPUTED, Selection
from reports.sentences import state_of, tell_lead, tell_open, tell_top
from reports.severity import LEVELS, grade_severity, grade_whole
from reports.slots import count, sentence
from reports.verify import verify_sentence
from store.records import IncidentView

_WARNINGS = (
    ("threatened", "Threatened"),
    ("planned", "Planned"),
    ("foiled", "Foiled"),
    ("hypothetical", "Hypothetical"),
    ("recommended", "Recommended against"),
    ("exercise", "Exercises"),
    ("historical", "Told as history"),
)
CHANGED_TITLES = {"daily": "Changed since the last briefing", "weekly": "Changed this week"}
Extra = Mapping[str, Sequence[Sentence]]  # what else is told of an incident, by its id


def echoed(view: IncidentView) -> bool:
    """Whether the lead names all that the heading names, so that the heading needs no marks of its own."""
    lead = tell_lead(view)
    said = {slot.ledger for slot in lead.slots}
    heading = tell_heading(view)
    return not verify_sentence(lead) and all(slot.ledger in said for slot in heading.slots if not slot.quotes)


def heading_of(desk: Desk, view: IncidentView) -> Sentence | None:
    """The heading, with its marks, where it may be printed."""
    return next(iter(desk.sifted([tell_heading(view)], "heading", view.id)), None)


def number_items(new: Sequence[IncidentView]) -> dict[str, int]:
    """The numbers of the new incidents, in the text and on the map."""
    return {view.id: number for number, view in enumerate(new, start=1)}


def new_section(
    desk: Desk, selection: Selection, numbers: Mapping[str, int], extra: Extra, settings: BriefingSettings
) -> Section:
    """The first ones in full by severity, the next in a table, the rest counted."""
    told = [
        _tell_item(desk, view, numbers[view.id], selection, extra.get(view.id, ()))
        for view in selection.new[: settings.full_items]
    ]
    groups = [
        Group(title=level.capitalize(), items=tuple(item for item in told if item.level == level)) for level in LEVELS
    ]
    last = settings.full_items + settings.table_rows
    return Section(
        key="new",
        title="New incidents",
        groups=tuple(group for group in groups if group.items),
        rows=tuple(
            _row(desk, view, numbers[view.id]) for view in selection.new[settings.full_items : last]
        ),
        more=max(0, len(selection.new) - last),
        empty="No new incident.",
    )  # fmt: skip


def changed_section(
    desk: Desk,
    selection: Selection,
    since: datetime | None,
    extra: Extra,
    outro: Sequence[Sentence],
    settings: BriefingSettings,
) -> Section:
    """Old and new values of what was told before; of what changed none, the newest words, and in the end its count."""
    items = []
    for view in selection.changed[: settings.table_rows]:
        sentences = [*desk.sifted(tell_changes(view, since), "a change", view.id), *extra.get(view.id, ())]
        items.append(_told_before(desk, view, selection, sentences, since))
    again: list[Item] = []
    for view in selection.retold:
        line = tell_retelling(view, since, settings.quote_characters)
        if line is not None and len(again) < settings.notes_per_type and desk.passes(line, "a quotation", view.id):
            again.append(_told_before(desk, view, selection, [line], since))
    groups = [Group(title="", items=tuple(items))] if items else []
    groups += (
        [Group(title="Told again, with words not told before", items=tuple(again), counted=False)] if again else []
    )
    title = CHANGED_TITLES.get(settings.kind, "") if settings.since_last or settings.kind == "weekly" else ""
    return Section(
        key="changed",
        title=title or "Changed in this period",
        groups=tuple(groups),
        outro=tuple(desk.sifted(outro, "counts", None)),
        more=max(0, len(selection.changed) - settings.table_rows),
        empty="No change.",
    )


def disputed_section(
    desk: Desk,
    selection: Selection,
    numbers: Mapping[str, int],
    since: datetime | None,
    settings: BriefingSettings,
) -> Section:
    """New incidents that are denied, told ones that have come to be, and where to find what is contested in part."""
    groups = []
    if selection.disputed:
        items = [_tell_item(desk, view, None, selection) for view in selection.disputed]
        groups.append(Group(title="Denied, disputed or retracted", items=tuple(items)))
    if selection.turned:
        items = []
        for view in selection.turned:
            sentences = desk.sifted([*tell_changes(view, since), *tell_denials(view)], "a change", view.id)
            items.append(_told_before(desk, view, selection, sentences, since))
        groups.append(Group(title="Told before, now denied or disputed", items=tuple(items)))
    contested = []
    for view in (*selection.new[: settings.full_items], *selection.changed):
        sentences = _tell_contested(desk, view, numbers.get(view.id), since)
        heading = heading_of(desk, view) if sentences else None
        if heading:
            contested.append(Item(id=view.id, heading=heading, sentences=tuple(sentences)))
    if contested:
        groups.append(Group(title="Contested in part", items=tuple(contested), counted=False))
    return Section(key="disputed", title="Disputed and denied", groups=tuple(groups), empty="Nothing is disputed.")


def _tell_contested(desk: Desk, view: IncidentView, number: int | None, since: datetime | None) -> list[Sentence]:
    """The conflicting figures and denials of a changed incident; of a new one, whose entry has them, its number."""
    figures = tell_figures(view, partial(desk.passes, about="a figure", view_id=view.id))
    conflicts = [told for told, conflict in figures if conflict]
    denials = tell_denials(view) if state_of(view) not in DISPUTED else []
    if number is not None:
        words = " and ".join([*(["conflicting numbers"] if conflicts else []), *(["a denial"] if denials else [])])
        return [sentence(words, ": see ", count(number), " above.")] if words else []
    # A figure that changed in the period is told as a change, from the old to the new.
    changed = {
        "lost" if revision.field == "losses" else revision.field.rpartition("_")[0]
        for revision in view.revisions
        if since is not None and revision.revised_at > since
        if revision.field == "losses" or revision.field.endswith(("_min", "_max"))
    }
    kept = [told for told in conflicts if not {fact.field for slot in told.slots for fact in slot.facts} & changed]
    return desk.sifted([*kept, *denials], "conflicting numbers", view.id)


def warning_section(desk: Desk, selection: Selection, settings: BriefingSettings) -> Section:
    """What was threatened or planned in the period in full, and a line for each that was told before and stands."""
    groups = []
    known = {state for state, _ in _WARNINGS}
    for state, title in (*_WARNINGS, ("", "Other")):
        views = [view for view in selection.warnings if (state_of(view) if state_of(view) in known else "") == state]
        if views:
            groups.append(Group(title=title, items=tuple(_tell_item(desk, view, None, selection) for view in views)))
    shown = selection.standing[: settings.open_items]
    standing = [
        Item(
            id=view.id,
            heading=heading_of(desk, view),
            sentences=tuple(desk.sifted([tell_open(view)], "date and articles", view.id)),
            level=grade_severity(view)[0],
        )
        for view in shown
    ]
    if standing:
        groups.append(Group(title="Told before, still standing", items=tuple(standing)))
    return Section(
        key="warnings",
        title="Threats and plans",
        groups=tuple(groups),
        more=len(selection.standing) - len(shown),
        intro="None of these has happened." if groups else "",
        empty="None reported, and none stands.",
    )


def open_section(desk: Desk, selection: Selection, settings: BriefingSettings) -> Section:
    """What goes on or is not repaired, in a table; other recent incidents are counted."""
    return Section(
        key="open",
        title="Still open",
        rows=tuple(_row(desk, view, None) for view in selection.open[: settings.open_items]),
        more=max(0, len(selection.open) - settings.open_items),
        outro=tuple(desk.sifted([tell_others(selection.others)], "counts", None)) if selection.others else (),
        empty="Nothing else is known to go on.",
    )


def _tell_item(
    desk: Desk, view: IncidentView, number: int | None, selection: Selection, extra: Sequence[Sentence] = ()
) -> Item:
    level, why, _ = grade_whole(view, selection.parts.get(view.id, ()))
    heading = desk.reduced(lambda without: tell_heading(view, echoed=echoed(view)), "heading", view.id)
    lead = desk.reduced(lambda without: tell_lead(view, without), "what, where and when", view.id)
    figures = tell_figures(view, partial(desk.passes, about="a figure", view_id=view.id))
    sentences = [
        *([lead] if lead else []),
        *desk.sifted(tell_actors(view), "who is behind it", view.id),
        *desk.sifted((told for told, _ in figures), "a figure", view.id),
    ]
    speakers = {slot.text for one in sentences for slot in one.slots if slot.kind == "speaker"}
    return Item(
        id=view.id,
        heading=heading,
        sentences=(*sentences, *extra),
        level=level,
        why_level=why,
        number=number,
        sureness=tuple(desk.sifted(tell_sureness(view, speakers), "how sure it is", view.id)),
        parts=_new_parts(desk, view, selection),
    )


def _told_before(
    desk: Desk, view: IncidentView, selection: Selection, sentences: Sequence[Sentence], since: datetime | None
) -> Item:
    level, why, _ = grade_whole(view, selection.parts.get(view.id, ()))
    return Item(
        id=view.id,
        heading=heading_of(desk, view),
        sentences=tuple(sentences),
        level=level,
        why_level=why,
        parts=(*_new_parts(desk, view, selection), *_changed_parts(desk, view, selection, since)),
    )


def _new_parts(desk: Desk, whole: IncidentView, selection: Selection) -> tuple[Sentence, ...]:
    """New parts: each with a figure or a facility of its own, and every one that joins a whole told before."""
    views = [part for part in selection.parts.get(whole.id, ()) if part.id in selection.fresh]
    if whole.id in selection.fresh:
        views = [part for part in views if _adds(part, whole)]
    return tuple(told for part in views for told in desk.sifted([tell_top(part)], "a part", part.id))


def _changed_parts(
    desk: Desk, whole: IncidentView, selection: Selection, since: datetime | None
) -> tuple[Sentence, ...]:
    told = []
    for part in selection.parts.get(whole.id, ()):
        if part.id not in selection.fresh:
            changes = tell_changes(replace(part, reports=()), since)
            told += desk.sifted([join_sentences(tell_heading(part), changes)], "a change of a part", part.id)
    return tuple(told)


def join_sentences(heading: Sentence, sentences: Sequence[Sentence], between: str = ". ") -> Sentence:
    """One line of a heading and what follows it."""
    return Sentence(
        text=between.join([heading.text, " ".join(one.text for one in sentences)]),
        slots=(*heading.slots, *(slot for one in sentences for slot in one.slots)),
    )


def _adds(part: IncidentView, whole: IncidentView) -> bool:
    """Whether a part tells more than the whole's heading: another facility or a figure."""
    figures = any(slot.kind == "number" for slot in tell_top(part).slots)
    return figures or not set(part.facilities) <= set(whole.facilities) or not part.facilities


def _row(desk: Desk, view: IncidentView, number: int | None) -> Item:
    level, why, _ = grade_severity(view)
    return Item(
        id=view.id,
        heading=heading_of(desk, view),
        sentences=tuple(desk.sifted([tell_open(view)], "date and articles", view.id)),
        level=level,
        why_level=why,
        number=number,
    )
