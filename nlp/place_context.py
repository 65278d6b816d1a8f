"""Reads one document for its places: which of its words are places' names, by the words around them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from nlp.facility_heads import match_head
from nlp.folding import CaseMode, case_modes, find_tokens, joinable
from nlp.place_names import (
    CAPITALS_ONLY,
    DIRECTIONS,
    FILLERS,
    LOCATING,
    OTHER_THINGS,
    PLACE_NOUNS,
    SMALL,
    STATE_ABBREVIATIONS,
    STOP,
    TITLES,
    WEAK_LOCATING,
    Country,
    CountryName,
    Region,
)
from nlp.place_senses import Candidate, Resolver, Sense, inside, is_state, weight
from nlp.placetable import ALTERNATE, COUNTY, FORENAME, REGION, SURNAME, WORD, PlaceRow, PlaceTable

_LONGEST = 6  # words in a place's name
_THRESHOLD = 2.6
_LISTED = frozenset({", ", " and ", ", and ", " or ", ", or "})
_DATELINE = re.compile(r"\s{0,3}(?:\([^()\n]{2,40}\)\s{0,2})?(?:[—–]|--?\s|:\s)")


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
        hints: Sequence[str],
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
        self._entities = sorted(entities)
        self._resolver = Resolver(text, self._tokens, hints)

    def read(self) -> Iterator[tuple[Candidate, Sense]]:
        """The document's places with the sense chosen for each."""
        candidates = self._candidates()
        self._link(candidates)
        for candidate in candidates:
            candidate.evidence = self._evidence(candidate)
        for left, right in pairwise(candidates):  # in a list of places, one that is sure vouches for the next
            if self._text[left.end : right.start] in _LISTED and left.evidence >= _THRESHOLD + 0.5:
                right.evidence += 0.8
        kept = [c for c in candidates if c.evidence >= _THRESHOLD]
        # A name once shown to be a place is one wherever else it stands, unless the words there say otherwise.
        shown = {c.key for c in kept if c.evidence >= _THRESHOLD + 1}
        kept += [c for c in candidates if c.evidence < _THRESHOLD and c.key in shown and c.evidence + 1.5 >= _THRESHOLD]
        kept.sort(key=lambda c: c.start)
        self._resolver.weigh(kept)
        self._resolver.resolve(kept)
        for candidate in kept:
            if candidate.chosen is not None:
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
            if token.text[0].isdigit() or not self._free(token.start, token.end):
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
        self._add_abbreviations(kept, used)
        return kept

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

    def _add_abbreviations(self, kept: list[Candidate], used: bytearray) -> None:
        """Reads "Ky." in "Lexington, Ky." as the state."""
        tokens = self._tokens
        for candidate in list(kept):
            i = candidate.last
            if i >= len(tokens) or used[i] or self._text[candidate.end : tokens[i].start].strip() not in (",", ", "):
                continue
            for length in (2, 1):
                if i + length > len(tokens) or (length == 2 and not joinable(self._text, tokens[i], tokens[i + 1])):
                    continue
                key = " ".join(t.folded for t in tokens[i : i + length])
                code = STATE_ABBREVIATIONS.get(key)
                raw = self._text[tokens[i].start : tokens[i + length - 1].end]
                dotted = self._text[tokens[i + length - 1].end : tokens[i + length - 1].end + 1] == "."
                if code is None or not tokens[i].capital or not (dotted or (raw.isupper() and len(raw) <= 3)):
                    continue
                row = self._table.region(code)
                if row is None:
                    continue
                sense = Sense(row.name, (row.country,), row.latitude, row.longitude, row=row)
                if any(inside(s, sense) for s in candidate.senses):
                    end = tokens[i + length - 1].end + (1 if dotted and length == 2 else 0)
                    kept.append(Candidate(i, i + length, tokens[i].start, end, key, [sense]))
                    used[i : i + length] = b"\x01" * length
                    break
        kept.sort(key=lambda c: c.start)

    # -- which of them are ---------------------------------------------------------------------------------------

    def _link(self, candidates: list[Candidate]) -> None:
        """Ties a place to the one that holds it: "Macon, Georgia", "Hangu in Pakistan", "Nigeria's Imo"."""
        for left, right in pairwise(candidates):
            between = self._text[left.end : right.start]
            inner, outer = left, right
            if re.fullmatch(r"['’]s\s(?:[a-z-]+\s){0,3}", between) or re.fullmatch(r"\s?:\s", between):
                inner, outer = right, left
            elif not re.fullmatch(
                r",?\s{1,2}|,?\sin\s(?:the\s)?(?:[a-z-]+\s)?|\s\(|\s(?:[A-Za-z]+\s)?(?:district|province|governorate|region|state|county|area)"
                r"(?:,\s|\s(?:of|in)\s)|,\s(?:in\s)?(?:[a-z-]+\s){0,2}",
                between,
            ):
                continue
            if is_state(inner) and is_state(outer) and inner.key not in STATE_ABBREVIATIONS and "'" not in between:
                continue  # a list of states
            if any(inside(a, b) for a in inner.senses for b in outer.senses):
                inner.within = outer
                outer.holds.append(inner)

    def _evidence(self, candidate: Candidate) -> float:
        tokens, text = self._tokens, self._text
        best = max(candidate.senses, key=weight)
        if candidate.senses[0].is_country:
            best = candidate.senses[0]
        mode = self._mode(candidate.start)
        words = candidate.last - candidate.first
        flags = min(
            (s.row.flags for s in candidate.senses if s.row is not None), default=0, key=lambda f: f & ALTERNATE
        )
        score = 3.2 if best.is_country or best.region is not None else min(3.0, weight(best) - 2.5) * 0.8
        if best.cautious:
            score -= 2.5
        if best.row is not None and candidate.key in DIRECTIONS:
            score -= 4.0 if best.row.kind == REGION else 2.0
        if best.row is not None and best.row.kind == REGION and best.row.population > 300_000:
            score += 1.0
        if best.row is not None and best.row.kind == COUNTY and candidate.key.endswith((" county", " district")):
            score += 2.5
        if best.row is not None:
            if words > 1:
                score += 0.6
            if not flags & (WORD | SURNAME | FORENAME | ALTERNATE):
                score += 0.4
            if flags & WORD:
                score -= 3.0 if words == 1 else 1.0
            if flags & SURNAME:
                score -= 0.8
            if flags & FORENAME:
                score -= 0.8
            if flags & ALTERNATE:
                score -= 0.8
        if candidate.key == "america" and self._text[max(0, candidate.start - 4) : candidate.start].lower() == " of ":
            score -= 3.0 * (mode == "upper" or (candidate.first > 1 and tokens[candidate.first - 2].capital))
        if mode != "mixed" and best.row is not None:
            score -= 2.0 * (len(candidate.key) < 4)
            score -= 0.7 if words == 1 else 0.2
            if flags & WORD:
                score -= 1.5
        before = candidate.first - 1
        gap = text[tokens[before].end : candidate.start] if before >= 0 else ""
        previous = before
        while (
            previous >= 0 and candidate.first - previous <= 4 and tokens[previous].folded in FILLERS and "." not in gap
        ):
            previous -= 1
        word = tokens[previous].folded if previous >= 0 else ""
        plain = not gap.strip(" \n'’\"“”(")
        if plain and word in LOCATING:
            score += 1.8
        elif plain and word in WEAK_LOCATING:
            score += 0.7
        if before >= 0 and plain and not best.is_country:
            if tokens[before].folded in TITLES:
                score -= 3.0
            elif (
                tokens[before].capital and mode == "mixed" and tokens[before].folded not in FILLERS and "\n" not in gap
            ):
                score -= 2.5 if self._table.is_forename(tokens[before].folded) else 1.0
        elif (
            before >= 0
            and plain
            and best.row is None
            and best.is_country
            and tokens[before].capital
            and mode == "mixed"
        ):
            score -= 3.0 * (self._table.is_forename(tokens[before].folded) and tokens[before].folded not in FILLERS)
        if candidate.within is not None:
            score += 2.6
        if candidate.holds:
            score += 1.5
        score += self._after(candidate, best, mode)
        if self._dateline(candidate):
            score += 3.0
        return score + self._recognised(candidate)

    def _after(self, candidate: Candidate, best: Sense, mode: CaseMode) -> float:
        tokens, text = self._tokens, self._text
        i = candidate.last
        if i >= len(tokens):
            return 0.0
        gap = text[candidate.end : tokens[i].start]
        if gap in (" ", "\u00a0", "\n") and match_head([t.folded for t in tokens[i : i + 4]]) is not None:
            return 0.8 if best.row is not None else 0.0  # "the Casper pump station": works are called after places
        if gap not in (" ", "\u00a0", "-"):
            return 0.2 if gap.startswith(("'", "’")) else 0.0
        following = tokens[i]
        if following.folded in PLACE_NOUNS and not (following.folded == "coast" and gap == "-"):
            return 1.8
        if mode == "mixed" and following.capital:
            if (
                best.is_country and gap != "-" and self._table.is_forename(candidate.key)
            ):  # "Chad Smith", "Jordan Peterson"
                return 0.0 if following.folded in OTHER_THINGS or following.folded in TITLES else -2.5
            if following.folded in OTHER_THINGS:
                return -3.0 if not best.is_country else -0.3
            if best.row is not None and best.row.flags & (FORENAME | SURNAME) and candidate.last - candidate.first == 1:
                return -1.5
            return -0.5 if best.row is not None else 0.0
        return 0.0

    def _dateline(self, candidate: Candidate) -> bool:
        start = candidate.start
        line_start = self._text.rfind("\n", 0, start) + 1
        if self._text[line_start:start].strip(" \t*_("):
            return False
        end = candidate.within.end if candidate.within is not None and candidate.within.start > start else candidate.end
        return _DATELINE.match(self._text, end) is not None or bool(
            candidate.end - start > 2
            and self._text[start : candidate.end].isupper()
            and self._mode(start) == "mixed"
            and self._text[candidate.end : candidate.end + 1] in (",", " ")
            and candidate.within is not None
        )

    def _recognised(self, candidate: Candidate) -> float:
        if not self._entities:
            return 0.0
        i = bisect_right(self._entities, (candidate.end, -1, "")) - 1
        while i >= 0 and self._entities[i][0] > candidate.start - 80:
            start, end, label = self._entities[i]
            if start < candidate.end and candidate.start < end:
                return {
                    "GPE": 2.2, "LOC": 2.0, "FAC": 0.6, "NORP": 1.0, "PERSON": -2.4, "ORG": -1.2, "PRODUCT": -1.0,
                    "DATE": -1.5, "EVENT": -0.8, "WORK_OF_ART": -1.5, "LAW": -1.5,
                }.get(label, -0.5)  # fmt: skip
            i -= 1
        return -0.9
