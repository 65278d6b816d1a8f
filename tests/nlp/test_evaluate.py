"""The figures, on numbers small enough to check by hand, and the pinned quality of the shipped model."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from nlp.evaluate import calibration_error, evaluate, label_figures, reliability
from nlp.relevance import load_relevance_model


def shared_data() -> Path | None:
    named = os.environ.get("LINEWALKER_SHARED_DATA")
    folder = Path(named) if named else Path(__file__).parents[3] / "shared" / "data"
    return folder if (folder / "dev" / "relevance.jsonl").is_file() else None


def test_figures_of_four_passages() -> None:
    figures = label_figures("cyber", [0.9, 0.6, 0.4, 0.1], [True, False, True, False], 0.5)
    assert (figures.precision, figures.recall, figures.f1, figures.auc) == (0.5, 0.5, 0.5, 0.75)
    assert figures.support == 2


def test_figures_without_a_positive_are_none() -> None:
    figures = label_figures("cyber", [0.1, 0.2], [False, False], 0.5)
    assert (figures.precision, figures.recall, figures.f1, figures.auc) == (None, None, None, None)
    assert label_figures("cyber", [], [], 0.5).ece is None


def test_ties_share_their_rank() -> None:
    assert label_figures("cyber", [0.5, 0.5], [True, False], 0.5).auc == 0.5


def test_calibration_error_is_the_weighted_gap() -> None:
    # two passages said 0.9 of which one is true, two said 0.1 of which none is
    assert calibration_error([0.9, 0.9, 0.1, 0.1], [True, False, False, False]) == pytest.approx(0.25)


def test_reliability_leaves_empty_bins_out() -> None:
    bins = reliability([0.05, 1.0, 0.95], [False, True, True])
    assert [(b.lowest, b.passages) for b in bins] == [(0.0, 1), (0.9, 2)]


def test_shipped_model_keeps_its_floor_on_the_test_split() -> None:
    figures = evaluate()
    assert figures.passages > 150
    assert figures.relevance.f1 is not None
    assert figures.relevance.f1 >= FLOOR_RELEVANCE
    assert figures.macro_f1 is not None
    assert figures.macro_f1 >= FLOOR_MACRO_F1


# Lowered only on purpose; docs/evaluation.md has the figures themselves.
FLOOR_RELEVANCE = 0.85
FLOOR_MACRO_F1 = 0.65


def test_one_file_can_be_evaluated_by_itself(tmp_path: Path) -> None:
    row = {
        "id": "x", "story": "x", "title": "Drones hit oil refinery", "text": "The refinery burned.", "relevant": True,
        "risks": ["physical_attack"], "split": "test",
    }  # fmt: skip
    path = tmp_path / "held_out.jsonl"
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    figures = evaluate(path)
    assert figures.passages == 1
    assert figures.relevance.recall == 1.0
    assert figures.as_json()["risks"]["physical_attack"]["support"] == 1


@pytest.mark.skipif(shared_data() is None, reason="the development data are not here")
def test_gate_lets_what_matters_through_on_the_development_set() -> None:
    folder = shared_data()
    assert folder is not None
    rows = [json.loads(line) for line in (folder / "dev" / "relevance.jsonl").read_text(encoding="utf-8").splitlines()]
    gate = load_relevance_model()
    scores = [gate.score(row["title"] or "", row["text"]) for row in rows]
    figures = label_figures("relevant", scores, [row["relevant"] for row in rows], gate.threshold)
    assert figures.auc is not None
    assert figures.recall is not None
    assert figures.recall >= 0.95  # it only says who is read; reading decides (floors of the set `relevance`)
    assert figures.auc >= 0.96
