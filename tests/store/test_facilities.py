from __future__ import annotations

from store.database import Ledger
from store.facilities import Facility, sync_facilities
from tests.store.samples import tell_night

BAY = Facility(
    id="sample-bay", name="Sample Bay Terminal", facility_type="oil_terminal", countries=("RU",), latitude=44.7,
    longitude=37.8, operator="Sample Oil", capacity=1_300_000.0, unit="bbl/d",
)  # fmt: skip
POINT = Facility(id="far-point", name="Far Point Refinery", facility_type="refinery")


def test_facilities_follow_the_gazetteer_and_dropped_ones_stay(ledger: Ledger) -> None:
    sync_facilities(ledger, [BAY, POINT])
    sync_facilities(ledger, [BAY])
    assert ledger.rows("SELECT facility_id, operator, capacity, unit, listed FROM facilities ORDER BY facility_id") == [
        ("far-point", None, None, None, False),
        ("sample-bay", "Sample Oil", 1_300_000.0, "bbl/d", True),
    ]


def test_view_counts_what_happened_at_each_facility(ledger: Ledger) -> None:
    sync_facilities(ledger, [BAY, POINT])
    sync_facilities(ledger, [BAY, POINT])
    tell_night(ledger, ["daily", "herald"])
    assert ledger.rows("SELECT facility_id, incidents, last_incident_on IS NULL FROM facilities ORDER BY 1") == [
        ("far-point", 0, True),
        ("sample-bay", 1, False),
    ]
