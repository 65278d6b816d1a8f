from __future__ import annotations

from datetime import timedelta

import pytest

from nlp.records import RiskTag
from store.database import Ledger
from store.errors import LedgerError
from store.reviews import (
    Answer,
    add_answers,
    find_review_ids,
    get_candidates,
    get_review_items,
    get_verdicts,
    withdraw_answer,
)
from store.snapshot import get_snapshot
from store.sources import sync_sources
from store.stories import get_unstoried
from tests.store.samples import (
    NIGHT,
    TEXT,
    TITLE,
    add,
    annotate_all,
    make_annotation,
    make_article,
    make_event,
    make_source,
    resolve_all,
)

TAGS = "SELECT relevant, risks, uncertain, reviewed_by FROM articles ORDER BY url"


def answer(version_id: str, **changes: object) -> Answer:
    values: dict[str, object] = {
        "version_id": version_id, "kind": "corrected", "relevant": True, "risks": ("cyber", "sabotage"), "by": "ada",
        "at": NIGHT,
    }  # fmt: skip
    return Answer(**(values | changes))  # type: ignore[arg-type]


def add_read(ledger: Ledger, **changes: object) -> str:
    sync_sources(ledger, [make_source()])
    added = add(ledger, make_article(**changes))  # type: ignore[arg-type]
    annotate_all(ledger, lambda document: make_annotation([], uncertain=True))
    assert added.version_id is not None
    return added.version_id


def test_correction_outranks_the_machine_in_the_views(ledger: Ledger) -> None:
    version = add_read(ledger)
    assert ledger.rows(TAGS) == [(True, ["physical_attack"], True, None)]
    assert add_answers(ledger, [answer(version)]) == 1
    assert ledger.rows(TAGS) == [(True, ["cyber", "sabotage"], False, "ada")]
    assert ledger.rows("SELECT risk, articles FROM risk_by_week ORDER BY risk") == [("cyber", 1), ("sabotage", 1)]
    assert ledger.rows("SELECT machine_risks, counts, kind FROM reviews") == [(["physical_attack"], True, "corrected")]


def test_correction_survives_a_newer_model(ledger: Ledger) -> None:
    version = add_read(ledger)
    add_answers(ledger, [answer(version, relevant=False, risks=())])
    newer = make_annotation([], risks=(RiskTag(label="market", probability=0.99),))
    assert annotate_all(ledger, lambda document: newer, "r2", "newer") == 1
    assert ledger.rows(TAGS) == [(False, [], False, "ada")]
    assert ledger.rows("SELECT * FROM risk_by_week") == []
    assert get_candidates(ledger) == []


def test_same_answer_twice_is_one_row(ledger: Ledger) -> None:
    version = add_read(ledger)
    assert add_answers(ledger, [answer(version), answer(version)]) == 1
    assert add_answers(ledger, [answer(version)]) == 0


def test_last_answer_counts_and_withdrawing_it_brings_the_one_before_back(ledger: Ledger) -> None:
    version = add_read(ledger)
    first = answer(version)
    second = answer(version, risks=("market",), by="bob", at=NIGHT + timedelta(hours=1))
    add_answers(ledger, [first])
    add_answers(ledger, [second])
    assert ledger.rows(TAGS) == [(True, ["market"], False, "bob")]
    assert withdraw_answer(ledger, second.id, by="bob", at=NIGHT)
    assert not withdraw_answer(ledger, second.id, by="bob", at=NIGHT)
    assert ledger.rows(TAGS) == [(True, ["cyber", "sabotage"], False, "ada")]
    assert withdraw_answer(ledger, first.id, by="ada", at=NIGHT)
    assert ledger.rows(TAGS) == [(True, ["physical_attack"], True, None)]
    assert ledger.rows("SELECT counts, withdrawn_by FROM reviews ORDER BY review_number") == [
        (False, "ada"),
        (False, "bob"),
    ]


def test_edit_below_the_lead_keeps_the_answer_and_a_new_lead_ends_it(ledger: Ledger) -> None:
    long = TEXT + " More was said." * 200
    version = add_read(ledger, text=long)
    add_answers(ledger, [answer(version)])
    add_read(ledger, text=long + " A late line.", at=NIGHT + timedelta(hours=2))
    assert ledger.rows(TAGS) == [(True, ["cyber", "sabotage"], False, "ada")]
    assert len(get_verdicts(ledger)) == 1
    add_read(ledger, text="A new lead. " + long, at=NIGHT + timedelta(hours=4))
    assert ledger.rows(TAGS) == [(True, ["physical_attack"], True, None)]
    assert len(get_candidates(ledger)) == 1
    # What was said of the former words is still true of them.
    assert [one.text for one in get_verdicts(ledger)] == [long[:1500]]


def test_skip_and_note_decide_nothing(ledger: Ledger) -> None:
    version = add_read(ledger)
    add_answers(ledger, [answer(version, kind="skipped", relevant=None, risks=())])
    add_answers(ledger, [answer(version, kind="noted", relevant=None, risks=(), note="ask the desk")])
    assert ledger.rows(TAGS) == [(True, ["physical_attack"], True, None)]
    assert get_verdicts(ledger) == []
    assert [one.skipped for one in get_candidates(ledger)] == [True]
    assert ledger.rows("SELECT note FROM reviews WHERE kind = 'noted'") == [("ask the desk",)]


def test_verdict_is_a_labelled_passage_grouped_by_story(ledger: Ledger) -> None:
    version = add_read(ledger)
    add_answers(ledger, [answer(version, note="drones, yes")])
    ((article_id,),) = ledger.rows("SELECT article_id FROM articles")
    (verdict,) = get_verdicts(ledger)
    assert (verdict.group, verdict.title, verdict.text) == (article_id, TITLE, TEXT)
    assert (verdict.relevant, verdict.risks, verdict.note, verdict.corrected) == (
        True, ("cyber", "sabotage"), "drones, yes", True,
    )  # fmt: skip
    ledger.execute("INSERT INTO story_article VALUES (?, 'story-1', 1.0, 'r1')", [article_id])
    assert [one.group for one in get_verdicts(ledger)] == ["story-1"]


def test_items_come_with_tags_events_and_the_answer_that_counts(ledger: Ledger) -> None:
    sync_sources(ledger, [make_source()])
    added = add(ledger, make_article())
    annotate_all(ledger)
    version = added.version_id or ""
    (item,) = get_review_items(ledger, [version, "unknown"])
    assert (item.title, item.publisher, item.review_id) == (TITLE, "The Daily", None)
    assert [tag.label for tag in item.tags] == ["physical_attack"]
    assert [event.event_type for event in item.events] == ["attack"]
    given = answer(version)
    add_answers(ledger, [given])
    (item,) = get_review_items(ledger, [version])
    assert (item.review_id, item.given_relevant, item.given_risks) == (given.id, True, ("cyber", "sabotage"))
    assert item.relevant is True
    assert find_review_ids(ledger, given.id[:4]) == [given.id]


def test_answer_on_an_unknown_version_is_refused_whole(ledger: Ledger) -> None:
    version = add_read(ledger)
    with pytest.raises(LedgerError, match="no article version nowhere"):
        add_answers(ledger, [answer(version), answer("nowhere")])
    assert ledger.rows("SELECT count(*) FROM reviews") == [(0,)]
    with pytest.raises(LedgerError, match="no answer nothing"):
        withdraw_answer(ledger, "nothing", by="ada", at=NIGHT)


def test_briefing_counts_and_notes_follow_the_analyst(ledger: Ledger) -> None:
    sync_sources(ledger, [make_source()])
    added = add(ledger, make_article())
    annotate_all(ledger, lambda document: make_annotation([make_event(event_type="sanction")]))
    resolve_all(ledger)
    before = get_snapshot(ledger, now=NIGHT, since=None, run_id=None)
    assert (before.articles_relevant_new, len(before.notes)) == (1, 1)
    add_answers(ledger, [answer(added.version_id or "", relevant=False, risks=())])
    after = get_snapshot(ledger, now=NIGHT, since=None, run_id=None)
    assert (after.articles_relevant_new, len(after.notes)) == (0, 0)


def test_article_that_an_analyst_calls_relevant_gets_a_story(ledger: Ledger) -> None:
    sync_sources(ledger, [make_source()])
    added = add(ledger, make_article())
    annotate_all(ledger, lambda document: make_annotation([], relevant=False, risks=()))
    assert get_unstoried(ledger) == []
    add_answers(ledger, [answer(added.version_id or "")])
    assert [one.title for one in get_unstoried(ledger)] == [TITLE]
