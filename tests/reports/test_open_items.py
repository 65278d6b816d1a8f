from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from reports.briefing import build_briefing
from reports.open_items import lasting
from store.records import IncidentView
from tests.reports.builders import NOW, snapshot
from tests.reports.nights import open_blockade, ransomware, tapping, threat


def repair(unit: str, length: float, **fields: object) -> IncidentView:
    """Happened on 20 November; the loss was to last so long."""
    fact = replace(ransomware().facts[3], field="duration", unit=unit, minimum=length, maximum=length)
    return replace(ransomware(), facts=(fact,), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (open_blockade(), True),
        (replace(open_blockade(), status="partly_restored"), True),
        (tapping(), False),
        (repair("day", 42), True),
        (repair("day", 1), False),
        (repair("hour", 72), True),
        (repair("hour", 3), False),
        (repair("day", 42, status="restored"), False),
        (threat(), True),
        (replace(threat(), occurred_on=date(2026, 12, 1)), True),
        (replace(threat(), occurred_on=date(2026, 11, 1), date_precision="day"), False),
        (replace(threat(), status="planned", occurred_on=date(2026, 11, 1), date_precision="month"), True),
        (replace(threat(), status="planned"), False),
    ],
)
def test_open_is_what_goes_on_lasts_or_lies_ahead(view: IncidentView, expected: bool) -> None:
    assert (lasting([view], NOW) == [view]) is expected


def test_what_is_over_is_only_counted() -> None:
    over = tuple(replace(tapping(), id=f"inc-{n}") for n in range(3))
    briefing = build_briefing(snapshot(open=(open_blockade(), *over)))
    section = next(section for section in briefing.sections if section.key == "open")
    assert [item.id for item in section.items] == ["inc-0021"]
    assert [told.text for told in section.outro] == ["3 other recent incidents are in the ledger."]
    assert briefing.counts[-1].text == "1 still open."
