"""`linewalker train --with-reviews`: the analyst's answers become labels, and what learns from them must not be worse.

docs/design/learning-from-reviews.md says how the limits were chosen.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from linewalker.config import Config
from linewalker.errors import ConfigError, NothingDoneError
from linewalker.lock import hold_lock
from linewalker.model_comparison import choose, compare, render_changes
from linewalker.own_models import find_own_models, former_models, replace_models
from linewalker.review_journal import open_for_review
from nlp.calibration import copy_calibration
from nlp.evaluate import evaluate, figures
from nlp.evidence import EVIDENCE_FILE
from nlp.labelled import (
    DEVELOPMENT,
    LABELS_FOLDER,
    LabelError,
    Passage,
    Split,
    find_near_duplicates,
    label_files,
    load_passages,
)
from nlp.modelfiles import MODELS_FOLDER, ModelError
from nlp.relevance import load_relevance_model
from nlp.risk import load_risk_model
from nlp.train import train
from store.reviews import Verdict, get_verdicts

REVIEWS_FILE = "reviews.jsonl"
SHOWN = 5  # contradicting answers that are named
FROZEN: Split = "test"  # the shipped labels' split that no training sees


def retrain(
    config: Config,
    seed: int,
    *,
    now: Callable[[], datetime],
    labels: Path = LABELS_FOLDER,
    base: Path = MODELS_FOLDER,
) -> int:
    """Trains a candidate with the ledger's answers and takes it if it is not worse; 3 where it is refused.

    `base` is the model that was trained on `labels` alone: where the user has none of their own, it is compared, and
    its calibration and thresholds are kept.
    """
    folder = config.models_path
    if folder is None:
        raise ConfigError("annotate.risk_models is switched off in linewalker.toml; name a folder for your own models")
    with open_for_review(config, now=now()) as ledger:
        verdicts = get_verdicts(ledger)
    if not verdicts:
        raise NothingDoneError(f"no review in the ledger yet; give some with: linewalker review -c {config.folder}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    # In the same folder, so that the candidate takes its place by one rename.
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as scratch:
        try:
            return _try_candidate(config, folder, verdicts, labels, base, Path(scratch), seed, now)
        except (LabelError, ModelError) as error:
            raise ConfigError(str(error)) from error


def _try_candidate(
    config: Config,
    folder: Path,
    verdicts: Sequence[Verdict],
    labels: Path,
    base: Path,
    scratch: Path,
    seed: int,
    now: Callable[[], datetime],
) -> int:
    known = load_passages(labels)
    reviewed = make_passages(verdicts)
    parted = part_reviewed(reviewed, known)
    reviewed = list(parted.kept)
    corrected = sum(one.corrected for one in verdicts)
    print(f"{len(verdicts)} reviewed passages, {corrected} of them corrections, beside {len(known)} labelled ones.")
    if parted.frozen:
        print(f"{len(parted.frozen)} left out: the frozen or validation passages hold nearly the same words.")
    if parted.contradicting:
        print(
            f"{len(parted.contradicting)} left out: labelled passages hold nearly the same words with another answer:"
        )
        for one in parted.contradicting[:SHOWN]:
            print(f"  {one.id.removeprefix('review-')}  {(one.title or one.text)[:80]}")
    if not reviewed:
        raise NothingDoneError("nothing to learn: the labelled passages hold the words of every article reviewed")
    present, told = _present_model(config, base)
    print(f"Training a candidate; it must not be worse than {told} on the {FROZEN} split ...", flush=True)
    before = evaluate(labels, FROZEN, present)
    tried = [
        (candidate, compare(before, evaluate(labels, FROZEN, candidate)))
        for candidate in train_candidates(reviewed, labels, base, scratch, seed, now=now())
    ]
    candidate, changes = choose(tried)
    print()
    print(render_changes(changes), end="")
    print(_agreement(reviewed, present, candidate))
    if falls := [fall for change in changes for fall in change.falls]:
        print(f"\nRefused, for these became too bad: {', '.join(falls)}. What counts is still {told}.")
        print("The answers behind it: linewalker query \"FROM reviews WHERE counts AND kind = 'corrected'\"")
        return 3
    with hold_lock(config.lock_path, command="train --with-reviews", now=now()):
        replace_models(candidate, folder)
    print(f"\nTaken: {folder} holds the new model; from the next run on it reads what is new.")
    print("What the ledger holds already: linewalker reprocess")
    if (former := former_models(folder)).exists():
        print(f"The one before lies in {former}.")
    return 0


def train_candidates(
    reviewed: Sequence[Passage], labels: Path, base: Path, scratch: Path, seed: int, *, now: datetime
) -> tuple[Path, ...]:
    """Two models of labels and reviewed passages with the same weights and the base model's thresholds.

    The first has the base model's calibration too, the second its own. The passages lie in the folders: they and the
    labels are what the models were made of.
    """
    together, kept, fitted = scratch / "labels", scratch / "kept", scratch / "fitted"
    together.mkdir(parents=True)
    for file in label_files(labels):
        shutil.copyfile(file, together / file.name)
    if (labels / DEVELOPMENT).is_dir():
        shutil.copytree(labels / DEVELOPMENT, together / DEVELOPMENT)
    if (labels / EVIDENCE_FILE).exists():
        shutil.copyfile(labels / EVIDENCE_FILE, together / EVIDENCE_FILE)
    write_passages(together / REVIEWS_FILE, reviewed)
    train(together, kept, seed, now=now)
    shutil.copyfile(together / REVIEWS_FILE, kept / REVIEWS_FILE)
    shutil.copytree(kept, fitted)
    copy_calibration(base, kept, labels)
    copy_calibration(base, fitted, labels, sigmoids=False)
    return kept, fitted


def make_passages(verdicts: Sequence[Verdict]) -> list[Passage]:
    """The answers as labelled passages of the training split; articles of one story share their story."""
    return [
        Passage(
            id=f"review-{one.review_id}",
            story=f"review-{one.group}",
            title=one.title,
            text=one.text,
            relevant=one.relevant,
            risks=one.risks,
            split="train",
            note=one.note,
        )
        for one in verdicts
        if one.title.strip() or one.text.strip()
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """The reviewed passages by what training may do with them."""

    kept: tuple[Passage, ...]
    frozen: tuple[Passage, ...]  # the frozen or validation passages hold nearly the same words
    contradicting: tuple[Passage, ...]  # a labelled passage holds nearly the same words, with another answer


def part_reviewed(reviewed: Sequence[Passage], known: Sequence[Passage]) -> Parted:
    """Parts the passages that no model may learn from: copies of frozen ones, and copies with an opposite label."""
    ours = {passage.id: passage for passage in reviewed}
    labelled = {passage.id: passage for passage in known}
    pairs = find_near_duplicates([*known, *reviewed], part_of=lambda one: "reviewed" if one.id in ours else "known")
    frozen: set[str] = set()
    contradicting: set[str] = set()
    for pair in pairs:
        mine, other = (pair.first, pair.second) if pair.first in ours else (pair.second, pair.first)
        if labelled[other].split != "train":
            frozen.add(mine)
        elif contradicts(ours[mine], labelled[other]):
            contradicting.add(mine)
    return Parted(
        kept=tuple(one for one in reviewed if one.id not in frozen | contradicting),
        frozen=tuple(one for one in reviewed if one.id in frozen),
        contradicting=tuple(one for one in reviewed if one.id in contradicting - frozen),
    )


def contradicts(one: Passage, other: Passage) -> bool:
    """Whether two labels of the same words cannot both be right: the relevance differs, or no risk is common."""
    if one.relevant != other.relevant:
        return True
    return bool(one.risks or other.risks) and set(one.risks).isdisjoint(other.risks)


def write_passages(path: Path, passages: Sequence[Passage]) -> None:
    """Writes passages as a label file."""
    lines = [json.dumps(asdict(passage), ensure_ascii=False) for passage in passages]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _present_model(config: Config, base: Path) -> tuple[Path, str]:
    own = find_own_models(config)
    if own is not None:
        try:
            load_risk_model(own)
            load_relevance_model(own)
        except ModelError as error:
            print(f"Your own model cannot be read ({error.reason}); the shipped one is compared instead.")
            own = None
    return (base, "the shipped model") if own is None else (own, f"your model in {own}")


def _agreement(reviewed: Sequence[Passage], present: Path, candidate: Path) -> str:
    right = []
    for folder in (present, candidate):
        found = figures(reviewed, load_relevance_model(folder), load_risk_model(folder)) if reviewed else None
        right.append("-" if found is None else f"{_shown(found.relevance.f1)} and {_shown(found.macro_f1)}")
    return f"On the reviewed passages themselves, relevance and macro F1: {right[0]} before, {right[1]} after."


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
