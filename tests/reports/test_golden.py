"""The Markdown of whole nights, read by a person before it is committed, and by a CommonMark parser each time."""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from reports.briefing import build_briefing
from reports.records import BriefingSettings
from reports.render import render_markdown
from tests.reports.builders import divided
from tests.reports.nights import empty_night, half_blind_night, rich_night, week

GOLDEN = Path(__file__).parent / "golden"
NIGHTLY = BriefingSettings(version="1.2.3")
WEEKLY = BriefingSettings(version="1.2.3", kind="weekly", since_last=False)
NIGHTS = {
    "rich": (rich_night, NIGHTLY),
    "weekly": (week, WEEKLY),
    "empty": (empty_night, NIGHTLY),
    "half_of_the_sources_failed": (half_blind_night, NIGHTLY),
}
MARKDOWN = MarkdownIt("commonmark").enable(["table"])


def text_of(name: str) -> str:
    night, settings = NIGHTS[name]
    return render_markdown(build_briefing(night(), settings))


@pytest.mark.parametrize("name", NIGHTS)
def test_markdown_is_that_of_the_golden_file(name: str) -> None:
    """Renew with LINEWALKER_RENEW_GOLDEN=1, then read the difference before it is committed."""
    path = GOLDEN / f"{name}.md"
    text = text_of(name)
    if os.environ.get("LINEWALKER_RENEW_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NIGHTS)
def test_no_sentence_of_a_golden_night_is_withheld(name: str) -> None:
    night, settings = NIGHTS[name]
    assert build_briefing(night(), settings).withheld == ()


@pytest.mark.parametrize("name", NIGHTS)
def test_markdown_is_commonmark_whose_links_lead_somewhere(name: str) -> None:
    _, body = divided(text_of(name))
    tokens = MARKDOWN.parse(body)
    kinds = {token.type for token in tokens} | {one.type for token in tokens for one in token.children or ()}
    assert not kinds & {"html_block", "html_inline", "code_block", "fence", "hr"}
    shown = MARKDOWN.render(body)
    # A reference without its definition stays as text in square brackets.
    assert not re.search(r"\[\[\d+\]\]", shown)
    assert all(href.startswith(("http://", "https://")) for href in re.findall(r'href="([^"]*)"', shown))
    assert not re.search(r"^\s*\|", re.sub(r"<[^>]+>", "", shown), flags=re.M)  # every table was read as one


def test_a_part_stands_in_a_list_under_its_whole() -> None:
    shown = MARKDOWN.render(divided(text_of("rich"))[1])
    assert re.search(r"<li><strong>Dobrov and Lesk substations.*?<ul>\s*<li>Lesk substation", shown, flags=re.S)


def test_front_matter_is_yaml_that_says_what_is_counted() -> None:
    front, _ = divided(text_of("weekly"))
    assert front["title"] == "Energy security briefing, week 47, 16 to 22 November 2026"
    assert front["kind"] == "weekly"
    assert (front["from"], front["to"]) == (
        datetime(2026, 11, 16, tzinfo=UTC),
        datetime(2026, 11, 23, tzinfo=UTC),
    )
    assert front["date"] == date(2026, 11, 23)
    assert front["counts"]["new"] == 4
    assert front["versions"]["linewalker"] == "1.2.3"
    assert front["versions"]["pipeline"] == "en_core_web_md-3.7.1"


@pytest.mark.parametrize(
    "title", ["a\n---\nevil: 1", 'quo"te: [x', "<script>", "# not a comment", "- item", "\u2028x", "{a: b}", "*x", "'"]
)
def test_a_hostile_title_cannot_break_out_of_the_front_matter(title: str) -> None:
    briefing = build_briefing(rich_night(), BriefingSettings(title=title, version=title))
    front, _ = divided(render_markdown(briefing))
    assert set(front) == {"title", "date", "kind", "from", "to", "scope", "generated_at", "counts", "versions"}
    assert front["title"] == f"{briefing.title}, 22 November 2026"
