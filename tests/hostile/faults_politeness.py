"""What hosts wish, in robots.txt and Retry-After, however they put it; dead and slow hosts; lies with 304."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawler.servers import Request, Route, answer
from tests.hostile.cases import (
    CLOSING,
    DEAD,
    SHORT,
    Case,
    Stored,
    channel,
    feed_of,
    item,
    moved,
    raw,
    said,
    stalling,
    story,
)
from tests.linewalker.hostile import QUIET, article_page, feed_answer

_PATIENT = {"connect_timeout_s": 400.0, "read_timeout_s": 800.0, "total_timeout_s": 1600.0}
_TWO_HOURS, _A_DAY = "2026-03-04T07:06:07Z", "2026-03-05T05:06:07Z"
_UNREAD = "robots.txt of .* could not be read, so nothing is fetched"


def _plain(text: str | bytes) -> bytes:
    return answer(text, kind="text/plain")


def _robots() -> Iterator[Case]:
    for status in (400, 401, 403, 404, 410, 451):
        yield Case(id=f"robots-{status}", pages={"/robots.txt": said(status)})
    for status in (429, 500, 502, 503, 599):
        yield Case(id=f"robots-{status}", pages={"/robots.txt": said(status)}, outcome="http_error", says=_UNREAD,
                   asked={"/feed.xml": 0})  # fmt: skip
    yield Case(id="robots-closes", pages={"/robots.txt": CLOSING}, outcome="unreachable", says=_UNREAD,
               asked={"/feed.xml": 0})  # fmt: skip
    yield Case(id="robots-hangs", pages={"/robots.txt": stalling()}, crawl=SHORT, outcome="timeout", says=_UNREAD,
               asked={"/feed.xml": 0})  # fmt: skip
    yield Case(id="robots-garbage", pages={"/robots.txt": raw(b"\x00\xff\xfe" * 100)}, outcome="broken", says=_UNREAD)
    yield Case(id="robots-binary", pages={"/robots.txt": _plain(bytes(range(256)) * 200)})
    yield Case(id="robots-html", pages={"/robots.txt": answer("<html><body>Disallow: /</body></html>")})
    yield Case(id="robots-empty", pages={"/robots.txt": _plain("")})
    stars = "User-agent: *\nDisallow: /" + "*a" * 3000 + "$\n"
    yield Case(id="robots-stars", pages={"/robots.txt": _plain(stars)})
    yield Case(id="robots-us", pages={"/robots.txt": _plain("User-agent: LINEWALKER\nDisallow: /\n")},
               outcome="disallowed", says="disallows Linewalker", asked={"/feed.xml": 0})  # fmt: skip
    yield Case(id="robots-page", pages={"/robots.txt": _plain("User-agent: *\nDisallow: /page\n")},
               entries=[("disallowed", "disallows Linewalker")], asked={"/page": 0})  # fmt: skip
    yield Case(id="robots-escaped", pages={"/robots.txt": _plain("User-agent: *\nDisallow: /p%61ge\n")},
               entries=[("disallowed", "disallows")], asked={"/page": 0})  # fmt: skip
    yield Case(id="robots-late-rule", pages={"/robots.txt": _plain("# x\n" * 130_000 + "User-agent: *\nDisallow: /\n")})
    early = "User-agent: *\nDisallow: /\n" + "# x\n" * 130_000
    yield Case(id="robots-early-rule", pages={"/robots.txt": _plain(early)},
               outcome="disallowed", says="disallows Linewalker")  # fmt: skip
    rules = "".join(f"Disallow: /{number}*a*b*c$\n" for number in range(15_000))
    yield Case(id="robots-many-rules", pages={"/robots.txt": _plain("User-agent: *\n" + rules)})
    yield Case(id="robots-groups", pages={"/robots.txt": _plain("User-agent: a\n" * 30_000 + "Disallow: /\n")})
    for name, delay in {"absurd": "1000000000", "exponent": "1e308"}.items():
        yield Case(id=f"delay-{name}", pages={"/robots.txt": _plain(f"User-agent: *\nCrawl-delay: {delay}\n")},
                   clock=40.0, crawl=_PATIENT, apart_s=29.0)  # fmt: skip
    for name, delay in {"negative": "-5", "nan": "nan", "infinite": "inf", "words": "slowly", "empty": ""}.items():
        yield Case(id=f"delay-{name}", pages={"/robots.txt": _plain(f"User-agent: *\nCrawl-delay: {delay}\n")})


def _redirects() -> Iterator[Case]:
    """What robots.txt disallows is not asked for where a redirect leads to it either."""
    rules = _plain("User-agent: *\nDisallow: /members\n")
    theirs = "members.redirect-foreign.example"
    yield Case(id="redirect-feed", feed=moved("/members/feed.xml"),
               pages={"/robots.txt": rules, "/members/feed.xml": feed_of()}, outcome="disallowed",
               says="redirected to .*disallows Linewalker", asked={"/members/feed.xml": 0})  # fmt: skip
    yield Case(id="redirect-page", pages={"/robots.txt": rules, "/page": moved("/on"), "/on": moved("/members/page"),
               "/members/page": story("members")}, entries=[("disallowed", "redirected to .*disallows Linewalker")],
               asked={"/on": 1, "/members/page": 0})  # fmt: skip
    yield Case(id="redirect-foreign", pages={"/page": moved(f"http://{theirs}/members/page"),
               f"{theirs}/robots.txt": rules, f"{theirs}/members/page": story("members")},
               entries=[("disallowed", f"redirected to .*{theirs} disallows")],
               asked={f"{theirs}/robots.txt": 1, f"{theirs}/members/page": 0})  # fmt: skip
    down = "down.redirect-unread.example"
    yield Case(id="redirect-unread", feed=moved(f"http://{down}/feed.xml"), pages={f"{down}/robots.txt": said(503),
               f"{down}/feed.xml": feed_of()}, outcome="http_error", says=f"redirected to .*{_UNREAD}",
               asked={f"{down}/feed.xml": 0})  # fmt: skip
    child = "http://redirect-sitemap.example/child.xml"
    yield Case(id="redirect-sitemap", sitemap=True, entries=(), says="disallows Linewalker",
               feed=answer(f"<sitemapindex><sitemap><loc>{child}</loc></sitemap></sitemapindex>"),
               pages={"/robots.txt": rules, "/child.xml": moved("/members/child.xml"), "/members/child.xml": said(200)},
               asked={"/child.xml": 1, "/members/child.xml": 0})  # fmt: skip


def _retry_after() -> Iterator[Case]:
    told: dict[str, tuple[str | bytes, str | None]] = {
        "seconds": ("7200", _TWO_HOURS),
        "date": ("Wed, 04 Mar 2026 07:06:07 GMT", _TWO_HOURS),
        "old-date": ("Wednesday, 04-Mar-26 07:06:07 GMT", _TWO_HOURS),
        "absurd": ("999999999999", _A_DAY),
        "endless": ("9" * 400, _A_DAY),
        "year-9999": ("Fri, 31 Dec 9999 23:59:59 GMT", _A_DAY),
        "negative": ("-7200", None),
        "past": ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        "zero": ("0", None),
        "words": ("soon", None),
        "fraction": ("1.5e9", None),
        "empty": ("", None),
        "arabic": ("\u0663\u0666\u0660\u0660".encode(), None),
        "superscript": ("\u00b2\u00b3".encode("latin-1"), None),
        "bytes": (b"\xff\xfe\x80", None),
        "no-such-day": ("Fri, 99 Feb 2026 77:77:77 GMT", None),
        "huge-zone": ("Wed, 04 Mar 2026 07:06:07 +999999999", None),
    }
    for name, (value, until) in told.items():
        yield Case(id=f"retry-{name}", feed=said(503, Retry_After=value), outcome="http_error", says="status 503",
                   state={"not_before_at": until, "disabled": False, "failures": 1})  # fmt: skip
    yield Case(id="retry-429", feed=said(429, Retry_After="7200"), outcome="http_error", says="too many requests",
               state={"not_before_at": _TWO_HOURS})  # fmt: skip
    yield Case(id="retry-kept", feed=said(429, Retry_After="86000"), nights=2, hours=20.0,
               outcome="skipped", says="asked for no request before", entries=(), asked={"/feed.xml": 1})  # fmt: skip
    yield Case(id="retry-over", feed=said(429, Retry_After="99999999"), nights=2, hours=25.0, outcome="http_error",
               says="429", asked={"/feed.xml": 2})  # fmt: skip
    pages = {f"/{number}": said(429, Retry_After="7200") for number in range(3)}
    yield Case(id="retry-page", feed=feed_of(*(item(f"N {n}", f"http://retry-page.example/{n}") for n in range(3))),
               pages=pages, entries=[("http_error", "429"), ("skipped", "left alone"), ("skipped", "left alone")],
               asked={"/0": 1, "/1": 0, "/2": 0})  # fmt: skip


def _dead_and_slow() -> Iterator[Case]:
    yield Case(id="status-410", feed=said(410), nights=2, outcome="skipped", says="gone for good", entries=(),
               state={"disabled": True}, asked={"/feed.xml": 1})  # fmt: skip
    yield Case(id="status-404", feed=said(404), nights=3, hours=48.0, outcome="http_error", says="not found",
               state={"disabled": False, "failures": 3}, asked={"/feed.xml": 3})  # fmt: skip
    yield Case(id="status-500", feed=said(500), nights=2, outcome="http_error", says="server error",
               state={"disabled": False, "failures": 2})  # fmt: skip
    for status in (400, 401, 403, 451, 418):
        yield Case(id=f"status-{status}", feed=said(status), outcome="http_error", says=f"status {status}",
                   state={"disabled": False})  # fmt: skip
    for status in (404, 410, 403, 500):
        yield Case(id=f"page-{status}", pages={"/page": said(status)}, entries=[("http_error", f"status {status}")])
    dead = [item(f"News {n}", f"http://gone.dead-host.example:{DEAD}/{n}") for n in range(6)]
    silence = ("unreachable", "no connection|closed|could not be read")
    yield Case(id="dead-host", feed=feed_of(*dead, item("Good", "http://dead-host.example/page")), crawl=SHORT,
               entries=[("ok", ""), *[(r"unreachable|skipped", f"{silence[1]}|did not answer")] * 6],
               articles=[Stored()])  # fmt: skip
    slow = {f"slow.slow-host.example/{n}": stalling() for n in range(2)}
    links = [item(f"Slow {n}", f"http://slow.slow-host.example/{n}") for n in range(2)]
    good = {f"/{n}": answer(article_page(f"Good {n}", *QUIET, f"It is number {n}.")) for n in range(4)}
    links += [item(f"Good {n}", f"http://slow-host.example/{n}") for n in range(4)]
    yield Case(id="slow-host", feed=feed_of(*links), pages={**slow, **good}, crawl=SHORT,
               entries=[*[("ok", "")] * 4, *[("timeout|skipped", ".")] * 2],
               articles=[Stored(url=f"/{n}") for n in range(4)])  # fmt: skip


def _not_modified() -> Iterator[Case]:
    first, second = (channel(item(f"Story {n}", f"http://{{tag}}.example/{n}")) for n in (1, 2))

    def pages(tag: str) -> dict[str, Route]:
        return {f"/{n}": story(f"{tag} {n}", f"Number {n}.") for n in (1, 2)}

    def true(tag: str) -> Route:
        times: list[int] = []

        def reply(request: Request) -> bytes:
            times.append(1)
            if request.header("if-none-match"):
                return said(304, ETag='"a"')
            return feed_answer((first if len(times) == 1 else second).replace("{tag}", tag), ETag='"a"')

        return reply

    yield Case(id="unchanged", feed=true("unchanged"), pages=pages("unchanged"), nights=2, outcome="not_modified",
               entries=[("ok", "")], articles=[Stored(url="/1")], asked={"/1": 1})  # fmt: skip
    # The server says 304 for ever although it has something new: a full fetch now and then finds it.
    yield Case(id="liar", feed=true("liar"), pages=pages("liar"), nights=15, outcome="ok|not_modified", says="",
               entries=[("ok", "")] * 2, articles=[Stored(url="/1"), Stored(url="/2")], seconds=30.0)  # fmt: skip

    def mended(request: Request) -> bytes:
        if request.header("if-none-match"):
            return said(304, ETag='"a"')
        mended_asked.append(1)
        if len(mended_asked) == 1:
            return answer(article_page("We will be back", *QUIET), headers={"ETag": '"a"'})
        return feed_answer(first.replace("{tag}", "mended"), ETag='"a"')

    mended_asked: list[int] = []
    yield Case(id="mended", feed=mended, pages=pages("mended"), nights=2, entries=[("ok", "")],
               articles=[Stored(url="/1")], state={"failures": 0})  # fmt: skip
    broken = answer(article_page("Welcome", *QUIET), headers={"ETag": '"a"'})

    def never(request: Request) -> bytes:
        return said(304, ETag='"a"') if request.header("if-none-match") else broken

    yield Case(id="never-mended", feed=never, nights=2, outcome="broken", says="HTML page",
               state={"failures": 2, "etag": None})  # fmt: skip


def _cases() -> Iterator[Case]:
    for part in (_robots, _redirects, _retry_after, _dead_and_slow, _not_modified):
        yield from part()


CASES = tuple(_cases())
