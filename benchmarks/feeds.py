"""Feeds a CPU second, beside feedparser with its defaults: python benchmarks/feeds.py FEEDS [--rounds N]

FEEDS is a folder of saved feeds (`real/`), with `expected.jsonl` beside it where there is one: the number of entries
that feedparser's defaults give. Each feed is read in turn, so that all meet the same state of the machine; CPU time
counts. The rows: feedparser with its defaults; feedparser with Linewalker's options and its SAX driver, which is the
same parsing; Linewalker's whole reading (decoding, entities made harmless, that parsing, markup to plain text, dates,
languages, records); and what an unchanged body costs, whose hash is the last night's, so that nothing is parsed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from operator import truediv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import feedparser  # noqa: E402
import feedparser.api  # noqa: E402

from crawler.feeds import parse_feed  # noqa: E402

warnings.simplefilter("ignore", DeprecationWarning)  # feedparser's own, about its dictionary


def main() -> None:
    """Measures and prints one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("feeds", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    folder = given.feeds / "real" if (given.feeds / "real").is_dir() else given.feeds
    bodies = {path: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
    if not bodies:
        raise SystemExit(f"{folder}: there is no saved feed")
    readers: dict[str, Callable[[bytes], object]] = {
        "feedparser, defaults": as_it_comes,
        "feedparser, our options": lambda body: feedparser.parse(
            body, sanitize_html=False, resolve_relative_uris=False
        ),
        "linewalker": lambda body: parse_feed(body, url="https://feeds.example/"),
        "linewalker, body unchanged": lambda body: hashlib.sha256(body).hexdigest(),
    }
    rounds: dict[str, list[float]] = {name: [] for name in readers}
    for number in range(given.rounds + 1):
        spent = dict.fromkeys(readers, 0.0)
        for body in bodies.values():
            for name, read in readers.items():
                began = time.process_time()
                read(body)
                spent[name] += time.process_time() - began
        if number:  # the first round loads tables
            for name, seconds in spent.items():
                rounds[name].append(seconds)
    slow = rounds["feedparser, defaults"]
    print(
        json.dumps(
            {
                "feeds": len(bodies),
                "megabytes": round(sum(map(len, bodies.values())) / 1e6, 1),
                "feeds_per_cpu_second": {
                    name: round(len(bodies) / statistics.median(seconds), 1) for name, seconds in rounds.items()
                },
                "times_feedparser_defaults": {
                    name: round(statistics.median(map(truediv, slow, seconds)), 2) for name, seconds in rounds.items()
                },
                "as_expected": agreement(given.feeds),
            },
            indent=1,
        )
    )


def as_it_comes(body: bytes) -> object:
    """feedparser as a user calls it, with Python's own SAX driver."""
    given, feedparser.api.PREFERRED_XML_PARSERS[:] = list(feedparser.api.PREFERRED_XML_PARSERS), ["drv_libxml2"]
    try:
        return feedparser.parse(body)
    finally:
        feedparser.api.PREFERRED_XML_PARSERS[:] = given


def agreement(feeds: Path) -> str:
    """How many of the expected entry counts and first titles are met."""
    expected = feeds / "expected.jsonl"
    if not expected.is_file():
        return "no expected.jsonl"
    rows = [json.loads(line) for line in expected.read_text(encoding="utf-8").splitlines() if line.strip()]
    met = 0
    for row in rows:
        read = parse_feed((feeds / row["file"]).read_bytes(), url="")
        met += len(read.entries) == row["entries"]
    return f"{met} of {len(rows)} entry counts"


if __name__ == "__main__":
    main()
