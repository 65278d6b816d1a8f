from __future__ import annotations

import re
from pathlib import Path

from store.database import Ledger
from store.reference import render_schema_reference

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "schema.md"


def test_page_is_what_the_database_says_of_itself(ledger: Ledger) -> None:
    assert PAGE.read_text(encoding="utf-8") == render_schema_reference(ledger)


def test_page_names_every_view_and_column_of_information_schema(ledger: Ledger) -> None:
    page = PAGE.read_text(encoding="utf-8")
    documented = {
        (name, column)
        for name, body in re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", page, flags=re.MULTILINE | re.DOTALL)
        for column in re.findall(r"^\| `(\w+)` \|", body, flags=re.MULTILINE)
    }
    existing = ledger.rows(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = 'main' AND table_catalog = current_database()"
    )
    assert documented == set(existing)
    assert {"articles", "incidents", "incident_reports", "incident_facts", "facilities", "risk_by_week",
            "source_health", "runs", "revisions"} <= {row[0] for row in existing}  # fmt: skip


def test_every_view_and_column_carries_a_comment(ledger: Ledger) -> None:
    assert (
        ledger.rows(
            "SELECT table_name, column_name FROM duckdb_columns() "
            "WHERE schema_name = 'main' AND NOT internal AND coalesce(comment, '') = ''"
        )
        == []
    )
    assert ledger.rows("SELECT view_name FROM duckdb_views() WHERE NOT internal AND coalesce(comment, '') = ''") == []


def test_main_holds_views_alone(ledger: Ledger) -> None:
    assert ledger.rows("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'") == []
