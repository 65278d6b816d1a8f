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
from reports.records import LEDGER_MARK, Problem, Sentence, Slot
from reports.text import clean_text
from reports.verify_numbers import number_problems, role_problems, surface
from reports.verify_shares import share_problems
from reports.verify_words import cue_problems, event_problems, grade_problems, polarity_problems, status_problems
from reports.vocabulary import VOCABULARY
from store.records import Fact, Quote

_FIRST_PASS = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*|\d+")
_PUNCTUATION = re.compile(r"[\s.,;:()\[\]“”\"'’—–\-→/%" + LEDGER_MARK + "]*")


def verify_sentence(sentence: Sentence) -> list[Problem]:
    """Returns every reason why the sentence may not be printed; an empty list where its citations bear it out."""
    placed, problems = _place_slots(sentence)
    gaps = _gaps(sentence.text, placed)
    for gap in gaps:
        problems += _unaccounted(gap)
    for index, (slot, _, end) in enumerate(placed):
        for quote in slot.quotes:
            problems += _quote_problems(slot, quote)
        if slot.kind == "facility":
            problems += _name_problems(slot, sentence.text[end:])
        elif slot.kind == "event":
            problems += event_problems(slot, gaps[index])
        elif slot.kind == "share":
            following = placed[index + 1][0] if index + 1 < len(placed) else None
            problems += share_problems(slot, gaps, index, following)
        elif slot.kind == "number":
            joined = gaps[index + 1] in (" or ", " to ") and index + 1 < len(placed)
            problems += number_problems(slot, placed[index + 1][0] if joined else None)
        else:
            problems += _CHECKS[slot.kind](slot)
        marked = sentence.text[end : end + 1] == LEDGER_MARK or (sentence.echoed and slot.kind in _ECHOED)
        new = slot.kind == "status" and " → " in gaps[index]  # of a change
        if not slot.quotes and (slot.kind in _NEED_MARK or new) and not marked:
            problems.append(Problem(kind=slot.kind, message=f"the {slot.kind} is only the ledger's and not marked so"))
        if slot.kind == "number":
            problems += role_problems(slot, gaps, index)
    slots = [slot for slot, _, _ in placed]
    problems += _attribution_problems(slots)
    problems += cue_problems(slots, gaps)
    problems += polarity_problems(sentence.text, gaps)
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
    """Whether two names differ at most in the capital that begins a sentence, or in capitals all through."""
    if not one or other is None:
        return False
    return one[:1].casefold() + one[1:] == other[:1].casefold() + other[1:] or (
        other.isupper() and one.casefold() == other.casefold()
    )


def _name_problems(slot: Slot, rest: str = "") -> list[Problem]:
    if not slot.quotes:
        names = (slot.ledger, _headless(slot.ledger, rest))
        known_only = slot.kind in ("facility", "place") and any(_same(slot.text, name) for name in names)
        return [] if known_only else [_foreign(slot)]
    problems = []
    for fact in slot.facts:
        known = {clean_text(fact.value), clean_text(surface(fact)), slot.ledger}
        if slot.kind == "speaker":
            known = {clean_text(fact.speaker or "")}
        if slot.kind == "facility":
            known |= {_headless(name, rest) for name in known}
            if slot.ledger and slot.ledger.startswith(f"{slot.text} "):
                known = {_headless(slot.ledger, rest)}
        if slot.kind in ("speaker", "actor"):
            known |= {f"{article} {name}" for one in slot.facts for article, name in _with_articles(one, known)}
            known |= {_fuller(slot, fact)} if slot.kind == "speaker" else set()
        if not any(_same(slot.text, name) for name in known):
            problems.append(Problem(kind=slot.kind, message=f"the {slot.kind} is not the one that the ledger holds"))
    if not slot.facts and not _same(slot.text, slot.ledger):
        problems.append(Problem(kind=slot.kind, message=f"the {slot.kind} is not the one that the ledger holds"))
    # A speaker's fact points at a figure; every other name must stand in the words of the value, where these are known.
    naming = [(surface(fact) if slot.kind != "speaker" else "") or fact.quote.sentence for fact in slot.facts]
    naming = [quote.sentence for quote in slot.cites] or naming
    if not all(says_name(clean_text(words), slot.text) for words in naming):
        problems.append(_foreign(slot))
    return problems


def _headless(name: str | None, rest: str) -> str | None:
    """The name without the word for its kind, where the sentence gives that word in the plural: "... refineries"."""
    head, _, kind = (name or "").rpartition(" ")
    plural = kind[:-1] + "ies" if kind.endswith("y") else kind + "s"
    return head if kind.islower() and re.match(rf"[^.;:]*\b{re.escape(plural)}\b", rest) else None


def _with_articles(fact: Fact, names: set[str | None]) -> set[tuple[str, str]]:
    """The articles that stand before the names in the words cited."""
    text = clean_text(fact.quote.sentence)
    return {
        (article, name)
        for name in names
        for article in ("the", "a", "an")
        if name and re.search(rf"(?i)\b{article} {re.escape(name)}", text)
    }


def _fuller(slot: Slot, fact: Fact) -> str | None:
    """The speaker's fuller name, "the Caspian Pipeline Consortium", where the same article has it in words cited."""
    name = slot.text.removeprefix("the ")
    said = clean_text(fact.speaker or "")
    ends = bool(said) and " " not in said and name.casefold().endswith(f" {said.casefold()}")
    cited = any(
        quote.article_id == fact.quote.article_id and name in clean_text(quote.sentence) for quote in slot.cites
    )
    return slot.text if ends and cited else None


def _country_problems(slot: Slot) -> list[Problem]:
    codes = (slot.ledger or "").split()
    if slot.text not in {country_name(code) for code in codes}:
        return [Problem(kind="country", message="the country is not the one that the ledger holds")]
    if not all(says_country(clean_text(quote.sentence), slot.text) for quote in slot.quotes):
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
    number = int(slot.text.replace(",", ""))
    # A count that cites counts the publishers whom it cites.
    if number != int(slot.ledger) or (slot.cites and number != len({quote.publisher for quote in slot.cites})):
        return [Problem(kind="count", message="the count is not the ledger's")]
    return []


def _foreign(slot: Slot) -> Problem:
    return Problem(kind=slot.kind, message=f"the {slot.kind} is not in the words cited for it")


_NEED_MARK = frozenset({"facility", "place", "country", "kept"})
_ECHOED = frozenset({"facility", "place", "country"})
_CHECKS: dict[str, Callable[[Slot], list[Problem]]] = {
    "number": number_problems, "date": _date_problems, "published": _published_problems,
    "facility": _name_problems, "place": _name_problems, "actor": _name_problems, "speaker": _name_problems,
    "country": _country_problems, "publisher": _publisher_problems, "quote": _quoted_problems,
    "count": _count_problems, "grade": grade_problems, "kept": _ledger_problems, "reason": _ledger_problems,
    "group": _ledger_problems, "event": event_problems, "status": status_problems,
}  # fmt: skip
