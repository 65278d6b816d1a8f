"""Gives a model the calibration and the thresholds of another one; the weights that it has learnt stay.

Analysts' answers teach weights. They come from the articles that a model was unsure of, so that probabilities and
thresholds chosen on them would be wrong for the rest; docs/design/learning-from-reviews.md has the measurement.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from nlp.evaluate import evaluate
from nlp.modelfiles import (
    MODEL_FILES,
    MODELS_FOLDER,
    ModelError,
    file_hash,
    read_joint,
    read_manifest,
    read_part,
    write_joint,
    write_manifest,
    write_part,
)

_PARTS = ("relevance.npz", "risk.npz")


def copy_calibration(donor: Path | None, folder: Path, labels: Path, *, sigmoids: bool = True) -> None:
    """Sets slopes, offsets and thresholds in `folder` to the donor's (default: the shipped model's); raises ModelError.

    Without `sigmoids` only the thresholds are taken, and the slopes and offsets that were fitted here stay.
    The manifest gets the new hashes, the version that follows from them, and the figures on the labels' test split.
    """
    manifest = read_manifest(folder)
    for name in _PARTS:
        given, part = read_part((donor or MODELS_FOLDER) / name), read_part(folder / name)
        if given.slopes.shape != part.slopes.shape:
            raise ModelError(folder / name, f"it has {len(part.slopes)} labels, the donor {len(given.slopes)}")
        part = replace(part, thresholds=given.thresholds)
        write_part(folder / name, replace(part, slopes=given.slopes, offsets=given.offsets) if sigmoids else part)
    # The second stage goes with the calibration that it was fitted on.
    given_joint, joint = read_joint((donor or MODELS_FOLDER) / "joint.npz"), read_joint(folder / "joint.npz")
    joint = given_joint if sigmoids else replace(joint, thresholds=given_joint.thresholds)
    write_joint(folder / "joint.npz", joint)
    files = {name: file_hash(folder / name) for name in MODEL_FILES}
    digest = hashlib.sha256("".join(files.values()).encode()).hexdigest()[:8]
    manifest = replace(manifest, files=files, version=f"{manifest.trained_on}.{digest}")
    write_manifest(folder, manifest)
    write_manifest(folder, replace(manifest, metrics=evaluate(labels, "test", folder).as_json()))
