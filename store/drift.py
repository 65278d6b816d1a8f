"""What the models said and what analysts answered in one stretch of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from store.database import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class TagFigures:
    """One risk label in one stretch of time."""

    articles: int = 0  # relevant by the model, and tagged with the label
    mean_probability: float | None = None  # of those tags
    added: int = 0  # reviews that gave it where the model had not
    removed: int = 0  # reviews that took it away


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodFigures:
    """The models' scores on the articles that came in, and the answers that were given, in one stretch of time."""

    start: datetime  # UTC, inclusive
    end: datetime  # exclusive
    articles: int  # read, in a language that is annotated
    relevant: int  # by the model alone
    mean_relevance: float | None
    uncertain: int  # of the relevant ones
    models: tuple[str, ...]  # that read them
    labels: Mapping[str, TagFigures]
    reviewed: int  # articles with an answer of that time that counts
    agreed_relevance: int
    agreed_labels: int  # same relevance and the same set of labels
    checked: int  # of the reviewed: drawn from those that the model was sure of
    checked_agreed: int  # same relevance and labels


def get_period_figures(ledger: Ledger, start: datetime, end: datetime) -> PeriodFigures:
    """The figures of the articles stored, and of the answers given, from `start` until before `end`.

    Scores are the newest annotation's, whatever analysts said; answers are compared with what the model said then.
    """
    period = {"start": start, "end": end}
    articles = ledger.row(
        """
        SELECT count(*), count(*) FILTER (n.relevant), avg(n.relevance), count(*) FILTER (n.relevant AND n.uncertain),
               list(DISTINCT n.model_key ORDER BY n.model_key)
        FROM article_version v
        JOIN annotation n ON n.version_id = v.version_id AND n.current AND n.relevant IS NOT NULL
        WHERE v.stored_at >= $start AND v.stored_at < $end
        """,
        period,
    ) or (0, 0, None, 0, None)
    reviews = ledger.row(
        """
        SELECT count(*), count(*) FILTER (same_relevance), count(*) FILTER (same_labels),
               count(*) FILTER (checked), count(*) FILTER (checked AND same_labels)
        FROM (
            SELECT relevant = machine_relevant AS same_relevance, asked_because = 'check' AS checked,
                   same_relevance AND (NOT relevant OR list_sort(risks) = list_sort(machine_risks)) AS same_labels
            FROM main.reviews
            WHERE counts AND machine_relevant IS NOT NULL AND reviewed_at >= $start AND reviewed_at < $end
        )
        """,
        period,
    ) or (0, 0, 0, 0, 0)
    return PeriodFigures(
        start=start,
        end=end,
        articles=articles[0],
        relevant=articles[1],
        mean_relevance=articles[2],
        uncertain=articles[3],
        models=tuple(articles[4] or ()),
        labels=_get_labels(ledger, period),
        reviewed=reviews[0],
        agreed_relevance=reviews[1],
        agreed_labels=reviews[2],
        checked=reviews[3],
        checked_agreed=reviews[4],
    )


def _get_labels(ledger: Ledger, period: Mapping[str, datetime]) -> dict[str, TagFigures]:
    tagged = {
        row[0]: row
        for row in ledger.rows(
            """
            SELECT t.label, count(*), avg(t.probability)
            FROM article_version v
            JOIN annotation n ON n.version_id = v.version_id AND n.current AND n.relevant
            JOIN risk_tag t ON t.version_id = n.version_id AND t.model_key = n.model_key
            WHERE v.stored_at >= $start AND v.stored_at < $end GROUP BY t.label
            """,
            period,
        )
    }
    changed = {
        row[0]: row
        for row in ledger.rows(
            """
            WITH said AS (
                SELECT risks AS given, CASE WHEN machine_relevant THEN machine_risks ELSE [] END AS machine
                FROM main.reviews WHERE counts AND reviewed_at >= $start AND reviewed_at < $end
            ),
            change AS (
                SELECT unnest(list_filter(given, lambda one: NOT list_contains(machine, one))) AS label, 1 AS added
                FROM said
                UNION ALL
                SELECT unnest(list_filter(machine, lambda one: NOT list_contains(given, one))), 0 FROM said
            )
            SELECT label, sum(added)::INTEGER, (count(*) - sum(added))::INTEGER FROM change GROUP BY label
            """,
            period,
        )
    }
    return {
        label: TagFigures(
            articles=tagged[label][1] if label in tagged else 0,
            mean_probability=tagged[label][2] if label in tagged else None,
            added=changed[label][1] if label in changed else 0,
            removed=changed[label][2] if label in changed else 0,
        )
        for label in sorted({*tagged, *changed})
    }
