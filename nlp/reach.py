"""How far in time an incident may lie from a report that tells of it, known before the two are compared.

The ledger hands the resolver only the incidents within reach of a night's reports, so that a night's cost does not grow
with the archive. Dates decide, with a patience that is longest where report and incident share a facility or a story:
after 30 days the resolver's own score no longer tells one day from another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from nlp.compatibility import slack_days, widen
from nlp.pairing import named_targets, system_of
from nlp.records import Event, Report

_DATED_DAYS, _UNDATED_DAYS = 8, 14  # a report that gives no day of its own is of something told in the last days
_FOLLOWED_DAYS = 30  # repairs, funerals, inquiries
_AKIN_DAYS = 30  # where the story or a facility is the same: follow-ups, interruptions that go on


@dataclass(frozen=True, slots=True)
class Patience:
    """The days beyond its reach in which a report may find its incident."""

    any: int  # whatever the incident
    akin: int  # an incident told in the report's story, or at one of its facilities


def reach_of(event: Event, told_on: date) -> tuple[date, date]:
    """The days in which another telling of the event, which was told on this day, may lie by the event's own date."""
    low, high = widen(event.date) if event.date is not None else (told_on - timedelta(days=7), told_on)
    return extend((low, high), slack_days(event.date))


def patience_of(report: Report) -> Patience:
    """How long beyond its reach a report may find its incident."""
    span = report.event.date
    undated = span is None or span.basis == "publication"
    return Patience(any=_UNDATED_DAYS if undated else _DATED_DAYS, akin=_AKIN_DAYS)


def follow_up_days(told_on: date) -> tuple[date, date]:
    """The days in which an incident may lie that an article told on this day follows up."""
    return extend((told_on, told_on), _FOLLOWED_DAYS)[0], told_on


def systems_of(event: Event) -> tuple[set[str], set[str]]:
    """The facilities that the event hit, and the systems that they are parts of (nlp.pairing.system_of)."""
    facilities = {target.facility_id for target in named_targets(event) if target.facility_id is not None}
    return facilities, {system for one in facilities if (system := system_of(one)) is not None}


def extend(days: tuple[date, date], by: int) -> tuple[date, date]:
    """The interval made longer at both ends, within the calendar."""
    margin = timedelta(days=by)
    return max(days[0], date.min + margin) - margin, min(days[1], date.max - margin) + margin
