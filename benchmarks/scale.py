"""What one night costs on ledgers of any size: python benchmarks/scale.py [--articles N ...] [--folder DIR]

Each size is built once (benchmarks/ledger_at_scale.py) and kept in the folder. A working copy gets 2,000 new articles
that are annotated already; then the night's own code runs on it: origins, stories, incidents. Each size is measured in
a process of its own, so that peak memory is that size's. Then the copy is published and the questions are asked of the
published file: every SQL block of docs/howto/cookbook.md where that page is there, else a handful on the views.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time as clock
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from ledger_at_scale import TONIGHT, add_tonight, build  # noqa: E402

from linewalker.resolving import add_new_fingerprints, resolve_step  # noqa: E402
from store.database import Ledger, open_ledger  # noqa: E402
from store.publish import publish  # noqa: E402
from store.query import run_query  # noqa: E402
from store.runs import start_run  # noqa: E402

SIZES = (10_000, 100_000, 1_000_000)
BYTES_PER_ARTICLE = 8_000  # of disk while one size is built, copied and published
COOKBOOK = ROOT / "docs" / "howto" / "cookbook.md"
QUESTIONS = {
    "hit more than once in 30 days": """
        SELECT a.facilities, a.incident_id, b.incident_id FROM incidents a JOIN incidents b
        ON list_has_any(a.facility_ids, b.facility_ids) AND a.incident_id < b.incident_id
        AND abs(date_diff('day', a.occurred_on, b.occurred_on)) <= 30 WHERE a.facility_type = 'oil_terminal'""",
    "incidents of one publisher": "SELECT * FROM incidents WHERE independent_reports = 1 ORDER BY occurred_on DESC",
    "what happened lately": "SELECT * FROM incidents ORDER BY last_reported_at DESC LIMIT 50",
    "articles by publisher": "SELECT publisher, count(*), sum(events) FROM articles GROUP BY ALL ORDER BY 2 DESC",
    "articles of a story": "SELECT story_id, count(*) FROM articles GROUP BY ALL ORDER BY 2 DESC LIMIT 20",
    "latest articles": "SELECT published_at, publisher, title FROM articles ORDER BY published_at DESC LIMIT 20",
    "who said it first": """
        SELECT publisher, count(*) FROM (SELECT incident_id, arg_min(publisher, published_at) AS publisher
        FROM incident_reports GROUP BY incident_id) GROUP BY publisher ORDER BY 2 DESC""",
    "conflicting tolls": """
        SELECT incident_id, count(DISTINCT value) AS told FROM incident_facts WHERE field = 'killed'
        GROUP BY incident_id HAVING told > 1 ORDER BY told DESC LIMIT 50""",
    "facts of one incident": """
        SELECT * FROM incident_facts WHERE incident_id =
        (SELECT max(incident_id) FROM incidents WHERE reports > 3)""",
    "risk by week": "SELECT * FROM risk_by_week ORDER BY week DESC, incidents DESC LIMIT 100",
    "facilities most often hit": "SELECT * FROM facilities ORDER BY incidents DESC LIMIT 20",
    "source health": "SELECT * FROM source_health",
    "revisions of a month": "SELECT field, count(*) FROM revisions WHERE revised_at > '2026-09-01' GROUP BY ALL",
    "events without an incident": "SELECT * FROM events WHERE incident_ids = [] LIMIT 100",
}


class _Silent:
    """An Output that keeps its lines."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def line(self, text: str) -> None:
        self.told.append(text)

    def progress(self, label: str, done: int, total: int | None) -> None:
        """Nothing."""


def read_questions() -> dict[str, str]:
    """The questions to time, by the heading that they stand under."""
    if not COOKBOOK.is_file():
        return QUESTIONS
    found: dict[str, str] = {}
    heading = ""
    for match in re.finditer(r"^#+ ([^\n]+)$|^```sql\n(.*?)^```", COOKBOOK.read_text(encoding="utf-8"), re.M | re.S):
        heading = match[1] or heading
        if match[2]:
            found[heading if heading not in found else f"{heading} ({len(found) + 1})"] = match[2].strip().rstrip(";")
    return found


def measure(path: Path) -> dict[str, object]:
    """One night on this ledger, in this process: seconds, processor seconds and peak memory, step by step."""
    now = datetime.combine(TONIGHT, time(2), UTC)
    output = _Silent()
    with open_ledger(path, now=now) as ledger:
        run_id = start_run(ledger, command="scale", started_at=now)
        begun, processor = clock.perf_counter(), clock.process_time()
        add_new_fingerprints(ledger, now)
        origins = clock.perf_counter() - begun
        counts = resolve_step(ledger, run_id=run_id, now=lambda: now, output=output)
        wall, cpu = clock.perf_counter() - begun, clock.process_time() - processor
        total = _count(ledger)
    return {
        "wall": wall, "cpu": cpu, "origins": origins, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "total": total, "told": output.told[-1], "counts": dict(counts),
    }  # fmt: skip


def _count(ledger: Ledger) -> tuple[int, int]:
    row = ledger.row("SELECT (SELECT count(*) FROM article), (SELECT count(*) FROM incident)")
    return (row[0], row[1]) if row else (0, 0)


def ask(published: Path) -> list[tuple[float, str]]:
    """Every question once on the published copy; seconds and which, the slowest first."""
    taken = []
    for name, sql in read_questions().items():
        begun = clock.perf_counter()
        run_query(published, sql, limit=1000)
        taken.append((clock.perf_counter() - begun, name))
    return sorted(taken, reverse=True)


def prepare(folder: Path, articles: int) -> Path:
    """The working copy of this size with tonight's articles in it; the archive is built where it is missing."""
    base, work = folder / f"base{articles}.duckdb", folder / f"night{articles}.duckdb"
    if not base.exists():
        free = shutil.disk_usage(folder).free
        if free < articles * BYTES_PER_ARTICLE + 2**30:
            sys.exit(f"{folder}: {free / 1e9:.1f} GB free are too few for {articles:,} articles")
        subprocess.run([sys.executable, __file__, "--build", str(articles), "--folder", str(folder)], check=True)
    shutil.copyfile(base, work)
    with open_ledger(work) as ledger:
        add_tonight(ledger, TONIGHT)
        ledger.execute("CHECKPOINT")
    return work


def main(arguments: Sequence[str] | None = None) -> None:
    """Builds what is missing, measures each size and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, nargs="*", default=SIZES)
    parser.add_argument("--folder", type=Path, help="where archives are built and kept; default: a temporary folder")
    parser.add_argument("--build", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.measure:
        print(json.dumps(measure(given.measure)))
        return
    folder = given.folder or Path(tempfile.mkdtemp(prefix="scale-"))
    folder.mkdir(parents=True, exist_ok=True)
    if given.build:
        build(folder / f"base{given.build}.duckdb", given.build)
        return
    print("| articles | incidents | night, s | processor, s | peak, MB | file, MB | publish, s | slowest query, s |")
    print("|---|---|---|---|---|---|---|---|")
    for articles in given.articles:
        work = prepare(folder, articles)
        done = subprocess.run(
            [sys.executable, __file__, "--measure", str(work)], check=True, stdout=subprocess.PIPE, text=True
        )
        night = json.loads(done.stdout)
        published = folder / "published.duckdb"
        published.unlink(missing_ok=True)
        begun = clock.perf_counter()
        publish(work, published)
        copied = clock.perf_counter() - begun
        asked = ask(published)
        total, incidents = night["total"]
        print(
            f"| {total:,} | {incidents:,} | {night['wall']:.1f} | {night['cpu']:.1f} | {night['peak']:.0f} "
            f"| {work.stat().st_size / 1e6:.0f} | {copied:.1f} | {asked[0][0]:.2f} ({asked[0][1]}) |",
            flush=True,
        )
        print(f"{night['told']}; origins {night['origins']:.1f} s; {asked[:5]}", file=sys.stderr)
        published.unlink()
        work.unlink()


if __name__ == "__main__":
    main()
