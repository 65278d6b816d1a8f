"""Incidents as the reader of a briefing needs them: with reports, facts, quoted words and history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa

from store.capacities import get_capacities, get_country_capacities
from store.database import Ledger, Row
from store.histories import get_revisions, get_told_decisions
from store.quotes import get_sentences, make_quote
from store.records import Fact, IncidentReport, IncidentView

# In the order in which one reads them.
_FIELDS = (
    "factuality", "event_type", "facility", "facility_context", "place", "occurred_on", "actor", "claimed_by", "killed",
    "injured", "missing", "detained", "lost", "at_risk", "restored", "throughput", "capacity", "stored", "spilled",
    "duration", "price", "damage_cost", "customers", "other",
)  # fmt: skip


def get_incident(ledger: Ledger, incident_id: str) -> IncidentView | None:
    """One incident with its reports, facts and revisions; None where the ledger holds no such id."""
    found = get_incidents(ledger, [incident_id])
    return found[0] if found else None


def get_incidents(ledger: Ledger, incident_ids: Sequence[str]) -> list[IncidentView]:
    """These incidents, in the order asked for; ids that the ledger does not hold are left out."""
    with ledger.batch({"incident_id": pa.string()}, [(one,) for one in sorted(set(incident_ids))], "wanted") as batch:
        wanted = f"(SELECT incident_id FROM {batch})"  # noqa: S608
        rows = {
            row[0]: row
            for row in ledger.rows(
                f"""
                SELECT incident_id, event_type, status, factuality, modes, risks, facility_ids, facilities,
                       facility_type, country, countries, place, latitude, longitude, occurred_on, occurred_until,
                       date_precision, actors, claimed_by, confidence, parent_id, first_reported_at, last_reported_at,
                       created_at, created_run_id, independent_reports, merged_into, verdict, reviewed_by, reviewed_at,
                       credibility, evidence_tier, restored_on, days_out
                FROM main.incidents WHERE incident_id IN {wanted}
                """  # noqa: S608
            )
        }
        reports = _get_reports(ledger, wanted)
        facts = _get_facts(ledger, wanted)
        revisions = get_revisions(ledger, wanted)
        decisions = get_told_decisions(ledger, wanted)
        capacities = get_capacities(ledger, wanted)
        countries = get_country_capacities(ledger, wanted)
    return [
        replace(
            _view(rows[one]),
            reports=tuple(reports[one]),
            facts=tuple(facts[one]),
            revisions=tuple(revisions[one]),
            decisions=tuple(decisions[one]),
            capacities=tuple(capacities[id_] for id_ in rows[one][6] if id_ in capacities),
            country_capacities=countries.get(rows[one][9], ()),
        )
        for one in incident_ids
        if one in rows
    ]


def find_incident_ids(ledger: Ledger, beginning: str) -> list[str]:
    """The ids of the incidents that begin so, in order."""
    return [
        row[0]
        for row in ledger.rows(
            "SELECT incident_id FROM incident WHERE starts_with(incident_id, ?) ORDER BY incident_id", [beginning]
        )
    ]


def _get_reports(ledger: Ledger, wanted: str) -> dict[str, list[IncidentReport]]:
    reports: dict[str, list[IncidentReport]] = defaultdict(list)
    before = _get_wordings_before(ledger, wanted)
    for row in ledger.rows(
        f"""
        SELECT incident_id, article_id, version_id, url, title, publisher, family, wire, source_id, reliability,
               published_at, fetched_at, origin
        FROM main.incident_reports WHERE incident_id IN {wanted}
        ORDER BY coalesce(published_at, fetched_at), article_id, version_id
        """  # noqa: S608
    ):
        reports[row[0]].append(
            IncidentReport(
                article_id=row[1],
                version_id=row[2],
                url=row[3],
                title=row[4],
                publisher=row[5],
                family=row[6],
                wire=row[7],
                source_id=row[8],
                reliability=row[9] or "F",
                published_at=row[10],
                fetched_at=row[11],
                origin=row[12],
                before=before.get(row[1], ""),
            )
        )
    return reports


def _get_wordings_before(ledger: Ledger, wanted: str) -> dict[str, str]:
    """The earlier wordings of the edited articles that tell these incidents, by article."""
    return dict(
        ledger.rows(
            f"""
            SELECT v.article_id, string_agg(v.text, chr(10) ORDER BY v.fetched_at) FROM article_version v
            WHERE NOT v.current AND v.article_id IN (
                SELECT article_id FROM telling WHERE incident_id IN {wanted}
            ) GROUP BY v.article_id
            """  # noqa: S608
        )
    )


def _get_facts(ledger: Ledger, wanted: str) -> dict[str, list[Fact]]:
    # A retracted incident is told by no current version: what the earlier ones said stands here as superseded.
    rows = ledger.rows(
        f"""
        WITH kept AS (
            SELECT incident_id, claim_id, superseded FROM main.incident_facts WHERE incident_id IN {wanted}
            UNION
            SELECT ie.incident_id, c.claim_id, true FROM incident_event ie
            JOIN incident i ON i.incident_id = ie.incident_id AND i.status = 'retracted'
            JOIN claim c ON c.event_id = ie.event_id
            WHERE NOT ie.current AND ie.incident_id IN {wanted}
        )
        SELECT k.incident_id, c.claim_id, c.field, c.value, c.detail, c.minimum, c.maximum, c.unit, c.factuality,
               c.speaker, k.superseded, c.value_start, c.value_end, a.article_id, c.version_id, a.url,
               coalesce(s.publisher, a.source_id), coalesce(s.family, a.source_id), a.source_id, v.published_at,
               c.span_in, c.span_start, c.span_end
        FROM kept k JOIN claim c ON c.claim_id = k.claim_id
        JOIN article_version v ON v.version_id = c.version_id
        JOIN article a ON a.article_id = v.article_id
        LEFT JOIN source s ON s.source_id = a.source_id
        """  # noqa: S608
    )
    spans = sorted({(row[14], *row[20:23]) for row in rows})
    sentences = get_sentences(ledger, spans)
    facts: dict[str, list[Fact]] = defaultdict(list)
    for row in rows:
        sentence = sentences[(row[14], *row[20:23])]
        facts[row[0]].append(
            Fact(
                claim_id=row[1],
                field=row[2],
                value=row[3],
                detail=row[4],
                minimum=row[5],
                maximum=row[6],
                unit=row[7],
                factuality=row[8],
                speaker=row[9],
                superseded=row[10],
                value_start=row[11],
                value_end=row[12],
                quote=make_quote((*row[13:21], sentence, *row[21:23])),
            )
        )
    for found in facts.values():
        found.sort(key=_fact_order)
    return facts


def _fact_order(fact: Fact) -> tuple[object, ...]:
    rank = _FIELDS.index(fact.field) if fact.field in _FIELDS else len(_FIELDS)
    published = fact.quote.published_at
    return (rank, published is None, published or 0, fact.quote.article_id, fact.quote.start, fact.claim_id)


def _view(row: Row) -> IncidentView:
    return IncidentView(
        id=row[0],
        event_type=row[1],
        status=row[2],
        factuality=row[3],
        modes=tuple(row[4]),
        risks=tuple(row[5]),
        facility_ids=tuple(row[6]),
        facilities=tuple(row[7]),
        facility_type=row[8],
        country=row[9],
        countries=tuple(row[10]),
        place=row[11],
        latitude=row[12],
        longitude=row[13],
        occurred_on=row[14],
        occurred_until=row[15],
        date_precision=row[16],
        actors=tuple(row[17]),
        claimed_by=tuple(row[18]),
        confidence=row[19],
        parent_id=row[20],
        first_reported_at=row[21],
        last_reported_at=row[22],
        created_at=row[23],
        created_run_id=row[24],
        reports=(),
        independent_reports=row[25],
        facts=(),
        revisions=(),
        merged_into=row[26],
        verdict=row[27],
        reviewed_by=row[28],
        reviewed_at=row[29],
        credibility=row[30],
        evidence_tier=row[31],
        restored_on=row[32],
        days_out=row[33],
    )
