"""News for benchmarks/many_feeds.py: stories, pages and feeds, each a function of its names alone.

Every sentence is put together from our own pieces; places, people and companies are invented. Two stories have some
sentences in common, as two reports of one day have, but never a paragraph.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

Form = Literal["rss", "rss-full", "atom", "json", "sitemap"]
FORMS: tuple[Form, ...] = ("rss", "rss-full", "atom", "json", "sitemap")
KINDS = {
    "rss": "application/rss+xml; charset=utf-8",
    "rss-full": "text/xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
    "sitemap": "application/xml",
}

_PLACES = "Varnholt Esker Torvik Lindau-am-See Kessary Oudemeer Brannigan Solvesta Mirepoint Tarhoma Quillmouth".split()
_SITES = (
    "oil terminal|gas storage site|pumping station|refinery|LNG berth|substation|wind farm|interconnector|"
    "compressor station|tank farm|nuclear plant|coal harbour|pipeline crossing|hydro dam"
).split("|")
_WHO = "operator|port authority|regional governor|energy ministry|grid company|union|harbour master|regulator".split(
    "|"
)
_TITLES = (
    "{site} at {place} {did} after {why}",
    "{who} says {place} {site} {did}",
    "{place}: {site} {did}, {who} blames {why}",
    "What {why} means for the {place} {site}",
)
_DID = (
    "stops loading|resumes loading|cuts output|runs at half its capacity|is shut for inspection|is being repaired|"
    "misses its target|reports a leak|stays closed|reopens early"
).split("|")
_WHY = (
    "a storm|a fire in a control room|a drone raid|a dispute over fees|a cable fault|a cyber incident|a strike|"
    "low water|a tanker collision|a failed valve"
).split("|")
_SENTENCES = (
    "The {who} at {place} said on {day} that the {site} would take {number} days to return to its usual flow.",
    "About {number} thousand barrels a day pass through the {site} in a usual month, according to its {who}.",
    "Crews worked through the night, and {number} of them were sent home when the wind over {place} rose again.",
    "Traders in {place} put the loss at {number} cargoes, while the {who} called any such figure premature.",
    "An earlier inspection had found {number} faults in the pipes beneath the {site}, none of which was thought grave.",
    "Nobody was hurt, the {who} added, and the road to {place} was opened to lorries within {number} hours.",
    "Prices for delivery next week rose by {number} cents after {why} became known, and fell again before noon.",
    "The {who} has asked neighbours to keep {number} megawatts in reserve until the {site} at {place} is tested.",
    "Insurers want to see the report on {why} before they renew the cover of the {site}, which ends in {number} weeks.",
    "It was the {number}th time in ten years that {why} had touched the {site}, residents of {place} recalled.",
)
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


@dataclass(frozen=True, slots=True)
class Story:
    """One generated article."""

    url: str
    title: str
    paragraphs: tuple[str, ...]
    mark: str  # a word that stands in the last paragraph and in no other story
    published: datetime
    padding: int  # bytes of furniture around it


def make_story(url: str, seed: str, published: datetime) -> Story:
    """The story of a seed: 3 to 14 paragraphs, on a page of 5 to 60 KB."""
    draw = random.Random(seed)
    mark = f"{draw.choice(_PLACES)[:4].lower()}{draw.getrandbits(40):010x}"
    words = {"place": draw.choice(_PLACES), "site": draw.choice(_SITES), "did": draw.choice(_DID)}
    title = draw.choice(_TITLES).format(who=f"The {draw.choice(_WHO)}", why=draw.choice(_WHY), **words)
    paragraphs = [_paragraph(draw, words) for _ in range(min(14, 3 + int(draw.expovariate(0.35))))]
    paragraphs.append(f"The file of the {words['site']} is kept under the number {mark} by the {draw.choice(_WHO)}.")
    padding = min(55_000, 3_000 + int(draw.expovariate(1 / 14_000)))
    return Story(url, f"{title[0].upper()}{title[1:]} ({mark[-4:]})", tuple(paragraphs), mark, published, padding)


def _paragraph(draw: random.Random, words: dict[str, str]) -> str:
    chosen = draw.sample(_SENTENCES, draw.randint(2, 4))
    return " ".join(
        one.format(
            who=draw.choice(_WHO), why=draw.choice(_WHY), day=draw.choice(_DAYS), number=draw.randint(4, 960), **words
        )
        for one in chosen
    )


def render_page(story: Story, publisher: str) -> str:
    """The story among menus, teasers, scripts and styles, as pages are."""
    draw = random.Random(story.mark)
    body = "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in story.paragraphs)
    half = story.padding // 2
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(story.title)} - {publisher}</title>'
        f'<link rel="canonical" href={quoteattr(story.url)}><meta property="og:type" content="article">'
        f'<meta property="article:published_time" content="{story.published.isoformat()}">'
        f"<style>{_style(draw, half // 2)}</style></head><body>\n"
        f"<header><nav><ul>{_links(draw, half // 2)}</ul></nav></header>\n"
        f"<main><article><h1>{escape(story.title)}</h1><p class=byline>By the {publisher} desk</p>\n{body}</article>"
        f"<aside><h2>More from {publisher}</h2><ul>{_links(draw, half // 2)}</ul></aside></main>\n"
        f"<footer><p>All rights reserved</p></footer><script>{_script(draw, half // 2)}</script></body></html>"
    )


def _links(draw: random.Random, size: int) -> str:
    one = [
        f'<li class="item"><a href="/section/{draw.getrandbits(24)}">{draw.choice(_PLACES)} desk</a></li>\n'
        for _ in range(8)
    ]
    return "".join(one) * (size // sum(map(len, one)) + 1)


def _style(draw: random.Random, size: int) -> str:
    return f".c{draw.getrandbits(16)} {{ margin: 0 auto; padding: 4px 8px; color: #334; }}\n" * (size // 60)


def _script(draw: random.Random, size: int) -> str:
    return f'window.q=window.q||[];window.q.push(["view",{draw.getrandbits(24)}]);\n' * (size // 60)


def render_feed(form: Form, publisher: str, link: str, stories: Sequence[Story], built: str = "") -> str:
    """A feed of stories, newest first; `built` is what some servers write anew each time."""
    title = escape(publisher)
    if form == "json":
        items = [
            {"id": one.url, "url": one.url, "title": one.title, "content_text": one.paragraphs[0],
             "date_published": one.published.isoformat()} for one in stories
        ]  # fmt: skip
        return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": publisher, "items": items})
    if form == "sitemap":
        urls = "".join(
            f"<url><loc>{escape(one.url)}</loc><news:news><news:publication><news:name>{title}</news:name>"
            f"<news:language>en</news:language></news:publication><news:publication_date>{one.published.isoformat()}"
            f"</news:publication_date><news:title>{escape(one.title)}</news:title></news:news></url>\n"
            for one in stories
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
            f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'
        )
    if form == "atom":
        entries = "".join(
            f"<entry><id>{escape(one.url)}</id><title>{escape(one.title)}</title><link href={quoteattr(one.url)}/>"
            f"<updated>{one.published.isoformat()}</updated><summary>{escape(one.paragraphs[0])}</summary></entry>\n"
            for one in stories
        )
        return (
            f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>{title}</title>'
            f"<id>{escape(link)}</id><updated>{built or '2026-01-01T00:00:00Z'}</updated>{entries}</feed>"
        )
    return _rss(form, title, link, stories, built)


def _rss(form: Form, title: str, link: str, stories: Sequence[Story], built: str) -> str:
    items = []
    for one in stories:
        whole = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in one.paragraphs)
        content = f"<content:encoded><![CDATA[{whole}]]></content:encoded>" if form == "rss-full" else ""
        items.append(
            f"<item><title>{escape(one.title)}</title><link>{escape(one.url)}</link><guid>{escape(one.url)}</guid>"
            f"<pubDate>{one.published:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
            f"<description>{escape(one.paragraphs[0])}</description>{content}</item>\n"
        )
    stamp = f"<lastBuildDate>{built}</lastBuildDate>" if built else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>{title}</title><link>{escape(link)}</link><description>News</description>{stamp}"
        f"{''.join(items)}</channel></rss>"
    )
