from __future__ import annotations

from dataclasses import replace

import pytest

from reports.figures import in_conflict, mixed_units, tell_figures
from reports.records import Sentence
from reports.slots import amount, publisher, sentence
from reports.verify import verify_sentence
from store.records import Fact
from tests.reports.builders import Told, incident


def told(
    words: str, value: float, unit: str, field: str = "lost", publisher: str = "Alpha News", **more: float
) -> Fact:
    article = Told(id=publisher[0].lower(), publisher=publisher, sentences=(f"It told of {words} that were lost.",))
    return article.number(field, value, words, unit, **more)


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (told("about 700 million cubic feet per day", 19_821_792.6144, "m3/d"), "about 700 million cubic feet a day"),
        (told("about six weeks", 42, "day", "duration"), "about six weeks"),
        (told("four to six weeks", 28, "day", "duration", maximum=42.0), "four to six weeks"),
        (told("five months", 150, "day", "duration"), "five months"),
        (told("90 minutes", 1.5, "hour", "duration"), "90 minutes"),
        (told("2,000 gallons", 2000 / 42, "bbl"), "2,000 gallons"),
        (told("3.5 terawatt-hours", 3_500_000, "MWh"), "3.5 terawatt-hours"),
        # The ledger's unit is the source's, or differs by thousands only.
        (told("400,000 barrels per day", 400_000, "bbl/d"), "400,000 barrels a day"),
        (told("1.3 mb/d", 1_300_000, "bbl/d"), "1.3 million barrels a day"),
        (told("79.8 million cubic metres per day", 79_800_000, "m3/d"), "79.8 million cubic metres a day"),
        (told("14 hours", 14, "hour", "duration"), "14 hours"),
    ],
)
def test_a_converted_figure_is_printed_as_its_source_told_it(fact: Fact, text: str) -> None:
    before, after = ("lasting ", ".") if fact.field == "duration" else ("", " lost.")
    printed = sentence(before, amount([fact]), after)
    assert printed.slots[0].text.lower() == text
    assert verify_sentence(printed) == []


GAS = told("about 700 million cubic feet per day", 19_821_792.6144, "m3/d")


@pytest.mark.parametrize(
    "wrong",
    [
        "about 800 million cubic feet a day",
        "about 700 million cubic metres a day",
        "at least 700 million cubic feet a day",
        "about 700 cubic feet a day",
        "about million cubic feet a day",
        "about 700",
        "about 700 million",
        "about 700 million cubic feet a day that were",
    ],
)
def test_a_figure_in_other_words_than_the_source_used_is_found(wrong: str) -> None:
    slot = replace(amount([GAS]), text=wrong)
    assert verify_sentence(sentence(slot, " lost (", publisher(GAS.quote), ")."))


def test_words_that_convert_to_another_kind_of_unit_are_found() -> None:
    wrong = replace(GAS, unit="bbl/d")
    assert verify_sentence(sentence(replace(amount([GAS]), facts=(wrong,)), " lost."))


def test_sources_with_different_units_are_compared_in_the_ledgers() -> None:
    metric = told("20 million cubic metres per day", 20_000_000, "m3/d", publisher="Beta Wire")
    assert mixed_units([[GAS], [metric]])
    assert not in_conflict([[GAS], [metric]])
    view = incident("inc-1", (), (GAS, metric))
    (figures, conflict), *_ = tell_figures(view, lambda told: not verify_sentence(told))
    assert not conflict
    assert "20 million cubic metres a day lost (Beta Wire)" in figures.text
    assert "about 19.82 million cubic metres a day lost (Alpha News)" in figures.text.replace("About", "about")


def harm(*rows: tuple[str, str, float, str]) -> list[Sentence]:
    facts = []
    for publisher_, words, value, field in rows:
        article = Told(id=publisher_, publisher=publisher_, sentences=(f"{words}, officials said.",))
        facts.append(article.number(field, value, words))
    told = [one for one, _ in tell_figures(incident("inc-1", (), tuple(facts)), lambda told: not verify_sentence(told))]
    assert [problem for one in told for problem in verify_sentence(one)] == []
    return told


def test_nobody_hurt_is_said_once_for_all_publishers() -> None:
    rows = [(name, "Nobody was hurt", 0.0, field) for name in ("A", "B", "C", "D") for field in ("killed", "injured")]
    assert [one.text for one in harm(*rows)] == ["Nobody was reported killed or hurt (A and 3 more)."]


def test_nobody_killed_beside_some_injured() -> None:
    told = harm(("A", "There were no deaths", 0.0, "killed"), ("A", "Two men", 2.0, "injured"))
    assert [one.text for one in told] == ["Nobody was reported killed (A).", "2 injured (A)."]


def test_those_who_say_nobody_stand_beside_those_who_say_some() -> None:
    told = harm(("A", "No one", 0.0, "killed"), ("B", "Three men", 3.0, "killed"))
    assert [one.text for one in told] == ["Nobody killed (A) — 3 killed (B)."]


def test_nobody_where_the_words_tell_of_some_is_found() -> None:
    article = Told(id="a", publisher="A", sentences=("Three men died.",))
    some = article.number("killed", 3, "Three men")
    nobody = replace(amount([some]), text="Nobody")
    assert verify_sentence(sentence(nobody, " was reported killed (", publisher(some.quote), ")."))
    misread = replace(nobody, facts=(replace(some, minimum=0.0, maximum=0.0),))
    assert verify_sentence(sentence(misread, " was reported killed (", publisher(some.quote), ")."))
