"""Which entries are new, edited or open, and under which key each is remembered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.records import Entry, KnownEntry, Outcome
from crawler.selection import entry_fingerprint, is_open, newest_entries, select_entries
from tests.crawler.servers import Memory

FEED = "https://news.example/feed"
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def entry(name: str, **changes: object) -> Entry:
    values: dict[str, object] = {"id": f"id-{name}", "link": f"https://news.example/{name}", "title": f"Title {name}"}
    return Entry(**{**values, **changes})  # type: ignore[arg-type]


def remember(memory: Memory, *entries: Entry, outcome: Outcome = "ok", attempts: int = 1) -> None:
    for candidate in select_entries(FEED, entries, Memory(), limit=99).candidates:
        memory.entries[FEED, candidate.key] = KnownEntry(
            fingerprint=candidate.fingerprint, outcome=outcome, attempts=attempts
        )


def keys(*entries: Entry, memory: Memory | None = None, limit: int = 99) -> list[str]:
    return [item.key for item in select_entries(FEED, entries, memory or Memory(), limit=limit).candidates]


def test_a_known_entry_is_left_alone_and_an_edited_one_is_not() -> None:
    memory = Memory()
    remember(memory, entry("a"), entry("b"))
    assert keys(entry("a"), entry("b"), memory=memory) == []
    assert keys(entry("a"), entry("b", title="Corrected"), memory=memory) == ["https://news.example/b"]


def test_changed_and_reused_ids_change_nothing_where_there_is_a_link() -> None:
    memory = Memory()
    remember(memory, entry("a"), entry("b"))
    assert keys(entry("a", id="new-software-1"), entry("b", id="new-software-2"), memory=memory) == []
    assert keys(entry("c", id="id-a"), memory=memory) == ["https://news.example/c"]


def test_tracking_parameters_change_nothing() -> None:
    memory = Memory()
    remember(memory, entry("a", link="https://news.example/a?utm_campaign=monday"))
    assert keys(entry("a", link="https://news.example/a?utm_campaign=tuesday"), memory=memory) == []


def test_entries_without_links_are_known_by_id() -> None:
    assert keys(entry("a", link=None), entry("b", link=None)) == ["id-a", "id-b"]


def test_entries_that_share_link_or_id_are_told_apart() -> None:
    shared = [entry(str(n), link="https://news.example/notices") for n in range(3)]
    assert keys(*shared) == ["id-0", "id-1", "id-2"]
    same_id = [entry(str(n), link=None, id="x") for n in range(3)]
    assert len(set(keys(*same_id))) == 3
    assert all(item.link is None for item in select_entries(FEED, shared, Memory(), limit=9).candidates)


def test_an_entry_listed_twice_is_taken_once() -> None:
    assert keys(entry("a"), entry("a"), entry("a", id="other")) == ["https://news.example/a"]


def test_the_newest_come_first_where_all_are_dated() -> None:
    dated = [entry(str(n), published_at=NOON + timedelta(hours=n)) for n in range(3)]
    assert [item.id for item in newest_entries(dated, limit=2)] == ["id-2", "id-1"]
    assert [item.id for item in newest_entries([*dated, entry("x")], limit=2)] == ["id-0", "id-1"]


def test_what_is_beyond_the_limit_is_counted() -> None:
    selection = select_entries(FEED, [entry(str(n)) for n in range(5)], Memory(), limit=2)
    assert (len(selection.candidates), selection.left_over) == (2, 3)


def test_no_password_is_remembered() -> None:
    kept = keys(entry("a", id="http://user:secret@news.example/", link="http://user:secret@news.example/"))
    assert "secret" not in kept[0]
    assert kept[0].startswith("http://news.example/")


def test_the_limit_counts_only_what_is_new() -> None:
    memory = Memory()
    known = [entry(str(n)) for n in range(5)]
    remember(memory, *known)
    assert keys(*known, entry("new"), memory=memory, limit=1) == ["https://news.example/new"]


@pytest.mark.parametrize(
    ("outcome", "attempts", "asked"),
    [
        ("ok", 1, False),
        ("not_article", 0, False),
        ("not_article", 1, True),
        ("not_article", 3, False),
        ("disallowed", 1, False),
        ("refused", 1, False),
        ("too_costly", 1, False),
        ("timeout", 1, True),
        ("timeout", 2, True),
        ("timeout", 3, False),
        ("http_error", 1, True),
        ("unreachable", 3, False),
        ("skipped", 0, True),
    ],
)
def test_what_failed_in_passing_is_asked_again_up_to_three_times(outcome: Outcome, attempts: int, asked: bool) -> None:
    before = KnownEntry(fingerprint="f", outcome=outcome, attempts=attempts)
    assert is_open(before, "f") is asked
    assert is_open(before, "other")


def test_attempts_count_only_for_the_same_wording() -> None:
    memory = Memory()
    remember(memory, entry("a"), outcome="timeout", attempts=2)
    same = select_entries(FEED, [entry("a")], memory, limit=9).candidates[0]
    edited = select_entries(FEED, [entry("a", title="New")], memory, limit=9).candidates[0]
    assert (same.attempts, same.is_new, edited.attempts) == (2, False, 0)


def test_a_stamp_that_all_entries_share_is_no_edit() -> None:
    memory = Memory()
    monday = [entry(str(n), updated_at=NOON) for n in range(3)]
    remember(memory, *monday)
    tuesday = [replace(item, updated_at=NOON + timedelta(days=1)) for item in monday]
    assert keys(*tuesday, memory=memory) == []
    one = [monday[0], monday[1], replace(monday[2], updated_at=NOON + timedelta(hours=1))]
    assert "https://news.example/2" in keys(*one, memory=memory)


def test_a_link_that_will_not_be_opened_is_named() -> None:
    selection = select_entries(FEED, [entry("a", link="http://127.1/")], Memory(), limit=9)
    assert selection.candidates[0].link is None
    assert "disguised" in str(selection.candidates[0].refusal)


def test_odd_text_has_a_fingerprint_too() -> None:
    assert len(entry_fingerprint(entry("a", title="\ud800", summary="\x00"))) == 64
