"""The second stage of gate and tags: the words' log-odds and what the events found in the document add to them."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from nlp.features import Floats
from nlp.modelfiles import JointPart


class JointScorer:
    """Adds the weights of a document's indicators (`nlp.evidence`) to the log-odds of its words."""

    def __init__(self, part: JointPart) -> None:
        self.thresholds = part.thresholds
        self._part = part
        self._rows = {name: row for row, name in enumerate(part.names)}
        self._weights = np.ascontiguousarray(part.weights.T)

    def log_odds(self, words: Floats, indicators: Collection[str]) -> Floats:
        """Gives the joint log-odds of each outcome from the calibrated log-odds of the words."""
        total = self._part.slopes * words + self._part.offsets
        if held := sorted(self._rows[name] for name in indicators if name in self._rows):
            total = total + self._weights.take(held, axis=0).sum(axis=0)
        return np.asarray(total, dtype=np.float64)

    def slope(self, outcome: int) -> float:
        """Tells how much one log-odd of the words counts for an outcome."""
        return float(self._part.slopes[outcome])

    def weight(self, name: str, outcome: int) -> float:
        """Tells what one indicator adds to an outcome's log-odds; 0 for one that training never saw."""
        row = self._rows.get(name)
        return 0.0 if row is None else float(self._weights[row, outcome])
