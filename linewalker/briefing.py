"""The brief step: what the ledger says becomes a Markdown and an HTML file, each sentence checked."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from linewalker import __version__
from linewalker.config import Config
from linewalker.output import Output
from linewalker.periods import WEEKDAYS, Period, last_week
from linewalker.publishing import publish_pages
from reports.briefing import build_briefing
from reports.records import Briefing, BriefingFiles, BriefingSettings
from reports.render import write_briefing
from reports.scope import Scope
from store.coverage import get_source_health
from store.database import Ledger
from store.records import SourceHealth
from store.runs import add_briefing, get_last_briefing, is_briefing
from store.snapshot import get_snapshot

FAILURE_LIMIT = 3  # failures in a row at which a source newly counts as failing


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingResult:
    """Where the briefing is and what speaks against exit code 0."""

    files: BriefingFiles
    reasons: tuple[str, ...]
    nothing_new: bool


def brief_step(
    ledger: Ledger,
    config: Config,
    *,
    run_id: str,
    started_at: datetime,
    counts: Counter[str],
    now: Callable[[], datetime],
    output: Output,
) -> BriefingResult:
    """Writes the briefing of what came since the last one, and records it."""
    at = now()
    last = get_last_briefing(ledger)
    since = last.generated_at if last is not None else None
    snapshot = get_snapshot(ledger, now=at, since=since, run_id=run_id)
    briefing = build_briefing(snapshot, make_settings(config))
    stem = _stem(ledger, config.briefings_path, at)
    files = write_briefing(briefing, config.briefings_path, stem, templates=config.templates_path)
    for source, name in ((files.markdown, "latest.md"), (files.html, "latest.html")):
        fresh = config.briefings_path / f".{name}.tmp"
        shutil.copyfile(source, fresh)
        fresh.replace(config.briefings_path / name)
    add_briefing(ledger, path=files.markdown, since=since, generated_at=at, run_id=run_id)
    counts["sentences_withheld"] += len(briefing.withheld)
    week = _brief_week(ledger, config, at, counts, output)
    reasons = list(dict.fromkeys([*files.problems, *publish_pages(ledger, config)]))
    if briefing.withheld:
        reasons.append(f"{len(briefing.withheld)} sentences were withheld from the briefing")
    reasons += [reason for reason in week if reason not in reasons]
    earlier = get_source_health(ledger, now=since, run_id=None) if since is not None else ()
    reasons += newly_unwell(snapshot.health, earlier, since)
    nothing_new = briefing.nothing_new and snapshot.articles_new == 0
    output.line(f"briefing: {files.markdown} and {files.html.name}")
    return BriefingResult(files=files, reasons=tuple(reasons), nothing_new=nothing_new)


def make_settings(
    config: Config, kind: Literal["daily", "weekly", "period"] = "daily", *, since_last: bool = True
) -> BriefingSettings:
    """How much the configuration shows, and of which period."""
    return BriefingSettings(
        title=config.briefing.title,
        note=config.briefing.note,
        full_items=config.briefing.detailed,
        kind=kind,
        since_last=since_last,
        version=__version__,
    )


def write_period(
    ledger: Ledger, config: Config, period: Period, folder: Path, scope: Scope | None = None
) -> tuple[Briefing, BriefingFiles]:
    """Writes the briefing of any period; what the nightly ones have told is not touched."""
    briefing = build_period(ledger, config, period, scope)
    stem = f"{period.stem}-{scope.slug}" if scope is not None and scope.slug else period.stem
    return briefing, write_briefing(briefing, folder, stem, templates=config.templates_path)


def build_period(ledger: Ledger, config: Config, period: Period, scope: Scope | None = None) -> Briefing:
    """The briefing of any period and scope."""
    snapshot = get_snapshot(ledger, now=period.until, since=period.since, run_id=None, past=period.past)
    settings = make_settings(config, period.kind, since_last=False)
    return build_briefing(snapshot, settings, scope)


def _brief_week(ledger: Ledger, config: Config, at: datetime, counts: Counter[str], output: Output) -> list[str]:
    """Writes the last week's briefing on the weekday configured, or on the first night after it that runs."""
    if config.briefing.weekly is None or at.weekday() < WEEKDAYS.index(config.briefing.weekly):
        return []
    period = last_week(at)
    if (config.briefings_path / f"{period.stem}.md").is_file():
        return []
    briefing, files = write_period(ledger, config, period, config.briefings_path)
    counts["sentences_withheld"] += len(briefing.withheld)
    output.line(f"briefing of the week: {files.markdown} and {files.html.name}")
    withheld = len(briefing.withheld)
    return [*files.problems, *([f"{withheld} sentences were withheld from the week's briefing"] if withheld else [])]


def newly_unwell(
    health: tuple[SourceHealth, ...], earlier: tuple[SourceHealth, ...], since: datetime | None
) -> list[str]:
    """The sources that crossed their failure or quiet limit since the last briefing, in one sentence each."""
    found = []
    was_quiet = {one.feed_url for one in earlier if one.quiet}
    for one in health:
        asked_now = one.checked_at is not None and (since is None or one.checked_at > since)
        if asked_now and one.failures == FAILURE_LIMIT:
            found.append(f"{one.publisher} has now failed {one.failures} times in a row: {one.reason}")
        if asked_now and since is not None and one.quiet and one.feed_url not in was_quiet:
            found.append(f"{one.publisher} has gone quiet beyond its habit")
    return found


def _stem(ledger: Ledger, folder: Path, at: datetime) -> str:
    """The date; with the time where that date has its briefing already. What an interrupted run left is replaced."""
    stem = first = f"briefing-{at:%Y-%m-%d}"
    number = 1
    while is_briefing(ledger, folder / f"{stem}.md"):
        stem = f"{first}-{at:%H%M%S}" + (f"-{number}" if number > 1 else "")
        number += 1
    return stem
