"""Ledgers and journals that are torn, swapped, altered or none at all: named in one line, and kept as they are."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from store.database import find_migrations, open_ledger
from store.errors import LedgerError, StoreError
from store.journal import find_journal, read_journal
from store.publish import check_not_lost, publish
from store.query import run_query
from tests.store.samples import NIGHT

ROOT = Path(__file__).parents[2]
STORIES = 6
# Stores one story after the other, each in a transaction, and ends as a kill ends it: the journal stays.
WRITER = """
import os, sys
from pathlib import Path
from store.database import open_ledger
from tests.store.samples import NIGHT
ledger = open_ledger(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    ledger.execute("INSERT INTO story VALUES (?, ?, 1, ?, 'r')", [f"s{number}", "x" * 300 * (number + 1), NIGHT])
os._exit(9)
"""


def kill_writer(path: Path, stories: int = STORIES) -> None:
    subprocess.run([sys.executable, "-c", WRITER, str(path), str(stories)], cwd=ROOT, check=False)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger whose last transactions are in its journal alone."""
    path = tmp_path_factory.mktemp("killed") / "ledger.duckdb"
    with open_ledger(path):
        pass
    kill_writer(path)
    return path


@pytest.fixture
def path(killed: Path, tmp_path: Path) -> Path:
    for file in (killed, find_journal(killed)):
        shutil.copy(file, tmp_path / file.name)
    return tmp_path / killed.name


def files(folder: Path) -> dict[str, bytes]:
    return {found.name: found.read_bytes() for found in folder.iterdir()}


def stories(path: Path) -> list[str]:
    with open_ledger(path) as ledger:
        return [str(row[0]) for row in ledger.rows("SELECT story_id FROM story ORDER BY 1")]


def refused(path: Path, *, read_only: bool = False) -> str:
    """The one line by which a ledger is refused; nothing in its folder has changed."""
    before = files(path.parent)
    with pytest.raises(LedgerError) as caught:
        open_ledger(path, read_only=read_only)
    told = str(caught.value)
    assert files(path.parent) == before
    assert "\n" not in told
    assert str(path) in told
    return told


def test_whole_journal_is_played_back_without_a_word(path: Path) -> None:
    journal = read_journal(find_journal(path))
    assert journal is not None
    assert (journal.state, len(journal.commits)) == ("whole", STORIES)
    with open_ledger(path) as ledger:
        assert ledger.notice is None
        assert ledger.rows("SELECT count(*) FROM story") == [(STORIES,)]
    assert [found.name for found in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("share", [0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.9999])
@pytest.mark.parametrize("zeros", [0, 700])
def test_torn_journal_gives_its_whole_transactions_and_is_kept(path: Path, share: float, zeros: int) -> None:
    wal = find_journal(path)
    body = wal.read_bytes()
    cut = body[: max(1, int(len(body) * share))]
    if zeros and len(cut) < 64:
        pytest.skip("a header with zeros behind it is no header")
    wal.write_bytes(cut + bytes(zeros))
    journal = read_journal(wal)
    assert journal is not None
    whole = len(journal.commits)
    with open_ledger(path) as ledger:
        assert ledger.notice is not None
        assert ledger.notice.startswith(f"{wal} ended within a transaction")
        assert f"{whole} whole ones" in ledger.notice
        assert ledger.rows("SELECT story_id FROM story ORDER BY 1") == [(f"s{one}",) for one in range(whole)]
        ledger.execute("INSERT INTO story VALUES ('later', '[]', 1, ?, 'r')", [NIGHT])
    assert wal.with_name(f"{wal.name}.torn").read_bytes() == cut + bytes(zeros)
    with open_ledger(path) as ledger:
        assert ledger.notice is None
        assert ledger.rows("SELECT count(*) FROM story") == [(whole + 1,)]


def test_tear_between_two_transactions_cannot_be_seen(path: Path) -> None:
    journal = read_journal(find_journal(path))
    assert journal is not None
    os.truncate(find_journal(path), journal.commits[2])
    with open_ledger(path) as ledger:
        assert ledger.notice is None
        assert ledger.rows("SELECT count(*) FROM story") == [(3,)]


def test_torn_journal_is_read_without_being_touched(path: Path) -> None:
    os.truncate(find_journal(path), 1000)
    before = files(path.parent)
    with open_ledger(path, read_only=True) as ledger:
        assert ledger.rows("SELECT count(*) < 6 FROM story") == [(True,)]
    assert files(path.parent) == before


@pytest.mark.parametrize("seed", range(24))
@pytest.mark.parametrize("read_only", [False, True])
def test_no_flipped_byte_of_a_journal_loses_a_transaction_in_silence(path: Path, seed: int, read_only: bool) -> None:
    wal = find_journal(path)
    body = bytearray(wal.read_bytes())
    journal = read_journal(wal)
    assert journal is not None
    chance = random.Random(seed)
    # In the header, in the length of an entry, and anywhere: the lengths are what DuckDB itself does not see.
    places = (
        chance.randrange(41),
        chance.choice(journal.commits[:-1]) + chance.randrange(8),
        chance.randrange(len(body)),
    )
    place = places[seed % 3]
    body[place] ^= 1 << chance.randrange(8)
    wal.write_bytes(bytes(body))
    try:
        with open_ledger(path, read_only=read_only) as ledger:  # a bit that says nothing
            assert ledger.rows("SELECT count(*) FROM story") == [(STORIES,)]
        return
    except LedgerError:
        wal.write_bytes(bytes(body))
    told = refused(path, read_only=read_only)
    assert str(wal) in told
    assert "away" in told or "truncate -s" in told or "update Linewalker" in told


def test_damaged_journal_is_cut_where_the_message_says(path: Path) -> None:
    wal = find_journal(path)
    body = bytearray(wal.read_bytes())
    journal = read_journal(wal)
    assert journal is not None
    body[journal.commits[3] + 40] ^= 1
    wal.write_bytes(bytes(body))
    told = refused(path)
    command = told[told.index("truncate -s") :].rstrip(".").split()
    assert subprocess.run(command, check=False).returncode == 0
    assert stories(path) == ["s0", "s1", "s2", "s3"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"this is no journal\n" * 100, "no journal of"),
        (random.Random(1).randbytes(5000), "no journal of"),
        (b"d\x00be\x00\x04f\x00\x00g\x00\x01\xff\xff" + bytes(100), "newer DuckDB"),
    ],
    ids=["text", "noise", "newer"],
)
@pytest.mark.parametrize("read_only", [False, True])
def test_what_is_no_journal_is_not_written_over(path: Path, content: bytes, message: str, read_only: bool) -> None:
    find_journal(path).write_bytes(content)
    assert message in refused(path, read_only=read_only)


def test_journal_of_nothing_but_zeros_is_one_that_was_never_written(path: Path) -> None:
    wal = find_journal(path)
    wal.write_bytes(bytes(4096))
    with open_ledger(path) as ledger:
        assert ledger.notice is not None
        assert ledger.rows("SELECT count(*) FROM story") == [(0,)]
    assert wal.with_name(f"{wal.name}.torn").read_bytes() == bytes(4096)
    wal.write_bytes(bytes(20))
    open_ledger(path).close()
    assert wal.with_name(f"{wal.name}.torn-2").read_bytes() == bytes(20)


@pytest.mark.parametrize("which", ["another ledger", "an earlier state"])
def test_journal_of_another_database_is_refused(path: Path, tmp_path: Path, which: str) -> None:
    wal = find_journal(path)
    if which == "another ledger":
        other = tmp_path / "elsewhere" / "other.duckdb"
        with open_ledger(other):
            pass
        kill_writer(other, 2)
        wal.write_bytes(find_journal(other).read_bytes())
        shutil.rmtree(other.parent)
    else:
        body = wal.read_bytes()
        with open_ledger(path) as ledger:
            ledger.execute("CHECKPOINT")
        wal.write_bytes(body)
    assert "belongs to another ledger, or to ledger.duckdb as it was" in refused(path)


def test_empty_journal_is_nothing(path: Path) -> None:
    find_journal(path).write_bytes(b"")
    with open_ledger(path) as ledger:
        assert ledger.notice is None
        assert ledger.rows("SELECT * FROM story") == []


@pytest.mark.parametrize("suffix", [".wal", ".wal.checkpoint", ".wal.recovery"])
def test_journal_without_its_ledger_starts_no_new_one(path: Path, suffix: str) -> None:
    find_journal(path).rename(path.with_name(path.name + suffix))
    path.unlink()
    assert "bring the ledger back" in refused(path)


def test_torn_journal_of_a_writer_at_work_is_left_to_it(tmp_path: Path) -> None:
    path = tmp_path / "ledger.duckdb"
    with open_ledger(path):
        pass
    code = WRITER.replace("os._exit(9)", "print('held', flush=True); sys.stdin.read(); os._exit(9)")
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path), "3"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        with find_journal(path).open("ab") as wal:
            wal.write(b"the beginning of an entry")
        try:
            told = refused(path)
        finally:
            writer.communicate()
    assert "open elsewhere" in told


def _text(path: Path) -> None:
    path.write_text("this is no database\n" * 5000)


def _sqlite(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE story (story_id TEXT)")
    connection.commit()
    connection.close()


def _parquet(path: Path) -> None:
    pq.write_table(pa.table({"story_id": ["a", "b"]}), path)


def _noise(path: Path) -> None:
    path.write_bytes(random.Random(2).randbytes(300_000))


def _zeros(path: Path) -> None:
    path.write_bytes(bytes(600_000))


def _newer_storage(path: Path) -> None:
    with open_ledger(path):
        pass
    body = path.read_bytes()
    header = struct.pack("<4sQ", b"DUCK", 250) + body[20:4096]  # behind the checksum
    checksum = 5381
    for (word,) in struct.iter_unpack("<Q", header):
        checksum ^= word * 0xBF58476D1CE4E5B9 & (1 << 64) - 1
    path.write_bytes(struct.pack("<Q", checksum) + header + body[4096:])


def _newer_schema(path: Path) -> None:
    with open_ledger(path) as ledger:
        ledger.execute("INSERT INTO schema_migration VALUES (9999, '9999_x.sql', 'x', NULL)")


def _gap(path: Path) -> None:
    with open_ledger(path) as ledger:
        ledger.execute("DELETE FROM schema_migration WHERE number = 3")


def _strange_migration(path: Path) -> None:
    with open_ledger(path) as ledger:
        ledger.execute("UPDATE schema_migration SET name = '0003_mine.sql' WHERE number = 3")


def _foreign(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE mine AS SELECT 1 AS x")


def _dangling(path: Path) -> None:
    path.symlink_to(path.parent / "unmounted" / "ledger.duckdb")


def _pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_text, "no DuckDB file"),
        (_sqlite, "no DuckDB file"),
        (_parquet, "no DuckDB file"),
        (_noise, "no DuckDB file"),
        (_zeros, "no DuckDB file"),
        (Path.touch, "is empty"),
        (Path.mkdir, "is a folder"),
        (_pipe, "no ordinary file"),
        (_dangling, "a link to"),
        (_newer_storage, "newer DuckDB"),
        (_newer_schema, "newer Linewalker"),
        (_gap, "lacks migration 0003_reviews.sql"),
        (_strange_migration, "has 0003_mine.sql as its migration 3"),
        (_foreign, "no Linewalker ledger"),
    ],
)
@pytest.mark.parametrize("read_only", [False, True])
def test_what_is_no_ledger_is_named_and_kept(
    tmp_path: Path, spoil: Callable[[Path], None], message: str, read_only: bool
) -> None:
    path = tmp_path / "ledger.duckdb"
    spoil(path)
    names = {found.name for found in tmp_path.iterdir()}
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(LedgerError, match=message) as caught:
        open_ledger(path, read_only=read_only)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert {found.name for found in tmp_path.iterdir()} == names
    assert (path.read_bytes() if path.is_file() else None) == before


@pytest.mark.parametrize("share", [0.0001, 0.005, 0.02, 0.1, 0.4, 0.7, 0.95, 0.999])
def test_ledger_cut_off_anywhere_is_refused_or_whole(killed: Path, tmp_path: Path, share: float) -> None:
    path = tmp_path / "ledger.duckdb"
    shutil.copy(killed, path)  # without its journal
    with open_ledger(path) as ledger:
        ledger.execute("CHECKPOINT")
    whole = path.stat().st_size
    os.truncate(path, int(whole * share))
    told = refused(path)
    assert "is damaged: it is cut off" in told or "no DuckDB file" in told
    assert "backup" in told or "move it away" in told


def test_page_that_no_longer_reads_back_is_the_files_fault(killed: Path, tmp_path: Path) -> None:
    path = tmp_path / "ledger.duckdb"
    for file in (killed, find_journal(killed)):
        shutil.copy(file, tmp_path / file.name)
    with open_ledger(path) as ledger:
        ledger.execute("CHECKPOINT")
    body = bytearray(path.read_bytes())
    for place in range(3 * 4096 + 500, len(body), 65_536):
        body[place] ^= 0xFF
    path.write_bytes(bytes(body))
    with pytest.raises(LedgerError, match="damaged or incomplete") as caught, open_ledger(path) as ledger:
        ledger.rows("SELECT * FROM story")
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("spoil", [_text, _noise, _zeros, _newer_storage, _sqlite])
def test_question_to_a_broken_copy_is_answered_in_a_sentence(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    path = tmp_path / "linewalker.duckdb"
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=str(path)) as caught:
        run_query(path, "SELECT 1")
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == before


def test_broken_copy_is_replaced_by_the_next_publishing(tmp_path: Path) -> None:
    path, copy = tmp_path / "ledger.duckdb", tmp_path / "linewalker.duckdb"
    with open_ledger(path):
        pass
    _text(copy)
    assert publish(path, copy)
    assert run_query(copy, "SELECT count(*) FROM articles").rows == ((0,),)


def test_lost_ledger_is_not_begun_anew_over_its_copy(tmp_path: Path) -> None:
    path, copy = tmp_path / "ledger.duckdb", tmp_path / "linewalker.duckdb"
    check_not_lost(path, copy)
    with open_ledger(path):
        pass
    publish(path, copy)
    check_not_lost(path, copy)
    path.unlink()
    with pytest.raises(LedgerError, match="is gone, but the published copy") as caught:
        check_not_lost(path, copy)
    assert str(copy) in str(caught.value)
    shutil.copy(copy, path)
    with open_ledger(path) as ledger:
        assert ledger.rows("SELECT count(*) FROM schema_migration") == [(len(find_migrations()),)]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("closed", ["ledger", "journal"])
def test_file_that_may_not_be_read_is_named(path: Path, closed: str) -> None:
    (path if closed == "ledger" else find_journal(path)).chmod(0)
    with pytest.raises(LedgerError, match=r"[Pp]ermission denied"):
        open_ledger(path)


def test_new_ledger_has_small_blocks_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    path = tmp_path / "ledger.duckdb"
    with open_ledger(path) as ledger:
        assert ledger.rows("SELECT block_size FROM pragma_database_size()") == [(65_536,)]
    old = tmp_path / "old.duckdb"
    with duckdb.connect(str(old)) as connection:
        connection.execute(
            "CREATE SCHEMA stored; CREATE TABLE stored.schema_migration "
            "(number INTEGER PRIMARY KEY, name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, applied_at TIMESTAMPTZ)"
        )
        number, name, sql = find_migrations()[0]
        connection.execute(sql)
        connection.execute("INSERT INTO stored.schema_migration VALUES (?, ?, '', NULL)", [number, name])
    with open_ledger(old) as ledger:
        assert ledger.rows("SELECT block_size FROM pragma_database_size()") == [(262_144,)]
        assert ledger.rows("SELECT * FROM articles") == []


def test_a_folder_in_the_copys_place_is_told_before_the_night(tmp_path: Path) -> None:
    copy = tmp_path / "linewalker.duckdb"
    copy.mkdir()
    with pytest.raises(LedgerError, match=r"linewalker\.duckdb is a folder; name a file for the published copy"):
        check_not_lost(tmp_path / "ledger.duckdb", copy)
