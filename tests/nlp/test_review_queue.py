from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.labelled import RISK_LABELS
from nlp.records import RiskTag
from nlp.review_queue import Candidate, judge_doubt, order_queue


def make(name: str, relevance: float | None, *tags: float, **changes: object) -> Candidate:
    values: dict[str, object] = {
        "version_id": name,
        "group": name,
        "relevance": relevance,
        "relevant": relevance is not None and relevance >= 0.5,
        "uncertain": False,
        "tags": tuple(RiskTag(label=label, probability=p) for label, p in zip(RISK_LABELS, tags, strict=False)),
    }
    return Candidate(**(values | changes))  # type: ignore[arg-type]


SURE = [make(f"yes{n}", 0.99, 0.98) for n in range(20)] + [make(f"no{n}", 0.01) for n in range(20)]


@pytest.mark.parametrize(
    ("candidate", "least", "most", "reason"),
    [
        (make("a", 0.99, uncertain=True), 1.0, 1.0, "no risk label reaches its threshold"),
        (make("a", 0.99, 0.9, uncertain=True), 0.9, 1.0, "unlike what it has learnt from"),
        (make("a", 0.52, 0.9), 0.9, 1.0, "relevance is undecided: 0.52"),
        (make("a", 0.99, 0.9, 0.5), 0.7, 0.9, "sabotage is undecided: 0.50"),
        (make("a", 0.05, 0.9, relevant=True), 0.85, 0.95, "an event was found"),
        (make("a", 0.99, 0.98), 0.0, 0.2, ""),
        (make("a", 0.01, 0.5, uncertain=True), 0.0, 0.2, ""),
        (make("a", None), 0.0, 0.0, ""),
    ],
)
def test_doubt_comes_with_its_reason(candidate: Candidate, least: float, most: float, reason: str) -> None:
    doubt, told = judge_doubt(candidate)
    assert least <= doubt <= most
    assert reason in told


def test_doubtful_ones_come_first_and_the_most_doubtful_of_them_at_the_top() -> None:
    queue = order_queue([*SURE, make("half", 0.7, 0.9), make("most", 0.5, 0.9)], items=10)
    assert [(one.version_id, one.why) for one in queue[:2]] == [("most", "uncertain"), ("half", "uncertain")]
    assert {one.why for one in queue[2:]} == {"check"}
    assert len(queue) == 10


def test_a_fifth_is_kept_for_the_sure_ones_however_many_are_in_doubt() -> None:
    doubtful = [make(f"d{n}", 0.5, 0.9) for n in range(50)]
    queue = order_queue([*SURE, *doubtful], items=20)
    assert [one.why for one in queue] == ["uncertain"] * 16 + ["check"] * 4


def test_sample_is_drawn_in_turn_from_relevant_and_not() -> None:
    queue = order_queue(SURE, items=6)
    assert [one.version_id[:2] for one in queue] == ["ye", "no"] * 3
    assert "check on the sure ones: not relevant" in queue[1].reason


def test_another_seed_draws_another_sample_and_the_same_seed_the_same() -> None:
    first, again, other = (order_queue(SURE, items=6, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_answers_of_others_do_not_deal_the_rest_anew() -> None:
    queue = order_queue(SURE, items=10)
    left = [one for one in SURE if one.version_id not in {queue[0].version_id, queue[1].version_id}]
    assert order_queue(left, items=8) == queue[2:]


def test_one_article_of_a_story_is_asked_in_a_sitting() -> None:
    told = [make(f"d{n}", 0.5 + n / 100, 0.9, group="story") for n in range(5)]
    queue = order_queue([*told, make("sure", 0.99, 0.99, group="story")], items=10)
    assert [one.version_id for one in queue] == ["d0"]


def test_skipped_articles_come_again_only_when_asked_for() -> None:
    skipped = make("a", 0.5, skipped=True)
    assert order_queue([skipped], items=5) == ()
    assert [one.version_id for one in order_queue([skipped], items=5, skipped=True)] == ["a"]


@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.booleans(), st.integers(0, 5)), max_size=30),
    st.integers(1, 12),
)
def test_queue_never_repeats_and_never_exceeds_what_was_asked_for(
    drawn: list[tuple[float, bool, bool, int]], items: int
) -> None:
    candidates = [make(str(n), p, relevant=r, uncertain=u, group=str(g)) for n, (p, r, u, g) in enumerate(drawn)]
    queue = order_queue(candidates, items=items)
    assert len({one.version_id for one in queue}) == len(queue) == min(items, len({g for *_, g in drawn}))
    assert [one.why for one in queue] == sorted((one.why for one in queue), reverse=True)
