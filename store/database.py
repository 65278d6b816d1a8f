"""The ledger file: opening, migrating, transactions, and bulk writing."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import pyarrow as pa

from store.errors import LedgerError

STORAGE_VERSION = "v1.5.0"  # what analysts' DuckDB 1.5 can read
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
# A page that no longer reads back, and the state that DuckDB enters after it: the file's fault, not the statement's.
DAMAGE = (
    duckdb.IOException,
    duckdb.FatalException,
    duckdb.InternalException,
    duckdb.SerializationException,
    duckdb.OutOfMemoryException,
)

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
        except DAMAGE as error:
            raise LedgerError(_explain(self.path, error)) from error
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
        if read_only:
            raise LedgerError(f"{path} does not exist; run `linewalker run` first.")
        _create(path, now)
    elif path.stat().st_size == 0:
        raise LedgerError(f"{path} is empty and no ledger; move it away and run again to start a new one.")
    ledger = Ledger(_connect(path, read_only=read_only), path, read_only=read_only)
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


def places(values: Sequence[object]) -> str:
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
    wal = path.with_name(path.name + ".wal")
    if wal.exists():
        raise LedgerError(
            f"{path} is gone but its journal {wal.name} is there; bring the ledger back, or move both away."
        )
    for stale in path.parent.glob(f".{path.name}.new*"):
        stale.unlink(missing_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    ledger = Ledger(_connect(fresh, read_only=False), fresh, read_only=False)
    try:
        _migrate(ledger, now)
    finally:
        ledger.close()
    sync_file(fresh)
    fresh.replace(path)
    sync_file(path.parent)


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
    try:
        connection = duckdb.connect(str(path), read_only=read_only, config=config)
    except duckdb.Error as error:
        raise LedgerError(_explain(path, error)) from error
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
    done = 0
    if migrated:
        done = int((ledger.row(f"SELECT max(number) FROM {SCHEMA}.schema_migration") or (0,))[0] or 0)  # noqa: S608
    newest = migrations[-1][0]
    if done > newest:
        raise LedgerError(
            f"{ledger.path} was written by a newer Linewalker (schema {done}, this one knows {newest}); "
            "update Linewalker, or name another ledger."
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


def _explain(path: Path, error: duckdb.Error) -> str:
    text = " ".join(str(error).split())
    if "Could not set lock" in text or "Conflicting lock" in text:
        holder = re.search(r"held in (.+?\(PID \d+\))", text)
        by = f" by {holder[1]}" if holder else ""
        return f"{path} is open elsewhere{by}; close that program, or query the published copy instead."
    if isinstance(error, duckdb.OutOfMemoryException):
        return (
            f"{path}: a step needed more than {MEMORY_LIMIT} of memory and no disk was left to spill to ({text[:120]})."
        )
    if "No space left" in text:
        return f"{path} cannot be written: the disk is full; nothing that was stored is lost. Make room and run again."
    if isinstance(error, duckdb.PermissionException) or "Permission denied" in text:
        return f"{path} cannot be opened: permission denied; check who owns it."
    if "not a valid DuckDB database" in text:
        return f"{path} is no DuckDB file; move it away, or name another file for the ledger."
    if "newer" in text and "version" in text:
        return f"{path} was written by a newer DuckDB; update Linewalker, or name another file for the ledger."
    return (
        f"{path} is damaged or incomplete ({text[:160]}); it was left as it is: bring it back from a backup "
        "or from the published copy."
    )


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
