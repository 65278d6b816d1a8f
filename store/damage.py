"""What is wrong with a ledger's files, found before DuckDB changes them and told in one line with what to do."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import struct
from pathlib import Path
from typing import BinaryIO

import duckdb

from store.errors import LedgerError
from store.journal import Journal, find_journal, read_journal

# A page that no longer reads back, and the state that DuckDB enters after it: the file's fault, not the statement's.
_DAMAGE = (
    duckdb.IOException,
    duckdb.FatalException,
    duckdb.InternalException,
    duckdb.SerializationException,
    duckdb.OutOfMemoryException,
)
_MAGIC, _PAGE = b"DUCK", 4096
_DATABASE_HEADER = struct.Struct("<6Q")  # checksum, iteration, two places, number of blocks, bytes of a block
_NOWHERE = (1 << 64) - 1
_FULL = "nothing that was stored is lost. Make room and run again."
_UNWRITABLE = {
    errno.ENOSPC: f"written: the disk is full; {_FULL}",
    errno.EDQUOT: f"written: this user's disk quota is used up; {_FULL}",
    errno.EFBIG: f"written: the file would be larger than this process or file system allows (ulimit -f); {_FULL}",
    errno.EROFS: "written: its disk is mounted for reading only; nothing that was stored is lost. Mount it for writing "
    "and run again.",
    errno.EIO: "read or written: the disk reports an input/output error; look at its health (dmesg, smartctl) first, "
    "then run again, or bring the ledger back from a backup.",
}


def check_file(path: Path) -> None:
    """Raises LedgerError where a file is not DuckDB's, or shorter than it says.

    DuckDB itself would look for an extension that reads what is not its own, and open what is cut off: it misses what
    is not there when it comes to read it.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        pages = file.read(3 * _PAGE)
        if pages[8:12] != _MAGIC:
            raise LedgerError(f"{path} is no DuckDB file; move it away, or name another file for the ledger.")
        needed = 3 * _PAGE
        if len(pages) == needed:  # of two headers the later one counts
            _, _, _, free_list, blocks, block = max(
                (_DATABASE_HEADER.unpack_from(pages, place) for place in (_PAGE, 2 * _PAGE)), key=lambda found: found[1]
            )
            if size < needed + blocks * block:
                free = _free_blocks(file, free_list, block, size)
                while blocks and blocks - 1 in free:  # blocks at the end that nobody uses are cut off by DuckDB itself
                    blocks -= 1
            needed += blocks * block
    if size < needed < 1 << 60:  # beyond that the header itself is damaged, which DuckDB finds by its checksum
        raise LedgerError(
            f"{path} is damaged: it is cut off at {size:,} of {needed:,} bytes; it was left as it is: bring it back "
            "from a backup or from the published copy."
        )


def _free_blocks(file: BinaryIO, place: int, block: int, size: int) -> frozenset[int]:
    """The blocks that DuckDB's list of free ones names; none where the list itself cannot be read.

    The list is a count and so many numbers, in parts of a 64th of a block; each part begins with the place of the next.
    A place is a block's number, and in its highest byte the part's.
    """
    part = max((block - 8) // 64 // 8 * 8, 16)
    numbers: list[int] = []
    while place != _NOWHERE and len(numbers) * 8 < size:
        at = 3 * _PAGE + (place & ((1 << 56) - 1)) * block + 8 + (place >> 56) * part
        if at + part > size:
            break
        file.seek(at)
        data = file.read(part)
        place, *more = struct.unpack(f"<{part // 8}Q", data)
        numbers += more
        if len(numbers) > numbers[0]:
            return frozenset(numbers[1 : numbers[0] + 1])
    return frozenset()


def mend_journal(path: Path) -> str | None:
    """Keeps a copy of a torn journal that DuckDB is about to play back; gives what is to be told of it."""
    wal = find_journal(path)
    if not wal.is_file():
        return None
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return None  # DuckDB says why
    try:
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return None  # a writer is at it, whose journal is none of ours
        journal = _read_journal(path)
        if journal is None or journal.state != "torn":
            return None
        names = (f"{wal.name}.torn{number}" for number in ("", *(f"-{n}" for n in range(2, 100))))
        kept = next((one for one in map(wal.with_name, names) if not one.exists()), wal.with_name(f"{wal.name}.torn"))
        try:
            shutil.copyfile(wal, kept)
            with kept.open("rb") as file:
                os.fsync(file.fileno())
        except OSError as error:
            kept.unlink(missing_ok=True)
            raise LedgerError(
                f"{wal} ends within a transaction, and no copy of it could be kept: {error.strerror}. Make room and "
                "run again."
            ) from error
        if journal.zeros:  # DuckDB passes over an entry that is cut off, but not over zeros
            os.truncate(wal, journal.readable)
        rest = journal.size - max((0, *journal.commits))
        return (
            f"{wal} ended within a transaction, as a kill or a power cut leaves it: {len(journal.commits)} whole ones "
            f"were kept, the last {rest:,} bytes were never stored; the journal as it was is kept as {kept.name}"
        )
    finally:
        os.close(descriptor)


def _read_journal(path: Path) -> Journal | None:
    try:
        return read_journal(find_journal(path))
    except OSError as error:
        raise LedgerError(f"{find_journal(path)} cannot be read: {error.strerror}; check who owns it.") from error


def refuse_journal(path: Path) -> None:
    """Raises LedgerError, with both files as they were, where DuckDB would drop in silence what had been stored."""
    wal, journal = find_journal(path), _read_journal(path)
    if journal is None or journal.state in ("whole", "torn"):
        return
    if journal.state == "newer":
        raise LedgerError(
            f"{wal} was written by a newer DuckDB; update Linewalker, or bring it and {path.name} back from a backup."
        )
    if journal.state == "foreign":
        raise LedgerError(
            f"{wal} is no journal of {path.name}, or its beginning is damaged; both files were left as they are: bring "
            f"them back from a backup, or move {wal.name} away to go on without what only it holds."
        )
    raise LedgerError(_tell_damage(wal, path, journal, journal.readable))


def _tell_damage(wal: Path, path: Path, journal: Journal, at: int) -> str:
    whole = max((end for end in journal.commits if end <= at), default=0)
    count = sum(end <= at for end in journal.commits)
    told = (
        f"{wal} is damaged at byte {at:,}: the {count} transactions before it can be read, those behind it cannot; "
        f"both files were left as they are: bring {path.name} and its journal back from a backup, or keep a copy and "
    )
    return told + (f"go on from there: truncate -s {whole} {wal}" if whole else f"move {wal.name} away to go on")


def is_files_fault(error: duckdb.Error) -> bool:
    """Whether the file or its disk is at fault, and not the statement; a full disk can fail a commit alone."""
    return isinstance(error, _DAMAGE) or any(os.strerror(number) in str(error) for number in _UNWRITABLE)


def explain(path: Path, error: duckdb.Error, *, memory_limit: str) -> str:
    """DuckDB's fault in one line: the file, what is wrong with it, and what to do."""
    text = " ".join(str(error).split())
    if ("replaying WAL" in text or "WAL was created for" in text) and "No space left" not in text:
        return _explain_journal(path, text)
    if "Could not set lock" in text or "Conflicting lock" in text:
        holder = re.search(r"held in (.+?\(PID \d+\))", text)
        by = f" by {holder[1]}" if holder else ""
        return f"{path} is open elsewhere{by}; close that program, or query the published copy instead."
    if isinstance(error, duckdb.OutOfMemoryException):
        return (
            f"{path}: a step needed more than {memory_limit} of memory and no disk was left to spill to ({text[:120]})."
        )
    for number, what in _UNWRITABLE.items():
        if os.strerror(number) in text:
            return f"{path} cannot be {what}"
    if isinstance(error, duckdb.PermissionException) or "Permission denied" in text:
        return f"{path} cannot be opened: permission denied; check who owns it."
    if ("newer" in text or "greater" in text) and "version" in text:
        return f"{path} was written by a newer DuckDB; update Linewalker, or name another file for the ledger."
    return (
        f"{path} is damaged or incomplete ({text[:160]}); it was left as it is: bring it back from a backup "
        "or from the published copy."
    )


def _explain_journal(path: Path, text: str) -> str:
    wal = find_journal(path)
    if "byte position" not in text and ("does not match" in text or "WAL was created for" in text):
        return (
            f"{wal} belongs to another ledger, or to {path.name} as it was at another time; both files were left as "
            f"they are: bring both back from one backup, or move {wal.name} away to go on without what only it holds."
        )
    place = re.search(r"byte position (\d+)", text)
    journal = _read_journal(path)
    if place is not None and journal is not None:
        return _tell_damage(wal, path, journal, int(place[1]))
    return (
        f"{wal} cannot be read back ({text[:160]}); both files were left as they are: bring them back from a backup, "
        f"or move {wal.name} away to go on without what only it holds."
    )
