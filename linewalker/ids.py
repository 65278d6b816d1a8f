"""Ids as people type them: the beginning is enough where only one begins so."""

from __future__ import annotations

from collections.abc import Sequence

from linewalker.errors import ConfigError

_SHOWN = 5  # of several ids that begin alike


def choose_id(ids: Sequence[str], wanted: str, what: str, view: str) -> str:
    """The one that `wanted` means of the ids that begin so; raises ConfigError where it is none or several.

    `what` names the thing, `view` is where all of them are listed.
    """
    if not ids or not wanted:
        raise ConfigError(f"no {what}'s id begins with {wanted!r}; list them: linewalker query 'FROM {view}'")
    if len(ids) > 1 and wanted not in ids:
        shown = ", ".join(ids[:_SHOWN]) + (", …" if len(ids) > _SHOWN else "")
        raise ConfigError(f"{wanted!r} begins {len(ids)} ids: {shown}; give more of it")
    return wanted if wanted in ids else ids[0]
