"""Who speaks with authority: by the words for an office, and by the bodies that the gazetteer knows."""

from __future__ import annotations

import pytest

from nlp.officials import has_office


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
