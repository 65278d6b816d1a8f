"""Who speaks with authority: by the words for an office, and by the bodies that the gazetteer knows."""

from __future__ import annotations

import pytest

from nlp.officials import has_office, is_party
from nlp.records import ActorArgument
from tests.nlp.builders import SPAN, event


@pytest.mark.parametrize(
    "speaker",
    ["the oil ministry", "Police", "Russia's defence ministry", "regional governor", "operator", "Baltic grid operator",
     "state oil company", "Colonial Pipeline", "Saudi Aramco", "National Oil Corporation", "consortium",
     "regional emergency service", "the mayor of Tuapse", "Finnish coastguard", "German prosecutors", "Officials",
     "the Nuclear Regulatory Commission", "civil defence", "ship's manager", "the port authority", "50Hertz",
     "energy ministry in Astana", "Colombia's army", "Ukraine's security service"],
)  # fmt: skip
def test_an_office_or_a_body_speaks_with_authority(speaker: str) -> None:
    assert has_office(speaker)


@pytest.mark.parametrize(
    "speaker",
    ["residents", "two shipping agents in the port", "social media channels", "Yemen's Houthis", "analysts",
     "company sources", "a source in the ministry", "an oil workers' union", "Iranian state media", "a former minister",
     "the rebels", "a security company", "local media", "Black Lantern", "witnesses", "a ship-tracking firm",
     "people familiar with it", "an opposition mayor", "Reuters"],
)  # fmt: skip
def test_others_do_not(speaker: str) -> None:
    assert not has_office(speaker)


PARTIES = [
    ("the Nigerian National Petroleum Company", "Niger Delta Avengers", "armed_group", False),
    ("Nigeria's navy", "Nigerian militants", "armed_group", False),
    ("the government of Niger", "Nigerian forces", "state_force", False),
    ("Delta State governor", "Niger Delta Avengers", "armed_group", False),
    ("Colonial Pipeline", "Colombian army", "state_force", False),
    ("Austrian grid operator", "Australian navy", "state_force", False),
    ("Balochistan government", "Balochistan Liberation Army", "armed_group", False),
    ("Colombia's army", "Colombian guerrillas", "armed_group", False),
    ("Iraqi oil ministry", "Iran", "state_force", False),
    ("Iran's navy", "Iranian forces", "state_force", True),
    ("Ukraine's security service", "Ukrainian drones", "state_force", True),
    ("British defence ministry", "UK forces", "state_force", True),
    ("the US Navy", "American forces", "state_force", True),
    ("Israel's government", "Israel Defense Forces", "state_force", True),
    ("Houthi oil ministry", "Houthis", "armed_group", True),
    ("Niger Delta Avengers", "Niger Delta Avengers", "armed_group", True),
]


@pytest.mark.parametrize(("speaker", "actor", "kind", "party"), PARTIES)
def test_who_did_it_is_known_by_country_and_by_whole_names(speaker: str, actor: str, kind: str, party: bool) -> None:
    deed = event(actors=(ActorArgument(name=actor, role="perpetrator", span=SPAN, kind=kind),))
    assert is_party(speaker, deed) is party
