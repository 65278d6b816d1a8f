"""What a run leaves for Prometheus: a text file for node_exporter's textfile collector.

The format is Prometheus' text exposition format 0.0.4: HELP, TYPE and sample lines, UTF-8, a newline at the end. The
collector reads only whole files that end in .prom, so that the file is written beside and renamed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from linewalker.briefing import FAILURE_LIMIT
from linewalker.config import Config
from linewalker.output import Output
from store.checkup import count_totals, get_checkup
from store.coverage import get_source_health
from store.database import open_ledger
from store.errors import StoreError

_SUCCESS = "linewalker_last_success_timestamp_seconds"
ENDED_WELL = (0, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One gauge: a value, or several told apart by a label."""

    name: str
    help: str
    values: tuple[tuple[str, float], ...]  # label's value, figure; "" where there is one figure only
    label: str = ""


def render_metrics(metrics: list[Metric]) -> str:
    """The metrics as Prometheus reads them."""
    lines = []
    for metric in metrics:
        lines.append(f"# HELP {metric.name} {_escape(metric.help)}")
        lines.append(f"# TYPE {metric.name} gauge")
        for value, figure in metric.values:
            label = f'{{{metric.label}="{_escape(value, quotes=True)}"}}' if metric.label else ""
            lines.append(f"{metric.name}{label} {_number(figure)}")
    return "\n".join(lines) + "\n"


def write_metrics(
    config: Config,
    *,
    started_at: datetime,
    finished_at: datetime,
    exit_code: int,
    counts: Mapping[str, int],
    output: Output,
) -> None:
    """Writes the figures of a run that has just ended, however it ended; a fault is told and costs nothing else."""
    path = config.metrics_path
    if path is None:
        return
    success = finished_at.timestamp() if exit_code in ENDED_WELL else _find_last_success(path)
    metrics = [
        _gauge("linewalker_last_run_timestamp_seconds", "When the last run ended.", finished_at.timestamp()),
        _gauge(
            "linewalker_last_run_duration_seconds",
            "How long the last run took.",
            max(0.0, (finished_at - started_at).total_seconds()),
        ),
        _gauge("linewalker_last_run_exit_code", "Exit code of the last run; 0 and 3 left a briefing.", exit_code),
        _gauge("linewalker_feeds_due", "Feeds that the last run had to ask.", counts.get("feeds_due", 0)),
        _gauge("linewalker_feeds_answered", "Of these, feeds that answered.", counts.get("feeds_answered", 0)),
        _gauge(
            "linewalker_feeds_left",
            "Of these, feeds left when the night's budget was used up.",
            counts.get("feeds_left", 0),
        ),
        _gauge("linewalker_articles_new", "Articles that the last run added.", counts.get("articles_new", 0)),
        _gauge("linewalker_incidents_new", "Incidents that the last run founded.", counts.get("incidents_new", 0)),
        _gauge(
            "linewalker_sentences_withheld",
            "Sentences that the last run kept out of the briefing.",
            counts.get("sentences_withheld", 0),
        ),
        *_ledger_metrics(config, finished_at),
        _gauge(
            "linewalker_disk_free_bytes",
            "Free bytes on the disk that holds the folder.",
            shutil.disk_usage(config.folder).free,
        ),
        Metric(
            name="linewalker_stored_bytes",
            help="Bytes on disk, by what holds them.",
            label="part",
            values=(
                ("ledger", _size(config.ledger_path)),
                ("published", _size(config.published_path)),
                ("bodies", _size(config.bodies_path)),
                ("briefings", _size(config.briefings_path)),
            ),
        ),
    ]
    if success is not None:
        metrics.insert(3, _gauge(_SUCCESS, "When the last run ended that left a briefing.", success))
    fresh = path.with_name(f".{path.name}.{os.getpid()}.tmp")  # no .prom at its end: never collected
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(render_metrics(metrics), encoding="utf-8")
        fresh.chmod(0o644)  # node_exporter runs as another user
        fresh.replace(path)
    except OSError as error:
        output.line(f"note: {path} cannot be written: {error.strerror}; see 'operations.metrics_file'")
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def _ledger_metrics(config: Config, now: datetime) -> list[Metric]:
    """What the readers' copy holds; nothing where there is none yet or it does not open."""
    if not config.published_path.is_file():
        return []
    try:
        with open_ledger(config.published_path, read_only=True) as ledger:
            checkup = get_checkup(ledger, now=now)
            health = get_source_health(ledger, now=now, run_id=None)
            articles, incidents = count_totals(ledger)
    except StoreError:
        return []
    quiet = sum(one.quiet for one in health)
    failing = sum(one.failures >= FAILURE_LIMIT or one.disabled for one in health)
    return [
        _gauge("linewalker_articles", "Articles that the ledger holds.", articles),
        _gauge("linewalker_incidents", "Incidents that the ledger holds.", incidents),
        _gauge("linewalker_feeds", "Feeds that are configured.", len(health)),
        _gauge("linewalker_feeds_quiet", "Feeds that are silent beyond their habit.", quiet),
        _gauge("linewalker_feeds_failing", f"Feeds that failed {FAILURE_LIMIT} times in a row or are gone.", failing),
        _gauge("linewalker_alerts_undelivered", "Messages that wait for their target.", checkup.alerts_waiting),
        _gauge("linewalker_alerts_given_up", "Messages that were given up.", checkup.alerts_given_up),
    ]


def _gauge(name: str, text: str, value: float) -> Metric:
    return Metric(name=name, help=text, values=(("", value),))


def _find_last_success(path: Path) -> float | None:
    with suppress(OSError, ValueError, IndexError):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith(f"{_SUCCESS} "):
                return float(line.split()[1])
    return None


def _size(path: Path) -> int:
    """Bytes that a file, or all files under a folder, take on disk."""
    try:
        if path.is_file():
            return path.stat().st_blocks * 512
        return sum(
            os.stat(os.path.join(folder, name)).st_blocks * 512 for folder, _, names in os.walk(path) for name in names
        )
    except OSError:
        return 0


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(round(float(value), 3))


def _escape(text: str, *, quotes: bool = False) -> str:
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n")
    return escaped.replace('"', '\\"') if quotes else escaped
