"""Learning from reviews: what honest corrections change, and that wrong ones are refused."""

from __future__ import annotations

import json
import pickle
import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from linewalker.config import Config, load_config
from linewalker.endings import exit_code_of
from linewalker.errors import ConfigError, NothingDoneError
from linewalker.model_comparison import LABEL_LIMIT, Change, compare, paired_errors, render_changes
from linewalker.own_models import find_own_models, former_models, own_models, replace_models
from linewalker.retraining import (
    make_passages,
    part_reviewed,
    retrain,
)
from nlp.evaluate import Figures, LabelFigures, evaluate
from nlp.labelled import LABELS_FOLDER, RISK_LABELS, Passage
from nlp.modelfiles import MANIFEST, ModelError, read_manifest, read_part
from nlp.records import RiskLabel
from nlp.relevance import load_relevance_model
from nlp.train import train
from store.database import open_ledger
from store.reviews import Answer, Verdict, add_answers
from tests.linewalker.review_ledger import NIGHT, make_folder, now
from tests.linewalker.review_samples import Told, copy_labels, games
from tests.store.samples import make_annotation

DEVELOPMENT = LABELS_FOLDER / "development" / "passages.jsonl"


def label(name: str, f1: float | None, *, support: int = 30, auc: float | None = 0.95) -> LabelFigures:
    return LabelFigures(label=name, support=support, precision=f1, recall=f1, f1=f1, auc=auc, ece=0.03)


def make_figures(gate: float = 0.9, macro: float = 0.8, **labels: LabelFigures) -> Figures:
    return Figures(
        passages=300,
        relevance=label("relevant", gate),
        risks=tuple(labels.get(name, label(name, 0.8)) for name in RISK_LABELS),
        macro_f1=macro,
        first_label=0.8,
        uncertain=0.1,
    )


@pytest.mark.parametrize(
    ("after", "falls"),
    [
        (make_figures(), []),
        (make_figures(gate=0.895, macro=0.795), []),
        (make_figures(gate=0.894), ["F1 of relevant (0.900 to 0.894)"]),
        (make_figures(macro=0.794), ["F1 of all labels (0.800 to 0.794)"]),
        (make_figures(cyber=label("cyber", 0.79)), []),
        (make_figures(cyber=label("cyber", 0.789)), ["F1 of cyber (0.800 to 0.789)"]),
        (make_figures(cyber=label("cyber", 0.9, auc=0.939)), ["AUC of cyber (0.950 to 0.939)"]),
        (make_figures(cyber=label("cyber", None)), ["F1 of cyber (0.800 to -)"]),
    ],
)
def test_candidate_may_fall_no_further_than_the_limits(after: Figures, falls: list[str]) -> None:
    changes = compare(make_figures(), after)
    assert [fall for change in changes for fall in change.falls] == falls
    table = render_changes(changes)
    assert table.count("too bad") == len(falls)
    assert all(name in table for name in RISK_LABELS)


def test_label_with_few_passages_may_fall_by_one_of_them() -> None:
    before = make_figures(cyber=label("cyber", 0.8, support=24))
    changes = compare(before, make_figures(cyber=label("cyber", 0.781, support=24)))
    assert not any(change.falls for change in changes)


def test_answers_become_training_passages_of_their_story() -> None:
    verdict = Verdict(review_id="r1", group="story-7", title="T", text="Words.", relevant=True, risks=("cyber",),
                      note="n", corrected=True)  # fmt: skip
    assert make_passages([verdict, replace(verdict, title=" ", text="")]) == [
        Passage(id="review-r1", story="review-story-7", title="T", text="Words.", relevant=True, risks=("cyber",),
                split="train", note="n")
    ]  # fmt: skip


def test_answers_on_frozen_words_are_left_out() -> None:
    words = "The crude unit of the plant was struck by two drones on Monday night and burnt until dawn"
    frozen = Passage(id="t", story="t", title="", text=words, relevant=True, risks=(), split="test")
    copy = replace(frozen, id="review-a", story="review-a", split="train", text=words + ", it said")
    other = replace(copy, id="review-b", text="Nothing of the kind was told by anybody else in the whole valley today")
    parted = part_reviewed([copy, other], [frozen])
    assert (parted.kept, parted.frozen, parted.contradicting) == ((other,), (copy,), ())


@pytest.mark.parametrize(
    ("relevant", "risks", "contradicts"),
    [
        (True, ("physical_attack",), False),
        (True, ("physical_attack", "accident"), False),
        (True, ("accident",), True),
        (True, (), True),
        (False, (), True),
    ],
)
def test_answers_that_contradict_a_label_of_the_same_words_are_not_learnt(
    relevant: bool, risks: tuple[RiskLabel, ...], contradicts: bool
) -> None:
    words = "The crude unit of the plant was struck by two drones on Monday night and burnt until dawn"
    known = Passage(id="t", story="t", title="", text=words, relevant=True, risks=("physical_attack",), split="train")
    answer = replace(known, id="review-a", story="review-a", relevant=relevant, risks=risks)
    parted = part_reviewed([answer], [known])
    assert (parted.kept, parted.contradicting) == (((), (answer,)) if contradicts else ((answer,), ()))


def change(f1: float, loss: float, errors: float) -> Change:
    return Change(name="cyber", passages=30, f1=(0.8, f1), f1_limit=0.01, loss=(0.2, loss), loss_errors=errors)


@pytest.mark.parametrize(
    ("found", "falls"),
    [
        (change(0.76, 0.19, -1.2), 0),  # one passage crossed the threshold; the probabilities became better
        (change(0.76, 0.202, 0.4), 0),
        (change(0.76, 0.21, 1.4), 1),
        (change(0.8, 0.215, 2.6), 1),  # F1 sees nothing, the log loss does
        (change(0.8, 0.205, 2.6), 0),
        (change(0.7, 0.24, 3.0), 2),
    ],
)
def test_fall_of_f1_counts_where_the_log_loss_rises_too(found: Change, falls: int) -> None:
    assert len(found.falls) == falls


def test_paired_errors_of_losses() -> None:
    assert paired_errors([], []) is None
    assert paired_errors([0.1, 0.2], [0.1, 0.2]) == 0.0
    assert paired_errors([0.0, 0.0], [0.5, 0.5]) == float("inf")
    assert paired_errors([0.0, 0.0, 0.0, 0.0], [0.1, 0.3, 0.1, 0.3]) == pytest.approx(0.2 / (0.1155 / 2), rel=0.001)


def test_new_model_takes_the_folder_and_the_former_one_stays_beside_it(tmp_path: Path) -> None:
    config = make_folder(tmp_path / "watch", [])
    folder = config.models_path
    assert folder is not None
    assert find_own_models(config) is None
    for number in ("1", "2", "3"):
        (candidate := tmp_path / "watch" / "candidate").mkdir()
        (candidate / MANIFEST).write_text(number, encoding="utf-8")
        replace_models(candidate, folder)
        assert (folder / MANIFEST).read_text(encoding="utf-8") == number
    assert (former_models(folder) / MANIFEST).read_text(encoding="utf-8") == "2"
    assert own_models(config.folder) == folder
    folder.rename(tmp_path / "gone")  # as a kill between the two renames leaves it
    assert find_own_models(config) == former_models(folder)


def test_own_model_that_was_altered_is_named_by_every_command_that_reads_it(tmp_path: Path) -> None:
    error = ModelError(tmp_path / "risk.npz", "changed since it was trained")
    again = pickle.loads(pickle.dumps(error))  # as it comes out of a worker process
    assert (str(again), again.path) == (str(error), error.path)
    assert exit_code_of(error) == 1


def test_training_without_any_review_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NothingDoneError, match="no review in the ledger yet"):
        retrain(make_folder(tmp_path / "watch", []), 0, now=now)
    (tmp_path / "watch" / "linewalker.toml").write_text('[annotate]\nrisk_models = ""\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="switched off"):
        retrain(load_config(tmp_path / "watch" / "linewalker.toml"), 0, now=now)


@pytest.fixture(scope="module")
def labels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped labels without the development passages, which play the part of the articles here."""
    return copy_labels(tmp_path_factory.mktemp("labels"))


@pytest.fixture(scope="module")
def base(labels: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of these labels as they are now."""
    folder = tmp_path_factory.mktemp("base")
    train(labels, folder, 0, now=NIGHT)
    return folder


def review_all(config: Config, *, relevant: bool) -> None:
    with open_ledger(config.ledger_path) as ledger:
        found = ledger.rows("SELECT version_id FROM article_version ORDER BY version_id")
        answers = [
            Answer(version_id=row[0], kind="corrected", relevant=relevant, by="ada", at=NIGHT + timedelta(minutes=n))
            for n, row in enumerate(found)
        ]
        assert add_answers(ledger, answers) == 50


@pytest.mark.slow
def test_fifty_corrections_of_one_kind_improve_it_and_cost_nothing_else(
    base: Path, labels: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held_out = games(20, held_out=True, seed=5)
    before = called_relevant(base, held_out)
    assert before >= 8, "the kind is no longer one that the model is wrong about; choose another"
    config = make_folder(tmp_path / "watch", [(one.title, one.text) for one in games(50)], make_annotation([]))
    review_all(config, relevant=False)
    assert retrain(config, 0, now=now, labels=labels, base=base) == 0
    out = capsys.readouterr().out
    assert "50 reviewed passages, 50 of them corrections" in out
    assert "too bad" not in out
    folder = find_own_models(config)
    assert folder is not None
    assert called_relevant(folder, held_out) <= before / 2
    for change in compare(evaluate(labels, "test", base), evaluate(labels, "test", folder)):
        was, now_ = change.f1
        assert was is not None
        assert now_ is not None
        assert now_ >= was - LABEL_LIMIT - 1e-9, change.name
    # What the weights learnt is theirs; what was set on the shipped labels stays, and the manifest says so.
    assert list(read_part(folder / "risk.npz").thresholds) == list(read_part(base / "risk.npz").thresholds)
    manifest = read_manifest(folder)
    assert "reviews.jsonl" in manifest.labels
    assert manifest.version != read_manifest(base).version


@pytest.mark.slow
def test_fifty_wrong_corrections_are_refused_with_the_table(
    base: Path, labels: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [json.loads(line) for line in DEVELOPMENT.read_text(encoding="utf-8").splitlines()]
    random.Random(3).shuffle(rows)
    gate = load_relevance_model(base)
    threats = [(row["title"], row["text"]) for row in rows if gate.score(row["title"], row["text"]) > 0.9][:50]
    config = make_folder(tmp_path / "watch", threats, make_annotation([]))
    review_all(config, relevant=False)
    assert retrain(config, 0, now=now, labels=labels, base=base) == 3
    out = capsys.readouterr().out
    assert "AUC before" in out
    assert "too bad" in out
    assert "Refused, for these became too bad:" in out
    assert find_own_models(config) is None


def called_relevant(folder: Path, told: list[Told]) -> int:
    gate = load_relevance_model(folder)
    return sum(gate.score(one.title, one.text) >= gate.threshold for one in told)
