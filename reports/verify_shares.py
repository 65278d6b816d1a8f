"""Does the arithmetic of a share again: the loss, the whole, and the figure in per cent between them."""

from __future__ import annotations

import re

from reports.read_numbers import close, numbers_said
from reports.records import Problem, Slot
from reports.verify_numbers import figure_stands

_PRINTED = re.compile(r"(\d{1,2}|100)(?: to (\d{1,2}|100))?%")
_LEDGER = re.compile(r"(?P<size>\d[\d.e+]*) (?P<unit>\S+)")
_WHOLES = {" of what it normally carries, ": "throughput", " of its capacity, ": "capacity"}
_HALF = 0.5 + 1e-6  # of a per cent: it is printed whole


def share_problems(slot: Slot, gaps: list[str], index: int, following: Slot | None) -> list[Problem]:
    """The share must be the loss over the whole, both in one unit, each stated by its words or the ledger's own."""
    bad = Problem(kind="share", message="the share is not that of the figures cited for it")
    whole_of_it = slot.text == "all"
    read = _PRINTED.fullmatch("100%" if whole_of_it else slot.text)
    losses = [fact for fact in slot.facts if fact.field == "lost"]
    wholes = [fact for fact in slot.facts if fact.field in ("throughput", "capacity")]
    role = _WHOLES.get(gaps[index + 1])
    units = {fact.unit for fact in slot.facts}
    if read is None or not losses or len(losses) + len(wholes) != len(slot.facts) or len(units) != 1 or role is None:
        return [bad]
    if gaps[index].lower() != ("that is " if whole_of_it else "that is about ") or following is None:
        return [bad]
    sizes = {fact.minimum for fact in wholes}
    if wholes:
        whole = wholes[0].minimum or 0.0
        fits = len(sizes) == 1 and following.kind == "number" and all(fact.field == role for fact in wholes)
        fits = fits and {fact.minimum for fact in following.facts} == sizes
    else:
        known = _LEDGER.fullmatch(slot.ledger or "")
        whole = float(known["size"]) if known else 0.0
        fits = known is not None and known["unit"] in units and role == "capacity" and following.kind == "kept"
        fits = fits and any(close(said.value, whole, 5e-4) for said in numbers_said(following.text)[:1])
    if not fits or whole <= 0:
        return [bad]
    for fact in slot.facts:
        if fact.minimum is None or fact.minimum != fact.maximum or not figure_stands(fact, fact.minimum):
            return [bad]
    shares = sorted((fact.minimum or 0.0) / whole * 100 for fact in losses)
    printed = (float(read[1]), float(read[2] or read[1]))
    if abs(printed[0] - shares[0]) > _HALF or abs(printed[1] - shares[-1]) > _HALF:
        return [bad]
    return []
