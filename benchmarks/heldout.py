"""Scores the annotator on labelled passages: python benchmarks/heldout.py [--set FILE] [--json FILE]

The set (benchmarks/heldout/passages.jsonl) was written and labelled from the codebook alone. Nobody who tunes rules,
labels or thresholds looks at its passages; this script therefore prints figures, never texts.

An event of the gold is matched with the predicted event of the same document that shares most of type group, factuality
group, facility type and country; each gold and predicted event is used once. Figures of arguments count matched events,
recall over those where the gold has a value, precision over those where the prediction has one.
"""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

from nlp.contract import document_from_json
from nlp.pipeline import load_annotator
from nlp.records import HAPPENED, HAPPENINGS, Annotation, Event

SET = Path(__file__).parent / "heldout" / "passages.jsonl"
# Types that two careful readers may tell one occurrence as; the strict figure stands beside the lenient one.
NEAR_TYPES = (
    {"attack", "sabotage"},
    {"accident", "outage", "natural_hazard"},
    {"blockade", "outage"},
    {"theft", "sabotage"},
)
NEAR_FACILITIES = (
    {"oil_terminal", "port", "storage", "fuel_depot"},
    {"power_grid", "transmission_line", "substation"},
    {"oil_field", "gas_field", "platform"},
    {"oil_pipeline", "product_pipeline", "gas_pipeline"},
    {"gas_processing", "lng_terminal", "pump_or_compressor_station"},
    {"power_plant", "nuclear_plant", "hydro_dam", "wind_or_solar"},
)


def near(one: str | None, other: str | None, groups: tuple[set[str], ...]) -> bool:
    """Whether two values are the same or stand in one group."""
    return one == other or any(one in group and other in group for group in groups)


def affinity(gold: dict[str, Any], found: Event) -> float:
    """How well a predicted event fits a gold one, for matching; 0: not at all."""
    kind = (
        2.0 if gold["event_type"] == found.event_type else 1.0 * near(gold["event_type"], found.event_type, NEAR_TYPES)
    )
    if not kind:
        return 0.0
    types = {f.facility_type for f in found.facilities} | {found.facility_type}
    return (
        kind
        + (gold.get("facility_type") in types)
        + 0.5 * (gold["factuality"] == found.factuality)
        + 0.5 * (gold.get("country") == found.country)
    )


def match(gold: list[dict[str, Any]], found: list[Event]) -> list[tuple[dict[str, Any], Event]]:
    """Greedy one-to-one matching by affinity."""
    pairs = sorted(
        ((affinity(g, e), i, j) for i, g in enumerate(gold) for j, e in enumerate(found)),
        key=lambda p: (-p[0], p[1], p[2]),
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


def fold(text: str) -> set[str]:
    """A name's words, folded, without those that say nothing."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return set(re.findall(r"[a-z0-9]+", plain)) - {"the", "of", "a", "an", "group", "s", "and"}


def names_agree(one: str, other: str) -> bool:
    """Whether two names share at least half of the shorter one's words."""
    first, second = fold(one), fold(other)
    return bool(first and second) and len(first & second) / min(len(first), len(second)) >= 0.5


class Tally:
    """True positives, false positives and false negatives."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def add(self, *, tp: int = 0, fp: int = 0, fn: int = 0) -> None:
        self.counts.update(tp=tp, fp=fp, fn=fn)

    def figures(self) -> dict[str, float | int | None]:
        tp, fp, fn = (self.counts[k] for k in ("tp", "fp", "fn"))
        precision = tp / (tp + fp) if tp + fp else None
        recall = tp / (tp + fn) if tp + fn else None
        f1 = 2 * tp / (2 * tp + fp + fn) if 2 * tp + fp + fn else None
        rounded = {k: None if v is None else round(v, 3) for k, v in (("p", precision), ("r", recall), ("f1", f1))}
        return {**rounded, "gold": tp + fn}


def happens(event_type: str, factuality: str) -> bool:
    """Whether an event counts as having happened at a facility."""
    return event_type in HAPPENINGS and factuality in HAPPENED


def score(passages: list[dict[str, Any]], annotations: list[Annotation]) -> dict[str, Any]:
    """All figures of the set."""
    tallies: dict[str, Tally] = {}

    def tally(name: str) -> Tally:
        return tallies.setdefault(name, Tally())

    factuality: dict[str, Tally] = {}
    detected = alarms = negatives = positives = 0
    for passage, annotation in zip(passages, annotations, strict=True):
        tally("relevant").add(
            tp=bool(passage["relevant"] and annotation.relevant),
            fp=bool(not passage["relevant"] and annotation.relevant),
            fn=bool(passage["relevant"] and not annotation.relevant),
        )
        tags = {tag.label for tag in annotation.risks}
        for label in tags | set(passage["risks"]):
            tally("risks (micro)").add(
                tp=label in tags and label in passage["risks"],
                fp=label in tags and label not in passage["risks"],
                fn=label not in tags and label in passage["risks"],
            )
        gold, found = passage["events"], list(annotation.events)
        happened = [g for g in gold if happens(g["event_type"], g["factuality"])]
        raised = [
            e for e in found if happens(e.event_type, e.factuality) and (e.facilities or e.facility_type is not None)
        ]
        if happened:
            positives += 1
            detected += bool(raised)
        else:
            negatives += 1
            alarms += bool(raised)
        matched = match(gold, found)
        tally("events").add(tp=len(matched), fp=len(found) - len(matched), fn=len(gold) - len(matched))
        for g, e in matched:
            _score_arguments(g, e, tally)
            for grade in {g["factuality"], e.factuality}:
                factuality.setdefault(grade, Tally()).add(
                    tp=grade == g["factuality"] == e.factuality,
                    fp=grade == e.factuality != g["factuality"],
                    fn=grade == g["factuality"] != e.factuality,
                )
        _score_quantities(passage.get("quantities", []), annotation, tally("quantities"))
    graded = {grade: one.figures() for grade, one in sorted(factuality.items())}
    macro = [float(one["f1"] or 0.0) for one in graded.values() if one["gold"]]
    return {
        "passages": len(passages),
        "detection_recall": round(detected / positives, 3),
        "false_alarm_rate": round(alarms / negatives, 3),
        "with_happening": positives,
        "without": negatives,
        **{name: one.figures() for name, one in tallies.items()},
        "factuality_macro_f1": round(sum(macro) / len(macro), 3) if macro else None,
        "factuality": graded,
    }


def _score_arguments(gold: dict[str, Any], event: Event, tally: Any) -> None:
    tally("type, strict").add(tp=gold["event_type"] == event.event_type, fp=gold["event_type"] != event.event_type)
    types = {str(f.facility_type) for f in event.facilities} | ({event.facility_type} if event.facility_type else set())
    if gold.get("facility_type"):
        right = any(near(gold["facility_type"], kind, NEAR_FACILITIES) for kind in types)
        tally("facility group").add(tp=right, fp=bool(types) and not right, fn=not types)
    _compare(tally("country"), gold.get("country"), event.country)
    told = str(event.date.start) if event.date is not None else None
    wanted = gold.get("date")
    _compare(tally("date"), wanted, told[: len(wanted)] if told and wanted else told)
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


def _compare(tally: Tally, wanted: Any, found: Any) -> None:
    if wanted is None and found is None:
        return
    right = wanted is not None and found is not None and wanted == found
    tally.add(tp=right, fp=found is not None and not right and wanted is not None, fn=wanted is not None and not right)


def _score_quantities(gold: list[dict[str, Any]], annotation: Annotation, tally: Tally) -> None:
    left = list(annotation.quantities)
    for wanted in gold:
        hit = next(
            (
                q
                for q in left
                if q.unit == wanted["unit"]
                and q.role == wanted["role"]
                and _close(q.minimum, wanted["minimum"])
                and _close(q.maximum, wanted["maximum"])
            ),
            None,
        )
        if hit is not None:
            left.remove(hit)
        tally.add(tp=hit is not None, fn=hit is None)
    tally.add(fp=len(left))


def _close(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= 0.005 * max(abs(one), abs(other), 1e-9)


def main() -> None:
    """Scores the set and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", type=Path, default=SET, help="another file of the same form")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    arguments = parser.parse_args()
    passages = [json.loads(line) for line in arguments.set.read_text(encoding="utf-8").splitlines() if line.strip()]
    documents = [
        document_from_json(json.dumps({key: passage.get(key) for key in ("id", "title", "text", "published")}))
        for passage in passages
    ]
    figures = score(passages, list(load_annotator().annotate(documents)))
    print(json.dumps(figures, indent=1))
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
