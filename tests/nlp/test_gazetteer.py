"""The packaged gazetteer's rows, and a user's own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from nlp.gazetteer import FOLDER, GazetteerError, add_rows, load_gazetteer, parse_facility, read_facilities
from nlp.gazetteer_rows import FACILITY_TYPES
from nlp.places import load_places

ROW = {
    "id": "arrow-depot", "name": "Arrow fuel depot", "facility_type": "fuel_depot", "countries": "KE",
    "latitude": "-1.3", "longitude": "36.8", "coordinate_precision": "site",
    "aliases": "Arrowdepo;Arrow tank farm", "capacity": "5000",
    "capacity_unit": "m3",
}  # fmt: skip
# Lie so far from any town that the nearest one says nothing: deserts, the Arctic, the open sea.
REMOTE_KM = 600
SEA_TYPES = {"platform", "oil_field", "gas_field", "cable", "oil_pipeline", "gas_pipeline", "chokepoint",
             "transmission_line",
             "wind_or_solar", "lng_terminal", "oil_terminal"}  # fmt: skip


def test_gazetteer_is_large_and_its_types_are_the_design_s() -> None:
    gazetteer = load_gazetteer()
    assert len(gazetteer.facilities) >= 1_400
    assert len(gazetteer.organisations) >= 450
    assert len(gazetteer.actors) >= 200
    assert {f.facility_type for f in gazetteer.facilities.values()} <= FACILITY_TYPES
    assert len(gazetteer.version) == 12


def test_nuclear_plants_cover_every_country_that_runs_one() -> None:
    running = set(
        "AM AR BE BG BR BY CA CH CN CZ ES FI FR GB HU IN IR JP KR MX NL PK RO RU SE SI SK TW UA US ZA AE".split()
    )
    found = {c for f in load_gazetteer().facilities.values() if f.facility_type == "nuclear_plant" for c in f.countries}
    assert running <= found


def test_facilities_on_land_lie_near_a_town_of_a_country_they_list() -> None:
    places = load_places()
    far = []
    for facility in load_gazetteer().facilities.values():
        if facility.latitude is None or facility.longitude is None:
            continue
        assert facility.countries, facility.id
        assert all(c in places.countries for c in facility.countries), facility.id
        towns = [places.nearest_town(facility.latitude, facility.longitude, c) for c in facility.countries]
        nearest = min((t[0] for t in towns if t is not None), default=0.0)
        limit = REMOTE_KM if facility.facility_type in SEA_TYPES or facility.coordinate_precision == "region" else 130
        if nearest > limit:
            far.append((facility.id, round(nearest)))
    # The Algerian and Australian deserts, the Omani coast and the Ethiopian border have no town within 130 km.
    assert {i for i, _ in far} <= {"in-amenas-gas-plant", "moomba-gas-plant", "duqm-refinery", "duqm-port"}, far


def test_towns_of_other_countries_are_not_much_nearer_than_the_listed_one() -> None:
    places = load_places()
    neighbours = (
        "RU",
        "UA",
        "KZ",
        "IQ",
        "IR",
        "SA",
        "SY",
        "TR",
        "DE",
        "PL",
        "FR",
        "US",
        "CA",
        "MX",
        "CN",
        "IN",
        "PK",
        "LY",
        "NG",
    )
    wrong = []
    for facility in load_gazetteer().facilities.values():
        if facility.coordinate_precision == "region" or facility.latitude is None or facility.longitude is None:
            continue
        own = min(
            t[0] for c in facility.countries if (t := places.nearest_town(facility.latitude, facility.longitude, c))
        )
        if own <= 30:
            continue
        for country in neighbours:
            other = places.nearest_town(facility.latitude, facility.longitude, country)
            if country not in facility.countries and other is not None and other[0] < own - 30:
                wrong.append((facility.id, country, round(own), round(other[0])))
    assert wrong == []


def test_no_alias_is_given_to_two_facilities_of_one_type() -> None:
    claims: Counter[tuple[str, str]] = Counter()
    for facility in load_gazetteer().facilities.values():
        for name in {n.lstrip("~!").casefold() for n in (facility.name, *facility.aliases)}:
            claims[name, facility.facility_type] += 1
    assert [c for c, n in claims.items() if n > 1] == []


def test_a_user_s_file_joins_the_packaged_rows(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    assert [f.id for f in add_rows(path, [ROW])] == ["arrow-depot"]
    add_rows(path, [{**ROW, "id": "second-depot", "name": "Second fuel depot", "aliases": ""}])
    gazetteer = load_gazetteer([path])
    assert [m.id for m in gazetteer.find_names("Flames at the Arrow fuel depot and the Second fuel depot.")] == [
        "arrow-depot",
        "second-depot",
    ]
    assert gazetteer.version != load_gazetteer().version
    assert read_facilities(path)["arrow-depot"].capacity == 5000


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"id": "Arrow Depot"}, "id"), ({"name": " "}, "name"), ({"facility_type": "castle"}, "facility_type"),
        ({"countries": "Kenya"}, "countries"), ({"latitude": "95"}, "latitude"), ({"latitude": "north"}, "latitude"),
        ({"longitude": ""}, "latitude"), ({"coordinate_precision": "exact"}, "coordinate_precision"),
        ({"capacity_unit": ""}, "capacity"), ({"capacity_unit": "gallons"}, "capacity_unit"),
        ({"capacity": "nan"}, "capacity"),
    ],
)  # fmt: skip
def test_bad_cell_is_named_with_file_line_and_column(change: dict[str, str], column: str, tmp_path: Path) -> None:
    with pytest.raises(GazetteerError) as error:
        parse_facility({**ROW, **change}, tmp_path / "mine.csv", 7)
    assert (error.value.column, error.value.line) == (column, 7)
    assert "mine.csv, line 7, column" in str(error.value)


def test_bad_files_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    add_rows(path, [ROW])
    before = path.read_bytes()
    with pytest.raises(GazetteerError, match="used already"):
        add_rows(path, [{**ROW, "id": "fresh"}, ROW])
    assert path.read_bytes() == before
    path.write_bytes(before + b"arrow-depot,Again,fuel_depot,KE,1,1,site\n")
    with pytest.raises(GazetteerError, match="line 3, column id: 'arrow-depot' is used twice"):
        read_facilities(path)
    path.write_text("id,name\na,b\n")
    with pytest.raises(GazetteerError, match="line 1, column facility_type"):
        read_facilities(path)
    path.write_bytes(b"id,name,facility_type,countries,latitude,longitude\nx,\xff,port,KE,1,1\n")
    with pytest.raises(GazetteerError, match="line 2, column id: not UTF-8"):
        read_facilities(path)


def test_every_data_file_is_described() -> None:
    described = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    assert [p.name for p in FOLDER.iterdir() if p.suffix in (".csv", ".npz") and f"`{p.name}`" not in described] == []
