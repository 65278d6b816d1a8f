"""Regular expressions tried only at the words they can begin with: the same matches, several times faster.

Python tries a pattern that begins with a word boundary at every character. Most cues of the readers are long lists of
words of which a text has none, and several of them are asked of the same sentence: its words are indexed once by
their first letters, and a pattern is tried where one of its own beginnings stands.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_LETTERS = 3  # of a word, by which it is indexed
_MOST = 4_000  # beginnings of one pattern; more are no sieve
_FIGURE = "0"  # stands for any decimal digit
# What matches a plain letter without regard to case and yet is another in lower case: dotless i, dotted I, long s.
_ODD = re.compile("[\u0130\u0131\u017f]")
_WORD = re.compile(rf"\b(?=(\w.{{0,{_LETTERS - 1}}}))\w+", re.DOTALL)
_FIGURES = re.compile(r"\b\d")
_INDEXED_UP_TO = 40_000  # characters; a longer text is searched as Python does


class Sieve:
    """A compiled pattern with the methods the readers use; `search` and `finditer` look at its words' places only."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern
        self._match = pattern.match
        found = _beginnings(pattern)
        self._whole = frozenset(b for b in found or () if len(b) == _LETTERS)
        self._short = tuple(sorted(b for b in found or () if len(b) < _LETTERS and b != _FIGURE))
        self._figures = _FIGURE in (found or ())
        self.sifts = found is not None

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """The first match from a place on, as the pattern itself finds it."""
        places = self._places(text)
        if places is None:
            return self.pattern.search(text, start)
        for place in places:
            if place >= start and (found := self._match(text, place)) is not None:
                return found
        return None

    def finditer(self, text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
        """All matches within a stretch in order without overlap, as the pattern itself finds them."""
        stop = len(text) if end is None else end
        places = self._places(text)
        return self.pattern.finditer(text, start, stop) if places is None else self._each(text, places, start, stop)

    def findall(self, text: str) -> list[Any]:
        """The texts of all matches, or of their groups, as the pattern itself gives them."""
        places = self._places(text)
        if places is None:
            return self.pattern.findall(text)
        if not places:
            return []
        groups = self.pattern.groups
        found = self._each(text, places, 0, len(text))
        if groups > 1:
            return [m.groups("") for m in found]
        return [m.group(groups) or "" for m in found]

    def _each(self, text: str, places: list[int], start: int, end: int) -> Iterator[re.Match[str]]:
        done = start
        for place in places:
            if done <= place < end and (found := self._match(text, place, end)) is not None:
                yield found
                done = found.end()

    def _places(self, text: str) -> list[int] | None:
        """Where a match can begin, in order; None where every place has to be tried."""
        if not self.sifts or (index := _index(text)) is None:
            return None
        hits = self._whole & index.keys
        if self._short:
            hits |= {key for key in index.keys if key.startswith(self._short)}
        if not hits:
            return index.figures() if self._figures else []
        places = [place for key in hits for place in index.places(key)]
        if self._figures:
            places += index.figures()
        places.sort()
        return places


def sieve(pattern: str, flags: int | re.RegexFlag = 0) -> Sieve:
    """Compiles a pattern that is tried only where its words can begin."""
    return Sieve(re.compile(pattern, flags))


class _Index:
    """Where the words of a text begin, by their first letters in lower case with what follows a shorter one."""

    __slots__ = ("_figures", "_places", "_text", "keys")

    def __init__(self, low: str) -> None:
        self._text = low
        self.keys = frozenset(_WORD.findall(low))
        self._places: dict[str, list[int]] = {}
        self._figures: list[int] | None = None

    def places(self, key: str) -> list[int]:
        """Where words with a beginning stand, in order."""
        found = self._places.get(key)
        if found is None:
            found, text = [], self._text
            place = text.find(key)
            while place >= 0:
                if not place or not (text[place - 1].isalnum() or text[place - 1] == "_"):
                    found.append(place)
                place = text.find(key, place + 1)
            self._places[key] = found
        return found

    def figures(self) -> list[int]:
        """Where words that begin with a digit stand, in order."""
        if self._figures is None:
            self._figures = [m.start() for m in _FIGURES.finditer(self._text)]
        return self._figures


@lru_cache(maxsize=128)  # a sentence is asked for many cues in turn
def _index(text: str) -> _Index | None:
    low = text.lower()
    return None if len(text) > _INDEXED_UP_TO or len(low) != len(text) or _ODD.search(text) else _Index(low)


# -- with what a pattern can begin ---------------------------------------------------------------------------------


class _NoSieve(Exception):
    """The pattern can begin elsewhere than at a word of known letters."""


def _beginnings(pattern: re.Pattern[str]) -> frozenset[str] | None:
    """The first letters of every match; None where they cannot be told, or a match can begin within a word."""
    try:
        parser = importlib.import_module("re._parser")
        tree = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
        found = _Reader(parser).beginnings(list(tree))
    except (ImportError, AttributeError, _NoSieve):
        return None
    return frozenset(found)


class _Reader:
    """Reads the beginnings off a parsed pattern; a state is (letters so far, at a word's start, complete)."""

    def __init__(self, parser: Any) -> None:
        self._parser = parser

    def beginnings(self, items: list[Any]) -> set[str]:
        states = self._sequence(items, {("", False, False)})
        if any(not letters or not bounded for letters, bounded, _ in states):
            raise _NoSieve
        return {letters for letters, _, _ in states}

    def _sequence(self, items: list[Any], states: set[tuple[str, bool, bool]]) -> set[tuple[str, bool, bool]]:
        for op, value in items:
            open_ = {s for s in states if not s[2]}
            if not open_:
                break
            states = (states - open_) | self._step(str(op), value, open_)
            if len(states) > _MOST:
                raise _NoSieve
        return states

    def _step(self, op: str, value: Any, states: set[tuple[str, bool, bool]]) -> set[tuple[str, bool, bool]]:
        if op == "AT":
            bounding = str(value) == "AT_BOUNDARY"
            return {(s, b or (bounding and not s), c) for s, b, c in states}
        if op in ("ASSERT", "ASSERT_NOT"):
            bounding = _bounds_word(op, value)
            return {(s, b or (bounding and not s), c) for s, b, c in states}
        if op == "LITERAL":
            return self._letters(states, {chr(value)})
        if op == "IN":
            return self._letters(states, _members(value))
        if op == "SUBPATTERN":
            return self._sequence(list(value[3]), states)
        if op == "ATOMIC_GROUP":
            return self._sequence(list(value), states)
        if op == "BRANCH":
            return {state for branch in value[1] for state in self._sequence(list(branch), states)}
        if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            low, high, inner = value
            found = self._sequence(list(inner), states)
            if high > 1:  # what comes second is not followed up
                found = {(s, b, True) for s, b, _ in found}
            return found | states if low == 0 else found
        return {(s, b, True) for s, b, _ in states}

    def _letters(self, states: set[tuple[str, bool, bool]], letters: set[str] | None) -> set[tuple[str, bool, bool]]:
        if letters is None:
            return {(s, b, True) for s, b, _ in states}
        found: set[tuple[str, bool, bool]] = set()
        for s, b, _ in states:
            for letter in letters:
                low = letter.lower()
                if not s and letter.isdecimal():
                    found.add((_FIGURE, b, True))
                elif not s and not (low.isascii() and low.isalpha()):
                    raise _NoSieve
                elif not low.isascii():
                    found.add((s, b, True))
                else:
                    found.add((s + low, b, len(s) + 1 >= _LETTERS))
        return found


def _bounds_word(op: str, value: Any) -> bool:
    """Whether a look-behind lets no word character stand before: `(?<!\\w)`, `(?<![\\w-])`, `(?<=[~<])`."""
    direction, items = value
    if direction != -1 or len(items) != 1 or str(items[0][0]) != "IN":
        return False
    members = [(str(kind), v) for kind, v in items[0][1]]
    if op == "ASSERT_NOT":
        return ("CATEGORY", "CATEGORY_WORD") in [(kind, str(v)) for kind, v in members] and members[0][0] != "NEGATE"
    return all(kind == "LITERAL" and not (chr(v).isalnum() or v == ord("_")) for kind, v in members)


def _members(items: Any) -> set[str] | None:
    """The characters of a set; None where it is not a short list."""
    found: set[str] = set()
    for op, value in items:
        kind = str(op)
        if kind == "LITERAL":
            found.add(chr(value))
        elif kind == "RANGE":
            if value[1] - value[0] > 40:
                return None
            found |= {chr(c) for c in range(value[0], value[1] + 1)}
        elif kind == "CATEGORY" and str(value) == "CATEGORY_DIGIT":
            found.add(_FIGURE)
        else:
            return None
    return found
