"""Scores annotations on passages that are labelled with events and quantities, as the codebook says.

An event of the gold is matched with the predicted event of the same passage that shares most of type, facility type,
factuality and country; each gold and predicted event is used once. Figures of arguments count matched events: recall
over those where the gold has a value, precision over those where the prediction has one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from nlp.contract import document_from_json
from nlp.labelled import LabelError
from nlp.records import HAPPENED, HAPPENINGS, Annotation, Document, Event, Quantity
from nlp.scoring_incidents import happenings
from nlp.scoring_values import fold_text

# Types that two careful readers may tell one occurrence as; the strict figure stands beside the lenient one.
NEAR_TYPES = (
    frozenset({"attack", "sabotage"}),
    frozenset({"accident", "outage", "natural_hazard"}),
    frozenset({"blockade", "outage"}),
    frozenset({"theft", "sabotage"}),
)
NEAR_FACILITIES = (
    frozenset({"oil_terminal", "port", "storage", "fuel_depot"}),
    frozenset({"power_grid", "transmission_line", "substation"}),
    frozenset({"oil_field", "gas_field", "platform"}),
    frozenset({"oil_pipeline", "product_pipeline", "gas_pipeline"}),
    frozenset({"gas_processing", "lng_terminal", "pump_or_compressor_station"}),
    frozenset({"power_plant", "nuclear_plant", "hydro_dam", "wind_or_solar"}),
)
_READ = ("id", "title", "text", "published")
_REQUIRED = frozenset({"id", "text", "relevant", "risks", "events"})
_SILENT = frozenset({"the", "of", "a", "an", "group", "s", "and"})  # words of names that say nothing
_QUANTITY_ERROR = 0.005  # of the larger value

Gold = Mapping[str, Any]


def load_event_passages(path: Path) -> list[dict[str, Any]]:
    """Reads a file of passages labelled with events; raises LabelError at the first bad line."""
    passages = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise LabelError(path, number, f"not JSON: {error.msg} at column {error.colno}") from error
        if not isinstance(row, dict) or (missing := sorted(_REQUIRED - row.keys())):
            raise LabelError(
                path, number, f"missing {', '.join(missing)}" if isinstance(row, dict) else "not a JSON object"
            )
        passages.append(row)
    if not passages:
        raise LabelError(path, 0, "no labelled passage")
    return passages


def document_of(passage: Gold) -> Document:
    """The passage as the annotator reads it: never a label."""
    return document_from_json(json.dumps({key: passage.get(key) for key in _READ}))


def near(one: str | None, other: str | None, groups: tuple[frozenset[str], ...]) -> bool:
    """Whether two values are the same or stand in one group."""
    return one == other or any(one in group and other in group for group in groups)


def affinity(gold: Gold, found: Event) -> float:
    """How well a predicted event fits a gold one, for matching; 0: not at all."""
    same = gold["event_type"] == found.event_type
    if not same and not near(gold["event_type"], found.event_type, NEAR_TYPES):
        return 0.0
    types = {f.facility_type for f in found.facilities} | {found.facility_type}
    alike = 2 * (gold.get("facility_type") in types)
    alike += bool(gold["factuality"] == found.factuality) + bool(gold.get("country") == found.country)
    return (2.0 if same else 1.0) + 0.5 * alike


def match_events(gold: Sequence[Gold], found: Sequence[Event]) -> list[tuple[Gold, Event]]:
    """Pairs gold with predicted events one to one, the best fit first."""
    pairs = sorted(
        ((affinity(g, e), i, j) for i, g in enumerate(gold) for j, e in enumerate(found)),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    used_gold: set[int] = set()
    used_found: set[int] = set()
    matched = []
    for value, i, j in pairs:
        if value > 0 and i not in used_gold and j not in used_found:
            used_gold.add(i)
            used_found.add(j)
            matched.append((gold[i], found[j]))
    return matched


def names_agree(one: str, other: str) -> bool:
    """Whether two names share at least half of the shorter one's words."""
    first, second = _words(one), _words(other)
    return bool(first and second) and len(first & second) / min(len(first), len(second)) >= 0.5


def _words(text: str) -> set[str]:
    return set(fold_text(text).split()) - _SILENT


def happened(gold: Gold) -> bool:
    """Whether a labelled event counts as having happened."""
    return gold["event_type"] in HAPPENINGS and gold["factuality"] in HAPPENED


class Tally:
    """True positives, false positives and false negatives."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def add(self, *, tp: int = 0, fp: int = 0, fn: int = 0) -> None:
        """Counts one comparison, or several."""
        self.counts.update(tp=tp, fp=fp, fn=fn)

    def figures(self) -> dict[str, float | int | None]:
        """Precision, recall, F1 and the number of gold values; None where there is nothing to divide by."""
        tp, fp, fn = (self.counts[k] for k in ("tp", "fp", "fn"))
        shares = {
            "p": tp / (tp + fp) if tp + fp else None,
            "r": tp / (tp + fn) if tp + fn else None,
            "f1": 2 * tp / (2 * tp + fp + fn) if 2 * tp + fp + fn else None,
        }
        return {**{name: None if v is None else round(v, 3) for name, v in shares.items()}, "gold": tp + fn}


Tallies = Callable[[str], Tally]


def score_passages(passages: Sequence[Gold], annotations: Sequence[Annotation]) -> dict[str, Any]:
    """All figures of a set; passages and annotations in the same order."""
    tallies: dict[str, Tally] = {}
    factuality: dict[str, Tally] = {}

    def tally(name: str) -> Tally:
        return tallies.setdefault(name, Tally())

    detected = alarms = negatives = positives = 0
    for passage, annotation in zip(passages, annotations, strict=True):
        _score_tags(passage, annotation, tally)
        gold, found = passage["events"], annotation.events
        raised = bool(happenings(annotation))
        if any(map(happened, gold)):
            positives += 1
            detected += raised
        else:
            negatives += 1
            alarms += raised
        matched = match_events(gold, found)
        tally("events").add(tp=len(matched), fp=len(found) - len(matched), fn=len(gold) - len(matched))
        for wanted, event in matched:
            _score_arguments(wanted, event, tally)
            for grade in {wanted["factuality"], event.factuality}:
                factuality.setdefault(grade, Tally()).add(
                    tp=grade == wanted["factuality"] == event.factuality,
                    fp=grade == event.factuality != wanted["factuality"],
                    fn=grade == wanted["factuality"] != event.factuality,
                )
        _, missed, spurious = match_quantities(passage.get("quantities", []), annotation.quantities)
        right = len(passage.get("quantities", [])) - len(missed)
        tally("quantities").add(tp=right, fp=len(spurious), fn=len(missed))
    graded = {grade: one.figures() for grade, one in sorted(factuality.items())}
    macro = [float(one["f1"] or 0.0) for one in graded.values() if one["gold"]]
    return {
        "passages": len(passages),
        "detection_recall": round(detected / positives, 3) if positives else None,
        "false_alarm_rate": round(alarms / negatives, 3) if negatives else None,
        "with_happening": positives,
        "without": negatives,
        **{name: one.figures() for name, one in tallies.items()},
        "factuality_macro_f1": round(sum(macro) / len(macro), 3) if macro else None,
        "factuality": graded,
    }


def _score_tags(passage: Gold, annotation: Annotation, tally: Tallies) -> None:
    wanted, said = bool(passage["relevant"]), bool(annotation.relevant)
    tally("relevant").add(tp=wanted and said, fp=said and not wanted, fn=wanted and not said)
    tags = {tag.label for tag in annotation.risks}
    gold = set(passage["risks"])
    tally("risks (micro)").add(tp=len(tags & gold), fp=len(tags - gold), fn=len(gold - tags))


def _score_arguments(gold: Gold, event: Event, tally: Tallies) -> None:
    tally("type, strict").add(tp=gold["event_type"] == event.event_type, fp=gold["event_type"] != event.event_type)
    types = facility_types(event)
    if gold.get("facility_type"):
        right = any(near(gold["facility_type"], kind, NEAR_FACILITIES) for kind in types)
        tally("facility group").add(tp=right, fp=bool(types) and not right, fn=not types)
    _compare(tally("country"), gold.get("country"), event.country)
    wanted = gold.get("date")
    _compare(tally("date"), wanted, told_date(event, wanted))
    for field in ("killed", "injured"):
        count = getattr(event, field)
        _compare(tally(field), gold.get(field), None if count is None else count.minimum)
    modes = {mode for mode in event.modes if mode != "unknown"}
    wanted_modes = set(gold.get("modes", ())) - {"unknown"}
    tally("modes").add(tp=len(modes & wanted_modes), fp=len(modes - wanted_modes), fn=len(wanted_modes - modes))
    for name, gold_names, found in (
        ("places", gold.get("places", []), [p.name for p in event.places if p.precision != "unknown"]),
        ("actors", gold.get("actors", []), [a.name for a in event.actors]),
        ("claimed by", gold.get("claimed_by", []), [c.name for c in event.claimed_by]),
    ):
        hits = sum(any(names_agree(g, f) for f in found) for g in gold_names)
        spurious = sum(not any(names_agree(g, f) for g in gold_names) for f in found)
        tally(name).add(tp=hits, fp=spurious, fn=len(gold_names) - hits)


def facility_types(event: Event) -> set[str]:
    """The types of an event's facilities, or its own where it names none."""
    return {str(f.facility_type) for f in event.facilities} | ({event.facility_type} if event.facility_type else set())


def told_date(event: Event, wanted: str | None) -> str | None:
    """The first day of an event, as far as the gold tells it (a month where the gold has a month)."""
    told = None if event.date is None else event.date.start.isoformat()
    return told[: len(wanted)] if told and wanted else told


def _compare(tally: Tally, wanted: Any, found: Any) -> None:
    if wanted is None and found is None:
        return
    right = wanted is not None and found is not None and wanted == found
    tally.add(tp=right, fp=found is not None and not right and wanted is not None, fn=wanted is not None and not right)


def match_quantities(
    gold: Sequence[Gold], found: Sequence[Quantity]
) -> tuple[list[tuple[Gold, Quantity]], list[Gold], list[Quantity]]:
    """(matched, missed, spurious): value, unit and role have to be right."""
    left = list(found)
    matched: list[tuple[Gold, Quantity]] = []
    missed: list[Gold] = []
    for wanted in gold:
        hit = next((q for q in left if q.role == wanted["role"] and same_amount(wanted, q)), None)
        if hit is None:
            missed.append(wanted)
        else:
            left.remove(hit)
            matched.append((wanted, hit))
    return matched, missed, left


def same_amount(gold: Gold, found: Quantity) -> bool:
    """Whether unit and bounds are right, whatever the role."""
    return (
        found.unit == gold["unit"] and _close(found.minimum, gold["minimum"]) and _close(found.maximum, gold["maximum"])
    )


def _close(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= _QUANTITY_ERROR * max(abs(one), abs(other), 1e-9)
