"""The gate: is this about the security of energy supply or infrastructure? One linear model, cheap enough for all."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

from nlp.features import Scorer, text_features
from nlp.modelfiles import LinearPart, read_model


class RelevanceModel:
    """Gives the calibrated probability that a document is relevant in the codebook's sense."""

    def __init__(self, version: str, scorer: Scorer, part: LinearPart) -> None:
        self.version = version
        self.threshold = float(part.thresholds[0])  # probability at or above which a document is relevant
        self._scorer = scorer
        self._slope = float(part.slopes[0])
        self._offset = float(part.offsets[0])

    def score(self, title: str, text: str) -> float:
        """Gives the probability, 0..1, from the title and the first 1,500 characters of the text."""
        decision = float(self._scorer.decisions(text_features(title, text))[0])
        return sigmoid(self._slope * decision + self._offset)

    def score_many(self, pairs: Iterable[tuple[str, str]]) -> list[float]:
        """Scores (title, text) pairs in their order."""
        return [self.score(title, text) for title, text in pairs]

    def explain(self, title: str, text: str, most: int = 8) -> list[tuple[str, float]]:
        """Lists the words and concepts that weighed most for relevance, with their share of the log-odds."""
        return self._scorer.contributions(text_features(title, text), 0)[:most]


def load_relevance_model(folder: Path | None = None) -> RelevanceModel:
    """Loads the gate from a model folder (default: the shipped one); raises ModelError."""
    manifest, vocabulary, part = read_model(folder, "relevance")
    return RelevanceModel(manifest.version, Scorer(vocabulary, part.weights, part.intercepts), part)


def sigmoid(value: float) -> float:
    """Turns log-odds into a probability without overflow."""
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))
