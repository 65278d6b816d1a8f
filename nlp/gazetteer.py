"""The gazetteer: facilities, organisations and actors by id, and their names found in text."""

from __future__ import annotations

import csv
import gc
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from nlp.folding import fold_key
from nlp.gazetteer_files import add_rows
from nlp.gazetteer_names import first_words, index_body, index_facility
from nlp.gazetteer_rows import (
    ActorEntry,
    Facility,
    GazetteerError,
    Organisation,
    parse_actor,
    parse_facility,
    parse_organisation,
    read_facilities,
    read_rows,
)
from nlp.gazetteer_tables import FacilityTable
from nlp.matching import Found, Kind, NameIndex
from nlp.records import FacilityType

__all__ = [
    "ActorEntry", "Facility", "Gazetteer", "GazetteerError", "NameMatch", "Organisation", "add_rows",
    "load_gazetteer", "parse_facility", "read_facilities",
]  # fmt: skip

FOLDER = Path(__file__).parent / "gazetteers"
_BODY_COLUMNS = ("id", "name", "kind", "country", "aliases", "context")


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
    """Facilities, organisations and actors with their names.

    A facility's names are folded when a text first holds the word that one of them begins with.
    """

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
        self._index = NameIndex(words, self._index_facility)
        self._bodies = {
            fold_key(name.lstrip("~!")) for body in organisations.values() for name in (body.name, *body.aliases)
        }
        self._order: dict[str, int] = {}
        listed = (
            facilities.names()
            if isinstance(facilities, FacilityTable)
            else ((key, ";".join((f.name, *f.aliases))) for key, f in facilities.items())
        )
        for order, (key, names) in enumerate(listed):
            self._order[key] = order
            for word in first_words(names):
                self._index.await_word(word, key)
        for order, organisation in enumerate(organisations.values()):
            index_body(self._index, organisation, "organisation", words, order)
        for order, actor in enumerate(actors.values()):
            index_body(self._index, actor, "actor", words, order)

    def _index_facility(self, key: str) -> None:
        index_facility(self._index, self.facilities[key], self._order[key], self._bodies)

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


def hash_gazetteer(extra: Sequence[Path] = ()) -> str:
    """The version of the gazetteer with these files of a user's own: a hash of all its files."""
    digest = hashlib.blake2b(digest_size=6)
    for path in _files(extra):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _files(extra: Sequence[Path]) -> list[Path]:
    return [FOLDER / "facilities.csv", FOLDER / "organisations.csv", FOLDER / "actors.csv", *extra]


@lru_cache(maxsize=2)
def _load(extra: tuple[tuple[Path, int], ...]) -> Gazetteer:
    files = [path for path, _ in extra]
    collecting = gc.isenabled()
    gc.disable()  # a hundred thousand rows make no garbage, and looking for it takes longer than reading them
    try:
        return _read(files)
    finally:
        if collecting:
            gc.enable()


def _read(extra: Sequence[Path]) -> Gazetteer:
    files = _files(extra)
    facilities = FacilityTable()
    for path in (files[0], *files[3:]):
        facilities.read(path)
    return Gazetteer(
        facilities,
        read_rows(files[1], parse_organisation, _BODY_COLUMNS[:4]),
        read_rows(files[2], parse_actor, _BODY_COLUMNS[:4]),
        version=hash_gazetteer(extra),
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
