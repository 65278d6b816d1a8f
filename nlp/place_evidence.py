"""How likely a run of words is a place's name, from the words around it: a score to compare with a threshold."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence

from nlp.facility_heads import match_head
from nlp.folding import CaseMode, Token
from nlp.place_names import (
    DIRECTIONS,
    FILLERS,
    LOCATING,
    OTHER_THINGS,
    PLACE_NOUNS,
    STOP,
    TITLES,
    WEAK_LOCATING,
)
from nlp.place_senses import Candidate, Sense, weight
from nlp.placetable import ALTERNATE, COUNTY, FORENAME, REGION, SURNAME, WORD, PlaceTable

THRESHOLD = 2.6  # a candidate with less is no place

_SETTLEMENTS = frozenset("city town village hamlet settlement township port suburb district province region".split())
_GROUNDS = frozenset("harbour harbor port anchorage terminal berth roads district village road street avenue".split())
# Words that places' names begin with in many languages; alone they are seldom the place that is meant.
_GENERIC_NAMES = frozenset(
    "tanjung tanjong rio port puerto porto pulau pulo kota bandar santa san santo sao el la las los al ras khor "
    "wadi tell tel jebel jabal umm qaryat kampung kuala bukit teluk sungai laem ban koh bir ain deir abu fort "
    "mount mont new nova novo nowy saint st sankt sainte cape cabo cap ciudad villa val monte bad cu chi hai nan "
    "bei el-".split()
)
# An authority's own divisions sooner than the provinces of that name.
_ADMINISTRATIVE = frozenset(
    f"{word} {noun}"
    for word in "northern southern eastern western central north south east west".split()
    for noun in ("region", "district", "area", "division", "zone", "sector")
) | {"west bank"}
_DATELINE = re.compile(r"\s{0,3}(?:\([^()\n]{2,40}\)\s{0,2})?(?:[—–]|--?\s|:\s)")


class Evidence:
    """What one document's words say for and against each candidate."""

    def __init__(
        self,
        text: str,
        tokens: Sequence[Token],
        mode_at: Callable[[int], CaseMode],
        table: PlaceTable,
        entities: Sequence[tuple[int, int, str]],
    ) -> None:
        self._text = text
        self._tokens = tokens
        self._mode = mode_at
        self._table = table
        self._entities = sorted(entities)

    def of(self, candidate: Candidate) -> float:
        """The score of a candidate."""
        tokens, text = self._tokens, self._text
        best = max(candidate.senses, key=weight)
        if candidate.senses[0].is_country:
            best = candidate.senses[0]
        if candidate.abbreviated:
            return THRESHOLD + 2.0
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
            if candidate.key.startswith("the "):
                score -= 2.5  # "AT THE BOTTOM OF THE INLET"
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
        elif plain and before > 0 and tokens[before].folded == "of" and tokens[before - 1].folded in _SETTLEMENTS:
            score += 1.8  # "the Siberian city of Norilsk"
        elif plain and word in WEAK_LOCATING:
            score += 0.7
        elif before >= 0 and gap == ", " and tokens[before].folded in _GROUNDS:
            score += 1.8  # "anchored in the inner harbour, Santos"
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
        if candidate.key in _GENERIC_NAMES and self._goes_on(candidate, mode):
            score -= 4.0  # "Tanjung Priok", "Rio Haina": half of a name that the table lacks
        if candidate.key in _ADMINISTRATIVE and candidate.within is None:
            score -= 4.0
        if candidate.within is not None:
            score += 2.6
        if candidate.holds:
            score += 1.5
        score += self._after(candidate, best, mode)
        if self._dateline(candidate):
            score += 3.0
        return score + self._recognised(candidate)

    def _goes_on(self, candidate: Candidate, mode: CaseMode) -> bool:
        i = candidate.last
        if i >= len(self._tokens) or self._text[candidate.end : self._tokens[i].start] not in (" ", "-"):
            return False
        following = self._tokens[i]
        if following.folded in STOP or match_head([t.folded for t in self._tokens[i : i + 4]]) is not None:
            return False
        return following.capital or mode == "lower"

    def _after(self, candidate: Candidate, best: Sense, mode: CaseMode) -> float:
        tokens, text = self._tokens, self._text
        i = candidate.last
        if i >= len(tokens):
            return 0.0
        gap = text[candidate.end : tokens[i].start]
        if gap in (" ", "\u00a0", "\n") and match_head([t.folded for t in tokens[i : i + 4]]) is not None:
            # "the Casper pump station": works are called after places, and capitals leave no other sign
            return (0.8 if mode == "mixed" else 1.6) if best.row is not None else 0.0
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
        return -0.9 if self._mode(candidate.start) == "mixed" else -0.3  # the recogniser is weak without case
