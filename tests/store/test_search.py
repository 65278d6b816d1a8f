from __future__ import annotations

import math
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from store.database import Ledger, open_ledger
from store.errors import QueryError
from store.publish import publish
from store.search import search_articles, update_search_index
from store.sources import sync_sources
from tests.store.samples import NIGHT, add, make_article, make_source

ROOT = Path(__file__).parent.parent.parent
WORDS = (
    "pipeline pipelines refinery refineries attack attacked attacks terminal Baltic sabotage Caño Ölhafen Łódź gas "
    "2026 the of shutdown outage cable cables struck explosion explosions Москва 400,000 Iraq's U.S. fire-fighting"
).split()


def find(ledger: Ledger, words: str, **more: object) -> list[str]:
    named = "".join(f", {name} := ${name}" for name in more)
    sql = f"SELECT title FROM main.search_articles($words{named})"
    return [row[0] for row in ledger.rows(sql, {"words": words, **more})]


def tell(ledger: Ledger, *texts: str, at: datetime = NIGHT) -> None:
    for number, text in enumerate(texts):
        add(ledger, make_article(f"https://daily.example/{text}-{number}", title=text, text="Nothing else.", at=at))


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("PIPELINE", "Pipelines were cut"),
        ("pipelines", "The pipeline is back"),
        ("attack", "Two depots attacked"),
        ("attacking", "Attacks go on"),
        ("refinery", "Refineries burn"),
        ("supply", "Villages are supplied again"),
        ("stop", "Pumping stopped"),
        ("cano limon", "Bomb at Caño Limón"),
        ("Öl", "Ol port reopens"),
        ("москва", "Москва: авария"),
        ("iraq", "Iraq's oil ministry denies"),
        ("400,000", "About 400,000 barrels"),
        ("Estlink 2", "Estlink 2 is down"),
        ("what's up with kashagan?!", "Kashagan output rises"),
        ("'; DROP TABLE stored.term; --", "Drop in output"),
        ("gases", "Gas is short"),
    ],
)
def test_case_accents_and_common_endings_make_no_difference(ledger: Ledger, asked: str, title: str) -> None:
    tell(ledger, title, "Something quite unlike it")
    update_search_index(ledger)
    assert find(ledger, asked) == [title]


@pytest.mark.parametrize("asked", ["", "the of and", "zyxw", "?!", " "])
def test_words_that_say_nothing_find_nothing(ledger: Ledger, asked: str) -> None:
    tell(ledger, "The end of the line")
    update_search_index(ledger)
    assert find(ledger, asked) == []


@pytest.mark.parametrize(("one", "other"), [("unit", "universe"), ("gas", "gasp"), ("oil", "boil"), ("ship", "shop")])
def test_different_words_stay_apart(ledger: Ledger, one: str, other: str) -> None:
    assert ledger.row("SELECT stored.find_term(?) <> stored.find_term(?)", [one, other]) == (True,)


def test_scores_are_those_of_bm25(ledger: Ledger) -> None:
    chance = random.Random(5)
    texts = [" ".join(chance.choices(WORDS, k=chance.randint(5, 60))) for _ in range(60)]
    for number, text in enumerate(texts):
        title = f"{number} {chance.choice(WORDS)}"
        add(ledger, make_article(f"https://daily.example/{number}", title=title, text=text))
    update_search_index(ledger, at_once=7)
    stored = ledger.rows("SELECT title || ' ' || title || ' ' || text, title FROM article_version")
    bags = {title: Counter(_terms(ledger, text)) for text, title in stored}
    for asked in ("pipeline attack", "Baltic sabotage cable", "the refinery of Łódź", "2026 gas москва outages"):
        expected = _bm25(bags, _terms(ledger, asked))
        rows = ledger.rows("SELECT title, score FROM main.search_articles($words)", {"words": asked})
        assert {title: pytest.approx(score, abs=0.001) for title, score in rows} == expected
        assert [score for _, score in rows] == sorted((score for _, score in rows), reverse=True)


def _terms(ledger: Ledger, text: str) -> list[str]:
    return [
        row[0]
        for row in ledger.rows(
            "SELECT term FROM (SELECT stored.find_term(word) AS term FROM "
            "(SELECT unnest(stored.split_words(?)) AS word)) WHERE term IS NOT NULL",
            [text],
        )
    ]


def _bm25(bags: dict[str, Counter[str]], asked: list[str]) -> dict[str, float]:
    mean = sum(bag.total() for bag in bags.values()) / len(bags)
    scores: dict[str, float] = defaultdict(float)
    for term in set(asked):
        holders = [title for title, bag in bags.items() if bag[term]]
        weight = math.log(1 + (len(bags) - len(holders) + 0.5) / (len(holders) + 0.5))
        for title in holders:
            times, length = bags[title][term], bags[title].total()
            scores[title] += weight * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * length / mean))
    return dict(scores)


def test_an_edited_article_is_found_by_its_new_words_alone_and_by_the_old_ones_when_they_come_back(
    ledger: Ledger,
) -> None:
    add(ledger, make_article(title="Valve", text="A valve burst."))
    assert update_search_index(ledger) == 1
    add(ledger, make_article(title="Flange", text="A flange burst.", at=NIGHT + timedelta(days=1)), "r2")
    assert update_search_index(ledger) == 1
    assert (find(ledger, "valve"), find(ledger, "burst"), find(ledger, "flange")) == ([], ["Flange"], ["Flange"])
    add(ledger, make_article(title="Valve", text="A valve burst.", at=NIGHT + timedelta(days=2)), "r3")
    assert update_search_index(ledger) == 1
    assert (find(ledger, "valve"), find(ledger, "burst"), find(ledger, "flange")) == (["Valve"], ["Valve"], [])


def test_indexing_again_adds_nothing(ledger: Ledger) -> None:
    tell(ledger, "One", "Two", "Three")
    assert update_search_index(ledger) == 3
    before = _content(ledger)
    assert update_search_index(ledger) == 0
    assert _content(ledger) == before


def test_an_article_without_any_word_is_not_tried_each_night(ledger: Ledger) -> None:
    add(ledger, make_article(title="", text="— !"))
    assert (update_search_index(ledger), update_search_index(ledger)) == (1, 0)


def test_top_and_since_narrow_the_answer(ledger: Ledger) -> None:
    tell(ledger, "Pipeline cut")
    tell(ledger, "Pipeline", "Pipeline mended", at=NIGHT + timedelta(days=9))
    update_search_index(ledger)
    assert len(find(ledger, "pipeline")) == 3
    assert find(ledger, "pipeline", top=1) == ["Pipeline"]
    assert set(find(ledger, "pipeline", since=NIGHT + timedelta(days=5))) == {"Pipeline", "Pipeline mended"}


def test_the_published_copy_answers_in_any_duckdb_and_through_the_shell(ledger: Ledger, tmp_path: Path) -> None:
    sync_sources(ledger, [make_source()])
    tell(ledger, "Baltic cable cut", "Sabotage in the Baltic")
    update_search_index(ledger)
    ledger.close()
    publish(ledger.path, tmp_path / "published.duckdb")
    result = search_articles(tmp_path / "published.duckdb", "baltic sabotage", limit=1)
    assert result.columns == ("score", "published_at", "publisher", "title", "url", "article_id")
    assert [row[2:4] for row in result.rows] == [("The Daily", "Sabotage in the Baltic")]
    late = datetime(2027, 1, 1, tzinfo=UTC)
    assert search_articles(tmp_path / "published.duckdb", "baltic", since=late).rows == ()
    with pytest.raises(QueryError, match="no word"):
        search_articles(tmp_path / "published.duckdb", " ")
    with duckdb.connect(str(tmp_path / "published.duckdb"), read_only=True) as bare:
        assert len(bare.execute("FROM search_articles('baltic')").fetchall()) == 2


KILLED = """
import sys
from pathlib import Path
from store.database import open_ledger
from store.search import update_search_index
with open_ledger(Path(sys.argv[1])) as ledger:
    print("open", flush=True)
    update_search_index(ledger, at_once=10)
"""


@pytest.mark.slow
def test_an_indexing_that_is_killed_goes_on_and_ends_as_an_undisturbed_one(ledger: Ledger, tmp_path: Path) -> None:
    chance = random.Random(9)
    for number in range(150):
        text = " ".join(chance.choices(WORDS, k=200))
        add(ledger, make_article(f"https://daily.example/{number}", title=f"{number}", text=text))
    ledger.close()
    undisturbed = tmp_path / "undisturbed.duckdb"
    undisturbed.write_bytes(ledger.path.read_bytes())
    for _ in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(ledger.path)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.random() * 0.15)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    with open_ledger(ledger.path) as killed, open_ledger(undisturbed) as whole:
        update_search_index(killed)
        update_search_index(whole)
        assert _content(killed) == _content(whole)


def _content(ledger: Ledger) -> list[tuple[object, ...]]:
    return ledger.rows(
        "SELECT d.version_id, d.length, d.told_at, t.term, p.occurrences FROM posting p JOIN term t USING (term_id) "
        "JOIN document d USING (document_id) ORDER BY ALL"
    )


def test_runs_are_merged_and_answers_stay_the_same(ledger: Ledger) -> None:
    tell(ledger, *(f"Pipeline {number} burst" for number in range(70)))
    update_search_index(ledger, at_once=1)
    # 70 runs of one article: eight times eight are one, six are left.
    assert ledger.rows("SELECT level, count(*) FROM posting_run GROUP BY level ORDER BY level") == [(0, 6), (2, 1)]
    assert ledger.row("SELECT count(*) FROM posting") == (
        ledger.row("SELECT count(*) FROM posting JOIN document USING (document_id)") or (0,)
    )
    assert len(find(ledger, "pipeline burst")) == 70
    add(ledger, make_article("https://daily.example/Pipeline 0 burst-0", title="Valve", text="Edited."), "r2")
    update_search_index(ledger)
    assert len(find(ledger, "pipeline burst")) == 69
    tell(ledger, "Last")
    update_search_index(ledger)
    assert ledger.rows("SELECT level, count(*) FROM posting_run GROUP BY level ORDER BY level") == [(1, 1), (2, 1)]


def test_what_a_publisher_prints_under_every_article_finds_none_of_them(ledger: Ledger) -> None:
    furniture = "Accept our cookies to read on!\nSubscribe to the harbour letter."
    for number in range(12):
        text = f"Depot {number} was shelled. Cookies were baked by {'nobody' if number else 'the guards'}.\n{furniture}"
        add(ledger, make_article(f"https://daily.example/{number}", title=f"Depot {number}", text=text))
    add(ledger, make_article("https://herald.example/a", source="herald", title="A letter", text=furniture))
    update_search_index(ledger)
    assert find(ledger, "subscribe harbour") == ["A letter"]
    assert sorted(find(ledger, "guards")) == ["Depot 0"]
    assert len(find(ledger, "shelled depot", top=20)) == 12


def test_search_says_how_many_articles_there_are_beyond_its_limit(ledger: Ledger, tmp_path: Path) -> None:
    tell(ledger, *(f"Terminal {number} shelled" for number in range(7)))
    update_search_index(ledger)
    ledger.close()
    publish(ledger.path, tmp_path / "published.duckdb")
    found = search_articles(tmp_path / "published.duckdb", "the terminal of", limit=2)
    assert (len(found.rows), found.total) == (2, 7)
    none = search_articles(tmp_path / "published.duckdb", "terminal", since=NIGHT + timedelta(days=400))
    assert (none.rows, none.total) == ((), 0)
    with pytest.raises(QueryError, match="'of the' holds only words that every text has"):
        search_articles(tmp_path / "published.duckdb", "of the")
