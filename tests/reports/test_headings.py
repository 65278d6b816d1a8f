from __future__ import annotations

from typing import Any

import pytest

from reports.briefing import build_briefing
from reports.headings import tell_heading
from reports.records import LEDGER_MARK
from reports.verify import verify_sentence
from store.records import Fact, IncidentView
from tests.reports.builders import Told, incident, snapshot


def view_of(words: str, *facts: tuple[str, str, str], **fields: Any) -> IncidentView:
    """One article of one sentence; facts are field, value and the words that say it."""
    article = Told(id="a", publisher="Alpha News", title="It happened", sentences=(words,))
    told: list[Fact] = [article.fact(field, value, said) for field, value, said in facts]
    return incident("inc-1", (article,), (*told, article.grade("asserted", words)), **fields)


REFINERIES = ("Slavyansk refinery", "Afipsky refinery", "Ilsky refinery")
KASHMORE = "Unidentified men blew up a gas pipeline near Kashmore in Sindh, Pakistan."


@pytest.mark.parametrize(
    ("view", "heading"),
    [
        (
            view_of(
                KASHMORE, ("facility", "gas pipeline", "gas pipeline"), ("place", "Kashmore", "Kashmore"),
                facilities=("gas pipeline",), facility_type="gas_pipeline", place="Kashmore", country="PK",
                modes=("explosive",),
            ),
            "Gas pipeline near Kashmore, Pakistan: bomb attack",
        ),
        (
            view_of(
                "Drones hit the Slavyansk, Afipsky and Ilsky refineries in Russia.",
                *(("facility", name, name.split()[0]) for name in REFINERIES),
                facilities=REFINERIES, facility_ids=("a", "b", "c"), country="RU", modes=("drone",),
            ),
            "Slavyansk, Afipsky and Ilsky refineries, Russia: drone attack",
        ),
        (
            view_of(
                "A mooring was damaged in Libya.", ("facility", "Mooring", "mooring"),
                facilities=("Mooring",), facility_type="tanker", country="LY",
            ),
            "Mooring, Libya: attack",
        ),
        (
            view_of(
                "The seized tanker was in Oman.", ("facility", "Seized tanker", "tanker"),
                facilities=("Seized tanker",), facility_type="tanker", country="OM", event_type="seizure",
            ),
            "Tanker, Oman: seizure",
        ),
        (
            view_of(
                "Naval drones struck the Caspian Pipeline Consortium's marine terminal.",
                ("facility", "CPC marine terminal", "Caspian Pipeline Consortium's marine terminal"),
                facilities=("CPC marine terminal",), facility_ids=("cpc",),
            ),
            "CPC marine terminal: attack",
        ),
        (view_of("A line was cut.", facility_type="oil_pipeline", event_type="sabotage"), "Oil pipeline: sabotage"),
        (view_of("It struck Peru.", country="PE", event_type="natural_hazard"), "Peru: natural hazard"),
        (view_of("It was hit."), "Attack"),
    ],
)  # fmt: skip
def test_headings_have_one_form(view: IncidentView, heading: str) -> None:
    told = tell_heading(view)
    assert told.text == heading
    assert verify_sentence(told) == []


def test_a_heading_leaves_the_mark_to_the_sentence_under_it() -> None:
    view = view_of("The Ryazan refinery was hit.", ("facility", "Ryazan refinery", "Ryazan refinery"),
                   facilities=("Ryazan refinery",), facility_ids=("r",), country="RU")  # fmt: skip
    (item,) = build_briefing(snapshot(new=(view,))).sections[0].items
    assert item.heading is not None
    assert item.heading.text == "Ryazan refinery, Russia: attack"
    assert f"in Russia{LEDGER_MARK}" in item.sentences[0].text
    assert tell_heading(view).text == "Ryazan refinery, Russia†: attack"


def test_an_unmarked_country_that_no_sentence_repeats_is_found() -> None:
    view = view_of("The Ryazan refinery was hit.", country="RU")
    told = tell_heading(view)
    unmarked = told.text.replace(LEDGER_MARK, "")
    assert verify_sentence(type(told)(text=unmarked, slots=told.slots))


def test_names_without_the_word_for_their_kind_need_its_plural() -> None:
    view = view_of(
        "Drones hit the Slavyansk and Ilsky refineries.", ("facility", REFINERIES[0], "Slavyansk"),
        ("facility", REFINERIES[2], "Ilsky"), facilities=(REFINERIES[0], REFINERIES[2]), facility_ids=("a", "c"),
    )  # fmt: skip
    told = tell_heading(view)
    assert told.text == "Slavyansk and Ilsky refineries: attack"
    assert verify_sentence(type(told)(text=told.text.replace("refineries", "terminals"), slots=told.slots))
