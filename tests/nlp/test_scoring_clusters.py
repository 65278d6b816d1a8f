"""B-cubed against figures worked out by hand, and what it must be for any partition."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.scoring_clusters import b_cubed, pair_agreement

PARTITION = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("123").map(lambda x: [x]), min_size=1)


def test_figures_worked_out_by_hand() -> None:
    gold = {"a": ["1"], "b": ["1"], "c": ["2"]}
    found = {"a": ["x"], "b": ["y"], "c": ["y"]}
    # Precision: a 1, b 1/2, c 1/2; recall: a 1/2, b 1/2, c 1.
    figures = b_cubed(gold, found)
    assert (figures.precision, figures.recall) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert figures.f1 == pytest.approx(2 / 3)
    assert pair_agreement(gold, found) == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "pairs": 1}


def test_article_that_tells_two_incidents_counts_for_both() -> None:
    gold = {"a": ["1", "2"], "b": ["1"], "c": ["2"]}
    assert b_cubed(gold, {"a": ["x", "y"], "b": ["x"], "c": ["y"]}).f1 == 1.0
    assert b_cubed(gold, {"a": ["x"], "b": ["x"], "c": ["y"]}).recall < 1.0


def test_recalled_incident_excuses_and_is_never_missed() -> None:
    gold, recalled = {"a": ["1"], "b": ["2"]}, {"b": ["1"]}
    assert b_cubed(gold, {"a": ["x"], "b": ["x", "y"]}, recalled).precision == 1.0
    assert b_cubed(gold, {"a": ["x"], "b": ["x", "y"]}).precision < 1.0
    assert b_cubed(gold, {"a": ["x"], "b": ["y"]}, recalled).f1 == 1.0


def test_article_put_nowhere_is_missed_and_costs_no_precision() -> None:
    figures = b_cubed({"a": ["1"], "b": ["2"]}, {"a": ["x"]})
    assert (figures.precision, figures.recall) == (1.0, 0.5)


def test_only_scored_articles_count() -> None:
    gold = {"a": ["1"], "b": ["2"]}
    assert b_cubed(gold, {"a": ["x"], "b": ["x"]}, scored=["a"]).items == 1


@given(PARTITION)
def test_partition_agrees_with_itself_under_any_names(gold: dict[str, list[str]]) -> None:
    renamed = {item: [f"cluster {one}" for one in labels] for item, labels in gold.items()}
    assert b_cubed(gold, renamed).f1 == pytest.approx(1.0)


@given(PARTITION)
def test_single_articles_are_precise_and_one_heap_is_complete(gold: dict[str, list[str]]) -> None:
    assert b_cubed(gold, {item: [item] for item in gold}).precision == 1.0
    assert b_cubed(gold, {item: ["heap"] for item in gold}).recall == 1.0
