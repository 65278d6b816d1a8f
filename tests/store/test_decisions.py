"""Decisions on real ledgers: followed at once, kept through nights and edits, taken back without a trace."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from nlp.decisions import DecisionError
from nlp.records import FacilityArgument
from nlp.resolve import Resolution, Suggestion
from store.database import Ledger
from store.decisions import Draft, decide, get_decisions, withdraw_decision
from store.facilities import Facility, sync_facilities
from store.incident_queue import get_incident_queue
from store.resolution import apply_resolution
from store.snapshot import get_snapshot
from store.sources import sync_sources
from store.views import get_incident
from tests.store.samples import (
    NIGHT,
    TEXT,
    add,
    annotate_all,
    find,
    make_annotation,
    make_article,
    make_event,
    make_full_annotation,
    make_source,
    resolve_all,
    tell_night,
)

AT = NIGHT + timedelta(hours=8)
FAR = date(2026, 4, 20)


def tell(ledger: Ledger, source: str, *, at: datetime = NIGHT, day: date | None = None, killed: int = 3) -> None:
    """One more article, read and resolved. Another day makes it another incident."""
    sync_sources(ledger, [make_source(one) for one in sorted({source, *_sources(ledger)})])
    add(ledger, make_article(f"https://{source}.example/a", source=source, at=at, text=_text(killed)))
    annotate_all(ledger, lambda document: annotation(killed, day))
    resolve_all(ledger, now=at)


def _sources(ledger: Ledger) -> set[str]:
    return {row[0] for row in ledger.rows("SELECT source_id FROM source")}


def _text(killed: int) -> str:
    return TEXT.replace("3 people", f"{killed} people")


def annotation(killed: int, day: date | None) -> Any:
    if day is None:
        return make_full_annotation(_text(killed), killed=killed)
    return make_annotation([make_event(_text(killed), killed=killed, day=day)])


def otherwise(document: Any, day: date | None = None) -> Any:
    """What a newer model makes of the same words: less sure of it, and so an event of another id."""
    return make_annotation([make_event(document.text, confidence=0.5, day=day or date(2026, 3, 1))])


def incidents(ledger: Ledger) -> dict[str, tuple[str, int]]:
    return {row[0]: row[1:] for row in ledger.rows("SELECT incident_id, status, reports FROM incidents")}


def standing(ledger: Ledger) -> list[Any]:
    """All that a decision may change and an undo must give back."""
    found = [ledger.rows(f"SELECT * FROM {table} ORDER BY ALL") for table in ("incident", "incident_event")]
    return [*found, ledger.rows("SELECT * FROM suggestions ORDER BY ALL")]


@pytest.fixture
def two(ledger: Ledger) -> tuple[str, str]:
    """The ids of two incidents a month apart: the first of two articles, the second of one."""
    tell_night(ledger, ["daily", "herald"])
    ((first,),) = ledger.rows("SELECT incident_id FROM incident")
    tell(ledger, "later", at=NIGHT + timedelta(days=50), day=FAR)
    ((second,),) = ledger.rows("SELECT incident_id FROM incident WHERE incident_id <> ?", [first])
    return first, second


def test_merge_moves_every_report_at_once_and_says_so_in_both_histories(ledger: Ledger, two: tuple[str, str]) -> None:
    first, second = two
    made = decide(ledger, Draft(kind="merge", incident_id=second, other_id=first, note="one blast"), by="R. Roe", at=AT)
    assert incidents(ledger) == {first: ("occurred", 3), second: ("merged", 0)}
    assert ledger.rows("SELECT merged_into FROM incidents WHERE incident_id = ?", [second]) == [(first,)]
    causes = ledger.rows(
        "SELECT DISTINCT incident_id, cause_kind, cause_id, run_id FROM revisions WHERE revised_at = ?", [AT]
    )
    assert set(causes) == {(one, "decision", made.id, "review") for one in two}
    view = get_incident(ledger, second)
    assert view is not None
    assert view.decisions[0].text == f"{second} is part of {first}"
    assert "one blast" in view.revisions[-1].reason


def test_undo_gives_the_former_partition_back(ledger: Ledger, two: tuple[str, str]) -> None:
    first, second = two
    before = standing(ledger)
    made = decide(ledger, Draft(kind="merge", incident_id=second, other_id=first), by="R. Roe", at=AT)
    assert standing(ledger) != before
    assert withdraw_decision(ledger, made.id, by="J. Doe", at=AT + timedelta(minutes=1))
    assert standing(ledger) == before
    assert not withdraw_decision(ledger, made.id, by="J. Doe", at=AT + timedelta(minutes=2))
    assert ledger.rows("SELECT stands, withdrawn_by FROM decisions") == [(False, "J. Doe")]


def test_later_report_of_a_merged_incident_goes_to_the_survivor(ledger: Ledger, two: tuple[str, str]) -> None:
    first, second = two
    decide(ledger, Draft(kind="merge", incident_id=second, other_id=first), by="R. Roe", at=AT)
    tell(ledger, "latest", at=NIGHT + timedelta(days=51), day=FAR)
    assert incidents(ledger) == {first: ("occurred", 4), second: ("merged", 0)}


@pytest.mark.parametrize("newer_model", [False, True])
def test_merge_outlasts_an_edit_and_a_newer_model_and_can_still_be_taken_back(
    ledger: Ledger, two: tuple[str, str], newer_model: bool
) -> None:
    first, second = two
    made = decide(ledger, Draft(kind="merge", incident_id=second, other_id=first), by="R. Roe", at=AT)
    if newer_model:
        annotate_all(ledger, lambda one: otherwise(one, FAR if "later" in one.url else None), "r9", "model-2")
    else:
        add(ledger, make_article("https://later.example/a", source="later", text=_text(5), at=AT), "r9")
        annotate_all(ledger, lambda document: annotation(5, FAR), "r9")
    resolve_all(ledger, "r9", AT)
    assert incidents(ledger) == {first: ("occurred", 3), second: ("merged", 0)}
    withdraw_decision(ledger, made.id, by="R. Roe", at=AT + timedelta(minutes=1))
    assert incidents(ledger) == {first: ("occurred", 2), second: ("occurred", 1)}


def test_newer_reading_that_fits_nothing_does_not_undo_a_merge(ledger: Ledger, two: tuple[str, str]) -> None:
    first, second = two
    decide(ledger, Draft(kind="merge", incident_id=second, other_id=first), by="R. Roe", at=AT)
    elsewhere = (
        FacilityArgument(
            name="Far Point Refinery", facility_type="refinery", span=find(TEXT, "oil terminal"),
            facility_id="far-point", countries=("GB",),
        ),
    )  # fmt: skip

    def read(document: Any) -> Any:
        if "later" not in document.url:
            return make_full_annotation(document.text)
        return make_annotation([make_event(facilities=elsewhere, facility_type="refinery", country="GB", places=())])

    annotate_all(ledger, read, "r9", "model-2")
    resolve_all(ledger, "r9", AT)
    assert incidents(ledger) == {first: ("occurred", 3), second: ("merged", 0)}


def test_split_outlasts_a_later_night_and_a_newer_model(ledger: Ledger) -> None:
    tell_night(ledger, ["daily", "herald"])
    ((first,),) = ledger.rows("SELECT incident_id FROM incident")
    articles: dict[str, str] = dict(ledger.rows("SELECT source_id, article_id FROM incident_reports"))
    made = decide(ledger, Draft(kind="split", incident_id=first, article_ids=(articles["herald"],)), by="R", at=AT)
    new = made.other_id or ""
    assert incidents(ledger) == {first: ("occurred", 1), new: ("occurred", 1)}
    assert ledger.rows("SELECT field, reason FROM revisions WHERE incident_id = ?", [new])[0][0] == "created"
    annotate_all(ledger, otherwise, "r2", "model-2")
    resolve_all(ledger, "r2", AT)
    assert ledger.rows("SELECT count(*) FROM incident_event WHERE NOT current") == [(2,)]
    assert incidents(ledger) == {first: ("occurred", 1), new: ("occurred", 1)}
    tell(ledger, "later", at=NIGHT + timedelta(days=1))
    told: dict[str, str] = dict(ledger.rows("SELECT source_id, incident_id FROM incident_reports"))
    assert (told["daily"], told["herald"]) == (first, new)
    withdraw_decision(ledger, made.id, by="R", at=AT + timedelta(days=2))
    assert incidents(ledger) == {first: ("occurred", 3), new: ("merged", 0)}


def test_correction_outranks_what_comes_later_until_it_is_taken_back(ledger: Ledger) -> None:
    tell_night(ledger, ["daily"])
    ((first,),) = ledger.rows("SELECT incident_id FROM incident")
    made = decide(ledger, Draft(kind="correct", incident_id=first, field="killed", text="2"), by="R. Roe", at=AT)
    tell(ledger, "herald", at=NIGHT + timedelta(days=1), killed=7)
    assert ledger.rows("SELECT killed_min, killed_max, reports FROM incidents") == [(2, 2, 2)]
    assert ledger.rows("SELECT old, new, cause_id FROM revisions WHERE field = 'killed_min'") == [("3", "2", made.id)]
    withdraw_decision(ledger, made.id, by="R. Roe", at=AT + timedelta(days=2))
    assert ledger.rows("SELECT killed_min FROM incidents") == [(7,)]


def test_corrected_facility_brings_its_name_and_kind(ledger: Ledger) -> None:
    tell_night(ledger, ["daily"])
    sync_facilities(ledger, [Facility(id="far-point", name="Far Point Refinery", facility_type="refinery")])
    ((first,),) = ledger.rows("SELECT incident_id FROM incident")
    decide(ledger, Draft(kind="correct", incident_id=first, field="facility_ids", text="far-point"), by="R", at=AT)
    assert ledger.rows("SELECT facility_ids, facilities, facility_type FROM incidents") == [
        (["far-point"], ["Far Point Refinery"], "refinery")
    ]


def test_dismissed_incident_is_told_once_more_and_leaves_the_counts_with_its_later_reports(ledger: Ledger) -> None:
    tell_night(ledger, ["daily"])
    ((first,),) = ledger.rows("SELECT incident_id FROM incident")
    made = decide(ledger, Draft(kind="dismiss", incident_id=first), by="R. Roe", at=AT)
    tell(ledger, "herald", at=NIGHT + timedelta(days=1))
    assert incidents(ledger) == {first: ("dismissed", 2)}
    assert ledger.rows("SELECT sum(incidents) FROM risk_by_week") in ([(0,)], [(None,)])
    for since, told in ((None, []), (NIGHT, [first]), (AT + timedelta(hours=1), [])):  # that it was, is told once
        snapshot = get_snapshot(ledger, now=AT + timedelta(days=2), since=since, run_id=None)
        assert (snapshot.new, snapshot.open, snapshot.weeks, snapshot.others) == ((), (), (), 0)
        assert [view.id for view in snapshot.changed] == told
    withdraw_decision(ledger, made.id, by="R. Roe", at=AT + timedelta(days=2))
    assert incidents(ledger) == {first: ("occurred", 2)}
    assert len(get_snapshot(ledger, now=AT + timedelta(days=3), since=None, run_id=None).new) == 1


def test_merged_incident_is_told_in_no_briefing(ledger: Ledger, two: tuple[str, str]) -> None:
    first, second = two
    decide(ledger, Draft(kind="merge", incident_id=second, other_id=first), by="R. Roe", at=AT + timedelta(days=60))
    now = AT + timedelta(days=61)
    snapshot = get_snapshot(ledger, now=now, since=now - timedelta(days=2), run_id=None)
    assert [one.id for one in (*snapshot.new, *snapshot.changed, *snapshot.open)] == [first]


def test_verdict_is_shown_and_the_incident_is_asked_about_no_more(ledger: Ledger) -> None:
    tell_night(ledger, ["daily"])
    ledger.execute("UPDATE incident SET confidence = 0.2")
    ((first,),) = ledger.rows("SELECT incident_id FROM incident")
    assert [one.incident_id for one in get_incident_queue(ledger, 9)] == [first]
    decide(ledger, Draft(kind="confirm", incident_id=first), by="R. Roe", at=AT)
    assert ledger.rows("SELECT verdict, reviewed_by, reviewed_at, status FROM incidents") == [
        ("confirmed", "R. Roe", AT.astimezone(UTC), "occurred")
    ]
    assert get_incident_queue(ledger, 9) == []


def test_suggested_pair_is_asked_until_it_is_merged_or_kept_apart(ledger: Ledger, two: tuple[str, str]) -> None:
    first, second = two
    ledger.execute("INSERT INTO suggestion VALUES (?, ?, 0.6, 'near', ?, 'r1')", [second, first, NIGHT])
    assert [(one.incident_id, one.other_id) for one in get_incident_queue(ledger, 9)] == [(second, first)]
    for kind, state in (("apart", "apart"), ("merge", "merged")):
        draft = Draft(kind=kind, incident_id=second, other_id=first)  # type: ignore[arg-type]
        made = decide(ledger, draft, by="R. Roe", at=AT)
        assert ledger.rows("SELECT state FROM suggestions") == [(state,)]
        assert get_incident_queue(ledger, 9) == []
        withdraw_decision(ledger, made.id, by="R. Roe", at=AT)
        assert ledger.rows("SELECT state FROM suggestions") == [("open",)]


def test_same_decision_again_is_the_one_that_stands(ledger: Ledger, two: tuple[str, str]) -> None:
    draft = Draft(kind="correct", incident_id=two[0], field="killed", text="2")
    once = decide(ledger, draft, by="R. Roe", at=AT)
    assert decide(ledger, draft, by="R. Roe", at=AT + timedelta(hours=1)).id == once.id
    assert len(get_decisions(ledger)) == 1


def test_same_merge_split_or_pair_again_is_the_one_that_stands(ledger: Ledger, two: tuple[str, str]) -> None:
    first, second = two
    article = str(ledger.rows("SELECT article_id FROM incident_reports WHERE source_id = 'herald'")[0][0])
    url = str(ledger.rows("SELECT url FROM article WHERE article_id = ?", [article])[0][0])
    apart = decide(ledger, Draft(kind="apart", incident_id=first, other_id=second), by="R. Roe", at=AT)
    again = decide(ledger, Draft(kind="apart", incident_id=second, other_id=first), by="J. Doe", at=AT)
    assert again.id == apart.id
    withdraw_decision(ledger, apart.id, by="R. Roe", at=AT)
    split = decide(ledger, Draft(kind="split", incident_id=first, article_ids=(article,)), by="R. Roe", at=AT)
    for name in (article, article[:12], url):
        draft = Draft(kind="split", incident_id=first, article_ids=(name,))
        assert decide(ledger, draft, by="J. Doe", at=AT).id == split.id
    merge = Draft(kind="merge", incident_id=second, other_id=first)
    made = decide(ledger, merge, by="R. Roe", at=AT)
    assert decide(ledger, merge, by="J. Doe", at=AT).id == made.id
    before = standing(ledger)
    withdraw_decision(ledger, made.id, by="R. Roe", at=AT)
    assert decide(ledger, merge, by="J. Doe", at=AT).id != made.id
    assert standing(ledger) == before
    with pytest.raises(DecisionError, match="no article"):
        decide(ledger, Draft(kind="split", incident_id=second, article_ids=("zzz",)), by="R. Roe", at=AT)


def test_split_between_the_reading_and_the_resolution_is_refused_in_words(ledger: Ledger) -> None:
    tell_night(ledger, ["daily", "herald"])
    ((first,),) = ledger.rows("SELECT incident_id FROM incident")
    article = str(ledger.rows("SELECT article_id FROM incident_reports WHERE source_id = 'herald'")[0][0])
    annotate_all(ledger, otherwise, "r2", "model-2")
    with pytest.raises(DecisionError, match="no article"):
        decide(ledger, Draft(kind="split", incident_id=first, article_ids=(article,)), by="R. Roe", at=AT)
    assert get_decisions(ledger) == []


@pytest.mark.parametrize("status", ["dismissed", "retracted"])
def test_question_ends_with_the_incident_that_absorbed_its_own(
    ledger: Ledger, two: tuple[str, str], status: str
) -> None:
    first, second = two
    tell(ledger, "latest", at=NIGHT + timedelta(days=120), day=date(2026, 6, 29))
    ((third,),) = ledger.rows("SELECT incident_id FROM incident WHERE incident_id NOT IN (?, ?)", [first, second])
    ledger.execute("INSERT INTO suggestion VALUES (?, ?, 0.6, 'near', ?, 'r1')", [third, first, NIGHT])
    decide(ledger, Draft(kind="merge", incident_id=first, other_id=second), by="R. Roe", at=AT)
    assert ledger.rows("SELECT state FROM suggestions") == [("open",)]
    if status == "dismissed":
        decide(ledger, Draft(kind="dismiss", incident_id=second), by="R. Roe", at=AT)
    else:
        ledger.execute("UPDATE incident SET status = 'retracted' WHERE incident_id = ?", [second])
    assert ledger.rows("SELECT state FROM suggestions") == [("gone",)]
    assert [one for one in get_incident_queue(ledger, 9) if one.other_id] == []


@pytest.mark.parametrize("still_alike", [True, False])
def test_question_of_a_merged_incident_is_its_survivors_the_next_night(
    ledger: Ledger, two: tuple[str, str], still_alike: bool
) -> None:
    first, second = two
    tell(ledger, "latest", at=NIGHT + timedelta(days=120), day=date(2026, 6, 29))
    ((third,),) = ledger.rows("SELECT incident_id FROM incident WHERE incident_id NOT IN (?, ?)", [first, second])
    ledger.execute("INSERT INTO suggestion VALUES (?, ?, 0.6, 'near', ?, 'r1')", [first, third, NIGHT])
    decide(ledger, Draft(kind="merge", incident_id=first, other_id=second), by="R. Roe", at=AT)
    asked = Suggestion(incident_id=third, other_id=second, score=0.7, reason="nearer")
    night = Resolution(assignments=(), parents=(), suggestions=(asked,))
    if not still_alike:
        night = Resolution(assignments=(), parents=(), suggestions=(), withdrawn=((third, second),))
    apply_resolution(ledger, night, {}, "r2", AT)
    wanted = [(third, second, 0.7)] if still_alike else []
    assert ledger.rows("SELECT incident_id, other_id, score FROM stored.suggestion") == wanted


def test_corrected_status_ends_or_reopens_the_timeline_and_the_undo_gives_it_back(ledger: Ledger) -> None:
    def read(document: Any) -> Any:
        back = "back" in document.text
        day = date(2026, 3, 4) if back else date(2026, 3, 1)
        return make_annotation([make_event(document.text, event_type="outage", resumed=back, day=day)])

    add(ledger, make_article())
    add(ledger, make_article("https://daily.example/b", at=NIGHT + timedelta(days=3), text=TEXT + " It is back."))
    annotate_all(ledger, read)
    resolve_all(ledger, now=NIGHT + timedelta(days=3))
    if len(ledger.rows("FROM incident")) == 2:
        one, other = (row[0] for row in ledger.rows("SELECT incident_id FROM incident ORDER BY first_reported_at"))
        decide(ledger, Draft(kind="merge", incident_id=other, other_id=one), by="R. Roe", at=AT)
    where = "FROM incidents WHERE status <> 'merged'"
    ((incident_id, status, ended, days),) = ledger.rows(f"SELECT incident_id, status, restored_on, days_out {where}")
    assert status == "restored"
    assert ended is not None
    made = decide(ledger, Draft(kind="correct", incident_id=incident_id, field="status", text="ongoing"), by="R", at=AT)
    ((reopened, more),) = ledger.rows(f"SELECT restored_on, days_out {where}")
    assert (reopened, more) == (None, days + 1)
    withdraw_decision(ledger, made.id, by="R", at=AT)
    assert ledger.rows(f"SELECT restored_on, days_out {where}") == [(ended, days)]


def test_decision_that_cannot_be_taken_changes_nothing(ledger: Ledger, two: tuple[str, str]) -> None:
    first, second = two
    decide(ledger, Draft(kind="merge", incident_id=second, other_id=first), by="R. Roe", at=AT)
    before = standing(ledger)
    refused = [
        (Draft(kind="merge", incident_id=first, other_id=second), "circle"),
        (Draft(kind="merge", incident_id=first, other_id="inc-none"), "holds no incident"),
        (Draft(kind="apart", incident_id=first, other_id=second), "are one incident"),
        (Draft(kind="split", incident_id=first, article_ids=("zzz",)), "no article"),
        (Draft(kind="split", incident_id=first), "needs the articles"),
        (Draft(kind="correct", incident_id=first, field="parent_id", text=second), "cannot be its parent"),
    ]
    for draft, words in refused:
        with pytest.raises(DecisionError, match=words):
            decide(ledger, draft, by="R. Roe", at=AT)
    every = [row[0] for row in ledger.rows("SELECT article_id FROM incident_reports WHERE incident_id = ?", [first])]
    with pytest.raises(DecisionError, match="no article would be left"):
        decide(ledger, Draft(kind="split", incident_id=first, article_ids=tuple(every)), by="R. Roe", at=AT)
    with pytest.raises(DecisionError, match="no decision"):
        withdraw_decision(ledger, "dec-none", by="R. Roe", at=AT)
    assert standing(ledger) == before


def test_salvo_keeps_sensible_parents_through_merge_and_undo(ledger: Ledger) -> None:
    text = TEXT.replace("oil terminal near", "oil terminal and the Far Point refinery near")
    both = (
        make_event().facilities[0],
        FacilityArgument(
            name="Far Point Refinery", facility_type="refinery", span=find(text, "Far Point refinery"),
            facility_id="far-point", countries=("RU",),
        ),
    )  # fmt: skip
    add(ledger, make_article(text=text))
    annotate_all(ledger, lambda document: make_annotation([make_event(text, facilities=both)]))
    resolve_all(ledger)
    ((parent,),) = ledger.rows("SELECT incident_id FROM incident WHERE parent_id IS NULL")
    one, other = (
        row[0] for row in ledger.rows("SELECT incident_id FROM incident WHERE parent_id IS NOT NULL ORDER BY 1")
    )
    before = standing(ledger)
    made = decide(ledger, Draft(kind="merge", incident_id=parent, other_id=one), by="R. Roe", at=AT)
    assert dict(ledger.rows("SELECT incident_id, parent_id FROM incident WHERE merged_into IS NULL")) == {
        one: None,
        other: one,
    }
    withdraw_decision(ledger, made.id, by="R. Roe", at=AT)
    assert standing(ledger) == before
    made = decide(ledger, Draft(kind="merge", incident_id=one, other_id=parent), by="R. Roe", at=AT)
    assert ledger.rows("SELECT parent_id FROM incident WHERE incident_id = ?", [other]) == [(parent,)]
    withdraw_decision(ledger, made.id, by="R. Roe", at=AT)
    assert standing(ledger) == before


def test_each_revision_names_what_caused_it(ledger: Ledger) -> None:
    tell_night(ledger, ["daily"])
    tell(ledger, "herald", at=NIGHT + timedelta(days=1), killed=5)
    add(
        ledger,
        make_article("https://herald.example/a", source="herald", text=_text(6), at=AT + timedelta(days=1)),
        "r3",
    )
    annotate_all(ledger, lambda document: annotation(6, None), "r3")
    resolve_all(ledger, "r3", NIGHT + timedelta(days=2))
    annotate_all(ledger, lambda document: annotation(8, None), "r4", "model-2")
    resolve_all(ledger, "r4", NIGHT + timedelta(days=3))
    ((incident_id,),) = ledger.rows("SELECT incident_id FROM incident")
    view = get_incident(ledger, incident_id)
    assert view is not None
    told = [(one.new, one.cause_kind, one.quote) for one in view.revisions if one.field == "killed_min"]
    assert [(new, kind) for new, kind, _ in told] == [("5", "claim"), ("6", "edit"), ("8", "rules")]
    assert told[0][2] is not None
    assert "killing 5 people" in told[0][2].sentence
    assert told[1][2] is not None
    assert "killing 6 people" in told[1][2].sentence
    assert view.revisions[0].field == "created"
    assert view.revisions[0].quote is not None
    assert next(one.cause_id for one in view.revisions if one.cause_kind == "rules") == "model-2"
