"""Units of the energy trade and their canonical form; factors are exact where a standard defines them.

US barrel of 42 US gallons, international foot 0.3048 m and mile 1.609344 km (NIST SP 811), International Table
British thermal unit 1055.056 J. A rate told by the hour, month or year becomes one by the canonical day or year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from nlp.amounts import Amount
from nlp.numbers import DASH, GAP

Kind = Literal["oil", "volume", "mass", "energy", "power", "percent", "length", "customers", "people", "time", "money"]

CUBIC_FOOT_M3 = 0.3048**3
GALLONS_A_BARREL = 42
LITRES_A_BARREL = 158.987294928  # 42 US gallons of 231 cubic inches
MWH_AN_MMBTU = 1055.056 / 3600  # MWh
LITRES_A_M3 = 1000

# written form (lower case, blanks and hyphens dropped) -> kind, factor to bbl, m3, t, MWh, MW, km, hour
_BASES: dict[str, tuple[Kind, float]] = {
    "barrels": ("oil", 1), "barrel": ("oil", 1), "bbls": ("oil", 1), "bbl": ("oil", 1),
    "bl": ("oil", 1), "bls": ("oil", 1), "brl": ("oil", 1),
    "boe": ("oil", 1), "mmbbl": ("oil", 1e6), "mmbbls": ("oil", 1e6), "mbbl": ("oil", 1e3), "mbbls": ("oil", 1e3),
    "kbbl": ("oil", 1e3), "mmboe": ("oil", 1e6), "mboe": ("oil", 1e3), "kboe": ("oil", 1e3),
    "gallons": ("oil", 1 / GALLONS_A_BARREL), "gallon": ("oil", 1 / GALLONS_A_BARREL),
    "gals": ("oil", 1 / GALLONS_A_BARREL), "gal": ("oil", 1 / GALLONS_A_BARREL),
    "litres": ("oil", 1 / LITRES_A_BARREL), "liters": ("oil", 1 / LITRES_A_BARREL),
    "litre": ("oil", 1 / LITRES_A_BARREL), "liter": ("oil", 1 / LITRES_A_BARREL),
    "ltrs": ("oil", 1 / LITRES_A_BARREL), "ltr": ("oil", 1 / LITRES_A_BARREL),
    "cubicmetres": ("volume", 1), "cubicmeters": ("volume", 1), "cubicmetre": ("volume", 1),
    "cubicmeter": ("volume", 1), "standardcubicmetres": ("volume", 1), "standardcubicmeters": ("volume", 1),
    "m3": ("volume", 1), "m³": ("volume", 1), "cbm": ("volume", 1), "cum": ("volume", 1), "scm": ("volume", 1),
    "bcm": ("volume", 1e9), "mcm": ("volume", 1e6), "mmcm": ("volume", 1e6), "tcm": ("volume", 1e12),
    "mmscm": ("volume", 1e6), "mscm": ("volume", 1e3),
    "cubicfeet": ("volume", CUBIC_FOOT_M3), "cubicfoot": ("volume", CUBIC_FOOT_M3),
    "standardcubicfeet": ("volume", CUBIC_FOOT_M3), "cuft": ("volume", CUBIC_FOOT_M3),
    "scf": ("volume", CUBIC_FOOT_M3), "cf": ("volume", CUBIC_FOOT_M3), "mcf": ("volume", 1e3 * CUBIC_FOOT_M3),
    "mscf": ("volume", 1e3 * CUBIC_FOOT_M3), "mmcf": ("volume", 1e6 * CUBIC_FOOT_M3),
    "mmscf": ("volume", 1e6 * CUBIC_FOOT_M3), "bcf": ("volume", 1e9 * CUBIC_FOOT_M3),
    "bscf": ("volume", 1e9 * CUBIC_FOOT_M3), "tcf": ("volume", 1e12 * CUBIC_FOOT_M3),
    "tonnes": ("mass", 1), "tonne": ("mass", 1), "metrictons": ("mass", 1), "metricton": ("mass", 1),
    "metrictonnes": ("mass", 1), "tons": ("mass", 1), "ton": ("mass", 1), "t": ("mass", 1), "mt": ("mass", 1),
    "shorttons": ("mass", 0.90718474), "longtons": ("mass", 1.0160469088), "kt": ("mass", 1e3),
    "kilotonnes": ("mass", 1e3), "kilotons": ("mass", 1e3), "megatonnes": ("mass", 1e6),
    "kilograms": ("mass", 1e-3), "kilogrammes": ("mass", 1e-3), "kilos": ("mass", 1e-3), "kg": ("mass", 1e-3),
    "mmt": ("mass", 1e6),
    "megawatthours": ("energy", 1), "megawatthour": ("energy", 1), "gigawatthours": ("energy", 1e3),
    "gigawatthour": ("energy", 1e3), "terawatthours": ("energy", 1e6), "terawatthour": ("energy", 1e6),
    "kilowatthours": ("energy", 1e-3), "kilowatthour": ("energy", 1e-3), "mwh": ("energy", 1), "gwh": ("energy", 1e3),
    "twh": ("energy", 1e6), "kwh": ("energy", 1e-3), "mmbtu": ("energy", MWH_AN_MMBTU),
    "mmbtus": ("energy", MWH_AN_MMBTU), "btu": ("energy", MWH_AN_MMBTU / 1e6),
    "britishthermalunits": ("energy", MWH_AN_MMBTU / 1e6), "therms": ("energy", MWH_AN_MMBTU / 10),
    "megawatts": ("power", 1), "megawatt": ("power", 1), "gigawatts": ("power", 1e3), "gigawatt": ("power", 1e3),
    "kilowatts": ("power", 1e-3), "kilowatt": ("power", 1e-3), "mw": ("power", 1), "mwe": ("power", 1),
    "mwp": ("power", 1), "gwhh": ("power", 1e3), "mwhh": ("power", 1), "gw": ("power", 1e3), "gwe": ("power", 1e3),
    "gwp": ("power", 1e3),
    "kw": ("power", 1e-3),
    "%": ("percent", 1), "percent": ("percent", 1), "pct": ("percent", 1), "percentagepoints": ("percent", 1),
    "kilometres": ("length", 1), "kilometers": ("length", 1), "kilometre": ("length", 1), "kilometer": ("length", 1),
    "km": ("length", 1), "kms": ("length", 1), "miles": ("length", 1.609344), "mile": ("length", 1.609344),
    "nauticalmiles": ("length", 1.852), "nauticalmile": ("length", 1.852), "nm": ("length", 1.852),
    "hours": ("time", 1), "hour": ("time", 1), "hrs": ("time", 1), "hr": ("time", 1), "minutes": ("time", 1 / 60),
    "minute": ("time", 1 / 60), "days": ("time", 24), "day": ("time", 24), "weeks": ("time", 168),
    "week": ("time", 168), "fortnight": ("time", 336), "fortnights": ("time", 336), "months": ("time", 720),
    "month": ("time", 720), "years": ("time", 8760),
    "year": ("time", 8760),
}  # fmt: skip
# Forms that hold unit and rate in one: kind, factor, and what one is told per.
_RATES: dict[str, tuple[Kind, float, str]] = {
    "bpd": ("oil", 1, "day"), "b/d": ("oil", 1, "day"), "bd": ("oil", 1, "day"), "bopd": ("oil", 1, "day"),
    "boepd": ("oil", 1, "day"), "boed": ("oil", 1, "day"), "kb/d": ("oil", 1e3, "day"), "kbpd": ("oil", 1e3, "day"),
    "kbd": ("oil", 1e3, "day"), "kbopd": ("oil", 1e3, "day"), "kboepd": ("oil", 1e3, "day"),
    "kboed": ("oil", 1e3, "day"), "mb/d": ("oil", 1e6, "day"), "mbpd": ("oil", 1e6, "day"),
    "mbd": ("oil", 1e6, "day"), "mmb/d": ("oil", 1e6, "day"), "mmbpd": ("oil", 1e6, "day"),
    "mmbd": ("oil", 1e6, "day"), "mmbopd": ("oil", 1e6, "day"), "tb/d": ("oil", 1e3, "day"),
    "mboepd": ("oil", 1e3, "day"), "mmboepd": ("oil", 1e6, "day"), "bblpd": ("oil", 1, "day"),
    "gpm": ("oil", 1 / GALLONS_A_BARREL, "minute"),
    "bcfd": ("volume", 1e9 * CUBIC_FOOT_M3, "day"), "mmcfd": ("volume", 1e6 * CUBIC_FOOT_M3, "day"),
    "mcfd": ("volume", 1e3 * CUBIC_FOOT_M3, "day"), "mmscfd": ("volume", 1e6 * CUBIC_FOOT_M3, "day"),
    "bscfd": ("volume", 1e9 * CUBIC_FOOT_M3, "day"), "scfd": ("volume", CUBIC_FOOT_M3, "day"),
    "mscfd": ("volume", 1e3 * CUBIC_FOOT_M3, "day"), "mmscmd": ("volume", 1e6, "day"), "mcmd": ("volume", 1e6, "day"),
    "mcmpd": ("volume", 1e6, "day"), "bcma": ("volume", 1e9, "year"), "bcmpa": ("volume", 1e9, "year"),
    "mtpa": ("mass", 1e6, "year"), "mmtpa": ("mass", 1e6, "year"), "mty": ("mass", 1e6, "year"),
    "mta": ("mass", 1e6, "year"), "ktpa": ("mass", 1e3, "year"), "tpa": ("mass", 1, "year"), "tpd": ("mass", 1, "day"),
    "ktpd": ("mass", 1e3, "day"), "tph": ("mass", 1, "hour"),
}  # fmt: skip
_PER_DAY = {
    "minute": 1440.0,
    "hour": 24.0,
    "day": 1.0,
    "week": 1 / 7,
    "second": 86400.0,
    "year": 1 / 365,
}
_PERIODS = {
    "d": "day", "day": "day", "days": "day", "daily": "day", "y": "year", "yr": "year", "year": "year", "a": "year",
    "annum": "year", "annually": "year", "yearly": "year", "month": "month", "monthly": "month", "mo": "month",
    "h": "hour", "hr": "hour", "hour": "hour", "hourly": "hour", "minute": "minute", "min": "minute", "week": "week",
    "weekly": "week", "second": "second",
}  # fmt: skip

SEP = f"(?:{GAP}|{DASH})"
_LONG = (
    f"(?:standard{SEP})?cubic{SEP}(?:metres?|meters?|feet|foot)|(?:metric|short|long){SEP}tons?|metric{SEP}tonnes"
    f"|(?:mega|giga|tera|kilo)watt{SEP}?hours?|[gm]wh/h(?:our)?|british{GAP}thermal{GAP}units|nautical{SEP}miles?"
    f"|percentage{GAP}points?|per{GAP}cent|cu\\.?{GAP}?(?:ft|m)\\b\\.?"
)


def _spelt(words: dict[str, object]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


_UNIT = re.compile(
    f"(?:{SEP})?(?:(?P<rate>{_spelt(dict(_RATES))})(?![\\w])|(?P<base>{_LONG}|{_spelt(dict(_BASES))})(?![\\w³]))",
    re.IGNORECASE,
)
_PERIOD = (
    f"(?:{SEP})?(?:/(?:{GAP})?(?P<slash>day|d|yr|y|a|year|month|h|hr|hour|min|minute)\\b"
    f"|(?:per|a|an|each|every)(?:{SEP})(?P<word>day|year|annum|month|week|hour|minute|second)\\b"
    f"|(?P<adverb>daily|annually|yearly|monthly|hourly|weekly)\\b"
    f"|p(?P<glued>d|a)\\b)"
)
_RATE_AFTER = re.compile(_PERIOD, re.IGNORECASE)
_OF_WHAT = re.compile(
    f"(?:(?:{GAP})?\\((?:boe|bbl|bpd|b/d"
    f"|mmboe)\\))?{GAP}(?:of{GAP})?(?P<what>[^\\W\\d_][\\w-]*(?:{GAP}[\\w-]+){{0,4}}?)(?P<rate>{_PERIOD})",
    re.IGNORECASE,
)
_CUSTOMERS = re.compile(
    f"{GAP}(?:(?:of{GAP}(?:its|their|the|our|his){GAP})?(?:[^\\W\\d_][\\w’'&-]*{GAP}){{0,3}}?)"
    f"(?:(?P<customers>(?:homes?{GAP}and{GAP}business(?:es)?|business(?:es)?{GAP}and{GAP}homes|households?"
    f"|customers?|consumers?"
    f"|homes|houses|subscribers?|users|premises|properties|connections|businesses|meters|members|clients|accounts"
    f"|famil(?:y|ies)"
    f"|dwellings|flats|apartments|ratepayers|abonents))"
    f"|(?P<people>people|residents|inhabitants|persons|villagers|townspeople|citizens)"
    f"|(?P<staff>staff|workers|employees|personnel|crew|crewmen|labourers|contractors|oilmen|engineers))\\b",
    re.IGNORECASE,
)
_TWO_NAMES = re.compile(r"(?<!\w)[A-Z][\w'’-]+ and (?=[A-Z])")  # "French and Czech homes"
_NEVER_BEFORE_CUSTOMERS = re.compile(
    r"\b(?:killed|dead|injured|wounded|hours?|days?|weeks?|months?|years?|per|percent|cent|in|two|three|four|five|six"
    r"|seven|eight|nine|ten|hundred|million|billion|barrels?"
    r"|tonnes?|tons?|litres?|mw|gw|km|miles?|and|or|to|for|from|when|after|left|leaving|was|were|are|is|had|said)\b",
    re.IGNORECASE,
)
_SINGULAR = (
    "barrel",
    "tonne",
    "ton",
    "metre",
    "meter",
    "litre",
    "liter",
    "gallon",
    "mile",
    "megawatt",
    "gigawatt",
    "hour",
    "day",
    "week",
    "month",
)
_NOUN_NEXT = re.compile(
    f"(?:{GAP}|{DASH})(?!(?:of|per|a|an|in|on|at|to|was|were|and|or|from|for|after|before|into|ago)\\b)[^\\W\\d_]",
    re.IGNORECASE,
)
_SPEED = re.compile(f"(?:{GAP})?\\)?(?:{GAP})?(?:/(?:{GAP})?h|(?:per|an?){GAP}hour)\\b", re.IGNORECASE)
_BEARING = re.compile(f"{GAP}(?:(?:north|south|east|west|off|from)|[NSEW]{{1,3}}\\b)", re.IGNORECASE)
_OF_ONE = re.compile(f"(?:{GAP}of)?{GAP}an?(?={GAP})", re.IGNORECASE)
# "40,000 barrels of oil and 10 million cubic metres of gas a day": the rate stands once, behind the second
_SHARED_RATE = re.compile(
    f"(?:{GAP}of(?:{GAP}[\\w-]+){{1,2}}?)?{GAP}(?:and|or){GAP}(?:[\\w-]+{GAP}){{0,1}}\\d[\\d.,]*{GAP}(?:million{GAP}"
    f"|billion{GAP})?(?:barrels|tonnes|tons|cubic{GAP}\\w+|m3"
    f"|mcm)(?:{GAP}of(?:{GAP}[\\w-]+){{1,2}}?)?(?P<rate>{_PERIOD})",
    re.IGNORECASE,
)
# "77 mt a year" means millions: no port or plant is told by the single tonne a year
_MILLIONS_A_YEAR = re.compile(
    f"(?:{GAP})?(?:/(?:{GAP})?y|pa\\b|per{GAP}(?:year|annum)|a{GAP}year|annually)", re.IGNORECASE
)
# Sizes and pressures: a figure before one of these is never a quantity.
_NO_QUANTITY = re.compile(
    f"(?:{SEP})?(?:kv|kilovolts?|volts?|inch(?:es)?|in\\.|\"|″|”|''|psi[ga]?|bar|mm|cm|feet|foot|ft|metres?"
    f"|meters?|degrees?|°)(?![\\w])",
    re.IGNORECASE,
)


# "300 metres of cable": the one length told in metres that tells what was cut or must be replaced
_SHORT_LENGTH = re.compile(
    f"{GAP}(?P<unit>(?P<metre>metres?|meters?)|feet|ft){GAP}of{GAP}(?:[\\w-]+{GAP}){{0,2}}?(?:pipe|pipeline|pipes"
    f"|cables?|lines?|wires?"
    f"|conductors?|main)\\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMatch:
    """A unit that follows a figure: where it ends, its canonical name and the factor to it."""

    end: int
    unit: str
    factor: float
    kind: Kind
    compound: bool  # joined by a hyphen: "500-MW plant"
    noun: str = ""  # of people and customers: the word that names them
    staff: bool = False  # they work there: they are counted only where they were brought to safety


def match_unit(text: str, position: int, amount: Amount) -> UnitMatch | None:
    """The unit that starts at `position`, right after the amount, or None where there is none."""
    short = _SHORT_LENGTH.match(text, position)
    if short is not None:
        return UnitMatch(
            end=short.end("unit"),
            unit="km",
            factor=0.001 if short["metre"] else 0.0003048,
            kind="length",
            compound=False,
        )
    if _NO_QUANTITY.match(text, position):
        return None
    if not amount.digits and (amount.maximum or 1) < 1 and (article := _OF_ONE.match(text, position)) is not None:
        position = article.end()  # "half an hour", "three-quarters of a mile"
    m = _UNIT.match(text, position)
    if m is None:
        return _match_customers(text, position, amount)
    compound = re.match(DASH, text[position : position + 1]) is not None
    if m["base"] and m["base"].lower().endswith(_SINGULAR) and (amount.minimum or 0) > 1:
        compound = compound or _NOUN_NEXT.match(text, m.end()) is not None  # "a 20,000 cubic metre tank"
    top = amount.maximum if amount.maximum is not None else amount.minimum or 0.0
    if m["rate"]:
        form = m["rate"].lower()
        kind, factor, period = _RATES[form]
        # "330 MBPD" in American company copy is thousands: the whole world moves about 100 million a day.
        if form in ("mbpd", "mbd", "mb/d") and top > 150 and not amount.scaled:
            factor = 1e3
        if amount.scaled and factor >= 1e6 and form.startswith("m"):
            factor = 1.0  # "2 million mbpd": the multiplier was said twice
        unit, factor = _with_period(kind, factor, period)
        return UnitMatch(end=m.end(), unit=unit, factor=factor, kind=kind, compound=compound)
    form = re.sub(r"[^\w%³]", "", m["base"].lower())
    form = {"cuft": "cuft", "cum": "cum", "percentagepoint": "percentagepoints"}.get(form, form)
    if form not in _BASES:
        return None
    kind, factor = _BASES[form]
    end = m.end()
    if form == "mt":
        if re.match(f"{GAP}[A-Z][A-Z]", text[end : end + 5]) and m["base"] == "MT":
            return None  # motor tanker: "2 MT STAR"
        factor = 1e6 if m["base"] == "Mt" or (top < 1000 and _MILLIONS_A_YEAR.match(text, end)) else 1.0
    if form in ("t", "cf", "cum", "nm", "scm", "gal", "brl", "bl", "bls") and not re.match(
        "\\d|.?[\\s\u00a0-]", text[position - 1 : position + 1]
    ):
        return None
    if kind == "length" and _SPEED.match(text, end):
        return None
    if form == "nm" and _BEARING.match(text, end):
        return None  # a position: "38NM EAST OF KHOR FAKKAN"
    if kind == "time":
        return UnitMatch(end=end, unit=_time_unit(form), factor=_time_factor(form), kind=kind, compound=compound)
    period = ""
    if kind in ("oil", "volume", "mass", "energy"):
        after = _RATE_AFTER.match(text, end)
        if after is None and form not in ("t", "%"):
            after = _OF_WHAT.match(text, end)
            if after is not None and re.search(
                r"[.;]|\b(?:and|but|or|to|for|in|from|at|which|that|was|were|with|by|after|into|onto)\b",
                after["what"],
                re.IGNORECASE,
            ):
                after = None
        shared = _SHARED_RATE.match(text, end) if after is None and form != "t" else None
        if shared is not None:
            period = _period(shared)
        if after is not None:
            period = _period(after)
            end = after.end()
    unit, factor = _with_period(kind, factor, period)
    return UnitMatch(end=end, unit=unit, factor=factor, kind=kind, compound=compound)


def _period(m: re.Match[str]) -> str:
    return _PERIODS[next(v for v in (m["slash"], m["word"], m["adverb"], m["glued"]) if v).lower()]


def _match_customers(text: str, position: int, amount: Amount) -> UnitMatch | None:
    m = _CUSTOMERS.match(text, position)
    if m is None:
        return None
    group = m.lastgroup or "people"
    noun = m.start(group)
    if _NEVER_BEFORE_CUSTOMERS.search(_TWO_NAMES.sub("", text[position:noun])):
        return None
    kind: Kind = "customers" if group == "customers" else "people"
    return UnitMatch(
        end=m.end(), unit=kind, factor=1.0, kind=kind, compound=False, noun=m[group], staff=group == "staff"
    )


def _with_period(kind: Kind, factor: float, period: str) -> tuple[str, float]:
    """The canonical unit of a flow, and the factor to it."""
    plain = {"oil": "bbl", "volume": "m3", "mass": "t", "energy": "MWh", "power": "MW", "percent": "%", "length": "km"}[
        kind
    ]
    # what is told by the month stays a bulk: no canonical unit holds it, and months differ
    if not period or period == "month" or kind in ("power", "percent", "length", "energy"):
        return plain, factor
    a_day = _PER_DAY[period]
    if kind == "oil":
        return "bbl/d", factor * a_day
    if kind == "volume":
        if period == "year":
            return "bcm/y", factor / 1e9
        return "m3/d", factor * a_day
    if period == "year":
        return "t/y", factor
    return "t/d", factor * a_day


def _time_unit(form: str) -> str:
    return "hour" if form[0] == "h" or form.startswith("min") else "day"


def _time_factor(form: str) -> float:
    hours = _BASES[form][1]
    if _time_unit(form) == "hour":
        return hours
    return {"month": 30.0, "months": 30.0, "year": 365.0, "years": 365.0}.get(form, hours / 24)
