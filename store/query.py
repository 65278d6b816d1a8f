"""Read-only questions to the published copy, with every way out of the file closed."""

from __future__ import annotations

import difflib
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from store.damage import check_file
from store.database import SAFE_CONFIG
from store.errors import LedgerError, QueryError

TIME_LIMIT_S = 60.0
GRACE_S = 3.0  # what an interrupted query gets to end; within one call of a function DuckDB looks for no interrupt
MEMORY_LIMIT = "1GB"
_LOCKED: Mapping[str, str | bool] = {
    "memory_limit": MEMORY_LIMIT,
    "enable_external_access": False,  # no file, no network, no other database, no extension
    "python_enable_replacements": False,  # no variable of this process read as a table
}
_PRAGMA = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(pragma|call)\b", re.IGNORECASE | re.DOTALL)
_ALLOWED = "only one SELECT, WITH, FROM, VALUES, SHOW, DESCRIBE, SUMMARIZE or EXPLAIN statement is allowed"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryResult:
    """The rows of a query; instants are in UTC."""

    columns: tuple[str, ...]
    types: tuple[str, ...]  # DuckDB's names
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool = False  # there were more rows than asked for
    total: int | None = None  # of a search: how many articles were found, shown or not


@dataclass(slots=True)
class _Asked:
    """A query in a thread of its own, so that the one who asks need not wait for an end that does not come."""

    connection: duckdb.DuckDBPyConnection
    statement: duckdb.Statement
    parameters: Mapping[str, Any]
    limit: int | None
    ended: threading.Event = field(default_factory=threading.Event)
    described: tuple[tuple[str, str], ...] = ()
    found: list[tuple[Any, ...]] = field(default_factory=list)
    error: BaseException | None = None

    def run(self) -> None:
        try:
            self.connection.execute(self.statement, dict(self.parameters) or None)
            self.described = tuple((column[0], str(column[1])) for column in self.connection.description or [])
            limit = self.limit
            self.found = self.connection.fetchall() if limit is None else self.connection.fetchmany(limit + 1)
        except BaseException as error:  # handed to the thread that asked
            self.error = error
        finally:
            self.ended.set()


def run_query(
    published_path: Path,
    sql: str,
    limit: int | None = None,
    *,
    parameters: Mapping[str, Any] | None = None,
    time_limit_s: float = TIME_LIMIT_S,
) -> QueryResult:
    """Runs one reading statement on the published copy; raises QueryError with one sentence that says what is wrong.

    A query that does not even heed its interruption is left to itself: the caller goes on, and the process can end.
    """
    path = published_path.expanduser().absolute()
    if not path.is_file():
        raise QueryError(f"There is no ledger to query at {path}; run `linewalker run` first.")
    try:
        check_file(path)
        connection = duckdb.connect(str(path), read_only=True, config={**SAFE_CONFIG, **_LOCKED})
        # The threshold as in store.database: the texts of few rows are read alone. The lock last: no SET opens it.
        connection.execute(
            "SET TimeZone = 'UTC'; SET dynamic_or_filter_threshold = 5000; SET lock_configuration = true"
        )
    except LedgerError as error:
        raise QueryError(f"{error} A published copy is written anew by the next run.") from error
    except duckdb.Error as error:
        raise QueryError(f"{path} cannot be opened: {_sentence(error)}") from error
    asked = None
    try:
        asked = _Asked(connection, _check(connection, sql), parameters or {}, limit)
        return _fetch(asked, time_limit_s)
    finally:
        if asked is None or asked.ended.is_set():  # closing would wait for a query that runs on
            connection.close()


def _check(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise QueryError(f"The query cannot be read: {_sentence(error)}") from error
    if not statements:
        raise QueryError(f"The query is empty: {_ALLOWED}.")
    if len(statements) > 1:
        raise QueryError(f"The query holds {len(statements)} statements: {_ALLOWED}.")
    statement = statements[0]
    kind = statement.type.name
    if kind not in ("SELECT", "EXPLAIN"):
        raise QueryError(f"{_word(sql)} is refused: {_ALLOWED}, for the ledger is only read here.")
    # Some pragmas are parsed as a SELECT.
    if _PRAGMA.match(sql):
        raise QueryError(f"{_word(sql)} is refused: {_ALLOWED}, for the ledger is only read here.")
    return statement


def _fetch(asked: _Asked, time_limit_s: float) -> QueryResult:
    threading.Thread(target=asked.run, name="query", daemon=True).start()
    try:
        in_time = asked.ended.wait(time_limit_s)
    finally:  # also where the user interrupts
        if not asked.ended.is_set():
            asked.connection.interrupt()
            asked.ended.wait(GRACE_S)
    try:
        if asked.error is not None:
            raise asked.error
    except duckdb.CatalogException as error:
        raise QueryError(f"The query failed: {_name_view(asked, _sentence(error))}") from error
    except duckdb.InterruptException as error:
        raise QueryError(_too_long(time_limit_s)) from error
    except duckdb.OutOfMemoryException as error:
        raise QueryError(f"The query needs more than {MEMORY_LIMIT} of memory; narrow it down.") from error
    except duckdb.PermissionException as error:
        raise QueryError(f"Files and the network are switched off here: {_sentence(error)}") from error
    except duckdb.Error as error:
        raise QueryError(f"The query failed: {_sentence(error)}") from error
    if not in_time:
        raise QueryError(_too_long(time_limit_s))
    rows = asked.found if asked.limit is None else asked.found[: asked.limit]
    return QueryResult(
        columns=tuple(name for name, _ in asked.described),
        types=tuple(kind for _, kind in asked.described),
        rows=tuple(tuple(_utc(value) for value in row) for row in rows),
        truncated=len(asked.found) > len(rows),
    )


def _name_view(asked: _Asked, message: str) -> str:
    """The message about a table that is not there, with the view meant: the tables are no advice."""
    wanted = re.match(r"Table with name (.+?) does not exist", message)
    if wanted is None:
        return message
    found = asked.connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal AND schema_name = 'main'")
    views = sorted(row[0] for row in found.fetchall())
    near = difflib.get_close_matches(wanted[1].rpartition(".")[2].lower(), views, n=1, cutoff=0.5)
    advice = f'did you mean "{near[0]}"? ' if near else ""
    return f"there is no view {wanted[1]}; {advice}All views: {', '.join(views)}."


def _too_long(time_limit_s: float) -> str:
    return f"The query was stopped after {time_limit_s:g} seconds; narrow it down."


def _word(sql: str) -> str:
    found = re.search(r"[A-Za-z]+", re.sub(r"--[^\n]*|/\*.*?\*/", " ", sql, flags=re.DOTALL))
    return found[0].upper() if found else "This statement"


def _sentence(error: duckdb.Error) -> str:
    """DuckDB's message in one line, without its kind in front, its excerpt of the query and its advice to install."""
    text = re.split(r"\n\s*LINE \d+:|\n\s*\n|\nPlease try", str(error))[0]
    text = re.sub(r"^[A-Za-z ]*(?:Error|Exception): ", "", text)
    told = " ".join(text.split()).rstrip(".!")
    return told if told.endswith("?") else told + "."


def _utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo is not None else value
