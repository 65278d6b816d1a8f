"""Makes slots from facts, and sentences from slots and the template's own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from reports.countries import country_name
from reports.read_dates import says_date
from reports.read_names import is_telling, says_country, says_name
from reports.records import LEDGER_MARK, Sentence, Slot, SlotKind
from reports.text import clean_text, shorten
from reports.told_amounts import told_amount
from reports.words import bound_words, event_noun, format_amount, format_day, format_period
from store.records import Fact, IncidentView, Quote

Part = str | Slot
NAME_CHARACTERS = 120
_LEANING = re.compile(
    r"(?i)\b(?:same|following|next|previous|preceding|that) (?:day|night|morning|afternoon|evening|week|month|year)\b"
    r"|\b(?:days?|nights?|weeks?|months?|years?|hours?) (?:before|after|later|earlier)\b|\b(?:then|thereafter)\b"
)
_OFFERED = 6  # facts or quotes of a name among which the fewest notes are chosen


def sentence(*parts: Part) -> Sentence:
    """Puts words and slots together; the first letter becomes a capital unless a name begins the sentence."""
    filled = [part for part in parts if part]
    if filled and isinstance(first := filled[0], str):
        filled[0] = first[:1].upper() + first[1:]
    elif filled and isinstance(first, Slot) and first.kind in ("number", "facility", "status", "event", "share"):
        filled[0] = replace(first, text=first.text[:1].upper() + first.text[1:])
    return phrase(*filled)


def phrase(*parts: Part) -> Sentence:
    """Puts words and slots together as they are."""
    text = "".join(part if isinstance(part, str) else part.text for part in parts)
    return Sentence(text=text, slots=tuple(part for part in parts if isinstance(part, Slot)))


def listed(parts: Sequence[Sequence[Part]], glue: str = ", ", last: str = " and ") -> list[Part]:
    """Joins runs of parts: a, b and c."""
    joined: list[Part] = []
    for index, part in enumerate(parts):
        if index:
            joined.append(last if index == len(parts) - 1 else glue)
        joined += part
    return joined


def count(number: int) -> Slot:
    """A number that the ledger counted."""
    return Slot(kind="count", text=f"{number:,}", ledger=str(number))


def publisher(quote: Quote) -> Slot:
    return Slot(kind="publisher", text=clean_text(quote.publisher), cites=(quote,))


def publishers(quotes: Iterable[Quote], most: int = 3) -> list[Part]:
    """Each publisher once, in the order given; where there are more than `most`, two at most and the rest counted."""
    once: dict[str, Quote] = {}
    for quote in quotes:
        once.setdefault(quote.publisher, quote)
    if len(once) > most:
        most = min(most, 2)
    shown = [[publisher(quote)] for quote in list(once.values())[:most]]
    if len(once) > most:
        rest = tuple(once.values())[most:]
        return [*listed(shown, last=", "), " and ", replace(count(len(rest)), cites=rest), " more"]
    return listed(shown)


def amount(facts: Sequence[Fact], *, plain: bool = False) -> Slot:
    """A figure that several facts give alike, as its source told it where the ledger converted it; `plain`: never."""
    told = None if plain else told_amount(facts[0])
    text = bound_words(facts[0]) + told if told else format_amount(facts[0])
    return Slot(kind="number", text=text, facts=tuple(facts))


def name_text(name: str) -> str:
    return shorten(clean_text(name), NAME_CHARACTERS)


def surface(fact: Fact) -> str:
    """The words of the value itself inside its sentence; empty where the fact does not say where they stand."""
    quote = fact.quote
    if fact.value_start is None or fact.value_end is None:
        return ""
    if not quote.start <= fact.value_start < fact.value_end <= quote.end:
        return ""
    return clean_text(quote.sentence[fact.value_start - quote.start : fact.value_end - quote.start])


def facility_parts(view: IncidentView, index: int) -> list[Part]:
    """A facility's name with the words that say it, or the ledger's name, marked, with the words used instead."""
    name = name_text(view.facilities[index])
    id_ = view.facility_ids[index] if len(view.facility_ids) == len(view.facilities) else None
    naming = [
        fact
        for fact in view.facts
        if fact.field == "facility" and (fact.value == view.facilities[index] or (id_ and fact.detail == id_))
    ]
    return _named("facility", name, naming)


def place_parts(view: IncidentView) -> list[Part]:
    """The place's name, as facility_parts."""
    assert view.place is not None
    return _named(
        "place",
        name_text(view.place),
        [fact for fact in view.facts if fact.field == "place" and fact.value == view.place],
    )


def _named(kind: SlotKind, name: str, facts: list[Fact]) -> list[Part]:
    supported = [fact for fact in facts if says_name(surface(fact) or clean_text(fact.quote.sentence), name)]
    if supported:
        return [Slot(kind=kind, text=name, facts=_first(supported), ledger=name)]
    parts: list[Part] = [Slot(kind=kind, text=name, ledger=name), LEDGER_MARK]
    told = [fact for fact in facts if is_telling(surface(fact)) and len(surface(fact)) <= NAME_CHARACTERS]
    if not told:
        return parts
    words = Slot(kind=kind, text=surface(_earliest(told)), facts=(_earliest(told),))
    # A place needs no second name: the gazetteer's "Shanghai Shi" helps nobody who reads "Shanghai".
    return [words] if kind == "place" else [*parts, " (“", words, "”)"]


def country_parts(code: str, quotes: Iterable[Quote]) -> list[Part]:
    """A country with the quote that names it or its people; marked as the ledger's where none does."""
    name = country_name(code)
    once = {(quote.version_id, quote.where, quote.start): quote for quote in quotes}
    naming = [quote for quote in once.values() if says_country(clean_text(quote.sentence), name)]
    if naming:
        return [Slot(kind="country", text=name, cites=tuple(naming[:_OFFERED]), ledger=code)]
    return [Slot(kind="country", text=name, ledger=code), LEDGER_MARK]


def date_slot(view: IncidentView) -> Slot | None:
    """When it happened, with a fact whose words say so; None where no fact says so."""
    if view.occurred_on is None:
        return None
    return dated(view.facts, view.occurred_on, view.occurred_until, view.date_precision)


def dated(facts: Sequence[Fact], first: date, last: date | None, precision: str | None) -> Slot | None:
    """The date as precisely as it is known, with the facts that give it."""
    named = [fact for fact in facts if fact.field == "occurred_on" and fact.value[:10] == first.isoformat()]
    if not named:
        return None
    rough = precision if precision in ("week", "month", "year") else "day"
    bearing = [
        fact for fact in named if says_date(fact.quote.sentence, first, last or first, rough, fact.quote.published_at)
    ]
    if not bearing and last is not None and last != first and rough == "day":
        # The words may give only the first day.
        last = None
        bearing = [
            fact for fact in named if says_date(fact.quote.sentence, first, first, "day", fact.quote.published_at)
        ]
    if not bearing:
        # Where the words of the date are known and do not bear it out, the verifier is to say so.
        # "The same day" leans on a sentence that is not cited: such a date is not told.
        bearing = [fact for fact in named if fact.value_start is not None and not _LEANING.search(surface(fact))]
    if not bearing:
        return None
    return Slot(kind="date", text=format_period(first, last, rough), facts=_first(bearing))


def published_slot(view: IncidentView) -> Slot | None:
    """The publication date of the earliest article that is cited."""
    quotes = [fact.quote for fact in view.facts if fact.quote.published_at]
    if not quotes:
        return None
    quote = min(quotes, key=lambda quote: (quote.published_at or date.max, quote.article_id))
    assert quote.published_at is not None
    return Slot(kind="published", text=format_day(quote.published_at.date()), cites=(quote,))


def event_slot(view: IncidentView, *, lower: bool = False) -> Slot:
    """What happened, "drone attack", with the words that tell it."""
    text = event_noun(view)
    telling = [fact for fact in view.facts if fact.field == "event_type" and fact.value == view.event_type]
    return Slot(
        kind="event",
        text=text[0].lower() + text[1:] if lower else text,
        facts=_first(telling) if telling else (),
        ledger=" ".join((view.event_type, *view.modes)),
    )


def _first(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The earliest facts: some, so that few notes can be chosen to bear out a whole sentence."""
    ordered = sorted(
        facts, key=lambda fact: (str(fact.quote.published_at or "9"), fact.quote.article_id, fact.claim_id)
    )
    return tuple(ordered[:_OFFERED])


def _earliest(facts: Sequence[Fact]) -> Fact:
    return _first(facts)[0]
