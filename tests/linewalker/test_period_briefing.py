"""Briefings on request leave no trace in the nightly ones, and give the same bytes each time."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from linewalker.briefing import brief_step
from linewalker.cli import app
from linewalker.config import BriefingConfig, Config
from linewalker.health import open_published
from linewalker.period_briefing import Order, brief_period
from linewalker.periods import Wish
from reports.scope import Scope, make_scope
from store.database import open_ledger
from store.runs import get_last_briefing
from tests.linewalker.conftest import FinishedNights
from tests.linewalker.nights import Collected
from tests.reports.builders import divided

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)


def write(nights: FinishedNights, folder: Path, wish: Wish, scope: Scope | None = None) -> int:
    return brief_period(nights.config, Order(wish=wish, scope=scope or Scope(), folder=folder), now=lambda: NOW)


def test_a_week_is_one_file_and_changes_nothing_of_the_nights(finished: FinishedNights, tmp_path: Path) -> None:
    with open_published(finished.config) as ledger:
        before = get_last_briefing(ledger)
    assert write(finished, tmp_path / "one", Wish(weekly=True)) == 0
    assert write(finished, tmp_path / "two", Wish(weekly=True, last=date(2026, 3, 12))) == 0
    one, two = ((tmp_path / name / "briefing-2026-W11.md").read_bytes() for name in ("one", "two"))
    assert one == two
    assert (tmp_path / "one/briefing-2026-W11.html").read_bytes() == (
        tmp_path / "two/briefing-2026-W11.html"
    ).read_bytes()
    front, body = divided(one.decode())
    assert (front["kind"], str(front["to"])) == ("weekly", "2026-03-16 00:00:00+00:00")
    assert front["counts"]["new"] == 13
    assert "The sources were asked on 2 of 7 days." in body
    with open_published(finished.config) as ledger:
        assert get_last_briefing(ledger) == before


def test_a_past_day_is_told_as_it_was_known_then(finished: FinishedNights, tmp_path: Path) -> None:
    write(finished, tmp_path, Wish(daily=True, last=date(2026, 3, 10)))
    write(finished, tmp_path, Wish(daily=True, last=date(2026, 3, 11)))
    first = (tmp_path / "briefing-2026-03-10-day.md").read_text(encoding="utf-8")
    second = (tmp_path / "briefing-2026-03-11-day.md").read_text(encoding="utf-8")
    assert "Baiji refinery, Iraq: accident" in first
    assert "4 killed" not in first
    assert "Killed: 2" in second
    assert "39 new articles" in first
    assert divided(second)[0]["counts"]["changed"] == 3


def test_a_scope_is_in_the_name_and_in_the_front_matter(finished: FinishedNights, tmp_path: Path) -> None:
    scope = make_scope(regions=["Europe"], commodities=["gas"])
    assert write(finished, tmp_path, Wish(weekly=True), scope) == 0
    front, body = divided((tmp_path / "briefing-2026-W11-europe-gas.md").read_text(encoding="utf-8"))
    assert (front["scope"], front["counts"]["new"], front["counts"]["warnings_new"]) == ("Europe; gas", 0, 1)
    assert "**Only: Europe; gas.**" in body


def test_a_dry_run_prints_and_writes_nothing(finished: FinishedNights) -> None:
    before = sorted(finished.config.briefings_path.iterdir())
    done = CliRunner().invoke(
        app, ["brief", "-c", str(finished.config.folder), "--weekly", "--to", "2026-03-11", "--dry"]
    )
    assert done.exit_code == 0
    assert "# Energy security briefing, week 11, 9 to 15 March 2026" in done.stdout
    assert sorted(finished.config.briefings_path.iterdir()) == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--region", "Midle East"], "did you mean 'Middle East'"),
        (["--weekly", "--daily"], "exclude each other"),
        (["--from", "yesterday"], "does not match the format"),
    ],
)
def test_a_wrong_option_is_told(finished: FinishedNights, options: list[str], message: str) -> None:
    done = CliRunner().invoke(app, ["brief", "-c", str(finished.config.folder), *options])
    assert done.exit_code != 0
    assert message in " ".join(f"{done.output} {done.exception}".split())


@pytest.mark.parametrize(
    ("weekday", "written"), [("monday", True), ("tuesday", True), ("friday", False), (None, False)]
)
def test_the_week_is_written_on_or_after_the_weekday_configured(
    tmp_path: Path, weekday: str | None, written: bool
) -> None:
    config = Config(folder=tmp_path, briefing=BriefingConfig(weekly=weekday))
    at = datetime(2026, 3, 10, 4, tzinfo=UTC)  # a Tuesday
    with open_ledger(config.ledger_path, now=at) as ledger:
        for _ in range(2):
            output = Collected()
            brief_step(ledger, config, run_id="r1", started_at=at, counts=Counter(), now=lambda: at, output=output)
            week = config.briefings_path / "briefing-2026-W10.md"
            assert week.is_file() is written
        # Written once: the second run of the day leaves it.
        assert not any("of the week" in line for line in output.lines)
        last = get_last_briefing(ledger)
        assert last is not None
        assert "W10" not in last.path
