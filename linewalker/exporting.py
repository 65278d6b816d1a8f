"""`linewalker export`: the published ledger -> one file of another format, whole or since a moment."""

from __future__ import annotations

import difflib
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Literal, get_args

from linewalker import __version__
from linewalker.config import Config
from linewalker.errors import ConfigError, NothingDoneError
from nlp.records import EventType, RiskLabel
from reports.exports.records import Exported, ExportOptions, ExportSource, Table
from reports.exports.registry import FORMATS, Format
from reports.exports.values import instant
from reports.scope import ScopeError, make_scope
from store.database import open_ledger, sync_file
from store.exporting import Export, ExportWish

_FORMS = "a day (2026-03-10), an instant (2026-03-10T04:00:00Z) or an age (36h, 7d, 2w)"
_AGE = re.compile(r"(\d{1,5})\s*([hdw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOrder:
    """What was asked for on the command line, as it was written."""

    form: str
    output: str = "-"
    since: str | None = None
    until: str | None = None
    mark: Path | None = None
    table: str | None = None
    bom: bool = False
    risks: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    facilities: tuple[str, ...] = ()
    event_types: tuple[str, ...] = ()


def export_ledger(config: Config, order: ExportOrder, now: datetime) -> str:
    """Writes the export and returns what to tell of it; raises ConfigError for what cannot be meant."""
    form = find_format(order.form)
    options = _options(form, order)
    since = parse_moment(order.since, now, "--since") if order.since is not None else None
    if order.mark is not None:
        if since is not None:
            raise ConfigError("--since and --mark both say where to begin; give one of them")
        since = read_mark(order.mark)
    wish = ExportWish(
        since=since,
        until=parse_moment(order.until, now, "--until", end=True) if order.until is not None else None,
        risks=_known("risk", order.risks, get_args(RiskLabel)),
        countries=_countries(order.countries),
        facilities=order.facilities,
        event_types=_known("type", order.event_types, get_args(EventType)),
    )
    if wish.since is not None and wish.until is not None and wish.since >= wish.until:
        raise ConfigError(f"--until {order.until} is not after where the export begins ({instant(wish.since)})")
    if form.binary and order.output == "-" and sys.stdout.isatty():
        raise ConfigError(f"{form.name} is not for a terminal; name a file with --output")
    write = form.load()
    with open_ledger(config.published_path, read_only=True) as ledger:
        export = Export(ledger, wish)
        told, facts = form.needs(options.table)
        source = ExportSource(
            batches=export.read(told=told, facts=facts),
            mark=export.mark,
            since=wish.since,
            until=wish.until,
            version=__version__,
            facilities=export.get_facilities() if form.whole else {},
            actors=export.get_actors() if form.whole else {},
            statuses=export.get_statuses() if form.whole else {},
            scope=_scope(wish),
        )
        with _open_target(order.output) as target:
            done = write(source, target, options)
    if order.mark is not None and wish.until is None and export.mark is not None:
        _write_mark(order.mark, export.mark)
    return _tell(form, order, done, export.mark, source.scope)


def find_format(name: str) -> Format:
    """The format of this name; raises ConfigError that names the nearest."""
    form = FORMATS.get(name.casefold())
    if form is None:
        close = difflib.get_close_matches(name.casefold(), FORMATS, n=1, cutoff=0.4)
        hint = f"; did you mean {close[0]!r}? Choose" if close else "; choose"
        raise ConfigError(f"there is no format {name!r}{hint} one of: {', '.join(FORMATS)}")
    return form


def parse_moment(text: str, now: datetime, option: str, *, end: bool = False) -> datetime:
    """A day, an instant or an age as an instant in UTC; a day begins at 00:00 UTC, or ends there with `end`.

    An instant without an offset is in UTC. Raises ConfigError that names the forms that are read.
    """
    words = text.strip()
    age = _AGE.fullmatch(words.casefold())
    try:
        if age is not None:
            return now - int(age[1]) * _UNITS[age[2]]
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", words):
            begin = datetime.combine(date.fromisoformat(words), time(), UTC)
            return begin + timedelta(days=1) if end else begin
        if re.match(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", words):
            moment = datetime.fromisoformat(words)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ConfigError(f"{option} {text!r} cannot be read ({error}); give {_FORMS}") from error
    raise ConfigError(f"{option} {text!r} cannot be read; give {_FORMS}")


def read_mark(path: Path) -> datetime | None:
    """The moment that an earlier export kept in this file; None where there is no such file yet."""
    try:
        text = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"{path}: holds no moment; delete the file for a whole export") from error
    return moment.astimezone(UTC) if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _options(form: Format, order: ExportOrder) -> ExportOptions:
    if order.table is not None and not form.tables:
        raise ConfigError(f"--table is for csv and parquet; a {form.name} file holds everything at once")
    if order.bom and form.name != "csv":
        raise ConfigError("--bom is for csv")
    tables = get_args(Table)
    table: Literal["incidents", "reports", "facts"] = "incidents"
    if order.table is not None:
        table = _known("table", (order.table,), tables)[0]  # type: ignore[assignment]
    return ExportOptions(table=table, bom=order.bom)


def _known(what: str, given: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    found = []
    for one in given:
        name = one.strip().casefold().replace("-", "_").replace(" ", "_")
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
            hint = f"; did you mean {close[0]!r}? Choose" if close else "; choose"
            raise ConfigError(f"there is no {what} {one!r}{hint} one of: {', '.join(known)}")
        found.append(name)
    return tuple(found)


def _countries(given: Sequence[str]) -> tuple[str, ...]:
    try:
        return make_scope(countries=given).countries
    except ScopeError as error:
        raise ConfigError(str(error)) from error


def _scope(wish: ExportWish) -> str:
    parts = {"risk": wish.risks, "country": wish.countries, "facility": wish.facilities, "type": wish.event_types}
    return "; ".join(f"{name}: {', '.join(sorted(given))}" for name, given in parts.items() if given)


def _tell(form: Format, order: ExportOrder, done: Exported, mark: datetime | None, scope: str) -> str:
    where = "standard output" if order.output == "-" else order.output
    counted = f"{done.incidents:,} incident{'' if done.incidents == 1 else 's'}"
    if done.unit in ("objects", "rows") and (order.table or form.name == "stix"):
        counted += f", {done.rows} {done.unit}"
    told = f"{form.name}: {counted} to {where}"
    if not done.incidents and scope:
        # A facility's name that is misspelt must not pass for a quiet year.
        told += f" (none fits {scope})"
    return f"{told}. Next time: --since {instant(mark)}" if mark is not None else f"{told}."


@contextmanager
def _open_target(output: str) -> Iterator[IO[bytes]]:
    """Standard output, or a file that is there in whole or not at all."""
    if output == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(output).expanduser()
    if path.is_dir():
        raise ConfigError(f"{path} is a folder; name a file in it")
    if not path.parent.is_dir():
        raise ConfigError(f"the folder {path.parent} does not exist; make it first")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from error
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        # Readable as any file that the user makes, not for the user alone as temporary files are.
        mask = os.umask(0)
        os.umask(mask)
        fresh.chmod(0o666 & ~mask)
        fresh.replace(path)
        sync_file(path.parent)
    except OSError as error:
        raise NothingDoneError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        fresh.unlink(missing_ok=True)


def _write_mark(path: Path, mark: datetime) -> None:
    with _open_target(str(path)) as target:
        target.write(f"{instant(mark)}\n".encode())
