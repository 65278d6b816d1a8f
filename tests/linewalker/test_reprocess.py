"""Stored articles are read again by other models, over the sample's two nights and an analyst's decisions on them."""

from __future__ import annotations

import hashlib
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from linewalker.config import CONFIG_NAME, Config, load_config
from linewalker.doctor import examine
from linewalker.health import show_status
from linewalker.lock import LockedError, hold_lock
from linewalker.nightly import run_night
from linewalker.reprocess import Wish, reprocess
from store.database import open_ledger
from store.decisions import Draft, decide, withdraw_decision
from tests.linewalker.conftest import FinishedNights
from tests.linewalker.nights import Collected

AT = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
TANKER, KASHMORE = "meltem-star", "gas-pipeline-blown-up-near-kashmore"
# What the newer gazetteer knows and the older one does not.
FACILITIES = """\
id,name,facility_type,countries,latitude,longitude,precision,aliases,place
meltem-star,Meltem Star,tanker,LR,,,,,
"""


def now() -> datetime:
    return AT


@pytest.fixture
def config(finished: FinishedNights, tmp_path: Path) -> Config:
    """The finished nights in a folder of their own."""
    shutil.copytree(finished.config.folder, tmp_path / "demo")
    return load_config((tmp_path / "demo" / CONFIG_NAME).resolve())


def run(config: Config, **wish: Any) -> int:
    return reprocess(config, Wish(**wish), now=now, output=Collected(), ask=None)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def rows(config: Config, sql: str) -> list[tuple[Any, ...]]:
    with open_ledger(config.published_path, read_only=True) as ledger:
        return ledger.rows(sql)


def incident_of(config: Config, words: str) -> str:
    with open_ledger(config.ledger_path) as ledger:
        found = ledger.rows(f"SELECT incident_id FROM incident_reports WHERE contains(url, '{words}')")
    assert found, words
    return str(found[0][0])


def test_same_models_change_nothing_byte_for_byte(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    before = digest(config.ledger_path), digest(config.published_path)
    left_behind = config.ledger_path.with_name(f".{config.ledger_path.name}.reprocess")
    left_behind.write_bytes(b"of a run that was killed")
    assert run(config) == 0
    assert "no article was read by other models" in capsys.readouterr().out
    assert run(config, everything=True, yes=True) == 0
    assert "Nothing would change" in capsys.readouterr().out
    assert (digest(config.ledger_path), digest(config.published_path)) == before
    assert not left_behind.exists()


def test_merge_and_correction_outlast_a_newer_gazetteer_and_the_log_says_why(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    gone, kept = incident_of(config, TANKER), incident_of(config, KASHMORE)
    with open_ledger(config.ledger_path) as ledger:
        merge = decide(ledger, Draft(kind="merge", incident_id=gone, other_id=kept, note="a test"), by="R. Roe", at=AT)
        correct = decide(ledger, Draft(kind="correct", incident_id=kept, field="killed", text="2"), by="R. Roe", at=AT)
    (config.folder / "facilities.csv").write_text(FACILITIES, encoding="utf-8")

    before = digest(config.ledger_path)
    run(config)
    shown = capsys.readouterr().out
    assert "--yes takes the result over" in shown
    assert f"~ {kept}" in shown
    assert "facility_ids none -> meltem-star" in shown
    assert digest(config.ledger_path) == before

    assert run(config, yes=True) == 0
    assert rows(config, f"SELECT status, merged_into FROM incidents WHERE incident_id = '{gone}'") == [("merged", kept)]
    found = rows(
        config, f"SELECT killed_min, killed_max, reports, facility_ids FROM incidents WHERE incident_id = '{kept}'"
    )
    assert found == [(2, 2, 3, ["meltem-star"])]
    causes = rows(
        config,
        "SELECT field, cause_kind, cause_id, reason FROM revisions WHERE cause_kind IN ('decision', 'rules') "
        f"AND incident_id = '{kept}' AND field IN ('killed_min', 'facility_ids', 'report') ORDER BY revision_number",
    )
    key = rows(config, "SELECT DISTINCT model_key FROM articles")
    assert len(key) == 1
    assert [row[:3] for row in causes if row[0] == "killed_min"] == [("killed_min", "decision", correct.id)]
    assert [row[1:3] for row in causes if row[0] == "facility_ids"] == [("rules", key[0][0])]
    assert "R. Roe decided" in next(row[3] for row in causes if row[1:3] == ("decision", merge.id))
    assert rows(config, "SELECT status FROM runs WHERE command = 'reprocess'") == [("complete",)]

    # The newer reading is in the ledger, and what was decided can still be taken back.
    with open_ledger(config.ledger_path) as ledger:
        withdraw_decision(ledger, merge.id, by="R. Roe", at=AT)
        told = ledger.rows("SELECT incident_id, facility_ids, status FROM incidents WHERE incident_id = ?", [gone])
    assert told == [(gone, ["meltem-star"], "occurred")]
    after = digest(config.ledger_path)
    assert run(config, everything=True, yes=True) == 0
    assert digest(config.ledger_path) == after


def test_a_night_leaves_what_other_models_have_read_and_status_names_it(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "read, by the models that are installed" in show_status(config, AT)
    (config.folder / "facilities.csv").write_text(FACILITIES, encoding="utf-8")
    ((count,),) = rows(config, "SELECT count(*) FROM articles WHERE model_key IS NOT NULL")
    told = f"{count} read, {count} of them by other models than those installed; linewalker reprocess"
    assert told in show_status(config, AT)
    examine(config.folder, AT)
    assert f"warning readings    Articles: {told}" in capsys.readouterr().out

    keys = rows(config, "SELECT version_id, model_key FROM articles ORDER BY version_id")
    edited = keys[0][0]
    with open_ledger(config.ledger_path) as ledger:  # one article was read by no model yet
        ledger.execute("DELETE FROM stored.annotation WHERE version_id = ?", [edited])
    output = Collected()
    result = run_night(config, (), now=now, output=output, steps=("annotate", "resolve"))
    assert result.counts["articles_read"] == 1
    after = rows(config, "SELECT version_id, model_key FROM articles ORDER BY version_id")
    assert [row for row in after if row[0] != edited] == keys[1:]
    assert after[0][1] != keys[0][1]
    assert run_night(config, (), now=now, output=output, steps=("annotate",)).counts.get("articles_read", 0) == 0
    assert "annotate: no article to read" in output.lines

    assert run(config, yes=True) == 0
    assert len(rows(config, "SELECT DISTINCT model_key FROM articles WHERE model_key IS NOT NULL")) == 1
    assert "read, by the models that are installed" in show_status(config, AT)


def test_only_what_was_published_since_a_day_is_read_again_and_a_no_leaves_the_ledger(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    (config.folder / "facilities.csv").write_text(FACILITIES, encoding="utf-8")
    before = digest(config.ledger_path)
    asked: list[str] = []

    def refuse(text: str) -> bool:
        asked.append(text)
        return False

    wish = Wish(since=datetime(2026, 3, 10, tzinfo=UTC))
    reprocess(config, wish, now=now, output=Collected(), ask=refuse)
    ((count,),) = rows(
        config, "SELECT count(*) FROM articles WHERE coalesce(published_at, fetched_at) >= '2026-03-10 00:00:00+00'"
    )
    assert f"{count} articles read again" in capsys.readouterr().out
    assert asked == ["Take this over into the ledger?"]
    assert run(config, since=datetime(2027, 1, 1, tzinfo=UTC)) == 0
    assert "no article since 2027-01-01" in capsys.readouterr().out
    assert digest(config.ledger_path) == before


def test_run_at_work_is_named(config: Config) -> None:
    with hold_lock(config.lock_path, command="run", now=AT), pytest.raises(LockedError, match="linewalker run"):
        run(config)
