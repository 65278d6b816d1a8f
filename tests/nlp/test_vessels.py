"""Ships' own names in news copy and in shipping messages."""

from __future__ import annotations

import pytest

from nlp.vessels import find_vessels, vessel_key
from tests.nlp.annotator import annotate, the_event


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Iran seizes Panama-flagged tanker Coral Dawn in the Gulf of Oman.", ["Coral Dawn"]),
        ("Pirates fired on M/T SILVER HERON 20 nm off Bonny, Nigeria.", ["SILVER HERON"]),
        (
            "The crude carrier Ionian Pride and the LPG carrier Gas Roxy collided off Fujairah.",
            ["Ionian Pride", "Gas Roxy"],
        ),
        ("Finnish police boarded the Falcon S oil tanker on Thursday.", ["Falcon S"]),
        ("The Coral Dawn, a Liberia-flagged product tanker, was hit by a drone off Hodeidah.", ["Coral Dawn"]),
        ('A drone hit the Greek-owned tanker "Nordic Lark" near Novorossiysk.', ["Nordic Lark"]),
        ("The Iranian oil tanker Hope 7 was detained off Gibraltar.", ["Hope 7"]),
        ("MT Skylark 9 was boarded by armed robbers at Lagos anchorage.", ["Skylark 9"]),
        ("VESSEL: MT JAVA PEARL (CRUDE) WAS BOARDED BY FOUR ROBBERS AT ANCHOR.", ["JAVA PEARL"]),
    ],
)
def test_a_ship_that_was_hit_bears_its_own_name(text: str, names: list[str]) -> None:
    assert [f.name for f in the_event(text).facilities] == names
    assert {m.text for m in annotate(text).mentions if m.label == "VESSEL"} >= set(names)


@pytest.mark.parametrize(
    "text",
    ["The Saudi Aramco tanker was attacked near Jeddah.", "A Greek tanker was attacked off Hodeidah on Monday."],
)
def test_an_owner_or_a_flag_is_no_ships_name(text: str) -> None:
    assert [vessel_key(f.name) for f in the_event(text).facilities] == [None]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("MT Coral Dawn", "coral dawn"),
        ("CORAL DAWN", "coral dawn"),
        ("Liberia-flagged tanker", None),
        ("oil tanker", None),
        ("Greek", None),
    ],
)
def test_ships_are_compared_by_what_is_their_own(name: str, key: str | None) -> None:
    assert vessel_key(name) == key


def test_a_figure_before_a_unit_belongs_to_no_name() -> None:
    assert [n for _, _, n in find_vessels("MT Amber Fox 14 nautical miles off Lome")] == ["Amber Fox"]
