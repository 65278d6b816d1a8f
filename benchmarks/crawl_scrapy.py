"""Scrapy over the pages of benchmarks/crawl.py; run with the interpreter of an environment that has Scrapy.

The plan comes as JSON on standard input, the figures go as one line of JSON to standard output. Each host's pages are
asked for in turn, as a polite crawl does: the settings are those that a Scrapy user would take for the same task.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

import scrapy  # type: ignore[import-not-found]
from scrapy.crawler import CrawlerProcess  # type: ignore[import-not-found]
from scrapy.resolver import CachingThreadedResolver  # type: ignore[import-not-found]
from twisted.internet import defer  # type: ignore[import-not-found]


class LoopbackResolver(CachingThreadedResolver):  # type: ignore[misc]
    """Every name is the loopback server."""

    def getHostByName(self, name: str, timeout: object = ()) -> Any:  # noqa: N802 - Twisted's name
        return defer.succeed("127.0.0.1")


class Pages(scrapy.Spider):  # type: ignore[misc]
    """Takes every page of every host."""

    name = "pages"

    def __init__(self, plan: dict[str, Any], found: dict[str, Any]) -> None:
        super().__init__()
        self._plan = plan
        self._found = found

    async def start(self) -> AsyncIterator[Any]:
        self._found["begun"] = (time.monotonic(), time.process_time())
        for number in range(max(self._plan["hosts"].values())):
            for host, pages in self._plan["hosts"].items():
                if number < pages:
                    yield scrapy.Request(f"http://{host}:{self._plan['port']}/page/{number}", dont_filter=True)

    def parse(self, response: Any) -> None:
        """Counts a page."""
        self._found["pages"] += 1
        self._found["bytes"] += len(response.body)
        self._found["last"] = (time.monotonic(), time.process_time())


def main() -> None:
    plan = json.load(sys.stdin)
    found: dict[str, Any] = {"pages": 0, "bytes": 0}
    process = CrawlerProcess(
        {
            "LOG_LEVEL": "ERROR",
            "USER_AGENT": "Benchmark/1.0 (+mailto:operator@energy.example)",
            "ROBOTSTXT_OBEY": True,
            "DOWNLOAD_DELAY": plan["spacing_s"],
            "RANDOMIZE_DOWNLOAD_DELAY": False,
            "CONCURRENT_REQUESTS": 512,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "COOKIES_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
            "DOWNLOAD_TIMEOUT": plan["timeout_s"],
            "RETRY_ENABLED": False,
            "DNS_RESOLVER": LoopbackResolver,
            "REACTOR_THREADPOOL_MAXSIZE": 10,
        },
        install_root_handler=False,
    )
    process.crawl(Pages, plan=plan, found=found)
    process.start()
    begun, last = found["begun"], found["last"]
    figures = {"pages": found["pages"], "bytes": found["bytes"], "wall_s": last[0] - begun[0]}
    print(json.dumps({**figures, "cpu_s": last[1] - begun[1], "version": scrapy.__version__}))


if __name__ == "__main__":
    main()
