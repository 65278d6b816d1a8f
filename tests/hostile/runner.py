"""The pytest side: starts the house in which the cases live, hands it a module's cases at once, and judges each."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.hostile.cases import CONTROL, PORT, SECRET, Case, Stored

ROOT = Path(__file__).resolve().parents[2]
TABLES = tuple(sorted(path.stem for path in Path(__file__).parent.glob("faults_*.py")))
SLACK_MB = 50  # over the cap in force and what a benign case takes
OVERSHOOT_MB = 50  # over a worker's limit
_SENT = {"host", "user-agent", "accept", "accept-language", "accept-encoding", "if-none-match", "if-modified-since"}
_WAIT_S = 180.0


class HouseKeeper:
    """A running house, and what has come out of it."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="linewalker-hostile-")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.hostile.house"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"},
        )
        self._ended: dict[str, dict[str, Any]] = {}
        self._asked: set[str] = set()
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._send({"folder": self._folder.name, "tables": TABLES})
        assert self._process.stdout is not None
        told = self._process.stdout.readline()
        if not told:
            self.stop()
            raise RuntimeError("the house of the cases did not start; its words are on stderr")
        self.ports = json.loads(told)
        self._thread.start()

    @property
    def namespace(self) -> bool:
        """Whether the cases have a network of their own, in which every address is watched."""
        return bool(self.ports["namespace"])

    def ask(self, cases: Sequence[Case]) -> None:
        """Begins with these cases, as many at a time as the house runs."""
        new = [case.id for case in cases if case.id not in self._asked and (self.namespace or not case.namespace)]
        self._asked |= set(new)
        if new:
            self._send(new)

    def result(self, case: Case) -> dict[str, Any]:
        """What became of a case, once it has ended."""
        self.ask([case])
        with self._news:
            if not self._news.wait_for(lambda: case.id in self._ended or self._process.poll() is not None, _WAIT_S):
                raise TimeoutError(f"{case.id} has not ended within {_WAIT_S:g} s")
            return self._ended[case.id]

    def stop(self) -> None:
        """Ends the house."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._thread.is_alive():
            self._thread.join(20)
        self._process.stdout.close()
        self._folder.cleanup()

    def _send(self, told: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            seen = json.loads(line)
            folder = Path(self._folder.name) / seen["case"]
            ended = folder / "ended.json"
            try:
                told = json.loads(ended.read_text())
            except (OSError, ValueError) as error:
                told = {"error": f"{error}\n{(folder / 'told.txt').read_text(errors='replace')[-4000:]}"}
            told["log"] = (folder / "told.txt").read_text(errors="replace")
            with self._news:
                self._ended[seen["case"]] = {
                    **told,
                    **{name: seen[name] for name in ("requests", "times", "trapped", "tunnels")},
                }
                self._news.notify_all()
        with self._news:
            self._news.notify_all()


def judge(case: Case, keeper: HouseKeeper, benign: Case) -> dict[str, Any]:
    """Asserts everything that is to be true of a case: what was stored, what it cost, and where nobody went."""
    ended = keeper.result(case)
    assert ended["error"] is None, f"{ended['error']}\n{ended.get('log', '')}"
    assert "Traceback" not in ended["log"], ended["log"]
    _stored(case, ended, keeper)
    _untouched(case, ended, keeper)
    _cheap(case, ended, keeper.result(benign))
    for path, times in case.asked.items():
        asked = [target for host, target, _ in ended["requests"] if path in {target, f"{host}{target}"}]
        assert len(asked) == times, f"{path} was asked for {len(asked)} times"
    if case.apart_s:
        assert (ended["times"][-1] - ended["times"][1]) * case.clock >= case.apart_s, ended["times"]
    return ended


def _stored(case: Case, ended: dict[str, Any], keeper: HouseKeeper) -> None:
    url = case.url.replace(PORT, f":{keeper.ports['http']:05d}")
    feeds = {url: (case.outcome, case.says), **case.also, **case.also_sitemaps}
    last = ended["feed"][-len(feeds) :]
    assert len(ended["feed"]) == case.nights * len(feeds), "each feed is accounted for once each night"
    assert sorted(row[3] for row in last) == sorted(feeds), last
    for outcome, reason, _, url in last:
        assert re.fullmatch(feeds[url][0], outcome), (url, outcome, reason, ended["entries"])
        assert re.search(feeds[url][1], reason), (url, reason)
        assert reason.isprintable()
    entries = [(outcome, reason) for outcome, reason, *_ in ended["entries"]]
    assert len(entries) == len(case.expected_entries), ended["entries"]
    for (outcome, reason), (wanted_outcome, pattern) in zip(entries, case.expected_entries, strict=True):
        assert re.fullmatch(wanted_outcome, outcome), ended["entries"]
        assert re.search(pattern, reason), reason
    everything = json.dumps(ended["articles"] + ended["entries"] + ended["feed"])
    assert SECRET not in everything
    assert "root:x:0" not in everything
    for name, value in case.state.items():
        assert ended["state"][name] == value, (name, ended["state"])
    found = {row[0]: row for row in ended["articles"]}
    if "*" in {one.url for one in case.expected_articles}:  # addresses of our own making
        for one, row in zip(case.expected_articles, ended["articles"], strict=True):
            _article(one, row)
        return
    port = "" if keeper.namespace else f":{keeper.ports['http']}"
    wanted = {
        one.url.replace(PORT, port) if "://" in one.url else f"http://{case.host}{one.url}": one
        for one in case.expected_articles
    }
    assert sorted(found) == sorted(wanted), ended["articles"]
    for url, one in wanted.items():
        _article(one, found[url])


def _article(wanted: Stored, row: Sequence[Any]) -> None:
    _, title, text, flags, published, *_ = row
    assert sorted(flags) == sorted(wanted.flags), row
    for words in wanted.words:
        assert words in f"{title}\n{text}", row
    for words in wanted.without:
        assert words not in f"{title}\n{text}", row
    if wanted.on is not None:
        assert (published or "never").startswith(wanted.on), published


def _untouched(case: Case, ended: dict[str, Any], keeper: HouseKeeper) -> None:
    """No forbidden address saw a connection, nor was one tried; and no request carried what it should not."""
    assert [one for one in ended["trapped"] if one[0] != CONTROL] == []
    connected = {(in_worker, what) for in_worker, what in ended["connected"]}
    assert not [what for in_worker, what in connected if in_worker], "a worker used the network"
    for _, what in connected:
        assert what.startswith(f"socket.connect (('{keeper.ports['server']}', "), what
    assert all(one.rpartition(":")[0] == keeper.ports["server"] for one in ended["tunnels"]), ended["tunnels"]
    for host, target, headers in ended["requests"]:
        assert {name for name, _ in headers} <= _SENT, (host, target, headers)


def _cheap(case: Case, ended: dict[str, Any], benign: dict[str, Any]) -> None:
    settings = case.settings
    cap = max(float(str(settings["max_body_mb"])), float(str(settings["max_wire_mb"])))
    assert ended["growth_mb"] <= benign["growth_mb"] + cap + SLACK_MB, ended["growth_mb"]
    limit = settings["parse_memory_mb"]
    if isinstance(limit, int):
        assert ended["worker_mb"] <= limit + OVERSHOOT_MB, ended["worker_mb"]
    total = float(str(settings["total_timeout_s"])) / case.clock
    assert ended["seconds"] <= total * max(1, len(ended["requests"])) + case.nights * case.seconds, ended["seconds"]
