"""The gazetteer: facilities, organisations and actors by id, and their names found in text."""

from __future__ import annotations

import csv
import gc
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from nlp.facility_heads import strip_head
from nlp.folding import fold_key, key_variants
from nlp.gazetteer_rows import (
    ActorEntry,
    Facility,
    GazetteerError,
    Organisation,
    add_rows,
    parse_actor,
    parse_facility,
    parse_organisation,
    read_facilities,
    read_rows,
)
from nlp.matching import Found, Kind, NameIndex, Sense, Strength
from nlp.records import FacilityType

__all__ = [
    "ActorEntry", "Facility", "Gazetteer", "GazetteerError", "NameMatch", "Organisation", "add_rows",
    "load_gazetteer", "parse_facility", "read_facilities",
]  # fmt: skip

FOLDER = Path(__file__).parent / "gazetteers"
_BODY_COLUMNS = ("id", "name", "kind", "country", "aliases", "context")
# Types whose facilities bear names of their own; the others are mostly called after the town beside them.
_OWN_NAMES = frozenset(
    "oil_pipeline gas_pipeline product_pipeline cable transmission_line platform oil_field gas_field chokepoint".split()
)
_SHORT = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class NameMatch:
    """A name of the gazetteer in a text; offsets count code points."""

    start: int
    end: int
    text: str
    kind: Kind
    id: str
    canonical: str
    facility_type: FacilityType | None = None
    countries: tuple[str, ...] = ()
    country: str | None = None  # of an organisation or actor; of a facility that lies in one country
    latitude: float | None = None
    longitude: float | None = None
    entry_kind: str | None = None  # kind of an organisation or actor


class Gazetteer:
    """Facilities, organisations and actors with their names."""

    def __init__(
        self,
        facilities: Mapping[str, Facility],
        organisations: Mapping[str, Organisation],
        actors: Mapping[str, ActorEntry],
        *,
        version: str = "unversioned",
        country_words: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self.facilities = facilities
        self.organisations = organisations
        self.actors = actors
        self.version = version
        words = country_words or {}
        self._index = NameIndex(words)
        bodies = {fold_key(name.lstrip("~!")) for body in organisations.values() for name in (body.name, *body.aliases)}
        for facility in facilities.values():
            _index_facility(self._index, facility, bodies)
        for organisation in organisations.values():
            _index_body(self._index, organisation, "organisation", words)
        for actor in actors.values():
            _index_body(self._index, actor, "actor", words)

    def find_names(self, text: str) -> list[NameMatch]:
        """The names in a text, in order, without overlap, senses resolved with the whole text as context."""
        return [self._match(text, found) for found in self._index.find(text)]

    def _match(self, text: str, found: Found) -> NameMatch:
        sense = found.sense
        if sense.kind == "facility":
            facility = self.facilities[sense.id]
            return NameMatch(
                start=found.start,
                end=found.end,
                text=text[found.start : found.end],
                kind="facility",
                id=facility.id,
                canonical=facility.name,
                facility_type=facility.facility_type,
                countries=facility.countries,
                country=facility.countries[0] if len(facility.countries) == 1 else None,
                latitude=facility.latitude,
                longitude=facility.longitude,
            )
        body = self.organisations[sense.id] if sense.kind == "organisation" else self.actors[sense.id]
        return NameMatch(
            start=found.start,
            end=found.end,
            text=text[found.start : found.end],
            kind=sense.kind,
            id=body.id,
            canonical=body.name,
            countries=(body.country,) if body.country else (),
            country=body.country,
            entry_kind=body.kind,
        )


def load_gazetteer(extra: Sequence[Path] = ()) -> Gazetteer:
    """The packaged gazetteer with a user's own facility files after it; a repeated id replaces the packaged row."""
    return _load(tuple((path, path.stat().st_mtime_ns) for path in extra))


@lru_cache(maxsize=2)
def _load(extra: tuple[tuple[Path, int], ...]) -> Gazetteer:
    files = [
        FOLDER / "facilities.csv",
        FOLDER / "organisations.csv",
        FOLDER / "actors.csv",
        *(path for path, _ in extra),
    ]
    collecting = gc.isenabled()
    gc.disable()  # a hundred thousand rows make no garbage, and looking for it takes longer than reading them
    try:
        return _read(files)
    finally:
        if collecting:
            gc.enable()


def _read(files: Sequence[Path]) -> Gazetteer:
    digest = hashlib.blake2b(digest_size=6)
    for path in files:
        digest.update(path.read_bytes())
    facilities = read_facilities(files[0])
    for path in files[3:]:
        facilities.update(read_facilities(path))
    return Gazetteer(
        facilities,
        read_rows(files[1], parse_organisation, _BODY_COLUMNS[:4]),
        read_rows(files[2], parse_actor, _BODY_COLUMNS[:4]),
        version=digest.hexdigest(),
        country_words=_read_country_words(FOLDER / "countries.csv"),
    )


def _read_country_words(path: Path) -> dict[str, tuple[str, ...]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: tuple(
                fold_key(n) for n in (row["name"], *row["demonyms"].split(";")) if n and not n.endswith("~")
            )
            for row in csv.DictReader(file)
        }


def _index_facility(index: NameIndex, facility: Facility, bodies: set[str]) -> None:
    context, against = _contexts(facility.context) if facility.context else ((), ())
    exact = {alias[1:] for alias in facility.aliases if alias[0] == "!"}
    senses: dict[tuple[Strength, bool], Sense] = {}

    def sense(strength: Strength, acronym: bool = False) -> Sense:
        made = senses.get((strength, acronym))
        if made is None:
            made = senses[strength, acronym] = Sense(
                "facility", facility.id, strength, facility.facility_type, facility.countries, acronym, context, against
            )
        return made

    own = facility.facility_type in _OWN_NAMES
    for position, alias in enumerate((facility.name, *facility.aliases)):
        mark, name = (alias[0], alias[1:]) if alias[0] in "~!" else ("", alias)
        for key in (fold_key(name),) if name.isascii() and "'" not in name else sorted(key_variants(name)):
            words = key.split()
            core = strip_head(words)
            acronym = len(name) < _SHORT and len(words) == 1 and name.isupper()
            strength: Strength = "strong"
            if mark == "~":
                strength = "weak"
            elif mark != "!" and len(words) == 1:
                named = own and position > 0 and len(key) >= _SHORT
                strength = "strong" if named else "weak" if acronym else "core"
            index.add_key(key, sense(strength, acronym))
            # "North Sea Link" says nothing of other North Sea cables, nor "Motiva refinery" of Motiva's other plants.
            if len(core) < len(words) and name not in exact and (bare := " ".join(core)) not in bodies:
                index.add_key(bare, sense("core"))


def _index_body(
    index: NameIndex, body: Organisation | ActorEntry, kind: Kind, country_words: Mapping[str, tuple[str, ...]]
) -> None:
    context, against = _contexts(body.context)
    countries = (body.country,) if body.country else ()
    names = (body.name, *body.aliases)
    # A short acronym means this body where the document spells it out or is about its country.
    told = (*(fold_key(n) for n in names if " " in n), *country_words.get(body.country or "", ()))
    for alias in names:
        mark, name = (alias[0], alias[1:]) if alias[0] in "~!" else ("", alias)
        acronym = name.isupper() and len(name) < _SHORT and " " not in name
        weak = mark == "~" or (acronym and not mark and body.country is not None and len(name) < _SHORT - 1)
        speaking = context if context or mark == "~" else told if weak else ()
        strength: Strength = "weak" if weak else "strong"
        index.add(name, Sense(kind, body.id, strength, body.kind, countries, acronym, speaking, against))


def _contexts(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    speaking = tuple(fold_key(w) for w in words if not w.startswith("-"))
    return speaking, tuple(fold_key(w[1:]) for w in words if w.startswith("-"))
