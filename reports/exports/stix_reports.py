"""Articles as STIX reports: what was published, where, when, and which incidents it tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import stix2

from nlp.lifecycle import UNDERWAY
from reports.exports import values
from reports.exports.stix_ids import COMMON, make_id
from store.exporting import ExportedReport


def main_id(incident_id: str, status: str) -> str:
    """The id of what stands for an incident: an incident where it happened, else a note."""
    return make_id("incident" if status in UNDERWAY else "note", incident_id)


def report_object(report: ExportedReport, statuses: Mapping[str, str]) -> Any:
    """One article; revoked where it tells no incident any more.

    It refers to every incident that it tells, whether this bundle holds it or not, so that a part of the ledger gives
    the same object as the whole.
    """
    refs = [main_id(one, statuses[one]) for one in report.tells or report.told if one in statuses]
    title = values.inert(report.title, values.TITLE)
    publisher = values.inert(report.publisher) or "unknown publisher"
    labels = ["news-article"]
    if report.reliability in tuple("ABCDEF"):
        labels.append(f"source-reliability-{report.reliability}")
    return stix2.v21.Report(
        id=make_id("report", report.article_id),
        created=report.article_created_at,
        modified=max(report.article_changed_at, report.article_created_at),
        name=title or f"Untitled article of {publisher}",
        description=f"An article of {publisher}; its words are the publisher's, not confirmed by this ledger.",
        published=report.published_at or report.fetched_at,
        object_refs=refs,
        external_references=[reference(report, publisher)],
        labels=labels,
        revoked=not report.tells,
        **COMMON,
    )


def reference(report: ExportedReport, publisher: str) -> dict[str, Any]:
    """Where the article stands and the hash of the page as it was read; without the address where that is not plain."""
    made: dict[str, Any] = {"source_name": publisher, "external_id": report.article_id}
    url = values.link(report.url)
    if url is not None:
        made["url"] = url
        if report.page_sha256:
            made["hashes"] = {"SHA-256": report.page_sha256}
    return made
