"""The queue as a CSV file for a spreadsheet, and the filled-in file back as answers."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from linewalker.errors import ConfigError
from linewalker.review_labels import LabelsError, parse_labels
from nlp.records import RiskLabel
from nlp.review_queue import Asked
from store.reviews import Answer, ReviewItem

FILL_IN = ("answer", "relevant", "risks", "note")
COLUMNS = (
    *FILL_IN, "title", "lead", "model_relevant", "model_relevance", "model_risks", "why", "publisher", "published",
    "url", "version_id",
)  # fmt: skip
YES = frozenset({"yes", "y", "true", "1", "ja", "oui", "wahr", "x"})
NO = frozenset({"no", "n", "false", "0", "nein", "non", "falsch"})
OK = frozenset({"ok", "accept", "accepted", "right"})
MOST_BYTES = 64_000_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One row that does not go in."""

    line: int
    reason: str  # what is wrong and what to do


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledRow:
    """One row that somebody filled in; not yet compared with the ledger."""

    line: int
    version_id: str
    accepted: bool  # the model is right
    relevant: bool | None
    risks: tuple[RiskLabel, ...] | None  # None: the cell is empty
    note: str | None


def render_rows(asked: Sequence[Asked], items: Mapping[str, ReviewItem]) -> str:
    """The queue as CSV; no cell begins like a formula, and no control character is left."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in asked:
        item = items[one.version_id]
        cells = (
            "", "", "", "", item.title, item.text, "yes" if item.relevant else "no",
            "" if item.relevance is None else f"{item.relevance:.2f}",
            "; ".join(f"{tag.label} {tag.probability:.2f}" for tag in item.tags) if item.relevant else "",
            one.reason, item.publisher, "" if item.published_at is None else f"{item.published_at:%Y-%m-%d %H:%M}",
            item.url, item.version_id,
        )  # fmt: skip
        writer.writerow([safe_cell(cell) for cell in cells])
    return target.getvalue()


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet runs: titles and leads are hostile text."""
    # Line breaks are kept out too: a spreadsheet that splits on them would make one row two.
    clean = " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c for c in text).split())
    return "'" + clean if clean.startswith(_FORMULA) else clean


def read_rows(path: Path) -> tuple[list[FilledRow], list[Refused]]:
    """The rows that somebody filled in, and those that cannot be read; raises ConfigError for another file."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    if len(raw) > MOST_BYTES:
        raise ConfigError(f"{path}: over {MOST_BYTES // 1_000_000} MB; that is no review file")
    text = _decode(path, raw)
    head = text.split("\n", 1)[0]
    delimiter = max((",", ";", "\t"), key=head.count)
    csv.field_size_limit(1_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    filled: list[FilledRow] = []
    refused: list[Refused] = []
    columns: list[str] | None = None
    start = 1
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            if columns is None:
                columns = [cell.strip().lower() for cell in cells]
                if missing := [name for name in (*FILL_IN, "version_id") if name not in columns]:
                    raise ConfigError(
                        f"{path}:1: no column {', '.join(missing)}; the first line must be the one that --export wrote"
                    )
                continue
            if not any(cell.strip() for cell in cells):
                continue
            found = _read_row(line, dict(zip(columns, cells, strict=False)))
            if isinstance(found, Refused):
                refused.append(found)
            elif found is not None:
                filled.append(found)
    except csv.Error as error:
        raise ConfigError(f"{path}:{reader.line_num}: no CSV: {error}; save the sheet as CSV (UTF-8)") from error
    if columns is None:
        raise ConfigError(f"{path}: empty; `linewalker review --export FILE.csv` writes a file to fill in")
    return filled, refused


def make_answer(row: FilledRow, item: ReviewItem, *, by: str, at: datetime) -> Answer | Refused | None:
    """The row as an answer on its article; None where the ledger says so already."""
    relevant = row.relevant
    if relevant is None:
        relevant = True if row.risks else item.relevant
    if relevant is None:
        return Refused(line=row.line, reason="no model has read this article; fill in yes or no under relevant")
    machine = tuple(tag.label for tag in item.tags) if item.relevant else ()
    risks = () if not relevant else machine if row.risks is None else row.risks
    told = row.note is None or row.note in item.notes
    if not (row.accepted or row.relevant is not None or row.risks is not None):
        said: dict[str, Any] = {"kind": "noted", "relevant": None}
    else:
        same = (relevant, set(risks)) == (item.relevant, set(machine))
        said = {"kind": "accepted" if same else "corrected", "relevant": relevant, "risks": risks}
        told = told and (item.given_relevant, set(item.given_risks)) == (relevant, set(risks))
    return None if told else Answer(version_id=row.version_id, note=row.note, by=by, at=at, via="file", **said)


def _read_row(line: int, cells: Mapping[str, str]) -> FilledRow | Refused | None:
    def cell(name: str) -> str:
        value = (cells.get(name) or "").strip()
        return value[1:].strip() if value.startswith("'") else value

    answer, relevant, risks, note = (cell(name) for name in FILL_IN)
    if not (answer or relevant or risks or note):
        return None
    version_id = cell("version_id")
    if not version_id:
        return Refused(line=line, reason="version_id is empty; leave the columns after `note` as they were exported")
    if answer and answer.lower() not in OK:
        return Refused(
            line=line, reason=f"answer {answer!r} is not known; write ok, or leave it empty and fill in the others"
        )
    said: bool | None = None
    if relevant:
        if relevant.lower() not in YES | NO:
            return Refused(line=line, reason=f"relevant {relevant!r} is neither yes nor no")
        said = relevant.lower() in YES
    labels: tuple[RiskLabel, ...] | None = None
    if risks:
        try:
            labels = parse_labels(risks)
        except LabelsError as error:
            return Refused(line=line, reason=f"risks: {error}")
    if said is False and labels:
        return Refused(line=line, reason="an article that is not relevant has no risks; empty one of the two cells")
    if answer and (relevant or risks):
        return Refused(line=line, reason=f"answer {answer!r} and a correction in one row; empty one of the two")
    return FilledRow(
        line=line, version_id=version_id, accepted=bool(answer), relevant=said, risks=labels, note=note or None
    )


def _decode(path: Path, raw: bytes) -> str:
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ConfigError(f"{path}:{line}: not UTF-8; save the sheet as `CSV UTF-8`") from error
