from __future__ import annotations

import pytest

from linewalker.review_labels import LabelsError, parse_labels
from nlp.records import RiskLabel

CURRENT: tuple[RiskLabel, ...] = ("sabotage", "maritime")


@pytest.mark.parametrize(
    ("typed", "labels"),
    [
        ("3", ("cyber",)),
        ("12, 1;3", ("physical_attack", "cyber", "market")),
        ("market cyber", ("cyber", "market")),
        ("Natural-Hazard", ("natural_hazard",)),
        ("nat", ("natural_hazard",)),
        ("0", ()),
        ("none", ()),
        ("+cyber", ("sabotage", "cyber", "maritime")),
        ("+ 3 - mar", ("sabotage", "cyber")),
        ("-sabotage -maritime", ()),
        ("-cyber", CURRENT),
        ("+maritime", CURRENT),
    ],
)
def test_labels_are_read_as_typed(typed: str, labels: tuple[str, ...]) -> None:
    assert parse_labels(typed, CURRENT) == labels


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "type numbers or names"),
        (" , ", "type numbers or names"),
        ("13", "no label number 13"),
        ("cybr", "did you mean 'cyber'"),
        ("mar", "may be maritime or market"),
        ("quux", "known: physical_attack"),
        ("+cyber market", "either list all labels"),
        ("0 cyber", "stands alone"),
        ("+", "there is no label ''"),
    ],
)
def test_what_cannot_be_read_says_what_to_type(typed: str, message: str) -> None:
    with pytest.raises(LabelsError, match=message):
        parse_labels(typed, CURRENT)
