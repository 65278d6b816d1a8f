"""Energy quantities: flows, volumes, power, money, customers and outage times, in canonical units with a role."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from nlp.amounts import Amount, find_amounts, shift
from nlp.durations import duration_role, find_single_spans
from nlp.money import match_bare_price, match_money
from nlp.prices import money_role, percent_meaning, price_unit
from nlp.quantity_context import is_superseded, sentence_around, sentence_starts
from nlp.quantity_cues import LENGTH_AFTER, LENGTH_APART, LENGTH_BEFORE, NO_ENERGY
from nlp.quantity_ellipsis import names_next_price, rate_left_out, unit_left_out
from nlp.quantity_people import people_role
from nlp.quantity_roles import decide_role
from nlp.quantity_shares import find_shares, share_unit
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


_OIL_TOLD = re.compile(r"\b(?:barrels?|crude|oil|brent|wti|opec)\b", re.IGNORECASE)
_COMPANY_PRICE = re.compile(r"\b(?:shares?|stock\sprice|share\sprice|pound|carbon|allowances?)\b", re.IGNORECASE)
_RATION = re.compile(r"\bration\w*\b", re.IGNORECASE)
# Yearly flows told with the year apart: "handled 1.9 million tonnes last year"
_IN_A_YEAR = re.compile(r"[^.;,]{0,45}?\b(?:last\syear|a\syear\searlier|in\s(?:19|20)\d\d)\b", re.IGNORECASE)
_OUTPUT_LEVEL = re.compile(
    r"\b(?:outputs?|production|exports|pumping)\b[^.;]{0,30}\b(?:to|at|from|of)\s(?:(?:about|some|around|nearly|only"
    r"|just)\s)?$",
    re.IGNORECASE,
)
_NO_DAY_AFTER = re.compile(
    r"\s(?:of\s\w+\s)?(?:in|during|for|so\sfar|since|last|this|by|over|between)\b", re.IGNORECASE
)
_GAS_FLOW = re.compile(
    r"\b(?:flows?|deliver\w+|nominat\w+|suppl(?:y|ies)|transit|intake|requests?|orders?|ordered)\b", re.IGNORECASE
)
_FREIGHT = re.compile(
    r"\b(?:freight|charter|hire|shipping|worldscale|dut(?:y|ies)|lev(?:y|ies)|tolls?|excise|transit\sfees?)\b",
    re.IGNORECASE,
)
_NEXT_ITEM = re.compile(r"[\dKkMm],\s(?:[A-Za-z]+\s){1,3}$")
_STOLEN = re.compile(r"\b(?:st[eo]l\w*|thefts?|thieves|made\soff|robb\w+|loot\w*|stripp?ed)\b", re.IGNORECASE)
_MOVED = re.compile(
    r"\b(?:up|down|rose|fell|gained|lost|added|shed|climbed|dropped|slipped|eased|jumped|higher|lower)\s+(?:by\s+)?$",
    re.IGNORECASE,
)
_CURRENCY_SIGNS = "$€£¥₦₽₹₺₴₸"


def find_quantities(text: str) -> list[QuantityMatch]:
    """Quantities in order of appearance; voltages, diameters and pressures are sizes and give none."""
    found: list[QuantityMatch] = []
    starts: list[int] | None = None
    last_unit: UnitMatch | None = None
    shares = find_shares(text)
    amounts = _merged(find_amounts(text), find_single_spans(text), shares)
    for i, amount in enumerate(amounts):
        following = amounts[i + 1] if i + 1 < len(amounts) else None
        unit = share_unit(amount) if amount in shares else None
        unit = unit or match_money(text, amount.end, amount) or match_unit(text, amount.end, amount)
        if unit is None:
            unit = match_bare_price(text, amount, _currency_before(found))
        if unit is None:
            unit = unit_left_out(text, amount, following, found[-1] if found else None, last_unit)
        if unit is None:
            continue
        if starts is None:
            starts = sentence_starts(text)
        unit = _with_goods_of_next(text, amount, unit, following)
        amount, unit = _shared_range(text, amount, unit, following)
        if found and amount.start < found[-1].end:
            continue
        if found:
            gap = text[found[-1].end : amount.start]
            early = is_superseded(gap, amount.text, text[unit.end : unit.end + 60])
            value = amount.minimum or amount.maximum or 0.0
            unit = rate_left_out(unit, found[-1], gap, value=value, superseded=early)
        low, high = sentence_around(starts, amount.start, unit.end, len(text))
        before, after = text[low : amount.start], text[unit.end : high]
        match = _quantity(text, amount, unit, before, after, found, low)
        if match is not None:
            found.append(match)
            last_unit = unit if match.unit == unit.unit or "/" not in match.unit else replace(unit, unit=match.unit)
    return _inherit(_priced(found, text), starts or [0], len(text))


def _with_goods_of_next(text: str, amount: Amount, unit: UnitMatch, following: Amount | None) -> UnitMatch:
    """A price move takes the unit of the price beside it: "up 3.40 euros at 48.20 euros per MWh"."""
    if following is None or unit.kind != "money" or "/" in unit.unit or amount.scaled:
        return unit
    gap = text[unit.end : following.number_start]
    if len(gap) > 40 or re.search(r"[.;]\s", gap) or not _MOVED.search(text, max(0, amount.start - 30), amount.start):
        return unit
    other = match_money(text, following.end, following)
    if other is None or not other.unit.startswith(unit.unit + "/") or (amount.maximum or 0) > (following.maximum or 0):
        return unit
    hundredth = re.match(r"\s?(?:us\s)?(?:cents?|pence|p\b|¢)", text[following.end : following.end + 9], re.IGNORECASE)
    return replace(unit, unit=other.unit, factor=unit.factor * other.factor / (0.01 if hundredth else 1.0))


def _priced(found: list[QuantityMatch], text: str) -> list[QuantityMatch]:
    """Prices without a unit are those of the oil that the text has spoken of, or of nothing this page keeps."""
    kept = []
    for quantity in found:
        if quantity.role == "price" and "/" not in quantity.unit:
            near = text[max(0, quantity.start - 400) : quantity.start]
            value = quantity.minimum or quantity.maximum or 0.0
            if (
                quantity.unit == "%"
                or not 5 <= value <= 300
                or _COMPANY_PRICE.search(near[-40:])
                or not _OIL_TOLD.search(near)
            ):
                continue
            quantity = replace(quantity, unit=quantity.unit + "/bbl")
        kept.append(quantity)
    return kept


def _currency_before(found: list[QuantityMatch]) -> str:
    code = found[-1].unit[:3] if found else ""
    return code if code.isupper() and len(code) == 3 and code != "MWh" else ""


def _merged(amounts: list[Amount], spans: list[Amount], shares: list[Amount]) -> list[Amount]:
    """All amounts in order; a share takes the place of the fraction in it."""
    if not (spans or shares):
        return amounts
    taken = [(share.start, share.end) for share in shares]
    kept = [a for a in amounts if not any(low < a.end and a.start < high for low, high in taken)]
    return sorted([*kept, *spans, *shares], key=lambda a: a.start)


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
        role = duration_role(amount, unit, before + text[amount.start : amount.number_start], after)
        if unit.unit == "day" and unit.factor < 7 and amount.minimum is not None and (amount.minimum * unit.factor) % 1:
            unit = replace(unit, unit="hour", factor=unit.factor * 24)  # "a day and a half" is told in hours
    elif unit.kind in ("customers", "people"):
        role = people_role(amount, unit, before, after)
        if role is None and unit.end == amount.end and found and found[-1].unit == unit.unit:
            role = "customers"  # a count that left its noun out tells what the one before told
    elif unit.kind == "money":
        hedge = text[amount.start : amount.number_start].rstrip(_CURRENCY_SIGNS)
        role, unit = _money(amount, unit, before + hedge, after)
        if role != "price" and found and names_next_price(text, amount, unit.unit, found[-1]):
            role, unit = "price", replace(unit, unit=found[-1].unit)  # "$63.91 a barrel, compared with $64.20"
        if previous == "damage_cost" and role == "other" and (before.endswith("(") or _NEXT_ITEM.search(before)):
            role = previous  # "REPAIR $210K, PRODUCT LOSS $4,165, ENVIRONMENTAL $96K"
    elif _no_energy(amount, unit, before, after) or (
        unit.kind == "percent" and percent_meaning(before, after) is not None
    ):
        role = None
    else:
        value = (amount.minimum or amount.maximum or 0.0) * unit.factor
        if (
            unit.unit == "bbl"
            and 5e4 <= value <= 2e7
            and _OUTPUT_LEVEL.search(before)
            and not _NO_DAY_AFTER.match(after)
        ):
            unit = replace(unit, unit="bbl/d")  # "output rose to 5.3 million barrels": the day is understood
        role = decide_role(before, after, unit=unit.unit, compound=unit.compound, previous=previous)
        if role == "throughput":
            unit = _flow_understood(unit, value, before, after)
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


def _flow_understood(unit: UnitMatch, value: float, before: str, after: str) -> UnitMatch:
    """Gas told in "mcm" flows by the day; tonnes that moved "last year" are a yearly flow."""
    if unit.unit == "m3" and unit.factor == 1e6 and _GAS_FLOW.search(before[-90:]) and not _NO_DAY_AFTER.match(after):
        return replace(unit, unit="m3/d")
    if unit.unit == "t" and value >= 1e5 and _IN_A_YEAR.match(after):
        return replace(unit, unit="t/y")
    return unit


def _no_energy(amount: Amount, unit: UnitMatch, before: str, after: str) -> bool:
    """Rice, pressures and "several miles": figures in an energy unit that tell nothing of energy."""
    if unit.kind in ("length", "percent") and amount.vague:
        return True
    if amount.maximum == 0:
        return True
    if _RATION.search(before[-60:]) and amount.maximum is not None and amount.maximum * unit.factor < 1:
        return True  # what a driver may buy
    if unit.kind == "length":
        if amount.minimum is None:
            return True  # "within half a mile"
        apart = LENGTH_APART.search(before) is not None and re.match(r"[\s-]long\b", after) is not None
        return not apart and LENGTH_AFTER.match(after) is None and LENGTH_BEFORE.search(before) is None
    goods = unit.kind in ("mass", "percent", "volume") and NO_ENERGY.match(after) is not None
    return goods and _STOLEN.search(before[-90:]) is None


def _money(amount: Amount, unit: UnitMatch, before: str, after: str) -> tuple[QuantityRole | None, UnitMatch]:
    if "/" in unit.unit:
        return "other" if _FREIGHT.search(before[-60:]) else "price", unit
    if re.match(r"\s(?:an?|per)\s(?:pound|lb|share|kilo)\b", after):
        return None, unit
    value = amount.minimum if amount.minimum is not None else amount.maximum or 0.0
    if not amount.scaled:
        price = price_unit(before, after, code=unit.unit, amount=value)
        if price is not None:
            return "price", replace(unit, unit=price[0], factor=unit.factor * price[1])
    return money_role(before, after, value=value), unit


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
