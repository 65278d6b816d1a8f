"""Sentences of many voices, works and deeds, half of them hard negatives: what happened, and to what."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from nlp.contract import parse_instant
from nlp.records import HAPPENED, HAPPENINGS, Document
from tests.nlp.annotator import shared_annotator

CASES: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "detection.jsonl").read_text(encoding="utf-8").splitlines()
]


@lru_cache(maxsize=1)
def _found() -> dict[str, list[tuple[str, frozenset[str]]]]:
    """The happenings of every case, each with its type and the types of its facilities; read in one go."""
    documents = [
        Document(
            id=case["id"],
            text=case["text"],
            title=case["title"],
            published_at=parse_instant(case["published"]) if case["published"] else None,
        )
        for case in CASES
    ]
    return {
        annotation.id: [
            (e.event_type, frozenset(str(t) for t in (e.facility_type, *(f.facility_type for f in e.facilities))))
            for e in annotation.events
            if e.factuality in HAPPENED and e.event_type in HAPPENINGS and (e.facilities or e.facility_type)
        ]
        for annotation in shared_annotator().annotate(documents)
    }


def _options(wanted: str) -> list[tuple[str, str]]:
    """The pairs of type and facility that "attack:refinery|storage|accident:refinery" allows."""
    pairs: list[tuple[str, str]] = []
    kind = ""
    for part in wanted.split("|"):
        if ":" in part:
            kind, part = part.split(":")
        pairs.append((kind, part))
    return pairs


@pytest.mark.parametrize("case", [c for c in CASES if c["want"]], ids=lambda c: str(c["id"]))
def test_what_happened_is_found_with_its_kind_and_its_works(case: dict[str, Any]) -> None:
    left = list(_found()[case["id"]])
    for wanted in case["want"]:
        fitting = next(
            (f for f in left if any(f[0] == kind and works in f[1] for kind, works in _options(wanted))), None
        )
        assert fitting is not None, (wanted, _found()[case["id"]], case["text"] or case["title"])
        left.remove(fitting)


@pytest.mark.parametrize("case", [c for c in CASES if not c["want"]], ids=lambda c: str(c["id"]))
def test_nothing_is_told_where_nothing_happened(case: dict[str, Any]) -> None:
    assert not _found()[case["id"]], case["text"] or case["title"]
