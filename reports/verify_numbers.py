"""Checks a printed figure against the words that it cites: its value, its bounds, its unit and its role."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reports.forecasts import is_forecast
from reports.read_numbers import Said, close, numbers_said, says_number
from reports.records import Problem, Slot
from reports.text import clean_text
from store.records import Fact

_AMOUNT = re.compile(
    r"(?P<bound>[Aa]bout |[Aa]t least |[Uu]p to )?(?P<money>[A-Z]{3} )?"
    r"(?P<low>-?(?!0\d)[\d,]+(?:\.\d+)?)(?P<scale> [mbt]r?illion)?"
    r"(?: to (?P<high>-?(?!0\d)[\d,]+(?:\.\d+)?)(?P<high_scale> [mbt]r?illion)?)?(?P<rest>.*)"
)
_SCALES = {" million": 1e6, " billion": 1e9, " trillion": 1e12}
_PRINTED_UNITS = {
    "bbl/d": r" barrels? a day", "bbl": r" barrels?", "m3": r" cubic metres?", "m3/d": r" cubic metres? a day",
    "bcm/y": r" bcm a year", "t": r" tonnes?", "t/d": r" tonnes? a day", "t/y": r" tonnes? a year", "MW": " MW",
    "MWh": " MWh", "km": " km", "day": " days?", "hour": " hours?", "people": r" people| person",
    "customers": r" customers?", "%": "%",
}  # fmt: skip
_PRICED = {"bbl": " a barrel", "MWh": " per MWh", "t": " a tonne", "m3": " a cubic metre"}
PEOPLE = frozenset({"killed", "injured", "missing", "detained"})
_ROLE_WORDS = {
    "killed": "killed", "injured": "injured", "missing": "missing", "detained": "detained", "lost": "lost",
    "at_risk": "at risk", "restored": "restored", "spilled": "spilled", "customers": "affected", "duration": "lasting",
    "damage_cost": "damage put at", "stored": "in store", "throughput": "normally carries", "capacity": "capacity",
    "price": "price",
}  # fmt: skip
_AHEAD = "expected to last"  # of a duration that is still to come
_NOBODY = "nobody"  # printed for 0 people
# The units in which a source's own figure may be printed, each with the ledger's units that it converts to.
_TOLD_UNITS = (
    (
        {"m3", "m3/d", "bcm/y"},
        r"\bcubic (?:feet|foot|met(?:er|re)s?)\b|\bcu\.? ?ft\b|\bmm?s?cf\b|\b[bt]?cf\b|\b[bm]cm\b",
    ),
    ({"day", "hour"}, r"\b(?:minutes?|hours?|days?|nights?|weeks?|fortnights?|months?|years?)$"),
    ({"bbl", "bbl/d", "m3", "m3/d"}, r"\b(?:gallons?|lit(?:er|re)s?)\b"),
    ({"t", "t/d", "t/y"}, r"\b(?:tons?|pounds?|lbs?|kg|kilogram(?:me)?s?)\b"),
    ({"km"}, r"\b(?:miles?|met(?:er|re)s?)\b"),
    ({"MW"}, r"\b(?:[GkT]W|(?:giga|kilo|tera)watts?)\b(?![- ]hour)"),
    ({"MWh"}, r"\b(?:[GkT]Wh|(?:giga|kilo|tera)watt[- ]hours?|MMBtu|therms?)\b"),
)
# Words in a quote that give a unit; a figure whose own words give another unit than the ledger's was misread.
_UNIT_CUES = (
    ({"bbl/d"}, r"barrels? (?:of \w+ )?(?:a|per|every) day|\bm?m?k?b/d|\b[mk]?bpd|\bbbl/d"),
    ({"MW"}, r"\b[MGk]W\b|\b(?:mega|giga|kilo)watts?\b(?![- ]hour)"),
    ({"MWh"}, r"\b[MGTk]Wh\b|watt[- ]hours?\b|\bMMBtu\b"),
    ({"%"}, r"%|\bper ?cent\b"),
    ({"km"}, r"\b(?:km|kilomet(?:er|re)s?)\b"),
)


def surface(fact: Fact) -> str:
    """The words of the value itself, where the fact says where they stand in its sentence."""
    quote = fact.quote
    if fact.value_start is None or fact.value_end is None:
        return ""
    if not quote.start <= fact.value_start < fact.value_end <= quote.end:
        return ""
    return quote.sentence[fact.value_start - quote.start : fact.value_end - quote.start]


def number_problems(slot: Slot, follower: Slot | None = None) -> list[Problem]:
    """Reads the figure again and holds it against the ledger's bounds and the words of each fact.

    `follower` is the figure that shares its unit with this one, as in "500,000 or 700,000 barrels a day".
    """
    bad = Problem(kind="number", message="the figure is not in the words cited for it")
    if not slot.facts:
        return [bad]
    if slot.text.casefold() == _NOBODY:
        return [] if all(_is_nobody(fact) for fact in slot.facts) else [bad]
    read = _AMOUNT.fullmatch(slot.text + _shared_unit(slot, follower))
    if not read or not all(_unit_fits(fact, (read["money"] or "").strip(), read["rest"]) for fact in slot.facts):
        told = _told_problems(slot)
        if told is not None:
            return told
    if not read:
        return [bad]
    low = _value(read["low"], read["scale"])
    high = _value(read["high"], read["high_scale"]) if read["high"] else low
    printed: tuple[float | None, float | None] = (low, high)
    bound = (read["bound"] or "").lower()
    if bound == "at least ":
        printed = (low, None)
    elif bound == "up to ":
        printed = (None, low)
    problems = []
    for fact in slot.facts:
        if not all(
            (one is None) == (other is None) and (one is None or other is None or close(one, other, _slack(other)))
            for one, other in zip(printed, (fact.minimum, fact.maximum), strict=True)
        ):
            problems.append(Problem(kind="number", message="the figure is not the one that the ledger holds"))
        if not _unit_fits(fact, (read["money"] or "").strip(), read["rest"]):
            problems.append(Problem(kind="number", message="the unit is not the one that the ledger holds"))
        words = surface(fact)
        if words and _unit_contradicts(fact, words):
            problems.append(Problem(kind="number", message="the words cited give the figure another unit"))
        if not all(_figure_stands(fact, value, words) for value in (fact.minimum, fact.maximum) if value is not None):
            problems.append(bad)
    return problems


def _shared_unit(slot: Slot, follower: Slot | None) -> str:
    """The unit that only the next figure has, where both are of one unit and this one ends in its number."""
    if (
        follower is None
        or follower.kind != "number"
        or re.search(r"[a-z]{2}$|%$", re.sub(r" [mbt]r?illion$", "", slot.text))
    ):
        return ""
    one_unit = {fact.unit for fact in slot.facts} == {fact.unit for fact in follower.facts}
    read = _AMOUNT.fullmatch(follower.text)
    return read["rest"] if one_unit and read and not read["money"] else ""


def _is_nobody(fact: Fact) -> bool:
    counted = fact.field in PEOPLE and fact.minimum == fact.maximum == 0
    return counted and _figure_stands(fact, 0.0, surface(fact))


def _told_problems(slot: Slot) -> list[Problem] | None:
    """Checks a figure in the source's own words, "about six weeks"; None where it is printed in the ledger's unit.

    The words must be the value's own, hold no number but the ledger's bounds, and a unit that converts to its unit.
    """
    read = re.fullmatch(r"(?P<bound>[Aa]bout |[Aa]t least |[Uu]p to )?(?P<words>.+)", slot.text)
    said = _plainly(read["words"]) if read else ""
    saying = [fact for fact in slot.facts if re.search(rf"(?<!\w){re.escape(said)}(?!\w)", _plainly(surface(fact)))]
    if not said or not saying:
        return None
    bad = Problem(kind="number", message="the figure is not in the words cited for it")
    bound = (read["bound"] or "").strip().lower() if read else ""
    problems = []
    for fact in slot.facts:
        edges = [value for value in (fact.minimum, fact.maximum) if value is not None]
        expected = "at least" if fact.maximum is None else "up to" if fact.minimum is None else ""
        if bound != expected and not (expected == "" and bound == "about"):
            problems.append(Problem(kind="number", message="the figure is not the one that the ledger holds"))
        if fact in saying:
            numbers = numbers_said(said)
            if not _bounds_said(numbers, sorted(set(edges))):
                problems.append(bad)
            if not any(fact.unit in units and re.search(unit, said, re.I) for units, unit in _TOLD_UNITS):
                problems.append(Problem(kind="number", message="the unit is not the one that the ledger holds"))
        elif not all(_figure_stands(fact, value, surface(fact)) for value in edges):
            problems.append(bad)
    return problems


def _bounds_said(numbers: Sequence[Said], edges: Sequence[float]) -> bool:
    """Whether the numbers are the bounds; of two, only the last need have the unit after it: "four to six weeks"."""
    if len(numbers) != len(edges) or not edges or not numbers[-1].means(edges[-1]):
        return False
    return all(
        said.means(edge) or close(said.value * edges[-1], numbers[-1].value * edge, 1e-6)
        for said, edge in zip(numbers, edges, strict=True)
    )


def _plainly(words: str) -> str:
    """One spelling for what a source may write in two ways: "per day" and "a day"."""
    return re.sub(r"\b(?:per|each|every)\b", "a", clean_text(words).casefold())


def _figure_stands(fact: Fact, value: float, words: str) -> bool:
    """Whether the quoted words state the value: the words of the value itself with the unit after them, if known."""
    quote, people = fact.quote, fact.field in PEOPLE or fact.unit in ("people", "customers")
    # A bound that is no number of the text ("more than 500" kept as 501) would be the reader's own: not accepted.
    open_above = fact.maximum is None
    if words and fact.value_start is not None:
        tail = quote.sentence[fact.value_start - quote.start :][: len(words) + 25]
        stated = says_number(words, value, open_above=open_above, people=people) or (
            says_number(tail, value, open_above=open_above, people=people) and any(c.isdigit() for c in words)
        )
        if stated or numbers_said(words):
            return stated
    return says_number(quote.sentence, value, open_above=open_above, people=people)


def figure_stands(fact: Fact, value: float) -> bool:
    """Whether the words cited for a fact state this value of it."""
    return _figure_stands(fact, value, surface(fact))


def _value(figure: str, scale: str | None) -> float:
    return float(figure.replace(",", "")) * _SCALES.get(scale or "", 1.0)


def _slack(value: float) -> float:
    """A figure that was converted may be printed rounded; a short one may not."""
    return 1e-9 if float(f"{value:.4g}") == value or value == int(value) else 5e-4


def _unit_fits(fact: Fact, money: str, rest: str) -> bool:
    unit = fact.unit
    if unit is None or fact.field in PEOPLE:
        return not money and not rest
    if unit in _PRINTED_UNITS:
        return not money and re.fullmatch(_PRINTED_UNITS[unit], rest) is not None
    code, _, per = unit.partition("/")
    if re.fullmatch(r"[A-Z]{3}", code):
        return money == code and rest == (_PRICED.get(per, f" per {per}") if per else "")
    return not money and rest == f" {unit}"


def _unit_contradicts(fact: Fact, words: str) -> bool:
    said = [units for units, cue in _UNIT_CUES if re.search(cue, words)]
    return bool(said) and fact.unit is not None and not any(fact.unit in units for units in said)


def role_problems(slot: Slot, gaps: list[str], index: int) -> list[Problem]:
    """The words around a figure must give the role that its facts have."""
    after = gaps[index + 1 : index + 3] if gaps[index + 1] in (" or ", " to ") else gaps[index + 1 : index + 2]
    label = index
    while label and "→" in gaps[label]:  # "Killed: 2 → 4": the role stands before the first
        label -= 1
    around = " ".join((gaps[0], gaps[label], gaps[index], *after)).lower()
    if all(any(word in around for word in _role_words(fact)) for fact in slot.facts):
        ahead = _AHEAD in around
        if any(fact.field == "duration" and is_forecast(fact) != ahead for fact in slot.facts):
            return [Problem(kind="number", message="what is expected and what has been are told as one")]
        return []
    return [Problem(kind="number", message="the figure stands without its role")]


def _role_words(fact: Fact) -> tuple[str, ...]:
    other = {"injured": ("hurt",), "duration": (_AHEAD,)}
    return (_ROLE_WORDS.get(fact.field, fact.field), *other.get(fact.field, ()))
