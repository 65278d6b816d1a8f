from __future__ import annotations

from store.database import Ledger
from store.facilities import Facility, sync_facilities
from store.records import CountryCapacity, FacilityCapacity
from store.runs import start_run
from store.snapshot import get_snapshot
from store.views import get_incident
from tests.store.samples import NIGHT, tell_night


def facility(id_: str, kind: str, country: str, capacity: float | None, unit: str = "MW") -> Facility:
    return Facility(id=id_, name=id_.title(), facility_type=kind, countries=(country,), capacity=capacity, unit=unit)


def test_an_incident_knows_what_its_facility_and_its_country_can_do(ledger: Ledger) -> None:
    run_id = start_run(ledger, command="run", started_at=NIGHT)
    tell_night(ledger, ["daily", "herald"], run_id=run_id)
    found = get_snapshot(ledger, now=NIGHT, since=None, run_id=run_id).new[0]
    assert found.country is not None
    hit = found.facility_ids[0]
    sync_facilities(
        ledger,
        [
            facility(hit, "oil_pipeline", found.country, 1_300_000, "bbl/d"),
            facility("other-line", "oil_pipeline", found.country, 700_000, "bbl/d"),
            facility("unknown-line", "oil_pipeline", found.country, None, "bbl/d"),
            facility("foreign-line", "oil_pipeline", "NZ", 9_000_000, "bbl/d"),
            facility("plant", "power_plant", found.country, 400),
            facility("dam", "hydro_dam", found.country, 600),
        ],
    )
    view = get_incident(ledger, found.id)
    assert view is not None
    assert view.capacities == (
        FacilityCapacity(
            facility_id=hit, name=hit.title(), facility_type="oil_pipeline", capacity=1_300_000, unit="bbl/d"
        ),
    )
    assert view.country_capacities == (
        CountryCapacity(kind="generation", unit="MW", capacity=1_000, facilities=2),
        CountryCapacity(kind="oil_pipeline", unit="bbl/d", capacity=2_000_000, facilities=2),
    )


def test_what_is_not_listed_any_more_counts_for_no_country(ledger: Ledger) -> None:
    run_id = start_run(ledger, command="run", started_at=NIGHT)
    tell_night(ledger, ["daily"], run_id=run_id)
    found = get_snapshot(ledger, now=NIGHT, since=None, run_id=run_id).new[0]
    assert found.country is not None
    sync_facilities(ledger, [facility("plant", "power_plant", found.country, 400)])
    sync_facilities(ledger, [])
    view = get_incident(ledger, found.id)
    assert view is not None
    assert view.country_capacities == ()
