from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from linewalker.drift import render_drift
from nlp.records import RiskTag
from store.database import Ledger
from store.drift import TagFigures, get_period_figures
from store.reviews import Answer, add_answers
from store.sources import sync_sources
from tests.store.samples import NIGHT, add, annotate_all, make_annotation, make_article, make_source

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def two_months(ledger: Ledger) -> Ledger:
    """March: four relevant articles of which one is reviewed; April: two, of which one is relevant."""
    sync_sources(ledger, [make_source()])
    for number in range(4):
        add(ledger, make_article(f"https://daily.example/m{number}", at=NIGHT))
    tags = (RiskTag(label="accident", probability=0.8), RiskTag(label="market", probability=0.6))
    annotate_all(ledger, lambda document: make_annotation([], risks=tags, uncertain=True))
    later = APRIL + timedelta(days=3)
    add(ledger, make_article("https://daily.example/a0", at=later))
    annotate_all(ledger, lambda document: make_annotation([], risks=tags[:1], relevance=0.7))
    add(ledger, make_article("https://daily.example/a1", at=later))
    annotate_all(ledger, lambda document: make_annotation([], relevant=False, relevance=0.1, risks=tags))
    versions = [row[0] for row in ledger.rows("SELECT version_id FROM article_version ORDER BY stored_at, version_id")]
    add_answers(
        ledger,
        [
            Answer(version_id=versions[0], kind="corrected", relevant=True, risks=("accident", "cyber"), by="ada",
                   at=NIGHT, asked_because="uncertain"),
            Answer(version_id=versions[1], kind="accepted", relevant=True, risks=("market", "accident"), by="ada",
                   at=NIGHT, asked_because="check"),
            Answer(version_id=versions[4], kind="corrected", relevant=False, by="ada", at=later),
        ],
    )  # fmt: skip
    return ledger


def test_month_counts_scores_and_answers(two_months: Ledger) -> None:
    march = get_period_figures(two_months, MARCH, APRIL)
    assert (march.articles, march.relevant, march.uncertain, march.mean_relevance) == (4, 4, 4, 0.9)
    assert (march.reviewed, march.agreed_relevance, march.agreed_labels) == (2, 2, 1)
    assert (march.checked, march.checked_agreed) == (1, 1)
    assert march.labels["accident"] == TagFigures(articles=4, mean_probability=0.8)
    assert march.labels["cyber"] == TagFigures(added=1)
    assert (march.labels["market"].articles, march.labels["market"].removed) == (4, 1)
    april = get_period_figures(two_months, APRIL, APRIL + timedelta(days=20))
    assert (april.articles, april.relevant, april.uncertain) == (2, 1, 0)
    assert (april.reviewed, april.agreed_relevance, april.agreed_labels) == (1, 0, 0)
    assert april.labels["accident"].removed == 1
    assert april.labels.get("market") is None


def test_month_in_which_nothing_happened_has_no_shares(ledger: Ledger) -> None:
    empty = get_period_figures(ledger, MARCH, APRIL)
    assert (empty.articles, empty.mean_relevance, empty.models, dict(empty.labels)) == (0, None, (), {})
    assert "Nobody has reviewed anything" in render_drift(empty, empty)


def test_tables_stand_side_by_side_and_mark_what_chance_would_not_do(two_months: Ledger) -> None:
    march = get_period_figures(two_months, MARCH, APRIL)
    april = get_period_figures(two_months, APRIL, APRIL + timedelta(days=20))
    page = render_drift(march, april)
    assert "March 2026" in page
    assert "April 2026, until the 21." in page
    assert "100 % of 4" in page
    assert "+1 -0" in page
    market = next(line for line in page.splitlines() if line.startswith("market"))
    assert "-100 points *" in market
