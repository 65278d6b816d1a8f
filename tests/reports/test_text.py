from __future__ import annotations

import html
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reports.text import clean_text, escape_markdown, mark_spans, safe_url, shorten
from tests.reports.attacks import ATTACKS, BAD_LINKS

COMMONMARK = MarkdownIt("commonmark")
GITHUB = MarkdownIt("commonmark", {"linkify": False}).enable(["table", "strikethrough"])


def rendered(markdown: MarkdownIt, text: str) -> str:
    return markdown.render(text).strip()


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: repr(attack[:30]))
@pytest.mark.parametrize("markdown", [COMMONMARK, GITHUB], ids=["commonmark", "github"])
def test_escaped_text_is_one_paragraph_of_that_text(markdown: MarkdownIt, attack: str) -> None:
    shown = rendered(markdown, escape_markdown(attack))
    assert re.fullmatch(r"<p>[^<]*</p>", shown), shown
    assert html.unescape(shown[3:-4]).replace("@\u2060", "@") == clean_text(attack)


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=60))
def test_any_text_is_one_paragraph_of_that_text(text: str) -> None:
    cleaned = clean_text(text)
    if not cleaned:
        return
    for markdown in (COMMONMARK, GITHUB):
        shown = rendered(markdown, escape_markdown(text))
        assert re.fullmatch(r"<p>[^<]*</p>", shown), shown
        assert html.unescape(shown[3:-4]).replace("@\u2060", "@") == cleaned


@given(st.text(max_size=200))
def test_clean_text_holds_nothing_hidden(text: str) -> None:
    cleaned = clean_text(text)
    assert all(unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for c in cleaned)
    assert clean_text(cleaned) == cleaned
    assert cleaned == cleaned.strip()


@pytest.mark.parametrize("url", BAD_LINKS, ids=lambda url: repr(url[:40]))
def test_a_link_that_is_no_plain_web_address_is_none(url: str) -> None:
    assert safe_url(url) is None


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://news.example/a?b=c&d=e#f", "https://news.example/a?b=c&d=e#f"),
        ("http://news.example:8080/", "http://news.example:8080/"),
        ("https://news.example/a\"onclick='x'<b>", "https://news.example/a%22onclick=%27x%27%3Cb%3E"),
        ("https://news.example/a(b)[c]|d`e", "https://news.example/a%28b%29%5Bc%5D%7Cd%60e"),
        ("https://NEWS.example/Ä", "https://news.example/%C3%84"),
        ("https://zürich.example/", "https://xn--zrich-kva.example/"),
        ("http://127.0.0.1:8000/x", "http://127.0.0.1:8000/x"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x"),
    ],
)
def test_a_web_address_is_encoded_for_any_context(url: str, safe: str) -> None:
    assert safe_url(url) == safe


@given(st.text(max_size=80))
def test_a_safe_address_never_holds_a_sign_that_ends_a_link(tail: str) -> None:
    safe = safe_url("https://news.example/" + tail)
    assert safe is None or not re.search(r"[\s\"'<>()\[\]|`\\\x00-\x1f]", safe)


def test_spans_are_marked_where_they_stand() -> None:
    assert mark_spans("Three guards died.", [(0, 5), (13, 17)]) == (
        ("Three", True), (" guards ", False), ("died", True), (".", False),
    )  # fmt: skip


@given(st.text(max_size=120), st.integers(10, 60))
def test_shortened_text_fits(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit
