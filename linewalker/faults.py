"""A fault of a step in words: a disk that is full, or that cannot be written, is the operator's to mend."""

from __future__ import annotations

import errno
import shutil

from linewalker.config import Config

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_CLOSED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_FAILING = frozenset({errno.EIO, errno.ESTALE, errno.ENODEV, errno.ENXIO})


def describe_fault(step: str, error: Exception, config: Config) -> str:
    """Which step failed and why, in one line: with the path, and with what to do where the disk is the cause."""
    if isinstance(error, OSError) and error.errno in _FULL | _CLOSED | _FAILING:
        where = error.filename or config.folder
        if error.errno in _FAILING:
            told = f"{step} failed: {where} cannot be read or written: {error.strerror}"
            return f"{told}; look at that disk's health (dmesg, smartctl) or its mount, then run again"
        told = f"{step} failed: {where} cannot be written: {error.strerror}"
        if error.errno in _CLOSED:
            return f"{told}; give it to this user, or mount it for writing, then run again"
        return f"{told}; {tell_room(config)}"
    return f"{step} failed: {type(error).__name__}: {' '.join(str(error).split())[:500]}"


def tell_room(config: Config) -> str:
    """How much is free, and what can be freed."""
    free = shutil.disk_usage(config.folder).free / 1e6
    return (
        f"{free:,.1f} MB are free at {config.folder}: make room there, or let old raw pages go from "
        f"{config.bodies_path} ('bodies_keep_days' in linewalker.toml), then run again"
    )
