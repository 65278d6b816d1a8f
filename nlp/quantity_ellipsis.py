"""Figures that leave out their unit: "to 90,000 barrels a day from 210,000", "52,000 had been reconnected"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Protocol

from nlp.amounts import Amount
from nlp.numbers import GAP
from nlp.quantity_context import is_superseded
from nlp.units import UnitMatch, match_unit


class Told(Protocol):
    """What must be known of a figure told before."""

    @property
    def end(self) -> int: ...
    @property
    def unit(self) -> str: ...
    @property
    def minimum(self) -> float | None: ...
    @property
    def maximum(self) -> float | None: ...


# "left 45,000 without power", "30,000 were still in the dark": a figure that needs no noun
_BARE_CUSTOMERS = re.compile(
    rf"{GAP}(?:(?:were|are|was|is|remain\w*|still|had|have|left|of{GAP}them|in{GAP}\w+){GAP}){{0,3}}"
    rf"(?:without{GAP}(?:power|electricity|gas|heat\w*|light)"
    rf"|(?:lost|lose){GAP}(?:power|electricity|supply|gas|heat\w*)|in{GAP}the{GAP}dark|in{GAP}darkness"
    rf"|no{GAP}(?:power|electricity|gas|heat\w*))\b",
    re.IGNORECASE,
)
_NATIONALS = re.compile(
    rf"{GAP}(?P<who>[A-Z][a-z]+(?:ans|is|ese|ens|ards|ks|ns)){GAP}(?=(?:in{GAP}(?:the{GAP})?dark|without|had{GAP}no"
    rf"|lost{GAP}(?:power|electric"
    rf"|supply)|were{GAP}without|are{GAP}without|were{GAP}(?:left{GAP})?in|have{GAP}no))"
)
_OF_CLIENTS = re.compile(
    rf"{GAP}of{GAP}(?:its|the|their|our){GAP}[\d,.]+{GAP}(?:million{GAP})?(?:[\w-]+{GAP})?(?:customers|consumers"
    rf"|subscribers"
    rf"|households|homes|clients|properties)\b",
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
# What may follow a large figure whose noun was told with an earlier one
_NO_NOUN_AFTER = re.compile(
    rf"(?:{GAP})?(?:$|[.,;:)!?\"”’—–]|(?:above|below|over|under|more|less|still|without|when|after|before|while|earlier"
    rf"|normally|usually|were|was|are|is|had|have|has|could|would|may|might|will|should|remain\w*|of{GAP}(?:them|which"
    rf"|those|that|whom|these)|in|by|at|on|from|to|and|but|as|if|until|since|last|this|yesterday|today|today's"
    rf"|a{GAP}week"
    rf"|a{GAP}month|a{GAP}year|the{GAP}(?:week|month|year|day)|according|went|came|cut{GAP}off|affected|back"
    rf"|reconnected"
    rf"|restored|lost|spilled|first|initially|previously|later|again|out|off|down|up|short|left|regained|go|goes|now"
    rf"|then|again|before)\b)",
    re.IGNORECASE,
)
_NAMED_BEFORE = re.compile(
    r"(?:\b(?:no|nos|number|unit|line|block|page|flight|hull|imo|article|resolution|law|class|highway|route|row|room"
    r"|level|phase|worth|since|tel|phone|size|model|type|grade|aged?|kv|version|aged)\.?|[#№:/\d-])\s*$",
    re.IGNORECASE,
)
_SCALED_SUBJECT = re.compile(
    rf"{GAP}(?:(?:could|would|can|may|might|will|is|are|was|were|had|has)\b|of{GAP}(?:that|it|this"
    rf"|which|them|those)\b)",
    re.IGNORECASE,
)
_TRADED_AT = re.compile(r"\b(?:trad\w+|settled|closed|stood|stands|quoted)\s(?:at|around|near)\s+$", re.IGNORECASE)
_CARRIED = frozenset({"oil", "volume", "mass", "power", "energy", "customers", "people"})
_REACH = 260  # characters
_LARGE = 1000.0
_WIDEST = 150.0


def unit_left_out(
    text: str, amount: Amount, following: Amount | None, found: Told | None, last_unit: UnitMatch | None
) -> UnitMatch | None:
    """The unit that a figure shares with the one before or after it, or customers where it needs no noun."""
    if amount.currency:
        return None
    bare = _BARE_CUSTOMERS.match(text, amount.end) or _OF_CLIENTS.match(text, amount.end)
    if bare is not None and (amount.minimum or 0) >= 100 and not is_year(amount):
        return UnitMatch(end=amount.end, unit="customers", factor=1.0, kind="customers", compound=False)
    nation = _NATIONALS.match(text, amount.end)
    if nation is not None and (amount.minimum or 0) >= 100:
        return UnitMatch(
            end=nation.end("who"), unit="people", factor=1.0, kind="people", compound=False, noun=nation["who"]
        )
    if following is not None and re.fullmatch(rf"{GAP}to{GAP}", text[amount.end : following.start]):
        unit = match_unit(text, following.end, following)
        if (
            unit is not None
            and unit.kind != "time"
            and re.search(r"\bfrom\s*$", text[max(0, amount.start - 8) : amount.start])
        ):
            return replace(unit, end=amount.end, compound=False)
    if found is None or last_unit is None or is_year(amount) or last_unit.kind in ("time", "length"):
        return None
    return _carried(text, amount, found, last_unit)


def _carried(text: str, amount: Amount, found: Told, last_unit: UnitMatch) -> UnitMatch | None:
    gap = text[found.end : amount.start]
    carried = replace(last_unit, end=amount.end, compound=False)
    if (
        "/" in last_unit.unit
        and last_unit.kind == "money"
        and len(gap) < 160
        and _TRADED_AT.search(gap)
        and same_size(amount, found, last_unit)
    ):
        return carried
    if _is_large(amount, last_unit) and len(gap) <= _REACH and same_size(amount, found, last_unit):
        breaks = len(re.findall(r"[.!?](?=\s+[A-Z\"“])|\n", gap))
        named = _NAMED_BEFORE.search(text, max(0, amount.start - 16), amount.start)
        if breaks <= 1 and named is None and _NO_NOUN_AFTER.match(text, amount.end):
            return carried
    if len(gap) > 80 or re.search(r"[.!?]\s|\n", gap):
        return None
    after = text[amount.end : amount.end + 60]
    alike = amount.digits or amount.scaled
    if (alike and is_superseded(gap, amount.text, after)) or (
        alike and _ELLIPSIS.search(gap) and _ELLIPSIS_END.match(after) and same_size(amount, found, last_unit)
    ):
        return carried
    figure = amount.scaled or (amount.digits and "," in amount.text and same_size(amount, found, last_unit))
    if figure and _SCALED_SUBJECT.match(after) and last_unit.kind not in ("money", "percent"):
        return carried
    return None


def _is_large(amount: Amount, unit: UnitMatch) -> bool:
    """A figure that no date, age or count of ships reaches."""
    value = amount.minimum if amount.minimum is not None else amount.maximum or 0.0
    return unit.kind in _CARRIED and not amount.vague and (amount.scaled or (amount.digits and value >= _LARGE))


def names_next_price(text: str, amount: Amount, code: str, previous: Told) -> bool:
    """Whether a sum is a price like the one before it: "$63.91 a barrel, compared with $64.20"."""
    gap = re.sub(r"[^\w\s,.]+$", "", text[previous.end : amount.number_start].rstrip()) + " "
    one, two = amount.minimum or amount.maximum or 0.0, previous.minimum or previous.maximum or 0.0
    if not previous.unit.startswith(code + "/") or not 0.2 < one / (two or 1.0) < 5:
        return False
    if len(gap) >= 110 or re.search(r"[.!?]\s", gap) is not None or amount.scaled:
        return False
    return _ELLIPSIS.search(gap) is not None or _LEVEL.search(gap) is not None


_LEVEL = re.compile(
    r"\b(?:above|below|at|near|around|against|under|over|to|from|towards?|past|between|and)\s+(?:about\s+|the\s+)?$",
    re.IGNORECASE,
)


def rate_left_out(unit: UnitMatch, previous: Told, gap: str, *, value: float, superseded: bool) -> UnitMatch:
    """A bulk unit beside a flow of the same goods is a flow: "24.5 mcm a day, revising an earlier 18 mcm"."""
    if unit.unit == "m3" and previous.unit in ("m3/d", "bcm/y") and unit.factor >= 1e6 and len(gap) <= 350:
        one, two = value * unit.factor, previous.minimum or previous.maximum or 0.0
        if previous.unit == "m3/d" and 0.2 <= one / (two or 1) <= 5:
            return replace(unit, unit="m3/d")  # flows of gas are told in "mcm" alone once the day was named
        if previous.unit == "bcm/y" and unit.factor == 1e9 and 0.05 <= one / (two * 1e9 or 1) <= 20:
            return replace(unit, unit="bcm/y", factor=1.0)
    if previous.unit != f"{unit.unit}/d" or unit.kind not in ("oil", "volume", "mass"):
        return unit
    if len(gap) > 80 or re.search(r"[.!?]\s|\n", gap):
        return unit
    if superseded or re.search(r"\b(?:from|against|compared\s(?:with|to)|instead\sof|than)\s+(?:\w+\s+){0,2}$", gap):
        return replace(unit, unit=previous.unit)
    return unit


def is_year(amount: Amount) -> bool:
    """Whether a figure can only be a year: four digits, 1900 to 2100, no separator."""
    return (
        amount.digits
        and amount.minimum == amount.maximum
        and 1900 <= (amount.minimum or 0) <= 2100
        and "," not in amount.text
    )


def same_size(amount: Amount, other: Told, unit: UnitMatch) -> bool:
    """Within a factor of 150: a figure without a unit that is far off is a page, a count or a year."""
    one = (amount.minimum or amount.maximum or 0) * unit.factor
    two = other.minimum or other.maximum or 0
    return one > 0 and two > 0 and 1 / _WIDEST <= one / two <= _WIDEST
