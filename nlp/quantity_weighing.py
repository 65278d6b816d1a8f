"""The cue words of a sentence, weighed by their distance from a figure: nearest and governing first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from nlp.quantity_cues import BREAK, CUE, NORMAL, OBJECT_NOUN, WEAK, WEAK_FOR_BULK

BULK = frozenset({"bbl", "m3", "t", "MWh"})
_GOVERNS = re.compile(r"\s*(?::|(?:of|is|was|to|at|totall?ing|exceed\w*)\b)")
_MODAL_BEFORE_CUE = re.compile(r"\b(?:would|could|might|may|risk\w*)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A cue as the role it speaks for, and how far off it stands."""

    role: str
    cost: int
    modal: bool = False  # "could be lost": a modal between the figure and its cue


def cue_candidates(before: str, after: str, unit: str) -> Iterable[Candidate]:
    """Cues with their distance in characters; a clause break, and standing behind the figure, count as distance."""
    bulk = unit in BULK
    for m in CUE.finditer(before):
        role = m.lastgroup or ""
        if not _allowed(role, unit):
            continue
        gap = before[m.end() :]
        cost = len(gap) + 30 * len(BREAK.findall(gap))
        cost += _weight(role, m.group(), bulk, _GOVERNS.match(gap) is not None)
        if role == "throughput" and NORMAL.search(before[max(0, m.start() - 30) : m.start()]):
            cost -= 20
        yield Candidate(role=role, cost=cost)
    skip = 0
    noun = OBJECT_NOUN.match(after)
    if noun is not None:
        skip = noun.end()
        role = {"capacity": "capacity", "storage": "stored"}.get(noun["noun"].lower(), "throughput")
        if _allowed(role, unit):
            yield Candidate(role=role, cost=95)
    for m in CUE.finditer(after, skip):
        role = m.lastgroup or ""
        if not _allowed(role, unit):
            continue
        gap = after[skip : m.start()]
        cost = 12 + len(gap) + 45 * len(BREAK.findall(gap)) + _weight(role, m.group(), bulk)
        yield Candidate(role=role, cost=cost, modal=_MODAL_BEFORE_CUE.search(gap) is not None)


def _allowed(role: str, unit: str) -> bool:
    if role == "spilled":
        return unit in ("bbl", "m3", "t", "bbl/d", "m3/d")
    if role == "recovered":
        return unit in ("bbl", "m3", "t")
    if role == "stored":
        return unit in BULK
    return True


def _weight(role: str, cue: str, bulk: bool, governs: bool = False) -> int:
    """A noun such as "output" names what was lost or moved; the verb that governs it decides."""
    lower = cue.lower()
    if role == "capacity" and lower.endswith(("capacity", "capacities")) and not governs:
        return 45
    if role == "throughput" and lower.endswith(" at"):
        return 30
    if role == "lost" and bulk and lower in WEAK_FOR_BULK:
        return 25
    return WEAK.get(role, {}).get(lower, 0)
