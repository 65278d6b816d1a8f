"""`linewalker export` as its users meet it."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linewalker.config import load_config
from linewalker.errors import ConfigError
from linewalker.exporting import ExportOrder, export_ledger, parse_moment
from store.database import open_ledger
from tests.reports.exports.samples import first_night, second_night

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export")
    (path / "linewalker.toml").write_text('[crawl]\ncontact = "desk@example.org"\n', encoding="utf-8")
    with open_ledger(path / "linewalker.duckdb") as ledger:
        first_night(ledger)
        second_night(ledger)
    return path


def order(folder: Path, form: str, **more: object) -> str:
    return export_ledger(load_config(folder / "linewalker.toml"), ExportOrder(form=form, **more), NOW)  # type: ignore[arg-type]


def call(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "linewalker.cli", "export", *arguments],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120"},
    )


def test_standard_output_holds_the_export_and_nothing_else(folder: Path) -> None:
    done = call("csv", "-c", str(folder))
    assert done.returncode == 0, done.stderr
    assert len(list(csv.DictReader(io.StringIO(done.stdout.decode(), newline="")))) == 4
    assert b"Next time: --since 2026-03-03T10:01:00Z" in done.stderr


def test_parquet_goes_through_a_pipe(folder: Path, tmp_path: Path) -> None:
    done = call("parquet", "-c", str(folder))
    assert done.returncode == 0
    assert done.stdout.startswith(b"PAR1")
    assert done.stdout.endswith(b"PAR1")


@pytest.mark.parametrize("form", ["csv", "parquet", "jsonl", "geojson", "stix", "misp"])
def test_every_format_writes_a_file_at_once(folder: Path, tmp_path: Path, form: str) -> None:
    target = tmp_path / "out"
    told = order(folder, form, output=str(target))
    assert told.startswith(f"{form}: 4 incidents")
    assert target.stat().st_size > 100
    assert [one.name for one in tmp_path.iterdir()] == ["out"]
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(target.stat().st_mode) == 0o666 & ~umask


def test_an_earlier_file_stays_whole_where_the_new_one_fails(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text("earlier", encoding="utf-8")
    with pytest.raises(ConfigError):
        order(folder, "jsonl", output=str(target), since="soon")
    assert target.read_text(encoding="utf-8") == "earlier"


def test_a_mark_begins_where_the_last_export_ended(folder: Path, tmp_path: Path) -> None:
    mark, target = tmp_path / "last", tmp_path / "out.jsonl"
    order(folder, "jsonl", output=str(target), mark=mark)
    assert mark.read_text(encoding="utf-8") == "2026-03-03T10:01:00Z\n"
    assert len(target.read_text(encoding="utf-8").splitlines()) == 4
    order(folder, "jsonl", output=str(target), mark=mark)
    assert len(target.read_text(encoding="utf-8").splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "end", "moment"),
    [
        ("2026-03-02", False, datetime(2026, 3, 2, tzinfo=UTC)),
        ("2026-03-02", True, datetime(2026, 3, 3, tzinfo=UTC)),
        ("2026-03-02T04:00:00Z", False, datetime(2026, 3, 2, 4, tzinfo=UTC)),
        ("2026-03-02 04:00", False, datetime(2026, 3, 2, 4, tzinfo=UTC)),
        ("2026-03-02T04:00:00.123456+02:00", False, datetime(2026, 3, 2, 2, 0, 0, 123456, tzinfo=UTC)),
        ("36h", False, datetime(2026, 3, 9, tzinfo=UTC)),
        ("2 w", False, datetime(2026, 2, 24, 12, tzinfo=UTC)),
    ],
)
def test_moments_are_read_in_three_forms(text: str, end: bool, moment: datetime) -> None:
    assert parse_moment(text, NOW, "--since", end=end) == moment


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "2026-02-30", "20260301", "1741", "2026-03-02T25:00"])
def test_any_other_moment_names_the_forms_that_are_read(text: str) -> None:
    with pytest.raises(ConfigError, match=r"a day \(2026-03-10\), an instant .* or an age"):
        parse_moment(text, NOW, "--since")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"form": "parkuet"}, "there is no format 'parkuet'; did you mean 'parquet'"),
        ({"form": "stix2"}, "did you mean 'stix'"),
        ({"form": "stix", "table": "facts"}, "--table is for csv and parquet"),
        ({"form": "csv", "table": "report"}, "did you mean 'reports'"),
        ({"form": "jsonl", "bom": True}, "--bom is for csv"),
        ({"form": "csv", "risks": ("cybre",)}, "did you mean 'cyber'"),
        ({"form": "csv", "event_types": ("atack",)}, "did you mean 'attack'"),
        ({"form": "csv", "countries": ("Narnia",)}, "there is no country 'Narnia'"),
        ({"form": "csv", "countries": ("XX",)}, "there is no country 'XX'"),
        ({"form": "csv", "since": "2026-03-05", "until": "2026-03-01"}, "--until 2026-03-01 is not after"),
        ({"form": "csv", "since": "1d", "mark": Path("x")}, "give one of them"),
        ({"form": "csv", "output": "/nowhere/at/all.csv"}, "the folder /nowhere/at does not exist"),
        ({"form": "csv", "output": "/tmp"}, "is a folder; name a file in it"),
    ],
)
def test_a_mistake_says_what_to_do(folder: Path, more: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError) as error:
        order(folder, **more)  # type: ignore[arg-type]
    assert message in str(error.value)


def test_a_missing_ledger_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "linewalker.toml").write_text('[crawl]\ncontact = "desk@example.org"\n', encoding="utf-8")
    done = call("csv", "-c", str(tmp_path))
    assert done.returncode == 1
    assert b"does not exist; run `linewalker run` first" in done.stderr
    assert b"Traceback" not in done.stderr
    assert not done.stdout


def test_filters_may_be_repeated(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    order(folder, "geojson", output=str(target), countries=("ua", "de"), facilities=("bay",))
    found = json.loads(target.read_text(encoding="utf-8"))["features"]
    assert [one["properties"]["country"] for one in found] == ["UA"]
