from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from store.database import open_ledger
from store.errors import LedgerError
from store.publish import publish
from store.query import run_query
from tests.store.samples import add, make_article

COUNT = "SELECT count(*) FROM articles"


def _grow(path: Path, number: int) -> None:
    with open_ledger(path) as ledger:
        add(ledger, make_article(f"https://daily.example/{number}"))


def test_published_copy_has_what_the_ledger_has(tmp_path: Path) -> None:
    path, copy = tmp_path / "ledger.duckdb", tmp_path / "out" / "published.duckdb"
    _grow(path, 1)
    assert publish(path, copy)
    assert run_query(copy, COUNT).rows == ((1,),)
    _grow(path, 2)
    assert run_query(copy, COUNT).rows == ((1,),)
    assert publish(path, copy)
    assert run_query(copy, COUNT).rows == ((2,),)
    assert [found.name for found in copy.parent.iterdir()] == ["published.duckdb"]


def test_nothing_is_copied_when_nothing_has_changed(tmp_path: Path) -> None:
    path, copy = tmp_path / "ledger.duckdb", tmp_path / "published.duckdb"
    _grow(path, 1)
    assert publish(path, copy)
    inode = copy.stat().st_ino
    with open_ledger(path) as ledger:
        ledger.rows(COUNT)
    assert not publish(path, copy)
    assert copy.stat().st_ino == inode


def test_new_ledger_under_the_old_name_is_published(tmp_path: Path) -> None:
    path, copy = tmp_path / "ledger.duckdb", tmp_path / "published.duckdb"
    _grow(path, 1)
    publish(path, copy)
    path.unlink()
    _grow(path, 2)
    assert publish(path, copy)
    assert run_query(copy, "SELECT url FROM articles").rows == (("https://daily.example/2",),)


def test_reader_keeps_its_copy_while_the_next_is_published(tmp_path: Path) -> None:
    path, copy = tmp_path / "ledger.duckdb", tmp_path / "published.duckdb"
    _grow(path, 1)
    publish(path, copy)
    code = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True)\n"
        "print(c.execute('SELECT count(*) FROM articles').fetchone()[0], flush=True); sys.stdin.readline()\n"
        "print(c.execute('SELECT count(*) FROM articles').fetchone()[0], flush=True)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(copy)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "1\n"
        with open_ledger(path) as ledger:
            for number in range(2, 6):
                add(ledger, make_article(f"https://daily.example/{number}"))
            assert run_query(copy, COUNT).rows == ((1,),)  # asked while the ledger is being written
        assert publish(path, copy)
        told, _ = reader.communicate("\n")
    assert told == "1\n"
    assert run_query(copy, COUNT).rows == ((5,),)


def test_half_copies_of_a_killed_run_are_cleaned_up(tmp_path: Path) -> None:
    path, copy = tmp_path / "ledger.duckdb", tmp_path / "published.duckdb"
    _grow(path, 1)
    (tmp_path / ".published.duckdb.4711.tmp").write_bytes(b"half")
    publish(path, copy)
    assert sorted(found.name for found in tmp_path.iterdir()) == ["ledger.duckdb", "published.duckdb"]


def test_what_cannot_be_published_is_said(tmp_path: Path) -> None:
    path = tmp_path / "ledger.duckdb"
    with pytest.raises(LedgerError, match="nothing to publish"):
        publish(path, tmp_path / "published.duckdb")
    _grow(path, 1)
    with pytest.raises(LedgerError, match="another name"):
        publish(path, path)
    with open_ledger(path), pytest.raises(LedgerError, match="already open in this process"):
        publish(path, tmp_path / "published.duckdb")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    path, folder = tmp_path / "ledger.duckdb", tmp_path / "closed"
    _grow(path, 1)
    folder.mkdir(mode=0o500)
    with pytest.raises(LedgerError, match="cannot be written"):
        publish(path, folder / "published.duckdb")
