"""Fitting gate and tags: the words' models, their cross-fitted decisions, and the second stage over both.

Cross-fitted means: of models that saw no passage of the story. Calibration, the second stage and every threshold are
fitted on such decisions, because a model's decisions on its own training passages are far too sure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from nlp.evidence import implies
from nlp.features import BLOCKS, Encoder, Floats, Scorer, TextFeatures, Vocabulary, learn_vocabulary
from nlp.labelled import RISK_LABELS, Passage
from nlp.modelfiles import JointPart, LinearPart

FOLDS = 5
# How much each block counts, and scikit-learn's C; chosen by cross-fitting, docs/design/risk-models.md has the table.
BLOCK_WEIGHT = {
    "relevance": {"word": 1.4, "pair": 0.7, "letters": 0.8, "concept": 1.0, "together": 0.7, "energy": 2.0},
    "risk": {"word": 1.4, "pair": 0.7, "letters": 1.2, "concept": 0.6, "together": 0.3, "energy": 0.3},
}
REGULARISATION = {"relevance": 4.0, "risk": 6.0, "joint": 0.3}
# Scales of the second stage's inputs. The penalty falls on the indicators, least on those that the codebook implies.
WORDS_SCALE, IMPLIED_SCALE, INDICATOR_SCALE, GATE_SCALE = 2.0, 1.0, 0.25, 0.5
FEWEST_PASSAGES = 8  # that must show an indicator before it gets a weight
# Of F1 that relevance gives up: the words' gate for recall, because what it drops is not read; the verdict after
# reading for precision, because a news stream holds far fewer relevant texts than the labels do.
GATE_SLACK = 0.006
UNLIKE_QUANTILE = 0.02  # of the cross-fitted known-word shares: below it a text is unlike the training data
LOWEST_THRESHOLD, HIGHEST_THRESHOLD = 0.2, 0.8

Booleans = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """Weights over the vocabulary's columns, a row an outcome, and the intercepts."""

    weights: Floats
    intercepts: Floats

    def decisions(self, matrix: Any) -> Floats:
        """Gives the decision of each document (a row) for each outcome."""
        return np.asarray(matrix @ self.weights.T + self.intercepts, dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimators:
    """What was fitted on the words."""

    vocabulary: Vocabulary
    relevance: Linear
    risks: Linear  # in the order of RISK_LABELS


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossFitted:
    """Decisions of models that saw no passage of the story."""

    relevance: Floats  # passages x 1
    risks: Floats  # passages x labels
    overlap: float  # share of known words under which a text is unlike the training data


def fit(passages: Sequence[Passage], documents: Sequence[TextFeatures]) -> Estimators:
    """Fits vocabulary and gate on all passages, the risk models on the relevant ones: the others never reach them."""
    vocabulary = learn_vocabulary(documents, [passage.story for passage in passages])
    matrix = feature_matrix(vocabulary, documents)
    about = [i for i, passage in enumerate(passages) if passage.relevant]
    relevant = np.array([[passage.relevant] for passage in passages])
    return Estimators(
        vocabulary=vocabulary,
        relevance=_fit_linear("relevance", vocabulary, matrix, relevant),
        risks=_fit_linear("risk", vocabulary, matrix[about], risk_matrix([passages[i] for i in about])),
    )


def _fit_linear(part: str, vocabulary: Vocabulary, matrix: Any, truth: Booleans) -> Linear:
    """Fits one model an outcome; the blocks' weights are folded into the result."""
    weight = np.concatenate([np.full(len(vocabulary.names[b]), BLOCK_WEIGHT[part][b]) for b in BLOCKS])
    scaled = matrix.multiply(weight).tocsr()
    fitted = [
        # liblinear's Newton method is exact enough and draws no random number
        LogisticRegression(C=REGULARISATION[part], solver="liblinear", tol=1e-5, max_iter=1_000).fit(scaled, column)
        for column in truth.T
    ]
    return Linear(
        weights=np.vstack([one.coef_[0] for one in fitted]) * weight,
        intercepts=np.array([float(one.intercept_[0]) for one in fitted]),
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


def risk_matrix(passages: Sequence[Passage]) -> Booleans:
    """Gives the labels as booleans, a row a passage, a column a risk label."""
    return np.array([[label in passage.risks for label in RISK_LABELS] for passage in passages])


def story_folds(passages: Sequence[Passage], seed: int) -> list[tuple[Any, Any]]:
    """Splits passages into folds by story: the indexes inside and outside of each."""
    folds = StratifiedGroupKFold(n_splits=FOLDS, shuffle=True, random_state=seed)
    relevant = [passage.relevant for passage in passages]
    return list(folds.split(np.zeros(len(passages)), relevant, [passage.story for passage in passages]))


def cross_fit(
    passages: Sequence[Passage], documents: Sequence[TextFeatures], folds: Sequence[tuple[Any, Any]]
) -> CrossFitted:
    """Gives every passage the decisions of a model fitted without its fold."""
    relevance = np.zeros((len(passages), 1))
    risks = np.zeros((len(passages), len(RISK_LABELS)))
    shares = np.ones(len(passages))
    for inside, outside in folds:
        fitted = fit([passages[i] for i in inside], [documents[i] for i in inside])
        matrix = feature_matrix(fitted.vocabulary, [documents[i] for i in outside])
        relevance[outside] = fitted.relevance.decisions(matrix)
        risks[outside] = fitted.risks.decisions(matrix)
        scorer = Scorer(fitted.vocabulary, np.zeros((1, fitted.vocabulary.size)), np.zeros(1))
        shares[outside] = [scorer.known_share(documents[i]) for i in outside]
    return CrossFitted(relevance=relevance, risks=risks, overlap=float(np.quantile(shares, UNLIKE_QUANTILE)))


def calibrated_part(
    linear: Linear, decisions: Floats, truth: Booleans, overlap: float, slack: float = 0.0
) -> LinearPart:
    """Adds calibration and thresholds, both from cross-fitted decisions."""
    slopes, offsets, thresholds = [], [], []
    for column, true in zip(decisions.T, truth.T, strict=True):
        slope, offset = _calibrate(column, true)
        slopes.append(slope)
        offsets.append(offset)
        thresholds.append(best_threshold(probabilities(slope * column + offset), true, slack))
    return LinearPart(
        weights=linear.weights, intercepts=linear.intercepts, slopes=np.array(slopes), offsets=np.array(offsets),
        thresholds=np.array(thresholds), overlap=overlap,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """The second stage and its own cross-fitted probabilities."""

    part: JointPart  # relevance first, then the risk labels
    probabilities: Floats  # passages x outcomes


def fit_joint(
    log_odds: Floats, found: Sequence[Collection[str]], truth: Booleans, folds: Sequence[tuple[Any, Any]]
) -> Joint:
    """Fits the second stage on the words' cross-fitted log-odds and the indicators of what was found in each passage.

    Column 0 of `log_odds` and `truth` is relevance, fitted on all passages; the others are fitted on the relevant ones.
    """
    counts = Counter(name for names in found for name in names)
    names = tuple(sorted(name for name, count in counts.items() if count >= FEWEST_PASSAGES))
    column = {name: i for i, name in enumerate(names)}
    held = np.zeros((len(found), len(names)))
    for row, here in enumerate(found):
        held[row, [column[name] for name in here if name in column]] = 1.0
    given = np.zeros(truth.shape)
    weights, slopes, offsets, thresholds = [], [], [], []
    for outcome in range(truth.shape[1]):
        scale = _indicator_scale(names, outcome)
        inputs = np.hstack([log_odds[:, [outcome]] * WORDS_SCALE, held * scale])
        true = truth[:, outcome]
        counted = np.ones(len(found), dtype=bool) if outcome == 0 else truth[:, 0]
        for inside, outside in folds:
            kept = inside[counted[inside]]
            given[outside, outcome] = _joint_model().fit(inputs[kept], true[kept]).predict_proba(inputs[outside])[:, 1]
        model = _joint_model().fit(inputs[counted], true[counted])
        slopes.append(float(model.coef_[0, 0]) * WORDS_SCALE)
        weights.append(model.coef_[0, 1:] * scale)
        offsets.append(float(model.intercept_[0]))
        thresholds.append(
            best_threshold(given[counted, outcome], true[counted], highest=0.0 if outcome else GATE_SLACK)
        )
    part = JointPart(
        names=names, weights=np.vstack(weights), slopes=np.array(slopes), offsets=np.array(offsets),
        thresholds=np.array(thresholds),
    )  # fmt: skip
    return Joint(part=part, probabilities=given)


def _indicator_scale(names: Sequence[str], outcome: int) -> Floats:
    if outcome == 0:
        return np.full(len(names), GATE_SCALE)
    label = RISK_LABELS[outcome - 1]
    return np.array([IMPLIED_SCALE if implies(name, label) else INDICATOR_SCALE for name in names])


def plain_joint(part: LinearPart) -> JointPart:
    """Gives a second stage that adds nothing, for reading passages before there is one."""
    outcomes = len(part.intercepts)
    return JointPart(
        names=(), weights=np.zeros((outcomes, 0)), slopes=np.ones(outcomes), offsets=np.zeros(outcomes),
        thresholds=part.thresholds,
    )  # fmt: skip


def best_threshold(given: Floats, truth: Any, lowest: float = 0.0, highest: float = 0.0) -> float:
    """Finds the probability between 0.2 and 0.8 with the best F1, in steps of 0.02; the middle of equals.

    With `lowest` or `highest` it is the lowest or highest that comes within so much F1 of the best.
    """
    steps = np.round(np.arange(LOWEST_THRESHOLD, HIGHEST_THRESHOLD + 0.001, 0.02), 2)
    scores = []
    for step in steps:
        above = given >= step
        right = int(np.sum(above & truth))
        scores.append(2 * right / max(1, int(np.sum(above)) + int(np.sum(truth))))
    # a step's neighbours count, so that one lucky passage does not choose it
    smooth = np.convolve(np.pad(scores, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    best = np.flatnonzero(smooth >= smooth.max() - max(lowest, highest) - 1e-9)
    return float(steps[best[0 if lowest else -1 if highest else len(best) // 2]])


def probabilities(log_odds: Floats) -> Floats:
    """Turns log-odds into probabilities."""
    return np.asarray(1 / (1 + np.exp(-log_odds)), dtype=np.float64)


def _calibrate(decisions: Floats, truth: Any) -> tuple[float, float]:
    """Fits the sigmoid (Platt, 1999) on cross-fitted decisions."""
    sigmoid = LogisticRegression(C=1e4, max_iter=1_000).fit(decisions.reshape(-1, 1), truth)
    return float(sigmoid.coef_[0, 0]), float(sigmoid.intercept_[0])


def _joint_model() -> LogisticRegression:
    return LogisticRegression(C=REGULARISATION["joint"], max_iter=1_000, tol=1e-6)
