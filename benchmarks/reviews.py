"""What 50 corrections do to the model: honest ones of one kind, and deliberately wrong ones.

    python benchmarks/reviews.py

Trains on the shipped labels alone, then with each set of 50 as `linewalker train --with-reviews` does, and prints
the frozen split's figures before and after. Takes about three minutes on one core.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from linewalker.retraining import FROZEN, choose, compare, render_changes, train_candidates  # noqa: E402
from nlp.evaluate import evaluate  # noqa: E402
from nlp.labelled import LABELS_FOLDER, Passage  # noqa: E402
from nlp.records import RiskLabel  # noqa: E402
from nlp.relevance import load_relevance_model  # noqa: E402
from nlp.risk import load_risk_model  # noqa: E402
from nlp.train import train  # noqa: E402
from tests.linewalker.review_samples import Told, games  # noqa: E402

COUNT = 50
NOW = datetime(2026, 1, 1, tzinfo=UTC)
DEVELOPMENT = LABELS_FOLDER / "development" / "passages.jsonl"
LABELS: tuple[RiskLabel, ...] = get_args(RiskLabel)


def main() -> None:
    """Runs the three sets and prints a table each."""
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch) / "base"
        train(LABELS_FOLDER, base, 0, now=NOW)
        before = evaluate(LABELS_FOLDER, FROZEN, base)
        held_out = games(20, held_out=True, seed=5)
        for name, passages in sets(base).items():
            candidates = train_candidates(passages, LABELS_FOLDER, base, Path(scratch) / name, 0, now=NOW)
            candidate, changes = choose(
                [(one, compare(before, evaluate(LABELS_FOLDER, FROZEN, one))) for one in candidates]
            )
            falls = [fall for change in changes for fall in change.falls]
            print(f"\n## {name}\n")
            print(render_changes(changes), end="")
            print(f"{'refused: ' + ', '.join(falls) if falls else 'taken'}")
            print(
                f"news of video games called relevant, of {len(held_out)} that nobody corrected: "
                f"{called_relevant(base, held_out)} before, {called_relevant(candidate, held_out)} after",
                flush=True,
            )


def sets(base: Path) -> dict[str, list[Passage]]:
    """The corrections: honest ones, relevance turned round, and labels swapped for their neighbours in the list."""
    gate, tags = load_relevance_model(base), load_risk_model(base)
    rows = [json.loads(line) for line in DEVELOPMENT.read_text(encoding="utf-8").splitlines()]
    random.Random(3).shuffle(rows)
    threats = [Told(title=row["title"], text=row["text"]) for row in rows]
    threats = [one for one in threats if gate.score(one.title, one.text) > 0.9][:COUNT]
    given = [{tag.label for tag in tags.predict(one.title, one.text).tags} for one in threats]
    swapped = [tuple(other for label, other in zip(LABELS, LABELS[1:] + LABELS[:1], strict=True) if label in one)
               for one in given]  # fmt: skip
    return {
        "honest: video games are not relevant": make(games(COUNT), [None] * COUNT),
        "wrong: threats are not relevant": make(threats, [None] * COUNT),
        "wrong: each label is another": make(threats, swapped),
    }


def make(told: Sequence[Told], risks: Sequence[tuple[RiskLabel, ...] | None]) -> list[Passage]:
    """Corrections as passages; without risks they say not relevant."""
    return [
        Passage(id=f"review-{n}", story=f"review-{n}", title=one.title, text=one.text, relevant=labels is not None,
                risks=labels or (), split="train")
        for n, (one, labels) in enumerate(zip(told, risks, strict=True))
    ]  # fmt: skip


def called_relevant(folder: Path, told: Sequence[Told]) -> int:
    """How many of them the gate lets through."""
    gate = load_relevance_model(folder)
    return sum(gate.score(one.title, one.text) >= gate.threshold for one in told)


if __name__ == "__main__":
    main()
