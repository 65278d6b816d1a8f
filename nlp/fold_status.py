"""Where an incident stands, from threatened to restored, and which report moved it there.

The rules stand in docs/design/resolution.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from nlp.fold_values import origin_of, told_at
from nlp.records import HAPPENED, FactClaim, Quantity, Report

# Interruptions last until someone says that they are over; a strike or a spill is done when it is told.
LASTING = frozenset({"outage", "blockade"})
MISHAPS = frozenset({"accident", "outage", "natural_hazard"})
_ENOUGH = 0.95  # of what was lost; figures are rounded
_DAY = timedelta(days=1)
Back = Literal["part", "whole", "bare"]
_BACK: tuple[Back, ...] = ("part", "whole", "bare")
_AHEAD = ("foiled", "threatened", "planned")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A status, the report that moved the incident into it, and what is known of an interruption's end."""

    status: str
    event_id: str
    restored_on: date | None = None
    interrupted: bool = False
    last_told_on: date | None = None  # the last day on which a report says that the interruption goes on


def find_standing(ordered: Sequence[Report], event_type: str, occurred_on: date | None) -> Standing:
    """The status of an incident from its reports, oldest first; `event_type` is the incident's."""
    happened = [r for r in ordered if r.event.factuality in HAPPENED]
    denials = [r for r in ordered if denials_in(r, event_type)]
    if not happened:
        return _ahead(ordered, denials)
    if denials and not any(r.event.factuality == "asserted" for r in happened):
        return Standing(status="disputed", event_id=denials[0].event_id)
    stopped = [r for r in happened if r.event.event_type in LASTING]
    interrupted = event_type in LASTING or bool(stopped)
    lost = _most_lost(happened)
    back = _find_end(happened, lost, interrupted=interrupted)
    going_on = [r for r in stopped or happened if _extent_back(r, lost) in (None, "part")]
    last = max((told_at(r).date() for r in going_on), default=None)
    if back is None:
        first = stopped[0] if event_type in LASTING and stopped else _first_told(happened)
        status = "ongoing" if event_type in LASTING else "occurred"
        return Standing(status=status, event_id=first.event_id, interrupted=interrupted, last_told_on=last)
    if _extent_back(back, lost) == "part":
        return Standing(status="partly_restored", event_id=back.event_id, interrupted=interrupted, last_told_on=last)
    return Standing(
        status="restored",
        event_id=back.event_id,
        restored_on=_day_back(back, occurred_on),
        interrupted=interrupted,
        last_told_on=last,
    )


def denials_in(report: Report, event_type: str) -> list[FactClaim]:
    """The claims of a report that deny the happening itself, of an incident of this type.

    That a fault was no attack, that a strike spilled nothing, that the accused had no part in it: none of these does.
    """
    if event_type in MISHAPS and report.event.event_type not in MISHAPS:
        return []
    return [c for c in report.event.claims if c.factuality == "denied" and c.about is None] or (
        [FactClaim(factuality="denied", speaker=None, span=report.event.trigger.span)]
        if report.event.factuality == "denied"
        else []
    )


def _ahead(ordered: Sequence[Report], denials: Sequence[Report]) -> Standing:
    for grade in _AHEAD:
        telling = [r for r in ordered if r.event.factuality == grade] or [
            r for r in ordered if any(c.factuality == grade for c in r.event.claims)
        ]
        if telling:
            return Standing(status=grade, event_id=telling[0].event_id)
    if denials:
        return Standing(status="denied", event_id=denials[0].event_id)
    return Standing(status="occurred", event_id=ordered[0].event_id)


def _first_told(happened: Sequence[Report]) -> Report:
    return next((r for r in happened if r.event.factuality == "asserted"), happened[0])


def _find_end(happened: Sequence[Report], lost: Mapping[str, float], *, interrupted: bool) -> Report | None:
    """The report that ended an interruption, in whole or in part; None where it goes on, or was none.

    Once the whole is said to be back it stays so: what stops anew is another incident, or an analyst's to reopen.
    A bare "resumed" is the whole, unless a report of that day or later says that it is a part.
    """
    said = [
        (report, extent)
        for report in happened
        if (extent := _extent_back(report, lost)) is not None and (interrupted or _restored(report))
    ]
    whole = next((report for report, extent in said if extent == "whole"), None)
    if whole is not None:
        return whole
    parts = [report for report, extent in said if extent == "part"]
    bare = list({origin_of(r): r for r, extent in reversed(said) if extent == "bare"}.values())[::-1]  # its first words
    if not parts:
        return bare[0] if bare else None
    return next((r for r in bare if told_at(r) - told_at(parts[-1]) > _DAY), parts[0])


def _extent_back(report: Report, lost: Mapping[str, float]) -> Back | None:
    """How much a report says is back: part, whole, bare (it does not say how much), None where it tells no return."""
    found: set[Back] = set()
    for quantity in _restored(report):
        found.add(_share(quantity, lost))
    if report.event.resumed:
        found.add(report.event.resumption or "bare")
    return next((extent for extent in _BACK if extent in found), None)


def _restored(report: Report) -> list[Quantity]:
    return [q for q in report.quantities if q.role == "restored" and not q.superseded]


def _share(restored: Quantity, lost: Mapping[str, float]) -> Back:
    """Whether what is back is less than the most that any report says was lost; a percentage is of the whole."""
    back = _most(restored)
    whole = 100.0 if restored.unit == "%" else lost.get(restored.unit, 0.0)
    if not back or not whole:
        return "bare"
    return "part" if back < _ENOUGH * whole else "whole"


def _most_lost(happened: Sequence[Report]) -> dict[str, float]:
    lost: dict[str, float] = {}
    for report in happened:
        for quantity in report.quantities:
            if quantity.role in ("lost", "customers") and not quantity.superseded:
                lost[quantity.unit] = max(lost.get(quantity.unit, 0.0), _most(quantity))
    return lost


def _most(quantity: Quantity) -> float:
    return quantity.maximum if quantity.maximum is not None else quantity.minimum or 0.0


def _day_back(report: Report, occurred_on: date | None) -> date:
    """The day of the return: the report's own day where it lies behind the beginning, else that of the report."""
    told = told_at(report).date()
    day = report.event.date
    if day is None or day.basis == "publication" or day.precision not in ("day", "hour") or occurred_on is None:
        return told
    return day.start if occurred_on < day.start <= told else told
