"""Foreign facility tables: recognised by their headers, units folded, bad lines told."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.gazetteer import load_gazetteer
from nlp.gazetteer_countries import country_code
from nlp.gazetteer_files import Merged, merge_facilities
from nlp.gazetteer_import import ForeignTable, read_foreign
from nlp.gazetteer_rows import FACILITY_COLUMNS, Facility, GazetteerError, read_facilities

COAL = {
    "GEM unit/phase ID": "G100000100001", "GEM location ID": "L100000100100", "Country/Area": "Kazakhstan",
    "Plant name": "Karaberek power station", "Unit name": "Unit 1", "Plant name (other)": "Karaberek GRES, Ka",
    "Plant name (local)": "Караберек", "Owner": "Saryarka Power [60%]; State [40%]", "Parent": "State [100%]",
    "Capacity (MW)": "500", "Status": "operating", "Combustion technology": "subcritical", "Coal type": "lignite",
    "Location": "Karaberek", "Latitude": "50.1", "Longitude": "75.2", "Location accuracy": "approximate",
}  # fmt: skip
OIL_AND_GAS = {
    "GEM location ID": "L700", "GEM unit ID": "G701", "Country/Area": "Türkiye", "Plant name": "Yelkaya",
    "Unit name": "1", "Other Name(s)": "", "Fuel": "fossil gas: natural gas", "Capacity (MW)": "120.5",
    "Status": "operating", "Turbine/Engine Technology": "combined cycle", "Owner(s)": "Yelkaya AS", "Operator(s)": "",
    "City": "Yelkaya", "Latitude": "39", "Longitude": "35", "Location accuracy": "exact",
}  # fmt: skip
PIPELINE = {
    "PipelineName": "Qarabulaq-Mirzaev Gas Pipeline", "SegmentName": "Main Line", "ProjectID": "P0101",
    "Status": "operating", "Fuel": "Gas", "Countries": "Uzbekistan, Kazakhstan", "Owner": "unknown [unknown %]",
    "Parent": "", "StartYear1": "2001", "Capacity": "3", "CapacityUnits": "bcm/y", "CapacityBcm/y": "3",
    "OtherEnglishNames": "Southern Loop Line; II", "WKTFormat": "LINESTRING (60.1 41.2, 61 42, 62 43)",
}  # fmt: skip
LNG = {
    "TerminalID": "T1234", "ProjectID": "T1234", "TerminalName": "Lakeside Bay LNG Terminal", "UnitName": "T1",
    "OtherNames": "LBLNG, Lakeside Bay FSRU", "FacilityType": "export", "Status": "operating", "Fuel": "LNG",
    "Country/Area": "United States", "Owner": "Lakeside Energy", "Capacity": "4.5", "CapacityUnits": "mtpa",
    "CapacityInMtpa": "4.5", "Latitude": "29.9", "Longitude": "-93.9", "Location": "Port Lakeside",
}  # fmt: skip
EXTRACTION = {
    "Project ID": "L80", "Project Name": "Ostrovoye Gas Project (Yamalo-Nenets, Russia)", "Fuel type": "gas",
    "Country/Area": "Russia", "Status": "operating", "Discovery year": "1980", "Production start year": "1990",
    "Operator": "Gazprom", "Latitude": "66", "Longitude": "77",
}  # fmt: skip
NUCLEAR = {
    "GEM location ID": "L90", "GEM unit ID": "G91", "Country/Area": "France", "Project Name": "Valbrune",
    "Unit Name": "1", "Capacity (MW)": "900", "Status": "operating", "Reactor Type": "PWR", "Owner": "EDF",
    "Latitude": "46", "Longitude": "4", "Location Accuracy": "exact",
}  # fmt: skip
HYDRO = {
    "GEM location ID": "L95", "Country/Area 1": "Brazil", "Country/Area 2": "Paraguay", "Project Name": "Itaverde",
    "Other Name(s)": "Itaverde Binacional", "Binational": "yes", "Capacity (MW)": "900", "Status": "operating",
    "River / Watercourse": "Verde", "Technology Type": "conventional storage", "Latitude": "-25", "Longitude": "-54.5",
}  # fmt: skip
WIND = {
    "GEM location ID": "L97", "GEM phase ID": "G98", "Country/Area": "Spain", "Project Name": "Sierra Alba",
    "Phase Name": "I", "Capacity (MW)": "50", "Installation Type": "onshore", "Status": "operating",
    "Latitude": "40", "Longitude": "-3",
}  # fmt: skip
SOLAR = {
    "GEM location ID": "L99", "GEM phase ID": "G99", "Country/Area": "India", "Project Name": "Rajgarh Sands",
    "Phase Name": "I", "Capacity (MW)": "50", "Capacity Rating": "MWac", "Technology Type": "PV",
    "Status": "operating", "Latitude": "27", "Longitude": "72",
}  # fmt: skip
INTEGRATED = {
    "Type": "hydropower", "Country/area": "Nepal", "Plant / Project name": "Upper Sunder", "Unit / Phase name": "",
    "Capacity (MW)": "60", "Status": "operating", "Technology": "run-of-river", "Fuel": "", "Owner": "NEA",
    "Latitude": "28", "Longitude": "84", "GEM location ID": "L55", "GEM unit/phase ID": "G55",
}  # fmt: skip
GPPD = {
    "country": "AFG", "country_long": "Afghanistan", "name": "Chakan Hydroelectric Power Plant Afghanistan",
    "gppd_idnr": "GEODB0040538", "capacity_mw": "33.0", "latitude": "32.322", "longitude": "65.119",
    "primary_fuel": "Hydro", "other_fuel1": "", "commissioning_year": "", "owner": "", "source": "GEODB", "url": "",
}  # fmt: skip
Row = Mapping[str, str]


def write(path: Path, rows: Sequence[Row], *, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    target = io.StringIO()
    writer = csv.DictWriter(target, list(rows[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(target.getvalue().encode(encoding))
    return path


def read(tmp_path: Path, *rows: Row) -> ForeignTable:
    return read_foreign(write(tmp_path / "table.csv", rows))


@pytest.mark.parametrize(
    ("row", "title", "facility"),
    [
        (COAL, "Global Coal Plant Tracker", ("gem-l100000100100", "Karaberek power station", "power_plant", "KZ")),
        (OIL_AND_GAS, "Global Oil and Gas Plant Tracker", ("gem-l700", "Yelkaya power station", "power_plant", "TR")),
        (PIPELINE, "pipelines", ("gem-qarabulaq-mirzaev-gas-pipeline", "Qarabulaq-Mirzaev Gas Pipeline",
                                 "gas_pipeline", "UZ;KZ")),
        (LNG, "LNG terminals", ("gem-t1234", "Lakeside Bay LNG Terminal", "lng_terminal", "US")),
        (EXTRACTION, "Extraction", ("gem-l80", "Ostrovoye field", "gas_field", "RU")),
        (NUCLEAR, "Nuclear", ("gem-l90", "Valbrune nuclear power plant", "nuclear_plant", "FR")),
        (HYDRO, "Hydropower", ("gem-l95", "Itaverde hydropower plant", "hydro_dam", "BR;PY")),
        (WIND, "Wind", ("gem-l97", "Sierra Alba wind farm", "wind_or_solar", "ES")),
        (SOLAR, "Solar", ("gem-l99", "Rajgarh Sands solar farm", "wind_or_solar", "IN")),
        (INTEGRATED, "Integrated", ("gem-l55", "Upper Sunder hydropower plant", "hydro_dam", "NP")),
        (GPPD, "Global Power Plant Database", ("gppd-geodb0040538", "Chakan Hydroelectric Power Plant", "hydro_dam",
                                               "AF")),
    ],
)  # fmt: skip
def test_public_layouts_are_known_by_their_headers(
    row: Row, title: str, facility: tuple[str, str, str, str], tmp_path: Path
) -> None:
    table = read(tmp_path, row)
    assert title in table.title
    assert table.bad == ()
    (found,) = table.facilities
    assert (found.id, found.name, found.facility_type, ";".join(found.countries)) == facility
    assert "CC BY 4.0" in found.source
    assert found.imported


def test_case_spaces_and_order_of_a_header_do_not_matter(tmp_path: Path) -> None:
    shuffled = {key.upper().replace(" ", "_"): cell for key, cell in reversed(COAL.items())}
    assert read(tmp_path, shuffled).facilities == read(tmp_path, COAL).facilities


@pytest.mark.parametrize(("fuel", "expected"), [
    ("Oil", "oil_pipeline"), ("NGL", "product_pipeline"), ("Oil, NGL", "oil_pipeline"), ("Gas", "gas_pipeline"),
    ("NGL, oil products", "product_pipeline"), ("Hydrogen", "gas_pipeline"),
])  # fmt: skip
def test_a_pipeline_s_fuel_gives_its_type(fuel: str, expected: str, tmp_path: Path) -> None:
    (found,) = read(tmp_path, {**PIPELINE, "Fuel": fuel}).facilities
    assert found.facility_type == expected


def test_units_are_folded_into_their_plant(tmp_path: Path) -> None:
    units = [
        COAL,
        {**COAL, "Unit name": "Unit 2", "Capacity (MW)": "500.5", "Plant name (other)": "Karaberek-1"},
        {**COAL, "Unit name": "Unit 3", "Status": "retired"},
        {**COAL, "Unit name": "Unit 4", "Status": "cancelled", "Capacity (MW)": "900"},
    ]
    (found,) = read(tmp_path, *units).facilities
    assert (found.capacity, found.capacity_unit) == (1000.5, "MW")
    assert found.aliases == ("Karaberek GRES", "Karaberek-1")
    assert (found.operator, found.place, found.coordinate_precision) == ("Saryarka Power", "Karaberek", "locality")
    assert "L100000100100" in found.source


def test_segments_of_a_line_are_one_line_with_a_point_on_its_route(tmp_path: Path) -> None:
    loop = {**PIPELINE, "SegmentName": "Loop", "ProjectID": "P0102", "WKTFormat": "", "Countries": "Turkmenistan"}
    (found,) = read(tmp_path, PIPELINE, loop).facilities
    assert (found.latitude, found.longitude, found.coordinate_precision) == (42.0, 61.0, "region")
    assert found.countries == ("UZ", "KZ", "TM")
    assert found.aliases == ("Southern Loop Line",)
    assert found.source.startswith("gem P0101 P0102 ")
    assert found.operator is None


def test_a_route_longer_than_a_csv_cell_may_be_is_read(tmp_path: Path) -> None:
    route = ", ".join(f"{60 + i / 100_000} {41 + i / 100_000}" for i in range(20_000))
    (found,) = read(tmp_path, {**PIPELINE, "WKTFormat": f"LINESTRING ({route})"}).facilities
    assert (found.latitude, found.longitude) == (41.1, 60.1)


def test_works_that_were_never_built_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    rows = [{**COAL, "Status": "cancelled"}, {**COAL, "GEM location ID": "L2", "Status": "announced"}]
    path = write(tmp_path / "t.csv", rows)
    assert (read_foreign(path).facilities, read_foreign(path).unbuilt) == ((), 2)
    assert len(read_foreign(path, unbuilt=True).facilities) == 2


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"Country/Area": "Atlantis"}, "country 'Atlantis' is not known"),
        ({"Country/Area": ""}, "the country is missing"),
        ({"Plant name": "--"}, "the name is missing"),
        ({"Latitude": "123"}, "not on the globe"),
        ({"Latitude": "north"}, "are not numbers"),
    ],
)
def test_bad_lines_are_told_with_their_number_and_the_rest_go_in(
    change: dict[str, str], reason: str, tmp_path: Path
) -> None:
    table = read(tmp_path, COAL, {**COAL, **change, "GEM location ID": "L2"}, {**COAL, "GEM location ID": "L3"})
    assert [one.id for one in table.facilities] == ["gem-l100000100100", "gem-l3"]
    ((line, told),) = table.bad
    assert line == 3
    assert reason in told


def test_spreadsheets_write_semicolons_other_encodings_and_title_lines(tmp_path: Path) -> None:
    row = {**COAL, "Plant name": "Usina São Bento", "Country/Area": "Brazil"}
    plain = read_foreign(write(tmp_path / "a.csv", [row])).facilities
    assert plain[0].name == "Usina São Bento power station"
    assert read_foreign(write(tmp_path / "b.csv", [row], delimiter=";")).facilities == plain
    latin = {key: cell.encode("cp1252", "ignore").decode("cp1252") for key, cell in row.items()}
    assert read_foreign(write(tmp_path / "c.csv", [latin], encoding="cp1252")).facilities == plain
    assert read_foreign(write(tmp_path / "d.csv", [row], encoding="utf-16")).facilities == plain
    titled = b"Coal plants\n\nJanuary 2026\n" + (tmp_path / "a.csv").read_bytes()
    (tmp_path / "e.csv").write_bytes(titled)
    assert read_foreign(tmp_path / "e.csv").facilities == plain


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04\x14\x00workbook", "save it as CSV"),
        (b"a,b,c\n1,2,3\n", "the columns are neither ours nor those"),
        (b"", "the columns are neither ours nor those"),
        (b"\xff\x00\x01\x02", "not"),
    ],
)
def test_a_file_of_no_known_layout_is_refused_with_what_to_do(content: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(GazetteerError, match=reason):
        read_foreign(path)


def test_our_own_layout_is_taken_line_by_line(tmp_path: Path) -> None:
    good = dict.fromkeys(FACILITY_COLUMNS, "") | {
        "id": "arrow-depot", "name": "Arrow fuel depot", "facility_type": "fuel_depot", "countries": "KE",
    }  # fmt: skip
    rows = [good, {**good, "id": "b", "facility_type": "castle"}, {**good, "id": "c", "countries": "ZZ"}, good]
    table = read_foreign(write(tmp_path / "own.csv", rows))
    assert [one.id for one in table.facilities] == ["arrow-depot"]
    assert [line for line, _ in table.bad] == [3, 4, 5]
    assert table.facilities[0].source == "import own.csv"


def test_importing_again_updates_and_never_doubles(tmp_path: Path) -> None:
    own = tmp_path / "facilities.csv"
    first = read(tmp_path, COAL, {**COAL, "GEM location ID": "L2", "Plant name": "Tasbulak power station"})
    assert merge_facilities(own, first.facilities, write=False) == Merged(added=2, changed=0, same=0)
    assert not own.exists()
    assert merge_facilities(own, first.facilities) == Merged(added=2, changed=0, same=0)
    before = own.read_bytes()
    assert merge_facilities(own, first.facilities) == Merged(added=0, changed=0, same=2)
    assert own.read_bytes() == before
    second = read(tmp_path, {**COAL, "Capacity (MW)": "1234567.25"})
    assert merge_facilities(own, second.facilities) == Merged(added=0, changed=1, same=0)
    assert [f.capacity for f in read_facilities(own).values()] == [1234567.25, 500.0]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("DR Congo", "CD"), ("Republic of the Congo", "CG"), ("Côte d'Ivoire", "CI"), ("Cote DIvoire", "CI"),
        ("The Gambia", "GM"), ("Türkiye", "TR"), ("Turkey", "TR"), ("Kosovo", "XK"), ("USA", "US"),
        ("United States of America", "US"), ("Vietnam", "VN"), ("Laos", "LA"), ("Palestine", "PS"), ("kz", "KZ"),
        ("Syrian Arab Republic", "SY"), ("Bonaire, Sint Eustatius, and Saba", "BQ"), ("Atlantis", None), ("", None),
    ],
)  # fmt: skip
def test_countries_are_known_by_name_and_code(name: str, code: str | None) -> None:
    assert country_code(name) == code


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text(max_size=12), min_size=len(COAL), max_size=len(COAL)), max_size=5))
def test_any_cells_give_a_facility_or_a_reason(cells: list[list[str]]) -> None:
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(COAL)
    writer.writerows(cells)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_text(target.getvalue(), encoding="utf-8", errors="replace", newline="")
        try:
            table = read_foreign(path)
        except GazetteerError:
            return
        assert len(table.facilities) + table.unbuilt <= table.lines
        merge_facilities(Path(folder) / "own.csv", table.facilities)
        if table.facilities:
            read_facilities(Path(folder) / "own.csv")


def prepared(tmp_path: Path, *facilities: Facility) -> list[Path]:
    merge_facilities(tmp_path / "facilities.csv", facilities)
    return [tmp_path / "facilities.csv"]


GENERIC = ["Plant 1", "Central", "North", "Springfield", "New Hope", "Green Valley", "Main Line", "Victoria Station",
           "Unit 4", "Solar Park", "Santa Rosa", "Grand Central", "Houston", "Liberty"]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Plant 1 of the carmaker reopened, and power use rose.",
        "Central power plants are old, a report on electricity in the United States says.",
        "The Central Power Authority met. North power prices rose.",
        "A fire in Springfield damaged a power plant.",
        "There was new hope for the power grid, and New Hope church burned oil lamps.",
        "Green Valley residents lost power. The Green Valley plant makes tyres.",
        "Main Line trains stopped as Victoria Station lost electricity.",
        "A power plant in Santa Rosa burned; the gas plant near Houston did not.",
        "Unit 4 tripped. Solar Park visitors saw the power line fall.",
        "Grand Central lost power; Liberty, an oil trader, did not.",
        "PLANT 1 LOST POWER AND UNIT 4 TRIPPED AT THE REFINERY IN HOUSTON",
        "the central power plant and the plant in springfield lost gas",
    ],
)
def test_generic_and_town_names_of_imported_tables_are_not_found_in_prose(text: str, tmp_path: Path) -> None:
    rows = [{**COAL, "GEM location ID": f"L{i}", "Plant name": name, "Country/Area": "United States",
             "Plant name (other)": "", "Location": ""} for i, name in enumerate(GENERIC)]  # fmt: skip
    tables = prepared(tmp_path, *read(tmp_path, *rows).facilities)
    assert [m.id for m in load_gazetteer(tables).find_names(text) if m.id.startswith("gem-")] == []


def test_an_imported_name_is_found_with_its_type_word(tmp_path: Path) -> None:
    plain = {**COAL, "Plant name (other)": ""}
    rows = [plain, {**plain, "GEM location ID": "L2", "Plant name": "Green Valley", "Country/Area": "United States"},
            {**plain, "GEM location ID": "L3", "Plant name": "Plant 1", "Location": "Rudnogorsk"}]  # fmt: skip
    gazetteer = load_gazetteer(prepared(tmp_path, *read(tmp_path, *rows).facilities))

    def found(text: str) -> list[str]:
        return [m.id for m in gazetteer.find_names(text)]

    assert found("An explosion hit the Karaberek power station.") == ["gem-l100000100100"]
    assert found("An explosion hit the Karaberek coal-fired power plant.") == ["gem-l100000100100"]
    assert found("Smoke rose from the Green Valley power plant.") == ["gem-l2"]
    assert found("Smoke rose from Plant 1 power station in Rudnogorsk.") == ["gem-l3"]
    assert found("Smoke rose from Plant 1 power station in Ohio.") == []


def test_of_two_works_of_one_name_neither_is_taken_until_the_text_tells_them_apart(tmp_path: Path) -> None:
    rows = [{**COAL, "Plant name": "Santa Rosa", "Country/Area": "Brazil", "Plant name (other)": "", "Location": ""},
            {**COAL, "Plant name": "Santa Rosa", "Country/Area": "Peru", "Plant name (other)": "", "Location": "Lima",
             "GEM location ID": "L2"}]  # fmt: skip
    gazetteer = load_gazetteer(prepared(tmp_path, *read(tmp_path, *rows).facilities))

    def found(text: str) -> list[str]:
        return [m.id for m in gazetteer.find_names(text)]

    assert found("The Santa Rosa power station tripped.") == []
    assert found("The Santa Rosa power station in Brazil tripped.") == ["gem-l100000100100"]
    assert found("The Santa Rosa power station near Lima tripped.") == ["gem-l2"]
