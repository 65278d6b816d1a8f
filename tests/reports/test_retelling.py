"""What newer articles add to an incident in which no figure, place or status changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reports.briefing import build_briefing
from reports.retelling import tell_retelling
from reports.verify import verify_sentence
from store.records import IncidentView
from tests.reports.builders import LAST_NIGHT, Told, incident
from tests.reports.nights import rich_night

BEFORE = "The Lomas cable failed on 17 November and 650 MW of capacity was lost."


def told_again(*sentences: str, before: str = "") -> IncidentView:
    """A cable that was told before; tonight's article says these sentences of it, each with a claim."""
    old = Told(
        id="a7",
        publisher="Alpha News",
        sentences=(BEFORE,),
        published_at=datetime(2026, 11, 18, 9, 0, tzinfo=UTC),
        fetched_at=datetime(2026, 11, 18, 12, 0, tzinfo=UTC),
    )
    new = Told(id="b7", publisher="Beta Wire", sentences=sentences)
    facts = (old.fact("facility", "Lomas cable", "Lomas cable"), *(new.grade("asserted", one) for one in sentences))
    view = incident("inc-0077", (old, new), facts, event_type="outage", facilities=("Lomas cable",))
    return replace(view, reports=(view.reports[0], replace(view.reports[1], before=before)))


@pytest.mark.parametrize(
    "sentence",
    [
        "Damage to the cable by an external force has been confirmed.",
        "The operator expects the link to return to service on 15 August 2027.",
        "Investigators found the mark of an anchor on the seabed beside the break.",
    ],
)
def test_a_finding_that_changes_no_figure_is_quoted_with_who_says_so(sentence: str) -> None:
    told = tell_retelling(told_again(sentence), LAST_NIGHT, 300)
    assert told is not None
    assert told.text == f"“{sentence}” (Beta Wire)"
    assert verify_sentence(told) == []


@pytest.mark.parametrize(
    ("sentences", "before"),
    [
        ((BEFORE,), ""),
        (("The Lomas cable had failed on 17 November, when 650 MW were lost.",), ""),
        (("It was found that an anchor had been dragged along the seabed.",), ""),
        (("Three divers of the navy inspected the broken ends yesterday.",),
         "Three divers of the navy inspected the broken ends yesterday."),
    ],
    ids=["copy", "other words", "points back", "stood there before the edit"],
)  # fmt: skip
def test_what_says_nothing_new_is_not_quoted(sentences: tuple[str, ...], before: str) -> None:
    assert tell_retelling(told_again(*sentences, before=before), LAST_NIGHT, 300) is None


def test_two_sentences_of_one_article_stand_in_its_order() -> None:
    first, second = (
        "The fault was located in deep water north of Cape Verano.",
        "A repair vessel from Norway sails for Lomas on Friday to lift both broken ends.",
    )
    told = tell_retelling(told_again(first, second), LAST_NIGHT, 300)
    assert told is not None
    assert told.text == f"“{first}” “{second}” (Beta Wire)"


def test_the_briefing_quotes_it_under_what_changed() -> None:
    night = rich_night()
    view = told_again("Damage to the cable by an external force has been confirmed.")
    built = build_briefing(replace(night, changed=(*night.changed, view)))
    (changed,) = [section for section in built.sections if section.key == "changed"]
    (item,) = [item for group in changed.groups if group.title.startswith("Told again") for item in group.items]
    assert "external force" in item.sentences[0].text
    assert built.withheld == ()
    assert changed.number == len(changed.items) - 1
