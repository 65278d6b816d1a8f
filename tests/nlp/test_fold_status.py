"""The lifecycle from threatened to restored: one row a case, the report that moved it marked by its id."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from nlp.fold import fold
from nlp.records import FactClaim, Quantity, Report
from tests.nlp.builders import SPAN, event, on, report


def amount(role: str, value: float, unit: str = "bbl/d", **more: Any) -> Quantity:
    return Quantity(text="x", span=SPAN, role=role, unit=unit, minimum=value, maximum=value, **more)  # type: ignore[arg-type]


def said(factuality: str, *, speaker: str | None = "the company", about: str | None = None) -> FactClaim:
    return FactClaim(factuality=factuality, speaker=speaker, span=SPAN, about=about)  # type: ignore[arg-type]


def told(name: str, day: int, kind: str, factuality: str = "asserted", **more: Any) -> Report:
    """A report of 1 to 30 March whose event began on the 1st, unless it is dated otherwise."""
    quantities = more.pop("quantities", ())
    family = more.pop("family", None)
    more.setdefault("date", on("2026-03-01"))
    published = f"2026-03-{day:02d}"
    return report(name, event(kind, factuality, **more), published=published, quantities=quantities, family=family)


STOP = told("stop", 1, "outage", quantities=(amount("lost", 240_000),))
HALF = told("half", 3, "outage", resumed=True, resumption="part")
BACK = told("back", 3, "outage", resumed=True)
WHOLE = told("whole", 5, "outage", resumed=True, resumption="whole")
REBUFF = (said("asserted", speaker=None), said("denied"))

LIFECYCLE = [
    # what is ahead, and what came of it
    ("a threat", [told("a", 1, "attack", "threatened")], "threatened", "a"),
    ("a plan", [told("a", 1, "outage", "planned")], "planned", "a"),
    ("a plot that was foiled", [told("a", 1, "attack", "foiled")], "foiled", "a"),
    ("a threat, then the plot is foiled", [told("a", 1, "attack", "threatened"), told("b", 2, "attack", "foiled")],
     "foiled", "b"),
    ("a threat that came true", [told("a", 1, "attack", "threatened"), told("b", 2, "attack")], "occurred", "b"),
    ("a planned stop that began", [told("a", 1, "outage", "planned"), told("b", 2, "outage")], "ongoing", "b"),
    # what is done when it is told, and what lasts
    ("a strike", [told("a", 1, "attack")], "occurred", "a"),
    ("a strike first attributed, then stated", [told("a", 1, "attack", "attributed"), told("b", 2, "attack")],
     "occurred", "b"),
    ("a fire", [told("a", 1, "accident")], "occurred", "a"),
    ("an outage", [STOP], "ongoing", "stop"),
    ("a blockade", [told("a", 1, "blockade")], "ongoing", "a"),
    ("a strike that stopped the works", [told("a", 1, "attack"), told("b", 1, "outage")], "occurred", "a"),
    # back, in whole or in part
    ("half is back, in words", [STOP, HALF], "partly_restored", "half"),
    ("part is back, in figures", [STOP, told("c", 3, "outage", quantities=(amount("restored", 100_000),))],
     "partly_restored", "c"),
    ("all is back, in figures", [STOP, told("c", 3, "outage", quantities=(amount("restored", 239_000),))],
     "restored", "c"),
    ("a share is back", [STOP, told("c", 3, "outage", quantities=(amount("restored", 80, "%"),))],
     "partly_restored", "c"),
    ("the whole share is back", [STOP, told("c", 3, "outage", quantities=(amount("restored", 100, "%"),))],
     "restored", "c"),
    ("some customers are back",
     [told("a", 1, "outage", quantities=(amount("customers", 200_000, "customers"),)),
      told("b", 2, "outage", quantities=(amount("restored", 50_000, "customers"),))], "partly_restored", "b"),
    ("a figure in another unit proves nothing less",
     [STOP, told("c", 3, "outage", quantities=(amount("restored", 9, "MW"),))], "restored", "c"),
    ("a corrected figure does not count",
     [STOP, told("c", 3, "outage", resumed=True, quantities=(amount("restored", 9, superseded=True),))],
     "restored", "c"),
    ("back, it does not say how much", [STOP, BACK], "restored", "back"),
    ("one says back, one of that day says half", [STOP, BACK, HALF], "partly_restored", "half"),
    ("half, then the whole", [STOP, HALF, WHOLE], "restored", "whole"),
    ("half, and days later back", [STOP, HALF, told("later", 6, "outage", resumed=True)], "restored", "later"),
    ("half, and an old restart reprinted days later",
     [STOP, told("one", 2, "outage", resumed=True, family="f"), HALF,
      told("two", 6, "outage", resumed=True, family="f")], "partly_restored", "half"),
    ("what is said to stop after the restart does not reopen it", [STOP, WHOLE, told("anew", 9, "outage")],
     "restored", "whole"),
    ("a strike and its stop are over", [told("a", 1, "attack"), STOP, told("b", 2, "attack", resumed=True)],
     "restored", "b"),
    ("a strike that stopped nothing has nothing to restore", [told("a", 1, "attack", resumed=True)], "occurred", "a"),
    ("a storm that stopped loading is over",
     [told("a", 1, "natural_hazard"), told("b", 1, "outage"), told("c", 2, "natural_hazard", resumed=True)],
     "restored", "c"),
    # denied and disputed
    ("denied, told by nobody", [told("a", 1, "attack", "denied")], "denied", "a"),
    ("claimed by one, denied by another", [told("a", 1, "attack", "attributed"), told("b", 2, "attack", "denied")],
     "disputed", "b"),
    ("claimed and denied in one text", [told("a", 1, "attack", "attributed", claims=REBUFF)], "disputed", "a"),
    ("denied, but a publisher states it", [told("a", 1, "attack"), told("b", 2, "attack", "denied")], "occurred", "a"),
    ("a fire that was no attack, in one text",
     [told("a", 1, "accident", "attributed", claims=(said("attributed"), said("denied", about="cause")))],
     "occurred", "a"),
    ("a fire that was no attack, in two texts",
     [told("a", 1, "accident", "attributed"), told("b", 1, "accident", "attributed", family="x"),
      told("c", 2, "attack", "denied")], "occurred", "a"),
    ("a strike that spilled nothing",
     [told("a", 1, "attack", "attributed", claims=(said("attributed"), said("denied", about="effect")))],
     "occurred", "a"),
    ("a raid in which the accused had no part",
     [told("a", 1, "attack", "attributed", claims=(said("attributed"), said("denied", about="part")))],
     "occurred", "a"),
]  # fmt: skip


@pytest.mark.parametrize(("reports", "status", "moved_by"), [c[1:] for c in LIFECYCLE], ids=[c[0] for c in LIFECYCLE])
def test_the_status_and_the_report_that_moved_it(reports: list[Report], status: str, moved_by: str) -> None:
    fields = fold(reports)
    assert (fields.status, fields.status_event_id) == (status, moved_by)
    assert dict(fields.basis)["status"] == moved_by
    assert fold(reports[::-1]) == fields


OUT = [
    ("goes on until the last report of it", [STOP, told("b", 4, "outage")], 4, None),
    ("tripped and back within a day", [STOP, told("b", 1, "outage", resumed=True)], 1, date(2026, 3, 1)),
    ("back on the third day", [STOP, BACK], 2, date(2026, 3, 3)),
    ("back on the day that the text names, not on that of the report",
     [STOP, told("b", 9, "outage", resumed=True, date=on("2026-03-04"))], 3, date(2026, 3, 4)),
    ("a later word on what is over counts no day", [STOP, BACK, told("c", 9, "outage")], 2, date(2026, 3, 3)),
    ("part of it goes on", [STOP, HALF], 3, None),
    ("a strike that stopped the works", [told("a", 1, "attack"), told("b", 2, "outage")], 2, None),
    ("a strike alone", [told("a", 1, "attack")], None, None),
    ("a stop that is only planned", [told("a", 1, "outage", "planned")], None, None),
    ("a stop in some week", [told("a", 9, "outage", date=on("2026-03-02", precision="week", until="2026-03-08"))],
     None, None),
]  # fmt: skip


@pytest.mark.parametrize(("reports", "days", "restored_on"), [c[1:] for c in OUT], ids=[c[0] for c in OUT])
def test_the_days_that_an_interruption_lasted(
    reports: list[Report], days: int | None, restored_on: date | None
) -> None:
    fields = fold(reports)
    assert (fields.days_out, fields.restored_on) == (days, restored_on)


def test_a_report_of_the_restart_does_not_move_the_beginning() -> None:
    restart = told("b", 4, "outage", resumed=True, date=on("2026-03-04"))
    assert fold([STOP, restart, told("c", 4, "outage", resumed=True, date=on("2026-03-04"))]).occurred_on == date(
        2026, 3, 1
    )
