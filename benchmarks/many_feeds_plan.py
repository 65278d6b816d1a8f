"""What benchmarks/many_feeds.py serves and expects: feeds that are good, dead, hostile or slow, the same for a seed."""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from many_feeds_news import FORMS, Form, Story, make_story

from tests.crawler.servers import Route
from tests.linewalker.hostile import Case, feed_answer, hostile_cases, rss

Sort = Literal["good", "dead", "hostile", "slow"]
SHARES: dict[Sort, float] = {"dead": 0.30, "hostile": 0.05, "slow": 0.05}
MOST_ENTRIES = 60
# Outcomes that a feed may have on the first night, by what its server does.
DEAD: dict[str, tuple[str, ...]] = {
    "refused": ("unreachable",),  # nobody listens
    "unknown": ("unreachable",),  # its name is not in the DNS
    "silent": ("timeout",),  # accepts and never answers
    "404": ("http_error",),
    "403": ("http_error",),
    "410": ("http_error",),
    "500": ("http_error",),
    "503": ("http_error",),  # with a Retry-After
    "closes": ("unreachable",),
    "parked": ("broken",),  # a page where the feed was
    "moved": ("broken",),  # redirected to such a page on another host
    "blank": ("broken",),
    "not-tls": ("unreachable",),  # https at a port that speaks http
}
VALIDATORS = ("both", "both", "both", "both", "both", "both", "etag", "etag", "modified", "none", "none", "none")
CHANGING = 0.03  # of the good: the body changes with every request, its entries do not
TWINS = 0.04  # of the good: a second feed of the same host with the same entries
FEED_ONLY = 0.05  # of the good: the feed's own text is all that is read
_PARKING = "parking.example"
_INSIDE = "loopback.example"  # resolves to where no connection may go


@dataclass(frozen=True)
class PlannedFeed:
    """One feed of the plan."""

    number: int
    sort: Sort
    manner: str  # what its server does: a key of DEAD, a form of feed, or the id of a hostile case
    host: str
    url: str
    seed: str
    day: date
    mean_entries: float
    slowest_s: float  # under the crawler's own limit, so that slow is not dead
    twin_of: PlannedFeed | None = None
    case: Case | None = None

    @property
    def alive(self) -> bool:
        """Whether it brings generated articles."""
        return self.sort in ("good", "slow")

    @cached_property
    def form(self) -> Form:
        return next((form for form in FORMS if form == self.manner), "rss")

    @cached_property
    def validators(self) -> str:
        draw = random.Random(f"{self.seed}:validators")
        if self.sort == "good" and self.form in ("rss", "rss-full", "atom") and draw.random() < CHANGING * 5 / 3:
            return "changing"
        return draw.choice(VALIDATORS)

    @cached_property
    def feed_only(self) -> bool:
        return self.form == "rss-full" and random.Random(f"{self.seed}:only").random() < FEED_ONLY * 5

    @cached_property
    def delay_s(self) -> float:
        return random.Random(f"{self.seed}:delay").uniform(1, self.slowest_s) if self.sort == "slow" else 0.0

    @cached_property
    def stories(self) -> tuple[Story, ...]:
        if self.twin_of is not None:
            return self.twin_of.stories
        draw = random.Random(f"{self.seed}:stories")
        # Most publishers have a few new articles a night, some have very many.
        count = min(MOST_ENTRIES if self.sort == "good" else 4, 1 + int(draw.lognormvariate(0, 1) * self._scale))
        end = datetime.combine(self.day, time(), UTC)
        made = []
        for place in range(count):
            url = f"http://{self.host}/news/{self.day:%Y/%m}/{draw.choice(('grid', 'oil', 'gas'))}-{place + 1}"
            made.append(make_story(url, f"{self.seed}:{place}", end - timedelta(minutes=draw.randint(30, 2000))))
        return tuple(sorted(made, key=lambda story: story.published, reverse=True))

    @property
    def _scale(self) -> float:
        return max(self.mean_entries - 0.6, 0.0) / 1.6  # the mean of the log-normal is 1.65, cut off at sixty

    @property
    def expected(self) -> tuple[str, ...]:
        """The outcomes that it may have on the first night."""
        if self.alive:
            return ("ok",)
        return (self.case.outcome,) if self.case else DEAD[self.manner]

    @property
    def article_urls(self) -> tuple[str, ...]:
        """The articles that it leads to."""
        if self.alive:
            return tuple(story.url for story in self.stories)
        return (f"http://{self.host}/page",) if self.case and self.case.articles else ()


@dataclass(frozen=True)
class Plan:
    """All feeds of one run."""

    feeds: tuple[PlannedFeed, ...]

    @cached_property
    def by_host(self) -> dict[str, list[PlannedFeed]]:
        found: dict[str, list[PlannedFeed]] = {}
        for feed in self.feeds:
            found.setdefault(feed.host, []).append(feed)
        return found

    def addresses(self, served: str, closed: str, inside: str) -> Iterator[tuple[str, str]]:
        """Each host with the address:port that it resolves to; unknown names have none."""
        yield from ((_PARKING, served), (_INSIDE, inside))
        for host, (first, *_) in self.by_host.items():
            if first.manner != "unknown":
                yield host, inside if first.manner == "loopback" else closed if first.manner == "refused" else served


def make_plan(count: int, *, seed: int, day: date, mean_entries: float, slowest_s: float) -> Plan:
    """A plan of so many feeds, in which each sort has its share to the feed."""
    sorts: list[Sort] = [sort for sort, share in SHARES.items() for _ in range(round(count * share))]
    sorts += ["good"] * (count - len(sorts))
    draw = random.Random(f"{seed}:{count}")
    draw.shuffle(sorts)
    cases = hostile_templates()
    turns = dict.fromkeys(("good", *SHARES), 0)
    feeds: list[PlannedFeed] = []
    last: PlannedFeed | None = None
    for number, sort in enumerate(sorts):
        turn, turns[sort] = turns[sort], turns[sort] + 1
        case = rename_case(cases[turn % len(cases)], turn // len(cases)) if sort == "hostile" else None
        twin = last if sort == "good" and draw.random() < TWINS else None
        if case is not None:
            manner, host = cases[turn % len(cases)].id, case.host
        elif sort == "dead":
            manner = list(DEAD)[turn % len(DEAD)]
            host = f"{manner}-{number}.example"
        else:
            manner = twin.manner if twin else FORMS[turn % len(FORMS)]
            host = twin.host if twin else f"{'wire' if sort == 'good' else 'tardy'}-{number}.example"
        scheme = "https" if manner == "not-tls" else "http"
        feed = PlannedFeed(
            number=number,
            sort=sort,
            manner=manner,
            host=host,
            url=f"{scheme}://{host}/{'feed' if twin is None else 'all'}.xml",
            seed=f"{seed}:{number}",
            day=day,
            mean_entries=mean_entries,
            slowest_s=slowest_s,
            twin_of=twin,
            case=case,
        )
        feeds.append(feed)
        if sort == "good":
            last = feed if twin is None else None
    return Plan(tuple(feeds))


@cache
def hostile_templates(trap_port: int = 1) -> tuple[Case, ...]:
    """The hostile servers of the tests, one of a kind, in which the trap has this port."""
    cases = hostile_cases(Path("/nonexistent/secret.txt"), trap_port)
    return tuple(case for case in cases if not re.fullmatch("large-[1-9]", case.id))


def rename_case(case: Case, turn: int) -> Case:
    """A hostile case again under another name; what it serves names hosts of its own by `hostile_routes`."""
    if not turn:
        return case
    return Case(id=f"{case.id}-{turn}", outcome=case.outcome, articles=case.articles, page_outcome=case.page_outcome)


def hostile_routes(template: Case, host: str) -> dict[str, Route]:
    """What a hostile host answers by path, with its own name where the template names the template's."""
    link = template.link or f"http://{template.host}/page"
    feed = template.feed or feed_answer(rss((f"News from {template.id}", link, "Short.")))
    routes = {"/feed.xml": feed, **template.pages}
    if host == template.host:
        return routes
    return {path: _renamed(route, template.host, host) for path, route in routes.items()}


def _renamed(route: Route, old: str, new: str) -> Route:
    if not isinstance(route, bytes):
        return route
    head, _, body = route.partition(b"\r\n\r\n")
    name = re.compile(rb"(?<![\w.-])" + re.escape(old.encode()))
    packed = b"Content-Encoding: gzip" in head
    if packed:
        opened = zlib.decompressobj(wbits=31)
        body = opened.decompress(body)
        if not opened.eof:
            return route  # cut short on purpose
    body = name.sub(new.encode(), body)
    # Articles that are the same to the letter are one story, but each URL is an article of its own.
    if packed:
        packer = zlib.compressobj(6, wbits=31)
        body = packer.compress(body) + packer.flush()
    head = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % len(body), head)
    return head + b"\r\n\r\n" + body
