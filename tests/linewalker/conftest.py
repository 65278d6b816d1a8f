"""The sample's two nights, run once for all tests that only look at what came out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from linewalker.config import Config
from linewalker.nightly import NightResult
from tests.linewalker.nights import SampleNights, count_rows, sample_nights


class FinishedNights:
    """Both nights, and a third run over an unchanged newswire."""

    def __init__(self, nights: SampleNights) -> None:
        self.first: NightResult = nights.run(1)
        self.second: NightResult = nights.run(2)
        self.rows = count_rows(nights.config)
        asked = len(nights.server.requests)
        self.again: NightResult = nights.run(2, force=True)
        self.requests_again = nights.server.requests[asked:]
        self.rows_again = count_rows(nights.config)
        self.config: Config = nights.config


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FinishedNights]:
    with sample_nights(tmp_path_factory.mktemp("nights") / "demo") as nights:
        yield FinishedNights(nights)


@pytest.fixture
def nights(tmp_path: Path) -> Iterator[SampleNights]:
    with sample_nights(tmp_path / "demo") as ready:
        yield ready
