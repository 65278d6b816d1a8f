"""Which incidents a report is compared with at all: those that share a site, a cell of the map, a story or rare words.

So the cost of a night grows with the night and not with the archive.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from nlp.likeness import Likeness, likeness
from nlp.pairing import Case, named_targets, points_of, system_of, vessels_of
from nlp.records import FollowUp, Report

MOST_LIKE, MOST_NEIGHBOURS = 30, 10  # incidents that share only words and cells: those that share most
BLOCKING_WORDS = 40  # the rarest of an article, by which incidents are found that it may tell of; 15 lost 0.03 of F1
Point = tuple[float, float, bool]  # latitude, longitude, precise to a town


class Texts:
    """The articles at hand by their telling words: how alike two are, and which words find them."""

    def __init__(self, words: Mapping[str, Collection[str]]) -> None:
        known = {article_id: found for article_id, found in words.items() if found}
        weighing = Likeness(known.values())
        self._vectors = {article_id: weighing.vector(found) for article_id, found in known.items()}
        self._alike: dict[tuple[str, str], float] = {}

    def alike(self, one: str, other: str) -> float | None:
        """The likeness of two articles, None where the words of one are not known."""
        key = (one, other) if one < other else (other, one)
        if key not in self._alike:
            first, second = self._vectors.get(one), self._vectors.get(other)
            if first is None or second is None:
                return None
            self._alike[key] = likeness(first, second)
        return self._alike[key]

    def keys(self, article_id: str) -> list[tuple[str, object]]:
        """The rarest words of an article, as keys of the index."""
        vector = self._vectors.get(article_id)
        return [] if vector is None else [("word", word) for word in vector.rarest(BLOCKING_WORDS)]


class Book:
    """The incidents that a report is compared with: blocked, so that cost grows with the night."""

    def __init__(self, texts: Texts) -> None:
        self.cases: dict[str, Case] = {}
        self._texts = texts
        self._index: dict[tuple[str, object], set[str]] = defaultdict(set)

    def add(self, case: Case) -> None:
        """Takes an incident in, or what is new of it."""
        self.cases[case.id] = case
        articles = case.articles | set(case.told_at)
        for key in self._keys(case.facility_ids | case.vessels, case.points, case.stories, articles):
            self._index[key].add(case.id)

    def candidates(self, report: Report) -> list[Case]:
        """The incidents that a report may tell of, by id."""
        event = report.event
        facilities = {f.facility_id for f in named_targets(event) if f.facility_id} | vessels_of(event)
        return self._find(facilities, points_of(event), report.story_id, report.article_id)

    def neighbours(self, case: Case) -> list[Case]:
        """The other incidents that share a site, a cell, a story, an article or rare words with this one, by id."""
        articles = case.articles | set(case.told_at)
        keys = self._keys(case.facility_ids | case.vessels, case.points, case.stories, articles)
        return [one for one in self._holders(keys, MOST_NEIGHBOURS) if one.id != case.id]

    def candidates_of(self, follow_up: FollowUp) -> list[Case]:
        """The incidents that an article may follow up, by id."""
        return self._find(follow_up.facility_ids, (), follow_up.story_id, follow_up.article_id)

    def _find(
        self, facilities: Collection[str], points: Sequence[Point], story_id: str | None, article_id: str
    ) -> list[Case]:
        return self._holders(self._keys(facilities, points, {story_id} if story_id else set(), {article_id}), MOST_LIKE)

    def _holders(self, keys: Iterable[tuple[str, object]], most: int) -> list[Case]:
        """The incidents under these keys, by id: all that share a name, and of the others those that share most."""
        sure: set[str] = set()
        shared: Counter[str] = Counter()
        for key in keys:
            if key[0] in ("word", "cell"):
                shared.update(self._index.get(key, ()))
            else:
                sure |= self._index.get(key, set())
        like = sorted((-count, case_id) for case_id, count in shared.items() if case_id not in sure)[:most]
        return [self.cases[case_id] for case_id in sorted(sure.union(case_id for _, case_id in like))]

    def _keys(
        self, facilities: Collection[str], points: Sequence[Point], stories: Iterable[str], articles: Iterable[str]
    ) -> list[tuple[str, object]]:
        keys: list[tuple[str, object]] = [("facility", name) for name in facilities]
        keys += [("system", system_of(name)) for name in facilities if system_of(name) is not None]
        keys += [("story", name) for name in stories]
        for article_id in articles:
            keys.append(("article", article_id))
            keys += self._texts.keys(article_id)
        for latitude, longitude, _ in points:
            row, column = math.floor(latitude), math.floor(longitude)
            keys += [("cell", (row + r, column + c)) for r in (-1, 0, 1) for c in (-1, 0, 1)]
        return keys
