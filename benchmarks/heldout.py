"""Scores the annotator on one file of passages: python benchmarks/heldout.py [--set FILE] [--json FILE]

The same figures as `linewalker evaluate --set NAME`, for a file that lies anywhere. Nobody who tunes rules, labels or
thresholds looks at the passages of a held-out set; this script therefore prints figures, never texts.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from nlp.pipeline import load_annotator
from nlp.scoring_passages import document_of, load_event_passages, score_passages

SET = Path(__file__).parent / "heldout" / "passages.jsonl"


def main() -> None:
    """Scores the set and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", type=Path, default=SET, help="another file of the same form")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    arguments = parser.parse_args()
    passages = load_event_passages(arguments.set)
    figures = score_passages(passages, list(load_annotator().annotate(map(document_of, passages))))
    print(json.dumps(figures, indent=1))
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
