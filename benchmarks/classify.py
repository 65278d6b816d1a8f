"""Documents a second of gate and tags on one core, beside a plain TF-IDF with LinearSVC: python benchmarks/classify.py

The texts are the labelled passages as they are, and leads of 1,500 characters made by joining them. CPU time counts,
the best of three rounds; run it with OPENBLAS_NUM_THREADS=1.
"""

from __future__ import annotations

import json
import random
import resource
import time
from collections.abc import Callable, Sequence

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from nlp.features import READ_CHARACTERS
from nlp.fitting import risk_matrix
from nlp.labelled import load_passages
from nlp.relevance import load_relevance_model
from nlp.risk import load_risk_model

ROUNDS = 3
LEADS = 1_000


def main() -> None:
    """Measures and prints one JSON object."""
    passages = load_passages()
    short = [(passage.title, passage.text) for passage in passages]
    long = make_leads([text for _, text in short])
    gate, tags = load_relevance_model(), load_risk_model()
    texts = [f"{title} {text}" for title, text in short]
    plain_gate = make_pipeline(TfidfVectorizer(sublinear_tf=True), LinearSVC())
    plain_gate.fit(texts, [passage.relevant for passage in passages])
    plain_tags = make_pipeline(TfidfVectorizer(sublinear_tf=True), OneVsRestClassifier(LinearSVC()))
    plain_tags.fit(texts, risk_matrix(passages))

    def predict_tags(pairs: Sequence[tuple[str, str]]) -> None:
        for title, text in pairs:
            tags.predict(title, text, [])

    def plain(model: object) -> Callable[[Sequence[tuple[str, str]]], object]:
        return lambda pairs: [model.predict([f"{title} {text}"]) for title, text in pairs[:300]]  # type: ignore[attr-defined]

    figures: dict[str, dict[str, int]] = {}
    for name, pairs in (("passages", short), ("leads of 1,500 characters", long)):
        figures[name] = {
            "gate": rate(gate.score_many, pairs),
            "tags": rate(predict_tags, pairs),
            "TF-IDF + LinearSVC, gate, one by one": rate(plain(plain_gate), pairs, 300),
            "TF-IDF + LinearSVC, tags, one by one": rate(plain(plain_tags), pairs, 300),
            "TF-IDF + LinearSVC, gate, all at once": rate(
                lambda given: plain_gate.predict([f"{title} {text}" for title, text in given]), pairs
            ),
        }
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"documents a second": figures, "memory in MiB, all models": memory}, indent=1))


def make_leads(texts: Sequence[str]) -> list[tuple[str, str]]:
    """Joins passages to texts as long as what the models read."""
    dealt = random.Random(0)
    return [("", " ".join(dealt.sample(texts, 20))[:READ_CHARACTERS]) for _ in range(LEADS)]


def rate(work: Callable[[Sequence[tuple[str, str]]], object], pairs: Sequence[tuple[str, str]], most: int = 0) -> int:
    """Documents a CPU second, the best of the rounds; `most` says how many of the pairs the work takes."""
    best = 0.0
    for _ in range(ROUNDS):
        started = time.process_time()
        work(pairs)
        best = max(best, (min(len(pairs), most) if most else len(pairs)) / (time.process_time() - started))
    return round(best)


if __name__ == "__main__":
    main()
