"""Worker processes that can be killed: what hostile input can hang runs here, under a time and a memory limit.

A worker takes a picklable function with its arguments and returns a picklable result. One that overruns is killed
and replaced; only the call that it was working on is lost, and is told so with CostlyError.
"""

from __future__ import annotations

import asyncio
import math
import multiprocessing
import os
import re
import resource
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import NamedTuple, TypeVar

from crawler.records import CostlyError

T = TypeVar("T")

_POLL_S = 0.05
_START_S = 120.0
_WORN = 0.5  # of what a worker may take beyond the usual; one that keeps more between calls is replaced
_PARENTS_MATTER = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_MARGIN_MB = 30  # over the limit, at which the kernel itself gives no more: between two looks much can be taken
_STATUS = re.compile(rb"^(VmHWM|VmRSS|VmData):\s*(\d+) kB", re.MULTILINE)
# spawn, not fork: the parent runs threads and an event loop, which a forked child would inherit half-dead.
_CONTEXT = multiprocessing.get_context("spawn")


class WorkerStartError(RuntimeError):
    """A worker could not be started: this machine's fault, and no call's."""


class _StoppedError(CostlyError):
    """The worker was ended by a signal that is meant for its parent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLimits:
    """What one call may use."""

    seconds: float = 30.0  # wall clock
    megabytes: int = 900  # resident memory of the worker process, of 1,000,000 bytes


class _Worker:
    """One process and the pipe to it."""

    def __init__(self, megabytes: int) -> None:
        self.connection, theirs = _CONTEXT.Pipe()
        self.process: BaseProcess = _CONTEXT.Process(target=_serve, args=(theirs, os.getpid(), megabytes), daemon=True)
        # Ctrl-C in a terminal reaches a worker also while it starts. It inherits what is held back here, until it can
        # ignore it; multiprocessing's helper would let it through again, were it started within.
        resource_tracker.ensure_running()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _PARENTS_MATTER)
        try:
            self.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
        self.started = False

    def await_start(self) -> None:
        """Returns once the process takes calls: its start can take seconds, for which no call is to blame."""
        deadline = time.monotonic() + _START_S
        while not self.started:
            if self.connection.poll(_POLL_S):
                self.connection.recv()
                self.started = True
            elif time.monotonic() > deadline:
                raise WorkerStartError(f"the worker process did not start within {_START_S:.0f} s")

    def kill(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()

    def memory(self) -> _Memory:
        return _read_memory(str(self.process.pid))


class _Memory(NamedTuple):
    """What a process holds, in megabytes; nothing where it has ended just now, or this system has no /proc."""

    resident: float = 0.0
    peak: float = 0.0  # of `resident`, ever
    data: float = 0.0  # that it may write to, touched or not


def _read_memory(process: str) -> _Memory:
    try:
        with open(f"/proc/{process}/status", "rb") as status:
            found = {name: int(kilobytes) * 1024 / 1e6 for name, kilobytes in _STATUS.findall(status.read())}
    except OSError:
        return _Memory()
    return _Memory(found.get(b"VmRSS", 0.0), found.get(b"VmHWM", 0.0), found.get(b"VmData", 0.0))


class WorkerPool:
    """A few killable processes behind one awaitable call; implements crawler.records.Runner.

    Use as an async context manager. Calls beyond the number of workers wait their turn; waiting does not count
    against the time limit.
    """

    def __init__(self, size: int, limits: WorkerLimits | None = None) -> None:
        self._limits = limits or WorkerLimits()
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._guard = threading.Lock()
        self._closed = False
        self._usual = math.inf  # megabytes of a worker that has done no more than usual work
        self._threads = ThreadPoolExecutor(max_workers=max(1, size), thread_name_prefix="worker")

    async def __aenter__(self) -> WorkerPool:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    async def __call__(self, function: Callable[..., T], /, *arguments: object) -> T:
        """Runs the function in a worker. Raises CostlyError on a limit or a crash, else what the function raises.

        Raises WorkerStartError where no worker could be had.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self.call, function, *arguments)

    def call(self, function: Callable[..., T], /, *arguments: object) -> T:
        """The same for callers without an event loop; blocks."""
        try:
            return self._call(function, arguments)
        except _StoppedError:
            # A signal met the worker before it could ignore it: not the call's fault.
            return self._call(function, arguments)

    def _call(self, function: Callable[..., T], arguments: tuple[object, ...]) -> T:
        worker = self._take()
        try:
            worker.await_start()
            worker.connection.send((function, arguments))
            ok, value = self._wait(worker)
            held = worker.memory()
            # What was taken and given back between two looks, or was not to be had, is in nobody's answer.
            if isinstance(value, MemoryError) or held.peak > self._limits.megabytes:
                raise self._greedy()
        except (CostlyError, OSError, EOFError) as error:
            ending = "" if isinstance(error, CostlyError) else _ending(worker.process)
            self._discard(worker)
            if isinstance(error, CostlyError):
                raise
            if self._closed:
                raise CostlyError("the worker pool was closed") from error
            stopped = -(worker.process.exitcode or 0) in _PARENTS_MATTER
            kind = _StoppedError if stopped else CostlyError if worker.started else WorkerStartError
            raise kind(f"the worker process died: {ending}") from error
        except BaseException:
            self._discard(worker)  # it may still be sending the answer to a call that nobody waits for
            raise
        self._put_back(worker, held.resident)
        if ok:
            return value  # type: ignore[return-value]
        assert isinstance(value, BaseException)
        raise value

    def close(self) -> None:
        """Kills all workers; calls that are under way raise CostlyError."""
        with self._guard:
            self._closed = True
            workers, self._idle = list(self._all), []
        for worker in workers:
            with suppress(OSError, ValueError):
                worker.process.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in workers:
            worker.process.join()
            worker.connection.close()

    def _take(self) -> _Worker:
        with self._guard:
            if self._closed:
                raise CostlyError("the worker pool is closed")
            if self._idle:
                return self._idle.pop()
        worker = _Worker(self._limits.megabytes)
        with self._guard:
            self._all.add(worker)
        return worker

    def _put_back(self, worker: _Worker, resident: float) -> None:
        """Makes a worker idle, or replaces it: what one call left behind must not be held against the next one's."""
        with self._guard:
            self._usual = min(self._usual, resident or math.inf)  # nothing: it has ended just now
            worn = resident > self._usual + (self._limits.megabytes - self._usual) * _WORN
            if not worn:
                self._idle.append(worker)
        if worn:
            self._discard(worker)

    def _discard(self, worker: _Worker) -> None:
        with self._guard:
            self._all.discard(worker)
        worker.kill()

    def _wait(self, worker: _Worker) -> tuple[bool, object]:
        deadline = time.monotonic() + self._limits.seconds
        while not worker.connection.poll(_POLL_S):
            if time.monotonic() > deadline:
                raise CostlyError(f"took over {self._limits.seconds:.0f} s and was stopped")
            if worker.memory().resident > self._limits.megabytes:
                raise self._greedy()
        ok, value = worker.connection.recv()
        return bool(ok), value

    def _greedy(self) -> CostlyError:
        return CostlyError(f"used over {self._limits.megabytes} MB of memory and was stopped")


def _serve(connection: Connection, parent: int, megabytes: int) -> None:
    """The worker's life: one call after the other until the pipe closes."""
    _bound_memory(megabytes)
    for one in _PARENTS_MATTER:  # systemd and terminals send them to the whole group
        signal.signal(one, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _PARENTS_MATTER)
    threading.Thread(target=_die_with, args=(parent,), daemon=True).start()
    with suppress(OSError):
        connection.send(None)  # ready
    while True:
        try:
            function, arguments = connection.recv()
        except (EOFError, OSError):
            return
        try:
            answer: tuple[bool, object] = (True, function(*arguments))
        except Exception as error:
            answer = (False, error)
        try:
            connection.send(answer)
        except (BrokenPipeError, OSError):
            return
        except Exception as error:  # the result or the exception cannot be pickled
            connection.send((False, RuntimeError(f"{type(error).__name__} while returning a result: {error}")))


def _bound_memory(megabytes: int) -> None:
    """Has the kernel give this process little more than its limit, however fast it asks."""
    held = _read_memory("self")
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    limit = int((held.data - held.resident + megabytes + _MARGIN_MB) * 1e6)
    if held.data and (most == resource.RLIM_INFINITY or limit < most):
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_DATA, (limit, most))


def _die_with(parent: int) -> None:
    # A parent that was killed with -9 cannot close the pipe of a worker that is busy.
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)


def _ending(process: BaseProcess) -> str:
    process.join(timeout=1.0)
    code = process.exitcode
    if code is not None and code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"exit code {code}"
