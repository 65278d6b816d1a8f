"""The risk tags of a document: twelve calibrated linear models, joined with the events that were found in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlp.evidence import event_indicators, indicators
from nlp.features import Scorer, TextFeatures, text_features
from nlp.joint import JointScorer
from nlp.labelled import RISK_LABELS
from nlp.modelfiles import MODELS_FOLDER, JointPart, LinearPart, ModelError, read_model
from nlp.records import Event, Quantity, RiskLabel, RiskTag
from nlp.relevance import sigmoid


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPrediction:
    """The tags of one document, most probable first, and every label's probability."""

    tags: tuple[RiskTag, ...]
    uncertain: bool  # no label reaches its threshold, or the words are unlike the training data's
    unlike: bool  # the words are unlike the training data's
    probabilities: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that weighed for a tag."""

    text: str  # a word, a `[concept]`, `event: cyberattack (encrypted)` or `event: mode ransomware`
    weight: float  # its share of the log-odds


class RiskModel:
    """Gives the twelve risk probabilities of a document; meant for documents that passed the gate."""

    def __init__(self, version: str, scorer: Scorer, part: LinearPart, joint: JointPart) -> None:
        self.version = version
        # of the words alone, and where the document has been read
        self.thresholds: Mapping[str, float] = dict(zip(RISK_LABELS, map(float, part.thresholds), strict=True))
        self.thresholds_read: Mapping[str, float] = dict(zip(RISK_LABELS, map(float, joint.thresholds), strict=True))
        self._scorer = scorer
        self._part = part
        self._joint = JointScorer(joint)

    def predict(
        self, title: str, text: str, events: Sequence[Event] | None = None, quantities: Sequence[Quantity] = ()
    ) -> RiskPrediction:
        """Tags a document from its title and first 1,500 characters, and from what was found in it if it was read."""
        features = text_features(title, text)
        log_odds = self._part.slopes * self._scorer.decisions(features) + self._part.offsets
        thresholds = self.thresholds
        if events is not None:
            log_odds = self._joint.log_odds(log_odds, indicators(events, quantities))
            thresholds = self.thresholds_read
        probabilities: dict[str, float] = {
            label: sigmoid(float(value)) for label, value in zip(RISK_LABELS, log_odds, strict=True)
        }
        tags = [
            RiskTag(label=label, probability=probabilities[label])
            for label in RISK_LABELS
            if probabilities[label] >= thresholds[label]
        ]
        tags.sort(key=lambda tag: -tag.probability)
        unlike = self._unlike(features)
        return RiskPrediction(
            tags=tuple(tags), uncertain=not tags or unlike, unlike=unlike, probabilities=probabilities
        )  # fmt: skip

    def explain(
        self,
        label: RiskLabel,
        title: str,
        text: str,
        events: Sequence[Event] = (),
        quantities: Sequence[Quantity] = (),
        most: int = 8,
    ) -> tuple[Reason, ...]:
        """Lists the words, concepts and findings that weighed most for a label in a document that was read."""
        row = RISK_LABELS.index(label)
        scale = float(self._part.slopes[row]) * self._joint.slope(row)
        words = self._scorer.contributions(text_features(title, text), row)
        reasons = [Reason(text=name, weight=weight * scale) for name, weight in words]
        reasons += self._found(row, events, quantities)
        reasons = [reason for reason in reasons if reason.weight > 0]
        return tuple(sorted(reasons, key=lambda reason: (-reason.weight, reason.text))[:most])

    def _found(self, row: int, events: Sequence[Event], quantities: Sequence[Quantity]) -> list[Reason]:
        """What each indicator adds; an event's type and its grade of happening are told as one, with its trigger."""
        added: dict[str, float] = {}
        for name in indicators(events, quantities):
            shown = f"event: {name}"
            for event in events:
                if name in event_indicators(event) and name.split(" ", 1)[1] == event.event_type:
                    shown = f"event: {event.event_type} ({event.trigger.text})"
                    break
            added[shown] = added.get(shown, 0.0) + self._joint.weight(name, row)
        return [Reason(text=name, weight=weight) for name, weight in added.items()]

    def _unlike(self, features: TextFeatures) -> bool:
        return not features.words or self._scorer.known_share(features) < self._part.overlap


def load_risk_model(folder: Path | None = None) -> RiskModel:
    """Loads the risk models from a model folder (default: the shipped one); raises ModelError."""
    manifest, vocabulary, part, joint = read_model(folder, "risk")
    if not len(part.intercepts) == len(joint.slopes) == len(RISK_LABELS):
        path = (folder or MODELS_FOLDER) / "risk.npz"
        raise ModelError(path, f"it knows {len(part.intercepts)} labels, not {len(RISK_LABELS)}")
    return RiskModel(manifest.version, Scorer(vocabulary, part.weights, part.intercepts), part, joint)
