"""Counts of what happened: one incident is one happening; the parts of a salvo are in their whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from nlp.lifecycle import UNDERWAY
from store.database import Ledger
from store.records import CountedIncident, Discussed, WeekCount

BASELINE_DAYS = 90
WEEKS = 26
_TOLD = ("asserted", "attributed")  # a grade of an incident that happened


def get_counted(ledger: Ledger, *, until: datetime, since: datetime | None) -> tuple[CountedIncident, ...]:
    """What the ledger learned of in the baseline and the period, and what happened in the weeks of the chart."""
    found = ledger.rows(
        """
        SELECT i.created_at, i.occurred_on, i.event_type, i.country, i.countries, i.risks, i.facility_type,
               i.facilities, i.place, i.latitude, i.longitude,
               coalesce(CAST(json_extract_string(i.losses, '$[*].unit') AS VARCHAR[]), [])
        FROM incident i ANTI JOIN stored.part p ON p.incident_id = i.incident_id
        WHERE list_contains($happened, i.status) AND list_contains($told, i.factuality)
          AND i.created_at <= $until AND (i.created_at > $first OR i.occurred_on > $week)
        ORDER BY i.created_at, i.incident_id
        """,
        {
            "happened": sorted(UNDERWAY),
            "told": list(_TOLD),
            "until": until,
            "first": (since or until) - timedelta(days=BASELINE_DAYS),
            "week": until.date() - timedelta(weeks=WEEKS),
        },
    )
    return tuple(
        CountedIncident(
            created_at=row[0],
            occurred_on=row[1],
            event_type=row[2],
            country=row[3],
            countries=tuple(row[4]),
            risks=tuple(row[5]),
            facility_type=row[6],
            facilities=tuple(row[7]),
            place=row[8],
            latitude=row[9],
            longitude=row[10],
            units=tuple(dict.fromkeys(row[11])),
        )
        for row in found
    )


def count_weeks(counted: Iterable[CountedIncident], until: date) -> tuple[WeekCount, ...]:
    """The incidents by the week in which they happened and by type, for the chart."""
    first = until - timedelta(weeks=WEEKS)
    weeks = Counter(
        (one.occurred_on - timedelta(days=one.occurred_on.weekday()), one.event_type)
        for one in counted
        if one.occurred_on is not None and first < one.occurred_on <= until
    )
    return tuple(WeekCount(week=week, event_type=kind, incidents=n) for (week, kind), n in sorted(weeks.items()))


def get_watched(
    ledger: Ledger, *, until: datetime, since: datetime | None
) -> tuple[tuple[datetime, ...], datetime | None]:
    """When the runs of the baseline and the period began that could find incidents, and when the ledger's first did.

    The first is not among them: it reads what the feeds hold of the weeks before, no measure of what is usual.
    """
    found = ledger.rows(
        """
        SELECT started_at FROM run
        WHERE status IN ('complete', 'partial', 'running') AND (starts_with(command, 'run') OR command = 'resolve')
        ORDER BY started_at, run_id
        """
    )
    first = (since or until) - timedelta(days=BASELINE_DAYS)
    return tuple(row[0] for row in found[1:] if first < row[0] <= until), found[0][0] if found else None


def get_discussed(ledger: Ledger, *, until: datetime, since: datetime | None) -> tuple[Discussed, ...]:
    """How many articles follow up each incident without a happening of their own."""
    found = ledger.rows(
        """
        SELECT f.incident_id, count(*), count(*) FILTER ($since::TIMESTAMPTZ IS NULL OR a.created_at > $since)
        FROM follow_up f JOIN article a ON a.article_id = f.article_id
        WHERE f.incident_id IS NOT NULL AND a.created_at <= $until
        GROUP BY f.incident_id ORDER BY f.incident_id
        """,
        {"until": until, "since": since},
    )
    return tuple(Discussed(incident_id=row[0], articles=row[1], articles_new=row[2]) for row in found)
