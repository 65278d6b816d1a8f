"""The packaged gazetteer's rows, and a user's own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from nlp.gazetteer import FOLDER, GazetteerError, add_rows, load_gazetteer, parse_facility, read_facilities
from nlp.gazetteer_rows import FACILITY_TYPES
from nlp.outlines import load_outlines

ROW = {
    "id": "arrow-depot", "name": "Arrow fuel depot", "facility_type": "fuel_depot", "countries": "KE",
    "latitude": "-1.3", "longitude": "36.8", "coordinate_precision": "site",
    "aliases": "Arrowdepo;Arrow tank farm", "capacity": "5000",
    "capacity_unit": "m3",
}  # fmt: skip
NEAR_KM = 30
# The exclusive economic zone reaches 200 nautical miles from the coast (UNCLOS, article 57).
ZONE_KM = 370.4
# What may stand, run or lie at sea: there, and only there, the zone is the limit.
SEA_TYPES = {"platform", "cable", "oil_field", "gas_field", "chokepoint", "wind_or_solar", "oil_pipeline",
             "gas_pipeline"}  # fmt: skip
# Terminals and plants that float or stand in the sea, or on islands smaller than the outlines show.
AT_SEA = {"prelude-flng", "coral-south-flng", "greater-tortue-ahmeyim", "cayo-arcas-terminal", "okono-terminal",
          "odudu-terminal", "basra-oil-terminal", "khor-al-amaya-terminal", "das-island", "zirku-island",
          "halul-island", "st-eustatius-terminal"}  # fmt: skip


def test_gazetteer_is_large_and_its_types_are_the_design_s() -> None:
    gazetteer = load_gazetteer()
    assert len(gazetteer.facilities) >= 2_300
    assert len(gazetteer.organisations) >= 740
    assert len(gazetteer.actors) >= 400
    assert {f.facility_type for f in gazetteer.facilities.values()} <= FACILITY_TYPES
    assert len(gazetteer.version) == 12


def test_nuclear_plants_cover_every_country_that_runs_one() -> None:
    running = set(
        "AM AR BE BG BR BY CA CH CN CZ ES FI FR GB HU IN IR JP KR MX NL PK RO RU SE SI SK TW UA US ZA AE".split()
    )
    found = {c for f in load_gazetteer().facilities.values() if f.facility_type == "nuclear_plant" for c in f.countries}
    assert running <= found


def test_facilities_lie_in_or_within_thirty_kilometres_of_a_country_that_they_list() -> None:
    outlines = load_outlines()
    far = []
    for facility in load_gazetteer().facilities.values():
        if facility.latitude is None or facility.longitude is None:
            continue
        assert facility.countries, facility.id
        away = [outlines.distance(facility.latitude, facility.longitude, code) for code in facility.countries]
        nearest = min((km for km in away if km is not None), default=None)
        if nearest is None:
            assert facility.id in AT_SEA, facility.id
        elif nearest > NEAR_KM:
            offshore = facility.facility_type in SEA_TYPES or facility.id in AT_SEA
            on_land = sorted(outlines.countries_at(facility.latitude, facility.longitude))
            if not offshore or nearest > ZONE_KM or on_land:
                far.append((facility.id, round(nearest), on_land))
    assert far == []


def test_no_alias_is_given_to_two_facilities_of_one_type_and_country() -> None:
    claims: Counter[tuple[str, str, tuple[str, ...]]] = Counter()
    for facility in load_gazetteer().facilities.values():
        for name in {n.lstrip("~!").casefold() for n in (facility.name, *facility.aliases)}:
            claims[name, facility.facility_type, facility.countries] += 1
    assert [c for c, n in claims.items() if n > 1] == []


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("A fire broke out at the Shuaiba refinery, the oil ministry in Kuwait said.", "KW"),
        ("A rocket hit the Shuaiba refinery in Iraq's Basra province.", "IQ"),
    ],
)
def test_of_two_works_of_one_name_the_one_in_the_country_that_is_named_is_meant(text: str, country: str) -> None:
    assert [m.countries for m in load_gazetteer().find_names(text) if m.kind == "facility"] == [(country,)]


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
