"""Two states of one ledger, side by side: what differs between them in the words of an analyst."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from store.database import Ledger
from store.resolution import FIELDS, show_value

_GONE = ("retracted", "merged", "dismissed")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedIncident:
    """One incident as it was and as it is."""

    id: str
    name: str  # type and facility, for the reader
    kind: str  # gained, lost, changed
    fields: tuple[tuple[str, str | None, str | None], ...] = ()  # name, before, after


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What differs."""

    incidents: tuple[ChangedIncident, ...]
    events_gained: int
    events_lost: int
    links: int  # reports that belong to another incident, or to one more or less
    tagged: int  # versions whose relevance or risk labels differ
    readings: int  # readings that are new or say something else

    @property
    def changed(self) -> bool:
        """Whether anything differs that an analyst or the next run could see."""
        return bool(self.incidents or self.events_gained or self.events_lost or self.links or self.readings)


def compare(ledger: Ledger, former: Path) -> Comparison:
    """The differences of this ledger from another file of it; `former` must be closed, and is only read."""
    with _attached(ledger, former):
        events = "SELECT event_id FROM {}event WHERE current"
        links = "SELECT event_id, incident_id, facility_id FROM {}incident_event WHERE current"
        tags = (
            "SELECT n.version_id, n.relevant, (SELECT list(t.label ORDER BY t.label) FROM {0}risk_tag t "
            "WHERE t.version_id = n.version_id AND t.model_key = n.model_key) FROM {0}annotation n WHERE n.current"
        )
        readings = "SELECT version_id, model_key, current, document FROM {}annotation"
        return Comparison(
            incidents=tuple(_compare_incidents(ledger)),
            events_gained=_count(ledger, events, "", _OLD),
            events_lost=_count(ledger, events, _OLD, ""),
            links=_count(ledger, links, "", _OLD) + _count(ledger, links, _OLD, ""),
            tagged=_count(ledger, tags, "", _OLD),
            readings=_count(ledger, readings, "", _OLD),
        )


_OLD = "former.stored."


@contextmanager
def _attached(ledger: Ledger, former: Path) -> Iterator[None]:
    quoted = str(former).replace("'", "''")
    ledger.execute(f"ATTACH '{quoted}' AS former (READ_ONLY)")
    try:
        yield
    finally:
        ledger.execute("DETACH former")


def _count(ledger: Ledger, select: str, one: str, other: str) -> int:
    row = ledger.row(f"SELECT count(*) FROM ({select.format(one)} EXCEPT {select.format(other)})")  # noqa: S608
    return row[0] if row else 0


def _compare_incidents(ledger: Ledger) -> Iterator[ChangedIncident]:
    width = len(FIELDS)
    rows = ledger.rows(
        f"""
        SELECT coalesce(n.incident_id, o.incident_id), o.incident_id IS NULL, n.incident_id IS NULL,
               {", ".join(f"o.{name}" for name in FIELDS)}, {", ".join(f"n.{name}" for name in FIELDS)}
        FROM incident n FULL JOIN {_OLD}incident o ON o.incident_id = n.incident_id
        WHERE {" OR ".join(f"o.{name} IS DISTINCT FROM n.{name}" for name in FIELDS)}
        ORDER BY coalesce(n.first_reported_at, o.first_reported_at), 1
        """  # noqa: S608
    )
    for incident_id, new, dropped, *values in rows:
        old, now = dict(zip(FIELDS, values[:width], strict=True)), dict(zip(FIELDS, values[width:], strict=True))
        seen = old if dropped else now
        name = f"{seen['event_type']}, {(seen['facilities'] or [seen['place'] or 'place not told'])[0]}"
        kind = "changed"
        if new or (old["status"] in _GONE and now["status"] not in _GONE):
            kind = "gained"
        elif dropped or (now["status"] in _GONE and old["status"] not in _GONE):
            kind = "lost"
        fields = () if new else tuple((f, show_value(old[f]), show_value(now[f])) for f in FIELDS if old[f] != now[f])
        yield ChangedIncident(id=incident_id, name=name, kind=kind, fields=fields)
