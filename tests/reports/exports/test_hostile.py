"""The attack strings go through every text of an incident into every format: nothing active comes out."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from stix2validator import ValidationOptions, validate_instance

from reports.text import clean_text
from tests.reports.attacks import ATTACKS, BAD_LINKS
from tests.reports.exports.samples import make_fact, make_incident, make_report, make_revision, make_source_of, written

HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
LONGEST = 6000


def hostile(attack: str, link: str, number: int = 0) -> Any:
    """An incident every text of which is the attack."""
    report = make_report(url=link, title=attack, publisher=attack, family=attack, wire=attack, origin=attack)
    facts = tuple(
        make_fact(field, attack, detail=attack, speaker=attack, url=link, publisher=attack, sentence=attack)
        for field in ("event_type", "actor", "claimed_by", "lost")
    )
    return make_incident(
        incident_id=f"inc-{number}", place=attack, facilities=(attack, "x"), facility_type=attack, actors=(attack,),
        claimed_by=(attack,), told=(report,), facts=facts,
        revisions=(make_revision("place", attack, attack, reason=attack),),
    )  # fmt: skip


INCIDENTS = tuple(hostile(attack, BAD_LINKS[number % len(BAD_LINKS)], number) for number, attack in enumerate(ATTACKS))


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


@pytest.mark.parametrize("name", ["csv", "jsonl", "geojson", "stix", "misp"])
def test_no_hidden_character_no_half_pair_and_no_endless_value_comes_out(name: str) -> None:
    text = written(name, make_source_of(INCIDENTS)).decode("utf-8").replace("\r\n", "\n")
    assert not HIDDEN.search(text)
    if name != "csv":
        parsed = [json.loads(line) for line in text.splitlines()] if name == "jsonl" else json.loads(text)
        # The extension's own definition is ours, and long.
        told = [one for one in strings(parsed) if not one.startswith("Properties, each left out")]
        assert max(map(len, told)) <= LONGEST
        assert "<" not in text, "a page that holds the JSON in a script could be left"
        assert not re.search(r"\bNaN\b|\bInfinity\b", text)


@pytest.mark.parametrize("table", ["incidents", "reports", "facts"])
def test_no_csv_cell_begins_like_a_formula(table: Any) -> None:
    raw = written("csv", make_source_of(INCIDENTS), table=table).decode()
    for row in csv.reader(io.StringIO(raw, newline="")):
        for cell in row:
            assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r"), cell
            assert not re.search(r"[;,\t]\s*[=@]", cell), cell


@pytest.mark.parametrize("name", ["geojson", "stix", "misp"])
def test_nothing_that_is_shown_is_a_tag_a_link_or_a_picture(name: str) -> None:
    found = json.loads(written(name, make_source_of(INCIDENTS)))
    for text in strings(found):
        assert not any(mark in text for mark in ("<", ">", "](", "![", "{{")), text
        assert not re.search(r"(?i)\b(javascript|vbscript|data|file):", text), text
        assert not re.search(r"(?i)\b(www\.|ftp://|https?://)(?=evil)", text), text


@pytest.mark.parametrize("link", BAD_LINKS, ids=repr)
@pytest.mark.parametrize("name", ["csv", "jsonl", "stix", "misp"])
def test_a_bad_link_is_replaced_by_nothing(name: str, link: str) -> None:
    incident = make_incident(told=(make_report(url=link),), facts=(make_fact(url=link),))
    text = written(name, make_source_of([incident]), table="reports").decode()
    for address in re.findall(r'"(?:url|value)":"([^"]*)"', text):
        assert not re.match(r"(?i)\s*(javascript|data|vbscript|file|ftp|//)", address)
    assert len(link) < 5 or link not in text


def test_hostile_bundles_still_satisfy_the_validator() -> None:
    found = json.loads(written("stix", make_source_of(INCIDENTS)))
    result = validate_instance(found, ValidationOptions(version="2.1", enforce_refs=True))
    assert result.is_valid, [str(error) for error in result.errors]


def test_parquet_and_json_lines_keep_the_words_as_they_read(tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    path.write_bytes(written("parquet", make_source_of(INCIDENTS), table="reports"))
    titles = pq.read_table(path).column("title").to_pylist()
    lines = written("jsonl", make_source_of(INCIDENTS)).decode().splitlines()
    told = [json.loads(line)["reports"][0]["title"] for line in lines]
    short = [cleaned or None for cleaned in map(clean_text, ATTACKS) if len(cleaned) < 300]
    assert [one for one in titles if one is None or len(one) < 300] == short
    assert titles == told
