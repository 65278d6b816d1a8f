from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.casualties import find_casualties

Told = set[tuple[str, int, int | None]]


def told(text: str, of: str | None = None) -> Told:
    return {(c.kind, c.minimum, c.maximum) for c in find_casualties(text) if of is None or c.of == of}


NOBODY: Told = {("killed", 0, 0), ("injured", 0, 0)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Two fitters were scalded when a valve burst", {("injured", 2, 2)}),
        ("The blast killed a linesman", {("killed", 1, 1)}),
        ("Shells struck, killing three marines and two builders", {("killed", 5, 5)}),
        ("It ran over the driver, killing him", {("killed", 1, 1)}),
        ("Raiders fired, killing the driver and his helper", {("killed", 2, 2)}),
        ("A welder, 41, died in the fire", {("killed", 1, 1)}),
        ("At least 12 hostages who died were named", {("killed", 12, None)}),
        ("Three bodies had been brought up by noon", {("killed", 3, 3)}),
        ("The governor put the dead at nine", {("killed", 9, 9)}),
        ("Five men were in hospital", {("injured", 5, 5)}),
        ("Two clerks were cut by flying glass", {("injured", 2, 2)}),
        ("One guard was hit in the shoulder", {("injured", 1, 1)}),
        ("Two deckhands have burns", {("injured", 2, 2)}),
        ("ROBBERS FLED. CREW SAFE.", NOBODY),
        ("VESSEL AND CREW SAFE. NAVY INFORMED.", NOBODY),
        ("The shaft flooded but everybody got out", NOBODY),
        ("The nine sailors were released unharmed", NOBODY),
        ("The crew kept a safe distance", set()),
        ("Six guards posted at the gate of the plant were killed", set()),
        ("Six guards watching the gate of the plant were killed", {("killed", 6, 6)}),
        ("Four divers from a support ship near the platform drowned", {("killed", 4, 4)}),
        ("Three workers at the plant said two drones were shot down", set()),
    ],
)
def test_trades_injuries_and_bulletin_forms(text: str, expected: Told) -> None:
    assert told(text) == expected


@pytest.mark.parametrize("case", [str, str.upper, str.lower], ids=["mixed", "capitals", "small"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("At least seven workers were killed and a dozen injured", {("killed", 7, None), ("injured", 12, 12)}),
        ("Between 30 and 40 people died in the blaze", {("killed", 30, 40)}),
        ("The blast leaves at least one dead and four injured", {("killed", 1, None), ("injured", 4, 4)}),
        ("Gunmen stormed in, killing a guard and wounding two others", {("killed", 1, 1), ("injured", 2, 2)}),
        ("The death toll rose to 30", {("killed", 30, 30)}),
        ("The death toll from the fire has risen to at least 30", {("killed", 30, None)}),
        ("Three of his colleagues were hurt", {("injured", 3, 3)}),
        ("Two killed, 5 wounded in depot blast", {("killed", 2, 2), ("injured", 5, 5)}),
        ("3 dead, 12 hurt in refinery fire", {("killed", 3, 3), ("injured", 12, 12)}),
        ("Resulting in two fatalities and one injury", {("killed", 2, 2), ("injured", 1, 1)}),
        ("One man dead, 20 injured, three missing", {("killed", 1, 1), ("injured", 20, 20), ("missing", 3, 3)}),
        ("The strike killed 15 and injured scores", {("killed", 15, 15), ("injured", 40, None)}),
        ("Dozens were wounded", {("injured", 24, None)}),
        ("Several people were hurt", {("injured", 2, None)}),
        ("As many as 40 people died", {("killed", 1, 40)}),
        ("Attack kills 7, injures 15", {("killed", 7, 7), ("injured", 15, 15)}),
        ("The explosion claimed the lives of 12 miners", {("killed", 12, 12)}),
        ("Seven people, including two children, were killed", {("killed", 7, 7)}),
        ("Killing at least 12 people, most of them men, and injuring 34", {("killed", 12, None), ("injured", 34, 34)}),
        ("Two soldiers and three civilians were killed", {("killed", 5, 5)}),
        ("It hit a bus, killing two soldiers and three civilians, police said", {("killed", 5, 5)}),
        ("Gunmen killed two policemen and a driver", {("killed", 3, 3)}),
        ("Six Chinese engineers and their driver were killed", {("killed", 7, 7)}),
        ("A captain and a bodyguard were killed", {("killed", 2, 2)}),
        ("The driver was injured and taken to hospital", {("injured", 1, 1)}),
        ("Fire fatally injured the technician", {("killed", 1, 1)}),
        ("Two crew members sustained burns", {("injured", 2, 2)}),
        ("A worker died at the scene", {("killed", 1, 1)}),
        ("Fifty-three people are injured after a leak", {("injured", 53, 53)}),
        ("Three crew members are missing", {("missing", 3, 3)}),
        ("Fourteen sailors remain unaccounted for", {("missing", 14, 14)}),
        ("30 people have died and at least 60 are still missing", {("killed", 30, 30), ("missing", 60, None)}),
        ("Police arrested two men", {("detained", 2, 2)}),
        ("Five protesters were detained", {("detained", 5, 5)}),
        ("Armed men abducted seven Pakistani crew members", {("kidnapped", 7, 7)}),
        ("Six oil workers, among them three foreigners, were taken hostage", {("kidnapped", 6, 6)}),
        ("Killed: 3", {("killed", 3, 3)}),
    ],
)  # fmt: skip
def test_people_are_counted_by_kind(text: str, expected: Told, case: type[str]) -> None:
    assert told(case(text)) == expected


@pytest.mark.parametrize("case", [str, str.upper, str.lower], ids=["mixed", "capitals", "small"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No injuries.", NOBODY),
        ("No one was hurt.", NOBODY),
        ("Nobody was injured in the blast.", NOBODY),
        ("There were no reported casualties.", NOBODY),
        ("There were no reports of injuries or damage.", NOBODY),
        ("The attack did not cause any casualties.", NOBODY),
        ("without causing injuries", NOBODY),
        ("No injuries, fatalities or ignition", NOBODY),
        ("There was no fire and no injuries.", NOBODY),
        ("All crew are safe.", NOBODY),
        ("The 22 crew members were unharmed.", NOBODY),
        ("None of the crew was hurt.", NOBODY),
        ("There were no deaths.", {("killed", 0, 0)}),
        ("No fatalities were reported.", {("killed", 0, 0)}),
        ("No one was killed.", {("killed", 0, 0)}),
        ("No deaths were reported but seven people were injured.", {("killed", 0, 0), ("injured", 7, 7)}),
        ("Nobody was arrested.", {("detained", 0, 0)}),
    ],
)
def test_nobody_is_a_count_of_zero_as_far_as_the_words_go(text: str, expected: Told, case: type[str]) -> None:
    assert told(case(text)) == expected


@pytest.mark.parametrize(
    ("text", "victims", "perpetrators"),
    [
        ("Three attackers also died.", set(), {("killed", 3, 3)}),
        ("Troops killed four militants.", set(), {("killed", 4, 4)}),
        ("Guards shot dead two robbers.", set(), {("killed", 2, 2)}),
        ("One of the pirates was shot dead.", set(), {("killed", 1, 1)}),
        ("Five suspected oil thieves were burnt to death.", set(), {("killed", 5, 5)}),
        ("The suicide bomber was killed.", set(), {("killed", 1, 1)}),
        ("Three suspected militants killed two guards.", {("killed", 2, 2)}, set()),
        ("A guard and two attackers were killed.", {("killed", 1, 1)}, {("killed", 2, 2)}),
        ("Two policemen were killed and three insurgents wounded.", {("killed", 2, 2)}, {("injured", 3, 3)}),
        ("Police detained 12 suspects.", set(), {("detained", 12, 12)}),
    ],
)
def test_perpetrators_are_counted_apart_from_victims(text: str, victims: Told, perpetrators: Told) -> None:
    assert told(text, "victims") == victims
    assert told(text, "perpetrators") == perpetrators


@pytest.mark.parametrize(
    "text",
    [
        "The row killed the deal.",
        "Missiles hit 5 targets.",
        "Workers found 2 dead birds.",
        "The spill killed 40 sheep.",
        "Twelve cattle died.",
        "The death toll of dolphins rose to 38.",
        "Troops shot down 12 drones.",
        "The fault killed power to 5 homes.",
        "20 people were killed or injured.",
        "The driver was not injured.",
        "Two dead zones were mapped.",
        "The company lost 40 workers to a rival.",
        "It took 3 days.",
        "In 2019 the plant was hit.",
        "",
    ],
)
def test_other_losses_count_nobody(text: str) -> None:
    assert told(text) == set()


def test_a_count_knows_its_clause() -> None:
    text = "The depot burned. Two guards were killed, but the fire was put out."
    (match,) = find_casualties(text)
    assert text[match.clause_start : match.clause_end] == "Two guards were killed"


@pytest.mark.parametrize(
    "text",
    ["🔥 — two killed\u200f, ministry says ⚠️", "مصفاة: two killed اليوم", "two\u200b killed", "cafe\u0301: two killed"],
)
def test_offsets_are_right_beside_emoji_and_right_to_left_and_zero_width_text(text: str) -> None:
    (match,) = find_casualties(text)
    assert text[match.start : match.end] == match.text
    assert (match.kind, match.minimum) == ("killed", 2)


PIECES = st.sampled_from(
    [
        "5",
        "two",
        "dozens of",
        "workers",
        "a guard",
        "and",
        "were",
        "killed",
        "killing",
        "injured",
        "no one",
        "no injuries",
        "missing",
        "including",
        "arrested",
        "crew",
        "safe",
        "attackers",
        "death toll",
        "to",
        ",",
        ".",
        "but",
        "\u200b",
        "\u200f",
        "🔥",
        "İ",
        "مصفاة",
        "e\u0301",
        "\n",
        "hostage",
        "at least",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map(" ".join), st.lists(PIECES, max_size=40).map("".join)))
def test_spans_are_the_words_at_their_offsets(text: str) -> None:
    for match in find_casualties(text):
        assert text[match.start : match.end] == match.text
        assert match.text
        assert 0 <= match.clause_start <= match.start
        assert match.end <= match.clause_end <= len(text)
        assert match.minimum >= 0
        assert match.maximum is None or match.maximum >= match.minimum


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "killed ",
        "5 killed ",
        "no injuries, ",
        "the man and ",
        "1 2 3 dead ",
        "none of the crew ",
        "a two people, including b killed ",
    ],
)
def test_long_monotonous_text_takes_linear_time(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        started = time.process_time()
        find_casualties(text)
        return time.process_time() - started

    assert seconds(16_000) < 10 * seconds(4_000) + 0.5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Two injured have died, the hospital said.", {("killed", 2, 2)}),
        (
            "The blast killed three and injured six; two of the injured have since died.",
            {("killed", 5, 5), ("injured", 4, 4)},
        ),
        (
            "Four fatalities, and two men hospitalized with burns. One of the hospitalized men later passed away.",
            {("killed", 5, 5), ("injured", 1, 1)},
        ),
        ("One fatality and no injuries.", {("killed", 1, 1), ("injured", 0, 0)}),
        ("Five policemen were wounded and one of them later died.", {("injured", 4, 4), ("killed", 1, 1)}),
        ("A helicopter carrying 16 workers crashed; all on board died.", {("killed", 16, 16)}),
    ],
)
def test_injured_people_who_died_later_are_counted_among_the_dead(text: str, expected: Told) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("killing a British surveyor and two Omani escorts", {("killed", 3, 3)}),
        ("A plate struck the employee, injuring him.", {("injured", 1, 1)}),
        ("The labourer was overcome by vapour, resulting in his death.", {("killed", 1, 1)}),
        ("Between five and seven workers were wounded", {("injured", 5, 7)}),
        ("Personnel: 1 lineman dead in Yoro, 2 with minor injuries.", {("killed", 1, 1), ("injured", 2, 2)}),
        ("Three of its eleven hands are missing.", {("missing", 3, 3)}),
        ("A source gave eight soldiers and drivers killed", {("killed", 8, 8)}),
        ("Excavator operator found dead at the trench", {("killed", 1, 1)}),
        ("They kidnapped and murdered the plant's chief engineer", {("killed", 1, 1)}),
        ("Two crane drivers inhaled smoke.", {("injured", 2, 2)}),
        ("Six attackers and a guard were killed", {("killed", 6, 6), ("killed", 1, 1)}),
    ],
)
def test_people_are_counted_however_they_are_named(text: str, expected: Told) -> None:
    assert told(text) >= expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Two of the staff hurt in the blast at the Orla plant on 4 May have died, taking the toll to four",
         {("killed", 4, 4)}),
        ("Three of those hurt in the fire have since died", {("killed", 3, 3)}),
        ("Two fitters burned in Sunday's fire have succumbed to their injuries", {("killed", 2, 2)}),
        ("Two people who were injured when the boiler burst died on Tuesday, raising the toll to seven",
         {("killed", 7, 7)}),
        ("Two of the nine injured died, bringing the number of dead to four", {("killed", 4, 4)}),
        ("The death toll rose to six after two of the injured succumbed to their wounds", {("killed", 6, 6)}),
        ("Nine were injured. Two of the wounded have died, bringing the death toll to four",
         {("killed", 4, 4), ("injured", 7, 7)}),
        ("Two fitters hurt in the fire remain in hospital", {("injured", 2, 2)}),
        ("Nine men were hurt in the blast and two workers died", {("injured", 9, 9), ("killed", 2, 2)}),
        ("Two guards wounded in the raid said three robbers had died", {("injured", 2, 2)}),
    ],
)  # fmt: skip
def test_the_injured_who_died_later_are_dead_and_no_longer_injured(text: str, expected: Told) -> None:
    assert told(text, "victims") == expected
