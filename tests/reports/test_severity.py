from __future__ import annotations

from dataclasses import replace

import pytest

from reports.severity import grade_severity
from store.records import IncidentView
from tests.reports.builders import incident
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
