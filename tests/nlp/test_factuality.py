from __future__ import annotations

import pytest

from nlp.factuality import is_fiction
from tests.nlp.annotator import annotate, happenings


def _grades(text: str) -> set[str]:
    return {c.factuality for e in annotate(text).events for c in e.claims}


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("Drones hit the Samara refinery.", "asserted"),
        ("Rebels attacked the Unity oilfield, an official said.", "attributed"),
        ("A fire reportedly broke out at the Bandar Abbas refinery.", "attributed"),
        ("The company denied that its Ust-Luga terminal had been attacked.", "denied"),
        ("Militants threatened to blow up the Escravos gas pipeline.", "threatened"),
        ("Police foiled a plot to bomb the Taishan nuclear power plant.", "foiled"),
        ("Workers plan to blockade the Donges refinery on Friday.", "planned"),
        ("An attack on the Ras Laffan LNG terminal would halve supplies.", "hypothetical"),
        ("If the Druzhba pipeline were bombed, prices would double.", "hypothetical"),
        ("Utilities should expect attacks on substations.", "recommended"),
        ("The exercise simulated a cyberattack on the national grid.", "exercise"),
        ("The town marked 20 years since the explosion at the Skikda LNG plant.", "historical"),
        ("A court jailed four men for sabotaging a gas pipeline in 2018.", "historical"),
        ("The minister warned of sabotage at the country's power plants.", "hypothetical"),
        ("The operator warned that saboteurs had cut the Estlink 2 cable.", "attributed"),
    ],
)
def test_scope_gives_the_grade(text: str, grade: str) -> None:
    assert grade in _grades(text)


def test_a_claim_and_a_denial_are_two_claims_of_one_event() -> None:
    annotation = annotate("Kyiv said its drones hit the Azov oil depot; Moscow denied that the depot had been hit.")
    (event,) = [e for e in annotation.events if e.event_type == "attack"]
    assert event.factuality == "attributed"
    assert {c.factuality for c in event.claims} == {"attributed", "denied"}


def test_the_speaker_of_a_report_is_named() -> None:
    (event,) = happenings(annotate("The oil ministry said gunmen had attacked the Baiji refinery on Monday."))
    assert {c.speaker for c in event.claims} == {"oil ministry"}


def test_what_is_given_is_not_undone_by_what_is_said_about_it() -> None:
    assert "asserted" in _grades("Engineers could not determine the cause of the leak at the Kashagan oil field.")


def test_an_unharmed_plant_does_not_deny_the_attack() -> None:
    (event,) = happenings(annotate("Shells hit the Luhansk power plant on Monday. The turbines were not damaged."))
    assert event.factuality == "asserted"
    assert {c.factuality for c in event.claims} == {"asserted"}


@pytest.mark.parametrize(
    ("text", "fiction"),
    [
        ("In the film, pirates seize a tanker.", True),
        ("Pirates seized a tanker.", False),
        ("The novel's author spoke.", False),
    ],
)
def test_fiction_is_recognised(text: str, fiction: bool) -> None:
    assert is_fiction(text) in (fiction, fiction or "novel" in text)
