"""Shares told by a fraction, "a third of the country's gas", as percentages of a flow or a stock."""

from __future__ import annotations

import re
from dataclasses import replace

from nlp.amounts import Amount, hedged_amount
from nlp.numbers import DASH, GAP
from nlp.units import UnitMatch

_PARTS = {
    "half": 50.0, "third": 100 / 3, "quarter": 25.0, "fifth": 20.0, "sixth": 100 / 6, "seventh": 100 / 7,
    "eighth": 12.5, "ninth": 100 / 9, "tenth": 10.0,
}  # fmt: skip
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "nine": 9}
_GOODS = (
    r"outputs?|production|suppl(?:y|ies)|demand|exports?|imports?|gas|oil|crude|power|electricity|generation"
    r"|(?:\w+\s)?capacity|flows?|refining|coal|lng|consumption|needs|fuel|petrol|gasoline|diesel|load|throughput"
    r"|shipments|deliveries|trade|volumes?|stocks?|reserves?|stor(?:age|es)|heat(?:ing)?|runs|energy|uranium|transit"
    r"|traffic"
)
# "half of the gas stations", "a third of oil workers": the goods only name what is counted
_NAMES_A_THING = (
    rf"(?:{GAP}|{DASH})(?:stations?|plants?|lines?|workers?|compan\w+|fields?|tankers?|pipelines?|wells?|cuts?|rigs?"
    r"|facilit\w+|sites?|terminals?|tanks?|traders?|firms?|ministers?|prices?|bills?|producers?|buyers?|importers?"
    r"|fired|users?|customers?|majors?|market|sector|industry|grid)\b"
)
_SHARE = re.compile(
    rf"(?<![\w-])(?:(?P<count>an?|one|two|three|four|five|nine)(?:{GAP}|{DASH}))?"
    rf"(?P<part>half|third|quarter|fifth|sixth|seventh|eighth|ninth|tenth)s?"
    rf"(?={GAP}(?:of{GAP}(?:[^\W\d_][\w'’.-]*{GAP}){{0,4}}?|(?:its|their|the|all|that)"
    rf"{GAP}(?:[^\W\d_][\w'’.-]*{GAP}){{0,3}}?)"
    rf"(?:{_GOODS})\b(?!{_NAMES_A_THING}))",
    re.IGNORECASE,
)
# "the second half of supplies" is a part by order
_TIME = re.compile(r"\b(?:first|second|third|fourth|last|this|next|other|and\s+an?)\s+$", re.IGNORECASE)


def find_shares(text: str) -> list[Amount]:
    """Fractions of a flow, a supply or a stock as amounts in per cent."""
    found = []
    for m in _SHARE.finditer(text):
        part = m["part"].lower()
        if _TIME.search(text, max(0, m.start() - 10), m.start()) or (part != "half" and m["count"] is None):
            continue
        value = _PARTS[part] * _COUNTS[(m["count"] or "a").lower()]
        if value < 100:
            found.append(replace(hedged_amount(text, m.start(), m.end(), value), scaled=True))
    return found


def share_unit(amount: Amount) -> UnitMatch:
    """The unit of an amount that `find_shares` gave."""
    return UnitMatch(end=amount.end, unit="%", factor=1.0, kind="percent", compound=False)
