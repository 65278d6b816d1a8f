"""Workers are killed on their limits, replaced, and never take the run with them."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from crawler.records import CostlyError
from linewalker.workers import WorkerLimits, WorkerPool


def add(one: int, other: int) -> int:
    return one + other


def hang() -> None:
    while True:
        time.sleep(0.1)


def eat_memory() -> int:
    held = []
    for _ in range(40):
        held.append(bytearray(os.urandom(1) * 20_000_000))
        time.sleep(0.02)
    return len(held)


def take_and_give_back() -> int:
    return len(os.urandom(1) * 400_000_000)


def ask_for_all() -> int:
    return len(bytearray(1 << 40))


def take_what_there_is(path: str) -> None:
    held = []
    try:
        while True:
            held.append(os.urandom(1) * 10_000_000)
    except MemoryError:  # as a parser may that goes on with what it has
        peak = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
        Path(path).write_text(peak[1] if peak else "")


def die() -> None:
    os._exit(3)


def fail() -> None:
    raise ValueError("no such unit: stone")


def unpicklable() -> object:
    return lambda: None


async def test_results_come_back_from_several_workers_at_once() -> None:
    async with WorkerPool(2) as pool:
        assert await asyncio.gather(*(pool(add, i, i) for i in range(6))) == [0, 2, 4, 6, 8, 10]


@pytest.mark.parametrize(
    ("function", "seconds", "message"),
    [
        (hang, 1.0, "took over 1 s"),
        (eat_memory, 20.0, "used over 300 MB"),
        (take_and_give_back, 20.0, "used over 300 MB"),
        (ask_for_all, 20.0, "used over 300 MB"),
        (die, 20.0, "exit code 3"),
    ],
)
async def test_a_call_that_overruns_is_told_so_and_the_next_one_works(
    function: object, seconds: float, message: str
) -> None:
    async with WorkerPool(1, WorkerLimits(seconds=seconds, megabytes=300)) as pool:
        assert await pool(add, 1, 1) == 2
        with pytest.raises(CostlyError, match=message):
            await pool(function)  # type: ignore[arg-type]
        assert await pool(add, 2, 2) == 4


async def test_memory_is_bounded_by_the_kernel_while_nobody_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linewalker.workers._POLL_S", 15.0)
    told = tmp_path / "peak"
    async with WorkerPool(1, WorkerLimits(megabytes=300)) as pool:
        with pytest.raises(CostlyError, match="used over 300 MB"):
            await pool(take_what_there_is, str(told))
    assert 300 < int(told.read_text()) * 1024 / 1e6 < 350


async def test_an_exception_of_the_function_is_raised_as_it_is() -> None:
    async with WorkerPool(1) as pool:
        with pytest.raises(ValueError, match="no such unit"):
            await pool(fail)
        with pytest.raises(RuntimeError, match="while returning a result"):
            await pool(unpicklable)
        assert await pool(add, 1, 2) == 3


async def test_closing_ends_a_call_that_is_under_way() -> None:
    pool = WorkerPool(1, WorkerLimits(seconds=60.0))
    call = asyncio.ensure_future(pool(hang))
    await asyncio.sleep(0.5)
    await asyncio.to_thread(pool.close)
    with pytest.raises(CostlyError):
        await call


def keep_memory() -> int:
    _KEPT.append(os.urandom(1) * 200_000_000)
    return os.getpid()


_KEPT: list[bytes] = []


async def test_a_worker_that_keeps_much_memory_is_replaced_and_its_answer_counts() -> None:
    async with WorkerPool(1, WorkerLimits(megabytes=400)) as pool:
        usual = await pool(os.getpid)
        assert await pool(os.getpid) == usual
        assert await pool(keep_memory) == usual
        assert await pool(os.getpid) != usual


def test_a_worker_that_is_met_by_ctrl_c_while_it_starts_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    for wait_s in (0.0, 0.05, 0.15, 0.3):
        pool = WorkerPool(1)
        call = ThreadPoolExecutor(1).submit(pool.call, add, 1, 2)
        while not (started := list(pool._all)):
            time.sleep(0.001)
        time.sleep(wait_s)
        os.kill(started[0].process.pid or 0, signal.SIGINT)
        assert call.result(30) == 3
        pool.close()
    assert capfd.readouterr().err == ""
