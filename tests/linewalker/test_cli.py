"""The command line as its users meet it: real processes, real exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from linewalker.health import show_incident
from reports.page_text import display_width
from store.query import run_query
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
        (("run", "--config", "/nowhere"), "there is no linewalker.toml in /nowhere"),
        (("query", "select 1", "--format", "xml"), "there is no format 'xml'"),
        (("annotate", "/nowhere.jsonl"), "/nowhere.jsonl: cannot be read: No such file or directory"),
        (("annotate", "--explain"), "--explain needs a FILE"),
        (("evaluate", "--split", "dev"), "there is no split 'dev'"),
        (("train", "--out", "/proc/nowhere"), "/proc/nowhere: No such file or directory"),
        (("train", "--labels", "/nowhere"), "/nowhere"),
        (("search", "--since", "nonsense", "x"), "'nonsense' is no date; write 'YYYY-MM-DD'"),
        (("status",), "there is no linewalker.toml in /"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_1(arguments: tuple[str, ...], message: str) -> None:
    done = call(*arguments)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_doctor_of_a_folder_that_is_none_finds_an_error() -> None:
    done = call("doctor", "-c", "/nowhere")
    assert done.returncode == 1
    assert "error   config" in done.stdout
    assert "All is well" not in done.stdout


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
    assert status.stdout.startswith("The last run was ")
    assert "Feeds: 15 listed, 15 well, 0 not" in status.stdout


def test_piped_incident_and_query_are_cut_nowhere(finished: FinishedNights) -> None:
    folder = str(finished.config.folder)
    sql = "SELECT sentence, url FROM incident_facts ORDER BY length(sentence) DESC LIMIT 1"
    assert "…" not in call("query", sql, "-c", folder).stdout
    told = json.loads(call("query", sql, "-c", folder, "-f", "jsonl").stdout)
    assert call("query", sql, "-c", folder, "-f", "markdown").stdout.startswith("| sentence | url |\n| --- | --- |\n")
    assert told["url"].startswith("http")


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
def test_every_incident_of_the_sample_has_its_page(finished: FinishedNights, form: str) -> None:
    told = run_query(finished.config.published_path, "SELECT incident_id FROM incidents").rows
    for (incident_id,) in told:
        for everything in (False, True):
            page = show_incident(finished.config, incident_id, form=form, everything=everything)
            assert incident_id in page
            if form != "json":
                assert '"minimum"' not in page
    for width in (30, 60, 80):
        page = show_incident(finished.config, told[0][0], width=width)
        assert max(map(display_width, page.splitlines())) <= width


def test_page_of_the_most_told_incident_says_each_thing_once(finished: FinishedNights) -> None:
    (wanted,) = run_query(
        finished.config.published_path, "SELECT incident_id FROM incidents ORDER BY reports DESC, incident_id LIMIT 1"
    ).rows[0]
    page = show_incident(finished.config, wanted)
    assert len(page.splitlines()) < 260
    evidence = page[page.index("Evidence\n") : page.index("Changes in the ledger")]
    full = re.findall(r"^ +(\[\d+\]) “(?!…)[^”]+”\n +[^\n]+ 20\d\d, (?:title|characters)", evidence, re.MULTILINE)
    assert len(full) == len(set(full))


def _target(link: Path) -> Path:
    try:
        return link.readlink()
    except OSError:
        return link


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs Linux's list of open files")
def test_interrupted_query_ends_with_one_line_and_130(finished: FinishedNights) -> None:
    sql = "SELECT count(*) FROM range(1000000000) a, range(1000000) b WHERE a.range % 7 = b.range % 11"
    process = subprocess.Popen(
        [sys.executable, "-m", "linewalker.cli", "query", sql, "-c", str(finished.config.folder)],
        stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
        # What runs in the background of a script inherits that SIGINT is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    opened = Path(f"/proc/{process.pid}/fd")
    deadline = time.monotonic() + 60
    try:
        while not any(one.name == "linewalker.duckdb" for one in map(_target, opened.iterdir())):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=50)  # under the minute after which a query is stopped anyway
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, out, err.strip().splitlines()) == (130, "", ["linewalker: interrupted"])


def test_a_reader_that_goes_away_is_no_error(finished: FinishedNights) -> None:
    folder = str(finished.config.folder)
    command = f"{sys.executable} -m linewalker.cli query 'FROM incident_facts' -c {folder} -f csv | head -1"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_doctor_finds_nothing_wrong_with_this_installation(finished: FinishedNights) -> None:
    done = call("doctor", "-c", str(finished.config.folder))
    assert done.returncode == 0, done.stdout
    assert "all hashes as expected" in done.stdout
    for subject in ("gazetteer", "clock", "disk", "permissions", "sources", "lock", "writer", "feeds", "alerts"):
        assert f"ok      {subject}" in done.stdout
    # The sample's clock stands in March 2026.
    assert "does cron still call" in done.stdout
    assert done.stdout.endswith("1 thing to look at.\n")
