"""What is taken out of a text before it is logged, stored or shown, and what is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.failures import one_line
from crawler.secrets import redact, without_userinfo


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://user:pw@news.example/feed", "http://news.example/feed"),
        ("see https://a@b:c@news.example/ now", "see https://news.example/ now"),
        ("https://news.example/feed?key=abc123", "https://news.example/feed?key=…"),
        ("https://news.example/feed?a=1&api_key=abc&b=2", "https://news.example/feed?a=1&api_key=…&b=2"),
        ("https://news.example/feed?apikey=abc#x", "https://news.example/feed?apikey=…#x"),
        ("https://news.example/?token=eyJ.a-b_c", "https://news.example/?token=…"),
        ("https://news.example/?access_token=x", "https://news.example/?access_token=…"),
        (
            "https://news.example/?X-Amz-Signature=00ff&X-Amz-Date=1",
            "https://news.example/?X-Amz-Signature=…&X-Amz-Date=1",
        ),
        ("https://news.example/?subscription-key=1", "https://news.example/?subscription-key=…"),
        ("https://news.example/?user=a&password=b", "https://news.example/?user=…&password=…"),
        ("https://news.example/?client_secret=b", "https://news.example/?client_secret=…"),
        ("https://news.example/?sig=b;auth=c", "https://news.example/?sig=…;auth=…"),
        ("API_KEY=abc is wrong", "API_KEY=… is wrong"),
    ],
)
def test_credentials_are_taken_out(text: str, shown: str) -> None:
    assert redact(text) == shown
    assert one_line(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "https://news.example/feed?id=7&page=2",
        "https://news.example/monkey=1?keyword=oil&donkey=2",
        "https://news.example/?author=someone&design=x",
        "status 404 (not found)",
        "write to press@news.example",
        "the key is under the mat",
        "",
    ],
)
def test_other_texts_are_left_alone(text: str) -> None:
    assert redact(text) == text


@given(st.text(alphabet="ab@:/?&=#.key token", max_size=80))
def test_any_text_can_be_redacted_and_twice_is_as_once(text: str) -> None:
    once = redact(text)
    assert redact(once) == once
    assert len(without_userinfo(text)) <= len(text)
