"""Labels and a seed become a model and its manifest; the same input gives the same bytes.

The passages of `train` and `valid` are cross-fitted by story: calibration and thresholds come from decisions of models
that saw no passage of the story. The final weights are fitted on both; `test` gives the manifest's figures only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version as library_version
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from nlp.concepts import lexicon_hash
from nlp.evaluate import Figures, figures
from nlp.features import Encoder, Floats, Scorer, TextFeatures, Vocabulary, learn_vocabulary, text_features
from nlp.labelled import RISK_LABELS, LabelError, Passage, find_near_duplicates, label_files, load_passages
from nlp.modelfiles import (
    MANIFEST,
    MODEL_FILES,
    SCHEMA,
    LinearPart,
    Manifest,
    file_hash,
    write_manifest,
    write_part,
    write_vocabulary,
)
from nlp.relevance import load_relevance_model
from nlp.risk import load_risk_model

FOLDS = 5
REGULARISATION = {"relevance": 4.0, "risk": 6.0}  # scikit-learn's C, chosen by cross-fitting
UNLIKE_QUANTILE = 0.02  # of the cross-fitted known-word shares: below it a text is unlike the training data


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimators:
    """What was fitted: kept so that a test can compare our scoring with scikit-learn's."""

    vocabulary: Vocabulary
    relevance: LogisticRegression
    risks: tuple[LogisticRegression, ...]  # in the order of RISK_LABELS


def train(labels_dir: Path, out_dir: Path, seed: int = 0, *, now: datetime) -> Manifest:
    """Trains gate and risk tags from a folder of labels and writes model and manifest; raises LabelError."""
    passages = load_passages(labels_dir)
    if repeated := find_near_duplicates(passages):
        pair = repeated[0]
        raise LabelError(
            labels_dir, 0, f"{pair.first} and {pair.second} share {pair.overlap:.0%} of their words across splits"
        )
    known = [passage for passage in passages if passage.split != "test"]
    documents = [text_features(passage.title, passage.text) for passage in known]
    crossed = _cross_fit(known, documents, seed)
    fitted = fit(known, documents)
    out_dir.mkdir(parents=True, exist_ok=True)
    (out_dir / MANIFEST).unlink(missing_ok=True)  # a folder without its manifest is no model, if this is interrupted
    write_vocabulary(out_dir, fitted.vocabulary)
    relevant = np.array([[passage.relevant] for passage in known])
    write_part(out_dir / "relevance.npz", _part([fitted.relevance], crossed.relevance, relevant, crossed.overlap))
    risks = _part(fitted.risks, crossed.risks[relevant[:, 0]], risk_matrix(known)[relevant[:, 0]], crossed.overlap)
    write_part(out_dir / "risk.npz", risks)
    files = {name: file_hash(out_dir / name) for name in MODEL_FILES}
    digest = hashlib.sha256("".join(files.values()).encode()).hexdigest()[:8]
    manifest = Manifest(
        schema=SCHEMA,
        version=f"{now:%Y-%m-%d}.{digest}",
        trained_on=f"{now:%Y-%m-%d}",
        seed=seed,
        passages=len(passages),
        labels={path.name: file_hash(path) for path in label_files(labels_dir)},
        files=files,
        lexicon=lexicon_hash(),
        libraries={name: library_version(name) for name in ("numpy", "scikit-learn")},
        metrics={},
    )
    write_manifest(out_dir, manifest)
    measured = _measure(out_dir, [passage for passage in passages if passage.split == "test"])
    manifest = Manifest(
        **{**{name: getattr(manifest, name) for name in Manifest.__dataclass_fields__}, "metrics": measured.as_json()}
    )
    write_manifest(out_dir, manifest)
    return manifest


def fit(passages: Sequence[Passage], documents: Sequence[TextFeatures]) -> Estimators:
    """Fits vocabulary and gate on all passages, the risk models on the relevant ones: the others never reach them."""
    vocabulary = learn_vocabulary(documents, [passage.story for passage in passages])
    matrix = feature_matrix(vocabulary, documents)
    about = [i for i, passage in enumerate(passages) if passage.relevant]
    risks = risk_matrix([passages[i] for i in about])
    return Estimators(
        vocabulary=vocabulary,
        relevance=_classifier("relevance").fit(matrix, [passage.relevant for passage in passages]),
        risks=tuple(_classifier("risk").fit(matrix[about], risks[:, label]) for label in range(len(RISK_LABELS))),
    )


def feature_matrix(vocabulary: Vocabulary, documents: Sequence[TextFeatures]) -> Any:
    """Gives the sparse training matrix, a row a document."""
    encoder = Encoder(vocabulary)
    starts: list[int] = [0]
    columns: list[int] = []
    values: list[float] = []
    for document in documents:
        row = sorted(encoder.row(document).items())
        columns.extend(column for column, _ in row)
        values.extend(value for _, value in row)
        starts.append(len(columns))
    return csr_matrix((values, columns, starts), shape=(len(documents), vocabulary.size))


def risk_matrix(passages: Sequence[Passage]) -> Any:
    """Gives the labels as booleans, a row a passage, a column a risk label."""
    return np.array([[label in passage.risks for label in RISK_LABELS] for passage in passages])


@dataclass(frozen=True, slots=True, kw_only=True)
class _CrossFitted:
    relevance: Floats  # decisions, passages x 1
    risks: Floats  # decisions, passages x labels
    overlap: float


def _cross_fit(passages: Sequence[Passage], documents: Sequence[TextFeatures], seed: int) -> _CrossFitted:
    stories = [passage.story for passage in passages]
    folds = StratifiedGroupKFold(n_splits=FOLDS, shuffle=True, random_state=seed)
    relevance = np.zeros((len(passages), 1))
    risks = np.zeros((len(passages), len(RISK_LABELS)))
    shares = np.ones(len(passages))
    for inside, outside in folds.split(documents, [passage.relevant for passage in passages], stories):
        fitted = fit([passages[i] for i in inside], [documents[i] for i in inside])
        matrix = feature_matrix(fitted.vocabulary, [documents[i] for i in outside])
        relevance[outside, 0] = fitted.relevance.decision_function(matrix)
        for label, classifier in enumerate(fitted.risks):
            risks[outside, label] = classifier.decision_function(matrix)
        scorer = Scorer(fitted.vocabulary, np.zeros((1, fitted.vocabulary.size)), np.zeros(1))
        shares[outside] = [scorer.known_share(documents[i]) for i in outside]
    return _CrossFitted(relevance=relevance, risks=risks, overlap=float(np.quantile(shares, UNLIKE_QUANTILE)))


def _part(classifiers: Sequence[LogisticRegression], decisions: Floats, truth: Any, overlap: float) -> LinearPart:
    slopes, offsets, thresholds = [], [], []
    for label in range(len(classifiers)):
        slope, offset = _calibrate(decisions[:, label], truth[:, label])
        slopes.append(slope)
        offsets.append(offset)
        probabilities = 1 / (1 + np.exp(-(slope * decisions[:, label] + offset)))
        thresholds.append(best_threshold(probabilities, truth[:, label]))
    return LinearPart(
        weights=np.vstack([classifier.coef_[0] for classifier in classifiers]),
        intercepts=np.array([float(classifier.intercept_[0]) for classifier in classifiers]),
        slopes=np.array(slopes),
        offsets=np.array(offsets),
        thresholds=np.array(thresholds),
        overlap=overlap,
    )


def best_threshold(probabilities: Floats, truth: Any) -> float:
    """Finds the probability between 0.2 and 0.8 with the best F1, in steps of 0.02; the middle of equals."""
    steps = np.round(np.arange(0.2, 0.801, 0.02), 2)
    scores = []
    for step in steps:
        given = probabilities >= step
        right = int(np.sum(given & truth))
        scores.append(2 * right / max(1, int(np.sum(given)) + int(np.sum(truth))))
    # a step's neighbours count, so that one lucky passage does not choose it
    smooth = np.convolve(np.pad(scores, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    best = np.flatnonzero(smooth >= smooth.max() - 1e-9)
    return float(steps[best[len(best) // 2]])


def _calibrate(decisions: Floats, truth: Any) -> tuple[float, float]:
    """Fits the sigmoid (Platt, 1999) on cross-fitted decisions."""
    sigmoid = LogisticRegression(C=1e4, max_iter=1_000).fit(decisions.reshape(-1, 1), truth)
    return float(sigmoid.coef_[0, 0]), float(sigmoid.intercept_[0])


def _classifier(kind: str) -> LogisticRegression:
    return LogisticRegression(C=REGULARISATION[kind], max_iter=2_000, tol=1e-6)


def _measure(folder: Path, passages: Sequence[Passage]) -> Figures:
    return figures(passages, load_relevance_model(folder), load_risk_model(folder))
