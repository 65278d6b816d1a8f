"""What the operator sees: a progress bar on a terminal, plain lines under cron, JSON lines for a log collector."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Protocol, TextIO, runtime_checkable

from reports.text import visible

LOG_FORMS = ("text", "json")
_STEP = re.compile(r"([a-z]+)(?: failed)?: ")


class Output(Protocol):
    """Where a run tells what it does."""

    def line(self, text: str) -> None: ...

    def progress(self, label: str, done: int, total: int | None) -> None: ...


@runtime_checkable
class FieldOutput(Protocol):
    """An output that also takes what happened as fields."""

    def event(self, message: str, *, step: str, level: str, fields: Mapping[str, object]) -> None: ...


class PlainOutput:
    """One line a finished step; nothing moves, so that a cron mail stays short."""

    def __init__(self, now: Callable[[], datetime], stream: TextIO | None = None) -> None:
        self._now = now
        self._stream = stream if stream is not None else sys.stderr

    def line(self, text: str) -> None:
        # One line: what a server says must not look like a line of ours, nor move a terminal's cursor.
        _write(self._stream, f"{self._now():%Y-%m-%dT%H:%M:%SZ} {visible(text)}\n")

    def progress(self, label: str, done: int, total: int | None) -> None:
        """Nothing: the step's last line says how much was done."""


class JsonOutput:
    """One JSON object a line: time, level, step, message, fields."""

    def __init__(self, now: Callable[[], datetime], stream: TextIO | None = None) -> None:
        self._now = now
        self._stream = stream if stream is not None else sys.stderr

    def line(self, text: str) -> None:
        found = _STEP.match(text)
        level = "warning" if text.startswith("note: ") or " failed: " in text else "info"
        self.event(text.removeprefix("note: "), step=found[1] if found else "run", level=level, fields={})

    def event(self, message: str, *, step: str, level: str, fields: Mapping[str, object]) -> None:
        at = f"{self._now():%Y-%m-%dT%H:%M:%SZ}"
        told = {"time": at, "level": level, "step": step, "message": message, "fields": dict(fields)}
        # ASCII, so that every collector and every locale reads it; a line is written at once.
        _write(self._stream, json.dumps(told, default=str) + "\n")

    def progress(self, label: str, done: int, total: int | None) -> None:
        """Nothing: the step's last line says how much was done."""


class TerminalOutput:
    """Lines, and under them one bar of the step that runs."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._width = 0

    def line(self, text: str) -> None:
        self._clear()
        _write(self._stream, f"{visible(text)}\n")

    def progress(self, label: str, done: int, total: int | None) -> None:
        of = f"/{total}" if total is not None else ""
        bar = ""
        if total:
            filled = round(24 * min(done, total) / total)
            bar = f" [{'#' * filled}{'.' * (24 - filled)}]"
        text = f"{visible(label)}{bar} {done}{of}"
        self._clear()
        _write(self._stream, text)
        self._width = len(text)

    def _clear(self) -> None:
        if self._width:
            _write(self._stream, "\r" + " " * self._width + "\r")
            self._width = 0


def make_output(now: Callable[[], datetime], form: str = "text") -> Output:
    """The output that fits stderr; `form` is one of LOG_FORMS."""
    if form == "json":
        return JsonOutput(now)
    return TerminalOutput() if sys.stderr.isatty() else PlainOutput(now)


def record(output: Output, message: str, *, step: str, fields: Mapping[str, object], level: str = "info") -> None:
    """Tells an output that takes fields what happened; to the others it would only be noise."""
    if isinstance(output, FieldOutput):
        output.event(message, step=step, level=level, fields=fields)


def _write(stream: TextIO, text: str) -> None:
    # A reader that has gone (2>&1 | head), a closed stream or a log on a full disk must not cost the night.
    with suppress(OSError, ValueError):
        stream.write(text)
        stream.flush()
