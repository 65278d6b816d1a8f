"""The nouns that say of what type a facility is ("refinery", "oil depot", "NPP"), and where they stand beside a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nlp.folding import Token

_PIPELINES = "oil_pipeline gas_pipeline product_pipeline"
_TERMINALS = "oil_terminal port lng_terminal storage fuel_depot"
_STORES = "storage fuel_depot oil_terminal"
_FIELDS = "oil_field gas_field"
_PLANTS = "power_plant nuclear_plant hydro_dam wind_or_solar"
_WIRES = "transmission_line cable power_grid"
_WORKS = "refinery gas_processing petrochemical_plant lng_terminal oil_terminal storage fuel_depot pump_or_compressor_station"

# A head noun (folded; plural beside the singular) and the types that it can stand for.
_HEADS: dict[str, str] = {
    "refinery": "refinery", "refineries": "refinery", "refining complex": "refinery petrochemical_plant",
    "refining plant": "refinery", "oil processing plant": "refinery", "oil plant": "refinery gas_processing oil_terminal",
    "petrochemical plant": "petrochemical_plant refinery", "petrochemical complex": "petrochemical_plant refinery",
    "petrochemicals complex": "petrochemical_plant refinery", "petrochemical facility": "petrochemical_plant",
    "chemical plant": "petrochemical_plant", "upgrader": "refinery", "crude upgrader": "refinery",
    "pipeline": _PIPELINES, "pipelines": _PIPELINES, "line": _PIPELINES + " transmission_line", "lines": _PIPELINES + " transmission_line",
    "pipeline system": _PIPELINES, "pipeline network": _PIPELINES, "trunk line": _PIPELINES, "trunkline": _PIPELINES, "conduit": _PIPELINES,
    "terminal": _TERMINALS, "terminals": _TERMINALS, "port": _TERMINALS + " port", "ports": _TERMINALS, "harbour": "port oil_terminal",
    "harbor": "port oil_terminal", "export hub": _TERMINALS, "seaport": "port oil_terminal", "jetty": _TERMINALS, "jetties": _TERMINALS,
    "oil hub": "oil_terminal storage", "loading terminal": _TERMINALS, "roadstead": "oil_terminal port", "hub": "oil_terminal storage gas_processing",
    "lng plant": "lng_terminal", "lng terminal": "lng_terminal", "lng facility": "lng_terminal", "lng project": "lng_terminal",
    "lng": "lng_terminal", "liquefaction plant": "lng_terminal", "regasification terminal": "lng_terminal", "fsru": "lng_terminal",
    "depot": _STORES, "depots": _STORES, "tank farm": _STORES, "oil base": _STORES, "storage": _STORES, "storage facility": _STORES,
    "storage site": _STORES, "storage terminal": _STORES, "fuel base": _STORES, "fuel storage": _STORES, "gas storage": "storage",
    "storage tanks": _STORES, "tanks": _STORES, "oil reserve": "storage", "caverns": "storage",
    "field": _FIELDS, "fields": _FIELDS, "oilfield": "oil_field", "oilfields": "oil_field", "gasfield": "gas_field", "gasfields": "gas_field",
    "deposit": _FIELDS, "wells": _FIELDS, "oil wells": "oil_field", "gas wells": "gas_field", "crude field": "oil_field",
    "platform": "platform oil_field gas_field", "platforms": "platform oil_field gas_field", "rig": "platform", "fpso": "platform oil_field",
    "nuclear power plant": "nuclear_plant", "nuclear power plants": "nuclear_plant", "nuclear plant": "nuclear_plant", "nuclear plants": "nuclear_plant",
    "nuclear power station": "nuclear_plant", "nuclear power complex": "nuclear_plant", "nuclear station": "nuclear_plant", "npp": "nuclear_plant",
    "npps": "nuclear_plant", "reactor": "nuclear_plant", "reactors": "nuclear_plant", "atomic power plant": "nuclear_plant",
    "atomic power station": "nuclear_plant", "atomic plant": "nuclear_plant", "nuclear facility": "nuclear_plant", "nuclear site": "nuclear_plant",
    "nuclear generating station": "nuclear_plant", "nuclear complex": "nuclear_plant", "nuclear": "nuclear_plant",
    "nuclear power facility": "nuclear_plant", "atomic station": "nuclear_plant",
    "power plant": _PLANTS, "power plants": _PLANTS, "power station": _PLANTS, "power stations": _PLANTS, "generating station": _PLANTS,
    "thermal power plant": "power_plant", "thermal power plants": "power_plant", "thermal power station": "power_plant", "tpp": "power_plant",
    "tes": "power_plant", "chp": "power_plant", "chp plant": "power_plant", "tets": "power_plant", "gres": "power_plant",
    "thermal plant": "power_plant", "heating plant": "power_plant", "coal plant": "power_plant", "electricity plant": "power_plant",
    "cogeneration plant": "power_plant", "power complex": "power_plant", "district power plant": "power_plant", "powerplant": _PLANTS,
    "dam": "hydro_dam", "dams": "hydro_dam", "hydroelectric plant": "hydro_dam", "hydroelectric power plant": "hydro_dam",
    "hydroelectric station": "hydro_dam", "hydroelectric power station": "hydro_dam", "hydroelectric dam": "hydro_dam", "hydropower plant": "hydro_dam",
    "hydropower station": "hydro_dam", "hydro plant": "hydro_dam", "hydropower dam": "hydro_dam", "hpp": "hydro_dam", "ges": "hydro_dam",
    "hydro power plant": "hydro_dam", "hydro power station": "hydro_dam", "hydroelectric project": "hydro_dam", "hydropower project": "hydro_dam",
    "hydroelectric complex": "hydro_dam", "hydro station": "hydro_dam", "reservoir": "hydro_dam",
    "wind farm": "wind_or_solar", "wind park": "wind_or_solar", "offshore wind farm": "wind_or_solar", "solar park": "wind_or_solar",
    "solar plant": "wind_or_solar", "solar power plant": "wind_or_solar", "solar farm": "wind_or_solar",
    "substation": "substation", "substations": "substation", "switching station": "substation", "converter station": "substation transmission_line",
    "transmission line": _WIRES, "transmission lines": _WIRES, "power line": _WIRES, "power lines": _WIRES, "interconnector": _WIRES + " gas_pipeline",
    "interconnection": _WIRES + " gas_pipeline", "link": _WIRES, "power link": _WIRES, "cable": "cable transmission_line", "cables": "cable transmission_line",
    "power cable": "cable transmission_line", "grid": "power_grid",
    "gas plant": "gas_processing lng_terminal", "gas processing plant": "gas_processing", "gas processing facility": "gas_processing",
    "processing plant": "gas_processing refinery oil_field", "processing facility": "gas_processing oil_field", "processing facilities": "gas_processing oil_field",
    "gas facility": "gas_processing lng_terminal storage gas_field", "gas complex": "gas_processing gas_field", "gas hub": "gas_processing storage",
    "oil facility": "gas_processing refinery oil_terminal oil_field storage", "oil facilities": "gas_processing refinery oil_terminal oil_field storage",
    "stabilisation plant": "gas_processing", "stabilization plant": "gas_processing", "condensate plant": "gas_processing", "gas terminal": "gas_processing lng_terminal",
    "pumping station": "pump_or_compressor_station", "pumping stations": "pump_or_compressor_station", "pump station": "pump_or_compressor_station",
    "compressor station": "pump_or_compressor_station", "metering station": "pump_or_compressor_station", "gas station": "",
    "mine": "mine", "mines": "mine", "colliery": "mine", "coal mine": "mine", "coalfield": "mine",
    "strait": "chokepoint", "straits": "chokepoint", "canal": "chokepoint", "channel": "chokepoint",
    "plant": _PLANTS + " " + _WORKS, "plants": _PLANTS + " " + _WORKS, "facility": _PLANTS + " " + _WORKS, "facilities": _PLANTS + " " + _WORKS,
    "complex": _PLANTS + " " + _WORKS, "site": _PLANTS + " " + _WORKS, "station": _PLANTS + " pump_or_compressor_station",
    "installation": _WORKS, "installations": _WORKS, "stations": _PLANTS + " pump_or_compressor_station",
}  # fmt: skip
HEADS: Mapping[str, frozenset[str]] = {k: frozenset(v.split()) for k, v in _HEADS.items() if v}
_LONGEST = max(len(k.split()) for k in HEADS)
# Words that may stand between a name and its head noun ("Tuapse oil refinery", "CPC's Black Sea export terminal").
MODIFIERS = frozenset(
    "oil gas crude export import marine fuel nuclear power black baltic sea natural offshore onshore giant main thermal coal fired "
    "hydroelectric s state petroleum product products condensate atomic loading combined heat and cycle supergiant huge new old large "
    "red gulf single point mooring owned run export only shipping storage heavy subsea undersea underwater hvdc electricity cross border "
    "multi purpose trunk major key idled shuttered offline operated strategic underground joint".split()
) - {"and"}
_CONJUNCTIONS = frozenset({"and", "or"})
_PLACING = frozenset({"in", "at", "of"})
_NEARBY = frozenset({"near", "outside"})
# Nouns too vague to make a facility of the town that they are placed in ("a facility in Jeddah", "a gas station in ...").
_VAGUE = frozenset(
    {
        "plant", "plants", "facility", "facilities", "complex", "site", "station", "stations", "installation", "installations",
        "line", "lines", "link", "cable", "channel", "gas station", "petrol station", "filling station", "oil facility",
        "oil facilities", "gas facility", "power line", "power lines", "grid",
    }
)  # fmt: skip
_AREAS = frozenset("region province state oblast krai governorate district county prefecture territory republic".split())
# Types that a town mostly has one of, so that "the refinery near Baiji" is the Baiji refinery.
_BESIDE_THEIR_TOWN = frozenset("refinery nuclear_plant fuel_depot hydro_dam lng_terminal".split())
_LINEAR = frozenset("oil_pipeline gas_pipeline product_pipeline transmission_line cable".split())


def match_head(words: Sequence[str]) -> tuple[int, frozenset[str]] | None:
    """The head noun that a run of folded words begins with, modifiers before it included: (words used, types)."""
    for skipped in range(min(5, len(words))):
        for length in range(min(_LONGEST, len(words) - skipped), 0, -1):
            types = HEADS.get(" ".join(words[skipped : skipped + length]))
            if types:
                return skipped + length, types
        if words[skipped] not in MODIFIERS:
            return None
    return None


def strip_head(words: Sequence[str]) -> tuple[str, ...]:
    """A facility's folded name without the type words at its end: "tuapse oil refinery" gives "tuapse"."""
    for cut in range(1, len(words)):
        found = match_head(words[cut:])
        if found is not None and found[0] == len(words) - cut:
            return tuple(words[:cut])
    return tuple(words)


def head_after(text: str, tokens: Sequence[Token], end: int) -> tuple[int, frozenset[str]] | None:
    """The head right after the name that ends before token `end`: (tokens used, types)."""
    window = _clause(text, tokens, end, 8)
    found = match_head(window)
    if found is None and len(window) > 2 and window[0] == "s" and tokens[end + 1].capital:
        inner = match_head(window[2:])  # "the consortium's Novorossiysk terminal"
        return None if inner is None else (inner[0] + 2, inner[1])
    return found


def head_of_list(text: str, tokens: Sequence[Token], end: int) -> frozenset[str] | None:
    """The head that a name shares with those after it: "the Tuapse, Slavyansk and Ilsky refineries"."""
    position, closing = end, False
    for _ in range(8):
        if position >= len(tokens):
            return None
        gap = text[tokens[position - 1].end : tokens[position].start]
        if gap.strip() not in ("", ",", "/", "&"):
            return None
        comma = bool(gap.strip())
        if tokens[position].folded in _CONJUNCTIONS:
            closing, comma = True, True
            position += 1
        if not comma:
            return None
        for _ in range(4):
            if position >= len(tokens):
                return None
            position += 1
            if position < len(tokens) and text[tokens[position - 1].end : tokens[position].start].strip(" ,/&'’-–"):
                return None
            found = head_after(text, tokens, position)
            if found is not None and closing:
                return found[1]
            separator = text[tokens[position - 1].end : tokens[position].start] if position < len(tokens) else ""
            if "," in separator or (position < len(tokens) and tokens[position].folded in _CONJUNCTIONS):
                break
    return None


def head_before(
    text: str, tokens: Sequence[Token], start: int, end: int, taken: Sequence[int]
) -> frozenset[str] | None:
    """The head that places a name: "refineries in Tuapse and Ilsky", "the port of Novorossiysk".

    A head that belongs to another name (its token is `taken`) does not count: "the Ilsky refinery in Krasnodar".
    """
    if end < len(tokens) and tokens[end].folded in _AREAS:
        return None
    position = start - 1
    for _ in range(10):
        if position < 1:
            return None
        gap = text[tokens[position].end : tokens[position + 1].start]
        if gap.strip(" \n") not in ("", ",", "-", "–", "'", "’", "/"):
            return None
        word = tokens[position].folded
        if word in _PLACING or word in _NEARBY:
            types = None if position < 1 or taken[position - 1] else _head_ending(tokens, position)
            if types is None:
                return None
            if word == "of":
                return types
            return types - _LINEAR if word in _PLACING else types & _BESIDE_THEIR_TOWN
        if not (tokens[position].capital or word in _CONJUNCTIONS or word in ("the", "s", "city", "town")):
            return None
        position -= 1
    return None


def _head_ending(tokens: Sequence[Token], end: int) -> frozenset[str] | None:
    for length in range(min(_LONGEST, end), 0, -1):
        words = " ".join(t.folded for t in tokens[end - length : end])
        if words in _VAGUE:
            return None
        types = HEADS.get(words)
        if types:
            return types
    return None


def _clause(text: str, tokens: Sequence[Token], start: int, limit: int) -> list[str]:
    words: list[str] = []
    for i in range(start, min(start + limit, len(tokens))):
        gap = text[tokens[i - 1].end : tokens[i].start] if i else ""
        if gap.strip(" -–—'’\n\u00a0") or gap.count("\n") > 1:
            break
        words.append(tokens[i].folded)
    return words
