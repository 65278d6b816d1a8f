"""The process in which the cases live: it enters a network of its own, starts the server, and forks one child a case.

Reads one line of JSON with the names of the tables of cases and a folder, and then one with the ids of cases at a
time; writes one line for each case that has ended.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import select
import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tests.hostile.cases import Case
from tests.hostile.web import HostileWeb, Ports, enter_namespace

if TYPE_CHECKING:
    from collections.abc import Sequence

AT_ONCE = 4  # children; most of them wait for a timeout


class House:
    """Keeps the children."""

    def __init__(self, folder: Path, tables: Sequence[str]) -> None:
        namespace = enter_namespace()
        self._cases: dict[str, Case] = {}
        for table in tables:
            for case in importlib.import_module(f"tests.hostile.{table}").CASES:
                assert case.id not in self._cases, f"two cases are called {case.id}"
                self._cases[case.id] = case
        self.ports: Ports
        self._server, self._questions, self.ports = HostileWeb(list(self._cases.values()), namespace).start()
        self._answers = self._questions.makefile("rb")
        self._folder = folder
        self._waiting: list[str] = []
        self._running: dict[int, str] = {}
        self._ledger = folder / "empty.duckdb"

    def prepare(self) -> None:
        """Imports what the cases need, and makes the ledger that each begins with a copy of."""

        import pyarrow.dataset  # noqa: F401  # the database looks for it, too

        import crawler.extract
        import crawler.feeds
        import crawler.gdelt
        import crawler.sitemaps
        from crawler.sources import shipped_sources
        from crawler.transport import tls_context
        from crawler.urls import registrable_domain
        from store.database import open_ledger

        crawler.extract.extract_page(b"<html><body><p>" + b"The tankers are loaded. " * 40, url="http://a.example/b")
        registrable_domain("a.example")
        shipped_sources()
        tls_context(None, True)
        with suppress(ImportError):
            import pandas  # type: ignore[import-untyped]  # noqa: F401  # the database looks for it with the first query
        child = os.fork()  # the database would leave threads here
        if child == 0:
            code = 1
            try:
                with open_ledger(self._ledger, now=datetime(2026, 3, 4, tzinfo=UTC)):
                    pass
                code = 0
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, "no ledger could be made"
        gc.collect()
        gc.freeze()  # what stands here need not be copied by each child's collector

    def serve(self) -> None:
        """Runs what is asked for, until nobody asks any more."""
        asked = b""
        open_ended = True
        while open_ended or self._waiting or self._running:
            while self._waiting and len(self._running) < AT_ONCE:
                self._begin(self._waiting.pop(0))
            if open_ended and select.select([0], [], [], 0.02 if self._running else None)[0]:
                data = os.read(0, 65536)
                open_ended = bool(data)
                asked += data
                *lines, asked = asked.split(b"\n")
                self._waiting += [name for line in lines for name in json.loads(line)]
                if not open_ended:
                    return
            self._end()

    def close(self) -> None:
        """Ends the server and whatever is left."""
        for child in [*self._running, self._server]:
            os.kill(child, 9)
            os.waitpid(child, 0)

    def _begin(self, name: str) -> None:
        folder = self._folder / name
        folder.mkdir()
        child = os.fork()
        if child:
            self._running[child] = name
            return
        code = 1
        try:
            _die_with_parent()
            os.setsid()
            null = os.open(os.devnull, os.O_RDONLY)
            told = os.open(folder / "told.txt", os.O_CREAT | os.O_WRONLY, 0o600)
            for number, file in ((0, null), (1, told), (2, told)):
                os.dup2(file, number)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            self._questions.close()
            from tests.hostile.night import live

            live(self._cases[name], folder, self.ports, self._ledger)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _end(self) -> None:
        for child, name in list(self._running.items()):
            if os.waitpid(child, os.WNOHANG)[0] == 0:
                continue
            del self._running[child]
            self._questions.sendall(json.dumps(sorted(self._cases[name].hosts())).encode() + b"\n")
            seen = json.loads(self._answers.readline())
            print(json.dumps({"case": name, **seen}), flush=True)


def _die_with_parent() -> None:
    import ctypes

    ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG


def _read_line() -> bytes:
    """One line of standard input and not a byte more: the rest is waited for with `select`."""
    line = b""
    while not line.endswith(b"\n") and (byte := os.read(0, 1)):
        line += byte
    return line


def main() -> None:
    """Begins as the first line says."""
    told = json.loads(_read_line())
    house = House(Path(told["folder"]), told["tables"])
    try:
        house.prepare()
        print(json.dumps({"namespace": house.ports.namespace, "server": house.ports.server, "http": house.ports.http}),
              flush=True)  # fmt: skip
        house.serve()
    finally:
        house.close()


if __name__ == "__main__":
    main()
