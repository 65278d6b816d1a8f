"""Measures a daily briefing over a ledger at scale: seconds, processor, memory, and the size of both editions.

    python benchmarks/briefing.py --folder DIR [--articles 200000]

The ledger is that of benchmarks/ledger_at_scale.py (100 incidents a night; 200,000 articles hold some 10,000), built
there once. The last night is briefed, and the last week, each in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

ARTICLES = 200_000


def measure(path: Path, days: int) -> dict[str, object]:
    """The briefing of the last days before the ledger's end."""
    from reports.briefing import build_briefing
    from reports.records import BriefingSettings
    from reports.render import write_briefing
    from store.database import open_ledger
    from store.snapshot import get_snapshot

    with open_ledger(path) as ledger, tempfile.TemporaryDirectory() as folder:
        row = ledger.row("SELECT count(*), max(created_at) FROM incident")
        assert row is not None
        incidents, last = row
        until = last.astimezone(UTC) + timedelta(hours=1)
        since = until - timedelta(days=days)
        begun, used = time.monotonic(), time.process_time()
        snapshot = get_snapshot(ledger, now=until, since=since, run_id=None)
        read = time.monotonic() - begun
        briefing = build_briefing(snapshot, BriefingSettings(kind="daily" if days == 1 else "weekly"))
        built = time.monotonic() - begun
        files = write_briefing(briefing, Path(folder), "briefing")
        return {
            "incidents": incidents,
            "period_days": days,
            "until": datetime.isoformat(until),
            "new": len(snapshot.new),
            "changed": len(snapshot.changed),
            "open": len(snapshot.open),
            "seconds": round(time.monotonic() - begun, 2),
            "of_them_reading": round(read, 2),
            "of_them_writing": round(time.monotonic() - begun - built, 2),
            "processor_s": round(time.process_time() - used, 2),
            "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            "markdown_kb": round(files.markdown.stat().st_size / 1000),
            "html_kb": round(files.html.stat().st_size / 1000),
            "withheld": len(briefing.withheld),
        }


def main(arguments: Sequence[str] | None = None) -> None:
    """Builds the ledger where it is missing, then measures a day and a week."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="where the ledger is built and kept")
    parser.add_argument("--articles", type=int, default=ARTICLES)
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    path = options.folder / f"briefing-{options.articles}.duckdb"
    if options.measure is not None:
        print(json.dumps(measure(path, options.measure)))
        return
    if not path.exists():
        from ledger_at_scale import build

        options.folder.mkdir(parents=True, exist_ok=True)
        build(path, options.articles)
    for days in (1, 7):
        command = [sys.executable, __file__, "--folder", str(options.folder), "--articles", str(options.articles)]
        subprocess.run([*command, "--measure", str(days)], check=True)


if __name__ == "__main__":
    main()
