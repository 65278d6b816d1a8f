"""An analyst's decisions on incidents, by keys and by options, on a real ledger."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from linewalker.cli import app
from linewalker.config import CONFIG_NAME, Config, load_config
from linewalker.doctor import examine
from linewalker.errors import ConfigError
from linewalker.health import show_incident, show_status
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
        (Wanted(undo="dec-", note="so"), "not with --undo"),
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
    assert f"ada decided: {second} is part of {first} (one blast)" in shown
    assert "[decision dec-" in " ".join(show_incident(config, second, everything=True).split())
    decide_once(config, ADA, Wanted(confirm=first), now=now)
    assert "Verdict confirmed by ada" in " ".join(show_incident(config, first).split())


def test_undo_leaves_alone_what_another_analyst_has_decided(
    config: Config, two: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    decide_once(config, Choice(by="bob"), Wanted(confirm=two[1], note="seen"), now=now)
    sit(config, "c", "a", "u", "s")
    shown = " ".join(capsys.readouterr().out.split())
    assert f"{two[1]} is confirmed already, as bob decided on 2 March 2026 (dec-" in shown
    assert "There is nothing to undo in this sitting" in shown
    assert "0 decisions of ada kept" in shown
    sit(config, "c", "b", "c", "a", "u", "u", "s")
    assert ask(config, "SELECT decided_by, kind, stands FROM decisions ORDER BY decision_number") == [
        ("bob", "confirm", True),
        ("ada", "confirm", False),
    ]


def test_decision_given_again_by_an_option_says_who_took_it(
    config: Config, two: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    decide_once(config, Choice(by="bob"), Wanted(apart=two), now=now)
    decide_once(config, ADA, Wanted(apart=two), now=now)
    first, again = capsys.readouterr().out.splitlines()
    assert again == f"{first.removesuffix('.')} already, as bob decided on 2 March 2026."


def test_queue_stops_at_the_item_that_a_run_keeps_from_being_shown(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_ledger(config.ledger_path, now=NIGHT) as ledger:
        ledger.execute("UPDATE incident SET confidence = 0.5")

    class Night(Typed):
        def key(self) -> str | None:
            pressed = super().key()
            if pressed == "s":
                self.lock = hold_lock(config.lock_path, command="run", now=NIGHT)
                self.lock.__enter__()
            return pressed

    keys = Night("s", "c", "c")
    review_in_terminal(config, ADA, now=now, keys=keys)
    shown = " ".join(capsys.readouterr().out.split())
    keys.lock.__exit__(None, None, None)
    assert keys.typed == ["c", "c"]
    assert "The next one cannot be shown: `linewalker run` with pid" in shown
    assert "0 decisions of ada kept; 2 of this queue left" in shown


@pytest.mark.parametrize("after", [False, True], ids=["before the subcommand", "given again after it"])
def test_options_before_the_subcommand_hold_for_it(config: Config, two: tuple[str, str], after: bool) -> None:
    here = str(config.folder)
    before, behind = (["-c", here, "--by", "ada"], [])
    if after:
        before, behind = ["-c", "nowhere", "--by", "bob"], before
    result = CliRunner().invoke(app, ["review", *before, "incidents", *behind, "--confirm", two[0]])
    assert result.exit_code == 0, result.output
    assert ask(config, "SELECT decided_by, incident_id FROM decisions") == [("ada", two[0])]


def test_number_of_items_before_the_subcommand_bounds_its_queue(config: Config) -> None:
    with open_ledger(config.ledger_path, now=NIGHT) as ledger:
        ledger.execute("UPDATE incident SET confidence = 0.5")
    result = CliRunner().invoke(app, ["review", "-c", str(config.folder), "--items", "2", "incidents"], input="q\n")
    assert "1 of 2" in result.output


@pytest.mark.parametrize("option", [["--withdraw", "rev-1"], ["--export", "q.csv"], ["--skipped"], ["--seed", "3"]])
def test_options_for_articles_are_refused_before_the_subcommand(config: Config, option: list[str]) -> None:
    result = CliRunner().invoke(app, ["review", "-c", str(config.folder), *option, "incidents", "--confirm", "inc-"])
    assert result.exit_code != 0
    assert "are for articles" in " ".join(result.output.split())


def test_missing_facility_table_costs_status_and_doctor_no_other_finding(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    path = config.folder / CONFIG_NAME
    path.write_text('[annotate]\ngazetteers = ["gone.csv"]\n', encoding="utf-8")
    told = show_status(load_config(path), NIGHT)
    assert "gone.csv cannot be read: No such file or directory; put it back" in told
    assert "Feeds: 3 listed" in told
    assert examine(config.folder, NIGHT) == 1
    found = capsys.readouterr().out
    assert any(one.startswith("error   facilities") and "gone.csv" in one for one in found.splitlines())
    assert "readings" in found


def test_what_was_split_off_and_merged_back_names_no_merge_once_both_are_undone(
    config: Config, two: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    first = two[0]
    article = str(ask(config, f"SELECT min(article_id) FROM incident_reports WHERE incident_id = '{first}'")[0][0])
    decide_once(config, ADA, Wanted(split=first, articles=(article,)), now=now)
    made = str(ask(config, "SELECT other_id FROM decisions")[0][0])
    decide_once(config, ADA, Wanted(merge=(made, first)), now=now)
    for (decision,) in ask(config, "SELECT decision_id FROM decisions ORDER BY decision_number"):
        decide_once(config, ADA, Wanted(undo=str(decision)), now=now)
    notice = show_incident(config, made).splitlines()[:2]
    assert "was split off by an analyst, who took that back" in " ".join(notice)
    assert "was made part of" not in " ".join(notice)


def test_merge_of_two_countries_is_asked_about_and_needs_a_yes(
    config: Config, two: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    decide_once(config, ADA, Wanted(correct=(two[1], "country", "NO")), now=now)
    questions: list[str] = []

    def refuse(question: str) -> bool:
        questions.append(question)
        return False

    for ask_analyst in (None, refuse):
        with pytest.raises(ConfigError, match=r"in Norway, .* in Russia: nothing was decided; .* give --yes"):
            decide_once(config, ADA, Wanted(merge=(two[1], two[0])), now=now, ask=ask_analyst)
    assert questions[0].endswith("Are they one all the same?")
    sit(config, "m", "no", "q")
    assert "is in Norway" in " ".join(capsys.readouterr().out.split())
    assert [row[0] for row in ask(config, DECIDED)] == ["correct"]
    sit(config, "m", "yes", "q")
    assert [row[0] for row in ask(config, DECIDED)] == ["correct", "merge"]


def test_parent_is_named_by_the_beginning_of_its_id(config: Config, two: tuple[str, str]) -> None:
    decide_once(config, ADA, Wanted(correct=(two[1], "parent_id", two[0][:-4])), now=now)
    assert ask(config, f"SELECT parent_id FROM incidents WHERE incident_id = '{two[1]}'") == [(two[0],)]
    with pytest.raises(DecisionError, match="'inc-' begins 2 ids"):
        decide_once(config, ADA, Wanted(correct=(two[1], "parent_id", "inc-")), now=now)


def test_pasted_line_is_no_key(config: Config, two: tuple[str, str]) -> None:
    result = CliRunner().invoke(
        app, ["review", "-c", str(config.folder), "incidents", "--by", "ada"], input="merge this\ndismiss\nm\n"
    )
    assert result.exit_code == 0, result.output
    assert [row[0] for row in ask(config, DECIDED)] == ["merge"]
