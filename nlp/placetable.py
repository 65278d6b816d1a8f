"""The packaged table of the world's towns, counties and regions: arrays and a sorted index of hashed names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

REGION, COUNTY, CITY = 1, 2, 0
ALTERNATE, WORD, SURNAME, FORENAME = 1, 2, 4, 8  # flags of a name
_NO_REGION = 65535
_MOST_KNOWN = 100_000


def hash_key(key: str) -> int:
    """The 46-bit hash under which a folded name is stored, the same on every machine.

    46 bits keep the differences of the sorted hashes within 32 bits, which halves the file; of a hundred million
    names that no place bears, one is taken for a place.
    """
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little") >> 18


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One place that a name may stand for."""

    row: int
    name: str
    kind: int  # CITY, REGION, COUNTY
    country: str
    region: str | None  # ISO 3166-2 code of the first-level subdivision
    latitude: float
    longitude: float
    population: int
    flags: int  # of the name it was found under


class PlaceTable:
    """Names of places to rows; about 25 MB in memory, loaded in a fraction of a second."""

    def __init__(self, path: Path) -> None:
        with np.load(path, allow_pickle=False) as data:
            self._known: dict[str, tuple[PlaceRow, ...]] = {}  # the runs of words met so far, most of no place
            self._keys: npt.NDArray[np.uint64] = np.cumsum(data["key_steps"], dtype=np.uint64)
            self._rows: npt.NDArray[np.uint32] = data["rows"]
            self._flags: npt.NDArray[np.uint8] = data["flags"]
            self._kind: npt.NDArray[np.uint8] = data["kind"]
            self._latitude: npt.NDArray[np.int32] = data["latitude"]
            self._longitude: npt.NDArray[np.int32] = data["longitude"]
            self._population: npt.NDArray[np.uint32] = data["population"]
            self._country: npt.NDArray[np.uint8] = data["country"]
            self._region: npt.NDArray[np.uint16] = data["region"]
            self._offsets: npt.NDArray[np.uint32] = data["offsets"]
            self._names: bytes = data["names"].tobytes()
            self._forenames = frozenset(int(h) for h in data["forenames"])
            self.countries: list[str] = [c.decode() for c in data["countries"]]
            self.region_codes: list[str] = [c.decode() for c in data["region_codes"]]
        self._region_row = {code: i for i, code in enumerate(self.region_codes)}

    def __len__(self) -> int:
        return len(self._kind)

    def find(self, keys: Iterable[str]) -> dict[str, list[PlaceRow]]:
        """The rows of each folded name; names that no place bears are left out."""
        wanted = list(dict.fromkeys(keys))
        if len(self._known) > _MOST_KNOWN:  # a hostile stream of new words must not fill the memory
            self._known.clear()
        if unknown := [key for key in wanted if key not in self._known]:
            self._known.update(dict.fromkeys(unknown, ()))
            self._known.update(self._look_up(unknown))
        return {key: list(rows) for key in wanted if (rows := self._known[key])}

    def _look_up(self, keys: list[str]) -> dict[str, tuple[PlaceRow, ...]]:
        hashes = np.array([hash_key(k) for k in keys], dtype=np.uint64)
        first = np.searchsorted(self._keys, hashes, side="left")
        borne = np.flatnonzero(self._keys.take(first, mode="clip") == hashes)  # few words are names of places
        last = np.searchsorted(self._keys, hashes[borne], side="right")
        return {
            keys[which]: tuple(self._read(i) for i in range(int(first[which]), int(end)))
            for which, end in zip(borne.tolist(), last, strict=True)
        }

    def is_forename(self, word: str) -> bool:
        """Whether a folded word is a common English first name."""
        return hash_key(word) in self._forenames

    def row(self, row: int, flags: int = 0) -> PlaceRow:
        """One place by its row number."""
        region = int(self._region[row])
        return PlaceRow(
            row=row,
            name=self._names[int(self._offsets[row]) : int(self._offsets[row + 1])].decode(),
            kind=int(self._kind[row]),
            country=self.countries[int(self._country[row])],
            region=None if region == _NO_REGION else self.region_codes[region],
            latitude=int(self._latitude[row]) / 1000,
            longitude=int(self._longitude[row]) / 1000,
            population=int(self._population[row]),
            flags=flags,
        )

    def region(self, code: str) -> PlaceRow | None:
        """A first-level subdivision by its ISO 3166-2 code."""
        # The table begins with the regions, in the order of their codes' list.
        return self.row(self._region_row[code]) if code in self._region_row else None

    def _read(self, i: int) -> PlaceRow:
        return self.row(int(self._rows[i]), int(self._flags[i]))
