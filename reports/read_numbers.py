"""Finds the numbers that a text states, in figures or in words, with the readings its units allow.

The verifier reads both the printed sentence and the quoted words with this module, so it shares nothing with the
templates that print numbers nor with the grammar that first found them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from math import log10

_UNITS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_SCALES = {
    "hundred": 1e2, "dozen": 12.0, "score": 20.0, "thousand": 1e3, "lakh": 1e5, "million": 1e6, "crore": 1e7,
    "billion": 1e9, "trillion": 1e12,
}  # fmt: skip
_SUFFIXES = {
    "k": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "mm": 1e6, "bn": 1e9, "b": 1e9, "bln": 1e9, "tn": 1e12, "trn": 1e12,
    **_SCALES, **{f"{word}s": value for word, value in _SCALES.items()},
}  # fmt: skip
NUMBER_WORDS = frozenset(
    {*_UNITS, *_TENS, *_SCALES, "half", "quarter", "third", "thirds", "quarters", "couple", "pair", "dozens", "scores",
     "hundreds", "thousands", "millions", "billions", "trillions", "twice", "both", "single"}
)  # fmt: skip

# What "dozens" may have been stored as, where the number is open above.
_VAGUE = {
    "dozens": (12, 20, 24, 36), "scores": (20, 40), "hundreds": (100, 200, 300), "thousands": (1000, 2000, 3000),
    "millions": (1e6, 2e6), "several": (2, 3), "few": (2, 3), "some": (1, 2, 3), "many": (2, 3, 10),
    "multiple": (2, 3), "couple": (2,), "number": (1, 2, 3), "others": (1, 2), "billions": (1e9, 2e9),
}  # fmt: skip
_BEFORE_A_TIME = re.compile(
    r"(?i)(?:^|\b(?:least|most|than|about|around|nearly|almost|roughly|for|within|in|over|under|lasting|lasted|takes?|took"
    r"|after|to|of|another)) *$"
)
_NOBODY = re.compile(r"(?i)\b(no|nobody|none|without|zero|nor|not|unharmed|uninjured|unhurt|n't)\b|n[’']t\b")
_SAFE = re.compile(
    r"(?i)\b(?:(?:is|are|was|were|all|crew|members?|staff|everyone|everybody)(?: reported)? safe"
    r"|safe and (?:sound|well)|unscathed|escaped unharmed)\b"
)
_ONE = re.compile(r"(?i)\b(a|an|another|one|single|sole|the|his|her|its|lone)\b")

# Unit word after the number -> factors to the canonical unit (DESIGN section 5); other units leave the number alone.
_FACTORS: tuple[tuple[str, tuple[float, ...]], ...] = (
    (r"mm?b/?d|mm?bpd|mmbbl/?d|mbd", (1e6, 1e3)),
    (r"kb/?d|kbpd|kbd", (1e3,)),
    (r"mmbbls?|mmbo?e?", (1e6,)),
    (r"gwh?|gigawatt(?:[- ]hours?|s)?", (1e3,)),
    (r"twh?|terawatt(?:[- ]hours?|s)?", (1e6,)),
    (r"kwh?|kilowatt(?:[- ]hours?|s)?", (1e-3,)),
    (r"mmbtu|mbtu", (1.0, 0.293071)),
    (r"ms?cf(?:/?d)?", (28.3168466,)),
    (r"therms?", (0.0293071, 1.0)),
    (r"bcf(?:/?d)?|billion cubic feet", (28_316_846.6, 1e9)),
    (r"mms?cf(?:/?d)?|million cubic feet", (28_316.8466, 1e6)),
    (r"tcf|trillion cubic feet", (28_316_846_592.0, 1e12)),
    (r"cubic feet|cu\.? ?ft|feet|ft", (0.0283168466, 0.0003048, 0.3048, 1.0)),
    (r"bcm(?:/?[ya])?|billion cubic met(?:er|re)s", (1e9, 1.0)),
    (r"mcm(?:/?d)?|mmcm(?:/?d)?|mmscmd?|mcmp?d", (1e6, 1e-3)),
    (r"cubic met(?:er|re)s?|cu\.? ?m|m3|m³|scm|cbm", (1.0, 1e-9)),
    (r"kilotonn?e?s?|kt", (1e3,)),
    (r"megatonn?e?s?|mt|mtpa|mty", (1e6,)),
    (r"(?:us |short )?tons?", (1.0, 0.907185, 1.016047)),
    (r"lbs?|pounds?", (0.00045359237, 1.0)),
    (r"kg|kilograms?|kilogrammes?", (1e-3,)),
    (r"(?:nautical |sea )miles?|nm", (1.852, 1.60934, 1.0)),
    (r"miles?", (1.60934, 1.852, 1.0)),
    (r"met(?:er|re)s?|m", (1e-3, 1.0)),
    (r"gallons?|gal", (1 / 42, 0.00378541, 0.00454609, 3.78541, 1.0)),
    (r"lit(?:er|re)s?|l", (1e-3, 1 / 158.987, 1.0)),
    (r"barrels?|bbls?|b", (0.1589873, 1.0)),
    (r"weeks?|fortnights?", (7.0, 14.0, 168.0, 336.0, 1.0)),
    (r"months?", (30.0, 31.0, 30.4375, 28.0, 720.0, 1.0)),
    (r"years?", (365.0, 365.25, 366.0, 8760.0, 1.0)),
    (r"days?|nights?", (24.0, 1.0)),
    (r"hours?|hrs?|h", (1 / 24, 1.0)),
    (r"minutes?|mins?", (1 / 60, 1 / 1440, 1.0)),
    (r"cents?|pence|p|¢", (0.01, 1.0)),
)
_FACTOR_PATTERNS = tuple((re.compile(rf"(?i)[\s-]?(?:{pattern})\b"), factors) for pattern, factors in _FACTORS)

_FIGURE = r"\d{1,3}(?:[,’' \u00a0\u202f]\d{3})+(?:\.\d+)?(?!\d)|\d+(?:[.,]\d+)?"
_FIGURE_PATTERN = re.compile(_FIGURE)
_SUFFIX = re.compile(r"(?i)[\s\u00a0-]?(" + "|".join(sorted(_SUFFIXES, key=len, reverse=True)) + r")(?![a-z/])")
_RANGE = re.compile(rf"(?i)\s*(?:-|–|—|to|and|or)\s*(?:[$€£]\s?)?(?:{_FIGURE})")
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One number of a text: where it stands and what it may mean."""

    start: int
    end: int
    value: float  # the plain reading, multiplier words applied
    readings: frozenset[float]  # what it may mean in the units of the ledger
    converted: frozenset[float] = frozenset()  # the same where the conversion is no power of ten

    def means(self, number: float) -> bool:
        """Whether one of the readings is this number; converted ones may be rounded to half a per cent."""
        return any(close(reading, number, 1e-9) for reading in self.readings) or any(
            close(reading, number, 5e-3) for reading in self.converted
        )


def close(one: float, other: float, tolerance: float) -> bool:
    """Whether two numbers agree within a relative tolerance; zero agrees only with zero."""
    return abs(one - other) <= tolerance * max(abs(one), abs(other))


def numbers_said(text: str) -> tuple[Said, ...]:
    """Every number in the text, in order: figures, number words and both together ("1.3 million", "two dozen")."""
    found = [*_figures(text), *_worded(text)]
    return tuple(sorted(found, key=lambda said: said.start))


def says_number(text: str, number: float, *, open_above: bool, people: bool) -> bool:
    """Whether the text states the number; "no one" counts as 0, "a worker" as 1 person, "dozens" as open above."""
    if any(said.means(number) for said in numbers_said(text)):
        return True
    if number == 0:
        return _NOBODY.search(text) is not None or (people and _SAFE.search(text) is not None)
    if open_above and number in _vaguely(text):
        return True
    if people and number in _sums(text):
        return True
    if people and number == 1:
        return _ONE.search(text) is not None
    if number == 1:
        return re.search(r"(?i)\b(an?|one|per|single)\b", text) is not None
    return people and number == 2 and re.search(r"(?i)\b(both|pair|couple|brothers|sisters)\b", text) is not None


def _vaguely(text: str) -> set[float]:
    """What "dozens" or "several months" may have been kept as."""
    return {
        value * factor
        for word, values in _VAGUE.items()
        for match in re.finditer(rf"(?i)\b{word}\b", text)
        for value in values
        for factor in _factors(text, match.end())
    }


def _sums(text: str) -> set[float]:
    """People told apart, as in "two guards and a driver": the sums of neighbouring counts up to three."""
    told = [(said.start, said.value) for said in numbers_said(text) if said.value == int(said.value)]
    told += [(match.start(), 1.0) for match in re.finditer(r"(?i)\b(?:an?|another)\b", text)]
    counts = [value for _, value in sorted(told)]
    return {sum(counts[at : at + size]) for size in (2, 3) for at in range(len(counts) - size + 1)}


def _figures(text: str) -> list[Said]:
    found = []
    for match in _FIGURE_PATTERN.finditer(text):
        figure = match.group()
        plain = float(re.sub(r"[,’' \u00a0\u202f](?=\d{3}(?!\d))", "", figure).replace(",", "."))
        alternatives = {plain}
        if re.fullmatch(r"\d+[.,]\d{3}", figure):  # 1.300 and 1,300 are thousands in one country, decimals in another
            alternatives |= {float(re.sub(r"[.,]", "", figure)), float(figure.replace(",", "."))}
        end = match.end()
        scale = 1.0
        suffix = _SUFFIX.match(text, end)
        if suffix:
            scale = _SUFFIXES[suffix.group(1).lower()]
            after = suffix.end()
            second = _SUFFIX.match(text, after)  # "1.3 hundred thousand"
            if second and second.group(1).lower() in _SCALES:
                scale *= _SCALES[second.group(1).lower()]
                after = second.end()
        else:
            after = end
            span = _RANGE.match(text, end)  # "10 to 12 million": the first figure is in millions too
            if span and (later := _SUFFIX.match(text, span.end())):
                alternatives |= {value * _SUFFIXES[later.group(1).lower()] for value in (plain,)}
        products = {value * scale * factor for value in alternatives for factor in _factors(text, after)}
        if suffix is None or len(suffix.group(1)) == 1:
            # A one-letter suffix may be a unit (500m is metres or millions): both readings stand.
            products |= {value * factor for value in alternatives for factor in _factors(text, end)}
        found.append(_said(match.start(), after, plain * scale, products))
    return found


def _said(start: int, end: int, value: float, products: set[float]) -> Said:
    """Sorts what a number may mean into exact readings and rounded conversions."""
    exact = {
        product for product in products
        if not product or not value or close(round(log10(product / value)), log10(product / value), 1e-6)
        or product == value
    }  # fmt: skip
    return Said(start=start, end=end, value=value, readings=frozenset(exact), converted=frozenset(products - exact))


def _factors(text: str, at: int) -> set[float]:
    """The factors that the unit after a number allows; 1 where no unit with a factor of its own follows."""
    factors: set[float] = set()
    for pattern, values in _FACTOR_PATTERNS:
        if pattern.match(text, at):
            factors.update(values)
    return factors or {1.0}


def _worded(text: str) -> list[Said]:
    """Numbers that are written out."""
    lowered = text.lower()
    tokens = list(_WORD.finditer(lowered))
    found: list[Said] = []
    index = 0
    while index < len(tokens):
        total, group, used, half = 0.0, 0.0, 0, False
        start = index
        while index < len(tokens):
            word = tokens[index].group()
            previous = tokens[index - 1].group() if index else ""
            if index > start and not _joined(lowered, tokens[index - 1].end(), tokens[index].start()):
                break
            if word in _UNITS:
                if used and previous in _UNITS:
                    break
                group += _UNITS[word]
            elif word in _TENS:
                if used and (previous in _UNITS or previous in _TENS):
                    break
                group += _TENS[word]
            elif word in _SCALES and (used or previous in ("a", "an", "half")):
                scale = _SCALES[word]
                if scale >= 1e3:
                    total, group = total + (group or 1.0) * scale, 0.0
                else:
                    group = (group or 1.0) * scale
            elif word == "half" and not used:
                group, half = 0.5, True
            elif word in ("and", "a", "an") and used and index + 1 < len(tokens):
                following = tokens[index + 1].group()
                after_scale = previous in _SCALES or previous == "and" or half
                if following in ("half", "quarter") and previous == "and":
                    index += 1
                    continue
                if word == "and" and following in ("a",) and index + 2 < len(tokens) and tokens[
                    index + 2].group() in ("half", "quarter"):  # fmt: skip
                    group += 0.5 if tokens[index + 2].group() == "half" else 0.25
                    index += 3
                    used += 1
                    continue
                if not after_scale or (word == "and" and following not in _UNITS and following not in _TENS):
                    break
                index += 1
                continue
            else:
                break
            used += 1
            index += 1
        if used:
            end = tokens[index - 1].end()
            value = total + group
            said = _said(tokens[start].start(), end, value, {value * factor for factor in _factors(text, end)})
            if half and value == 0.5:
                said = replace(said, readings=said.readings | {50.0})
            found.append(said)
        else:
            index = start + 1
    for match in re.finditer(r"(?i)\ban?(?= (?:hour|day|week|fortnight|month|year)\b)", text):
        # "At least a week" is a time, "barrels a day" none.
        if _BEFORE_A_TIME.search(text[: match.start()]):
            readings = frozenset(_factors(text, match.end()))
            found.append(Said(start=match.start(), end=match.end(), value=1.0, readings=readings))
    for match in re.finditer(r"(?i)\b(?:(one|two|a|three)[\s-])?(third|quarter)s?\b", text):
        share = {"third": 100 / 3, "quarter": 25.0}[match.group(2).lower()]
        times = {"two": 2, "three": 3}.get((match.group(1) or "").lower(), 1)
        found.append(
            Said(start=match.start(), end=match.end(), value=share * times / 100,
                 readings=frozenset({share * times, float(round(share * times)), share * times / 100}))
        )  # fmt: skip
    return found


def _joined(text: str, end: int, start: int) -> bool:
    return re.fullmatch(r"[\s-]+", text[end:start]) is not None
