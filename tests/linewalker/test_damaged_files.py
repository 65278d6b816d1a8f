"""Commands over broken files: one line that names the file and what to do, the exit code, and the file as it was."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from linewalker.cli import app
from linewalker.endings import guarded
from store.database import open_ledger
from store.publish import publish

READERS = (
    ("query", "SELECT 1"),
    ("search", "pipeline"),
    ("incident", "inc-1"),
    ("export", "csv"),
    ("chart", "SELECT 1 AS a, 2 AS b", "--out", "{folder}/out.svg"),
    ("brief", "--dry"),
    ("status",),
)
WRITERS = (("run",), ("crawl",), ("annotate",), ("resolve",), ("brief",), ("import", "{folder}/page.html"))


def _text(path: Path) -> None:
    path.write_text("this is no database\n" * 5000)


def _half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _gone(path: Path) -> None:
    path.unlink()


def _journal(path: Path) -> None:
    path.with_name(f"{path.name}.wal").write_text("no journal\n" * 100)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "linewalker.toml").write_text("[sources]\nshipped = false\n")
    (tmp_path / "page.html").write_text("<html><body><p>A page.</p></body></html>")
    with open_ledger(tmp_path / "work" / "ledger.duckdb"):
        pass
    publish(tmp_path / "work" / "ledger.duckdb", tmp_path / "linewalker.duckdb")
    return tmp_path


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "lock" and "out." not in path.name
    }


def call(capfd: pytest.CaptureFixture[str], folder: Path, arguments: tuple[str, ...]) -> tuple[int, str]:
    told = [one.format(folder=folder) for one in arguments]
    code = guarded(lambda: app([*told, "-c", str(folder)], standalone_mode=False))
    return code, capfd.readouterr().err


@pytest.mark.parametrize("spoil", [_text, _half, _empty, _folder, _gone])
@pytest.mark.parametrize("arguments", READERS, ids=lambda one: one[0])
def test_reader_of_a_broken_copy_is_told_in_a_line(
    folder: Path, capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...], spoil: Callable[[Path], None]
) -> None:
    path = folder / "linewalker.duckdb"
    spoil(path)
    before = files(folder)
    code, err = call(capfd, folder, arguments)
    assert (code, err.count("\n")) == (1, 1), err
    assert str(path) in err
    assert any(word in err for word in ("run", "move", "bring", "name")), err
    assert files(folder) == before


@pytest.mark.parametrize("spoil", [_text, _half, _empty, _folder, _gone, _journal])
@pytest.mark.parametrize("arguments", WRITERS, ids=lambda one: one[0])
def test_run_over_a_broken_ledger_does_nothing(
    folder: Path, capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...], spoil: Callable[[Path], None]
) -> None:
    path = folder / "work" / "ledger.duckdb"
    spoil(path)
    before = files(folder)
    code, err = call(capfd, folder, arguments)
    assert (code, err.count("\n")) == (2, 1), err
    assert str(path) in err
    assert files(folder) == before


def test_copy_put_back_in_place_of_a_lost_ledger_is_gone_on_with(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = folder / "work" / "ledger.duckdb"
    path.unlink()
    code, err = call(capfd, folder, ("resolve",))
    assert code == 2
    assert "copy that to" in err
    shutil.copy(folder / "linewalker.duckdb", path)
    assert call(capfd, folder, ("resolve",))[0] == 0


def test_torn_journal_is_told_by_the_run_that_mends_it(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    journal = folder / "work" / "ledger.duckdb.wal"
    journal.write_bytes(b"d\x00be\x00\x02f\x00")  # the beginning of a header
    code, err = call(capfd, folder, ("resolve",))
    assert code == 0
    assert f"{journal} ended within a transaction" in err
    assert journal.with_name("ledger.duckdb.wal.torn").read_bytes() == b"d\x00be\x00\x02f\x00"
