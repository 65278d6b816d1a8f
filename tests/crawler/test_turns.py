"""Places: who comes first, and that a slow one keeps nobody waiting."""

from __future__ import annotations

import asyncio

import pytest

from crawler.turns import Turns

SHORT = 0.02


async def test_no_more_than_so_many_are_at_work_at_once() -> None:
    turns = Turns(3, max_slow=0)
    at_work = most = 0

    async def one() -> None:
        nonlocal at_work, most
        async with turns.turn():
            at_work += 1
            most = max(most, at_work)
            await asyncio.sleep(0)
            at_work -= 1

    await asyncio.gather(*(one() for _ in range(20)))
    assert most == 3


async def test_the_deepest_comes_first_and_of_equals_the_eldest() -> None:
    turns = Turns(1, max_slow=0)
    order: list[str] = []

    async def one(name: str, depth: int) -> None:
        async with turns.turn(depth):
            order.append(name)
            await asyncio.sleep(0)

    names = [("first", 0), ("shallow", 1), ("deep", 9), ("deep too", 9), ("middle", 5)]
    await asyncio.gather(*(one(name, depth) for name, depth in names))
    assert order == ["first", "deep", "deep too", "middle", "shallow"]


async def test_one_that_takes_long_gives_its_place_away_and_goes_on() -> None:
    turns = Turns(1, max_slow=1, slow_after_s=SHORT)
    done: list[str] = []
    release = asyncio.Event()

    async def slow() -> None:
        async with turns.turn():
            await release.wait()
            done.append("slow")

    async def quick() -> None:
        async with turns.turn():
            done.append("quick")

    waiting = asyncio.create_task(slow())
    await asyncio.sleep(0)
    await asyncio.wait_for(quick(), 1)
    release.set()
    await waiting
    await asyncio.wait_for(quick(), 1)
    assert done == ["quick", "slow", "quick"]


async def test_only_so_many_slow_ones_go_on_beside_the_rest() -> None:
    turns = Turns(1, max_slow=1, slow_after_s=SHORT)
    release = asyncio.Event()

    async def slow() -> None:
        async with turns.turn():
            await release.wait()

    tasks = [asyncio.create_task(slow()) for _ in range(2)]
    await asyncio.sleep(4 * SHORT)
    third = asyncio.create_task(slow())
    await asyncio.sleep(2 * SHORT)
    assert turns._free == 0
    assert len(turns._queue) == 1
    release.set()
    await asyncio.gather(*tasks, third)
    assert turns._free == 1
    assert turns._slow_free == 1


async def test_a_place_is_lent_while_its_holder_waits_and_taken_again_after() -> None:
    turns = Turns(1, max_slow=5, slow_after_s=SHORT)
    events: list[str] = []
    answered = asyncio.Event()

    async def feed() -> None:
        async with turns.place() as place:
            async with place.waiting():
                await answered.wait()
            events.append("feed goes on")

    async def other() -> None:
        async with turns.place():
            events.append("other begins")
            answered.set()
            await asyncio.sleep(2 * SHORT)
            events.append("other ends")

    await asyncio.wait_for(asyncio.gather(feed(), other()), 2)
    assert events == ["other begins", "other ends", "feed goes on"]
    assert (turns._free, turns._slow_free) == (1, 5)


async def test_a_short_wait_keeps_the_place() -> None:
    turns = Turns(1, max_slow=5, slow_after_s=5)
    async with turns.place() as place, place.waiting():
        assert turns._free == 0
    assert turns._free == 1


@pytest.mark.parametrize("lent", [False, True])
async def test_whoever_is_cancelled_leaves_no_place_behind(lent: bool) -> None:
    turns = Turns(1, max_slow=5, slow_after_s=SHORT)

    async def stuck() -> None:
        async with turns.place() as place, place.waiting():
            await asyncio.sleep(60)

    async def queued() -> None:
        async with turns.turn():
            await asyncio.sleep(60)

    tasks = [asyncio.create_task(stuck()), asyncio.create_task(queued()), asyncio.create_task(queued())]
    await asyncio.sleep(4 * SHORT if lent else 0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert (turns._free, turns._slow_free) == (1, 5)
