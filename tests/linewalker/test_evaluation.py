"""`linewalker evaluate`: every set that is there, figures beside the baseline's, and no text of a held-out set."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from linewalker.errors import ConfigError
from linewalker.evalsets import EvaluationSet, documents_of, find_data_folder, find_passage_sets, find_third_party_sets
from linewalker.evaluation import evaluate_set, evaluate_sets, render_faults, render_report
from tests.nlp.annotator import shared_annotator

SECRET = "Gunmen blew up the Kirkuk oil pipeline near Hawija on Monday, killing three guards, police said."


def passages(path: Path, factuality: str = "denied") -> Path:
    event: dict[str, Any] = {"event_type": "attack", "factuality": factuality, "facility_type": "oil_pipeline"}
    row = {"id": "secret", "title": "", "text": SECRET, "relevant": True, "risks": [], "events": [event]}
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    return path


def test_held_out_sets_are_found_by_their_folder_and_are_blind(tmp_path: Path) -> None:
    for name in ("heldout", "heldout_third"):
        passages(tmp_path / "benchmarks" / name / "passages.jsonl")
    found = find_passage_sets(tmp_path)
    assert [one.name for one in found if one.blind] == ["heldout", "heldout_third"]
    assert {one.name for one in found if not one.blind} >= {"development"}


def test_a_blind_set_gives_figures_and_a_development_set_its_faults_too(tmp_path: Path) -> None:
    path = passages(tmp_path / "set" / "passages.jsonl")
    blind = EvaluationSet(name="x", title="X", kind="passages", path=path, blind=True)
    report = evaluate_set(blind, shared_annotator(), faults=True)
    assert report.confusion is None
    assert SECRET not in render_report(report) + render_faults(report, 50)
    assert "false alarms" in render_report(report)
    read = evaluate_set(EvaluationSet(name="x", title="X", kind="passages", path=path), shared_annotator(), faults=True)
    told = render_faults(read, 50)
    assert SECRET in told
    assert "#### false alarm" in told


def test_third_party_sets_stand_beside_the_keyword_script(tmp_path: Path) -> None:
    folder = tmp_path / "dev"
    folder.mkdir()
    rows = [
        {"id": "wce-1", "date": "2022-03-04", "text": SECRET, "incident": True,
         "gold": {"date": "2022-03-04", "country": ["Iraq"], "asset": ["pipeline"], "killed": 3}},
        {"id": "wce-2", "date": "2022-03-04", "text": "Copper rose.", "incident": False},
    ]  # fmt: skip
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "incidents_current_events.jsonl").write_text(lines, encoding="utf-8")
    assert find_data_folder(tmp_path) == tmp_path
    assert find_data_folder(None, {"LINEWALKER_SHARED_DATA": str(tmp_path)}) == tmp_path
    (one,) = find_third_party_sets(tmp_path)
    report = evaluate_set(one, shared_annotator())
    assert report.figures["detection_recall"] == 1.0
    assert report.figures["fields"]["killed"]["recall"] == 1.0
    table = render_report(report)
    assert "keyword script" in table
    assert "0.84/0.56" in table


def test_a_date_of_the_event_is_never_given_as_the_date_of_publication() -> None:
    rows = [{"id": name, "date": "2013-06-02", "text": "x", "gold": {}} for name in ("asam-1", "phmsa-1", "wce-1")]
    assert [d.published_at is not None for d in documents_of(rows)] == [False, False, True]


def run(target: Path | None = None, **given: Any) -> int:
    wanted: dict[str, Any] = {"names": (), "data": None, "labels": None, "model": None, "split": "test", "errors": 0}
    return evaluate_sets(**(wanted | given), target=target)


def test_the_figures_are_written_as_json_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "figures.json"
    assert run(target, names=("models",)) == 0
    assert "## models" in capsys.readouterr().out
    assert json.loads(target.read_text(encoding="utf-8"))["models"]["relevance"]["f1"] > 0.8


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"names": ("nonsense",)}, "there is no set 'nonsense' here; there are: models, "),
        ({"split": "dev"}, "there is no split 'dev'"),
        ({"data": Path("nowhere")}, "nowhere: holds no folder dev"),
    ],
)
def test_what_is_asked_wrongly_is_told(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        run(**given)
