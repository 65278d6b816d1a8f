"""What the events found in a document say about its relevance and risks, as indicators, and their file for training.

Training does not read the labelled passages anew: `nlp/labels/evidence.tsv` holds what the annotator found in each, so
that the same labels give the same model on any machine. `scripts/build_evidence.py` writes it; a passage that it
lacks is read while training.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from nlp.records import HAPPENED, Event, Quantity

EVIDENCE_FILE = "evidence.tsv"
MOST_COUNTED = 3  # events: more say no more
# What an event of a type implies by the codebook: the second stage gives these indicators more room than others.
IMPLIED: Mapping[str, tuple[str, ...]] = {
    "physical_attack": ("attack", "seizure"),
    "sabotage": ("sabotage",),
    "cyber": ("cyberattack",),
    "theft_unrest": ("theft", "blockade"),
    "accident": ("accident",),
    "natural_hazard": ("natural_hazard",),
    "supply_disruption": ("outage",),
    "sanctions_legal": ("sanction", "legal_diplomatic"),
    "diplomatic": ("legal_diplomatic",),
    "market": ("market",),
}
_SEA = frozenset({"tanker", "chokepoint", "port", "platform", "oil_terminal"})
_TELLING_GRADES = frozenset({"denied", "foiled", "exercise", "threatened"})


def indicators(events: Sequence[Event], quantities: Sequence[Quantity] = ()) -> tuple[str, ...]:
    """Names what the events and figures of one document show, sorted: types, grades, modes, works, actors, risks."""
    found: set[str] = set()
    counted = 0
    for event in events:
        if event.factuality == "historical":  # a precedent is no subject, but it has a weight of its own
            found.add(f"past {event.event_type}")
            continue
        counted += 1
        found |= _of_event(event)
    found.update(f"figure {quantity.role}" for quantity in quantities)
    found.add(f"events {min(MOST_COUNTED, counted)}")
    return tuple(sorted(found))


def event_indicators(event: Event) -> frozenset[str]:
    """Names what one event shows by itself."""
    return frozenset({f"past {event.event_type}"}) if event.factuality == "historical" else frozenset(_of_event(event))


def _of_event(event: Event) -> set[str]:
    kind = event.event_type
    found = {f"type {kind}", f"{'told' if event.factuality in HAPPENED else 'talked'} {kind}"}
    if event.factuality in _TELLING_GRADES:
        found.add(f"grade {event.factuality}")
    found.update(f"mode {mode}" for mode in event.modes)
    found.update(f"risk {risk}" for risk in event.risks)
    works = {facility.facility_type for facility in event.facilities} | {event.facility_type}
    found.update(f"works {one}" for one in works if one)
    if works & _SEA:
        found.add(f"{kind} at sea")
    for actor in event.actors:
        if actor.kind:
            found |= {f"actor {actor.kind}", f"{kind} by {actor.kind}"}
    if event.actors:
        found.add("actor named")
    if event.claimed_by:
        found.add("claimed")
    return found


def implies(name: str, label: str) -> bool:
    """Whether an indicator is by the codebook a sign of a label."""
    kind, _, value = name.partition(" ")
    return name == f"risk {label}" or (kind in ("type", "told", "talked") and value in IMPLIED.get(label, ()))


def passage_key(title: str, text: str) -> str:
    """Gives the name of a passage's wording, so that a changed passage is read anew."""
    return hashlib.sha256(f"{title}\x00{text}".encode()).hexdigest()[:16]


def read_evidence(folder: Path) -> dict[str, tuple[str, ...]]:
    """Reads the indicators by passage key; empty where the folder has no such file."""
    path = folder / EVIDENCE_FILE
    if not path.exists():
        return {}
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line)
    return {row[0]: tuple(row[1:]) for row in rows}


def write_evidence(folder: Path, evidence: Mapping[str, Collection[str]]) -> None:
    """Writes the indicators, a passage a line, sorted."""
    lines = ["\t".join((key, *sorted(evidence[key]))) for key in sorted(evidence)]
    (folder / EVIDENCE_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
