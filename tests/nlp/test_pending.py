"""What is resolved upon, called, supposed, listed or only alike tells of no happening; what happened beside it does."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from nlp.frames import frame_of, is_of_data
from nlp.pending import is_stopped_for
from tests.nlp.annotator import annotate, happenings

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "cases" / "pending.toml").read_text("utf-8"))[
    "case"
]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_text_tells_only_of_what_happened(case: dict[str, Any]) -> None:
    found = annotate(case["text"], case.get("title", ""), "2024-05-15T09:00:00Z")
    told = [(e.event_type, e.factuality, e.trigger.text) for e in found.events]
    if "happened" in case:
        assert bool(happenings(found)) is case["happened"], told
    for wanted in case.get("events", ()):
        assert (wanted["type"], wanted["grade"]) in [one[:2] for one in told], told
    grades = {one[1] for one in told}
    assert grades >= set(case.get("grades", ())), told
    assert case.get("never") not in grades, told


@pytest.mark.parametrize(
    ("title", "text", "frame"),
    [
        ("Comets beat Power 31-6", "The hosts scored six tries at the Oval.", "sport"),
        ("Gas leak empties cafe", "Staff smelt gas behind the stove.", "computing"),
        ("Gas leak empties cafe", "A digger broke a gas main in front of it.", None),
        ("Cable cut", "The fibre-optic cable to the island was severed.", "computing"),
        ("Council votes 7-2", "It met after a fuel depot blew up.", None),
    ],
)
def test_a_text_of_no_energy_works_is_told_by_its_first_words(title: str, text: str, frame: str | None) -> None:
    assert frame_of(title, text) == frame


def test_cables_of_data_beside_one_of_power_are_read() -> None:
    assert is_of_data("A telecom cable off Gotland was cut.")
    assert not is_of_data("A telecom cable and the power cable beside it were cut.")


def test_works_that_will_stay_shut_after_a_fire_are_shut() -> None:
    assert is_stopped_for("The terminal will be shut for three weeks after an explosion.")
    assert not is_stopped_for("The terminal will be shut for three weeks for maintenance.")
