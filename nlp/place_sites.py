"""Places that no table of towns holds: known ports, plants and straits, and names that stand where a place stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from nlp.place_held import find_held
from nlp.place_names import DIRECTIONS
from nlp.place_roles import LINES, is_dateline
from nlp.places import PlaceMatch
from nlp.reading import Reading
from nlp.records import Where
from nlp.sieve import sieve
from nlp.text import Sentence

_AT = frozenset("in at near off outside around inside within across along".split())
_NAME = r"(?P<name>[A-Z][\w'’-]+(?:\s(?:(?:al|de|el|of)\s)?[A-Z][\w'’-]+){0,2})"
# "38NM EAST OF KHOR FAKKAN": what a distance and a bearing count from is a place.
_BEARING = sieve(
    r"\b(?i:\d[\d.,]*\s?(?:nm|nautical\smiles?|miles?|km|kilomet(?:re|er)s?)\s(?:(?:to|due)\s)?(?:the\s)?"
    r"(?:(?:(?:north|south|east|west|[nsew]{1,3})[\s-]?){1,3}(?:of|off|from)|off|outside)\s(?:the\s)?(?:port\sof\s)?)"
    + _NAME
)
# "at Bille creek", "in Kherson's Korabelnyi neighbourhood": a name before a word for a place.
_KIND = re.compile(
    r"\b(?i:in|at|near|off|outside|around|along|['’]s)\s(?:the\s)?(?:(?:village|town|hamlet|settlement)\sof\s)?"
    + _NAME
    + r"\s(?i:creek|village|neighbou?rhood|district|quarter|township|lagoon|channel|island|reef|suburb"
    r"|(?:(?:inner|outer|tanker|oil|cargo|general|spm|sbm|opl)\s){0,2}(?:anchorage|harbou?r|berth|roads|roadstead|jetty)"
    r"|commune|estuary|delta|basin|valley|bay|county|parish|community|pilot\sstation)\b"
)
# "at anchor at Anyer", "berthed in Kandla": where a ship lies.
_MOORED = sieve(
    r"\b(?i:(?:at\sanchor|anchored|anchorage|berthed|moored|docked|alongside|drifting|at\sberth|lying)\s(?:at|in|off|near|outside)"
    r"\s(?:the\s)?(?:port\sof\s)?)" + _NAME
)
_HERE = sieve(r"\b(?:the|this)\s(?:capital|city)\b|\bhere\b", re.IGNORECASE)
_WORDS = frozenset("MASTER VESSEL CREW REPORTED INCIDENT THE AT ON IN AND WAS BY WITH FROM".split())


def with_sites(reading: Reading, places: dict[Where, list[PlaceMatch]]) -> dict[Where, list[PlaceMatch]]:
    """The places in order, and the known facilities that are places: ports, plants, fields, straits."""
    found: dict[Where, list[PlaceMatch]] = {}
    for where, told in places.items():
        sites = [
            PlaceMatch(
                start=name.start, end=name.end, text=name.text, label="LOC", canonical=name.canonical,
                country=name.countries[0] if len(name.countries) == 1 and name.facility_type != "chokepoint" else None,
                countries=name.countries, latitude=name.latitude, longitude=name.longitude,
                precision="offshore" if name.facility_type == "chokepoint" else "locality", feature="facility",
            )
            for name in reading.names.get(where, ())
            if name.kind == "facility"
            and name.facility_type not in LINES
            and name.latitude is not None
            and name.longitude is not None
            and not any(p.start < name.end and name.start < p.end for p in told)
        ]  # fmt: skip
        everything = [*_without_seats(reading, where, told), *sites]
        found[where] = sorted([*everything, *_untabled(reading, where, everything)], key=lambda p: p.start)
    return found


def _without_seats(reading: Reading, where: Where, told: Sequence[PlaceMatch]) -> list[PlaceMatch]:
    """The places, with a capital that only heads the copy as the seat of its country: the reporters sit there."""
    text = reading.copies[where]
    heads = [] if where == "title" else [p for p in told if p.capital and is_dateline(text, p)]
    if not heads or _HERE.search(text) is not None:
        return list(told)
    return [replace(p, precision="country", feature="seat") if p in heads else p for p in told]


def _untabled(reading: Reading, where: Where, told: Sequence[PlaceMatch]) -> list[PlaceMatch]:
    """Names where a place stands, by their words or by the recogniser, that no table holds."""
    found: list[PlaceMatch] = []
    refs = [r for refs in reading.facilities.values() for r in refs if r.where == where]
    taken = [(x.start, x.end) for x in (*told, *reading.names.get(where, ()), *refs)]
    text = reading.copies[where]
    for held in find_held(text, told):
        if any(s < held.end and held.start < e for s, e in taken):
            continue
        taken.append((held.start, held.end))
        found.append(
            replace(
                held.holder, start=held.start, end=held.end, text=text[held.start : held.end],
                canonical=text[held.start : held.end].title(), label="LOC", feature="held", population=0,
                precision="locality", held_by="country" if held.holder.precision == "country" else "admin1",
            )
        )  # fmt: skip
    for start, end in (*_by_words(text), *_recognised(reading, where)):
        if text[start:end].islower() or any(s < end and start < e for s, e in taken):
            continue
        taken.append((start, end))
        found.append(
            PlaceMatch(
                start=start, end=end, text=text[start:end], label="LOC", canonical=text[start:end], country=None,
                countries=(), latitude=0.0, longitude=0.0, precision="locality", feature="untabled",
            )
        )  # fmt: skip
    return found


def _by_words(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_BEARING, _KIND, _MOORED):
        for match in pattern.finditer(text):
            words = match["name"].split()
            while len(words) > 1 and words[-1] in _WORDS:
                words.pop()
            if words[0] not in _WORDS and words[0].lower() not in DIRECTIONS:
                yield match.start("name"), match.start("name") + len(" ".join(words))


def _recognised(reading: Reading, where: Where) -> Iterator[tuple[int, int]]:
    for index, doc in reading.docs.items():
        sentence: Sentence | None = reading.sentence(index)
        if sentence is None or sentence.where != where or sentence.text.isupper() or sentence.text.islower():
            continue
        for entity in doc.ents:
            root = entity.root
            while root.dep_ == "conj" and root.head.ent_type_ in ("GPE", "LOC", "FAC"):
                root = root.head  # "in Prampram and Dawhenya"
            if entity.label_ not in ("GPE", "LOC", "FAC") or root.dep_ != "pobj" or root.head.lower_ not in _AT:
                continue
            if entity.text[:1].isupper():
                yield sentence.start + entity.start_char, sentence.start + entity.end_char
