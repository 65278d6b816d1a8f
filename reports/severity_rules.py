"""The written rules of severity: what counts, how much, and how it is told. docs/design/severity.md has the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reports.records import Level

Group = Literal["people", "loss", "share", "region", "kind", "size", "intent", "time", "standing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: of each group only the rule with the most points counts."""

    id: str
    group: Group
    points: int
    wording: str  # as printed after "Why serious:"; without figures
    when: str  # what must hold, for the page and for `linewalker incident`


RULES: tuple[Rule, ...] = (
    Rule(id="killed-many", group="people", points=6, wording="many people killed",
         when="ten or more people killed"),
    Rule(id="killed-several", group="people", points=5, wording="people killed",
         when="three to nine people killed"),
    Rule(id="killed", group="people", points=4, wording="people killed",
         when="one or two people killed"),
    Rule(id="injured-many", group="people", points=3, wording="many people injured",
         when="ten or more people injured"),
    Rule(id="injured", group="people", points=2, wording="people injured",
         when="at least one person injured"),
    Rule(id="missing", group="people", points=2, wording="people missing",
         when="at least one person missing"),
    Rule(id="detained", group="people", points=1, wording="people held",
         when="a seizure with at least one person held"),
    Rule(id="loss-extreme", group="loss", points=6, wording="extreme loss",
         when="a loss of the sixth step of its unit"),
    Rule(id="loss-vast", group="loss", points=5, wording="very large loss",
         when="a loss of the fifth step of its unit"),
    Rule(id="loss-great", group="loss", points=4, wording="large loss",
         when="a loss of the fourth step of its unit"),
    Rule(id="loss-large", group="loss", points=3, wording="considerable loss",
         when="a loss of the third step of its unit"),
    Rule(id="loss-some", group="loss", points=2, wording="some loss",
         when="a loss of the second step of its unit"),
    Rule(id="loss-small", group="loss", points=1, wording="a small loss",
         when="any other loss with a figure"),
    Rule(id="facility-whole", group="share", points=2, wording="nearly all that the facility can do",
         when="at least nine tenths of the facility's capacity or usual flow"),
    Rule(id="facility-half", group="share", points=1, wording="half or more of what the facility can do",
         when="half or more of the facility's capacity or usual flow"),
    Rule(id="country-quarter", group="region", points=3, wording="a quarter or more of the country's capacity",
         when="a loss of a quarter or more of what the country's listed facilities of that kind can do, three or more"),
    Rule(id="country-tenth", group="region", points=2, wording="a tenth or more of the country's capacity",
         when="a loss of a tenth or more of it"),
    Rule(id="country-part", group="region", points=1, wording="a noticeable part of the country's capacity",
         when="a loss of a thirtieth or more of it"),
    Rule(id="chokepoint-closed", group="kind", points=7, wording="a chokepoint closed",
         when="a chokepoint that is blockaded, closed or interrupted"),
    Rule(id="kind-nuclear", group="kind", points=4, wording="nuclear plant",
         when="a nuclear plant"),
    Rule(id="kind-chokepoint", group="kind", points=3, wording="chokepoint",
         when="a chokepoint"),
    Rule(id="kind-critical", group="kind", points=2, wording="critical kind of facility",
         when="an oil or gas pipeline, LNG or oil terminal, refinery, gas processing plant, power grid, "
         "control system, cable, hydro dam or port"),
    Rule(id="kind-other", group="kind", points=1, wording="energy facility",
         when="a power plant, field, platform, substation, transmission line, storage, depot, product pipeline, "
         "station or tanker"),
    Rule(id="main-facility", group="size", points=1, wording="one of the country's main facilities of its kind",
         when="a listed capacity of a fifth or more of the country's, where it lists at least three of the kind"),
    Rule(id="deliberate", group="intent", points=2, wording="deliberate",
         when="an attack, sabotage, cyberattack or seizure"),
    Rule(id="blockade", group="intent", points=1, wording="a blockade or labour action",
         when="a blockade"),
    Rule(id="interruption", group="intent", points=1, wording="an interruption",
         when="an outage"),
    Rule(id="months-out", group="time", points=2, wording="out for a month or more",
         when="out for thirty days or more, as counted or as expected"),
    Rule(id="week-out", group="time", points=1, wording="out for a week or more",
         when="out for seven days or more, as counted or as expected"),
    Rule(id="going-on", group="standing", points=1, wording="still going on",
         when="still going on"),
    Rule(id="part-back", group="standing", points=-1, wording="partly restored",
         when="partly restored"),
    Rule(id="back", group="standing", points=-2, wording="since restored",
         when="restored"),
    Rule(id="no-harm", group="standing", points=-2, wording="no harm told",
         when="an accident, cyberattack, theft or natural hazard of which nobody tells a casualty, a loss or a stop"),
    Rule(id="ahead", group="standing", points=0, wording="has not happened",
         when="threatened, planned, foiled, hypothetical or recommended: half of the points, rounded down"),
    Rule(id="in-doubt", group="standing", points=0, wording="disputed",
         when="denied or disputed: half of the points, rounded down"),
    Rule(id="void", group="standing", points=0, wording="did not happen",
         when="retracted, an exercise or told as history: no points"),
)  # fmt: skip

# The steps of a loss, second to sixth: at or above the figure. What is only at risk counts one step less.
LOSS_STEPS: dict[str, tuple[float | None, float | None, float | None, float | None, float | None]] = {
    "bbl/d": (1_000, 20_000, 100_000, 500_000, 2_000_000),
    "bbl": (1_000, 50_000, 500_000, 5_000_000, None),
    "m3/d": (100_000, 1_000_000, 10_000_000, 50_000_000, 200_000_000),
    "bcm/y": (0.05, 1, 5, 20, 50),
    "MW": (20, 100, 500, 2_000, 10_000),
    "t/d": (100, 1_000, 10_000, 50_000, None),
    "t/y": (50_000, 500_000, 5_000_000, 20_000_000, None),
    "customers": (500, 10_000, 100_000, 1_000_000, 5_000_000),
    "people": (500, 10_000, 100_000, 1_000_000, 5_000_000),
    "%": (5, 30, 75, None, None),
}
LEVEL_POINTS: tuple[tuple[int, Level], ...] = ((9, "severe"), (6, "serious"), (3, "moderate"), (0, "minor"))

CRITICAL = frozenset(
    """lng_terminal oil_pipeline gas_pipeline oil_terminal refinery gas_processing power_grid control_system cable
    hydro_dam port""".split()
)
OTHER_KINDS = frozenset(
    """transmission_line substation power_plant oil_field gas_field platform storage product_pipeline
    pump_or_compressor_station tanker fuel_depot""".split()
)
