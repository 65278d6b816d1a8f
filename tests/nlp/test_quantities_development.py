"""Quantities of the development passages: value within 0.5 %, unit and role, over title and text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nlp.quantities import find_quantities

LABELS = Path(__file__).parents[2] / "nlp" / "labels" / "development"
# F1 when pinned: 0.894 and 0.853; the grammar was corrected with these passages, so new text scores less
FLOORS = {"passages.jsonl": 0.87, "second.jsonl": 0.83}


def close(one: float | None, other: float | None) -> bool:
    return one is other if one is None or other is None else abs(one - other) <= 0.005 * max(abs(one), abs(other))


def ends(minimum: float | None, maximum: float | None) -> set[float]:
    return {end for end in (minimum, maximum) if end is not None}


@pytest.mark.parametrize("name", list(FLOORS))
def test_development_quantities_are_found_with_value_unit_and_role(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if not (LABELS / name).exists():
        pytest.skip("the development passages are not in this checkout")
    right = told = wanted = 0
    for line in (LABELS / name).read_text(encoding="utf-8").splitlines():
        passage: dict[str, Any] = json.loads(line)
        if not passage["relevant"]:
            continue
        found = {
            (q.minimum, q.maximum, q.unit, q.role)
            for part in (passage["title"], passage["text"])
            for q in find_quantities(part or "")
        }
        gold = {(q["minimum"], q["maximum"], q["unit"], q["role"]) for q in passage["quantities"]}
        told, wanted = told + len(found), wanted + len(gold)
        for low, high, unit, role in gold:
            match = next(
                (
                    q
                    for q in found
                    if q[2:] == (unit, role) and any(close(a, b) for a in ends(low, high) for b in ends(q[0], q[1]))
                ),
                None,
            )
            if match is not None:
                found.discard(match)
                right += 1
    precision, recall = right / told, right / wanted
    f1 = 2 * precision * recall / (precision + recall)
    with capsys.disabled():
        print(f"\n{name}: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f} of {wanted}")
    assert f1 >= FLOORS[name]
