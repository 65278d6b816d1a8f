"""Training: the same labels give the same bytes, and the shipped model is the one the labels give."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from nlp.evaluate import label_figures
from nlp.features import BLOCKS, text_features
from nlp.fitting import BLOCK_WEIGHT, REGULARISATION, best_threshold, feature_matrix, fit, fit_joint
from nlp.joint import JointScorer
from nlp.labelled import LABELS_FOLDER, LabelError, load_development, load_passages
from nlp.modelfiles import MODELS_FOLDER, Manifest, read_manifest, read_part, read_vocabulary
from nlp.relevance import load_relevance_model
from nlp.risk import load_risk_model
from nlp.train import train

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def shipped() -> Manifest:
    return read_manifest(MODELS_FOLDER)


@pytest.fixture(scope="module")
def retrained(tmp_path_factory: pytest.TempPathFactory, shipped: Manifest) -> tuple[Path, Manifest]:
    folder = tmp_path_factory.mktemp("models")
    now = datetime.fromisoformat(shipped.trained_on).replace(tzinfo=UTC)
    return folder, train(LABELS_FOLDER, folder, shipped.seed, now=now)


def test_shipped_manifest_names_the_labels_as_they_are(shipped: Manifest, retrained: tuple[Path, Manifest]) -> None:
    assert shipped.labels == retrained[1].labels


def test_retrained_model_has_the_shipped_metrics(shipped: Manifest, retrained: tuple[Path, Manifest]) -> None:
    ours, again = shipped.metrics, retrained[1].metrics
    assert again["relevance"]["f1"] == pytest.approx(ours["relevance"]["f1"], abs=0.01)
    assert again["relevance"]["auc"] == pytest.approx(ours["relevance"]["auc"], abs=0.01)
    assert again["read"]["macro_f1"] == pytest.approx(ours["read"]["macro_f1"], abs=0.02)
    assert again["macro_f1"] == pytest.approx(ours["macro_f1"], abs=0.02)


def test_same_labels_seed_and_libraries_give_the_same_bytes(
    shipped: Manifest, retrained: tuple[Path, Manifest]
) -> None:
    if shipped.libraries != {name: version(name) for name in shipped.libraries}:
        pytest.skip("the shipped model was trained with other library versions; its metrics are compared above")
    folder, manifest = retrained
    for name in shipped.files:
        ours = MODELS_FOLDER / name
        if name.endswith(".json"):
            assert (folder / name).read_bytes() == ours.read_bytes()
        else:  # another processor may round the last kept decimal the other way
            with np.load(folder / name, allow_pickle=False) as new, np.load(ours, allow_pickle=False) as old:
                assert sorted(new.files) == sorted(old.files)
                for array in new.files:
                    if new[array].dtype.kind == "U":
                        assert list(new[array]) == list(old[array]), (name, array)
                    else:
                        assert np.allclose(new[array], old[array], atol=2e-3), (name, array)
    assert manifest.passages == shipped.passages


@pytest.mark.slow
def test_two_trainings_on_this_machine_give_identical_files(tmp_path: Path, retrained: tuple[Path, Manifest]) -> None:
    labels = tmp_path / "labels"
    labels.mkdir()
    for name in ("covert.jsonl", "more3.jsonl", "world.jsonl"):
        (labels / name).write_bytes((LABELS_FOLDER / name).read_bytes())
    first = train(labels, tmp_path / "one", 3, now=NOW)
    second = train(labels, tmp_path / "two", 3, now=NOW)
    assert first == second
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
    assert set(first.labels) == {path.name for path in labels.iterdir()}


def test_our_scores_are_those_of_the_training_matrix(retrained: tuple[Path, Manifest]) -> None:
    folder, _ = retrained
    known = [p for p in (*load_passages(), *load_development()) if p.split != "test"]
    fitted = fit(known, [text_features(p.title, p.text) for p in known])
    held_out = [p for p in load_passages() if p.split == "test"][:60]
    matrix = feature_matrix(fitted.vocabulary, [text_features(p.title, p.text) for p in held_out])
    gate, tags = load_relevance_model(folder), load_risk_model(folder)
    relevance, risk = read_part(folder / "relevance.npz"), read_part(folder / "risk.npz")
    expected = fitted.relevance.decisions(matrix)[:, 0] * relevance.slopes[0] + relevance.offsets[0]
    decisions = fitted.risks.decisions(matrix) * risk.slopes + risk.offsets
    for i, p in enumerate(held_out):
        assert gate.score(p.title, p.text) == pytest.approx(1 / (1 + np.exp(-expected[i])), abs=1e-3)
        given = list(tags.predict(p.title, p.text).probabilities.values())
        assert given == pytest.approx(1 / (1 + np.exp(-decisions[i])), abs=1e-3)


def test_linear_model_is_scikit_learns_on_weighted_blocks() -> None:
    known = [p for p in load_passages() if p.split == "valid"]
    documents = [text_features(p.title, p.text) for p in known]
    fitted = fit(known, documents)
    matrix = feature_matrix(fitted.vocabulary, documents)
    weight = np.concatenate([np.full(len(fitted.vocabulary.names[b]), BLOCK_WEIGHT["relevance"][b]) for b in BLOCKS])
    model = LogisticRegression(C=REGULARISATION["relevance"], solver="liblinear", tol=1e-5, max_iter=1_000)
    model.fit(matrix.multiply(weight).tocsr(), [p.relevant for p in known])
    assert np.allclose(model.decision_function(matrix.multiply(weight)), fitted.relevance.decisions(matrix)[:, 0])


def test_second_stage_learns_what_an_indicator_says() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random((300, 2)) < 0.5
    truth[:, 0] = True
    truth[:10, 0] = False
    found = [("type market", "events 1") if row[1] else ("events 0",) for row in truth]
    folds = [(np.arange(300)[np.arange(300) % 3 != i], np.arange(300)[np.arange(300) % 3 == i]) for i in range(3)]
    joint = fit_joint(np.zeros((300, 2)), found, truth, folds).part
    scorer = JointScorer(joint)
    with_event = scorer.log_odds(np.zeros(2), ["type market", "events 1"])
    assert with_event[1] > 0.5 > -0.5 > scorer.log_odds(np.zeros(2), ["events 0"])[1]
    assert scorer.log_odds(np.zeros(2), ["never seen"])[1] == pytest.approx(joint.offsets[1])


def test_threshold_gives_up_a_little_f1_for_recall_or_precision() -> None:
    given = np.array([0.3] * 40 + [0.7] * 400)
    truth = np.array([True] * 21 + [False] * 19 + [True] * 400)
    assert best_threshold(given, truth, lowest=0.05) == pytest.approx(0.2)
    assert best_threshold(given, truth, highest=0.05) == pytest.approx(0.7, abs=0.041)


def test_model_folder_is_small_and_holds_no_pickle() -> None:
    files = [path for path in MODELS_FOLDER.iterdir() if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 5_000_000
    assert {path.suffix for path in files} <= {".json", ".npz"}
    vocabulary = read_vocabulary(MODELS_FOLDER)
    assert vocabulary.size > 1_000


def test_near_duplicates_across_splits_stop_training(tmp_path: Path) -> None:
    text = "Gunmen blew up two towers of the main line late on Friday and four districts lost power."
    row = {"title": "", "text": text, "relevant": True, "risks": ["cyber"]}
    rows = [row | {"id": f"{split}-1", "story": split, "split": split} for split in ("train", "test")]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with pytest.raises(LabelError, match="share 100% of their words"):
        train(tmp_path, tmp_path / "out", now=NOW)


def test_threshold_lies_where_f1_is_best() -> None:
    probabilities = np.array([0.1, 0.2, 0.3, 0.6, 0.7, 0.9])
    truth = np.array([False, False, False, True, True, True])
    threshold = best_threshold(probabilities, truth)
    assert 0.3 < threshold <= 0.6
    assert label_figures("x", list(probabilities), list(truth), threshold).f1 == 1.0
