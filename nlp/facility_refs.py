"""The mentions of facilities in a sentence: typed ones and those of the gazetteer, joined where they are one."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nlp.facility_table import Bare
from nlp.facility_terms import TypedFacility, find_typed_facilities
from nlp.gazetteer import NameMatch
from nlp.records import FacilityType, Where
from nlp.sieve import sieve
from nlp.text import Sentence


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


# Words of a shipping message: a bare "vessel" there is not yet a tanker.
_PART_OF_NAME = re.compile(r"['’]s?\s+$|^\s+$|^$")


_SYSTEM_PARTS = frozenset(
    "oil_terminal port pump_or_compressor_station storage fuel_depot lng_terminal platform substation "
    "control_system".split()
)


_ROAD = sieve(
    r"\b(?:lorry|lorries|truck|trucks|highway|motorway|expressway|road|roads|street|driver|drivers|bus|buses|car|cars|"
    r"overturn\w*|intersection|toll|motorists?|fuel station|siphon\w*|scoop\w*|roadside|traffic|passengers?|flyover|"
    r"crossing|trailer)\b",
    re.IGNORECASE,
)


_SEA = sieve(
    r"\b(?:sea|gulf|strait|ocean|coast|port|harbou?r|anchor\w*|aboard|crew\w*|vessel|ship\w*|flagged|nautical|nm|"
    r"naval|navy|maritime|sail\w*|skiffs?|pirates?|boarded|underway|waters|canal|channel|offshore|cargo|terminal|"
    r"berth\w*|moor\w*|knots|off|imb|master|ukmto|imo|dwt|flag|tow\w*|island|bay|lagoon|river)\b",
    re.IGNORECASE,
)


def _names_in(found: Sequence[NameMatch], starts: Sequence[int], sentence: Sentence) -> list[NameMatch]:
    first = bisect_left(starts, sentence.start)
    last = bisect_left(starts, sentence.end)
    return [n for n in found[first:last] if n.end <= sentence.end]


def find_facilities(sentence: Sentence, found: Sequence[NameMatch], starts: Sequence[int]) -> list[FacilityRef]:
    """The facilities of one sentence: typed, named by the gazetteer, and companies that can be a target."""
    named = _names_in(found, starts, sentence)
    refs: list[FacilityRef] = _motor_tankers(sentence)
    road = bool(_ROAD.search(sentence.text)) and not _SEA.search(sentence.text)
    for typed in find_typed_facilities(sentence.text):
        if typed.noun == "regulator" and not sentence.text.isupper():
            continue
        if (
            typed.noun in ("tanker", "truck", "lorry")
            and road
            and not (_HOSTILE.search(sentence.text) or _burns(sentence.text))
        ):
            continue
        if _is_another_vehicle(typed, sentence.text) or _SUPPLIER.match(sentence.text, typed.end):
            continue
        kind = "other" if _on_wheels(typed, sentence.text) else typed.facility_type
        start, end = sentence.start + typed.start, sentence.start + typed.end
        base = FacilityRef(
            start=start,
            end=end,
            head=sentence.start + typed.head,
            where=sentence.where,
            sentence=sentence.index,
            name=typed.text,
            facility_type=kind,
            bare=typed.bare,
            noun=typed.noun,
            plural=typed.plural,
            definite=typed.definite,
            proper=typed.proper,
            company=typed.facility_type == "company",
        )
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
    for found_name in named:
        if found_name.kind == "organisation":
            if found_name.entry_kind in _TARGET_KINDS and not _RETAIL.match(
                sentence.text, found_name.end - sentence.start
            ):
                refs.append(_company(found_name, sentence))
            _own(refs, found_name)
            continue
        if found_name.kind != "facility" or re.search(r"\bbridge\b", found_name.text, re.IGNORECASE):
            continue
        _merge(refs, found_name, sentence)
    refs.sort(key=lambda r: (r.start, r.end))
    return refs


# What only supplies the works: "an oilfield services group", "a pipeline equipment maker".
_SUPPLIER = re.compile(
    r"(?:[ -]+(?:services?|equipment|technology|supplies|software|engineering))+[ -]+"
    r"(?:group|compan(?:y|ies)|firms?|giants?|providers?|makers?|suppliers?|contractors?|majors?|business|arm|division|sector|stocks?|shares?)\b",
    re.IGNORECASE,
)
_ROAD_TANKERS = frozenset({"truck", "lorry", "wagon", "car", "trailer", "tanker", "bowser", "train", "railcar"})
_OTHER_CARGO = sieve(
    r"\b(?:chlorine|ammonia|acids?|caustic|sulphur|sulfur|fertili[sz]ers?|milk|wine|beer|juice|water|molasses|sewage|"
    r"slurry|cement|oxygen|nitrogen|hydrogen peroxide|edible oil|cooking oil|palm oil|sunflower oil|vegetable oil|"
    r"syrup|latex|solvents?|pesticides?|liquid (?:carbon dioxide|oxygen|nitrogen)|chocolate|paint|grain)\b",
    re.IGNORECASE,
)
_FUEL = sieve(
    r"\b(?:petrol|gasoline|diesel|kerosene|jet fuel|fuel|fuels|crude|petroleum|lpg|lng|naphtha|propane|butane|bitumen|"
    r"(?<!cooking )(?<!edible )(?<!palm )(?<!flower )(?<!vegetable )oil|gas)\b",
    re.IGNORECASE,
)
_AIRBORNE = re.compile(
    r"\b(?:air force base|air ?base|airfield|runway|refuell?ing (?:aircraft|plane|flight|mission|tanker)s?|mid-?air|"
    r"aerial refuell?ing|squadron|aircraft type|wildfires?|bird strike|took off|flying (?:over|low)|RAF|USAF|in-flight|"
    r"(?:taking|took|take|receiv\w+) (?:on )?fuel from|refuell?(?:ed|ing) from)\b|"
    r"\b[A-Z]{1,3}-\d{2,3}[A-Z]?\s+tankers?\b",
)
_AFLOAT = sieve(
    r"\b(?:vessels?|ships?|flagged|nautical|maritime|berth\w*|moor\w*|anchor\w*|cargo|crude|oil|lng|lpg|hull)\b",
    re.IGNORECASE,
)


def _is_another_vehicle(typed: TypedFacility, text: str) -> bool:
    """Whether a tanker is an aircraft, or a lorry or wagon with a cargo that is no fuel."""
    if typed.noun == "tanker" and typed.facility_type == "tanker":
        return bool(_AIRBORNE.search(text)) and not _AFLOAT.search(text)
    if typed.facility_type == "other" and typed.noun in _ROAD_TANKERS:
        return bool(_OTHER_CARGO.search(text)) and not _FUEL.search(text)
    return False


# What bears a company's name without being its works.
_RETAIL = re.compile(
    r"(?:['’]s)?\s+(?:(?:filling|petrol|gas|service|fuel|charging)[ -]stations?|garage|forecourt|shop|store|card|"
    r"credit card|stadium|cup)\b",
    re.IGNORECASE,
)


_HOSTILE = sieve(
    r"\b(?:set (?:fire|on fire|alight)|separatists?|arson\w*|"
    r"attack\w*|gunm[ae]n|militants?|bomb\w*|torch\w*|insurgents?|taliban|rebels?|terrorists?|rocket\w*|"
    r"missiles?|drones?|ambush\w*|set ablaze|(?:opened|open|under) fire|fired (?:up)?on|jihad\w*|robb\w+|stole\w*|"
    r"burned \w+ (?:fuel|oil)|"
    r"siege|shoot\w*|shot|hijack\w*|armed)\b",
    re.IGNORECASE,
)


# A cargo that blows up is the event, whatever road it stood on.
_CARGO_ALIGHT = sieve(
    r"\b(?:explo(?:ded?|des|sions?)|blasts?|blaze|caught fire|catch(?:es)? fire|burst into flames|fireball|inferno|"
    r"burn(?:ed|t) to death|ignited|ablaze|(?:fuel|oil|petrol|gas) tanker (?:truck |lorry )?fire)\b",
    re.IGNORECASE,
)


_LAND = sieve(r"\b(?:ambush\w*|convoys?|columns?|drivers?|NATO|trucks?|lorr(?:y|ies)|road|highway)\b", re.IGNORECASE)
_ROAD_CARGO = sieve(r"\b(?:fuel|petrol|gasoline|gas|diesel|lpg)(?: oil)?[ -]tankers?\b", re.IGNORECASE)


def _on_wheels(typed: TypedFacility, text: str) -> bool:
    """Whether a tanker is a lorry: one of fuel, or one among trucks and convoys, with no word of the sea beside it."""
    if typed.noun != "tanker" or typed.facility_type != "tanker" or _SEA.search(text):
        return False
    return bool(_ROAD_CARGO.search(typed.text) or _LAND.search(text))


_CRASH = sieve(r"\b(?:collid\w+|collision|crash\w*|overturn\w*)\b", re.IGNORECASE)
_BLOWS_UP = sieve(
    r"\b(?:bl(?:ew|ows?|own|owing) up|explo(?:ded?|des|sions?)|blasts?|fireball|inferno)\b", re.IGNORECASE
)


def _burns(text: str) -> bool:
    """Whether a road tanker's cargo went up; a crash in which vehicles caught fire is one of the traffic."""
    return bool((_BLOWS_UP if _CRASH.search(text) else _CARGO_ALIGHT).search(text))


_MOTOR_TANKER = sieve(r"\b(?:M/T|MT|M\.T\.)\s+[\"'(]?((?:[A-Z][\w'-]*\s?){1,4})")


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
        )
        for m in _MOTOR_TANKER.finditer(sentence.text)
    ]


def _company(name: NameMatch, sentence: Sentence) -> FacilityRef:
    return FacilityRef(
        start=name.start, end=name.end, head=name.end - 1, where=sentence.where, sentence=sentence.index,
        name=name.canonical,
        facility_type="company", noun="company", proper=name.text, company=True, countries=name.countries,
    )  # fmt: skip


def _own(refs: list[FacilityRef], name: NameMatch) -> None:
    """A bare "facility" after an energy company's name is that company's: "an Aramco facility in Jeddah"."""
    for ref in refs:
        if ref.bare == "coref" and (ref.start <= name.start < ref.end or 0 <= ref.start - name.end <= 3):
            ref.bare = "yes"


# Bodies that can themselves be the energy target; a regulator or a news agency cannot.
_TARGET_KINDS = frozenset({"company", "operator"})


_IN_PLACE = re.compile(r"^\s+(?:in|at|of)\s+(?:the\s+)?(?:[\w'-]+\s+){0,2}$")


def _merge(refs: list[FacilityRef], name: NameMatch, sentence: Sentence) -> None:
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
        if facility_type in ("oil_field", "gas_field") and ref.bare == "yes" and ref.noun in _BUILT and not touching:
            return  # the "Urengoy condensate plant" stands at the field and is not the field
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
        )
    )


_BUILT = frozenset({"plant", "refinery", "terminal", "station", "depot", "substation"})


def _same_kind(one: FacilityType, other: FacilityType) -> bool:
    return (
        one == other
        or {one, other} <= {"storage", "fuel_depot"}
        or {one, other} <= {"oil_terminal", "port"}
        or {one, other} <= {"oil_field", "gas_field"}
    )
