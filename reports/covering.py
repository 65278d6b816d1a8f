"""Chooses the fewest notes that bear out all of a sentence, and the place of each inside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from reports.records import Sentence, Slot
from store.records import Quote

T = TypeVar("T", bound=Hashable)

# Between two values of one sentence; a comma only before a further figure.
_SEPARATORS = re.compile(r" — | → |; ")
_COMMA = re.compile(r",? and (?=[^,]*$)|, (?=[^,]*$)")
_SHARED = (" or ", " to ")  # "500,000 or 700,000 barrels a day": two figures that are told as one


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of a sentence and the slots in it; its references stand right after it."""

    text: str
    slots: tuple[Slot, ...]


def segments(sentence: Sentence) -> tuple[Segment, ...]:
    """The sentence in the parts that have words of their own: one a figure, one a side of a change."""
    placed = _placed(sentence)
    several = sum(slot.kind == "number" for slot, _, _ in placed) > 1 or " → " in sentence.text
    cuts: list[tuple[int, int]] = []  # offset, number of slots before it
    first = 0
    for index in range(len(placed) - 1 if several else 0):
        gap_start, gap_end = placed[index][2], placed[index + 1][1]
        gap = sentence.text[gap_start:gap_end]
        found = _SEPARATORS.search(gap)
        if found is None and gap not in _SHARED and placed[index + 1][0].kind == "number":
            told = any(slot.kind == "number" for slot, _, _ in placed[first : index + 1])
            found = _COMMA.search(gap) if told else None
        if found is not None:
            cuts.append((gap_start + found.start(), index + 1))
            first = index + 1
    parts: list[Segment] = []
    at, slot_at = 0, 0
    for offset, number in [*cuts, (len(sentence.text), len(placed))]:
        slots = tuple(slot for slot, _, _ in placed[slot_at:number])
        parts.append(Segment(text=sentence.text[at:offset], slots=slots))
        at, slot_at = offset, number
    return tuple(parts)


def _placed(sentence: Sentence) -> list[tuple[Slot, int, int]]:
    placed, at = [], 0
    for slot in sentence.slots:
        start = sentence.text.find(slot.text, at)
        if start >= 0:
            at = start + len(slot.text)
            placed.append((slot, start, at))
    return placed


def bearing(slot: Slot) -> tuple[tuple[Quote, ...], ...]:
    """What must be referred to for the slot: of each group of quotes one.

    Every fact of a slot says its value, so that one is enough; a speaker's fuller name stands in words of its own, and
    a share has those of both of its figures.
    """
    facts = tuple(fact.quote for fact in slot.facts)
    if slot.kind == "share":
        figures = dict.fromkeys((fact.field, fact.minimum) for fact in slot.facts)
        return tuple(
            tuple(fact.quote for fact in slot.facts if (fact.field, fact.minimum) == figure) for figure in figures
        )
    if slot.kind == "speaker" and slot.cites:
        return (facts, slot.cites) if facts else (slot.cites,)
    return (slot.quotes,) if slot.quotes else ()


def cover(obligations: Iterable[Sequence[T]], preferred: Iterable[T] = ()) -> list[T]:
    """Few of the options, so that of each obligation one is chosen: first what bears out most, `preferred` on a tie."""
    left = [tuple(dict.fromkeys(options)) for options in obligations if options]
    order = {option: at for at, option in enumerate(dict.fromkeys(option for options in left for option in options))}
    liked = set(preferred)
    chosen: list[T] = []
    while left:
        forced = [options[0] for options in left if len(options) == 1]
        pool = forced or order
        best = max(
            pool, key=lambda option: (sum(option in options for options in left), option in liked, -order[option])
        )
        chosen.append(best)
        left = [options for options in left if best not in options]
    return chosen


def narrowed(sentence: Sentence, wanted: Callable[[Slot], bool]) -> Sentence:
    """The sentence with one note left to each of the wanted slots, so that few notes bear them all out."""
    chosen = cover([_key(quote) for quote in options] for slot in sentence.slots for options in bearing(slot))
    slots = (_narrowed(slot, chosen) if wanted(slot) else slot for slot in sentence.slots)
    return replace(sentence, slots=tuple(slots))


def _narrowed(slot: Slot, chosen: Sequence[tuple[str, str, int, int]]) -> Slot:
    facts = sorted(slot.facts, key=lambda fact: _rank(_key(fact.quote), chosen))
    cites = sorted(slot.cites, key=lambda quote: _rank(_key(quote), chosen))
    return replace(slot, facts=tuple(facts[:1]), cites=tuple(cites[:1]))


def _key(quote: Quote) -> tuple[str, str, int, int]:
    return (quote.version_id, quote.where, quote.start, quote.end)


def _rank(key: tuple[str, str, int, int], chosen: Sequence[tuple[str, str, int, int]]) -> int:
    return chosen.index(key) if key in chosen else len(chosen)
