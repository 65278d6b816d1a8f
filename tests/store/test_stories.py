from __future__ import annotations

from datetime import timedelta

from nlp.stories import assign_stories
from store.database import Ledger
from store.sources import sync_sources
from store.stories import (
    Fingerprint,
    add_fingerprints,
    add_story_assignments,
    get_fingerprints,
    get_story_states,
    get_unfingerprinted,
    get_unstoried,
)
from tests.store.samples import (
    NIGHT,
    TEXT,
    add,
    annotate_all,
    count_rows,
    make_annotation,
    make_article,
    make_source,
)


def _assign(ledger: Ledger, run_id: str) -> None:
    assignments, states = assign_stories(get_unstoried(ledger), get_story_states(ledger, NIGHT - timedelta(days=30)))
    add_story_assignments(ledger, assignments, states, run_id)


def test_articles_join_the_story_of_an_earlier_night(ledger: Ledger) -> None:
    add(ledger, make_article("https://daily.example/a"))
    annotate_all(ledger)
    _assign(ledger, "r1")
    add(ledger, make_article("https://daily.example/b", at=NIGHT + timedelta(days=1)), "r2")
    annotate_all(ledger)
    _assign(ledger, "r2")
    assert ledger.rows("SELECT count(*), count(DISTINCT story_id) FROM story_article") == [(2, 1)]
    ((story_id,),) = ledger.rows("SELECT DISTINCT story_id FROM articles")
    (state,) = get_story_states(ledger, NIGHT)
    assert (state.id, state.articles) == (story_id, 2)
    assert get_story_states(ledger, NIGHT + timedelta(days=9)) == []
    rows = count_rows(ledger)
    _assign(ledger, "r3")
    assert count_rows(ledger) == rows


def test_state_of_a_story_comes_back_equal(ledger: Ledger) -> None:
    add(ledger, make_article())
    annotate_all(ledger)
    assignments, states = assign_stories(get_unstoried(ledger), [])
    add_story_assignments(ledger, assignments, states, "r1")
    assert get_story_states(ledger, NIGHT - timedelta(days=1)) == states


def test_edited_article_stays_in_its_story(ledger: Ledger) -> None:
    add(ledger, make_article())
    annotate_all(ledger)
    _assign(ledger, "r1")
    add(ledger, make_article(text=TEXT + " More is awaited."), "r2")
    annotate_all(ledger)
    assert get_unstoried(ledger) == []


def test_only_relevant_articles_are_in_stories(ledger: Ledger) -> None:
    add(ledger, make_article())
    annotate_all(ledger, lambda document: make_annotation(relevant=False))
    assert get_unstoried(ledger) == []


def test_fingerprints_are_stored_once_and_found_by_time(ledger: Ledger) -> None:
    sync_sources(ledger, [make_source()])
    added = add(ledger, make_article())
    (unread,) = get_unfingerprinted(ledger)
    assert (unread.version_id, unread.text, unread.authors, unread.family) == (
        added.version_id,
        TEXT,
        ("A. Writer",),
        "daily-group",
    )
    print_ = Fingerprint(version_id=unread.version_id, wire="reuters", origin="wire:reuters", digest=(0, 2**64 - 1))
    add_fingerprints(ledger, [print_])
    add_fingerprints(ledger, [Fingerprint(version_id=unread.version_id, wire=None, origin="family:x", digest=())])
    assert list(get_unfingerprinted(ledger)) == []
    assert get_fingerprints(ledger, NIGHT - timedelta(days=1)) == [print_]
    assert get_fingerprints(ledger, NIGHT) == []
    assert ledger.rows("SELECT wire, origin FROM articles") == [("reuters", "wire:reuters")]
