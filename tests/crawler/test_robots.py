"""robots.txt after RFC 9309, from the rules to what becomes of a host whose file cannot be read."""

from __future__ import annotations

import asyncio
import json
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.fetch import HttpFetcher
from crawler.records import FetchResult, Outcome
from crawler.robots import MAX_RULES_BYTES, RobotsCache, parse_robots, product_token
from tests.crawler.servers import (
    AGENT,
    NOW,
    CannedFetcher,
    HostNotes,
    Route,
    Streamed,
    answer,
    gzipped,
    now,
    serving,
    settings,
)

ORIGIN = "http://news.example"
ROBOTS = f"{ORIGIN}/robots.txt"


def canned(
    outcome: Outcome = "ok", body: bytes = b"", *, status: int | None = 200, reason: str = "why"
) -> CannedFetcher:
    result = FetchResult(
        url=ROBOTS, final_url=ROBOTS, outcome=outcome, reason=reason, fetched_at=NOW, status=status, body=body
    )
    return CannedFetcher({ROBOTS: result})


def expectations() -> list[dict[str, object]]:
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    path = Path(os.environ.get("LINEWALKER_SHARED_DATA", beside)) / "robots" / "expectations.jsonl"
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def test_every_expectation_of_the_shared_table_is_met() -> None:
    table = expectations()
    if not table:
        pytest.skip("the shared data is not on this machine")
    wrong = []
    for row in table:
        rules = parse_robots(str(row["robots"]).encode("utf-8", "surrogatepass"))
        arguments = row["args"]
        assert isinstance(arguments, list)
        if getattr(rules, str(row["call"]))(*arguments) != row["expected"]:
            wrong.append(row)
    assert wrong == []


@pytest.mark.parametrize(
    ("agent", "token"),
    [(AGENT, "Linewalker"), ("Line-walker_x/2", "Line-walker_x"), ("  bot", "bot"), ("", "*"), ("1/2", "*")],
)
def test_the_product_token_is_the_first_word_of_the_user_agent(agent: str, token: str) -> None:
    assert product_token(agent) == token


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("", "/a", True),
        ("User-agent: linewalker\nAllow: /\n\nUser-agent: *\nDisallow: /", "/a", True),
        ("User-agent: LineWalker\nDisallow: /a\n\nUser-agent: *\nDisallow: /", "/b", True),
        ("User-agent: walker\nDisallow: /", "/a", True),
        ("User-agent: *\nDisallow: /*.pdf$\nAllow: /open/files/", "/open/files/x.pdf", True),
        ("User-agent: *\nDisallow: /a?print", "/a?print=1", False),
        ("User-agent: *\nDisallow: /%C3%BC", "/ü", False),
        ("User-agent: *\r\nDisallow: /a\r\n", "/a", False),
        ("User-agent: *\rDisallow: /a\r", "/a", False),
        ("\ufeffUser-agent: *\nDisallow: /a", "/a", False),
        ("<html><body>not found</body></html>", "/a", True),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
    ],
)
async def test_rules_are_read_as_the_standard_says(rules: str, path: str, allowed: bool) -> None:
    cache = RobotsCache(canned(body=rules.encode()), AGENT, now)
    given, reason = await cache.allowed(f"{ORIGIN}{path}")
    assert given is allowed
    assert reason


@pytest.mark.parametrize(
    ("outcome", "status", "allowed", "passing"),
    [
        ("http_error", 404, True, False),
        ("http_error", 401, True, False),
        ("http_error", 403, True, False),
        ("http_error", 410, True, False),
        ("http_error", 429, False, True),
        ("http_error", 500, False, True),
        ("http_error", 503, False, True),
        ("timeout", None, False, True),
        ("unreachable", None, False, True),
        ("broken", None, False, True),
        ("skipped", None, False, True),
        ("refused", None, False, False),
        ("too_large", None, False, False),
        ("too_large", 302, True, False),
    ],
)
async def test_no_file_allows_and_no_answer_forbids(
    outcome: Outcome, status: int | None, allowed: bool, passing: bool
) -> None:
    cache = RobotsCache(canned(outcome, status=status), AGENT, now)
    decision = await cache.decide(f"{ORIGIN}/a")
    assert (decision.allowed, decision.passing) == (allowed, passing)
    assert "why" in decision.reason


async def test_the_file_is_asked_for_once_a_day_and_origin() -> None:
    clock = [NOW]

    def ticking() -> datetime:
        return clock[0]

    fetcher = canned(body=b"User-agent: *\nDisallow: /x")
    fetcher.results["https://news.example/robots.txt"] = fetcher.results[ROBOTS]
    fetcher.results["http://news.example:8080/robots.txt"] = fetcher.results[ROBOTS]
    cache = RobotsCache(fetcher, AGENT, ticking)
    await asyncio.gather(*(cache.allowed(f"{ORIGIN}/{number}") for number in range(20)))
    assert fetcher.asked == [ROBOTS]
    await cache.allowed("https://news.example/a")
    await cache.allowed("http://news.example:8080/a")
    assert len(fetcher.asked) == 3
    clock[0] = NOW + timedelta(hours=23)
    await cache.allowed(f"{ORIGIN}/a")
    assert len(fetcher.asked) == 3
    clock[0] = NOW + timedelta(hours=25)
    await cache.allowed(f"{ORIGIN}/a")
    assert len(fetcher.asked) == 4


async def test_what_was_read_is_good_for_a_day_in_other_runs_too() -> None:
    memory = HostNotes()
    fetcher = canned(body=b"User-agent: *\nDisallow: /x\nCrawl-delay: 3")
    assert not (await RobotsCache(fetcher, AGENT, now, memory).decide(f"{ORIGIN}/x")).allowed
    later = RobotsCache(fetcher, AGENT, lambda: NOW + timedelta(hours=23), memory)
    assert not (await later.decide(f"{ORIGIN}/x")).allowed
    assert await later.crawl_delay(f"{ORIGIN}/x") == 3
    assert fetcher.asked == [ROBOTS]
    fetcher.spacing.clear()
    next_day = RobotsCache(fetcher, AGENT, lambda: NOW + timedelta(hours=24), memory)
    assert not (await next_day.decide(f"{ORIGIN}/x")).allowed
    assert len(fetcher.asked) == 2
    assert fetcher.spacing == {"news.example": 3}
    clock_set_back = RobotsCache(fetcher, AGENT, lambda: NOW - timedelta(days=3), memory)
    await clock_set_back.decide(f"{ORIGIN}/x")
    assert len(fetcher.asked) == 3


async def test_that_there_is_none_is_good_for_a_day_too() -> None:
    memory = HostNotes()
    fetcher = canned("http_error", status=404)
    for hours in (0, 5, 23):
        cache = RobotsCache(fetcher, AGENT, lambda hours=hours: NOW + timedelta(hours=hours), memory)  # type: ignore[misc]
        assert (await cache.decide(f"{ORIGIN}/x")).allowed
    assert len(fetcher.asked) == 1


@pytest.mark.parametrize(("outcome", "status"), [("timeout", None), ("http_error", 503), ("http_error", 429)])
async def test_a_file_that_cannot_be_read_forbids_for_thirty_days(outcome: Outcome, status: int | None) -> None:
    memory = HostNotes()
    fetcher = canned(outcome, status=status)
    allowed = []
    for days in (0, 1, 10, 29, 30, 31):
        cache = RobotsCache(fetcher, AGENT, lambda days=days: NOW + timedelta(days=days), memory)  # type: ignore[misc]
        allowed.append((await cache.decide(f"{ORIGIN}/x")).allowed)
    assert allowed == [False, False, False, False, True, True]
    assert len(fetcher.asked) == 6, "each run asks anew"
    back = canned(body=b"User-agent: *\nDisallow: /x")
    cache = RobotsCache(back, AGENT, lambda: NOW + timedelta(days=32), memory)
    assert not (await cache.decide(f"{ORIGIN}/x")).allowed
    assert memory.files[ORIGIN].unreachable_since is None


async def test_a_failure_is_asked_about_again_soon() -> None:
    clock = [NOW]
    fetcher = canned("timeout", status=None)
    cache = RobotsCache(fetcher, AGENT, lambda: clock[0])
    await cache.allowed(f"{ORIGIN}/a")
    await cache.allowed(f"{ORIGIN}/b")
    assert len(fetcher.asked) == 1
    clock[0] = NOW + timedelta(seconds=12)
    await cache.allowed(f"{ORIGIN}/c")
    assert len(fetcher.asked) == 2


@pytest.mark.parametrize(
    ("line", "delay"),
    [("Crawl-delay: 2.5", 2.5), ("Crawl-delay: 86400", 30.0), ("Crawl-delay: -1", None), ("Crawl-delay: x", None),
     ("Crawl-delay: nan", None), ("Crawl-delay: inf", None), ("", None)],
)  # fmt: skip
async def test_a_crawl_delay_is_kept_up_to_a_cap(line: str, delay: float | None) -> None:
    fetcher = canned(body=f"User-agent: *\nDisallow: /x\n{line}\n".encode())
    cache = RobotsCache(fetcher, AGENT, now)
    assert await cache.crawl_delay(f"{ORIGIN}/a") == delay
    assert fetcher.spacing == ({"news.example": delay} if delay else {})


def test_only_the_first_500_kib_are_read_and_no_rule_is_cut() -> None:
    filler = b"# filler filler\n" * (MAX_RULES_BYTES // 16)
    rules = parse_robots(b"User-agent: *\nDisallow: /early\n" + filler + b"Disallow: /late\n")
    assert not rules.can_fetch("/early", "Linewalker")
    assert rules.can_fetch("/late", "Linewalker")
    head = b"User-agent: *\n"
    line = b"Disallow: /a-very-long-path-that-is-cut\n"
    cut = parse_robots(head + b"#" * (MAX_RULES_BYTES - len(head) - 13) + b"\n" + line + b"x" * 100)
    assert cut.can_fetch("/anything", "Linewalker")


async def test_giant_files_of_many_hosts_are_not_all_kept() -> None:
    origins = [f"http://giant{number}.example" for number in range(10)]
    giant = b"User-agent: *\nDisallow: /secret\n" + b"Allow: /page$\n" * 34_000
    results = {}
    for origin in [ORIGIN, *origins]:
        url = f"{origin}/robots.txt"
        body = giant if origin != ORIGIN else b"User-agent: *\nDisallow: /a\n"
        results[url] = FetchResult(
            url=url, final_url=url, outcome="ok", reason="", fetched_at=NOW, status=200, body=body
        )
    fetcher = CannedFetcher(results)
    cache = RobotsCache(fetcher, AGENT, now)
    for origin in [ORIGIN, *origins, *origins[:2], ORIGIN]:
        assert not (await cache.decide(f"{origin}/secret" if origin != ORIGIN else f"{origin}/a")).allowed
    assert fetcher.asked.count(ROBOTS) == 1, "an ordinary file stays"
    assert len(fetcher.asked) > 11, "giant ones are forgotten and fetched anew"
    assert sum(rules.size for rules in cache._rules.values()) <= 3 * 1024 * 1024


@pytest.mark.parametrize(("hops", "allowed"), [(5, False), (6, True)])
async def test_five_redirects_are_followed_whatever_the_cap_on_others(hops: int, allowed: bool) -> None:
    routes: dict[str, Route] = {f"/{n}": answer(status=301, headers={"Location": f"/{n + 1}"}) for n in range(1, hops)}
    routes["/robots.txt"] = answer(status=301, headers={"Location": "/1"})
    routes[f"/{hops}"] = answer("User-agent: *\nDisallow: /a", kind="text/plain")
    async with serving(routes) as server:
        fetcher = HttpFetcher(settings(server, "news.example", max_redirects=1), now=now)
        given, _ = await RobotsCache(fetcher, AGENT, now).allowed(f"{ORIGIN}/a")
        await fetcher.aclose()
    assert given is allowed


async def test_a_url_that_cannot_be_opened_is_not_asked_about() -> None:
    fetcher = canned()
    decision = await RobotsCache(fetcher, AGENT, now).decide("http://127.1/")
    assert (decision.allowed, decision.outcome) == (False, "refused")
    assert fetcher.asked == []


async def test_a_forbidden_address_is_refused_with_its_own_reason() -> None:
    fetcher = HttpFetcher(settings(None, allow_networks=()), now=now)
    decision = await RobotsCache(fetcher, AGENT, now).decide("http://169.254.169.254/latest")
    await fetcher.aclose()
    assert (decision.allowed, decision.outcome) == (False, "refused")
    assert decision.reason == "169.254.169.254 is a forbidden address (cloud metadata)"


async def _endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /a\n")
    while True:
        writer.write(b"Disallow: /x\n" * 5000)
        await writer.drain()


@pytest.mark.parametrize(
    ("route", "allowed", "words"),
    [
        (answer("User-agent: *\nDisallow: /a", kind="text/plain"), False, "disallows Linewalker"),
        (answer(status=301, headers={"Location": "/moved.txt"}), False, "disallows Linewalker"),
        (answer(status=302, headers={"Location": "/robots.txt"}), True, "loop"),
        (answer(status=302, headers={"Location": "http://169.254.169.254/"}), False, "cloud metadata"),
        (Streamed(_endless), False, "disallows Linewalker"),
        (answer(status=500), False, "status 500"),
        (answer(status=404), True, "no robots.txt"),
    ],
    ids=["plain", "moved", "loop", "astray", "endless", "500", "404"],
)
async def test_over_the_wire(route: Route, allowed: bool, words: str) -> None:
    rules = answer("User-agent: *\nDisallow: /a", kind="text/plain")
    async with serving({"/robots.txt": route, "/moved.txt": rules}) as server:
        fetcher = HttpFetcher(settings(server, "news.example"), now=now)
        given, reason = await RobotsCache(fetcher, AGENT, now).allowed(f"{ORIGIN}/a")
        await fetcher.aclose()
    assert given is allowed
    assert words in reason


@pytest.mark.parametrize("coding", [None, "gzip"])
async def test_the_first_500_kib_of_a_longer_file_count_to_the_end_of_a_line(coding: str | None) -> None:
    filler = b"# and so on\n" * 42_000  # 504,000 bytes: the rules behind them still count
    text = filler + b"User-agent: *\nDisallow: /a\nDisallow: /private" + b"x" * 40_000 + b"\nDisallow: /\n" + filler
    packed = gzipped(text) if coding else text
    headers = {"Content-Encoding": coding} if coding else {}
    async with serving({"/robots.txt": answer(packed, kind="text/plain", headers=headers)}) as server:
        fetcher = HttpFetcher(settings(server, "news.example"), now=now)
        robots = RobotsCache(fetcher, AGENT, now)
        found = [(await robots.allowed(f"{ORIGIN}/{path}"))[0] for path in ("a", "private", "news")]
        await fetcher.aclose()
    assert found == [False, True, True]
