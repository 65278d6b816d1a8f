"""Finds the names of a gazetteer in a text: longest match first, ambiguous names only where the text bears them out.

A name is *strong* (found wherever it stands, written as a name), *weak* (an acronym or a name with other
meanings: it needs a type word beside it or its context words in the document), a *core* (a facility's name
without its type word, most often a town's: it needs the type word beside it, before it or at the end of a list) or
*vague* ("Plant 1", "Central": it needs the type word, and its place or operator in the document).
Names of imported tables are *guarded*: nobody chose them to be looked for in prose, so only a plain type word right
after them counts, in a document about energy, and where two works bear one name and nothing tells them apart,
neither is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from nlp.facility_heads import VAGUE_HEADS, head_after, head_before, head_of_list
from nlp.folding import CaseMode, Token, case_modes, find_tokens, fold_key, joinable, key_variants

Strength = Literal["strong", "weak", "core", "vague"]
Kind = Literal["facility", "organisation", "actor"]
_STRENGTHS = {"vague": -1, "core": 0, "weak": 1, "strong": 2}
_PRIORITY = {"facility": 0, "organisation": 1, "actor": 2}
# Any of these in a document is context enough for an energy company's acronym.
ENERGY_WORDS = frozenset(
    "oil gas crude petroleum pipeline pipelines refinery refineries energy power electricity fuel barrels "
    "barrel bpd lng drilling exploration upstream grid nuclear reactor megawatts terminal tanker tankers opec "
    "oilfield petrol diesel gasoline outage blackout load shedding substation utility rigs wells offshore cargo "
    "exports".split()
)
_SMALL_WORDS = frozenset("al el an as ar ad ash the de la le del los las da do di of pro anti".split())
# Words that make a settlement of the name before ("Druzhba, a village") or after them ("the village of Druzhba").
_SETTLEMENTS = frozenset(
    "village town city settlement hamlet district suburb neighbourhood neighborhood borough municipality commune "
    "street avenue square metro".split()
)
_ARTICLES = frozenset({"a", "an", "the"})
_FIELDS = frozenset({"oil_field", "gas_field"})
_OUTPUT = frozenset({"output", "production"})
_NOT_NAMES = frozenset("pip eta ban son pet oil map gas tap net ram sea sand".split())

# What may bear the name of works, or of the town that they are named for, and is none.
_NO_WORKS = frozenset(
    "stadium arena hotel motel restaurant cafe club fc theatre theater cinema museum gallery garden street avenue "
    "airport school university college hospital clinic church mosque cathedral library mall market festival "
    "orchestra quartet choir team marathon".split()
)


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
    # Folded phrases that speak against this meaning; with ">" before them only right behind the name.
    against: tuple[str, ...] = ()
    order: int = 0  # among the entries of its kind; of two that the text bears out alike, the earlier is meant
    guarded: bool = False  # a name of an imported table


@dataclass(frozen=True, slots=True)
class Found:
    """A name in a text: tokens [first, last) and the meaning chosen."""

    start: int
    end: int
    sense: Sense


class NameIndex:
    """Folded names to their meanings; lookup cost does not grow with their number."""

    def __init__(
        self,
        country_words: Mapping[str, tuple[str, ...]] | None = None,
        expand: Callable[[str], None] | None = None,
    ) -> None:
        self._senses: dict[str, tuple[Sense, ...]] = {}
        self._longest: dict[str, int] = {}
        self._country_words = country_words or {}  # by which words a document shows that it is about a country
        self._waiting: dict[str, list[str]] = {}
        self._expanded: set[str] = set()
        self._expand = expand

    def __len__(self) -> int:
        return len(self._senses)

    def await_word(self, word: str, key: str) -> None:
        """Has `expand` called with a key, once, when a text first holds a word that a name of it begins with."""
        held = self._waiting.get(word)
        if held is None:
            self._waiting[word] = [key]
        else:
            held.append(key)

    def _expand_word(self, word: str) -> None:
        for key in self._waiting.pop(word):
            if key not in self._expanded and self._expand is not None:
                self._expanded.add(key)
                self._expand(key)

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
            if token.folded in self._waiting:
                self._expand_word(token.folded)
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
        self, text: str, tokens: Sequence[Token], country_words: Mapping[str, tuple[str, ...]], taken: bytearray
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
        if last < len(self._tokens) and self._tokens[last].folded in _NO_WORKS:
            written = [s for s in written if s.kind != "facility"]
        if not written:
            return None
        head = head_after(self._text, self._tokens, last) if any(s.kind == "facility" for s in written) else None
        plain = head is not None and " ".join(t.folded for t in self._tokens[last : last + head[0]]) not in VAGUE_HEADS
        options: list[tuple[tuple[int, int, bool, int], int, Sense, int]] = []
        for sense in written:
            if self._spoken_against(sense, first, last):
                continue
            rank = self._rank(sense, first, last, head if plain or not sense.guarded else None)
            if rank is not None:
                used = head[0] if head is not None and sense.kind == "facility" and sense.type in head[1] else 0
                merit = (rank, _PRIORITY[sense.kind], sense.guarded, self._distance(sense))
                options.append((merit, sense.order, sense, used))
        if not options:
            return None
        options.sort(key=lambda o: (o[0], o[1]))
        merit, _, sense, used = options[0]
        if sense.guarded and any(o[0] == merit and o[2].id != sense.id for o in options[1:]):
            return None
        return sense, used

    def _rank(self, sense: Sense, first: int, last: int, head: tuple[int, frozenset[str]] | None) -> int | None:
        """How well the text bears a meaning out, 0 best; None where it does not."""
        if sense.kind != "facility":
            if sense.strength == "strong":
                return 2
            return 3 if self._has_context(sense) else None
        if sense.strength == "vague" and not any(self._holds(word) for word in sense.context):
            return None
        if sense.guarded and not self._about_energy():
            return None
        if head is not None:
            if sense.type in head[1]:
                return 0
            if sense.strength in ("core", "vague"):
                return None
        if self._is_settlement(first, last):
            return None
        if sense.strength == "strong":
            return 1 if head is None else 2
        if sense.type in _FIELDS and sense.strength == "core" and not sense.guarded and self._yields(first, last):
            return 1
        if sense.strength == "weak" and (sense.acronym or sense.context) and self._has_context(sense):
            return 2
        if head is None and sense.strength != "vague":
            types = head_of_list(self._text, self._tokens, last)
            if types is None and not sense.guarded:
                types = head_before(self._text, self._tokens, first, last, self._taken)
            if types is not None and sense.type in types:
                return 1
        return None

    def _is_settlement(self, first: int, last: int) -> bool:
        """Whether the words beside a name call it a village, a town, a street."""
        tokens, text = self._tokens, self._text
        if first > 1 and tokens[first - 1].folded == "of" and tokens[first - 2].folded in _SETTLEMENTS:
            return text[tokens[first - 2].end : tokens[first].start].split() == ["of"]
        if last < len(tokens) and tokens[last].folded in _SETTLEMENTS and not tokens[last].capital:
            return text[tokens[last - 1].end : tokens[last].start] == " "
        if last + 1 >= len(tokens) or tokens[last].folded not in _ARTICLES:
            return False
        if text[tokens[last - 1].end : tokens[last].start] != ", ":
            return False
        return any(t.folded in _SETTLEMENTS for t in tokens[last + 1 : last + 4])

    def _yields(self, first: int, last: int) -> bool:
        """Whether a name is that of a field by what is told of it: "Kirkuk output", "production at Kirkuk"."""
        tokens, text = self._tokens, self._text
        if last < len(tokens) and tokens[last].folded in _OUTPUT:
            return text[tokens[last - 1].end : tokens[last].start] in (" ", "'s ", "\u2019s ")
        if last + 1 < len(tokens) and tokens[last].folded == "s" and tokens[last + 1].folded in _OUTPUT:
            return True
        before = [t.folded for t in tokens[max(0, first - 2) : first]]
        return len(before) == 2 and before[0] in _OUTPUT and before[1] in ("at", "from")

    def _distance(self, sense: Sense) -> int:
        """0 where the document names one of the meaning's countries or their people, else 1.

        -1 where it names the place or the operator of a guarded one.
        """
        if sense.guarded and any(self._holds(word) for word in sense.context):
            return -1
        for country in sense.countries:
            if any(self._holds(word) for word in self._country_words.get(country, ())):
                return 0
        return 1

    def _about_energy(self) -> bool:
        return not self._words.isdisjoint(ENERGY_WORDS)

    def _has_context(self, sense: Sense) -> bool:
        wanted: Iterable[str] = sense.context or ENERGY_WORDS
        return any(w in self._words if " " not in w else self._holds(w) for w in wanted)

    def _spoken_against(self, sense: Sense, first: int, last: int) -> bool:
        if not sense.against:
            return False
        after = " ".join(t.folded for t in self._tokens[last : last + 3])
        if any(after == a or after.startswith(a + " ") for a in (w.lstrip(">") for w in sense.against)):
            return True
        if sense.strength == "strong" and not sense.acronym:
            return False
        against = sum(1 for a in sense.against if a[0] != ">" and self._holds(a))
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
        if sense.strength == "vague" and len(capital) < len(run):
            return False
        if sense.kind == "organisation" and len(run) == 2 and not run[1].capital:
            return False  # "eight Indian oil workers" are not Indian Oil's
        return run[0].capital or run[0].folded in _SMALL_WORDS
