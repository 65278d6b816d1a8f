"""The command line as its users meet it: real processes, real exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.linewalker.conftest import FinishedNights


def call(*arguments: str, stdin: str | None = None, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "linewalker.cli", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent.parent), "COLUMNS": "120"},
    )


def test_help_loads_none_of_the_heavy_parts() -> None:
    script = (
        "import sys\nfrom linewalker.cli import guarded, app\n"
        "guarded(lambda: app(['--help'], standalone_mode=False))\n"
        "heavy = {'spacy', 'sklearn', 'numpy', 'duckdb', 'httpx', 'trafilatura', 'altair', 'jinja2', 'pyarrow'}\n"
        "print('loaded:', sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("loaded: []\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("frobnicate",), "No such command"),
        (("run", "--config", "/nowhere"), "there is no linewalker.toml at /nowhere"),
        (("query", "select 1", "--format", "xml"), "there is no format 'xml'"),
        (("annotate", "/nowhere.jsonl"), "/nowhere.jsonl: cannot be read: No such file or directory"),
        (("annotate", "--explain"), "--explain needs a FILE"),
        (("evaluate", "--split", "dev"), "there is no split 'dev'"),
        (("train", "--out", "/proc/nowhere"), "/proc/nowhere: No such file or directory"),
        (("train", "--labels", "/nowhere"), "/nowhere"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_1(arguments: tuple[str, ...], message: str) -> None:
    done = call(*arguments)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_the_version_needs_no_command() -> None:
    done = call("--version")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "0.1.0", "")


def test_init_writes_a_configuration_once(tmp_path: Path) -> None:
    assert call("init", str(tmp_path), "--contact", "desk@ministry.example").returncode == 0
    assert 'contact = "desk@ministry.example"' in (tmp_path / "linewalker.toml").read_text(encoding="utf-8")
    again = call("init", str(tmp_path))
    assert (again.returncode, "is there already" in again.stderr) == (1, True)


def test_query_answers_as_table_csv_and_json(finished: FinishedNights) -> None:
    folder = str(finished.config.folder)
    sql = "SELECT publisher, count(*) AS articles FROM articles WHERE publisher = 'Gulf Wire' GROUP BY ALL"
    table = call("query", sql, "-c", folder).stdout
    assert table.splitlines()[0].split() == ["publisher", "articles"]
    rows = list(csv.DictReader(io.StringIO(call("query", sql, "-c", folder, "-f", "csv").stdout)))
    assert rows == json.loads(json.dumps([{"publisher": "Gulf Wire", "articles": rows[0]["articles"]}]))
    assert json.loads(call("query", sql, "-c", folder, "-f", "json").stdout)[0]["articles"] == int(rows[0]["articles"])


@pytest.mark.parametrize(
    "sql",
    [
        "drop table articles",
        "select * from read_text('/etc/passwd')",
        "select * from '/etc/passwd'",
        "attach '/tmp/x.duckdb'",
        "copy articles to '/tmp/x.csv'",
        "install httpfs",
        "pragma database_list",
        "set enable_external_access = true",
        "select 1; select 2",
        "",
    ],
)
def test_whatever_does_not_only_read_is_refused_in_one_sentence(finished: FinishedNights, sql: str) -> None:
    done = call("query", sql, "-c", str(finished.config.folder))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("linewalker: ")
    assert "root:" not in done.stderr


def test_incident_and_status_tell_what_is_in_the_ledger(finished: FinishedNights) -> None:
    folder = str(finished.config.folder)
    found = json.loads(
        call(
            "query", "SELECT incident_id FROM incidents ORDER BY reports DESC LIMIT 1", "-c", folder, "-f", "json"
        ).stdout
    )
    told = call("incident", found[0]["incident_id"], "-c", folder)
    assert told.returncode == 0
    assert "Gulf Wire" in told.stdout
    assert call("incident", found[0]["incident_id"][:8], "-c", folder).returncode == 0
    missing = call("incident", "inc-zzz", "-c", folder)
    assert (missing.returncode, "no incident's id begins with 'inc-zzz'" in missing.stderr) == (1, True)
    status = call("status", "-c", folder)
    assert "Feeds: 15 listed" in status.stdout


def test_a_reader_that_goes_away_is_no_error(finished: FinishedNights) -> None:
    folder = str(finished.config.folder)
    command = f"{sys.executable} -m linewalker.cli query 'FROM incident_facts' -c {folder} -f csv | head -1"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_doctor_finds_nothing_wrong_with_this_installation(finished: FinishedNights) -> None:
    done = call("doctor", "-c", str(finished.config.folder))
    assert done.returncode == 0, done.stdout
    assert "all hashes as expected" in done.stdout
    assert done.stdout.endswith("All is well.\n")
