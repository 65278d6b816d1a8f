from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from nlp.background import is_doubting, tells_failure
from nlp.capitals import capital_of
from nlp.guesses import guess_facility
from nlp.intent import is_made_safe, is_tally, tells_stopped_plan
from nlp.records import EventType, Factuality
from nlp.triggers import load_triggers
from tests.nlp.annotator import annotate

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "cases" / "grades.toml").read_text(encoding="utf-8")
)["case"]


def _is_named(wanted: str, names: list[str]) -> bool:
    return any(wanted.lower() in name.lower() for name in names)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_text_gives_its_events_with_their_grades_and_actors(case: dict[str, Any]) -> None:
    events = annotate(case["text"], case.get("title", ""), case.get("published", "2024-05-15T09:00:00Z")).events
    for wanted in case["events"]:
        same = [e for e in events if (e.event_type, e.factuality) == (wanted["type"], wanted["grade"])]
        assert same, [(e.event_type, e.factuality, e.trigger.text) for e in events]
        for field in ("actors", "claimed_by"):
            told = [one.name for e in same for one in getattr(e, field)]
            assert all(_is_named(name, told) for name in wanted.get(field, ())), told


def test_the_cases_hold_every_grade() -> None:
    told = {wanted["grade"] for case in CASES for wanted in case["events"]}
    assert told == set(Factuality.__args__)  # type: ignore[attr-defined]


def test_prospects_name_known_types_and_grades() -> None:
    prospects = [e for e in load_triggers() if e.grade]
    assert prospects
    grades = {*Factuality.__args__, "unreal", "weapon"}  # type: ignore[attr-defined]
    assert {e.grade for e in prospects} <= grades
    assert {e.event_type for e in prospects} <= set(EventType.__args__)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("We will shut the Strait of Hormuz to everyone.", "chokepoint"),
        ("The utility will take unit 11 out for three weeks.", "power_plant"),
        ("Homes will be switched off in turns from Monday.", "power_grid"),
        ("The choir will sing on Sunday.", None),
    ],
)
def test_words_of_a_plan_stand_for_the_works(text: str, kind: str | None) -> None:
    assert guess_facility(text) == kind


@pytest.mark.parametrize(("name", "code"), [("Kyiv", "UA"), ("MOSCOW", "RU"), ("Tel Aviv", "IL"), ("Odesa", None)])
def test_capitals_stand_for_governments(name: str, code: str | None) -> None:
    assert capital_of(name) == code


@pytest.mark.parametrize(
    ("title", "doubting"),
    [
        ("Tanker hit off Sohar?", True),
        ("Ministry denies blast at refinery", True),
        ("No drone struck plant, governor says", True),
        ("Blast at refinery kills two", False),
    ],
)
def test_a_headline_that_asks_or_denies_asserts_nothing(title: str, doubting: bool) -> None:
    assert is_doubting(title) is doubting


def test_a_headline_tells_that_an_attempt_failed_unless_the_text_tells_of_loss() -> None:
    assert tells_failure("Crew repels pirates off Lagos", "Men in a skiff turned away when an alarm was raised.")
    assert not tells_failure("Crew repels pirates off Lagos", "Two seamen were kidnapped before the navy came.")
    assert not tells_failure("Pirates board tanker", "They left with a generator.")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The line has been bombed 14 times since May.", True),
        ("The depot was shelled for the second time this week.", False),
    ],
)
def test_a_count_of_cases_is_background(text: str, told: bool) -> None:
    assert is_tally(text) is told


def test_a_bomb_that_was_found_and_blown_up_did_no_harm() -> None:
    assert is_made_safe("Sappers found a bomb at the pumping station and blew it up in a field.")
    assert not is_made_safe("A bomb blew up at the pumping station.")


def test_people_caught_on_their_way_did_nothing_yet() -> None:
    assert tells_stopped_plan("Three men were arrested as they were about to set fire to a depot.")
    assert not tells_stopped_plan("Three men were arrested after the fire.")
