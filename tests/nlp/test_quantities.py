from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.quantities import QuantityMatch, find_quantities
from nlp.units import CUBIC_FOOT_M3, GALLONS_A_BARREL, LITRES_A_BARREL, MWH_AN_MMBTU

Expected = list[tuple[str, float | None, float | None, str]]


def told(text: str) -> Expected:
    return [(q.unit, q.minimum, q.maximum, q.role) for q in find_quantities(text)]


def approx(expected: Expected) -> Expected:
    return [
        (unit, None if low is None else pytest.approx(low), None if high is None else pytest.approx(high), role)
        for unit, low, high, role in expected
    ]


@pytest.mark.parametrize("case", [str, str.upper, str.lower], ids=["mixed", "capitals", "small"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The line, which normally pumps some 1.2 million barrels of crude a day, was idle",
            [("bbl/d", 1200000.0, 1200000.0, "throughput")],
        ),
        ("An attack has cut Nigerian output by 400,000 b/d", [("bbl/d", 400000.0, 400000.0, "lost")]),
        (
            "Exports fell to 1.1 mb/d from 1.6 mb/d a week earlier",
            [("bbl/d", 1100000.0, 1100000.0, "throughput"), ("bbl/d", 1600000.0, 1600000.0, "throughput")],
        ),
        ("Libya's production dropped by between 5 and 7 thousand bpd", [("bbl/d", 5000.0, 7000.0, "lost")]),
        ("ATTACK HALTS 5-7 MLN BPD", [("bbl/d", 5000000.0, 7000000.0, "lost")]),
        ("The 315,000 b/d refinery at Ilsky caught fire", [("bbl/d", 315000.0, 315000.0, "capacity")]),
        ("the plant has a capacity of 6.6 million tonnes per year", [("t/y", 6600000.0, 6600000.0, "capacity")]),
        ("the refinery can process up to 240,000 barrels a day", [("bbl/d", None, 240000.0, "capacity")]),
        ("Flows resumed at 300 kb/d on Friday", [("bbl/d", 300000.0, 300000.0, "restored")]),
        ("Operators restored 200 MW of supply by midnight", [("MW", 200, 200, "restored")]),
        ("an outage knocked out 1.4 GW of generation", [("MW", 1400, 1400, "lost")]),
        ("A blockade would cut supplies by 17 million barrels a day", [("bbl/d", 17000000.0, 17000000.0, "at_risk")]),
        ("Analysts warned that 2 mb/d of exports could be lost", [("bbl/d", 2000000.0, 2000000.0, "at_risk")]),
        ("More than 11,000 barrels leaked into the creek", [("bbl", 11000, None, "spilled")]),
        ("a 3,000-barrel spill fouled the beach", [("bbl", 3000, 3000, "spilled")]),
        ("some 420,000 gallons of diesel gushed from the line", [("bbl", 10000, 10000, "spilled")]),
        ("150 litres of fuel were released", [("bbl", 150 / LITRES_A_BARREL, 150 / LITRES_A_BARREL, "spilled")]),
        (
            "RELEASING 56 BARRELS, OF WHICH 35 BARRELS WERE RECOVERED",
            [("bbl", 56, 56, "spilled"), ("bbl", 35, 35, "other")],
        ),
        ("tanks storing 300,000 tonnes of diesel burned", [("t", 300000.0, 300000.0, "stored")]),
        ("The cavern holds 2 bcm of gas", [("m3", 2000000000.0, 2000000000.0, "stored")]),
        ("the pipeline carries 30 bcm a year to Europe", [("bcm/y", 30, 30, "throughput")]),
        ("the pipeline carries 30 bcm/y", [("bcm/y", 30, 30, "throughput")]),
        ("Norway cut exports by 79.8 mcm/d", [("m3/d", 79800000.0, 79800000.0, "lost")]),
        ("flows dropped by 25 million cubic metres a day", [("m3/d", 25000000.0, 25000000.0, "lost")]),
        ("the field produces 1.5 Bcf/d", [("m3/d", 42475269.888000004, 42475269.888000004, "throughput")]),
        ("the train, with capacity of 5 mtpa, stopped", [("t/y", 5000000, 5000000, "lost")]),
        ("consumption of 20 TWh", [("MWh", 20000000.0, 20000000.0, "throughput")]),
        ("two 330 kV lines and an 8-inch pipe at 265 psig", []),
        (
            "Left 250,000 customers without power for 12 hours",
            [("customers", 250000.0, 250000.0, "customers"), ("hour", 12, 12, "duration")],
        ),
        ("Some 1.5 million people lost electricity", [("people", 1500000.0, 1500000.0, "customers")]),
        ("power cuts hit tens of thousands of homes", [("customers", 20000.0, None, "customers")]),
        ("The city of 2 million people lies in the north", []),
        ("Repairs will take two to three weeks", [("day", 14, 21, "duration")]),
        ("The terminal was shut for 36 hours", [("hour", 36, 36, "duration")]),
        ("a three-day blackout", [("day", 3, 3, "duration")]),
        ("The attack came three days ago", []),
        ("He was jailed for 12 years after the strike", []),
        ("Damage is estimated at $40 million", [("USD", 40000000.0, 40000000.0, "damage_cost")]),
        ("hackers demanded a ransom of $4.4m", []),
        ("The firm was fined €2bn", []),
        ("losses of 2.5 billion roubles", [("RUB", 2500000000.0, 2500000000.0, "damage_cost")]),
        ("A deal worth 300 million naira", [("NGN", 300000000.0, 300000000.0, "other")]),
        ("Brent settled at $84.10 a barrel", [("USD/bbl", 84.1, 84.1, "price")]),
        ("power rose to €45/MWh", [("EUR/MWh", 45, 45, "price")]),
        ("gas cost $400 per 1,000 cubic metres", [("USD/m3", 0.4, 0.4, "price")]),
        ("LNG at $10 per MMBtu", [("USD/MWh", 34.12141156488376, 34.12141156488376, "price")]),
        ("a tonne fetched $600 a tonne", [("USD/t", 600, 600, "price")]),
        ("petrol at $3.50 a gallon", [("USD/bbl", 147, 147, "price")]),
        ("Brent fell 2%", []),
        ("Output fell 20% after the strike", [("%", 20, 20, "lost")]),
        ("carrying 45% of the East Coast's fuel", [("%", 45, 45, "throughput")]),
        ("about 80 percent of the region was without power", [("%", 80, 80, "lost")]),
        ("a 5,500-mile network", [("km", 8851.392, 8851.392, "other")]),
        ("thieves stole 2,000 barrels of crude", [("bbl", 2000, 2000, "other")]),
        (
            "half of the country's generating capacity, or 9 GW, was destroyed",
            [("%", 50, 50, "lost"), ("MW", 9000, 9000, "lost")],
        ),
        ("658 MW of capacity was lost", [("MW", 658, 658, "lost")]),
        ("A 500-MW gas-fired plant tripped", [("MW", 500, 500, "lost")]),
        ("the 2,000-megawatt interconnector failed", [("MW", 2000, 2000, "lost")]),
        ("Production averaged 12,000 tonnes a day", [("t/d", 12000, 12000, "throughput")]),
        ("The refinery is operating at 60,000 bpd", [("bbl/d", 60000.0, 60000.0, "throughput")]),
        ("a tanker carrying 730,000 barrels of crude was hit", [("bbl", 730000, 730000, "stored")]),
        ("the vessel, laden with 2 million barrels, ran aground", [("bbl", 2000000, 2000000, "stored")]),
        ("OPEC agreed to raise output by 400,000 bpd", [("bbl/d", 400000.0, 400000.0, "other")]),
        ("OPEC+ will cut output by 2 million bpd", [("bbl/d", 2000000.0, 2000000.0, "lost")]),
        ("The 1,768 km line", [("km", 1768, 1768, "other")]),
        ("330 MBPD refinery", [("bbl/d", 330000.0, 330000.0, "capacity")]),
        ("supplies of 2.5 mbpd", [("bbl/d", 2500000.0, 2500000.0, "throughput")]),
        (
            "the facility, which exports about 15 million tonnes a year, is shut",
            [("t/y", 15000000.0, 15000000.0, "throughput")],
        ),
        ("three-quarters of a million barrels were lost", [("bbl", 750000.0, 750000.0, "lost")]),
        ("the strike took 120,000 b/d offline", [("bbl/d", 120000.0, 120000.0, "lost")]),
        ("120,000 b/d remains offline", [("bbl/d", 120000.0, 120000.0, "lost")]),
        ("shut-in production stands at 300,000 bpd", [("bbl/d", 300000.0, 300000.0, "lost")]),
        ("Force majeure was declared on 180,000 bpd of exports", [("bbl/d", 180000.0, 180000.0, "lost")]),
        ("the closure deprived Germany of 20 mcm a day", [("m3/d", 20000000.0, 20000000.0, "lost")]),
        ("a leak of 40 cubic metres of diesel", [("m3", 40, 40, "spilled")]),
        ("the fire destroyed 5,000 cubic metres of fuel", [("m3", 5000, 5000, "lost")]),
        (
            "a fine of $1 million and a $50 million repair bill",
            [("USD", 50000000, 50000000, "damage_cost")],
        ),
        ("up to 90,000 b/d is at risk", [("bbl/d", None, 90000.0, "at_risk")]),
        ("threatening 600,000 b/d of exports", [("bbl/d", 600000.0, 600000.0, "at_risk")]),
    ],
)
def test_a_quantity_has_its_value_unit_and_role(text: str, expected: Expected, case: type[str]) -> None:
    assert told(case(text)) == approx(expected)


BBL_D, BBL_PRICE = "bbl/d", "USD/bbl"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the size of a works that stopped is lost; a threat, a part of it or a works that runs keeps its capacity
        ("Shelling shut the 140,000 bpd Odesa refinery", [(BBL_D, 140_000, 140_000, "lost")]),
        ("Unit 3 (900 MW) tripped at dawn", [("MW", 900, 900, "lost")]),
        ("The 600 MW link is out until June", [("MW", 600, 600, "lost")]),
        ("A strike would shut the 140,000 bpd refinery", [(BBL_D, 140_000, 140_000, "capacity")]),
        ("It closed the 140,000 bpd refinery's coker", [(BBL_D, 140_000, 140_000, "capacity")]),
        ("A blast hit a 30,000-tonne fuel tank", [("t", 30_000, 30_000, "capacity")]),
        ("The 9,000-ton, Liberian-flag tanker was boarded", [("t", 9_000, 9_000, "capacity")]),
        ("an 80,000-tonne tanker ran aground", [("t", 80_000, 80_000, "capacity")]),
        ("a 20,000 cubic metre tank burned", [("m3", 20_000, 20_000, "capacity")]),
        # a noun that says outright what the figure is
        ("Officials put losses at 9,000 barrels a day", [(BBL_D, 9_000, 9_000, "lost")]),
        ("The shortfall stands at 1,800 MW", [("MW", 1_800, 1_800, "lost")]),
        ("a 40-MW drop in output", [("MW", 40, 40, "lost")]),
        # verbs of loss, spill and return beside the common ones
        ("Protesters turned off 70,000 barrels a day", [(BBL_D, 70_000, 70_000, "lost")]),
        ("A fault took 45 mcm a day off the market", [("m3/d", 45e6, 45e6, "lost")]),
        ("1,100 MW were removed from the grid", [("MW", 1_100, 1_100, "lost")]),
        ("some 300 barrels came out through a crack", [("bbl", 300, 300, "spilled")]),
        ("400 tonnes of mazut are washing ashore", [("t", 400, 400, "spilled")]),
        ("Crews brought back 250 MW by noon", [("MW", 250, 250, "restored")]),
        ("Some 15 million barrels a day pass through the strait", [(BBL_D, 15e6, 15e6, "throughput")]),
        ("The agency will release 30 million barrels from its stocks", [("bbl", 30e6, 30e6, "other")]),
        ("Gunboats seized a lorry with 40 tonnes of diesel", [("t", 40, 40, "stored")]),
        # levels and shares
        ("The reservoir fell to 2.1 billion cubic metres", [("m3", 2.1e9, 2.1e9, "stored")]),
        ("Caverns are 71% full", [("%", 71, 71, "stored")]),
        ("The station supplies 12% of the island's power", [("%", 12, 12, "throughput")]),
        (
            "Loadings dropped from 2.4 to 0.9 million barrels a day",
            [(BBL_D, 2.4e6, 2.4e6, "throughput"), (BBL_D, 9e5, 9e5, "throughput")],
        ),
        # a unit told once serves the figure beside it
        (
            "Flows sank to 90,000 barrels per day from 210,000.",
            [(BBL_D, 90_000, 90_000, "throughput"), (BBL_D, 210_000, 210_000, "throughput")],
        ),
        (
            "310,000 bpd was cut off; on Monday 60,000 bpd had come back",
            [(BBL_D, 310_000, 310_000, "lost"), (BBL_D, 60_000, 60_000, "restored")],
        ),
        (
            "The field gives 8,000 barrels of oil and 3 million cubic metres of gas a day",
            [(BBL_D, 8_000, 8_000, "throughput"), ("m3/d", 3e6, 3e6, "throughput")],
        ),
        # prices without their unit, moves, freight and cover
        ("Brent hit $91", [(BBL_PRICE, 91, 91, "price")]),
        ("Crude would top $120, she said", [(BBL_PRICE, 120, None, "price")]),
        ("Dutch gas slipped below 28 euros", [("EUR/MWh", None, 28, "price")]),
        (
            "Brent gained 70 cents to $66.10 a barrel",
            [(BBL_PRICE, 0.7, 0.7, "price"), (BBL_PRICE, 66.1, 66.1, "price")],
        ),
        (
            "WTI settled 90 cents lower at 61.20 a barrel",
            [(BBL_PRICE, 0.9, 0.9, "price"), (BBL_PRICE, 61.2, 61.2, "price")],
        ),
        ("Day-ahead power jumped 14%", []),
        ("War-risk cover rose to 0.5 percent of hull value", [("%", 0.5, 0.5, "other")]),
        ("Supertanker rates climbed to $110,000 a day", [("USD", 110000, 110000, "other")]),
        # sums of money
        ("a row over 400 million dollars of unpaid bills", [("USD", 4e8, 4e8, "other")]),
        ("The company must pay $90m for the spill", [("USD", 9e7, 9e7, "damage_cost")]),
        ("Its tankers earned a contract worth 20 million euros", [("EUR", 2e7, 2e7, "other")]),
        ("The tribunal awarded it $1.1bn against the state", [("USD", 1.1e9, 1.1e9, "damage_cost")]),
        # time: what stands still, is repaired, rationed or in stock
        ("The unit should be back within 36 hours", [("hour", None, 36, "duration")]),
        ("Heat returned after nineteen hours", [("hour", 19, 19, "duration")]),
        ("The strait was shut for a month", [("day", 30, 30, "duration")]),
        ("Loading was put off by a day and a half", [("hour", 36, 36, "duration")]),
        ("The fire took half an hour to put out", [("hour", 0.5, 0.5, "duration")]),
        ("Power comes for six hours a day", [("hour", 6, 6, "duration")]),
        ("The plants have coal stocks for eight days", [("day", 8, 8, "stored")]),
        ("The overhaul starts with a 21-day shutdown", [("day", 21, 21, "duration")]),
        # customers without their noun, clients, and people served
        ("The storm left 80,000 without power", [("customers", 80_000, 80_000, "customers")]),
        ("12,000 were still in the dark", [("customers", 12_000, 12_000, "customers")]),
        ("A co-operative serving 9,000 customers was hacked", [("customers", 9_000, 9_000, "customers")]),
        ("The pact secures gas for 3 million people", [("people", 3e6, 3e6, "other")]),
        # weight of loot, length of loot
        ("Thieves made off with 900 kg of cable", [("t", 0.9, 0.9, "other")]),
        ("Thieves stole two kilometres of copper wire", [("km", 2, 2, "other")]),
    ],
)
def test_classes_of_sentences_beyond_the_plain_ones(text: str, expected: Expected) -> None:
    assert told(text) == approx(expected)


@pytest.mark.parametrize(
    "text",
    [
        "Shares in the driller fell 6%",
        "The ministry owns 51 percent of the company",
        "The third raid in two weeks hit the depot",
        "The worst blackout in 20 years hit the island",
        "It stopped at 16:30 HOURS",
        "the fire at 0640 hours",
        "a 48-hour notice of the shutdown",
        "Stocks are at a five-year low",
        "The blast injured seven customers and cut gas",
        "The fire burned down 38 homes",
        "Sappers removed 14 kg of explosives",
        "Winds of 120 km/h cut power",
        "BOARDED 38NM EAST OF THE PORT",
        "Robbers took £380 from a filling station",
        "Thirty thousand members of the union stopped work",
        "It cost the thief 25 euros",
        "The ship carries 850 tonnes of rice",
        "The line runs at 80% of its pressure",
    ],
)
def test_what_tells_nothing_of_energy_is_no_quantity(text: str) -> None:
    assert told(text) == []


def test_the_rate_belongs_to_the_words_of_the_quantity() -> None:
    text = "The pipeline, responsible for moving nearly 1.3 million barrels of oil per day, is crucial for both."
    (quantity,) = find_quantities(text)
    assert quantity == QuantityMatch(
        start=37, end=78, text="nearly 1.3 million barrels of oil per day", unit="bbl/d", minimum=1_300_000,
        maximum=1_300_000, approximate=True, role="throughput", superseded=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "current", "superseded"),
    [
        ("It lost 120,000 b/d, correcting an earlier figure of 210,000 b/d.", 120_000, 210_000),
        ("Losses were revised down from 90,000 b/d to 40,000 b/d.", 40_000, 90_000),
        ("It shut 300 b/d, rather than the 500 b/d first reported.", 300, 500),
        ("It lost 700 b/d, not 900 b/d as first reported.", 700, 900),
        ("The ministry had earlier put the loss at 5,000 b/d; it now says 8,000 b/d was lost.", 8_000, 5_000),
        ("The leak released 43 barrels vs. 2 barrels as originally reported.", 43, 2),
        ("An initial estimate of 60 barrels was wrong: 90 barrels leaked.", 90, 60),
        ("It cut 20,000 b/d, up from 15,000 b/d.", 20_000, 15_000),
        ("Output lost was 70,000 bpd instead of 50,000 bpd.", 70_000, 50_000),
    ],
)
def test_a_corrected_figure_is_kept_but_superseded(text: str, current: float, superseded: float) -> None:
    quantities = find_quantities(text)
    assert [q.minimum for q in quantities if not q.superseded] == [current]
    assert [q.minimum for q in quantities if q.superseded] == [superseded]


def test_a_corrected_figure_plays_the_role_of_the_one_that_replaces_it() -> None:
    text = "The plant lost 120 MW of capacity, the ministry said, correcting an earlier figure of 210 MW."
    assert [(q.role, q.superseded) for q in find_quantities(text)] == [("lost", False), ("lost", True)]


def test_a_corrected_figure_without_its_unit_takes_that_of_the_sentence() -> None:
    (now, before) = find_quantities("Some 7,000 barrels were spilled, not 5,000 as first reported.")
    assert (now.minimum, before.minimum, before.unit, before.superseded) == (7_000, 5_000, "bbl", True)


@pytest.mark.parametrize(
    "text",
    [
        "two 132 kV pylons and a 220-kilovolt line",
        'a 24-inch main, 6" pipe and 48″ line',
        "tested at 414 psig",
        "a height of 30 metres",
        "the May 2014 agreement",
        "call 555-0199",
        "Line 6 and Unit 4",
        "three men, two boats",
        "aged 40 years",
        "the 2 MT STAR left",
    ],
)
def test_sizes_pressures_names_and_ages_are_no_quantities(text: str) -> None:
    assert told(text) == []


def test_factors_are_those_of_the_standards() -> None:
    assert GALLONS_A_BARREL == 42
    assert pytest.approx(0.028316846592, rel=1e-12) == CUBIC_FOOT_M3
    assert pytest.approx(0.29307111, rel=1e-6) == MWH_AN_MMBTU


def test_both_ends_may_carry_the_unit() -> None:
    assert told("between 5 MW and 7 MW were lost") == [("MW", 5, 7, "lost")]


@pytest.mark.parametrize(
    "text",
    [
        "🚨 Blast halts 300,000 b/d 🔥",
        "انفجار: pipeline lost 300,000 b/d اليوم",
        "The line\u200b lost\u200b 300,000\u200b b/d.",
        "Cafe\u0301 near the line lost 300,000 b/d",
        "\u202bthe line lost 300,000 b/d\u202c",
    ],
)
def test_offsets_are_right_beside_emoji_and_right_to_left_and_zero_width_text(text: str) -> None:
    (quantity,) = find_quantities(text)
    assert text[quantity.start : quantity.end] == quantity.text
    assert (quantity.minimum, quantity.unit, quantity.role) == (300_000, "bbl/d", "lost")


PIECES = st.sampled_from(
    [
        "5",
        "1,300",
        "two dozen",
        "million",
        "about",
        "up to",
        "between",
        "and",
        "to",
        "-",
        "$",
        "€",
        "barrels",
        "b/d",
        "MW",
        "%",
        "of oil",
        "per day",
        "a barrel",
        "lost",
        "capacity of",
        "customers",
        "hours",
        "without power",
        "\u200f",
        "\u200b",
        "🔥",
        "مصفاة",
        "e\u0301",
        ".",
        ",",
        "\n",
        "not",
        "as first reported",
        "revised from",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map(" ".join), st.lists(PIECES, max_size=40).map("".join)))
def test_spans_are_the_words_at_their_offsets_in_order_and_apart(text: str) -> None:
    found = find_quantities(text)
    assert all(text[q.start : q.end] == q.text and q.text for q in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(q.minimum is not None or q.maximum is not None for q in found)
    assert all(q.minimum <= q.maximum for q in found if q.minimum is not None and q.maximum is not None)


@given(st.integers(1, 999), st.sampled_from(["b/d", "bpd", "MW", "tonnes", "mcm/d", "km"]))
def test_adding_words_around_a_quantity_does_not_change_its_value(value: int, unit: str) -> None:
    plain = find_quantities(f"{value} {unit}")
    framed = find_quantities(f"Officials in the port said {value} {unit} on the day.")
    assert [(q.unit, q.minimum, q.maximum) for q in plain] == [(q.unit, q.minimum, q.maximum) for q in framed]


@pytest.mark.parametrize(
    "piece", ["1", "1,", ", ", " ", "a", "5 barrels ", "lost 5 MW and ", "$5 ", "2 million people of a b c "]
)
def test_long_monotonous_text_takes_linear_time(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        started = time.process_time()
        find_quantities(text)
        return time.process_time() - started

    assert seconds(16_000) < 10 * seconds(4_000) + 0.5
