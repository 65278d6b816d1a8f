"""The labelled sets that `linewalker evaluate` finds: held-out ones, our development passages, third parties' sets."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import nlp
from nlp.contract import document_from_json
from nlp.labelled import LABELS_FOLDER
from nlp.records import Document

Kind = Literal["passages", "incidents", "relevance", "risk_types", "clusters", "toponyms"]

ENVIRONMENT = "LINEWALKER_SHARED_DATA"
CHECKOUT = Path(next(iter(nlp.__path__))).parent
_NEWS = ("wce-", "ce-", "oen-", "page-", "reut-")  # ids of texts whose date is that of publication, not of the event

# What a page of regular expressions gives on the third-party sets (their README, 2026-11-22).
KEYWORD_SCRIPT: Mapping[str, Mapping[str, str]] = {
    "current_events": {
        "happening found": "0.86", "false alarms": "0.27", "date p/r": "0.91/0.78", "country p/r": "0.84/0.56",
        "facility p/r": "0.91/0.78", "risk type p/r": "0.50/0.43", "killed p/r": "1.00/0.57",
    },
    "phmsa": {
        "happening found": "0.48", "date p/r": "-/0.00", "facility p/r": "0.97/0.47", "risk type p/r": "0.85/0.41",
        "killed p/r": "0.50/0.01",
    },
    "asam": {
        "happening found": "0.32", "false alarms": "0.00", "date p/r": "-/0.00", "facility p/r": "1.00/0.33",
        "risk type p/r": "0.79/0.26",
    },
    "relevance": {"precision": "0.74", "recall": "0.90", "F1": "0.81", "AUC": "0.93"},
    "risk_types": {"first label right": "0.44", "macro F1": "0.41"},
    # Not a keyword script: single-link TF-IDF at its best threshold, and average link.
    "clusters": {"business: B-cubed F1": "0.945, 0.947", "ecbplus: B-cubed F1": "0.798, 0.871"},
}  # fmt: skip
_THIRD_PARTY: tuple[tuple[str, Kind, str, str], ...] = (
    ("current_events", "incidents", "incidents_current_events.jsonl", "Current events 2020-22"),
    ("phmsa", "incidents", "accidents_phmsa.jsonl", "US pipeline accident reports"),
    ("asam", "incidents", "maritime_asam.jsonl", "Anti-shipping messages"),
    ("relevance", "relevance", "relevance.jsonl", "Relevance of current events"),
    ("risk_types", "risk_types", "risk_types.jsonl", "Risk types"),
    ("clusters", "clusters", "clusters.jsonl", "Stories"),
    ("geo", "toponyms", "geo.jsonl", "Toponyms of TR-News and GeoVirus"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationSet:
    """One labelled file and what it asks."""

    name: str
    title: str
    kind: Kind
    path: Path
    blind: bool = False  # held out: figures only, nobody looks at its texts or faults
    third_party: bool = False


def find_passage_sets(checkout: Path = CHECKOUT) -> list[EvaluationSet]:
    """Every held-out set of the checkout and every development set of ours; a wheel holds the latter only."""
    found = [
        EvaluationSet(
            name=path.parent.name, title=f"Held out: {path.parent.name}", kind="passages", path=path, blind=True
        )
        for path in sorted(checkout.glob("benchmarks/heldout*/passages.jsonl"))
    ]
    for path in sorted((LABELS_FOLDER / "development").glob("*.jsonl")):
        name = "development" if path.stem == "passages" else f"development_{path.stem}"
        found.append(EvaluationSet(name=name, title=f"Our own, read: {path.stem}", kind="passages", path=path))
    return found


def find_third_party_sets(folder: Path | None) -> list[EvaluationSet]:
    """The third-party sets in a data folder; none where it is not there."""
    if folder is None:
        return []
    sets = (
        EvaluationSet(name=name, title=title, kind=kind, path=folder / "dev" / file, third_party=True)
        for name, kind, file, title in _THIRD_PARTY
    )
    return [one for one in sets if one.path.is_file()]


def find_data_folder(given: Path | None, environment: Mapping[str, str] = os.environ) -> Path | None:
    """The folder with the third-party data: as given, as the environment says, or beside the checkout."""
    named = given or (Path(environment[ENVIRONMENT]) if environment.get(ENVIRONMENT) else None)
    folder = named or CHECKOUT.parent / "shared" / "data"
    return folder if (folder / "dev").is_dir() else None


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def documents_of(rows: Iterable[Mapping[str, Any]]) -> Iterator[Document]:
    """Third-party rows as documents: never a gold field, a date only where it is that of publication."""
    for row in rows:
        identifier = str(row["id"])
        value: dict[str, Any] = {"id": identifier, "text": row.get("text") or row.get("lead") or ""}
        value |= {key: row[key] for key in ("title", "published", "language") if isinstance(row.get(key), str)}
        day = str(row.get("date") or "")
        if len(day) == 10 and identifier.startswith(_NEWS):
            value["published"] = f"{day}T12:00:00Z"
        yield document_from_json(json.dumps(value))


STORY_TIME = datetime(2026, 11, 22, tzinfo=UTC)  # for texts of unknown date: any fixed day gives the same stories
