"""The main job over the sample newswire: crawled over HTTP, read by the real model, kept in a real ledger."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from linewalker.config import Config
from linewalker.lock import LockedError
from store.database import open_ledger
from tests.linewalker.conftest import FinishedNights
from tests.linewalker.nights import SampleNights, Told, sample_nights, told_incidents, truth

INCIDENTS, NONE = truth()
# What an undisturbed and an interrupted run must agree on: everything but run ids and clock times.
CONTENT = {
    "article_version": "article_id, version_id, title, text, current, content_hash",
    "event": "* EXCLUDE (model_key)",
    "claim": "*",
    "incident": "* EXCLUDE (created_at, created_run_id)",
    "incident_event": "event_id, incident_id, facility_id, current, score",
    "story_article": "article_id, story_id",
    "entry": "entry_key, fingerprint, outcome, article_id",
}


def contents(config: Config) -> dict[str, list[tuple[Any, ...]]]:
    with open_ledger(config.ledger_path) as ledger:
        return {
            table: sorted(ledger.rows(f"SELECT {columns} FROM {table}"), key=repr) for table, columns in CONTENT.items()
        }


def test_both_nights_end_well_and_leave_a_briefing_each(finished: FinishedNights) -> None:
    for result in (finished.first, finished.second):
        assert (result.exit_code, result.reasons) == (0, ())
        assert result.briefing is not None
        assert result.briefing.files.markdown.stat().st_size > 2000
        assert result.briefing.files.html.stat().st_size > 10_000


@pytest.fixture(scope="session")
def told(finished: FinishedNights) -> list[Told]:
    return told_incidents(finished.config)


@pytest.mark.parametrize("wanted", INCIDENTS, ids=lambda wanted: wanted["name"])
def test_each_incident_of_the_sample_is_in_the_ledger_once(told: list[Told], wanted: dict[str, Any]) -> None:
    articles = set(wanted["articles"])
    hits = [one for one in told if one.articles & articles and one.row["parent_id"] is None]
    assert [sorted(one.articles) for one in hits] == [sorted(articles)]
    row = hits[0].row
    assert row["event_type"] in wanted["event_types"]
    if "facility" in wanted:
        assert any(wanted["facility"] in one for one in row["facility_ids"])
    for field in ("occurred_on", "country"):
        if field in wanted:
            assert row[field] == wanted[field], field
    if "status" in wanted:
        assert row["status"] in wanted["status"]
    if "killed" in wanted:
        assert row["killed_min"] == wanted["killed"]
    if "independent" in wanted:
        assert row["independent_reports"] == wanted["independent"]


def test_no_article_that_tells_of_none_makes_an_incident(told: list[Told]) -> None:
    assert {one.row["facilities"][0]: sorted(one.articles & NONE) for one in told if one.articles & NONE} == {}


def test_a_run_on_an_unchanged_newswire_asks_conditionally_and_adds_nothing(finished: FinishedNights) -> None:
    feeds = [status for _, path, status in finished.requests_again if path != "/robots.txt"]
    assert set(feeds) == {304}
    assert finished.rows_again == finished.rows
    assert finished.again.exit_code == 0
    assert finished.again.briefing is not None
    assert finished.again.briefing.nothing_new
    assert "nothing new" in finished.again.briefing.files.markdown.read_text(encoding="utf-8").lower()


def test_the_edited_page_is_a_second_version_of_one_article(finished: FinishedNights) -> None:
    with open_ledger(finished.config.published_path, read_only=True) as ledger:
        versions = ledger.rows(
            "SELECT v.ordinal, v.current, contains(v.text, 'three suspects') FROM article_version v "
            "JOIN article a USING (article_id) WHERE contains(a.url, 'trans-niger-pipeline-shut') ORDER BY v.ordinal"
        )
    assert versions == [(1, False, False), (2, True, True)]


RUN_NIGHT = """
import sys
from pathlib import Path
from linewalker.config import load_config
from linewalker.demo import DemoClock
from linewalker.nightly import configured_sources, run_night
from tests.linewalker.nights import Collected

class Loud(Collected):
    def line(self, text):
        print(text, flush=True)
    def progress(self, label, done, total):
        print(label, done, flush=True)

if __name__ == "__main__":
    config = load_config(Path(sys.argv[1]) / "linewalker.toml")
    run_night(config, configured_sources(config), now=DemoClock(1), output=Loud())
"""


def start_night(folder: Path, script: Path) -> subprocess.Popen[str]:
    script.write_text(textwrap.dedent(RUN_NIGHT), encoding="utf-8")
    root = Path(__file__).parent.parent.parent
    return subprocess.Popen(
        [sys.executable, str(script), str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )


def wait_for(process: subprocess.Popen[str], text: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(text) or text in line:
            return
    raise AssertionError(f"the night ended before {text!r}")


@pytest.mark.slow
def test_a_night_that_is_killed_three_times_ends_as_an_undisturbed_one(nights: SampleNights, tmp_path: Path) -> None:
    for moment in ("feeds 6", "crawl:", "annotate:"):
        process = start_night(nights.config.folder, tmp_path / "night.py")
        wait_for(process, moment)
        time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
        with open_ledger(nights.config.ledger_path) as ledger:
            assert ledger.row("SELECT count(*) FROM article") is not None
    nights.run(1, force=True)
    with sample_nights(tmp_path / "undisturbed") as other:
        other.run(1)
        assert contents(nights.config) == contents(other.config)


def test_a_second_run_names_the_first_and_touches_nothing_and_readers_are_never_in_the_way(
    nights: SampleNights, tmp_path: Path
) -> None:
    nights.run(1, steps=("crawl",))
    reader = duckdb.connect(str(nights.config.published_path), read_only=True)
    process = start_night(nights.config.folder, tmp_path / "night.py")
    wait_for(process, "crawl:")
    before = nights.config.published_path.stat()
    with pytest.raises(LockedError, match=rf"pid {process.pid}, started at 2026-03-10T04:00") as refused:
        nights.run(1)
    assert refused.value.exit_code == 2
    assert nights.config.published_path.stat() == before
    assert reader.execute("SELECT count(*) > 30 FROM articles").fetchone() == (True,)
    process.communicate()
    assert process.returncode == 0
    # The reader still holds the old copy; the file under its name is the new one.
    assert reader.execute("SELECT count(*) FROM incidents").fetchone() == (0,)
    reader.close()
    assert len(told_incidents(nights.config)) > 5
