"""Where a text says that nobody was killed, hurt, missing or arrested: counts of zero."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.casualty_patterns import ALL_OUT, FLAGS, NO_ONE, NONE_NOUN, NOT_HURT, SAFE, CasualtyMatch, casualty
from nlp.casualty_words import CasualtyKind


def _in(pattern: re.Pattern[str], text: str, windows: list[tuple[int, int]]) -> Iterator[re.Match[str]]:
    for low, high in windows:
        yield from pattern.finditer(text, low, high)


def find_nobody(text: str, windows: list[tuple[int, int]]) -> list[CasualtyMatch]:
    """Where the text says that nobody was killed or hurt."""
    found: list[CasualtyMatch] = []

    def add(start: int, end: int, *kinds: CasualtyKind) -> None:
        while end > start and not text[end - 1].isalnum():
            end -= 1
        end = (
            end - len(dangling.group())
            if (dangling := re.search(r"[\s,]+(?:or|and|nor|no|any|to)$", text[start:end], FLAGS))
            else end
        )
        found.extend(casualty(text, start, end, kind, 0, 0, "victims") for kind in kinds)

    for m in _in(NONE_NOUN, text, windows):
        nouns = m["nouns"].lower()
        kinds: list[CasualtyKind] = []
        if re.search(r"casualt|victim|harm", nouns):
            kinds = ["killed", "injured"]
        else:
            if re.search(r"death|fatalit|loss", nouns):
                kinds.append("killed")
            if re.search(r"injur|hospital", nouns) and not re.search(r"\b(?:serious|major)\s+injur", m.group(), FLAGS):
                kinds.append("injured")
            if (
                re.search(r"injur", nouns)
                and "killed" not in kinds
                and not re.search(r"\b(?:other|further)\b", m.group(), FLAGS)
            ):
                kinds.append("killed")  # where nobody was hurt nobody died
        if re.search(r"\b(?:other|further|new)\b", m.group(), FLAGS):
            continue
        add(m.start(), m.end(), *kinds)
    for m in _in(NO_ONE, text, windows):
        if m["missing"]:
            add(m.start(), m.end(), "missing", *(("injured",) if m["second"] else ()))
        elif m["detained"]:
            add(m.start(), m.end(), "detained")
        elif re.search(r"\belse\b", m.group(), FLAGS):
            continue
        elif m["killed"] and not (m["second"] and m["second"].lower() in ("injured", "hurt", "wounded")):
            add(m.start(), m.end(), "killed")
        else:
            add(m.start(), m.end(), "killed", "injured")
    for m in _in(SAFE, text, windows):
        if re.search(r"\b(?:rest|remaining|others?)\b", m["who"] + text[max(0, m.start() - 12) : m.start()], FLAGS):
            continue
        add(m.start(), m.end(), "killed", "injured")
    for m in _in(ALL_OUT, text, windows):
        add(m.start(), m.end(), "killed", "injured")
    for m in _in(NOT_HURT, text, windows):
        add(m.start(), m.end(), "killed", "injured")
    return found
