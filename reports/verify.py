"""Checks a rendered sentence against the words that it cites, knowing nothing of the templates that wrote it.

The sentence's text is read again from the first character: each slot must stand in it, whole and in order; what lies
between the slots may hold only the words of VOCABULARY. So no number, date or name can stand in a sentence without a
slot that answers for it, and each slot is then held against its quotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from reports.countries import country_name
from reports.read_dates import read_printed_date, says_date
from reports.read_names import says_country, says_name
from reports.read_numbers import close, numbers_said, says_number
from reports.records import LEDGER_MARK, Problem, Sentence, Slot
from reports.text import clean_text
from reports.vocabulary import VOCABULARY
from store.records import Fact, Quote

_FIRST_PASS = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*|\d+")
_PUNCTUATION = re.compile(r"[\s.,;:()\[\]“”\"'’—–\-→/%" + LEDGER_MARK + "]*")

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
_PEOPLE = frozenset({"killed", "injured", "missing", "detained"})
_ROLE_WORDS = {
    "killed": "killed", "injured": "injured", "missing": "missing", "detained": "detained", "lost": "lost",
    "at_risk": "at risk", "restored": "restored", "spilled": "spilled", "customers": "affected", "duration": "lasting",
    "damage_cost": "damage put at", "stored": "in store", "throughput": "normally carries", "capacity": "capacity",
    "price": "price",
}  # fmt: skip
# Words in a quote that give a unit; a figure whose own words give another unit than the ledger's was misread.
_UNIT_CUES = (
    ({"bbl/d"}, r"barrels? (?:of \w+ )?(?:a|per|every) day|\bm?m?k?b/d|\b[mk]?bpd|\bbbl/d"),
    ({"MW"}, r"\b[MGk]W\b|\b(?:mega|giga|kilo)watts?\b(?![- ]hour)"),
    ({"MWh"}, r"\b[MGTk]Wh\b|watt[- ]hours?\b|\bMMBtu\b"),
    ({"%"}, r"%|\bper ?cent\b"),
    ({"km"}, r"\b(?:km|kilomet(?:er|re)s?)\b"),
)


def verify_sentence(sentence: Sentence) -> list[Problem]:
    """Returns every reason why the sentence may not be printed; an empty list where its citations bear it out."""
    placed, problems = _place_slots(sentence)
    gaps = _gaps(sentence.text, placed)
    for gap in gaps:
        problems += _unaccounted(gap)
    for index, (slot, _, end) in enumerate(placed):
        for quote in slot.quotes:
            problems += _quote_problems(slot, quote)
        problems += _CHECKS[slot.kind](slot)
        if not slot.quotes and slot.kind in _NEED_MARK and sentence.text[end : end + 1] != LEDGER_MARK:
            problems.append(Problem(kind=slot.kind, message=f"the {slot.kind} is only the ledger's and not marked so"))
        if slot.kind == "number":
            problems += _role_problems(slot, gaps, index)
    problems += _attribution_problems([slot for slot, _, _ in placed])
    return list(dict.fromkeys(problems))


def _place_slots(sentence: Sentence) -> tuple[list[tuple[Slot, int, int]], list[Problem]]:
    placed: list[tuple[Slot, int, int]] = []
    problems: list[Problem] = []
    at = 0
    for slot in sentence.slots:
        start = _find_whole(sentence.text, slot.text, at)
        if start is None:
            problems.append(Problem(kind=slot.kind, message=f"the sentence does not tell the {slot.kind} it cites"))
            continue
        at = start + len(slot.text)
        placed.append((slot, start, at))
    return placed, problems


def _find_whole(text: str, part: str, at: int) -> int | None:
    """Where the part stands as whole words."""
    while part and (start := text.find(part, at)) >= 0:
        before, after = text[start - 1 : start], text[start + len(part) : start + len(part) + 1]
        glued_before = part[0].isalnum() and before.isalnum()
        glued_after = part[-1].isalnum() and after.isalnum()
        # "3" must not be found inside "3.5" or "1,003".
        figure = (part[0].isdigit() and re.search(r"\d[.,]$", text[:start])) or (
            part[-1].isdigit() and re.match(r"[.,]\d", text[start + len(part) :])
        )
        if not (glued_before or glued_after or figure):
            return start
        at = start + 1
    return None


def _gaps(text: str, placed: list[tuple[Slot, int, int]]) -> list[str]:
    """What stands before, between and after the slots: one more than there are slots."""
    gaps, at = [], 0
    for _, start, end in placed:
        gaps.append(text[at:start])
        at = end
    return [*gaps, text[at:]]


def _unaccounted(gap: str) -> list[Problem]:
    problems = []
    for word in _FIRST_PASS.findall(gap):
        if word.lower() in VOCABULARY:
            continue
        what = "number" if any(c.isdigit() for c in word) else "word"
        problems.append(Problem(kind="text", message=f"the sentence holds a {what} that nothing accounts for"))
    if not _PUNCTUATION.fullmatch(_FIRST_PASS.sub("", gap)):
        problems.append(Problem(kind="text", message="the sentence holds a sign that nothing accounts for"))
    return problems


def _quote_problems(slot: Slot, quote: Quote) -> list[Problem]:
    if not quote.sentence.strip():
        return [Problem(kind=slot.kind, message=f"the words cited for the {slot.kind} are empty")]
    if quote.end - quote.start != len(quote.sentence) or quote.start < 0:
        return [Problem(kind=slot.kind, message=f"the span cited for the {slot.kind} does not fit its words")]
    return []


def _surface(fact: Fact) -> str:
    """The words of the value itself, where the fact says where they stand in its sentence."""
    quote = fact.quote
    if fact.value_start is None or fact.value_end is None:
        return ""
    if not quote.start <= fact.value_start < fact.value_end <= quote.end:
        return ""
    return quote.sentence[fact.value_start - quote.start : fact.value_end - quote.start]


def _number_problems(slot: Slot) -> list[Problem]:
    bad = Problem(kind="number", message="the figure is not in the words cited for it")
    read = _AMOUNT.fullmatch(slot.text)
    if not read or not slot.facts:
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
        words = _surface(fact)
        if words and _unit_contradicts(fact, words):
            problems.append(Problem(kind="number", message="the words cited give the figure another unit"))
        if not all(_figure_stands(fact, value, words) for value in (fact.minimum, fact.maximum) if value is not None):
            problems.append(bad)
    return problems


def _figure_stands(fact: Fact, value: float, words: str) -> bool:
    """Whether the quoted words state the value: the words of the value itself with the unit after them, if known."""
    quote, people = fact.quote, fact.field in _PEOPLE or fact.unit in ("people", "customers")
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


def _value(figure: str, scale: str | None) -> float:
    return float(figure.replace(",", "")) * _SCALES.get(scale or "", 1.0)


def _slack(value: float) -> float:
    """A figure that was converted may be printed rounded; a short one may not."""
    return 1e-9 if float(f"{value:.4g}") == value or value == int(value) else 5e-4


def _unit_fits(fact: Fact, money: str, rest: str) -> bool:
    unit = fact.unit
    if unit is None or fact.field in _PEOPLE:
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


def _role_problems(slot: Slot, gaps: list[str], index: int) -> list[Problem]:
    after = gaps[index + 1 : index + 3] if gaps[index + 1] in (" or ", " to ") else gaps[index + 1 : index + 2]
    around = " ".join((gaps[0], gaps[index], *after)).lower()
    if all(_ROLE_WORDS.get(fact.field, fact.field) in around for fact in slot.facts):
        return []
    return [Problem(kind="number", message="the figure stands without its role")]


def _attribution_problems(slots: list[Slot]) -> list[Problem]:
    """A publisher or speaker named after a figure must be one of those who are cited for it."""
    problems = []
    figure: Slot | None = None
    for slot in slots:
        if slot.kind == "number":
            figure = slot
        elif figure is not None and slot.kind in ("publisher", "speaker"):
            said = {(quote.publisher, quote.sentence) for quote in figure.quotes}
            if not {(quote.publisher, quote.sentence) for quote in slot.quotes} & said:
                problems.append(
                    Problem(kind=slot.kind, message="the figure is credited to another who did not give it")
                )
    return problems


def _date_problems(slot: Slot) -> list[Problem]:
    read = read_printed_date(slot.text)
    if read is None or not slot.facts:
        return [Problem(kind="date", message="the date is not in the words cited for it")]
    first, last, precision = read
    problems = []
    for fact in slot.facts:
        kept = [date.fromisoformat(day) for day in re.findall(r"\b\d{4}-\d\d-\d\d\b", fact.value)]
        agrees = kept[0] == first if precision == "day" and kept else not kept or first <= kept[0] <= last
        if not agrees:
            problems.append(Problem(kind="date", message="the date is not the one that the ledger holds"))
        if not says_date(fact.quote.sentence, first, last, precision, fact.quote.published_at):
            problems.append(Problem(kind="date", message="the date is not in the words cited for it"))
    return problems


def _published_problems(slot: Slot) -> list[Problem]:
    read = read_printed_date(slot.text)
    days = {quote.published_at.date() for quote in slot.cites if quote.published_at}
    if read is None or read[2] != "day" or {read[0], read[1]} != days:
        return [Problem(kind="published", message="the date is not the publication date of the article cited")]
    return []


def _same(one: str, other: str | None) -> bool:
    """Whether two names differ at most in the capital that begins a sentence."""
    return bool(one) and other is not None and one[:1].casefold() + one[1:] == other[:1].casefold() + other[1:]


def _name_problems(slot: Slot) -> list[Problem]:
    if not slot.quotes:
        return [] if slot.kind in ("facility", "place") and _same(slot.text, slot.ledger) else [_foreign(slot)]
    problems = []
    for fact in slot.facts:
        known = {clean_text(fact.value), clean_text(_surface(fact)), slot.ledger}
        if slot.kind == "speaker":
            said = clean_text(fact.speaker or "")
            known = {said, said[:1].lower() + said[1:]}
        if not any(_same(slot.text, name) for name in known):
            problems.append(Problem(kind=slot.kind, message=f"the {slot.kind} is not the one that the ledger holds"))
    if not slot.facts and not _same(slot.text, slot.ledger):
        problems.append(Problem(kind=slot.kind, message=f"the {slot.kind} is not the one that the ledger holds"))
    # A speaker's fact points at a figure; every other name must stand in the words of the value, where these are known.
    naming = [(_surface(fact) if slot.kind != "speaker" else "") or fact.quote.sentence for fact in slot.facts]
    naming += [quote.sentence for quote in slot.cites]
    if not all(says_name(clean_text(words), slot.text) for words in naming):
        problems.append(_foreign(slot))
    return problems


def _country_problems(slot: Slot) -> list[Problem]:
    codes = (slot.ledger or "").split()
    if slot.text not in {country_name(code) for code in codes}:
        return [Problem(kind="country", message="the country is not the one that the ledger holds")]
    if slot.quotes and not any(says_country(clean_text(quote.sentence), slot.text) for quote in slot.quotes):
        return [_foreign(slot)]
    return []


def _publisher_problems(slot: Slot) -> list[Problem]:
    if not slot.cites or any(clean_text(quote.publisher) != slot.text for quote in slot.cites):
        return [Problem(kind="publisher", message="the publisher named is not the one cited")]
    return []


def _quoted_problems(slot: Slot) -> list[Problem]:
    words = slot.text.removesuffix("…")
    if not words.strip() or not slot.cites or not all(words in clean_text(quote.sentence) for quote in slot.cites):
        return [Problem(kind="quote", message="the words quoted are not those of the article cited")]
    return []


def _ledger_problems(slot: Slot) -> list[Problem]:
    if slot.ledger is None or slot.text != slot.ledger:
        return [Problem(kind=slot.kind, message="the value is not the one that the ledger holds")]
    return []


def _count_problems(slot: Slot) -> list[Problem]:
    if slot.ledger is None or not re.fullmatch(r"\d{1,3}(?:,\d{3})*", slot.text):
        return [Problem(kind="count", message="the count is not a number")]
    if int(slot.text.replace(",", "")) != int(slot.ledger):
        return [Problem(kind="count", message="the count is not the ledger's")]
    return []


def _foreign(slot: Slot) -> Problem:
    return Problem(kind=slot.kind, message=f"the {slot.kind} is not in the words cited for it")


_NEED_MARK = frozenset({"facility", "place", "country", "kept"})
_CHECKS: dict[str, Callable[[Slot], list[Problem]]] = {
    "number": _number_problems, "date": _date_problems, "published": _published_problems,
    "facility": _name_problems, "place": _name_problems, "actor": _name_problems, "speaker": _name_problems,
    "country": _country_problems, "publisher": _publisher_problems, "quote": _quoted_problems,
    "count": _count_problems, "grade": _ledger_problems, "kept": _ledger_problems, "reason": _ledger_problems,
}  # fmt: skip
