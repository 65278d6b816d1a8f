"""The columns of the three tables: name, type, unit and meaning of each, once for all formats and for the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Literal

from reports.exports import values
from reports.exports.records import Table
from store.exporting import ExportedIncident, ExportedReport, Loss
from store.records import Fact

Kind = Literal["text", "link", "integer", "number", "truth", "day", "instant", "list", "losses"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `take` gives the clean value of a row."""

    name: str
    kind: Kind
    told: str
    take: Callable[[Any], Any]


def _column(
    name: str, kind: Kind, told: str, take: Callable[[Any], Any] | None = None, limit: int = values.NAME
) -> Column:
    get = take if take is not None else attrgetter(name)
    return Column(name, kind, told, lambda row: _clean(kind, get(row), limit))


def _fact(name: str, kind: Kind, told: str, path: str = "", limit: int = values.NAME) -> Column:
    get = attrgetter(path or name)
    return _column(name, kind, told, lambda row: get(row[1]), limit)


def _clean(kind: Kind, value: Any, limit: int) -> Any:
    if value is None or kind in ("integer", "truth", "day", "instant"):
        return value
    if kind == "text":
        return values.plain(value, limit)
    if kind == "link":
        return values.link(value)
    if kind == "number":
        return values.number(value)
    if kind == "losses":
        return [_loss(one) for one in value[: values.LIST]]
    return [text for text in map(values.plain, value[: values.LIST]) if text]


def _loss(loss: Loss) -> dict[str, Any]:
    bounds = {name: values.number(getattr(loss, name)) for name in ("minimum", "maximum", "low", "high")}
    return {"unit": values.plain(loss.unit), **bounds}


def _position(place: int) -> Callable[[ExportedIncident], float | None]:
    def take(incident: ExportedIncident) -> float | None:
        found = values.position(incident.latitude, incident.longitude)
        return found[place] if found is not None else None

    return take


INCIDENTS: tuple[Column, ...] = (
    _column("incident_id", "text", "The incident; it never changes and is never used again."),
    _column("status", "text", "occurred, ongoing, partly_restored, restored; threatened, planned, foiled, denied, "
            "disputed; retracted, merged, dismissed."),
    _column("event_type", "text", "attack, sabotage, cyberattack, theft, seizure, blockade, accident, outage or "
            "natural_hazard."),
    _column("factuality", "text", "Strongest grading: asserted, attributed, foiled, planned, threatened or denied."),
    _column("credibility", "integer", "Admiralty scale, 1 (confirmed) to 6 (cannot be judged)."),
    _column("evidence_tier", "text", "single_source, corroborated, official, disputed or retracted."),
    _column("confidence", "number", "How sure the reading is, 0 to 1."),
    _column("occurred_on", "day", "First day on which it happened or may have happened, local calendar."),
    _column("occurred_until", "day", "Last day of that interval."),
    _column("date_precision", "text", "hour, day, week, month or year."),
    _column("country", "text", "ISO 3166-1 alpha-2; null if unknown or at sea."),
    _column("countries", "list", "All countries that apply."),
    _column("place", "text", "Finest place told."),
    _column("latitude", "number", "Degrees north, WGS 84.", _position(0)),
    _column("longitude", "number", "Degrees east, WGS 84.", _position(1)),
    _column("position_precision", "text", "What the position is of: facility, locality, admin1, country (its middle), "
            "offshore or unknown."),
    _column("facility_ids", "list", "Ids in the gazetteer."),
    _column("facilities", "list", "Names of the facilities that were hit."),
    _column("facility_type", "text", "Kind of facility."),
    _column("modes", "list", "How: drone, missile, ransomware and so on."),
    _column("risks", "list", "Risk labels that the happening itself shows."),
    _column("actors", "list", "Who did it or is suspected of it, as told; no finding of ours."),
    _column("claimed_by", "list", "Who said that they did it."),
    _column("killed_min", "integer", "Killed, at least, by the best value."),
    _column("killed_max", "integer", "Killed, at most; null where open or not told."),
    _column("killed_low", "integer", "The least that any independent origin says last."),
    _column("killed_high", "integer", "The most that any independent origin says last."),
    _column("injured_min", "integer", "Injured, at least."),
    _column("injured_max", "integer", "Injured, at most."),
    _column("injured_low", "integer", "The least that any independent origin says last."),
    _column("injured_high", "integer", "The most that any independent origin says last."),
    _column("losses", "losses", "What was lost, a member a unit: unit, minimum and maximum of the best value, low and "
            "high over all origins."),
    _column("days_out", "integer", "Calendar days of an interruption."),
    _column("restored_on", "day", "Day on which the whole was back."),
    _column("reports", "integer", "Articles that tell it."),
    _column("independent_reports", "integer", "Independent origins among them."),
    _column("parent_id", "text", "Incident of which this one is a part."),
    _column("merged_into", "text", "Incident that an analyst made it part of."),
    _column("verdict", "text", "confirmed or dismissed by an analyst."),
    _column("reviewed_at", "instant", "When the verdict was given."),
    _column("first_reported_at", "instant", "Publication of its first report."),
    _column("last_reported_at", "instant", "Publication of its latest report."),
    _column("created_at", "instant", "When the ledger learned of it."),
    _column("changed_at", "instant", "When it was last created, revised, newly reported or read anew: what --since "
            "compares."),
)  # fmt: skip

REPORTS: tuple[Column, ...] = (
    _column("incident_id", "text", "The incident."),
    _column("published_at", "instant", "When the article was published; null where it does not say."),
    _column("publisher", "text", "Name of the publisher."),
    _column("title", "text", "Headline.", limit=values.TITLE),
    _column("url", "link", "Canonical address; null where it is not plain http or https."),
    _column("language", "text", "ISO 639-1."),
    _column("reliability", "text", "Admiralty grade of the source, A to F."),
    _column("family", "text", "Who owns the publisher."),
    _column("wire", "text", "Agency that the text is credited to."),
    _column("origin", "text", "Whose words these are; independent reports are counted by what follows the colon."),
    _column("source_id", "text", "Id of the source."),
    _column("fetched_at", "instant", "When the article was fetched."),
    _column("attached_at", "instant", "When it was attached to the incident."),
    _column("page_sha256", "text", "SHA-256 of the page as fetched; null where the feed gave the text."),
    _column("article_id", "text", "The article."),
    _column("version_id", "text", "The version that tells it."),
)

FACTS: tuple[Column, ...] = (
    _column("incident_id", "text", "The incident.", lambda row: row[0]),
    _fact("field", "text", "What the value is of: killed, lost, occurred_on, actor and so on."),
    _fact("value", "text", "The value in words."),
    _fact("detail", "text", "What belongs to it: facility id, country of a place, role of an actor."),
    _fact("minimum", "number", "Lower bound of a number; null where open."),
    _fact("maximum", "number", "Upper bound of a number; null where open."),
    _fact("unit", "text", "Canonical unit."),
    _fact("factuality", "text", "How the sentence grades it."),
    _fact("speaker", "text", "Who says so, where the sentence names someone."),
    _fact("superseded", "truth", "Whether the article itself says that it no longer holds."),
    _fact("publisher", "text", "Name of the publisher.", "quote.publisher"),
    _fact("published_at", "instant", "When the article was published.", "quote.published_at"),
    _fact("url", "link", "Canonical address.", "quote.url"),
    _fact("in", "text", "Where the sentence stands: text or title.", "quote.where"),
    _fact("start", "integer", "First code point of the sentence in the stored version.", "quote.start"),
    _fact("end", "integer", "Code point after it.", "quote.end"),
    _fact("value_start", "integer", "First code point of the value itself."),
    _fact("value_end", "integer", "Code point after it."),
    _fact("sentence", "text", "The words that state it, cleaned.", "quote.sentence", values.SENTENCE),
    _fact("article_id", "text", "The article.", "quote.article_id"),
    _fact("version_id", "text", "The version that the offsets count in.", "quote.version_id"),
    _fact("claim_id", "text", "The claim."),
)

TABLES: dict[Table, tuple[Column, ...]] = {"incidents": INCIDENTS, "reports": REPORTS, "facts": FACTS}


def rows_of(incident: ExportedIncident, table: Table) -> Iterator[ExportedIncident | ExportedReport | tuple[str, Fact]]:
    """What the columns of a table take their values from, a row each."""
    if table == "incidents":
        yield incident
    elif table == "reports":
        yield from incident.told
    else:
        for fact in incident.facts:
            yield incident.incident_id, fact


def record_of(columns: tuple[Column, ...], row: object) -> dict[str, Any]:
    """The clean values of a row by column."""
    return {column.name: column.take(row) for column in columns}
