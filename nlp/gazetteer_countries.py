"""Countries as tables tell them: names, other spellings and codes become ISO 3166-1 alpha-2 codes."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import pycountry

from nlp.folding import fold_key
from nlp.gazetteer_layouts import told

_FOLDER = Path(__file__).parent / "gazetteers"


def read_countries(row: Mapping[str, str], columns: Sequence[str]) -> list[str]:
    """The codes of the countries in some columns of a line; raises ValueError where there is none that is known."""
    found: list[str] = []
    unknown = ""
    for column in columns:
        cell = told(row, (column,))
        if not cell or (found and column in ("country", "startcountry", "startcountryorarea")):
            continue
        for name in _split_countries(cell):
            code = country_code(name)
            if code is None:
                unknown = unknown or name
            elif code not in found:
                found.append(code)
    if not found:
        raise ValueError(f"country {unknown!r} is not known" if unknown else "the country is missing")
    return found


def _split_countries(cell: str) -> list[str]:
    if country_code(cell) is not None:
        return [cell]
    for mark in (";", ",", "/", "-"):
        parts = [part.strip() for part in cell.split(mark) if part.strip()]
        if len(parts) > 1 and country_code(parts[0]) is not None:
            return parts
    return [cell]


@lru_cache(maxsize=4096)
def country_code(text: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country told by name, alias, alpha-2 or alpha-3 code; None where unknown."""
    text = text.strip()
    codes = _country_names()
    if len(text) == 2 and text.isalpha() and text.upper() in codes.values():
        return text.upper()
    if len(text) == 3 and text.isalpha() and text.isupper():
        found = pycountry.countries.get(alpha_3=text)
        if found is not None:
            return str(found.alpha_2)
    folded = fold_key(text)
    return codes.get(folded) or codes.get(folded.removeprefix("the "))


@lru_cache(maxsize=1)
def _country_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for country in pycountry.countries:
        for told_name in ("name", "official_name", "common_name"):
            if name := getattr(country, told_name, None):
                names.setdefault(fold_key(name), country.alpha_2)
                names.setdefault(fold_key(name.partition(",")[0]), country.alpha_2) if told_name == "name" else None
    with (_FOLDER / "countries.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for name in (row["name"], *row["aliases"].split(";")):
                if key := fold_key(name.strip("~!")):
                    names[key] = row["code"]
    for name, code in _TRACKER_SPELLINGS.items():
        names[fold_key(name)] = code
    return names


# Spellings of the trackers that the lists of countries lack.
_TRACKER_SPELLINGS = {
    "DR Congo": "CD", "Democratic Republic of the Congo": "CD", "Republic of the Congo": "CG", "Congo": "CG",
    "Cote DIvoire": "CI", "Cote d'Ivoire": "CI", "Ivory Coast": "CI", "Macedonia": "MK", "Swaziland": "SZ",
    "Burma": "MM", "Cape Verde": "CV", "Czech Republic": "CZ", "Korea": "KR", "Macao": "MO", "Macau": "MO",
    "Kosovo": "XK", "East Timor": "TL", "Turkey": "TR", "Palestine": "PS", "Micronesia": "FM", "South Korea": "KR",
    "North Korea": "KP", "Bonaire, Sint Eustatius, and Saba": "BQ", "Virgin Islands (U.S.)": "VI",
    "Virgin Islands (British)": "VG", "Saint Martin (French part)": "MF", "Russia": "RU", "Iran": "IR", "Syria": "SY",
}  # fmt: skip


def check_codes(codes: Sequence[str]) -> None:
    """Raises ValueError for a code that is no country's."""
    for code in codes:
        if country_code(code) != code:
            raise ValueError(f"countries: {code!r} is not a country's code")
