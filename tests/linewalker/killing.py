"""Nights that are killed: the sample newswire in a process of its own, and what must be the same afterwards."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from linewalker.config import CONFIG_NAME, Config, load_config
from linewalker.demo import NewswireServer, serve_newswire, write_config
from linewalker.newswire import load_newswire
from store.database import open_ledger

ROOT = Path(__file__).parent.parent.parent
# The night of `linewalker run` from the lock to the published copy; only the clock is the sample's, going on from
# one try to the next as a real one would.
CHILD = """
import sys
from datetime import datetime, timedelta
from pathlib import Path

if __name__ == "__main__":
    from linewalker.signals import secure_streams
    secure_streams()
    from linewalker.config import load_config
    from linewalker.demo import DemoClock
    from linewalker.endings import guarded
    from linewalker.nightly import configured_sources, run_night
    from linewalker.output import make_output

    folder, night, minutes = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    clock = DemoClock(night)
    def now():
        return clock() + timedelta(minutes=minutes)
    def run():
        config = load_config(folder / "linewalker.toml")
        more = {"steps": tuple(sys.argv[4].split(","))} if len(sys.argv) > 4 else {}
        result = run_night(config, configured_sources(config), now=now, output=make_output(now), **more)
        for reason in result.reasons:
            print("note:", reason, file=sys.stderr)
        return result.exit_code
    sys.exit(guarded(run))
"""
ENV = {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PATH": os.environ.get("PATH", "")}

# What two undisturbed runs at different hours differ in too: which run it was, and when it looked.
LEFT_OUT = frozenset(
    "run_id created_run_id created_at stored_at fetched_at first_seen_at last_seen_at noted_at elapsed_s checked_at "
    "succeeded_at changed_at next_due_at first_checked_at attached_at revised_at suggested_at compared_at decided_at "
    "evaluated_at active_from tried_at delivered_at applied_at generated_at since started_at finished_at".split()
)
# Tables told otherwise: by what their numbers stand for, or by what a second asking must leave alone.
OTHERWISE = {
    # Documents and terms are numbered as they come in; what an analyst finds is the words of an article.
    "document": "SELECT version_id, length FROM stored.document",
    "term": "SELECT term FROM stored.term",
    "posting": (
        "SELECT d.version_id, t.term, p.occurrences FROM stored.posting p JOIN stored.term t USING (term_id) "
        "JOIN stored.document d USING (document_id)"
    ),
    "posting_run": "SELECT 0",  # how the postings are sorted into runs
    # A feed that was stored before the kill answers 304 to the second asking.
    "feed_state": "SELECT feed_url, etag, last_modified, body_hash, failures, disabled FROM stored.feed_state",
    "fetch_log": (
        "SELECT kind, source_id, feed_url, entry_id, url, outcome, reason, article_id, article_status "
        "FROM stored.fetch_log WHERE article_status IN ('new', 'changed')"
    ),
    # Each try is a run; each that came so far wrote a briefing, of which the first tells the night.
    "run": "SELECT 0",
    "briefing": "SELECT parse_filename(path) FROM stored.briefing ORDER BY generated_at LIMIT 1",
    "schema_migration": "SELECT number, name, sha256 FROM stored.schema_migration",
    # Their ids hold the instant of the decision, and a message tells both in its last line but one.
    "alert": "SELECT rule, incident_id, kind, level, reasons, changes, state FROM stored.alert",
    "alert_message": "SELECT title, regexp_replace(body, 'Alert [0-9a-f]+,[^.]*', '') FROM stored.alert_message",
    "alert_delivery": "SELECT target, status FROM stored.alert_delivery",
}
_TIMES = re.compile(r"\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?|\d{8}T\d{6}Z")


class Stamped(list[tuple[str, str, int]]):
    """The requests a server got, with the moment of each."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []

    def append(self, request: tuple[str, str, int]) -> None:
        self.times.append(time.monotonic())
        super().append(request)


@dataclass
class Receiver:
    """Takes alerts over HTTP and counts them by their id."""

    port: int
    taken: Counter[str] = field(default_factory=Counter)


@contextmanager
def serve_receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            receiver.taken[str(self.headers.get("X-Linewalker-Alert") or told["alert_id"])] += 1
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing is printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver = Receiver(port=server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()


@dataclass
class Night:
    """One folder, the newswire it reads and the desk it alerts; a try is a process."""

    config: Config
    server: NewswireServer
    script: Path
    receiver: Receiver | None = None
    tries: int = 0

    def start(self, night: int = 1, steps: str = "", limit: int | None = None) -> subprocess.Popen[str]:
        """A try, of all steps or of these (by commas); `limit`: the largest file that it may write, in bytes."""
        self.server.night = night
        self.tries += 1
        arguments = [str(self.config.folder), str(night), str(10 * (self.tries - 1)), *([steps] if steps else [])]

        def confine() -> None:
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        return subprocess.Popen(
            [sys.executable, str(self.script), *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENV, start_new_session=True, cwd="/",
            preexec_fn=confine,
        )  # fmt: skip

    def finish(self, night: int = 1, steps: str = "", limit: int | None = None) -> tuple[int, str]:
        """One try to its end: exit code and stderr."""
        with self.start(night, steps, limit) as process:
            _, err = process.communicate(timeout=300)
        return process.returncode, err

    def stored(self) -> set[str]:
        """The URLs whose page is in the ledger, looked at without changing anything (the journal is read, not kept)."""
        if not self.config.ledger_path.is_file():
            return set()
        copy = self.config.folder.parent / f"{self.config.folder.name}-looked-at.duckdb"
        journal = self.config.ledger_path.with_name(self.config.ledger_path.name + ".wal")
        copied_journal = copy.with_name(copy.name + ".wal")
        copied_journal.unlink(missing_ok=True)
        copy.write_bytes(self.config.ledger_path.read_bytes())
        if journal.exists():
            copied_journal.write_bytes(journal.read_bytes())
        with open_ledger(copy) as ledger:
            found = {str(row[0]) for row in ledger.rows("SELECT fetched_url FROM article_version")}
        copy.unlink()
        copied_journal.unlink(missing_ok=True)
        return found

    def pages(self, first: int = 0) -> list[str]:
        """The pages that were asked for, request by request, from one on; neither feeds nor robots.txt."""
        feeds = {publisher.feed_url for publisher in self.server.newswire.publishers}
        urls = (f"http://{host}{path}" for host, path, _ in self.server.requests[first:])
        return [url for url in urls if url not in feeds and not url.endswith("/robots.txt")]


@contextmanager
def killable_night(folder: Path, *, alerts: bool = False) -> Iterator[Night]:
    newswire = load_newswire()
    folder.mkdir(parents=True)
    script = folder.parent / f"{folder.name}-night.py"
    script.write_text(CHILD, encoding="utf-8")
    with serve_newswire(newswire) as server, serve_receiver() as receiver:
        server.requests = Stamped()
        write_config(folder, newswire, server.address)
        if alerts:
            with (folder / CONFIG_NAME).open("a", encoding="utf-8") as file:
                file.write(
                    f'\n[alerting]\nmax_age_days = 30\n\n[alerting.targets]\ndesk = "json://127.0.0.1:{receiver.port}/hook"'
                    '\n\n[[alerts]]\nname = "All"\nto = "desk"\nseverity = "minor"\n'
                )
        yield Night(load_config(folder / CONFIG_NAME), server, script, receiver)


def kill(process: subprocess.Popen[str], *, group: bool) -> float:
    """Kills the process, or its whole group, and waits until nothing of it is left; gives the seconds that took."""
    with suppress(ProcessLookupError):
        (os.killpg if group else os.kill)(process.pid, signal.SIGKILL)
    started = time.monotonic()
    process.wait()
    while left := living(process.pid):
        assert time.monotonic() - started < 30, left
        time.sleep(0.02)
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
    return time.monotonic() - started


def living(session: int) -> list[str]:
    """The processes of the session that still run; one that has ended and waits to be reaped does not."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, belongs = file.read_text("utf-8", "replace").rpartition(")")[2].split()[:4]
        except (OSError, ValueError):
            continue
        if int(belongs) == session and state not in "ZX":
            found.append(file.parent.name)
    return found


def contents(path: Path) -> dict[str, list[str]]:
    """Every table's rows but for LEFT_OUT, sorted: what must not depend on how often a night was killed."""
    with open_ledger(path, read_only=True) as ledger:
        tables = ledger.rows(
            "SELECT table_name, list(column_name ORDER BY column_index) FROM duckdb_columns() "
            "WHERE schema_name = 'stored' AND database_name = current_database() "
            "AND table_name IN (SELECT table_name FROM duckdb_tables() WHERE schema_name = 'stored') GROUP BY ALL"
        )
        found = {}
        for name, columns in tables:
            kept = ", ".join(f'"{column}"' for column in columns if column not in LEFT_OUT)
            sql = OTHERWISE.get(name, f"SELECT {kept} FROM stored.{name}")
            found[name] = sorted(repr(row) for row in ledger.rows(sql))
    return found


def differing(one: dict[str, list[str]], other: dict[str, list[str]]) -> dict[str, tuple[Sequence[str], Sequence[str]]]:
    """By table, the rows that only one of them has."""
    found = {}
    for name in sorted({*one, *other}):
        first, second = Counter(one.get(name, [])), Counter(other.get(name, []))
        if first != second:
            found[name] = (list((first - second).elements())[:3], list((second - first).elements())[:3])
    return found


def briefings(config: Config, stem: str = "briefing-2026-03-10") -> dict[str, bytes]:
    """The night's files, without the hours that stand in them."""
    return {
        path.name: path.read_bytes() if path.suffix == ".png" else _TIMES.sub("", path.read_text("utf-8")).encode()
        for path in sorted(config.briefings_path.glob(f"{stem}*"))
        if re.fullmatch(rf"{stem}(?:-(?:chart|map))?\.\w+", path.name)
    }


def litter(config: Config) -> list[str]:
    """What a finished night must not leave behind: half files, and a journal."""
    names = [path for path in config.folder.rglob("*") if path.is_file()]
    return sorted(str(path) for path in names if path.name.startswith(".") or ".wal" in path.name)
