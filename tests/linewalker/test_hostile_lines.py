"""Hostile lines: each gives one line, an error or an empty annotation, the rest go on, and memory stays bounded."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from linewalker.newswire import load_newswire
from linewalker.texts import annotate_files

STRIKE = "Drones struck the Tuapse oil refinery on Russia's Black Sea coast early on Sunday, the governor said."
GOOD = json.dumps({"id": "good", "text": STRIKE, "published": "2026-03-09T08:00:00Z"}).encode()
MOST_MEGABYTES = 1200  # of one process
MEASURED = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)"
)


def annotated(path: Path, processes: int = 1) -> list[dict[str, Any]]:
    target = io.StringIO()
    assert annotate_files([path], target, model=None, processes=processes) == 0
    return [json.loads(line) for line in target.getvalue().splitlines()]


def document(**fields: Any) -> bytes:
    return json.dumps({"id": "odd", "text": STRIKE} | fields).encode()


ERRORS: dict[str, tuple[bytes, str]] = {
    "invalid JSON": (b'{"id": "odd", "text": ', "not JSON"),
    "no id": (json.dumps({"text": STRIKE}).encode(), 'no "id"'),
    "empty id": (document(id=""), 'no "id"'),
    "no text": (b'{"id": "odd"}', 'no "text"'),
    "text is a number": (document(text=7), '"text" must be a string'),
    "text is a list": (document(text=[STRIKE]), '"text" must be a string'),
    "title is an object": (document(title={}), '"title" must be a string'),
    "published is no date": (document(published="last Tuesday"), '"published" is no date'),
    "published is a number": (document(published=20260309), '"published" must be a string'),
    "published lies outside the calendar": (document(published="0001-01-01T00:00:00+14:00"), "outside the calendar"),
    "invalid UTF-8": (b'{"id": "odd", "text": "\xff\xfe"}', "not UTF-8"),
    "UTF-16": ('{"id": "odd"}'.encode("utf-16"), "not UTF-8"),
    "a list": (b"[1, 2]", "not a JSON object"),
    "nested without end": (b"[" * 200_000, "not JSON"),
    "NaN for an id": (b'{"id": NaN, "text": ""}', 'no "id"'),
}
EMPTY: dict[str, bytes] = {
    "empty text": document(text=""),
    "only punctuation": document(text="... !!! ??? -- (;)"),
    "only white space": document(text=" \r\n\t\u2028 "),
    "only emoji": document(text="\U0001f525\U0001f525"),
    "only NUL": document(text="\x00\x00"),
    "only a lone surrogate": b'{"id": "odd", "text": "\\ud83d"}',
}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Each odd line with a good one before and after it, in one run."""
    path = tmp_path_factory.mktemp("lines") / "odd.jsonl"
    odd = {name: line for name, (line, _) in ERRORS.items()} | EMPTY
    path.write_bytes(b"\n".join([GOOD, *(part for line in odd.values() for part in (line, GOOD))]) + b"\n")
    found = annotated(path)
    assert len(found) == 2 * len(odd) + 1
    assert [row["id"] for row in found[::2]] == ["good"] * (len(odd) + 1)
    assert all(row == found[0] and row["events"] for row in found[::2])
    return dict(zip(odd, found[1::2], strict=True))


@pytest.mark.parametrize("name", ERRORS)
def test_a_line_that_is_no_document_gives_a_line_that_says_so(rows: dict[str, dict[str, Any]], name: str) -> None:
    row = rows[name]
    number = 2 * (list(ERRORS).index(name) + 1)
    assert f"line {number}: " in row["error"]
    assert ERRORS[name][1] in row["error"]
    assert row["events"] == row["mentions"] == row["quantities"] == []


@pytest.mark.parametrize("name", EMPTY)
def test_a_document_that_says_nothing_gives_an_empty_annotation(rows: dict[str, dict[str, Any]], name: str) -> None:
    row = rows[name]
    assert (row["id"], row["error"], row["events"], row["mentions"]) == ("odd", None, [], [])


def test_a_byte_order_mark_before_the_first_line_is_no_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "marked.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD + b"\r\n" + GOOD + b"\r\n")
    first, second = annotated(path)
    assert first == second
    assert first["events"]


def test_one_id_on_two_lines_gives_each_line_its_own_annotation(tmp_path: Path) -> None:
    path = tmp_path / "twins.jsonl"
    path.write_bytes(GOOD + b"\n" + document(id="good", text="Copper rose on Monday.") + b"\n" + GOOD + b"\n")
    first, second, third = annotated(path)
    assert {first["id"], second["id"], third["id"]} == {"good"}
    assert first == third
    assert second["events"] == []


def test_ten_megabytes_on_one_line_stay_within_the_memory_and_cost_no_other_line(tmp_path: Path) -> None:
    path = tmp_path / "big.jsonl"
    prose = (STRIKE + " ") * (10_000_000 // (len(STRIKE) + 1))
    texts = {
        "prose": prose,
        "one word": "x" * 10_000_000,
        "punctuation": ", " * 5_000_000,
        "emoji": "\U0001f525" * 2_500_000,
    }
    lines = [GOOD, *(document(id=name, text=text) for name, text in texts.items()), GOOD]
    path.write_bytes(b"\n".join(lines) + b"\n")
    # By way of a process of its own: the highest figure of all of this one's children would hold other tests', too.
    command = [sys.executable, "-c", MEASURED, sys.executable, "-m", "linewalker.cli", "annotate", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    peak = int(done.stderr.splitlines()[-1]) / 1024
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in found] == ["good", *texts, "good"]
    assert [row["error"] for row in found] == [None] * len(found)
    assert found[0] == found[-1]
    assert found[1]["uncertain"]  # the rest of it was not read
    assert peak < MOST_MEGABYTES


@pytest.mark.slow
def test_the_same_documents_give_the_same_again_in_another_order_and_in_two_processes(tmp_path: Path) -> None:
    documents = [
        json.dumps(
            {"id": f"{a.id}-{a.night}", "title": a.title, "text": a.body, "published": f"{a.published_at:%Y-%m-%d}"}
        )
        for a in load_newswire().articles
    ][:48]
    shuffled = random.Random(5).sample(documents, len(documents))
    found = []
    for name, lines, processes in (("a", documents, 1), ("b", documents, 1), ("c", shuffled, 1), ("d", shuffled, 2)):
        path = tmp_path / f"{name}.jsonl"
        path.write_text("\n".join(lines), encoding="utf-8")
        found.append(annotated(path, processes))
    again, other_order, two_processes = found[1:]
    assert found[0] == again
    assert two_processes == other_order
    assert sorted(other_order, key=lambda row: row["id"]) == sorted(again, key=lambda row: row["id"])
