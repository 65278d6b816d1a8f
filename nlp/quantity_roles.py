"""What a quantity is told for: its role is read from the words of its own sentence, nearest and governing first."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from nlp.numbers import GAP
from nlp.records import QuantityRole

_LOST = (
    r"halt(?:s|ed|ing)?|stop(?:s|ped|ping|page)?|los(?:e|es|t|ing|s|ses)|cuts?|cutting|curtail\w*|reduc(?:e|es|ed"
    r"|ing|tions?)"
    r"|shut(?:s|ting)?(?:[\s-](?:down|in))?|shut-?ins?|knock(?:s|ed|ing)?|offline|off-line|suspend(?:s|ed|ing)?"
    r"|disrupt(?:s|ed|ing|ions?)?"
    r"|interrupt(?:s|ed|ing|ions?)?|fell|fall(?:s|en|ing)?|drop(?:s|ped|ping)?|declin(?:e|es|ed|ing)|slash(?:es"
    r"|ed|ing)?"
    r"|shed|shedding|depriv\w+|idl(?:e|ed|ing)|stolen|stole|steal(?:s|ing)?|thefts?|outages?|shortfalls?"
    r"|deficits?|unavailable"
    r"|out\sof\s(?:service|action)|tripp?(?:ed|s|ing)?|wip(?:e|es|ed|ing)\s(?:out|off)|block(?:s|ed|ing)"
    r"|paralys\w+|sidelin\w+"
    r"|clos(?:es|ed|ing|ure)|down\s(?:by|about|some|nearly|around)|went\sdown|taken\s(?:off|out)|took\s(?:off"
    r"|out)|slump\w*|plunge\w*"
    r"|wreck\w*|destroy\w*|disabl(?:e|es|ed|ing)|collaps(?:e|es|ed|ing)|crippl\w+|remov(?:es|ed|ing)|withheld"
    r"|shrank|shrunk|burn(?:ed|t)"
    r"|damag(?:ed|es|ing)|siphon\w*|tapp(?:ed|ing)|force\smajeure|lowered|missing|diverted|without\s(?:power"
    r"|electricity|gas|heat(?:ing)?|fuel|supply)|failed\sto\s(?:supply|deliver)"
)
_RESTORED = (
    r"resum(?:e|es|ed|ing|ption)|restor(?:e|es|ed|ing|ation)|back\s(?:online|on\sline|in\sservice|up)"
    r"|return(?:s|ed|ing)?\sto\s(?:service|operation|normal)|brought\sback|reconnect\w*|restart(?:s|ed|ing)?"
    r"|re-?energi[sz]ed|reopen\w*|reinstat\w+"
)
_SPILLED = (
    r"spill(?:s|ed|ing|age)?|spilt|leak(?:s|ed|ing|age)?|releas(?:e|es|ed|ing)|gush(?:es|ed|ing)?|discharg(?:e|es"
    r"|ed|ing)|seep(?:s|ed|ing|age)?"
    r"|escap(?:e|es|ed|ing)|vent(?:s|ed|ing)|pour(?:s|ed|ing)|dump(?:s|ed|ing)|spew(?:s|ed|ing)?|ooz(?:e|ed|ing)"
    r"|overflow\w*|blown|oil\sslick"
)
_CAPACITY = (
    r"capacit(?:y|ies)|capable\sof|able\sto\s\w+|can\s(?:\w+\s)?(?:process|carry|pump|handle|transport|produce"
    r"|store|export|generate|refine|supply|deliver"
    r"|transmit|move|hold|load|ship|import)|designed\sto|nameplate|rated(?:\sat)?|install(?:s|ed)\scapacity"
    r"|generating\scapacity|built\sto"
)
_THROUGHPUT = (
    r"carr(?:y|ies|ied|ying)|mov(?:e|es|ed|ing)|pump(?:s|ed|ing)?|ship(?:s|ped|ping)|shipments?|export(?:s|ed"
    r"|ing)?|produc(?:e|es|ed|ing|tion)"
    r"|transport(?:s|ed|ing)?|transporting|deliver(?:s|ed|ing|y|ies)?|flow(?:s|ed|ing)?|handl(?:e|es|ed|ing)"
    r"|process(?:es|ed|ing)|outputs?"
    r"|throughput|generat(?:e|es|ed|ing|ion)|suppl(?:y|ies|ied|ying)|import(?:s|ed|ing)?|refin(?:es|ed|ing)"
    r"|load(?:s|ed|ings?)?|averag(?:e|es|ed|ing)"
    r"|transit(?:s|ed|ing)?|consum(?:es|ed|ing|ption)|demand|(?:running|operating|working|stands?|stood"
    r"|remain(?:s|ed)?|steady)\sat|volumes?|conveys?|accounts?\sfor|provid(?:e|es|ed|ing)|send(?:s|ing)|sent"
)
_STORED = (
    r"stor(?:es?|ed|ing|age)|hold(?:s|ing)?|held|inventor(?:y|ies)|stockpil\w+|stocks|contain(?:s|ed|ing)"
    r"|reserves?|laden|aboard|on\sboard|cargo(?:es)?|filled\swith"
)
_AT_RISK = (
    r"at\srisk|in\sjeopardy|jeopardi[sz]\w+|threaten(?:s|ed|ing)?|under\sthreat|endanger\w*|in\sdanger|vulnerable"
    r"|put(?:s|ting)?\sat\srisk|imperil\w*"
)
_COST = (
    r"damages?|damag(?:ed|ing)|loss(?:es)?|los(?:e|es|t|ing)|cost(?:s|ing|ed)?|ransoms?|fin(?:es|ed|e)\b"
    r"|repair(?:s|ed|ing)?|penalt(?:y|ies)|compensation|insured|worth"
    r"|extort\w*|demand(?:s|ed|ing)|clean-?up|settlement|settle|claims?|bill|destroyed"
)
_RECOVERED = (
    r"recover(?:s|ed|ing|y)|clean(?:s|ed|ing)(?:\sup)?|collect(?:s|ed|ing)|vacuum(?:s|ed|ing)?|skimm(?:ed|ing)"
    r"|excavat\w+|contaminated\ssoil|contain(?:ed|ment)|of\s(?:water|soil|foam)"
)

_RAISED = (
    r"rais(?:e|es|ed|ing)|increas(?:e|es|ed|ing)|boost(?:s|ed|ing)?|hik(?:e|es|ed|ing)|grew|grow(?:s|n|ing)?|rose"
    r"|rise(?:s|n)?|rising|climb(?:s|ed|ing)|jump(?:s|ed|ing)|gain(?:s|ed)|ramp(?:s|ed|ing)?\sup|add(?:s|ed|ing)"
    r"|up\sby"
)
_VESSEL = re.compile(
    r"\b(?:tankers?|vessels?|ships?|carriers?|barges?|vlcc|suezmax|aframax|freighters?|trucks?|trains?|cargo)\b",
    re.IGNORECASE,
)

_CUE = re.compile(
    rf"\b(?:(?P<raised>{_RAISED})|(?P<at_risk>{_AT_RISK})|(?P<recovered>{_RECOVERED})|(?P<capacity>{_CAPACITY})"
    rf"|(?P<restored>{_RESTORED})|(?P<spilled>{_SPILLED})"
    rf"|(?P<lost>{_LOST})|(?P<stored>{_STORED})|(?P<throughput>{_THROUGHPUT}))(?!\w)",
    re.IGNORECASE,
)
_COST_CUE = re.compile(rf"\b(?:{_COST})(?!\w)", re.IGNORECASE)
_PRICE_NOUN = re.compile(
    r"\b(?:prices?|brent|wti|crude\sfutures|futures|benchmark|shares|stocks|ttf|index|premiums?|inflation"
    r"|per\sbarrel|a\sbarrel)\b",
    re.IGNORECASE,
)
_MODAL = re.compile(
    r"\b(?:would|could|might|may|risk(?:s|ing|ed)?|threaten(?:s|ed|ing)?|potential(?:ly)?|if|can|fears?"
    r"|feared)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r",|;|:|\(|\)|—|–\s|\b(?:and|but|while|which|that|who|after|before|when|where|because|although|though|as"
    r"|since|until)\b",
    re.IGNORECASE,
)
_OBJECT_NOUN = re.compile(
    f"(?:{GAP}(?:worth{GAP})?(?:of|in|from|to){GAP}(?:(?!(?:was|were|is|are|without|had|has|and"
    f"|but)\\b)[\\w'’-]+{GAP}){{0,4}}?)?(?:{GAP})?"
    r"(?P<noun>capacity|output|production|generation|supply|supplies|exports?|flows?|shipments|power|electricity"
    r"|storage|throughput|demand|imports?|loadings)\b",
    re.IGNORECASE,
)
_ATTRIBUTIVE = re.compile(
    f"(?:{GAP}|-)(?!(?:of|in|to|at|for|from|by|was|were|is|are|and|or|had|has|after|since|on|due|because|per|a"
    f"|the)\\b)(?:[\\w'’.-]+{GAP}){{0,4}}?"
    r"(?:refiner(?:y|ies)|plants?|pipelines?|lines?|fields?|terminals?|units?|reactors?|stations?|complex"
    r"|facilit(?:y|ies)|farms?"
    r"|links?|interconnectors?|cables?|cdu|projects?|hub|distillation|crude\sunit|platform|train|oilfields?"
    r"|gasfields?|dam|capacity)\b",
    re.IGNORECASE,
)
_SPILL_NOUN = re.compile(
    f"(?:{GAP}|-)(?:(?:of{GAP})?(?:crude|oil|gas(?:oline)?|diesel|fuel|jet|natural|gas|condensate|product"
    f"|kerosene|butane|propane|ammonia|light|heavy|a){GAP}){{0,3}}"
    r"(?:spills?|leaks?|releases?|discharges?|slick|spillage)\b",
    re.IGNORECASE,
)
_NAMED_BY_SIZE = re.compile(
    f"(?:{GAP}|-)(?!(?:of|in|to|at|for|from|by|was|were|is|are|and|or|had|has|after|since|on|due|because|per|a"
    f"|the|as|with|when|while|that|which|more|less|went|has|have|will|would|could|last|during|into|this"
    f"|each)\\b)[^\\W\\d_]",
    re.IGNORECASE,
)
_LEVEL_BEFORE = re.compile(
    r"(?:\b(?:to|at|from|stood|standing|averaging|back\sto)\s+(?:an?\s+|the\s+|just\s+|only\s+)?)$", re.IGNORECASE
)
_TO_BEFORE = re.compile(r"\bto\s+(?:an?\s+|the\s+|just\s+|only\s+)?$", re.IGNORECASE)
_FROM_BEFORE = re.compile(
    r"\bfrom\s+(?:an?\s+|the\s+|its\s+usual\s+|a\s+normal\s+|normal(?:ly)?\s+|usually\s+|about\s+)?$", re.IGNORECASE
)
_APPOSITION = re.compile(
    r"(?:,\s*or\s+|,?\s*\(\s*(?:or\s+|about\s+|equivalent\s+to\s+)?|\b(?:equivalent|equal)\s+to\s+"
    r"|,\s*i\.e\.,?\s+|,\s*roughly\s+)$",
    re.IGNORECASE,
)
_NORMAL = re.compile(r"\b(?:normally|usually|typically|ordinarily|regularly|responsible\sfor)\b", re.IGNORECASE)

_EARLIER = r"(?:earlier|previous|prior|initial|original|preliminary|first|old)"
_SUPERSEDED_BEFORE = re.compile(
    rf"(?:\bcorrect(?:s|ed|ing|ion\sof)\s+(?:\w+\s+){{0,3}}?(?:figures?|estimates?|reports?|statements?|numbers?"
    rf"|counts?|tolls?|tall(?:y|ies))?\s*(?:of|from|that\s+said|saying)?\s*"
    rf"|\b(?:revis(?:ed|es|ing|ion)|amended|corrected|updated|changed|upgraded|downgraded"
    rf"|adjusted)\s+(?:\w+\s+){{0,2}}?from\s+(?:an?\s+)?(?:{_EARLIER}\s+)?(?:figure\s+of\s+|estimate\s+of\s+)?"
    rf"|\b(?:up|down|higher|lower|compared\swith)\s+from\s+(?:an?\s+|the\s+)?(?:{_EARLIER}\s+)?(?:\w+\s+)?(?:of\s+)?"
    rf"|\b(?:rather\s+than|instead\s+of|as\s+opposed\s+to|versus"
    rf"|vs\.?)\s+(?:the\s+)?(?:{_EARLIER}(?:ly)?\s+)?(?:\w+\s+){{0,2}}?"
    rf"|\b{_EARLIER}\s+(?:\w+\s+)?(?:figures?|estimates?|reports?|statements?|numbers?|counts?|tolls?|tall(?:y"
    rf"|ies)|assessments?|claims?)\s+(?:\w+\s+){{0,3}}?(?:of|at|was|were|that|said|put"
    rf"|spoke\sof)\s+(?:\w+\s+){{0,3}}?"
    rf"|\b(?:(?:had|was|were|been)\s+)?(?:earlier|initially|originally|previously|at\s+first"
    rf"|first)\s+(?:\w+\s+){{0,2}}?(?:said|put|reported|estimated|stated|announced|given|told|thought|believed"
    rf"|spoken)\s+(?:\w+\s+){{0,6}}?"
    rf"|\bnot\s+(?:the\s+)?(?=\S+\s+(?:\S+\s+){{0,4}}as\s+(?:first|earlier|initially|originally|previously)))$",
    re.IGNORECASE,
)
_NOT_BEFORE = re.compile(r"\bnot\s+(?:the\s+)?$", re.IGNORECASE)
_SUPERSEDED_AFTER = re.compile(
    r"[^.;]{0,30}?\b(?:as\s+(?:(?:was|were|had\s+been)\s+)?|(?:that\s+)?(?:was|were|had\s+been)\s+"
    r"|had\s+)?(?:first|earlier|initially|originally|previously)\s+"
    r"(?:reported|stated|said|thought|announced|estimated|given|claimed|believed|feared)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile("[.!?][\"'”’)]*(?=\\s+[\"'“‘(]?[A-Z0-9])|\n+|;")
_ABBREVIATION = re.compile(
    r"(?<![A-Za-z])(?:[A-Z]|bbls?|Mr|Mrs|Ms|Dr|St|No|Nos|Gov|Gen|Col|Lt|Sgt|Capt|Co|Inc|Ltd|Corp|vs|approx|mln"
    r"|bln|ca|Rs|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)$",
    re.IGNORECASE,
)
_REACH = 220  # characters; a cue farther off says nothing about a figure


def sentence_starts(text: str) -> list[int]:
    """Where sentences and lines begin, with 0 first; semicolons end one too."""
    starts = [0]
    for m in _SENTENCE_END.finditer(text):
        if m.group()[0] == "." and _ABBREVIATION.search(text, max(0, m.start() - 8), m.start()):
            continue
        starts.append(m.end())
    return starts


def sentence_around(starts: list[int], start: int, end: int, length: int) -> tuple[int, int]:
    """The sentence that holds a span, cut to a bounded reach on both sides."""
    i = bisect_right(starts, start) - 1
    low = starts[i]
    j = bisect_right(starts, max(start, end - 1))
    high = starts[j] if j < len(starts) else length
    return max(low, start - _REACH), min(high, end + _REACH)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    role: str
    cost: int
    modal: bool = False  # "could be lost": a modal between the figure and its cue
    ship: bool = False  # a verb that a vessel does with its cargo


def decide_role(before: str, after: str, *, unit: str, compound: bool, previous: QuantityRole | None) -> QuantityRole:
    """The role of a figure from its sentence's words before and after it; `previous` is that of the figure before."""
    if "/" in unit and unit.split("/")[0].isupper() and len(unit.split("/")[0]) == 3 and unit.split("/")[0].isalpha():
        return "price"
    if len(unit) == 3 and unit.isupper():
        return _money_role(before, after)
    if unit == "km":
        return "other"
    if previous is not None and previous != "price" and _APPOSITION.search(before):
        return previous
    if (
        unit == "%"
        and _PRICE_NOUN.search(before[-80:] + " " + after[:50])
        and not re.search(
            r"\b(?:output|production|supply|exports|capacity|generation)\b", before[-60:] + after[:40], re.IGNORECASE
        )
    ):
        return "price"
    if unit in ("bbl", "m3", "t") and _SPILL_NOUN.match(after.lstrip(".")):
        return "spilled"
    flow = unit in ("bbl/d", "m3/d", "bcm/y", "t/d", "t/y", "MW")
    attributive = _ATTRIBUTIVE.match(after) is not None and unit != "%"
    if attributive and (flow or compound) and not re.search(r"\b(?:by|of)\s*$", before):
        return "capacity"
    level = flow and (_TO_BEFORE.search(before) or _FROM_BEFORE.search(before))
    best = min(_candidates(before, after, unit), key=lambda c: c.cost, default=None)
    if best is None or (best.cost > 90 and unit == "MW"):
        return (
            "capacity"
            if unit == "MW" and _NAMED_BY_SIZE.match(after)
            else "other"
            if best is None
            else _plain(best.role)
        )
    role = best.role
    if role == "recovered":
        return "other" if unit in ("bbl", "m3", "t") else "restored"
    if role in ("lost", "raised") and level:
        return "throughput"
    if role == "raised":
        return "other"
    if role == "throughput" and unit in ("bbl", "t", "m3") and best.ship and _VESSEL.search(before):
        return "stored"
    if role == "lost" and (
        best.modal or _MODAL.search(before) or _AT_RISK_NEAR.search(before[-60:] + " # " + after[:60])
    ):
        return "at_risk"
    if role == "spilled" and _MODAL.search(before[-60:]):
        return "at_risk"
    return _plain(role)


def _plain(role: str) -> QuantityRole:
    """The cue's role where it is one of the vocabulary's; what was added or recovered is neither lost nor moved."""
    return "other" if role in ("recovered", "raised") else role  # type: ignore[return-value]  # the other groups of _CUE are roles


_GOVERNS = r"\s*(?::|(?:of|is|was|to|at|totall?ing|exceed\w*)\b)"
_AT_RISK_NEAR = re.compile(rf"\b(?:{_AT_RISK})\b", re.IGNORECASE)
_CARGO = re.compile(r"(?:carr|load|transport|mov|ship|deliver)", re.IGNORECASE)


def _candidates(before: str, after: str, unit: str) -> Iterable[_Candidate]:
    """Cues with their distance in characters; a clause break, and standing behind the figure, count as distance."""
    mass = unit in ("bbl", "m3", "t", "MWh")
    for m in _CUE.finditer(before):
        role = m.lastgroup or ""
        if not _allowed(role, unit, m.group()):
            continue
        gap = before[m.end() :]
        cost = len(gap) + 30 * len(_BREAK.findall(gap))
        cost += _weight(role, m.group(), mass, re.match(_GOVERNS, gap) is not None)
        if role == "throughput" and _NORMAL.search(before[max(0, m.start() - 30) : m.start()]):
            cost -= 20
        yield _Candidate(role=role, cost=cost, ship=_CARGO.match(m.group()) is not None)
    skip = 0
    noun = _OBJECT_NOUN.match(after)
    if noun is not None:
        skip = noun.end()
        role = (
            "capacity"
            if noun["noun"].lower() == "capacity"
            else "stored"
            if noun["noun"].lower() == "storage"
            else "throughput"
        )
        if _allowed(role, unit, noun["noun"]):
            yield _Candidate(role=role, cost=95)
    for m in _CUE.finditer(after, skip):
        role = m.lastgroup or ""
        if not _allowed(role, unit, m.group()):
            continue
        gap = after[skip : m.start()]
        cost = 12 + len(gap) + 45 * len(_BREAK.findall(gap)) + _weight(role, m.group(), mass)
        modal = re.search(r"\b(?:would|could|might|may|risk\w*)\b", gap, re.IGNORECASE) is not None
        yield _Candidate(role=role, cost=cost, modal=modal)


def _allowed(role: str, unit: str, cue: str) -> bool:
    if role in ("spilled",):
        return unit in ("bbl", "m3", "t", "bbl/d", "m3/d")
    if role == "recovered":
        return unit in ("bbl", "m3", "t")
    if role == "stored":
        return unit in ("bbl", "m3", "t", "MWh", "%")
    return True


def _weight(role: str, cue: str, mass: bool, governs: bool = False) -> int:
    """A noun such as "output" names what was lost or moved; the verb that governs it decides."""
    lower = cue.lower()
    if role == "throughput" and lower in (
        "output", "outputs", "production", "exports", "export", "supply", "supplies", "flows", "flow", "shipments",
        "imports", "generation", "demand", "volumes", "volume", "deliveries", "delivery", "loadings", "throughput",
        "load", "transit",
    ):  # fmt: skip
        return 45
    if role == "capacity" and lower.endswith(("capacity", "capacities")) and not governs:
        return 45
    if role == "throughput" and lower.endswith(" at"):
        return 30
    if role == "lost" and lower in (
        "damaged",
        "damages",
        "damaging",
        "closure",
        "missing",
        "force majeure",
        "fire",
        "outage",
        "outages",
    ):
        return 40
    if (
        role == "lost"
        and mass
        and lower in ("block", "blocked", "shut", "destroyed", "closed", "tapped", "tapping", "burned")
    ):
        return 25
    if role == "stored" and lower in (
        "on board",
        "aboard",
        "storage",
        "reserves",
        "reserve",
        "cargo",
        "cargoes",
        "stocks",
    ):
        return 20
    return 0


def _money_role(before: str, after: str) -> QuantityRole:
    near = before[-70:]
    if re.search(
        r"\b(?:damages?|loss(?:es)?|ransoms?|fines?|repairs?|penalt(?:y|ies)|bill)\b", after[:40], re.IGNORECASE
    ):
        return "damage_cost"
    for m in _COST_CUE.finditer(near):
        if len(_BREAK.findall(near[m.end() :])) <= 1:
            return "damage_cost"
    return "other"


def is_superseded(before: str, figure: str, after: str) -> bool:
    """Whether the sentence gives this figure as one that has since been corrected."""
    if _SUPERSEDED_BEFORE.search(before[-110:]):
        return True
    follow = _SUPERSEDED_AFTER.match(after)
    if follow is None:
        return False
    return bool(_NOT_BEFORE.search(before)) or "," not in follow.group()
