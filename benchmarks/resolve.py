"""Stories and incidents beside what a user would write: one a title and day, and single-link TF-IDF.

    python benchmarks/resolve.py [--data DIR] [--only stories|incidents]

Incidents: the three labelled sets in `benchmarks/incidents/`, each clustered alone by `linewalker cluster`. Stories:
the third-party sets in DIR/dev/clusters.jsonl (default ../shared/data), skipped where absent. Every threshold is chosen
on the other sets. Prints Markdown tables of B-cubed and pairwise figures; takes about three minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import nlp.stories  # noqa: E402
from nlp.resolver_training import NOW  # noqa: E402
from nlp.scoring_clusters import b_cubed, pair_agreement  # noqa: E402
from nlp.stories import StoryText, assign_stories  # noqa: E402

SETS = ROOT / "benchmarks" / "incidents"
SHARED = Path(os.environ.get("LINEWALKER_SHARED_DATA", ROOT.parent / "shared" / "data"))
THRESHOLDS = tuple(round(0.06 + 0.02 * step, 2) for step in range(30))
Row = dict[str, Any]
Labels = Mapping[str, Collection[str]]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=SHARED)
    parser.add_argument("--only", choices=("stories", "incidents"))
    options = parser.parse_args()
    if options.only != "stories":
        measure_incidents()
    if options.only != "incidents":
        measure_stories(options.data / "dev" / "clusters.jsonl")


def measure_incidents() -> None:
    """The resolver and both baselines on the labelled sets of reports."""
    sets = {path.stem: read_rows(path) for path in sorted(SETS.glob("*.jsonl"))}
    found = {
        "linewalker cluster": {name: cluster(rows) for name, rows in sets.items()},
        "one a title and day": {name: by_title_and_day(rows) for name, rows in sets.items()},
        "single-link TF-IDF": single_link(sets, lambda rows, told: incident_score(rows, told)),
    }
    print("\n## Incidents\n")
    print(f"{sum(map(len, sets.values()))} reports, {sum(count_incidents(rows) for rows in sets.values())} incidents\n")
    print("| method | set | precision | recall | B-cubed F1 | pairs precision | recall | F1 |")
    print("|---|---|---|---|---|---|---|---|")
    for method, told in found.items():
        for name, rows in sets.items():
            show(method, name, rows, told[name])
        everything = [row for rows in sets.values() for row in rows]
        together = {
            key: {f"{name} {one}" for one in value} for name, part in told.items() for key, value in part.items()
        }
        show(method, "all", everything, together)


def measure_stories(path: Path) -> None:
    """The story finder and both baselines on the third-party clusters."""
    if not path.exists():
        print(f"\nStories are skipped: {path} is not there.")
        return
    sets: dict[str, list[Row]] = defaultdict(list)
    for row in read_rows(path):
        sets[row["set"]].append({**row, "incidents": [row["cluster"]], "recalled": [], "published": row["date"]})
    shipped = nlp.stories.JOIN_SIMILARITY
    found = {
        f"stories at the shipped {shipped}": {name: stories(rows, shipped) for name, rows in sets.items()},
        "stories, threshold of the other set": best_of_others(sets, stories),
        "one a title and day": {name: by_title_and_day(rows) for name, rows in sets.items()},
        "single-link TF-IDF": single_link(sets, lambda rows, told: incident_score(rows, told)),
    }
    print("\n## Stories\n")
    print("| method | set | precision | recall | B-cubed F1 | pairs precision | recall | F1 |")
    print("|---|---|---|---|---|---|---|---|")
    for method, told in found.items():
        for name, rows in sets.items():
            show(method, name, rows, told[name])


def read_rows(path: Path) -> list[Row]:
    """The rows of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def cluster(rows: Sequence[Row]) -> Labels:
    """What `linewalker cluster` says, run as a user runs it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reports.jsonl"
        keys = ("id", "title", "text", "published", "source")
        lines = (json.dumps({key: row.get(key) for key in keys} | {"source": row["family"]}) for row in rows)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        command = [sys.executable, "-m", "linewalker.cli", "cluster", str(path)]
        output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return {row["id"]: row["incidents"] for row in map(json.loads, output.splitlines())}


def by_title_and_day(rows: Sequence[Row]) -> Labels:
    """One cluster for each distinct headline of a day."""
    words = {row["id"]: re.findall(r"\w+", (row["title"] or row["text"][:80]).lower()) for row in rows}
    return {row["id"]: [f"{(row['published'] or '')[:10]} {' '.join(words[row['id']])}"] for row in rows}


def single_link(sets: Mapping[str, list[Row]], score: Any) -> dict[str, Labels]:
    """Connected components over TF-IDF cosine, the threshold chosen on the other sets."""
    likeness = {}
    for name, rows in sets.items():
        vectorizer = TfidfVectorizer(sublinear_tf=True, stop_words="english")
        matrix = vectorizer.fit_transform([f"{row['title'] or ''} {row['title'] or ''} {row['text']}" for row in rows])
        likeness[name] = (matrix @ matrix.T).toarray()

    def told(rows: Sequence[Row], threshold: float) -> Labels:
        name = next(name for name, own in sets.items() if own is rows)
        _, labels = connected_components(np.asarray(likeness[name]) >= threshold)
        return {row["id"]: [str(label)] for row, label in zip(rows, labels, strict=True)}

    return best_of_others(sets, told)


def best_of_others(sets: Mapping[str, list[Row]], method: Any) -> dict[str, Labels]:
    """Each set by the threshold that is best, on average, on the others."""
    scores = {
        (name, threshold): incident_score(rows, method(rows, threshold))
        for name, rows in sets.items() for threshold in THRESHOLDS
    }  # fmt: skip
    best = {
        name: max(THRESHOLDS, key=lambda threshold: sum(scores[other, threshold] for other in sets if other != name))
        for name in sets
    }
    print(f"thresholds: {best}", file=sys.stderr)
    return {name: method(rows, best[name]) for name, rows in sets.items()}


def stories(rows: Sequence[Row], threshold: float) -> Labels:
    """The night's story finder at a threshold."""
    texts = (
        StoryText(id=row["id"], title=row["title"] or "", text=row["text"], told_at=instant(row["published"]))
        for row in rows
    )
    assignments, _ = assign_stories(texts, join_at=threshold)
    return {one.article_id: [one.story_id] for one in assignments}


def instant(text: str | None) -> Any:
    """A date or instant as UTC; without one, all on the same day."""
    from datetime import UTC, datetime

    if not text:
        return NOW
    found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def incident_score(rows: Sequence[Row], told: Labels) -> float:
    """B-cubed F1."""
    return b_cubed(*_labels(rows, told)).f1


def count_incidents(rows: Sequence[Row]) -> int:
    """How many incidents a set tells."""
    return len({one for row in rows for one in row["incidents"]})


def show(method: str, name: str, rows: Sequence[Row], told: Labels) -> None:
    """Prints one row of the table."""
    gold, found, recalled = _labels(rows, told)
    cubed, pairs = b_cubed(gold, found, recalled), pair_agreement(gold, found)
    print(f"| {method} | {name} | {cubed.precision:.3f} | {cubed.recall:.3f} | **{cubed.f1:.3f}** "
          f"| {pairs['precision']:.3f} | {pairs['recall']:.3f} | {pairs['f1']:.3f} |", flush=True)  # fmt: skip


def _labels(rows: Sequence[Row], told: Labels) -> tuple[Labels, Labels, Labels]:
    return (
        {row["id"]: row["incidents"] for row in rows}, told, {row["id"]: row["recalled"] for row in rows},
    )  # fmt: skip


if __name__ == "__main__":
    main()
