from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.read_numbers import numbers_said, says_number
from reports.verify import verify_sentence
from reports.words import format_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.3 million barrels", 1_300_000), ("1.3m barrels", 1_300_000), ("1,300,000 b/d", 1_300_000),
        ("1.3 mb/d", 1_300_000), ("500 kb/d", 500_000), ("half a million barrels", 500_000),
        ("one and a half million", 1_500_000), ("two dozen workers", 24), ("twenty-five people", 25),
        ("a hundred homes", 100), ("one hundred and twenty", 120), ("half a dozen", 6), ("$2.5bn", 2.5e9),
        ("2.1 GW of wind", 2_100), ("450 megawatts", 450), ("10 to 12 million", 10_000_000), ("half of output", 50),
        ("a third of exports", 33), ("two-thirds", 67), ("three weeks", 21), ("90 minutes", 1.5), ("12 miles", 19.3),
        ("4,200 gallons", 100), ("1 060 tonnes", 1_060), ("13 000 homes", 13_000), ("30%", 30), ("0 dead", 0),
        ("1.2 bcm", 1.2), ("5 kilotonnes", 5_000),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(text: str, number: float) -> None:
    assert says_number(text, number, open_above=False, people=False)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.3 million barrels", 1.3), ("1.3 million barrels", 13_000_000), ("500 GW", 500), ("twenty-five", 5),
        ("twenty-five", 20), ("13 dead", 3), ("1,250,000 b/d", 1_250), ("two dozen", 2), ("no figure at all", 4),
        ("three hundred", 3), ("2026", 26),
    ],
)  # fmt: skip
def test_a_part_of_a_number_is_another_number(text: str, number: float) -> None:
    assert not says_number(text, number, open_above=False, people=False)


@pytest.mark.parametrize(
    ("text", "number", "open_above"),
    [
        ("A worker was killed", 1, False), ("nobody was hurt", 0, False), ("without casualties", 0, False),
        ("dozens were killed", 24, True), ("hundreds fled", 200, True), ("both guards died", 2, False),
        ("a captain and a guard were killed", 2, False), ("four sailors and three civilians", 7, False),
        ("several were hurt", 3, True),
    ],
)  # fmt: skip
def test_people_are_counted_as_reporters_do(text: str, number: float, open_above: bool) -> None:
    assert says_number(text, number, open_above=open_above, people=True)


def test_dozens_are_no_exact_number() -> None:
    assert not says_number("dozens were killed", 24, open_above=False, people=True)


@pytest.mark.parametrize(
    ("text", "number", "stated"),
    [
        ("for at least a week", 7, True),
        ("within an hour", 1, True),
        ("four hours a day", 7, False),
        ("a pipeline", 7, False),
    ],
)
def test_a_week_is_seven_days(text: str, number: float, stated: bool) -> None:
    assert says_number(text, number, open_above=False, people=False) is stated


@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    for said in numbers_said(text):
        assert 0 <= said.start < said.end <= len(text)


@given(st.one_of(st.integers(0, 10**13), st.floats(0.01, 1e7).map(lambda x: float(f"{x:.5g}"))))
def test_a_printed_number_reads_back_as_itself(number: float) -> None:
    assert says_number(format_number(number), number, open_above=False, people=False)


def test_the_verifier_is_imported_without_the_templates() -> None:
    assert verify_sentence.__module__ == "reports.verify"


def test_a_long_fraction_is_rounded_to_four_digits() -> None:
    assert format_number(30_015.8574) == "30,020"
    assert format_number(1_060.25) == "1,060"
    assert format_number(81.205) == "81.205"
