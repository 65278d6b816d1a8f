"""Each question of the cookbook, asked with `linewalker query` after the sample's two nights."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from linewalker.cli import app
from tests.linewalker.conftest import FinishedNights

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "howto" / "cookbook.md").read_text(encoding="utf-8")
EXPECTED = tomllib.loads((ROOT / "tests" / "data" / "cookbook.toml").read_text(encoding="utf-8"))
SECTIONS = re.findall(r"^### (\d+)\. ([^\n]+)\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)
QUESTIONS = [(number, title, re.findall(r"^```sql\n(.*?)^```", body, re.MULTILINE | re.DOTALL), body)
             for number, title, body in SECTIONS]  # fmt: skip


def test_the_page_holds_twenty_five_questions_with_one_block_and_one_answer_each() -> None:
    assert [number for number, *_ in QUESTIONS] == [str(n) for n in range(1, 26)] == list(EXPECTED)
    for _, title, blocks, body in QUESTIONS:
        assert title.endswith("?")
        assert len(blocks) == 1, title
        answer = body.rpartition("```")[2].strip()
        assert answer, title
        assert "\n" not in answer, title


@pytest.mark.parametrize(("number", "title", "blocks"), [one[:3] for one in QUESTIONS], ids=lambda one: str(one)[:40])
def test_each_question_gets_the_answer_of_a_careful_reader(
    finished: FinishedNights, number: str, title: str, blocks: list[str]
) -> None:
    asked = CliRunner().invoke(
        app, ["query", "--config", str(finished.config.folder), "--format", "json", blocks[0]], catch_exceptions=False
    )
    rows = [[_plain(value) for value in row.values()] for row in json.loads(asked.stdout)]
    assert rows == EXPECTED[number]["rows"], title


def _plain(value: Any) -> Any:
    return "null" if value is None else value
