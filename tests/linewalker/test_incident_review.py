"""An analyst's decisions on incidents, by keys and by options, on a real ledger."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from linewalker.cli import app
from linewalker.config import CONFIG_NAME, Config, load_config
from linewalker.errors import ConfigError
from linewalker.health import show_incident
from linewalker.incident_review import Wanted, decide_once, review_in_terminal
from linewalker.lock import LockedError, hold_lock
from linewalker.review import Choice
from nlp.decisions import DecisionError
from store.database import open_ledger
from store.publish import publish
from store.sources import sync_sources
from tests.linewalker.review_ledger import ask, now
from tests.linewalker.test_review import Typed
from tests.store.samples import (
    NIGHT,
    add,
    annotate_all,
    make_annotation,
    make_article,
    make_event,
    make_source,
    resolve_all,
    tell_night,
)

ADA = Choice(by="ada")
LATE = NIGHT + timedelta(days=50)
DECIDED = "SELECT kind, incident_id, other_id, note, stands FROM decisions ORDER BY decision_number"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Two incidents of one terminal, seven weeks apart, that were suggested to be one."""
    (tmp_path / CONFIG_NAME).write_text("", encoding="utf-8")
    config = load_config((tmp_path / CONFIG_NAME).resolve())
    with open_ledger(config.ledger_path, now=NIGHT) as ledger:
        tell_night(ledger, ["daily", "herald"])
        sync_sources(ledger, [make_source(one) for one in ("daily", "herald", "later")])
        add(ledger, make_article("https://later.example/a", source="later", at=LATE, title="Bay\x1b[2J hit"), "r2")
        annotate_all(ledger, lambda document: make_annotation([make_event(day=date(2026, 4, 20))]), "r2")
        resolve_all(ledger, "r2", LATE)
        first, second = (row[0] for row in ledger.rows("SELECT incident_id FROM incident ORDER BY created_at"))
        ledger.execute("INSERT INTO suggestion VALUES (?, ?, 0.6, 'same facility', ?, 'r2')", [second, first, LATE])
    publish(config.ledger_path, config.published_path)
    return config


@pytest.fixture
def two(config: Config) -> tuple[str, str]:
    first, second = (str(row[0]) for row in ask(config, "SELECT incident_id FROM incidents ORDER BY created_at"))
    return first, second


def sit(config: Config, *keys: str) -> None:
    assert review_in_terminal(config, ADA, now=now, keys=Typed(*keys)) == 0


def test_pair_is_shown_with_the_words_of_both_and_merged_by_one_key(
    config: Config, two: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    sit(config, "?", "n", "one blast", "m")
    shown = capsys.readouterr().out
    assert "may be one, 0.60: same facility" in shown
    assert "keep apart: they are two" in shown
    assert shown.count("killing 3 people") >= 2
    assert "\x1b[2J" not in shown
    assert "1 decision of ada kept; 0 of this queue left" in shown
    assert ask(config, DECIDED) == [("merge", two[1], two[0], "one blast", True)]
    assert ask(config, "SELECT reports FROM incidents ORDER BY created_at") == [(3,), (0,)]
    assert ask(config, "SELECT state FROM suggestions") == [("merged",)]


def test_pair_kept_apart_is_not_asked_again(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    sit(config, "k")
    sit(config)
    assert "Nothing waits for a decision" in capsys.readouterr().out


def test_fields_and_verdicts_leave_a_pair_on_the_screen_and_undo_takes_the_last_back(
    config: Config, two: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    sit(config, "f", "b", "killed", "many", "f", "b", "killed", "4", "c", "a", "u", "d", "x", "s")
    shown = capsys.readouterr().out
    assert "write 4, 3-5 or 4+" in shown
    assert f"taken back: {two[1]} is confirmed" in shown
    assert ask(config, "SELECT kind, incident_id, stands FROM decisions ORDER BY decision_number") == [
        ("correct", two[0], True),
        ("confirm", two[1], False),
    ]
    assert ask(config, "SELECT killed_min, verdict FROM incidents ORDER BY created_at") == [(4, None), (3, None)]


def test_decision_while_a_run_holds_the_ledger_is_not_taken_and_says_so(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    class Night(Typed):
        def key(self) -> str | None:
            if len(self.typed) == 1:
                self.lock = hold_lock(config.lock_path, command="run", now=NIGHT)
                self.lock.__enter__()
            return super().key()

    keys = Night("?", "m")
    review_in_terminal(config, ADA, now=now, keys=keys)
    shown = capsys.readouterr().out
    assert "Not kept: `linewalker run` with pid" in shown
    assert "0 decisions of ada kept; 1 of this queue left" in shown
    with pytest.raises(LockedError):
        decide_once(config, ADA, Wanted(undo="dec"), now=now)
    keys.lock.__exit__(None, None, None)
    assert ask(config, DECIDED) == []


def test_options_take_each_decision_and_its_undo(config: Config, two: tuple[str, str]) -> None:
    first, second = two
    runner = CliRunner()

    def review(*arguments: str) -> str:
        result = runner.invoke(app, ["review", "incidents", "-c", str(config.folder), "--by", "ada", *arguments])
        assert result.exit_code == 0, result.output
        return result.output

    article = str(ask(config, f"SELECT min(article_id) FROM incident_reports WHERE incident_id = '{first}'")[0][0])
    assert f"{second} is part of {first}" in review("--merge", second, first, "--note", "one blast")
    assert "told another incident" in review("--split", first[:9], "--articles", article[:8])
    assert "killed_min is 2" in review("--correct", first, "killed", "2-3")
    assert "is confirmed" in review("--confirm", first)
    assert "is no incident" in review("--dismiss", first)
    made = ask(config, "SELECT decision_id FROM decisions ORDER BY decision_number")
    for (decision_id,) in reversed(made):
        assert "is taken back" in review("--undo", str(decision_id))
    assert "was taken back already" in review("--undo", str(made[0][0]))
    assert "are two" in review("--apart", first, second)
    assert [row[4] for row in ask(config, DECIDED)] == [False] * 5 + [True]
    assert ask(config, "SELECT status, reports FROM incidents WHERE status <> 'merged' ORDER BY created_at") == [
        ("occurred", 2),
        ("occurred", 1),
    ]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Wanted(confirm="inc-", dismiss="inc-"), "one of --merge"),
        (Wanted(articles=("x",)), "belongs to --split"),
        (Wanted(note="so"), "goes with a decision"),
        (Wanted(confirm="inc-"), "give more of it"),
        (Wanted(confirm="zzz"), "no incident's id begins with 'zzz'"),
        (Wanted(undo="dec-"), "no decision's id begins with"),
    ],
)
def test_options_that_say_too_much_or_too_little_are_refused(config: Config, wanted: Wanted, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        decide_once(config, ADA, wanted, now=now)


def test_decision_that_makes_no_sense_ends_with_one_line(config: Config, two: tuple[str, str]) -> None:
    with pytest.raises(DecisionError, match="cannot be merged with itself"):
        decide_once(config, ADA, Wanted(merge=(two[0], two[0])), now=now)


def test_merged_id_says_where_it_went_and_shows_that_incident(config: Config, two: tuple[str, str]) -> None:
    first, second = two
    decide_once(config, ADA, Wanted(merge=(second, first), note="one blast"), now=now)
    shown = " ".join(show_incident(config, second).split())
    assert shown.startswith(f"{second} was made part of {first} by an analyst; this is {first}.")
    assert f"ada: {second} is part of {first}. one blast (dec-" in shown
    assert "because of a decision: dec-" in shown
    assert "because of a report:" in shown
    decide_once(config, ADA, Wanted(confirm=first), now=now)
    assert "Verdict confirmed by ada" in " ".join(show_incident(config, first).split())
