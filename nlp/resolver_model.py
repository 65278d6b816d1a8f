"""The learned score of a report beside an incident: a logistic regression whose numbers lie in `models/resolver.json`.

`scripts/train_resolver.py` writes it from the labelled scenes in `labels/incidents/`; docs/design/resolution.md.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from nlp.modelfiles import MODELS_FOLDER, ModelError
from nlp.pair_features import FEATURES

RESOLVER_FILE = "resolver.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolverModel:
    """Weights of standardised features, and the scores from which a report joins."""

    version: str
    weights: tuple[float, ...]  # in the order of FEATURES
    means: tuple[float, ...]
    scales: tuple[float, ...]
    intercept: float
    join: float  # a report of an event joins from here
    follow: float  # an article without one follows an incident up from here
    suggest: float  # from here to `join` the pair is only named for the analyst

    def score(self, values: Mapping[str, float]) -> float:
        """How sure it is that the pair is one happening, 0 to 1; what is not known (NaN) weighs nothing."""
        total = self.intercept
        for name, weight, mean, scale in zip(FEATURES, self.weights, self.means, self.scales, strict=True):
            value = values[name]
            if value == value:  # not NaN
                total += weight * (value - mean) / scale
        return 1.0 / (1.0 + math.exp(-total))


@lru_cache(maxsize=1)
def load_resolver_model(path: Path = MODELS_FOLDER / RESOLVER_FILE) -> ResolverModel:
    """Reads the shipped model, once a process; raises ModelError."""
    try:
        return make_model(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(path, f"cannot be read: {error}; run scripts/train_resolver.py") from error


def make_model(row: Mapping[str, Any]) -> ResolverModel:
    """The model of a file's contents; raises KeyError or ValueError where they do not fit this program."""
    if tuple(row["features"]) != FEATURES:
        raise ValueError("it was trained with other features")
    return ResolverModel(
        version=row["version"],
        weights=tuple(row["weights"]),
        means=tuple(row["means"]),
        scales=tuple(row["scales"]),
        intercept=row["intercept"],
        join=row["join"],
        follow=row["follow"],
        suggest=row["suggest"],
    )
