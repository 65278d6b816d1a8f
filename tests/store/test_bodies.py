from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from store.bodies import add_body, find_body, get_body
from store.errors import BodyError


@pytest.mark.parametrize("body", [b"", b"x", b"<html>" + b"word " * 50_000, bytes(range(256)) * 10])
def test_body_comes_back_byte_for_byte(tmp_path: Path, body: bytes) -> None:
    digest = add_body(tmp_path / "bodies", body)
    assert digest == hashlib.sha256(body).hexdigest()
    assert find_body(tmp_path / "bodies", digest) == tmp_path / "bodies" / digest[:2] / f"{digest}.zst"
    assert get_body(tmp_path / "bodies", digest) == body


def test_same_body_is_one_file_and_no_half_file_is_left(tmp_path: Path) -> None:
    first = add_body(tmp_path, b"page")
    written = find_body(tmp_path, first).stat().st_mtime_ns
    assert add_body(tmp_path, b"page") == first
    assert find_body(tmp_path, first).stat().st_mtime_ns == written
    assert [found.name for found in tmp_path.rglob("*") if found.is_file()] == [f"{first}.zst"]


def test_missing_and_damaged_bodies_are_told_apart(tmp_path: Path) -> None:
    digest, other = add_body(tmp_path, b"page"), add_body(tmp_path, b"other page")
    find_body(tmp_path, digest).write_bytes(b"rubbish")
    with pytest.raises(BodyError, match="is damaged"):
        get_body(tmp_path, digest)
    find_body(tmp_path, digest).write_bytes(find_body(tmp_path, other).read_bytes())
    with pytest.raises(BodyError, match="another hash"):
        get_body(tmp_path, digest)
    find_body(tmp_path, digest).unlink()
    with pytest.raises(BodyError, match="is missing"):
        get_body(tmp_path, digest)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "ab"])
def test_only_a_hash_names_a_body(tmp_path: Path, name: str) -> None:
    with pytest.raises(BodyError, match="no SHA-256"):
        get_body(tmp_path, name)
