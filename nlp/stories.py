"""Articles on the same development become stories, one article at a time; the past is never clustered again.

A story is its centroid: the weighted words of title and lead of its articles. An article joins the most similar
story that is not stale, or founds one. Titles count twice: headlines name what the story is about.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from scipy.sparse import csr_matrix

from nlp.likeness import stem

JOIN_SIMILARITY = 0.22  # between the best of the two development sets (0.25 and 0.20); docs/design/resolution.md
STALE_AFTER = timedelta(days=10)
LEAD_CHARACTERS = 900
CENTROID_TERMS = 80
_ARTICLE_TERMS = 25  # of an article, by which it finds the stories that it is compared with
_ARTICLES_AT_ONCE = 256
_ROUNDING = 1e-6  # far above what the order of a sum can change

_TOKEN = re.compile(r"[^\W_][\w'’-]*[^\W_]|[^\W_]")
_STOP = frozenset(
    "a about after again against all also an and any are as at be because been before being but by can could did do "
    "does during for from had has have he her his how i if in into is it its it's just last may more most new no not "
    "now of off on one only or other our out over own said says say she should since so some such than that the their "
    "them then there these they this those to told two under until up very was we were what when where which while "
    "who will with would year years you your monday tuesday wednesday thursday friday saturday sunday".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryText:
    """One article version as the story finder sees it."""

    id: str
    title: str
    text: str
    told_at: datetime  # publication, or the fetch where none is given


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryState:
    """What is kept of a story between nights."""

    id: str
    centroid: tuple[tuple[str, float], ...]  # term and summed frequency weight, heaviest first
    articles: int
    last_told_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryAssignment:
    article_id: str
    story_id: str
    similarity: float  # 1.0 for the founder


@dataclass(slots=True)
class _Cluster:
    id: str
    weights: dict[str, float]
    articles: int
    last_told_at: datetime
    norm: float = field(default=0.0)


def assign_stories(
    articles: Iterable[StoryText], known: Iterable[StoryState] = (), *, join_at: float = JOIN_SIMILARITY
) -> tuple[list[StoryAssignment], list[StoryState]]:
    """Assigns each article to a story and returns the new state of every story that changed.

    The batch is sorted by time and id, so that the order of arrival within a night cannot matter.
    """
    batch = sorted(articles, key=lambda article: (article.told_at, article.id))
    vectors = {article.id: _terms(article) for article in batch}
    states = list(known)
    rarity = _rarity(list(vectors.values()), states)
    shelf = _Shelf(states, rarity)
    assignments: list[StoryAssignment] = []
    nearby = _find_alike([vectors[article.id] for article in batch], states, rarity, join_at)
    for article, alike in zip(batch, nearby, strict=True):
        terms = vectors[article.id]
        best_id, best = None, join_at
        weighed = [(term, weight, rarity[term] ** 2) for term, weight in terms.items()]
        norm = math.sqrt(sum([(weight * rarity[term]) ** 2 for term, weight in terms.items()])) or 1.0
        for cluster in shelf.candidates(terms, alike):
            if abs(article.told_at - cluster.last_told_at) > STALE_AFTER:
                continue
            value = _product(weighed, cluster.weights) / (norm * cluster.norm)
            if value > best or (best_id is None and value >= best):
                best_id, best = cluster.id, value
        if best_id is None:
            best_id, best = "story-" + hashlib.sha256(article.id.encode()).hexdigest()[:12], 1.0
        shelf.add(best_id, terms, article.told_at)
        assignments.append(StoryAssignment(article_id=article.id, story_id=best_id, similarity=round(best, 4)))
    return assignments, [_state(cluster) for cluster in shelf.changed.values()]


class _Shelf:
    """The stories of the night: those of earlier nights as they were, and those that the night has changed.

    A story is compared with an article where one of its heaviest words is among the article's. Of earlier nights'
    stories only those that can pass the threshold are looked at, so that their number costs next to nothing.
    """

    def __init__(self, states: Sequence[StoryState], rarity: dict[str, float]) -> None:
        self.changed: dict[str, _Cluster] = {}
        self._states = {state.id: state for state in states}
        self._opened: dict[str, tuple[_Cluster, list[str]]] = {}
        self._index: dict[str, set[str]] = defaultdict(set)  # of what has changed
        self._rarity = rarity

    def candidates(self, terms: dict[str, float], alike: Iterable[str]) -> list[_Cluster]:
        """The stories to compare an article with, by id; `alike` are earlier nights' that may pass the threshold."""
        heaviest = _heaviest(terms, self._rarity, _ARTICLE_TERMS)
        found = {story_id: self.changed[story_id] for term in heaviest for story_id in self._index.get(term, ())}
        for story_id in alike:
            if story_id not in self.changed:
                cluster, words = self._open(story_id)
                if not set(heaviest).isdisjoint(words):
                    found[story_id] = cluster
        return [found[story_id] for story_id in sorted(found)]

    def add(self, story_id: str, terms: dict[str, float], told_at: datetime) -> None:
        """Adds an article's words to a story, founding it where it is new."""
        cluster = self.changed.get(story_id)
        if cluster is None:
            cluster, words = (
                self._open(story_id) if story_id in self._states else (_Cluster(story_id, {}, 0, told_at), [])
            )
            self.changed[story_id] = cluster
            for term in words:
                self._index[term].add(story_id)
        for term, weight in terms.items():
            cluster.weights[term] = cluster.weights.get(term, 0.0) + weight
        cluster.articles += 1
        cluster.last_told_at = max(cluster.last_told_at, told_at)
        cluster.norm = _norm(cluster.weights, self._rarity)
        for term in _heaviest(cluster.weights, self._rarity, CENTROID_TERMS):
            self._index[term].add(story_id)

    def _open(self, story_id: str) -> tuple[_Cluster, list[str]]:
        if story_id not in self._opened:
            state = self._states[story_id]
            cluster = _Cluster(story_id, dict(state.centroid), state.articles, state.last_told_at)
            cluster.norm = _norm(cluster.weights, self._rarity)
            self._opened[story_id] = cluster, _heaviest(cluster.weights, self._rarity, CENTROID_TERMS)
        return self._opened[story_id]


def _find_alike(
    vectors: Sequence[dict[str, float]], states: Sequence[StoryState], rarity: dict[str, float], join_at: float
) -> Iterator[list[str]]:
    """For each article, the stories whose cosine with it is at the threshold or above, with a margin for rounding."""
    column = {term: number for number, term in enumerate(rarity)}
    stories = _matrix([state.centroid for state in states], column, rarity).T.tocsr()
    for first in range(0, len(vectors), _ARTICLES_AT_ONCE):
        part = vectors[first : first + _ARTICLES_AT_ONCE]
        cosines = (_matrix([tuple(vector.items()) for vector in part], column, rarity) @ stories).tocsr()
        for row in range(len(part)):
            begin, end = cosines.indptr[row], cosines.indptr[row + 1]
            passed = cosines.indices[begin:end][cosines.data[begin:end] >= join_at - _ROUNDING]
            yield [states[number].id for number in passed]


def _matrix(
    rows: Sequence[Sequence[tuple[str, float]]], column: dict[str, int], rarity: dict[str, float]
) -> csr_matrix:
    """A row a text, of length 1: its words' weights times their rarity."""
    columns = [column[term] for row in rows for term, _ in row]
    values = np.array([weight * rarity[term] for row in rows for term, weight in row], dtype=np.float64)
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    squares = np.bincount(np.repeat(np.arange(len(rows)), lengths), weights=values**2, minlength=len(rows))
    values /= np.repeat(np.sqrt(np.where(squares > 0, squares, 1.0)), lengths)
    return csr_matrix((values, columns, np.concatenate(([0], np.cumsum(lengths)))), shape=(len(rows), len(column)))


def _terms(article: StoryText) -> dict[str, float]:
    counts: Counter[str] = Counter()
    for text, weight in ((article.title, 2), (article.text[:LEAD_CHARACTERS], 1)):
        for token in _TOKEN.findall(text.casefold()):
            word = token.removesuffix("'s").removesuffix("’s")
            if word not in _STOP and (len(word) > 1 or word.isdigit()):
                counts[stem(word)] += weight
    weights = {term: 1.0 + math.log(count) for term, count in counts.items()}
    norm = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {term: weight / norm for term, weight in weights.items()}


def _rarity(vectors: Sequence[dict[str, float]], states: Sequence[StoryState]) -> dict[str, float]:
    """Inverse document frequency over the night's articles and the known stories."""
    frequency: Counter[str] = Counter()
    for vector in vectors:
        frequency.update(vector.keys())
    for state in states:
        frequency.update(term for term, _ in state.centroid)
    total = len(vectors) + len(states)
    return {term: math.log((1 + total) / (1 + count)) + 1.0 for term, count in frequency.items()}


def _heaviest(weights: dict[str, float], rarity: dict[str, float], count: int) -> list[str]:
    return [term for _, term in sorted([(-w * rarity[t], t) for t, w in weights.items()])[:count]]


def _norm(weights: dict[str, float], rarity: dict[str, float]) -> float:
    return math.sqrt(sum([(weight * rarity[term]) ** 2 for term, weight in weights.items()])) or 1.0


def _product(weighed: Sequence[tuple[str, float, float]], weights: dict[str, float]) -> float:
    # The order of the sum is the article's, so that the last bit does not depend on the story's history.
    return sum([weight * weights[term] * rarity for term, weight, rarity in weighed if term in weights])


def _state(cluster: _Cluster) -> StoryState:
    # The heaviest by plain weight: rarity is the night's, the state outlives it.
    kept = sorted(cluster.weights.items(), key=lambda pair: (-pair[1], pair[0]))[: CENTROID_TERMS * 2]
    return StoryState(
        id=cluster.id,
        centroid=tuple((term, round(weight, 5)) for term, weight in kept),
        articles=cluster.articles,
        last_told_at=cluster.last_told_at,
    )
