"""`linewalker evaluate --drift`: this month's scores and reviews beside last month's."""

from __future__ import annotations

import math
from datetime import datetime

from linewalker.config import Config
from linewalker.health import open_published
from linewalker.tables import render_table
from nlp.labelled import RISK_LABELS
from store.drift import PeriodFigures, TagFigures, get_period_figures

STRIKING = 2.0  # standard errors from which a change of a share is marked
_NONE = TagFigures()


def show_drift(config: Config, now: datetime) -> str:
    """The tables of both months by UTC, from the published ledger."""
    this = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    last = this.replace(year=this.year - 1, month=12) if this.month == 1 else this.replace(month=this.month - 1)
    with open_published(config) as ledger:
        before, after = get_period_figures(ledger, last, this), get_period_figures(ledger, this, now)
    return render_drift(before, after)


def render_drift(before: PeriodFigures, after: PeriodFigures) -> str:
    """Scores and agreement, then each label; `*` marks a share that changed by more than chance would."""
    months = (f"{before.start:%B %Y}", f"{after.start:%B %Y}, until the {after.end.day}.")
    rows = (
        ("articles read", before.articles, after.articles, ""),
        _share("relevant", before.relevant, before.articles, after.relevant, after.articles),
        ("mean relevance", _figure(before.mean_relevance), _figure(after.mean_relevance), ""),
        _share("uncertain, of the relevant", before.uncertain, before.relevant, after.uncertain, after.relevant),
        ("reviewed", before.reviewed, after.reviewed, ""),
        _share(
            "model right about relevance",
            before.agreed_relevance,
            before.reviewed,
            after.agreed_relevance,
            after.reviewed,
        ),
        _share("and about every label", before.agreed_labels, before.reviewed, after.agreed_labels, after.reviewed),
        _share(
            "the same, of the sure ones checked",
            before.checked_agreed,
            before.checked,
            after.checked_agreed,
            after.checked,
        ),
    )
    parts = [render_table(("", *months, "change"), rows), "\n"]
    labels = []
    for label in RISK_LABELS:
        was, now_ = before.labels.get(label, _NONE), after.labels.get(label, _NONE)
        _, share_before, share_after, change = _share("", was.articles, before.relevant, now_.articles, after.relevant)
        labels.append(
            (
                label, share_before, share_after, change, _figure(was.mean_probability), _figure(now_.mean_probability),
                f"+{was.added} -{was.removed}", f"+{now_.added} -{now_.removed}",
            )
        )  # fmt: skip
    columns = (
        "label", "share before", "share now", "change", "mean probability before", "now",
        "labels added, removed before", "now",
    )  # fmt: skip
    parts.append(render_table(columns, tuple(labels)))
    parts.append(
        "Shares of the relevant articles that carry the label; mean probability of those tags; labels that reviews\n"
        f"added to and removed from the model's. * a change beyond {STRIKING:g} standard errors.\n"
    )
    models = sorted({*before.models, *after.models})
    if len(models) > 1:
        parts.append("Read by several models, so that a change may be theirs: " + "; ".join(models) + "\n")
    if not before.reviewed and not after.reviewed:
        parts.append("Nobody has reviewed anything in these months: linewalker review\n")
    return "".join(parts)


def _share(name: str, part: int, whole: int, part_now: int, whole_now: int) -> tuple[str, str, str, str]:
    change = ""
    if whole and whole_now:
        difference = part_now / whole_now - part / whole
        pooled = (part + part_now) / (whole + whole_now)
        error = math.sqrt(pooled * (1 - pooled) * (1 / whole + 1 / whole_now))
        change = f"{100 * difference:+.0f} points" + (" *" if error and abs(difference) > STRIKING * error else "")
    return name, _of(part, whole), _of(part_now, whole_now), change


def _of(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} % of {whole}" if whole else "-"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
