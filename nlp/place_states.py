"""Reads the abbreviation of a state behind a town: "Lexington, Ky.", "Mayport, PA"."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nlp.folding import CaseMode, Token, joinable
from nlp.place_names import STATE_ABBREVIATIONS, WORDLIKE_STATES
from nlp.place_senses import Candidate, Sense, inside, is_state
from nlp.placetable import PlaceTable


def add_states(
    text: str,
    tokens: Sequence[Token],
    mode_at: Callable[[int], CaseMode],
    table: PlaceTable,
    found: Sequence[Candidate],
    used: bytearray,
) -> list[Candidate]:
    """The candidates with the states that stand abbreviated behind a name, in order; `used` marks tokens in use.

    A town's name that the table has in other states only is left out: it is a town of this one that the table lacks.
    """
    kept = list(found)
    before = {c.last: c for c in kept}
    alone = {c.first: c for c in kept if c.last == c.first + 1}
    for i in range(1, len(tokens)):
        previous, token = tokens[i - 1], tokens[i]
        if (used[i] and i not in alone) or not (token.capital and previous.capital) or len(token.text) > 5:
            continue
        gap = text[previous.end : token.start].strip(" ")
        if gap not in ("", ",") or (not gap and len(token.text) != 2):
            continue
        state = _abbreviated(text, tokens, table, i)
        town = before.get(i)
        if state is None or (not gap and not (town and _is_abbreviation(text, state, mode_at(token.start)))):
            continue  # without a comma ("PORT GIBSON MS") only behind a town of that state
        if not gap and town is not None and not any(inside(s, state.senses[0]) for s in town.senses):
            continue
        if town is not None and not any(inside(s, state.senses[0]) for s in town.senses):
            if any(s.is_country for s in town.senses) or is_state(town):
                continue
            kept.remove(town)
        elif town is None and not _is_abbreviation(text, state, mode_at(token.start)):
            continue
        if i in alone:
            kept.remove(alone[i])  # some hamlet called "Il"
        kept.append(state)
        used[state.first : state.last] = b"\x01" * (state.last - state.first)
    return sorted(kept, key=lambda c: c.start)


def _abbreviated(text: str, tokens: Sequence[Token], table: PlaceTable, i: int) -> Candidate | None:
    for length in (2, 1):
        if i + length > len(tokens) or (length == 2 and not joinable(text, tokens[i], tokens[i + 1])):
            continue
        last = tokens[i + length - 1].end
        key = " ".join(t.folded for t in tokens[i : i + length])
        code = STATE_ABBREVIATIONS.get(key)
        raw = text[tokens[i].start : last]
        dotted = text[last : last + 1] == "."
        row = table.region(code) if code and (dotted or (raw.isupper() and len(raw) <= 3)) else None
        if row is not None:
            sense = Sense(row.name, (row.country,), row.latitude, row.longitude, row=row)
            end = last + (1 if dotted and length == 2 else 0)
            return Candidate(i, i + length, tokens[i].start, end, key, [sense], abbreviated=True)
    return None


def _is_abbreviation(text: str, state: Candidate, mode: CaseMode) -> bool:
    """Whether capitals behind a name that no table holds are a state's: not "CLOSED, IN ORDER TO"."""
    if not text[state.start : state.end].replace(".", "").isupper():
        return False
    if mode != "upper":
        return True
    return state.key not in WORDLIKE_STATES or text[state.end : state.end + 1] in ("", ".", ",", ")", ";")
