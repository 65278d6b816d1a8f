"""The gate: is this about the security of energy supply or infrastructure? One linear model, cheap enough for all.

Where a document has been read, what was found in it corrects the words' verdict.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from nlp.evidence import indicators
from nlp.features import Scorer, text_features
from nlp.joint import JointScorer
from nlp.modelfiles import JointPart, LinearPart, read_model
from nlp.records import Event, Quantity


class RelevanceModel:
    """Gives the calibrated probability that a document is relevant in the codebook's sense."""

    def __init__(self, version: str, scorer: Scorer, part: LinearPart, joint: JointPart) -> None:
        self.version = version
        self.threshold = float(part.thresholds[0])  # probability of the words at or above which a document is read
        self.threshold_read = float(joint.thresholds[0])  # probability at or above which a document read is relevant
        self._scorer = scorer
        self._slope = float(part.slopes[0])
        self._offset = float(part.offsets[0])
        self._joint = JointScorer(joint)

    def score(self, title: str, text: str) -> float:
        """Gives the probability, 0..1, from the title and the first 1,500 characters of the text."""
        return sigmoid(self._log_odds(title, text))

    def score_read(self, title: str, text: str, events: Sequence[Event], quantities: Sequence[Quantity] = ()) -> float:
        """Gives the probability, 0..1, when the document has been read: from its words and what was found in it."""
        words = np.array([self._log_odds(title, text)])
        return sigmoid(float(self._joint.log_odds(words, indicators(events, quantities))[0]))

    def score_many(self, pairs: Iterable[tuple[str, str]]) -> list[float]:
        """Scores (title, text) pairs in their order."""
        return [self.score(title, text) for title, text in pairs]

    def explain(self, title: str, text: str, most: int = 8) -> list[tuple[str, float]]:
        """Lists the words and concepts that weighed most for relevance, with their share of the log-odds."""
        return self._scorer.contributions(text_features(title, text), 0)[:most]

    def _log_odds(self, title: str, text: str) -> float:
        return self._slope * float(self._scorer.decisions(text_features(title, text))[0]) + self._offset


def load_relevance_model(folder: Path | None = None) -> RelevanceModel:
    """Loads the gate from a model folder (default: the shipped one); raises ModelError."""
    manifest, vocabulary, part, joint = read_model(folder, "relevance")
    return RelevanceModel(manifest.version, Scorer(vocabulary, part.weights, part.intercepts), part, joint)


def sigmoid(value: float) -> float:
    """Turns log-odds into a probability without overflow."""
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))
