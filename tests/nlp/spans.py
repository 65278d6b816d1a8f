"""What every span of an annotation has to hold: it stands in its text, and is the words that it says it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nlp.contract import annotation_to_json
from nlp.records import Annotation, Document


def spans_of(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of the JSON form that has offsets, with where it stands."""
    if isinstance(value, dict):
        if isinstance(value.get("start"), int):
            yield path, value
        for key, part in value.items():
            if key == "span":  # a date tells its words beside its span
                yield f"{path}.span", {**part, "text": value.get("text")}
            else:
                yield from spans_of(part, f"{path}.{key}")
    elif isinstance(value, list):
        for part in value:
            yield from spans_of(part, path)


def wrong_spans(document: Document, annotation: Annotation) -> list[str]:
    """What is wrong with the spans of an annotation; an error of the annotation is wrong too."""
    faults = [] if annotation.error is None else [annotation.error]
    for path, span in spans_of(annotation_to_json(annotation)):
        original = document.title if span.get("in") == "title" else document.text
        start, end = span["start"], span["end"]
        piece = original[start:end]
        if not 0 <= start < end <= len(original):
            faults.append(f"{path}: {start}-{end} of {len(original)}")
        elif span.get("text") is not None and span["text"] != piece:
            faults.append(f"{path}: {span['text']!r} is {piece!r}")
        elif not piece.strip():
            faults.append(f"{path}: {piece!r} is empty")
        elif "in" not in span and piece != piece.strip():
            faults.append(f"{path}: {piece!r} begins or ends with white space")
    return faults
