from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from reports.severity import LEVELS, explain_severity, grade_severity
from reports.severity_rules import LEVEL_POINTS, LOSS_STEPS, RULES
from store.records import CountryCapacity, FacilityCapacity, Fact, IncidentView
from tests.reports.builders import Told, incident
from tests.reports.nights import blackout, ransomware, tapping, terminal_attack


@pytest.mark.parametrize(
    ("view", "level"),
    [(terminal_attack(), "severe"), (ransomware(), "serious"), (blackout(), "moderate"), (tapping(), "minor")],
)
def test_levels_follow_the_written_rules(view: IncidentView, level: str) -> None:
    assert grade_severity(view)[0] == level


def test_reasons_hold_no_figure() -> None:
    for view in (terminal_attack(), ransomware(), blackout(), tapping()):
        assert not any(character.isdigit() for character in grade_severity(view)[1])


def test_what_is_restored_weighs_less_than_what_goes_on() -> None:
    points = [grade_severity(replace(blackout(), status=status))[2] for status in ("restored", "occurred", "ongoing")]
    assert points == sorted(points)
    assert len(set(points)) == 3


def test_a_corrected_figure_does_not_weigh() -> None:
    view = blackout()
    corrected = replace(view, facts=tuple(replace(fact, superseded=True) for fact in view.facts))
    assert grade_severity(corrected)[2] < grade_severity(view)[2]


def test_an_incident_of_which_nothing_is_known_is_minor() -> None:
    assert grade_severity(incident("i", (), (), event_type="market"))[0] == "minor"


PAGE = Path(__file__).parents[2] / "docs" / "design" / "severity.md"
TOLD = Told(
    id="a1",
    publisher="Alpha News",
    sentences=(
        "One man died.", "Ten million people had no power.", "It carries 650 MW and all 650 MW are lost.",
        "It will be out for five months.", "Exports fell by 320,000 b/d.", "Three sailors are held.",
    ),
)  # fmt: skip
KILLED = TOLD.number("killed", 1, "One man", "people")
DARK = TOLD.number("customers", 10_000_000, "Ten million people", "people")
CABLE = TOLD.number("lost", 650, "650 MW are", "MW")
OUT = TOLD.number("duration", 152, "five months", "day")
FLOW = TOLD.number("lost", 320_000, "320,000 b/d", "bbl/d")
HELD = TOLD.number("detained", 3, "Three sailors", "people")


def view_of(
    event_type: str, kind: str | None, *facts: Fact, status: str = "occurred", **fields: object
) -> IncidentView:
    return incident("i", (TOLD,), facts, event_type=event_type, facility_type=kind, status=status, **fields)


ALARM = view_of("accident", "nuclear_plant")
WORKER = view_of("accident", "oil_field", KILLED)
BLACKOUT = view_of("outage", "power_grid", DARK, status="ongoing")
CABLE_CUT = view_of("sabotage", "cable", CABLE, OUT)
STRAIT = view_of("blockade", "chokepoint", status="ongoing", facilities=("Strait of Hormuz",))
RANSOMWARE = view_of("cyberattack", "control_system")
HARMLESS = view_of("cyberattack", "company")


@pytest.mark.parametrize(
    ("view", "level"),
    [
        (ALARM, "minor"), (WORKER, "moderate"), (BLACKOUT, "severe"), (CABLE_CUT, "severe"), (STRAIT, "severe"),
        (RANSOMWARE, "minor"), (HARMLESS, "minor"), (view_of("attack", "nuclear_plant"), "serious"),
        (view_of("attack", "refinery"), "moderate"), (view_of("theft", "oil_pipeline"), "minor"),
        (view_of("attack", "oil_terminal", FLOW), "serious"),
        (view_of("attack", "chokepoint"), "moderate"),
    ],
)  # fmt: skip
def test_plausible_cases_stand_in_a_sensible_order(view: IncidentView, level: str) -> None:
    assert grade_severity(view)[0] == level


def test_each_rule_that_counted_is_told_with_what_it_was_applied_to() -> None:
    told = [(one.rule, one.points, one.inputs) for one in explain_severity(CABLE_CUT)]
    assert told == [
        ("loss-great", 4, "650 MW lost"),
        ("kind-critical", 2, "cable"),
        ("deliberate", 2, ""),
        ("months-out", 2, "152 days"),
    ]
    assert sum(points for _, points, _ in told) == grade_severity(CABLE_CUT)[2]


def test_a_loss_is_weighed_against_the_facility_and_the_country() -> None:
    one = FacilityCapacity(facility_id="r", name="R", facility_type="refinery", capacity=350_000, unit="bbl/d")
    country = CountryCapacity(kind="refinery", unit="bbl/d", capacity=1_000_000, facilities=4)
    small = view_of("accident", "refinery", FLOW, facilities=("R",), capacities=(one,))
    rules = {rule.rule for rule in explain_severity(small)}
    assert {"facility-whole"} <= rules
    rules = {rule.rule for rule in explain_severity(replace(small, country_capacities=(country,)))}
    assert {"facility-whole", "country-quarter"} <= rules
    unhurt = replace(small, facts=(), country_capacities=(country,))
    assert "main-facility" in {rule.rule for rule in explain_severity(unhurt)}
    few = replace(country, facilities=2)
    rules = {rule.rule for rule in explain_severity(replace(small, country_capacities=(few,)))}
    assert not rules & {"country-quarter", "main-facility"}


@pytest.mark.parametrize("state", ["threatened", "planned", "foiled", "denied", "disputed"])
def test_what_has_not_happened_has_half_of_the_points(state: str) -> None:
    happened = grade_severity(CABLE_CUT)[2]
    assert grade_severity(replace(CABLE_CUT, status=state))[2] == happened // 2


@pytest.mark.parametrize("state", ["retracted", "exercise", "historical"])
def test_what_did_not_happen_has_no_points(state: str) -> None:
    status = "retracted" if state == "retracted" else "occurred"
    assert grade_severity(replace(CABLE_CUT, status=status, factuality=state))[2] == 0


def test_suspects_who_are_detained_are_no_victims() -> None:
    assert "detained" not in {rule.rule for rule in explain_severity(view_of("theft", "oil_pipeline", HELD))}
    assert "detained" in {rule.rule for rule in explain_severity(view_of("seizure", "tanker", HELD))}


def test_the_dead_are_not_restored() -> None:
    assert grade_severity(view_of("outage", None, KILLED, status="restored"))[2] == 4


def test_the_page_has_every_rule_with_its_points_and_steps() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (\w+) \| (-?\d+|half|all off) \| (.+) \|$", page, flags=re.M)
    special = {"ahead": "half", "in-doubt": "half", "void": "all off"}
    assert rows == [(one.id, one.group, special.get(one.id, str(one.points)), one.when) for one in RULES]
    steps = re.findall(r"^\| `(\S+)` \| ((?:[\d.,-]+ \| ){4}[\d.,-]+) \|$", page, flags=re.M)
    kept = {
        unit: [None if one == "-" else float(one.replace(",", "")) for one in row.split(" | ")] for unit, row in steps
    }
    assert kept == {unit: list(row) for unit, row in LOSS_STEPS.items()}
    levels = ", ".join(f"{level} from {least}" for least, level in LEVEL_POINTS)
    assert levels in page
    assert tuple(level for _, level in LEVEL_POINTS) == LEVELS
