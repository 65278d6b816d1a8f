"""The user's own gate and risk models: where they lie, and how a better one takes their place."""

from __future__ import annotations

import shutil
from pathlib import Path

from linewalker.config import CONFIG_NAME, Config, find_config, load_config
from nlp.modelfiles import MANIFEST
from store.database import sync_file


def find_own_models(config: Config) -> Path | None:
    """The folder of the user's own models; None where there are none and the shipped ones count."""
    folder = config.models_path
    if folder is None:
        return None
    # A kill between the two renames of `replace_models` leaves only the former model.
    return next((one for one in (folder, former_models(folder)) if (one / MANIFEST).is_file()), None)


def own_models(config: Path) -> Path | None:
    """The same by a configuration's path; None where no file was named and the folder has none."""
    if config == Path() and not Path(CONFIG_NAME).is_file():
        return None
    return find_own_models(load_config(find_config(config)))


def former_models(folder: Path) -> Path:
    """Where the model before the last one is kept, so that a folder's renaming brings it back."""
    return folder.with_name(f"{folder.name}.former")


def replace_models(candidate: Path, folder: Path) -> None:
    """Puts a trained model into the user's folder; the one that was there is kept beside it."""
    for file in candidate.iterdir():
        sync_file(file)
    former = former_models(folder)
    if (folder / MANIFEST).is_file():
        if former.exists():
            shutil.rmtree(former)
        folder.rename(former)
    elif folder.exists():
        shutil.rmtree(folder)  # without a manifest it is no model: the rest of a training that was interrupted
    candidate.rename(folder)
    sync_file(folder.parent)
