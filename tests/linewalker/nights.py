"""The sample nights for tests: a newswire on loopback and a folder that points at it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from linewalker.config import CONFIG_NAME, Config, load_config
from linewalker.demo import DemoClock, NewswireServer, serve_newswire, write_config
from linewalker.newswire import load_newswire
from linewalker.nightly import NightResult, configured_sources, run_night
from store.query import run_query

TRUTH = Path(__file__).parent.parent / "data" / "newswire_truth.toml"


class Collected:
    """An output that keeps its lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def line(self, text: str) -> None:
        self.lines.append(text)

    def progress(self, label: str, done: int, total: int | None) -> None:
        """Not looked at."""


@dataclass(frozen=True)
class SampleNights:
    """A folder and the newswire that it is pointed at."""

    config: Config
    server: NewswireServer

    def run(self, night: int, **more: Any) -> NightResult:
        self.server.night = night
        return run_night(self.config, configured_sources(self.config), now=DemoClock(night), output=Collected(), **more)


@contextmanager
def sample_nights(folder: Path) -> Iterator[SampleNights]:
    newswire = load_newswire()
    folder.mkdir(parents=True, exist_ok=True)
    with serve_newswire(newswire) as server:
        write_config(folder, newswire, server.address)
        yield SampleNights(load_config(folder / CONFIG_NAME), server)


@dataclass(frozen=True)
class Told:
    """One incident of the ledger with the sample articles that tell it."""

    id: str
    articles: frozenset[str]
    row: dict[str, Any]


def told_incidents(config: Config) -> list[Told]:
    """The ledger's incidents with the sample ids of the articles that tell them or one of their parts."""
    ids = {f"http://{p.host}{a.path}": a.id for p, a in _articles()}
    incidents = _rows(config, "FROM incidents")
    parents = {row["incident_id"]: row["parent_id"] or row["incident_id"] for row in incidents}
    reports = _rows(config, "SELECT incident_id, url FROM incident_reports")
    return [
        Told(
            id=row["incident_id"],
            articles=frozenset(
                ids[r["url"]] for r in reports if row["incident_id"] in (r["incident_id"], parents[r["incident_id"]])
            ),
            row=row,
        )
        for row in incidents
    ]


def truth() -> tuple[list[dict[str, Any]], frozenset[str]]:
    """The incidents that a careful reader finds, and the articles that tell of none."""
    document = tomllib.loads(TRUTH.read_text(encoding="utf-8"))
    return document["incident"], frozenset(document["none"]["articles"])


def count_rows(config: Config) -> dict[str, int]:
    """How many rows each part of the ledger holds."""
    tables = ("article", "article_version", "event", "claim", "incident", "incident_event", "revision", "entry")
    return {name: _rows(config, f"SELECT count(*) AS n FROM stored.{name}")[0]["n"] for name in tables}


def as_date(value: object) -> date:
    assert isinstance(value, date)
    return value


def _rows(config: Config, sql: str) -> list[dict[str, Any]]:
    result = run_query(config.published_path, sql)
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


def _articles() -> list[tuple[Any, Any]]:
    newswire = load_newswire()
    publishers = {p.id: p for p in newswire.publishers}
    return [(publishers[a.publisher], a) for a in newswire.articles]
