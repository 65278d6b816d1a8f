"""The reference page of the views, rendered from the comments that the database itself carries."""

from __future__ import annotations

from store.database import Ledger


def render_schema_reference(ledger: Ledger) -> str:
    """docs/reference/schema.md: every view and column with its type and its comment."""
    views = ledger.rows(
        "SELECT view_name, comment FROM duckdb_views() "
        "WHERE NOT internal AND schema_name = 'main' AND database_name = current_database() ORDER BY view_name"
    )
    lines = [
        "# The ledger's views",
        "",
        "Open the published copy with any DuckDB 1.5 or newer, or ask through `linewalker query`. These views are the",
        "stable surface; the tables under them, in the schema `stored`, change with the store's needs.",
        "Instants are UTC. The same words stand in the database itself:",
        "`SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'incidents'`.",
        "",
        "This page is generated from those comments; a test compares the two.",
    ]
    for name, comment in views:
        lines += ["", f"## {name}", "", comment, "", "| column | type | what it says |", "|---|---|---|"]
        lines += [
            f"| `{column}` | {kind} | {(text or '').replace('|', chr(92) + '|')} |"
            for column, kind, text in ledger.rows(
                "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal "
                "AND schema_name = 'main' AND database_name = current_database() AND table_name = ? "
                "ORDER BY column_index",
                [name],
            )
        ]
    macros = ledger.rows(
        "SELECT DISTINCT function_name, comment FROM duckdb_functions() WHERE NOT internal "
        "AND function_type = 'table_macro' AND schema_name = 'main' AND database_name = current_database() ORDER BY 1"
    )
    for name, comment in macros:
        lines += ["", f"## {name}(…)", "", f"A macro that is asked like a view: `FROM {name}('…')`. {comment}"]
        lines += ["", "| column | type |", "|---|---|"]
        columns = ledger.rows(f"DESCRIBE SELECT * FROM main.{name}('')")  # noqa: S608
        lines += [f"| `{column[0]}` | {column[1]} |" for column in columns]
    return "\n".join(lines) + "\n"
