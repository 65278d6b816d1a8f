"""A night as cron, systemd and a full disk treat it: real processes over the sample newswire on loopback."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from linewalker.config import Config, load_config
from linewalker.output import JsonOutput, PlainOutput
from nlp.records import Annotation
from store.annotations import add_annotations
from store.bodies import find_body
from store.database import open_ledger
from store.pruning import KeptBody, decide_pruning
from store.query import run_query
from tests.linewalker.killing import living
from tests.linewalker.nights import SampleNights

ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2026, 3, 12, 4, tzinfo=UTC)
CODES = {signal.SIGTERM: 143, signal.SIGINT: 130, signal.SIGHUP: 129}
# As little as cron gives, and less: no PATH, no HOME, no locale.
BARE = {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}


def heed_interrupts() -> None:
    """What runs in the background of a script inherits that SIGINT is ignored, and its children do."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(config: Config, *arguments: str, env: Mapping[str, str] = BARE) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "linewalker.cli", *arguments, "-c", str(config.folder)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(env), start_new_session=True, cwd="/",
        preexec_fn=heed_interrupts,
    )  # fmt: skip


def call(config: Config, *arguments: str, env: Mapping[str, str] = BARE) -> tuple[int, str, str]:
    with start(config, *arguments, env=env) as process:
        out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def ask(config: Config, sql: str) -> list[tuple[object, ...]]:
    with open_ledger(config.ledger_path, read_only=True) as ledger:
        return ledger.rows(sql)


def runs(config: Config) -> list[tuple[object, ...]]:
    return ask(config, "SELECT command, status, error FROM run ORDER BY started_at, run_id")


def wait_for_requests(nights: SampleNights, count: int) -> None:
    deadline = time.monotonic() + 60
    while len(nights.server.requests) < count:
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("ending", "group"),
    [(signal.SIGTERM, False), (signal.SIGTERM, True), (signal.SIGINT, True), (signal.SIGHUP, True)],
)
def test_signal_ends_a_crawl_in_one_line_and_what_was_fetched_is_kept(
    nights: SampleNights, ending: signal.Signals, group: bool
) -> None:
    with start(nights.config, "crawl") as process:
        wait_for_requests(nights, 25)
        (os.killpg if group else os.kill)(process.pid, ending)
        _, err = process.communicate(timeout=20)
    assert process.returncode == CODES[ending], err
    assert re.fullmatch(rf"linewalker: crawl was interrupted by {ending.name}; [^\n]*\n", err), err
    assert runs(nights.config) == [("crawl", "interrupted", f"{ending.name} during crawl")]
    assert not nights.config.published_path.exists()
    deadline = time.monotonic() + 10
    while left := living(process.pid):  # no worker is left in the session
        assert time.monotonic() < deadline, left
        time.sleep(0.1)
    kept = {str(row[0]) for row in ask(nights.config, "SELECT url FROM article")}
    asked = len(nights.server.requests)
    assert call(nights.config, "crawl")[0] == 0
    again = {f"http://{host}{path}" for host, path, _ in nights.server.requests[asked:]}
    assert not kept & again
    assert ask(nights.config, "SELECT count(*) FROM entry WHERE outcome = 'too_costly'") == [(0,)]


# DuckDB loads pandas and pyarrow within its first query: an interrupt that was raised there was passed over, or left
# the import system locked, so that the command hung and minded no further signal.
WITHIN_AN_IMPORT = """
import os, signal, sys
from linewalker import cli

left = int(sys.argv.pop(1))

def watch(frame, event, function):
    global left
    if event == "c_return" and getattr(function, "__name__", "") == "acquire_lock":
        while frame is not None and frame.f_code.co_name != "open_ledger":
            frame = frame.f_back
        left -= frame is not None
        if left == 0:
            sys.setprofile(None)
            os.kill(os.getpid(), signal.SIGTERM)

sys.setprofile(watch)
sys.exit(cli.main())
"""


@pytest.mark.parametrize("number", [1, 5, 60])
def test_signal_that_meets_an_import_ends_the_run_all_the_same(nights: SampleNights, number: int) -> None:
    asked = subprocess.run(
        [sys.executable, "-c", WITHIN_AN_IMPORT, str(number), "crawl", "-c", str(nights.config.folder)],
        capture_output=True, text=True, env=dict(BARE), cwd="/", timeout=60,
    )  # fmt: skip
    assert asked.returncode == CODES[signal.SIGTERM], asked.stderr
    assert re.fullmatch(r"linewalker: .*interrupted by SIGTERM[^\n]*\n", asked.stderr), asked.stderr
    assert call(nights.config, "crawl")[0] == 0


def test_signal_while_texts_are_read_ends_the_night_and_blames_no_text(nights: SampleNights) -> None:
    assert call(nights.config, "crawl")[0] == 0
    before = nights.config.published_path.read_bytes()
    with start(nights.config, "annotate") as process:
        time.sleep(1.5)  # a worker is loading its models, or reading
        os.killpg(process.pid, signal.SIGTERM)
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err.count("\n")) == (143, 1), err
    assert nights.config.published_path.read_bytes() == before
    assert ask(nights.config, "SELECT count(*) FROM annotation WHERE skipped IS NOT NULL") == [(0,)]


@pytest.mark.parametrize("closing", ["2>&1 | head -n 1", "<&- >&- 2>&-", "2>/dev/full"])
def test_night_is_not_lost_with_its_output(nights: SampleNights, closing: str) -> None:
    command = f"{sys.executable} -m linewalker.cli crawl -c {nights.config.folder} {closing}"
    done = subprocess.run(
        ["/bin/bash", "-c", command], capture_output=True, text=True, timeout=60, env=BARE, check=False
    )
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == 0
    assert runs(nights.config) == [("crawl", "complete", None)]


@pytest.mark.parametrize(
    "more",
    [
        {"LC_ALL": "POSIX", "HOME": "/nonexistent", "TZ": "Antarctica/Troll"},
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "TZ": ":no/such"},
        {"PYTHONIOENCODING": "ascii", "TZ": "XXX+99"},
    ],
    ids=lambda more: " ".join(more),
)
def test_bare_environment_reads_and_shows_the_ledger(nights: SampleNights, more: dict[str, str]) -> None:
    code, _, err = call(nights.config, "crawl", env=BARE | more)
    assert (code, "Traceback" in err) == (0, False), err
    for asked in ("chr(346) || chr(8594)", "'Śląsk →'"):
        code, out, err = call(nights.config, "query", f"SELECT {asked} || ' ok' AS x", env=BARE | more)
        assert (code, "ok" in out, err) == (0, True, "")
    assert call(nights.config, "status", env=BARE | more)[0] == 0


def test_lines_are_json_and_the_figures_are_prometheus_text(nights: SampleNights, tmp_path: Path) -> None:
    figures = tmp_path / "collector" / "linewalker.prom"
    config_file = nights.config.folder / "linewalker.toml"
    with config_file.open("a", encoding="utf-8") as file:
        file.write(f'\n[operations]\nmetrics_file = "{figures}"\n')
    code, _, err = call(nights.config, "crawl", "--log", "json")
    lines = [json.loads(line) for line in err.splitlines()]
    assert code == 0
    assert all(set(line) == {"time", "level", "step", "message", "fields"} for line in lines)
    (ended,) = [line for line in lines if line["message"] == "run ended"]
    feeds = [line["fields"] for line in lines if line["message"].startswith("feed ")]
    assert len({one["feed"] for one in feeds}) == len(feeds) == ended["fields"]["feeds_due"] == 15
    assert {(one["outcome"], one["status"]) for one in feeds} == {("ok", 200)}
    told = parse_metrics(figures.read_text(encoding="utf-8"))
    assert told["linewalker_last_run_exit_code"] == 0
    assert told["linewalker_articles_new"] == ended["fields"]["articles_new"] > 20
    assert told["linewalker_articles"] == told["linewalker_articles_new"]
    assert told['linewalker_stored_bytes{part="bodies"}'] > 10_000
    assert [path.name for path in figures.parent.iterdir()] == ["linewalker.prom"]
    success = told["linewalker_last_success_timestamp_seconds"]
    nights.config.ledger_path.write_text("no database\n" * 100)
    assert call(nights.config, "crawl")[0] == 2
    told = parse_metrics(figures.read_text(encoding="utf-8"))
    assert (told["linewalker_last_run_exit_code"], told["linewalker_last_success_timestamp_seconds"]) == (2, success)


def parse_metrics(text: str) -> dict[str, float]:
    """The samples; each is preceded by its HELP and TYPE."""
    found: dict[str, float] = {}
    described: set[str] = set()
    assert text.endswith("\n")
    for line in text.splitlines():
        if comment := re.fullmatch(r"# (?:HELP|TYPE) ([a-z_]+) .+", line):
            described.add(comment[1])
            continue
        sample = re.fullmatch(r'(([a-z_]+)(?:\{[a-z]+="[^"]*"\})?) (-?[0-9.]+)', line)
        assert sample is not None, line
        assert sample[2] in described
        found[sample[1]] = float(sample[3])
    return found


def test_raw_pages_go_by_age_and_by_size_but_never_one_that_waits_to_be_read() -> None:
    def body(name: str, days: int, *, needed: bool = False) -> KeptBody:
        return KeptBody(raw_hash=name, size=100, at=NOW - timedelta(days=days), needed=needed)

    bodies = [body("new", 1), body("old", 9), body("older", 20), body("waiting", 30, needed=True)]
    for keep, size, gone in (
        (None, None, []),
        (timedelta(days=10), None, [("older", "age")]),
        (None, 300, [("older", "size")]),
        (timedelta(days=10), 200, [("older", "age"), ("old", "size")]),
        (None, 0, [("older", "size"), ("old", "size"), ("new", "size")]),
    ):
        decided = decide_pruning(bodies, now=NOW, keep=keep, max_bytes=size)
        assert [(one.body.raw_hash, one.reason) for one in decided] == gone


def test_pruned_pages_are_told_by_the_ledger(nights: SampleNights) -> None:
    with (nights.config.folder / "linewalker.toml").open("a", encoding="utf-8") as file:
        file.write("\n[operations]\nbodies_max_mb = 0.000001\n")
    config = load_config(nights.config.folder / "linewalker.toml")
    assert call(config, "crawl")[0] == 0
    bodies = list(config.bodies_path.glob("*/*.zst"))
    assert bodies  # nothing has been read yet
    with open_ledger(config.ledger_path) as ledger:
        found = ledger.rows("SELECT version_id FROM article_version WHERE raw_hash IS NOT NULL ORDER BY 1 LIMIT 5")
        read = [(str(row[0]), Annotation(id=str(row[0]), skipped="language")) for row in found]
        add_annotations(ledger, read, "r", "m")
    assert call(config, "resolve")[0] == 0
    told = run_query(config.published_path, "SELECT raw_hash FROM pruned_bodies WHERE reason = 'size'").rows
    assert len(told) == 5
    assert not any(find_body(config.bodies_path, str(row[0])).exists() for row in told)
    assert len(list(config.bodies_path.glob("*/*.zst"))) == len(bodies) - 5


@pytest.mark.parametrize("output", [PlainOutput, JsonOutput])
def test_log_on_a_full_disk_is_no_fault(output: type[PlainOutput]) -> None:
    full = Path("/dev/full").open("w", encoding="utf-8")  # noqa: SIM115 - its closing fails as its writing does
    output(lambda: NOW, full).line("crawl: done")
    with pytest.raises(OSError, match="No space left"):
        full.close()


@pytest.mark.parametrize("within", ["raise KeyboardInterrupt", "exec('raise KeyboardInterrupt')"])
def test_interrupt_while_modules_are_loaded_ends_with_its_own_code(within: str, tmp_path: Path) -> None:
    script = f"import sys\nfrom linewalker.endings import guarded\nsys.exit(guarded(lambda: exec({within!r})))"
    (tmp_path / "probe.py").write_text(script)
    env = BARE | {"PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"}
    done = subprocess.run(
        [sys.executable, "-m", "probe"], capture_output=True, text=True, env=env, check=False, cwd=tmp_path
    )
    assert (done.returncode, done.stderr) == (130, "linewalker: interrupted\n")
