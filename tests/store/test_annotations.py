from __future__ import annotations

import json
from datetime import timedelta

import pytest

from nlp.records import Document
from store.annotations import add_annotations, get_unannotated
from store.database import Ledger
from store.errors import LedgerError
from store.sources import sync_sources
from tests.store.samples import (
    MODEL,
    NIGHT,
    TEXT,
    TITLE,
    add,
    annotate_all,
    count_rows,
    make_annotation,
    make_article,
    make_event,
    make_full_annotation,
    make_source,
)

CURRENT = "SELECT version_id, model_key FROM event WHERE current"


def test_document_carries_the_zone_of_its_source(ledger: Ledger) -> None:
    sync_sources(ledger, [make_source()])
    added = add(ledger, make_article())
    assert list(get_unannotated(ledger)) == [
        (
            added.version_id,
            Document(
                id=added.version_id or "",
                text=TEXT,
                title=TITLE,
                published_at=NIGHT - timedelta(hours=3),
                timezone="Europe/London",
                url="https://daily.example/a",
                source="daily",
                language="en",
            ),
        )
    ]


def test_waiting_versions_come_in_order_of_arrival_and_may_be_stored_meanwhile(ledger: Ledger) -> None:
    with ledger.transaction():
        for number in reversed(range(70)):
            add(ledger, make_article(f"https://daily.example/{number}", at=NIGHT + timedelta(minutes=number)))
    seen = []
    for version_id, document in get_unannotated(ledger):
        seen.append(document.url)
        if len(seen) % 20 == 0:
            add_annotations(ledger, [(version_id, make_annotation())], "r1", MODEL)
    assert seen == [f"https://daily.example/{number}" for number in range(70)]
    assert len(list(get_unannotated(ledger))) == 67
    assert len(list(get_unannotated(ledger, limit=7))) == 7


def test_annotation_becomes_rows_and_again_adds_none(ledger: Ledger) -> None:
    add(ledger, make_article())
    assert annotate_all(ledger) == 1
    rows = count_rows(ledger)
    assert {one: rows[one] for one in ("annotation", "event", "mention", "quantity", "risk_tag", "event_facility")} == {
        "annotation": 1, "event": 1, "mention": 1, "quantity": 1, "risk_tag": 1, "event_facility": 1,
    }  # fmt: skip
    ((version_id,),) = ledger.rows("SELECT version_id FROM annotation")
    assert add_annotations(ledger, [(version_id, make_full_annotation())], "r2", MODEL) == 0
    assert count_rows(ledger) == rows
    ((document,),) = ledger.rows("SELECT document FROM annotation")
    assert json.loads(document)["relevance"] == 0.9
    assert ledger.rows("SELECT relevant, risks, events, model_key FROM articles") == [
        (True, ["physical_attack"], 1, MODEL)
    ]


def test_one_batch_of_many_is_one_transaction(ledger: Ledger) -> None:
    add(ledger, make_article())
    ((version_id, _),) = get_unannotated(ledger)
    rows = count_rows(ledger)
    with pytest.raises(LedgerError, match="no article version nowhere"):
        add_annotations(ledger, [(version_id, make_full_annotation()), ("nowhere", make_annotation())], "r1", MODEL)
    assert count_rows(ledger) == rows
    assert add_annotations(ledger, [], "r1", MODEL) == 0


def test_new_version_takes_the_old_ones_events_out_of_force(ledger: Ledger) -> None:
    first = add(ledger, make_article())
    annotate_all(ledger)
    second = add(ledger, make_article(text=TEXT.replace("3 people", "4 people")), "r2")
    assert ledger.rows(CURRENT) == [(first.version_id, MODEL)]  # not read yet: the old telling still counts
    annotate_all(ledger, lambda document: make_full_annotation(document.text, killed=4), "r2")
    assert ledger.rows(CURRENT) == [(second.version_id, MODEL)]
    assert ledger.rows("SELECT count(*) FROM event") == [(2,)]
    add(ledger, make_article(), "r3")
    assert ledger.rows(CURRENT) == [(first.version_id, MODEL)]


@pytest.mark.parametrize("failed", [{"error": "out of memory"}, {"skipped": "too_costly"}])
def test_version_that_could_not_be_read_leaves_the_old_events_in_force(ledger: Ledger, failed: dict[str, str]) -> None:
    first = add(ledger, make_article())
    annotate_all(ledger)
    add(ledger, make_article(text="Edited."), "r2")
    annotate_all(ledger, lambda document: make_annotation(**failed), "r2")
    assert ledger.rows(CURRENT) == [(first.version_id, MODEL)]
    assert list(get_unannotated(ledger)) == []


def test_newer_model_keeps_the_ids_of_what_it_finds_again(ledger: Ledger) -> None:
    add(ledger, make_article())
    annotate_all(ledger)
    ids = ledger.rows("SELECT event_id FROM event")
    claims = ledger.rows("SELECT claim_id FROM claim ORDER BY claim_id")
    annotate_all(ledger, run_id="r2", model="newer")
    assert ledger.rows("SELECT event_id, current, model_key FROM event") == [(ids[0][0], True, "newer")]
    assert ledger.rows("SELECT claim_id FROM claim ORDER BY claim_id") == claims
    assert ledger.rows("SELECT model_key, current FROM annotation ORDER BY model_key") == [
        ("newer", True),
        (MODEL, False),
    ]
    annotate_all(ledger, lambda document: make_annotation([make_event(killed=None)]), "r3", "newest")
    assert [row[0] for row in ledger.rows("SELECT event_id FROM event WHERE current")] != [ids[0][0]]
    assert ledger.rows("SELECT count(*) FROM event WHERE current") == [(1,)]
    annotate_all(ledger, lambda document: make_annotation(error="killed"), "r4", "broken")
    assert ledger.rows("SELECT model_key FROM articles") == [("newest",)]


def test_event_keeps_its_id_when_its_quantities_stand_elsewhere_in_the_list(ledger: Ledger) -> None:
    add(ledger, make_article())
    annotate_all(ledger)
    full = make_full_annotation()
    extra = full.quantities[0]
    moved = make_annotation(
        [make_event(killed=3, quantities=(1,), claims=full.events[0].claims, evidence=full.events[0].evidence)],
        quantities=(extra, extra),
    )
    annotate_all(ledger, lambda document: moved, "r2", "newer")
    assert ledger.rows("SELECT count(*) FROM event") == [(1,)]


def test_every_claim_points_at_its_words(ledger: Ledger) -> None:
    add(ledger, make_article())
    annotate_all(ledger)
    found = ledger.rows(
        "SELECT c.field, c.value, substring(v.text, c.span_start + 1, c.span_end - c.span_start), "
        "substring(v.text, c.value_start + 1, c.value_end - c.value_start), c.factuality, c.speaker "
        "FROM claim c JOIN article_version v USING (version_id)"
    )
    first, second = TEXT.split("\n")[0].split(". ")
    assert sorted(found, key=str) == sorted(
        [
            ("event_type", "attack", first + ".", "struck", "asserted", None),
            ("factuality", "asserted", first + ".", None, "asserted", None),
            ("factuality", "attributed", second, None, "attributed", "The ministry"),
            ("facility", "Sample Bay Terminal", first + ".", "Sample Bay oil terminal", "asserted", None),
            ("place", "Novorossiysk", first + ".", "Novorossiysk", "asserted", None),
            ("actor", "Drones", first + ".", "Drones", "asserted", None),
            ("occurred_on", "2026-03-01", first + ".", "on Sunday", "asserted", None),
            ("killed", "3", first + ".", "3 people", "asserted", None),
            ("lost", "500000", second, "500,000 barrels a day", "attributed", "The ministry"),
        ],
        key=str,
    )
