"""Briefings on request: read from the published ledger, beside the nightly ones and without a trace in them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from linewalker.briefing import build_period, write_period
from linewalker.config import Config
from linewalker.health import open_published
from linewalker.nightly import configured_sources, run_night
from linewalker.output import Output
from linewalker.periods import Period, Wish, find_period
from linewalker.publishing import publish_pages
from reports.render import render_markdown
from reports.scope import Scope
from store.runs import get_last_briefing


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Which briefing, of what, and where to."""

    wish: Wish
    scope: Scope
    folder: Path | None = None  # None: with the nightly ones
    dry: bool = False  # printed, and nothing written


def brief_night(config: Config, *, now: Callable[[], datetime], output: Output) -> int:
    """The night's own step alone: what came since the last briefing, recorded as told. Returns the exit code."""
    result = run_night(config, configured_sources(config), now=now, output=output, steps=("brief",), command="brief")
    for reason in result.reasons:
        output.line(f"note: {reason}")
    return result.exit_code  # fmt: skip


def brief_period(config: Config, order: Order, *, now: Callable[[], datetime]) -> int:
    """Writes or prints a briefing of the published ledger; 3 where a sentence was withheld or a template is broken."""
    at = now()
    with open_published(config) as ledger:
        last = get_last_briefing(ledger)
        period = find_period(order.wish, at, (last.since, last.generated_at) if last is not None else None)
        if order.dry and order.wish == Wish() and last is not None and not order.scope.label:
            # What the night's own briefing would hold now.
            period = Period(since=last.generated_at, until=at, kind="daily", stem="", past=False)
        if order.dry:
            briefing = build_period(ledger, config, period, order.scope)
            print(render_markdown(briefing, chart=None, map_=None), end="")
            return 3 if briefing.withheld else 0
        folder = order.folder if order.folder is not None else config.briefings_path
        briefing, files = write_period(ledger, config, period, folder, order.scope)
        problems = list(files.problems)
        if folder == config.briefings_path:
            problems += publish_pages(ledger, config)
    print(f"briefing: {files.markdown} and {files.html.name}", file=sys.stderr)
    if briefing.withheld:
        problems.append(f"{len(briefing.withheld)} sentences were withheld from the briefing")
    for problem in dict.fromkeys(problems):
        print(f"note: {problem}", file=sys.stderr)
    return 3 if problems else 0
