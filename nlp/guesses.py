"""What kind of works a threat or plan is about whose sentence names none: "will close the strait", "unit 11"."""

from __future__ import annotations

import re

from nlp.records import FacilityType

_WORDS: dict[FacilityType, str] = {
    "chokepoint": r"hormuz|bab[ -]el[ -]mande[bp]|mandab|malacca|bosph?orus|dardanelles|suez canal|straits?",
    "nuclear_plant": r"reactors?|nuclear (?:plant|power|site|works)",
    "lng_terminal": r"lng|liquefied (?:natural )?gas",
    "tanker": r"tankers?|oil shipping|oil lanes?|shipping lanes?|gas carriers?",
    "refinery": r"refiner(?:y|ies)|refining",
    "port": r"oil ports?|berths?|jett(?:y|ies)",
    "power_plant": r"(?:unit|block) (?:[a-z] ?)?\d+|\d[\d,.]* ?mw|megawatts?|generating|turbines?",
    "mine": r"coal|collier(?:y|ies)|uranium mines?",
    "power_grid": r"power|electricity|grid|load[- ]?shedding|blackouts?|homes|customers|consumers|light",
    "gas_pipeline": r"gas|deliveries|pipelines?",
    "oil_field": r"oil|crude|barrels?|petroleum|wells",
    "other": r"fuel|diesel|petrol|energy",
}  # fmt: skip
_KINDS = tuple((kind, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for kind, words in _WORDS.items())


def guess_facility(text: str) -> FacilityType | None:
    """The kind of works that a sentence's words stand for, None where it says nothing of energy."""
    return next((kind for kind, pattern in _KINDS if pattern.search(text)), None)
