"""The sample newswire: publishers and articles from linewalker/sample/, rendered as a server would send them.

Everything in it was written for Linewalker and happened to nobody; the facilities are real. Rendering is pure:
(host, path, night) gives the bytes; linewalker/demo.py puts them on a socket.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from jinja2 import Environment, FunctionLoader, select_autoescape

from crawler.records import Feed, Source

_FEED_PATHS = {"rss": "/feed.xml", "atom": "/atom.xml", "sitemap": "/news-sitemap.xml"}
_FEED_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "sitemap": "application/xml"}
_TRACKING = "?utm_source=rss&utm_medium=feed"  # as real RSS feeds have it


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    id: str
    host: str
    name: str
    family: str
    country: str
    reliability: str
    layout: str  # name of a template in sample/layouts
    format: str  # rss, atom or sitemap
    kind: str = "press"
    timezone: str = "UTC"
    tagline: str = ""
    cadence_hours: float = 24.0
    full_text: bool = False  # whether the feed carries whole articles

    @property
    def feed_url(self) -> str:
        return f"http://{self.host}{_FEED_PATHS[self.format]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleArticle:
    """One article as it stands on one night."""

    id: str
    publisher: str
    night: int  # the first night on which it is out
    slug: str
    title: str
    summary: str
    body: str  # paragraphs separated by empty lines
    published_at: datetime
    updated_at: datetime | None = None
    authors: tuple[str, ...] = ()
    section: str = "Energy"

    @property
    def path(self) -> str:
        return f"/{self.published_at:%Y/%m}/{self.slug}"

    @property
    def paragraphs(self) -> list[str]:
        return [" ".join(part.split()) for part in self.body.split("\n\n") if part.strip()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Newswire:
    publishers: tuple[Publisher, ...]
    articles: tuple[SampleArticle, ...]  # every version; the one with the highest night counts

    def out(self, publisher_id: str, night: int) -> list[SampleArticle]:
        """What a publisher shows on a night, newest first, each article in its version of that night."""
        current: dict[str, SampleArticle] = {}
        for article in sorted(self.articles, key=lambda a: a.night):
            if article.publisher == publisher_id and article.night <= night:
                current[article.id] = article
        return sorted(current.values(), key=lambda a: (a.published_at, a.id), reverse=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    status: int
    content_type: str
    body: bytes
    last_modified: datetime | None = None

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


def load_newswire() -> Newswire:
    """Reads the bundled newswire."""
    folder = resources.files("linewalker").joinpath("sample")
    publishers = tuple(Publisher(**row) for row in _read(folder.joinpath("publishers.toml"))["publisher"])
    articles: list[SampleArticle] = []
    files = sorted((f for f in folder.joinpath("articles").iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    for file in files:
        for row in _read(file)["article"]:
            articles += _versions(row)
    return Newswire(publishers=publishers, articles=tuple(articles))


def sample_sources(newswire: Newswire) -> tuple[Source, ...]:
    """The newswire's publishers as the crawler's sources."""
    return tuple(
        Source(
            id=p.id,
            publisher=p.name,
            family=p.family,
            country=p.country,
            language="en",
            reliability=p.reliability,
            cadence_hours=p.cadence_hours,
            timezone=p.timezone,
            kind=p.kind,
            homepage=f"http://{p.host}/",
            verified=True,
            note="sample newswire",
            feeds=(Feed(url=p.feed_url, source_id=p.id, kind="sitemap" if p.format == "sitemap" else "feed"),),
        )
        for p in newswire.publishers
    )


def render(newswire: Newswire, host: str, path: str, night: int) -> Response:
    """What the publisher at `host` answers to a GET of `path` on a night (1 or 2); 404 and 421 are answers too."""
    publisher = next((p for p in newswire.publishers if p.host == host.partition(":")[0]), None)
    if publisher is None:
        return Response(status=421, content_type="text/plain", body=b"No such host on this newswire.\n")
    articles = newswire.out(publisher.id, night)
    path = path.partition("?")[0]
    newest = max((a.updated_at or a.published_at for a in articles), default=None)
    if path == "/robots.txt":
        rules = f"User-agent: *\nDisallow: /search\nSitemap: http://{publisher.host}/news-sitemap.xml\n"
        return Response(status=200, content_type="text/plain; charset=utf-8", body=rules.encode())
    if path == _FEED_PATHS[publisher.format]:
        body = {"rss": _rss, "atom": _atom, "sitemap": _sitemap}[publisher.format](publisher, articles)
        kind = f"{_FEED_TYPES[publisher.format]}; charset=utf-8"
        return Response(status=200, content_type=kind, body=body.encode(), last_modified=newest)
    article = next((a for a in articles if a.path == path), None)
    if article is None:
        return Response(status=404, content_type="text/html; charset=utf-8", body=b"<h1>Page not found</h1>\n")
    related = [a for a in articles if a.id != article.id][:4]
    page = _environment().get_template(publisher.layout).render(publisher=publisher, article=article, related=related)
    return Response(
        status=200,
        content_type="text/html; charset=utf-8",
        body=page.encode(),
        last_modified=article.updated_at or article.published_at,
    )


def _read(file: Traversable) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _versions(row: dict[str, Any]) -> list[SampleArticle]:
    later = row.pop("version", [])
    row["published_at"] = row.pop("published").astimezone(UTC)
    row["authors"] = tuple(row.get("authors", ()))
    versions = [SampleArticle(**row)]
    for change in later:
        updated = change.pop("updated").astimezone(UTC)
        versions.append(SampleArticle(**(row | change | {"updated_at": updated})))
    return versions


def _environment() -> Environment:
    folder = resources.files("linewalker").joinpath("sample", "layouts")

    def load(name: str) -> str:
        return folder.joinpath(f"{name}.html.j2").read_text(encoding="utf-8")

    return Environment(loader=FunctionLoader(load), autoescape=select_autoescape(default=True, default_for_string=True))


def _rss(publisher: Publisher, articles: list[SampleArticle]) -> str:
    entries = "".join(
        "<item>"
        f"<title>{escape(a.title)}</title>"
        f"<link>{escape(f'http://{publisher.host}{a.path}{_TRACKING}')}</link>"
        f'<guid isPermaLink="false">{publisher.id}-{a.id}</guid>'
        f"<pubDate>{format_datetime(a.published_at)}</pubDate>"
        f"<description>{escape(f'<p>{escape(a.summary)}</p>')}</description>"
        + (f"<content:encoded>{escape(_html(a))}</content:encoded>" if publisher.full_text else "")
        + "</item>\n"
        for a in articles
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>\n'
        f"<title>{escape(publisher.name)}</title><link>http://{publisher.host}/</link>"
        f"<description>{escape(publisher.tagline)} (sample newswire)</description>\n{entries}</channel></rss>\n"
    )


def _atom(publisher: Publisher, articles: list[SampleArticle]) -> str:
    entries = "".join(
        "<entry>"
        f"<title>{escape(a.title)}</title>"
        f'<link rel="alternate" href={quoteattr(f"http://{publisher.host}{a.path}")}/>'
        f"<id>tag:{publisher.host},{a.published_at:%Y-%m-%d}:{a.id}</id>"
        f"<published>{a.published_at:%Y-%m-%dT%H:%M:%SZ}</published>"
        f"<updated>{a.updated_at or a.published_at:%Y-%m-%dT%H:%M:%SZ}</updated>"
        f'<summary type="text">{escape(a.summary)}</summary>'
        + "".join(f"<author><name>{escape(name)}</name></author>" for name in a.authors)
        + (f'<content type="html">{escape(_html(a))}</content>' if publisher.full_text else "")
        + "</entry>\n"
        for a in articles
    )
    newest = max((a.updated_at or a.published_at for a in articles), default=datetime(2026, 1, 1, tzinfo=UTC))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<title>{escape(publisher.name)}</title><id>http://{publisher.host}/</id>"
        f"<updated>{newest:%Y-%m-%dT%H:%M:%SZ}</updated>\n{entries}</feed>\n"
    )


def _sitemap(publisher: Publisher, articles: list[SampleArticle]) -> str:
    entries = "".join(
        f"<url><loc>{escape(f'http://{publisher.host}{a.path}')}</loc>"
        f"<lastmod>{a.updated_at or a.published_at:%Y-%m-%dT%H:%M:%SZ}</lastmod>"
        f"<news:news><news:publication><news:name>{escape(publisher.name)}</news:name>"
        "<news:language>en</news:language></news:publication>"
        f"<news:publication_date>{a.published_at:%Y-%m-%dT%H:%M:%SZ}</news:publication_date>"
        f"<news:title>{escape(a.title)}</news:title></news:news></url>\n"
        for a in articles
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n'
        f"{entries}</urlset>\n"
    )


def _html(article: SampleArticle) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in article.paragraphs)
