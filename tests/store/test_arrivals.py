"""What comes in is held back for a batch, known meanwhile, and looked up many at a time."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from crawler.sameness import spellings
from store.arrivals import Arrivals
from store.database import Ledger, Row
from tests.store.samples import count_rows, make_article, make_outcome


class _Counting:
    """How often the ledger was asked."""

    def __init__(self, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked = 0
        rows = ledger.rows

        def counted(sql: str, parameters: Sequence[object] = ()) -> list[Row]:
            self.asked += 1
            return rows(sql, parameters)

        monkeypatch.setattr(ledger, "rows", counted)


def test_what_waits_for_its_batch_is_known_and_a_look_ahead_asks_once(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = "https://daily.example/feed"
    told: list[object] = []
    arrivals = Arrivals(ledger, "r1", told.append, before=lambda: told.append("before"))
    keys = [f"https://daily.example/{number}" for number in range(30)]
    arrivals.add(make_outcome(make_article(url=keys[0]), entry_id=keys[0], fingerprint="f1"))
    assert told == []
    arrivals.look_ahead(feed, keys, ["id-1"])
    assert [one if one == "before" else "added" for one in told] == ["before", "added"], "what waited was stored first"
    counting = _Counting(ledger, monkeypatch)
    known = [arrivals.entry(feed, key) for key in keys]
    assert arrivals.name(feed, "id-1") is None
    assert counting.asked == 0
    assert [entry.fingerprint for entry in known if entry is not None] == ["f1"]
    assert arrivals.entry("https://other.example/feed", keys[0]) is None, "another feed's entry is another"
    arrivals.add(make_outcome(None, entry_id=keys[1], url=keys[1]))
    later = arrivals.entry(feed, keys[1])
    assert later is not None
    assert later.outcome == "timeout"


def test_all_spellings_of_an_article_are_looked_up_together_and_anew_after_each_batch(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = make_article()
    arrivals = Arrivals(ledger, "r1", lambda _: None)
    counting = _Counting(ledger, monkeypatch)
    urls = (article.url, *spellings(article.url))
    assert len(urls) > 2
    assert [arrivals.content_hash(url) for url in urls] == [None] * len(urls)
    assert counting.asked == 1
    arrivals.add(make_outcome(article))
    assert arrivals.content_hash(article.url) == article.content_hash
    assert [arrivals.content_hash(url) for url in urls[1:]] == [None] * (len(urls) - 1)


def test_nothing_is_stored_of_a_batch_whose_bodies_could_not_be_written(ledger: Ledger) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    arrivals = Arrivals(ledger, "r1", lambda _: None, before=full)
    arrivals.add(make_outcome(make_article()))
    with pytest.raises(OSError, match="No space"):
        arrivals.flush()
    assert count_rows(ledger)["article"] == 0
