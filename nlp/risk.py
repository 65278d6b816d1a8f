"""The risk tags of a document: twelve calibrated linear models, joined with the events that were found in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlp.features import Scorer, TextFeatures, text_features
from nlp.labelled import RISK_LABELS
from nlp.modelfiles import MODELS_FOLDER, LinearPart, ModelError, read_model
from nlp.records import Event, RiskLabel, RiskTag
from nlp.relevance import sigmoid

# What an event of a type says about its document. The label's log-odds rise once, however many events agree;
# docs/design/risk-models.md has the measurement.
EVENT_LABELS: Mapping[str, tuple[RiskLabel, ...]] = {
    "attack": ("physical_attack",),
    "sabotage": ("sabotage",),
    "cyberattack": ("cyber",),
    "theft": ("theft_unrest",),
    "blockade": ("theft_unrest",),
    "accident": ("accident",),
    "outage": ("supply_disruption",),
    "natural_hazard": ("natural_hazard",),
    "sanction": ("sanctions_legal",),
    "market": ("market",),
}
EVIDENCE_TYPE = 1.0  # log-odds for a label that an event's type implies
EVIDENCE_RISK = 0.7  # log-odds for a label among the event's own risks


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPrediction:
    """The tags of one document, most probable first, and every label's probability."""

    tags: tuple[RiskTag, ...]
    uncertain: bool  # no label reaches its threshold, or the words are unlike the training data's
    probabilities: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that weighed for a tag."""

    text: str  # a word, a `[concept]` or `event: cyberattack`
    weight: float  # its share of the log-odds before calibration


class RiskModel:
    """Gives the twelve risk probabilities of a document; meant for documents that passed the gate."""

    def __init__(self, version: str, scorer: Scorer, part: LinearPart) -> None:
        self.version = version
        self.thresholds: Mapping[str, float] = dict(zip(RISK_LABELS, map(float, part.thresholds), strict=True))
        self._scorer = scorer
        self._part = part

    def predict(self, title: str, text: str, events: Sequence[Event] = ()) -> RiskPrediction:
        """Tags a document from its title, its first 1,500 characters and the events found in it."""
        features = text_features(title, text)
        decisions = self._scorer.decisions(features)
        evidence = event_evidence(events)
        log_odds = self._part.slopes * decisions + self._part.offsets
        probabilities: dict[str, float] = {
            label: sigmoid(float(log_odds[i]) + evidence.get(label, 0.0)) for i, label in enumerate(RISK_LABELS)
        }
        tags = [
            RiskTag(label=label, probability=probabilities[label])
            for label in RISK_LABELS
            if probabilities[label] >= self.thresholds[label]
        ]
        tags.sort(key=lambda tag: -tag.probability)
        return RiskPrediction(
            tags=tuple(tags), uncertain=not tags or self._unlike(features), probabilities=probabilities
        )

    def explain(
        self, label: RiskLabel, title: str, text: str, events: Sequence[Event] = (), most: int = 8
    ) -> tuple[Reason, ...]:
        """Lists the words, concepts and events that weighed most for a label."""
        words = self._scorer.contributions(text_features(title, text), RISK_LABELS.index(label))
        reasons = [Reason(text=name, weight=weight) for name, weight in words if weight > 0]
        for event in events:
            if weight := event_evidence([event]).get(label, 0.0):
                reasons.append(Reason(text=f"event: {event.event_type} ({event.trigger.text})", weight=weight))
        return tuple(sorted(reasons, key=lambda reason: -reason.weight)[:most])

    def _unlike(self, features: TextFeatures) -> bool:
        return not features.words or self._scorer.known_share(features) < self._part.overlap


def event_evidence(events: Sequence[Event]) -> dict[str, float]:
    """Sums up what the events say for each label, as log-odds to add; denied events count, as in the codebook."""
    evidence: dict[str, float] = {}
    for event in events:
        if event.factuality == "historical":  # a precedent in the background is no subject
            continue
        for label in EVENT_LABELS.get(event.event_type, ()):
            evidence[label] = max(evidence.get(label, 0.0), EVIDENCE_TYPE)
        for label in event.risks:
            evidence[label] = max(evidence.get(label, 0.0), EVIDENCE_RISK)
    return evidence


def load_risk_model(folder: Path | None = None) -> RiskModel:
    """Loads the risk models from a model folder (default: the shipped one); raises ModelError."""
    manifest, vocabulary, part = read_model(folder, "risk")
    if len(part.intercepts) != len(RISK_LABELS):
        path = (folder or MODELS_FOLDER) / "risk.npz"
        raise ModelError(path, f"it knows {len(part.intercepts)} labels, not {len(RISK_LABELS)}")
    return RiskModel(manifest.version, Scorer(vocabulary, part.weights, part.intercepts), part)
