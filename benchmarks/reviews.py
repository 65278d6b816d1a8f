"""What 50 corrections do to the model: honest ones, and deliberately wrong ones.

    python benchmarks/reviews.py

Trains on the shipped labels without the development passages, which play the part of the articles; then with each set
of 50 as `linewalker train --with-reviews` does, and prints the frozen split's figures before and after. Takes about ten
minutes on one core.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from linewalker.model_comparison import choose, compare, render_changes  # noqa: E402
from linewalker.retraining import FROZEN, train_candidates  # noqa: E402
from nlp.evaluate import evaluate  # noqa: E402
from nlp.labelled import DEVELOPMENT, LABELS_FOLDER, Passage  # noqa: E402
from nlp.records import RiskLabel  # noqa: E402
from nlp.relevance import load_relevance_model  # noqa: E402
from nlp.risk import load_risk_model  # noqa: E402
from nlp.train import train  # noqa: E402
from tests.linewalker.review_samples import Told, copy_labels, games  # noqa: E402

COUNT = 50
NOW = datetime(2026, 1, 1, tzinfo=UTC)
LABELS: tuple[RiskLabel, ...] = get_args(RiskLabel)


def main() -> None:
    """Runs the sets and prints a table each."""
    with tempfile.TemporaryDirectory() as scratch:
        (labels := Path(scratch) / "labels").mkdir()
        copy_labels(labels)
        base = Path(scratch) / "base"
        train(labels, base, 0, now=NOW)
        before = evaluate(labels, FROZEN, base)
        held_out = games(20, held_out=True, seed=5)
        for number, (name, passages) in enumerate(sets(base).items()):
            candidates = train_candidates(passages, labels, base, Path(scratch) / str(number), 0, now=NOW)
            candidate, changes = choose([(one, compare(before, evaluate(labels, FROZEN, one))) for one in candidates])
            falls = [fall for change in changes for fall in change.falls]
            print(f"\n## {name} ({len(passages)})\n")
            print(render_changes(changes), end="")
            print(f"{'refused: ' + ', '.join(falls) if falls else 'taken'}")
            if name.startswith("honest: video games"):
                print(
                    f"news of video games called relevant, of {len(held_out)} that nobody corrected: "
                    f"{called_relevant(base, held_out)} before, {called_relevant(candidate, held_out)} after"
                )
            sys.stdout.flush()


def sets(base: Path) -> dict[str, list[Passage]]:
    """Corrections by name: two honest sets, and six ways of being wrong."""
    gate, tags = load_relevance_model(base), load_risk_model(base)
    chance = random.Random(3)
    rows = [
        json.loads(line)
        for file in sorted((LABELS_FOLDER / DEVELOPMENT).glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    chance.shuffle(rows)
    given = {id(row): {tag.label for tag in tags.predict(row["title"], row["text"]).tags} for row in rows}
    called = {id(row): gate.score(row["title"], row["text"]) for row in rows}
    threats = [row for row in rows if called[id(row)] > 0.9]
    attacks = [row for row in rows if "physical_attack" in row["risks"]]
    harmless = [row for row in rows if not row["relevant"]]
    missed = [
        row for row in rows
        if (called[id(row)] >= gate.threshold) != row["relevant"]
        or (row["relevant"] and given[id(row)] != set(row["risks"]))
    ]  # fmt: skip

    def neighbours(row: dict[str, Any]) -> list[RiskLabel]:
        return [LABELS[(LABELS.index(label) + 1) % len(LABELS)] for label in given[id(row)]]

    return {
        "honest: video games are not relevant": make([vars(one) for one in games(COUNT)], [None] * COUNT),
        "honest: what the model got wrong, put right": make(
            missed, [tuple(row["risks"]) if row["relevant"] else None for row in missed]
        ),
        "wrong: threats are not relevant": make(threats, [None] * COUNT),
        "wrong: what is harmless is market news": make(harmless, [("market",)] * COUNT),
        "wrong: attacks are accidents": make(attacks, [("accident",)] * COUNT),
        "wrong: each label is another": make(threats, [tuple(neighbours(row)) for row in threats]),
        "wrong: two labels by chance": make(threats, [tuple(chance.sample(LABELS, 2)) for _ in threats]),
        "wrong: all is market news": make(threats, [("market",)] * COUNT),
    }


def make(rows: Sequence[dict[str, Any]], risks: Sequence[tuple[RiskLabel, ...] | None]) -> list[Passage]:
    """The first corrections as passages; without risks they say not relevant."""
    return [
        Passage(id=f"review-{n}", story=f"review-{n}", title=row["title"], text=row["text"],
                relevant=labels is not None, risks=labels or (), split="train")
        for n, (row, labels) in enumerate(zip(rows[:COUNT], risks[:COUNT], strict=True))
    ]  # fmt: skip


def called_relevant(folder: Path, told: Sequence[Told]) -> int:
    """How many of them the gate lets through."""
    gate = load_relevance_model(folder)
    return sum(gate.score(one.title, one.text) >= gate.threshold for one in told)


if __name__ == "__main__":
    main()
