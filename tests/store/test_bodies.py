from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from store.bodies import BodyWriter, add_body, find_body, get_body
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


def test_bodies_written_beside_the_caller_are_on_disk_once_settled(tmp_path: Path) -> None:
    bodies = {hashlib.sha256(body).hexdigest(): body for body in (b"page %d" % number for number in range(40))}
    writer = BodyWriter(tmp_path)
    for digest, body in [*bodies.items(), *bodies.items()]:
        writer.add(digest, body)
    writer.settle()
    assert {digest: get_body(tmp_path, digest) for digest in bodies} == bodies
    writer.settle()
    writer.close()
    assert len([found for found in tmp_path.rglob("*") if found.is_file()]) == 40


def test_a_body_that_cannot_be_written_is_told_each_time(tmp_path: Path) -> None:
    (tmp_path / "bodies").write_text("a file, where a folder is wanted")
    writer = BodyWriter(tmp_path / "bodies")
    writer.add(hashlib.sha256(b"page").hexdigest(), b"page")
    for _ in range(2):
        with pytest.raises(OSError, match="bodies"):
            writer.settle()
    writer.close()
