"""Where the nouns that type a facility ("refinery", "oil depot", "NPP") stand beside its name."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.folding import Token
from nlp.head_nouns import HEADS, MODIFIERS

_LONGEST = max(len(k.split()) for k in HEADS)
_CONJUNCTIONS = frozenset({"and", "or"})
_PLACING = frozenset({"in", "at", "of"})
_NEARBY = frozenset({"near", "outside"})
# Nouns too vague to make a facility of the town they stand in ("a facility in Jeddah").
VAGUE_HEADS = frozenset(
    "plant plants facility facilities complex site station stations installation installations line lines link cable "
    "channel grid".split()
) | {
    "gas station", "petrol station", "filling station", "oil facility", "oil facilities", "gas facility", "power line",
    "power lines",
}  # fmt: skip
_AREAS = frozenset(
    "region province state oblast krai governorate district county prefecture territory republic".split()
)
# Types that a town mostly has one of, so that "the refinery near Baiji" is the Baiji refinery.
_BESIDE_THEIR_TOWN = frozenset(
    "refinery nuclear_plant fuel_depot hydro_dam lng_terminal pump_or_compressor_station".split()
)
_LINEAR = frozenset("oil_pipeline gas_pipeline product_pipeline transmission_line cable".split())


def match_head(words: Sequence[str]) -> tuple[int, frozenset[str]] | None:
    """The head noun that a run of folded words begins with, modifiers before it included: (words used, types)."""
    for skipped in range(min(5, len(words))):
        for length in range(min(_LONGEST, len(words) - skipped), 0, -1):
            types = HEADS.get(" ".join(words[skipped : skipped + length]))
            if types:
                return skipped + length, types
        if words[skipped] not in MODIFIERS:
            return None
    return None


def head_ending(words: Sequence[str]) -> str | None:
    """The head noun that ends a facility's folded name, without the modifiers before it; never the whole name."""
    for length in range(min(_LONGEST, len(words) - 1), 0, -1):
        ending = words[-1] if length == 1 else " ".join(words[-length:])
        if ending in HEADS:
            return ending
    return None


def strip_head(words: Sequence[str]) -> tuple[str, ...]:
    """A facility's folded name without the type words at its end: "tuapse oil refinery" gives "tuapse"."""
    ending = head_ending(words)
    if ending is None:
        return tuple(words)
    cut = len(words) - 1 - ending.count(" ")
    while cut > 1 and words[cut - 1] in MODIFIERS:
        cut -= 1
    return tuple(words[:cut])


def head_after(text: str, tokens: Sequence[Token], end: int) -> tuple[int, frozenset[str]] | None:
    """The head right after the name that ends before token `end`: (tokens used, types)."""
    window = _clause(text, tokens, end, 8)
    found = match_head(window)
    if found is None and len(window) > 2 and window[0] == "s" and tokens[end + 1].capital:
        inner = match_head(window[2:])  # "the consortium's Novorossiysk terminal"
        return None if inner is None else (inner[0] + 2, inner[1])
    return found


def head_of_list(text: str, tokens: Sequence[Token], end: int) -> frozenset[str] | None:
    """The head that a name shares with those after it: "the Tuapse, Slavyansk and Ilsky refineries"."""
    position, closing = end, False
    for _ in range(8):
        if position >= len(tokens):
            return None
        gap = text[tokens[position - 1].end : tokens[position].start]
        if gap.strip() not in ("", ",", "/", "&"):
            return None
        comma = bool(gap.strip())
        if tokens[position].folded in _CONJUNCTIONS:
            closing, comma = True, True
            position += 1
        if not comma:
            return None
        for _ in range(4):
            if position >= len(tokens):
                return None
            position += 1
            if position < len(tokens) and text[tokens[position - 1].end : tokens[position].start].strip(" ,/&'’-–"):
                return None
            found = head_after(text, tokens, position)
            if found is not None and closing:
                return found[1]
            separator = text[tokens[position - 1].end : tokens[position].start] if position < len(tokens) else ""
            if "," in separator or (position < len(tokens) and tokens[position].folded in _CONJUNCTIONS):
                break
    return None


def head_before(
    text: str, tokens: Sequence[Token], start: int, end: int, taken: Sequence[int]
) -> frozenset[str] | None:
    """The head that places a name: "refineries in Tuapse and Ilsky", "the port of Novorossiysk".

    A head that belongs to another name (its token is `taken`) does not count: "the Ilsky refinery in Krasnodar".
    """
    if end < len(tokens) and tokens[end].folded in _AREAS:
        return None
    position = start - 1
    for _ in range(10):
        if position < 1:
            return None
        gap = text[tokens[position].end : tokens[position + 1].start]
        if gap.strip(" \n") not in ("", ",", "-", "–", "'", "’", "/"):
            return None
        word = tokens[position].folded
        if word in _PLACING or word in _NEARBY:
            types = None if position < 1 or taken[position - 1] else _head_ending(tokens, position)
            if types is None:
                return None
            if word == "of":
                return types - {"lng_terminal"} or types  # "the port of Tilbury" is no gas terminal there
            return types - _LINEAR if word in _PLACING else types & _BESIDE_THEIR_TOWN
        if not (tokens[position].capital or word in _CONJUNCTIONS or word in ("the", "s", "city", "town")):
            return None
        position -= 1
    return None


def _head_ending(tokens: Sequence[Token], end: int) -> frozenset[str] | None:
    for length in range(min(_LONGEST, end), 0, -1):
        words = " ".join(t.folded for t in tokens[end - length : end])
        if words in VAGUE_HEADS:
            return None
        types = HEADS.get(words)
        if types:
            return types
    return None


def _clause(text: str, tokens: Sequence[Token], start: int, limit: int) -> list[str]:
    words: list[str] = []
    for i in range(start, min(start + limit, len(tokens))):
        gap = text[tokens[i - 1].end : tokens[i].start] if i else ""
        if gap.strip(" -–—'’\n\u00a0") or gap.count("\n") > 1:
            break
        words.append(tokens[i].folded)
    return words
