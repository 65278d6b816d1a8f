"""`linewalker reprocess`: newer models read stored articles, in a copy that takes the ledger's place if wanted."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from linewalker.config import Config
from linewalker.errors import ConfigError
from linewalker.lock import hold_lock
from linewalker.nightly import configured_facilities
from linewalker.output import Output
from linewalker.own_models import find_own_models
from linewalker.reading import Reader, model_key
from linewalker.resolving import resolve_step
from store.comparing import Comparison, compare
from store.database import open_ledger, sync_file
from store.decisions import get_decisions
from store.facilities import sync_facilities
from store.publish import publish
from store.rereading import get_to_reread, replace_annotations
from store.runs import finish_run, start_run
from store.settling import refold

MOST_LINES = 40
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which articles are read again, and whether the result is taken without asking."""

    since: datetime | None = None  # UTC; published (else fetched) at or after
    everything: bool = False  # also what the installed models have read already
    yes: bool = False


def reprocess(config: Config, wish: Wish, *, now: Clock, output: Output, ask: Callable[[str], bool] | None) -> int:
    """Reads again, shows what would change, and takes it over when told to; the ledger is untouched until then.

    `ask` is None where nobody can answer. Raises LockedError where a run holds the ledger.
    """
    if not config.ledger_path.is_file():
        raise ConfigError(f"there is no ledger at {config.ledger_path} yet; run: linewalker run -c {config.folder}")
    facilities = configured_facilities(config)
    fresh = config.ledger_path.with_name(f".{config.ledger_path.name}.reprocess")
    with hold_lock(config.lock_path, command="reprocess", now=now()):
        _remove(fresh)
        try:
            read = asyncio.run(_reread(config, wish, fresh, now, output))
            if read is None:
                return 0
            with open_ledger(fresh, now=now()) as copy:
                counts = read.counts + resolve_step(copy, run_id=read.run_id, now=now, output=output)
                if wish.everything:
                    refold(copy, get_decisions(copy), run_id=read.run_id, now=now())
                found = compare(copy, config.ledger_path)
                print(render_comparison(found, counts["articles_read"], read.model_key), end="")
                if not found.changed:
                    print("Nothing would change; the ledger was left as it is.")
                    return 0
                sync_facilities(copy, facilities)
                told = dict(sorted(counts.items()))
                finish_run(copy, read.run_id, status="complete", finished_at=now(), counts=told)
            if not (wish.yes or (ask is not None and ask("Take this over into the ledger?"))):
                print("The ledger was left as it is" + ("." if ask is not None else "; --yes takes the result over."))
                return 0
            sync_file(fresh)
            fresh.replace(config.ledger_path)
            sync_file(config.ledger_path.parent)
            publish(config.ledger_path, config.published_path)
            print(f"Taken over and published: {config.published_path}")
        finally:
            _remove(fresh)
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    counts: Counter[str]
    model_key: str
    run_id: str


async def _reread(config: Config, wish: Wish, fresh: Path, now: Clock, output: Output) -> _Read | None:
    """Makes the copy and reads in it; None where there is nothing to read, and then no copy."""
    async with Reader(config.annotate, config.gazetteer_paths, find_own_models(config)) as reader:
        key = model_key(await reader.versions())
        with open_ledger(config.ledger_path, now=now()) as ledger:  # brings schema and journal up to date, if need be
            total, _ = get_to_reread(ledger, key, since=wish.since, everything=wish.everything)
        if not total:
            since = f" since {wish.since:%Y-%m-%d}" if wish.since is not None else ""
            more = "" if wish.everything else " by other models; --all reads every one again"
            print(f"Nothing to do: no article{since} was read{more}. The ledger was left as it is.")
            return None
        _copy(config.ledger_path, fresh)
        counts: Counter[str] = Counter()
        with open_ledger(fresh, now=now()) as copy:
            run_id = start_run(copy, command="reprocess", started_at=now())
            _, documents = get_to_reread(copy, key, since=wish.since, everything=wish.everything)
            async for batch in reader.read(document for _, document in documents):
                read = [(document.id, annotation) for document, annotation in batch]
                counts["articles_changed"] += replace_annotations(copy, read, run_id, key)
                counts["articles_read"] += len(read)
                counts["events"] += sum(len(annotation.events) for _, annotation in read)
                output.progress("articles read", counts["articles_read"], total)
    output.line(f"reprocess: {counts['articles_read']} articles read again, {counts['events']} events")
    return _Read(counts=counts, model_key=key, run_id=run_id)


def render_comparison(found: Comparison, read: int, key: str) -> str:
    """What would change, in at most 40 lines of incidents."""
    kinds = Counter(one.kind for one in found.incidents)
    tagged = _counted(found.tagged, "article")
    lines = [
        f"{_counted(read, 'article')} read again by {key.replace('|', ', ')}",
        f"incidents: {kinds['gained']} gained, {kinds['lost']} retracted, {kinds['changed']} changed",
        f"events: {found.events_gained} gained, {found.events_lost} lost; tags of {tagged} changed",
    ]
    told: list[str] = []
    for one in sorted(found.incidents, key=lambda one: ("gained", "lost", "changed").index(one.kind)):
        if one.kind == "gained":
            told.append(f"  + {one.id} {one.name}")
        elif one.kind == "lost":
            told.append(f"  - {one.id} {one.name}: retracted")
        else:
            told += [f"  ~ {one.id} {one.name}: {f} {old or 'none'} -> {new or 'none'}" for f, old, new in one.fields]
    lines += told[:MOST_LINES]
    if len(told) > MOST_LINES:
        lines.append(f"  … and {len(told) - MOST_LINES} more changes")
    return "\n".join(lines) + "\n"


def _copy(source: Path, target: Path) -> None:
    size, free = source.stat().st_size, shutil.disk_usage(source.parent).free
    if free < 1.5 * size:
        raise ConfigError(
            f"reprocess works in a copy of the ledger: {source.parent} needs {1.5 * size / 1e6:.0f} MB free and has "
            f"{free / 1e6:.0f}"
        )
    shutil.copyfile(source, target)


def _remove(fresh: Path) -> None:
    for path in (fresh, fresh.with_name(fresh.name + ".wal")):
        path.unlink(missing_ok=True)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
