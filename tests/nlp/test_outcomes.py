from __future__ import annotations

import pytest

from tests.nlp.annotator import annotate


def _grades(text: str, title: str = "") -> set[str]:
    return {e.factuality for e in annotate(text, title).events}


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("Pirates tried to board the tanker Orkney Star but were driven off by warning shots.", "foiled"),
        ("The coastguard thwarted an attempt by pirates to hijack the tanker Orkney Star.", "foiled"),
        ("Two men were arrested before they could blow up the Druzhba pipeline, the FSB said.", "foiled"),
        ("The navy stopped a hijacking of the tanker Orkney Star on Monday.", "foiled"),
        ("The militants said they would blow up more pipelines unless their leaders were freed.", "threatened"),
        ("The Houthis warned that they will strike any tanker bound for Eilat.", "threatened"),
        ("Oil workers were told to quit the Ogoni field by Sunday or face attacks on the flow stations.", "threatened"),
        ("The union has called a strike at the Antwerp refineries for next Thursday.", "planned"),
        ("Reports of a fire at the Bushehr nuclear plant are untrue, the atomic agency said.", "denied"),
        ("No missile hit the Khurais oil field, the energy ministry said.", "denied"),
        ("Reports that a refinery in Tyumen was attacked were dismissed by the governor as fake.", "denied"),
        ("Norway should be ready for sabotage of its gas pipelines, a commission said.", "recommended"),
        ("Oman's navy rejected talk of a seizure of the tanker Blue Gulf.", "denied"),
        ("An explosion was heard near the Ruwais refinery; the operator said it was a false alarm.", "denied"),
        ("Navy divers boarded a hijacked tanker off Goa as part of Exercise Sea Shield.", "exercise"),
    ],
)
def test_the_clause_decides_what_became_of_it(text: str, grade: str) -> None:
    assert _grades(text) == {grade}


@pytest.mark.parametrize(
    "text",
    [
        "A drone hit left Odesa without electricity on Monday.",
        "Villages near Kharkiv have had no power since shelling destroyed a substation on Monday.",
        "Thieves drilled into a diesel pipeline near Puebla without venting gas.",
        "A fire broke out at the Lavan refinery on Monday. Tanks were not damaged and no one was injured.",
        "The Energy Ministry ruled out an attack as the cause of the explosion at the Abadan refinery.",
        "The Mongstad refinery was shut by a fire on Monday and would stay offline for three weeks.",
    ],
)
def test_a_lack_or_an_excluded_cause_denies_no_event(text: str) -> None:
    assert "asserted" in _grades(text)
    assert "denied" not in _grades(text)


def test_a_denial_beside_a_named_claim_is_two_claims() -> None:
    (event,) = annotate(
        "Israel denied that it had bombed the Tartus oil depot, which Syria's state news agency said was hit."
    ).events
    assert event.factuality == "attributed"
    assert {(c.factuality, c.speaker) for c in event.claims} == {
        ("denied", "Israel"),
        ("attributed", "Syria's state news agency"),
    }


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("A tank burned at the Sines refinery on Tuesday. It was a drill.", ""),
        (
            "Hackers cut power to half of Denver at 9 a.m. Dispatchers restored it.",
            "Utilities rehearse blackout response",
        ),
    ],
)
def test_a_drill_is_one_from_the_first_sentence_to_the_last(text: str, title: str) -> None:
    assert _grades(text, title) == {"exercise"}
