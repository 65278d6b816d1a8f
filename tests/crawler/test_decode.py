"""Decoders fed in pieces of every size: the same bytes, or one clear failure."""

from __future__ import annotations

import gzip
import zlib
from contextlib import suppress

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from crawler.decode import BodyDecoder, BrokenBodyError, TooLargeError

PACKERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
    "gzip, zstd": lambda body: zstandard.compress(gzip.compress(body)),
}


def decode(name: str | None, data: bytes, size: int, cap: int = 10_000_000) -> bytes:
    decoder = BodyDecoder(name, cap)
    for start in range(0, len(data), size):
        decoder.feed(data[start : start + size])
    return decoder.finish()


@given(st.sampled_from(sorted(PACKERS)), st.binary(min_size=1, max_size=3000), st.integers(1, 500))
def test_what_was_packed_comes_out(name: str, body: bytes, size: int) -> None:
    body = b"<" + body
    assert decode(name, PACKERS[name](body), size) == body


@given(st.sampled_from(sorted(PACKERS)), st.binary(max_size=300), st.integers(1, 50))
def test_any_bytes_decode_or_break(name: str, data: bytes, size: int) -> None:
    with suppress(BrokenBodyError, TooLargeError):
        assert len(decode(name, data, size, cap=100_000)) <= 100_000


@pytest.mark.parametrize("name", sorted(PACKERS))
@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_what_is_cut_short_is_broken(name: str, size: int) -> None:
    packed = PACKERS[name](bytes(range(256)) * 40)
    with pytest.raises(BrokenBodyError):
        decode(name, packed[: len(packed) // 2], size)


@pytest.mark.parametrize("name", [None, "", *sorted(PACKERS)])
def test_an_empty_body_is_empty(name: str | None) -> None:
    assert decode(name, b"", 1) == b""


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_gzip_that_no_header_tells_of_is_unpacked(size: int) -> None:
    assert decode(None, gzip.compress(b"<urlset/>"), size) == b"<urlset/>"
    assert decode("gzip", gzip.compress(gzip.compress(b"<urlset/>")), size) == b"<urlset/>"
    assert decode(None, b"\x1f", size) == b"\x1f"


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_is_never_kept_beyond_the_cap(name: str) -> None:
    packed = PACKERS[name](bytes(8_000_000))
    decoder = BodyDecoder(name, 1_000_000)
    with pytest.raises(TooLargeError):
        decoder.feed(packed)
    assert decoder.size <= 1_000_000


def test_a_bomb_inside_a_bomb_stops_in_the_middle() -> None:
    packed = gzip.compress(gzip.compress(bytes(30_000_000)))
    with pytest.raises(TooLargeError):
        decode("gzip, gzip", packed, 1000, cap=100_000)


@pytest.mark.parametrize("size", [1, 5, 10_000])
def test_frames_and_members_follow_each_other_and_padding_is_passed_over(size: int) -> None:
    for name, pack in (("gzip", gzip.compress), ("zstd", zstandard.compress)):
        assert decode(name, pack(b"<one>") + pack(b"<two>") + b"\0\0\0\0\0", size) == b"<one><two>"


def test_a_zstd_frame_may_not_demand_a_huge_window() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=27)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    packed = packer.compress(b"<html>" * 100) + packer.flush()
    with pytest.raises(BrokenBodyError):
        decode("zstd", packed, 1000)
