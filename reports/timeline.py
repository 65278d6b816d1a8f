"""What happened, changed, was restored or lies ahead, day by day and by type: the marks, and their drawing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal

from nlp.lifecycle import AHEAD
from reports.charts import FAMILIES, family_of
from reports.drawing import Shape, label, linked, number, shape, svg
from reports.records import TimelineMark
from reports.sentences import TOLD_AS_HAPPENED, state_of
from reports.severity import grade_severity
from reports.text import slug
from reports.words import MONTHS, format_day
from store.records import IncidentView

DAYS_BACK, DAYS_AHEAD = 28, 28
What = Literal["happened", "reported", "changed", "restored", "ahead"]
_KINDS: dict[What, tuple[str, Shape, str]] = {
    "happened": ("Happened", "dot", "k-new"), "reported": ("Reported, day not told", "ring", "k-open"),
    "changed": ("Changed", "diamond", "k-changed"), "restored": ("Restored", "tick", "k-good"),
    "ahead": ("Announced or threatened", "triangle", "k-ahead"),
}  # fmt: skip
_DAYS = ("day", "hour", None)
_STEP = 25.5  # pixels a day at least
_STACK = 3  # marks of one day and type; further ones are counted


def build_timeline(
    new: Iterable[IncidentView],
    changed: Iterable[IncidentView],
    still_open: Iterable[IncidentView],
    numbers: Mapping[str, int],
    today: date,
) -> tuple[TimelineMark, ...]:
    """The marks of four weeks before today and of four weeks ahead, in the order of their days."""
    marks = []
    told = [(view, False) for view in new] + [(view, True) for view in changed] + [(view, False) for view in still_open]
    ids = {view.id for view, _ in told}
    for view, is_changed in told:
        if view.parent_id not in ids:  # the whole stands for its parts
            marks += _marks_of(view, numbers.get(view.id), is_changed)
    first, last = today - timedelta(days=DAYS_BACK - 1), today + timedelta(days=DAYS_AHEAD)
    kept = (mark for mark in marks if first <= mark.on <= (last if mark.what == "ahead" else today))
    return tuple(sorted(kept, key=lambda mark: (mark.on, mark.number or 10**6, mark.what, mark.id)))


def _marks_of(view: IncidentView, on_map: int | None, is_changed: bool) -> list[TimelineMark]:
    level = grade_severity(view)[0]
    state = state_of(view)

    def mark(what: What, on: date) -> TimelineMark:
        return TimelineMark(id=view.id, number=on_map, on=on, what=what, level=level, event_type=view.event_type)

    if state in AHEAD:
        return [mark("ahead", view.occurred_on)] if view.occurred_on else []
    if state not in TOLD_AS_HAPPENED:
        return []
    told = view.occurred_on is not None and view.date_precision in _DAYS
    found = [mark("happened", view.occurred_on) if told and view.occurred_on
             else mark("reported", view.first_reported_at.date())]  # fmt: skip
    if view.restored_on is not None:
        found.append(mark("restored", view.restored_on))
    revised = [revision.revised_at.date() for revision in view.revisions]
    if is_changed and revised and max(revised) != view.restored_on:
        found.append(mark("changed", max(revised)))
    return found


def timeline_svg(
    marks: Sequence[TimelineMark], today: date, width: int, names: Mapping[str, str], reachable: Iterable[str] = ()
) -> str:
    """The drawing for a page, `width` pixels wide: a lane for each type, a column for each day; empty without marks."""
    inner, height = _draw(marks, today, width, names, frozenset(reachable))
    return svg(inner, width, height, timeline_summary(marks)) if inner else ""


def timeline_summary(marks: Sequence[TimelineMark]) -> str:
    """One line that tells what the drawing shows, for those who cannot see it."""
    if not marks:
        return "Nothing on the timeline."
    counted = [(sum(mark.what == what for mark in marks), _KINDS[what][0].lower()) for what in _KINDS]
    told = ", ".join(f"{count} {name}" for count, name in counted if count)
    return f"Timeline from {format_day(marks[0].on)} to {format_day(marks[-1].on)}: {told}."


def _draw(
    marks: Sequence[TimelineMark], today: date, width: int, names: Mapping[str, str], told: frozenset[str]
) -> tuple[str, float]:
    narrow = width < 500
    left = 4.0 if narrow else 128.0
    days = _days(marks, today, int((width - left - 4) // _STEP))
    step = min((width - left - 4) / len(days), 2 * _STEP)
    # What lies outside stands in the outermost columns, whose heads say so.
    shown = [(mark, min(max(mark.on, days[0]), days[-1])) for mark in marks]
    if not shown:
        return "", 0.0
    heads = {day: str(day.day) for day in days}
    heads |= {days[0]: "…"} if marks[0].on < days[0] else {}
    heads |= {days[-1]: "…"} if marks[-1].on > days[-1] else {}
    lanes: dict[str, dict[date, list[TimelineMark]]] = defaultdict(lambda: defaultdict(list))
    for mark, day in shown:
        lanes[family_of(mark.event_type)][day].append(mark)
    drawn, under = [], []
    top = 44.0
    for name in (name for name, _, _ in FAMILIES if name in lanes):
        deepest = min(max(len(stack) for stack in lanes[name].values()), _STACK)
        more = any(len(stack) > _STACK for stack in lanes[name].values())
        height = 25.0 * deepest + 5 + (14 if more else 0)
        head = 17.0 if narrow else 0.0
        box = f'x="{number(left)}" y="{number(top + head)}" width="{number(len(days) * step)}"'
        under.append(f'<rect class="lane" {box} height="{number(height)}"/>')
        under.append(label(name, left if narrow else 0, top + (12 if narrow else 19), "m-text"))
        for day, stack in sorted(lanes[name].items()):
            x = left + step * days.index(day) + step / 2
            for n, mark in enumerate(stack[:_STACK]):
                drawn.append(_mark(mark, x, top + head + 15 + 25 * n, names, told))
            if len(stack) > _STACK:
                drawn.append(label(f"+{len(stack) - _STACK}", x, top + head + 25 * _STACK + 12, "off"))
        top += head + height + 3
    return _legend(marks, width) + "".join(under) + _axis(heads, today, left, step, top) + "".join(drawn), top


def _days(marks: Sequence[TimelineMark], today: date, columns: int) -> list[date]:
    """The days shown: what lies ahead gets a third of the columns at most, the days before today the rest."""
    ahead = max(((mark.on - today).days for mark in marks), default=0)
    after = min(max(ahead, 0), columns // 3)
    earliest = min((mark.on for mark in marks), default=today)
    before = min(max((today - earliest).days + 2, 7), columns - after)
    first = today - timedelta(days=before - 1)
    return [first + timedelta(days=n) for n in range((today - first).days + after + 1)]


def _mark(mark: TimelineMark, x: float, y: float, names: Mapping[str, str], told: frozenset[str]) -> str:
    words, kind, style = _KINDS[mark.what]
    with_number = mark.what == "happened" and mark.number is not None and mark.number < 100
    drawn = shape(kind, style, x, y, 10 if with_number else 7)
    if with_number:
        drawn += label(str(mark.number), x, y + 4, "on")
    name = f"{mark.number}: " if mark.number else ""
    name += f"{names.get(mark.id, 'incident')}; {words.lower()}, {format_day(mark.on)}"
    return linked(drawn, f"i-{slug(mark.id)}" if mark.id in told else None, name)


def _axis(heads: Mapping[date, str], today: date, left: float, step: float, bottom: float) -> str:
    drawn, days = [], list(heads)
    for n, (day, head) in enumerate(heads.items()):
        x = left + step * n + step / 2
        drawn.append(label(head, x, 39, "m-text", ' text-anchor="middle"'))
        if n == 0 or day.day == 1:
            drawn.append(label(MONTHS[day.month - 1][:3], x, 26, "m-text", ' text-anchor="middle"'))
    if today in days and days[-1] > today:
        x = left + step * (days.index(today) + 1)
        drawn.append(f'<path class="today" d="M{number(x)} 30V{number(bottom)}"/>')
    return "".join(drawn)


def _legend(marks: Sequence[TimelineMark], width: int) -> str:
    drawn, x = [], 8.0
    for what, (name, kind, style) in _KINDS.items():
        if any(mark.what == what for mark in marks):
            if width < 500:
                name = {"reported": "Reported", "ahead": "Ahead"}.get(what, name)
            drawn += [shape(kind, style, x, 8, 6), label(name, x + 11, 12, "m-text")]
            x += 34 + 6.3 * len(name)
    return "".join(drawn)
