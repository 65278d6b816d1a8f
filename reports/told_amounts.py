"""Finds the figure as its source told it, "about 700 million cubic feet a day", where the ledger converted it."""

from __future__ import annotations

import re
from math import log10

from reports.read_numbers import Said, close, numbers_said
from reports.text import clean_text
from store.records import Fact

_LONGEST = 48
_POWER_UNITS = ("MW", "MWh")  # "3.5 TWh" reads better than "3,500,000 MWh"; other powers of ten are left to the ledger
_SHOUTED = re.compile(
    r"\b(?:MINUTE|HOUR|DAY|NIGHT|WEEK|MONTH|YEAR|GALLON|BARREL|MILE|TON|POUND|LITER|LITRE|METER|METRE)S?\b"
    r"|\b(?:CUBIC|FEET|FOOT|MILLION|BILLION|THOUSAND|HUNDRED|PER|A|AN|AND|OF|TO|OR|HALF|COUPLE|FEW|SEVERAL|ONE|TWO|THREE"
    r"|FOUR|FIVE|SIX|SEVEN|EIGHT|NINE|TEN|ELEVEN|TWELVE|FIFTEEN|TWENTY|THIRTY|FORTY|FIFTY|SIXTY)\b"
)  # in copy that is all capitals
_PLAIN = re.compile(r"[^\W_][\w .,%³/’'-]*")


def told_amount(fact: Fact) -> str | None:
    """The figure in the source's own words and unit; None where the ledger's are the same or read as well."""
    numbers, words = _numbers(fact)
    if not numbers:
        return None
    told = words[numbers[0].start :]
    after = words[numbers[-1].end :]
    if len(told) > _LONGEST or not _PLAIN.fullmatch(told) or not re.match(r" [^\W\d_]", after):
        return None
    told = _SHOUTED.sub(lambda found: found.group().lower(), told)
    return re.sub(r"\b(?:per|each|every) (?=day|year|month|week|hour)", "a ", told)


def told_unit(fact: Fact) -> str | None:
    """The unit in which the source told a converted figure, in its words; None where the ledger's unit stands."""
    numbers, words = _numbers(fact)
    return words[numbers[-1].end :].strip().casefold().rstrip("s") if numbers else None


def _numbers(fact: Fact) -> tuple[tuple[Said, ...], str]:
    """The numbers of the value's words where they are the ledger's bounds in another unit, and the words."""
    quote = fact.quote
    if fact.value_start is None or fact.value_end is None or fact.unit in (None, "people", "customers", "%"):
        return (), ""
    if not quote.start <= fact.value_start < fact.value_end <= quote.end:
        return (), ""
    words = clean_text(quote.sentence[fact.value_start - quote.start : fact.value_end - quote.start])
    numbers = numbers_said(words)
    edges = sorted({edge for edge in (fact.minimum, fact.maximum) if edge})
    if not edges or len(numbers) != len(edges):
        return (), ""
    factors = [edge / said.value if said.value else 0.0 for edge, said in zip(edges, numbers, strict=True)]
    if any(factor <= 0 or close(factor, 1.0, 1e-9) for factor in factors):
        return (), ""
    # "Four to six weeks": the unit stands after the last number only.
    if not numbers[-1].means(edges[-1]) or not all(close(factor, factors[-1], 1e-6) for factor in factors):
        return (), ""
    power = all(close(round(log10(factor)), log10(factor), 1e-6) for factor in factors)
    return (numbers, words) if fact.unit in _POWER_UNITS or not power else ((), "")
