"""A sitting, by keys and by spreadsheet, on a real ledger."""

from __future__ import annotations

import csv
import io
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from linewalker.config import Config
from linewalker.errors import ConfigError
from linewalker.lock import LockedError, hold_lock
from linewalker.review import Choice, export_queue, import_answers, review_in_terminal, withdraw
from linewalker.review_journal import open_for_review, pending_path
from linewalker.review_table import COLUMNS
from tests.linewalker.review_ledger import NIGHT, ask, make_folder, now

ARTICLES = [
    ("Pump station burns", "A fire broke out at the pump station on Monday. Oil was spilled."),
    ('=HYPERLINK("http://evil.example")', "Cells that begin so are run.\nA second line\x1b[2J with \u202eodd marks."),
    ("Awards night", "The refinery's choir won a prize for its autumn concert at the town hall."),
]
ADA = Choice(by="ada")
SAID = "SELECT title, kind, relevant, risks, note, reviewed_by, asked_because FROM reviews ORDER BY review_number"


class Typed:
    """Keys from a list; each line of a prompt is one item too."""

    def __init__(self, *typed: str) -> None:
        self.typed = list(typed)

    def key(self) -> str | None:
        return self.typed.pop(0) if self.typed else None

    def line(self, prompt: str) -> str | None:
        return self.key()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return make_folder(tmp_path / "watch", ARTICLES)


def fill(path: Path, **by_title: dict[str, str]) -> None:
    """Fills cells of the rows whose title begins so."""
    text = path.read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    for row in rows:
        for beginning, cells in by_title.items():
            if row["title"].startswith(beginning):
                row.update(cells)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def test_keys_accept_change_note_skip_and_undo(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    keys = Typed("n", "who says so?", "a", "r", "u", "l", "bogus", "cyber +market", "+market -acc", "x", "?", "m", "s")
    assert review_in_terminal(config, ADA, now=now, keys=keys) == 0
    out = capsys.readouterr().out
    assert "1 of 3 · accident is undecided: 0.55" in out
    assert "there is no label 'bogus'" in out
    assert "either list all labels" in out
    assert "taken back: corrected" in out
    assert "\x1b[2J" not in out
    assert "\u202e" not in out
    assert "0 of this queue left" in out
    told = [row[1:] for row in ask(config, SAID)]
    assert told == [
        ("noted", None, None, "who says so?", "ada", None),
        ("accepted", True, ["accident"], None, "ada", "uncertain"),
        ("corrected", False, [], None, "ada", "uncertain"),
        ("corrected", True, ["market"], None, "ada", "uncertain"),
        ("skipped", None, None, None, "ada", "uncertain"),
    ]
    assert ask(config, "SELECT count(*) FROM reviews WHERE withdrawn_at IS NOT NULL") == [(1,)]
    assert review_in_terminal(config, ADA, now=now, keys=Typed()) == 0
    assert "Nothing waits for a review" in capsys.readouterr().out


def test_end_of_input_keeps_what_was_answered(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    review_in_terminal(config, ADA, now=now, keys=Typed("a"))
    assert "1 answer of ada kept; 2 of this queue left." in capsys.readouterr().out
    review_in_terminal(config, ADA, now=now, keys=Typed("l"))
    assert [row[1] for row in ask(config, SAID)] == ["accepted"]


def test_answer_given_while_a_run_holds_the_ledger_is_not_lost(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    class Night(Typed):
        def key(self) -> str | None:
            # The run begins while the analyst looks at the first article.
            if len(self.typed) == 2:
                self.lock = hold_lock(config.lock_path, command="run", now=NIGHT)
                self.lock.__enter__()
            return super().key()

    keys = Night("a", "r")
    review_in_terminal(config, ADA, now=now, keys=keys)
    assert "2 of them beside the ledger" in capsys.readouterr().out
    assert len(pending_path(config).read_text(encoding="utf-8").splitlines()) == 2
    with pytest.raises(LockedError):
        review_in_terminal(config, ADA, now=now, keys=Typed())
    keys.lock.__exit__(None, None, None)
    with pending_path(config).open("a", encoding="utf-8") as file:
        file.write('{"version_id": "gone", "kind"')
    with open_for_review(config, now=NIGHT) as ledger:
        assert [row[0] for row in ledger.rows("SELECT kind FROM review ORDER BY review_number")] == [
            "accepted",
            "corrected",
        ]
    assert not pending_path(config).exists()
    assert "gone" in pending_path(config).with_name("reviews-refused.jsonl").read_text(encoding="utf-8")


def test_withdrawn_answer_gives_the_article_back_to_the_queue(config: Config) -> None:
    review_in_terminal(config, ADA, now=now, keys=Typed("r"))
    ((review_id,),) = ask(config, "SELECT review_id FROM reviews")
    assert withdraw(config, ADA, str(review_id)[:6], now=now) == 0
    assert ask(config, "SELECT counts, withdrawn_by FROM reviews") == [(False, "ada")]
    with pytest.raises(ConfigError, match="no answer's id begins with 'zz'"):
        withdraw(config, ADA, "zz", now=now)


def test_table_goes_out_safe_and_comes_back_as_answers(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "queue.csv"
    assert export_queue(config, ADA, table, now=now) == 0
    text = table.read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["title"] for row in rows} == {ARTICLES[0][0], "'" + ARTICLES[1][0], ARTICLES[2][0]}
    assert all(cell[:1] not in "=+-@" for row in rows for cell in row.values() if cell)
    assert "\x1b" not in text
    fill(table, Pump={"answer": "ok"}, Awards={"relevant": "no", "note": "a choir"})
    with pytest.raises(ConfigError, match="may hold answers"):
        export_queue(config, ADA, table, now=now)
    assert import_answers(config, ADA, table, now=now) == 0
    assert "2 answers of ada taken in" in capsys.readouterr().out
    told = ask(config, "SELECT title, kind, relevant, risks, note, via FROM reviews ORDER BY title")
    assert told == [
        ("Awards night", "corrected", False, [], "a choir", "file"),
        ("Pump station burns", "accepted", True, ["accident"], None, "file"),
    ]
    assert import_answers(config, ADA, table, now=now) == 0
    assert "0 answers of ada taken in, 2 known already, 0 rows refused" in capsys.readouterr().out
    assert len(ask(config, "FROM reviews")) == 2


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"risks": "cybr"}, "did you mean 'cyber'"),
        ({"relevant": "perhaps"}, "neither yes nor no"),
        ({"relevant": "no", "risks": "cyber"}, "not relevant has no risks"),
        ({"answer": "sure"}, "write ok, or leave it empty"),
        ({"answer": "ok", "risks": "cyber"}, "empty one of the two"),
        ({"answer": "ok", "version_id": ""}, "version_id is empty"),
        ({"answer": "ok", "version_id": "nowhere"}, "no article version 'nowhere'"),
    ],
)
def test_row_that_cannot_go_in_is_told_with_its_line_and_the_rest_goes_in(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str], cells: dict[str, str], message: str
) -> None:
    table = tmp_path / "queue.csv"
    export_queue(config, ADA, table, now=now)
    line = next(n for n, one in enumerate(table.read_text("utf-8-sig").splitlines(), 1) if "Awards" in one)
    fill(table, Awards=cells, Pump={"risks": "12; 3"})
    assert import_answers(config, ADA, table, now=now) == 3
    told = capsys.readouterr()
    assert f"{table}:{line}: " in told.err
    assert message in told.err
    assert ask(config, "SELECT title, risks FROM reviews") == [("Pump station burns", ["cyber", "market"])]


def test_table_saved_by_a_spreadsheet_of_another_country_is_read(config: Config, tmp_path: Path) -> None:
    table = tmp_path / "queue.csv"
    export_queue(config, ADA, table, now=now)
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8-sig"))))
    target = io.StringIO()
    writer = csv.DictWriter(target, [*COLUMNS, ""], delimiter=";", extrasaction="ignore")
    writer.writeheader()
    writer.writerows([row | {"relevant": "NEIN"} for row in rows])
    table.write_bytes(target.getvalue().encode("utf-16"))
    assert import_answers(config, ADA, table, now=now) == 0
    assert ask(config, "SELECT count(*) FROM reviews WHERE NOT relevant") == [(3,)]


@pytest.mark.parametrize(
    ("raw", "message"),
    [(b"", "empty"), (b"a,b\n1,2\n", "no column answer"), (b"answer\n\xff\n", ":2: not UTF-8")],
)
def test_file_of_another_kind_is_refused_with_what_to_do(
    config: Config, tmp_path: Path, raw: bytes, message: str
) -> None:
    table = tmp_path / "other.csv"
    table.write_bytes(raw)
    with pytest.raises(ConfigError, match=message):
        import_answers(config, ADA, table, now=now)


def test_same_article_twice_in_a_table_is_refused_the_second_time(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "queue.csv"
    export_queue(config, ADA, table, now=now)
    fill(table, Pump={"answer": "ok"})
    lines = table.read_text(encoding="utf-8-sig").splitlines()
    twice = next(one for one in lines if one.startswith("ok"))
    table.write_text("\n".join([*lines, twice]) + "\n", encoding="utf-8")
    assert import_answers(config, ADA, table, now=now) == 3
    assert "stands in line" in capsys.readouterr().err


def test_command_answers_lines_where_there_is_no_terminal(config: Config) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "linewalker.cli", "review", "-c", str(config.folder), "--by", "bob"],
        input="a\nl\n+market\nq\n",
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parent.parent.parent,
    )
    assert done.returncode == 0, done.stderr
    assert "labels (Enter: back)> " in done.stdout
    assert "2 answers of bob kept; 1 of this queue left." in done.stdout
    assert [row[1:4] for row in ask(config, SAID)] == [
        ("accepted", True, ["accident"]),
        ("corrected", True, ["accident", "market"]),
    ]


def test_command_takes_single_keys_on_a_terminal(config: Config) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "linewalker.cli", "review", "-c", str(config.folder), "--by", "bob"],
        stdin=theirs, stdout=theirs, stderr=theirs, cwd=Path(__file__).parent.parent.parent,
    )  # fmt: skip
    os.close(theirs)
    seen = ""
    steps = (
        ("1 of 3", None), ("[q]uit", b"a"), ("2 of 3", None), ("[q]uit", b"\x1b[A"), ("[q]uit", b"n"),
        ("note> ", b"look again\n"), ("noted", None), ("[q]uit", b"q"), ("2 answers of bob kept; 2 of", None),
    )  # fmt: skip
    for awaited, key in steps:
        seen = _read_until(ours, seen, awaited)
        if key is not None:
            os.write(ours, key)
    assert process.wait(20) == 0
    os.close(ours)
    assert [row[1] for row in ask(config, SAID)] == ["accepted", "noted"]


def _read_until(descriptor: int, seen: str, awaited: str) -> str:
    """What stands behind the awaited words, reading on until they come."""
    end = time.monotonic() + 60
    while awaited not in seen:
        ready, _, _ = select.select([descriptor], [], [], 0.2)
        assert time.monotonic() < end, seen
        if ready:
            seen += os.read(descriptor, 65536).decode("utf-8", "replace")
    return seen.partition(awaited)[2]
