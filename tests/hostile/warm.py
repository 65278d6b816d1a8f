"""Workers of the crawl's real pool that need not be started: children of the crawling process, forked in advance.

The pool starts its workers afresh, which costs a second and a half of processor time each: too much for hundreds of
cases. What is replaced here is the birth of a worker only. Its life (`_serve`), its limits, its death and its
replacement are the pool's own.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle

import linewalker.workers


class WarmContext:
    """Stands in for a multiprocessing context; its processes were forked while this one had one thread."""

    def __init__(self, spare: int) -> None:
        self._context = multiprocessing.get_context("fork")
        self._spare = [self._prepare() for _ in range(spare)]

    def _prepare(self) -> tuple[multiprocessing.process.BaseProcess, Connection]:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_wait_for_work, args=(theirs, ours), daemon=True)
        process.start()
        theirs.close()
        return process, ours

    def Pipe(self) -> tuple[Connection, Connection]:
        """As multiprocessing's."""
        return self._context.Pipe()

    def Process(
        self, *, target: Callable[..., None], args: tuple[Connection, int], daemon: bool
    ) -> multiprocessing.process.BaseProcess:
        """A process that waits to be started."""
        process, line = self._spare.pop(0)

        def start() -> None:
            assert process.pid is not None
            line.send((target, args[1:]))
            send_handle(line, args[0].fileno(), process.pid)

        process.start = start  # type: ignore[method-assign]
        return process

    def dismiss(self) -> None:
        """Ends those that were not needed."""
        for process, line in self._spare:
            line.close()
            process.kill()
            process.join()


def _wait_for_work(line: Connection, other_end: Connection) -> None:
    other_end.close()
    try:
        target, more = line.recv()
        connection = Connection(recv_handle(line))
    except (EOFError, OSError):
        return
    target(connection, *more)


def use_warm_workers(spare: int) -> WarmContext:
    """Lets the pools of this process have so many workers that are there already."""
    context = WarmContext(spare)
    linewalker.workers._CONTEXT = context  # type: ignore[assignment]
    return context
