"""Near-duplicate articles: MinHash over word shingles, and the wire that a text says it comes from.

Independence is counted by origin (DESIGN, promise 2): the agency whose copy a text is, else the earliest
near-duplicate's origin, else the publisher's family.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rensa import RMinHash

PERMUTATIONS = 64
BANDS = 16  # 16 bands of 4 rows: pairs of Jaccard 0.5 become candidates with probability 0.64, of 0.7 with 0.99
ROWS = PERMUTATIONS // BANDS
SHINGLE = 4
SAME_COPY = 0.55  # Jaccard of 4-word shingles; rewrites by hand stay under 0.3, cut or topped wire copy above 0.55
_MIN_WORDS = 20  # shorter texts agree by chance

_WORD = re.compile(r"\w+")

# Agencies whose copy is reprinted; the patterns below also take any name in the place where a credit stands.
_AGENCIES = {
    "reuters": "reuters",
    "afp": "afp",
    "agence france-presse": "afp",
    "ap": "ap",
    "associated press": "ap",
    "the associated press": "ap",
    "bloomberg": "bloomberg",
    "dow jones": "dow-jones",
    "tass": "tass",
    "interfax": "interfax",
    "ria novosti": "ria-novosti",
    "xinhua": "xinhua",
    "dpa": "dpa",
    "efe": "efe",
    "ansa": "ansa",
    "upi": "upi",
    "pti": "pti",
    "ani": "ani",
    "ians": "ians",
    "anadolu": "anadolu",
    "anadolu agency": "anadolu",
    "aa": "anadolu",
    "kyodo": "kyodo",
    "yonhap": "yonhap",
    "ukrinform": "ukrinform",
    "irna": "irna",
    "ina": "ina",
    "spa": "spa",
    "wam": "wam",
    "kuna": "kuna",
    "mena": "mena",
    "nan": "nan",
    "app": "app",
    "bernama": "bernama",
    "antara": "antara",
    "trend": "trend",
    "kazinform": "kazinform",
    "thomson reuters": "reuters",
    "interfax-ukraine": "interfax-ukraine",
    "xinhua news agency": "xinhua",
    "yonhap news agency": "yonhap",
    "trend news agency": "trend",
    "islamic republic news agency": "irna",
    "mehr": "mehr",
    "mehr news agency": "mehr",
    "saudi press agency": "spa",
    "emirates news agency": "wam",
    "antara news": "antara",
    "armenpress": "armenpress",
    "belta": "belta",
    "algérie presse service": "aps-algeria",
    "agência brasil": "agencia-brasil",
}
# Who owns an agency, as crawler/sources.toml names the family of its own outlet; the others are named like their wire.
_OWNERS = {
    "reuters": "thomson-reuters",
    "ap": "associated-press",
    "tass": "russian-government",
    "ria-novosti": "russian-government",
    "xinhua": "chinese-government",
    "anadolu": "turkish-government",
    "ukrinform": "ukrainian-government",
    "irna": "iran-government",
    "spa": "saudi-government",
    "wam": "uae-government",
    "mena": "egypt-government",
    "antara": "indonesian-government",
    "kazinform": "kazakhstan-government",
    "armenpress": "armenian-government",
    "belta": "belarus-government",
    "aps-algeria": "algeria-government",
    "agencia-brasil": "brazil-government",
}
_NAME = r"(?P<name>[A-Z][\w.&'’-]*(?: [A-Z][\w.&'’-]*){0,3})"
# "LONDON, March 3 (Reuters) - ", "BASRA (Gulf Wire) —": the agency stands in brackets between dateline and dash.
_DATELINE = re.compile(
    r"^\s*[A-ZÀ-Ž][\w.,'’/ À-ž-]{1,60}?\(" + _NAME + r"\)\s*(?:--?|–|—)",
)
# "(Reporting by …; Gulf Wire)", "Source: Reuters", "© 2025 AFP", "— Reuters" as the last line.
_CREDIT = re.compile(
    r"(?:^|\n)\s*(?:source|via|copyright|©(?: ?\d{4})?|—|–|--)\s*:?\s*" + _NAME + r"\.?\s*$", re.IGNORECASE
)
_BYLINE = re.compile(r"^(?:by )?(?:the )?" + _NAME + r"(?:,? (?:staff|agency|newswire|wire))?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One article version as near-duplicate search sees it."""

    id: str
    digest: tuple[int, ...]
    origin: str  # the origin decided when it was stored


def compute_digest(title: str, text: str) -> tuple[int, ...]:
    """The MinHash digest of a text's 4-word shingles; empty for texts too short to tell copies by."""
    words = _WORD.findall(text.casefold())
    if len(words) < _MIN_WORDS:
        return ()
    shingles = {" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}
    minhash = RMinHash(num_perm=PERMUTATIONS, seed=7)
    minhash.update(sorted(shingles))
    return tuple(int(value) for value in minhash.digest())


def similarity(one: Sequence[int], other: Sequence[int]) -> float:
    """The estimated Jaccard similarity of two digests, 0 where either is empty."""
    if not one or not other:
        return 0.0
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)


class CopyIndex:
    """Finds the known article that a new one is a copy of, in time that does not grow with the archive."""

    def __init__(self, copies: Iterable[Copy] = ()) -> None:
        self._buckets: dict[tuple[int, tuple[int, ...]], list[Copy]] = defaultdict(list)
        for copy in copies:
            self.add(copy)

    def add(self, copy: Copy) -> None:
        for key in bands_of(copy.digest):
            self._buckets[key].append(copy)

    def find_original(self, digest: Sequence[int]) -> Copy | None:
        """The most similar known copy at or above the threshold; the earliest added on a tie."""
        best: Copy | None = None
        best_similarity = SAME_COPY
        seen: set[str] = set()
        for key in bands_of(digest):
            for copy in self._buckets.get(key, ()):
                if copy.id in seen:
                    continue
                seen.add(copy.id)
                value = similarity(digest, copy.digest)
                if value > best_similarity or (best is None and value >= best_similarity):
                    best, best_similarity = copy, value
        return best


def find_wire(text: str, authors: Sequence[str] = ()) -> str | None:
    """The agency that a text is credited to (slug), from byline, dateline or closing credit."""
    head, tail = text[:400], text[-200:]
    match = _DATELINE.search(head)
    if match is not None:
        return _slug(match["name"])
    for author in authors:
        match = _BYLINE.match(author.strip())
        if match is not None and (match["name"].casefold() in _AGENCIES or author.strip().casefold().endswith("wire")):
            return _slug(author.strip())
    match = _CREDIT.search(tail)
    if match is not None:
        return _slug(match["name"])
    return None


def decide_origin(*, family: str, wire: str | None, original: Copy | None) -> str:
    """Whose words these are: the wire's, the copied article's, else the publisher family's own.

    A wire is named by its owner, so that an agency's copy and its own outlet are one origin: what counts is the name,
    not how it was found (`wire:` or `family:`).
    """
    if wire is not None:
        return f"wire:{_OWNERS.get(wire, wire)}"
    if original is not None:
        return original.origin
    return f"family:{family}"


def bands_of(digest: Sequence[int]) -> list[tuple[int, tuple[int, ...]]]:
    """The bands of a digest with their numbers; two texts that agree in none are never compared."""
    return [(band, tuple(digest[band * ROWS : (band + 1) * ROWS])) for band in range(BANDS)] if digest else []


def _slug(name: str) -> str:
    folded = name.strip(" .").casefold()
    return _AGENCIES.get(folded, re.sub(r"[^a-z0-9]+", "-", folded).strip("-"))
