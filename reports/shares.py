"""What part of a facility's usual flow or capacity is lost: from words cited, or from the ledger's list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.records import LEDGER_MARK, Sentence, Slot
from reports.slots import Part, amount, sentence
from reports.words import format_number, unit_phrase
from store.records import Fact, IncidentView

_UNTOLD = frozenset({"hypothetical", "recommended", "exercise", "historical", "denied"})
_FLOWS = frozenset({"bbl/d", "m3/d", "bcm/y", "MW", "t/d", "t/y"})
_OF_WHAT = {"throughput": "what it normally carries", "capacity": "its capacity"}
_ALIKE = 1.1  # two figures of the whole that differ by more are not the same thing
_FAR_OFF = 3.0  # from the ledger's own figure: the words speak of another whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A loss in per cent of a whole in the same unit."""

    percent: float
    high: float  # the same as percent, unless the figures of the loss differ
    whole: float
    unit: str
    role: str  # throughput or capacity
    losses: tuple[Fact, ...]  # the least first
    wholes: tuple[Fact, ...]  # empty: the ledger's


def find_share(view: IncidentView, only: float | None = None) -> Share | None:
    """The share of the one facility; None where there are several, or the whole is not known or told in two ways.

    `only`: of the figures of the loss this one.
    """
    facts = [fact for fact in view.facts if not fact.superseded and fact.factuality not in _UNTOLD]
    if len(view.facilities) > 1 or view.status == "retracted":
        return None
    for unit in sorted({fact.unit for fact in facts if fact.field == "lost" and fact.unit in _FLOWS} - {None}):
        losses = [
            fact for fact in facts
            if fact.field == "lost" and fact.unit == unit and fact.minimum and fact.minimum == fact.maximum
            and only in (None, fact.minimum)
        ]  # fmt: skip
        known = next((one.capacity for one in view.capacities if one.unit == unit), None)
        for role in ("throughput", "capacity"):
            told = [
                fact for fact in facts
                if fact.field == role and fact.unit == unit and fact.minimum and fact.minimum == fact.maximum
            ]  # fmt: skip
            sizes = sorted(fact.minimum or 0.0 for fact in told)
            far = known is not None and sizes and not known / _FAR_OFF <= sizes[0] <= known * _FAR_OFF
            if told and sizes[-1] <= _ALIKE * sizes[0] and not far:
                best = max(told, key=lambda fact: (sum(one.minimum == fact.minimum for one in told), fact.claim_id))
                alike = tuple(fact for fact in told if fact.minimum == best.minimum)
                return _share(losses, best.minimum or 0.0, unit, role, alike)
        if known is not None:
            return _share(losses, known, unit, "capacity", ())
    return None


def _share(losses: Sequence[Fact], whole: float, unit: str | None, role: str, wholes: tuple[Fact, ...]) -> Share | None:
    ordered = sorted(losses, key=lambda fact: fact.minimum or 0.0)
    if not ordered or unit is None or (ordered[-1].minimum or 0.0) > whole:
        return None
    low, high = ((fact.minimum or 0.0) / whole * 100 for fact in (ordered[0], ordered[-1]))
    ends = [fact for fact in ordered if fact.minimum in (ordered[0].minimum, ordered[-1].minimum)]
    return Share(percent=low, high=high, whole=whole, unit=unit, role=role, losses=tuple(ends[:4]), wholes=wholes[:4])


def tell_share(view: IncidentView, only: float | None = None) -> Sentence | None:
    """ "That is about 25% of what it normally carries, 1.3 million barrels a day": the share, then the whole."""
    share = find_share(view, only)
    if (
        share is None
        or round(share.percent) < 1
        or view.status not in ("occurred", "ongoing", "partly_restored", "restored")
    ):
        return None
    low, high = f"{share.percent:.0f}", f"{share.high:.0f}"
    figure = "all" if low == "100" else f"{low}%" if low == high else f"{low} to {high}%"
    whole_text = f"{format_number(share.whole)} {unit_phrase(share.unit)}"
    part = Slot(
        kind="share",
        text=figure,
        facts=(*share.losses, *share.wholes),
        ledger=None if share.wholes else f"{share.whole!r} {share.unit}",
    )
    whole: list[Part] = (
        [amount(share.wholes, plain=True)]
        if share.wholes
        else [Slot(kind="kept", text=whole_text, ledger=whole_text), LEDGER_MARK]
    )
    return sentence("that is ", "" if figure == "all" else "about ", part, f" of {_OF_WHAT[share.role]}, ", *whole, ".")
