"""`linewalker evaluate`: models and annotator on every labelled set that is there, our figure beside the baseline's."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from linewalker.errors import ConfigError
from linewalker.evalsets import (
    ENVIRONMENT,
    KEYWORD_SCRIPT,
    STORY_TIME,
    EvaluationSet,
    documents_of,
    find_data_folder,
    find_passage_sets,
    find_third_party_sets,
    read_rows,
)
from linewalker.models import SPLITS, render_figures
from linewalker.tables import render_table
from nlp.confusion import Confusion, incident_confusion, passage_confusion, worst
from nlp.evaluate import evaluate
from nlp.labelled import LabelError, Split
from nlp.modelfiles import ModelError
from nlp.pipeline import Annotator, load_annotator
from nlp.records import Annotation, Document
from nlp.scoring_incidents import read_case, score_incidents
from nlp.scoring_passages import document_of, load_event_passages, score_passages
from nlp.scoring_sets import score_clusters, score_relevance, score_risk_types, score_toponyms
from nlp.stories import StoryText, assign_stories

MODELS = "models"
_SHOWN = 700  # characters of a text in the report of faults
_FIELD_NAMES = {
    "date": "date", "date_exact": "date, exact", "country": "country", "place": "place", "asset": "facility",
    "risk_type": "risk type", "weapon": "weapon", "actor": "actor", "killed": "killed", "injured": "injured",
}  # fmt: skip

Line = tuple[str, str]  # measure, figure


@dataclass(frozen=True, slots=True, kw_only=True)
class SetReport:
    """What was measured on one set."""

    set: EvaluationSet
    texts: int
    figures: Mapping[str, Any]
    confusion: Confusion | None
    documents: Mapping[str, Document]


def evaluate_sets(
    *, names: Sequence[str], data: Path | None, labels: Path | None, model: Path | None, split: str,
    errors: int, target: Path | None,
) -> int:  # fmt: skip
    """Prints the table of each set and gives the exit code; texts are printed for faults only, and never written."""
    if split not in SPLITS:
        raise ConfigError(f"there is no split {split!r}; choose one of: {', '.join(SPLITS)}")
    folder = find_data_folder(data)
    if data is not None and folder is None:
        raise ConfigError(f"{data}: holds no folder dev with the third-party sets")
    sets = {one.name: one for one in (*find_passage_sets(), *find_third_party_sets(folder))}
    own_model = labels is not None or model is not None or split != "test"
    chosen = list(names) or ([MODELS] if own_model else [MODELS, *sets])
    if unknown := [name for name in chosen if name != MODELS and name not in sets]:
        raise ConfigError(f"there is no set {unknown[0]!r} here; there are: {', '.join((MODELS, *sets))}")
    written: dict[str, Any] = {}
    if MODELS in chosen:
        written[MODELS] = _evaluate_models(labels, model, cast(Split, split))
    wanted = [sets[name] for name in dict.fromkeys(chosen) if name != MODELS]
    if wanted:
        annotator = load_annotator()
        for one in wanted:
            print(f"{one.title} ...", file=sys.stderr, flush=True)
            report = evaluate_set(one, annotator, faults=errors > 0)
            print(render_report(report), end="", flush=True)
            written[one.name] = dict(report.figures)
            if report.confusion is not None:
                print(render_faults(report, errors), end="", flush=True)
                written[one.name]["confusion"] = report.confusion.as_json(errors)
    if not names and not own_model:
        print("".join(f"{line}\n" for line in _not_there(sets.values(), folder)), end="")
    if target is not None:
        target.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def _not_there(sets: Iterable[EvaluationSet], folder: Path | None) -> list[str]:
    told = []
    if not any(one.blind for one in sets):
        told.append("Skipped the held-out sets: they are in the repository (benchmarks/), not in an installed package.")
    if folder is None:
        told.append(f"Skipped the third-party sets: give their folder with --data or {ENVIRONMENT}.")
    return told


def _evaluate_models(labels: Path | None, model: Path | None, split: Split) -> dict[str, Any]:
    try:
        figures = evaluate(labels, split, model)
    except (LabelError, ModelError) as error:
        raise ConfigError(str(error)) from error
    print(f"\n## {MODELS}: gate and risk tags, split {split} of the labelled passages\n")
    print(render_figures(figures), end="", flush=True)
    return figures.as_json()


def evaluate_set(one: EvaluationSet, annotator: Annotator, *, faults: bool = False) -> SetReport:
    """Scores one set; with `faults`, each error too, but never of a held-out set."""
    if one.kind == "passages":
        return _evaluate_passages(one, annotator, faults=faults and not one.blind)
    rows = read_rows(one.path)
    documents = list(documents_of(rows))
    figures: dict[str, Any]
    confusion: Confusion | None = None
    if one.kind == "clusters":
        texts = (
            StoryText(id=d.id, title=d.title, text=d.text, told_at=d.published_at or STORY_TIME) for d in documents
        )
        assignments, _ = assign_stories(texts)
        figures = score_clusters(rows, {a.article_id: a.story_id for a in assignments})
    else:
        annotations = {annotation.id: annotation for annotation in annotator.annotate(documents)}
        if one.kind == "incidents":
            cases = [read_case(row) for row in rows]
            figures = score_incidents(cases, annotations)
            confusion = incident_confusion(cases, annotations) if faults else None
        else:
            figures = _SCORERS[one.kind](rows, annotations)
    return SetReport(
        set=one, texts=len(rows), figures=figures, confusion=confusion, documents={d.id: d for d in documents}
    )


_SCORERS: Mapping[str, Callable[[Sequence[Mapping[str, Any]], Mapping[str, Annotation]], dict[str, Any]]] = {
    "relevance": score_relevance, "risk_types": score_risk_types, "toponyms": score_toponyms,
}  # fmt: skip


def _evaluate_passages(one: EvaluationSet, annotator: Annotator, *, faults: bool) -> SetReport:
    try:
        passages = load_event_passages(one.path)
    except LabelError as error:
        raise ConfigError(str(error)) from error
    documents = [document_of(passage) for passage in passages]
    annotations = list(annotator.annotate(documents))
    return SetReport(
        set=one,
        texts=len(passages),
        figures=score_passages(passages, annotations),
        confusion=passage_confusion(passages, annotations) if faults else None,
        documents={d.id: d for d in documents},
    )


def render_report(report: SetReport) -> str:
    """The table of one set, the keyword script's figures beside ours where its README gives them."""
    keyword = KEYWORD_SCRIPT.get(report.set.name)
    lines = list(_lines(report))
    title = f"\n## {report.set.name}: {report.set.title}, {report.texts} texts\n\n"
    if keyword is None:
        return title + render_table(("measure", "figure"), tuple(lines))
    baseline = "TF-IDF, single and average link" if report.set.kind == "clusters" else "keyword script"
    columns = ("measure", "Linewalker", baseline)
    return title + render_table(columns, tuple((name, figure, keyword.get(name, "")) for name, figure in lines))


def _lines(report: SetReport) -> Iterable[Line]:
    figures: Any = report.figures
    if report.set.kind == "passages":
        yield "happening found", _share(figures["detection_recall"])
        yield "false alarms", _share(figures["false_alarm_rate"])
        for name, value in figures.items():
            if isinstance(value, dict) and "f1" in value:
                yield f"{name}: p/r, F1 (of {value['gold']})", f"{_pair(value['p'], value['r'])}, {_share(value['f1'])}"
        yield "factuality: macro F1", _share(figures["factuality_macro_f1"])
        for grade, value in figures["factuality"].items():
            yield f"  {grade}: F1 (of {value['gold']})", _share(value["f1"])
    elif report.set.kind == "incidents":
        yield "happening found", _share(figures["detection_recall"])
        yield "false alarms", _share(figures["false_alarm_rate"])
        for field, value in figures["fields"].items():
            if value["gold"]:
                yield f"{_FIELD_NAMES[field]} p/r", _pair(value["precision"], value["recall"])
        if "other_day" in figures:
            yield (
                "event on another day: dated right",
                f"{figures['other_day']['right']}/{figures['other_day']['items']}",
            )
        if "geo" in figures:
            yield "within 161 km", _share(figures["geo"]["acc_161km"])
    elif report.set.kind == "relevance":
        yield from (("precision", _share(figures["p"])), ("recall", _share(figures["r"])))
        yield from (("F1", _share(figures["f1"])), ("AUC", _share(figures["auc"])))
    elif report.set.kind == "risk_types":
        yield "first label right", _share(figures["first_label_accuracy"])
        yield "any label right", _share(figures["any_label_accuracy"])
        yield "macro F1", _share(figures["macro_f1"])
    elif report.set.kind == "clusters":
        for name, value in figures.items():
            yield f"{name}: B-cubed F1", f"{value['b3']['f1']:.3f}"
    else:
        for name, value in figures.items():
            yield f"{name}: recognition p/r", _pair(value["recognition"]["p"], value["recognition"]["r"])
            yield f"{name}: recognition F1", _share(value["recognition"]["f1"])
            yield f"{name}: within 161 km", _share(value["acc_161km"])
            yield f"{name}: country right", _share(value["country_accuracy"])


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _pair(precision: float | None, recall: float | None) -> str:
    return f"{_share(precision)}/{_share(recall)}"


def render_faults(report: SetReport, most: int) -> str:
    """The confusion report: faults by class, who is taken for whom, and the worst with their texts."""
    confusion = report.confusion
    if confusion is None:
        return ""
    counts: dict[str, int] = confusion.as_json(0)["faults"]
    parts = [f"\n### Faults on {report.set.name}\n\n", render_table(("class", "faults"), tuple(counts.items()))]
    for name, matrix in (("type", confusion.types), ("grade", confusion.grades)):
        taken = sorted(((n, w, f) for (w, f), n in matrix.items() if w != f), key=lambda row: (-row[0], row[1:]))
        if taken:
            rows = tuple((wanted, found, n) for n, wanted, found in taken)
            parts += ["\n", render_table((f"{name} wanted", f"{name} found", "events"), rows)]
    kind = ""
    for fault in worst(confusion.faults, most):
        if fault.kind != kind:
            kind = fault.kind
            parts.append(f"\n#### {kind}\n")
        document = report.documents[fault.passage]
        text = " ".join(f"{document.title} | {document.text}".split())[:_SHOWN]
        parts.append(f"\n{fault.passage}: wanted {fault.wanted}; found {fault.found}\n    {text}\n")
    return "".join(parts)
