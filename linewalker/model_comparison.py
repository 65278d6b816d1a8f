"""Whether a candidate model is worse than the present one on the same passages, by F1, AUC and log loss.

docs/design/learning-from-reviews.md says how the limits were chosen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from statistics import fmean, stdev

from linewalker.tables import render_table
from nlp.evaluate import Figures, LabelFigures

OVERALL_LIMIT = 0.005  # by which macro F1, the gate's F1 and the gate's AUC may fall
LABEL_LIMIT = 0.01  # by which one label's F1 or AUC may fall
FEW = 25  # passages that carry the label, under which SMALL_LABEL_LIMIT holds for its F1: one passage is worth 0.02
SMALL_LABEL_LIMIT = 0.02
# A fall of F1 or AUC counts where the log loss of the same passages rises, too: a threshold that one passage crosses
# moves F1, while the probabilities as a whole have become better.
SUPPORT = 1.0  # standard errors of the paired difference
# Where all labels together became better, one of twelve may look worse by chance: more must speak against it.
BETTER, SUPPORT_WHERE_BETTER = -1.0, 2.0
OVERALL_SURE, LABEL_SURE = 2.0, 2.5  # standard errors at which a rise of the log loss refuses by itself
OVERALL_RISE, LABEL_RISE = 0.01, 0.05  # and the least share by which it rises


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What the present model and the candidate do at one thing; None where the passages cannot give it."""

    name: str
    passages: int
    f1: tuple[float | None, float | None]  # before, after
    f1_limit: float  # by which it may fall
    auc: tuple[float | None, float | None] = (None, None)
    auc_limit: float = LABEL_LIMIT
    loss: tuple[float | None, float | None] = (None, None)  # mean log loss in nats
    loss_errors: float | None = None  # its rise in standard errors of the paired difference
    support: float = SUPPORT
    loss_sure: float = LABEL_SURE
    loss_rise: float = LABEL_RISE

    @property
    def falls(self) -> tuple[str, ...]:
        """What became too bad, in words; nothing where the candidate may stay."""
        found = []
        if self.loss_errors is None or self.loss_errors >= self.support:
            for name, (before, after), limit in (("F1", self.f1, self.f1_limit), ("AUC", self.auc, self.auc_limit)):
                if before is not None and (after or 0.0) - before < -limit - 1e-9:
                    found.append(f"{name} of {self.name} ({_shown(before)} to {_shown(after)})")
        before, after = self.loss
        if before is not None and after is not None and self.loss_errors is not None:
            surely_worse = self.loss_errors >= self.loss_sure and after >= before * (1 + self.loss_rise)
            if surely_worse:
                found.append(f"log loss of {self.name} ({before:.4f} to {after:.4f})")
        return tuple(found)


def compare(before: Figures, after: Figures) -> tuple[Change, ...]:
    """Gate, all labels together and each label, with what each may lose."""
    pooled = (
        list(chain.from_iterable(one.losses for one in before.risks)),
        list(chain.from_iterable(one.losses for one in after.risks)),
    )
    together = paired_errors(*pooled)
    better = together is not None and together <= BETTER
    gate = _change(before.relevance, after.relevance, OVERALL_LIMIT, OVERALL_LIMIT)
    return (
        replace(gate, loss_sure=OVERALL_SURE, loss_rise=OVERALL_RISE),
        Change(
            name="all labels",
            passages=sum(one.support for one in before.risks),
            f1=(before.macro_f1, after.macro_f1),
            f1_limit=OVERALL_LIMIT,
            loss=(_mean(pooled[0]), _mean(pooled[1])),
            loss_errors=together,
            loss_sure=OVERALL_SURE,
            loss_rise=OVERALL_RISE,
        ),
        *(
            replace(
                _change(b, a, SMALL_LABEL_LIMIT if b.support < FEW else LABEL_LIMIT, LABEL_LIMIT),
                support=SUPPORT_WHERE_BETTER if better else SUPPORT,
            )
            for b, a in zip(before.risks, after.risks, strict=True)
        ),
    )


def choose(tried: Sequence[tuple[Path, tuple[Change, ...]]]) -> tuple[Path, tuple[Change, ...]]:
    """The first candidate at which nothing became too bad; else the one at which least did."""
    return min(tried, key=lambda one: sum(len(change.falls) for change in one[1]))


def render_changes(changes: Sequence[Change]) -> str:
    """Before and after of each figure, and what became too bad."""
    columns = (
        "", "passages", "F1 before", "after", "change", "AUC before", "after", "change",
        "log loss before", "after", "change", "errors", "",
    )  # fmt: skip
    rows = tuple(
        (
            one.name, one.passages, *_cells(*one.f1), *_cells(*one.auc), *_cells(*one.loss, digits=4),
            "" if one.loss_errors is None else f"{one.loss_errors:+.1f}", "too bad" if one.falls else "",
        )
        for one in changes
    )  # fmt: skip
    return render_table(columns, rows)


def paired_errors(before: Sequence[float], after: Sequence[float]) -> float | None:
    """The mean difference of paired losses in its own standard errors, positive where they rose; None without pairs."""
    if len(before) < 2 or len(before) != len(after):
        return None
    differences = [b - a for a, b in zip(before, after, strict=True)]
    mean, error = fmean(differences), stdev(differences) / math.sqrt(len(differences))
    return 0.0 if error == 0.0 and mean == 0.0 else mean / error if error else math.copysign(math.inf, mean)


def _change(before: LabelFigures, after: LabelFigures, f1_limit: float, auc_limit: float) -> Change:
    return Change(
        name=before.label,
        passages=before.support,
        f1=(before.f1, after.f1),
        f1_limit=f1_limit,
        auc=(before.auc, after.auc),
        auc_limit=auc_limit,
        loss=(_mean(before.losses), _mean(after.losses)),
        loss_errors=paired_errors(before.losses, after.losses),
    )


def _cells(before: float | None, after: float | None, *, digits: int = 3) -> tuple[str, ...]:
    if before is None:
        return "-", "-", ""
    return f"{before:.{digits}f}", _shown(after, digits), f"{(after or 0.0) - before:+.{digits}f}"


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None


def _shown(value: float | None, digits: int = 3) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
