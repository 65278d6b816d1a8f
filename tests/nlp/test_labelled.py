"""The label files: what loads, what is refused, and what the shipped ones must be."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from nlp.labelled import (
    LABELS_FOLDER,
    RISK_LABELS,
    LabelError,
    Passage,
    find_near_duplicates,
    load_file,
    load_passages,
)

ROW: dict[str, Any] = {
    "id": "a-1", "story": "a", "title": "Line cut", "text": "A gas line was cut.", "relevant": True,
    "risks": ["sabotage"], "split": "train",
}  # fmt: skip


def write(folder: Path, *rows: dict[str, Any] | str, name: str = "one.jsonl") -> Path:
    path = folder / name
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def passage(number: int, split: str, text: str) -> Passage:
    return Passage(
        id=f"p{number}", story=f"s{number}", title="", text=text, relevant=True, risks=(), split=split,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"risks": ["explosion"]}, "unknown risk explosion"),
        ({"risks": ["cyber", "cyber"]}, "given twice"),
        ({"risks": "cyber"}, "not a list"),
        ({"relevant": "yes"}, "relevant is not true or false"),
        ({"relevant": False}, "has no risks"),
        ({"split": "dev"}, "none of train, valid, test"),
        ({"title": " ", "text": ""}, "both empty"),
        ({"text": None}, "text is not a string"),
        ({"story": ""}, "must not be empty"),
        ({"risk": "cyber"}, "unknown key risk"),
        ({"note": 3}, "note is not a string"),
    ],
)
def test_bad_passage_is_refused_with_file_and_line(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    path = write(tmp_path, ROW, ROW | {"id": "a-2"} | change)
    with pytest.raises(LabelError) as raised:
        load_passages(tmp_path)
    assert raised.value.line == 2
    assert str(raised.value).startswith(f"{path}:2: ")
    assert reason in str(raised.value)


@pytest.mark.parametrize(
    ("line", "reason"), [("{", "not JSON"), ("[1]", "not a JSON object"), ('{"id": "x"}', "missing")]
)
def test_line_that_is_no_passage_is_refused(tmp_path: Path, line: str, reason: str) -> None:
    path = write(tmp_path, line)
    with pytest.raises(LabelError, match=reason):
        load_file(path)


def test_id_used_twice_names_the_first_place(tmp_path: Path) -> None:
    write(tmp_path, ROW, name="a.jsonl")
    write(tmp_path, ROW, name="b.jsonl")
    with pytest.raises(LabelError, match=r"used already at a\.jsonl:1"):
        load_passages(tmp_path)


def test_story_in_two_splits_is_refused(tmp_path: Path) -> None:
    write(tmp_path, ROW, ROW | {"id": "a-2", "split": "test"})
    with pytest.raises(LabelError, match="story 'a' is in split 'train'"):
        load_passages(tmp_path)


def test_folder_without_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="no labelled passage"):
        load_passages(tmp_path)


def test_empty_lines_are_skipped(tmp_path: Path) -> None:
    path = write(tmp_path, "", ROW, "")
    assert [p.id for p in load_file(path)] == ["a-1"]


def test_retelling_in_another_split_is_a_near_duplicate() -> None:
    told = "Gunmen blew up two towers of the main line late on Friday and four districts lost power."
    again = "Late on Friday gunmen blew up two towers of the main line and four districts lost power."
    found = find_near_duplicates([passage(1, "train", told), passage(2, "test", again)])
    assert [(pair.first, pair.second) for pair in found] == [("p1", "p2")]
    assert found[0].overlap > 0.5


def test_same_split_or_other_words_are_no_near_duplicates() -> None:
    told = "Gunmen blew up two towers of the main line late on Friday."
    other = "A storm tore the roof from a school in the harbour town."
    assert find_near_duplicates([passage(1, "train", told), passage(2, "train", told)]) == ()
    assert find_near_duplicates([passage(1, "train", told), passage(2, "test", other)]) == ()


def test_shipped_labels_have_no_near_duplicates_across_splits() -> None:
    assert find_near_duplicates(load_passages()) == ()


def test_shipped_labels_cover_every_risk_and_enough_that_is_not_relevant() -> None:
    passages = load_passages()
    counts = Counter(risk for p in passages for risk in p.risks)
    assert len(passages) >= 600
    assert min(counts[label] for label in RISK_LABELS) >= 40
    assert sum(not p.relevant for p in passages) >= 0.3 * len(passages)
    for split, least in (("train", 0.6), ("valid", 0.08), ("test", 0.1)):
        assert sum(p.split == split for p in passages) >= least * len(passages)


def test_every_label_is_in_the_test_split() -> None:
    tested = {risk for p in load_passages() if p.split == "test" for risk in p.risks}
    assert tested == set(RISK_LABELS)


def test_codebook_explains_every_label() -> None:
    codebook = (LABELS_FOLDER / "CODEBOOK.md").read_text(encoding="utf-8")
    for label in RISK_LABELS:
        assert f"| `{label}` |" in codebook
