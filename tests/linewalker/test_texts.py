"""JSON Lines in, JSON Lines out: broken lines cost nothing but themselves."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from linewalker.texts import annotate_files, cluster_files, extract_files, list_entries

STRIKE = (
    "Drones struck the Tuapse oil refinery on Russia's Black Sea coast early on Sunday, the regional governor said. "
    "A fire at one unit was put out by noon and nobody was hurt."
)


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "documents.jsonl"
    rows: list[bytes] = [
        json.dumps({"id": "one", "text": STRIKE, "published": "2026-03-09T08:00:00Z", "extra": 1}).encode(),
        b'{"id": "two", "text": ',
        b'{"id": "three"}',
        b'\xff\xfe{"id": "four"}',
        json.dumps({"id": "five", "text": "", "title": None}).encode(),
        json.dumps({"id": "six", "text": "!!! ... ???"}).encode(),
        json.dumps({"id": "seven", "text": STRIKE, "published": "last Tuesday"}).encode(),
        b"[]",
        json.dumps({"text": STRIKE}).encode(),
        json.dumps({"id": "ten", "text": "\U0001f6a8 " + STRIKE, "published": "2026-03-09T08:00:00Z"}).encode(),
    ]
    path.write_bytes(b"\n".join(rows) + b"\n\n")
    return path


def annotated(path: Path, *, explain: bool = False) -> list[dict[str, Any]]:
    target = io.StringIO()
    assert annotate_files([path], target, model=None, processes=1, explain=explain) == 0
    return [json.loads(line) for line in target.getvalue().splitlines()]


def test_each_line_gives_a_line_in_order_and_a_broken_one_names_itself(lines: Path) -> None:
    rows = annotated(lines)
    assert [row["error"] is None for row in rows] == [True, False, False, False, True, True, False, False, False, True]
    assert [row["id"] for row in rows][4:7] == ["five", "six", "seven"]
    assert all(f"{lines}, line {number}" in rows[number - 1]["error"] for number in (2, 3, 4, 7, 8, 9))
    assert rows[4]["events"] == rows[5]["events"] == []


def test_every_line_is_valid_by_the_schema_in_the_package_and_every_span_is_exact(lines: Path) -> None:
    schema = json.loads(resources.files("nlp").joinpath("annotation.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    rows = annotated(lines)
    for row in rows:
        validator.validate(row)
    emoji = rows[-1]
    text = "\U0001f6a8 " + STRIKE
    assert emoji["events"]
    spans = [*emoji["mentions"], *emoji["quantities"], *(event["trigger"] for event in emoji["events"])]
    assert all(text[span["start"] : span["end"]] == span["text"] for span in spans)


HACK = (
    "Hackers encrypted the control computers of the Bellmouth gas pipeline with ransomware on Tuesday, and its "
    "operator halted deliveries for a day."
)
FINE = "A court fined the owner of the Northfold refinery for breaking sanctions on Iranian crude oil."


def test_explained_tags_name_their_words_and_events_and_nothing_else_changes(tmp_path: Path) -> None:
    path = tmp_path / "documents.jsonl"
    texts = [("hack", HACK), ("fine", FINE), ("cup", "The football club won the cup.")]
    path.write_text("".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in texts) + "not json\n")
    plain = annotated(path)
    rows = annotated(path, explain=True)
    schema = json.loads(resources.files("nlp").joinpath("annotation.schema.json").read_text(encoding="utf-8"))
    for row in rows:
        jsonschema.Draft202012Validator(schema).validate(row)
    hack, fine = ({risk["label"]: [r["text"] for r in risk["reasons"]] for risk in row["risks"]} for row in rows[:2])
    assert {"hackers", "ransomware", "event: cyberattack (encrypted)"} <= set(hack["cyber"])
    assert "sanctions" in fine["sanctions_legal"]
    for risk in (risk for row in rows for risk in row["risks"]):
        weights = [reason["weight"] for reason in risk.pop("reasons")]
        assert weights
        assert weights == sorted(weights, reverse=True)
    assert rows == plain


def test_two_reports_of_one_strike_cluster_into_one_story_and_one_incident(tmp_path: Path) -> None:
    other = (
        "The Tuapse refinery on the Black Sea was hit by drones on Sunday, Russian officials said. The oil refinery "
        "stopped a unit after the attack, according to the governor."
    )
    quake = "The finance ministry of Chile raised its forecast for growth in the coming year, citing copper."
    path = tmp_path / "documents.jsonl"
    rows = [("a", STRIKE), ("b", other), ("c", quake)]
    path.write_text(
        "".join(json.dumps({"id": i, "text": t, "published": "2026-03-09T08:00:00Z"}) + "\n" for i, t in rows)
        + "not json\n",
        encoding="utf-8",
    )
    target = io.StringIO()
    cluster_files([path], target, now=datetime(2026, 3, 10, tzinfo=UTC), processes=1)
    a, b, c, broken = [json.loads(line) for line in target.getvalue().splitlines()]
    assert a["story"] == b["story"] != c["story"]
    assert a["incidents"] == b["incidents"]
    assert len(a["incidents"]) == 1
    assert c["incidents"] == []
    assert "line 4" in broken["error"]


def test_saved_pages_and_feeds_give_a_line_each_and_a_missing_file_is_a_line_too(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    paragraphs = "".join(f"<p>{STRIKE} Paragraph {i} has words of its own to be kept.</p>" for i in range(4))
    page.write_text(f"<html><title>Strike</title><body><article><h1>Strike</h1>{paragraphs}</article></body></html>")
    feed = tmp_path / "feed.xml"
    feed.write_text(
        '<rss version="2.0"><channel><title>T</title><item><title>One</title><link>http://a.example/1</link></item>'
        "</channel></rss>"
    )
    target = io.StringIO()
    extract_files([page, tmp_path / "gone.html"], target)
    good, gone = [json.loads(line) for line in target.getvalue().splitlines()]
    assert (good["title"], STRIKE in good["body"]) == ("Strike", True)
    assert set(good) >= {"file", "url", "title", "body", "authors", "published", "language"}
    assert gone["error"]
    target = io.StringIO()
    list_entries([feed, tmp_path / "gone.xml"], target)
    listed, missing = [json.loads(line) for line in target.getvalue().splitlines()]
    assert [entry["title"] for entry in listed["entries"]] == ["One"]
    assert missing["error"]
