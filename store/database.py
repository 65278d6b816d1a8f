"""The ledger file: opening, migrating, transactions, and bulk writing."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import pyarrow as pa

from store.damage import check_file, explain, is_files_fault, mend_journal, refuse_journal
from store.errors import LedgerError
from store.journal import find_journal

STORAGE_VERSION = "v1.5.0"  # what analysts' DuckDB 1.5 can read
# Of a new ledger, in bytes. Small tables take a block for each few columns: with DuckDB's own 256 KB the sample's first
# night is 15 MB, so it is 4.5; at 60,000 articles size and speed are the same (docs/design/operations.md).
BLOCK_SIZE = 65_536
MEMORY_LIMIT = "1GB"  # half of it was too little at a million articles; what is over goes to a folder beside the ledger
SCHEMA = "stored"  # of the tables; a database file of that name would make every reference ambiguous
MIGRATION_NAME = re.compile(r"(\d{4})_\w+\.sql")
# Extensions are never fetched or loaded behind the operator's back: what is used is built into the wheel.
SAFE_CONFIG: Mapping[str, str | bool | int] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "memory_limit": MEMORY_LIMIT,
    "threads": 2,
}

# POSIX drops a process's locks on a file when any of its descriptors is closed: a second opening here would unlock the
# first, and a copy made meanwhile too.
_open_for_writing: set[Path] = set()
_HALF_PAIR = re.compile("[\ud800-\udfff]")

Row = tuple[Any, ...]


class Ledger:
    """One open ledger file; the only writer while it is open. Made by `open_ledger`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path, *, read_only: bool) -> None:
        self._connection = connection
        self._depth = 0
        self._closed = False
        self.path = path
        self.read_only = read_only
        self.notice: str | None = None  # what opening the file found and mended, for the operator to read

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file; what was committed is on disk, an open transaction is rolled back."""
        if not self._closed:
            self._closed = True
            self._connection.close()
            if not self.read_only:
                _open_for_writing.discard(self.path)

    def rows(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> list[Row]:
        """All rows that a statement gives; instants are in UTC."""
        try:
            found = self._connection.execute(sql, _clean_all(parameters)).fetchall()
        except duckdb.Error as error:
            if is_files_fault(error):
                raise LedgerError(explain(self.path, error, memory_limit=MEMORY_LIMIT)) from error
            raise
        return [tuple(_utc(value) for value in row) for row in found]

    def row(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> Row | None:
        """The first row that a statement gives, or None."""
        found = self.rows(sql, parameters)
        return found[0] if found else None

    def execute(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> None:
        """Runs one statement for its effect."""
        self.rows(sql, parameters)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing for the statements inside; one inside another joins it."""
        if self._depth:
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
            return
        self.execute("BEGIN TRANSACTION")
        self._depth = 1
        try:
            yield
        except BaseException:
            self._depth = 0
            # DuckDB has itself rolled back after some errors; a second rollback would hide the first cause.
            with _ignored(duckdb.Error):
                self._connection.execute("ROLLBACK")
            raise
        self._depth = 0
        self.execute("COMMIT")

    @contextmanager
    def batch(self, columns: Mapping[str, pa.DataType], rows: Sequence[Row], name: str = "batch") -> Iterator[str]:
        """Rows as a table named `name` for the statements inside."""
        arrays = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
        table = pa.table(
            [pa.array(map(_clean, values), type=kind) for values, kind in zip(arrays, columns.values(), strict=True)],
            names=list(columns),
        )
        self._connection.register(name, table)
        try:
            yield name
        finally:
            self._connection.unregister(name)

    def insert(
        self, table: str, columns: Mapping[str, pa.DataType], rows: Sequence[Row], *, new_only: bool = False
    ) -> None:
        """Adds rows in bulk; with `new_only` those whose key is stored already are left as they are."""
        if not rows:
            return
        conflict = " ON CONFLICT DO NOTHING" if new_only else ""
        with self.batch(columns, rows) as batch:
            # Table and column names come from this package's constants, never from data.
            self.execute(f"INSERT INTO {table} BY NAME SELECT * FROM {batch}{conflict}")  # noqa: S608


def open_ledger(path: Path, *, read_only: bool = False, now: datetime | None = None) -> Ledger:
    """Opens the ledger, creating or migrating it first; raises LedgerError and leaves the file untouched.

    With `read_only` nothing is created or migrated. `now` dates the migrations' rows.
    """
    path = path.expanduser().absolute()
    if path.stem == SCHEMA:
        raise LedgerError(f"{path}: a ledger cannot be named '{SCHEMA}'; choose another file name.")
    if path in _open_for_writing:
        raise LedgerError(f"{path} is already open in this process; close it first.")
    if path.is_dir():
        raise LedgerError(f"{path} is a folder; name a file for the ledger.")
    if not path.exists():
        if path.is_symlink():
            raise LedgerError(
                f"{path} is a link to {os.readlink(path)}, which is not there; mount that disk, or mend the link."
            )
        if read_only:
            raise LedgerError(f"{path} does not exist; run `linewalker run` first.")
        _create(path, now)
    elif not path.is_file():
        raise LedgerError(f"{path} is no ordinary file; name another file for the ledger.")
    elif path.stat().st_size == 0:
        raise LedgerError(f"{path} is empty and no ledger; move it away and run again to start a new one.")
    else:
        check_file(path)
    refuse_journal(path)
    notice = None if read_only else mend_journal(path)
    ledger = Ledger(_connect(path, read_only=read_only), path, read_only=read_only)
    ledger.notice = notice
    if not read_only:
        _open_for_writing.add(path)
    try:
        _migrate(ledger, now)
    except BaseException:
        ledger.close()
        raise
    return ledger


def find_migrations() -> list[tuple[int, str, str]]:
    """The shipped migrations in order: number, name, SQL."""
    found = []
    for file in resources.files("store").joinpath("migrations").iterdir():
        match = MIGRATION_NAME.fullmatch(file.name)
        if match is not None:
            found.append((int(match[1]), file.name, file.read_text(encoding="utf-8")))
    return sorted(found)


def places(values: Collection[object]) -> str:
    """The parameters of an IN list. A list of values is looked up in the table before any text of it is read."""
    return ", ".join("?" * len(values)) or "NULL"


def hash_id(*parts: str) -> str:
    """A deterministic id of 16 hex digits: the head of the SHA-256 of the parts."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _create(path: Path, now: datetime | None) -> None:
    # Built beside and renamed, so that a kill in the middle never leaves half a ledger under the real name.
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerError(f"{path.parent} cannot be created: {error.strerror}.") from error
    wal = find_journal(path)
    for journal in (wal, *(wal.with_name(f"{wal.name}.{phase}") for phase in ("checkpoint", "recovery"))):
        if journal.exists():
            raise LedgerError(
                f"{path} is gone but its journal {journal.name} is there; bring the ledger back, or move both away."
            )
    for stale in path.parent.glob(f".{path.name}.new*"):
        stale.unlink(missing_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    try:
        ledger = Ledger(_connect(fresh, read_only=False), fresh, read_only=False)
        try:
            _migrate(ledger, now)
        finally:
            ledger.close()
        sync_file(fresh)
        fresh.replace(path)
        sync_file(path.parent)
    except (LedgerError, OSError) as error:
        for left in path.parent.glob(f".{path.name}.new*"):
            left.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise LedgerError(f"{path} cannot be made: {error.strerror}.") from error
        raise LedgerError(str(error).replace(str(fresh), str(path))) from error


def sync_file(path: Path) -> None:
    """Makes sure that a file, or a folder's list of names, is on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _connect(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    config: dict[str, str | bool | int | float | list[str]] = dict(SAFE_CONFIG)
    if not read_only:
        config["storage_compatibility_version"] = STORAGE_VERSION
        config["default_block_size"] = BLOCK_SIZE
    try:
        connection = duckdb.connect(str(path), read_only=read_only, config=config)
    except duckdb.Error as error:
        raise LedgerError(explain(path, error, memory_limit=MEMORY_LIMIT)) from error
    # A join with a small table then reads only the matching rows' texts: 64 of 200,000 articles in 14 ms, not 263.
    connection.execute("SET TimeZone = 'UTC'; SET dynamic_or_filter_threshold = 5000")
    return connection


def _migrate(ledger: Ledger, now: datetime | None) -> None:
    migrations = find_migrations()
    known = ledger.row(
        "SELECT count(*) FILTER (table_name = 'schema_migration' AND schema_name = ?), count(*) "
        "FROM duckdb_tables() WHERE NOT internal AND database_name = current_database()",
        [SCHEMA],
    )
    migrated, tables = known or (0, 0)
    if not migrated and tables:
        raise LedgerError(f"{ledger.path} is a DuckDB file but no Linewalker ledger; name another file.")
    if not migrated and ledger.read_only:
        raise LedgerError(f"{ledger.path} holds no ledger yet; run `linewalker run` first.")
    applied: dict[int, str] = {}
    if migrated:
        applied = dict(ledger.rows(f"SELECT number, name FROM {SCHEMA}.schema_migration"))  # noqa: S608
    done, newest = max(applied, default=0), migrations[-1][0]
    if done > newest:
        raise LedgerError(
            f"{ledger.path} was written by a newer Linewalker (schema {done}, this one knows {newest}); "
            "update Linewalker, or name another ledger."
        )
    for number, name, _ in migrations[:done]:
        if applied.get(number) != name:
            found = (
                f"has {applied[number]} as its migration {number}" if number in applied else f"lacks migration {name}"
            )
            raise LedgerError(
                f"{ledger.path} {found}, but has later ones: no release of Linewalker wrote it so; it was left as it "
                "is: bring it back from a backup, or open it with the program that wrote it."
            )
    if done < newest and ledger.read_only:
        raise LedgerError(
            f"{ledger.path} has an older schema ({done} of {newest}); run `linewalker run` once to bring it up to date."
        )
    for number, name, sql in migrations:
        if number <= done:
            continue
        with ledger.transaction():
            if number == 1:
                ledger.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
                ledger.execute(
                    f"CREATE TABLE {SCHEMA}.schema_migration "
                    "(number INTEGER PRIMARY KEY, name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, "
                    "applied_at TIMESTAMPTZ)"
                )
            ledger.execute(sql)
            ledger.execute(
                f"INSERT INTO {SCHEMA}.schema_migration VALUES (?, ?, ?, ?)",  # noqa: S608
                [number, name, hashlib.sha256(sql.encode()).hexdigest(), now],
            )
    ledger.execute(f"SET search_path = '{SCHEMA},main'")


def _clean_all(parameters: Sequence[object] | Mapping[str, object]) -> Any:
    if isinstance(parameters, Mapping):
        return {key: _clean(value) for key, value in parameters.items()} or None
    return [_clean(value) for value in parameters] or None


def _clean(value: Any) -> Any:
    # Half a surrogate pair, which broken pages bring, has no UTF-8 form. One character for one: offsets hold.
    if isinstance(value, str) and not value.isascii():
        return _HALF_PAIR.sub("\ufffd", value)
    return [_clean(item) for item in value] if isinstance(value, list) else value


def _utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo is not None else value


@contextmanager
def _ignored(*kinds: type[BaseException]) -> Iterator[None]:
    try:
        yield
    except kinds:
        return
