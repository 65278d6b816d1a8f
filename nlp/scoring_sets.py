"""Scores the third-party sets that ask no event: relevance, risk types, stories, toponyms."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nlp.evaluate import area_under_curve
from nlp.records import Annotation, Mention
from nlp.scoring_values import country_code, precision_recall, ratio
from nlp.sphere import distance_km

_CITY_KM = 161.0  # a hundred miles, the usual bound for a place found
_TAG_TYPES: Mapping[str, str] = {
    "physical_attack": "physical_attack", "sabotage": "physical_attack", "theft_unrest": "physical_attack",
    "maritime": "physical_attack", "cyber": "cyberattack", "armed_conflict": "armed_conflict", "accident": "accident",
    "natural_hazard": "accident", "sanctions_legal": "diplomatic_sanctions", "diplomatic": "diplomatic_sanctions",
    "market": "market_supply", "supply_disruption": "market_supply",
}  # fmt: skip

Row = Mapping[str, Any]


def score_relevance(rows: Iterable[Row], annotations: Mapping[str, Annotation]) -> dict[str, Any]:
    """Precision, recall, F1 and AUC of `relevant`, and alarms among a thousand texts that are not."""
    counts: Counter[str] = Counter()
    scores: list[float] = []
    truth: list[bool] = []
    for row in rows:
        if row.get("relevant") is None:
            continue
        wanted = bool(row["relevant"])
        annotation = annotations.get(str(row["id"]))
        found = bool(annotation is not None and annotation.relevant)
        counts[f"{found == wanted}{found}"] += 1
        if annotation is not None and annotation.relevance is not None:
            scores.append(annotation.relevance)
            truth.append(wanted)
    spurious, silent = counts["FalseTrue"], counts["TrueFalse"]
    figures: dict[str, Any] = precision_recall(counts["TrueTrue"], spurious, counts["FalseFalse"])
    auc = area_under_curve(scores, truth)
    return figures | {
        "tn": silent, "auc": None if auc is None else round(auc, 4),
        "alarms_per_1000_negatives": round(1000 * spurious / max(1, spurious + silent), 2),
    }  # fmt: skip


def risk_types(annotation: Annotation) -> list[str]:
    """The sets' risk types of a text's tags, most probable first."""
    tags = sorted(annotation.risks, key=lambda tag: -tag.probability)
    return list(dict.fromkeys(_TAG_TYPES[tag.label] for tag in tags))


def score_risk_types(rows: Sequence[Row], annotations: Mapping[str, Annotation]) -> dict[str, Any]:
    """How often the first tag, and any tag, is one of a text's types, and F1 for each type; any gold type is right."""
    types = sorted({kind for row in rows for kind in row["risk_type"]})
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in types}
    first = either = 0
    for row in rows:
        wanted = set(row["risk_type"])
        annotation = annotations.get(str(row["id"]))
        found = risk_types(annotation) if annotation is not None else []
        right = bool(wanted & set(found))
        either += right
        first += bool(found) and found[0] in wanted
        for kind in types:
            if kind in found:
                counts[kind]["right" if kind in wanted else "spurious"] += 1
            elif kind in wanted and not right:
                counts[kind]["missed"] += 1
    each = {kind: precision_recall(c["right"], c["spurious"], c["missed"]) for kind, c in counts.items()}
    return {
        "n": len(rows), "first_label_accuracy": ratio(first, len(rows)), "any_label_accuracy": ratio(either, len(rows)),
        "macro_f1": round(sum(one["f1"] for one in each.values()) / len(types), 4), "per_label": each,
    }  # fmt: skip


def score_clusters(rows: Sequence[Row], stories: Mapping[str, str]) -> dict[str, Any]:
    """B-cubed and pairwise figures of stories by document id, for each set of documents."""
    return {
        name: _clusters(
            [
                (str(row["id"]), str(row["cluster"]), stories.get(str(row["id"]), f"?{row['id']}"))
                for row in rows
                if row["set"] == name
            ]
        )
        for name in sorted({row["set"] for row in rows})
    }


def _clusters(documents: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
    gold: dict[str, set[str]] = defaultdict(set)
    found: dict[str, set[str]] = defaultdict(set)
    for identifier, cluster, story in documents:
        gold[cluster].add(identifier)
        found[story].add(identifier)
    shared = [(len(gold[c] & found[s]), len(gold[c]), len(found[s])) for _, c, s in documents]
    precision = sum(both / size for both, _, size in shared) / len(documents)
    recall = sum(both / size for both, size, _ in shared) / len(documents)
    together = sum(map(_pairs, Counter((c, s) for _, c, s in documents).values()))
    said, true = (sum(_pairs(len(members)) for members in groups.values()) for groups in (found, gold))
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {
        "docs": len(documents), "gold_clusters": len(gold), "predicted_clusters": len(found),
        "b3": {"p": round(precision, 4), "r": round(recall, 4), "f1": round(f1, 4)},
        "pairs": precision_recall(together, said - together, true - together),
    }  # fmt: skip


def _pairs(members: int) -> int:
    return members * (members - 1) // 2


def score_toponyms(rows: Sequence[Row], annotations: Mapping[str, Annotation]) -> dict[str, Any]:
    """Recognition by overlap, and how far from the gold point the found one lies, for each corpus."""
    return {
        name: _toponyms([row for row in rows if row["corpus"] == name], annotations)
        for name in sorted({row["corpus"] for row in rows})
    }


def _toponyms(rows: Sequence[Row], annotations: Mapping[str, Annotation]) -> dict[str, Any]:
    right = spurious = missed = same_country = with_country = 0
    apart: list[float] = []
    for row in rows:
        annotation = annotations.get(str(row["id"]))
        gold = [t for t in row["toponyms"] if t["start"] is not None and not t.get("ignore")]
        set_aside = [t for t in row["toponyms"] if t["start"] is not None and t.get("ignore")]
        left = [
            m
            for m in (annotation.mentions if annotation is not None else ())
            if m.label in ("GPE", "LOC") and m.span.where == "text"
            if not any(_overlap(m, t) for t in set_aside) or any(_overlap(m, t) for t in gold)
        ]
        for toponym in gold:
            mention = next((m for m in left if _overlap(m, toponym)), None)
            if mention is None:
                missed += 1
                continue
            left.remove(mention)
            right += 1
            if toponym["lat"] is not None and mention.latitude is not None and mention.longitude is not None:
                apart.append(distance_km(toponym["lat"], toponym["lon"], mention.latitude, mention.longitude))
            if toponym.get("country") and mention.country:
                with_country += 1
                same_country += country_code(toponym["country"]) == country_code(mention.country)
        spurious += len(left)
    apart.sort()
    return {
        "recognition": precision_recall(right, spurious, missed), "resolved": len(apart),
        "acc_161km": ratio(sum(d <= _CITY_KM for d in apart), len(apart)),
        "median_km": round(apart[len(apart) // 2], 1) if apart else None,
        "country_accuracy": ratio(same_country, with_country),
    }  # fmt: skip


def _overlap(mention: Mention, toponym: Row) -> bool:
    return bool(mention.span.start < toponym["end"] and toponym["start"] < mention.span.end)
