"""The resolver's weights: learnt from the labelled scenes, and read safely."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from nlp.modelfiles import MODELS_FOLDER, ModelError
from nlp.pair_features import FEATURES
from nlp.records import Annotation, Document
from nlp.resolver_model import RESOLVER_FILE, load_resolver_model, make_model
from nlp.resolver_training import INCIDENT_LABELS, NOW, LabelledReport, fit, make_examples, overlay, read_labelled
from tests.nlp.annotator import shared_annotator

SHIPPED = json.loads((MODELS_FOLDER / RESOLVER_FILE).read_text(encoding="utf-8"))


def test_labelled_reports_are_what_the_codebook_says() -> None:
    files = sorted(INCIDENT_LABELS.glob("*.jsonl"))
    labelled = [one for file in files for one in read_labelled(file)]
    assert len(labelled) >= 500
    assert len({one.document.id for one in labelled}) == len(labelled)
    assert all(one.incidents and not one.incidents & one.recalled for one in labelled)
    assert all(one.document.published_at is not None for one in labelled)


def test_bad_line_of_a_labelled_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"id": "a", "text": "t"}\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"x\.jsonl:1"):
        read_labelled(tmp_path / "x.jsonl")


def test_scenes_are_laid_over_each_other_by_whole_weeks() -> None:
    def told(name: str, scene: str, days: int) -> LabelledReport:
        document = Document(id=name, title="", text="t", published_at=NOW + timedelta(days=days))
        return LabelledReport(document=document, incidents=frozenset({name}), recalled=frozenset(), scene=scene)

    moved, _ = overlay([told("a", "one", 3), told("b", "one", 5), told("c", "two", 2003)], [Annotation(id="x")] * 3)
    days = [(one.document.published_at - NOW).days for one in moved if one.document.published_at]
    assert days[1] - days[0] == 2
    assert (days[2] - 2003) % 7 == 0
    assert max(days) < 42


def test_shipped_weights_follow_from_the_labels() -> None:
    """One file alone, so that it takes seconds: what speaks for and against one happening must be the same."""
    labelled = read_labelled(INCIDENT_LABELS / "second.jsonl")
    annotations = list(shared_annotator().annotate(one.document for one in labelled))
    made = fit([make_examples(labelled, annotations)], join=0.4, follow=0.15, suggest=0.25)
    learnt = dict(zip(FEATURES, made["weights"], strict=True))
    shipped = dict(zip(SHIPPED["features"], SHIPPED["weights"], strict=True))
    for name in ("words_best", "words_mean", "other_country", "days_apart", "told_apart"):
        assert learnt[name] * shipped[name] > 0, name
        assert abs(shipped[name]) > 0.1, name


def test_model_of_other_features_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "resolver.json"
    path.write_text(json.dumps({**SHIPPED, "features": ["is_event"]}), encoding="utf-8")
    with pytest.raises(ModelError, match="other features"):
        load_resolver_model(path)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match=r"resolver\.json: cannot be read"):
        load_resolver_model(path)


def test_what_is_not_known_weighs_nothing() -> None:
    model = make_model(SHIPPED)
    means = dict(zip(FEATURES, model.means, strict=True))
    assert model.score({**means, "words_best": float("nan")}) == pytest.approx(model.score(means))
    assert model.score({**means, "words_best": 0.5}) > model.score(means)
    assert replace(model, intercept=100.0).score(means) <= 1.0
