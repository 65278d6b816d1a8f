"""Energy quantities: flows, volumes, power, money, customers and outage times, in canonical units with a role."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from nlp.amounts import Amount, find_amounts, shift
from nlp.durations import duration_role, find_single_spans
from nlp.money import match_bare_price, match_money
from nlp.numbers import GAP
from nlp.prices import money_role, percent_meaning, price_unit
from nlp.quantity_context import is_superseded, sentence_around, sentence_starts
from nlp.quantity_cues import NO_ENERGY
from nlp.quantity_roles import decide_role
from nlp.records import QuantityRole
from nlp.units import UnitMatch, match_unit


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
    r"|lights?)\b"
    r"|\b(?:black-?(?:ed\s)?outs?|power\s(?:cuts?|outages?|failures?)|outages?|(?:in|into)\s(?:the\s)?dark(?:ness)?"
    r"|dark(?:en\w*)?|disconnected"
    r"|brown-?outs?|load[\s-]shedding|cut(?:s|ting)?\s(?:off\s)?(?:power|electricity|supply|supplies"
    r"|gas)|(?:cut|shut|switched|turned)\soff"
    r"|reconnect\w*|lights\swent\sout|interrupt\w*|(?:gas|power|electricity|heat(?:ing)?)\s(?:supply"
    r"|supplies|service)?\s?(?:was|were)\s(?:cut|lost"
    r"|stopped))\b",
    re.IGNORECASE,
)
_AFFECTED = re.compile(
    r"\b(?:affect(?:s|ed|ing)?|hit(?:s|ting)?|plung\w+|left|leav(?:es|ing)|knock(?:ed|s|ing)?|drop(?:ped"
    r"|s)?|serv(?:es?|ed|ing)|suppl(?:y|ies|ied|ying)"
    r"|power(?:s|ed|ing)?|heat(?:s|ed|ing)?|dark\w*|electri\w+|gas|outages?|lights?|grid|energy|utilit\w+)\b",
    re.IGNORECASE,
)
_BURNED = re.compile(
    r"\b(?:burn\w*|destroy\w*|damag\w+|evacuat\w+|flood\w*|levelled|razed|gutted|blown|collapsed)\b", re.IGNORECASE
)
_SERVED = re.compile(r"\b(?:serv|suppl|power)\w*\s(?:\w+\s){0,3}$", re.IGNORECASE)
_HARMED = re.compile(
    r"\b(?:kill|injur|wound|hurt|evacuat|arrest|detain|trapp|displac)\w*\s(?:\w+\s){0,2}$", re.IGNORECASE
)
_SUPPLIED = re.compile(
    r"\b(?:suppl(?:y|ies|ying)|power(?:s|ing)?|electricity|heat(?:s|ing)?|gas|fuel|energy)\s(?:for"
    r"|to)\s(?:\w+\s){0,2}$",
    re.IGNORECASE,
)
_STOLEN = re.compile(r"\b(?:st[eo]l\w*|thefts?|thieves|made\soff|robb\w+|loot\w*|stripp?ed)\b", re.IGNORECASE)
_CLIENTS = re.compile(r"\b(?:customers?|consumers?|subscribers?|connections|meters)$", re.IGNORECASE)
_RESTORED_TO = re.compile(r"\b(?:restor\w+|reconnect\w+)\b[^,;]{0,40}$", re.IGNORECASE)
_NEGATED_PERSON = re.compile(
    r"\b(?:killed|dead|injured|wounded|hurt|missing|arrested|evacuat\w+|displaced|kidnapped|detained)\b", re.IGNORECASE
)
# "left 45,000 without power", "30,000 were still in the dark": a figure that needs no noun
_BARE_CUSTOMERS = re.compile(
    rf"{GAP}(?:(?:were|are|was|is|remain\w*|still|had|have|left|of{GAP}them|in{GAP}\w+){GAP}){{0,3}}"
    rf"(?:without{GAP}(?:power|electricity|gas|heat\w*|light)"
    rf"|(?:lost|lose){GAP}(?:power|electricity|supply|gas|heat\w*)|in{GAP}the{GAP}dark|in{GAP}darkness"
    rf"|no{GAP}(?:power|electricity|gas|heat\w*))\b",
    re.IGNORECASE,
)
# A figure that leaves out the unit of the one before it: "to 200,000 b/d from 450,000"
_ELLIPSIS = re.compile(
    rf"^[^.!?\n]{{0,60}}?\b(?:from|to|against|compared{GAP}(?:with|to)|versus|vs\.?|instead{GAP}of"
    rf"|rather{GAP}than|or|of{GAP}which|between)"
    rf"(?:{GAP}(?:an?|the|its|about|only|just|some|earlier|previous|usual|normal|target{GAP}of|figure{GAP}of"
    rf"|initial|record)){{0,3}}{GAP}$",
    re.IGNORECASE,
)
_ELLIPSIS_END = re.compile(
    rf"(?:$|[.,;)!?]|{GAP}(?:(?:a|one|the){GAP}(?:day|week|month|year|previous|same)|in{GAP}|before"
    rf"|earlier|previously|reported|first|last|now|on{GAP}|normally"
    rf"|usually|by{GAP}|at{GAP}|for{GAP}|when|after|according|since|under|expected|planned|and{GAP}"
    rf"|but{GAP}|if{GAP}|as{GAP}|given|told|seen|estimated|two|three"
    rf"|could|would|was|were|had|later|until|today|yesterday|this))",
    re.IGNORECASE,
)
_TRADED_AT = re.compile(r"\b(?:trad\w+|settled|closed|stood|stands|quoted)\s(?:at|around|near)\s+$", re.IGNORECASE)
_MOVED = re.compile(
    r"\b(?:up|down|rose|fell|gained|lost|added|shed|climbed|dropped|slipped|eased|jumped|higher|lower)\s+(?:by\s+)?$",
    re.IGNORECASE,
)
_CURRENCY_SIGNS = "$€£¥₦₽₹₺₴₸"
_SCALED_SUBJECT = re.compile(
    rf"{GAP}(?:(?:could|would|can|may|might|will|is|are|was|were|had|has)\b|of{GAP}(?:that|it|this"
    rf"|which|them|those)\b)",
    re.IGNORECASE,
)


def find_quantities(text: str) -> list[QuantityMatch]:
    """Quantities in order of appearance; voltages, diameters and pressures are sizes and give none."""
    found: list[QuantityMatch] = []
    starts: list[int] | None = None
    last_unit: UnitMatch | None = None
    amounts = _with_single_spans(find_amounts(text), find_single_spans(text))
    for i, amount in enumerate(amounts):
        following = amounts[i + 1] if i + 1 < len(amounts) else None
        unit = match_money(text, amount.end, amount) or match_unit(text, amount.end, amount)
        if unit is None:
            unit = match_bare_price(text, amount, _currency_before(found))
        if unit is None:
            unit = _unit_left_out(text, amount, following, found, last_unit)
        if unit is None:
            continue
        if starts is None:
            starts = sentence_starts(text)
        amount, unit = _shared_range(text, amount, unit, following)
        if found and amount.start < found[-1].end:
            continue
        low, high = sentence_around(starts, amount.start, unit.end, len(text))
        before, after = text[low : amount.start], text[unit.end : high]
        match = _quantity(text, amount, unit, before, after, found, low)
        if match is not None:
            found.append(match)
            last_unit = unit
    return _inherit(_same_goods(found, text), starts or [0], len(text))


def _same_goods(found: list[QuantityMatch], text: str) -> list[QuantityMatch]:
    """A price move takes the unit of the price beside it: "up 3.40 euros at 48.20 euros per MWh"."""
    result = list(found)
    for i, (one, other) in enumerate(pairwise(found)):
        gap = text[one.end : other.start]
        if (
            len(one.unit) != 3
            or not other.unit.startswith(one.unit + "/")
            or len(gap) > 40
            or re.search(r"[.;]\s", gap)
        ):
            continue
        if _MOVED.search(text, max(0, one.start - 30), one.start) and (one.maximum or 0) <= (other.maximum or 0):
            result[i] = replace(one, unit=other.unit, role="price")
    return result


def _currency_before(found: list[QuantityMatch]) -> str:
    code = found[-1].unit[:3] if found else ""
    return code if code.isupper() and len(code) == 3 and code != "MWh" else ""


def _with_single_spans(amounts: list[Amount], spans: list[Amount]) -> list[Amount]:
    return sorted([*amounts, *spans], key=lambda a: a.start) if spans else amounts


def _unit_left_out(
    text: str, amount: Amount, following: Amount | None, found: list[QuantityMatch], last_unit: UnitMatch | None
) -> UnitMatch | None:
    """The unit that a figure shares with the one before or after it, or customers where it needs no noun."""
    if amount.currency:
        return None
    bare = _BARE_CUSTOMERS.match(text, amount.end)
    if bare is not None and (amount.minimum or 0) >= 100 and not _is_year(amount):
        return UnitMatch(end=amount.end, unit="customers", factor=1.0, kind="customers", compound=False)
    if following is not None and re.fullmatch(rf"{GAP}to{GAP}", text[amount.end : following.start]):
        unit = match_unit(text, following.end, following)
        if (
            unit is not None
            and unit.kind != "time"
            and re.search(r"\bfrom\s*$", text[max(0, amount.start - 8) : amount.start])
        ):
            return replace(unit, end=amount.end, compound=False)
    if not found or last_unit is None or _is_year(amount) or last_unit.kind in ("time", "length"):
        return None
    gap = text[found[-1].end : amount.start]
    if (
        "/" in last_unit.unit
        and last_unit.kind == "money"
        and len(gap) < 160
        and _TRADED_AT.search(gap)
        and _same_size(amount, found[-1], last_unit)
    ):
        return replace(last_unit, end=amount.end, compound=False)
    if len(gap) > 80 or re.search(r"[.!?]\s|\n", gap):
        return None
    after = text[amount.end : amount.end + 60]
    alike = amount.digits or amount.scaled
    if (alike and is_superseded(gap, amount.text, after)) or (
        alike and _ELLIPSIS.search(gap) and _ELLIPSIS_END.match(after) and _same_size(amount, found[-1], last_unit)
    ):
        return replace(last_unit, end=amount.end, compound=False)
    figure = amount.scaled or (amount.digits and "," in amount.text and _same_size(amount, found[-1], last_unit))
    if figure and _SCALED_SUBJECT.match(after) and last_unit.kind not in ("money", "percent"):
        return replace(last_unit, end=amount.end, compound=False)
    return None


def _is_year(amount: Amount) -> bool:
    return (
        amount.digits
        and amount.minimum == amount.maximum
        and 1900 <= (amount.minimum or 0) <= 2100
        and "," not in amount.text
    )


def _same_size(amount: Amount, other: QuantityMatch, unit: UnitMatch) -> bool:
    """Within a factor of fifty: a figure without a unit that is far off is a page, a count or a year."""
    one = (amount.minimum or amount.maximum or 0) * unit.factor
    two = other.minimum or other.maximum or 0
    return one > 0 and two > 0 and 0.02 <= one / two <= 50


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
    role: QuantityRole | None
    if unit.kind == "time":
        role = duration_role(amount, unit, before, after)
        if unit.unit == "day" and amount.minimum is not None and (amount.minimum * unit.factor) % 1:
            unit = replace(unit, unit="hour", factor=unit.factor * 24)  # "a day and a half" is told in hours
    elif unit.kind in ("customers", "people"):
        role = _customers_role(amount, unit, before, after, text)
    elif unit.kind == "money":
        hedge = text[amount.start : amount.number_start].rstrip(_CURRENCY_SIGNS)
        role, unit = _money(amount, unit, before + hedge, after)
        if role != "price" and found and _is_next_price(text, amount, unit, found[-1]):
            role, unit = "price", replace(unit, unit=found[-1].unit)  # "$63.91 a barrel, compared with $64.20"
        if previous == "damage_cost" and role == "other" and before.endswith("("):
            role = previous  # "fined 200,000 rubles ($3,300)"
    elif _no_energy(amount, unit, before, after):
        role = None
    elif unit.kind == "percent" and (meaning := percent_meaning(before, after)) is not None:
        role = "price" if meaning == "price" else None
    else:
        role = decide_role(before, after, unit=unit.unit, compound=unit.compound, previous=previous)
        if unit.unit == "t" and unit.factor == 1e-3 and not (role == "spilled" or _STOLEN.search(before[-90:])):
            role = None  # kilograms weigh explosives and drugs; what is stolen counts
    if role is None:
        return None
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


def _no_energy(amount: Amount, unit: UnitMatch, before: str, after: str) -> bool:
    """Rice, pressures and "several miles": figures in an energy unit that tell nothing of energy."""
    if unit.kind in ("length", "percent") and amount.vague:
        return True
    goods = unit.kind in ("mass", "percent", "volume") and NO_ENERGY.match(after) is not None
    return goods and _STOLEN.search(before[-90:]) is None


def _is_next_price(text: str, amount: Amount, unit: UnitMatch, previous: QuantityMatch) -> bool:
    gap = text[previous.end : amount.start] + " "
    one, two = amount.minimum or amount.maximum or 0.0, previous.minimum or previous.maximum or 0.0
    return (
        previous.unit.startswith(unit.unit + "/") and len(gap) < 80 and re.search(r"[.!?]\s", gap) is None
        and _ELLIPSIS.search(gap) is not None and 0.2 < one / (two or 1.0) < 5
    )  # fmt: skip


def _money(amount: Amount, unit: UnitMatch, before: str, after: str) -> tuple[QuantityRole | None, UnitMatch]:
    if "/" in unit.unit:
        return "price", unit
    value = amount.minimum if amount.minimum is not None else amount.maximum or 0.0
    if not amount.scaled:
        price = price_unit(before, after, code=unit.unit, amount=value)
        if price is not None:
            return "price", replace(unit, unit=price[0], factor=unit.factor * price[1])
    return money_role(before, after, value=value), unit


def _customers_role(amount: Amount, unit: UnitMatch, before: str, after: str, text: str) -> QuantityRole | None:
    """People and homes count beside words for a supply or its loss, clients of a supplier always."""
    if _HARMED.search(before[-30:]) or _NEGATED_PERSON.search(after[:30]):
        return None
    if text[amount.start : unit.end].lower().endswith("members") and not _SERVED.search(before[-40:]):
        return None
    near = before[-140:] + text[amount.start : unit.end] + after[:140]
    outage = _OUTAGE.search(near) is not None
    if (amount.minimum or amount.maximum or 0) < 1:
        return None  # "two-thirds of households"
    if unit.kind == "people" and (amount.minimum or amount.maximum or 0) < 10:
        return None
    if unit.kind == "people" and not outage:
        return "other" if _SUPPLIED.search(before[-60:]) else None
    if not outage and (_BURNED.search(before[-40:]) or _BURNED.search(after[:30])):
        return None
    if outage and _RESTORED_TO.search(before):
        return "restored"
    clients = _CLIENTS.search(text[amount.start : unit.end]) is not None
    return "customers" if outage or clients or _AFFECTED.search(before[-80:] + after[:60]) else None


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
