"""Energy quantities: flows, volumes, power, money, customers and outage times, in canonical units with a role."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from nlp.amounts import Amount, find_amounts, shift
from nlp.numbers import DASH, GAP
from nlp.quantity_roles import decide_role, is_superseded, sentence_around, sentence_starts
from nlp.records import QuantityRole
from nlp.units import UnitMatch, match_money, match_unit


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityMatch:
    """One quantity as told; offsets count code points of the text it was found in."""

    start: int
    end: int
    text: str
    unit: str  # canonical, DESIGN section 5
    minimum: float | None  # None: open below
    maximum: float | None  # None: open above
    approximate: bool
    role: QuantityRole
    superseded: bool


_OUTAGE = re.compile(
    r"\b(?:without|lost|lose|losing|loses|cut\soff|no|lack(?:s|ed|ing)?|restor\w+"
    r"|depriv\w+)\b[^.;]{0,60}?\b(?:power|electricity|gas|heat(?:ing)?|supply|supplies|service|fuel|water|energy"
    r"|light)\b"
    r"|\b(?:black-?outs?|power\s(?:cuts?|outages?|failures?)|outages?|in\s(?:the\s)?dark(?:ness)?|disconnected"
    r"|brown-?outs?|load[\s-]shedding|cut(?:s|ting)?\s(?:off\s)?(?:power|electricity|supply|supplies|gas))\b",
    re.IGNORECASE,
)
_AFFECTED = re.compile(
    r"\b(?:affect(?:s|ed|ing)?|hit(?:s|ting)?|plung\w+|left|leav(?:es|ing)|knock(?:ed|s|ing)?)\b", re.IGNORECASE
)
_DURATION_VERB = re.compile(
    r"\b(?:outages?|black-?outs?|shut(?:s|ting)?(?:-?down|\sdown)?|shutdowns?|clos(?:e|ed|es|ure|ing)|offline"
    r"|halt(?:s|ed|ing)?|stopp(?:ed|age|ing)|suspen\w+"
    r"|disrupt\w*|interrupt\w*|without\s(?:power|electricity|gas|heat\w*|supply)|repairs?|repaired|resum\w+"
    r"|restor\w+|restart\w*|out\sof\s(?:service|action|operation)"
    r"|force\smajeure|down|maintenance|blockade\w*|cut\soff|back\s(?:online|in\sservice)|power\scuts?|operations?"
    r"|strike|last(?:s|ed|ing)?|standstill|burn(?:s|ed|ing|t)?|leak(?:s|ed|ing)?|fire)\b",
    re.IGNORECASE,
)
_DURATION_BEFORE = re.compile(
    r"\b(?:for|last(?:s|ed|ing)?|within|in|after|tak(?:e|es|ing)|took|over|during|spent|than|up\sto|least|about"
    r"|nearly|almost|a|an|the|of|another|by|some|least|be|require|requires|required|need|needs)\s+$",
    re.IGNORECASE,
)
_NO_DURATION_AFTER = re.compile(
    f"(?:{GAP}|{DASH})(?:ago|old|earlier|before|later|previously|from|in{GAP}prison|in{GAP}jail|imprisonment"
    f"|of{GAP}(?:talks|fighting|war|negotiations|age|imprisonment)|sentence"
    "|prison|jail|contract|deal|agreement|plan|lease|term|history|high|low|peak|average|bond|notes?|since|to"
    "|forecast|ahead|career|moving|running|war|conflict|ceasefire|truce|visit|trip|mission|period|embargo)\\b",
    re.IGNORECASE,
)
_LAST_BEFORE = re.compile(
    r"\b(?:last|past|previous|next|first|coming|recent|every|per|each|age[sd]?|aged|this)\s+$", re.IGNORECASE
)
_ALONE = frozenset({"%", "MW", "bbl/d", "bbl", "m3", "m3/d", "bcm/y", "t", "t/d", "t/y", "MWh", "km"})
_NEGATED_PERSON = re.compile(
    r"\b(?:killed|dead|injured|wounded|hurt|missing|arrested|evacuat\w+|displaced|kidnapped|detained)\b", re.IGNORECASE
)


def find_quantities(text: str) -> list[QuantityMatch]:
    """Quantities in order of appearance; voltages, diameters and pressures are sizes and give none."""
    found: list[QuantityMatch] = []
    starts: list[int] | None = None
    last_unit: UnitMatch | None = None
    amounts = find_amounts(text)
    for i, amount in enumerate(amounts):
        position = amount.end
        unit = match_money(text, position, amount) or match_unit(text, position, amount)
        if unit is None and found and last_unit is not None and _is_bare_correction(text, amount, found[-1]):
            unit = replace(last_unit, end=amount.end)  # "7,000 barrels, not 5,000 as first reported"
        if unit is None:
            continue
        if starts is None:
            starts = sentence_starts(text)
        following = amounts[i + 1] if i + 1 < len(amounts) else None
        amount, unit = _shared_range(text, amount, unit, following)
        if found and amount.start < found[-1].end:
            continue
        low, high = sentence_around(starts, amount.start, unit.end, len(text))
        before, after = text[low : amount.start], text[unit.end : high]
        match = _quantity(text, amount, unit, before, after, found, low)
        if match is not None:
            found.append(match)
            last_unit = unit
    return _inherit(found, starts or [0], len(text))


def _is_bare_correction(text: str, amount: Amount, previous: QuantityMatch) -> bool:
    """A figure that repeats no unit because it corrects the quantity just told."""
    gap = text[previous.end : amount.start]
    return (
        amount.digits and len(gap) < 80 and re.search(r"[.!?;\n]", gap) is None
        and not (amount.minimum == amount.maximum and 1900 <= (amount.minimum or 0) <= 2100 and "," not in amount.text)
        and is_superseded(gap, amount.text, text[amount.end : amount.end + 60])
    )  # fmt: skip


def _shared_range(text: str, amount: Amount, unit: UnitMatch, following: Amount | None) -> tuple[Amount, UnitMatch]:
    """Joins "between 5 MW and 7 MW": a range whose ends both carry the unit."""
    if following is None or following.start > unit.end + 12:
        return amount, unit
    head = text[max(0, amount.start - 9) : amount.start].lower()
    gap = text[unit.end : following.start].strip().lower()
    if not (gap == "and" and head.rstrip().endswith("between")) and gap not in ("-", "–"):
        return amount, unit
    other = match_money(text, following.end, following) or match_unit(text, following.end, following)
    if other is None or other.unit != unit.unit or following.maximum is None or amount.minimum is None:
        return amount, unit
    top = following.maximum * other.factor / unit.factor
    if top <= amount.minimum:
        return amount, unit
    start = amount.start - (len(head) - head.rfind("between")) if gap == "and" else amount.start
    return replace(amount, start=start, end=following.end, maximum=top), replace(unit, end=other.end)


def _quantity(
    text: str, amount: Amount, unit: UnitMatch, before: str, after: str, found: list[QuantityMatch], low: int
) -> QuantityMatch | None:
    previous = found[-1].role if found and found[-1].start >= low else None
    role: QuantityRole
    if unit.kind == "time":
        if not _is_duration(text, amount, unit, before, after):
            return None
        role = "duration"
    elif unit.kind in ("customers", "people"):
        outage = _OUTAGE.search(before[-140:] + text[amount.start : unit.end] + after[:140]) is not None
        if not outage and unit.kind == "people":
            return None
        if (amount.minimum or amount.maximum or 0) < 1:
            return None  # "two-thirds of households"
        if unit.kind == "people" and _NEGATED_PERSON.search(after[:40]):
            return None
        role = "customers" if outage or _AFFECTED.search(before[-60:]) else "other"
        if outage and re.search(r"\b(?:restor\w+|reconnect\w+)\b[^,;]{0,40}$", before, re.IGNORECASE):
            role = "restored"
    elif amount.vague and unit.kind in ("length", "percent"):
        return None
    else:
        role = decide_role(before, after, unit=unit.unit, compound=unit.compound, previous=previous)
    scaled = shift(amount, unit.factor)
    return QuantityMatch(
        start=amount.start,
        end=unit.end,
        text=text[amount.start : unit.end],
        unit=unit.unit,
        minimum=scaled.minimum,
        maximum=scaled.maximum,
        approximate=amount.approximate,
        role=role,
        superseded=is_superseded(before, text[amount.start : unit.end], after),
    )


def _is_duration(text: str, amount: Amount, unit: UnitMatch, before: str, after: str) -> bool:
    """Hours to months that tell how long something stood still or will take to mend."""
    if amount.currency or _NO_DURATION_AFTER.match(after) or _LAST_BEFORE.search(before):
        return False
    if amount.digits and (amount.minimum or 0) >= 1900 and not amount.scaled:
        return False
    if re.search(
        r"\b(?:jail\w*|sentenc\w+|prison\w*|imprison\w*|aged|convict\w*|barred|banned|suspended\ssentence"
        r"|contract|married|worked|served)\b",
        before[-60:],
        re.IGNORECASE,
    ):
        return False
    if not (_DURATION_VERB.search(before[-90:]) or _DURATION_VERB.search(after[:60])):
        return False
    if unit.compound:
        return True
    if amount.start > 0 and _DURATION_BEFORE.search(before):
        return not (
            re.search(r"\bby\s+$", before)
            or (
                re.search(r"\bin\s+$", before)
                and not re.search(
                    r"\b(?:resum\w+|restor\w+|repair\w*|restart\w*|back|complet\w+|reopen\w*)\b",
                    before[-60:],
                    re.IGNORECASE,
                )
            )
        )
    return bool(re.search(r"\b(?:lasted|lasting|shut|halted|closed|offline|down)\s+$", before, re.IGNORECASE)) or bool(
        re.match(
            f"{GAP}(?:without|outage|of{GAP}(?:outage|disruption|repairs?|shutdown|blackouts?))", after, re.IGNORECASE
        )
    )


def _inherit(found: list[QuantityMatch], starts: list[int], length: int) -> list[QuantityMatch]:
    """A corrected figure plays the role of the figure that replaces it."""
    result = list(found)
    for i, quantity in enumerate(found):
        if not quantity.superseded:
            continue
        low, high = sentence_around(starts, quantity.start, quantity.end, length)
        others = [
            q
            for q in found
            if q is not quantity and q.unit == quantity.unit and not q.superseded and low <= q.start < high
        ]
        if others:
            nearest = min(others, key=lambda q: abs(q.start - quantity.start))
            result[i] = replace(quantity, role=nearest.role)
    return result
