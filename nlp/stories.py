"""Articles on the same development become stories, one article at a time; the past is never clustered again.

A story is its centroid: the weighted words of title and lead of its articles. An article joins the most similar
story that is not stale, or founds one. Titles count twice: headlines name what the story is about.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

JOIN_SIMILARITY = 0.22  # between the best of the two development sets (0.25 and 0.20); docs/design/resolution.md
STALE_AFTER = timedelta(days=10)
LEAD_CHARACTERS = 900
CENTROID_TERMS = 80

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
    articles: Iterable[StoryText], known: Iterable[StoryState] = ()
) -> tuple[list[StoryAssignment], list[StoryState]]:
    """Assigns each article to a story and returns the new state of every story that changed.

    The batch is sorted by time and id, so that the order of arrival within a night cannot matter.
    """
    batch = sorted(articles, key=lambda article: (article.told_at, article.id))
    vectors = {article.id: _terms(article) for article in batch}
    states = list(known)
    rarity = _rarity(list(vectors.values()), states)
    clusters = {s.id: _Cluster(s.id, dict(s.centroid), s.articles, s.last_told_at) for s in states}
    index: dict[str, set[str]] = defaultdict(set)
    for cluster in clusters.values():
        _reindex(cluster, index, rarity)
    assignments: list[StoryAssignment] = []
    changed: dict[str, None] = {}
    for article in batch:
        terms = vectors[article.id]
        best_id, best = None, JOIN_SIMILARITY
        for story_id in sorted(_candidates(terms, index, rarity)):
            cluster = clusters[story_id]
            if abs(article.told_at - cluster.last_told_at) > STALE_AFTER:
                continue
            value = _cosine(terms, cluster, rarity)
            if value > best or (best_id is None and value >= best):
                best_id, best = story_id, value
        if best_id is None:
            best_id, best = "story-" + hashlib.sha256(article.id.encode()).hexdigest()[:12], 1.0
            clusters[best_id] = _Cluster(best_id, {}, 0, article.told_at)
        cluster = clusters[best_id]
        for term, weight in terms.items():
            cluster.weights[term] = cluster.weights.get(term, 0.0) + weight
        cluster.articles += 1
        cluster.last_told_at = max(cluster.last_told_at, article.told_at)
        _reindex(cluster, index, rarity)
        changed[best_id] = None
        assignments.append(StoryAssignment(article_id=article.id, story_id=best_id, similarity=round(best, 4)))
    return assignments, [_state(clusters[story_id]) for story_id in changed]


def _terms(article: StoryText) -> dict[str, float]:
    counts: Counter[str] = Counter()
    for text, weight in ((article.title, 2), (article.text[:LEAD_CHARACTERS], 1)):
        for token in _TOKEN.findall(text.casefold()):
            word = token.removesuffix("'s").removesuffix("’s")
            if word not in _STOP and (len(word) > 1 or word.isdigit()):
                counts[_stem(word)] += weight
    weights = {term: 1.0 + math.log(count) for term, count in counts.items()}
    norm = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {term: weight / norm for term, weight in weights.items()}


def _stem(word: str) -> str:
    # Enough for plurals and verb endings; a real stemmer gained nothing on the development clusters.
    for suffix in ("ings", "ing", "edly", "ed", "ies", "es", "s"):
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[: -len(suffix)]
    return word


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
    return sorted(weights, key=lambda term: (-weights[term] * rarity.get(term, 1.0), term))[:count]


def _reindex(cluster: _Cluster, index: dict[str, set[str]], rarity: dict[str, float]) -> None:
    for term in _heaviest(cluster.weights, rarity, CENTROID_TERMS):
        index[term].add(cluster.id)
    cluster.norm = math.sqrt(sum((w * rarity.get(t, 1.0)) ** 2 for t, w in cluster.weights.items())) or 1.0


def _candidates(terms: dict[str, float], index: dict[str, set[str]], rarity: dict[str, float]) -> set[str]:
    return {story_id for term in _heaviest(terms, rarity, 25) for story_id in index.get(term, ())}


def _cosine(terms: dict[str, float], cluster: _Cluster, rarity: dict[str, float]) -> float:
    norm = math.sqrt(sum((w * rarity.get(t, 1.0)) ** 2 for t, w in terms.items())) or 1.0
    shared = sum(
        weight * cluster.weights[term] * rarity.get(term, 1.0) ** 2
        for term, weight in terms.items()
        if term in cluster.weights
    )
    return shared / (norm * cluster.norm)


def _state(cluster: _Cluster) -> StoryState:
    # The heaviest by plain weight: rarity is the night's, the state outlives it.
    kept = sorted(cluster.weights.items(), key=lambda pair: (-pair[1], pair[0]))[: CENTROID_TERMS * 2]
    return StoryState(
        id=cluster.id,
        centroid=tuple((term, round(weight, 5)) for term, weight in kept),
        articles=cluster.articles,
        last_told_at=cluster.last_told_at,
    )
