"""The figures on the held-out set do not sink: benchmarks/floors.json is lowered only on purpose, in a diff."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from nlp.contract import document_from_json
from nlp.pipeline import load_annotator

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
FLOORS = json.loads((BENCHMARKS / "floors.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location("heldout", BENCHMARKS / "heldout.py")
    assert spec is not None
    assert spec.loader is not None
    heldout = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(heldout)
    passages = [json.loads(line) for line in heldout.SET.read_text(encoding="utf-8").splitlines() if line.strip()]
    fields = ("id", "title", "text", "published")
    documents = [document_from_json(json.dumps({key: p.get(key) for key in fields})) for p in passages]
    found: dict[str, Any] = heldout.score(passages, list(load_annotator().annotate(documents)))
    return found


def value_of(figures: dict[str, Any], name: str) -> float:
    name, _, part = name.partition(".")
    value = figures[name][part] if part else figures[name]
    assert isinstance(value, float)
    return value


@pytest.mark.parametrize("name", FLOORS["at_least"])
def test_a_figure_is_not_under_its_floor(figures: dict[str, Any], name: str) -> None:
    assert value_of(figures, name) >= FLOORS["at_least"][name]


@pytest.mark.parametrize("name", FLOORS["at_most"])
def test_a_rate_is_not_over_its_ceiling(figures: dict[str, Any], name: str) -> None:
    assert value_of(figures, name) <= FLOORS["at_most"][name]
