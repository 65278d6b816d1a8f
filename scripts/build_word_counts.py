"""Counts in how many labelled passages each word stands and writes nlp/gazetteers/word_counts.tsv.

python scripts/build_word_counts.py. Run it when passages were added, then scripts/train_resolver.py.
"""

from __future__ import annotations

from collections import Counter

from nlp.labelled import load_development, load_passages
from nlp.likeness import WORD_COUNTS, telling_words

LEAST = 2  # a word of one passage is as good as unknown


def main() -> None:
    """Counts and writes."""
    passages = (*load_passages(), *load_development())
    counts: Counter[str] = Counter()
    for passage in passages:
        counts.update(telling_words(passage.title, passage.text))
    rows = sorted((word, count) for word, count in counts.items() if count >= LEAST)
    text = f"# passages: {len(passages)}\n" + "".join(f"{word}\t{count}\n" for word, count in rows)
    WORD_COUNTS.write_text(text, encoding="utf-8")
    print(f"Wrote {len(rows)} words of {len(passages)} passages to {WORD_COUNTS}")


if __name__ == "__main__":
    main()
