"""What a polite fetch costs: python benchmarks/crawl.py [--scrapy PYTHON] [--hosts N] [--depth LOW HIGH] [--rounds N]

A server on loopback, in a process of its own, gives pages of 28 KB under many virtual host names. Each client takes
robots.txt and all pages of every host, one request at a time to a host and `--spacing` seconds apart, in a process of
its own; only that process's CPU time is counted, from its first request to its last page, imports left out. The clients
take turns, so that a busy machine is busy for all of them. Told are the medians of the rounds: processor milliseconds a
page (robots.txt spread over the pages), pages a second, and the polite efficiency: the least time in which the deepest
host can be read politely, divided by the time it took.

Then Linewalker's fetcher does the same with ten hosts more that accept every connection and never answer. Scrapy is
found through `--scrapy` or LINEWALKER_SCRAPY (the Python of an environment that has it); without one its row is left
out, and told so.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from crawl_clients import CLIENTS  # noqa: E402

OWN, SCRAPY = "linewalker", "Scrapy"
MOST_OF_SCRAPY, LEAST_EFFICIENCY, MOST_WITH_HUNG = 0.25, 0.85, 1.3


@contextmanager
def serving() -> Iterator[int]:
    """The port of a running server."""
    command = [sys.executable, str(HERE / "crawl_server.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()


def measure(client: str, plan: dict[str, Any], scrapy: str | None) -> dict[str, Any]:
    """One client's figures over the whole plan."""
    command = [sys.executable, str(HERE / "crawl_clients.py")]
    if client == SCRAPY:
        assert scrapy is not None
        command = [scrapy, str(HERE / "crawl_scrapy.py")]
    told = subprocess.run(
        command, input=json.dumps({**plan, "client": client}), capture_output=True, text=True, check=False
    )
    if told.returncode:
        raise SystemExit(f"{client} failed:\n{told.stderr}")
    figures: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    wanted = sum(pages for host, pages in plan["hosts"].items() if not host.startswith("hung"))
    if figures["pages"] != wanted:
        raise SystemExit(f"{client} took {figures['pages']} of {wanted} pages:\n{told.stderr}")
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scrapy", default=os.environ.get("LINEWALKER_SCRAPY"), metavar="PYTHON")
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--depth", type=int, nargs=2, default=(10, 30), metavar=("LOW", "HIGH"))
    parser.add_argument("--spacing", type=float, default=0.2, metavar="S")
    parser.add_argument("--timeout", type=float, default=20.0, metavar="S", help="for a whole exchange")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", choices=[*CLIENTS, SCRAPY], help="these clients alone")
    parser.add_argument("--check", action="store_true", help="exit with 1 where an aim is missed")
    options = parser.parse_args()
    low, high = options.depth
    hosts = {f"h{number:03}.example": low + number * 8 % (high - low + 1) for number in range(options.hosts)}
    deepest = max(hosts.values())
    ideal_s = deepest * options.spacing
    chosen = [name for name in (*CLIENTS, SCRAPY) if not options.only or name in options.only]
    if SCRAPY in chosen and not options.scrapy:
        chosen.remove(SCRAPY)
        print("Scrapy is left out: no --scrapy and no LINEWALKER_SCRAPY names a Python that has it.")
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in chosen}
    hung: list[dict[str, Any]] = []
    with serving() as port:
        plan = {"port": port, "spacing_s": options.spacing, "timeout_s": options.timeout, "hosts": hosts}
        stuck = {**plan, "hosts": {**{f"hung{number}.example": deepest + 1 for number in range(10)}, **hosts}}
        for _ in range(options.rounds):
            for name in chosen:
                found[name].append(measure(name, plan, options.scrapy))
            if OWN in chosen:
                hung.append(measure(OWN, stuck, None))
    pages = sum(hosts.values())
    print(f"{options.hosts} hosts, {pages} pages of 28 KB, {options.spacing:g} s a host: {ideal_s:.1f} s at best.")
    missed = report(found, hung, ideal_s)
    if missed:
        print("missed: " + "; ".join(missed))
        raise SystemExit(1 if options.check else 0)


def report(found: dict[str, list[dict[str, Any]]], hung: list[dict[str, Any]], ideal_s: float) -> list[str]:
    """Prints the table; gives the aims that were missed."""
    costs = {name: median(rows, "cpu_s") / rows[0]["pages"] * 1000 for name, rows in found.items() if rows}
    versions = {name: rows[0].get("version", "") for name, rows in found.items() if rows}
    own = costs.get(OWN)
    print(f"{'client':<28} {'CPU ms/page':>11} {'to ours':>8} {'pages/s':>8} {'efficiency':>10}")
    for name, cost in costs.items():
        rows = found[name]
        wall = median(rows, "wall_s")
        ratio = f"{cost / own:.2f}" if own else "-"
        told = f"{name} {versions[name]}".strip()
        print(f"{told:<28} {cost:>11.2f} {ratio:>8} {rows[0]['pages'] / wall:>8.0f} {ideal_s / wall:>10.2f}")
    missed = []
    if own is None:
        return missed
    efficiency = ideal_s / median(found[OWN], "wall_s")
    slowed = median(hung, "wall_s") / median(found[OWN], "wall_s")
    print(f"with ten hosts that never answer the good pages took {slowed:.2f} times as long")
    if SCRAPY in costs:
        print(f"CPU of Scrapy: {own / costs[SCRAPY]:.2f} of it a page")
        if own > MOST_OF_SCRAPY * costs[SCRAPY]:
            missed.append(f"more than {MOST_OF_SCRAPY} of Scrapy's CPU a page")
    if efficiency < LEAST_EFFICIENCY:
        missed.append(f"a polite efficiency under {LEAST_EFFICIENCY}")
    if slowed > MOST_WITH_HUNG:
        missed.append(f"more than {MOST_WITH_HUNG} times as long with hung hosts")
    return missed


def median(rows: Sequence[dict[str, Any]], name: str) -> float:
    """The median of one figure."""
    return statistics.median(row[name] for row in rows)


if __name__ == "__main__":
    main()
