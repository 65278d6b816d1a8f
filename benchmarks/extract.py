"""Saved news pages to stored articles, beside other extractors: python benchmarks/extract.py PAGES [--packages DIR]

PAGES is a folder of saved pages with `gold.jsonl` (a line a page: id, source, body), and `score.py` in the folder above
it gives the quality: F1 of the runs of four words that extracted and true body share. None of that material is part of
the project. CPU time of this process counts; every extractor reads the same bytes, in turn, and the round in which it
was fastest is told. Linewalker's row includes decoding, title, authors, dates, language, the checks for pages that are
no articles, and the row in a DuckDB ledger; the others' rows are their own body extraction with their defaults
(newspaper4k: parse, which gives title, authors and date, too).

newspaper4k and readability-lxml are no dependencies: `pip install --target DIR newspaper4k readability-lxml`, then
`--packages DIR`. What is not installed is left out, and the table says so.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from crawler.assemble import article_from_page  # noqa: E402
from crawler.extract import extract_page  # noqa: E402
from crawler.records import ArticleOutcome, Entry, FetchResult, Page, Source  # noqa: E402
from store.arrivals import Arrivals  # noqa: E402
from store.database import Ledger, open_ledger  # noqa: E402
from store.runs import start_run  # noqa: E402

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SOURCE = Source(
    id="saved",
    publisher="Saved pages",
    family="saved",
    country="US",
    language="en",
    reliability="F",
    cadence_hours=24.0,
    feeds=(),
)
Extractor = Callable[[list[tuple[str, bytes]]], dict[str, str]]


def main() -> None:
    """Measures each extractor and prints a row for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--packages", type=Path, help="a folder with further packages")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    if given.packages:
        sys.path.append(str(given.packages))
    warnings.simplefilter("ignore")  # of the packages that are compared
    pages = [(path.stem, path.read_bytes()) for path in sorted(given.pages.glob("*.html"))]
    if not pages:
        raise SystemExit(f"{given.pages}: there is no saved page (*.html)")
    with tempfile.TemporaryDirectory() as folder, open_ledger(Path(folder) / "ledger.duckdb", now=NOW) as ledger:
        best, bodies = compare(pages, Stored(ledger), given.rounds)
    slow = best.get("newspaper4k")
    for name, spent in best.items():
        row: dict[str, object] = {
            "extractor": name,
            "pages_per_cpu_second": round(len(pages) / spent, 1),
            "times_newspaper4k": round(slow / spent, 1) if slow else None,
            **score(given.pages, bodies[name]),
        }
        print(json.dumps(row))


def compare(
    pages: list[tuple[str, bytes]], stored: Stored, rounds: int
) -> tuple[dict[str, float], dict[str, dict[str, str]]]:
    """CPU seconds of each extractor's fastest round, and the bodies that it found."""
    extractors: dict[str, Extractor] = {
        "linewalker, stored": stored,
        "trafilatura": trafilatura_defaults,
        "trafilatura, precision": trafilatura_precision,
        "newspaper4k": newspaper,
        "readability-lxml": readability,
    }
    best: dict[str, float] = {}
    bodies: dict[str, dict[str, str]] = {}
    for number in range(rounds + 1):
        for name, extract in extractors.items():
            began = time.process_time()
            try:
                found = extract(pages)
            except ImportError as error:
                if not number:
                    print(f"{name}: left out: {error}")
                continue
            spent = time.process_time() - began
            if number:  # the first round loads tables and is not counted
                best[name], bodies[name] = min(best.get(name, spent), spent), found
    return best, bodies


class Stored:
    """Linewalker's way from the bytes to the ledger's rows; each call stores new articles in one open ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._arrivals = Arrivals(ledger, start_run(ledger, command="benchmark", started_at=NOW), lambda added: None)
        self._calls = 0

    def __call__(self, pages: list[tuple[str, bytes]]) -> dict[str, str]:
        """Reads and stores all pages; their bodies by key."""
        self._calls += 1
        bodies = {}
        for key, body in pages:
            url = f"https://saved.example/{self._calls}/{key}"
            page = extract_page(body, url=url, content_type="text/html", now=NOW)
            bodies[key] = page.body
            self._store(key, url, page, body)
        self._arrivals.flush()
        return bodies

    def _store(self, key: str, url: str, page: Page, body: bytes) -> None:
        feed = "https://saved.example/feed"
        result = FetchResult(
            url=url, final_url=url, outcome="ok", reason="", status=200, body=body, fetched_at=NOW, wire_bytes=len(body)
        )
        entry = Entry(id=f"{self._calls}/{key}", link=url, title=page.title)
        article = article_from_page(
            page, entry, source=SOURCE, feed_url=feed, key=entry.id, url=url, result=result, now=NOW
        )
        outcome = ArticleOutcome(
            source_id="saved", feed_url=feed, entry_id=entry.id, url=url, outcome="ok", reason="", at=NOW,
            article=article, fingerprint=key,
        )  # fmt: skip
        self._arrivals.add(outcome)


def trafilatura_defaults(pages: list[tuple[str, bytes]]) -> dict[str, str]:
    """trafilatura as it comes."""
    import trafilatura

    return {key: trafilatura.extract(body) or "" for key, body in pages}


def trafilatura_precision(pages: list[tuple[str, bytes]]) -> dict[str, str]:
    """trafilatura, told to prefer precision."""
    import trafilatura

    return {key: trafilatura.extract(body, favor_precision=True) or "" for key, body in pages}


def newspaper(pages: list[tuple[str, bytes]]) -> dict[str, str]:
    """newspaper4k: download nothing, parse the bytes."""
    from newspaper import Article

    bodies = {}
    for key, body in pages:
        article = Article(f"https://saved.example/{key}", language="en", fetch_images=False)
        article.download(input_html=body.decode("utf-8", "replace"))
        article.parse()
        bodies[key] = article.text
    return bodies


def readability(pages: list[tuple[str, bytes]]) -> dict[str, str]:
    """readability-lxml, its summary turned into text."""
    from lxml import html
    from readability import Document

    bodies = {}
    for key, body in pages:
        summary = Document(body.decode("utf-8", "replace")).summary(html_partial=True)
        bodies[key] = "\n".join(html.fromstring(summary).itertext()) if summary.strip() else ""
    return bodies


def score(pages: Path, bodies: dict[str, str]) -> dict[str, float]:
    """Precision, recall and F1 as `score.py` beside the pages gives them; empty where it is not there."""
    script, gold = pages.resolve().parent / "score.py", pages / "gold.jsonl"
    if not (script.is_file() and gold.is_file()):
        return {}
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "bodies.jsonl"
        told.write_text("".join(json.dumps({"id": key, "body": text}) + "\n" for key, text in bodies.items()), "utf-8")
        ran = subprocess.run(
            [sys.executable, str(script), "extraction", str(gold), str(told)],
            capture_output=True,
            text=True,
            check=True,
        )
    return dict(next(iter(json.loads(ran.stdout).values()))["body"])


if __name__ == "__main__":
    main()
