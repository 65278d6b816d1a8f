"""How long a large gazetteer takes to load, and whether it slows a document down; all in one run, side by side.

    python benchmarks/gazetteer.py [--names 100000]

A user's table with so many names is written to a temporary folder (two names a row, invented from syllables and a
type word, in the layout of facilities.csv) and loaded behind the shipped one. Then the same documents are searched with
that and with a gazetteer of only the first hundred of those rows, in turn, seven times over; the least time of each
counts. The documents name shipped facilities and some of the hundred, so that both find the same.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from nlp.gazetteer import Gazetteer, load_gazetteer
from nlp.gazetteer_rows import FACILITY_COLUMNS

FEW = 100
SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
NOUNS = {"power_plant": "power plant", "refinery": "refinery", "gas_pipeline": "gas pipeline", "oil_field": "oil field",
         "wind_or_solar": "wind farm", "substation": "substation"}  # fmt: skip
SENTENCES = (
    "Drones struck the {0} overnight and a fire broke out in two storage tanks, the regional governor said.",
    "The operator of the {0} said flows had been halted while engineers looked for the leak.",
    "Workers at the port walked out on Monday, and no crude was loaded for a third day.",
    "The ministry said that electricity had been restored to most of the city by noon.",
    "Analysts expect prices to ease as refineries in Asia return from maintenance.",
    "He was born in a village by the river and taught history before he stood for parliament.",
)


def main(names: int, documents: int, seed: int) -> None:
    """Prints one JSON object with the figures."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        table, few = Path(folder) / "facilities.csv", Path(folder) / "few.csv"
        own = write_table(table, names // 2, chance)[:FEW]
        few.write_text("".join(table.read_text(encoding="utf-8").splitlines(keepends=True)[: FEW + 1]))
        shipped_seconds, shipped = timed(lambda: _fresh(()))
        large_seconds, large = timed(lambda: _fresh((table,)))
        small = _fresh((few,))
        known = [one.name for one in list(shipped.facilities.values())[:400]]
        texts = [_document(chance, chance.choices(known if chance.random() < 0.5 else own, k=4))
                 for _ in range(documents)]  # fmt: skip
        first = {"few": _search(small, texts), "all": _search(large, texts)}
        warm: dict[str, list[float]] = {"few": [], "all": []}
        for _ in range(7):
            warm["few"].append(_search(small, texts))
            warm["all"].append(_search(large, texts))
        found = [sum(len(one.find_names(text)) for text in texts) for one in (small, large)]
    least = {key: min(seconds) for key, seconds in warm.items()}
    figures = {
        "names of the own table": names,
        "load: shipped only, s": round(shipped_seconds, 3),
        "load: with the own table, s": round(large_seconds, 3),
        "documents": documents,
        "names found in them, with few and with all own names": found,
        "first reading of a document, ms": {k: round(1000 * v / documents, 3) for k, v in first.items()},
        "later reading of a document, ms": {k: round(1000 * v / documents, 3) for k, v in least.items()},
        "ratio of later readings": round(least["all"] / least["few"], 3),
    }
    print(json.dumps(figures, indent=1))


def write_table(path: Path, rows: int, chance: random.Random) -> list[str]:
    """Writes a table of invented facilities with two names each, and gives their names."""
    names: list[str] = []
    seen: set[str] = set()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FACILITY_COLUMNS, lineterminator="\n", restval="")
        writer.writeheader()
        while len(names) < rows:
            word = "".join(chance.choices(SYLLABLES, k=chance.randint(3, 5))).title()
            if word in seen:
                continue
            seen.add(word)
            kind = chance.choice(list(NOUNS))
            names.append(f"{word} {NOUNS[kind]}")
            writer.writerow({
                "id": f"own-{word.lower()}", "name": names[-1], "facility_type": kind,
                "countries": chance.choice(["US", "CN", "IN", "BR"]), "latitude": round(chance.uniform(-50, 60), 4),
                "longitude": round(chance.uniform(-120, 140), 4), "coordinate_precision": "site",
                "capacity": chance.randint(1, 2000), "capacity_unit": "MW", "aliases": f"{word} New {NOUNS[kind]}",
                "source": "gppd X",
            })  # fmt: skip
    return names


def timed(call: Callable[[], Gazetteer]) -> tuple[float, Gazetteer]:
    """The least seconds of three calls, and what the last one gave."""
    least = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        made = call()
        least = min(least, time.perf_counter() - start)
    return least, made


def _fresh(tables: tuple[Path, ...]) -> Gazetteer:
    # An empty table in a new folder changes nothing but the key of the cache.
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.csv"
        empty.write_text(",".join(FACILITY_COLUMNS) + "\n")
        return load_gazetteer((*tables, empty))


def _document(chance: random.Random, names: Sequence[str]) -> str:
    sentences = [chance.choice(SENTENCES).format(name) for name in names for _ in range(5)]
    return " ".join(sentences)


def _search(gazetteer: Gazetteer, texts: Sequence[str]) -> float:
    start = time.perf_counter()
    for text in texts:
        gazetteer.find_names(text)
    return time.perf_counter() - start


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Times the loading and the searching of a large gazetteer.")
    parser.add_argument("--names", type=int, default=100_000)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    main(arguments.names, arguments.documents, arguments.seed)
