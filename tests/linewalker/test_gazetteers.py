"""`linewalker gazetteer`, and that the user's own facilities are read wherever texts are."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from linewalker.cli import app, guarded
from linewalker.config import load_config
from linewalker.demo import DemoClock
from linewalker.nightly import run_night
from linewalker.output import make_output
from nlp.gazetteer import load_gazetteer
from nlp.gazetteer_rows import GazetteerError, read_facilities
from store.query import run_query

ADD = ["gazetteer", "add", "--name", "Arrow fuel depot", "--type", "fuel_depot", "--country", "Kenya"]
GPPD = """\
country,country_long,name,gppd_idnr,capacity_mw,latitude,longitude,primary_fuel,owner
KEN,Kenya,Baraka Heights,WRI900,120,-1.2,36.9,Gas,Baraka Power
XXX,Nowhere,Lost,WRI901,5,1,1,Gas,
RUS,Russia,Kalinin NPP,WRI902,4000,57.9,35.1,Nuclear,
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "linewalker.toml").write_text("")
    return tmp_path


def run(*arguments: str, folder: Path) -> int:
    return guarded(lambda: app([*arguments, "-c", str(folder)], standalone_mode=False))


def test_add_writes_the_facility_beside_the_configuration(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--latitude", "-1.3", "--longitude", "36.8", "--alias", "Arrowdepo", "--alias", "Arrow tank farm",
               "--capacity", "5000", "--capacity-unit", "m3", "--operator", "Arrow Oil"]  # fmt: skip
    assert run(*ADD, *options, folder=folder) == 0
    assert "arrow-fuel-depot written" in capsys.readouterr().out
    (facility,) = read_facilities(folder / "facilities.csv").values()
    assert (facility.id, facility.countries, facility.capacity) == ("arrow-fuel-depot", ("KE",), 5000)
    assert facility.aliases == ("Arrowdepo", "Arrow tank farm")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["gazetteer", "add", "--name", "Arrow", "--type", "refinary", "--country", "KE"],
         "--type: 'refinary' is not a facility type; did you mean 'refinery'?"),
        ([*ADD[:-1], "Atlantis"], "--country: 'Atlantis' is no country's code or name"),
        ([*ADD, "--latitude", "95", "--longitude", "1"], "--latitude: '95.0' is not a number from -90 to 90"),
        ([*ADD, "--latitude", "5"], "--latitude: latitude and longitude must both be given"),
        ([*ADD, "--capacity", "much"], "--capacity: 'much' is not a number"),
        ([*ADD, "--capacity", "5", "--capacity-unit", "gallons"], "--capacity-unit: 'gallons' is none of"),
        ([*ADD, "--id", "Arrow Depot"], "--id: 'Arrow Depot' is not a slug"),
        ([*ADD, "--precision", "exact"], "--precision: 'exact' is none of site, locality, region"),
        ([*ADD, "--id", "tuapse-refinery"], "is that of Tuapse refinery (refinery, RU), shipped with Linewalker"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_one_clear_line_and_nothing_is_written(
    arguments: list[str], reason: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments, folder=folder) == 1
    error = capsys.readouterr().err
    assert reason in error
    assert error.count("\n") == 1
    assert not (folder / "facilities.csv").exists()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--capacity", "5000"], (5000, "bbl")),
        (["--capacity", "5000 m3"], (5000, "m3")),
        (["--capacity", "5000", "--capacity-unit", "m3"], (5000, "m3")),
        ([], (None, None)),
    ],
)
def test_capacity_has_the_usual_unit_of_its_type_unless_one_is_given(
    options: list[str], expected: tuple[float | None, str | None], folder: Path
) -> None:
    assert run(*ADD, *options, folder=folder) == 0
    (facility,) = read_facilities(folder / "facilities.csv").values()
    assert (facility.capacity, facility.capacity_unit) == expected


def test_an_id_is_never_given_twice_but_can_be_changed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*ADD, folder=folder) == 0
    before = (folder / "facilities.csv").read_bytes()
    assert run(*ADD, folder=folder) == 1
    assert "choose another with --id" in capsys.readouterr().err
    assert (folder / "facilities.csv").read_bytes() == before
    assert run(*ADD, "--replace", "--operator", "New Owner", folder=folder) == 0
    assert [f.operator for f in read_facilities(folder / "facilities.csv").values()] == ["New Owner"]


@pytest.mark.parametrize(
    ("arguments", "note"),
    [
        (["--name", "Tuapse refinery", "--id", "mine", "--type", "refinery", "--country", "RU"],
         "a name of it is known already: tuapse-refinery"),
        (["--name", "Power plant", "--id", "mine", "--type", "power_plant", "--country", "KE"],
         "could be any works of its kind"),
        (["--name", "Arrowhead", "--type", "refinery", "--country", "KE"], "found only with a type word beside it"),
        (["--name", "Arrow fuel depot", "--type", "fuel_depot", "--country", "KE", "--latitude", "36.8", "--longitude",
          "-1.3"], "are latitude and longitude the right way round?"),
    ],
)  # fmt: skip
def test_add_warns_of_names_and_places_that_look_wrong(
    arguments: list[str], note: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("gazetteer", "add", *arguments, folder=folder) == 0
    assert note in capsys.readouterr().out


def test_import_counts_writes_and_updates(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = folder / "gppd.csv"
    table.write_text(GPPD)
    assert run("gazetteer", "import", str(table), "--dry-run", folder=folder) == 0
    told = capsys.readouterr().out
    assert "Global Power Plant Database, 3 lines, 2 facilities" in told
    assert "line 3 left out: country 'Nowhere' is not known" in told
    assert "known already under another id and left to that: 1" in told
    assert "1 new, 0 changed, 0 the same as before; nothing was written" in told
    assert not (folder / "facilities.csv").exists()
    assert run("gazetteer", "import", str(table), folder=folder) == 0
    assert run(*ADD, folder=folder) == 0
    table.write_text(GPPD.replace("120", "150"))
    assert run("gazetteer", "import", str(table), folder=folder) == 0
    assert "0 new, 1 changed" in capsys.readouterr().out
    own = read_facilities(folder / "facilities.csv")
    assert {one.id: one.capacity for one in own.values()} == {"gppd-wri900": 150, "arrow-fuel-depot": None}


def test_import_of_no_use_says_why(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("gazetteer", "import", str(folder / "absent.csv"), folder=folder) == 1
    assert "absent.csv: cannot be read" in capsys.readouterr().err
    (folder / "book.xlsx").write_bytes(b"PK\x03\x04")
    assert run("gazetteer", "import", str(folder / "book.xlsx"), folder=folder) == 1
    assert "save it as CSV" in capsys.readouterr().err
    (folder / "bad.csv").write_text(GPPD.splitlines()[0] + "\nXXX,Nowhere,Lost,WRI1,1,1,1,Gas,\n")
    assert run("gazetteer", "import", str(folder / "bad.csv"), folder=folder) == 1
    assert "no line could be read" in capsys.readouterr().err


def test_find_shows_shipped_and_own_facilities(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*ADD, folder=folder) == 0
    assert run("gazetteer", "find", "arrow fuel", folder=folder) == 0
    assert "arrow-fuel-depot" in capsys.readouterr().out
    assert run("gazetteer", "find", "Druzhba", folder=folder) == 0
    assert "druzhba-pipeline" in capsys.readouterr().out


def test_configuration_can_switch_the_own_table_off(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "linewalker.toml").write_text('[annotate]\nfacilities = ""\n')
    assert run(*ADD, folder=folder) == 1
    assert "'annotate.facilities' is switched off" in capsys.readouterr().err


def test_an_added_facility_is_read_by_annotate_and_changes_the_fingerprint(folder: Path) -> None:
    assert run(*ADD, "--latitude", "-1.3", "--longitude", "36.8", folder=folder) == 0
    text = "Gunmen set fire to the Arrow fuel depot in Nairobi on Monday, Kenyan police said."
    document = json.dumps({"id": "1", "title": "", "text": text, "published": "2026-05-05T08:00:00Z"})
    done = subprocess.run(
        [sys.executable, "-m", "linewalker.cli", "annotate", "-"],
        input=document, capture_output=True, text=True, cwd=folder, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    annotation = json.loads(done.stdout)
    assert [f["facility_id"] for event in annotation["events"] for f in event["facilities"]] == ["arrow-fuel-depot"]
    tables = load_config(folder / "linewalker.toml").gazetteer_paths
    assert annotation["model"]["gazetteer"] == load_gazetteer(tables).version != load_gazetteer().version


def test_the_ledger_s_facilities_hold_the_own_ones(folder: Path) -> None:
    assert run(*ADD, "--latitude", "-1.3", "--longitude", "36.8", folder=folder) == 0
    settings = load_config(folder / "linewalker.toml")
    clock = DemoClock(1)
    run_night(settings, (), now=clock, output=make_output(clock), steps=("resolve",), command="resolve")
    sql = "SELECT facility_id, name, latitude FROM facilities WHERE facility_id = 'arrow-fuel-depot'"
    assert run_query(settings.published_path, sql, 10).rows == (("arrow-fuel-depot", "Arrow fuel depot", -1.3),)


def test_a_broken_own_table_is_one_line_and_no_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "facilities.csv").write_text("id,name\na,b\n")
    assert run("resolve", folder=folder) == 1
    assert "facilities.csv, line 1, column facility_type: the header lacks this column" in capsys.readouterr().err
    assert not (folder / "work" / "ledger.duckdb").exists()


def test_a_table_s_error_survives_the_way_out_of_a_worker() -> None:
    error = pickle.loads(pickle.dumps(GazetteerError("mine.csv", 3, "id", "is used twice")))
    assert str(error) == "mine.csv, line 3, column id: is used twice"
