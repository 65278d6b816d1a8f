"""Capitals whose names stand for their governments: "Kyiv and Moscow blamed each other"."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files

_OTHER_SPELLINGS = {"kiev": "UA", "tel aviv": "IL", "new delhi": "IN", "delhi": "IN", "sanaa": "YE", "ashkhabad": "TM"}
# Names of capitals that are as well those of states, groups or persons.
_NOT_ALONE = frozenset("kuwait city panama city guatemala city san marino luxembourg singapore monaco djibouti".split())


@lru_cache(maxsize=1)
def _capitals() -> dict[str, str]:
    with files("nlp").joinpath("gazetteers", "countries.csv").open(encoding="utf-8") as lines:
        found = {row["capital"].lower(): row["code"] for row in csv.DictReader(lines) if row["capital"]}
    return {name: code for name, code in {**found, **_OTHER_SPELLINGS}.items() if name not in _NOT_ALONE}


def capital_of(text: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of the country whose capital a name is, None for other names."""
    return _capitals().get(text.lower())
