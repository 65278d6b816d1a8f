"""Nights killed with -9, by how far they had come; benchmarks/kills.py does the same at fifty random instants."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from store.database import find_migrations, open_ledger
from store.publish import publish
from store.query import run_query
from tests.linewalker.killing import (
    ROOT,
    Night,
    briefings,
    contents,
    differing,
    kill,
    killable_night,
    litter,
)

PATIENCE_S = 120


class Undisturbed:
    """What a night comes to that nobody kills."""

    def __init__(self, night: Night) -> None:
        code, err = night.finish()
        assert code == 0, err
        self.requests = len(night.server.requests)
        self.contents = contents(night.config.ledger_path)
        self.briefings = briefings(night.config)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Undisturbed]:
    with killable_night(tmp_path_factory.mktemp("undisturbed") / "night", alerts=True) as night:
        yield Undisturbed(night)


def wait_until(reached: Callable[[], object], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not reached() and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.002)


def told(process: subprocess.Popen[str], word: str) -> None:
    """Waits for a line of the run."""
    assert process.stderr is not None
    for line in process.stderr:
        if word in line:
            return


def kill_at_request(night: Night, number: int, *, group: bool) -> set[str]:
    """Kills the night's crawl when the server has had so many requests; gives what is stored then."""
    process = night.start()
    wait_until(lambda: len(night.server.requests) >= number, process)
    kill(process, group=group)
    return night.stored()


def check_end(night: Night, undisturbed: Undisturbed) -> str:
    """Runs the night to its end: it is as if nobody had killed it."""
    code, err = night.finish()
    assert code == 0, err
    assert differing(contents(night.config.ledger_path), undisturbed.contents) == {}
    assert differing(contents(night.config.published_path), undisturbed.contents) == {}
    assert briefings(night.config) == undisturbed.briefings
    assert litter(night.config) == []
    return err


@pytest.mark.slow
def test_crawl_killed_again_and_again_fetches_nothing_twice_but_what_was_in_flight(
    undisturbed: Undisturbed, tmp_path: Path
) -> None:
    with killable_night(tmp_path / "night", alerts=True) as night:
        asked = 0
        for number, share in enumerate((0.05, 0.3, 0.4, 0.5)):
            more = asked + int(undisturbed.requests * share)
            stored = kill_at_request(night, more, group=bool(number % 2))
            before, asked = set(night.pages()), len(night.server.requests)
            if number < 3:
                continue
        check_end(night, undisturbed)
        again = set(night.pages(asked))
        assert not again & stored
        assert {*before, *again} == set(night.pages())
        assert night.receiver is not None
        assert night.receiver.taken.total() == 1


@pytest.mark.parametrize("word", ["annotate: ", "briefing: "])
def test_night_killed_between_two_steps_goes_on_there(undisturbed: Undisturbed, tmp_path: Path, word: str) -> None:
    with killable_night(tmp_path / "night", alerts=True) as night:
        process = night.start()
        told(process, word)
        kill(process, group=False)
        asked, stored = len(night.server.requests), night.stored()
        err = check_end(night, undisturbed)
        assert not set(night.pages(asked)) & stored
        assert "annotate: no article to read" in err
        # The rule was new in the night that was killed: what that had found is told all the same, and once.
        assert night.receiver is not None
        assert night.receiver.taken.total() == 1
        runs = run_query(night.config.published_path, "SELECT status, error FROM runs ORDER BY started_at").rows
        assert [row[0] for row in runs] == ["interrupted", "complete"]


PUBLISHER = """
import sys
from pathlib import Path
from store.publish import publish
publish(Path(sys.argv[1]), Path(sys.argv[2]))
"""
OPENER = """
import sys
from pathlib import Path
from store.database import open_ledger
print("ready", flush=True)
with open_ledger(Path(sys.argv[1])) as ledger:
    pass
"""


def run_python(code: str, *arguments: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip


def test_publishing_killed_while_it_copies_leaves_the_last_copy(tmp_path: Path) -> None:
    path, copy = tmp_path / "ledger.duckdb", tmp_path / "linewalker.duckdb"
    with open_ledger(path) as ledger:
        ledger.execute(
            "INSERT INTO story SELECT 's' || i, repeat(md5(i::VARCHAR), 30), 1, now(), 'r' FROM range(90000) t(i)"
        )
    publish(path, copy)
    before = copy.read_bytes()
    with open_ledger(path) as ledger:
        ledger.execute("INSERT INTO story VALUES ('last', '[]', 1, now(), 'r')")
    for _ in range(3):
        process = run_python(PUBLISHER, path, copy)
        wait_until(lambda: list(tmp_path.glob(".linewalker.duckdb.*.tmp")), process)
        kill(process, group=True)
        assert copy.read_bytes() in (before, path.read_bytes())
        assert run_query(copy, "SELECT count(*) >= 0 FROM articles").rows == ((True,),)
    publish(path, copy)
    assert copy.read_bytes() == path.read_bytes()
    assert sorted(found.name for found in tmp_path.iterdir()) == ["ledger.duckdb", "linewalker.duckdb"]


def test_migration_killed_at_any_moment_is_gone_on_with(tmp_path: Path) -> None:
    old = tmp_path / "old.duckdb"
    with duckdb.connect(str(old)) as connection:
        connection.execute(
            "CREATE SCHEMA stored; CREATE TABLE stored.schema_migration "
            "(number INTEGER PRIMARY KEY, name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, applied_at TIMESTAMPTZ)"
        )
        for number, name, sql in find_migrations()[:4]:
            connection.execute(sql)
            connection.execute("INSERT INTO stored.schema_migration VALUES (?, ?, '', NULL)", [number, name])
        connection.execute("INSERT INTO stored.story SELECT 's' || i, '[]', 1, now(), 'r' FROM range(1000) t(i)")
    whole = tmp_path / "whole.duckdb"
    shutil.copy(old, whole)
    started = time.monotonic()
    with open_ledger(whole):
        took = time.monotonic() - started
    seen = set()
    for number in range(8):
        path = tmp_path / "ledger.duckdb"
        shutil.copy(old, path)
        process = run_python(OPENER, path)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(took * (number + 0.5) / 8)
        kill(process, group=True)
        with open_ledger(path) as ledger:
            assert ledger.rows("SELECT count(*), max(number) FROM schema_migration") == [(len(find_migrations()),) * 2]
            assert ledger.rows("SELECT count(*) FROM story") == [(1000,)]
        seen.add(differing(contents(path), contents(whole)) == {})
        path.unlink()
    assert seen == {True}
