"""How far an incident can be believed: the Admiralty scale of NATO STANAG 2511 and a tier of evidence.

The rules stand in docs/design/resolution.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from nlp.fold_status import denials_in
from nlp.fold_values import origin_of, reliability_rank, told_at
from nlp.officials import is_official
from nlp.records import HAPPENED, Report

Tier = Literal["single_source", "corroborated", "official", "disputed", "retracted"]
TIERS: tuple[Tier, ...] = ("single_source", "corroborated", "official", "disputed", "retracted")

CONFIRMED, PROBABLE, POSSIBLE, DOUBTFUL, IMPROBABLE, NOT_JUDGED = 1, 2, 3, 4, 5, 6
_FAIR = 3  # rank of a fairly reliable source, C
_UNRELIABLE = 0
_NOT_KNOWN = 1


@dataclass(frozen=True, slots=True)
class Evidence:
    """Credibility 1 (confirmed) to 6 (cannot be judged), the tier, and the report that decided it."""

    credibility: int
    tier: Tier
    event_id: str


def weigh(settled: Sequence[Report], event_type: str, status: str) -> Evidence:
    """Grades what the reports of an incident say, oldest first, each with the grade of its origin.

    Only origins count, never the number of reports: a further copy cannot raise a grade.
    """
    denying = [r for r in settled if denials_in(r, event_type)]
    if status == "denied":
        return Evidence(IMPROBABLE, "disputed", denying[0].event_id if denying else settled[0].event_id)
    telling = [r for r in settled if _tells(r, status)] or list(settled)
    origins = {origin_of(r) for r in telling}
    official = [r for r in telling if is_official(r)]
    outright = [r for r in telling if r.event.factuality == "asserted"]
    best = max(reliability_rank(r) for r in telling)
    several = len(origins) > 1
    if denying:
        deniers = {origin_of(r) for r in denying}
        if status != "disputed" and several and outright:
            return Evidence(POSSIBLE, "official" if official else "corroborated", _second(telling).event_id)
        credibility = IMPROBABLE if len(deniers) > len(origins) else DOUBTFUL
        return Evidence(credibility, "disputed", denying[0].event_id)
    if official:
        tier, decided = "official", official[0]
    elif several:
        tier, decided = "corroborated", _second(telling)
    else:
        tier, decided = "single_source", telling[0]
    return Evidence(
        _uncontested(best, several=several, outright=bool(outright), official=bool(official)),
        tier,  # type: ignore[arg-type]
        decided.event_id,
    )


def _tells(report: Report, status: str) -> bool:
    if status in ("foiled", "threatened", "planned"):
        return report.event.factuality == status
    return report.event.factuality in HAPPENED


def _uncontested(best: int, *, several: bool, outright: bool, official: bool) -> int:
    if several:
        if best < _FAIR:
            return POSSIBLE
        return CONFIRMED if outright else PROBABLE
    if official:
        return PROBABLE if best >= _FAIR else POSSIBLE
    return {_NOT_KNOWN: NOT_JUDGED, _UNRELIABLE: DOUBTFUL}.get(best, POSSIBLE)


def _second(telling: Sequence[Report]) -> Report:
    """The report with which a second origin came."""
    first = min(telling, key=lambda r: (told_at(r), r.event_id))
    return next((r for r in telling if origin_of(r) != origin_of(first)), first)
