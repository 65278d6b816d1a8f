"""The shipped gate on texts of its own, and the model files that must not load."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nlp.modelfiles import MODEL_FILES, MODELS_FOLDER, SCHEMA, ModelError
from nlp.relevance import RelevanceModel, load_relevance_model, sigmoid
from tests.nlp.builders import event


@pytest.fixture(scope="module")
def gate() -> RelevanceModel:
    return load_relevance_model()


@pytest.fixture
def copied_model(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MODELS_FOLDER, tmp_path / "models"))


@pytest.mark.parametrize(
    "text",
    [
        "Gunmen blew up a gas pipeline in the south of the country on Sunday and supplies to two power plants stopped.",
        "Naval drones struck an oil terminal on the Black Sea before dawn, the operator said; loadings were halted.",
        "A ransomware attack has forced the operator of a fuel pipeline to take its systems offline.",
        "Two oil tankers collided at the mouth of the strait and a slick is drifting towards the coast.",
        "The oil minister said that producers would extend their output cuts by three months; crude rose by a dollar.",
        "A hurricane shut most platforms in the Gulf and left half a million customers without electricity.",
    ],
)
def test_energy_security_news_passes_the_gate(gate: RelevanceModel, text: str) -> None:
    assert gate.score("", text) >= gate.threshold


@pytest.mark.parametrize(
    "text",
    [
        "The visitors scored twice after the break to win the cup in front of 60,000 fans.",
        "The company's sales pipeline doubled and its chief executive expects record profit next year.",
        "Parliament elected a new speaker on Tuesday after weeks of quarrels between the coalition's parties.",
        "The gallery bought an oil painting of a harbour for two million pounds.",
        "The developer has ordered forty turbines for its wind farm and expects to install them in 2028.",
    ],
)
def test_other_news_does_not_pass(gate: RelevanceModel, text: str) -> None:
    assert gate.score("", text) < gate.threshold


def test_title_alone_can_decide(gate: RelevanceModel) -> None:
    assert gate.score("Drones set oil refinery ablaze", "") >= gate.threshold


def test_many_scores_come_in_order(gate: RelevanceModel) -> None:
    pairs = [("Refinery fire kills two", ""), ("Choir wins prize", "")]
    assert gate.score_many(pairs) == [gate.score(*pair) for pair in pairs]


def test_empty_text_gives_a_probability(gate: RelevanceModel) -> None:
    assert 0 <= gate.score("", "") < gate.threshold


def test_explanation_names_what_weighed(gate: RelevanceModel) -> None:
    names = [name for name, _ in gate.explain("Refinery on fire", "Drones hit the refinery and its oil tanks.")]
    assert any("refinery" in name or name.startswith("[") for name in names)


def test_gate_is_cheap_enough_for_every_page(gate: RelevanceModel) -> None:
    pairs = [("Drones hit depot", f"Tank {n} burned in the port. " * 8) for n in range(400)]
    gate.score_many(pairs)
    started = time.process_time()
    gate.score_many(pairs)
    # The measured rate is in docs/evaluation.md; this only catches a slip of an order of magnitude on a busy machine.
    assert len(pairs) / (time.process_time() - started) > 300


def test_scoring_needs_no_scikit_learn() -> None:
    code = (
        "import sys; from nlp.relevance import load_relevance_model; from nlp.risk import load_risk_model;"
        "load_relevance_model().score('a', 'b'); load_risk_model().predict('a', 'b');"
        "assert not [m for m in sys.modules if m.split('.')[0] in ('sklearn', 'scipy', 'spacy')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


@pytest.mark.parametrize("name", MODEL_FILES)
def test_file_altered_by_one_byte_is_refused(copied_model: Path, name: str) -> None:
    path = copied_model / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(ModelError, match="changed since it was trained") as raised:
        load_relevance_model(copied_model)
    assert str(path) in str(raised.value)


def test_missing_file_and_missing_model_are_named(copied_model: Path, tmp_path: Path) -> None:
    (copied_model / "risk.npz").unlink()
    with pytest.raises(ModelError, match=r"risk\.npz: missing"):
        load_relevance_model(copied_model)
    with pytest.raises(ModelError, match="there is no model here"):
        load_relevance_model(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "not JSON"),
        (json.dumps({"schema": 99}), "its schema is 99"),
        (json.dumps({"schema": SCHEMA}), "not the expected ones"),
    ],
)
def test_broken_manifest_is_refused(copied_model: Path, content: str, reason: str) -> None:
    (copied_model / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=reason):
        load_relevance_model(copied_model)


def test_model_of_another_lexicon_is_refused(copied_model: Path) -> None:
    path = copied_model / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8")) | {"lexicon": "0" * 64}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ModelError, match=r"another concepts\.toml"):
        load_relevance_model(copied_model)


def test_model_of_other_library_versions_says_so(copied_model: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = copied_model / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["libraries"] |= {"scikit-learn": "0.1.0"}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    load_relevance_model(copied_model)
    assert "was trained with scikit-learn 0.1.0, here " in caplog.text


def test_event_found_in_the_text_raises_relevance(gate: RelevanceModel) -> None:
    title, text = "Night of fire", "A store burned down after a drone fell on it, the governor said."
    found = [event("attack", modes=("drone",), facility_type="fuel_depot")]
    assert gate.score_read(title, text, found) > gate.score_read(title, text, [])


@pytest.mark.parametrize(("value", "expected"), [(0.0, 0.5), (1000.0, 1.0), (-1000.0, 0.0)])
def test_sigmoid_does_not_overflow(value: float, expected: float) -> None:
    assert sigmoid(value) == pytest.approx(expected)
