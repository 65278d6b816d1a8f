"""What caused a change of an incident: a claim that came, an edit, other models or rules, an analyst's decision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import pyarrow as pa

from nlp.fold import IncidentFields
from nlp.resolve import Resolution
from nlp.resolver_model import load_resolver_model
from store.database import Ledger

# Told where neither a report nor a decision has changed, only the way in which reports become an incident.
RULES = f"{load_resolver_model().version}, fold 2"
# Which claims can state a column of incidents. What has none here is computed from the reports as a whole.
_STATED_BY = {
    "event_type": ("event_type",), "modes": ("event_type",), "risks": ("event_type",),
    "status": ("factuality", "restored", "event_type"), "factuality": ("factuality",),
    "facility_ids": ("facility",), "facilities": ("facility",), "facility_type": ("facility",),
    "country": ("place", "facility"), "countries": ("place", "facility"), "place": ("place",),
    "latitude": ("place", "facility"), "longitude": ("place", "facility"),
    "occurred_on": ("occurred_on",), "occurred_until": ("occurred_on",), "date_precision": ("occurred_on",),
    "actors": ("actor",), "claimed_by": ("claimed_by",), "killed_min": ("killed",), "killed_max": ("killed",),
    "injured_min": ("injured",), "injured_max": ("injured",), "losses": ("lost",),
    "killed_low": ("killed",), "killed_high": ("killed",), "injured_low": ("injured",), "injured_high": ("injured",),
    "restored_on": ("restored", "factuality"),
}  # fmt: skip
# What a claim says that moves an incident into a status of another name.
_MOVES = {"disputed": "denied", "partly_restored": "restored"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a value changed; the id is that of the claim, event, version or decision, or names models or rules."""

    kind: Literal["claim", "edit", "rules", "decision"]
    id: str


CauseOf = Callable[[str, str, str | None], Cause]  # incident id, column, the new value as a revision shows it


@dataclass(frozen=True, slots=True)
class _Said:
    claim_id: str
    event_id: str
    article_id: str
    field: str
    words: tuple[str, ...]

    def states(self, column: str, value: str | None) -> bool:
        if self.field not in _STATED_BY.get(column, ()):
            return False
        if column == "status" and value is not None:
            return _MOVES.get(value, value) in (self.field, *self.words)
        return value is not None and any(word and (word == value or word in value.split(", ")) for word in self.words)


class NightCauses:
    """The causes of what a resolution changes; made before its links are stored, as what they replace still counts."""

    def __init__(
        self, ledger: Ledger, resolution: Resolution, fields: Mapping[str, IncidentFields] = MappingProxyType({})
    ) -> None:
        self._basis = {name: dict(one.basis) for name, one in fields.items()}  # column -> event that gave its value
        self._gone = _get_gone(ledger)
        self._events: dict[str, list[str]] = defaultdict(list)
        for one in resolution.assignments:
            self._events[one.incident_id].append(one.event_id)
        founded = {one.incident_id: one.event_id for one in resolution.assignments if one.founded}
        self._founding = founded
        self._said = _get_said(ledger, {name: ids for name, ids in self._events.items() if name not in founded})

    def __call__(self, incident_id: str, column: str, value: str | None) -> Cause:
        """The cause of a column's new value."""
        if column == "created" and incident_id in self._founding:
            return Cause(kind="claim", id=self._founding[incident_id])
        gone = self._gone.get(incident_id, {})
        basis = self._basis.get(incident_id, {}).get(column)
        said = sorted(self._said.get(incident_id, ()), key=lambda one: one.event_id != basis)
        exact = next((one for one in said if one.states(column, value)), None)
        best = exact or next((one for one in said if one.field in _STATED_BY.get(column, ())), None)
        if best is not None:
            before = gone.get(best.article_id)
            if before is None:
                return Cause(kind="claim", id=best.claim_id)
            return before if before.kind == "rules" else Cause(kind="edit", id=best.claim_id)
        if gone:
            return gone[min(gone)]
        events = self._events.get(incident_id)
        if not events:
            return Cause(kind="rules", id=RULES)
        return Cause(kind="claim", id=basis if basis in events else min(events))


def _get_gone(ledger: Ledger) -> dict[str, dict[str, Cause]]:
    """Of each incident the articles whose report no longer counts, and why."""
    gone: dict[str, dict[str, Cause]] = defaultdict(dict)
    for incident_id, article_id, edited, version_id, model_key in ledger.rows(
        """
        SELECT ie.incident_id, e.article_id, NOT o.current, v.version_id, n.model_key
        FROM incident_event ie JOIN event e ON e.event_id = ie.event_id
        JOIN article_version o ON o.version_id = e.version_id
        LEFT JOIN article_version v ON v.article_id = e.article_id AND v.current
        LEFT JOIN annotation n ON n.version_id = v.version_id AND n.current
        WHERE ie.current AND NOT e.current ORDER BY ie.incident_id, e.article_id, e.event_id
        """
    ):
        kind: Literal["edit", "rules"] = "edit" if edited else "rules"
        gone[incident_id].setdefault(article_id, Cause(kind=kind, id=(version_id if edited else model_key) or RULES))
    return gone


def _get_said(ledger: Ledger, events: dict[str, list[str]]) -> dict[str, list[_Said]]:
    """The claims of tonight's reports of known incidents, those of the latest report first."""
    if not events:
        return {}
    pairs = sorted({(event, incident) for incident, ids in events.items() for event in ids})
    said: dict[str, list[_Said]] = defaultdict(list)
    with ledger.batch({"event_id": pa.string(), "incident_id": pa.string()}, pairs, "fresh") as batch:
        for incident_id, claim_id, event_id, article_id, field, value, detail, low, high in ledger.rows(
            f"""
            SELECT b.incident_id, c.claim_id, c.event_id, e.article_id, c.field, c.value, c.detail, c.minimum, c.maximum
            FROM {batch} b JOIN claim c ON c.event_id = b.event_id JOIN event e ON e.event_id = c.event_id
            JOIN article_version v ON v.version_id = c.version_id
            WHERE NOT c.superseded
            ORDER BY coalesce(v.published_at, v.fetched_at) DESC, c.event_id, c.span_in, c.span_start, c.claim_id
            """  # noqa: S608
        ):
            numbers = [str(int(one)) for one in (low, high) if one is not None and one == int(one)]
            words = (value, *(detail or "").split(", "), *value.split("/"), *numbers)
            said[incident_id].append(_Said(claim_id, event_id, article_id, field, words))
    return said
