"""What has been found in one document before events are made of it: names, facilities, triggers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nlp.compatibility import facility_compatibility
from nlp.facility_refs import FacilityRef, find_facilities
from nlp.frames import Frame, frame_of
from nlp.gazetteer import NameMatch
from nlp.records import Document, FacilityType, Where
from nlp.sieve import sieve
from nlp.text import Sentence, shouted, words
from nlp.triggers import TriggerMatch, find_triggers

if TYPE_CHECKING:  # a crawl, which reads no text, does without the second that spaCy takes to come in
    from spacy.tokens import Doc

    from nlp.places import PlaceMatch


@dataclass(slots=True)
class Reading:
    """A document with its sentences and what the linear pass found in them."""

    document: Document
    sentences: list[Sentence]
    copies: dict[Where, str]
    names: dict[Where, list[NameMatch]]
    facilities: dict[int, list[FacilityRef]] = field(default_factory=dict)  # by sentence index
    triggers: dict[int, list[TriggerMatch]] = field(default_factory=dict)
    docs: dict[int, Doc] = field(default_factory=dict)  # parsed sentences
    energy: bool = False
    commodity: FacilityType = "oil_pipeline"
    relevance: float | None = None
    relevant: bool = True
    frame: Frame | None = None
    year: int | None = None  # of publication
    sites: dict[Where, list[PlaceMatch]] | None = None  # its places and the known works that are some, once asked for

    def sentence(self, index: int) -> Sentence | None:
        """The sentence with an index (-1: the title)."""
        position = index + (1 if self.sentences and self.sentences[0].index == -1 else 0)
        return self.sentences[position] if 0 <= position < len(self.sentences) else None


# Words for a facility named before; what they can stand for.
# What a sentence of a newsroom never reaches; beyond it stands noise, and every pair of the two costs a path.
_MOST_TRIGGERS = 12
_MOST_FACILITIES = 20
_MILITARY = sieve(
    r"\b(?:missiles?|rockets?|air ?strikes?|shell(?:ed|ing|s)|drones?|bomb(?:ed|ing|s)|artillery|forces|blown up|blew "
    r"up|warplanes?)\b",
    re.IGNORECASE,
)


_LABOUR = sieve(
    r"\b(?:unions?|strikers|walk-?out|(?:work )?stoppages?|wages?|pay (?:talks|claim|rise|dispute)|conciliation|"
    r"strike (?:vote|ballot|notice|action))\b",
    re.IGNORECASE,
)


_COREFERENT: dict[str, frozenset[str]] = {
    "facility": frozenset(), "site": frozenset(), "complex": frozenset(), "installation": frozenset(),
    "infrastructure": frozenset(),
    "plant": frozenset("power_plant nuclear_plant hydro_dam gas_processing lng_terminal petrochemical_plant "
                       "refinery".split()),
    "station": frozenset("power_plant nuclear_plant substation pump_or_compressor_station hydro_dam".split()),
    "vessel": frozenset({"tanker", "platform"}), "ship": frozenset({"tanker", "platform"}),
    "line": frozenset("oil_pipeline gas_pipeline product_pipeline transmission_line cable".split()),
    "pipe": frozenset("oil_pipeline gas_pipeline product_pipeline".split()),
    "pipeline": frozenset("oil_pipeline gas_pipeline product_pipeline".split()),
    "terminal": frozenset("oil_terminal lng_terminal fuel_depot port".split()),
    "depot": frozenset({"fuel_depot", "storage"}), "tank": frozenset({"storage", "fuel_depot"}),
    "field": frozenset({"oil_field", "gas_field"}), "well": frozenset({"oil_field", "gas_field"}),
    "rig": frozenset({"platform"}), "platform": frozenset({"platform"}), "dam": frozenset({"hydro_dam"}),
    "unit": frozenset("power_plant nuclear_plant refinery".split()), "cable": frozenset({"cable", "transmission_line"}),
    "reactor": frozenset({"nuclear_plant"}), "grid": frozenset({"power_grid"}), "tanker": frozenset({"tanker"}),
    "turbine": frozenset({"power_plant", "hydro_dam", "gas_pipeline", "wind_or_solar", "pump_or_compressor_station"}),
    "refinery": frozenset({"refinery"}), "powerhouse": frozenset({"hydro_dam", "power_plant"}),
    "interconnector": frozenset({"cable", "gas_pipeline"}),
}  # fmt: skip


_GAS = sieve(r"\b(?:natural gas|gas|methane|compressor|mcf|mscf|biogas)\b", re.IGNORECASE)


_CRUDE = sieve(r"\b(?:crude|oil|condensate)\b", re.IGNORECASE)


_PRODUCT = sieve(
    r"\b(?:gasoline|diesel|jet fuel|kerosene|propane|butane|ngl|naphtha|refined products?|products?|ethanol|gas oil|"
    r"fuel oil|ammonia|transmix|turbine fuel|lpg|petrol)\b",
    re.IGNORECASE,
)


_OPERATING = sieve(
    r"\b(?:psi|psig|maop|mop|scada|pig(?:ging)?|launcher|receiver|crude|barrels?|bbls?|gasoline|propane|butane|"
    r"natural gas|pipeline|relief valve|compressor|pump station|right[- ]of[- ]way|"
    r"bpd|b/d|megawatts?|mw|kv|refinery|oil|diesel|lng|condensate)\b",
    re.IGNORECASE,
)


# The words of operators' incident forms: two of them in capitals, or four, make a bare "valve" or "line" a pipeline's.
_HARDWARE = sieve(
    r"\b(?:valves?|flanges?|gaskets?|pumps?|relief|pipes?|pipelines?|piping|welds?|weld(?:ed|ing)|tanks?|one[- ]call|"
    r"nrc|scada|psig?|maop|right[- ]of[- ]way|compressors?|manifolds?|tubing|"
    r"corrosion|excavat\w+|stopple|line|meter|release|barrels?|bbls?|gallons|natural gas|crude|gasoline|propane|"
    r"station|blowdown|seal|unit|pin ?hole|leak(?:s|ed|ing|age)?)\b",
    re.IGNORECASE,
)


def read(
    document: Document,
    sentences: list[Sentence],
    copies: dict[Where, str],
    find_names: Callable[[str], Sequence[NameMatch]],
    *,
    relevant: bool = True,
) -> Reading:
    """The linear pass over one document: names, typed facilities and triggers of every sentence."""
    names: dict[Where, list[NameMatch]] = {
        where: list(find_names(copy)) if copy else [] for where, copy in copies.items()
    }
    reading = Reading(document=document, sentences=sentences, copies=copies, names=names, relevant=relevant)
    reading.frame = frame_of(copies["title"], copies["text"])
    reading.year = document.published_at.year if document.published_at is not None else None
    starts = {where: [n.start for n in found] for where, found in names.items()}
    commodity_words = 0
    # A strike that a union has called is one in every sentence of the text.
    whole = " ".join(copies.values())[:6000]
    labour = {"union"} if _LABOUR.search(whole) and not _MILITARY.search(whole) else set()
    for sentence in sentences:
        refs = find_facilities(sentence, names[sentence.where], starts[sentence.where])
        if refs:
            reading.facilities[sentence.index] = refs[:_MOST_FACILITIES]
        if sentence.kind != "advice":
            told = find_triggers(sentence.text)
            vocabulary = {m.group().lower() for m in words(sentence.text)} | labour if told else set()
            found = [t for t in (t.fitting(vocabulary) for t in told) if t is not None]
            if found:
                reading.triggers[sentence.index] = found[:_MOST_TRIGGERS]
        commodity_words += len(_OPERATING.findall(sentence.text)) if commodity_words < 4 else 0
    everything = [ref for refs in reading.facilities.values() for ref in refs]
    if reading.frame == "computing" and any(ref.known or ref.company for ref in everything):
        reading.frame = None  # the servers that failed are those of an energy body
    hardware = len({m.lower().rstrip("s") for m in _HARDWARE.findall(" ".join(copies.values())[:6000])})
    technical = hardware >= (2 if shouted(copies["text"]) else 4) and bool(reading.triggers)
    reading.energy = (
        commodity_words >= 3
        or technical
        or any(ref.bare == "yes" and ref.facility_type != "tanker" for ref in everything)
    )
    reading.commodity = _commodity(copies)
    reading.energy = reading.energy or (reading.commodity == "transmission_line" and relevant)
    _resolve_types(reading)
    _resolve_coreference(reading)
    return reading


_WIRES = sieve(
    r"\b(?:electric\w*|power (?:cuts?|lines?|outages?|grid|supply|failure)|(?:without|lost|restored?|restoring) power|"
    r"k[vV]|kilovolts?|[MG]W|megawatts?|substations?|transformers?|pylons?|blackouts?|circuit|grid)\b",
    re.IGNORECASE,
)
_PIPES = sieve(r"\bpipe\w*|\bpumped\b|\bvalves?\b", re.IGNORECASE)


def _commodity(copies: dict[Where, str]) -> FacilityType:
    text = " ".join(copies.values())[:20_000]
    gas, crude, product = (len(p.findall(text)) for p in (_GAS, _CRUDE, _PRODUCT))
    if len(_WIRES.findall(text)) > gas + crude + product and not _PIPES.search(text):
        return "transmission_line"
    if gas >= max(crude, product) and gas:
        return "gas_pipeline"
    return "product_pipeline" if product > crude else "oil_pipeline"


_WIND = sieve(r"\bwind\b", re.IGNORECASE)


# What lines are made of; in a text on a line without a station they are the line's own.
_FITTINGS = frozenset("valve flange gasket fitting nipple tubing regulator meter strainer".split())
_ON_A_LINE = re.compile(r"\b(?:pipe ?lines?|trunk ?lines?|\w+ line|mains?)\b", re.IGNORECASE)
_STATION = sieve(r"\b(?:stations?|terminals?|refiner\w+|plants?|depots?|tanks?)\b", re.IGNORECASE)


def _resolve_types(reading: Reading) -> None:
    """Bare "pipeline", "line" and "pipe" take the commodity of the text; in a text about energy they are facilities."""
    whole = " ".join(reading.copies.values())[:6000]
    on_a_line = bool(_ON_A_LINE.search(whole)) and not _STATION.search(whole)
    for refs in reading.facilities.values():
        for ref in refs:
            if (
                ref.noun in _FITTINGS
                and ref.bare == "context"
                and not ref.known
                and on_a_line
                and reading.commodity != "transmission_line"
            ):
                ref.facility_type = reading.commodity
            if ref.noun == "turbine" and ref.bare == "coref" and any(_WIND.search(c) for c in reading.copies.values()):
                ref.bare, ref.facility_type = "yes", "wind_or_solar"
            if (
                ref.known
                or ref.company
                or ref.noun not in ("pipeline", "line", "pipe", "piping", "weld", "mainline", "flowline")
            ):
                continue
            plain = ref.facility_type == "oil_pipeline" and not re.search(r"oil|crude", ref.name, re.IGNORECASE)
            if plain and (reading.commodity != "transmission_line" or ref.noun == "line"):
                ref.facility_type = reading.commodity


def _resolve_coreference(reading: Reading) -> None:
    """Gives "the plant", "the vessel" their antecedent, and drops what stands for nothing that is about energy."""
    seen: list[FacilityRef] = []
    for sentence in reading.sentences:
        kept: list[FacilityRef] = []
        for ref in reading.facilities.get(sentence.index, ()):
            if (
                ref.noun in ("pipeline", "platform", "terminal")
                and not (ref.known or ref.proper or reading.relevant)
                and ref.name.lower() in ("pipeline", "pipelines")
            ):
                continue  # a data or sales pipeline that its own words do not give away
            if ref.known or ref.company:
                kept.append(ref)
                if not ref.company:
                    seen.append(ref)
                continue
            allowed = _COREFERENT.get(ref.noun)
            if allowed is not None and not ref.proper and (ref.bare in ("coref", "context") or ref.definite):
                before = [s for s in seen[-12:] if (not allowed or s.facility_type in allowed) and s.antecedent is None]
                same_sentence = [s for s in before if s.sentence == ref.sentence and s.where == ref.where]
                if before and (ref.definite or ref.bare == "coref") and not ref.plural:
                    found = (same_sentence or before)[-1]
                    ref.antecedent = found
                    if ref.bare != "yes" or ref.noun in ("pipeline", "tanker", "refinery"):
                        ref.facility_type = found.facility_type
            if ref.bare == "hostile" and ref.antecedent is None:
                # A dam without power is no energy facility; but dams that are fired at are told as infrastructure.
                if not _MILITARY.search(sentence.text):
                    continue
                ref.bare = "yes"
            if ref.antecedent is None and (
                ref.bare == "coref"
                or (ref.bare == "context" and not (reading.energy or (reading.relevant and ref.proper)))
            ):
                continue
            kept.append(ref)
            if ref.antecedent is None:
                seen.append(ref)
        if kept:
            reading.facilities[sentence.index] = kept
        else:
            reading.facilities.pop(sentence.index, None)
    _bridge(reading)


# Parts and plain words that, in a text on one named facility, are its own.
_ITS_OWN = frozenset(
    "line pipe pipeline unit mooring jetty berth pier buoy terminal flange valve pump compressor manifold train plant "
    "transformer turbine hydrocracker coker reactor refinery depot tank field cable link interconnector substation "
    "station platform dam installation infrastructure loading".split()
)
_WHOLE = frozenset(
    "pipeline line refinery depot field platform station substation cable interconnector dam terminal plant".split()
)
_ANOTHER = re.compile(
    r"\b(?:another|other|second|third|nearby|neighbouring|separate|different|rival|new)\s+\S*\s*$", re.IGNORECASE
)


def _bridge(reading: Reading) -> None:
    """Makes "a mooring", "the 85,000 b/d line" the one facility that the document names."""
    everything = [r for refs in reading.facilities.values() for r in refs]
    named = {r.facility_id: r for r in everything if r.known}
    if len(named) != 1:
        return
    only = next(iter(named.values()))
    for ref in everything:
        if ref.known or ref.company or ref.antecedent is not None or ref.proper or ref.noun not in _ITS_OWN:
            continue
        if facility_compatibility(ref.facility_type, only.facility_type) < 0.6 and ref.bare == "yes":
            continue
        if ref.facility_type != only.facility_type and ref.noun in _WHOLE and ref.bare == "yes" and not ref.definite:
            continue  # "a gas pipeline that feeds the Sui plant" is no part of the plant
        copy = reading.copies[ref.where]
        if ref.plural or _ANOTHER.search(copy[max(0, ref.start - 24) : ref.start]):
            continue
        ref.antecedent = only
