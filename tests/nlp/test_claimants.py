from __future__ import annotations

import pytest

from nlp.records import Event
from tests.nlp.annotator import annotate


def _event(text: str) -> Event:
    return annotate(text).events[0]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Saboteurs cut a power cable near Berlin. A letter signed Volcano Group claimed the attack.", "Volcano Group"),
        ("Drones hit a fuel depot in Kosti. The Rapid Support Forces said its forces had struck it.", "Rapid Support"),
        ("The Houthis said they had hit the tanker Amber Dawn with two missiles on Monday.", "Houthis"),
        ("Ransomware locked the utility Enercoast. The group BlackTide claimed the intrusion.", "BlackTide"),
        ("A gang calling itself PaleWolf claimed the hack of the utility Norlys Grid.", "PaleWolf"),
        ("A caller from Al-Nasr Brigade told a newspaper it had bombed the Fujairah oil terminal.", "Al-Nasr Brigade"),
        ("An oil depot in Tver burned. A source in the SBU said its drones had hit the depot.", "SBU"),
        ("An attack claimed by the Lakurawa group damaged a gas pipeline in Sokoto on Monday.", "Lakurawa"),
        ("Drones hit the Skikda refinery. In a video the Sons of the South said they did it.", ""),
        ("Two tankers were hit off Kharg. Iraq said its planes had attacked two large naval targets.", "Iraq"),
        ("Ransomware struck the utility Hydrofin. The gang DarkLynx listed it on its leak site.", "DarkLynx"),
        ("The tanker Nimbus was boarded on Monday. Iran said it had detained the ship.", "Iran"),
        ("A pumping station was bombed in Cepu. The Free Forest Army took credit by e-mail.", "Free Forest Army"),
    ],
)
def test_a_claim_names_the_claimant(text: str, name: str) -> None:
    event = _event(text)
    assert not name or [c.name for c in event.claimed_by if name in c.name], event
    assert not name or [a.name for a in event.actors if name in a.name]


@pytest.mark.parametrize(
    "text",
    [
        "No one claimed responsibility for the bomb that damaged a pylon in Nangarhar on Monday.",
        "Shell said its Bonga platform had been attacked by pirates on Monday.",
        "The company said it had hit its production target at the Tupi oil field after a fire.",
        "Equinor said it had cut output at the Troll gas field after an explosion.",
        "A bomb damaged a pylon in Nangarhar; the blast claimed two lives, police said.",
    ],
)
def test_neither_victims_nor_sources_claim(text: str) -> None:
    assert _event(text).claimed_by == ()


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        (
            "Two men on a motorbike threw a grenade at a pumping station in Arauca.",
            "Two men on a motorbike",
            "perpetrator",
        ),
        ("Armed persons landed from two helicopters and seized the tanker Lotus Sea.", "Armed persons", "perpetrator"),
        ("Iraqi Super Etendards hit the tanker Safina off Kharg island on Monday.", "Iraq", "perpetrator"),
        ("The army shelled an oil depot in Port Sudan on Monday.", "army", "perpetrator"),
        ("Kyiv accused Russia of bombing the Kakhovka hydroelectric dam.", "Russia", "suspected"),
        ("Police arrested six men over the theft of cable from a substation in Durban.", "six men", "suspected"),
        ("The coastguard thwarted an attempt by pirates to hijack the tanker Orkney Star.", "pirates", "suspected"),
        ("Iran denied on Sunday that its navy had seized the tanker Cape Lion.", "Iran", "denied"),
        ("Blasts damaged the Nord Stream pipelines. Russia said it was not behind the blasts.", "Russia", "denied"),
        ("The Egbesu Boys said they would blow up the Forcados terminal.", "Egbesu Boys", "perpetrator"),
        (
            "The United States imposed sanctions on the tanker Gulf Pearl for carrying oil.",
            "United States",
            "perpetrator",
        ),
    ],
)
def test_an_actor_has_its_role(text: str, name: str, role: str) -> None:
    assert (name, role) in {(a.name, a.role) for e in annotate(text).events for a in e.actors}


@pytest.mark.parametrize(
    "text",
    [
        "A gas main in Leeds was damaged by an external force on Monday, the operator said.",
        "A bush fire brought down a transmission line in Victoria on Monday.",
        "KUWAIT, Dec 12 (Wire) - A lorry blew up at the Shuaiba petrochemical complex on Monday.",
        "The Rotterdam refinery, owned by Shell, was hit by a fire. Buyers were told to wait.",
    ],
)
def test_what_is_no_party_is_no_actor(text: str) -> None:
    assert {a.name for e in annotate(text).events for a in e.actors} == set()
