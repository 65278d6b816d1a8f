"""The resolver: which reports are one incident, and that order cannot matter."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.records import FollowUp, Quantity, Report
from nlp.resolve import KnownIncident, Resolution, resolve
from nlp.resolver_model import load_resolver_model
from tests.nlp.builders import SPAN, event, facility, on, place, report

TUAPSE = facility("tuapse-refinery", countries=("RU",), latitude=44.1, longitude=39.08)
ILSKY = facility("ilsky-refinery", countries=("RU",), latitude=44.84, longitude=38.57)
STRIKE = event(facilities=(TUAPSE,), facility_type="refinery", country="RU", date=on("2026-03-09"))


def groups(resolution: Resolution) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for assignment in resolution.assignments:
        found.setdefault(assignment.incident_id, set()).add(assignment.event_id)
    return {frozenset(events) for events in found.values()}


@pytest.mark.parametrize(
    ("other", "same"),
    [
        pytest.param(STRIKE, True, id="same facility, same day"),
        pytest.param(replace(STRIKE, date=on("2026-03-10")), True, id="same facility, a day later as told"),
        pytest.param(replace(STRIKE, date=on("2026-03-16")), False, id="a second strike a week later"),
        pytest.param(replace(STRIKE, date=on("2026-03-10", basis="publication")), True, id="told without a date"),
        pytest.param(
            replace(STRIKE, date=on("2026-03-01", until="2026-03-31", precision="month")), True, id="told by month"
        ),
        pytest.param(replace(STRIKE, facilities=(ILSKY,)), False, id="another refinery in the same night"),
        pytest.param(
            replace(STRIKE, event_type="outage", date=on("2026-03-16")), False, id="an outage a week after the strike"
        ),
        pytest.param(replace(STRIKE, event_type="accident"), True, id="first told as an explosion"),
        pytest.param(replace(STRIKE, event_type="cyberattack"), False, id="hacked, not struck"),
        pytest.param(replace(STRIKE, factuality="denied"), True, id="a denial belongs to what it denies"),
        pytest.param(replace(STRIKE, factuality="threatened"), False, id="a threat is another thing"),
        pytest.param(
            event(
                facilities=(facility(None),),
                facility_type="refinery",
                country="RU",
                places=(place("Tuapse", "RU", 44.1, 39.08),),
                date=on("2026-03-09"),
            ),
            True,
            id="an unnamed refinery in the same town",
        ),
        pytest.param(
            event(
                facilities=(facility(None, "substation"),),
                facility_type="substation",
                country="RU",
                places=(place("Tuapse", "RU", 44.1, 39.08),),
                date=on("2026-03-09"),
            ),
            False,
            id="a substation in the same town",
        ),
        pytest.param(
            event(facilities=(facility(None),), facility_type="refinery", country="IQ", date=on("2026-03-09")),
            False,
            id="an unnamed refinery in another country",
        ),
    ],
)
def test_two_reports_are_one_incident_only_where_they_tell_of_one_happening(other: object, same: bool) -> None:
    reports = [report("one", STRIKE), report("two", other)]  # type: ignore[arg-type]
    assert (len(groups(resolve(reports))) == 1) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Meltem Star", "MELTEM STAR", True),
        ("MT Meltem Star", "Meltem Star", True),
        ("Meltem Star", "Aegean Hope", False),
    ],
)
def test_ships_are_known_by_their_own_names(one: str, other: str, same: bool) -> None:
    seized = event(
        "seizure", facilities=(facility(None, "tanker", name=one),), facility_type="tanker", date=on("2026-03-09"),
        places=(place("Gulf of Oman"),),
    )  # fmt: skip
    towed = replace(
        seized, facilities=(facility(None, "tanker", name=other),), places=(place("Jask", "IR", 25.6, 57.8),)
    )
    assert (len(groups(resolve([report("one", seized), report("two", towed)]))) == 1) is same


def test_news_of_an_interruption_that_goes_on_belongs_to_it_until_it_was_restored() -> None:
    shut = replace(STRIKE, event_type="blockade")
    again = report("later", replace(shut, date=on("2026-03-16")), published="2026-03-16")
    assert len(groups(resolve([report("first", shut), again]))) == 1
    back = Quantity(text="x", span=SPAN, role="restored", unit="bbl/d", minimum=1.0, maximum=1.0)
    over = report("over", replace(shut, date=on("2026-03-11")), published="2026-03-11", quantities=(back,))
    assert len(groups(resolve([report("first", shut), over, again]))) == 2


def test_sanctions_precedent_and_advice_found_no_incident() -> None:
    told = [
        event("sanction", facilities=(TUAPSE,)),
        event(factuality="historical", facilities=(TUAPSE,)),
        event(factuality="recommended", facilities=(TUAPSE,)),
        event(factuality="exercise", facilities=(TUAPSE,)),
    ]
    assert resolve([report(str(i), e) for i, e in enumerate(told)]).assignments == ()


def test_several_targets_make_a_parent_and_a_child_each() -> None:
    salvo = report("salvo", replace(STRIKE, facilities=(TUAPSE, ILSKY)))
    single = report("single", STRIKE)
    resolution = resolve([salvo, single])
    by_facility = {a.facility_id: a.incident_id for a in resolution.assignments if a.event_id == "salvo"}
    assert set(by_facility) == {None, "tuapse-refinery", "ilsky-refinery"}
    joined = next(a.incident_id for a in resolution.assignments if a.event_id == "single")
    assert joined == by_facility["tuapse-refinery"]
    assert dict(resolution.parents) == {
        by_facility["tuapse-refinery"]: by_facility[None],
        by_facility["ilsky-refinery"]: by_facility[None],
    }


def test_a_late_report_joins_the_incident_of_an_earlier_night() -> None:
    first = resolve([report("one", STRIKE)])
    known = KnownIncident(id=first.assignments[0].incident_id, reports=(report("one", STRIKE),))
    later = resolve([report("two", STRIKE, published="2026-03-14")], [known])
    assert later.assignments[0].incident_id == known.id
    assert not later.assignments[0].founded


def test_an_edited_article_keeps_its_incident_although_its_place_was_corrected() -> None:
    told = event(facilities=(facility(None),), facility_type="refinery", country="RU", date=on("2026-03-09"))
    known = KnownIncident(id="inc-1", reports=(report("other", told, article="b"),), article_ids=frozenset({"a", "b"}))
    edited = report("new", replace(told, killed=None), article="a")
    assert resolve([edited], [known]).assignments[0].incident_id == "inc-1"


def test_a_weak_likeness_is_suggested_and_not_joined() -> None:
    near = event(
        facilities=(facility(None),), facility_type="refinery", country="RU", date=on("2026-03-11"),
        places=(place("Tuapse", "RU", 44.1, 39.08),),
    )  # fmt: skip
    reports = [report("one", STRIKE), report("two", near, published="2026-03-11")]
    strict = replace(load_resolver_model(), join=0.99, suggest=0.0)
    resolution = resolve(reports, model=strict)
    assert len(groups(resolution)) == 2
    assert [0.0 < s.score < 0.99 for s in resolution.suggestions] == [True]
    assert resolve(reports, model=replace(strict, suggest=0.99)).suggestions == ()


def test_report_like_two_incidents_asks_whether_they_are_one() -> None:
    words = ("bitumen", "orsk", "tank", "drone", "orenburg")
    other = replace(STRIKE, facilities=(facility(None),), places=STRIKE.places, date=on("2026-03-16"))
    reports = [
        report("one", STRIKE, words=words),
        report("two", replace(other, date=on("2026-03-14")), published="2026-03-16", words=words),
    ]
    apart = KnownIncident(id="inc-a", reports=(reports[0],)), KnownIncident(id="inc-b", reports=(reports[1],))
    told = report("late", replace(STRIKE, date=None), published="2026-03-15", words=words)
    model = replace(load_resolver_model(), join=0.0, suggest=0.0)
    (asked,) = resolve([told], apart, model=model).suggestions
    assert (asked.incident_id, asked.other_id) == ("inc-b", "inc-a")  # the newer first
    # Once they no longer look like one, the question is taken back.
    unlike = resolve([told], apart, model=replace(model, suggest=1.0))
    assert (unlike.suggestions, unlike.withdrawn) == ((), (("inc-b", "inc-a"),))


def test_incidents_founded_in_the_same_night_are_compared_as_they_stand_in_the_end() -> None:
    model = replace(load_resolver_model(), join=0.99, suggest=0.0)
    reports = _night()
    pairs = [frozenset((s.incident_id, s.other_id)) for s in resolve(reports, model=model).suggestions]
    assert pairs
    assert len(pairs) == len(set(pairs))
    parts: dict[str, set[str]] = {}
    for child, parent in resolve(reports, model=model).parents:
        parts.setdefault(parent, {parent}).add(child)
    assert not any(pair <= kin for pair in pairs for kin in parts.values())


def test_article_without_a_happening_follows_up_what_its_words_follow() -> None:
    words = ("bitumen", "orsk", "tank", "refinery", "orenburg", "soldotsk", "11000")
    incident = report("one", STRIKE, words=words)
    later = incident.fetched_at + timedelta(days=4)
    repair = FollowUp(article_id="repair", told_at=later, words=words[:6], countries=frozenset({"RU"}))
    other = replace(repair, article_id="other", words=("wheat", "harvest", "rouble", "saratov", "silo"))
    alike_by_words_alone = replace(repair, article_id="furniture", countries=frozenset({"AT"}))
    resolution = resolve([incident], follow_ups=[repair, other, alike_by_words_alone])
    assert [one.article_id for one in resolution.followings] == ["repair"]
    assert resolution.followings[0].incident_id == resolution.assignments[0].incident_id


def _night() -> list[Report]:
    days = ["2026-03-08", "2026-03-09", "2026-03-12"]
    made: list[Report] = []
    for i, day in enumerate(days * 4):
        target = (TUAPSE, ILSKY, facility(None, countries=("RU",)))[i % 3 if i % 2 else 0]
        told = event(
            ("attack", "accident", "outage")[i % 3],
            facilities=(target, ILSKY) if i % 5 == 4 else (target,),
            facility_type="refinery",
            country="RU",
            date=on(day),
        )
        made.append(report(f"e{i:02d}", told, published="2026-03-13"))
    return made


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_arrival_within_a_night_does_not_matter(chance: random.Random) -> None:
    reports = _night()
    expected = resolve(reports)
    chance.shuffle(reports)
    assert resolve(reports) == expected
