from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from store.database import Ledger, find_migrations, open_ledger
from store.errors import LedgerError
from tests.store.samples import NIGHT, add, annotate_all, make_article, resolve_all, tell_night

ROOT = Path(__file__).parents[2]


def test_migrations_are_numbered_without_gap_and_recorded(ledger: Ledger) -> None:
    numbers = [number for number, _, _ in find_migrations()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [row[0] for row in ledger.rows("SELECT number FROM schema_migration ORDER BY number")] == numbers


def test_ledger_opens_again_with_what_was_committed(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "ledger.duckdb"
    with open_ledger(path, now=NIGHT) as ledger:
        ledger.execute("INSERT INTO story VALUES ('s', '[]', 1, ?, 'r')", [NIGHT])
    with open_ledger(path) as ledger:
        assert ledger.rows("SELECT story_id, last_told_at FROM story") == [("s", NIGHT)]
        assert ledger.rows("SELECT DISTINCT applied_at FROM schema_migration") == [(NIGHT,)]
    assert sorted(found.name for found in path.parent.iterdir()) == ["ledger.duckdb"]


def test_file_is_written_for_duckdb_1_5(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.duckdb") as ledger:
        ((tags,),) = ledger.rows("SELECT tags FROM duckdb_databases() WHERE database_name = 'ledger'")
    assert tags["storage_version"].startswith("v1.5.0")


def _text(path: Path) -> None:
    path.write_text("this is no database\n" * 5000)


def _empty(path: Path) -> None:
    path.touch()


def _truncated(path: Path) -> None:
    with open_ledger(path):
        pass
    os.truncate(path, 100_000)


def _stub(path: Path) -> None:
    path.write_bytes(b"\0" * 50)


def _foreign(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE mine AS SELECT 1 AS x")


def _newer(path: Path) -> None:
    with open_ledger(path) as ledger:
        ledger.execute("INSERT INTO schema_migration VALUES (9999, 'x', 'x', NULL)")


def _orphaned_journal(path: Path) -> None:
    path.with_name(path.name + ".wal").write_bytes(b"x")


def _flipped(path: Path) -> None:
    with open_ledger(path):
        pass
    body = bytearray(path.read_bytes())
    for place in range(12_300, len(body), 4096):
        body[place] ^= 0xFF
    path.write_bytes(bytes(body))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_text, "no DuckDB file"),
        (_empty, "is empty"),
        (_truncated, "is cut off at 100,000 of"),
        (_stub, "no DuckDB file"),
        (_flipped, "damaged or incomplete"),
        (_foreign, "no Linewalker ledger"),
        (_newer, "newer Linewalker"),
        (_orphaned_journal, "journal"),
    ],
)
def test_file_that_cannot_be_used_is_named_and_left_untouched(tmp_path: Path, spoil: object, message: str) -> None:
    path = tmp_path / "ledger.duckdb"
    spoil(path)  # type: ignore[operator]
    before = {found.name: found.read_bytes() for found in tmp_path.iterdir()}
    with pytest.raises(LedgerError, match=message) as caught:
        open_ledger(path)
    assert str(tmp_path / "ledger.duckdb") in str(caught.value)
    assert "\n" not in str(caught.value)
    assert {found.name: found.read_bytes() for found in tmp_path.iterdir()} == before


def test_locked_file_names_the_holder(tmp_path: Path) -> None:
    path = tmp_path / "ledger.duckdb"
    with open_ledger(path):
        pass
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        try:
            with pytest.raises(LedgerError, match=f"open elsewhere.*{holder.pid}"):
                open_ledger(path)
        finally:
            holder.communicate()
    with open_ledger(path):
        pass


def test_folder_and_reserved_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="is a folder"):
        open_ledger(tmp_path)
    with pytest.raises(LedgerError, match="cannot be named"):
        open_ledger(tmp_path / "stored.duckdb")


def test_reading_does_not_create_or_migrate(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="does not exist"):
        open_ledger(tmp_path / "ledger.duckdb", read_only=True)
    assert list(tmp_path.iterdir()) == []
    with open_ledger(tmp_path / "ledger.duckdb") as ledger:
        ledger.execute("DELETE FROM schema_migration WHERE number > 1")
    with pytest.raises(LedgerError, match="older schema"):
        open_ledger(tmp_path / "ledger.duckdb", read_only=True)


def test_views_are_brought_up_to_date_by_the_next_migration(tmp_path: Path) -> None:
    path = tmp_path / "ledger.duckdb"
    number, name, sql = find_migrations()[0]
    with duckdb.connect(str(path)) as old:
        old.execute(
            "CREATE SCHEMA stored; CREATE TABLE stored.schema_migration "
            "(number INTEGER PRIMARY KEY, name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, applied_at TIMESTAMPTZ)"
        )
        old.execute(sql)
        old.execute("INSERT INTO stored.schema_migration VALUES (?, ?, '', NULL)", [number, name])
    with open_ledger(path) as ledger:
        assert ledger.rows("SELECT * FROM runs") == []
        assert ledger.rows("SELECT * FROM decisions") == []


def test_error_inside_a_transaction_takes_everything_back(ledger: Ledger) -> None:
    def fail(*, inner: bool) -> None:
        with ledger.transaction():
            ledger.execute("INSERT INTO story VALUES ('s', '[]', 1, ?, 'r')", [NIGHT])
            if inner:
                with ledger.transaction():
                    ledger.execute("INSERT INTO story VALUES ('t', '[]', 1, ?, 'r')", [NIGHT])
                raise ZeroDivisionError
            ledger.execute("INSERT INTO story VALUES ('s', '[]', 1, ?, 'r')", [NIGHT])

    with pytest.raises(ZeroDivisionError):
        fail(inner=True)
    with pytest.raises(duckdb.ConstraintException):
        fail(inner=False)
    assert ledger.rows("SELECT * FROM story") == []


def test_half_surrogates_are_replaced_one_for_one(ledger: Ledger) -> None:
    ledger.execute("INSERT INTO story VALUES (?, '[]', 1, ?, 'r')", ["a\ud800b😀", NIGHT])
    columns = {"article_id": pa.string(), "story_id": pa.string(), "similarity": pa.float64(), "run_id": pa.string()}
    ledger.insert("story_article", columns, [("x\udfff", "s\0", 1.0, "r")])
    assert ledger.rows("SELECT story_id FROM story") == [("a\ufffdb😀",)]
    assert ledger.rows("SELECT article_id, story_id FROM story_article") == [("x\ufffd", "s\0")]


@pytest.mark.parametrize("moment", range(4))
def test_killed_writer_loses_nothing_that_was_committed(tmp_path: Path, moment: int) -> None:
    path = tmp_path / "ledger.duckdb"
    code = (
        "import sys; from pathlib import Path\n"
        "from store.database import open_ledger\n"
        "from tests.store.samples import add, make_article\n"
        "ledger = open_ledger(Path(sys.argv[1]))\n"
        "for number in range(100_000):\n"
        "    add(ledger, make_article(f'https://daily.example/{number}', text=f'{number} ' * 300))\n"
        "    print(number, flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, cwd=ROOT, text=True
    ) as writer:
        assert writer.stdout is not None
        for _ in range(5 + 13 * moment):
            writer.stdout.readline()
        writer.kill()
        acknowledged = 5 + 13 * moment + len(writer.stdout.readlines())
    with open_ledger(path) as ledger:
        ((articles, versions, entries, logged),) = ledger.rows(
            "SELECT (SELECT count(*) FROM article), (SELECT count(*) FROM article_version WHERE current), "
            "(SELECT count(*) FROM entry), (SELECT count(*) FROM fetch_log)"
        )
    assert articles == versions == entries == logged
    assert acknowledged <= articles <= acknowledged + 1


def tell_second_night(path: Path) -> None:
    """A night over stored articles, step by step; each step is named once it is committed."""
    at = NIGHT + timedelta(days=1)
    with open_ledger(path) as ledger:
        for name in ("herald", "late"):
            add(ledger, make_article(f"https://{name}.example/a", source=name, at=at), "r2")
            print(name, flush=True)
        annotate_all(ledger, run_id="r2")
        print("annotated", flush=True)
        resolve_all(ledger, "r2", at)
        print("resolved", flush=True)


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_killed_night_done_again_equals_an_undisturbed_one(tmp_path: Path, steps: int) -> None:
    whole, killed = tmp_path / "whole.duckdb", tmp_path / "killed.duckdb"
    with open_ledger(whole) as ledger:
        tell_night(ledger, ["daily"])
    shutil.copy(whole, killed)
    tell_second_night(whole)
    code = (
        "import sys; from pathlib import Path; from tests.store.test_database import tell_second_night; "
        "tell_second_night(Path(sys.argv[1]))"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(killed)], stdout=subprocess.PIPE, cwd=ROOT) as night:
        assert night.stdout is not None
        for _ in range(steps):
            night.stdout.readline()
        night.kill()
    tell_second_night(killed)
    tables = "article article_version annotation event claim incident incident_event revision entry".split()
    with open_ledger(whole) as one, open_ledger(killed) as other:
        for table in tables:
            query = f"SELECT * FROM stored.{table} ORDER BY ALL"
            assert one.rows(query) == other.rows(query)


def test_kill_while_the_ledger_is_created_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    path = tmp_path / "ledger.duckdb"
    with open_ledger(tmp_path / "other.duckdb"):
        pass
    shutil.copy(tmp_path / "other.duckdb", tmp_path / ".ledger.duckdb.new")
    os.truncate(tmp_path / ".ledger.duckdb.new", 20_000)
    (tmp_path / ".ledger.duckdb.new.wal").write_bytes(b"torn")
    with open_ledger(path) as ledger:
        assert ledger.rows("SELECT * FROM articles") == []
    assert sorted(found.name for found in tmp_path.iterdir()) == ["ledger.duckdb", "other.duckdb"]
