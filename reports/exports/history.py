"""What an incident once said, read from its revisions: consumers must hear of what no longer holds."""

from __future__ import annotations

from reports.exports.attribution import is_named
from store.exporting import ExportedIncident


def values_before(incident: ExportedIncident, field: str) -> list[str]:
    """The earlier values of a column, members of lists one by one, oldest first."""
    found: dict[str, None] = {}
    for revision in incident.revisions:
        if revision.field == field and revision.old:
            found.update(dict.fromkeys(revision.old.split(", ")))
    return list(found)


def names_before(incident: ExportedIncident) -> list[str]:
    """Who may once have been called the actor and is not told as such any more, sorted."""
    gone = {*values_before(incident, "actors"), *values_before(incident, "claimed_by")}
    # A name may stay while the article that stated it outright is gone.
    if incident.untold or any(one.cause_kind == "edit" for one in incident.revisions):
        gone |= {*incident.actors, *incident.claimed_by}
    return sorted(filter(is_named, gone))
