"""The versions of an annotator, told without loading it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from nlp.modelfiles import ModelError
from nlp.pipeline import load_annotator
from nlp.versions import TableError, find_versions

OWN = "id,name,facility_type,countries,latitude,longitude\nmeltem-star,Meltem Star,tanker,LR,,\n"


def test_they_are_those_that_the_annotator_writes(tmp_path: Path) -> None:
    own = tmp_path / "facilities.csv"
    own.write_text(OWN, encoding="utf-8")
    assert find_versions() == load_annotator().versions
    assert find_versions(gazetteer_files=[own]) == load_annotator(gazetteer_files=[own]).versions
    assert find_versions(gazetteer_files=[own]) != find_versions()


def test_models_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no_such_pipeline"):
        find_versions("no_such_pipeline")
    with pytest.raises(ModelError, match="there is no model here"):
        find_versions(risk_models=tmp_path)


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir()], ids=["missing", "a folder"])
def test_facility_table_that_cannot_be_read_is_named(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "mine.csv")
    with pytest.raises(TableError, match=r"mine\.csv cannot be read"):
        find_versions(gazetteer_files=[tmp_path / "mine.csv"])


def test_manifest_that_cannot_be_read_is_a_model_error(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").mkdir()
    with pytest.raises(ModelError, match=r"manifest\.json"):
        find_versions(risk_models=tmp_path)
