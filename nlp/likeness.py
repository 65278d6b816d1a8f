"""How alike the words of two articles are: rare words, names and figures count most.

The cosine of words weighted by rarity: how seldom a word is in the articles at hand and in the labelled passages
(`gazetteers/word_counts.tsv`, built by `scripts/build_word_counts.py`), after Spärck Jones 1972.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from nlp.folding import fold_word

LEAD_CHARACTERS = 1_500  # of the text; what stands behind it is background
WORD_COUNTS = Path(__file__).parent / "gazetteers" / "word_counts.tsv"

_TOKEN = re.compile(r"[^\W_](?:[\w’'.,-]*[^\W_])?")
_POSSESSIVE = re.compile(r"[’']s$")
_NO_DIGIT = re.compile(r"\D")
_YEAR = re.compile(r"(?:19|20)\d\d")
_STOP = frozenset(
    "the a an of to in on at by for from with and or but as is are was were be been has have had it its he she they "
    "his her their them this that these those not no than then there said says say will would could should may "
    "might can after before over under into out up down about more most new also an one two three four five six "
    "seven eight nine ten first second last week month year day days weeks months years monday tuesday wednesday "
    "thursday friday saturday sunday january february march april may june july august september october november "
    "december".split()
)


def telling_words(title: str, text: str) -> tuple[str, ...]:
    """The distinct folded words of title and lead that are not in every text, and the figures, sorted."""
    found: set[str] = set()
    for match in _TOKEN.finditer(f"{title}\n{text[:LEAD_CHARACTERS]}"):
        bare = _POSSESSIVE.sub("", match.group()).strip(".,'-’")
        if any(c.isdigit() for c in bare):
            figure = bare.replace(",", "")
            if len(_NO_DIGIT.sub("", figure).rstrip("0")) >= 2 and not _YEAR.fullmatch(figure):
                found.add(figure)
        elif len(word := fold_word(bare)) >= 3 and word not in _STOP:
            found.add(stem(word))
    return tuple(sorted(found))


def stem(word: str) -> str:
    """A word without its plural or verb ending."""
    # Enough for plurals and verb endings; a real stemmer gained nothing on the development clusters.
    for suffix in ("ings", "ing", "edly", "ed", "ies", "es", "s"):
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[: -len(suffix)]
    return word


@dataclass(frozen=True, slots=True)
class WordVector:
    """The weighted words of one article."""

    weights: Mapping[str, float]
    norm: float

    def rarest(self, count: int) -> list[str]:
        """The words that weigh most, the heaviest first."""
        return sorted(self.weights, key=lambda word: (-self.weights[word], word))[:count]


class Likeness:
    """Weighs words by how rare they are in these articles and in the labelled passages."""

    def __init__(self, articles: Iterable[Collection[str]]) -> None:
        self._background, total = load_word_counts()
        self._here: Counter[str] = Counter()
        count = 0
        for words in articles:
            count += 1
            self._here.update(words)
        self._total = total + count

    def vector(self, words: Collection[str]) -> WordVector:
        """The vector of an article's telling words."""
        weights = {
            word: math.log(self._total / (1 + self._background.get(word, 0) + self._here[word])) for word in words
        }
        return WordVector(weights, math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0)


def likeness(one: WordVector, other: WordVector) -> float:
    """The cosine of two articles' words, 0 to 1."""
    # fsum is exact: the same in whatever order a set gives its words.
    mine, theirs = one.weights, other.weights
    return math.fsum([mine[word] * theirs[word] for word in mine.keys() & theirs.keys()]) / (one.norm * other.norm)


@lru_cache(maxsize=1)
def load_word_counts() -> tuple[Mapping[str, int], int]:
    """In how many labelled passages each word stands, and how many passages there are."""
    lines = WORD_COUNTS.read_text(encoding="utf-8").splitlines()
    total = int(lines[0].removeprefix("# passages: "))
    return {word: int(count) for word, count in (line.split("\t") for line in lines[1:])}, total
