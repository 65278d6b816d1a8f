"""Redirects that do not end, or end where nobody is to go; by status, and by pages that send their reader on."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawler.servers import Request, Route, answer
from tests.hostile.cases import FORBIDDEN, Case, Stored, feed_of, item, moved, one_entry, said, story
from tests.linewalker.hostile import feed_answer


def _redirects() -> Iterator[Case]:
    for scheme in ("file:///etc/passwd", "ftp://ftp.example/feed", "data:text/xml,<rss/>", "javascript:alert(1)",
                   "gopher://a.example/1", "about:blank", "mailto:a@b.example", "view-source:http://a.example/",
                   "jar:http://a.example/!/", "ws://a.example/", "unix:/run/docker.sock",
                   "http+unix://%2Frun%2Fdocker.sock/"):  # fmt: skip
        name = scheme.partition(":")[0]
        yield Case(id=f"to-{name.replace('+', '-')}", feed=moved(scheme), pages={"/moved": moved(scheme)},
                   outcome="refused", says="redirected to a URL that is refused")  # fmt: skip
        yield Case(id=f"link-{name.replace('+', '-')}", feed=feed_of(item("A", scheme.replace("<", "&lt;")), item(
            "B", f"http://link-{name.replace('+', '-')}.example/moved")),
            pages={"/moved": moved(scheme)}, articles=(),
            entries=[("refused", "redirected"), ("refused|not_article", ".")])  # fmt: skip
    yield Case(id="to-itself", feed=moved("/feed.xml"), outcome="too_large", says="redirected in a loop")
    yield Case(id="to-and-fro", feed=moved("/b"), pages={"/b": moved("/feed.xml")}, outcome="too_large", says="loop")
    chain: dict[str, Route] = {f"/{n}": moved(f"/{n + 1}") for n in range(40)}
    yield Case(id="long-way", feed=moved("/0"), pages=chain, outcome="too_large", says="more than 6 redirects")
    yield Case(id="page-loop", pages={"/page": moved("/page")}, entries=[("too_large", "loop")])
    yield Case(id="page-long-way", pages={"/page": moved("/0"), **chain}, entries=[("too_large", "more than 6")])
    yield Case(id="growing", feed=_growing, outcome="too_large|refused", says="more than 6 redirects|longer than")
    yield Case(id="six-hops", feed=moved("/35"), pages={**chain, "/40": feed_answer(one_entry("six-hops"))})
    yield Case(id="nowhere", feed=said(302), outcome="http_error", says="leads nowhere")
    yield Case(id="to-nothing", feed=moved(""), outcome="too_large|http_error", says=".")
    yield Case(id="to-control", feed=moved(b"/a\x01b"), outcome="refused|broken", says=".")
    yield Case(id="to-two-lines", feed=moved(b"/safe\r\nX-Evil: 1\r\nLocation: http://127.0.0.9/"),
               outcome="http_error", says="404|leads nowhere")  # fmt: skip
    yield Case(id="to-escaped-lines", feed=moved("/a%0d%0aX-Evil:%201%0d%0a"), outcome="http_error", says="404")
    yield Case(id="to-userinfo", feed=moved(f"http://reader:kestrel@{FORBIDDEN}/"), outcome="refused", says="user info")
    yield Case(id="robots-loop", pages={"/robots.txt": moved("/robots.txt")})  # RFC 9309: too many: there is none
    yield Case(id="robots-five", pages={"/robots.txt": moved("/0"), **{f"/{n}": moved(f"/{n + 1}") for n in range(4)},
               "/4": answer("User-agent: *\nDisallow: /\n", kind="text/plain")}, outcome="disallowed",
               says="disallows Linewalker")  # fmt: skip
    yield Case(id="robots-scheme", pages={"/robots.txt": moved("file:///etc/passwd")}, outcome="refused", says="file")
    yield Case(id="sitemap-loop", sitemap=True, feed=moved("/feed.xml"), outcome="too_large", says="loop")


def _sent_on() -> Iterator[Case]:
    """Pages without a text that send their reader on, to where nobody is to go."""

    def page(to: str) -> bytes:
        return answer(f'<html><head><meta http-equiv="refresh" content="0;url={to}"></head><body>Wait.</body></html>')

    forbidden = {"loopback": f"http://{FORBIDDEN}/", "number": "http://2130706441/", "octal": "http://0177.0.0.9/",
                 "userinfo": f"http://reader:kestrel@{FORBIDDEN}/x"}  # fmt: skip
    for name, to in forbidden.items():
        yield Case(id=f"sent-{name}", pages={"/page": page(f"{to}page")}, entries=[("refused", ".")], articles=())
    for name, to in {"file": "file:///etc/passwd", "script": "javascript:alert(1)", "data": "data:text/html,x"}.items():
        yield Case(id=f"sent-{name}", pages={"/page": page(to)}, entries=[("not_article", ".")], articles=())
    yield Case(id="sent-on", pages={"/page": page("/there"), "/there": story("sent-on")},
               articles=[Stored(url="/there")])  # fmt: skip
    yield Case(id="sent-around", pages={"/page": page("/there"), "/there": page("/page")},
               entries=[("not_article", ".")], articles=(), asked={"/page": 1, "/there": 1})  # fmt: skip
    chain: dict[str, Route] = {f"/{n}": page(f"/{n + 1}") for n in range(40)}
    yield Case(id="sent-far", pages={"/page": page("/0"), **chain}, entries=[("not_article", ".")], articles=(),
               asked={"/7": 1, "/8": 0})  # fmt: skip


def _growing(request: Request) -> bytes:
    return moved(f"/feed.xml?{request.target.partition('?')[2]}{'a' * 1500}")


def _cases() -> Iterator[Case]:
    yield from _redirects()
    yield from _sent_on()


CASES = tuple(_cases())
