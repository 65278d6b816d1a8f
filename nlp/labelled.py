"""The labelled passages: reading, checking, and finding the same story on both sides of a split."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any, Literal, get_args

from nlp.records import RiskLabel

Split = Literal["train", "valid", "test"]

DEVELOPMENT = "development"  # folder of passages labelled with their events, too
LABELS_FOLDER = Path(__file__).parent / "labels"
RISK_LABELS: tuple[RiskLabel, ...] = get_args(RiskLabel)
SPLITS: tuple[Split, ...] = get_args(Split)
NEAR_DUPLICATE = 0.5  # share of the shorter passage's word triples that the other holds
_REQUIRED = {"id", "story", "title", "text", "relevant", "risks", "split"}
_WORD = re.compile(r"[^\W_]+")


class LabelError(ValueError):
    """A label file that cannot be used; names the file and the line that mends it."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One labelled title and lead; `nlp/labels/CODEBOOK.md` says what the labels mean."""

    id: str
    story: str  # passages that tell the same scenario share it
    title: str
    text: str
    relevant: bool
    risks: tuple[RiskLabel, ...]
    split: Split
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NearDuplicate:
    """Two passages of different splits that share too many words."""

    first: str
    second: str
    overlap: float  # 0..1


def load_passages(folder: Path | None = None) -> tuple[Passage, ...]:
    """Reads every `*.jsonl` of the folder, in the order of file names; raises LabelError at the first bad line."""
    folder = folder or LABELS_FOLDER
    passages: list[Passage] = []
    seen: dict[str, str] = {}
    split_of: dict[str, tuple[Split, str]] = {}
    for path in label_files(folder):
        for number, passage in _read_file(path):
            here = f"{path.name}:{number}"
            if passage.id in seen:
                raise LabelError(path, number, f"id {passage.id!r} is used already at {seen[passage.id]}")
            seen[passage.id] = here
            split, where = split_of.setdefault(passage.story, (passage.split, here))
            if split != passage.split:
                raise LabelError(path, number, f"story {passage.story!r} is in split {split!r} at {where}")
            passages.append(passage)
    if not passages:
        raise LabelError(folder, 0, "no labelled passage in any *.jsonl of this folder")
    return tuple(passages)


def load_development(folder: Path | None = None) -> tuple[Passage, ...]:
    """Reads the folder's `development`, passages labelled with their events: each a story of its own, to train on.

    Raises LabelError.
    """
    passages = []
    for path in label_files((folder or LABELS_FOLDER) / DEVELOPMENT):
        for number, row in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if row.strip():
                passages.append(_parse_development(path, number, row))
    return tuple(passages)


def label_files(folder: Path | None = None) -> tuple[Path, ...]:
    """Lists the label files of a folder by name."""
    return tuple(sorted((folder or LABELS_FOLDER).glob("*.jsonl")))


def load_file(path: Path) -> tuple[Passage, ...]:
    """Reads one label file, for example a held-out set; raises LabelError at the first bad line."""
    return tuple(passage for _, passage in _read_file(path))


def find_near_duplicates(
    passages: Sequence[Passage],
    threshold: float = NEAR_DUPLICATE,
    *,
    part_of: Callable[[Passage], str] = attrgetter("split"),
) -> tuple[NearDuplicate, ...]:
    """Finds pairs of passages of different parts that share at least `threshold` of the shorter one's word triples."""
    shingles = {passage.id: _shingles(passage) for passage in passages}
    holders: dict[tuple[str, ...], list[Passage]] = defaultdict(list)
    for passage in passages:
        for shingle in shingles[passage.id]:
            holders[shingle].append(passage)
    shared: dict[tuple[str, str], int] = defaultdict(int)
    for group in holders.values():
        for position, first in enumerate(group):
            for second in group[position + 1 :]:
                if part_of(first) != part_of(second):
                    shared[(first.id, second.id)] += 1
    found = []
    for (first_id, second_id), count in shared.items():
        overlap = count / min(len(shingles[first_id]), len(shingles[second_id]))
        if overlap >= threshold:
            found.append(NearDuplicate(first=first_id, second=second_id, overlap=overlap))
    return tuple(sorted(found, key=lambda pair: (-pair.overlap, pair.first, pair.second)))


def _shingles(passage: Passage) -> set[tuple[str, ...]]:
    words = _WORD.findall(f"{passage.title} {passage.text}".lower())
    return {tuple(words[i : i + 3]) for i in range(max(1, len(words) - 2))}


def _read_file(path: Path) -> Iterable[tuple[int, Passage]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if line.strip():
            yield number, _parse_passage(path, number, line)


def _parse_development(path: Path, number: int, line: str) -> Passage:
    """Reads title, text, relevance and risks; the rest of such a line is for measuring events."""
    try:
        row: Any = json.loads(line)
        kept = {key: row[key] for key in ("id", "text", "relevant", "risks")}
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise LabelError(path, number, f"not a labelled passage: {error}") from error
    kept |= {"title": row.get("title") or "", "story": f"{path.stem} {row['id']}", "split": "train"}
    kept["id"] = kept["story"]
    return _parse_passage(path, number, json.dumps(kept))


def _parse_passage(path: Path, number: int, line: str) -> Passage:
    try:
        row: Any = json.loads(line)
    except json.JSONDecodeError as error:
        raise LabelError(path, number, f"not JSON: {error.msg} at column {error.colno}") from error
    if not isinstance(row, dict):
        raise LabelError(path, number, "not a JSON object")
    if missing := sorted(_REQUIRED - row.keys()):
        raise LabelError(path, number, f"missing {', '.join(missing)}")
    if unknown := sorted(row.keys() - _REQUIRED - {"note"}):
        raise LabelError(path, number, f"unknown key {', '.join(unknown)}")
    for key in ("id", "story", "title", "text", "split"):
        if not isinstance(row[key], str):
            raise LabelError(path, number, f"{key} is not a string")
    if not row["id"] or not row["story"]:
        raise LabelError(path, number, "id and story must not be empty")
    if not (row["title"].strip() or row["text"].strip()):
        raise LabelError(path, number, "title and text are both empty")
    if not isinstance(row["relevant"], bool):
        raise LabelError(path, number, "relevant is not true or false")
    if row["split"] not in SPLITS:
        raise LabelError(path, number, f"split {row['split']!r} is none of {', '.join(SPLITS)}")
    risks = row["risks"]
    if not isinstance(risks, list) or not all(isinstance(risk, str) for risk in risks):
        raise LabelError(path, number, "risks is not a list of labels")
    if bad := [risk for risk in risks if risk not in RISK_LABELS]:
        raise LabelError(path, number, f"unknown risk {', '.join(bad)}; known: {', '.join(RISK_LABELS)}")
    if len(set(risks)) != len(risks):
        raise LabelError(path, number, "a risk is given twice")
    if risks and not row["relevant"]:
        raise LabelError(path, number, "a passage that is not relevant has no risks")
    note = row.get("note")
    if note is not None and not isinstance(note, str):
        raise LabelError(path, number, "note is not a string")
    return Passage(
        id=row["id"], story=row["story"], title=row["title"], text=row["text"], relevant=row["relevant"],
        risks=tuple(risks), split=row["split"], note=note,
    )  # fmt: skip
