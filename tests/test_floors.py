"""The figures on the labelled sets do not sink: benchmarks/floors.json is lowered only on purpose, in a diff."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from linewalker.evalsets import EvaluationSet, find_data_folder, find_passage_sets, find_third_party_sets
from linewalker.evaluation import evaluate_set
from tests.nlp.annotator import shared_annotator

FLOORS = json.loads((Path(__file__).parent.parent / "benchmarks" / "floors.json").read_text(encoding="utf-8"))


@cache
def known_sets() -> dict[str, EvaluationSet]:
    return {one.name: one for one in (*find_passage_sets(), *find_third_party_sets(find_data_folder(None)))}


@cache
def figures_of(name: str) -> Any:
    return evaluate_set(known_sets()[name], shared_annotator()).figures


def value_of(name: str, measure: str) -> float:
    if name not in known_sets():
        pytest.skip("the third-party development data are not here")
    value: Any = figures_of(name)
    while isinstance(value, dict):  # measures have dots, and names of figures have none
        key, _, measure = measure.partition(".")
        value = value[key]
    assert isinstance(value, float)
    return value


def bounds(side: str) -> list[ParameterSet]:
    """The figures of one side; what is measured on third-party data takes minutes."""
    ours = {one.name for one in find_passage_sets()}
    return [
        pytest.param(name, measure, marks=() if name in ours else pytest.mark.slow, id=f"{name}-{measure}")
        for name, floors in FLOORS.items()
        for measure in floors[side]
    ]


@pytest.mark.parametrize(("name", "measure"), bounds("at_least"))
def test_a_figure_is_not_under_its_floor(name: str, measure: str) -> None:
    assert value_of(name, measure) >= FLOORS[name]["at_least"][measure]


@pytest.mark.parametrize(("name", "measure"), bounds("at_most"))
def test_a_rate_is_not_over_its_ceiling(name: str, measure: str) -> None:
    assert value_of(name, measure) <= FLOORS[name]["at_most"][measure]


def test_every_held_out_set_has_its_floors() -> None:
    assert [one.name for one in find_passage_sets() if one.blind and one.name not in FLOORS] == []
