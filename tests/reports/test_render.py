from __future__ import annotations

import html
import os
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from crawler.secrets import redact
from reports import render as rendering
from reports.briefing import build_briefing
from reports.records import Briefing, BriefingSettings
from reports.render import render_html, render_markdown, write_briefing
from reports.templating import read_asset
from reports.text import clean_text
from store.records import Snapshot
from tests.reports.attacks import ATTACKS, BAD_LINKS
from tests.reports.builders import Told, divided, health, incident, note, revision, snapshot
from tests.reports.nights import empty_night, half_blind_night, rich_night

NIGHTS = {"rich": rich_night, "empty": empty_night, "half_of_the_sources_failed": half_blind_night}
MARKDOWN = MarkdownIt("commonmark").enable(["table"])


@pytest.fixture(scope="module")
def rich() -> Briefing:
    return build_briefing(rich_night())


@pytest.fixture(scope="module")
def page(rich: Briefing) -> str:
    return render_html(rich)


def words_of(markup: str) -> str:
    return " ".join(lxml_html.fromstring(markup).text_content().split())


def test_each_verified_sentence_is_printed_word_for_word(rich: Briefing, page: str) -> None:
    shown = words_of(re.sub(r"<(summary|style)\b.*?</\1>", "", page, flags=re.S))
    told = words_of(re.sub(r"</(p|li|td|h\d)>", r" \g<0>", MARKDOWN.render(divided(render_markdown(rich))[1])))
    told = re.sub(r" \[\d+\]", "", told)
    for sentence in rich.sentences:
        assert sentence.text in shown
        assert sentence.text in told


def test_each_cited_quote_stands_in_both_editions(rich: Briefing, page: str) -> None:
    shown = words_of(page)
    told = words_of(MARKDOWN.render(divided(render_markdown(rich))[1]))
    for section in rich.sections:
        for item in section.items:
            for sentence in item.sentences:
                for quote in sentence.quotes:
                    assert clean_text(quote.sentence) in shown
                    assert clean_text(quote.sentence) in told


def test_the_value_is_marked_in_its_quote(page: str) -> None:
    marks = [mark.text for mark in lxml_html.fromstring(page).iter("mark")]
    assert {"Three workers", "on Saturday", "500,000 b/d"} <= set(marks)


class Outside(HTMLParser):
    """Collects whatever a browser would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str | None]] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("src", "srcset", "poster", "background", "action", "xlink:href", "data") or name[:2] == "on":
                self.found.append((name, value))
            if name == "href" and tag not in ("a", "use"):
                self.found.append((name, value))
            if name == "href" and tag == "use" and not (value or "").startswith("#"):
                self.found.append((name, value))
            if name == "href" and tag == "a" and not re.match(r"(https?://|#)", value or ""):
                self.found.append((name, value))


def outside(markup: str) -> Outside:
    parser = Outside()
    parser.feed(markup)
    return parser


def test_the_page_asks_the_network_for_nothing(page: str) -> None:
    parser = outside(page)
    assert parser.found == []
    assert not parser.tags & {"link", "img", "iframe", "object", "embed", "form", "base", "image"}
    style = "".join(re.findall(r"<style>(.*?)</style>", page, flags=re.S))
    assert "url(" not in style
    assert "@import" not in style
    assert "default-src &#39;none&#39;" in page


def test_the_page_has_one_of_each_id_and_its_links_lead_there(page: str) -> None:
    tree = lxml_html.fromstring(page)
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    inner = {a.get("href")[1:] for a in tree.iter("a") if (a.get("href") or "").startswith("#")}
    assert inner <= set(ids)
    assert all(label in ids for e in tree.iter() if (label := e.get("aria-labelledby")))


@pytest.mark.parametrize("night", NIGHTS.values(), ids=NIGHTS)
def test_the_same_snapshot_gives_the_same_bytes(night: Callable[[], Snapshot]) -> None:
    one, other = build_briefing(night()), build_briefing(night())
    assert one == other
    assert render_markdown(one) == render_markdown(other)
    assert render_html(one) == render_html(other)


def hostile_night(text: str, url: str) -> Snapshot:
    """The text in every field that an article, a feed or a reason can fill."""
    told = Told(id="h1", publisher=f"Pub {text}", title=text, sentences=(f"{text} hit the plant on Saturday.",))
    fact = told.fact("facility", text, text)
    facts = tuple(
        replace(one, quote=replace(one.quote, url=url), speaker=text)
        for one in (fact, told.fact("place", text, text), told.fact("actor", text, text), told.grade("asserted", "hit"),
                    replace(told.grade("attributed", "hit"), claim_id="x"),
                    replace(told.number("lost", 1, text, "bbl/d"), unit=text))
    )  # fmt: skip
    reports = (replace(told.report(), url=url, wire=text),)
    fields: dict[str, Any] = {"facilities": (text,), "facility_ids": ("x",), "place": text, "actors": (text,)}
    view = replace(incident("i-1", (told,), facts, **fields), reports=reports)
    old = replace(view, id="i-2", revisions=(revision("i-2", "place", text, text + "b", text),))
    return snapshot(
        new=(view, replace(view, id="i-3", status="threatened", factuality="threatened")),
        changed=(old,),
        open=(replace(view, id="i-4"),),
        notes=(replace(note(told, "hit", "market"), quote=replace(told.quote("hit"), url=url)),),
        health=(health(f"Pub {text}", "http_error", reason=text, feed_url=url, http_status=500),),
        not_articles=((url, "not_article", text), (url, text, text)),
        languages_skipped=(("zz", 3),),
    )


@pytest.fixture(autouse=True)
def _small_pictures(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    # No hostile text can reach the pictures (tests/reports/test_charts.py); drawing them fifty times only takes time.
    if "attack" in request.fixturenames:
        monkeypatch.setattr(rendering, "draw_map", lambda points, names, reachable: None)
        monkeypatch.setattr(rendering, "chart_svg", lambda weeks, width: "")


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: repr(attack[:30]))
def test_hostile_text_stays_text(attack: str) -> None:
    briefing = build_briefing(hostile_night(attack, "https://news.example/a"))
    page = render_html(briefing)
    parser = outside(page)
    assert parser.found == []
    assert not parser.tags & {"img", "iframe", "b"}
    assert re.findall(r"<script[^>]*>(.*?)</script>", page, flags=re.S) == [read_asset("briefing.js")]
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\ufeff\x00-\x08\x1b]", page)
    page.encode("utf-8")

    markdown = render_markdown(briefing)
    shown = MARKDOWN.render(divided(markdown)[1])
    links = outside(shown)
    assert [pair for pair in links.found if pair[0] != "src"] == []
    assert {html.unescape(src or "") for _, src in links.found} <= {"chart.png", "map.png"}
    assert not links.tags & {"script", "svg", "iframe", "b", "pre", "code", "blockquote", "hr"}
    hrefs = re.findall(r'href="([^"]*)"', shown)
    assert all(href == "https://news.example/a" for href in hrefs), hrefs


@pytest.mark.parametrize("attack", BAD_LINKS, ids=lambda url: repr(url[:40]))
def test_a_hostile_address_is_no_link(attack: str) -> None:
    briefing = build_briefing(hostile_night("Plant", attack))
    assert outside(render_html(briefing)).found == []
    links = re.findall(r'href="([^"]*)"', MARKDOWN.render(divided(render_markdown(briefing))[1]))
    assert set(links) <= {redact(attack)} - {attack}  # a feed's address is told without the user name in it


def test_files_are_written_whole_and_refer_to_each_other(rich: Briefing, tmp_path: Path) -> None:
    files = write_briefing(rich, tmp_path / "briefings", "2026-11-22")
    assert sorted(path.name for path in (tmp_path / "briefings").iterdir()) == [
        "2026-11-22-chart.png", "2026-11-22-map.png", "2026-11-22.html", "2026-11-22.md",
    ]  # fmt: skip
    text = files.markdown.read_text(encoding="utf-8")
    assert "](2026-11-22-chart.png)" in text
    assert "](2026-11-22-map.png)" in text
    assert files.chart is not None
    assert files.chart.read_bytes().startswith(b"\x89PNG")
    assert len(files.html.read_bytes()) < 600_000


def test_a_failed_write_leaves_the_old_file_and_no_rest(
    rich: Briefing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "b.html").write_text("old")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    quiet = replace(rich, weeks=(), points=())
    with pytest.raises(OSError, match="disk full"):
        write_briefing(quiet, tmp_path, "b")
    assert [path.name for path in tmp_path.iterdir()] == ["b.html"]
    assert (tmp_path / "b.html").read_text() == "old"


def test_an_empty_night_says_plainly_that_nothing_is_new() -> None:
    briefing = build_briefing(empty_night())
    text = render_markdown(briefing)
    assert briefing.nothing_new
    assert "Nothing new: no incident was added and none changed since the last briefing." in text
    assert "chart.png" not in text


def test_pictures_are_left_out_where_they_are_not_wanted(rich: Briefing) -> None:
    assert "![" not in render_markdown(rich, chart=None, map_=None)


def test_a_title_of_ones_own_is_printed(rich: Briefing) -> None:
    briefing = build_briefing(empty_night(), BriefingSettings(title="Black Sea <desk>"))
    assert "Black Sea &lt;desk&gt;</h1>" in render_html(briefing)
