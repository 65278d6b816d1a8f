"""`linewalker train`: labels -> model and manifest, and the table of a model's figures."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from linewalker.errors import ConfigError
from linewalker.tables import render_table
from nlp.evaluate import Figures, LabelFigures, evaluate
from nlp.labelled import LABELS_FOLDER, LabelError
from nlp.modelfiles import MODELS_FOLDER, ModelError
from nlp.train import train

SPLITS = ("train", "valid", "test")


def train_models(labels: Path | None, out: Path, seed: int, now: datetime) -> int:
    """Trains from a folder of labels, writes the model and prints its figures on the labels' test split."""
    if out.resolve() == MODELS_FOLDER.resolve() and labels is not None:
        raise ConfigError(f"{out} holds the shipped model; own labels go to another folder: --out DIR")
    try:
        manifest = train(labels or LABELS_FOLDER, out, seed, now=now)
        figures = evaluate(labels, "test", out)
    except (LabelError, ModelError) as error:
        raise ConfigError(str(error)) from error
    print(f"Wrote model {manifest.version} of {manifest.passages} passages to {out}")
    print(render_figures(figures), end="")
    return 0


def render_figures(figures: Figures) -> str:
    """The figures as a table, the gate first."""
    columns = ("label", "passages", "precision", "recall", "F1", "AUC", "calibration error")
    rows = tuple(_row(one) for one in (figures.relevance, *figures.risks))
    told = [f"{figures.passages} passages; the risk labels are measured on the relevant ones"]
    if figures.macro_f1 is not None and figures.first_label is not None:
        told.append(f"macro F1 {figures.macro_f1:.3f}, first label right {figures.first_label:.3f}")
    told.append(f"marked uncertain {figures.uncertain:.3f}")
    return render_table(columns, rows) + "; ".join(told) + "\n"


def _row(one: LabelFigures) -> tuple[object, ...]:
    shown = [None if v is None else f"{v:.3f}" for v in (one.precision, one.recall, one.f1, one.auc, one.ece)]
    return (one.label, one.support, *shown)
