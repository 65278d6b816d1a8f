"""Which places a text gives an event: its scene, not its speakers' seats, its routes or its owners' homes."""

from __future__ import annotations

import pytest

from tests.nlp.annotator import the_event


@pytest.mark.parametrize(
    ("text", "places", "country"),
    [
        pytest.param(
            "Saboteurs blew up a gas pipeline near Dera Bugti in Balochistan, Pakistan, on Monday.",
            ["Dera Bugti", "Balochistan", "Pakistan"], "PK", id="the country behind a finer place",
        ),
        pytest.param(
            "DUBAI, June 9 (Wire) - Rockets hit the oil refinery at Baiji on Monday, two engineers said.",
            ["Baiji"], "IQ", id="a dateline",
        ),
        pytest.param(
            "A drone set fuel tanks alight in Kremenchuk on Monday. Moscow said its forces had done it, and "
            "Poland's foreign ministry condemned the raid.",
            ["Kremenchuk"], "UA", id="who speaks",
        ),
        pytest.param(
            "Gunmen attacked a fuel tanker lorry near Sibi on Monday; the lorry was bound for Quetta from Karachi.",
            ["Sibi"], "PK", id="a route",
        ),
        pytest.param(
            "Bombers hit the gas line from Kashmore to Sibi on Monday, officials said.",
            ["Kashmore", "Sibi"], "PK", id="the ends of a line",
        ),
        pytest.param(
            "An explosion on Monday damaged the power line outside Cottbus, which feeds a works at Schwarzheide.",
            ["Cottbus"], "DE", id="whom the line feeds",
        ),
        pytest.param(
            "Explosion hits loading jetty: the blast at Ras Laffan on Monday tore off two arms of the LNG terminal.",
            ["Ras Laffan"], "QA", id="a port that is known as works",
        ),
        pytest.param(
            "Thieves drilled into an oil pipeline at Okpoma creek on Monday, and the pipeline caught fire.",
            ["Okpoma"], None, id="a name that no table holds",
        ),
        pytest.param(
            "TANKER BOARDED BY ARMED PERSONS ON MONDAY 38NM EAST OF QARN MUSALLA.",
            ["QARN MUSALLA"], None, id="what a bearing counts from",
        ),
        pytest.param(
            "Chile's grid operator said a fire broke out at the Cerro Tololito power plant on Monday.",
            ["Cerro Tololito"], "CL", id="works with a name of their own, in the country of their operator",
        ),
    ],
)  # fmt: skip
def test_an_event_lies_where_the_text_puts_it(text: str, places: list[str], country: str | None) -> None:
    event = the_event(text)
    assert sorted(p.name.casefold() for p in event.places) == sorted(p.casefold() for p in places)
    assert event.country == country


def test_a_position_without_a_name_is_told_in_its_own_words() -> None:
    event = the_event("A tanker was boarded by pirates at 04-42N 008-19E on Monday.")
    assert [p.name for p in event.places] == ["04-42N 008-19E"]
    assert (event.places[0].latitude, event.places[0].precision) == (4.7, "offshore")


def test_a_people_gives_a_country_and_no_place() -> None:
    event = the_event("Missiles hit two Ukrainian power plants overnight.")
    assert (event.country, [p.precision for p in event.places]) == ("UA", ["unknown"])
