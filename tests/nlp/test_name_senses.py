"""One name, several meanings: the city, the field, the line, the river, the company, the village, the common word."""

from __future__ import annotations

import pytest

from nlp.gazetteer import load_gazetteer
from nlp.places import load_places


def ids(text: str) -> list[str]:
    return [m.id for m in load_gazetteer().find_names(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # field, city, line, refinery of one name
        ("Production at Kirkuk fell by half after the raid.", ["kirkuk-field"]),
        ("Kirkuk output fell by half after the raid.", ["kirkuk-field"]),
        ("Kirkuk's production has not recovered.", ["kirkuk-field"]),
        ("The governor of Kirkuk slept badly.", []),
        ("The Kirkuk pipeline was blown up west of Baiji.", ["kirkuk-ceyhan-pipeline"]),
        ("The Kirkuk-Ceyhan line was repaired.", ["kirkuk-ceyhan-pipeline"]),
        ("A mortar round landed at the Kirkuk refinery.", ["kirkuk-refinery"]),
        ("Forces retook Mosul.", []),
        ("The Mosul dam needs grouting, engineers in Mosul said.", ["mosul-dam"]),
        ("Residents of Zawiya fled as the Zawiya refinery burned.", ["zawiya-refinery"]),
        ("Clashes in Zawiya killed three.", []),
        ("The Ras Lanuf terminal and the Ras Lanuf refinery closed.", ["ras-lanuf-oil-terminal", "ras-lanuf-refinery"]),
        ("Drones hit the Novorossiysk refinery.", ["novorossiysk-refinery"]),
        ("The port of Novorossiysk was closed by a storm.", ["novorossiysk-port"]),
        ("A blast shook the terminal in Tuapse.", ["tuapse-terminal"]),
        ("Residents of Tuapse heard blasts.", []),
        # river and dam
        ("Oil floated on the Volga for a week.", []),
        ("The Volga hydroelectric station tripped.", ["volga-hydroelectric-station"]),
        ("The Dnipro rose by two metres.", []),
        ("The Dnipro hydroelectric station was hit by missiles.", ["dnipro-hydroelectric-station"]),
        ("Men fished in the Euphrates below the Haditha dam.", ["haditha-dam"]),
        # line and village, line and street
        ("Flows on Druzhba to Hungary stopped.", ["druzhba-pipeline"]),
        ("Druzhba, a village near Sumy, was shelled.", []),
        ("Shells fell on the village of Druzhba.", []),
        ("A car burned in Druzhba street.", []),
        # works and operator of one name, operator and common word
        ("Colonial Pipeline shut its main line.", ["colonial-pipeline"]),
        ("Colonial rule left few pipelines.", []),
        ("Marathon said its Garyville refinery burned.", ["marathon-petroleum", "garyville-refinery"]),
        ("Runners in the Boston marathon passed a power station.", []),
        ("Total said its refinery at Donges was on strike.", ["totalenergies", "donges-refinery"]),
        ("Total output of oil fell.", []),
        ("Total damage to the refinery was put at 3 million dollars.", []),
        ("Shell hit the oil depot and the roof fell in.", []),
        ("Freeport LNG declared force majeure.", ["freeport-lng"]),
        ("The tanker sailed from Freeport.", []),
        # acronyms
        ("CPC exports of crude from Tengiz fell.", ["cpc-pipeline", "tengiz-field"]),
        ("The CPC Central Committee discussed coal.", []),
        ("CPC Corp of Taiwan shut its Dalin refinery.", ["cpc-taiwan", "dalin-refinery"]),
        ("CPC raised diesel prices in Colombo, Sri Lanka.", ["ceylon-petroleum"]),
        ("ADF fighters burned a fuel truck near Beni in Congo.", ["allied-democratic-forces"]),
        ("The ADF of the bank fell.", []),
        # a name in a longer word of another system
        ("The Southern Star Central gas pipeline leaked.", []),
        ("The contractor laid a new pipeline.", []),
        ("Robbers boarded a bulk carrier at the port of Kochi.", []),
    ],
)  # fmt: skip
def test_sense_of_a_shared_name_follows_the_words_beside_it(text: str, expected: list[str]) -> None:
    assert ids(text) == expected


@pytest.mark.parametrize(
    ("text", "name", "country"),
    [
        ("The pipeline crosses Georgia on its way from Baku to Ceyhan.", "Georgia", "GE"),
        ("Georgia's grid operator said power was back in Tbilisi.", "Georgia", "GE"),
        ("A gas leak in Macon, Georgia, closed a school.", "Georgia", "US"),
        ("Georgia Power shut the unit near Atlanta, Georgia officials said.", "Georgia", "US"),
        ("Turkey and Iraq agreed to reopen the pipeline to Ceyhan.", "Turkey", "TR"),
        ("Turkey's Botas halted flows after the earthquake.", "Turkey", "TR"),
        ("Jordan said attacks on the Arab Gas Pipeline cost it a billion dollars.", "Jordan", "JO"),
        ("Chad's oil minister spoke in N'Djamena.", "Chad", "TD"),
        ("Niger closed the pipeline to Benin.", "Niger", "NE"),
    ],
)
def test_sense_of_a_shared_place_name_follows_the_words_beside_it(text: str, name: str, country: str) -> None:
    found = {p.country for p in load_places().find_places(text) if text[p.start : p.end] == name}
    assert found == {country}


@pytest.mark.parametrize(
    "text",
    [
        "Farmers said turkey plants ran on gas during the outage.",
        "Michael Jordan bought an oil field.",
        "Chad Smith, a driller from Texas, fell from a rig.",
    ],
)
def test_people_and_birds_are_no_countries(text: str) -> None:
    assert {p.country for p in load_places().find_places(text)} & {"TR", "JO", "TD"} == set()
