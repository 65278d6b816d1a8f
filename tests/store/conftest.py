from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Ledger, open_ledger


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
