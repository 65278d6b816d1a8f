"""A night over thousands of feeds, and the night after: python benchmarks/many_feeds.py [--feeds N] [--folder DIR]

A web of generated feeds on loopback, 30 % of them dead, 5 % hostile and 5 % slow (many_feeds_plan.py), in a process of
its own. The real command `linewalker crawl` runs over them three times: the first night; a second one in which nothing
has changed; and the second once more with --force, which also asks the dead ones again that are being left alone by
then. Told for each: wall time, processor time of all its processes (the killed ones too), the most memory that they
held at once (resident, so that shared pages count for each of them), the most open files, and what the server was
asked. Then the ledger is held against the plan: each feed told once with the outcome it must have, each article stored
once and whole, nothing new in the second night, no connection to a forbidden address. Exit code 1 with --check where
an aim is missed.

--run measures the whole night (crawl, annotate, resolve, brief) instead of the crawl alone.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from many_feeds_plan import Plan, make_plan  # noqa: E402
from many_feeds_web import SERVED  # noqa: E402

from crawler.records import Feed, Source  # noqa: E402
from crawler.source_files import render_toml  # noqa: E402
from linewalker.config import CONFIG_NAME, load_config  # noqa: E402
from store.database import Ledger, open_ledger  # noqa: E402
from tests.linewalker.hostile import FORBIDDEN  # noqa: E402

MOST_MEGABYTES, MOST_OF_FIRST = 1500.0, 0.05
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Measured:
    """One run of the command."""

    name: str
    exit_code: int = 0
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_mb: float = 0.0
    parts_mb: list[int] = field(default_factory=list)  # of each process, at that moment
    most_files: int = 0  # of the main process
    counts: dict[str, int] = field(default_factory=dict)  # as the run's row tells them
    asked: dict[str, int] = field(default_factory=dict)  # as the server counted
    outcomes: dict[str, int] = field(default_factory=dict)  # of feeds, by the fetch log
    faults: list[str] = field(default_factory=list)


class Watch(threading.Thread):
    """Samples the memory of a process and its children, and its open files."""

    def __init__(self, pid: int, told: Measured) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._told = told
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(0.1):
            resident = [_resident_mb(pid) for pid in _family(self._pid)]
            if sum(resident) > self._told.peak_mb:
                self._told.peak_mb = sum(resident)
                self._told.parts_mb = [round(part) for part in sorted(resident, reverse=True)]
            with suppress(OSError):
                self._told.most_files = max(self._told.most_files, len(os.listdir(f"/proc/{self._pid}/fd")))

    def stop(self) -> None:
        self._ended.set()
        self.join()


def _family(root: int) -> Iterator[int]:
    yield root
    with suppress(OSError):
        for task in os.listdir(f"/proc/{root}/task"):
            for child in Path(f"/proc/{root}/task/{task}/children").read_text().split():
                yield from _family(int(child))


def _resident_mb(pid: int) -> float:
    with suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE / 1e6
    return 0.0


class Server:
    """The web in its own process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.ports: dict[str, int] = self._line()

    def told(self) -> dict[str, int]:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> dict[str, int]:
        assert self._process.stdout is not None
        found: dict[str, int] = json.loads(self._process.stdout.readline())
        return found


@contextmanager
def serving(options: argparse.Namespace, day: date) -> Iterator[Server]:
    command = [sys.executable, str(ROOT / "benchmarks" / "many_feeds_web.py")]
    command += ["--feeds", str(options.feeds), "--seed", str(options.seed)]
    command += ["--entries", str(options.entries), "--day", day.isoformat()]
    command += ["--slowest", str(options.timeout / 4)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        try:
            yield Server(process)
        finally:
            process.stdin.close()


def write_folder(folder: Path, plan: Plan, ports: dict[str, int], options: argparse.Namespace) -> None:
    """The configuration and the sources of a run; twins are feeds of one source."""
    inside = f"{FORBIDDEN}:{ports['trap']}"
    addresses = plan.addresses(f"{SERVED}:{ports['served']}", f"{SERVED}:{ports['closed']}", inside)
    hosts = "\n".join(f"{json.dumps(host)} = {json.dumps(address)}" for host, address in dict(addresses).items())
    (folder / CONFIG_NAME).write_text(
        f"[crawl]\ncontact = 'mailto:operator@energy.example'\nhost_spacing_s = {options.spacing}\n"
        f"total_timeout_s = {options.timeout}\nread_timeout_s = {options.timeout / 3}\n"
        f"second_try_s = {options.timeout / 4}\nmax_hours = {options.hours}\n"
        f'allow_networks = ["{SERVED}/32"]\n{options.more}\n[crawl.resolve]\n{hosts}\n\n'
        "[sources]\nshipped = false\n",
        encoding="utf-8",
    )
    sources = []
    for host, feeds in plan.by_host.items():
        name = host.removesuffix(".example")
        kinds = ["sitemap" if one.manner == "sitemap" else "feed" for one in feeds]
        polled = tuple(Feed(url=f.url, source_id=name, kind=k) for f, k in zip(feeds, kinds, strict=True))  # type: ignore[arg-type]
        sources.append(
            Source(
                id=name,
                publisher=name.title(),
                family=name,
                country="NO",
                language="en",
                reliability="C",
                cadence_hours=24.0,
                feeds=polled,
                fetch_pages=not feeds[0].feed_only,
            )
        )
    (folder / "sources.toml").write_text(render_toml(sources), encoding="utf-8")


def run_command(name: str, folder: Path, options: argparse.Namespace, *more: str) -> Measured:
    """One run of the real command, measured."""
    told = Measured(name)
    log = (folder / "log.txt").open("a", encoding="utf-8")
    command = [sys.executable, "-m", "linewalker.cli", "run" if options.run else "crawl", "-c", str(folder), *more]
    if options.profile:
        command[1:3] = ["-m", "cProfile", "-o", str(folder / f"{name}.prof"), "-m", "linewalker.cli"]

    def limit_files() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (options.files, options.files))

    begun = time.monotonic()
    with log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, env={**os.environ, "PYTHONPATH": str(ROOT)}, preexec_fn=limit_files
        )
        watch = Watch(process.pid, told)
        watch.start()
        try:
            # The usage of a process that has ended holds that of all its children which it has waited for.
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        finally:
            watch.stop()
    process.returncode = told.exit_code = os.waitstatus_to_exitcode(status)
    told.wall_s = time.monotonic() - begun
    told.cpu_s = usage.ru_utime + usage.ru_stime
    return told


def check_night(ledger: Ledger, plan: Plan, told: Measured, *, first: bool) -> None:
    """Holds the ledger against the plan; what disagrees is added to the faults."""
    faults = told.faults
    run_id, counts, status, error = ledger.rows(
        "SELECT run_id, counts::VARCHAR, status, error FROM run ORDER BY started_at DESC, run_id DESC LIMIT 1"
    )[0]
    told.counts = json.loads(counts) if counts else {}
    if status not in ("complete", "partial") or (error and "failed" in error):
        faults.append(f"the run is {status}: {error}")
    wanted = {feed.url: feed for feed in plan.feeds}
    health = Counter(row[0] for row in ledger.rows("SELECT feed_url FROM source_health WHERE listed"))
    if health != Counter(list(wanted)):
        faults.append(f"source_health has {health.total()} lines for {len(wanted)} feeds")
    log = ledger.rows("SELECT feed_url, outcome, reason FROM fetch_log WHERE kind = 'feed' AND run_id = ?", [run_id])
    told.outcomes = dict(Counter(row[1] for row in log))
    times = Counter(row[0] for row in log)
    faults += [f"{url} is told {count} times" for url, count in times.items() if count != 1 or url not in wanted]
    left_alone = {
        row[0]
        for row in ledger.rows(
            "SELECT feed_url FROM feed_state WHERE failures > 0 OR disabled OR not_before_at IS NOT NULL"
        )
    }
    faults += [f"{url} is told of nowhere" for url in wanted if url not in times]
    for url, outcome, reason in log:
        feed = wanted[url]
        usual = ("not_modified",) if feed.validators != "changing" else ("ok", "not_modified")
        expected = feed.expected if first or not feed.alive else usual
        told_off = not first and outcome == "skipped" and url in left_alone
        if outcome not in expected and (first or feed.alive) and not told_off:
            faults.append(f"{url}: {outcome} ({reason}), expected {' or '.join(expected)}")
    urls = Counter(row[0] for row in ledger.rows("SELECT url FROM article"))
    articles = {url for feed in plan.feeds for url in feed.article_urls}
    versions = (ledger.row("SELECT count(*) FROM article_version") or (0,))[0]
    if urls != Counter(dict.fromkeys(articles, 1)) or versions != len(articles):
        missing, spare = sorted(articles - set(urls)), sorted(set(urls) - articles)
        faults.append(
            f"{versions} versions of {urls.total()} articles for {len(articles)}; "
            f"missing {missing[:5]} ({len(missing)}), spare {spare[:5]} ({len(spare)})"
        )
    if not first and told.counts.get("articles_new", 0) + told.counts.get("articles_changed", 0):
        faults.append("articles came in although nothing had changed")


def check_texts(ledger: Ledger, plan: Plan) -> list[str]:
    """Articles whose last paragraph is not in what was stored; feeds' own texts may be cut."""
    texts: dict[str, str] = dict(ledger.rows("SELECT url, text FROM articles"))
    stories = {story.url: story for feed in plan.feeds if feed.alive and not feed.feed_only for story in feed.stories}
    return [f"{url} is not whole" for url, story in stories.items() if story.mark not in texts.get(url, "")]


def nights(options: argparse.Namespace, folder: Path) -> list[Measured]:
    """Runs all nights in the folder and checks each."""
    day = datetime.now(UTC).date()
    plan = make_plan(
        options.feeds, seed=options.seed, day=day, mean_entries=options.entries, slowest_s=options.timeout / 4
    )
    done: list[Measured] = []
    with serving(options, day) as server:
        write_folder(folder, plan, server.ports, options)
        config = load_config(folder / CONFIG_NAME)
        for name, more in (("first", ()), ("second", ()), ("second, forced", ("--force",)))[: options.nights]:
            told = run_command(name, folder, options, *more)
            told.asked = server.told()
            if told.asked["trapped"]:
                told.faults.append("a connection was made to a forbidden address")
            with open_ledger(config.ledger_path, read_only=True) as ledger:
                check_night(ledger, plan, told, first=name == "first")
                told.faults += check_texts(ledger, plan) if name == "first" else []
            done.append(told)
            show(told)
    return done


def show(told: Measured) -> None:
    """Prints a night's figures."""
    due = told.counts.get("feeds_due", 0)
    print(
        f"{told.name}: exit {told.exit_code}, {told.wall_s:.1f} s, {told.cpu_s:.1f} s of CPU, "
        f"peak {told.peak_mb:.0f} MB {told.parts_mb}, {told.most_files} open files; {due} feeds due, "
        f"{told.counts.get('articles_new', 0)} articles; server: {told.asked}"
    )
    print(f"  outcomes: {dict(sorted(told.outcomes.items()))}")
    for fault in told.faults[:20]:
        print(f"  fault: {fault}")
    if len(told.faults) > 20:
        print(f"  and {len(told.faults) - 20} more faults")
    sys.stdout.flush()


def missed_aims(done: Sequence[Measured], hours: float) -> list[str]:
    """The aims that were not met."""
    missed = [f"{told.name}: {len(told.faults)} faults" for told in done if told.faults]
    missed += [f"{told.name}: over {MOST_MEGABYTES:.0f} MB" for told in done if told.peak_mb > MOST_MEGABYTES]
    missed += [f"{told.name}: over its budget of {hours:g} h" for told in done if told.wall_s > hours * 3600]
    for told in done[1:2]:
        share = told.cpu_s / done[0].cpu_s
        print(f"the unchanged second night took {share:.1%} of the first one's CPU")
        if share > MOST_OF_FIRST:
            missed.append(f"the second night took more than {MOST_OF_FIRST:.0%}")
    return missed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=5000)
    parser.add_argument("--entries", type=float, default=5.0, help="new entries of a good feed, on average")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--spacing", type=float, default=0.2, metavar="S", help="between two requests to one host")
    parser.add_argument("--timeout", type=float, default=60.0, metavar="S", help="of one fetch; a third without a byte")
    parser.add_argument("--hours", type=float, default=0.5, help="the night's budget (crawl.max_hours)")
    parser.add_argument("--files", type=int, default=1024, help="open files that the command may have")
    parser.add_argument("--nights", type=int, default=3, choices=(1, 2, 3))
    parser.add_argument("--more", default="", metavar="TOML", help="further lines of [crawl]")
    parser.add_argument("--run", action="store_true", help="the whole night instead of the crawl")
    parser.add_argument("--profile", action="store_true", help="write a cProfile of each main process to the folder")
    parser.add_argument("--folder", type=Path, help="is emptied first, and kept")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    parser.add_argument("--check", action="store_true", help="exit with 1 where an aim is missed")
    options = parser.parse_args()
    print(f"{options.feeds} feeds, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores at the start")
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        if options.folder:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        done = nights(options, folder)
    print(f"load {os.getloadavg()[0]:.1f} at the end")
    if options.json:
        options.json.write_text(json.dumps([asdict(told) for told in done], indent=1), encoding="utf-8")
    if missed := missed_aims(done, options.hours):
        print("missed: " + "; ".join(missed))
        raise SystemExit(1 if options.check else 0)


if __name__ == "__main__":
    main()
