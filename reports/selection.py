"""Which part of a briefing tells an incident: each stands in one place, under the whole that it is part of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from nlp.lifecycle import AHEAD
from reports.changes import tell_changes
from reports.open_items import lasting, standing_threats
from reports.sentences import TOLD_AS_HAPPENED, state_of
from reports.severity import grade_whole
from store.records import IncidentView, Snapshot

DISPUTED = frozenset({"denied", "disputed", "retracted"})
_RESOLVED = frozenset({"restored", "retracted", "dismissed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The incidents of a briefing by where they are told, each list gravest first."""

    new: tuple[IncidentView, ...] = ()  # happened
    warnings: tuple[IncidentView, ...] = ()  # new, and nothing has happened
    disputed: tuple[IncidentView, ...] = ()  # new, and denied or disputed
    changed: tuple[IncidentView, ...] = ()
    resolved: tuple[IncidentView, ...] = ()  # restored, retracted or dismissed in the period
    turned: tuple[IncidentView, ...] = ()  # told before, denied or disputed since
    retold: tuple[IncidentView, ...] = ()  # told again, and nothing changed
    open: tuple[IncidentView, ...] = ()
    standing: tuple[IncidentView, ...] = ()  # threats and plans told before
    others: int = 0
    parts: Mapping[str, tuple[IncidentView, ...]]  # new and changed parts, by the id of their whole
    fresh: frozenset[str]  # ids of what was created in the period

    @property
    def counted(self) -> int:
        """How many incidents the briefing tells as new, changed or resolved."""
        return len(self.new) + len(self.changed) + len(self.resolved)

    @property
    def anything(self) -> bool:
        """Whether there is any news."""
        return bool(self.counted or self.warnings or self.disputed or self.turned)

    @property
    def told(self) -> tuple[IncidentView, ...]:
        """Everything that is told as news."""
        return (*self.new, *self.changed, *self.resolved, *self.disputed, *self.turned, *self.warnings)


def select(snapshot: Snapshot) -> Selection:
    """Puts each incident of the snapshot in its place."""
    since = snapshot.since
    fresh = frozenset(view.id for view in snapshot.new)
    present = {view.id for view in (*snapshot.new, *snapshot.changed)}
    parts: dict[str, list[IncidentView]] = {}
    children: dict[str, list[IncidentView]] = {}
    for view in (*snapshot.new, *snapshot.changed):
        if view.parent_id is not None and view.parent_id != view.id:
            children.setdefault(view.parent_id, []).append(view)
    whole: dict[str, list[IncidentView]] = {"new": [], "changed": []}
    for name, views in (("new", snapshot.new), ("changed", snapshot.changed)):
        for view in _ordered(views, children):
            if view.parent_id not in present or view.parent_id == view.id:
                whole[name].append(view)
            elif name == "new" or changes_of(view, since):
                parts.setdefault(view.parent_id or "", []).append(view)
    changed, resolved, turned, retold = [], [], [], []
    for view in whole["changed"]:
        state = state_of(view)
        moved = _moved(view, since)
        if moved and (view.status in _RESOLVED or state in _RESOLVED):
            resolved.append(view)
        elif moved and state in DISPUTED:
            turned.append(view)
        elif changes_of(view, since) or view.id in parts:
            changed.append(view)
        else:
            retold.append(view)
    earlier = _ordered([*(view for view in snapshot.open if view.parent_id not in present), *retold], children)
    going = lasting([view for view in earlier if state_of(view) not in AHEAD], snapshot.generated_at)
    over = [view for view in earlier if view not in going and state_of(view) in TOLD_AS_HAPPENED]
    return Selection(
        new=tuple(view for view in whole["new"] if state_of(view) in TOLD_AS_HAPPENED),
        warnings=tuple(view for view in whole["new"] if state_of(view) not in TOLD_AS_HAPPENED | DISPUTED),
        disputed=tuple(view for view in whole["new"] if state_of(view) in DISPUTED),
        changed=tuple(changed),
        resolved=tuple(resolved),
        turned=tuple(turned),
        retold=tuple(retold),
        open=tuple(going),
        standing=tuple(standing_threats(earlier, snapshot.generated_at)),
        others=snapshot.others + len(over),
        parts={whole_id: tuple(views) for whole_id, views in parts.items()},
        fresh=fresh,
    )


def changes_of(view: IncidentView, since: datetime | None) -> bool:
    """Whether a reader is told a change: an article that says nothing else is none."""
    return bool(tell_changes(replace(view, reports=()), since)) if since is not None else False


def _moved(view: IncidentView, since: datetime | None) -> bool:
    """Whether the status is another than at the beginning of the period."""
    steps = [
        revision for revision in view.revisions
        if revision.field == "status" and (since is None or revision.revised_at > since)
    ]  # fmt: skip
    return bool(steps) and steps[0].old != steps[-1].new


def _ordered(views: Iterable[IncidentView], parts: Mapping[str, Sequence[IncidentView]]) -> Sequence[IncidentView]:
    """Gravest first, then the best reported, then the latest; the id settles the rest."""
    return sorted(
        views,
        key=lambda view: (
            -grade_whole(view, parts.get(view.id, ()))[2],
            -view.independent_reports,
            -view.last_reported_at.timestamp(),
            view.id,
        ),
    )
