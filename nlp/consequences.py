"""The stop that an occurrence brought: told beside its cause, an interruption is an event of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from nlp.candidates import Candidate
from nlp.joining import Group
from nlp.records import EventType

# Deeds that are told by their effect: "drones knocked out the substation" is the attack, and tells of no second event.
_DEED_ITSELF = frozenset(
    {"knock out", "knock ... out", "knock offline", "knock ... offline", "disconnect", "trip", "interrupt", "disrupt"}
)


def part_stops(groups: Sequence[Group], type_of: Callable[[Sequence[Candidate]], EventType]) -> list[Group]:
    """The groups, those that tell a cause and the stop it brought parted into the two; `type_of` names a group."""
    found: list[Group] = []
    for group in groups:
        found.append(group)
        told = [c for c in group.candidates if c.happened]
        if not told or type_of(told) == "outage":
            continue
        stops = [
            c
            for c in told
            if c.entry.event_type == "outage"
            and (c.event_type == "outage" or c.entry.phrase not in _DEED_ITSELF)
            and c.event_type != "cyberattack"
            and not c.given
        ]
        if not stops:
            continue
        causes = [c for c in group.candidates if c not in stops]
        own = [f for c in stops for f in c.facilities if not f.company]
        named = [f for f in group.facilities if f.known]
        stop = Group(
            candidates=[
                replace(c, event_type="outage", modes=(), actors=[], implied=c.implied or c.entry.implies)
                for c in stops
            ],
            facilities=own or ([] if any(c.entry.implies for c in stops) else list(group.facilities)),
            others=causes or [c for c in stops if c.event_type != "outage"],
        )
        if named and not any(f.known for f in stop.facilities) and not any(c.entry.implies for c in stops):
            stop.facilities = named
        found.append(stop)
        if any(c.happened and (c.facilities or c.implied) for c in causes):
            group.candidates, group.others = causes, stops
    return found
