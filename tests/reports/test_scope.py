from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from reports.briefing import build_briefing
from reports.scope import Scope, ScopeError, make_scope, narrow, subject_of
from store.records import CountedIncident, IncidentView
from tests.reports.nights import baseline, rich_night, terminal_attack


@pytest.mark.parametrize(
    ("scope", "new", "notes"),
    [
        (Scope(), {"inc-0041", "inc-0042", "inc-0043", "inc-0044", "inc-0045", "inc-0046", "inc-0051"}, 3),
        (make_scope(regions=["sub-saharan africa"]), {"inc-0043", "inc-0044", "inc-0045"}, 0),
        (make_scope(countries=["Russia"]), {"inc-0041"}, 0),
        (make_scope(countries=["ru", "Finland"]), {"inc-0041", "inc-0046"}, 0),
        (make_scope(commodities=["power"]), {"inc-0043", "inc-0046", "inc-0051"}, 0),
        (make_scope(commodities=["power"], countries=["GH"]), {"inc-0043"}, 0),
        (make_scope(commodities=["gas"]), set(), 1),
        (make_scope(event_types=["market"]), set(), 1),
        (make_scope(risks=["sanctions_legal"]), set(), 1),
        (make_scope(event_types=["theft", "Cyberattack"]), {"inc-0042", "inc-0044"}, 0),
    ],
)
def test_a_scope_keeps_what_fits_each_of_its_fields(scope: Scope, new: set[str], notes: int) -> None:
    kept = narrow(rich_night(), scope)
    assert {view.id for view in kept.new} == new
    assert len(kept.notes) == notes
    assert kept.health == rich_night().health


def test_counts_and_trends_follow_the_scope() -> None:
    briefing = build_briefing(rich_night(), scope=make_scope(countries=["NG"]))
    assert dict(briefing.tallies)["new"] == 1
    assert briefing.scope == "Nigeria"
    assert {week.event_type for week in briefing.weeks} == {"theft"}
    assert briefing.trends[0].told.text == "All incidents: 1 in this period; usually 0 to 1 (59 days)."


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"regions": ["Midle East"]}, "did you mean 'Middle East'"),
        ({"commodities": ["uranium"]}, "known: oil, gas, power"),
        ({"countries": ["Rusia"]}, "did you mean 'Russia'"),
        ({"countries": ["Q#"]}, "give its name or ISO 3166 code"),
        ({"risks": ["cybr"]}, "did you mean 'cyber'"),
        ({"event_types": ["strike"]}, "there is no type of event 'strike'"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(names: dict[str, list[str]], message: str) -> None:
    with pytest.raises(ScopeError, match=message):
        make_scope(**names)


def test_a_scope_has_a_label_and_a_name_for_files() -> None:
    scope = make_scope(regions=["europe"], countries=["Iran"], commodities=["GAS"], risks=["theft_unrest"])
    assert scope.label == "Europe; Iran; gas; theft unrest"
    assert scope.slug == "europe-ir-gas-theft-unrest"
    assert Scope().label == Scope().slug == ""


def as_counted(view: IncidentView) -> CountedIncident:
    one = baseline(date(2026, 11, 22))["counted"][0]
    assert isinstance(one, CountedIncident)
    units = tuple({fact.unit for fact in view.facts if fact.field == "lost" and fact.unit and not fact.superseded})
    return replace(
        one, event_type=view.event_type, country=view.country, countries=view.countries, risks=view.risks,
        facility_type=view.facility_type, facilities=view.facilities, place=view.place, latitude=view.latitude,
        longitude=view.longitude, units=units,
    )  # fmt: skip


def test_what_is_told_and_what_is_counted_are_of_one_kind() -> None:
    for view in (*rich_night().new, terminal_attack()):
        assert subject_of(view) == subject_of(as_counted(view))
