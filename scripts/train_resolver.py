"""Learns the resolver's score from nlp/labels/incidents and writes nlp/models/resolver.json.

python scripts/train_resolver.py [--try]. With --try nothing is written: each file is clustered with what was learnt
from the others at several thresholds, which is how JOIN, FOLLOW and SUGGEST below were chosen. Takes a minute.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from nlp.modelfiles import MODELS_FOLDER
from nlp.pipeline import load_annotator
from nlp.records import Annotation
from nlp.resolve import incidents_of, resolve
from nlp.resolver_model import RESOLVER_FILE, make_model
from nlp.resolver_training import (
    INCIDENT_LABELS,
    OTHER_NEWS,
    LabelledReport,
    fit,
    lay_over,
    make_examples,
    read_labelled,
    read_others,
)
from nlp.scoring_clusters import b_cubed

# Chosen with --try on 2026-11-22; less for following gains F1 and fills the ledger with articles that follow nothing.
JOIN, FOLLOW, SUGGEST = 0.4, 0.15, 0.25

Set = tuple[list[LabelledReport], list[Annotation]]


def main() -> None:
    """Trains, or tries."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--try", dest="trial", action="store_true", help="cluster each file with the others' weights")
    annotator = load_annotator()
    sets: dict[Path, Set] = {}
    trial = parser.parse_args().trial
    others = read_others()
    read = list(annotator.annotate(one.document for one in others))
    for path in sorted(INCIDENT_LABELS.glob("*.jsonl")):
        labelled = read_labelled(path)
        annotations = list(annotator.annotate(one.document for one in labelled))
        sets[path] = [*labelled, *others], [*annotations, *read]
    if trial:
        for path in sets:
            examples = [make_examples(*sets[other]) for other in sets if other != path]
            learnt = fit(examples, join=JOIN, follow=FOLLOW, suggest=SUGGEST)
            print(path.name, dict(zip(learnt["features"], learnt["weights"], strict=True)))
            for join in (0.2, 0.3, 0.4, 0.5):
                for follow in (0.1, 0.2, 0.3, 0.4):
                    print(f"  join {join:.2f} follow {follow:.2f}", measure(sets[path], learnt, join, follow))
        return
    learnt = fit([make_examples(*one) for one in sets.values()], join=JOIN, follow=FOLLOW, suggest=SUGGEST)
    (MODELS_FOLDER / RESOLVER_FILE).write_text(json.dumps(learnt, indent=1) + "\n", encoding="utf-8")
    print(f"Wrote {learnt['version']} of {learnt['pairs']} to {MODELS_FOLDER / RESOLVER_FILE}")


def measure(one: Set, learnt: dict[str, Any], join: float, follow: float) -> dict[str, float | int]:
    """B-cubed of one file with these weights and thresholds."""
    labelled = one[0]
    batch = lay_over(*one)
    model = make_model({**learnt, "join": join, "follow": follow})
    told = incidents_of(resolve(batch.reports, follow_ups=batch.follow_ups, model=model), batch.reports)
    return b_cubed(
        {label.document.id: label.incidents for label in labelled}, told,
        {label.document.id: label.recalled for label in labelled},
        scored=[label.document.id for label in labelled if label.scene != OTHER_NEWS],
    ).as_json()  # fmt: skip


if __name__ == "__main__":
    main()
