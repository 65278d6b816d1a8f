"""Where in a text people can be counted at all: the stretches within reach of a word for harm."""

from __future__ import annotations

from nlp.casualty_patterns import STEMS, TRIGGER

REACH = 260  # characters that may separate a figure from its cue


def find_cues(text: str) -> list[int]:
    """Where the stems stand, in order."""
    lower = text.lower()
    if len(lower) != len(text):  # a letter such as U+0130 grows when lowered and would shift the offsets
        return [m.start() for m in TRIGGER.finditer(text)]
    cues: list[int] = []
    for stem in STEMS:
        position = lower.find(stem)
        while position >= 0:
            cues.append(position)
            position = lower.find(stem, position + 1)
    cues.sort()
    return cues


def windows_around(cues: list[int], length: int) -> list[tuple[int, int]]:
    """The stretches within reach of a cue; outside them no figure can count people."""
    windows: list[tuple[int, int]] = []
    for cue in cues:
        low, high = max(0, cue - REACH), min(length, cue + REACH)
        if windows and windows[-1][1] >= low:
            windows[-1] = (windows[-1][0], high)
        else:
            windows.append((low, high))
    return windows
