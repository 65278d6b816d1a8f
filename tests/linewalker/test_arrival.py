"""The sample's articles in any order of arrival: the same incidents, once what is suggested has been accepted."""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.records import Article, ArticleOutcome
from linewalker.demo import NIGHTS
from linewalker.newswire import load_newswire, sample_sources
from linewalker.resolving import add_new_fingerprints, resolve_step
from nlp.pipeline import load_annotator
from nlp.records import Annotation
from nlp.resolve import Resolution, Suggestion
from store.annotations import add_annotations, get_unannotated
from store.arrivals import add_article_outcome
from store.database import Ledger, open_ledger
from store.decisions import Draft, decide
from store.resolution import apply_resolution
from store.sources import sync_sources
from tests.linewalker.nights import Collected

ORDERS = 20
MODEL = "one|reading|of all"
Partition = frozenset[frozenset[str]]


@dataclass(frozen=True)
class Arrival:
    """The wordings of one sample article, in the order in which they were published."""

    id: str
    versions: tuple[Article, ...]


class Sample:
    """The sample's articles, each wording of them read once."""

    def __init__(self) -> None:
        newswire = load_newswire()
        self.sources = sample_sources(newswire)
        self._annotator = load_annotator()
        self._annotations: dict[str, Annotation] = {}
        hosts = {publisher.id: publisher.host for publisher in newswire.publishers}
        versions: dict[str, list[Article]] = defaultdict(list)
        for one in sorted(newswire.articles, key=lambda one: one.night):
            text = "\n\n".join(one.paragraphs)
            versions[one.id].append(
                Article(
                    url=f"http://{hosts[one.publisher]}{one.path}", source_id=one.publisher, title=one.title, text=text,
                    fetched_at=NIGHTS[0], content_hash=hashlib.sha256(f"{one.title}\n{text}".encode()).hexdigest(),
                    authors=one.authors, published_at=one.published_at, modified_at=one.updated_at, language="en",
                    summary=one.summary,
                )
            )  # fmt: skip
        self.arrivals = tuple(Arrival(one, tuple(found)) for one, found in sorted(versions.items()))

    def annotate(self, ledger: Ledger, run_id: str) -> None:
        """The annotate step, each wording read once for all orders."""
        waiting = list(get_unannotated(ledger))
        unread = [document for version_id, document in waiting if version_id not in self._annotations]
        for annotation in self._annotator.annotate(unread):
            self._annotations[annotation.id] = annotation
        add_annotations(ledger, [(one, self._annotations[one]) for one, _ in waiting], run_id, MODEL)


@pytest.fixture(scope="module")
def sample() -> Sample:
    return Sample()


def deal(arrivals: Sequence[Arrival], chance: random.Random) -> list[list[Article]]:
    """The articles over two to four nights; of two wordings in one night the later is what the crawler finds."""
    nights: list[list[Article]] = [[] for _ in range(chance.randint(2, 4))]
    for arrival in chance.sample(arrivals, len(arrivals)):
        on = sorted(chance.randrange(len(nights)) for _ in arrival.versions)
        for night in set(on):
            nights[night].append(arrival.versions[max(n for n, other in enumerate(on) if other == night)])
    return nights


def run_nights(path: Path, sample: Sample, nights: Sequence[Sequence[Article]]) -> None:
    """Stores, reads and resolves the nights, a day apart, as `linewalker run` does."""
    with open_ledger(path, now=NIGHTS[0]) as ledger:
        sync_sources(ledger, sample.sources)
        for number, articles in enumerate(nights):
            at = NIGHTS[0] + timedelta(days=number)
            run_id = f"night-{number + 1}"
            with ledger.transaction():
                for place, article in enumerate(articles):
                    add_article_outcome(ledger, _outcome(article, at + timedelta(seconds=place)), run_id)
            add_new_fingerprints(ledger, at)
            sample.annotate(ledger, run_id)
            resolve_step(ledger, run_id=run_id, now=lambda at=at: at, output=Collected())  # type: ignore[misc]


def _outcome(article: Article, at: datetime) -> ArticleOutcome:
    return ArticleOutcome(
        feed_url=f"http://{article.source_id}/feed", source_id=article.source_id, url=article.url, outcome="ok",
        reason="taken", article=article, at=at, entry_id=article.url, fingerprint=article.content_hash,
    )  # fmt: skip


def accept_suggestions(path: Path) -> int:
    """Merges every pair that is suggested, as an analyst does who agrees with all; returns how many."""
    accepted = 0
    with open_ledger(path) as ledger:
        while found := ledger.rows(
            """
            SELECT coalesce(a.merged_into, s.incident_id), coalesce(b.merged_into, s.other_id) FROM main.suggestions s
            JOIN incident a ON a.incident_id = s.incident_id JOIN incident b ON b.incident_id = s.other_id
            WHERE s.state = 'open' ORDER BY s.score DESC, 1, 2 LIMIT 1
            """
        ):
            ((one, other),) = found
            decide(
                ledger,
                Draft(kind="merge", incident_id=one, other_id=other),
                by="R. Roe",
                at=NIGHTS[1] + timedelta(days=9, seconds=accepted),
            )
            accepted += 1
    return accepted


def partition_of(path: Path) -> Partition:
    """The reports of each incident, by their events; parents and their parts are incidents of their own."""
    found: dict[str, set[str]] = defaultdict(set)
    with open_ledger(path) as ledger:
        for incident_id, event_id in ledger.rows(
            "SELECT incident_id, event_id FROM stored.incident_event JOIN stored.event e USING (event_id) "
            "WHERE incident_event.current AND e.current"
        ):
            found[incident_id].add(event_id)
    return frozenset(frozenset(events) for events in found.values())


@pytest.mark.slow
def test_any_order_of_arrival_gives_the_same_incidents(sample: Sample, tmp_path: Path) -> None:
    found: dict[int, Partition] = {}
    accepted = 0
    for seed in range(ORDERS):
        ledger = tmp_path / f"{seed}.duckdb"
        run_nights(ledger, sample, deal(sample.arrivals, random.Random(seed)))
        accepted += accept_suggestions(ledger)
        found[seed] = partition_of(ledger)
    assert len(found[0]) > 15
    assert [seed for seed in found if found[seed] != found[0]] == []
    assert accepted <= ORDERS  # a wrong question is better than none only where it is rare


def test_what_was_suggested_is_taken_back_once_the_incidents_differ(tmp_path: Path) -> None:
    at = NIGHTS[0]
    with open_ledger(tmp_path / "l.duckdb", now=at) as ledger:
        for one, other, score in (("inc-a", "inc-b", 0.3), ("inc-d", "inc-c", 0.4)):
            asked = Suggestion(incident_id=one, other_id=other, score=score, reason="same days")
            apply_resolution(ledger, Resolution(assignments=(), parents=(), suggestions=(asked,)), {}, "r1", at)
        again = Suggestion(incident_id="inc-c", other_id="inc-d", score=0.5, reason="same site")
        resolution = Resolution(
            assignments=(), parents=(), suggestions=(again,), withdrawn=(("inc-b", "inc-a"), ("inc-x", "inc-y"))
        )
        for run_id in ("r2", "r3"):
            apply_resolution(ledger, resolution, {}, run_id, at)
            kept = ledger.rows("SELECT incident_id, other_id, score, reason, run_id FROM stored.suggestion")
            assert kept == [("inc-c", "inc-d", 0.5, "same site", "r2")]
