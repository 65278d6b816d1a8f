"""Which of a text's dates is an event's own."""

from __future__ import annotations

import pytest

from tests.nlp.annotator import annotate, happenings

WEDNESDAY = "2025-06-11T09:00:00Z"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        pytest.param(
            "A charge stuck to a diesel tank at Burgas exploded, prosecutors said on Tuesday. A diver had seen the "
            "blast on Monday at noon.",
            "2025-06-09", id="the day beside it, not the day of the statement",
        ),
        pytest.param(
            "An oil pipeline in Imo was blown up, police said on Tuesday.",
            "2025-06-10", id="the day of the statement where there is no other",
        ),
        pytest.param(
            "Militants bombed the gas pipeline near Sui on Sunday. The same line has been bombed 11 times this year.",
            "2025-06-08", id="a tally is no date",
        ),
        pytest.param(
            "Date: 6 June 2025. Site: North Sea. Operator: a joint venture. Remarks: a pipeline burst and leaked oil.",
            "2025-06-06", id="a field of a record",
        ),
        pytest.param(
            "Ilsky refinery on fire\n\nDrones hit the Ilsky refinery on Monday. It will restart by 30 June.",
            "2025-06-09", id="not the day of the restart",
        ),
        pytest.param(
            "The Zawiya refinery has been shut since 3 June by protesters.", "2025-06-03", id="since for what lasts",
        ),
        pytest.param(
            "A fire broke out at the Ryazan refinery overnight.", "2025-06-11", id="overnight",
        ),
    ],
)  # fmt: skip
def test_an_event_has_the_day_that_is_its_own(text: str, day: str) -> None:
    events = happenings(annotate(text, published=WEDNESDAY))
    assert events
    assert events[0].date is not None
    assert str(events[0].date.start) == day


def dated(text: str, event_type: str, published: str = WEDNESDAY) -> str | None:
    event = next(e for e in annotate(text, published=published).events if e.event_type == event_type)
    return event.date.start.isoformat() if event.date is not None else None


@pytest.mark.parametrize(
    ("text", "event_type", "day"),
    [
        pytest.param(
            "The union threatened on Tuesday to blockade the oil terminal at Fos from 20 June.",
            "blockade", "2025-06-20", id="a threat takes the day that it names, not its own",
        ),
        pytest.param(
            "The miners threatened on Tuesday to blockade the coal terminal at Puerto Drummond.",
            "blockade", None, id="a threat without a day has none",
        ),
        pytest.param(
            "Dockers will blockade the oil terminal at Fos by 3 March if talks fail, the union said on Monday.",
            "blockade", "2026-03-03", id="a day without a year of what may come lies ahead",
        ),
        pytest.param(
            "Guards foiled an attempt to blow up the gas pipeline near Sui on Sunday, police said on Tuesday.",
            "attack", "2025-06-08", id="a foiled attempt has its day",
        ),
        pytest.param(
            "Crude moved again through the oil pipeline at Livengood on Saturday, two days after gunmen attacked it.",
            "attack", "2025-06-05", id="days counted back from the day of the sentence",
        ),
        pytest.param(
            "On 3 June, the separatists claim, fighters attacked an oil convoy near Landana.",
            "attack", "2025-06-03", id="a day that opens the sentence dates all of it",
        ),
        pytest.param(
            "Gunmen attacked the pumping station at Dibis on Sunday and told the operator to leave by February.",
            "attack", "2025-06-08", id="a deadline dates no happening",
        ),
    ],
)  # fmt: skip
def test_a_day_belongs_to_the_clause_it_stands_in(text: str, event_type: str, day: str | None) -> None:
    assert dated(text, event_type) == day
