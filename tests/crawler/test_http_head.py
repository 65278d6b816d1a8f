"""The heads of answers: what browsers read is made proper, and what is ambiguous is left for the parser to refuse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.http_head import find_end, looks_like_http, tidy_head


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n"),
        (b"HTTP/1.1 200\nA: b\n\n", b"HTTP/1.1 200 \r\nA: b\r\n\r\n"),
        (b"HTTP/1.0 404 Not here\r\n\r\n", b"HTTP/1.0 404 Not here\r\n\r\n"),
        (b"ICY 200 OK\r\n\r\n", b"HTTP/1.0 200 OK\r\n\r\n"),
        (b"HTTP/2 200\r\n\r\n", b"HTTP/1.1 200 \r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nA : b\r\nno colon\r\n: empty\r\nB:c\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: b\r\nB: c\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nA: b\r\n\tc\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: b c\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nA: b\0c\rd\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: bc d\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\ncontent-length: 5, 5\r\n\r\n",
         b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
         b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
         b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: identity\r\n\r\n",
         b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
        (b"SSH-2.0-x\r\n\r\n", b"SSH-2.0-x\r\n\r\n"),
    ],
)  # fmt: skip
def test_heads_are_made_proper(raw: bytes, told: bytes) -> None:
    assert tidy_head(raw).data == told


@pytest.mark.parametrize(
    ("raw", "status", "body_bytes"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", 200, 7),
        (b"HTTP/1.1 200 OK\r\n\r\n", 200, None),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 7\r\n\r\n", 200, None),
        (b"HTTP/1.1 304 X\r\nContent-Length: 7\r\n\r\n", 304, 0),
        (b"HTTP/1.1 204 X\r\n\r\n", 204, 0),
        (b"HTTP/1.1 103 X\r\n\r\n", 103, 0),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -7\r\n\r\n", 200, None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", 200, None),
        (b"nonsense\r\n\r\n", None, None),
    ],
)
def test_the_length_of_the_body_is_known_where_one_is_told(
    raw: bytes, status: int | None, body_bytes: int | None
) -> None:
    head = tidy_head(raw)
    assert (head.status, head.body_bytes) == (status, body_bytes)


@given(
    st.lists(
        st.sampled_from([b"A: b", b"Content-Length: 3", b" x", b"\0", b"\xff: \xfe", b"no", b"", b"T:\r"]), max_size=9
    )
)
def test_any_head_is_tidied_and_twice_is_as_once(lines: list[bytes]) -> None:
    raw = b"\r\n".join([b"HTTP/1.1 200 OK", *lines, b"", b""])
    once = tidy_head(raw)
    assert tidy_head(once.data).data == once.data
    assert find_end(once.data) == len(once.data)


@given(st.binary(max_size=60), st.integers(0, 60))
def test_the_end_is_found_wherever_the_pieces_are_cut(tail: bytes, cut: int) -> None:
    raw = b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n" + tail
    assert find_end(raw, min(cut, 20)) == 25
    assert looks_like_http(raw[:cut])
