from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from reports.changes import tell_changes
from reports.verify import verify_sentence
from tests.reports.builders import LAST_NIGHT, revision
from tests.reports.nights import changed_refinery, terminal_attack


def told(view_id: str, *changes: tuple[str, str | None, str | None]) -> list[str]:
    view = changed_refinery() if view_id == "inc-0030" else terminal_attack()
    view = replace(view, revisions=tuple(revision(view_id, *change, "") for change in changes), reports=())
    sentences = tell_changes(view, LAST_NIGHT)
    assert [problem for one in sentences for problem in verify_sentence(one)] == []
    return [one.text for one in sentences]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (("status", "occurred", "partly_restored"), "Status: happened → partly restored."),
        (("event_type", "accident", "sabotage"), "Type: accident → sabotage."),
        (("killed_min", "3", "5"), "Killed: 3 → 5 (Beta Wire and Courier Online)."),
        (("killed_min", None, "3"), "Killed: not known → 3 (Alpha News)."),
        (("country", "KZ", "RU"), "Country: Kazakhstan† → Russia."),
        (("place", None, "Novorossiysk"), "Place: not known → Novorossiysk (Alpha News)."),
        (("occurred_on", "2026-11-20", "2026-11-21"), "Date: 20 November 2026† → 21 November 2026 (Alpha News)."),
        (("claimed_by", None, "Ukraine's navy"), "Claimed by: not known → Ukraine's navy (Beta Wire)."),
        (
            ("losses", '[{"unit": "bbl/d", "minimum": 200000.0, "maximum": 200000.0}]',
             '[{"unit": "bbl/d", "minimum": 500000.0, "maximum": 500000.0}]'),
            "Lost: 200,000 bbl/d† → 500,000 barrels a day (Alpha News).",
        ),
        (("weather", "calm", "storm 9"), "weather†: calm† → storm 9†."),
    ],
)  # fmt: skip
def test_a_change_is_told_from_old_to_new(change: tuple[str, str | None, str | None], text: str) -> None:
    assert told("inc-0041", change) == [text]


@pytest.mark.parametrize("field", ["latitude", "confidence", "report", "created", "killed_max", "risks"])
def test_what_only_the_analyst_needs_is_not_told(field: str) -> None:
    assert told("inc-0041", (field, "1", "2")) == []


def test_two_changes_of_one_field_are_told_as_one() -> None:
    assert told("inc-0041", ("status", "occurred", "ongoing"), ("status", "ongoing", "restored")) == [
        "Status: happened → restored."
    ]


def test_a_field_that_came_back_to_its_value_did_not_change() -> None:
    assert told("inc-0041", ("status", "occurred", "ongoing"), ("status", "ongoing", "occurred")) == []


def test_changes_before_the_last_briefing_are_old_news() -> None:
    view = changed_refinery()
    old = tuple(replace(one, revised_at=LAST_NIGHT - timedelta(hours=1)) for one in view.revisions)
    assert tell_changes(replace(view, revisions=old, reports=()), LAST_NIGHT) == []


def test_a_losses_column_in_another_form_is_not_told() -> None:
    assert told("inc-0041", ("losses", "nonsense", "[1, 2]")) == []
