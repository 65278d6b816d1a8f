"""Still open: what goes on or is not repaired, and the threats and plans that stand; the rest is counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from nlp.lifecycle import AHEAD, GOING_ON
from nlp.records import HAPPENED
from reports.records import Sentence
from reports.sentences import state_of
from reports.slots import count, sentence
from store.records import IncidentView

_HAPPENED = HAPPENED | {"occurred"}
_DAYS = {"day": 1.0, "hour": 1 / 24}
_SPAN = {"week": 7, "month": 31, "year": 366}  # how long after its first day a date of this precision may lie


def lasting(views: Sequence[IncidentView], now: datetime) -> list[IncidentView]:
    """Those that a reader must still reckon with, in the order given."""
    return [view for view in views if _lasts(view, now)]


def standing_threats(views: Sequence[IncidentView], now: datetime) -> list[IncidentView]:
    """The threats and plans told before that still stand, those with a day first."""
    ahead = [view for view in views if state_of(view) in AHEAD and _lasts(view, now)]
    return sorted(ahead, key=lambda view: (view.occurred_on is None, view.occurred_on or now.date()))


def _lasts(view: IncidentView, now: datetime) -> bool:
    state = state_of(view)
    if view.status in GOING_ON and state not in AHEAD:
        return True
    if state in _HAPPENED:
        return _until(view) > now
    if state in AHEAD:
        return state == "threatened" if view.occurred_on is None else _last_day(view) >= now.date()
    return False


def _until(view: IncidentView) -> datetime:
    """When the longest duration told of it runs out, counted from its day or from its first report."""
    start = view.first_reported_at
    if view.occurred_on is not None:
        start = datetime.combine(view.occurred_on, start.timetz())
    days = [
        (fact.maximum or fact.minimum or 0.0) * _DAYS.get(fact.unit or "", 0.0)
        for fact in view.facts
        if fact.field == "duration" and not fact.superseded
    ]
    return start + timedelta(days=min(max(days, default=0.0), 3660))


def _last_day(view: IncidentView) -> date:
    assert view.occurred_on is not None
    last = view.occurred_until or view.occurred_on
    return last + timedelta(days=_SPAN.get(view.date_precision or "", 0))


def tell_others(number: int) -> Sentence:
    """How many recent incidents are over or tell of no lasting effect."""
    return sentence(
        count(number),
        " other recent incident is in the ledger." if number == 1 else " other recent incidents are in the ledger.",
    )
