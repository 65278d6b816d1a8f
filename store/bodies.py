"""Raw bodies: compressed files named by the SHA-256 of what they hold."""

from __future__ import annotations

import hashlib
import os
import re
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import zstandard

from store.database import sync_file
from store.errors import BodyError

_HASH = re.compile(r"[0-9a-f]{64}")
_WRITERS = 4
_LEVEL = 9  # pages are written once and read seldom


def add_body(folder: Path, body: bytes) -> str:
    """Stores a raw body under `folder`/ab/abcdef….zst and returns its SHA-256; a known one is left as it is."""
    digest = hashlib.sha256(body).hexdigest()
    path = find_body(folder, digest)
    if path.exists():
        return digest
    fresh = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(zstandard.ZstdCompressor(level=_LEVEL, write_content_size=True).compress(body))
        sync_file(fresh)
        fresh.replace(path)
    except OSError as error:  # a full disk is told without a name
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        fresh.unlink(missing_ok=True)
    return digest


class BodyWriter:
    """Stores raw bodies in threads beside the caller: to see one safely on disk takes ten milliseconds and more."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._threads = ThreadPoolExecutor(_WRITERS, thread_name_prefix="bodies")
        self._pending: dict[str, Future[str]] = {}

    def add(self, digest: str, body: bytes) -> None:
        """Begins to store the body whose SHA-256 this is."""
        if digest not in self._pending:
            self._pending[digest] = self._threads.submit(add_body, self._folder, body)

    def settle(self) -> None:
        """Returns when all are on disk; raises what kept one from getting there, now and from then on."""
        for writing in self._pending.values():
            writing.result()
        self._pending.clear()

    def close(self) -> None:
        """Ends the threads; what has been begun is written."""
        self._threads.shutdown(wait=True)


def get_body(folder: Path, digest: str) -> bytes:
    """The raw body of this SHA-256; raises BodyError where it is missing or damaged."""
    path = find_body(folder, digest)
    try:
        # Written here and checked below; the frame names its size, so that no more than that is allocated.
        body = zstandard.ZstdDecompressor().decompress(path.read_bytes())
    except FileNotFoundError as error:
        raise BodyError(f"{path} is missing: the raw body {digest} was never kept, or was removed.") from error
    except zstandard.ZstdError as error:
        raise BodyError(f"{path} is damaged: {error}.") from error
    if hashlib.sha256(body).hexdigest() != digest:
        raise BodyError(f"{path} is damaged: what it holds has another hash.")
    return body


def is_digest(name: str) -> bool:
    """Whether this is a SHA-256 as bodies are named by."""
    return _HASH.fullmatch(name) is not None


def find_body(folder: Path, digest: str) -> Path:
    """Where the raw body of this SHA-256 lies, or would lie."""
    if _HASH.fullmatch(digest) is None:
        raise BodyError(f"{digest!r} is no SHA-256 in lower-case hex.")
    return folder / digest[:2] / f"{digest}.zst"
