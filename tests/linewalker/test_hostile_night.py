"""A whole night among the worst of servers: each costs itself, and nobody else."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import zstandard

from linewalker.config import CONFIG_NAME, Config, load_config
from linewalker.nightly import NightResult, configured_sources, run_night
from store.database import open_ledger
from tests.crawler.servers import answer
from tests.linewalker.hostile import (
    FORBIDDEN,
    SECRET,
    SERVER,
    Case,
    HostileWeb,
    MemoryWatch,
    feed_answer,
    good_cases,
    hostile_cases,
    hostile_web,
    rss,
)
from tests.linewalker.nights import Collected

ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
MOST_MEGABYTES = 1500
MOST_SECONDS = 90  # generous: other work may share the machine
CASES = {case.id: case for case in (*good_cases(), *hostile_cases(Path("/nowhere"), 1))}


@dataclass(frozen=True)
class Ended:
    """A run of the whole night, in a process of its own."""

    config: Config
    exit_code: int
    told: str
    peak_megabytes: float
    seconds: float
    trapped: tuple[object, ...]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with open_ledger(self.config.published_path, read_only=True) as ledger:
            return ledger.rows(sql)


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostileWeb]:
    try:
        socket.create_server((SERVER, 0)).close()
    except OSError as error:
        pytest.skip(f"this system has no {SERVER}: {error}")
    with hostile_web(tmp_path_factory.mktemp("web")) as running:
        yield running


@pytest.fixture(scope="module")
def ended(web: HostileWeb, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    folder = tmp_path_factory.mktemp("hostile")
    web.write_folder(folder)
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "linewalker.cli", "run", "-c", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    watch = MemoryWatch(process.pid)
    watch.start()
    try:
        told, _ = process.communicate(timeout=MOST_SECONDS)
    finally:
        process.kill()
        peak = watch.stop()
    seconds = time.monotonic() - started
    print(f"hostile night: {seconds:.1f} s, peak {peak:.0f} MB {[round(part) for part in watch.parts]}")
    config = load_config(folder / CONFIG_NAME)
    return Ended(config, process.returncode, told, peak, seconds, tuple(web.trapped))


@pytest.fixture(scope="module")
def health(ended: Ended) -> dict[str, tuple[Any, ...]]:
    found = ended.rows("SELECT source_id, outcome, reason, articles FROM source_health ORDER BY source_id")
    assert [row[0] for row in found] == sorted(CASES), "each source is accounted for exactly once"
    return {row[0]: row[1:] for row in found}


@pytest.fixture(scope="module")
def entries(ended: Ended) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = {}
    for source, *row in ended.rows("SELECT source_id, outcome, reason FROM stored.fetch_log WHERE kind = 'entry'"):
        found.setdefault(source, []).append(tuple(row))
    return found


def test_the_run_ends_in_time_and_says_what_was_missing(ended: Ended) -> None:
    answered = sum(case.outcome == "ok" for case in CASES.values())
    assert ended.exit_code == 3, ended.told
    assert f"note: only {answered} of {len(CASES)} due feeds answered" in ended.told
    assert "Traceback" not in ended.told
    assert "failed" not in ended.told


def test_all_processes_together_stay_under_the_limit(ended: Ended) -> None:
    assert 100 < ended.peak_megabytes < MOST_MEGABYTES


def test_no_connection_was_made_to_a_forbidden_address(ended: Ended) -> None:
    assert ended.trapped == ()


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_each_source_has_one_line_that_says_what_happened(
    case: Case, health: dict[str, tuple[Any, ...]], entries: dict[str, list[tuple[Any, ...]]]
) -> None:
    outcome, reason, articles = health[case.id]
    assert (outcome, articles) == (case.outcome, case.articles), reason
    assert case.says in reason
    assert "\n" not in reason
    assert len(reason) < 400
    if case.page_outcome is None:
        assert len(entries.get(case.id, ())) == case.articles
        return
    ((page_outcome, page_reason),) = entries[case.id]
    assert page_outcome == case.page_outcome, page_reason
    assert case.page_says in page_reason
    if page_outcome != "ok":
        assert page_reason.removeprefix("no article: ") in reason, "source health tells it too"


def test_the_good_sources_articles_are_all_stored_whole(ended: Ended) -> None:
    good = {case.id for case in good_cases()}
    found = ended.rows("SELECT source_id, title, text FROM articles ORDER BY title")
    told = [(title, text) for source, title, text in found if source in good]
    assert [title for title, _ in told] == sorted(
        f"{name} story {letter}" for name in ("North-Wire", "Harbour-Post", "Grid-Letter") for letter in "ABC"
    )
    assert all("more to come" in text for _, text in told)
    assert ended.rows("SELECT count(*) FROM incidents") == [(1,)]


def test_a_wrong_charset_spoils_no_word(ended: Ended) -> None:
    ((text,),) = ended.rows("SELECT text FROM articles WHERE source_id = 'charset'")
    assert "“Prices won’t fall soon”, a trader in Łódź said – and shrugged." in text


def test_nothing_of_a_local_file_is_anywhere(ended: Ended) -> None:
    needles = [SECRET.encode(), b"root:x:0"]
    kept = [path for path in ended.config.folder.rglob("*") if path.is_file()]
    assert len(kept) > 5
    for path in kept:
        data = path.read_bytes()
        if data.startswith(zstandard.FRAME_HEADER):
            data = zstandard.decompress(data, max_output_size=32_000_000)
        assert not [needle for needle in needles if needle in data], path
    with open_ledger(ended.config.published_path, read_only=True) as ledger:
        tables = ledger.rows("SELECT table_name FROM duckdb_tables() WHERE NOT internal AND schema_name = 'stored'")
        for (table,) in tables:
            for row in ledger.rows(f"SELECT t::VARCHAR FROM stored.{table} t"):
                assert SECRET not in row[0]
                assert "root:x:0" not in row[0]


def test_the_publishers_wishes_are_remembered(ended: Ended) -> None:
    found = ended.rows(
        "SELECT f.source_id, s.disabled, s.not_before_at - s.checked_at FROM stored.feed_state s "
        "JOIN stored.feed f USING (feed_url) WHERE f.source_id IN ('status-410', 'status-429') ORDER BY 1"
    )
    assert [(row[0], row[1]) for row in found] == [("status-410", True), ("status-429", False)]
    assert found[1][2].total_seconds() == pytest.approx(7200, abs=60)


def test_a_name_that_resolves_elsewhere_the_second_time_is_refused(
    web: HostileWeb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        asked.append(host)
        address = SERVER if len(asked) == 1 else FORBIDDEN
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    origin = f"http://rebinding.example:{web.server.port}"
    web.server.routes["rebinding.example/robots.txt"] = answer("", headers={"Connection": "close"})
    web.server.routes["rebinding.example/feed.xml"] = feed_answer(rss(("A", f"{origin}/page", "Short.")))
    web.write_folder(tmp_path, only=("north-wire",), more=(f"{origin}/feed.xml",))
    config = load_config(tmp_path / CONFIG_NAME)
    result = crawl_only(config)
    with open_ledger(config.ledger_path, read_only=True) as ledger:
        found: dict[str, str] = dict(ledger.rows("SELECT source_id, reason FROM source_health"))
    assert asked == ["rebinding.example"] * 2
    assert "rebinding.example: 127.0.0.9 is a forbidden address (loopback)" in found["more-0"]
    assert found["north-wire"] == "3 entries"
    assert (result.exit_code, result.reasons) == (3, ("only 1 of 2 due feeds answered",))
    assert web.trapped == []


def test_a_night_without_any_answer_is_a_failed_one(web: HostileWeb, tmp_path: Path) -> None:
    web.write_folder(tmp_path, only=("status-500", "closes", "loopback"))
    result = crawl_only(load_config(tmp_path / CONFIG_NAME))
    assert result.exit_code == 2
    told, example = result.reasons[-2:]
    assert told == "no feed answered at all: is this machine online?"
    assert example.startswith("1 of 3 feeds failed with: loopback.example: 127.0.0.9 is a forbidden address")
    assert example.endswith("(http://loopback.example/feed.xml)")


def crawl_only(config: Config) -> NightResult:
    return run_night(config, configured_sources(config), now=lambda: NOW, output=Collected(), steps=("crawl",))
