"""What facilities, and the countries that they stand in, can do: against it a loss is weighed."""

from __future__ import annotations

from collections import defaultdict

from store.database import Ledger
from store.records import CountryCapacity, FacilityCapacity

# What makes power adds up to one capacity of a country; a refinery and a pipeline do not.
_KIND = """CASE WHEN f.facility_type IN ('power_plant', 'nuclear_plant', 'hydro_dam', 'wind_or_solar')
           THEN 'generation' ELSE f.facility_type END"""


def get_capacities(ledger: Ledger, wanted: str) -> dict[str, FacilityCapacity]:
    """The capacities of the facilities of the incidents that the subquery `wanted` gives, by facility id."""
    rows = ledger.rows(
        f"""
        SELECT facility_id, name, facility_type, capacity, unit FROM facility
        WHERE capacity > 0 AND unit IS NOT NULL AND facility_id IN (
            SELECT unnest(facility_ids) FROM main.incidents WHERE incident_id IN {wanted}
        )
        """  # noqa: S608
    )
    return {
        row[0]: FacilityCapacity(facility_id=row[0], name=row[1], facility_type=row[2], capacity=row[3], unit=row[4])
        for row in rows
    }


def get_country_capacities(ledger: Ledger, wanted: str) -> dict[str, tuple[CountryCapacity, ...]]:
    """What all listed facilities of the incidents' countries can do, by ISO 3166-1 alpha-2 code; a line in each."""
    rows = ledger.rows(
        f"""
        SELECT c.country, {_KIND} AS kind, f.unit, sum(f.capacity), count(*)
        FROM (SELECT DISTINCT country FROM main.incidents WHERE incident_id IN {wanted}) c
        JOIN facility f ON list_contains(f.countries, c.country)
        WHERE f.listed AND f.capacity > 0 AND f.unit IS NOT NULL
        GROUP BY ALL ORDER BY ALL
        """  # noqa: S608
    )
    found: dict[str, list[CountryCapacity]] = defaultdict(list)
    for country, kind, unit, capacity, facilities in rows:
        found[country].append(CountryCapacity(kind=kind, unit=unit, capacity=capacity, facilities=facilities))
    return {country: tuple(capacities) for country, capacities in found.items()}
