"""Which incidents a night's reports may tell of: found by time first, so that the archive is not read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import pyarrow as pa

from nlp.reach import extend, follow_up_days, patience_of, reach_of, systems_of
from nlp.records import FollowUp, Report
from store.database import Ledger

_NAMES = {"name": pa.string()}


def find_near(ledger: Ledger, reports: Sequence[Report], waiting: Iterable[FollowUp] = ()) -> list[str]:
    """The incidents with a telling within reach of one of these reports or follow-ups, or of the same article."""
    days = [follow_up_days(one.told_at.date()) for one in waiting]
    if not reports and not days:
        return []
    told = [
        (one, reach_of(one.event, (one.published_at or one.fetched_at).date()), patience_of(one)) for one in reports
    ]
    by_time = _merge([*(extend(reach, patience.any) for _, reach, patience in told), *days])
    by_kin = _merge(extend(reach, patience.akin) for _, reach, patience in told)
    stories = {one.story_id for one in reports if one.story_id is not None}
    found_systems = [systems_of(one.event) for one in reports]
    facilities = set[str]().union(*(facilities for facilities, _ in found_systems))
    systems = set[str]().union(*(systems for _, systems in found_systems))
    with (
        ledger.batch(_NAMES, [(one,) for one in sorted(stories)], "near_stories"),
        ledger.batch(_NAMES, [(one,) for one in sorted(facilities)], "near_facilities"),
        ledger.batch(_NAMES, [(one,) for one in sorted(systems)], "near_systems"),
        ledger.batch(_NAMES, [(one,) for one in sorted({one.article_id for one in reports})], "near_articles"),
    ):
        # An incident is as near as its nearest telling, which need not be the one that names the facility or the story.
        found = ledger.rows(
            f"""
            WITH linked AS (
                SELECT ie.incident_id, e.event_id, e.article_id, e.near_from, e.near_until
                FROM incident_event ie JOIN event e ON e.event_id = ie.event_id
            )
            SELECT incident_id FROM linked WHERE {_within(by_time)}
            UNION
            SELECT incident_id FROM linked WHERE article_id IN (SELECT name FROM near_articles)
            UNION (
                SELECT incident_id FROM linked WHERE {_within(by_kin)}
                INTERSECT
                SELECT incident_id FROM linked WHERE article_id IN (
                    SELECT article_id FROM story_article WHERE story_id IN (SELECT name FROM near_stories)
                ) OR event_id IN (
                    SELECT event_id FROM event_facility
                    WHERE role = 'target' AND (facility_id IN (SELECT name FROM near_facilities)
                        OR split_part(facility_id, '-', 1) IN (SELECT name FROM near_systems))
                )
            )
            ORDER BY incident_id
            """,  # noqa: S608
            [day for low, high in (*by_time, *by_kin) for day in (high, low)],
        )
    return [row[0] for row in found]


def _within(windows: Sequence[tuple[date, date]]) -> str:
    return "(" + (" OR ".join(["near_from <= ? AND near_until >= ?"] * len(windows)) or "false") + ")"


def _merge(windows: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """The windows as few as may be, in order."""
    merged: list[tuple[date, date]] = []
    for low, high in sorted(windows):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged
