"""Incidents as they were known at the end of a past period, by undoing the revisions made since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from store.database import Ledger
from store.records import IncidentReport, IncidentView


def _listed(value: str) -> tuple[str, ...]:
    return tuple(value.split(", ")) if value else ()


_READ: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(
        ("event_type", "status", "factuality", "facility_type", "country", "place", "date_precision", "evidence_tier",
         "parent_id", "verdict"),
        str,
    ),
    **dict.fromkeys(("modes", "risks", "facility_ids", "facilities", "countries", "actors", "claimed_by"), _listed),
    **dict.fromkeys(("occurred_on", "occurred_until", "restored_on"), date.fromisoformat),
    **dict.fromkeys(("latitude", "longitude", "confidence"), float),
    **dict.fromkeys(("credibility", "days_out"), int),
}  # fmt: skip


def as_known(view: IncidentView, until: datetime, arrived: Mapping[str, datetime]) -> IncidentView:
    """The incident as the ledger had it then: fields by its revisions, told by the articles that had `arrived`.

    What revisions do not keep stays as it is now: the words of an article that was edited since, and which of an
    article's events belong to the incident.
    """
    later = [revision for revision in view.revisions if revision.revised_at > until]
    reports = tuple(one for one in view.reports if arrived.get(one.article_id, until) <= until)
    if not later and len(reports) == len(view.reports):
        return view
    undone: dict[str, Any] = {}
    for revision in sorted(later, key=lambda revision: revision.revised_at):
        if revision.field not in undone and (read := _READ.get(revision.field)) is not None:
            empty: Any = () if read is _listed else None
            undone[revision.field] = empty if revision.old is None else read(revision.old)
    names, ids = undone.get("facilities"), undone.get("facility_ids", view.facility_ids)
    if names is not None and len(ids) == 1 and len(names) > 1:
        undone["facilities"] = (", ".join(names),)  # one name that holds a comma
    known = {one.article_id for one in reports} | {
        fact.quote.article_id for fact in view.facts if arrived.get(fact.quote.article_id, until) <= until
    }
    told = [one.published_at or one.fetched_at for one in reports]
    return replace(
        view,
        reports=reports,
        independent_reports=len({_origin(one) for one in reports}),
        facts=tuple(fact for fact in view.facts if fact.quote.article_id in known),
        revisions=tuple(revision for revision in view.revisions if revision.revised_at <= until),
        last_reported_at=max(told, default=view.last_reported_at),
        **undone,
    )


def _origin(report: IncidentReport) -> str:
    """Whose words a report is, as the ledger counts independent ones: an agency's own outlet and its copies are one."""
    return report.origin.partition(":")[2] if report.origin else report.wire or report.family


def get_arrivals(ledger: Ledger, views: list[IncidentView]) -> dict[str, datetime]:
    """When the articles that tell these incidents came into the ledger."""
    ids = sorted({fact.quote.article_id for view in views for fact in view.facts})
    ids = sorted({*ids, *(report.article_id for view in views for report in view.reports)})
    with ledger.batch({"article_id": pa.string()}, [(one,) for one in ids], "telling_articles") as batch:
        return {
            row[0]: row[1]
            for row in ledger.rows(
                f"SELECT article_id, created_at FROM article WHERE article_id IN (SELECT article_id FROM {batch})"  # noqa: S608
            )
        }
