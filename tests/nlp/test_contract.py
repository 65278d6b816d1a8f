from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from nlp.contract import ContractError, annotation_from_json, annotation_to_json, document_from_json, parse_instant
from nlp.records import Annotation, RiskTag
from tests.nlp.annotator import annotate

SCHEMA = Draft202012Validator(json.loads(files("nlp").joinpath("annotation.schema.json").read_text("utf-8")))
TEXTS = [
    "Gunmen attacked the Baiji refinery in Iraq on Monday, killing at least two guards; no group claimed it.",
    "The ministry denied that the Abadan refinery had been hit. Output of 400,000 b/d was unaffected.",
    "OPEC+ agreed to cut output by 500,000 b/d, sending Brent to $90 a barrel.",
    "Pirates boarded a tanker at 04-42N 008-19E in the Gulf of Guinea.",
    "",
]


def test_the_schema_is_itself_valid() -> None:
    Draft202012Validator.check_schema(SCHEMA.schema)


@pytest.mark.parametrize("text", TEXTS)
def test_output_meets_the_schema(text: str) -> None:
    assert list(SCHEMA.iter_errors(annotation_to_json(annotate(text, title="Headline of the day")))) == []


@pytest.mark.parametrize("text", TEXTS)
def test_an_annotation_survives_its_own_json(text: str) -> None:
    written = annotation_to_json(annotate(text))
    assert annotation_to_json(annotation_from_json(json.loads(json.dumps(written)))) == written


def test_reasons_of_a_risk_tag_survive_their_json_and_are_left_out_where_nobody_asked() -> None:
    asked = RiskTag(label="cyber", probability=0.9, reasons=(("event: cyberattack (hacked)", 1.5), ("hackers", 0.25)))
    annotation = Annotation(id="x", risks=(asked, RiskTag(label="market", probability=0.5)))
    written = annotation_to_json(annotation)
    assert list(SCHEMA.iter_errors(written)) == []
    assert annotation_from_json(json.loads(json.dumps(written))) == annotation
    assert ["reasons" in risk for risk in written["risks"]] == [True, False]


def test_an_error_line_meets_the_schema() -> None:
    assert list(SCHEMA.iter_errors(annotation_to_json(Annotation(id="x", error="not JSON")))) == []


def test_unknown_keys_are_ignored_and_null_equals_absent() -> None:
    line = json.dumps({"id": 7, "text": "A fire.", "title": None, "published": None, "colour": "red"})
    document = document_from_json(line)
    assert (document.id, document.text, document.title, document.published_at) == ("7", "A fire.", "", None)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "not JSON"),
        ("[1]", "not a JSON object but a list"),
        ('{"text": "x"}', 'no "id"'),
        ('{"id": "", "text": "x"}', 'no "id"'),
        ('{"id": "a"}', 'no "text"'),
        ('{"id": "a", "text": 5}', '"text" must be a string, not a number'),
        ('{"id": "a", "text": "x", "published": "yesterday"}', '"published" is no date'),
        ('{"id": "a", "text": "x", "published": ["2025"]}', '"published" must be a string'),
    ],
)
def test_a_bad_line_says_what_is_wrong(line: str, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        document_from_json(line)


def test_a_bad_line_gives_its_id_where_it_has_one() -> None:
    with pytest.raises(ContractError) as caught:
        document_from_json('{"id": "a7", "text": "x", "published": "soon"}')
    assert caught.value.document_id == "a7"


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2025-11-29T08:00:00Z", datetime(2025, 11, 29, 8, tzinfo=UTC)),
        ("2025-11-29T08:00:00+03:00", datetime(2025, 11, 29, 5, tzinfo=UTC)),
        ("2025-11-29T08:00:00", datetime(2025, 11, 29, 8, tzinfo=UTC)),
        ("2025-11-29", datetime(2025, 11, 29, 12, tzinfo=UTC)),
        ("Sat, 29 Nov 2025 08:00:00 GMT", datetime(2025, 11, 29, 8, tzinfo=UTC)),
    ],
)
def test_instants_of_feeds_and_logs_are_read(text: str, instant: datetime) -> None:
    assert parse_instant(text) == instant


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_any_text_is_an_instant_or_a_value_error(text: str) -> None:
    with suppress(ValueError):
        assert parse_instant(text).tzinfo is not None


def test_lone_surrogates_are_replaced_one_for_one() -> None:
    document = document_from_json('{"id": "a", "text": "x\\ud83dy"}')
    assert document.text == "x\ufffdy"
