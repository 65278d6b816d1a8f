"""What has been found in one document before events are made of it: facilities, triggers and which sentences to parse."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from spacy.tokens import Doc

from nlp.facility_terms import Bare, find_typed_facilities
from nlp.records import Document, FacilityType, Where
from nlp.text import Sentence, shouted, words
from nlp.triggers import TriggerMatch, find_triggers


class Name(Protocol):
    """A name of the gazetteer in a text."""

    start: int
    end: int
    text: str
    kind: str
    id: str
    canonical: str
    facility_type: FacilityType | None
    countries: tuple[str, ...]
    country: str | None
    latitude: float | None
    longitude: float | None
    entry_kind: str | None


@dataclass(slots=True)
class FacilityRef:
    """One mention of a facility; offsets into the text or title it stands in."""

    start: int
    end: int
    head: int  # offset of the noun
    where: Where
    sentence: int
    name: str
    facility_type: FacilityType
    bare: Bare = "yes"
    noun: str = ""
    facility_id: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    countries: tuple[str, ...] = ()
    plural: bool = False
    definite: bool = False
    proper: str = ""
    company: bool = False
    antecedent: FacilityRef | None = None
    by_place: tuple[int, int] | None = None  # where the place stands that made the facility known

    @property
    def known(self) -> bool:
        return self.facility_id is not None


@dataclass(slots=True)
class Reading:
    """A document with its sentences and what the linear pass found in them."""

    document: Document
    sentences: list[Sentence]
    copies: dict[Where, str]
    names: dict[Where, list[Name]]
    facilities: dict[int, list[FacilityRef]] = field(default_factory=dict)  # by sentence index
    triggers: dict[int, list[TriggerMatch]] = field(default_factory=dict)
    docs: dict[int, Doc] = field(default_factory=dict)  # parsed sentences
    energy: bool = False
    commodity: FacilityType = "oil_pipeline"
    relevance: float | None = None
    relevant: bool = True

    def sentence(self, index: int) -> Sentence | None:
        """The sentence with an index (-1: the title)."""
        position = index + (1 if self.sentences and self.sentences[0].index == -1 else 0)
        return self.sentences[position] if 0 <= position < len(self.sentences) else None


# Words for a facility named before; what they can stand for.
_MILITARY = re.compile(
    r"\b(?:missiles?|rockets?|air ?strikes?|shell(?:ed|ing|s)|drones?|bomb(?:ed|ing|s)|artillery|forces|blown up|blew up|warplanes?)\b",
    re.IGNORECASE,
)
_COREFERENT: dict[str, frozenset[str]] = {
    "facility": frozenset(), "site": frozenset(), "complex": frozenset(), "installation": frozenset(), "infrastructure": frozenset(),
    "plant": frozenset("power_plant nuclear_plant hydro_dam gas_processing lng_terminal petrochemical_plant refinery".split()),
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

_GAS = re.compile(r"\b(?:natural gas|gas|methane|compressor|mcf|mscf|biogas)\b", re.IGNORECASE)
_CRUDE = re.compile(r"\b(?:crude|oil|condensate)\b", re.IGNORECASE)
_PRODUCT = re.compile(
    r"\b(?:gasoline|diesel|jet fuel|kerosene|propane|butane|ngl|naphtha|refined products?|products?|ethanol|gas oil|fuel oil|ammonia|transmix|turbine fuel|lpg|petrol)\b",
    re.IGNORECASE,
)
_OPERATING = re.compile(
    r"\b(?:psi|psig|maop|mop|scada|pig(?:ging)?|launcher|receiver|crude|barrels?|bbls?|gasoline|propane|butane|natural gas|pipeline|relief valve|compressor|pump station|right[- ]of[- ]way|"
    r"bpd|b/d|megawatts?|mw|kv|refinery|oil|diesel|lng|condensate)\b",
    re.IGNORECASE,
)
# The words of operators' incident forms; two of them in capitals, or four, and a bare "valve" or "line" is a pipeline's.
_HARDWARE = re.compile(
    r"\b(?:valves?|flanges?|gaskets?|pumps?|relief|pipes?|pipelines?|piping|welds?|weld(?:ed|ing)|tanks?|one[- ]call|nrc|scada|psig?|maop|right[- ]of[- ]way|compressors?|manifolds?|tubing|"
    r"corrosion|excavat\w+|stopple|line|meter|release|barrels?|bbls?|gallons|natural gas|crude|gasoline|propane|station|blowdown|seal|unit|pin ?hole|leak(?:s|ed|ing|age)?)\b",
    re.IGNORECASE,
)
# Words of a shipping message: a bare "vessel" there is not yet a tanker.
_PART_OF_NAME = re.compile(r"['’]s?\s+$|^\s+$|^$")
_SYSTEM_PARTS = frozenset(
    "oil_terminal port pump_or_compressor_station storage fuel_depot lng_terminal platform substation control_system".split()
)
_ROAD = re.compile(
    r"\b(?:lorry|lorries|truck|trucks|highway|motorway|expressway|road|roads|street|driver|drivers|bus|buses|car|cars|overturn\w*|intersection|toll|motorists?|fuel station|siphon\w*|scoop\w*|roadside|traffic|passengers?|flyover|crossing|trailer)\b",
    re.IGNORECASE,
)
_SEA = re.compile(
    r"\b(?:sea|gulf|strait|ocean|coast|port|harbou?r|anchor\w*|aboard|crew\w*|vessel|ship\w*|flagged|nautical|nm|naval|navy|maritime|sail\w*|skiffs?|pirates?|boarded|underway|waters|canal|channel|offshore|cargo|terminal|berth\w*|moor\w*|knots|off|imb|master|ukmto|imo|dwt|flag|tow\w*|island|bay|lagoon|river)\b",
    re.IGNORECASE,
)


def read(
    document: Document,
    sentences: list[Sentence],
    copies: dict[Where, str],
    find_names: Callable[[str], Sequence[Name]],
    *,
    relevant: bool = True,
) -> Reading:
    """The linear pass over one document: names, typed facilities and triggers of every sentence."""
    names: dict[Where, list[Name]] = {where: list(find_names(copy)) if copy else [] for where, copy in copies.items()}
    reading = Reading(document=document, sentences=sentences, copies=copies, names=names, relevant=relevant)
    starts = {where: [n.start for n in found] for where, found in names.items()}
    commodity_words = 0
    for sentence in sentences:
        refs = _facilities_of(sentence, names[sentence.where], starts[sentence.where])
        if refs:
            reading.facilities[sentence.index] = refs
        if sentence.kind != "advice":
            vocabulary = {m.group().lower() for m in words(sentence.text)}
            found = [t for t in (t.fitting(vocabulary) for t in find_triggers(sentence.text)) if t is not None]
            if found:
                reading.triggers[sentence.index] = found
        commodity_words += len(_OPERATING.findall(sentence.text)) if commodity_words < 4 else 0
    everything = [ref for refs in reading.facilities.values() for ref in refs]
    hardware = len({m.lower().rstrip("s") for m in _HARDWARE.findall(" ".join(copies.values())[:6000])})
    technical = hardware >= (2 if shouted(copies["text"]) else 4) and bool(reading.triggers)
    reading.energy = (
        commodity_words >= 3
        or technical
        or any(ref.bare == "yes" and ref.facility_type != "tanker" for ref in everything)
    )
    reading.commodity = _commodity(copies)
    _resolve_types(reading)
    _resolve_coreference(reading)
    return reading


def _names_in(found: Sequence[Name], starts: Sequence[int], sentence: Sentence) -> list[Name]:
    first = bisect_left(starts, sentence.start)
    last = bisect_left(starts, sentence.end)
    return [n for n in found[first:last] if n.end <= sentence.end]


def _facilities_of(sentence: Sentence, found: Sequence[Name], starts: Sequence[int]) -> list[FacilityRef]:
    named = _names_in(found, starts, sentence)
    refs: list[FacilityRef] = _motor_tankers(sentence)
    road = bool(_ROAD.search(sentence.text)) and not _SEA.search(sentence.text)
    for typed in find_typed_facilities(sentence.text):
        if typed.noun == "regulator" and not sentence.text.isupper():
            continue
        if typed.noun in ("tanker", "truck", "lorry") and road and not _HOSTILE.search(sentence.text):
            continue
        start, end = sentence.start + typed.start, sentence.start + typed.end
        base = FacilityRef(
            start=start, end=end, head=sentence.start + typed.head, where=sentence.where, sentence=sentence.index,
            name=typed.text, facility_type=typed.facility_type, bare=typed.bare, noun=typed.noun, plural=typed.plural,
            definite=typed.definite, proper=typed.proper, company=typed.facility_type == "company",
        )  # fmt: skip
        if typed.members:
            for left, right, name in typed.members:
                refs.append(
                    replace(
                        base,
                        start=sentence.start + left,
                        end=sentence.start + right,
                        name=name,
                        proper=name,
                        plural=False,
                    )
                )
            continue
        refs.append(base)
    for name in named:
        if name.kind == "organisation":
            if name.entry_kind in _TARGET_KINDS:
                refs.append(_company(name, sentence))
            _own(refs, name)
            continue
        if name.kind != "facility" or re.search(r"\bbridge\b", name.text, re.IGNORECASE):
            continue
        _merge(refs, name, sentence)
    refs.sort(key=lambda r: (r.start, r.end))
    return refs


_HOSTILE = re.compile(
    r"\b(?:attack\w*|gunm[ae]n|militants?|bomb\w*|torch\w*|insurgents?|taliban|rebels?|terrorists?|rocket\w*|missiles?|drones?|ambush\w*|set ablaze|shoot\w*|shot|hijack\w*|armed)\b",
    re.IGNORECASE,
)


_MOTOR_TANKER = re.compile(r"\b(?:M/T|MT|M\.T\.)\s+[\"'(]?((?:[A-Z][\w'-]*\s?){1,4})")


def _motor_tankers(sentence: Sentence) -> list[FacilityRef]:
    """Ships that their prefix calls tankers: "MT New Diamond"."""
    return [
        FacilityRef(
            start=sentence.start + m.start(),
            end=sentence.start + m.start(1) + len(m[1].rstrip()),
            head=sentence.start + m.start(1) + len(m[1].rstrip()) - 1,
            where=sentence.where,
            sentence=sentence.index,
            name=m.group().rstrip(),
            facility_type="tanker",
            noun="tanker",
            proper=m[1].strip(),
        )  # fmt: skip
        for m in _MOTOR_TANKER.finditer(sentence.text)
    ]


def _company(name: Name, sentence: Sentence) -> FacilityRef:
    return FacilityRef(
        start=name.start, end=name.end, head=name.end - 1, where=sentence.where, sentence=sentence.index, name=name.canonical,
        facility_type="company", noun="company", proper=name.text, company=True, countries=name.countries,
    )  # fmt: skip


def _own(refs: list[FacilityRef], name: Name) -> None:
    """A bare "facility" after an energy company's name is that company's: "an Aramco facility in Jeddah"."""
    for ref in refs:
        if ref.bare == "coref" and (ref.start <= name.start < ref.end or 0 <= ref.start - name.end <= 3):
            ref.bare = "yes"


# Bodies that can themselves be the energy target; a regulator or a news agency cannot.
_TARGET_KINDS = frozenset({"company", "operator"})
_IN_PLACE = re.compile(r"^\s+(?:in|at|of)\s+(?:the\s+)?(?:[\w'-]+\s+){0,2}$")


def _merge(refs: list[FacilityRef], name: Name, sentence: Sentence) -> None:
    facility_type = name.facility_type or "other"
    for ref in refs:
        between = sentence.text[ref.end - sentence.start : name.start - sentence.start] if ref.end < name.start else ""
        if (
            between
            and len(between) < 40
            and _IN_PLACE.match(between)
            and not ref.known
            and not ref.company
            and _same_kind(ref.facility_type, facility_type)
        ):
            # "an oil refinery in Ulsan": the gazetteer knows the refinery, and Ulsan is still a place.
            ref.facility_id, ref.name, ref.bare, ref.by_place = name.id, name.canonical, "yes", (name.start, name.end)
            ref.latitude, ref.longitude, ref.countries = name.latitude, name.longitude, name.countries
            return
    for ref in refs:
        touching = name.start < ref.end and ref.start < name.end
        gap = sentence.text[name.end - sentence.start : ref.start - sentence.start] if name.end <= ref.start else None
        owning = gap is not None and len(gap) <= 4 and _PART_OF_NAME.search(gap) is not None
        if not touching and not owning:
            continue
        if ref.company or (ref.known and ref.facility_id != name.id):
            continue
        if (
            owning
            and ref.facility_type not in _SYSTEM_PARTS
            and ref.bare == "yes"
            and ref.facility_type != facility_type
        ):
            continue
        part = (
            ref.bare == "yes"
            and ref.noun not in ("pipeline", "line", "field", "plant")
            and ref.facility_type in _SYSTEM_PARTS
        )
        ref.facility_id, ref.name = name.id, name.canonical
        if facility_type == "other" and ref.bare == "yes" and ref.facility_type != "other":
            pass
        elif not part or facility_type in ("port", "oil_terminal", "lng_terminal", "refinery"):
            ref.facility_type = facility_type
        ref.latitude, ref.longitude, ref.countries = name.latitude, name.longitude, name.countries
        ref.bare = "yes"
        ref.start, ref.end = min(ref.start, name.start), max(ref.end, name.end)
        return
    refs.append(
        FacilityRef(
            start=name.start,
            end=name.end,
            head=name.end - 1,
            where=sentence.where,
            sentence=sentence.index,
            name=name.canonical,
            facility_type=facility_type,
            noun=facility_type,
            facility_id=name.id,
            latitude=name.latitude,
            longitude=name.longitude,
            countries=name.countries,
            proper=name.text,
        )  # fmt: skip
    )


def _same_kind(one: FacilityType, other: FacilityType) -> bool:
    return (
        one == other
        or {one, other} <= {"storage", "fuel_depot"}
        or {one, other} <= {"oil_terminal", "port"}
        or {one, other} <= {"oil_field", "gas_field"}
    )


def _commodity(copies: dict[Where, str]) -> FacilityType:
    text = " ".join(copies.values())[:20_000]
    gas, crude, product = (len(p.findall(text)) for p in (_GAS, _CRUDE, _PRODUCT))
    if gas >= max(crude, product) and gas:
        return "gas_pipeline"
    return "product_pipeline" if product > crude else "oil_pipeline"


def _resolve_types(reading: Reading) -> None:
    """Bare "pipeline", "line" and "pipe" take the commodity of the text; in a text about energy they are facilities."""
    for refs in reading.facilities.values():
        for ref in refs:
            if (
                ref.known
                or ref.company
                or ref.noun not in ("pipeline", "line", "pipe", "piping", "weld", "mainline", "flowline")
            ):
                continue
            plain = ref.facility_type == "oil_pipeline" and not re.search(r"oil|crude", ref.name, re.IGNORECASE)
            if plain:
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
            if ref.antecedent is None and (ref.bare == "coref" or (ref.bare == "context" and not reading.energy)):
                continue
            kept.append(ref)
            if ref.antecedent is None:
                seen.append(ref)
        if kept:
            reading.facilities[sentence.index] = kept
        else:
            reading.facilities.pop(sentence.index, None)
