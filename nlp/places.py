"""Finds places in a text and says which place of that name is meant, from the whole document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from nlp.place_context import Reader
from nlp.place_names import AT_SEA, Country, CountryName, Region, load_countries, load_regions
from nlp.place_senses import Candidate, Sense
from nlp.placetable import CITY, COUNTY, PlaceTable

FOLDER = Path(__file__).parent / "gazetteers"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMatch:
    """A place or people named in a text; offsets count code points."""

    start: int
    end: int
    text: str
    label: Literal["GPE", "LOC"]
    canonical: str
    country: str | None  # ISO 3166-1 alpha-2; None where shared or at sea
    countries: tuple[str, ...]
    latitude: float
    longitude: float
    precision: Literal["locality", "admin1", "country", "offshore"]
    demonym: bool = False
    admin1: str | None = None  # ISO 3166-2
    population: int = 0
    # Where the coordinates are those of the place that holds this one, their precision; None: its own.
    held_by: Literal["admin1", "country"] | None = None
    feature: str = ""  # city, county, region, country, sea, river ...
    capital: bool = False  # a country's capital


class Places:
    """The world's places by name."""

    def __init__(
        self,
        table: PlaceTable,
        countries: dict[str, Country],
        country_names: dict[str, CountryName],
        regions: dict[str, tuple[Region, bool]],
    ) -> None:
        self.table = table
        self.countries = countries
        self._country_names = country_names
        self._regions = regions

    def find_places(
        self,
        text: str,
        *,
        taken: Sequence[tuple[int, int]] = (),
        entities: Sequence[tuple[int, int, str]] = (),
        hints: Mapping[str, float] = MappingProxyType({}),
    ) -> list[PlaceMatch]:
        """The places of a text in order, without overlap, each resolved with the whole text as context.

        `taken` are spans that belong to other names; `entities` are spans with a recogniser's label, evidence where
        given; `hints` are countries that the text is likely to be about, with their weights:
        1 counts as much as the country's name in the text.
        """
        reader = Reader(self.table, self.countries, self._country_names, self._regions, text, taken, entities, hints)
        return [_match(text, candidate, sense, self.countries) for candidate, sense in reader.read()]


def load_places() -> Places:
    """The packaged places; loaded once a process."""
    return _load()


@lru_cache(maxsize=1)
def _load() -> Places:
    countries, names = load_countries(FOLDER / "countries.csv")
    return Places(PlaceTable(FOLDER / "places.npz"), countries, names, load_regions(FOLDER / "waters.csv"))


def _match(text: str, candidate: Candidate, sense: Sense, countries: dict[str, Country]) -> PlaceMatch:
    label: Literal["GPE", "LOC"] = "GPE"
    precision: Literal["locality", "admin1", "country", "offshore"] = "country"
    feature, population, admin1 = "country", 0, None
    country: str | None = sense.countries[0] if len(sense.countries) == 1 else None
    if sense.region is not None:
        label, feature = "LOC", sense.region.feature
        at_sea = feature in AT_SEA
        precision = "offshore" if at_sea else "admin1"
        country = None if at_sea else country
    elif sense.row is not None:
        precision = "locality" if sense.row.kind in (CITY, COUNTY) else "admin1"
        feature = {CITY: "city", COUNTY: "county"}.get(sense.row.kind, "region")
        population, admin1 = sense.row.population, sense.row.region
    return PlaceMatch(
        start=candidate.start,
        end=candidate.end,
        text=text[candidate.start : candidate.end],
        label=label,
        canonical=sense.name,
        country=country,
        countries=sense.countries,
        latitude=sense.latitude,
        longitude=sense.longitude,
        precision=precision,
        demonym=sense.demonym,
        admin1=admin1,
        population=population,
        feature=feature,
        capital=feature == "city" and country in countries and countries[country].capital == sense.name,
    )
