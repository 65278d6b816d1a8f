"""A rendered number and unit parse back to the same canonical value, whatever the way of writing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.quantities import find_quantities
from nlp.units import CUBIC_FOOT_M3, GALLONS_A_BARREL, LITRES_A_BARREL, MWH_AN_MMBTU

# unit as written -> canonical unit, factor, and what may stand before the figure so that it counts
UNITS: dict[str, tuple[str, float]] = {
    "barrels": ("bbl", 1), "bbl": ("bbl", 1), "BBLS": ("bbl", 1), "gallons": ("bbl", 1 / GALLONS_A_BARREL),
    "litres": ("bbl", 1 / LITRES_A_BARREL), "liters": ("bbl", 1 / LITRES_A_BARREL), "bpd": ("bbl/d", 1),
    "b/d": ("bbl/d", 1), "kb/d": ("bbl/d", 1e3), "barrels a day": ("bbl/d", 1), "barrels per day": ("bbl/d", 1),
    "barrels of crude a day": ("bbl/d", 1), "boe/d": ("bbl/d", 1), "barrels an hour": ("bbl/d", 24),
    "cubic metres": ("m3", 1), "m3": ("m3", 1), "cubic feet": ("m3", CUBIC_FOOT_M3), "mcf": ("m3", 1e3 * CUBIC_FOOT_M3),
    "mmcf": ("m3", 1e6 * CUBIC_FOOT_M3), "bcf": ("m3", 1e9 * CUBIC_FOOT_M3), "bcm": ("m3", 1e9),
    "mcm/d": ("m3/d", 1e6), "mmscfd": ("m3/d", 1e6 * CUBIC_FOOT_M3), "Bcf/d": ("m3/d", 1e9 * CUBIC_FOOT_M3),
    "cubic metres a day": ("m3/d", 1), "bcm a year": ("bcm/y", 1), "tonnes": ("t", 1), "tons": ("t", 1),
    "metric tons": ("t", 1), "kt": ("t", 1e3), "mtpa": ("t/y", 1e6), "tonnes a year": ("t/y", 1),
    "tonnes of coal a day": ("t/d", 1), "MW": ("MW", 1), "megawatts": ("MW", 1), "GW": ("MW", 1e3), "kW": ("MW", 1e-3),
    "MWh": ("MWh", 1), "GWh": ("MWh", 1e3), "TWh": ("MWh", 1e6), "gigawatt-hours": ("MWh", 1e3),
    "MMBtu": ("MWh", MWH_AN_MMBTU), "per cent": ("%", 1), "percent": ("%", 1), "%": ("%", 1),
}  # fmt: skip
SCALES = {"": 1.0, " thousand": 1e3, " million": 1e6, " mln": 1e6, "m": 1e6, " billion": 1e9, "bn": 1e9}
ALREADY_SCALED = frozenset(
    {"kb/d", "mcf", "mmcf", "bcf", "bcm", "mcm/d", "mmscfd", "Bcf/d", "bcm a year", "kt", "mtpa"}
)


def written(value: int, separator: str) -> str:
    return f"{value:,}".replace(",", separator)


@pytest.mark.parametrize("unit", list(UNITS))
@settings(max_examples=20)
@given(value=st.integers(1, 9_999_999), separator=st.sampled_from([",", "", "\u00a0", "\u2009"]))
def test_a_whole_figure_reads_back(unit: str, value: int, separator: str) -> None:
    canonical, factor = UNITS[unit]
    glue = "" if unit == "%" else " "
    found = find_quantities(f"the attack stopped {written(value, separator)}{glue}{unit} at the plant")
    assert [q.unit for q in found] == [canonical]
    assert found[0].minimum == pytest.approx(value * factor, rel=1e-6)
    assert found[0].minimum == found[0].maximum


@given(
    unit=st.sampled_from([u for u in UNITS if u not in ALREADY_SCALED and not u.startswith(("%", "per"))]),
    value=st.decimals(Decimal("1.1"), Decimal("99.9"), places=1),
    scale=st.sampled_from([s for s in SCALES if s]),
)
def test_a_scaled_decimal_reads_back(unit: str, value: Decimal, scale: str) -> None:
    canonical, factor = UNITS[unit]
    found = find_quantities(f"the attack stopped {value}{scale} {unit} at the plant")
    assert [q.unit for q in found] == [canonical]
    assert found[0].minimum == pytest.approx(float(value) * SCALES[scale] * factor, rel=1e-6)


@given(
    low=st.integers(2, 400),
    more=st.integers(1, 400),
    unit=st.sampled_from(["MW", "tonnes", "bpd", "mcm/d", "barrels", "GWh"]),
    form=st.sampled_from(["between {} and {} {}", "{} to {} {}", "{}-{} {}", "{} – {} {}", "from {} to {} {}"]),
)
def test_a_range_keeps_both_ends(low: int, more: int, unit: str, form: str) -> None:
    canonical, factor = UNITS[unit]
    found = find_quantities("the attack may have spoiled " + form.format(low, low + more, unit))
    assert [q.unit for q in found] == [canonical]
    assert found[0].minimum == pytest.approx(low * factor)
    assert found[0].maximum == pytest.approx((low + more) * factor)


@given(
    value=st.integers(2, 9_000),
    hedge=st.sampled_from(
        [("at least ", True, False), ("more than ", True, False), ("up to ", False, True), ("less than ", False, True),
         ("about ", True, True), ("some ", True, True), ("nearly ", True, True), ("", True, True)]
    ),
)  # fmt: skip
def test_a_hedge_opens_the_end_that_it_names(value: int, hedge: tuple[str, bool, bool]) -> None:
    words, has_low, has_high = hedge
    (found,) = find_quantities(f"the attack stopped {words}{value:,} MW")
    assert found.minimum == (value if has_low else None)
    assert found.maximum == (value if has_high else None)


@pytest.mark.parametrize(
    ("unit", "canonical", "factor"),
    [
        ("a barrel", "bbl", 1.0),
        ("per barrel", "bbl", 1.0),
        ("/bbl", "bbl", 1.0),
        ("a megawatt-hour", "MWh", 1.0),
        ("/MWh", "MWh", 1.0),
        ("per MMBtu", "MWh", 1 / MWH_AN_MMBTU),
        ("a therm", "MWh", 10 / MWH_AN_MMBTU),
        ("a tonne", "t", 1.0),
        ("a gallon", "bbl", 42.0),
        ("per thousand cubic metres", "m3", 1e-3),
    ],
)
@settings(max_examples=20)
@given(cents=st.integers(101, 99_999), currency=st.sampled_from([("$", "USD"), ("€", "EUR"), ("£", "GBP")]))
def test_a_price_reads_back(cents: int, currency: tuple[str, str], unit: str, canonical: str, factor: float) -> None:
    sign, code = currency
    glue = "" if unit.startswith("/") else " "
    (found,) = find_quantities(f"fuel was sold at {sign}{cents / 100:.2f}{glue}{unit}")
    assert (found.unit, found.role) == (f"{code}/{canonical}", "price")
    assert found.minimum == pytest.approx(cents / 100 * factor, rel=1e-6)


@given(volts=st.integers(1, 1200), form=st.sampled_from(["{} kV", "{}kV", "{}-kV", "{} kilovolts", "{} kilovolt"]))
def test_a_voltage_is_a_size_and_no_quantity(volts: int, form: str) -> None:
    assert find_quantities(f"drones cut the {form.format(volts)} line to the plant") == []
