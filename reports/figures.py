"""Tells an incident's figures: one sentence a role and unit, each value with who gives it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from reports.forecasts import is_forecast
from reports.read_numbers import close
from reports.records import Sentence, Slot
from reports.shares import tell_share
from reports.slots import Part, amount, listed, publishers, sentence
from reports.speakers import find_speakers
from reports.told_amounts import told_unit
from reports.words import PEOPLE, ROLES
from store.records import Fact, IncidentView

FIGURES_SHOWN = 6
_UNTOLD = ("hypothetical", "recommended", "exercise", "historical")
_HARM = {"killed": "killed", "injured": "hurt"}


def figure_groups(view: IncidentView, field: str, *, superseded: bool = False) -> list[list[list[Fact]]]:
    """The field's figures by unit, then by value: facts that give the same value stand together, most told first."""
    units: dict[tuple[str | None, bool], dict[tuple[float | None, float | None], list[Fact]]] = {}
    for fact in view.facts:
        known = fact.minimum is not None or fact.maximum is not None
        if fact.field == field and known and fact.superseded == superseded and fact.factuality not in _UNTOLD:
            # What is expected to come and what has been are told apart.
            units.setdefault((fact.unit, is_forecast(fact)), {}).setdefault((fact.minimum, fact.maximum), []).append(
                fact
            )
    return [
        sorted(values.values(), key=lambda facts: (-len({fact.quote.family for fact in facts}), facts[0].claim_id))
        for _, values in sorted(units.items(), key=lambda pair: str(pair[0]))
    ]


def in_conflict(groups: Sequence[Sequence[Fact]]) -> bool:
    """Whether two of the values of one field and unit exclude each other; a converted one may be three per cent off."""
    bounds = [
        (
            group[0].minimum if group[0].minimum is not None else float("-inf"),
            group[0].maximum if group[0].maximum is not None else float("inf"),
            told_unit(group[0]) is not None,
        )
        for group in groups
    ]
    return any(
        one[0] > other[1] and not ((one[2] or other[2]) and close(one[0], other[1], 0.03))
        for one in bounds
        for other in bounds
    )


def mixed_units(groups: Sequence[Sequence[Fact]]) -> bool:
    """Whether the sources gave the values in different units, so that only the ledger's makes them comparable."""
    return len({told_unit(fact) for group in groups for fact in group}) > 1


def tell_figures(
    view: IncidentView, keep: Callable[[Sentence], bool], fields: Collection[str] = tuple(ROLES)
) -> list[tuple[Sentence, bool]]:
    """One sentence a role and unit, values side by side with who said which, and whether they conflict.

    `keep` is asked about each value alone, so that one bad figure does not take the good ones with it.
    """
    told: list[tuple[Sentence, bool]] = []
    if view.status == "retracted":  # its facts stand only in versions that no longer count
        return told
    unhurt = _unhurt(view, keep)
    if unhurt and set(_HARM) <= set(fields):
        told.append((_tell_nobody(unhurt), False))
    for field in ROLES:
        if field not in fields:
            continue
        for groups in figure_groups(view, field):
            if unhurt and any(fact in unhurt for group in groups for fact in group):
                continue
            plain = mixed_units(groups)
            kept = [group for group in groups if keep(_joined([group], plain))]
            if kept:
                told.append((_joined(kept[:FIGURES_SHOWN], plain), in_conflict(kept)))
        share = tell_share(view) if field == "lost" else None
        if share is not None and keep(share):
            told.append((share, False))
        for groups in figure_groups(view, field, superseded=True):
            for group in groups:
                corrected = sentence("since corrected: ", *_figure_parts(group), ".")
                if keep(corrected):
                    told.append((corrected, False))
    return told


def _unhurt(view: IncidentView, keep: Callable[[Sentence], bool]) -> list[Fact]:
    """The facts that say that nobody was killed or hurt, where none says otherwise."""
    facts = []
    for field in _HARM:
        groups = [group for unit in figure_groups(view, field) for group in unit]
        if len(groups) == 1 and groups[0][0].minimum == groups[0][0].maximum == 0:
            facts += [fact for fact in groups[0] if keep(_tell_nobody([fact]))]
    return facts


def _tell_nobody(facts: Sequence[Fact]) -> Sentence:
    harms = [_HARM[field] for field in _HARM if any(fact.field == field for fact in facts)]
    nobody = Slot(kind="number", text="Nobody", facts=tuple(facts))
    who = publishers((fact.quote for fact in facts), most=1)
    return sentence(nobody, " was reported ", " or ".join(harms), " (", *who, ").")


def _joined(groups: Sequence[Sequence[Fact]], plain: bool) -> Sentence:
    parts: list[Part] = []
    for index, group in enumerate(groups):
        parts += [" — "] if index else []
        parts += _figure_parts(group, plain)
    return sentence(*parts, ".")


def _figure_parts(group: Sequence[Fact], plain: bool = False) -> list[Part]:
    once = {fact.quote.publisher: fact for fact in reversed(group)}
    facts = [fact for fact in group if fact in once.values()]
    before, after = ROLES[facts[0].field]
    if is_forecast(facts[0]):
        before = "expected to last "
    figure = amount(facts, plain=plain)
    if facts[0].field in PEOPLE and facts[0].maximum == 0:
        figure = Slot(kind="number", text="nobody", facts=tuple(facts))
    parts: list[Part] = [before, figure, after, " (", *publishers(fact.quote for fact in facts)]
    said = find_speakers(facts)
    if said and all(fact.speaker for fact in facts):
        parts += [", citing ", *listed([[slot] for slot in said[:2]])]
    return [part for part in [*parts, ")"] if part]
