"""What the classifiers see of a document: distinct words, word pairs, letter groups, concepts alone and together.

Every block is additive over the document's distinct words and is scaled by its own norm, so that a linear model's share
of a word can be kept and summed again: that makes scoring cheap without a matrix library.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt

from nlp.concepts import ENERGY, sentence_concepts

READ_CHARACTERS = 1_500  # of the text; news says what happened in its lead
BLOCKS = ("word", "pair", "letters", "concept", "together", "energy")
LETTERS = (3, 4)
MOST_WORDS = 100_000  # remembered by a scorer; about 20 MB for the twelve labels

_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_TOKEN = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*|\d[\d.,:/]*")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TextFeatures:
    """The distinct features of one document, by block."""

    words: tuple[str, ...]
    pairs: tuple[str, ...]
    concepts: tuple[str, ...]
    together: tuple[str, ...]  # pairs of concepts anywhere in title and lead
    energy: tuple[str, ...]  # one feature: how much of it is about energy at all

    @property
    def length(self) -> int:
        return len(self.words)


def read_sentences(title: str, text: str) -> list[list[str]]:
    """Cuts title and lead into sentences of lower-case words; figures become `#`."""
    lead = text[:READ_CHARACTERS]
    sentences = []
    for part in (title, *_SENTENCE.split(lead)):
        words = ["#" if word[0].isdigit() else word for word in _TOKEN.findall(part.lower())]
        if words:
            sentences.append(words)
    return sentences


def text_features(title: str, text: str) -> TextFeatures:
    """Finds the distinct features of a title and lead."""
    return _lead_features(title, text[:READ_CHARACTERS])


@lru_cache(maxsize=16)  # gate and tags ask for the same document in turn
def _lead_features(title: str, lead: str) -> TextFeatures:
    words: dict[str, None] = {}  # a dict keeps its order, so that sums come out the same to the last bit
    pairs: dict[str, None] = {}
    concepts: set[str] = set()
    in_document: set[str] = set()
    lead_seen = False
    for sentence in read_sentences(title, lead):
        words.update(dict.fromkeys(sentence))
        pairs.update(dict.fromkeys(map(" ".join, pairwise(sentence))))
        found = sentence_concepts(sentence)
        in_document |= found
        energy = "energy" if found.intersection(ENERGY) else ("pipe" if "pipe" in found else "")
        if energy:
            concepts.update(f"{energy}+{concept}" for concept in found)
        if not lead_seen and found:  # the title, or the first sentence that says anything
            concepts.update(f"lead+{concept}" for concept in found)
            lead_seen = True
    concepts |= in_document
    together = tuple(" & ".join(two) for two in combinations(sorted(in_document), 2))
    about = len(in_document.intersection(ENERGY))
    return TextFeatures(
        words=tuple(words),
        pairs=tuple(pairs),
        concepts=tuple(sorted(concepts)),
        together=together,
        # a block of its own: beside twenty concepts the absence of energy would hardly count
        energy=(f"energy {min(about, 3)}" if about else ("energy pipe" if "pipe" in in_document else "energy none"),),
    )


@lru_cache(maxsize=65_536)
def letter_groups(word: str) -> tuple[str, ...]:
    """Lists the distinct letter groups of a word, its edges marked."""
    if word == "#":
        return ()
    marked = f"<{word}>"
    return tuple(dict.fromkeys(marked[i : i + size] for size in LETTERS for i in range(len(marked) - size + 1)))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The features that a model knows, with their inverse document frequency, block by block."""

    names: Mapping[str, tuple[str, ...]]
    idf: Mapping[str, Floats]

    @property
    def size(self) -> int:
        return sum(len(self.names[block]) for block in BLOCKS)

    def offsets(self) -> dict[str, int]:
        """Tells at which column each block starts."""
        offsets, start = {}, 0
        for block in BLOCKS:
            offsets[block] = start
            start += len(self.names[block])
        return offsets


def learn_vocabulary(
    documents: Sequence[TextFeatures], stories: Sequence[str], minimum: Mapping[str, int] | None = None
) -> Vocabulary:
    """Keeps the features that at least `minimum` stories hold, so that no story can teach its own names."""
    minimum = minimum or {"word": 2, "pair": 2, "letters": 3, "concept": 2, "together": 4, "energy": 1}
    holders: dict[str, dict[str, set[str]]] = {block: {} for block in BLOCKS}
    counts: dict[str, Counter[str]] = {block: Counter() for block in BLOCKS}
    for document, story in zip(documents, stories, strict=True):
        for block, names in _blocks(document).items():
            counts[block].update(names)
            for name in names:
                holders[block].setdefault(name, set()).add(story)
    kept: dict[str, tuple[str, ...]] = {}
    idf: dict[str, Floats] = {}
    total = len(documents)
    for block in BLOCKS:
        kept[block] = tuple(sorted(name for name, held in holders[block].items() if len(held) >= minimum[block]))
        rarity = [math.log((1 + total) / (1 + counts[block][name])) + 1 for name in kept[block]]
        idf[block] = np.array([round(value, 4) for value in rarity], dtype=np.float64)
    for block in ("concept", "together", "energy"):  # they are few and chosen: a common one is no less telling
        idf[block] = np.ones(len(kept[block]))
    return Vocabulary(names=kept, idf=idf)


def _blocks(document: TextFeatures) -> dict[str, set[str]]:
    letters: set[str] = set()
    for word in document.words:
        letters.update(letter_groups(word))
    return {
        "word": set(document.words), "pair": set(document.pairs), "letters": letters, "concept": set(document.concepts),
        "together": set(document.together), "energy": set(document.energy),
    }  # fmt: skip


class Encoder:
    """Turns documents into the sparse rows that a linear model is trained on."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._offsets = vocabulary.offsets()
        self._index = {
            block: {name: i for i, name in enumerate(vocabulary.names[block])} for block in BLOCKS
        }  # fmt: skip

    def row(self, document: TextFeatures) -> dict[int, float]:
        """Gives one document's columns and values."""
        values: dict[int, float] = {}
        for block in BLOCKS:
            counts: Counter[int] = Counter()
            index, idf = self._index[block], self.vocabulary.idf[block]
            square = 0.0
            for names in self._parts(document, block):
                columns = [index[name] for name in names if name in index]
                counts.update(columns)
                square += sum(float(idf[column]) ** 2 for column in columns)
            if square:
                scale = 1 / math.sqrt(square)
                for column, count in counts.items():
                    values[self._offsets[block] + column] = float(idf[column]) * count * scale
        return values

    @staticmethod
    def _parts(document: TextFeatures, block: str) -> Iterable[Sequence[str]]:
        if block == "letters":
            return (letter_groups(word) for word in document.words)
        if block == "word":
            return (document.words,)
        return (dict(_looked_up(document))[block],)


def _looked_up(document: TextFeatures) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (
        ("pair", document.pairs), ("concept", document.concepts), ("together", document.together),
        ("energy", document.energy),
    )  # fmt: skip


class Scorer:
    """A linear model over the blocks that remembers what each word, pair and concept adds."""

    def __init__(self, vocabulary: Vocabulary, weights: Floats, intercepts: Floats) -> None:
        self.vocabulary = vocabulary
        self.intercepts = intercepts
        self._labels = len(intercepts)
        self._rows: dict[str, dict[str, int]] = {}
        # a feature a row: what it adds to each label, then its square for the norm
        self._shares: dict[str, Floats] = {}
        offsets = vocabulary.offsets()
        for block in BLOCKS:
            names, idf = vocabulary.names[block], vocabulary.idf[block]
            start = offsets[block]
            shares = np.empty((len(names), self._labels + 1))
            shares[:, :-1] = weights[:, start : start + len(names)].T * idf[:, None]
            shares[:, -1] = idf**2
            self._shares[block] = shares
            self._rows[block] = {name: row for row, name in enumerate(names)}
        self._word_rows: dict[str, int] = {}
        self._word_shares = np.zeros((1024, 2 * (self._labels + 1)))  # the word's own share beside its letters'

    def decisions(self, document: TextFeatures) -> Floats:
        """Gives one decision value a label (log-odds before calibration)."""
        total = self.intercepts.copy()
        width = self._labels + 1
        if document.words:
            if len(self._word_rows) > MOST_WORDS:  # a hostile stream of new words must not fill the memory
                self._word_rows.clear()
            rows = [self._word_row(word) for word in document.words]
            both = self._word_shares.take(rows, axis=0).sum(axis=0)
            self._add(total, both[:width])
            self._add(total, both[width:])
        for block, names in _looked_up(document):
            known = self._rows[block]
            if held := [known[name] for name in names if name in known]:
                self._add(total, self._shares[block].take(held, axis=0).sum(axis=0))
        return total

    def known_share(self, document: TextFeatures) -> float:
        """Tells what part of the distinct words the vocabulary holds, 0..1; 1 where there is no word."""
        known = self._rows["word"]
        return sum(word in known for word in document.words) / len(document.words) if document.words else 1.0

    def contributions(self, document: TextFeatures, label: int) -> list[tuple[str, float]]:
        """Lists what each word, pair and `[concept]` adds to a label's decision, largest first."""
        width = self._labels + 1
        words = {word: self._word_shares[self._word_row(word)].copy() for word in document.words}
        parts = [
            {word: share[:width] for word, share in words.items()},
            {word: share[width:] for word, share in words.items()},
        ]
        for block, names in _looked_up(document):
            rows, shown = self._rows[block], "{}" if block == "pair" else "[{}]"
            shares = self._shares[block]
            parts.append({shown.format(name): shares[rows[name]] for name in names if name in rows})
        added: dict[str, float] = {}
        for held in parts:
            square = sum(float(share[-1]) for share in held.values())
            for name, share in held.items():
                if square:
                    added[name] = added.get(name, 0.0) + float(share[label]) / math.sqrt(square)
        return sorted(added.items(), key=lambda pair: (-pair[1], pair[0]))

    @staticmethod
    def _add(total: Floats, shares: Floats) -> None:
        if shares[-1] > 0:
            total += shares[:-1] / math.sqrt(shares[-1])

    def _word_row(self, word: str) -> int:
        row = self._word_rows.get(word)
        if row is not None:
            return row
        row = len(self._word_rows)
        if row == len(self._word_shares):
            self._word_shares = np.concatenate([self._word_shares, np.zeros_like(self._word_shares)])
        known = self._rows["letters"]
        width = self._labels + 1
        share = np.zeros(2 * width)
        if held := [known[group] for group in letter_groups(word) if group in known]:
            share[width:] = self._shares["letters"].take(held, axis=0).sum(axis=0)
        if (own := self._rows["word"].get(word)) is not None:
            share[:width] = self._shares["word"][own]
        self._word_shares[row] = share
        self._word_rows[word] = row
        return row
