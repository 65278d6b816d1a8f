"""What a quantity is told for: its role is read from the words of its own sentence, nearest and governing first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from nlp.quantity_cues import (
    APPOSITION,
    AT_RISK,
    ATTRIBUTIVE,
    BREAK,
    COMPARED,
    CUE,
    DEADWEIGHT,
    FROM_BEFORE,
    FUEL_AFTER,
    FULLNESS,
    LOSS_NOUN,
    MODAL,
    MORE,
    NAMED_BY_SIZE,
    NAMED_LOSS,
    NORMAL,
    NOT_REAL,
    OBJECT_NOUN,
    PLANT,
    SHIP_SIZE,
    SPILL_NOUN,
    STOPPED_AFTER,
    STOPPED_BEFORE,
    TO_BEFORE,
    VESSEL,
    WEAK,
    WEAK_FOR_BULK,
)
from nlp.records import QuantityRole

_BULK = frozenset({"bbl", "m3", "t", "MWh"})
_FLOWS = frozenset({"bbl/d", "m3/d", "bcm/y", "t/d", "t/y", "MW"})
_GOVERNS = re.compile(r"\s*(?::|(?:of|is|was|to|at|totall?ing|exceed\w*)\b)")
_AT_RISK_NEAR = re.compile(rf"\b(?:{AT_RISK})\b", re.IGNORECASE)
_ABOARD = re.compile(r"\bwith\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_ILLICIT = re.compile(r"\b(?:stolen|smuggled|illicit|illegal\w*|adulterated|contraband)\b", re.IGNORECASE)
_FROM_RESERVE = re.compile(r"\b(?:reserves?|stockpiles?|stocks|iea|members)\b", re.IGNORECASE)
_SEIZED = re.compile(r"\b(?:seiz\w+|confiscat\w+|impound\w+|recover\w+)\b[^.;,]{0,40}$", re.IGNORECASE)
_MODAL_BEFORE_CUE = re.compile(r"\b(?:would|could|might|may|risk\w*)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    role: str
    cost: int
    modal: bool = False  # "could be lost": a modal between the figure and its cue


def decide_role(before: str, after: str, *, unit: str, compound: bool, previous: QuantityRole | None) -> QuantityRole:
    """The role of a figure from its sentence's words before and after it; `previous` is that of the figure before."""
    if previous is not None and previous != "price" and APPOSITION.search(before):
        return previous
    if previous in ("lost", "throughput", "spilled", "stored", "capacity") and COMPARED.search(before):
        return previous
    if unit == "km":
        return "lost" if re.search(r"\b(?:st[oe]l\w+|thefts?)\b[^.;,]{0,40}$", before, re.IGNORECASE) else "other"
    bulk, flow = unit in _BULK, unit in _FLOWS
    if bulk and SPILL_NOUN.match(after.lstrip(".")):
        return "spilled"
    if compound and (noun := LOSS_NOUN.match(after)) is not None:
        return "other" if re.match(r"increase|rise|surge|hike|jump|surplus|boost", noun["noun"], re.I) else "lost"
    attributive = unit != "%" and ATTRIBUTIVE.match(after) is not None
    if attributive and bulk and compound:
        return "capacity"
    bracketed = flow and before.endswith("(") and after.startswith(")")  # "unit 11 (1,075 MW)"
    if bracketed or (attributive and (flow or compound) and not re.search(r"\b(?:by|of)\s*$", before)):
        return _size_role(before, after[1:] if bracketed else after, bracketed)
    if bulk and ((compound and SHIP_SIZE.match(after)) or DEADWEIGHT.search(before)):
        return "capacity"
    if unit == "%" and FULLNESS.match(after):
        return "stored"
    if flow and MORE.match(after):
        return "other"
    if bulk and _ABOARD.search(before) and (VESSEL.search(before) or FUEL_AFTER.match(after)):
        return "throughput"
    if NAMED_LOSS.search(before):
        return "at_risk" if MODAL.search(before[-60:]) else "lost"
    level = TO_BEFORE.search(before) or FROM_BEFORE.search(before)
    candidates = sorted(_candidates(before, after, unit), key=lambda c: c.cost)
    best = candidates[0] if candidates else None
    if best is None or (best.cost > 90 and unit == "MW"):
        if unit == "MW" and (NAMED_BY_SIZE.match(after) or PLANT.search(before + " # " + after)):
            return "capacity"
        return "other" if best is None else _plain(best.role, unit)
    role = best.role
    if role == "recovered":
        if bulk:
            return "stored" if _ILLICIT.search(before[-60:] + after[:40]) else "other"
        return "restored"
    if role == "capacity" and flow and STOPPED_AFTER.match(after) is not None:
        return _size_role(before, after, bracketed=True)
    if role in ("lost", "raised") and level:
        return _level_role(candidates, flow)
    if role == "raised":
        return "other"
    if role == "lost" and (
        best.modal or MODAL.search(before) or _AT_RISK_NEAR.search(before[-60:] + " # " + after[:60])
    ):
        return "at_risk"
    if role == "spilled" and bulk and _FROM_RESERVE.search(before + " # " + after):
        return "other"
    if role == "lost" and bulk and _SEIZED.search(before[-60:]):
        return "stored"
    if role == "spilled" and MODAL.search(before[-60:]):
        return "at_risk"
    return _plain(role, unit)


def _size_role(before: str, after: str, bracketed: bool) -> QuantityRole:
    """The size of a works that is said to have stopped is lost; any other is its capacity."""
    if NOT_REAL.search(before[-70:]):
        return "capacity"
    stopped = STOPPED_BEFORE.search(before)
    if stopped is not None and re.match(r"[^.;,]{0,40}['’]s\b", after) is None:
        return "lost"
    if STOPPED_AFTER.match(after) is not None and NOT_REAL.search(after[:60]) is None:
        return "lost"
    return "capacity"


def _level_role(candidates: list[_Candidate], flow: bool) -> QuantityRole:
    """What "fell to" and "up from" reach or leave is a level: of a flow, or of what lies in store."""
    if flow:
        return "throughput"
    return "stored" if any(c.role == "stored" for c in candidates) else "other"


def _plain(role: str, unit: str) -> QuantityRole:
    """The cue's role where it is one of the vocabulary's; a share of a flow is no flow."""
    if role in ("recovered", "raised") or (unit == "%" and role in ("throughput", "capacity")):
        return "other"
    return role  # type: ignore[return-value]  # the other groups of CUE are roles


def _candidates(before: str, after: str, unit: str) -> Iterable[_Candidate]:
    """Cues with their distance in characters; a clause break, and standing behind the figure, count as distance."""
    bulk = unit in _BULK
    for m in CUE.finditer(before):
        role = m.lastgroup or ""
        if not _allowed(role, unit):
            continue
        gap = before[m.end() :]
        cost = len(gap) + 30 * len(BREAK.findall(gap))
        cost += _weight(role, m.group(), bulk, _GOVERNS.match(gap) is not None)
        if role == "throughput" and NORMAL.search(before[max(0, m.start() - 30) : m.start()]):
            cost -= 20
        yield _Candidate(role=role, cost=cost)
    skip = 0
    noun = OBJECT_NOUN.match(after)
    if noun is not None:
        skip = noun.end()
        role = {"capacity": "capacity", "storage": "stored"}.get(noun["noun"].lower(), "throughput")
        if _allowed(role, unit):
            yield _Candidate(role=role, cost=95)
    for m in CUE.finditer(after, skip):
        role = m.lastgroup or ""
        if not _allowed(role, unit):
            continue
        gap = after[skip : m.start()]
        cost = 12 + len(gap) + 45 * len(BREAK.findall(gap)) + _weight(role, m.group(), bulk)
        yield _Candidate(role=role, cost=cost, modal=_MODAL_BEFORE_CUE.search(gap) is not None)


def _allowed(role: str, unit: str) -> bool:
    if role == "spilled":
        return unit in ("bbl", "m3", "t", "bbl/d", "m3/d")
    if role == "recovered":
        return unit in ("bbl", "m3", "t")
    if role == "stored":
        return unit in _BULK or unit == "%"
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
