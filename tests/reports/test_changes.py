from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reports.changes import tell_changes
from reports.verify import verify_sentence
from store.records import Fact, Revision, ToldDecision
from tests.reports.builders import LAST_NIGHT, NOW, Told, incident, revision
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
        (("status", "occurred", "partly_restored"), "Status: happened → partly restored†."),
        (("event_type", "accident", "sabotage"), "Type: accident → sabotage."),
        (("killed_min", "3", "5"), "Killed: 3 → 5 (Beta Wire and Courier Online)."),
        (("killed_min", None, "3"), "Killed: not known → 3 (Alpha News, citing the regional governor)."),
        (("country", "KZ", "RU"), "Country: Kazakhstan† → Russia (Alpha News)."),
        (("place", None, "Novorossiysk"), "Place: not known → Novorossiysk (Alpha News)."),
        (("occurred_on", "2026-11-20", "2026-11-21"),
         "Date: 20 November 2026† → 21 November 2026 (Alpha News and Beta Wire)."),
        (("claimed_by", None, "Ukraine's navy"), "Claimed by: not known → Ukraine's navy (Beta Wire)."),
        (
            ("losses", '[{"unit": "bbl/d", "minimum": 200000.0, "maximum": 200000.0}]',
             '[{"unit": "bbl/d", "minimum": 500000.0, "maximum": 500000.0}]'),
            "Lost: 200,000 bbl/d† → 500,000 barrels a day (Alpha News, citing the energy ministry).",
        ),
        (("weather", "calm", "storm 9"), "weather†: calm† → storm 9†."),
    ],
)  # fmt: skip
def test_a_change_is_told_from_old_to_new(change: tuple[str, str | None, str | None], text: str) -> None:
    assert [one for one in told("inc-0041", change) if not one.startswith("That is")] == [text]


@pytest.mark.parametrize("field", ["latitude", "confidence", "report", "created", "killed_max", "risks"])
def test_what_only_the_analyst_needs_is_not_told(field: str) -> None:
    assert told("inc-0041", (field, "1", "2")) == []


def test_two_changes_of_one_field_are_told_as_one() -> None:
    assert told("inc-0041", ("status", "occurred", "ongoing"), ("status", "ongoing", "restored")) == [
        "Status: happened → restored†."
    ]


def test_a_field_that_came_back_to_its_value_did_not_change() -> None:
    assert told("inc-0041", ("status", "occurred", "ongoing"), ("status", "ongoing", "occurred")) == []


def test_changes_before_the_last_briefing_are_old_news() -> None:
    view = changed_refinery()
    old = tuple(replace(one, revised_at=LAST_NIGHT - timedelta(hours=1)) for one in view.revisions)
    assert tell_changes(replace(view, revisions=old, reports=()), LAST_NIGHT) == []


def test_a_losses_column_in_another_form_is_not_told() -> None:
    assert told("inc-0041", ("losses", "nonsense", "[1, 2]")) == []


LATER = Told(
    id="l1",
    publisher="Beta Wire",
    sentences=(
        "The operator said that loading had resumed.", "It will resume at the second berth in May.",
        "The loss was 320,000 b/d, the operator said, correcting an earlier figure of 400,000 b/d.",
        "The fault lies off Bodo.", "The line moves 1.3 million b/d.",
    ),
)  # fmt: skip
SPILT = '[{{"unit": "bbl/d", "minimum": {0}, "maximum": {0}}}]'


def change(field: str, old: str | None, new: str, **more: Any) -> Revision:
    return replace(revision("inc-1", field, old, new, "same facility, words 44% alike"), cause_kind="claim", **more)


def changes_of(*revisions: Revision, facts: tuple[Fact, ...] = (), **fields: Any) -> list[str]:
    view = incident("inc-1", (LATER,), facts, revisions=revisions, **fields)
    sentences = tell_changes(view, LAST_NIGHT)
    assert [problem for one in sentences for problem in verify_sentence(one)] == []
    return [one.text for one in sentences if " → " in one.text]


def test_a_status_cites_the_words_that_say_so() -> None:
    resumed = change("status", "ongoing", "restored", quote=LATER.quote("had resumed"))
    assert changes_of(resumed) == ["Status: still going on → restored (Beta Wire)."]


def test_a_status_that_the_words_only_hope_for_is_the_ledgers() -> None:
    ahead = change("status", "ongoing", "restored", quote=LATER.quote("will resume"))
    assert changes_of(ahead) == ["Status: still going on → restored†."]


def test_a_sources_own_correction_is_told_as_one() -> None:
    facts = (
        LATER.number("lost", 320_000, "320,000 b/d", "bbl/d", speaker="The operator"),
        LATER.number("lost", 400_000, "400,000 b/d", "bbl/d", speaker="The operator", superseded=True),
    )
    corrected = change("losses", SPILT.format("400000.0"), SPILT.format("320000.0"))
    assert changes_of(corrected, facts=facts) == [
        "Lost, corrected: 400,000 barrels a day → 320,000 barrels a day (Beta Wire, citing the operator)."
    ]


def test_a_new_loss_is_told_with_its_share() -> None:
    facts = (
        LATER.number("lost", 320_000, "320,000 b/d", "bbl/d", speaker="The operator"),
        LATER.number("throughput", 1_300_000, "1.3 million b/d", "bbl/d"),
    )
    view = incident("inc-1", (LATER,), facts, revisions=(change("losses", "[]", SPILT.format("320000.0")),))
    assert [one.text for one in tell_changes(view, LAST_NIGHT)][1] == (
        "That is about 25% of what it normally carries, 1.3 million barrels a day."
    )


def test_an_analysts_decision_names_the_analyst_and_the_note() -> None:
    decision = ToldDecision(
        decision_id="d1", text="Type: sabotage", by="M. Rossi", at=NOW, note="Cut marks on the pipe", withdrawn=False
    )
    decided = replace(change("event_type", "accident", "sabotage"), cause_kind="decision", cause_id="d1")
    assert changes_of(decided, decisions=(decision,)) == [
        "Type: accident → sabotage, decided by M. Rossi: “Cut marks on the pipe”."
    ]


@pytest.mark.parametrize(
    ("old", "moved", "known", "told"),
    [
        ("Nigeria", None, False, 0),  # the country, then the place in it
        ("Rivers State", None, True, 0),  # the facility is known, and stands where it stood
        ("Rivers State", "4.4", True, 0),  # 40 km
        ("Kano", "12.0", True, 1),
        ("Kano", None, False, 1),
    ],
)
def test_a_place_told_more_precisely_is_no_change(old: str, moved: str | None, known: bool, told: int) -> None:
    revisions = [change("place", old, "Bodo")]
    revisions += [change("latitude", moved, "4.6")] if moved else []
    fields: dict[str, Any] = {"facility_ids": ("trans-niger-pipeline",)} if known else {}
    place = LATER.fact("place", "Bodo", "Bodo")
    assert len(changes_of(*revisions, facts=(place,), place="Bodo", country="NG", latitude=4.6, longitude=7.3,
                          **fields)) == told  # fmt: skip


def test_the_resolvers_reason_is_never_told() -> None:
    assert "alike" not in " ".join(changes_of(change("status", "ongoing", "restored")))
