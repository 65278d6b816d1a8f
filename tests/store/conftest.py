from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Ledger, open_ledger
from store.tellings import refresh_tellings

# What the writer keeps beside the links; after every test of the store it must be what they say.
_KEPT = """
    SELECT i.incident_id, i.reports, i.independent_reports, i.first_reported_at, i.last_reported_at,
        list(t ORDER BY t) FILTER (t.event_id IS NOT NULL)
    FROM incident i LEFT JOIN telling t ON t.incident_id = i.incident_id GROUP BY ALL ORDER BY ALL
"""


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated ledger file to copy: creating one costs more than most tests."""
    path = tmp_path_factory.mktemp("empty") / "ledger.duckdb"
    with open_ledger(path):
        pass
    return path


@pytest.fixture
def ledger(tmp_path: Path, empty_ledger: Path) -> Iterator[Ledger]:
    shutil.copy(empty_ledger, tmp_path / "ledger.duckdb")
    with open_ledger(tmp_path / "ledger.duckdb") as opened:
        yield opened
        if not opened._closed:
            told = opened.rows(_KEPT)
            refresh_tellings(opened, [row[0] for row in opened.rows("SELECT incident_id FROM incident")])
            assert told == opened.rows(_KEPT), "the tellings are not what the links say"
