"""Single people told by an article: "killing a guard", "a captain and a bodyguard are killed"."""

from __future__ import annotations

import re

from nlp.casualty_patterns import (
    ACTIVE_BEFORE,
    AND_ONE,
    CULPRIT_RE,
    FLAGS,
    OF_ONE,
    PLURAL_ONLY,
    SINGLE,
    SINGLE_FAR,
    SINGLE_PASSIVE,
    CasualtyMatch,
    casualty,
)
from nlp.casualty_words import CUES, CasualtyKind, Whose
from nlp.numbers import GAP

_WINDOW = 260  # characters that may separate a person from the cue


def whose(nouns: str, kind: CasualtyKind) -> Whose:
    """Whether the people named are victims or those who did it."""
    if CULPRIT_RE.search(nouns):
        return "perpetrators"
    return "unknown" if kind == "detained" else "victims"


def kind_of(m: re.Match[str]) -> CasualtyKind | None:
    """The kind whose cue a match holds."""
    for kind in CUES:
        if m.groupdict().get(kind):
            return kind
    return None


def find_singles(text: str, windows: list[tuple[int, int]]) -> list[CasualtyMatch]:
    """One person told by an article: "killing a guard", "a captain and a bodyguard are killed"."""
    found: list[CasualtyMatch] = []
    pending: list[re.Match[str]] = []
    for m in (m for low, high in windows for m in SINGLE.finditer(text, low, high)):
        person = m["person"].lower()
        if not m["article"] and not _bulletin(text, m):
            continue
        if PLURAL_ONLY.search(person) and person not in ("boss",) and not person.endswith("ss"):
            continue
        before = text[max(0, m.start() - 60) : m.start()]
        whose: Whose = "perpetrators" if CULPRIT_RE.search(m.group()) else "victims"
        active = ACTIVE_BEFORE.search(before)
        if active is not None:
            kind = kind_of(active)
            if (
                kind is not None
                and not (kind == "kidnapped" and active[kind].lower().startswith("t"))
                and kind != "missing"
            ):
                start = m.start() - (len(before) - active.start())
                number = 1 + coordinated(text, m.end())
                of: Whose = "unknown" if kind == "detained" and whose == "victims" else whose
                found.append(casualty(text, start, m.end(), kind, number, number, of))
                continue
        window = text[m.end() : m.end() + _WINDOW]
        passive = SINGLE_PASSIVE.match(window) or SINGLE_FAR.match(window)
        if passive is None:
            pending = [m] if re.match(f"{GAP}and{GAP}(?:an?|the|his|her|its|another){GAP}", window, FLAGS) else []
            continue
        kind = kind_of(passive)
        if kind is None:
            continue
        auxiliary = (
            re.search(r"\b(?:was|were|are|is|been|being|got|died|dies)\b", passive.group(), FLAGS)
            or kind in ("missing",)
            or re.match(
                r"suffer|sustain|receiv|treated|inhal|died|dies|lost|perish|succumb|passed|disappear|dead",
                passive[kind],
                FLAGS,
            )
        )
        if not auxiliary:
            continue
        number, start = 1, m.start()
        if pending and re.fullmatch(f"{GAP}and{GAP}", text[pending[0].end() : m.start()], FLAGS):
            number, start = 2, pending[0].start()
        of = "unknown" if kind == "detained" and whose == "victims" else whose
        found.append(casualty(text, start, m.end() + passive.end(), kind, number, number, of))
        pending = []
    return found


def _bulletin(text: str, m: re.Match[str]) -> bool:
    """Whether a sentence begins with a person without an article, as logs write: "Excavator operator found dead"."""
    return len(m["nouns"].split()) <= 3 and "," not in m["nouns"]


def find_of_one(text: str, windows: list[tuple[int, int]]) -> list[CasualtyMatch]:
    """One person told by a pronoun: "resulting in his death", "injuring him"."""
    found = []
    for low, high in windows:
        for m in OF_ONE.finditer(text, low, high):
            kind = kind_of(m)
            if kind is not None:
                found.append(casualty(text, m.start(), m.end(), kind, 1, 1, "victims"))
    return found


def coordinated(text: str, position: int) -> int:
    """How many more single people follow: 1 for "and his driver"."""
    m = AND_ONE.match(text, position)
    return 0 if m is None or PLURAL_ONLY.search(m.group()) else 1
