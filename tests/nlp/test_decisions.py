from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.decisions import (
    Decision,
    DecisionError,
    Partition,
    Ruling,
    check_merge,
    describe,
    make_rulings,
    rule,
    split_id,
)
from nlp.fold import IncidentFields
from nlp.following import FormerLink, follow
from nlp.resolve import Assignment, Resolution, Suggestion

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def made(kind: str, incident: str, other: str | None = None, *articles: str, **more: object) -> Decision:
    values: dict[str, object] = {"id": f"dec-{kind}-{incident}-{other}", "by": "R. Roe", "at": AT}
    return Decision(
        kind=kind, incident_id=incident, other_id=other, article_ids=articles,  # type: ignore[arg-type]
        **(values | more),  # type: ignore[arg-type]
    )  # fmt: skip


def back(decision: Decision) -> Decision:
    return replace(decision, withdrawn=True)


MERGE = made("merge", "a", "b")
SPLIT = made("split", "a", "s", "x")


@pytest.mark.parametrize(
    ("decisions", "wanted"),
    [
        pytest.param([], {("a", "x"): "a"}, id="nothing decided"),
        pytest.param([MERGE], {("a", "x"): "b", ("b", "x"): "b"}, id="merge"),
        pytest.param([back(MERGE)], {("a", "x"): "a"}, id="merge taken back"),
        pytest.param([MERGE, made("merge", "c", "a")], {("c", "x"): "b"}, id="merge into a merged one"),
        pytest.param([back(MERGE), made("merge", "c", "a")], {("c", "x"): "a"}, id="the first of two taken back"),
        pytest.param([MERGE, made("merge", "b", "c")], {("a", "x"): "c"}, id="what was joined moves on"),
        pytest.param([SPLIT], {("a", "x"): "s", ("a", "y"): "a", ("s", "z"): "s"}, id="split by article"),
        pytest.param([back(SPLIT)], {("a", "x"): "a", ("s", "z"): "a"}, id="split taken back, with late comers"),
        pytest.param([MERGE, made("split", "b", "s", "x")], {("a", "x"): "s", ("a", "y"): "b"}, id="merge, then split"),
        pytest.param([SPLIT, made("merge", "s", "a")], {("a", "x"): "a"}, id="split, then merged again"),
        pytest.param([SPLIT, made("merge", "a", "s")], {("a", "y"): "s", ("a", "x"): "s"}, id="rest follows the split"),
        pytest.param([back(SPLIT), made("merge", "a", "s")], {("a", "x"): "a", ("s", "x"): "a"}, id="merge made void"),
        pytest.param([made("apart", "a", "b")], {("a", "x"): "a"}, id="kept apart"),
    ],
)
def test_reports_belong_where_the_decisions_put_them(
    decisions: list[Decision], wanted: dict[tuple[str, str], str]
) -> None:
    partition = Partition(decisions)
    assert {pair: partition.place(*pair) for pair in wanted} == wanted


BACK_ON_THE_FOURTH = IncidentFields(
    event_type="outage", status="restored", factuality="asserted", occurred_on=date(2026, 3, 1),
    date_precision="day", restored_on=date(2026, 3, 4), days_out=3, out_until=date(2026, 3, 2),
)  # fmt: skip
GOES_ON = replace(BACK_ON_THE_FOURTH, status="ongoing", restored_on=None, days_out=2)
DAY = {"occurred_until": "2026-03-02", "date_precision": "day"}


@pytest.mark.parametrize(
    ("told", "values", "ended", "days"),
    [
        (BACK_ON_THE_FOURTH, {"killed_min": 2}, date(2026, 3, 4), 3),
        (BACK_ON_THE_FOURTH, {"status": "ongoing"}, None, 4),
        (BACK_ON_THE_FOURTH, {"status": "partly_restored"}, None, 4),
        (BACK_ON_THE_FOURTH, {"status": "planned"}, None, None),
        (BACK_ON_THE_FOURTH, {"status": "denied"}, None, None),
        (BACK_ON_THE_FOURTH, {"status": "restored"}, date(2026, 3, 4), 3),
        (BACK_ON_THE_FOURTH, {"occurred_on": "2026-03-02", **DAY}, date(2026, 3, 4), 2),
        (BACK_ON_THE_FOURTH, {"occurred_on": "2026-03-08", **DAY}, None, None),
        (BACK_ON_THE_FOURTH, {"occurred_on": None, "occurred_until": None, "date_precision": None},
         date(2026, 3, 4), None),
        (BACK_ON_THE_FOURTH, {"occurred_on": "2026-03-02", **DAY, "date_precision": "week"}, date(2026, 3, 4), None),
        (GOES_ON, {"status": "restored"}, None, None),
        (GOES_ON, {"occurred_on": "2026-03-02", **DAY}, None, 1),
        (replace(GOES_ON, status="occurred", out_until=None, days_out=None), {"status": "ongoing"}, None, None),
    ],
)  # fmt: skip
def test_corrected_status_or_day_moves_the_end_with_it(
    told: IncidentFields, values: dict[str, object], ended: date | None, days: int | None
) -> None:
    ruled = rule(told, Ruling(values=values))
    assert (ruled.restored_on, ruled.days_out) == (ended, days)


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        ("b", "a", "circle"),
        ("a", "c", "part of b already"),
        ("b", "b", "with itself"),
    ],
)
def test_merge_that_makes_no_sense_is_refused(source: str, target: str, words: str) -> None:
    with pytest.raises(DecisionError, match=words):
        check_merge(Partition([MERGE]), source, target)


names = st.sampled_from("abcde")
steps = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), names, names, st.booleans()),
        st.tuples(st.just("split"), names, st.sampled_from("xyz"), st.booleans()),
    ),
    max_size=8,
)


@given(steps)
def test_every_history_ends_at_living_incidents_and_undoing_all_of_it_gives_the_machines_partition(
    history: list[tuple[str, str, str, bool]],
) -> None:
    decisions: list[Decision] = []
    for number, (kind, one, other, withdrawn) in enumerate(history):
        partition = Partition(decisions)
        if kind == "merge":
            try:
                check_merge(partition, one, other)
            except DecisionError:
                continue
            decisions.append(made("merge", one, other, id=f"d{number}", withdrawn=withdrawn))
        else:
            source = partition.survivor(one)
            decisions.append(made("split", source, f"s{number}", other, id=f"d{number}", withdrawn=withdrawn))
    partition = Partition(decisions)
    for incident in {*"abcde", *(d.other_id for d in decisions if d.other_id)}:
        for article in "xyz":
            place = partition.place(incident, article)
            assert place not in partition.merged
            assert partition.survivor(place) == place
    undone = Partition([back(one) for one in decisions])
    assert all(undone.place(one, article) == one for one in "abcde" for article in "xyz")


FIELDS = IncidentFields(event_type="attack", status="occurred", factuality="asserted", killed_min=3, killed_max=3)


def test_later_correction_of_a_field_counts_and_a_withdrawn_one_does_not() -> None:
    first = made("correct", "a", field="killed", value={"killed_min": 4, "killed_max": 5}, id="1")
    second = made("correct", "a", field="occurred_on", value={"occurred_on": "2026-03-08"}, id="2")
    third = made("correct", "a", field="killed", value={"killed_min": 6, "killed_max": None}, id="3")
    both = rule(FIELDS, make_rulings([first, second, third])["a"])
    assert (both.killed_min, both.killed_max, both.occurred_on) == (6, None, date(2026, 3, 8))
    one = rule(FIELDS, make_rulings([first, second, back(third)])["a"])
    assert (one.killed_min, one.killed_max) == (4, 5)
    assert make_rulings([back(first)]) == {}


def test_last_verdict_counts() -> None:
    confirm, dismiss = made("confirm", "a"), made("dismiss", "a", at=AT + timedelta(hours=1), by="J. Doe")
    assert rule(FIELDS, make_rulings([confirm, dismiss])["a"]).status == "dismissed"
    ruling = make_rulings([confirm, back(dismiss)])["a"]
    assert (ruling.verdict, ruling.by, rule(FIELDS, ruling).status) == ("confirmed", "R. Roe", "occurred")


def given_by_machine(event: str, incident: str, **more: object) -> Assignment:
    values: dict[str, object] = {"founded": False, "score": 0.8, "reason": "same facility"}
    return Assignment(event_id=event, incident_id=incident, **(values | more))  # type: ignore[arg-type]


def resolution(*assignments: Assignment, suggestions: tuple[Suggestion, ...] = ()) -> Resolution:
    return Resolution(assignments=assignments, parents=(), suggestions=suggestions)


def test_article_of_a_merged_incident_that_is_read_again_keeps_its_origin_for_an_undo() -> None:
    former = {"x": [FormerLink(incident_id="b", resolved_id="a", current=False, left=True, reread=True)]}
    (found,) = follow(resolution(given_by_machine("e", "b")), {"e": "x"}, former, Partition([MERGE])).assignments
    assert (found.incident_id, found.resolved_id) == ("b", "a")


def test_article_that_was_split_off_stays_off_wherever_the_machine_puts_it() -> None:
    former = {"x": [FormerLink(incident_id="s", resolved_id="a", current=False, left=True, reread=True)]}
    for machine in ("a", "s"):
        (found,) = follow(
            resolution(given_by_machine("e", machine)), {"e": "x"}, former, Partition([SPLIT])
        ).assignments
        assert (found.incident_id, found.resolved_id) == ("s", "a")


@pytest.mark.parametrize(
    ("reread", "wanted"), [pytest.param(True, "b", id="read again"), pytest.param(False, "n", id="edited")]
)
def test_new_reading_of_the_same_words_founds_no_incident_beside_the_decided_one(reread: bool, wanted: str) -> None:
    former = {"x": [FormerLink(incident_id="b", resolved_id="a", current=False, left=True, reread=reread)]}
    made_new = given_by_machine("e", "n", founded=True)
    followed = follow(
        resolution(made_new, given_by_machine("f", "n")), {"e": "x", "f": "y"}, former, Partition([MERGE])
    )
    assert [one.incident_id for one in followed.assignments] == [wanted, wanted]


@pytest.mark.parametrize("reread", [True, False])
def test_article_left_behind_by_a_split_is_not_drawn_after_the_others(reread: bool) -> None:
    stays = {"y": [FormerLink(incident_id="a", resolved_id="a", current=False, left=True, reread=reread)]}
    (found,) = follow(resolution(given_by_machine("e", "s")), {"e": "y"}, stays, Partition([SPLIT])).assignments
    assert (found.incident_id, found.resolved_id) == ("a", "a")


def test_event_that_founded_a_merged_incident_and_returns_goes_to_the_survivor() -> None:
    (found,) = follow(
        resolution(given_by_machine("e", "a", founded=True)), {"e": "x"}, {}, Partition([MERGE])
    ).assignments
    assert (found.incident_id, found.resolved_id, found.founded) == ("b", "a", False)


def test_pair_that_an_analyst_keeps_apart_is_not_suggested_again() -> None:
    pair = Suggestion(incident_id="b", other_id="a", score=0.6, reason="near")
    asked = resolution(given_by_machine("e", "b"), suggestions=(pair,))
    assert follow(asked, {"e": "x"}, {}, Partition([])).suggestions == (pair,)
    assert follow(asked, {"e": "x"}, {}, Partition([made("apart", "a", "b")])).suggestions == ()


def test_parent_follows_a_merge_and_a_split_that_takes_all_of_a_childs_articles() -> None:
    assert Partition([MERGE]).parent("child", "a", ["x"]) == "b"
    assert Partition([MERGE]).parent("b", "a", ["x"]) is None
    assert Partition([SPLIT]).parent("child", "a", ["x"]) == "s"
    assert Partition([SPLIT]).parent("child", "a", ["x", "y"]) == "a"


def test_decisions_are_told_in_words() -> None:
    assert describe(SPLIT) == "1 article of a told another incident, s"
    assert describe(made("correct", "a", field="modes", value={"modes": []})) == "a: modes is none"
    losses = [["bbl/d", 500_000.0, 500_000.0], ["t", 2.0, None], ["km", None, 3.0], ["MW", 1.5, 2.0]]
    assert describe(made("correct", "a", field="losses", value={"losses": losses})) == (
        "a: losses is 500,000 bbl/d, at least 2 t, up to 3 km, 1.5 to 2 MW"
    )
    assert split_id("dec-1") == split_id("dec-1") != split_id("dec-2")
