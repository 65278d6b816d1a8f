"""Whose turn it is: so many at once, the deepest host first, and nobody is kept waiting by one that is slow."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

SLOW_AFTER_S = 2.0  # a usual exchange is done by then


class Turns:
    """Places for what runs side by side.

    Who waits for a server longer than `slow_after_s` gives the place to another meanwhile, `max_slow` of them at most:
    a hundred hosts that never answer would otherwise hold every place for their whole timeout.
    """

    def __init__(self, at_once: int, *, max_slow: int, slow_after_s: float = SLOW_AFTER_S) -> None:
        self._free = at_once
        self._slow_free = max_slow
        self._slow_after_s = slow_after_s
        self._queue: list[tuple[int, int, asyncio.Future[None]]] = []
        self._asked = 0

    @asynccontextmanager
    async def place(self, depth: int = 0) -> AsyncIterator[Place]:
        """Waits for a place; of those who wait, the one with the greatest depth comes first, then the eldest."""
        await self._enter(depth)
        place = Place(self, depth)
        try:
            yield place
        finally:
            place._leave()

    @asynccontextmanager
    async def turn(self, depth: int = 0) -> AsyncIterator[None]:
        """A place for one exchange with a server, which is all a wait."""
        async with self.place(depth) as place:
            timer = asyncio.get_running_loop().call_later(self._slow_after_s, place._step_aside)
            try:
                yield
            finally:
                timer.cancel()

    async def _enter(self, depth: int) -> None:
        if self._free > 0:
            self._free -= 1
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._asked += 1
        heapq.heappush(self._queue, (-depth, self._asked, future))
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self._give()  # the place came in the same moment
            raise

    def _give(self) -> None:
        """Hands a place that came free to the first in the queue."""
        while self._queue:
            future = heapq.heappop(self._queue)[2]
            if not future.done():
                future.set_result(None)
                return
        self._free += 1


class Place:
    """One place of a Turns, held until the block that asked for it ends."""

    def __init__(self, turns: Turns, depth: int) -> None:
        self._turns = turns
        self._depth = depth
        self._state: Literal["held", "aside", "none"] = "held"

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[None]:
        """A wait for a server: once it takes long the place is another's, and at the end one is waited for again."""
        timer = asyncio.get_running_loop().call_later(self._turns._slow_after_s, self._step_aside)
        try:
            yield
        finally:
            timer.cancel()
        if self._state == "aside":
            self._leave()
            await self._turns._enter(self._depth)
            self._state = "held"

    def _step_aside(self) -> None:
        if self._state == "held" and self._turns._slow_free > 0:
            self._turns._slow_free -= 1
            self._turns._give()
            self._state = "aside"

    def _leave(self) -> None:
        if self._state == "held":
            self._turns._give()
        elif self._state == "aside":
            self._turns._slow_free += 1
        self._state = "none"
