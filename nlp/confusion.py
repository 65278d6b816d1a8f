"""Where the annotator errs on labelled texts: each fault with its class, the worst of every class, and who is taken for
whom among types and gradings. For development sets; nobody looks at the faults of a held-out set."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from nlp.records import Annotation, Event
from nlp.scoring_incidents import (
    FIELDS,
    IncidentCase,
    asked,
    best_event,
    given,
    happenings,
    is_right,
    values_of,
)
from nlp.scoring_passages import (
    NEAR_FACILITIES,
    Gold,
    facility_types,
    happened,
    match_events,
    match_quantities,
    names_agree,
    near,
    same_amount,
    told_date,
)

FaultClass = Literal[
    "missed happening", "false alarm", "event type", "grade", "country", "date", "killed", "injured",
    "facility group", "place", "weapon", "actor", "quantity role", "quantity value", "missed event", "spurious event",
]  # fmt: skip
CLASSES: tuple[FaultClass, ...] = get_args(FaultClass)  # the gravest first
NONE = "(none)"

_OF_FIELD: Mapping[str, FaultClass] = {
    "date": "date", "country": "country", "place": "place", "asset": "facility group", "risk_type": "event type",
    "weapon": "weapon", "actor": "actor", "killed": "killed", "injured": "injured",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that the annotator got wrong."""

    kind: FaultClass
    passage: str  # the id
    wanted: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """All faults of a set, and the gold against the found value of types and gradings."""

    faults: tuple[Fault, ...]
    types: Mapping[tuple[str, str], int]
    grades: Mapping[tuple[str, str], int]

    def as_json(self, most: int) -> dict[str, Any]:
        """The counts, the matrices and the worst faults; ids, never texts."""
        return {
            "faults": dict(sorted(Counter(f.kind for f in self.faults).items(), key=lambda p: CLASSES.index(p[0]))),
            "types": [[wanted, found, n] for (wanted, found), n in sorted(self.types.items())],
            "grades": [[wanted, found, n] for (wanted, found), n in sorted(self.grades.items())],
            "worst": [
                {"class": f.kind, "id": f.passage, "wanted": f.wanted, "found": f.found}
                for f in worst(self.faults, most)
            ],
        }


def worst(faults: Sequence[Fault], most: int) -> list[Fault]:
    """The gravest `most` faults, grouped by class; the classes take turns, so that none crowds out the others."""
    queues: dict[FaultClass, list[Fault]] = defaultdict(list)
    for fault in faults:
        queues[fault.kind].append(fault)
    chosen: Counter[FaultClass] = Counter()
    left = min(most, len(faults))
    while left:
        for kind in CLASSES:
            if left and chosen[kind] < len(queues[kind]):
                chosen[kind] += 1
                left -= 1
    return [fault for kind in CLASSES for fault in queues[kind][: chosen[kind]]]


def passage_confusion(passages: Sequence[Gold], annotations: Sequence[Annotation]) -> Confusion:
    """The faults on passages labelled with events; passages and annotations in the same order."""
    faults: list[Fault] = []
    types: Counter[tuple[str, str]] = Counter()
    grades: Counter[tuple[str, str]] = Counter()
    for passage, annotation in zip(passages, annotations, strict=True):
        matched = match_events(passage["events"], annotation.events)
        for gold, event in matched:
            types[gold["event_type"], event.event_type] += 1
            grades[gold["factuality"], event.factuality] += 1
        used_gold, used_found = {id(gold) for gold, _ in matched}, {id(event) for _, event in matched}
        types.update((gold["event_type"], NONE) for gold in passage["events"] if id(gold) not in used_gold)
        types.update((NONE, event.event_type) for event in annotation.events if id(event) not in used_found)
        faults += (
            Fault(kind=kind, passage=str(passage["id"]), wanted=wanted, found=found)
            for kind, wanted, found in _passage_faults(passage, annotation, matched)
        )
    return Confusion(faults=tuple(faults), types=types, grades=grades)


_Found = tuple[FaultClass, str, str]


def _passage_faults(passage: Gold, annotation: Annotation, matched: Sequence[tuple[Gold, Event]]) -> Iterator[_Found]:
    told, raised = [g for g in passage["events"] if happened(g)], happenings(annotation)
    if told and not raised:
        yield "missed happening", _gold_event(told[0]), NONE
    if raised and not told:
        yield "false alarm", NONE, _found_event(raised[0])
    matched_gold, matched_found = [g for g, _ in matched], [e for _, e in matched]
    if raised or not told:
        for gold in passage["events"]:
            if not any(gold is other for other in matched_gold):
                yield "missed event", _gold_event(gold), NONE
    if told or not raised:
        for event in annotation.events:
            if not any(event is other for other in matched_found):
                yield "spurious event", NONE, _found_event(event)
    for gold, event in matched:
        yield from _argument_faults(gold, event)
    _, missed, spurious = match_quantities(passage.get("quantities", []), annotation.quantities)
    for gold in missed:
        same = next((q for q in spurious if same_amount(gold, q)), None)
        amount = f"{gold['minimum']} to {gold['maximum']} {gold['unit']}"
        if same is not None:
            yield "quantity role", f"{amount}: {gold['role']}", same.role
        else:
            yield "quantity value", f"{amount}: {gold['role']}", NONE


def _argument_faults(gold: Gold, event: Event) -> Iterator[_Found]:
    if gold["event_type"] != event.event_type:
        yield "event type", gold["event_type"], event.event_type
    if gold["factuality"] != event.factuality:
        yield "grade", gold["factuality"], event.factuality
    types = facility_types(event)
    wanted_type = gold.get("facility_type")
    if wanted_type and not any(near(wanted_type, kind, NEAR_FACILITIES) for kind in types):
        yield "facility group", wanted_type, _joined(sorted(types))
    plain: tuple[tuple[FaultClass, Any, Any], ...] = (
        ("country", gold.get("country"), event.country),
        ("date", gold.get("date"), told_date(event, gold.get("date"))),
        ("killed", gold.get("killed"), event.killed and event.killed.minimum),
        ("injured", gold.get("injured"), event.injured and event.injured.minimum),
    )
    for kind, wanted, found in plain:
        if wanted is not None and wanted != found:
            yield kind, str(wanted), NONE if found is None else str(found)
    modes, wanted_modes = set(event.modes) - {"unknown"}, set(gold.get("modes", ())) - {"unknown"}
    if modes != wanted_modes:
        yield "weapon", _joined(sorted(wanted_modes)), _joined(sorted(modes))
    named: tuple[tuple[FaultClass, list[str], list[str]], ...] = (
        ("place", gold.get("places", []), [p.name for p in event.places if p.precision != "unknown"]),
        ("actor", gold.get("actors", []), [a.name for a in event.actors]),
    )
    for kind, wanted_names, names in named:
        missed = any(not any(names_agree(g, f) for f in names) for g in wanted_names)
        if missed or any(not any(names_agree(g, f) for g in wanted_names) for f in names):
            yield kind, _joined(wanted_names), _joined(names)


def incident_confusion(cases: Iterable[IncidentCase], annotations: Mapping[str, Annotation]) -> Confusion:
    """The faults on a third-party incident set; it codes neither our types nor our gradings."""
    faults: list[Fault] = []
    types: Counter[tuple[str, str]] = Counter()
    for case in cases:
        found = happenings(annotations[case.id]) if case.id in annotations else []
        if case.negative and found:
            faults.append(Fault(kind="false alarm", passage=case.id, wanted=NONE, found=_found_event(found[0])))
        if case.gold is None or case.negative:
            continue
        wanted_risk = _joined(case.gold.get("risk_type") or [])
        if not found:
            faults.append(Fault(kind="missed happening", passage=case.id, wanted=wanted_risk, found=NONE))
            types[wanted_risk, NONE] += 1
            continue
        best = best_event(case.gold, [values_of(event) for event in found])
        types[wanted_risk, _joined(best["risk_type"])] += 1
        for field in FIELDS:
            wanted, value = asked(case.gold, field), given(best, field)
            silent_zero = wanted == 0 and value is None
            if wanted is None or silent_zero or field not in _OF_FIELD:
                continue
            if value is None or not is_right(field, value, wanted):
                kind = _OF_FIELD[field]
                faults.append(Fault(kind=kind, passage=case.id, wanted=_shown(wanted), found=_shown(value)))
    return Confusion(faults=tuple(faults), types=types, grades={})


def _gold_event(gold: Gold) -> str:
    return f"{gold['event_type']} of {gold.get('facility_type') or 'no facility'}, {gold['factuality']}"


def _found_event(event: Event) -> str:
    types = _joined(sorted(facility_types(event)))
    return f"{event.event_type} of {types}, {event.factuality}, by {event.trigger.text!r}"


def _shown(value: Any) -> str:
    return NONE if value is None else _joined(value) if isinstance(value, list) else str(value)


def _joined(values: Iterable[str]) -> str:
    return ", ".join(values) or NONE
