"""What ends a run from outside, and the streams and the letters that it may have been started without."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

# systemd and cron's init stop a run with SIGTERM; a terminal that closes sends SIGHUP.
_ENDING = (signal.SIGTERM, signal.SIGHUP)
_received: list[signal.Signals] = []
_received_at: list[float] = []  # by the monotonic clock
_late: list[threading.Timer] = []  # that deliver a signal again
_AGAIN_S = 0.05  # until a signal that met an import is delivered again
_PATIENCE_S = 10.0  # in which a second signal changes nothing: the run is ending already


@contextmanager
def endings_as_interrupt() -> Iterator[None]:
    """SIGTERM and SIGHUP end the block as Ctrl-C does: cleanly, with what was done kept. Main thread only.

    A SIGHUP that is ignored already (nohup) stays ignored.
    """
    for held in (_received, _received_at, _late):
        held.clear()
    before = {one: signal.signal(one, _interrupt) for one in _ENDING if signal.getsignal(one) is not signal.SIG_IGN}
    try:
        yield
    finally:
        for timer in _late:  # what would come after the end would meet the handler of whoever called
            timer.cancel()
            timer.join()
        for one, handler in before.items():
            signal.signal(one, handler)


def exit_code_of_signal() -> int:
    """The exit code of what a signal ended, as shells have it: 143 after SIGTERM, 129 after SIGHUP, else 130."""
    return 128 + (_received[0] if _received else signal.SIGINT)


def name_of_signal() -> str:
    """The signal that ended the block: SIGTERM, SIGHUP, or SIGINT for Ctrl-C."""
    return (_received[0] if _received else signal.SIGINT).name


def was_interrupted(error: BaseException) -> bool:
    """Whether an exception is a signal's doing: DuckDB tells an interrupted query as an error of its own."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, KeyboardInterrupt):
            return True
        seen = seen.__cause__
    return False


def speak_utf8() -> None:
    """Starts the command anew in Python's UTF-8 mode where it was started without any letters but ASCII's.

    Python does so by itself for the locales C and POSIX unless PYTHONUTF8=0 forbids it; then a path or a question with
    an accent would be bytes that neither DuckDB nor a file system takes.
    """
    if sys.getfilesystemencoding() == "ascii" and sys.orig_argv:
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, "PYTHONUTF8": "1"})  # noqa: S606


def secure_streams() -> None:
    """Makes printing safe however the process was started: with closed streams, or with a locale such as POSIX.

    A closed standard descriptor would be given to the next file that is opened, the ledger perhaps, and stray output
    would then be written into it.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):  # another kind of stream, as tests put there
            # The C locale without UTF-8 mode gives ASCII with "surrogateescape", which escapes no letter.
            if stream.errors == "strict" or stream.encoding.lower() not in ("utf-8", "utf8"):
                stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def flush_streams() -> None:
    """Writes what is buffered; a reader that has gone, or a full disk, is no error of what was done."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _interrupt(number: int, frame: FrameType | None) -> None:
    if _received and time.monotonic() - _received_at[-1] < _PATIENCE_S:
        return
    if _is_importing(frame):
        timer = threading.Timer(_AGAIN_S, signal.pthread_kill, (threading.main_thread().ident or 0, number))
        timer.daemon = True
        _late.append(timer)
        timer.start()
        return
    if not _received:
        _received.append(signal.Signals(number))
    _received_at.append(time.monotonic())
    handler = signal.getsignal(signal.SIGINT)
    # asyncio puts its own handler of Ctrl-C there, which ends its tasks in order.
    if callable(handler):
        handler(signal.SIGINT, frame)
    else:
        raise KeyboardInterrupt


def _is_importing(frame: FrameType | None) -> bool:
    """Whether a module is being loaded, in which nothing may be raised.

    The import system's lock could stay taken, and the other threads wait for it for ever; and DuckDB, which loads
    pandas and pyarrow within a query, passes over whatever that raises.
    """
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False
