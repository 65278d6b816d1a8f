"""DuckDB behind functions: all SQL lives here."""
