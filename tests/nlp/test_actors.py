from __future__ import annotations

import pytest

from nlp.vessels import find_vessels
from tests.nlp.annotator import annotate, the_event


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("Taliban fighters blew up a power pylon in Baghlan on Monday.", "Taliban", "perpetrator"),
        ("A pylon was blown up by unidentified gunmen in Kasur on Monday.", "gunmen", "perpetrator"),
        ("A suspected militant attack damaged a gas pipeline in Sui.", "militant", "suspected"),
        ("Russian missiles hit a substation in Lviv on Monday.", "Russia", "perpetrator"),
        ("The army said its drones had struck the Wad Madani power station; it is Sudan's army.", "", ""),
        ("Police blamed separatists for the bombing of a gas pipeline in Quetta.", "separatists", "suspected"),
        ("The Houthis said they had hit the Jizan refinery with drones.", "Houthis", "perpetrator"),
    ],
)
def test_who_did_it_with_the_role(text: str, name: str, role: str) -> None:
    event = the_event(text)
    assert not name or any(name in a.name and a.role == role for a in event.actors), event.actors


def test_who_claims_it_is_named_beside_the_actors() -> None:
    event = the_event("A bomb damaged a pylon in Nangarhar on Monday. Islamic State claimed responsibility.")
    assert any("Islamic State" in c.name for c in event.claimed_by)


@pytest.mark.parametrize(
    "text",
    [
        "A fire broke out at the Sohar refinery, the operator Orpic said.",
        "Drones hit an oil depot in Oryol, the governor said.",
        "An explosion shut the Teesside gas terminal, Reuters reported.",
    ],
)
def test_neither_operator_nor_source_is_an_actor(text: str) -> None:
    assert {a.name for e in annotate(text).events for a in e.actors} == set()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("the tanker Eagle Nord and MT Blue Vega", ["Eagle Nord", "Blue Vega"]),
        ("a tanker in the Red Sea", []),
        ("THE TANKER WAS BOARDED", []),
    ],
)
def test_ships_are_named_after_their_kind(text: str, names: list[str]) -> None:
    assert [name for _, _, name in find_vessels(text)] == names
