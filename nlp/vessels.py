"""Ships' own names: after their kind ("the tanker Eagle S"), before it, or told by it ("the Eagle S, a tanker")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from nlp.facility_refs import FacilityRef
from nlp.place_names import load_countries
from nlp.reading import Reading

_WORD = r"[A-Z][\w'’-]*\.?"
_NUMBER = r"\d{1,4}\b(?!\s?(?:nm|NM|nautical|NAUTICAL|miles?|MILES?|km|KM|met|tonnes|crew|of|OF|per|%|barrels))"
_NAME = rf"(?P<name>{_WORD}(?:\s(?:{_WORD}|(?:of|de|el|al)\s{_WORD}|[IVX]+|{_NUMBER}))*)"
_KIND = (
    r"(?:(?:oil|product|products|chemical|crude|lng|LNG|lpg|LPG|gas|fuel|bitumen|shuttle)[ /])*"
    r"(?:tanker|carrier|vessel|ship|supertanker|fpso|FPSO|FSO|vlcc|VLCC|Suezmax|suezmax|Aframax|aframax)s?"
)
_PREFIX = r"(?:M/?T|M/?V|M\.[TV]|S/?S|S/T|F/T)\.?"
_AFTER = re.compile(rf"\b(?:{_PREFIX}|{_KIND}(?:,?\s(?:named|called))?)\s?[\"“'‘(]?{_NAME}")
_BEFORE = re.compile(rf"(?P<lead>(?:[\w'’-]+\s)*?){_NAME}\s{_KIND}$")
_TOLD = re.compile(rf"(?:\b[Tt]he\s|[\"“]){_NAME}[\"”]?,\s(?:an?|the)\s(?:[\w'’-]+\s){{0,5}}$")
_CAPITALS = re.compile(rf"\b{_PREFIX}\s?[\"'(]?(?P<name>[A-Z][A-Z'-]*(?:\s(?:[A-Z][A-Z'-]*|{_NUMBER}))*)")
_NOT_A_NAME = frozenset(
    "in at on off the from and was were is are has had have with by for to near under after while co company "
    "association owners operators ltd reported reports boarded attacked fired hijacked seized approached anchored "
    "underway carrying carries en route crew master captain hit struck sunk ablaze blast fire war attack collision "
    "bound not that which when as it its his her their suezmax aframax panamax vlcc lng lpg fpso fso navy coast "
    "guard".split()
)
_KINDS = frozenset(
    "tanker tankers vessel vessels ship ships carrier carriers supertanker supertankers vlcc vlccs fpso fso suezmax "
    "aframax panamax lorry lorries truck trucks barge barges boat boats fleet cargo".split()
)
_PREFIXES = frozenset({"mt", "mv", "m/t", "m/v", "m.t", "m.v", "ss", "s/s", "s/t", "f/t"})


@lru_cache(maxsize=1)
def _peoples() -> frozenset[str]:
    """Names of countries and their peoples, folded: a ship's flag, not its name."""
    return frozenset(load_countries(Path(__file__).parent / "gazetteers" / "countries.csv")[1])


def find_vessels(text: str) -> list[tuple[int, int, str]]:
    """Names of ships after their kind or prefix with their offsets: "the tanker Eagle S", "MT New Diamond"."""
    found = []
    for match in (_CAPITALS if text.isupper() else _AFTER).finditer(text):
        span = _cut(match["name"], match.start("name"))
        if span is not None:
            found.append((*span, text[span[0] : span[1]]))
    return found


def vessel_in(text: str, start: int, end: int, names: Sequence[tuple[int, int]] = ()) -> tuple[int, int] | None:
    """Where the own name of the ship stands that is told at [start, end); None where only its kind is told.

    `names` are spans of organisations: "the Aramco tanker" is called after its owner.
    """
    for low, high, _ in find_vessels(text[start : end + 40]):
        if start + low <= end + 2:
            return start + low, start + high
    before = _BEFORE.match(text[start:end])
    if before is not None and not text[start:end].isupper():
        low = start + before.start("name") + _flag(before["name"])
        span = _cut(text[low : start + before.end("name")], low)
        if span is not None and not any(s < span[1] and span[0] < e for s, e in names):
            return span
    base = max(0, start - 80)
    told = _TOLD.search(text[base:start])
    if told is not None:
        return _cut(told["name"], base + told.start("name"))
    return None


def ship_name(reading: Reading, ref: FacilityRef) -> str | None:
    """The own name of a ship that a mention tells; None for other facilities and for ships without one."""
    span = ship_span(reading, ref)
    if span is None:
        return None
    text = reading.document.title if ref.where == "title" else reading.document.text
    return text[span[0] : span[1]]


def ship_span(reading: Reading, ref: FacilityRef) -> tuple[int, int] | None:
    """Where that name stands in the text or title of the mention."""
    if ref.facility_type != "tanker" or ref.known or ref.antecedent is not None:
        return None
    bodies = [(n.start, n.end) for n in reading.names.get(ref.where, ()) if n.kind == "organisation"]
    return vessel_in(reading.copies[ref.where], ref.start, ref.end, bodies)


def vessel_key(name: str) -> str | None:
    """A ship's name for comparison; None for words that only say what it is ("a Greek-owned tanker")."""
    words = [w for w in re.findall(r"[\w/.]+", name.casefold()) if w.strip(".") not in _PREFIXES]
    if not words or not name[:1].isupper() or _KINDS & set(words) or " ".join(words) in _peoples():
        return None
    return " ".join(w.strip(".") for w in words)


def _flag(name: str) -> int:
    """How many characters of a name are its flag: "Greek Nordic Breeze"."""
    words = name.split(" ")
    for length in (3, 2, 1):
        if " ".join(words[:length]).casefold() in _peoples():
            return len(" ".join(words[:length])) + 1
    return len(words[0]) + 1 if re.search(r"-(?:flagged|owned|operated|registered)$", words[0]) else 0


def _cut(name: str, start: int) -> tuple[int, int] | None:
    """The name up to the first word that is none; None where too little is left."""
    kept: list[str] = []
    for word in name.split(" "):
        if word.lower().rstrip(".") in _NOT_A_NAME or len(kept) == 5:
            break
        kept.append(word)
    text = " ".join(kept).rstrip(".")
    if len(text) < 3 or text.split()[-1] in ("of", "de", "el", "al"):
        return None
    return start, start + len(text)
