"""What an analyst types for labels, read: numbers, names, beginnings of names, + and - for a change."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from nlp.labelled import RISK_LABELS
from nlp.records import RiskLabel

NO_LABEL = ("0", "none")


class LabelsError(ValueError):
    """Labels that cannot be read; one sentence that says what to type."""


def parse_labels(text: str, current: Sequence[RiskLabel] = ()) -> tuple[RiskLabel, ...]:
    """The labels in the vocabulary's order; with + or - before each word they change `current`.

    Raises LabelsError for a word that is no label, and where changes and a plain list are mixed.
    """
    words = re.findall(r"[^\s,;]+", text.replace("+ ", "+").replace("- ", "-").lower())
    if not words:
        raise LabelsError("type numbers or names of labels, or 0 for none")
    if [word for word in words if word in NO_LABEL]:
        if len(words) > 1:
            raise LabelsError(f"{words[0]!r} stands alone: it means no label at all")
        return ()
    changes = [word for word in words if word[0] in "+-"]
    if changes and len(changes) < len(words):
        raise LabelsError("either list all labels, or put + or - before each")
    if not changes:
        chosen = {_label(word) for word in words}
    else:
        chosen = set(current)
        for word in words:
            # The beginning of a name is enough where only one of the labels that can be taken off begins so.
            near = [label for label in current if len(word) > 1 and label.startswith(word[1:])]
            label = near[0] if word[0] == "-" and len(near) == 1 else _label(word[1:])
            chosen = chosen | {label} if word[0] == "+" else chosen - {label}
    return tuple(label for label in RISK_LABELS if label in chosen)


def _label(word: str) -> RiskLabel:
    if word.isdecimal():
        if 1 <= int(word) <= len(RISK_LABELS):
            return RISK_LABELS[int(word) - 1]
        raise LabelsError(f"there is no label number {word}; they go from 1 to {len(RISK_LABELS)}")
    name = word.replace("-", "_")
    found = [label for label in RISK_LABELS if label == name] or [
        label for label in RISK_LABELS if name and label.startswith(name)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise LabelsError(f"{word!r} may be {' or '.join(found)}")
    close = difflib.get_close_matches(name, RISK_LABELS, n=1, cutoff=0.5)
    hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(RISK_LABELS)}"
    raise LabelsError(f"there is no label {word!r}; {hint}")
