"""The gazetteer's facilities, copied into the ledger so that SQL can join them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from store.database import Ledger

_COLUMNS = {
    "facility_id": pa.string(), "name": pa.string(), "facility_type": pa.string(), "countries": pa.list_(pa.string()),
    "latitude": pa.float64(), "longitude": pa.float64(), "operator": pa.string(), "capacity": pa.float64(),
    "unit": pa.string(), "listed": pa.bool_(),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility:
    """One facility of the gazetteer."""

    id: str
    name: str
    facility_type: str
    countries: tuple[str, ...] = ()  # ISO 3166-1 alpha-2
    latitude: float | None = None  # degrees north, WGS 84
    longitude: float | None = None  # degrees east, WGS 84
    operator: str | None = None
    capacity: float | None = None
    unit: str | None = None  # of the capacity


def sync_facilities(ledger: Ledger, facilities: Sequence[Facility]) -> None:
    """Makes the ledger's facilities those of the gazetteer; dropped ones stay, marked as not listed."""
    rows = {
        one.id: (
            one.id, one.name, one.facility_type, list(one.countries), one.latitude, one.longitude, one.operator,
            one.capacity, one.unit, True,
        )
        for one in facilities
    }  # fmt: skip
    names = list(_COLUMNS)
    with ledger.transaction(), ledger.batch(_COLUMNS, list(rows.values()), "configured") as batch:
        same = ledger.row(
            f"SELECT (SELECT count(*) FROM (SELECT * FROM {batch} EXCEPT SELECT {', '.join(names)} FROM facility)) "  # noqa: S608
            f"+ (SELECT count(*) FROM facility WHERE listed AND facility_id NOT IN (SELECT facility_id FROM {batch}))"
        )
        if same == (0,):
            return
        updates = ", ".join(f"{name} = excluded.{name}" for name in names if name != "facility_id")
        ledger.execute(
            f"UPDATE facility SET listed = false WHERE listed AND facility_id NOT IN (SELECT facility_id FROM {batch})"  # noqa: S608
        )
        ledger.execute(
            f"INSERT INTO facility BY NAME SELECT * FROM {batch} ON CONFLICT (facility_id) DO UPDATE SET {updates}"  # noqa: S608
        )
