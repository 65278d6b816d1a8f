"""The trained model on disk: plain arrays and JSON, no pickle, each file's hash in the manifest.

`vocabulary.json` and `vocabulary.npz` hold the features, `relevance.npz` and `risk.npz` weights and calibration of the
words, `joint.npz` what the events found in a document add to them.
"""

from __future__ import annotations

import hashlib
import json
import logging
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as library_version
from pathlib import Path
from typing import Any

import numpy as np

from nlp.concepts import lexicon_hash
from nlp.features import BLOCKS, Floats, Vocabulary

MODELS_FOLDER = Path(__file__).parent / "models"
MANIFEST = "manifest.json"
MODEL_FILES = ("vocabulary.json", "vocabulary.npz", "relevance.npz", "risk.npz", "joint.npz")
SCHEMA = 2

_log = logging.getLogger(__name__)


class ModelError(Exception):
    """A model that cannot be used; names the file and how to mend it."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}; `linewalker train` writes a new model")
        self.path = path
        self.reason = reason

    def __reduce__(self) -> tuple[type[ModelError], tuple[Path, str]]:
        return ModelError, (self.path, self.reason)  # a worker process sends it to its parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a model was made of, and how good it was."""

    schema: int
    version: str  # the date of the labels' training and the first digits of the files' hash
    trained_on: str  # ISO date
    seed: int
    passages: int
    labels: Mapping[str, str]  # label file -> SHA-256
    files: Mapping[str, str]  # model file -> SHA-256
    lexicon: str  # SHA-256 of concepts.toml, without which the weights mean nothing
    libraries: Mapping[str, str]  # those that decide the numbers
    metrics: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearPart:
    """Weights, intercepts and calibration of one linear model; a row a label."""

    weights: Floats  # labels x features
    intercepts: Floats
    slopes: Floats  # calibration: probability = sigmoid(slope * decision + offset)
    offsets: Floats
    thresholds: Floats  # probability at or above which the label is given
    overlap: float  # share of known words under which a text is unlike the training data


@dataclass(frozen=True, slots=True, kw_only=True)
class JointPart:
    """The second stage: log-odds = slope * log-odds of the words + offset + the weights of the indicators held."""

    names: tuple[str, ...]  # of the indicators, nlp.evidence
    weights: Floats  # outcomes x indicators; relevance first, then the risk labels
    slopes: Floats
    offsets: Floats
    thresholds: Floats

    def rows(self, part: str) -> JointPart:
        """Gives the outcomes of one part of the model: `relevance` or `risk`."""
        kept = slice(0, 1) if part == "relevance" else slice(1, None)
        return JointPart(
            names=self.names, weights=self.weights[kept], slopes=self.slopes[kept], offsets=self.offsets[kept],
            thresholds=self.thresholds[kept],
        )  # fmt: skip


def file_hash(path: Path) -> str:
    """Gives a file's SHA-256 in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_vocabulary(folder: Path, vocabulary: Vocabulary) -> None:
    """Writes the features and their idf."""
    names = {block: list(vocabulary.names[block]) for block in BLOCKS}
    (folder / "vocabulary.json").write_text(
        json.dumps(names, ensure_ascii=False, separators=(",", ":")), encoding="utf-8"
    )
    write_arrays(folder / "vocabulary.npz", {block: vocabulary.idf[block] for block in BLOCKS})


def read_vocabulary(folder: Path) -> Vocabulary:
    """Reads the features and their idf; raises ModelError."""
    path = folder / "vocabulary.json"
    names = json.loads(path.read_text(encoding="utf-8"))
    arrays = read_arrays(folder / "vocabulary.npz")
    for block in BLOCKS:
        if len(names[block]) != len(arrays[block]):
            raise ModelError(path, f"{block} has {len(names[block])} names and {len(arrays[block])} weights")
    return Vocabulary(
        names={block: tuple(names[block]) for block in BLOCKS},
        idf={block: arrays[block].astype(np.float64) for block in BLOCKS},
    )


def write_part(path: Path, part: LinearPart) -> None:
    """Writes one linear model; four decimals are kept, so that a last bit of arithmetic changes no byte."""
    write_arrays(
        path,
        {
            "weights": np.round(part.weights, 4).astype(np.float32),
            "intercepts": np.round(part.intercepts, 4),
            "slopes": np.round(part.slopes, 4),
            "offsets": np.round(part.offsets, 4),
            "thresholds": np.round(part.thresholds, 4),
            "overlap": np.array([round(part.overlap, 4)]),
        },
    )


def read_part(path: Path) -> LinearPart:
    """Reads one linear model; raises ModelError."""
    arrays = read_arrays(path)
    try:
        return LinearPart(
            weights=arrays["weights"].astype(np.float64), intercepts=arrays["intercepts"], slopes=arrays["slopes"],
            offsets=arrays["offsets"], thresholds=arrays["thresholds"], overlap=float(arrays["overlap"][0]),
        )  # fmt: skip
    except KeyError as error:
        raise ModelError(path, f"it holds no {error.args[0]}") from error


def write_joint(path: Path, part: JointPart) -> None:
    """Writes the second stage, rounded as the linear models are."""
    arrays = {name: np.round(getattr(part, name), 4) for name in ("weights", "slopes", "offsets", "thresholds")}
    write_arrays(path, arrays | {"names": np.array(part.names, dtype=np.str_)})


def read_joint(path: Path) -> JointPart:
    """Reads the second stage; raises ModelError."""
    arrays = read_arrays(path)
    try:
        names = tuple(map(str, arrays["names"]))
        part = JointPart(
            names=names, weights=arrays["weights"], slopes=arrays["slopes"], offsets=arrays["offsets"],
            thresholds=arrays["thresholds"],
        )  # fmt: skip
    except KeyError as error:
        raise ModelError(path, f"it holds no {error.args[0]}") from error
    if part.weights.shape != (len(part.slopes), len(names)):
        raise ModelError(path, f"its weights are {part.weights.shape}, not {len(part.slopes)} x {len(names)}")
    return part


def write_arrays(path: Path, arrays: Mapping[str, Floats | np.ndarray[Any, Any]]) -> None:
    """Writes arrays as an npz whose bytes depend on nothing but the arrays."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(arrays):
            info = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w") as member:
                np.lib.format.write_array(member, np.ascontiguousarray(arrays[name]), allow_pickle=False)


def read_arrays(path: Path) -> dict[str, Any]:
    """Reads an npz, refusing pickled objects; raises ModelError."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise ModelError(path, f"not a readable array file ({error})") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes the manifest."""
    fields = {name: getattr(manifest, name) for name in Manifest.__dataclass_fields__}
    (folder / MANIFEST).write_text(json.dumps(fields, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Reads the manifest and checks every file's hash against it; raises ModelError."""
    path = folder / MANIFEST
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(path, "there is no model here") from error
    except json.JSONDecodeError as error:
        raise ModelError(path, f"not JSON ({error.msg})") from error
    if fields.get("schema") != SCHEMA:
        raise ModelError(path, f"its schema is {fields.get('schema')!r}, this program reads {SCHEMA}")
    try:
        manifest = Manifest(**fields)
    except TypeError as error:
        raise ModelError(path, f"its fields are not the expected ones ({error})") from error
    if manifest.lexicon != lexicon_hash():
        raise ModelError(path, "it was trained with another concepts.toml")
    for name in MODEL_FILES:
        part = folder / name
        if not part.exists():
            raise ModelError(part, "missing")
        if file_hash(part) != manifest.files.get(name):
            raise ModelError(part, "changed since it was trained: its hash is not the manifest's")
    return manifest


def foreign_libraries(manifest: Manifest) -> tuple[str, ...]:
    """Says which libraries differ from those the model was trained with, one clause each."""
    found = []
    for name, then in sorted(manifest.libraries.items()):
        try:
            now = library_version(name)
        except PackageNotFoundError:
            now = "missing"
        if now != then:
            found.append(f"{name} {then}, here {now}")
    return tuple(found)


@lru_cache(maxsize=4)
def _read_checked(folder: Path, stamp: tuple[int, ...]) -> tuple[Manifest, Vocabulary]:
    manifest = read_manifest(folder)
    if foreign := foreign_libraries(manifest):
        # Scoring is plain arithmetic, so the model still holds; training anew would not give the same bytes.
        _log.warning("%s was trained with %s", folder / MANIFEST, "; ".join(foreign))
    return manifest, read_vocabulary(folder)


def read_model(folder: Path | None, part: str) -> tuple[Manifest, Vocabulary, LinearPart, JointPart]:
    """Reads one part (`relevance` or `risk`) of the model in a folder, checked; raises ModelError."""
    folder = folder or MODELS_FOLDER
    names = (MANIFEST, *MODEL_FILES)
    stamp = tuple((folder / name).stat().st_mtime_ns if (folder / name).exists() else 0 for name in names)
    manifest, vocabulary = _read_checked(folder, stamp)
    return manifest, vocabulary, read_part(folder / f"{part}.npz"), read_joint(folder / "joint.npz").rows(part)
