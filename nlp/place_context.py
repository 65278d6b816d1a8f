"""Reads one document for its places: which of its words are places' names, by the words around them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from nlp.folding import CaseMode, case_modes, find_tokens, joinable
from nlp.place_evidence import THRESHOLD, Evidence
from nlp.place_names import (
    CAPITALS_ONLY,
    LOCATING,
    SMALL,
    STATE_ABBREVIATIONS,
    STOP,
    Country,
    CountryName,
    Region,
)
from nlp.place_senses import Candidate, Resolver, Sense, inside, is_state
from nlp.place_states import add_states
from nlp.placetable import REGION, PlaceRow, PlaceTable

_LONGEST = 6  # words in a place's name
_GREAT = 300_000  # people
_NEVER_FIRST = frozenset("of in on at to for from by with and or but".split())
_LISTED = frozenset({", ", " and ", ", and ", " or ", ", or "})


class Reader:
    """One document's places; `read` gives them in order."""

    def __init__(
        self,
        table: PlaceTable,
        countries: dict[str, Country],
        country_names: dict[str, CountryName],
        regions: dict[str, tuple[Region, bool]],
        text: str,
        taken: Sequence[tuple[int, int]],
        entities: Sequence[tuple[int, int, str]],
        hints: Mapping[str, float],
    ) -> None:
        self._table = table
        self._countries = countries
        self._country_names = country_names
        self._regions = regions
        self._text = text
        self._tokens = find_tokens(text)
        self._modes = case_modes(text)
        self._mode_starts = [m[0] for m in self._modes]
        self._taken = sorted(taken)
        self._entities = entities
        self._resolver = Resolver(text, self._tokens, hints)

    def read(self) -> Iterator[tuple[Candidate, Sense]]:
        """The document's places with the sense chosen for each."""
        candidates = self._candidates()
        self._link(candidates)
        evidence = Evidence(self._text, self._tokens, self._mode, self._table, self._entities)
        for candidate in candidates:
            candidate.evidence = evidence.of(candidate)
        for left, right in pairwise(candidates):  # in a list of places, one that is sure vouches for the next
            if self._text[left.end : right.start] in _LISTED and left.evidence >= THRESHOLD + 0.5:
                right.evidence += 0.8
        kept = [c for c in candidates if c.evidence >= THRESHOLD]
        # A name once shown to be a place is one wherever else it stands, unless the words there say otherwise.
        shown = {c.key for c in kept if c.evidence >= THRESHOLD + 1}
        kept += [c for c in candidates if c.evidence < THRESHOLD and c.key in shown and c.evidence + 1.5 >= THRESHOLD]
        kept.sort(key=lambda c: c.start)
        self._resolver.weigh(kept)
        self._resolver.resolve(kept)
        for candidate in kept:
            # Without case a namesake abroad is likelier than a town that somebody names out of the blue.
            people = 200_000 if self._mode(candidate.start) == "upper" else 20_000
            stray = self._resolver.is_stray(candidate, people)
            if candidate.chosen is not None and not stray and not candidate.elsewhere:
                yield candidate, candidate.chosen

    # -- what may be a place -------------------------------------------------------------------------------------

    def _mode(self, position: int) -> CaseMode:
        return self._modes[max(0, bisect_right(self._mode_starts, position) - 1)][2]

    def _free(self, start: int, end: int) -> bool:
        i = bisect_right(self._taken, (start, 1 << 60))
        return not ((i and self._taken[i - 1][1] > start) or (i < len(self._taken) and self._taken[i][0] < end))

    def _runs(self) -> Iterator[tuple[int, int, str]]:
        tokens = self._tokens
        for i, token in enumerate(tokens):
            mode = self._mode(token.start)
            if mode == "mixed" and not token.capital and token.folded not in SMALL:
                continue
            if token.text[0].isdigit() or token.folded in _NEVER_FIRST or not self._free(token.start, token.end):
                continue
            key, j = token.folded, i
            while True:
                if not (j == i and (token.folded in STOP or (not token.capital and mode == "mixed"))):
                    yield i, j + 1, key
                j += 1
                if j >= len(tokens) or j - i >= _LONGEST or not joinable(self._text, tokens[j - 1], tokens[j]):
                    break
                if not self._free(tokens[j].start, tokens[j].end):
                    break
                if mode == "mixed" and not tokens[j].capital and len(tokens[j].text) > 3:
                    break
                key = f"{key} {tokens[j].folded}"

    def _candidates(self) -> list[Candidate]:
        runs = list(self._runs())
        rows = self._table.find(key for _, _, key in runs)
        found: list[Candidate] = []
        for first, last, key in runs:
            start, end = self._tokens[first].start, self._tokens[last - 1].end
            if key not in rows and key not in self._country_names and key not in self._regions:
                continue  # as nearly all runs of words
            senses = self._senses(key, first, last, rows.get(key, []))
            if senses:
                found.append(Candidate(first, last, start, end, key, senses))
        found.sort(key=lambda c: (-(c.last - c.first), c.start))
        used = bytearray(len(self._tokens))
        kept = []
        for candidate in found:
            if not any(used[candidate.first : candidate.last]):
                used[candidate.first : candidate.last] = b"\x01" * (candidate.last - candidate.first)
                kept.append(candidate)
        kept.sort(key=lambda c: c.start)
        return add_states(self._text, self._tokens, self._mode, self._table, kept, used)

    def _senses(self, key: str, first: int, last: int, rows: list[PlaceRow]) -> list[Sense]:
        senses: list[Sense] = []
        mode = self._mode(self._tokens[first].start)
        country = self._country_names.get(key)
        if country is not None and self._written(key, first, last, mode):
            entry, kind, cautious = country
            senses.append(
                Sense(
                    entry.name,
                    (entry.code,),
                    entry.latitude,
                    entry.longitude,
                    demonym=kind == "demonym",
                    cautious=cautious,
                )
            )
        region = self._regions.get(key)
        if region is not None:
            place, cautious = region
            senses.append(
                Sense(place.name, place.countries, place.latitude, place.longitude, region=place, cautious=cautious)
            )
        if country is None or country[1] == "name":
            seen = set()
            for row in rows:
                if row.row in seen or (country is not None and row.country == country[0].code and row.kind == REGION):
                    continue
                seen.add(row.row)
                senses.append(Sense(row.name, (row.country,), row.latitude, row.longitude, row=row))
        if region is not None and region[0].feature in ("continent", "sea", "gulf", "ocean", "region"):
            senses = [s for s in senses if s.region is not None or (s.row is not None and s.row.kind == REGION)]
        return senses

    def _written(self, key: str, first: int, last: int, mode: CaseMode) -> bool:
        """Whether an acronym is written as one ("US", "U.S.", never "us")."""
        raw = self._text[self._tokens[first].start : self._tokens[last - 1].end]
        if key == "us":
            if mode == "upper":
                return (
                    first > 0
                    and self._tokens[first - 1].folded in (LOCATING | {"the", "to", "of", "by"})
                    and raw == "US"
                )
            return raw == "US"
        if key in CAPITALS_ONLY:
            return raw.isupper() or (mode == "lower" and key in ("uk", "uae", "usa", "drc"))
        if len(key) > 2 and all(len(w) == 1 for w in key.split()):
            return "." in raw
        if last - first == 1 and key in ("polish", "turkey", "turks", "lao", "thais", "swedes", "oman", "mali", "chad"):
            return raw[0].isupper()
        return True

    # -- which of them are ---------------------------------------------------------------------------------------

    def _link(self, candidates: list[Candidate]) -> None:
        """Ties a place to the one that holds it: "Macon, Georgia", "Hangu in Pakistan", "Nigeria's Imo"."""
        for left, right in pairwise(candidates):
            between = self._text[left.end : right.start]
            inner, outer = left, right
            if re.fullmatch(r"['’]s\s(?:[a-z-]+\s){0,3}", between) or re.fullmatch(r"\s?:\s", between):
                inner, outer = right, left
            elif not re.fullmatch(
                r"\s?,?\s{1,2}|,?\sin\s(?:the\s)?(?:[a-z-]+\s)?|\s\(|\s(?:[A-Za-z]+\s)?(?:district|province|governorate|region|state|county|area|anchorage|port|harbou?r|roads|terminal|island)"
                r"(?:,\s|\s(?:of|in)\s)|,\s(?:in\s)?(?:[a-z-]+\s){0,2}",
                between,
            ):
                continue
            if is_state(inner) and is_state(outer) and inner.key not in STATE_ABBREVIATIONS and "'" not in between:
                continue  # a list of states
            if any(inside(a, b) for a in inner.senses for b in outer.senses):
                inner.within = outer
                outer.holds.append(inner)
            elif inner is left and self._placed_abroad(inner, between, outer):
                inner.elsewhere = True

    def _placed_abroad(self, town: Candidate, between: str, country: Candidate) -> bool:
        """Whether a smaller town is said to lie in a country that has none of the name: "near Bodo in Nigeria".

        A great town is sooner itself, with a country's name behind it for another reason.
        """
        if not (country.senses[0].is_country and not country.senses[0].demonym):
            return False
        people = max((s.row.population for s in town.senses if s.row is not None), default=_GREAT)
        if people >= _GREAT or any(s.row is None or s.row.kind == REGION for s in town.senses):
            return False
        after = self._text[country.end : country.end + 40]
        if re.match(r"['’]s?\b", after):  # "in Nigeria's Rivers State", not "in Bergen, Nigeria's partner said"
            return "in" in between.split() and re.match(r"['’]s\s(?:[a-z-]+\s){0,2}[A-Z]", after) is not None
        if "in" in between.split():
            return True
        # A list of places goes on: "in Bergen, Nigeria and Ghana".
        return between.strip() == "," and re.match(r",?\s(?:and|or|&)\s|,\s[A-Z]", after) is None
