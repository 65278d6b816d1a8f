"""How well a partition of reports agrees with a labelled one, also where a report tells of several incidents."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from nlp.scoring_values import ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class BCubed:
    """Precision, recall and F1 in [0, 1], with the number of items that count for each."""

    precision: float
    recall: float
    items: int

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def as_json(self) -> dict[str, float | int]:
        """The figures to four decimals."""
        return {
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
            "items": self.items,
        }


def b_cubed(
    gold: Mapping[str, Collection[str]],
    found: Mapping[str, Collection[str]],
    recalled: Mapping[str, Collection[str]] | None = None,
    *,
    scored: Collection[str] | None = None,
) -> BCubed:
    """Extended B-cubed of overlapping clusters (Amigó, Gonzalo, Artiles and Verdejo 2009, section 4.2).

    Each item's pairs (itself among them) are compared by how many clusters they share in both. `recalled` are gold
    clusters that an item may be put into or not: they excuse a found pair and are never missed. An item without any
    found cluster has recall 0 and does not count for precision. The means are over the `scored` items, or all.
    """
    own = {item: frozenset(labels) for item, labels in gold.items()}
    wide = {item: own[item] | frozenset((recalled or {}).get(item, ())) for item in own}
    said = {item: frozenset(found.get(item, ())) for item in own}
    precisions: list[float] = []
    recalls: list[float] = []
    for item in own if scored is None else scored:
        exact, complete = [], []
        for other in own:
            together = len(said[item] & said[other])
            if together:
                exact.append(min(together, len(wide[item] & wide[other])) / together)
            true = len(own[item] & own[other])
            if true:
                complete.append(min(together, true) / true)
        if exact:
            precisions.append(sum(exact) / len(exact))
        recalls.append(sum(complete) / len(complete) if complete else 1.0)
    return BCubed(precision=_mean(precisions), recall=_mean(recalls), items=len(recalls))


def pair_agreement(gold: Mapping[str, Collection[str]], found: Mapping[str, Collection[str]]) -> dict[str, float | int]:
    """Precision, recall and F1 over pairs of items that share a cluster."""
    items = sorted(gold)
    right = said = true = 0
    for position, one in enumerate(items):
        for other in items[position + 1 :]:
            same = not set(gold[one]).isdisjoint(gold[other])
            together = not set(found.get(one, ())).isdisjoint(found.get(other, ()))
            right += same and together
            said += together
            true += same
    both = said + true
    return {
        "precision": ratio(right, said) or 0.0,
        "recall": ratio(right, true) or 0.0,
        "f1": round(2 * right / both, 4) if both else 0.0,
        "pairs": true,
    }


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return sum(known) / len(known) if known else 0.0
