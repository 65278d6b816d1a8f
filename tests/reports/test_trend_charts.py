from __future__ import annotations

from xml.etree import ElementTree

import pytest

from reports.records import Sentence, Trend
from reports.trend_charts import WIDTH, group_trends, trend_svg


def trend(label: str = "Attacks", count: int = 3, low: float = 1, high: float = 5, **more: object) -> Trend:
    basis = {"kind": "event_type", "usual": (low + high) / 2, "periods": 90, "unusual": not low <= count <= high,
             "told": Sentence(text=f"{label}.")}  # fmt: skip
    return Trend(label=label, count=count, low=low, high=high, **(basis | more))  # type: ignore[arg-type]


def test_unusual_and_frequent_ones_stand_first() -> None:
    (group,) = group_trends([trend("A", 1), trend("B", 4), trend("C", 9)])
    assert [row.label for row in group.rows] == ["C", "B", "A"]


def test_the_range_is_written_without_false_precision() -> None:
    (group,) = group_trends([trend(low=1.25, high=5.0)])
    assert group.rows[0].usual == "1.2 to 5"


@pytest.mark.parametrize("one", [trend(), trend(count=0, low=0, high=0), trend(count=10_000), trend(low=0, high=9e5)])
def test_the_picture_stays_in_its_frame(one: Trend) -> None:
    root = ElementTree.fromstring(trend_svg(one, max(one.count, one.high)))
    for element in root.iter():
        for name in ("cx", "x"):
            if name in element.attrib:
                assert 0 <= float(element.attrib[name]) <= WIDTH


def test_an_unusual_count_has_another_shape_and_not_only_another_colour() -> None:
    assert "<polygon" in trend_svg(trend(count=9), 9)
    assert "<circle" in trend_svg(trend(count=3), 9)


def test_groups_come_in_one_order_and_say_what_they_leave_out() -> None:
    groups = group_trends([trend(f"T{n}") for n in range(20)] + [trend("All", kind="all")])
    assert [group.title for group in groups] == ["All incidents", "By type"]
    assert groups[1].left_out == 8
