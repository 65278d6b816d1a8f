from __future__ import annotations

from typing import Any

import pytest

from nlp.corrections import FIELDS, KnownFacility, parse_correction
from nlp.decisions import DecisionError, Ruling, rule
from nlp.fold import IncidentFields

TERMINAL = KnownFacility(
    id="sample-bay", name="Sample Bay terminal", facility_type="oil_terminal", latitude=44.6, longitude=37.8
)


def find(facility_id: str) -> KnownFacility | None:
    return TERMINAL if facility_id == "sample-bay" else None


@pytest.mark.parametrize(
    ("field", "text", "wanted"),
    [
        ("event_type", "Sabotage", {"event_type": "sabotage"}),
        ("status", "partly restored", {"status": "partly_restored"}),
        ("killed", "4", {"killed_min": 4, "killed_max": 4}),
        ("killed", "3-5", {"killed_min": 3, "killed_max": 5}),
        ("killed", "3 to 5", {"killed_min": 3, "killed_max": 5}),
        ("killed", "1,200", {"killed_min": 1200, "killed_max": 1200}),
        ("injured", "10+", {"injured_min": 10, "injured_max": None}),
        ("injured", "at least 10", {"injured_min": 10, "injured_max": None}),
        ("injured", "none", {"injured_min": None, "injured_max": None}),
        (
            "occurred_on",
            "2026-03-08",
            {"occurred_on": "2026-03-08", "occurred_until": "2026-03-08", "date_precision": "day"},
        ),
        (
            "occurred-on",
            "2026-03-01..2026-03-31",
            {"occurred_on": "2026-03-01", "occurred_until": "2026-03-31", "date_precision": "month"},
        ),
        ("country", "ru", {"country": "RU", "countries": ["RU"]}),
        ("country", "Kazakhstan", {"country": "KZ", "countries": ["KZ"]}),
        ("countries", "RU, KZ, RU", {"countries": ["RU", "KZ"]}),
        ("place", "Ust-Luga", {"place": "Ust-Luga"}),
        ("place", "none", {"place": None}),
        ("position", "44.7, 37.8", {"latitude": 44.7, "longitude": 37.8}),
        ("modes", "drone, missile", {"modes": ["drone", "missile"]}),
        ("modes", "none", {"modes": []}),
        ("actors", "Group A; Group B", {"actors": ["Group A", "Group B"]}),
        ("facilities", "Old depot", {"facilities": ["Old depot"], "facility_ids": []}),
        ("losses", "500,000 bbl/d; 2-3 bcm/y", {"losses": [["bbl/d", 500000.0, 500000.0], ["bcm/y", 2.0, 3.0]]}),
        ("losses", "none", {"losses": []}),
        ("losses", "at least 500 bbl/d", {"losses": [["bbl/d", 500.0, None]]}),
        ("losses", "500+ bbl/d; At least 2 km", {"losses": [["bbl/d", 500.0, None], ["km", 2.0, None]]}),
        ("losses", "500 000 to 600 000 m3", {"losses": [["m3", 500000.0, 600000.0]]}),
        ("losses", "80%", {"losses": [["%", 80.0, 80.0]]}),
        ("killed", "At least 10", {"killed_min": 10, "killed_max": None}),
        ("killed", "2147483647", {"killed_min": 2147483647, "killed_max": 2147483647}),
        ("killed", "unknown", {"killed_min": None, "killed_max": None}),
        ("modes", "unknown", {"modes": ["unknown"]}),
        ("modes", "Unknown, drone", {"modes": ["unknown", "drone"]}),
        ("facility_type", "none", {"facility_type": None}),
        (
            "facility_ids",
            "sample-bay",
            {
                "facility_ids": ["sample-bay"],
                "facilities": ["Sample Bay terminal"],
                "facility_type": "oil_terminal",
                "latitude": 44.6,
                "longitude": 37.8,
            },
        ),
    ],
)
def test_correction_sets_the_columns_that_belong_together(field: str, text: str, wanted: dict[str, Any]) -> None:
    values = parse_correction(field, text, find_facility=find)
    assert values == wanted
    rule(IncidentFields(event_type="attack", status="occurred", factuality="asserted"), Ruling(values=values))


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("kiled", "3", "did you mean 'killed'"),
        ("colour", "red", "the fields are: event_type"),
        ("status", "over", "choose from: occurred, ongoing"),
        ("status", "none", "cannot be empty"),
        ("event_type", "market", "choose from: accident"),
        ("modes", "drones", "did you mean 'drone'"),
        ("country", "Atlantis", "is no country"),
        ("occurred_on", "8 March", "2026-03-08"),
        ("occurred_on", "2026-03-09..2026-03-08", "the first day comes first"),
        ("killed", "some", "write 4, 3-5 or 4+"),
        ("killed", "-3", "no number"),
        ("killed", "2.5", "no number of people"),
        ("position", "north", "degrees north and east"),
        ("position", "95, 10", "degrees north and east"),
        ("facility_ids", "nowhere", "gazetteer find"),
        ("losses", "much", "units: bbl/d"),
        ("losses", "-5 bbl/d", "is no loss"),
        ("losses", "5 bbl/d; 4+ bbl/d", "second figure in bbl/d"),
        ("losses", "nan bbl/d", "is no loss"),
        ("losses", "1e400 bbl/d", "no number"),
        ("losses", "9" * 400 + " bbl/d", "no number"),
        ("losses", "1 - -5 bbl/d", "no number"),
        *(
            (field, text, "no number")
            for field in ("killed", "injured")
            for text in (
                "nan",
                "inf",
                "-inf",
                "1e400",
                "1e3",
                "1_000",
                "99999999999",
                "3-99999999999",
                "2147483648+",
                "9" * 400,
                "3,5",
            )
        ),
        ("place", " ", "needs a value"),
    ],
)
def test_value_that_cannot_be_is_refused_with_what_would_be_right(field: str, text: str, words: str) -> None:
    with pytest.raises(DecisionError, match=words.replace("+", r"\+")):
        parse_correction(field, text, find_facility=find)


def test_every_field_names_columns_of_an_incident() -> None:
    columns = set(IncidentFields.__dataclass_fields__)
    for field in FIELDS:
        if field not in ("event_type", "status", "factuality"):
            assert set(parse_correction(field, "none", find_facility=find)) <= columns
