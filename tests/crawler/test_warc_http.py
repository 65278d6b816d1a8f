"""An archived answer is read as it was kept, whether or not its headers still tell the truth."""

from __future__ import annotations

import zlib

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.decode import TooLargeError
from crawler.warc_http import AnswerError, parse_answer
from tests.crawler.archives import make_answer, make_page
from tests.crawler.servers import gzipped

PAGE = make_page("Kesra")


def chunk(body: bytes, size: int = 300, end: bytes = b"0\r\n\r\n") -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(one), one) for one in pieces) + end


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (PAGE, "Content-Type: text/html"),
        (PAGE, f"Content-Length: {len(PAGE)}"),
        (chunk(PAGE), "Transfer-Encoding: chunked"),
        (PAGE, "Transfer-Encoding: chunked"),
        (gzipped(PAGE), "Content-Encoding: gzip"),
        (gzipped(PAGE), "Content-Type: text/html"),
        (zlib.compress(PAGE), "Content-Encoding: deflate"),
        (brotli.compress(PAGE), "Content-Encoding: br"),
        (zstandard.compress(PAGE), "Content-Encoding: zstd"),
        (chunk(gzipped(PAGE)), "Transfer-Encoding: chunked\r\nContent-Encoding: gzip"),
        (PAGE, "Content-Encoding: gzip\r\nContent-Length: 20"),
        (PAGE, "Content-Encoding: br"),
        (PAGE, "Content-Encoding: zstd"),
        (PAGE, "Content-Encoding: made-up"),
        (brotli.compress(gzipped(PAGE)), "Content-Encoding: gzip, br"),
    ],
)
def test_codings_are_undone_where_they_are_borne(body: bytes, headers: str) -> None:
    assert parse_answer(make_answer(body, headers=headers), max_bytes=10**6).body == PAGE


@pytest.mark.parametrize(
    ("block", "told"),
    [
        (b"", "no HTTP status line"),
        (PAGE, "no HTTP status line"),
        (make_answer(PAGE[:500], headers="Content-Length: 9000"), "cut off"),
        (make_answer(chunk(PAGE, end=b""), headers="Transfer-Encoding: chunked"), "last chunk"),
        (make_answer(gzipped(PAGE)[:-40], headers="Content-Encoding: gzip"), "ends too early"),
        (make_answer(b"\x00\x01\x02\x03" * 90, headers="Content-Encoding: br"), "brotli"),
    ],
)
def test_what_cannot_be_read_is_told(block: bytes, told: str) -> None:
    with pytest.raises(AnswerError, match=told):
        parse_answer(block, max_bytes=10**6)


def test_what_the_archive_itself_cut_is_read_as_far_as_it_goes() -> None:
    block = make_answer(PAGE[:700], headers="Content-Length: 9000")

    assert parse_answer(block, max_bytes=10**6, cut=True).body == PAGE[:700]


def test_a_body_that_unpacks_to_too_much_is_given_up() -> None:
    with pytest.raises(TooLargeError):
        parse_answer(make_answer(gzipped(bytes(10**7)), headers="Content-Encoding: gzip"), max_bytes=10**6)


def test_headers_may_be_folded_repeated_and_without_a_colon() -> None:
    block = b"HTTP/2 200\nX-Cache: a\nodd line\nX-Cache: b\n folded\nContent-Type: text/html\n\n<p>text</p>"
    answer = parse_answer(block, max_bytes=10**6)

    assert answer.status == 200
    assert answer.headers == (("x-cache", "a"), ("x-cache", "b folded"), ("content-type", "text/html"))
    assert answer.body == b"<p>text</p>"


@given(data=st.binary(max_size=400), headers=st.sampled_from(["Content-Encoding: gzip", "Transfer-Encoding: chunked"]))
@settings(max_examples=80, deadline=None)
def test_bytes_of_any_kind_raise_nothing_unexpected(data: bytes, headers: str) -> None:
    for block in (data, make_answer(data, headers=headers)):
        try:
            assert parse_answer(block, max_bytes=10_000).status < 1000
        except (AnswerError, TooLargeError):
            continue
