"""Finds the names of a gazetteer in a text: longest match first, ambiguous names only where the text bears them out.

A name is *strong* (found wherever it stands, written as a name), *weak* (an acronym or a name with other
meanings: it needs a type word beside it or its context words in the document) or a *core* (a facility's name
without its type word, most often a town's: it needs the type word beside it, before it or at the end of a list).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from nlp.facility_heads import head_after, head_before, head_of_list
from nlp.folding import CaseMode, Token, case_modes, find_tokens, fold_key, joinable, key_variants

Strength = Literal["strong", "weak", "core"]
Kind = Literal["facility", "organisation", "actor"]
_STRENGTHS = {"core": 0, "weak": 1, "strong": 2}
_PRIORITY = {"facility": 0, "organisation": 1, "actor": 2}
# Any of these in a document is context enough for an energy company's acronym.
ENERGY_WORDS = frozenset(
    "oil gas crude petroleum pipeline pipelines refinery refineries energy power electricity fuel barrels "
    "barrel bpd lng drilling exploration upstream grid nuclear reactor megawatts terminal tanker tankers opec "
    "oilfield petrol diesel gasoline outage blackout load shedding substation utility rigs wells offshore cargo "
    "exports".split()
)
_SMALL_WORDS = frozenset("al el an as ar ad ash the de la le del los las da do di of".split())
_NOT_NAMES = frozenset("pip eta ban son pet oil map gas tap net ram sea sand".split())


@dataclass(slots=True)
class Sense:
    """One meaning of a name; not frozen, which would double the time to load a large gazetteer."""

    kind: Kind
    id: str
    strength: Strength
    type: str  # facility type, or the kind of organisation or actor
    countries: tuple[str, ...]
    acronym: bool = False
    context: tuple[str, ...] = ()  # folded words, one of which the document must hold
    against: tuple[str, ...] = ()  # folded phrases that speak against this meaning


@dataclass(frozen=True, slots=True)
class Found:
    """A name in a text: tokens [first, last) and the meaning chosen."""

    start: int
    end: int
    sense: Sense


class NameIndex:
    """Folded names to their meanings; lookup cost does not grow with their number."""

    def __init__(self, country_words: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self._senses: dict[str, tuple[Sense, ...]] = {}
        self._longest: dict[str, int] = {}
        self._country_words = country_words or {}  # by which words a document shows that it is about a country

    def __len__(self) -> int:
        return len(self._senses)

    def add(self, name: str, sense: Sense) -> None:
        """Adds a name as written; a second meaning of the same name joins the first."""
        for key in (fold_key(name),) if name.isascii() and "'" not in name else key_variants(name):
            self.add_key(key, sense)

    def add_key(self, key: str, sense: Sense) -> None:
        """Adds a name that is folded already."""
        if not key:
            return
        held = self._senses.get(key)
        if held is None:
            self._senses[key] = (sense,)
        elif not any(h.id == sense.id and h.kind == sense.kind for h in held):
            self._senses[key] = (*held, sense)
        else:  # the same meaning again: its plainest claim to the name counts
            self._senses[key] = tuple(
                sense
                if h.id == sense.id and h.kind == sense.kind and _STRENGTHS[sense.strength] > _STRENGTHS[h.strength]
                else h
                for h in held
            )
        first, _, rest = key.partition(" ")
        length = 1 + rest.count(" ") + 1 if rest else 1
        if length > self._longest.get(first, 0):
            self._longest[first] = length

    def find(self, text: str) -> list[Found]:
        """All names in a text that its words bear out, in order, without overlap."""
        tokens = find_tokens(text)
        taken = bytearray(len(tokens))
        reading = _Reading(text, tokens, self._country_words, taken)
        candidates: list[tuple[int, int, tuple[Sense, ...]]] = []
        for i, token in enumerate(tokens):
            longest = self._longest.get(token.folded)
            if longest is None:
                continue
            key, j = token.folded, i
            spans = []
            while True:
                senses = self._senses.get(key)
                if senses:
                    spans.append((i, j + 1, senses))
                j += 1
                if j >= len(tokens) or j - i >= longest or not joinable(text, tokens[j - 1], tokens[j]):
                    break
                key = f"{key} {tokens[j].folded}"
            candidates.extend(spans)
        candidates.sort(key=lambda c: (c[0] - c[1], c[0]))
        found: list[Found] = []
        for first, last, senses in candidates:
            if any(taken[first:last]):
                continue
            chosen = reading.choose(first, last, senses)
            if chosen is None:
                continue
            sense, used = chosen
            last = min(last + used, len(tokens))
            while used and any(taken[first:last]):
                last -= 1
                used -= 1
            taken[first:last] = b"\x01" * (last - first)
            found.append(Found(tokens[first].start, tokens[last - 1].end, sense))
        found.sort(key=lambda f: f.start)
        return found


class _Reading:
    """One document's evidence for the meanings of its names."""

    def __init__(
        self, text: str, tokens: list[Token], country_words: Mapping[str, tuple[str, ...]], taken: bytearray
    ) -> None:
        self._text = text
        self._taken = taken  # tokens that belong to names found already
        self._country_words = country_words
        self._tokens = tokens
        self._modes = case_modes(text)
        self._words = {t.folded for t in tokens}
        self._joined: str | None = None

    def choose(self, first: int, last: int, senses: tuple[Sense, ...]) -> tuple[Sense, int] | None:
        """The meaning that the text bears out, with the number of type words after it that belong to the name."""
        mode = self._mode(first)
        written = [s for s in senses if self._written_as_name(first, last, s, mode)]
        if not written:
            return None
        head = head_after(self._text, self._tokens, last) if any(s.kind == "facility" for s in written) else None
        options: list[tuple[tuple[int, int, int], Sense, int]] = []
        for order, sense in enumerate(written):
            if self._spoken_against(sense, first, last):
                continue
            rank = self._rank(sense, first, last, head)
            if rank is not None:
                used = head[0] if head is not None and sense.kind == "facility" and sense.type in head[1] else 0
                options.append(((rank, _PRIORITY[sense.kind], order), sense, used))
        if not options:
            return None
        _, sense, used = min(options, key=lambda o: (o[0][0], o[0][1], self._distance(o[1]), o[0][2]))
        return sense, used

    def _rank(self, sense: Sense, first: int, last: int, head: tuple[int, frozenset[str]] | None) -> int | None:
        """How well the text bears a meaning out, 0 best; None where it does not."""
        if sense.kind != "facility":
            if sense.strength == "strong":
                return 2
            return 3 if self._has_context(sense) else None
        if head is not None:
            if sense.type in head[1]:
                return 0
            if sense.strength == "core":
                return None
        if sense.strength == "strong":
            return 1 if head is None else 2
        if sense.strength == "weak" and (sense.acronym or sense.context) and self._has_context(sense):
            return 2
        if head is None:
            types = head_of_list(self._text, self._tokens, last) or head_before(
                self._text, self._tokens, first, last, self._taken
            )
            if types is not None and sense.type in types:
                return 1
        return None

    def _distance(self, sense: Sense) -> int:
        """0 where the document names one of the meaning's countries or their people, else 1."""
        for country in sense.countries:
            if any(self._holds(word) for word in self._country_words.get(country, ())):
                return 0
        return 1

    def _has_context(self, sense: Sense) -> bool:
        wanted: Iterable[str] = sense.context or ENERGY_WORDS
        return any(w in self._words if " " not in w else self._holds(w) for w in wanted)

    def _spoken_against(self, sense: Sense, first: int, last: int) -> bool:
        if not sense.against:
            return False
        after = " ".join(t.folded for t in self._tokens[last : last + 3])
        if any(after == a or after.startswith(a + " ") for a in sense.against):
            return True
        if sense.strength == "strong" and not sense.acronym:
            return False
        against = sum(1 for a in sense.against if self._holds(a))
        speaking = sum(1 for c in sense.context if self._holds(c))
        return against > 0 and against >= speaking

    def _holds(self, phrase: str) -> bool:
        if " " not in phrase:
            return phrase in self._words
        if self._joined is None:
            self._joined = f" {' '.join(t.folded for t in self._tokens)} "
        return f" {phrase} " in self._joined

    def _mode(self, first: int) -> CaseMode:
        start = self._tokens[first].start
        low, high = 0, len(self._modes) - 1
        while low < high:
            middle = (low + high) // 2
            if self._modes[middle][1] <= start:
                low = middle + 1
            else:
                high = middle
        return self._modes[low][2]

    def _written_as_name(self, first: int, last: int, sense: Sense, mode: CaseMode) -> bool:
        run = self._tokens[first:last]
        word = "".join(t.text for t in run)
        if sense.acronym:
            if mode == "mixed":
                return word.isupper() or (len(word) > 4 and word[0].isupper())
            return len(word) > 2 and run[0].folded not in _NOT_NAMES and self._has_context(sense)
        if (
            mode != "mixed"
        ):  # capitals tell nothing here, so a word that is also a name ("TOTAL OF 6 LEAKS") does not count
            return len(run) > 1 or sense.strength == "core" or (sense.strength == "strong" and len(word) > 4)
        capital = [t for t in run if t.capital]
        if not capital:
            return False
        return run[0].capital or run[0].folded in _SMALL_WORDS
