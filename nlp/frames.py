"""What kind of telling a whole document is: a drill, fiction, a match report, advice, computing; else news."""

from __future__ import annotations

import re
from typing import Literal

from nlp.sieve import Sieve, sieve

Frame = Literal["exercise", "fiction", "sport", "advice", "computing"]

_OPENING = 1200  # characters of the text that show its kind
_FIRST_WORDS = 240  # characters in which a review names what it is of

_EXERCISE = sieve(
    r"\b(?:(?<!to )(?<!option )exercises?(?! (?:of|its|their|his|the|an|price|option|restraint|caution|right))|"
    r"(?:fire|spill|rescue|evacuation|emergency|response|crisis) (?:practice|drills?)|drills?(?= (?:in|at|on|off|run|"
    r"with|tests?|took|for|was)\b)|drilled|practi[cs]ed (?:for|how)|rehears\w+|table[- ]?top|desk game|war[- ]?gam\w+|"
    r"simulat\w+|mock (?:attack|tanker|raid|fire|spill|explosion|target)|umpires?|imaginary|role[- ]?play\w*|"
    r"scenario-based|in the (?:game|scenario|drill|exercise)|such drill)\b",
    re.IGNORECASE,
)
_WELLS = sieve(r"\b(?:wells?|drilling rig|drill ?bits?|exploration|boreholes?|hole)\b", re.IGNORECASE)
_FICTION = sieve(
    r"\b(?:novel|novelist|thriller|film|movie|screenplay|episodes?|(?:first|second|third|fourth|fifth|final|new) season"
    r"|seasons? of|tv series|miniseries|sequel|critics?|fictitious|fictional|protagonist|plot twist|cinema|director's|"
    r"starring|dialogue|video ?game|gamers?|players? (?:must|can|have to)|board game|paperback|chapter|reviewer|stage "
    r"play|premiere|streaming service|cartoon|comic|box office|spoilers?|villain|screenwriter|playwright|"
    r"directed by|in the finale|season finale|heroine|bestseller)\b",
    re.IGNORECASE,
)
# A work and what it does: one such clause in the opening words is enough.
_WORK = r"(?:novel|thriller|film|movie|play|drama|series|sitcom|opera|musical|comic|(?:video|board) ?game|short story)"
_MADE_UP = sieve(
    rf"\b{_WORK}(?:['’]s)? (?:(?:is|was) set (?:in|on|at)|opens (?:with|as|when|in|on)|imagines|tells|follows|"
    r"begins (?:with|as|when)|ends (?:with|as|when)|lets|depicts|portrays|stars|sees|pits)\b|"
    rf"\blets (?:the )?players?\b|\bspoilers?(?: alert)?:|\bin (?:the|his|her|its|this) (?:\w+ ){{0,2}}?{_WORK}\b"
    r"(?! (?:industry|festival|theatre|theater|studio|of))",
    re.IGNORECASE,
)
_SPORT = sieve(
    r"\b(?:\d{1,2}-\d{1,2} (?:win|victory|defeat|draw|loss|lead)|win over|half[- ]?time|second half|first half|"
    r"stoppage time|injury time|league|midfield\w*|strikers?|goal(?:s|keeper|less)?|penalt(?:y|ies) (?:kick|shoot)|"
    r"coach|quarterback|innings|wickets?|batsman|playoffs?|touchdown|offside|captain|fixture|derby|"
    r"home side|visitors|kick[- ]?off|late (?:goal|strike|winner)|headed|tournament|semi-?final|championship|"
    r"bowlers?|batt(?:ers?|ing)|middle order|tail-?enders?|grand prix|pole position|podium|(?:on|after) lap \w+|"
    r"in(?:to)? the pits|engine blew|team [a-z]+ lost|racing|tennis|rugby|golf|marathon|hat-?trick|power ?play|"
    r"scrum|knockout round|surfers?)\b",
    re.IGNORECASE,
)
# A result between two teams: one such clause beside any other word of sport is enough.
_RESULT = re.compile(
    r"\b(?:beats?|edge[sd]?|crush(?:ed|es)?|shut(?:s|ting)? out|s[iau]nks?|down(?:s|ed)|top(?:s|ped)|rout(?:s|ed)?|"
    r"thrash(?:ed|es)?|defeat(?:s|ed)?|past|over|trounce[sd]?|hammer(?:s|ed)?|stun(?:s|ned)?|overpower(?:s|ed)?|"
    r"too strong for|outclass(?:es|ed)?|lost to|fell to|victory over|win over) (?:the )?(?:[A-Z][\w'’.-]+ ){1,4}"
    r"\(?\d{1,3}[-–]\d{1,3}\b(?= ?(?:[,.;)\n]|$|at\b|on\b|in\b|after\b|with\b|to\b|for\b))"
    r"|\b\d{1,3}[-–]\d{1,3} (?:away |home |overtime |road )?(?:win|victory|defeat|draw|loss|triumph|thrashing)\b",
)
_TEAM = re.compile(
    r"\b(?:squad|forwards?|guard [A-Z]\w+ [A-Z]\w+|prop|winger|goalkeeper|pitcher|oval|stadium|arena|rink|park|"
    r"three-pointers?|ran riot|tries|scored|scoring|(?:first|second|third|fourth) (?:period|quarter|half)|overtime|"
    r"innings?|fans|match|team|rebounds|half-time|(?:\d+|forty|thirty|twenty) points)\b",
    re.IGNORECASE,
)
_VOTED = re.compile(r"\b(?:council|parliament|senate|court|committee|board|voted|votes)\b", re.IGNORECASE)
# Gas of a home or a kitchen, which belongs to no network that is told of.
_GAS = re.compile(r"\b(?:gas|propane|butane|lpg)\b", re.IGNORECASE)
_HOUSEHOLD = re.compile(
    r"\b(?:caf[eé]|restaurant|kitchen|stove|cooker|boiler|bakery|canteen|oven|pizzeria|takeaway|bistro|pub|gas fire|"
    r"hot plate|barbecue|hob|hotel room|cylinder (?:behind|in|under)|flat|apartment|bungalow|caravan|dormitory|kiosk|"
    r"food stall|water heater)\b",
    re.IGNORECASE,
)
_NETWORK = re.compile(
    r"\b(?:mains|(?:gas|broken|damaged|ruptured|burst|\d+-inch|pressure|the|a) main|pipelines?|"
    r"gas (?:line|network|grid|plant|station|supply|company|operator|utility|works|field|terminal|storage)|refiner\w+|"
    r"tankers?|depot|terminal|platform|wells?|substations?|power (?:plant|station|line|supply|outage|cut)|utility|"
    r"transmission|pipes?|without (?:power|gas)|compressor|barrels?|"
    r"mines?|excavator|digger|backhoe)\b|\bmain\b(?! (?:street|road|square|st\b|hall|entrance|building))",
    re.IGNORECASE,
)
_DATA_CABLE = re.compile(
    r"\b(?:(?:data|tele(?:com\w*|phone)|internet|fib(?:re|er)[- ]?optic\w*|fib(?:re|er)|communications?|broadband|"
    r"phone)(?:[- ]\w+)? (?:cables?|links?|lines?)|(?-i:C-?Lion ?\d?|SEA-ME-WE|SeaMeWe|AAE-1|IMEWE|BCS East|Arelion)|"
    r"cables?,? (?:that |which )?carr(?:ies|y|ying) (?:data|internet|phone|telephone|telecom\w*))\b",
    re.IGNORECASE,
)
_POWER_TOO = re.compile(
    r"\b(?:power|electric\w*|interconnectors?|estlink|pipelines?|gas|oil|refiner\w+|grid|megawatts?|mw|hvdc|substations?|"
    r"wind|tankers?|turbines?|nuclear|fuel|energy|plants?|platforms?|wells?|drill\w*|installing|laying|contractor)\b",
    re.IGNORECASE,
)


def is_of_data(text: str) -> bool:
    """Whether a sentence is of cables that carry data, and of no works of energy."""
    return bool(_DATA_CABLE.search(text)) and not _POWER_TOO.search(text)


_ADVICE = sieve(
    r"\b(?:leaflet|checklist|ten-point|tips|advice|guidance|best practice|urges? (?:owners|operators|landowners|"
    r"farmers|residents|households|companies|utilities)|should (?:walk|lock|mark|fence|keep|check|call|install|store|"
    r"train|test|patch)|names no incident|gives no (?:number|case)|how to (?:protect|prevent|guard|secure))\b",
    re.IGNORECASE,
)
_COMPUTING = sieve(
    r"\b(?:schemas?|databases?|data (?:warehouse|centre|center|lake|team|set|pipeline)|tenants?|rows|quer(?:y|ies)|"
    r"dashboards?|developers?|software|source code|codebase|repositor(?:y|ies)|deploy(?:ed|ment|ments|s)?|apps?|apis?|"
    r"cloud|websites?|e-?mails?|servers?|passwords?|spreadsheets?|plug-?ins?|analytics|machine[- ]learning|"
    r"build (?:server|pipeline)|nightly (?:build|job|pipeline)|memory leak|bugs?|commits?|users?|web ?pages?|"
    r"browsers?)\b",
    re.IGNORECASE,
)
_ENERGY = sieve(
    r"\b(?:oil|gas|crude|petrol\w*|gasoline|diesel|fuels?|energy|electric\w*|refiner\w+|nuclear|reactors?|"
    r"power (?:plants?|stations?|grid|lines?|cuts?|utility|compan(?:y|ies)|supply|outages?|failures?|loss)|blackouts?|"
    r"without power|substations?|turbines?|grid operators?|utilit(?:y|ies)|barrels?|tankers?|coal|lng|hydro\w*|"
    r"megawatts?|pipeline (?:operator|company)|solar|wind farms?)\b",
    re.IGNORECASE,
)


def frame_of(title: str, text: str) -> Frame | None:
    """The kind of a document that tells of no happening of its own; None for news, and in doubt."""
    opening = text[:_OPENING]
    whole = f"{title}\n{opening}"
    if _kinds(_SPORT, whole) >= 3 or _is_match(whole):
        return "sport"
    if _kinds(_FICTION, whole) >= 2 or _MADE_UP.search(f"{title}\n{text[:_FIRST_WORDS]}"):
        return "fiction"
    if _kinds(_COMPUTING, whole) >= 2 and not _ENERGY.search(whole):
        return "computing"
    if is_of_data(whole) or _is_household(whole):
        return "computing"  # or of a kitchen: nothing in it is works of energy either
    if not _WELLS.search(whole):
        inside = _kinds(_EXERCISE, opening)
        if inside >= 2 or (inside and _EXERCISE.search(title)):
            return "exercise"
    if _kinds(_ADVICE, whole) >= 2:
        return "advice"
    return None


def _is_match(text: str) -> bool:
    return bool(_RESULT.search(text)) and bool(_TEAM.search(text)) and not _VOTED.search(text)


def _is_household(text: str) -> bool:
    return bool(_GAS.search(text) and _HOUSEHOLD.search(text)) and not _NETWORK.search(text)


def _kinds(pattern: Sieve, text: str) -> int:
    return len({m.group().lower() for m in pattern.finditer(text)})
