"""Towns that no table holds but that stand before the state or country that does: "Mayport, Pennsylvania".

The name is kept as told; its country and coordinates are those of the place that holds it, with that place's precision.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from nlp.folding import case_mode
from nlp.place_names import DIRECTIONS, FILLERS, LOCATING, STOP
from nlp.places import PlaceMatch

_WORD = r"[^\W\d_][\w'’.-]*"
# The last words before "…, " or "…, in the western " and the place that holds them.
_BEFORE = re.compile(
    rf"(?P<words>(?:{_WORD}\s){{0,5}}{_WORD})(?:,?\s\(?(?:in|of)\s(?:the\s)?(?:[a-z-]+\s){{0,2}}|,\s|\s\(|\sin\s)$",
    re.IGNORECASE,
)
# A county or district may stand between the two: "Evans, Erie County, NY".
_BETWEEN = re.compile(
    rf",\s(?P<county>{_WORD}(?:\s{_WORD})?\s(?:county|parish|borough|district|tehsil|oblast|raion)),\s$", re.IGNORECASE
)
_SETTLEMENT = frozenset("village town hamlet settlement city township community locality".split())
_PREPOSITIONS = (LOCATING - {"from", "into", "via"}) | {"of"}
# What a preposition may stand before in copy without case, and is no town.
_THINGS = frozenset(
    "line pipeline station valve unit plant area road highway route county parish state facility field refinery tank "
    "pipe well platform terminal depot substation section mile miles km street avenue drive creek river lake operation "
    "addition case response particular charge place service march april may june july".split()
)


# The end of an advisory's head; the finders read a copy in which the colon is blank.
_HEAD_END = re.compile(r"\s?:|\s{2}|\s?$")
# Words for grounds behind a port's name in the head of an advisory.
_GROUNDS = frozenset(
    "anchorage roads terminal port inner outer berth jetty harbour harbor waters area island buoy".split()
)


@dataclass(frozen=True, slots=True)
class HeldPlace:
    """A name in a text and the place that holds it."""

    start: int
    end: int
    holder: PlaceMatch


def find_held(text: str, told: Iterable[PlaceMatch]) -> list[HeldPlace]:
    """Names that stand where a town stands, directly before one of the places told; in order."""
    found: list[HeldPlace] = []
    for place in told:
        if place.demonym or place.precision not in ("admin1", "country") or place.feature in ("river", "continent"):
            continue
        end = place.start
        between = _BETWEEN.search(text, max(0, end - 60), end)
        if between is not None:
            found.append(HeldPlace(between.start("county"), between.end("county"), place))
            end = between.start() + 2  # the comma and the space after the town
        name = _name_before(text, end, headed=_HEAD_END.match(text, place.end) is not None)
        if name is not None:
            found.append(HeldPlace(*name, place))
    return sorted(found, key=lambda h: h.start)


def _name_before(text: str, end: int, *, headed: bool) -> tuple[int, int] | None:
    """Where the name before `end` stands; `headed`: a colon follows the holder, so that a line may begin with it."""
    match = _BEFORE.search(text, max(0, end - 90), end)
    if match is None:
        return None
    line = text[text.rfind("\n", 0, end) + 1 : (text.find("\n", end) + 1 or len(text) + 1) - 1]
    mode = case_mode(line)
    if mode == "lower":
        return None
    words = [(m.start() + match.start("words"), m.group()) for m in re.finditer(r"\S+", match["words"])]
    run: list[tuple[int, str]] = []
    led = ""
    for start, word in reversed(words):
        low = word.lower()
        if low in _PREPOSITIONS or (mode == "mixed" and not word[0].isupper()):
            led = low
            break
        if low in STOP or low in _SETTLEMENT or word.endswith(("'s", "’s")):
            led = low
            break
        run.insert(0, (start, word))
    while run and (run[0][1].lower() in FILLERS or run[0][1].lower() in DIRECTIONS):
        run.pop(0)
    while headed and len(run) > 1 and run[-1][1].lower() in _GROUNDS:  # "MAMONAL INNER ANCHORAGE, COLOMBIA:"
        run.pop()
    begins = headed and not led and bool(run) and not text[text.rfind("\n", 0, end) + 1 : run[0][0]].strip()
    if not run or len(run) > 3 or not (begins or led in _PREPOSITIONS | _SETTLEMENT):
        return None
    if any(word.lower().strip(".") in _THINGS or len(word) < 3 for _, word in run):
        return None
    last, word = run[-1]
    return run[0][0], last + len(word)
