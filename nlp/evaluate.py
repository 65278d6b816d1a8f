"""How good the gate and the risk tags are on labelled passages: precision, recall, F1, AUC and calibration error."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp.labelled import RISK_LABELS, Passage, Split, load_file, load_passages
from nlp.relevance import RelevanceModel, load_relevance_model
from nlp.risk import RiskModel, load_risk_model

BINS = 10  # of the calibration error


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFigures:
    """The figures of one yes-or-no label; None where the passages cannot give it."""

    label: str
    support: int  # passages that carry the label
    precision: float | None
    recall: float | None
    f1: float | None
    auc: float | None
    ece: float | None  # expected calibration error, ten equal bins of probability
    losses: tuple[float, ...] = ()  # log loss of each passage, in nats

    def as_json(self) -> dict[str, Any]:
        """Gives the figures to four decimals."""
        names = ("precision", "recall", "f1", "auc", "ece")
        return {"support": self.support} | {name: _rounded(getattr(self, name)) for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of gate and tags on one set of passages."""

    passages: int
    relevance: LabelFigures
    risks: tuple[LabelFigures, ...]  # on the relevant passages, in the order of RISK_LABELS
    macro_f1: float | None  # over labels that occur
    first_label: float | None  # share of passages with a label whose most probable label is right
    uncertain: float  # share of the relevant passages

    def as_json(self) -> dict[str, Any]:
        """Gives the figures as the manifest holds them."""
        return {
            "passages": self.passages,
            "relevance": self.relevance.as_json(),
            "risks": {figure.label: figure.as_json() for figure in self.risks},
            "macro_f1": _rounded(self.macro_f1),
            "first_label": _rounded(self.first_label),
            "uncertain": _rounded(self.uncertain),
        }


def evaluate(source: Path | None = None, split: Split | None = "test", model_folder: Path | None = None) -> Figures:
    """Measures a model on a split of a label folder, or on one JSON Lines file; raises LabelError, ModelError."""
    if source is not None and source.is_file():
        passages: Sequence[Passage] = load_file(source)
    else:
        passages = [p for p in load_passages(source) if split is None or p.split == split]
    return figures(passages, load_relevance_model(model_folder), load_risk_model(model_folder))


def figures(passages: Sequence[Passage], relevance: RelevanceModel, risk: RiskModel) -> Figures:
    """Measures loaded models on passages; the tags are measured on the relevant ones."""
    scores = [relevance.score(passage.title, passage.text) for passage in passages]
    gate = label_figures("relevant", scores, [passage.relevant for passage in passages], relevance.threshold)
    about = [passage for passage in passages if passage.relevant]
    predictions = [risk.predict(passage.title, passage.text) for passage in about]
    each = tuple(
        label_figures(
            label,
            [prediction.probabilities[label] for prediction in predictions],
            [label in passage.risks for passage in about],
            risk.thresholds[label],
        )
        for label in RISK_LABELS
    )
    f1s = [figure.f1 or 0.0 for figure in each if figure.support]
    firsts = [
        max(prediction.probabilities, key=lambda label: prediction.probabilities[label]) in passage.risks
        for passage, prediction in zip(about, predictions, strict=True)
        if passage.risks
    ]
    return Figures(
        passages=len(passages),
        relevance=gate,
        risks=each,
        macro_f1=_mean(f1s),
        first_label=_mean([float(first) for first in firsts]),
        uncertain=_mean([float(prediction.uncertain) for prediction in predictions]) or 0.0,
    )


def label_figures(label: str, scores: Sequence[float], truth: Sequence[bool], threshold: float) -> LabelFigures:
    """Measures one label from its probabilities and the truth."""
    given = [score >= threshold for score in scores]
    right = sum(g and t for g, t in zip(given, truth, strict=True))
    precision = right / sum(given) if any(given) else None
    recall = right / sum(truth) if any(truth) else None
    f1 = 2 * right / (sum(given) + sum(truth)) if any(given) or any(truth) else None
    return LabelFigures(
        label=label, support=sum(truth), precision=precision, recall=recall, f1=f1,
        auc=area_under_curve(scores, truth), ece=calibration_error(scores, truth), losses=log_losses(scores, truth),
    )  # fmt: skip


def log_losses(scores: Sequence[float], truth: Sequence[bool]) -> tuple[float, ...]:
    """The log loss of each probability, in nats; one wrong certainty costs no more than a thousandth would."""
    sure = (min(max(score if true else 1.0 - score, 0.001), 0.999) for score, true in zip(scores, truth, strict=True))
    return tuple(-math.log(chance) for chance in sure)


def calibration_error(scores: Sequence[float], truth: Sequence[bool]) -> float | None:
    """Gives the expected calibration error over ten equal bins; None without passages."""
    if not scores:
        return None
    return sum(abs(bin_.said - bin_.true) * bin_.passages for bin_ in reliability(scores, truth)) / len(scores)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityBin:
    """One bar of a reliability diagram."""

    lowest: float
    passages: int
    said: float  # mean probability
    true: float  # share that carries the label


def reliability(scores: Sequence[float], truth: Sequence[bool]) -> tuple[ReliabilityBin, ...]:
    """Groups probabilities into ten equal bins and leaves the empty ones out."""
    groups: dict[int, list[tuple[float, bool]]] = {}
    for score, true in zip(scores, truth, strict=True):
        groups.setdefault(min(BINS - 1, int(score * BINS)), []).append((score, true))
    return tuple(
        ReliabilityBin(
            lowest=number / BINS, passages=len(group), said=sum(s for s, _ in group) / len(group),
            true=sum(t for _, t in group) / len(group),
        )
        for number, group in sorted(groups.items())
    )  # fmt: skip


def area_under_curve(scores: Sequence[float], truth: Sequence[bool]) -> float | None:
    """The chance that a positive scores above a negative, ties shared; None without both."""
    positives = sum(truth)
    negatives = len(truth) - positives
    if not positives or not negatives:
        return None
    order = sorted(zip(scores, truth, strict=True))
    rank_sum, start = 0.0, 0
    while start < len(order):
        end = start
        while end < len(order) and order[end][0] == order[start][0]:
            end += 1
        rank_sum += sum(true for _, true in order[start:end]) * (start + 1 + end) / 2
        start = end
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
