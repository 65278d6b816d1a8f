"""What `linewalker doctor` finds in a folder: its files, the ledger, the last runs, sources, alerts, the lock."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from linewalker.config import Config
from linewalker.errors import ConfigError
from linewalker.health import describe_readings, describe_rest, find_trouble, told_as_of
from linewalker.lock import find_holder
from linewalker.nightly import configured_sources
from nlp.gazetteer_rows import GazetteerError, read_facilities
from store.checkup import get_checkup
from store.coverage import get_source_health
from store.database import Ledger, open_ledger
from store.errors import StoreError
from store.runs import get_runs

LEAST_FREE_MB = 500
_TABLES_ARE_NAMED = "take it out of [annotate] in linewalker.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at; what is not well says what to do."""

    level: Literal["ok", "warning", "error"]
    subject: str
    text: str


def check_folder(config: Config, now: datetime) -> Iterator[Finding]:
    """Everything that lies in the folder of a configuration; changes nothing."""
    yield from _check_disk(config)
    yield from _check_writing(config)
    if not config.crawl.contact:
        text = "'crawl.contact' is empty: publishers cannot reach you; set it in linewalker.toml"
        yield Finding(level="warning", subject="contact", text=text)
    try:
        count = len(configured_sources(config))
        text = f"{count} configured" if count else "none is configured: see [sources] in linewalker.toml"
        yield Finding(level="ok" if count else "error", subject="sources", text=text)
    except ConfigError as error:
        yield Finding(level="error", subject="sources", text=str(error))
    yield from _check_tables(config)
    holder = find_holder(config.lock_path)
    text = f"held: {holder}; wait for it, or stop that process if it hangs" if holder else "free"
    yield Finding(level="warning" if holder else "ok", subject="lock", text=text)
    if not holder:
        yield from _check_writer(config)
    if not config.published_path.is_file():
        yield Finding(level="ok", subject="ledger", text="none yet: the first `linewalker run` makes it")
        return
    try:
        with open_ledger(config.published_path, read_only=True) as ledger:
            yield from _check_ledger(ledger, config, now)
    except StoreError as error:
        yield Finding(level="error", subject="ledger", text=str(error))


def _check_disk(config: Config) -> Iterator[Finding]:
    free = shutil.disk_usage(config.folder).free / 1e6
    if free >= LEAST_FREE_MB:
        yield Finding(level="ok", subject="disk", text=f"{free:,.0f} MB free; a run wants {LEAST_FREE_MB}")
        return
    text = f"{free:,.0f} MB free, a run wants {LEAST_FREE_MB}: make room, or move the folder to a larger disk"
    yield Finding(level="error", subject="disk", text=text)


def _check_writing(config: Config) -> Iterator[Finding]:
    """Whether this user may write what a run writes; a folder that is not there yet is its nearest parent's matter."""
    files = [path for path in (config.ledger_path, config.published_path, config.lock_path) if path.exists()]
    folders = {config.ledger_path.parent, config.published_path.parent, config.bodies_path, config.briefings_path}
    closed = [path for path in (*sorted(map(_nearest, folders)), *files) if not os.access(path, os.W_OK)]
    for path in dict.fromkeys(closed):
        text = f"{path} cannot be written by this user: give it to them (chown), or run as its owner"
        yield Finding(level="error", subject="permissions", text=text)
    if not closed:
        yield Finding(level="ok", subject="permissions", text=f"{config.folder} can be written")


def _nearest(path: Path) -> Path:
    return path if path.exists() else _nearest(path.parent)


def _check_tables(config: Config) -> Iterator[Finding]:
    """The user's facility tables: one that cannot be read ends every run before it begins."""
    for path in config.gazetteer_paths:
        try:
            count = len(read_facilities(path))
        except OSError as error:
            text = f"{path} cannot be read ({error.strerror or error}): put it back, or {_TABLES_ARE_NAMED}"
            yield Finding(level="error", subject="facilities", text=text)
        except GazetteerError as error:
            yield Finding(level="error", subject="facilities", text=f"{error}: mend it, or {_TABLES_ARE_NAMED}")
        else:
            yield Finding(level="ok", subject="facilities", text=f"{path}: {count:,} of your own")


def _check_writer(config: Config) -> Iterator[Finding]:
    """Whether the ledger that runs write opens; an older schema is brought up to date by the next run."""
    if not config.ledger_path.is_file():
        if config.published_path.is_file():
            text = f"{config.ledger_path} is gone; copy {config.published_path} there: no run begins without it"
            yield Finding(level="error", subject="writer", text=text)
        return
    try:
        with open_ledger(config.ledger_path, read_only=True):
            yield Finding(level="ok", subject="writer", text=f"{config.ledger_path} opens")
    except StoreError as error:
        older = "older schema" in str(error)
        yield Finding(level="warning" if older else "error", subject="writer", text=str(error))


def _check_ledger(ledger: Ledger, config: Config, now: datetime) -> Iterator[Finding]:
    checkup = get_checkup(ledger, now=now)
    size = config.published_path.stat().st_size / 1e6
    yield Finding(
        level="ok", subject="ledger", text=f"{config.published_path}, {size:,.1f} MB, schema {checkup.schema}"
    )
    if checkup.future_runs or checkup.future_articles:
        text = (
            f"{checkup.future_runs:,} runs and {checkup.future_articles:,} articles are dated later than now: this "
            "machine's clock is wrong or was; set it, and leave the rows: they come right as time goes on"
        )
        yield Finding(level="error", subject="dates", text=text)
    yield from _check_runs(ledger, config, now)
    told, same = describe_readings(ledger, config)
    yield Finding(level="ok" if same else "warning", subject="readings", text=told)
    if checkup.alerts_given_up:
        text = f"{checkup.alerts_given_up:,} messages were given up: mend the target, then see linewalker alerts --help"
        yield Finding(level="warning", subject="alerts", text=text)
    if checkup.alerts_waiting:
        text = f"{checkup.alerts_waiting:,} messages wait for their target; the next run tries again"
        yield Finding(level="warning", subject="alerts", text=text)
    elif not checkup.alerts_given_up:
        yield Finding(level="ok", subject="alerts", text="none waits")


def _check_runs(ledger: Ledger, config: Config, now: datetime) -> Iterator[Finding]:
    runs = [one for one in get_runs(ledger, limit=20) if one.command != "review"]
    if not runs:
        yield Finding(level="warning", subject="runs", text=f"none yet: linewalker run -c {config.folder}")
        return
    at = told_as_of(runs, now)
    last = runs[0]
    if at != now:
        text = f"{describe_rest(at, now)}: does cron still call `linewalker run`?"
        yield Finding(level="warning", subject="runs", text=text)
    elif last.status in ("failed", "interrupted", "partial"):
        text = f"the last, {last.started_at:%Y-%m-%d %H:%M} UTC, was {last.status}: {last.error or 'no reason is kept'}"
        yield Finding(level="error" if last.status == "failed" else "warning", subject="runs", text=text)
    else:
        yield Finding(level="ok", subject="runs", text=f"the last, {last.started_at:%Y-%m-%d %H:%M} UTC: {last.status}")
    health = get_source_health(ledger, now=at, run_id=last.run_id)
    unwell = [one for one in health if find_trouble(one) is not None]
    text = f"{len(health) - len(unwell)} of {len(health)} feeds are well"
    if unwell:
        names = ", ".join(sorted({one.source_id for one in unwell})[:5]) + (", …" if len(unwell) > 5 else "")
        text += f"; not: {names}; linewalker status says why, linewalker sources check asks them now"
    yield Finding(level="warning" if unwell else "ok", subject="feeds", text=text)
