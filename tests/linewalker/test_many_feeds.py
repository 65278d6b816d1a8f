"""A small run of benchmarks/many_feeds.py: dead, hostile and slow feeds among good ones, and an unchanged night."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from linewalker.config import CONFIG_NAME, load_config
from store.database import open_ledger

ROOT = Path(__file__).parent.parent.parent
FEEDS = 120
FILES = 256  # that the command may have open
NIGHTS = ("first", "second", "second, forced")


@dataclass(frozen=True)
class Ended:
    """What the benchmark told, and the ledger that it left."""

    nights: dict[str, dict[str, Any]]
    rows: Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    scratch = tmp_path_factory.mktemp("many")
    folder, figures = scratch / "nights", scratch / "figures.json"
    command = [sys.executable, str(ROOT / "benchmarks" / "many_feeds.py"), "--feeds", str(FEEDS), "--entries", "2"]
    # Short time limits, so that those who never answer cost little; the size limits are the default ones.
    command += [
        "--files",
        str(FILES),
        "--timeout",
        "9",
        "--spacing",
        "0",
        "--folder",
        str(folder),
        "--json",
        str(figures),
    ]
    told = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    print(told.stdout)
    config = load_config(folder / CONFIG_NAME)

    def rows(sql: str) -> list[tuple[Any, ...]]:
        with open_ledger(config.published_path, read_only=True) as ledger:
            return ledger.rows(sql)

    return Ended({one["name"]: one for one in json.loads(figures.read_text(encoding="utf-8"))}, rows)


@pytest.mark.parametrize("name", NIGHTS)
def test_every_feed_has_the_outcome_that_its_server_deserves(ended: Ended, name: str) -> None:
    assert ended.nights[name]["faults"] == []
    assert ended.nights[name]["exit_code"] in (0, 3)


def test_every_feed_is_told_once_a_night_be_it_asked_or_left_alone(ended: Ended) -> None:
    assert ended.rows("SELECT count(*), count(DISTINCT feed_url) FROM source_health WHERE listed") == [(FEEDS, FEEDS)]
    told = ended.rows("SELECT run_id, feed_url, outcome, reason FROM stored.fetch_log WHERE kind = 'feed'")
    assert set(Counter(row[:2] for row in told).values()) == {1}
    nights = Counter(row[0] for row in told)
    assert list(nights.values()) == [FEEDS] * len(NIGHTS)
    assert all(reason for _, _, _, reason in told)
    due = [ended.nights[name]["counts"]["feeds_due"] for name in NIGHTS]
    assert due[0] == FEEDS
    assert due[1] < due[2] <= FEEDS
    left_alone = Counter(run for run, _, outcome, _ in told if outcome == "skipped")
    assert sorted(left_alone.values()) == sorted(FEEDS - count for count in due[1:])


def test_each_article_is_stored_once_and_the_second_night_adds_nothing(ended: Ended) -> None:
    ((articles, urls, versions),) = ended.rows(
        "SELECT (SELECT count(*) FROM stored.article), (SELECT count(DISTINCT url) FROM stored.article), "
        "(SELECT count(*) FROM stored.article_version)"
    )
    assert articles == urls == versions == ended.nights["first"]["counts"]["articles_new"]
    assert articles > FEEDS
    for name in NIGHTS[1:]:
        assert ended.nights[name]["asked"].get("pages", 0) == 0
        assert "articles_new" not in ended.nights[name]["counts"]


@pytest.mark.parametrize("name", NIGHTS)
def test_memory_and_open_files_are_bounded(ended: Ended, name: str) -> None:
    assert 50 < ended.nights[name]["peak_mb"] < 1500
    assert ended.nights[name]["most_files"] < FILES
