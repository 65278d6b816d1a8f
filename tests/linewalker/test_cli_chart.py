from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from linewalker.cli import app
from linewalker.errors import ConfigError
from store.errors import QueryError
from tests.linewalker.conftest import FinishedNights

TYPES = "SELECT event_type, count(*) AS incidents FROM incidents GROUP BY ALL"


def chart(finished: FinishedNights, *arguments: str) -> str:
    result = CliRunner().invoke(app, ["chart", *arguments, "-c", str(finished.config.folder)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout


@pytest.mark.parametrize(("ending", "start"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("html", b"<!doctype html>")])
def test_the_ending_says_what_comes_out(finished: FinishedNights, tmp_path: Path, ending: str, start: bytes) -> None:
    out = tmp_path / f"types.{ending}"
    assert chart(finished, TYPES, "-o", str(out)).startswith(f"Wrote {out}: bar, ")
    assert out.read_bytes().startswith(start)


def test_the_places_of_the_ledger_are_a_map(finished: FinishedNights, tmp_path: Path) -> None:
    told = chart(finished, "SELECT latitude, longitude FROM incidents", "-o", str(tmp_path / "m.svg"))
    assert ": map, " in told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((TYPES, "-o", "x.pdf"), "must end in .svg, .png, .html"),
        ((TYPES, "-o", "x.svg", "--kind", "pie"), "choose one of: bar, line"),
        ((TYPES, "-o", "nowhere/x.svg"), "no such folder"),
        (("SELECT title FROM articles", "-o", "x.svg"), "needs a column of numbers"),
        ((TYPES + " HAVING false", "-o", "x.svg"), "found no row"),
        ((TYPES, "-o", "x.svg", "--y", "event_type"), "needs a column of numbers"),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence_and_no_file(
    finished: FinishedNights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=message):
        chart(finished, *arguments)
    assert not list(tmp_path.iterdir())


def test_the_query_cannot_write_or_read_files(finished: FinishedNights, tmp_path: Path) -> None:
    for sql in ("DROP TABLE incident", "SELECT * FROM read_text('/etc/passwd')"):
        with pytest.raises(QueryError):
            chart(finished, sql, "-o", str(tmp_path / "x.svg"))
