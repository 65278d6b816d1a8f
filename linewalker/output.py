"""What the operator sees: a progress bar on a terminal, plain lines under cron."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TextIO


class Output(Protocol):
    """Where a run tells what it does."""

    def line(self, text: str) -> None: ...

    def progress(self, label: str, done: int, total: int | None) -> None: ...


class PlainOutput:
    """One line a finished step; nothing moves, so that a cron mail stays short."""

    def __init__(self, now: Callable[[], datetime], stream: TextIO | None = None) -> None:
        self._now = now
        self._stream = stream if stream is not None else sys.stderr

    def line(self, text: str) -> None:
        print(f"{self._now():%Y-%m-%dT%H:%M:%SZ} {text}", file=self._stream, flush=True)

    def progress(self, label: str, done: int, total: int | None) -> None:
        """Nothing: the step's last line says how much was done."""


class TerminalOutput:
    """Lines, and under them one bar of the step that runs."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._width = 0

    def line(self, text: str) -> None:
        self._clear()
        print(text, file=self._stream, flush=True)

    def progress(self, label: str, done: int, total: int | None) -> None:
        of = f"/{total}" if total is not None else ""
        bar = ""
        if total:
            filled = round(24 * min(done, total) / total)
            bar = f" [{'#' * filled}{'.' * (24 - filled)}]"
        text = f"{label}{bar} {done}{of}"
        self._clear()
        self._stream.write(text)
        self._stream.flush()
        self._width = len(text)

    def _clear(self) -> None:
        if self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._width = 0


def make_output(now: Callable[[], datetime]) -> Output:
    """The output that fits stderr."""
    return TerminalOutput() if sys.stderr.isatty() else PlainOutput(now)
