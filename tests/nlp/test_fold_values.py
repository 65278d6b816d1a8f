"""Best values and their ranges: independent origins, then the better source, then the later word."""

from __future__ import annotations

from typing import Any

import pytest

from nlp.fold import IncidentFields, fold
from nlp.fold_values import order, settle_origins
from nlp.records import Count, Quantity, Report
from tests.nlp.builders import SPAN, event, facility, on, place, report


def lost(low: float | None, high: float | None = None, unit: str = "bbl/d", **more: Any) -> Quantity:
    return Quantity(text="x", span=SPAN, role="lost", unit=unit, minimum=low, maximum=high, **more)


def toll(name: str, day: int, killed: int | Count, **more: Any) -> Report:
    return report(name, event(killed=killed), published=f"2026-03-{day:02d}", **more)


def loss(name: str, day: int, *quantities: Quantity, **more: Any) -> Report:
    return report(name, event(), published=f"2026-03-{day:02d}", quantities=quantities, **more)


@pytest.mark.parametrize(
    ("grades", "country"),
    [
        ((("IQ", "C", 1), ("SY", "A", 1)), "SY"),  # the better source, though earlier or alike
        ((("IQ", "B", 1), ("SY", "B", 2)), "SY"),  # of two alike the later
        ((("SY", "F", 1), ("IQ", "E", 2)), "SY"),  # who cannot be judged stands above the unreliable
        ((("IQ", "D", 1), ("IQ", "E", 1), ("SY", "A", 2)), "IQ"),  # two origins outweigh the best source
    ],
)
def test_origins_come_first_then_the_source_then_recency(
    grades: tuple[tuple[str, str, int], ...], country: str
) -> None:
    reports = [
        report(f"{n}", event(country=where), reliability=grade, published=f"2026-03-0{day}")
        for n, (where, grade, day) in enumerate(grades)
    ]
    assert fold(reports).country == country


def test_a_late_reprint_by_a_better_paper_lends_its_words_no_grade() -> None:
    first = report("a", event(country="IQ"), wire="w", reliability="D")
    copy = report("b", event(country="IQ"), wire="w", reliability="A", published="2026-03-12")
    assert {r.reliability for r in settle_origins(order([copy, first]))} == {"D"}
    assert fold([first, copy, report("c", event(country="SY"), reliability="C")]).country == "SY"


def killed(fields: IncidentFields) -> tuple[int | None, ...]:
    return fields.killed_min, fields.killed_max, fields.killed_low, fields.killed_high


@pytest.mark.parametrize(
    ("reports", "wanted"),
    [
        ([toll("a", 1, 3)], (3, 3, 3, 3)),
        ([toll("a", 1, 3), toll("b", 1, 5), toll("c", 1, 5)], (5, 5, 3, 5)),
        # an origin's last word counts, not what it has corrected since
        ([toll("a", 1, 2, family="x"), toll("b", 4, 7, family="x")], (7, 7, 7, 7)),
        ([toll("a", 1, 2, family="x"), toll("b", 4, 7)], (7, 7, 2, 7)),
        # the later toll outweighs the better source
        ([toll("a", 1, 2, reliability="A"), toll("b", 2, 4, reliability="D")], (4, 4, 2, 4)),
        ([toll("a", 1, Count(minimum=4, maximum=None)), toll("b", 1, 3)], (3, 3, 3, None)),
        # nobody hurt as far as was known at first, and nobody hurt as one still says
        ([toll("a", 1, 0), toll("b", 2, 3)], (3, 3, 3, 3)),
        ([toll("b", 2, 3), toll("c", 3, 0)], (3, 3, 0, 3)),
        ([toll("a", 1, 0), toll("b", 1, 0)], (0, 0, 0, 0)),
    ],
)
def test_a_toll_has_a_best_value_and_a_range(reports: list[Report], wanted: tuple[int | None, ...]) -> None:
    assert killed(fold(reports)) == wanted
    assert killed(fold(reports[::-1])) == wanted


@pytest.mark.parametrize(
    ("reports", "best", "spread"),
    [
        ([loss("a", 1, lost(400, 400))], (400, 400), (400, 400)),
        ([loss("a", 1, lost(400, 400)), loss("b", 1, lost(320, 320)), loss("c", 1, lost(320, 320))],
         (320, 320), (320, 400)),
        ([loss("a", 1, lost(400, 400), wire="w"),
          loss("b", 2, lost(320, 320), lost(400, 400, superseded=True), wire="w")], (320, 320), (320, 320)),
        ([loss("a", 1, lost(400, 400)), loss("b", 9, lost(100, 100))], (100, 100), (100, 400)),
        ([loss("a", 1, lost(None, 500)), loss("b", 1, lost(300, 300))], (300, 300), (None, 500)),
        ([loss("a", 1, lost(200, None)), loss("b", 1, lost(300, 300))], (300, 300), (200, None)),
    ],
)  # fmt: skip
def test_a_loss_has_a_best_value_and_a_range(
    reports: list[Report], best: tuple[float | None, ...], spread: tuple[float | None, ...]
) -> None:
    fields = fold(reports)
    assert fields.losses == (("bbl/d", *best),)
    assert fields.loss_ranges == (("bbl/d", *spread),)


def test_each_value_names_the_report_that_gave_it() -> None:
    works = facility("tuapse-refinery", countries=("RU",))
    reports = [
        report("a", event(country="RU", killed=1, date=on("2026-03-08"), modes=("drone",))),
        report("b", event(facilities=(works,), places=(place("Tuapse", "RU", 44.1, 39.1),), killed=2, modes=("drone",)),
               published="2026-03-11"),
        report("c", event(factuality="attributed", modes=("missile",)), published="2026-03-12",
               quantities=(lost(5, 5),)),
    ]  # fmt: skip
    basis = dict(fold(reports).basis)
    wanted = {"country": "a", "occurred_on": "a", "killed_min": "b", "facilities": "b", "place": "b", "status": "a",
              "latitude": "b", "modes": "c", "losses": "c"}  # fmt: skip
    assert {name: basis[name] for name in wanted} == wanted
    assert "claimed_by" not in basis
