"""The statuses of an incident by what they say of it; how one follows the other stands in docs/design/resolution.md."""

from __future__ import annotations

UNDERWAY = frozenset({"occurred", "ongoing", "partly_restored", "restored"})  # it happened, whatever came of it
GOING_ON = frozenset({"ongoing", "partly_restored"})
AHEAD = frozenset({"threatened", "planned"})
