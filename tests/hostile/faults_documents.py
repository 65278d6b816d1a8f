"""Feeds and pages that are made to cost, to deceive a parser, or to be read in the wrong letters."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from tests.crawler.servers import answer
from tests.hostile.cases import FORBIDDEN, SECRET, Case, Stored, channel, feed_of, item, one_entry, story
from tests.linewalker.hostile import CHALLENGE, CONSENT, LOGIN, QUIET, article_page, feed_answer

_HOLDS = ("loaded two tankers on Monday",)
_FACES = "\N{GRINNING FACE}"
_COSTLY = {"parse_timeout_s": 0.2}
_GREEDY = {"parse_memory_mb": "+40"}
_STOPPED = "was stopped|the worker process died"
_POLISH = "“Prices won’t fall soon”, a trader in Łódź said – and shrugged."
_RUSSIAN = "Цены на газ не упадут, сказал трейдер в Новороссийске: терминал работает как обычно, запасы растут."
_LETTERS = "Привет, Łódź – „energia” 石油"


def _secret() -> Path:
    path = Path(tempfile.gettempdir()) / "linewalker-hostile-secret.txt"
    path.write_text(SECRET)
    return path


_EXTERNAL = (
    '<!DOCTYPE rss [<!ENTITY a SYSTEM "SECRET"><!ENTITY b SYSTEM "file:///etc/passwd"><!ENTITY c SYSTEM '
    f'"http://{FORBIDDEN}/c"><!ENTITY % d SYSTEM "http://{FORBIDDEN}/d"> %d;]>'
)


def _feeds() -> Iterator[Case]:
    laughs = [f"lol{number}" for number in range(10)]
    lines = ['<!ENTITY lol0 "lol">'] + [f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(laughs)]
    heads = {
        "laughs": (f"<!DOCTYPE rss [{''.join(lines)}]>", "&lol9;"),
        "quadratic": (f'<!DOCTYPE rss [<!ENTITY a "{"a" * 60_000}">]>', "&a;" * 5_000),
        "recursive": ('<!DOCTYPE rss [<!ENTITY a "&b;"><!ENTITY b "&a;">]>', "&a;"),
        "parameter": ('<!DOCTYPE rss [<!ENTITY % a "<!ENTITY b \'%c;\'>"><!ENTITY % c "%a;%a;"> %a;]>', "&b;"),
        "external": (_EXTERNAL.replace("SECRET", _secret().as_uri()), "&a; &b; &c;"),
        "subset": (f'<!DOCTYPE rss SYSTEM "http://{FORBIDDEN}/evil.dtd">', "Short."),
        "stylesheet": (f'<?xml-stylesheet type="text/xsl" href="http://{FORBIDDEN}/evil.xsl"?>', "Short."),
        "schema": (f'<?xml-model href="http://{FORBIDDEN}/evil.rng"?>', "Short."),
        "long-doctype": (f"<!DOCTYPE rss [{'<!-- x -->' * 50_000}]>", "Short."),
    }  # fmt: skip
    for name, (head, words) in heads.items():
        yield Case(id=f"feed-{name}", feed=feed_answer(one_entry(f"feed-{name}", words, head=head)),
                   articles=[Stored(words=_HOLDS)])  # fmt: skip
    many = " ".join(f'a{number}="x"' for number in range(300_000))
    author = f"<author>{'a' * 32_768}({'b ' * 16_384}</author>"
    costly = {
        "author": one_entry("feed-author", more=author),
        "mail-author": one_entry("feed-mail-author", more=f"<author>{'a.' * 16_000}@{'b.' * 16_000}</author>"),
        "attributes": one_entry("feed-attributes").replace("<channel>", f"<channel {many}>"),
        "namespaces": one_entry("feed-namespaces").replace("<channel>", "<channel " + " ".join(
            f'xmlns:n{n}="urn:{n}"' for n in range(20_000)) + ">"),
        "deep": one_entry("feed-deep", more="<x>" * 20_000 + "</x>" * 20_000),
        "long-text": one_entry("feed-long-text", "word " * 500_000),
        "long-title": one_entry("feed-long-title").replace("<title>News", "<title>" + "News " * 200_000),
        "escaped-markup": one_entry("feed-escaped-markup", "&lt;div&gt;" * 100_000),
        "emoji": one_entry("feed-emoji", _FACES * 75_000),
        "brackets": one_entry("feed-brackets", "&lt;" * 300_000),
        "dates": one_entry("feed-dates", more=f"<pubDate>{'1 ' * 100_000}</pubDate>"),
        "nuls": one_entry("feed-nuls").replace("Short.", "Sh\x00or\x00t.\x0b\x1f\ufffe"),
        "include": one_entry("feed-include", more="<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' "
                         f"href='{_secret().as_uri()}' parse='text'/>"),
        "base": one_entry("feed-base").replace("<channel>", f"<channel xml:base='http://{FORBIDDEN}/'>"),
        "cdata": one_entry("feed-cdata", f"<![CDATA[{'<![CDATA[' * 50_000}]]>"),
        "ampersands": one_entry("feed-ampersands", "&" * 100_000),
        "character-references": one_entry("feed-character-references", "&#x110000;&#0;&#xD800;&#99999999999;"),
    }  # fmt: skip
    for name, text in costly.items():
        flags, words = {"long-text": (("from_feed",), ()), "dates": (("date_missing",), _HOLDS)}.get(name, ((), _HOLDS))
        yield Case(id=f"feed-{name}", feed=feed_answer(text), articles=[Stored(flags=flags, words=words)])
    entries = "".join(f"<item><title>N{n}</title><link>/{n}</link></item>" for n in range(40_000))
    few = (f"<item><title>N{n}</title><link>/{n}</link></item>" for n in range(3_000))
    yield Case(id="feed-many", feed=feed_answer(channel(*few)), crawl={"max_entries_per_feed": 2},
               pages={f"/{n}": story(f"feed-many {n}") for n in range(2)}, says="left for the next night",
               entries=[("ok", "")] * 2, articles=[Stored(url=f"/{n}", flags=("date_missing",))
                                                for n in range(2)])  # fmt: skip
    yield Case(id="feed-slow-parser", feed=feed_answer(channel(entries)), crawl=_COSTLY, spare=4, outcome="too_costly",
               says=f"parsing was stopped: .*({_STOPPED})", state={"failures": 1})  # fmt: skip
    yield Case(id="feed-greedy-parser", feed=feed_answer(channel(entries * 2)), spare=4, outcome="too_costly",
               crawl={**_GREEDY, "max_body_mb": 8.0, "max_wire_mb": 8.0}, says="MB of memory")  # fmt: skip
    none: dict[str, tuple[str | bytes, str, str]] = {
        "html": (article_page("Welcome", *QUIET), "text/html", "HTML page"),
        "html-as-rss": (article_page("Welcome", *QUIET), "application/rss+xml", "HTML page"),
        "login": ("<html><head><title>Sign in</title></head><body><input type=password></body></html>", "text/html",
                  "HTML page"),
        "challenge": ("<!doctype html><html><head><title>Just a moment...</title></head></html>", "text/html",
                      "HTML page"),
        "empty": ("", "application/rss+xml", "empty"),
        "blanks": (" \r\n" * 5_000, "application/rss+xml", "empty"),
        "nul-only": (bytes(5_000), "application/rss+xml", "empty"),
        "json": (json.dumps({"error": "no such feed"}), "application/json", "."),
        "deep-json": ("[" * 100_000, "application/feed+json", "."),
        "long-json": ('{"version": "https://jsonfeed.org/version/1", "items": ' + "1" * 100_000 + "}",
                      "application/feed+json", "."),
        "text": ("The feed has moved.", "text/plain", "."),
        "pdf": (b"%PDF-1.7\n" + bytes(range(256)) * 20, "application/pdf", "."),
        "png": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "image/png", "."),
        "svg": ("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/svg+xml", "svg"),
        "soap": ("<Envelope><Body><Fault/></Body></Envelope>", "text/xml", "envelope"),
    }  # fmt: skip
    for name, (body, kind, says) in none.items():
        yield Case(id=f"none-{name}", feed=answer(body, kind=kind), outcome="broken", says=says,
                   state={"body_hash": None, "failures": 1})  # fmt: skip
    yield Case(
        id="feed-valid-empty", feed=feed_of(), says="a valid feed without entries", entries=(), state={"failures": 0}
    )
    yield Case(id="feed-cut", feed=feed_answer(one_entry("feed-cut")[:-40]), says="XML error")
    yield Case(id="feed-after-garbage", feed=feed_answer("\n\n<!-- served -->" + one_entry("feed-after-garbage")))
    yield Case(id="feed-php-warning", feed=feed_answer("<b>Warning</b>: include()\n" + one_entry("feed-php-warning")),
               outcome="ok|broken", says="", entries=[("ok", "")])  # fmt: skip


def _encodings() -> Iterator[Case]:
    """Whatever is declared: right wherever feedparser or a browser gets it right."""
    told: dict[str, tuple[str, str, str, str | None]] = {
        # words, encoding of the bytes, declared in the document, charset of the transport
        "plain": (_LETTERS, "utf-8", "utf-8", None),
        "as-latin": (_LETTERS, "utf-8", "iso-8859-1", None),
        "transport-wrong": (_LETTERS, "utf-8", "utf-8", "iso-8859-1"),
        "cp1251-as-utf8": (_RUSSIAN, "cp1251", "utf-8", None),
        "cp1251": (_RUSSIAN, "cp1251", "windows-1251", None),
        "cp1251-transport": (_RUSSIAN, "cp1251", "utf-8", "windows-1251"),
        "koi8": (_RUSSIAN, "koi8-r", "koi8-r", None),
        "cp1252-as-utf8": ("“Prices won’t fall” – it is said in a café", "cp1252", "utf-8", None),
        "cp1252-as-latin": ("“Prices won’t fall” – it is said in a café", "cp1252", "iso-8859-1", None),
        "cp1250": ("Łódź i Gdańsk: ceny", "cp1250", "windows-1250", None),
        "utf16": (_LETTERS, "utf-16", "utf-16", None),
        "utf16-unmarked": (_LETTERS, "utf-16-le", "utf-16", None),
        "utf16-big": (_LETTERS, "utf-16-be", "utf-16", None),
        "utf16-as-utf8": (_LETTERS, "utf-16", "utf-8", "utf-8"),
        "utf32": (_LETTERS, "utf-32", "utf-32", None),
        "utf8-as-utf16": (_LETTERS, "utf-8", "utf-16", None),
        "mark-against-all": (_LETTERS, "utf-8-sig", "windows-1251", "iso-8859-2"),
        "unknown": (_LETTERS, "utf-8", "x-unheard-of", "x-nothing"),
        "codec": (_LETTERS, "utf-8", "rot13", "zlib"),
        "shift-jis": ("石油の価格は下がらない", "cp932", "shift_jis", None),
        "iso-2022": ("石油の価格は下がらない", "iso2022_jp", "iso-2022-jp", None),
        "iso-2022-as-utf8": ("石油の価格は下がらない", "iso2022_jp", "utf-8", None),
        "big5": ("石油價格不會下跌", "big5", "big5", None),
        "gb18030": ("石油价格不会下跌", "gb18030", "gb2312", None),
        "euc-kr": ("유가는 떨어지지 않을 것", "euc-kr", "euc-kr", None),
        "arabic": ("لن تنخفض الأسعار قريبا", "cp1256", "windows-1256", None),
        "greek": ("Οι τιμές δεν θα πέσουν", "iso8859-7", "iso-8859-7", None),
    }
    for name, (words, codec, declared, transport) in told.items():
        tag = f"letters-{name}"
        title = f"{tag} {words}"
        kind = "application/rss+xml" + (f"; charset={transport}" if transport else "")
        text = channel(item(title, f"http://{tag}.example/page")).replace('encoding="UTF-8"', f'encoding="{declared}"')
        page = article_page(title, f"{words} {words}", *QUIET).replace('charset="utf-8"', f'charset="{declared}"')
        page_kind = "text/html" + (f"; charset={transport}" if transport else "")
        yield Case(id=tag, feed=answer(text.encode(codec), kind=kind),
                   pages={"/page": answer(page.encode(codec, "xmlcharrefreplace"), kind=page_kind)},
                   articles=[Stored(words=(words,))])  # fmt: skip
        if name in {"cp1251-as-utf8", "utf16-unmarked", "codec", "shift-jis"}:  # the feed's own words are read alike
            fed = channel(item(title, None, f"{words} {'It is said at length. ' * 6}", guid="a"))
            fed = fed.replace('encoding="UTF-8"', f'encoding="{declared}"')
            own = Stored(url="*", flags=("from_feed",), words=(words,))
            yield Case(id=f"{tag}-alone", feed=answer(fed.encode(codec), kind=kind), source={"fetch_pages": False},
                       articles=[own])  # fmt: skip
    ebcdic = channel(item("EBCDIC", "http://letters-ebcdic.example/page")).replace("UTF-8", "cp037")
    yield Case(id="letters-ebcdic", feed=answer(ebcdic.encode("cp037"), kind="text/xml"))
    yield Case(id="letters-invalid", feed=feed_answer(one_entry("letters-invalid").encode().replace(
        b"Short.", b"Sh\xff\xfe\xc3ort. \xed\xa0\x80 \xf5\x80\x80\x80")), pages={"/page": answer(
            article_page("Invalid", *QUIET).encode().replace(b"tankers", b"tank\xff\xc0ers"))},
        articles=[Stored(words=("operator said",))])  # fmt: skip
    # Escapes of a Japanese encoding that nothing closes are looked at once, not once each.
    yield Case(id="letters-escapes", feed=feed_answer(one_entry("letters-escapes")), pages={"/page": answer(
        article_page("Escapes", *QUIET).replace("</body>", "<!--" + "\x1b$BA" * 700_000 + "--></body>"))},
        articles=[Stored(words=("operator said",))])  # fmt: skip
    seven = "+ADw-script+AD4-alert(1)+ADw-/script+AD4-"
    yield Case(id="letters-utf7", feed=answer(one_entry("letters-utf7", seven).replace("UTF-8", "utf-7"),
               kind="text/xml; charset=utf-7"), pages={"/page": answer(article_page("Seven", f"{seven} {QUIET[0]}",
               *QUIET).replace('"utf-8"', '"utf-7"'), kind="text/html; charset=utf-7")},
               articles=[Stored(words=_HOLDS, without=("<script",))])  # fmt: skip


def _pages() -> Iterator[Case]:
    def story_page(tag: str, page: str | bytes, *, kind: str = "text/html", **more: object) -> Case:
        return Case(id=tag, pages={"/page": answer(page, kind=kind)},
                    articles=[Stored(words=_HOLDS, without=(SECRET, "root:"))], **more)  # type: ignore[arg-type]  # fmt: skip

    whole = article_page("A page with a burden", *QUIET)
    many = " ".join(f'a{number}="x"' for number in range(300_000))
    yield story_page("page-attributes", whole.replace("<article>", f"<article {many}>"))
    yield story_page("page-attributes-body", whole.replace("<body>", f"<body {many}>"))
    yield story_page("page-long-attribute", whole.replace("<article>", f"<article title='{'a ' * 500_000}'>"))
    yield story_page("page-comments", whole.replace("<nav>", "<!-- --" * 200_000 + "--><nav>"))
    yield story_page("page-scripts", whole.replace("<nav>", f"<script>{'a<b;' * 400_000}</script><nav>"))
    yield story_page("page-links", whole.replace("</nav>", "<a href=/x>x</a>" * 5_000 + "</nav>"))
    deep = f"<script type=application/ld+json>{'[' * 100_000}</script></head>"
    yield story_page("page-json-deep", whole.replace("</head>", deep))
    yield story_page("page-json-long", whole.replace("</head>", "<script type=application/ld+json>" + json.dumps(
        {"@type": "NewsArticle", "keywords": ["x"] * 200_000}) + "</script></head>"))  # fmt: skip
    yield story_page("page-nuls", whole.replace("tankers", "tan\x00kers"))
    entity = f'<!DOCTYPE html [<!ENTITY a SYSTEM "{_secret().as_uri()}"><!ENTITY b SYSTEM "http://{FORBIDDEN}/b">]>'
    named = whole.replace("</article>", "<p>&a; &b;</p></article>")
    yield story_page("page-entities", named.replace("<!doctype html>", entity))
    loads = (
        f"<base href='http://{FORBIDDEN}/'><link rel=stylesheet href='http://{FORBIDDEN}/s.css'>"
        f"<meta http-equiv=refresh content='0;url=http://{FORBIDDEN}/'><script src='http://{FORBIDDEN}/s.js'></script>"
        f"<link rel=preload href='http://{FORBIDDEN}/p'><link rel=import href='http://{FORBIDDEN}/i'>"
    )
    parts = (
        f"<iframe src='http://{FORBIDDEN}/f'></iframe><img src='http://{FORBIDDEN}/i.png'><object "
        f"data='http://{FORBIDDEN}/o'></object><embed src='file:///etc/passwd'><video src='http://{FORBIDDEN}/v'></video>"
        f"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd' parse='text'/>"
    )
    yield story_page(
        "page-loads", whole.replace("</head>", f"{loads}</head>").replace("</article>", f"{parts}</article>")
    )
    yield story_page("page-xhtml", '<?xml version="1.0"?>' + whole, kind="application/xhtml+xml")
    nothing: dict[str, tuple[str | bytes, str, str]] = {
        "nested": (f"<html><body>{'<div>' * 100_000}Deep{'</div>' * 100_000}", "text/html", "."),
        "nested-bold": (f"<html><body><p>{'<b>' * 100_000}Deep", "text/html", "."),
        "nested-tables": (f"<html><body>{'<table><tr><td>' * 20_000}Deep", "text/html", "."),
        "nested-lists": (f"<html><body>{'<ul><li>' * 30_000}Deep", "text/html", "."),
        "emoji": (article_page("Faces", _FACES * 75_000), "text/html", "."),
        "unclosed": ("<html><body>" + "<a href='" * 50_000, "text/html", "."),
        "brackets": ("<html><body>" + "<" * 500_000, "text/html", "."),
        "empty": ("", "text/html", "without text"),
        "nul-only": (bytes(10_000), "text/html", "."),
        "pdf": (b"%PDF-1.7\n" + bytes(range(256)) * 20, "application/pdf", "not an HTML page"),
        "image": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "image/png", "not an HTML page"),
        "pdf-as-html": (b"%PDF-1.7\n" + bytes(range(256)) * 20, "text/html", "not an HTML page"),
        "json": (json.dumps({"story": QUIET}), "application/json", "not an HTML page"),
        "feed": (one_entry("page-feed"), "application/rss+xml", "not an HTML page"),
        "soft-404": (article_page("Page not found", "Sorry, the page that you want has moved."), "text/html",
                     "an error page"),
        "soft-404-long": (article_page("404 - Not found", "Sorry, this page does not exist.",
                          "You may like: our news."), "text/html", "an error page"),
        "maintenance": (article_page("Under maintenance", "We will be back soon."), "text/html", "an error page"),
        "parked": (article_page("This domain is for sale", "Make an offer."), "text/html", "an error page"),
        "login": (LOGIN, "text/html", "a login page"),
        "consent": (CONSENT, "text/html", "a consent page"),
        "challenge": (CHALLENGE, "text/html", "tests for robots"),
        "denied": (_DENIED, "text/html", "tests for robots"),
        "paywall": (_PAYWALL, "text/html", "behind a paywall"),
        "paywall-words": (article_page("Prices will not fall", QUIET[0], "Subscribe to continue reading this article."),
                          "text/html", "behind a paywall"),
    }  # fmt: skip
    for name, (page, kind, says) in nothing.items():
        # Of deep nesting it is enough that it ends in time.
        outcome = "not_article|too_costly" if name.startswith("nested") else "not_article"
        yield Case(id=f"page-{name}", pages={"/page": answer(page, kind=kind)}, entries=[(outcome, says)],
                   crawl={"parse_timeout_s": 3.0} if name.startswith("nested") else {},
                   says="1 without an article")  # fmt: skip
    long = "".join(f"<p>Paragraph {number} tells of {number} tankers at <i>terminal</i> {number}.</p>" for number in
                   range(30_000))  # fmt: skip
    yield Case(id="page-slow-extraction", pages={"/page": answer(f"<html><body><article>{long}")}, crawl=_COSTLY,
               spare=4, entries=[("too_costly", f"extraction was stopped: .*({_STOPPED})")],
               says="1 without an article")  # fmt: skip
    yield Case(id="page-greedy-extraction", pages={"/page": answer(f"<html><body><article>{long}")}, crawl=_GREEDY,
               spare=4, entries=[("too_costly", "MB of memory")])  # fmt: skip
    links = [item(f"Costly {n}", f"http://pages-costly.example/{n}") for n in range(5)]
    yield Case(id="pages-costly", feed=feed_of(*links), crawl=_COSTLY, spare=6,
               pages={f"/{n}": answer(f"<html><body><article>{long}") for n in range(5)},
               entries=[*[("too_costly", "extraction was stopped")] * 3, *[("skipped", "took too much")] * 2],
               seconds=40.0)  # fmt: skip


_DENIED = (
    "<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1><p>You don't have permission to access "
    "this page on this server. Reference #18.2.4</p></body></html>"
)
_PAYWALL = article_page(
    "Prices will not fall",
    QUIET[0],
    head='<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>',
)


def _cases() -> Iterator[Case]:
    for part in (_feeds, _encodings, _pages):
        yield from part()


CASES = tuple(_cases())
