"""How a briefing writes numbers, units, dates, event types and field names."""

from __future__ import annotations

import re
from datetime import date

from store.records import Fact, IncidentView

MONTHS = (
    "January February March April May June July August September October November December".split()
)  # not from `calendar`, which follows the locale

UNIT_PHRASES = {
    "bbl/d": "barrels a day", "bbl": "barrels", "m3": "cubic metres", "m3/d": "cubic metres a day",
    "bcm/y": "bcm a year", "t": "tonnes", "t/d": "tonnes a day", "t/y": "tonnes a year", "MW": "MW", "MWh": "MWh",
    "km": "km", "day": "days", "hour": "hours", "people": "people", "customers": "customers",
}  # fmt: skip
_PRICE_PER = {"bbl": "a barrel", "MWh": "per MWh", "t": "a tonne", "m3": "a cubic metre"}

# Words before and after a figure that give its role.
ROLES = {
    "killed": ("", " killed"), "injured": ("", " injured"), "missing": ("", " missing"), "detained": ("", " detained"),
    "lost": ("", " lost"), "at_risk": ("", " at risk"), "restored": ("", " restored"), "spilled": ("", " spilled"),
    "customers": ("", " affected"), "duration": ("lasting ", ""), "damage_cost": ("damage put at ", ""),
    "stored": ("", " in store"), "throughput": ("normally carries ", ""), "capacity": ("capacity ", ""),
    "price": ("price ", ""),
}  # fmt: skip
PEOPLE = frozenset({"killed", "injured", "missing", "detained"})

TYPE_NOUNS = {
    "attack": "Attack", "sabotage": "Sabotage", "cyberattack": "Cyberattack", "theft": "Theft", "seizure": "Seizure",
    "blockade": "Blockade", "accident": "Accident", "outage": "Outage", "natural_hazard": "Natural hazard",
    "sanction": "Sanctions", "legal_diplomatic": "Legal and diplomatic", "market": "Market",
}  # fmt: skip
_PREPOSITIONS = {
    "attack": "on", "cyberattack": "on", "theft": "from", "seizure": "of", "blockade": "of", "sanction": "on",
}  # fmt: skip
_ATTACK_MODES = {
    "drone": "drone", "missile": "missile", "artillery": "artillery", "air_strike": "air", "explosive": "bomb",
    "firearms": "armed", "arson": "arson", "mine": "mine", "anchor_or_vessel": "vessel", "cutting": "cutting",
}  # fmt: skip
_CYBER_MODES = {"ransomware": "Ransomware attack", "malware": "Malware attack", "ddos": "Denial-of-service attack",
                "intrusion": "Network intrusion"}  # fmt: skip

STATUS_WORDS = {
    "occurred": "happened", "ongoing": "still going on", "partly_restored": "partly restored",
    "restored": "restored", "threatened": "threatened",
    "planned": "planned", "foiled": "foiled", "denied": "denied", "disputed": "disputed", "retracted": "retracted",
    "merged": "part of another incident", "dismissed": "dismissed by an analyst",
    "confirmed": "confirmed by an analyst",
    "asserted": "stated outright", "attributed": "attributed to a source", "hypothetical": "hypothetical",
    "recommended": "recommended", "exercise": "an exercise", "historical": "told as history",
}  # fmt: skip
# What an incident rests on, and how far it can be believed on the Admiralty scale.
TIER_WORDS = {
    "single_source": "a single source", "corroborated": "independent sources", "official": "an official source",
    "disputed": "disputed", "retracted": "retracted",
}  # fmt: skip
CREDIBILITY_WORDS = {
    1: "confirmed by other sources", 2: "probably true", 3: "possibly true", 4: "doubtful", 5: "improbable",
    6: "cannot be judged",
}  # fmt: skip
# A source's reliability on the same scale.
GRADE_WORDS = {
    "A": "completely reliable", "B": "usually reliable", "C": "fairly reliable", "D": "not usually reliable",
    "E": "unreliable", "F": "cannot be judged",
}  # fmt: skip
FIELD_LABELS = {
    "status": "Status", "factuality": "Grade", "event_type": "Type", "occurred_on": "Date",
    "occurred_until": "Last day",
    "date_precision": "Precision of the date", "place": "Place", "country": "Country", "countries": "Countries",
    "facility": "Facility", "facilities": "Facilities", "facility_ids": "Facilities",
    "facility_type": "Kind of facility",
    "actor": "Said to be behind it", "actors": "Said to be behind it", "claimed_by": "Claimed by",
    "modes": "Means", "risks": "Risks", "confidence": "Confidence", "parent_id": "Part of", "killed": "Killed",
    "merged_into": "Merged into", "verdict": "Verdict",
    "injured": "Injured", "missing": "Missing", "detained": "Detained", "lost": "Lost", "at_risk": "At risk",
    "restored": "Restored", "spilled": "Spilled", "customers": "Affected", "duration": "Lasting",
    "damage_cost": "Damage put at", "stored": "In store", "throughput": "Normally carries", "capacity": "Capacity",
    "credibility": "Credibility", "evidence_tier": "Evidence", "restored_on": "Restored on", "days_out": "Days out",
    "price": "Price", "independent_reports": "Independent publishers", "reports": "Articles",
}  # fmt: skip


def format_number(value: float) -> str:
    """Writes a number so that it reads back as the same: 1.3 million, 1,234,567, 0.5; a long fraction is rounded."""
    value = _rounded(value)
    if abs(value) >= 1e6:
        for scale, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
            if abs(value) >= scale and round(value / scale, 3) * scale == value:
                return f"{value / scale:.3f}".rstrip("0").rstrip(".") + f" {word}"
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.7f}".rstrip("0").rstrip(".")


def _rounded(value: float) -> float:
    """Four significant digits for a figure that a conversion left with a long tail, such as 30,015.8574."""
    return value if value == int(value) or float(f"{value:.5g}") == value else float(f"{value:.4g}")


def format_amount(fact: Fact) -> str:
    """Writes a fact's figure with its bounds and unit: "at least 7", "3 to 5", "about USD 12 million"."""
    low, high = fact.minimum, fact.maximum
    if low is None and high is None:
        return ""
    before, after = _unit_words(fact)
    if low is None or high is None:
        edge = "up to " if low is None else "at least "
        return f"{edge}{before}{format_number(high if low is None else low)}{after}"  # type: ignore[arg-type]
    if low != high:
        return f"{before}{format_number(low)} to {format_number(high)}{after}"
    about = "about " if _is_approximate(fact) or _rounded(low) != low else ""
    return f"{about}{before}{format_number(low)}{_singular(after) if low == 1 else after}"


def bound_words(fact: Fact) -> str:
    """What stands before a figure: "at least ", "up to ", "about " or nothing."""
    if fact.maximum is None:
        return "at least "
    if fact.minimum is None:
        return "up to "
    return "about " if _is_approximate(fact) else ""


def unit_phrase(unit: str) -> str:
    """A canonical unit in words, for more than one: "barrels a day"."""
    return UNIT_PHRASES.get(unit, unit)


def _unit_words(fact: Fact) -> tuple[str, str]:
    unit = fact.unit
    if unit is None or fact.field in PEOPLE:
        return "", ""
    if unit == "%":
        return "", "%"
    if unit in UNIT_PHRASES:
        return "", " " + UNIT_PHRASES[unit]
    money, _, per = unit.partition("/")
    if re.fullmatch(r"[A-Z]{3}", money):
        return f"{money} ", (f" {_PRICE_PER.get(per, 'per ' + per)}" if per else "")
    return "", f" {unit}"


def _singular(phrase: str) -> str:
    """One barrel a day, one tonne, one customer."""
    words = phrase.split(" ")
    if len(words) > 1 and words[1] == "people":
        return " person"
    place = 2 if words[1:2] == ["cubic"] else 1
    if len(words) > place and words[place].endswith("s"):
        words[place] = words[place][:-1]
    return " ".join(words)


def _is_approximate(fact: Fact) -> bool:
    quote = fact.quote
    if fact.detail == "approximate":
        return True
    if fact.value_start is None or fact.value_end is None:
        return False
    around = quote.sentence[max(0, fact.value_start - quote.start - 20) : max(0, fact.value_end - quote.start)]
    return re.search(r"(?i)\b(about|around|nearly|almost|roughly|approximately|some|estimated)\b", around) is not None


def format_day(day: date) -> str:
    """29 November 2025."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def format_period(first: date, last: date | None, precision: str | None) -> str:
    """Writes a date as precisely as it is known: a day, days, a week, a month or a year."""
    if precision == "year":
        return str(first.year)
    if precision == "month":
        return f"{MONTHS[first.month - 1]} {first.year}"
    if precision == "week":
        return f"the week of {format_day(first)}"
    if last is None or last == first:
        return format_day(first)
    return f"{format_day(first)} to {format_day(last)}"


def event_noun(view: IncidentView) -> str:
    """What happened, in two or three words: "Drone and missile attack", "Ransomware attack", "Outage"."""
    if view.event_type == "attack":
        modes = [_ATTACK_MODES[mode] for mode in view.modes if mode in _ATTACK_MODES][:2]
        return f"{' and '.join(modes)} attack".capitalize() if modes else "Attack"
    if view.event_type == "cyberattack":
        return next((_CYBER_MODES[mode] for mode in view.modes if mode in _CYBER_MODES), "Cyberattack")
    if view.event_type == "sabotage" and "cutting" in view.modes:
        return "Sabotage by cutting"
    return TYPE_NOUNS.get(view.event_type, "Incident")


def preposition(view: IncidentView) -> str:
    """The word between what happened and the facility."""
    return _PREPOSITIONS.get(view.event_type, "at")


def kind_phrase(facility_type: str | None) -> str:
    """A facility's type in words, with its article; empty where it says nothing."""
    if not facility_type or facility_type == "other":
        return ""
    words = facility_type.replace("_", " ").replace("lng", "LNG")
    if facility_type == "company":
        words = "energy company"
    if facility_type == "power_grid":
        return "the power grid"
    return a_or_an(words) + words


def a_or_an(words: str) -> str:
    """The indefinite article before a noun phrase; nothing before a plural."""
    if re.match(r"(?:first|second|third|last|only|main|nearby|world|country|region|[a-z]+est)\b", words):
        return "the "
    if words.endswith("s") and not words.endswith(("ss", "us", "gas")):
        return ""
    return "an " if words[0] in "aeiouAEIO" or re.match(r"(?:LNG|LPG|NGL|MW|hour)\b", words) else "a "


def with_article(name: str) -> str:
    """Says "the " before a name that needs it: the Druzhba pipeline, the Strait of Hormuz; not before Abqaiq."""
    last = name.rsplit(" ", 1)[-1]
    described = " " in name and last[:1].islower() and last.isalpha()
    headed = re.match(r"((?:Strait|Port|Gulf|Bay|Isle)s? of|Suez Canal|Panama Canal)\b", name) or re.search(
        r" (Gulf|Sea|Ocean|Strait|Channel|Peninsula|Canal|Delta|Desert|Region|Islands|Pipeline|Terminal|Refinery|Plant"
        r"|Dam|Platform|Interconnector|Station|Complex|Grid)$",
        name,
    )
    plural = name.startswith("United ") or name in ("Netherlands", "Philippines")
    return "the " if (described or headed or plural) and not re.match(r"(?i)(the|a|an)\b", name) else ""
