"""When a value counts as right in the third-party development sets: names, countries, facilities, means, risk types."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from nlp.place_names import load_countries

_COUNTRIES = Path(__file__).parent / "gazetteers" / "countries.csv"

# The development sets tell facilities in fifteen groups; ours on the left.
FACILITY_GROUPS: Mapping[str, str] = {
    "oil_pipeline": "pipeline", "gas_pipeline": "pipeline", "product_pipeline": "pipeline",
    "pump_or_compressor_station": "pipeline", "refinery": "refinery", "oil_terminal": "storage", "storage": "storage",
    "fuel_depot": "storage", "port": "storage", "lng_terminal": "lng", "oil_field": "oil_gas_field",
    "gas_field": "oil_gas_field", "platform": "oil_gas_field", "gas_processing": "gas_processing",
    "power_plant": "power_plant", "wind_or_solar": "power_plant", "nuclear_plant": "nuclear", "hydro_dam": "hydro",
    "substation": "grid", "transmission_line": "grid", "power_grid": "grid", "cable": "grid", "tanker": "tanker",
    "mine": "coal", "petrochemical_plant": "petrochemical", "company": "energy_generic", "other": "energy_generic",
}  # fmt: skip
# A predicted group counts for these gold groups too.
_NEAR_GROUPS: Mapping[str, frozenset[str]] = {
    "lng": frozenset({"gas_processing", "storage"}),
    "gas_processing": frozenset({"lng", "oil_gas_field"}),
    "storage": frozenset({"lng"}),
    "oil_gas_field": frozenset({"gas_processing"}),
    "power_plant": frozenset({"nuclear", "hydro"}),
    "nuclear": frozenset({"power_plant"}),
    "hydro": frozenset({"power_plant"}),
}
# Beginnings or parts of the words by which a weapon is told; one word may stand in several groups.
_MEANS: Mapping[str, tuple[str, ...]] = {
    "drone": ("drone", "uav", "unmanned", "quadcopter", "shahed"),
    "missile": ("missile", "projectile", "cruise"),
    "rocket": ("rocket", "rpg", "katyusha", "himars", "grad"),
    "airstrike": ("airstrike", "air strike", "aircraft", "bomber", "helicopter", "warplane", "air raid", "jet"),
    "shelling": ("shell", "artillery", "mortar", "gunboat", "naval gun"),
    "explosive": ("explos", "bomb", "ied", "dynamite", "mine", "blast", "grenade", "detonat"),
    "arson": ("arson", "incendiar", "fire", "molotov", "torch"),
    "firearm": ("firearm", "gun", "rifle", "shoot", "small arms", "ambush"),
    "cyber": ("cyber", "malware", "ransom", "hack", "wiper", "phish", "ddos", "industroyer"),
    "sabotage": ("sabotage", "vandal", "cut", "tool", "anchor"),
    "natural": ("flood", "lightning", "earthquake", "storm", "landslide"),
}
_BLASTS = frozenset({"explosive", "missile", "rocket"})  # a blast told with another of these words is not wrong
# Words that two names may share by chance.
_COMMON = frozenset(
    "the of and for in al el de la front army group national people s party movement liberation islamic forces force "
    "armed state unknown other".split()
)


def fold_text(text: str) -> str:
    """Lower-case ASCII words with single spaces: what two spellings of a value have in common."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def any_name_agrees(found: Iterable[str], gold: Iterable[str]) -> bool:
    """Whether one of the found names is one of the gold names."""
    wanted = list(gold)
    return any(name_agrees(one, other) for one in found for other in wanted)


def name_agrees(one: str, other: str) -> bool:
    """Whether one name holds the other, shares half of its telling words, or is its acronym."""
    first, second = fold_text(one), fold_text(other)
    if not first or not second:
        return False
    if first in second or second in first:
        return True
    words, others = set(first.split()) - _COMMON, set(second.split()) - _COMMON
    if words and others and len(words & others) >= 0.5 * min(len(words), len(others)):
        return True
    return any(
        len(short) > 2 and short in fold_text(long).replace(" ", "")
        for short, long in ((_initials(one), other), (_initials(other), one))
    )


def _initials(name: str) -> str:
    return "".join(word[0] for word in re.findall(r"[A-Za-z]+", name) if word[0].isupper()).lower()


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    _, names = load_countries(_COUNTRIES)
    return {key: country[0].code for key, country in names.items() if country[1] == "name"}


def country_code(name: str) -> str:
    """The ISO 3166-1 alpha-2 code for a code or an English name; the folded name where no country bears it."""
    stripped = name.strip()
    if len(stripped) == 2 and stripped.isalpha():
        code = stripped.upper()
    else:
        code = _codes().get(fold_text(stripped), fold_text(stripped))
    return {"HK": "CN"}.get(code, code)  # the sets tell Hong Kong as China


def facility_group(facility_type: str) -> str:
    """The development sets' group of one of our facility types; another word stays as it is."""
    return FACILITY_GROUPS.get(facility_type, facility_type)


def facility_agrees(found: Iterable[str], gold: Iterable[str]) -> bool:
    """Whether one of the found groups is a gold group or counts for one."""
    groups, wanted = set(found), set(gold)
    if groups & wanted or ("energy_generic" in wanted and groups):
        return True
    return any(_NEAR_GROUPS.get(group, frozenset()) & wanted for group in groups)


def means_of(words: Iterable[str]) -> set[str]:
    """The groups of weapons that words name; a word of no group is a group of its own."""
    found: set[str] = set()
    for word in map(fold_text, words):
        groups = {group for group, parts in _MEANS.items() if any(part in word for part in parts)}
        found |= groups or ({word} if word else set())
    return found


def means_agree(found: Iterable[str], gold: Iterable[str]) -> bool:
    """Whether the weapons found name one of the gold ones; explosives, missiles and rockets stand for each other."""
    told, wanted = means_of(found), means_of(gold)
    return bool(told & wanted) or bool(told and told <= _BLASTS and wanted & _BLASTS)


def ratio(part: float, whole: float) -> float | None:
    """A share to four decimals; None of nothing."""
    return round(part / whole, 4) if whole else None


def precision_recall(right: int, spurious: int, missed: int) -> dict[str, float | int]:
    """Precision, recall and F1 with their counts; 0 where nothing was found or asked."""
    precision = right / (right + spurious) if right + spurious else 0.0
    recall = right / (right + missed) if right + missed else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {
        "p": round(precision, 4), "r": round(recall, 4), "f1": round(f1, 4), "tp": right, "fp": spurious, "fn": missed,
    }  # fmt: skip
