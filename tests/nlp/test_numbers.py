from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.amounts import find_amounts
from nlp.numbers import find_numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.3 million", 1_300_000),
        ("1,300,000", 1_300_000),
        ("1 300 000 tonnes", 1_300_000),
        ("1\u202f300\u202f000", 1_300_000),
        ("1.300.000", 1_300_000),
        ("5 000 t", 5_000),
        ("0.84", 0.84),
        ("4.4m", 4_400_000),
        ("2bn", 2_000_000_000),
        ("7 mln", 7_000_000),
        ("500k", 500_000),
        ("15 lakh", 1_500_000),
        ("2 crore", 20_000_000),
        ("a million", 1_000_000),
        ("half a million", 500_000),
        ("a half-million", 500_000),
        ("a quarter of a million", 250_000),
        ("three-quarters of a million", 750_000),
        ("one and a half million", 1_500_000),
        ("two and a half", 2.5),
        ("one point three million", 1_300_000),
        ("1½ million", 1_500_000),
        ("a dozen", 12),
        ("two dozen", 24),
        ("twenty-one", 21),
        ("three hundred and fifty thousand", 350_000),
        ("FORTY THOUSAND", 40_000),
        ("100 thousand", 100_000),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, value: float) -> None:
    numbers = find_numbers(text)
    assert [n.minimum for n in numbers] == [pytest.approx(value)]


@pytest.mark.parametrize(
    ("text", "minimum", "maximum", "approximate"),
    [
        ("nearly 1.3 million", 1_300_000, 1_300_000, True),
        ("some 3,000", 3_000, 3_000, True),
        ("an estimated 40", 40, 40, True),
        ("~200", 200, 200, True),
        ("just over 50", 50, 50, True),
        ("at least seven", 7, None, False),
        ("more than 172", 172, None, False),
        ("no fewer than 30", 30, None, False),
        (">50", 50, None, False),
        ("200 or more", 200, None, False),
        ("20+ men", 20, None, False),
        ("up to 40", None, 40, False),
        ("as many as 40", None, 40, False),
        ("less than 1", None, 1, False),
        ("300 or so", 300, 300, True),
        ("between 5 and 7 million", 5_000_000, 7_000_000, False),
        ("5-7 mln", 5_000_000, 7_000_000, False),
        ("5 to 7 million", 5_000_000, 7_000_000, False),
        ("from 300 to 400", 300, 400, False),
        ("three or four", 3, 4, False),
        ("$5-$7 million", 5_000_000, 7_000_000, False),
        ("$5 million to $7 million", 5_000_000, 7_000_000, False),
        ("at least about 300", 300, None, True),
        ("dozens", 24, None, True),
        ("several hundred", 200, None, True),
        ("hundreds of thousands", 200_000, None, True),
    ],
)
def test_hedges_and_ranges_set_the_ends_of_an_amount(
    text: str, minimum: float | None, maximum: float | None, approximate: bool
) -> None:
    (amount,) = find_amounts(text)
    assert (amount.minimum, amount.maximum, amount.approximate) == (minimum, maximum, approximate)


@pytest.mark.parametrize("text", ["one, two", "2019 and 2020", "fell from 7 to 5", "MAR3", "killed 3 and 5 were hurt"])
def test_numbers_that_stand_apart_are_not_made_a_range(text: str) -> None:
    assert all(a.minimum == a.maximum for a in find_amounts(text))


def test_a_currency_sign_before_the_figure_belongs_to_the_amount() -> None:
    (amount,) = find_amounts("at least US$4.4m")
    assert (amount.currency, amount.minimum, amount.maximum, amount.text) == (
        "US$",
        4_400_000,
        None,
        "at least US$4.4m",
    )


PIECES = st.sampled_from(
    [
        "5",
        "1,300",
        "two",
        "dozen",
        "million",
        "half a",
        "about",
        "up to",
        "between",
        "and",
        "to",
        "-",
        "$",
        "€",
        ".",
        ",",
        " ",
        "\u200f",
        "\u200b",
        "🔥",
        "مصفاة",
        "e\u0301",
        "½",
        "\n",
        "bn",
        "or more",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=30).map(" ".join), st.lists(PIECES, max_size=30).map("".join)))
def test_spans_are_the_words_at_their_offsets_and_in_order(text: str) -> None:
    numbers, amounts = find_numbers(text), find_amounts(text)
    assert all(text[m.start : m.end] == m.text for m in [*numbers, *amounts])
    for matches in (numbers, amounts):
        assert all(a.end <= b.start for a, b in pairwise(matches))


@given(st.integers(0, 10**9))
def test_every_grouped_integer_is_read_exactly(value: int) -> None:
    assert [n.minimum for n in find_numbers(f"x {value:,} y")] == [value]


@pytest.mark.parametrize("piece", ["1", "1,", ", ", " ", "a", "one ", "1 to ", "between 1 and ", "\u200b"])
def test_long_monotonous_text_takes_linear_time(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    started = time.process_time()
    find_amounts(text)
    assert time.process_time() - started < 10
