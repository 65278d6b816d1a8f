from __future__ import annotations

from dataclasses import replace

from reports.incident_table import ROWS, build_table
from reports.records import LEDGER_MARK, BriefingSettings
from store.records import IncidentView
from tests.reports.builders import incident
from tests.reports.nights import changed_refinery, open_blockade, terminal_attack

SETTINGS = BriefingSettings()


def row(view: IncidentView):  # type: ignore[no-untyped-def]
    rows, _ = build_table((view,), (), (), {view.id: 7}, SETTINGS)
    return rows[0]


def test_a_row_names_facility_and_country_as_the_heading_does() -> None:
    told = row(changed_refinery())
    assert (told.name, told.country.rstrip(LEDGER_MARK), told.event) == ("Ryazan refinery", "Russia", "Accident")
    assert (told.number, told.occurred_on.isoformat(), told.articles, told.independent) == (7, "2026-11-18", 2, 2)


def test_a_name_that_only_the_ledger_knows_is_marked() -> None:
    view = replace(changed_refinery(), facts=())
    told = row(view)
    assert all(LEDGER_MARK in name for name in (told.name, told.country) if name) or told.name.startswith("Incident ")


def test_an_incident_without_a_heading_has_its_id() -> None:
    assert row(incident("i-9", (), ())).name == "Incident i-9"


def test_new_ones_stand_first_and_the_rest_is_counted() -> None:
    many = [replace(open_blockade(), id=f"o{n}") for n in range(ROWS + 20)]
    rows, left_out = build_table((terminal_attack(),), (changed_refinery(),), many, {}, SETTINGS)
    assert [one.state for one in rows[:3]] == ["new", "changed", "open"]
    assert (len(rows), left_out) == (ROWS, 22)
