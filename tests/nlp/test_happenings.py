"""Classes of happenings, of what only looks like one, and of what belongs together, each in sentences of our own."""

from __future__ import annotations

import pytest

from nlp.frames import frame_of
from nlp.records import HAPPENED, Event
from tests.nlp.annotator import annotate, happenings


def _told(text: str, title: str = "") -> list[Event]:
    return happenings(annotate(text, title))


@pytest.mark.parametrize(
    ("text", "event_type", "facility_type"),
    [
        ("Wet snow brought down 14 pylons on a 110-kilovolt line near Banja Luka on Monday.", "natural_hazard",
         "transmission_line"),
        ("A roof fall in a coal pit near Karviná killed two miners on Tuesday, the rescue service said.", "accident",
         "mine"),
        ("Vandals unscrewed the bolts of a 220-kilovolt mast outside Graz on Sunday, police said.", "sabotage",
         "transmission_line"),
        ("Raiders on motorbikes opened fire on a tanker lorry carrying diesel near Gao on Monday, killing the driver.",
         "attack", "other"),
        ("The oil tanker Vesta Light ran aground on a reef off Zanzibar on Monday.", "accident", "tanker"),
        ("Thieves tapped the Pernis-Antwerp crude line at two points on Sunday night, police said.", "theft",
         "oil_pipeline"),
        ("Ransomware encrypted the servers of a power co-operative in Iowa on Monday, its manager said.", "cyberattack",
         "company"),
        ("The crew of the chemical tanker Alma Bay, hijacked in March, were freed on Monday off Benin.", "seizure",
         "tanker"),
        ("Masked militiamen closed the valves of the Hamada oil pipeline on Friday.", "blockade", "oil_pipeline"),
    ],
)  # fmt: skip
def test_a_happening_is_found_with_its_kind_and_its_works(text: str, event_type: str, facility_type: str) -> None:
    found = _told(text)
    assert any(
        e.event_type == event_type and facility_type in {e.facility_type, *(f.facility_type for f in e.facilities)}
        for e in found
    ), found


@pytest.mark.parametrize(
    "text",
    [
        "A fire at the Gela refinery on Monday injured two men. A crude unit was shut.",
        "Drones struck a fuel depot in Engels on Tuesday. Loading was suspended.",
        "Freezing rain brought down nine pylons near Ottawa on Monday and left 80,000 homes without power.",
    ],
)
def test_a_stop_is_told_beside_its_cause(text: str) -> None:
    kinds = [e.event_type for e in _told(text)]
    assert kinds.count("outage") == 1
    assert len(kinds) == 2


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("", "A news blackout on the talks was lifted on Friday, the spokesman said."),
        ("Drill at tank farm", "Firemen rehearsed a burning tank at an oil terminal; such drills are frequent."),
        ("", "The second season of the thriller, in which divers blow up an oil pipeline, pleased our critic."),
        ("", "Refinery Athletic lost. A late strike by the captain and a goal before half-time sank the visitors."),
        ("Advice on cable theft", "Owners of substations should lock gates, says a leaflet on cable theft."),
        ("", "Masked men robbed a Shell filling station in Leeds of £200 on Friday."),
        ("", "Soldiers defused a bomb that had been found under a gas pipeline near Jalalabad on Monday."),
        ("", "A drifting mine was reported north of Ras Tanura; tankers should keep a sharp lookout."),
        ("", "Marines burned 12 illegal refineries in the creeks of Bayelsa last week."),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_happening_is_told_as_none(title: str, text: str) -> None:
    assert _told(text, title) == []


@pytest.mark.parametrize(
    ("text", "event_type", "factuality"),
    [
        ("Police in Lyon said on Monday that they had foiled a plot to blow up a high-voltage substation.", "attack",
         "foiled"),
        ("The firm will shut the Schwedt refinery for maintenance for 20 days from 4 September.", "outage", "planned"),
        ("A leaflet urges farmers to watch substations after copper theft.", "theft", "recommended"),
    ],
)  # fmt: skip
def test_what_has_not_happened_keeps_its_grade(text: str, event_type: str, factuality: str) -> None:
    assert [(e.event_type, e.factuality) for e in annotate(text).events if e.event_type == event_type] == [
        (event_type, factuality)
    ]


def test_a_limit_of_a_foiled_plot_is_no_event_of_its_own() -> None:
    text = "Police foiled a plot to blow up a substation in Essen on Monday. The substation was not damaged."
    assert [e.factuality for e in annotate(text).events] == ["foiled"]


def test_a_part_without_a_name_is_the_one_named_facility_of_its_text() -> None:
    text = (
        "Drones hit the Tuapse refinery on Monday, the governor said. The blaze in a crude unit was put out by noon. "
        "A jetty was also damaged."
    )
    assert {f.facility_id for e in annotate(text).events for f in e.facilities} == {"tuapse-refinery"}


def test_what_stopped_works_that_are_back_is_told_of_those_works() -> None:
    text = "The Basra Oil Terminal resumed loading on 10 June after the storm that had suspended operations moved away."
    found = _told(text)
    assert found
    assert all("Basra" in f.name for e in found for f in e.facilities)


def test_a_consequence_is_no_second_deed() -> None:
    text = "Rebels bombed the Cano Limon-Covenas pipeline on Sunday, the army said, halting the 85,000 b/d line."
    assert sorted(e.event_type for e in _told(text)) == ["attack", "outage"]


def test_the_attack_of_an_intrusion_is_that_intrusion() -> None:
    text = "Colonial Pipeline was hit by ransomware on Saturday. The gang Pale Fox said it was behind the attack."
    assert {e.event_type for e in _told(text)} == {"cyberattack"}


def test_a_pronoun_target_is_the_subject_above() -> None:
    text = "The Sheskharis terminal loaded a tanker on Tuesday for the first time since it was attacked by drones."
    attack = next(e for e in annotate(text).events if e.event_type == "attack")
    assert attack.factuality in HAPPENED
    assert all(f.facility_type != "tanker" for f in attack.facilities)


@pytest.mark.parametrize(
    ("title", "text", "frame"),
    [
        ("", "In the game two imaginary tankers were sunk; the umpires gave full marks.", "exercise"),
        ("", "Drilling of a second well was simulated; the borehole is 3 km deep.", None),
        ("", "Two drones hit a refinery on Monday.", None),
        ("", "The novel tells of a pipeline bomb. Critics liked its protagonist.", "fiction"),
    ],
)
def test_the_kind_of_a_document_shows_in_its_opening(title: str, text: str, frame: str | None) -> None:
    assert frame_of(title, text) == frame
