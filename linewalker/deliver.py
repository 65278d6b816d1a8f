"""Sends alerts through Apprise: one killable process a target, so that a dead receiver costs the night little.

An address goes to its process through a pipe, never into an argument, a log line, an error or the ledger.
"""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import re
import signal
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any
from urllib.parse import unquote

from reports.text import clean_text, shorten

START_S = 60.0  # until Apprise has loaded its hundred plugins, on a busy machine
ID_HEADER = "X-Linewalker-Alert"
ID_FIELD = "alert_id"
REASON_CHARACTERS = 200
_CONTEXT = multiprocessing.get_context("spawn")  # as in workers.py: a forked child would inherit locks half-taken
# Words of an address that every address may hold; they may stand in a reason.
_COMMON = frozenset(
    "http https json jsons form forms xml xmls mail mailto mailtos text markdown html localhost".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How one attempt ended."""

    ok: bool
    reason: str = ""  # of a failure, without any part of the address


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What is sent: plain text, and the id by which a receiver can drop a double."""

    id: str
    title: str
    body: str


class Courier:
    """The way to one target, used as a context manager; its process starts with the first message."""

    def __init__(self, url: str, *, timeout_s: float) -> None:
        self._url, self._timeout_s = url, timeout_s
        self._process: Any = None
        self._connection: Connection | None = None

    def __enter__(self) -> Courier:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def send(self, message: Outgoing) -> Sent:
        """Sends one message within the time limit; whatever goes wrong is told in the answer, not raised."""
        try:
            if self._connection is None:
                self._start()
                told = self._ask(None, START_S)
                if told is not None:
                    self._stop()
                    return Sent(ok=False, reason=told)
            told = self._ask(message, self._timeout_s)
        except _Overdue as error:
            self._stop()
            return Sent(ok=False, reason=str(error))
        except (EOFError, OSError):
            self._stop()
            return Sent(ok=False, reason="the process that sends ended without an answer")
        return Sent(ok=told is None, reason=told or "")

    def _start(self) -> None:
        self._connection, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_serve, args=(theirs, self._timeout_s), daemon=True)
        self._process.start()
        theirs.close()
        self._connection.send(self._url)

    def _ask(self, message: Outgoing | None, seconds: float) -> str | None:
        assert self._connection is not None
        if message is not None:
            self._connection.send(message)
        if not self._connection.poll(seconds):
            raise _Overdue(f"no answer within {seconds:g} seconds")
        answer: str | None = self._connection.recv()
        return answer

    def _stop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None


class _Overdue(Exception):
    """No answer in time; it never leaves this module."""


def hide_address(text: str, url: str) -> str:
    """A reason without any part of the address, nor any other address."""
    text = re.sub(r"\b[\w+.-]+://\S+", "***", text)
    parts = {part for one in (url, unquote(url)) for part in re.split(r"[/:@?&=,;+#\s]+", one)}
    parts |= {unquote(part) for part in parts}
    for part in sorted(parts, key=len, reverse=True):
        if len(part) > 2 and part.lower() not in _COMMON:
            text = re.sub(re.escape(part), "***", text, flags=re.IGNORECASE)
    return shorten(clean_text(text), REASON_CHARACTERS)


def _serve(connection: Connection, timeout_s: float) -> None:
    """The process: takes the address, then messages; answers None where one was taken, else why not."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run that is interrupted ends this one
    with suppress(EOFError, OSError, KeyboardInterrupt):
        url: str = connection.recv()
        log = _listen()
        service, problem = _open_service(url, timeout_s)
        connection.send(problem)
        while service is not None:
            message: Outgoing = connection.recv()
            log.clear()
            connection.send(_send(service, message, url, log))


class _Log(logging.Handler):
    """Keeps what Apprise says of a failure; nothing of it reaches stderr."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(Exception):
            self.lines.append(record.getMessage())


def _listen() -> list[str]:
    lines: list[str] = []
    root = logging.getLogger()
    root.handlers[:] = [_Log(lines)]
    root.setLevel(logging.WARNING)
    return lines


def _open_service(url: str, timeout_s: float) -> tuple[Any, str | None]:
    try:
        import apprise

        wanted: dict[str, Any] = {
            "app_id": "Linewalker", "app_desc": "Linewalker", "app_url": "", "image_url_mask": "", "image_url_logo": "",
            "async_mode": False, "http_redirects": False, "storage_mode": apprise.PersistentStoreMode.MEMORY,
        }  # fmt: skip
        service = apprise.Apprise.instantiate(url, asset=apprise.AppriseAsset(**wanted), suppress_exceptions=True)
    except Exception as error:  # a plugin's own fault with this address
        return None, hide_address(f"the address cannot be used: {type(error).__name__}", url)
    if service is None:
        return None, "the address is none that Apprise knows"
    if len(service) > 1:
        return None, (
            f"the address names {len(service)} receivers; give each a target of its own, so that one that fails is "
            "tried again alone"
        )
    service.socket_connect_timeout = min(10.0, timeout_s)
    service.socket_read_timeout = timeout_s
    if "overflow=" not in url:
        # In one piece: of several, those that had arrived would be sent again when a later one fails.
        service.overflow_mode = apprise.OverflowMode.TRUNCATE
    return service, None


def _send(service: Any, message: Outgoing, url: str, log: list[str]) -> str | None:
    try:
        import apprise

        _give_id(service, message.id)
        if service.notify(
            body=message.body,
            title=message.title,
            notify_type=apprise.NotifyType.WARNING,
            body_format=apprise.NotifyFormat.TEXT,
        ):
            return None
        reason = log[-1] if log else "the receiver did not take it"
    except Exception as error:  # others' code and others' servers
        reason = f"{type(error).__name__}: {error}"
    return hide_address(reason, url) or "the receiver did not take it"


def _give_id(service: Any, message_id: str) -> None:
    """The same id in every copy: in the headers of a mail or a web hook, a field of its JSON, the Message-ID."""
    headers = getattr(service, "headers", None)
    if isinstance(headers, dict):
        headers[ID_HEADER] = message_id
        if not hasattr(service, "smtp_host"):
            headers["Idempotency-Key"] = message_id
    fields = getattr(service, "payload_extras", None)
    if isinstance(fields, dict):
        fields[ID_FIELD] = message_id
    if hasattr(service, "smtp_host"):
        # Apprise makes a new Message-ID for each sending and offers no way to give one.
        with suppress(ImportError):
            mail = importlib.import_module(type(service).__module__)
            if hasattr(mail, "make_msgid"):
                vars(mail)["make_msgid"] = lambda domain=None, **_: f"<{message_id}.alert@{domain or 'linewalker'}>"
