"""The fold: best values, honest status, and no dependence on the order of the reports."""

from __future__ import annotations

import itertools

import pytest

from nlp.fold import fold
from nlp.records import Count, FactClaim, Quantity
from tests.nlp.builders import SPAN, event, facility, on, report

REFINERY = (facility("tuapse-refinery", countries=("RU",), latitude=44.1, longitude=39.08),)


def lost(amount: float, **more: bool) -> Quantity:
    return Quantity(text="x", span=SPAN, role="lost", unit="bbl/d", minimum=amount, maximum=amount, **more)


def test_the_value_that_more_independent_origins_state_wins_over_copies_of_one_wire() -> None:
    copies = [report(f"c{i}", event(killed=3), wire="gulf-wire") for i in range(4)]
    own = [report(f"o{i}", event(killed=5)) for i in range(2)]
    fields = fold([*copies, *own])
    assert (fields.killed_min, fields.killed_max) == (5, 5)


def test_a_toll_that_rose_days_later_replaces_the_first_one() -> None:
    early = [report(f"e{i}", event(killed=2), published="2026-03-01") for i in range(3)]
    assert fold([*early, report("late", event(killed=7), published="2026-03-05")]).killed_min == 7


def test_an_open_count_stays_open() -> None:
    fields = fold([report("one", event(killed=Count(minimum=7, maximum=None)))])
    assert (fields.killed_min, fields.killed_max) == (7, None)


def test_a_superseded_loss_is_left_out() -> None:
    quantities = (lost(210_000, superseded=True), lost(120_000))
    assert fold([report("one", event(), quantities=quantities)]).losses == (("bbl/d", 120_000, 120_000),)


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ([event()], "occurred"),
        ([event("outage")], "ongoing"),
        ([event(factuality="denied")], "denied"),
        ([event(factuality="threatened")], "threatened"),
        ([event(factuality="foiled")], "foiled"),
        ([event(factuality="attributed"), event(factuality="denied")], "disputed"),
        (
            [
                event(
                    factuality="attributed",
                    claims=(
                        FactClaim(factuality="attributed", speaker="the militia", span=SPAN),
                        FactClaim(factuality="denied", speaker="the company", span=SPAN),
                    ),
                )
            ],
            "disputed",
        ),
        ([event(), event(factuality="denied")], "occurred"),
    ],
)
def test_status_follows_what_is_said(told: list[object], status: str) -> None:
    assert fold([report(str(i), e) for i, e in enumerate(told)]).status == status  # type: ignore[arg-type]


def test_restored_flow_moves_the_status() -> None:
    back = Quantity(text="x", span=SPAN, role="restored", unit="bbl/d", minimum=1.0, maximum=1.0)
    assert fold([report("one", event("outage"), quantities=(back,))]).status == "restored"


def test_an_exact_day_outweighs_publication_dates() -> None:
    told = [
        report("one", event(date=on("2026-03-10", basis="publication"))),
        report("two", event(date=on("2026-03-11", basis="publication"))),
        report("three", event(date=on("2026-03-08"))),
    ]
    assert str(fold(told).occurred_on) == "2026-03-08"


def test_the_cause_names_the_type_of_what_was_first_told_as_an_explosion() -> None:
    assert fold([report("one", event("accident")), report("two", event("attack"))]).event_type == "attack"


def test_the_order_of_reports_does_not_matter() -> None:
    reports = [
        report("one", event(facilities=REFINERY, killed=1, date=on("2026-03-08"))),
        report("two", event("accident", killed=2, country="RU")),
        report("three", event(factuality="denied", date=on("2026-03-09"))),
        report("four", event(killed=2, date=on("2026-03-08")), quantities=(lost(5.0),)),
    ]
    assert len({fold(list(order)) for order in itertools.permutations(reports)}) == 1


def test_nothing_cannot_be_folded() -> None:
    with pytest.raises(ValueError, match="no report"):
        fold([])


@pytest.mark.parametrize(("kind", "status"), [("outage", "restored"), ("blockade", "restored"), ("attack", "occurred")])
def test_news_that_it_is_back_ends_an_interruption_and_no_attack(kind: str, status: str) -> None:
    assert fold([report("one", event(kind)), report("two", event(kind, resumed=True))]).status == status


def test_one_suspicion_does_not_make_a_fault_a_sabotage() -> None:
    faults = [report(f"f{i}", event("outage")) for i in range(3)]
    suspicion = report("s", event("sabotage", "attributed"))
    assert fold([*faults, suspicion]).event_type == "outage"
    assert fold([*faults, report("s", event("sabotage"))]).event_type == "sabotage"
