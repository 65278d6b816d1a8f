"""Dates that cannot be true, ids that change or are given twice, and one article under many addresses."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawler.servers import Request, Route, answer
from tests.hostile.cases import FORBIDDEN, Case, Stored, Versions, feed_of, item, moved, story
from tests.linewalker.hostile import QUIET, article_page

_MORE = "More is to be told when the inspectors have come back from the northern valve, a spokeswoman said by phone."


def _dated(text: str | None) -> str:
    return "<pubDate></pubDate>" if text is None else f"<pubDate>{text}</pubDate>"


def _dates() -> Iterator[Case]:
    told: dict[str, tuple[str | None, str, tuple[str, ...], str | None]] = {
        # what the feed says, what the page says, flags, the day that is kept
        "absent": (None, "", ("date_missing",), None),
        "1970": ("Thu, 01 Jan 1970 00:00:00 GMT", "", ("date_implausible",), "1970-01-01"),
        "9999": ("Fri, 31 Dec 9999 23:59:59 GMT", "", ("date_missing",), None),
        "tomorrow": ("Sat, 07 Mar 2026 06:00:00 GMT", "", ("date_in_future",), "2026-03-07"),
        "next-century": ("Mon, 01 Jan 2085 00:00:00 GMT", "", ("date_in_future",), "2085-01-01"),
        "garbage": ("the day before yesterday", "", ("date_missing",), None),
        "no-such-day": ("31 Feb 2026 06:00:00 GMT", "", ("date_missing",), None),
        "negative": ("-0001-01-01T00:00:00Z", "", ("date_missing",), None),
        "huge-year": ("1 Jan 99999999999 00:00:00 GMT", "", ("date_missing",), None),
        "nul": ("Tue, 03 Mar 2026 06:00:00 &#0;GMT", "", (), "2026-03-03"),
        "page-mends": ("Thu, 01 Jan 1970 00:00:00 GMT", "2026-03-03T05:00:00Z", (), "2026-03-03"),
        "feed-mends": ("Tue, 03 Mar 2026 06:00:00 GMT", "2099-01-01T00:00:00Z", (), "2026-03-03"),
        "page-9999": (None, "9999-12-31T23:59:59Z", ("date_missing",), None),
        "page-1970": (None, "1970-01-01T00:00:00Z", ("date_missing",), None),
        "page-garbage": (None, "0000-00-00T99:99:99Z", ("date_missing",), None),
    }
    for name, (feed, page, flags, on) in told.items():
        tag = f"date-{name}"
        head = f"<meta property='article:published_time' content='{page}'>" if page else ""
        entry = item(f"News of {tag}", f"http://{tag}.example/page", more=_dated(feed))
        yield Case(id=tag, feed=feed_of(entry), pages={"/page": story(tag, head=head)},
                   articles=[Stored(flags=flags, on=on or "never")])  # fmt: skip


def _addresses() -> Iterator[Case]:
    def one(tag: str, *links: str, page: bytes | None = None, at: str = "/page", **more: object) -> Case:
        """Several links that lead to one article."""
        items = [item(f"News of {tag}", link.format(own=f"{tag}.example").replace("&", "&amp;"), guid=str(n))
                 for n, link in enumerate(links)]  # fmt: skip
        pages: dict[str, Route] = {"/page": page or story(tag), "/page/": page or story(tag)}
        entries = more.pop("entries", None)
        return Case(id=tag, feed=feed_of(*items), pages=pages, articles=[Stored(url=at)],
                    entries=entries if entries is not None else [("ok", "")] * len(links), **more)  # type: ignore[arg-type]  # fmt: skip

    yield one("same-tracking", "http://{own}/page?utm_source=rss&utm_medium=feed", "http://{own}/page?fbclid=1",
              "http://{own}/page#top", entries=[("ok", "")])  # fmt: skip
    yield one("same-slash", "http://{own}/page", "http://{own}/page/")
    yield one("same-case", "HTTP://{own}/page", "http://{own}:80/page", "http://{own}/x/../page", entries=[("ok", "")])
    yield one("same-escapes", "http://{own}/page?a=%7e", "http://{own}/page?a=~", at="/page?a=~", entries=[("ok", "")])
    declared = {
        "itself": ("http://{own}/page", "/page"),
        "itself-tracked": ("http://{own}/page?utm_source=x", "/page"),
        "reference": ("http://{own}/page?ref=og", "/page"),
        "foreign": ("http://www.foreign.example/page", "/page"),
        "homepage": ("http://{own}/", "/page"),
        "homepage-named": ("http://{own}/index.html", "/page"),
        "language": ("http://{own}/en", "/page"),
        "relative": ("/other", "/other"),
        "other": ("http://{own}/other", "/other"),
        "empty": ("", "/page"),
        "script": ("javascript:alert(1)", "/page"),
        "data": ("data:text/html,x", "/page"),
        "userinfo": ("http://a:b@{own}/x", "/page"),
        "forbidden": (f"http://{FORBIDDEN}/page", "/page"),
        "long": ("http://{own}/" + "a" * 9_000, "/page"),
        "control": ("http://{own}/a\x01b", "/page"),
        "port": ("http://{own}:6379/page", "/page"),
    }
    for name, (link, at) in declared.items():
        tag = f"canonical-{name}"
        own = link.format(own=f"{tag}.example")
        page = story(tag, head=f'<link rel="canonical" href="{own}">')
        yield Case(id=tag, pages={"/page": page, "/other": story(tag)}, articles=[Stored(url=at)])
    yield Case(id="canonical-loop", pages={"/page": moved("/there"), "/there": story(
        "loop", head="<link rel=canonical href=/page>")}, articles=[Stored(url="/there")])  # fmt: skip
    yield Case(id="canonical-circle", feed=feed_of(item("A", "http://canonical-circle.example/a"),
               item("B", "http://canonical-circle.example/b")), entries=[("ok", "")] * 2,
               pages={"/a": story("circle", head="<link rel=canonical href=/b>"),
                      "/b": story("circle", head="<link rel=canonical href=/a>")},
               articles=[Stored(url="/a")])  # fmt: skip
    # A template's mistake: every page names one address, and each says something else.
    yield Case(id="canonical-shared", feed=feed_of(*(item(f"N{n}", f"http://canonical-shared.example/{n}") for n in
               range(3))), entries=[("ok", "")] * 3, pages={f"/{n}": answer(article_page(f"Number {n}", *QUIET,
               f"It is the {n}th.", head="<link rel=canonical href=/section/latest>")) for n in range(3)},
               articles=[Stored(url="*", words=("It is the",))] * 3)  # fmt: skip
    # Not the same: what the query names is the article.
    yield Case(id="not-merged", feed=feed_of(*(item(f"N{n}", f"http://not-merged.example/story?id={n}") for n in
               range(2))), entries=[("ok", "")] * 2, pages={"/story": _by_query},
               articles=[Stored(url="/story?id=0"), Stored(url="/story?id=1")])  # fmt: skip
    yield Case(id="amp", feed=feed_of(item("A", "http://amp.example/page"), item("A", "http://amp.example/page/amp")),
               pages={"/page": story("amp"), "/page/amp": story("amp", head="<link rel=canonical href=/page>")},
               entries=[("ok", "")] * 2, articles=[Stored()])  # fmt: skip
    yield Case(id="to-homepage", pages={"/page": moved("/"), "/": story("home")},
               entries=[("not_article", "homepage")])  # fmt: skip
    yield Case(id="twins", feed=feed_of(item("A", "http://twins.example/page", guid="a"),
               item("A", "https://twins.example/page", guid="b")), source={"insecure_tls": True},
               feed_url="https://twins.example/feed.xml", entries=[("ok", "")] * 2, says="",
               pages={"/page": story("twins")}, articles=[Stored(url="*")])  # fmt: skip


def _by_query(request: Request) -> bytes:
    number = request.target[-1]
    return answer(article_page(f"N{number}", *QUIET, f"It is the {number}th.", head="<link rel=canonical href=/story>"))


def _ids() -> Iterator[Case]:
    titles = ("Terminal loads tankers", "Grid fails in the east", "Pipeline is repaired", "Reactor starts again")

    def pages(count: int) -> dict[str, Route]:
        return {f"/{n}": answer(article_page(f"Story {n}", *QUIET, f"It is number {n}.", _MORE)) for n in range(count)}

    def links(tag: str, guid: str, places: range) -> list[str]:
        return [item(titles[n], f"http://{tag}.example/{n}", guid=guid.format(n=n))
                for n in places]  # fmt: skip

    changed = [feed_of(*links("ids-changed", f"{night}-{{n}}", range(4))) for night in "ab"]
    yield Case(id="ids-changed", feed=Versions(*changed), pages=pages(4), nights=2, entries=[("ok", "")] * 4,
               articles=[Stored(url=f"/{n}") for n in range(4)], asked={f"/{n}": 1 for n in range(4)},
               says="its ids changed")  # fmt: skip
    reused = [feed_of(*links("ids-reused", "today-{n}", range(3))),
              feed_of(*(item(f"Grid report {n} of the east {'xyz'[n - 3]}", f"http://ids-reused.example/{n}",
                             guid=f"today-{n - 3}") for n in range(3, 6)))]  # fmt: skip
    yield Case(id="ids-reused", feed=Versions(*reused), pages=pages(6), nights=2, entries=[("ok", "")] * 6,
               articles=[Stored(url=f"/{n}") for n in range(6)], says="gives one id to several articles")  # fmt: skip
    yield Case(id="ids-one", feed=feed_of(*links("ids-one", "1", range(4))), pages=pages(4),
               entries=[("ok", "")] * 4, articles=[Stored(url=f"/{n}") for n in range(4)],
               says="gives one id to several articles")  # fmt: skip
    none = feed_of(*(item(f"Story {n}", f"http://ids-none.example/{n}") for n in range(4)))
    yield Case(id="ids-none", feed=Versions(none, none + b" "), pages=pages(4), nights=2, outcome="ok|not_modified",
               says="", entries=[("ok", "")] * 4, articles=[Stored(url=f"/{n}") for n in range(4)],
               asked={f"/{n}": 1 for n in range(4)})  # fmt: skip
    words = "The terminal at the river mouth told on Monday that it had loaded two tankers, and expects a third one."
    bare = [item(f"Report {n}", None, f"{words} This is report number {n}.") for n in range(3)]
    yield Case(id="ids-and-links-none", feed=Versions(feed_of(*bare), feed_of(*bare, more="<ttl>5</ttl>")), nights=2,
               entries=[("ok", "")] * 3, articles=[Stored(url="*", flags=("from_feed",))] * 3, says="")  # fmt: skip
    twice = links("ids-twice", "{n}", range(2)) * 3
    yield Case(id="ids-twice", feed=feed_of(*twice), pages=pages(2), entries=[("ok", "")] * 2,
               articles=[Stored(url="/0"), Stored(url="/1")], asked={"/0": 1, "/1": 1})  # fmt: skip
    yield Case(id="ids-long", feed=feed_of(item("Story", "http://ids-long.example/page", guid="a" * 200_000)))
    yield Case(id="ids-secret", feed=feed_of(item("Story", "http://ids-secret.example/page",
                                                  guid="http://reader:hunter2@ids-secret.example/x")))  # fmt: skip


def _cases() -> Iterator[Case]:
    for part in (_dates, _addresses, _ids):
        yield from part()


CASES = tuple(_cases())
