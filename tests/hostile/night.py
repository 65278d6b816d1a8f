"""One case's nights, in the process that was forked for them: the real crawl, and what it cost by its own count."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import selectors
import shutil
import socket
import sys
import time
import tomllib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from linewalker.config import CONFIG_NAME, load_config
from linewalker.crawling import crawl_step
from linewalker.nightly import configured_sources
from store.database import Ledger, open_ledger
from store.runs import finish_run, start_run
from store.sources import get_feed_states, sync_sources
from tests.hostile.cases import DEAD, FALLBACK, PUBLIC, Case
from tests.hostile.warm import use_warm_workers
from tests.hostile.web import Ports

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
_WATCHED = frozenset(
    "socket.connect socket.sendto socket.sendmsg socket.bind socket.getaddrinfo socket.gethostbyname "
    "socket.gethostbyaddr urllib.Request http.client.connect ftplib.connect".split()
)


@dataclass(kw_only=True)
class Ended:
    """What a case left behind."""

    feed: list[Any] = field(default_factory=list)  # of each night: outcome, reason, entries
    entries: list[Any] = field(default_factory=list)  # by URL: outcome, reason, URL, id
    articles: list[Any] = field(default_factory=list)  # by URL: URL, title, text, flags, published, versions
    state: dict[str, Any] = field(default_factory=dict)
    growth_mb: float = 0.0  # the crawling process's peak over what it held when the night began
    worker_mb: float = 0.0  # the largest worker's peak
    seconds: float = 0.0
    cpu_s: float = 0.0  # of the process and its workers
    error: str | None = None
    connected: list[tuple[bool, str]] = field(default_factory=list)  # in a worker?, event and address
    requests: list[Any] = field(default_factory=list)
    trapped: list[Any] = field(default_factory=list)
    tunnels: list[str] = field(default_factory=list)


class _Log:
    """Everything about the network that this process and its children try, in one file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        self._owner = os.getpid()
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _WATCHED:
            told = arguments[1:] if event.startswith("socket.") and len(arguments) > 1 else arguments
            if event == "socket.sendmsg" and arguments[1] is None:
                return  # to where the socket is connected already
            line = json.dumps([os.getpid() != self._owner, f"{event} {told!r}"])
            os.write(self._file, line.encode() + b"\n")

    def lines(self) -> list[tuple[bool, str]]:
        return [tuple(json.loads(line)) for line in self._path.read_text().splitlines()]


class _Resolver:
    """Answers for names as the case says, and with the server's address for all others."""

    def __init__(self, case: Case, ports: Ports) -> None:
        self._names = {name: [list(one) for one in answers] for name, answers in case.names.items()}
        self._ports = ports

    def __call__(self, host: Any, port: Any, *_: Any, **more: Any) -> list[tuple[Any, ...]]:
        host = host.decode() if isinstance(host, bytes) else host
        answers = self._names.get(host)
        if answers is None:
            found = [self._ports.server] if str(host).endswith(".example") else []
        else:
            found = answers.pop(0) if len(answers) > 1 else answers[0]
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in (self._ports.server if one == PUBLIC else one for one in found)
        ]


class _FastSelector(selectors.DefaultSelector):
    """Waits a fraction of the time, for a loop whose clock runs that much faster."""

    factor = 1.0

    def select(self, timeout: float | None = None) -> Any:
        return super().select(None if timeout is None else timeout / self.factor)


def _loop(factor: float) -> asyncio.AbstractEventLoop:
    selector = _FastSelector()
    selector.factor = factor
    loop = asyncio.SelectorEventLoop(selector)
    loop.time = lambda: time.monotonic() * factor  # type: ignore[method-assign]
    return loop


class _Quiet:
    def line(self, text: str) -> None:
        pass

    def progress(self, label: str, done: int, total: int | None) -> None:
        pass


def write_folder(folder: Path, case: Case, ports: Ports) -> None:
    """What points a run at the server."""
    crawl = case.settings
    if isinstance(crawl["parse_memory_mb"], str):  # "+60": above what a worker holds in any case
        crawl["parse_memory_mb"] = int(_memory("VmRSS")) + int(crawl["parse_memory_mb"])
    if case.proxy:
        crawl["proxy"] = f"http://{ports.server}:{ports.http}"
    resolve: dict[str, str] = {}
    if not ports.namespace:
        crawl.setdefault("allow_networks", [f"{FALLBACK}/32"])
        listed = {"https": ports.tls, ":8441": ports.silent, ":8442": ports.chatty, f":{DEAD}": 9}
        port = next((number for mark, number in listed.items() if mark in case.url), ports.http)
        resolve = {host: f"{FALLBACK}:{port}" for host in case.hosts() if host not in case.names}
    lines = [f"{name} = {_toml(value)}" for name, value in crawl.items()]
    lines += ["", "[crawl.resolve]", *(f"{json.dumps(host)} = {json.dumps(to)}" for host, to in resolve.items())]
    (folder / CONFIG_NAME).write_text("\n".join(["[crawl]", *lines, "", "[sources]", "shipped = false", ""]))
    url = case.url.replace(":00080", f":{ports.http:05d}")
    source: dict[str, object] = {
        "id": case.id,
        "publisher": case.id,
        "family": case.id,
        "country": "NO",
        "language": "en",
        "reliability": "C",
        "cadence_hours": 24,
        "feeds": [*([] if case.sitemap else [url]), *case.also],
        "sitemaps": [*([url] if case.sitemap else []), *case.also_sitemaps],
        **case.source,
    }
    told = "\n".join(["[[source]]", *(f"{name} = {_toml(value)}" for name, value in source.items()), ""])
    tomllib.loads(told)
    (folder / "sources.toml").write_text(told)


def _toml(value: object) -> str:
    return json.dumps(value)  # TOML's strings, numbers, booleans and lists are JSON's


def _memory(name: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    return 0.0


def live(case: Case, folder: Path, ports: Ports, ledger: Path) -> None:
    """Runs the case in this process, which ends with it, and writes what came of it to `ended.json` in the folder."""
    ended = Ended()
    log = _Log(folder / "network.log")
    socket.getaddrinfo = _Resolver(case, ports)
    workers = use_warm_workers(case.workers)
    try:
        write_folder(folder, case, ports)
        config = load_config(folder / CONFIG_NAME)
        config.ledger_path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ledger, config.ledger_path)
        sources = configured_sources(config)
        times = iter([NOW + timedelta(hours=case.hours * night) for night in range(case.nights)])
        started = time.monotonic()
        for at in times:
            with open_ledger(config.ledger_path, now=at) as opened:
                run_id = start_run(opened, command="run", started_at=at)
                sync_sources(opened, sources)
                before = _memory("VmRSS")
                Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
                with asyncio.Runner(loop_factory=lambda: _loop(case.clock)) as runner:
                    runner.run(
                        crawl_step(opened, config, sources, run_id=run_id, now=lambda at=at: at, output=_Quiet())
                    )
                ended.growth_mb = max(ended.growth_mb, _memory("VmHWM") - before)
                finish_run(opened, run_id, status="complete", finished_at=at, counts={})
                _tell(opened, run_id, sources[0].feeds[0].url, ended)
        ended.seconds = time.monotonic() - started
    except BaseException as error:
        ended.error = f"{type(error).__name__}: {error}"
    workers.dismiss()
    children, own = resource.getrusage(resource.RUSAGE_CHILDREN), resource.getrusage(resource.RUSAGE_SELF)
    ended.worker_mb = children.ru_maxrss / 1024
    ended.cpu_s = children.ru_utime + children.ru_stime + own.ru_utime + own.ru_stime
    ended.connected = log.lines()
    with suppress(OSError):
        (folder / "ended.json").write_text(json.dumps(asdict(ended), default=str))


def _tell(ledger: Ledger, run_id: str, url: str, ended: Ended) -> None:
    ended.feed += _rows(
        ledger,
        "SELECT outcome, reason, entries, feed_url FROM fetch_log "
        f"WHERE kind = 'feed' AND run_id = '{run_id}' ORDER BY feed_url",
    )
    ended.entries = _rows(ledger, "SELECT outcome, reason, url, entry_id, attempts FROM entry ORDER BY url, entry_id")
    ended.articles = _rows(
        ledger,
        "SELECT a.url, v.title, v.text, v.flags, v.published_at, v.ordinal, v.raw_hash FROM article a "
        "JOIN article_version v ON v.article_id = a.article_id AND v.current ORDER BY a.url",
    )
    states = {state.url: state for state in get_feed_states(ledger).values()}
    found = states.get(url)
    ended.state = {name: _plain(value) for name, value in asdict(found).items()} if found else {}


def _rows(ledger: Ledger, sql: str) -> list[list[Any]]:
    return [[_plain(value) for value in row] for row in ledger.rows(sql)]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str | bytes) else value
