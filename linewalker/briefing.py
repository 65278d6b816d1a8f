"""The brief step: what the ledger says now becomes a Markdown and an HTML file, each sentence checked."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from linewalker.config import Config
from linewalker.output import Output
from reports.briefing import build_briefing
from reports.records import BriefingFiles, BriefingSettings
from reports.render import write_briefing
from store.database import Ledger
from store.records import SourceHealth
from store.runs import add_briefing, get_last_briefing, is_briefing
from store.snapshot import get_snapshot, get_source_health

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
    settings = BriefingSettings(
        title=config.briefing.title, note=config.briefing.note, full_items=config.briefing.detailed
    )
    briefing = build_briefing(snapshot, settings)
    files = write_briefing(briefing, config.briefings_path, _stem(ledger, config.briefings_path, at))
    for source, name in ((files.markdown, "latest.md"), (files.html, "latest.html")):
        fresh = config.briefings_path / f".{name}.tmp"
        shutil.copyfile(source, fresh)
        fresh.replace(config.briefings_path / name)
    add_briefing(ledger, path=files.markdown, since=since, generated_at=at, run_id=run_id)
    counts["sentences_withheld"] += len(briefing.withheld)
    reasons = []
    if briefing.withheld:
        reasons.append(f"{len(briefing.withheld)} sentences were withheld from the briefing")
    earlier = get_source_health(ledger, now=since, run_id=None) if since is not None else ()
    reasons += newly_unwell(snapshot.health, earlier, since)
    nothing_new = not snapshot.new and not snapshot.changed and snapshot.articles_new == 0
    output.line(f"briefing: {files.markdown} and {files.html.name}")
    return BriefingResult(files=files, reasons=tuple(reasons), nothing_new=nothing_new)


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
