"""Which of the places that bear a name is meant: population, the countries and places of the document, containment."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nlp.folding import Token, fold_key
from nlp.place_names import REGION_NOUNS, Region
from nlp.placetable import ALTERNATE, CITY, COUNTY, REGION, PlaceRow
from nlp.sphere import distance_km

_STATES = frozenset({"US", "CA", "AU"})  # whose news names its states without a word such as "province"

_KNOWN_ABROAD = 100_000  # people; a town of so many is known abroad also by a name without its letters
_ANCHORS = 40  # places that the others are measured from; more would cost time and say no more


@dataclass(frozen=True, slots=True)
class Sense:
    """One place that a name may mean."""

    name: str
    countries: tuple[str, ...]
    latitude: float
    longitude: float
    row: PlaceRow | None = None
    region: Region | None = None
    demonym: bool = False
    cautious: bool = False

    @property
    def is_country(self) -> bool:
        return self.row is None and self.region is None


@dataclass(slots=True)
class Candidate:
    """A run of words that some place bears as its name."""

    first: int  # tokens [first, last)
    last: int
    start: int
    end: int
    key: str
    senses: list[Sense]
    evidence: float = 0.0
    within: Candidate | None = None  # the place named after it that holds it ("Macon, Georgia")
    holds: list[Candidate] = field(default_factory=list)  # the places that it is named to place
    elsewhere: bool = False  # the country named to place it has no such place: a namesake that the table lacks is meant
    abbreviated: bool = False  # a state's abbreviation behind a town's name
    chosen: Sense | None = None
    scores: dict[int, float] = field(default_factory=dict)


# What follows a state's name in those of its companies and offices.
_BODIES = frozenset(
    "power edison electric gas public department environmental emergency highway state transmission".split()
)


class Resolver:
    """Chooses a sense for each of a document's places."""

    def __init__(self, text: str, tokens: Sequence[Token], hints: Mapping[str, float]) -> None:
        self._text = text
        self._tokens = tokens
        self._hints = hints
        self._weights: dict[str, float] = defaultdict(float)  # countries the document is about
        self._region_weights: dict[str, float] = defaultdict(float)

    def weigh(self, kept: list[Candidate]) -> None:
        for code, weight_of_hint in self._hints.items():
            self._weights[code] += weight_of_hint
        for candidate in kept:
            countries = {c for s in candidate.senses for c in s.countries}
            plain = [s for s in candidate.senses if s.is_country]
            if len(candidate.senses) == 1 and plain:
                self._weights[plain[0].countries[0]] += 0.6 if plain[0].demonym else 1.0
            elif len(countries) == 1:
                self._weights[countries.pop()] += 0.8
            regions = {
                s.row.region for s in candidate.senses if s.row is not None and s.row.kind == REGION and s.row.region
            }
            if len(regions) == 1 and is_state(candidate) and self._names_a_body(candidate):
                region = next(iter(regions))
                self._region_weights[region] += 1.5
                self._weights[region[:2]] += 1.6
                continue
            if plain:
                continue
            if len(regions) == 1 and (candidate.holds or len(candidate.senses) == 1 or is_state(candidate)):
                region = regions.pop()
                self._region_weights[region] += 1.0
                self._weights[region[:2]] += 0.8

    def resolve(self, kept: list[Candidate]) -> None:
        for candidate in kept:
            self._score(candidate, [])
        sure_of: dict[tuple[float, float], Sense] = {}
        for candidate in kept:
            ranked = sorted(candidate.scores.values(), reverse=True)
            sure = len(ranked) == 1 or ranked[0] - ranked[1] > 2.0
            if sure and candidate.chosen is not None and not candidate.chosen.demonym:
                sure_of.setdefault((candidate.chosen.latitude, candidate.chosen.longitude), candidate.chosen)
        anchors = list(sure_of.values())[:_ANCHORS]
        by_key: dict[str, dict[int, float]] = {}
        for candidate in kept:
            self._score(candidate, anchors)
            total = by_key.setdefault(candidate.key, {})
            for i, score in candidate.scores.items():
                total[i] = max(total.get(i, -99.0), score)
        for candidate in kept:  # one sense a discourse, unless the words beside it decide
            if candidate.within is None and not candidate.holds:
                best = max(by_key[candidate.key].items(), key=lambda item: (item[1], -item[0]))[0]
                if best < len(candidate.senses) and not self._region_noun(candidate):
                    candidate.chosen = candidate.senses[best]

    def is_stray(self, candidate: Candidate, people: int) -> bool:
        """Whether a smaller town is meant whose country nothing else in a document about another one speaks of.

        It is then a namesake at home that the table lacks.
        """
        sense = candidate.chosen
        if sense is None or sense.row is None or sense.row.kind == REGION or candidate.within or candidate.holds:
            return False
        if sense.countries[0] in self._hints:
            return False
        written = self._text[candidate.start : candidate.end]
        if sense.name != written and fold_key(sense.name) == fold_key(written) and not written.isupper():
            people = max(people, _KNOWN_ABROAD)  # "Bodo" is sooner a town of that very name than Bodø
        own = 0.8 if len({c for s in candidate.senses for c in s.countries}) == 1 else 0.0
        here = self._weights[sense.countries[0]] - own
        top = max(self._weights.values(), default=0.0)
        return sense.row.population < people and here < 0.3 and top >= 1.6

    def _names_a_body(self, candidate: Candidate) -> bool:
        """Whether a name opens that of a state's own company or office: "Georgia Power", "Georgia State Patrol"."""
        i = candidate.last
        return (
            i < len(self._tokens)
            and self._tokens[i].folded in _BODIES
            and self._tokens[i].capital
            and self._text[candidate.end : self._tokens[i].start] == " "
        )

    def _region_noun(self, candidate: Candidate) -> bool:
        """Whether the words beside a name call it a region: "Imo state", "the state of Georgia"."""
        i = candidate.first
        if i > 1 and self._tokens[i - 1].folded == "of" and self._tokens[i - 2].folded in REGION_NOUNS:
            return self._text[self._tokens[i - 2].end : candidate.start] == " of "
        i = candidate.last
        return i < len(self._tokens) and self._tokens[i].folded in REGION_NOUNS and self._text[candidate.end] == " "

    def _has_namesake(self, candidate: Candidate, region: PlaceRow) -> bool:
        """Whether a region's bare name is also that of its great town, which is then the likelier."""
        if region.country in _STATES:
            return False
        return any(
            s.row is not None
            and s.row.kind == CITY
            and s.row.region == region.region
            and (s.row.population > 100_000 or 8 * s.row.population > region.population)
            for s in candidate.senses
        )

    def _score(self, candidate: Candidate, anchors: list[Sense]) -> None:
        region_noun = self._region_noun(candidate)
        candidate.scores = {}
        for i, sense in enumerate(candidate.senses):
            score = weight(sense)
            country = sense.countries[0] if len(sense.countries) == 1 else None
            if country is not None:
                score += min(3.0, 1.2 * self._weights[country])
            row = sense.row
            if row is not None:
                if row.region and row.kind != REGION:
                    score += min(2.5, 1.5 * self._region_weights[row.region])
                if row.flags & ALTERNATE:
                    score -= 1.2
                if candidate.senses[0].is_country and candidate.key != "georgia":
                    # A town with a country's name is meant only where its own state follows ("Lebanon, Pa.").
                    named = candidate.within is not None and any(o.row is not None for o in candidate.within.senses)
                    score -= 0.0 if named else 9.0
                if candidate.key == "washington" and row.kind == REGION and not region_noun:
                    score -= 2.5 * (row.region is not None and self._region_weights[row.region] < 2.0)
                if row.kind == REGION:
                    score += (
                        3.0
                        if region_noun or candidate.holds
                        else _state_bonus(candidate)
                        if row.country in _STATES
                        else -0.3
                    )
                    if not region_noun and not candidate.holds and self._has_namesake(candidate, row):
                        score -= 3.0
                elif region_noun:
                    score -= 1.0
                if row.kind == COUNTY and not candidate.key.endswith((" county", " district")):
                    score -= 1.5
            if candidate.within is not None and any(inside(sense, o) for o in candidate.within.senses):
                score += 6.0
            if candidate.holds:
                score += 1.0 if row is None or row.kind == REGION else -1.0
                inner = [weight(a) for c in candidate.holds for a in c.senses if inside(a, sense)]
                score += 3.0 + max(inner) / 2 if inner else 0.0
            if anchors and not sense.demonym:
                near = sum(math.exp(-_apart_km(sense, a) / 600) for a in anchors if a is not sense) / math.sqrt(
                    len(anchors)
                )
                score += min(2.5, 1.5 * near)
            candidate.scores[i] = score
        best = max(candidate.scores.items(), key=lambda item: (item[1], -item[0]))[0]
        candidate.chosen = candidate.senses[best]


def is_state(candidate: Candidate) -> bool:
    return any(s.row is not None and s.row.kind == REGION and s.row.country in _STATES for s in candidate.senses)


def _state_bonus(candidate: Candidate) -> float:
    """A state's bare name mostly means the state, but for the names of greater cities and countries."""
    return 0.9 if candidate.senses[0].is_country or candidate.key in ("washington", "new york", "victoria") else 2.2


def weight(sense: Sense) -> float:
    """How often a place is meant, from its kind and its people, about the logarithm of its population."""
    if sense.is_country:
        return 7.0
    if sense.region is not None:
        return 6.5
    assert sense.row is not None
    return math.log10(sense.row.population + 30)


def inside(inner: Sense, outer: Sense) -> bool:
    if inner is outer or inner.demonym or inner.is_country or not inner.countries or not outer.countries:
        return False
    if outer.is_country and not outer.demonym:
        return outer.countries[0] in inner.countries
    if outer.demonym or outer.region is not None or inner.row is None or outer.row is None:
        return False
    if outer.row.kind == REGION:
        if outer.row.country != inner.row.country or inner.row.kind == REGION:
            return False
        return inner.row.region == outer.row.region or _apart_km(inner, outer) < 60
    if outer.row.kind == COUNTY:
        return inner.row.country == outer.row.country and inner.row.kind == CITY and _apart_km(inner, outer) < 60
    return outer.row.population > 100_000 and inner.row.kind == CITY and 0 < _apart_km(inner, outer) < 40


def _apart_km(one: Sense, other: Sense) -> float:
    return distance_km(one.latitude, one.longitude, other.latitude, other.longitude)
