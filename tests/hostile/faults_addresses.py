"""Addresses that must not be opened: each class by each way, names that hide them, and resolvers that lie."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.crawler.servers import answer
from tests.hostile.cases import DEAD, PORT, PUBLIC, Case, Stored, channel, feed_of, item, moved, said, story
from tests.linewalker.hostile import feed_answer


class Address(NamedTuple):
    """One address of a class, and why it is refused."""

    name: str
    literal: str
    why: str

    @property
    def host(self) -> str:
        """As it stands in a URL."""
        return f"[{self.literal}]" if ":" in self.literal else self.literal


ADDRESSES = (
    Address("loopback", "127.0.0.9", "loopback"),
    Address("private10", "10.1.2.3", "private"),
    Address("private172", "172.31.255.254", "private"),
    Address("private192", "192.168.1.1", "private"),
    Address("shared", "100.64.0.1", "carrier-grade NAT"),
    Address("linklocal", "169.254.10.20", "link-local"),
    Address("metadata", "169.254.169.254", "cloud metadata"),
    Address("metadata2", "100.100.100.200", "cloud metadata"),
    Address("multicast", "224.0.0.251", "multicast"),
    Address("reserved", "240.0.0.1", "reserved"),
    Address("broadcast", "255.255.255.255", "broadcast"),
    Address("unspecified", "0.0.0.0", "unspecified"),
    Address("documentation", "203.0.113.7", "documentation"),
    Address("benchmarking", "198.18.0.1", "benchmarking"),
    Address("loopback6", "::1", "loopback"),
    Address("unspecified6", "::", "unspecified"),
    Address("mapped", "::ffff:127.0.0.9", "IPv4-mapped"),
    Address("translated", "::ffff:0:7f00:9", "IPv4-translated"),
    Address("compatible", "::127.0.0.9", "IPv4-compatible"),
    Address("nat64", "64:ff9b::7f00:9", "NAT64"),
    Address("localnat64", "64:ff9b:1::7f00:9", "local NAT64"),
    Address("sixtofour", "2002:7f00:9::1", "6to4"),
    Address("teredo", "2001:0:7f00:9::1", "Teredo"),
    Address("isatap", "2606:4700::5efe:7f00:9", "ISATAP"),
    Address("uniquelocal", "fd12:3456:789a::1", "unique-local"),
    Address("linklocal6", "fe80::1234", "link-local"),
    Address("sitelocal", "fec0::1", "site-local"),
    Address("multicast6", "ff02::1", "multicast"),
    Address("metadata6", "fd00:ec2::254", "cloud metadata"),
    Address("reserved6", "4000::1", "reserved"),
)
# The check is the same behind a proxy; that nothing passes it there is seen with one address of each kind.
_BY_PROXY = frozenset("loopback private10 metadata multicast loopback6 mapped nat64 uniquelocal".split())
_LEFT = "sitemap of another site left out|sitemap refused|forbidden address"
_INDEX = "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{}</sitemapindex>"


def every_way(address: Address, *, proxy: bool = False) -> Case:
    """One source whose feeds, robots.txt, sitemaps, entries and pages all lead to one forbidden address."""
    tag = f"{address.name}-by-proxy" if proxy else address.name
    own, inside = f"{tag}.example", f"inside.{tag}.example"
    refused = ("refused", address.why)
    links = {
        "a-canonical": f"http://{own}/a-canonical",
        "b-moved": f"http://{own}/b-moved",
        "c-moved-by-name": f"http://{own}/c-moved-by-name",
        "d-robots": f"http://robots.{own}/d-robots",
        "e-by-name": f"http://{inside}/e-by-name",
        "f-literal": f"http://{address.host}/f-literal",
    }
    head = (
        f"<base href='http://{address.host}/'><link rel=canonical href='http://{address.host}/a-canonical'>"
        f"<meta http-equiv=refresh content='0; url=http://{address.host}/'>"
        f"<link rel=amphtml href='http://{address.host}/amp'><meta property=og:url content='http://{address.host}/o'>"
    )
    children = "".join(f"<sitemap><loc>http://{one}/child.xml</loc></sitemap>" for one in (address.host, inside))
    return Case(
        id=tag,
        proxy=proxy,
        feed=feed_of(*(item(name, link) for name, link in links.items())),
        pages={
            "/a-canonical": story(tag, head=head),
            "/b-moved": moved(f"https://{address.host}/b-moved", 307),
            "/c-moved-by-name": moved(f"http://{inside}/c-moved", 308),
            f"robots.{own}/robots.txt": moved(f"http://{address.host}/robots.txt", 301),
            "/moved.xml": moved(f"http://{address.host}/feed.xml"),
            "/moved-by-name.xml": moved(f"http://{inside}/feed.xml"),
            "/index.xml": answer(_INDEX.format(children), kind="application/xml"),
        },
        names={inside: [[address.literal]]},
        also={
            f"http://{address.host}/listed.xml": refused,
            f"http://{inside}/resolved.xml": refused,
            f"http://{own}/moved.xml": refused,
            f"http://{own}/moved-by-name.xml": refused,
            f"http://robots.{own}/feed.xml": refused,
        },
        also_sitemaps={f"http://{own}/index.xml": ("ok", _LEFT)},
        entries=_in_order(links, {name: refused for name in links if name != "a-canonical"}),
        articles=[Stored(url="/a-canonical")],
    )


def _in_order(links: dict[str, str], told: dict[str, tuple[str, str]]) -> list[tuple[str, str]]:
    return [told.get(name, ("ok", "")) for name, _ in sorted(links.items(), key=lambda pair: pair[1])]


# Texts that one reader takes for a name and another for an address, or for another host than the one that is checked.
TRICKS = {
    "short": "http://127.1/",
    "short-three": "http://127.0.9/",
    "hexadecimal": "http://0x7f000009/",
    "hexadecimal-parts": "http://0x7f.0x0.0x0.0x9/",
    "decimal": "http://2130706441/",
    "octal": "http://0177.0.0.011/",
    "octal-whole": "http://017700000011/",
    "overflowing": "http://256.256.256.256/",
    "five-parts": "http://127.0.0.0.9/",
    "trailing-dot": "http://127.0.0.9./",
    "circled": "http://\u2460\u2461\u2466.\u24ea.\u24ea.\u2468/",
    "full-width": "http://\uff11\uff12\uff17.\uff10.\uff10.\uff19/",
    "arabic-digits": "http://\u0661\u0662\u0667.\u0660.\u0660.\u0669/",
    "ideographic-stops": "http://127\u30020\u30020\u30029/",
    "escaped": "http://%31%32%37.0.0.9/",
    "soft-hyphen": "http://127.0.0\u00ad.9/",
    "backslash-at": "http://{own}\\@127.0.0.9/",
    "at-backslash": "http://127.0.0.9\\@{own}/",
    "userinfo": "http://reader:kestrel@127.0.0.9/",
    "userinfo-host": "http://{own}:80@127.0.0.9/",
    "userinfo-empty": "http://@127.0.0.9/",
    "fragment-at": "http://127.0.0.9#@{own}/",
    "query-at": "http://127.0.0.9?@{own}/",
    "escaped-line-break": "http://127.0.0.9%0d%0aHost:%20{own}/",
    "escaped-nul": "http://127.0.0.9%00.{own}/",
    "escaped-slash": "http://127.0.0.9%2f.{own}/",
    "zone": "http://[fe80::1%25lo]/",
    "brackets": "http://[127.0.0.9]/",
    "mapped-in-hex": "http://[0:0:0:0:0:ffff:7f00:9]/",
    "no-slashes": "http:127.0.0.9/",
    "one-slash": "http:/127.0.0.9/",
    "three-slashes": "http:///127.0.0.9/",
    "scheme-relative": "//127.0.0.9/",
    "localhost": "http://localhost/",
    "localhost-name": "http://printer.localhost/",
    "localdomain": "http://localhost.localdomain/",
    "metadata-name": "http://metadata.google.internal/",
    "search-list": "http://metadata/",
    "mail-port": "http://{own}:25/",
    "redis-port": "http://{own}:6379/",
    "no-port": "http://{own}:99999/",
    "script-letters": "http://\u2113ocalhost/",
}
_LOCAL = ("localhost", "printer.localhost", "localhost.localdomain", "metadata.google.internal", "metadata")


def _trick(name: str, url: str) -> Case:
    """As an entry's link, and as where a page is said to have moved to; where it is not refused it leads home."""
    own = f"name-{name}.example"
    there = url.format(own=own)
    shown = there.replace("&", "&amp;")
    return Case(
        id=f"name-{name}",
        feed=feed_of(item("As a link", shown, guid="a"), item("As a redirect", f"http://{own}/moved", guid="b")),
        pages={"/moved": moved(there.encode()), "/": story("home"), "/127.0.0.9/": said(404)},
        names={host: [["127.0.0.9", "::1"]] for host in _LOCAL},
        # A text that cannot be joined to an address at all is no link: the entry then has nothing to be read from. One
        # that means a path of the own host leads to nothing there.
        entries=[("refused|not_article|http_error", ".")] * 2,
        articles=(),
    )


def _rebinding() -> list[Case]:
    """Resolvers that give a public address first, and a forbidden one afterwards or beside it."""
    close = {"Connection": "close"}

    def names(tag: str, *answers: list[str]) -> dict[str, list[list[str]]]:
        return {f"{tag}.example": [*answers]}

    def home(tag: str) -> dict[str, Any]:
        return {"feed_url": f"http://{tag}.example{PORT}/feed.xml", "link": f"http://{tag}.example{PORT}/page"}

    def feed(tag: str) -> bytes:
        link = f"http://{tag}.example{PORT}/page"
        return feed_answer(rss_of(link), **close)

    def rss_of(link: str) -> str:
        return channel(item("News", link))

    robots = {"/robots.txt": answer("User-agent: *\nAllow: /\n", kind="text/plain", headers=close)}
    refused = [("refused", "127.0.0.9 is a forbidden address")]
    return [
        Case(id="rebinding-feed", **home("rebinding-feed"), pages=robots, outcome="refused",
             says="127.0.0.9 is a forbidden address", names=names("rebinding-feed", [PUBLIC], ["127.0.0.9"]),
             asked={"/robots.txt": 1, "/feed.xml": 0}),
        Case(id="rebinding-page", **home("rebinding-page"), pages=robots, feed=feed("rebinding-page"),
             names=names("rebinding-page", [PUBLIC], [PUBLIC], ["127.0.0.9"]), entries=refused,
             asked={"/feed.xml": 1, "/page": 0}),
        Case(id="rebinding-six", **home("rebinding-six"), pages=robots, feed=feed("rebinding-six"),
             names=names("rebinding-six", [PUBLIC], [PUBLIC], ["::1"]), entries=[("refused", "::1 is a forbidden")]),
        Case(id="rebinding-redirect", **home("rebinding-redirect"), feed=feed("rebinding-redirect"),
             pages={**robots, "/page": moved(f"http://rebinding-redirect.example{PORT}/other")[:-2]
                    + b"Connection: close\r\n\r\n"},
             names=names("rebinding-redirect", [PUBLIC], [PUBLIC], [PUBLIC], ["127.0.0.9"]), entries=refused,
             asked={"/page": 1, "/other": 0}),
        Case(id="rebinding-beside", **home("rebinding-beside"), names=names("rebinding-beside", [PUBLIC, "127.0.0.9"]),
             articles=[Stored(url=f"http://rebinding-beside.example{PORT}/page")]),
        Case(id="rebinding-before", **home("rebinding-before"),
             names=names("rebinding-before", ["127.0.0.9", "::1", PUBLIC]),
             articles=[Stored(url=f"http://rebinding-before.example{PORT}/page")]),
        # The public address takes no connection: the forbidden one beside it is not what comes next.
        Case(id="rebinding-dead", feed_url=f"http://rebinding-dead.example:{DEAD}/feed.xml", outcome="unreachable",
             names=names("rebinding-dead", [PUBLIC, "127.0.0.9"]), says="no connection"),
        Case(id="rebinding-kept", **home("rebinding-kept"), names=names("rebinding-kept", [PUBLIC], ["127.0.0.9"]),
             articles=[Stored(url=f"http://rebinding-kept.example{PORT}/page")]),
    ]  # fmt: skip


def _cases() -> Iterator[Case]:
    for address in ADDRESSES:
        yield every_way(address)
        if address.name in _BY_PROXY:
            yield every_way(address, proxy=True)
    for name, url in TRICKS.items():
        yield _trick(name, url)
    yield from _rebinding()


CASES = tuple(_cases())
