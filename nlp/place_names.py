"""Countries, waters and regions by name, state abbreviations, and words that tell a place from a person or a word."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nlp.folding import fold_key, key_variants

AT_SEA = frozenset({"sea", "gulf", "bay", "strait", "ocean"})
# Acronyms that are words or pronouns unless written in capitals.
CAPITALS_ONLY = frozenset("us uk uae usa drc prc rok ksa rsa png nsw act frg dprk pei nwfp kpk".split())

# AP's and the post's abbreviations, read as a state only after a town and a comma.
STATE_ABBREVIATIONS: Mapping[str, str] = {
    "al": "US-AL", "ala": "US-AL", "ak": "US-AK", "az": "US-AZ", "ariz": "US-AZ", "ar": "US-AR", "ark": "US-AR",
    "ca": "US-CA", "calif": "US-CA", "co": "US-CO", "colo": "US-CO", "ct": "US-CT", "conn": "US-CT", "de": "US-DE",
    "del": "US-DE", "dc": "US-DC", "d c": "US-DC", "fl": "US-FL", "fla": "US-FL", "ga": "US-GA", "hi": "US-HI",
    "id": "US-ID", "il": "US-IL", "ill": "US-IL", "in": "US-IN", "ind": "US-IN", "ia": "US-IA", "ks": "US-KS",
    "kan": "US-KS", "ky": "US-KY", "la": "US-LA", "me": "US-ME", "md": "US-MD", "ma": "US-MA", "mass": "US-MA",
    "mi": "US-MI", "mich": "US-MI", "mn": "US-MN", "minn": "US-MN", "ms": "US-MS", "miss": "US-MS", "mo": "US-MO",
    "mt": "US-MT", "mont": "US-MT", "ne": "US-NE", "neb": "US-NE", "nv": "US-NV", "nev": "US-NV", "nh": "US-NH",
    "n h": "US-NH", "nj": "US-NJ", "n j": "US-NJ", "nm": "US-NM", "n m": "US-NM", "ny": "US-NY", "n y": "US-NY",
    "nc": "US-NC", "n c": "US-NC", "nd": "US-ND", "n d": "US-ND", "oh": "US-OH", "ok": "US-OK", "okla": "US-OK",
    "or": "US-OR", "ore": "US-OR", "pa": "US-PA", "ri": "US-RI", "r i": "US-RI", "sc": "US-SC", "s c": "US-SC",
    "sd": "US-SD", "s d": "US-SD", "tn": "US-TN", "tenn": "US-TN", "tx": "US-TX", "tex": "US-TX", "ut": "US-UT",
    "vt": "US-VT", "va": "US-VA", "wa": "US-WA", "wash": "US-WA", "wv": "US-WV", "w va": "US-WV", "wi": "US-WI",
    "wis": "US-WI", "wy": "US-WY", "wyo": "US-WY", "ont": "CA-ON", "que": "CA-QC", "b c": "CA-BC", "bc": "CA-BC",
    "alta": "CA-AB", "man": "CA-MB", "sask": "CA-SK", "n s": "CA-NS", "n b": "CA-NB", "on": "CA-ON", "qc": "CA-QC",
    "ab": "CA-AB", "nsw": "AU-NSW", "qld": "AU-QLD", "vic": "AU-VIC",
}  # fmt: skip

# Abbreviations that are words in copy without lower case.
WORDLIKE_STATES = frozenset("in or me hi oh co ok id de al ma pa la on act bc".split())
LOCATING = frozenset(
    "in near at from outside around off across between via into through inside towards toward throughout within".split()
)
WEAK_LOCATING = frozenset("to of for over leaving reached reach by on along and".split())
FILLERS = frozenset(
    "the northern southern eastern western central north south east west northeast northwest southeast "
    "southwest northeastern northwestern southeastern southwestern downtown greater upper lower rural nearby "
    "neighbouring neighboring coastal city town port village district capital suburb of oil rich war torn far "
    "mainland".split()
)
TITLES = frozenset(
    "mr mrs ms miss dr sir lord lady president premier chancellor minister secretary senator sen rep "
    "congressman congresswoman governor gov mayor judge justice general gen colonel col captain capt major maj "
    "lieutenant lt sergeant sgt officer constable professor prof king queen prince princess sheikh sheik "
    "ayatollah imam pope bishop rev reverend pastor chief spokesman spokeswoman spokesperson ceo director "
    "analyst coach detective inspector superintendent commander admiral ambassador".split()
)
# After a place's name: the name belongs to something else (a newspaper, a university, a brand).
OTHER_THINGS = frozenset(
    "times post journal chronicle globe herald tribune gazette news telegraph guardian mail sun star press "
    "review observer university college institute bank airlines airways air motors instruments united fc rovers "
    "wanderers athletic club rangers bulls bears cowboys raiders lakers rockets giants tigers oilers flames "
    "capital partners holdings inc corp corporation ltd llc plc group company co energy petroleum oil gas power "
    "electric resources pipeline exchange intermediate light sweet crude blend protocol agreement accord treaty "
    "convention declaration act virus fever flu influenza disease syndrome marathon derby bridge".split()
)
# Short words that stand inside names, and words that open none.
SMALL = frozenset("al el an as ar ad ash the de la le les los las san st saint port n l s".split())
STOP = frozenset(
    "the a an of in on at to for by with and or but not is are was were be been has had have he she it they we "
    "you i who this that these those there here as from after before over under about into out up down more "
    "most all one two three mr mrs ms dr monday tuesday wednesday thursday friday saturday sunday january "
    "february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec today yesterday man general police gas energy power oil new many much some any god "
    "media march university union christian muslim islamic democrat republican liberal labour labor "
    "conservative national international".split()
)
# Regions' names that are mostly plain words: only with a noun or a country beside them ("Plateau state").
DIRECTIONS = frozenset(
    "northern southern eastern western central north south east west northeast northwest southeast southwest "
    "midland midlands plateau capital centre center interior coast littoral highlands upper lower middle rivers "
    "delta river lake lakes islands island jewish atlantic pacific union federal national new metropolitan "
    "independence liberty victory progress republic salt hope bank".split()
) | {
    "north west", "north east", "south west", "south east", "north western", "north eastern", "south western",
    "south eastern",
    "far north", "north central", "south central", "central river", "upper river", "cross river",
}  # fmt: skip
REGION_NOUNS = frozenset(
    "state region province oblast krai governorate department prefecture district county republic territory "
    "emirate canton provinces states regions".split()
)
PLACE_NOUNS = REGION_NOUNS | frozenset(
    "city town village area municipality suburb airport port harbour harbor island islands peninsula valley "
    "metropolitan borough coast border".split()
)


@dataclass(frozen=True, slots=True)
class Country:
    code: str
    name: str
    latitude: float
    longitude: float
    capital: str


@dataclass(frozen=True, slots=True)
class Region:
    """A sea, river, desert, continent or other stretch of the earth that is no country's part alone."""

    name: str
    feature: str
    latitude: float
    longitude: float
    countries: tuple[str, ...]


CountryName = tuple[Country, Literal["name", "demonym"], bool]  # the last: only with evidence beside it


def load_countries(path: Path) -> tuple[dict[str, Country], dict[str, CountryName]]:
    """Countries by code, and by folded name, alias and demonym."""
    countries: dict[str, Country] = {}
    names: dict[str, CountryName] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            country = Country(row["code"], row["name"], float(row["latitude"]), float(row["longitude"]), row["capital"])
            countries[country.code] = country
            for name in (row["name"], *_split(row["aliases"])):
                for key in key_variants(_bare(name)):
                    names.setdefault(key, (country, "name", name.endswith("~")))
            for name in _split(row["demonyms"]):
                key = fold_key(name)
                names.setdefault(key, (country, "demonym", name.endswith("~")))
                if not key.endswith(("s", "sh", "ch", "ese", "ss")):
                    names.setdefault(key + "s", (country, "demonym", name.endswith("~")))
    return countries, names


def load_regions(path: Path) -> dict[str, tuple[Region, bool]]:
    """Waters and other regions by folded name; the flag: only with evidence beside it."""
    names: dict[str, tuple[Region, bool]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            region = Region(
                row["name"],
                row["feature"],
                float(row["latitude"]),
                float(row["longitude"]),
                tuple(_split(row["countries"])),
            )
            for name in (row["name"], *_split(row["aliases"])):
                for key in key_variants(_bare(name)):
                    names.setdefault(key, (region, name.endswith("~")))
    return names


def _bare(name: str) -> str:
    """A name without its article and its mark of caution."""
    name = name.rstrip("~")
    return name[4:] if name[:4].lower() == "the " else name


def _split(cell: str) -> list[str]:
    return [p for part in cell.split(";") if (p := part.strip())]
