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
from linewalker.own_models import find_own_models, former_models, replace_models
from linewalker.review_journal import open_for_review
from linewalker.tables import render_table
from nlp.calibration import copy_calibration
from nlp.evaluate import Figures, LabelFigures, evaluate, figures
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
FROZEN: Split = "test"  # the shipped labels' split that no training sees
OVERALL_LIMIT = 0.005  # by which macro F1, the gate's F1 and the gate's AUC may fall
LABEL_LIMIT = 0.01  # by which one label's F1 or AUC may fall
FEW = 25  # passages that carry the label, under which SMALL_LABEL_LIMIT holds for its F1: one passage is worth 0.02
SMALL_LABEL_LIMIT = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """F1 and AUC of the present model and the candidate at one thing; None where the passages cannot give one."""

    name: str
    passages: int
    f1: tuple[float | None, float | None]  # before, after
    f1_limit: float  # by which it may fall
    auc: tuple[float | None, float | None] = (None, None)
    auc_limit: float = LABEL_LIMIT

    @property
    def falls(self) -> tuple[str, ...]:
        """What fell too far, in words; nothing where the candidate may stay."""
        found = []
        for name, (before, after), limit in (("F1", self.f1, self.f1_limit), ("AUC", self.auc, self.auc_limit)):
            if before is not None and (after or 0.0) - before < -limit - 1e-9:
                found.append(f"{name} of {self.name} ({_shown(before)} to {_shown(after)})")
        return tuple(found)


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
    reviewed, left_out = part_near_duplicates(reviewed, known)
    corrected = sum(one.corrected for one in verdicts)
    print(f"{len(verdicts)} reviewed passages, {corrected} of them corrections, beside {len(known)} labelled ones.")
    if left_out:
        print(f"{len(left_out)} left out: the frozen or validation passages hold nearly the same words.")
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
        print(f"\nRefused, for these fell too far: {', '.join(falls)}. What counts is still {told}.")
        print("The answers behind it: linewalker query \"FROM reviews WHERE counts AND kind = 'corrected'\"")
        return 3
    with hold_lock(config.lock_path, command="train --with-reviews", now=now()):
        replace_models(candidate, folder)
    print(f"\nTaken: {folder} holds the new model; the next run reads the articles with it.")
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


def choose(tried: Sequence[tuple[Path, tuple[Change, ...]]]) -> tuple[Path, tuple[Change, ...]]:
    """The first candidate at which nothing falls too far; else the one at which least does."""
    return min(tried, key=lambda one: sum(len(change.falls) for change in one[1]))


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


def part_near_duplicates(reviewed: Sequence[Passage], known: Sequence[Passage]) -> tuple[list[Passage], list[Passage]]:
    """The reviewed passages to train on, and those that repeat a passage of another split."""
    ids = {passage.id for passage in reviewed}
    repeated = {
        one for pair in find_near_duplicates([*known, *reviewed]) for one in (pair.first, pair.second) if one in ids
    }
    return [one for one in reviewed if one.id not in repeated], [one for one in reviewed if one.id in repeated]


def write_passages(path: Path, passages: Sequence[Passage]) -> None:
    """Writes passages as a label file."""
    lines = [json.dumps(asdict(passage), ensure_ascii=False) for passage in passages]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def compare(before: Figures, after: Figures) -> tuple[Change, ...]:
    """Gate, macro F1 and each label, with what each may lose."""
    labels = zip(before.risks, after.risks, strict=True)
    return (
        _change(before.relevance, after.relevance, OVERALL_LIMIT, OVERALL_LIMIT),
        Change(
            name="all labels (macro)",
            passages=sum(one.support for one in before.risks),
            f1=(before.macro_f1, after.macro_f1),
            f1_limit=OVERALL_LIMIT,
        ),
        *(_change(b, a, SMALL_LABEL_LIMIT if b.support < FEW else LABEL_LIMIT, LABEL_LIMIT) for b, a in labels),
    )


def render_changes(changes: Sequence[Change]) -> str:
    """Before and after of each figure, what it may lose, and which fell too far."""
    columns = ("", "passages", "F1 before", "after", "change", "limit", "AUC before", "after", "change", "limit", "")
    rows = tuple(
        (
            one.name, one.passages, *_cells(*one.f1, one.f1_limit), *_cells(*one.auc, one.auc_limit),
            "too low" if one.falls else "",
        )
        for one in changes
    )  # fmt: skip
    return render_table(columns, rows)


def _change(before: LabelFigures, after: LabelFigures, f1_limit: float, auc_limit: float) -> Change:
    return Change(
        name=before.label,
        passages=before.support,
        f1=(before.f1, after.f1),
        f1_limit=f1_limit,
        auc=(before.auc, after.auc),
        auc_limit=auc_limit,
    )


def _cells(before: float | None, after: float | None, limit: float) -> tuple[str, ...]:
    if before is None:
        return "-", "-", "", ""
    return _shown(before), _shown(after), f"{(after or 0.0) - before:+.3f}", f"-{limit:.3f}"


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
