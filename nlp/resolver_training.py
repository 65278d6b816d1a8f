"""Learns the resolver's score from labelled scenes: reports of one incident and of others that look like it.

A scene's report is set beside each incident of its scene, as all its other reports tell it and as each alone does, and
beside the incidents of other scenes whose words are most alike. A logistic regression with strong regularisation
learns from these pairs; docs/design/resolution.md.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from nlp.as_reports import Batch, as_reports
from nlp.blocking import Texts
from nlp.contract import document_from_json
from nlp.labelled import LABELS_FOLDER, load_passages
from nlp.pair_features import FEATURES, Pair, compare_follow_up, compare_report
from nlp.pairing import Case
from nlp.records import Annotation, Document, FollowUp, Report
from nlp.resolve import makes_incident

INCIDENT_LABELS = LABELS_FOLDER / "incidents"
OTHER_SCENES = 16  # incidents of other scenes that each report is set beside, at half weight
WEEKS = 5  # into which the scenes are laid
_INVERSE_PENALTY = 0.03
OTHER_NEWS = "other news"
NOW = datetime(2000, 1, 1, tzinfo=UTC)  # every labelled report has its day


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledReport:
    """One report of a labelled set; without a scene it is set beside the incidents of the whole file."""

    document: Document
    incidents: frozenset[str]
    recalled: frozenset[str]
    scene: str = ""


@dataclass(frozen=True, slots=True)
class Examples:
    """Pairs as rows of FEATURES, with whether they are one happening, and their weights."""

    features: np.ndarray[Any, np.dtype[np.float64]]
    same: np.ndarray[Any, np.dtype[np.bool_]]
    weights: np.ndarray[Any, np.dtype[np.float64]]


def read_labelled(path: Path) -> list[LabelledReport]:
    """Reads a file of labelled reports; raises ValueError that names file and line."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            known = {key: row.get(key) for key in ("id", "title", "text", "published")}
            document = document_from_json(json.dumps(known | {"source": row["family"]}))
            found.append(
                LabelledReport(
                    document=document, incidents=frozenset(row["incidents"]), recalled=frozenset(row["recalled"]),
                    scene=row.get("scene", ""),
                )
            )  # fmt: skip
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path}:{number}: not a labelled report: {error!r}") from error
    return found


def read_others(every: int = 8) -> list[LabelledReport]:
    """Passages of the risk labels as news that tells none of the scenes' incidents, spread over the same weeks."""
    passages = [one for one in load_passages() if one.split == "train" and one.relevant][::every]
    return [
        LabelledReport(
            document=Document(
                id=f"other {one.id}", title=one.title, text=one.text, source=f"other {one.story}",
                published_at=NOW + timedelta(days=number % (7 * WEEKS), hours=12),
            ),
            incidents=frozenset(), recalled=frozenset(), scene=OTHER_NEWS,
        )
        for number, one in enumerate(passages)
    ]  # fmt: skip


def overlay(
    labelled: Sequence[LabelledReport], annotations: Sequence[Annotation]
) -> tuple[list[LabelledReport], list[Annotation]]:
    """Moves all scenes into the same five weeks, by whole weeks: in the news, unlike scenes happen side by side."""
    opens: dict[str, datetime] = {OTHER_NEWS: NOW}
    for one in labelled:
        told = one.document.published_at or NOW
        opens[one.scene] = min(opens.get(one.scene, told), told)
    shifts = {
        scene: timedelta(weeks=number % WEEKS - (opens[scene] - NOW) // timedelta(weeks=1))
        for number, scene in enumerate(opens)
    }
    moved = [
        replace(one, document=replace(one.document, published_at=told + shifts[one.scene]))
        for one in labelled
        for told in (one.document.published_at or NOW,)
    ]
    return moved, [_moved(a, shifts[one.scene]) for one, a in zip(labelled, annotations, strict=True)]


def lay_over(labelled: Sequence[LabelledReport], annotations: Sequence[Annotation]) -> Batch:
    """The reports and follow-ups of labelled sets, moved over each other."""
    moved, annotations = overlay(labelled, annotations)
    return as_reports(zip((one.document for one in moved), annotations, strict=True), NOW)


def _moved(annotation: Annotation, shift: timedelta) -> Annotation:
    events = (
        replace(event, date=replace(event.date, start=event.date.start + shift, end=event.date.end + shift))
        if event.date is not None else event
        for event in annotation.events
    )  # fmt: skip
    return replace(annotation, events=tuple(events))


def make_examples(labelled: Sequence[LabelledReport], annotations: Sequence[Annotation]) -> Examples:
    """The pairs of one file's scenes, laid over each other in time."""
    return _Scenes(labelled, lay_over(labelled, annotations)).examples()


class _Scenes:
    def __init__(self, labelled: Sequence[LabelledReport], batch: Batch) -> None:
        self._labels = {one.document.id: one for one in labelled}
        self._told: list[Report | FollowUp] = [*filter(makes_incident, batch.reports), *batch.follow_ups]
        self._texts = Texts({one.article_id: one.words for one in self._told})
        counts = Counter(one.article_id for one in self._told)
        self._members: dict[str, list[Report | FollowUp]] = defaultdict(list)
        self._plain = {  # those of which it is clear which incident they tell
            one.article_id for one in self._told
            if len(self._labels[one.article_id].incidents) == 1
            and (not self._labels[one.article_id].recalled or counts[one.article_id] == 1)
        }  # fmt: skip
        for one in self._told:
            if one.article_id in self._plain:
                self._members[next(iter(self._labels[one.article_id].incidents))].append(one)

    def examples(self) -> Examples:
        rows = [row for one in self._told for row in self._pairs_of(one)]
        return Examples(
            np.array([[pair.values[name] for name in FEATURES] for pair, _, _ in rows]),
            np.array([same for _, same, _ in rows]),
            np.array([weight for _, _, weight in rows]),
        )

    def _pairs_of(self, one: Report | FollowUp) -> Iterator[tuple[Pair, bool, float]]:
        label = self._labels[one.article_id]
        elsewhere: list[tuple[float, str]] = []
        for incident, members in sorted(self._members.items()):
            own = incident in label.incidents
            if not own and (not label.scene or self._labels[members[0].article_id].scene != label.scene):
                if incident not in label.recalled:
                    alike = max(self._texts.alike(one.article_id, other.article_id) or 0.0 for other in members)
                    elsewhere.append((alike, incident))
                continue
            others = [other for other in members if other.article_id != one.article_id]
            if incident in label.recalled or (own and one.article_id not in self._plain):
                continue
            yield from self._views(one, others, own, 1.0)
        for _, incident in sorted(elsewhere, reverse=True)[:OTHER_SCENES]:
            yield from self._views(one, self._members[incident], False, 0.5)

    def _views(
        self, one: Report | FollowUp, members: Sequence[Report | FollowUp], same: bool, weight: float
    ) -> Iterator[tuple[Pair, bool, float]]:
        """One beside an incident as all its reports tell it, and as each alone does."""
        views = [members, *([member] for member in members if len(members) > 1)]
        views = [view for view in views if any(isinstance(member, Report) for member in view)]
        yield from ((self._compare(one, view), same, weight / len(views)) for view in views)

    def _compare(self, one: Report | FollowUp, view: Sequence[Report | FollowUp]) -> Pair:
        case = Case(id="case")
        for other in view:
            if isinstance(other, Report):
                case.absorb(other)
            else:
                case.follow(other)
        if isinstance(one, FollowUp):
            return compare_follow_up(one, case, self._texts.alike)
        return compare_report(one, case, self._texts.alike, vetoes=False)


def fit(sets: Sequence[Examples], *, join: float, follow: float, suggest: float) -> dict[str, Any]:
    """Learns weights from several files' pairs; what the model file holds, but for nothing."""
    features = np.vstack([one.features for one in sets])
    same = np.concatenate([one.same for one in sets])
    weights = np.concatenate([one.weights for one in sets])
    means, scales = np.nanmean(features, axis=0), np.nanstd(features, axis=0)
    scales[scales == 0.0] = 1.0
    scaled = np.nan_to_num((features - means) / scales)
    model = LogisticRegression(C=_INVERSE_PENALTY, max_iter=5_000).fit(scaled, same, sample_weight=weights)
    row: dict[str, Any] = {
        "features": list(FEATURES),
        "weights": [round(float(x), 4) for x in model.coef_[0]],
        "means": [round(float(x), 5) for x in means],
        "scales": [round(float(x), 5) for x in scales],
        "intercept": round(float(model.intercept_[0]), 4),
        "join": join,
        "follow": follow,
        "suggest": suggest,
        "pairs": {"one": int(same.sum()), "others": int((~same).sum())},
    }
    digest = hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()
    return {"version": f"resolver-{digest[:8]}", **row}
