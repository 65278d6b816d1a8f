"""Reads every labelled passage and writes what was found in it to nlp/labels/evidence.tsv, for `linewalker train`.

python scripts/build_evidence.py [--labels DIR]. Run it when passages or the annotator have changed, then train.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from nlp.evidence import EVIDENCE_FILE, indicators, passage_key, write_evidence
from nlp.labelled import LABELS_FOLDER, load_development, load_passages
from nlp.pipeline import load_annotator
from nlp.records import Document


def main() -> None:
    """Reads the passages with the shipped models and writes the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--labels", type=Path, default=LABELS_FOLDER, help="folder of labels (default: the shipped)")
    folder = parser.parse_args().labels
    texts = {passage_key(p.title, p.text): p for p in (*load_passages(folder), *load_development(folder))}
    documents = (Document(id=key, title=p.title, text=p.text) for key, p in texts.items())
    found = {}
    for annotation in load_annotator().annotate(documents):
        if annotation.error:
            raise SystemExit(f"{texts[annotation.id].id}: {annotation.error}")
        found[annotation.id] = indicators(annotation.events, annotation.quantities)
    write_evidence(folder, found)
    print(f"Wrote {len(found)} passages to {folder / EVIDENCE_FILE}")


if __name__ == "__main__":
    main()
