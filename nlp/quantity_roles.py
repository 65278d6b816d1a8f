"""What a quantity is told for: the clause's own words first, then the nearest cue of its sentence."""

from __future__ import annotations

import re

from nlp.quantity_clauses import (
    ADDED_ROOM,
    AGAIN_AFTER,
    AGAIN_AT,
    AT_FULL,
    AVAILABLE_BEFORE,
    BACK_TO,
    BOUGHT_BEFORE,
    CAN_DO,
    COST_BEFORE,
    DOWN_AFTER,
    DOWN_BEFORE,
    FORCED_OUT,
    FUTURE,
    GIVEN_FROM_RESERVE,
    LADEN,
    LADEN_AFTER,
    LARGEST_AT,
    OR_LOSE,
    OUT_AFTER,
    PLANNED_LOSS,
    RAISED_BY,
    RELATIVE,
    RESTARTED_BEFORE,
    ROOM_AFTER,
    RUINED_BEFORE,
    RUNNING_AFTER,
    SHARE_CUT,
    SHIP_AROUND,
    SIZE_APART,
    SIZE_BEFORE,
    SPILL_RATE,
    STILL_IN,
    TAKEN_AFTER,
    TAKEN_OUT,
    THEFT_BEFORE,
    TO_NOTHING,
    USUAL_BEFORE,
    WANTED_AFTER,
    WANTED_BEFORE,
    WOULD_GO,
)
from nlp.quantity_cues import (
    APPOSITION,
    AT_RISK,
    ATTRIBUTIVE,
    COMPARED,
    DEADWEIGHT,
    FROM_BEFORE,
    FULLNESS,
    LOSS_NOUN,
    MODAL,
    MORE,
    NAMED_BY_SIZE,
    NAMED_LOSS,
    NOT_REAL,
    PLANT,
    SHIP_SIZE,
    SPILL_NOUN,
    STOPPED_AFTER,
    STOPPED_BEFORE,
    TO_BEFORE,
)
from nlp.quantity_weighing import BULK, Candidate, cue_candidates
from nlp.records import QuantityRole

_FLOWS = frozenset({"bbl/d", "m3/d", "bcm/y", "t/d", "t/y", "MW"})
_AT_RISK_NEAR = re.compile(rf"\b(?:{AT_RISK})\b", re.IGNORECASE)
_WRECKED = re.compile(
    r"\b(?:destroy\w*|wreck\w*|br(?:ing|ings|ought)\sdown|toppl\w+|swe(?:pt|eps?)\saway|knock\w*\s(?:out|down)"
    r"|flatten\w*)\b[^.;,]{0,30}$",
    re.IGNORECASE,
)
# "... 142 MW, about 40 per cent of the system": the share says how much of it that was
_SHARE_OF_IT = re.compile(r"\d[^.;]{0,45},\s(?:or\s)?$", re.IGNORECASE)
# "80 per cent of its capacity, some 5 GW"
_AFTER_SHARE = re.compile(r"(?:%|per\s?cent|pct)\s(?:of\s)?[^,.;]{1,40},\s(?:or\s)?$", re.IGNORECASE)
_MODAL_NEXT = re.compile(r"\s(?:would|could|might)\b", re.IGNORECASE)
_ALL_BUT = re.compile(r"\ball\s(?:but|except)\s(?:\w+\s)?$", re.IGNORECASE)
_MAKES = re.compile(r"yields?|produces?|mines?|makes|exports?|handles?|sends?|ships", re.IGNORECASE)
_FILLED = re.compile(
    r"\b(?:stor(?:age|es|ages)|stocks?|caverns?|reservoirs?|tanks?|inventor(?:y|ies)|lake)\b[^.;]{0,50}$"
    r"|\bfill\w*\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_SINCE = re.compile(
    r"[^.;]{0,60}\b(?:since|so\sfar|a\s(?:day|week|month|year)|last\s(?:year|month|week))\b", re.IGNORECASE
)
_IF = re.compile(r"\b(?:if|unless|should|fears?|feared|risk\w*|threat\w*)\b", re.IGNORECASE)
FROM_RESERVE = re.compile(r"\b(?:reserves?|stockpiles?|stocks|iea|members)\b", re.IGNORECASE)
_TAKEN = re.compile(
    r"\b(?:seiz\w+|confiscat\w+|impound\w+|recover\w+|st[eo]l\w+|siphon\w*|drew\soff|drawn\soff|looted|pilfered"
    r"|smuggl\w+"
    r"|made\soff\swith|taken\soff|pumped\sout|offloaded|salvaged|saved|skimm\w+|donat\w+|lend|lent|borrow\w*"
    r"|asked\s(?:\w+\s){0,6}for)\b[^.;,]{0,40}$",
    re.IGNORECASE,
)


_RESTATED_LOSS = re.compile(
    r"\b(?:revis|amend|correct|updat|adjust)(?:e|es|ed|ing|s)\s[^.;]{0,60}?\b(?:loss(?:es)?|(?:capacity|output"
    r"|production|"
    r"supply|volumes?|flows?|power)\s(?:\w+\s){0,2}?lost|lost\s(?:capacity|output|production))\b[^.;]{0,90}?\b(?:at"
    r"|to)\s+$",
    re.IGNORECASE,
)


def decide_role(before: str, after: str, *, unit: str, compound: bool, previous: QuantityRole | None) -> QuantityRole:
    """The role of a figure from its sentence's words before and after it; `previous` is that of the figure before."""
    clause = _Clause(before=before, after=after, unit=unit, compound=compound, previous=previous)
    for stage in (_beside_another, _outright, _of_a_works, _in_hold_or_store, _by_verb):
        role = stage(clause)
        if role is not None:
            return role
    return _by_cues(clause)


class _Clause:
    """A figure's sentence, with what several rules ask of it."""

    def __init__(self, *, before: str, after: str, unit: str, compound: bool, previous: QuantityRole | None) -> None:
        self.before, self.after, self.unit = before, after, unit
        self.compound, self.previous = compound, previous
        self.bulk, self.flow = unit in BULK, unit in _FLOWS
        self.share = unit == "%"
        self.verb = OUT_AFTER.match(after)


def _beside_another(c: _Clause) -> QuantityRole | None:
    """What is wanted or allowed, what explains the figure before it, and lengths."""
    if c.verb is None and (WANTED_AFTER.match(c.after) or (c.flow and WANTED_BEFORE.search(c.before))):
        return "other"
    if c.previous is not None and c.previous != "price" and APPOSITION.search(c.before):
        return c.previous
    if c.previous in ("lost", "throughput", "spilled", "stored", "capacity") and COMPARED.search(c.before):
        return c.previous
    if c.unit == "km":
        return "lost" if _WRECKED.search(c.before) else "other"
    own = RELATIVE.search(c.before)
    if own is not None and (c.flow or c.share or (own["throughput"] and _MAKES.match(own["throughput"]))):
        return "capacity" if own["capacity"] and not c.share else "throughput"
    if c.flow and c.previous in ("lost", "at_risk", "restored") and _AFTER_SHARE.search(c.before):
        return c.previous
    if c.share and c.previous in ("lost", "at_risk", "restored", "throughput") and _SHARE_OF_IT.search(c.before):
        return c.previous
    return None


def _outright(c: _Clause) -> QuantityRole | None:
    """Words right beside the figure that leave no choice."""
    before, after = c.before, c.after
    if c.flow and (USUAL_BEFORE.search(before) or (c.verb is None and RUNNING_AFTER.match(after))):
        return "throughput"
    if c.flow and AVAILABLE_BEFORE.search(before):
        return "capacity"
    if c.flow and TAKEN_OUT.match(after):
        return "at_risk" if MODAL.search(before[-60:]) else "lost"
    if c.flow and AGAIN_AFTER.match(after):
        return "restored"
    if c.bulk and c.verb is None and STILL_IN.match(after):
        return "stored"
    if c.share and (cut := SHARE_CUT.match(after)) is not None:
        return "other" if cut["wanted"] else "lost"
    if (c.flow or c.bulk) and c.verb is None and THEFT_BEFORE.search(before[-60:]):
        return "other"
    if c.flow and RAISED_BY.search(before):
        return "other"
    if (c.flow or c.bulk) and c.verb is None and CAN_DO.search(before):
        return "capacity"
    if c.unit in ("bbl", "m3", "t", "bbl/d", "m3/d") and SPILL_RATE.search(before[-60:]):
        return "spilled"
    if (c.flow or c.share) and _ALL_BUT.search(before):
        return "lost"
    if c.bulk and TAKEN_AFTER.match(after):
        return "other"
    if COST_BEFORE.search(before[-60:]):
        return "lost"
    if c.bulk and FROM_RESERVE.search(before + " # " + after[:60]) and GIVEN_FROM_RESERVE.search(before):
        return "other"
    if c.bulk and RUINED_BEFORE.search(before):
        return "lost"
    if c.bulk and ADDED_ROOM.search(before) and ROOM_AFTER.match(after):
        return "capacity"
    if c.flow and RESTARTED_BEFORE.search(before):
        return "restored"
    if c.flow and WOULD_GO.match(after):
        return "at_risk"
    return None


def _of_a_works(c: _Clause) -> QuantityRole | None:
    """Figures that are the size of a plant, a line, a tank or a ship, or of a loss: "a 500 MW unit", "a 30 MW cut"."""
    before, after = c.before, c.after
    if c.flow and (LARGEST_AT.search(before) or (SIZE_APART.search(before) and after.startswith(","))):
        return _size_role(before, after.lstrip(","))
    if c.bulk and SPILL_NOUN.match(after.lstrip(".")):
        return "spilled"
    if c.compound and (noun := LOSS_NOUN.match(after)) is not None:
        return "other" if re.match(r"increase|rise|surge|hike|jump|surplus|boost", noun["noun"], re.I) else "lost"
    attributive = not c.share and ATTRIBUTIVE.match(after) is not None
    if attributive and c.bulk and c.compound:
        return "capacity"
    bracketed = c.flow and before.endswith("(") and after.startswith(")")  # "unit 11 (1,075 MW)"
    if bracketed or (attributive and (c.flow or c.compound) and not re.search(r"\b(?:by|of)\s*$", before)):
        return _size_role(before, after.lstrip("),") if bracketed else after)
    if c.bulk and ((c.compound and SHIP_SIZE.match(after)) or DEADWEIGHT.search(before)):
        return "capacity"
    return None


def _in_hold_or_store(c: _Clause) -> QuantityRole | None:
    """What lies in a store or a hold, what is bought, more of it, and the price of a refusal."""
    before, after = c.before, c.after
    if c.share and (FULLNESS.match(after) or _FILLED.search(before[-70:])):
        return "stored"
    if c.flow and MORE.match(after):
        return "other"
    if c.flow and AT_FULL.match(after):
        return "capacity"
    if OR_LOSE.search(before):
        return "at_risk"
    if c.share and c.verb is None and BOUGHT_BEFORE.search(before[-40:]):
        return "other"
    aboard = c.bulk and c.verb is None and SHIP_AROUND.search(before + " # " + after[:60])
    if aboard and (LADEN_AFTER.match(after) or (LADEN.search(before[-60:]) and not _SINCE.search(after))):
        return "stored"
    return None


def _by_verb(c: _Clause) -> QuantityRole | None:
    """The verb that the figure is the subject of, and moves by it: "2 GW were out", "down 300,000 b/d"."""
    before, after, verb = c.before, c.after, c.verb
    if (c.flow and BACK_TO.search(before)) or ((c.flow or c.share) and AGAIN_AT.search(before)):
        return "restored"
    if verb is not None and not (verb["restored"] and c.bulk):
        if verb["spilled"]:
            return "at_risk" if verb["modal"] else "spilled"
        if verb["restored"]:
            return "restored"
        if verb["modal"] or _IF.search(before[-60:]):
            return "throughput" if c.flow and after.startswith(",") else "at_risk"
        return "lost"
    if DOWN_BEFORE.search(before) and (c.flow or c.share):
        return "lost"
    if c.flow and (DOWN_AFTER.match(after) or (FROM_BEFORE.search(before) and TO_NOTHING.match(after))):
        return "lost"
    if c.flow and SIZE_BEFORE.search(before):
        return _size_role(before, after.lstrip(","))
    if NAMED_LOSS.search(before) or _RESTATED_LOSS.search(before[-200:]):
        return "at_risk" if MODAL.search(before[-60:]) else "lost"
    return None


def _by_cues(c: _Clause) -> QuantityRole:
    """The nearest cue word of the sentence decides where nothing stands right beside the figure."""
    before, after, unit = c.before, c.after, c.unit
    level = TO_BEFORE.search(before) or FROM_BEFORE.search(before)
    candidates = sorted(cue_candidates(before, after, unit), key=lambda one: one.cost)
    best = candidates[0] if candidates else None
    if unit == "MW" and FORCED_OUT.search(before):
        return "lost"
    if best is None or (best.cost > 90 and unit == "MW"):
        if unit == "MW" and (NAMED_BY_SIZE.match(after) or PLANT.search(before + " # " + after)):
            return "capacity"
        if best is None:
            return "throughput" if c.flow and unit != "MW" else "other"
        return _plain(best.role, unit)
    role = best.role
    if role == "recovered":
        return "other" if c.bulk else "restored"
    if role == "capacity" and c.flow and STOPPED_AFTER.match(after) is not None:
        return _size_role(before, after)
    if role in ("lost", "raised") and level:
        return _level_role(candidates, c.flow)
    if role == "raised":
        return "other"
    if role == "lost" and (
        best.modal
        or _MODAL_NEXT.match(after)
        or PLANNED_LOSS.search(before)
        or MODAL.search(before)
        or _AT_RISK_NEAR.search(before[-60:] + " # " + after[:60])
    ):
        return "at_risk"
    if role == "spilled" and c.bulk and FROM_RESERVE.search(before + " # " + after):
        return "other"
    if c.bulk and _TAKEN.search(before[-70:]):
        return "other"
    if role == "spilled" and MODAL.search(before[-60:]):
        return "at_risk"
    return _plain(role, unit)


def _size_role(before: str, after: str) -> QuantityRole:
    """The size of a works that is said to have stopped is lost; any other is its capacity."""
    if NOT_REAL.search(before[-70:]):
        return "capacity"
    after = re.sub(r"^\s?each,?", "", after)
    stopped = STOPPED_BEFORE.search(before)
    if stopped is not None and re.match(r"[^.;,]{0,40}['’]s\b", after) is None:
        return "lost"
    gone = STOPPED_AFTER.match(after)
    if gone is not None and NOT_REAL.search(gone.group()) is None:
        return "at_risk" if FUTURE.search(gone.group()) else "lost"
    return "capacity"


def _level_role(candidates: list[Candidate], flow: bool) -> QuantityRole:
    """What "fell to" and "up from" reach or leave is a level: of a flow, or of what lies in store."""
    if flow:
        return "throughput"
    return "stored" if any(c.role == "stored" for c in candidates) else "other"


def _plain(role: str, unit: str) -> QuantityRole:
    """The cue's role where it is one of the vocabulary's; a share of a flow is no flow."""
    if role in ("recovered", "raised") or (unit == "%" and role == "capacity"):
        return "other"
    return role  # type: ignore[return-value]  # the other groups of CUE are roles
