"""The classifiers' small lexicon, `concepts.toml`: what a word stands for, so that a rare word counts as its kind."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

LEXICON = Path(__file__).parent / "concepts.toml"
OTHER_SENSE = "other_sense"

_Phrase = tuple[tuple[str, ...], str]  # the words after the first, and the concept
_Entry = tuple[tuple[str, ...], Sequence[_Phrase], Sequence[tuple[str, ...]]]


class _Lexicon:
    """The lexicon, turned round: from words to concepts."""

    def __init__(self, content: str) -> None:
        data = tomllib.loads(content)
        self.energy = frozenset(data["energy"])
        self.names = frozenset(data["concepts"])
        self.exact: dict[str, set[str]] = {}
        self.stems: dict[str, set[str]] = {}
        self.phrases: dict[str, list[_Phrase]] = {}
        self.others: dict[str, list[tuple[str, ...]]] = {}
        for concept, entries in data["concepts"].items():
            for word in entries["words"].split():
                target = self.stems if word.endswith("*") else self.exact
                target.setdefault(word.rstrip("*"), set()).add(concept)
            for phrase in _split(entries.get("phrases", "")):
                self.phrases.setdefault(phrase[0], []).append((phrase[1:], concept))
        for phrase in _split(data["other_senses"]):
            self.others.setdefault(phrase[0], []).append(phrase[1:])


def _split(phrases: str) -> list[tuple[str, ...]]:
    return [tuple(phrase.split()) for phrase in phrases.split("|") if phrase.strip()]


_CONTENT = LEXICON.read_text(encoding="utf-8")
_LEXICON = _Lexicon(_CONTENT)
ENERGY: frozenset[str] = _LEXICON.energy  # any of them makes a sentence one about energy
CONCEPTS: frozenset[str] = _LEXICON.names


def lexicon_hash() -> str:
    """Gives the SHA-256 of the lexicon in use; a model belongs to one lexicon."""
    return hashlib.sha256(_CONTENT.encode("utf-8")).hexdigest()


@lru_cache(maxsize=65_536)
def word_concepts(word: str) -> tuple[str, ...]:
    """Names the concepts that a lower-case word stands for by itself."""
    found = set(_LEXICON.exact.get(word, ()))
    for end in range(2, len(word) + 1):
        if (concepts := _LEXICON.stems.get(word[:end])) is not None:
            found |= concepts
    return tuple(sorted(found))


@lru_cache(maxsize=65_536)
def _entry(word: str) -> _Entry | None:
    """Gathers all that begins with a word: its concepts, its phrases, its other senses; None for most words."""
    entry = (word_concepts(word), _LEXICON.phrases.get(word, ()), _LEXICON.others.get(word, ()))
    return entry if any(entry) else None


def sentence_concepts(words: Sequence[str]) -> set[str]:
    """Names the concepts in one sentence of lower-case words, phrases included, other senses left out."""
    found: set[str] = set()
    covered = 0  # the words before this position belong to another sense
    for position, entry in enumerate(map(_entry, words)):
        if entry is None:
            continue
        concepts, phrases, others = entry
        for rest in others:
            if _follows(words, position + 1, rest):
                covered = max(covered, position + 1 + len(rest))
                found.add(OTHER_SENSE)
        if position < covered:
            continue
        found.update(concepts)
        for rest, concept in phrases:
            if _follows(words, position + 1, rest):
                found.add(concept)
    return found


def _follows(words: Sequence[str], start: int, patterns: Sequence[str]) -> bool:
    if len(words) - start < len(patterns):
        return False
    for i, pattern in enumerate(patterns):
        word = words[start + i]
        if word != pattern and not (pattern[-1] == "*" and word.startswith(pattern[:-1])):
            return False
    return True
