"""Resolved: what is back, what no article tells any more, and what an analyst dismissed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from reports.changes import tell_changes
from reports.desk import Desk
from reports.records import Group, Item, Section, Sentence
from reports.sections import heading_of
from reports.selection import Selection
from reports.severity import grade_severity
from reports.slots import count, sentence
from store.records import IncidentView

_GROUPS = (
    ("restored", "Restored"), ("retracted", "Retracted: no article tells it any more"),
    ("dismissed", "Dismissed by an analyst"),
)  # fmt: skip


def resolved_section(
    desk: Desk, selection: Selection, since: datetime | None, extra: Mapping[str, Sequence[Sentence]]
) -> Section:
    """One line each: from which status, who says so, and how long it was out."""
    groups = []
    for status, title in _GROUPS:
        views = [view for view in selection.resolved if view.status == status]
        items = tuple(
            Item(
                id=view.id,
                heading=heading_of(desk, view),
                sentences=(*desk.sifted(_tell(view, since), "how it ended", view.id), *extra.get(view.id, ())),
                level=grade_severity(view)[0],
            )
            for view in views
        )
        if items:
            groups.append(Group(title=title, items=items))
    return Section(key="resolved", title="Resolved", groups=tuple(groups), empty="Nothing was resolved.")


def _tell(view: IncidentView, since: datetime | None) -> list[Sentence]:
    changes = tell_changes(view, since)
    out = tell_length(view)
    # How long stands after the change of status, before what else changed.
    at = next((n for n, told in enumerate(changes, start=1) if told.text.startswith("Status")), 0)
    return [*changes[:at], *([out] if out else []), *changes[at:]]


def tell_length(view: IncidentView) -> Sentence | None:
    """For how many days it was out, where that is known and it is back."""
    if view.status != "restored" or not view.days_out:
        return None
    return sentence("out for ", count(view.days_out), " day." if view.days_out == 1 else " days.")
