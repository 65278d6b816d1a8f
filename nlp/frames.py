"""What kind of telling a whole document is: a drill, fiction, a match report, advice, computing; else news."""

from __future__ import annotations

import re
from typing import Literal

Frame = Literal["exercise", "fiction", "sport", "advice", "computing"]

_OPENING = 1200  # characters of the text that show its kind
_FIRST_WORDS = 240  # characters in which a review names what it is of

_EXERCISE = re.compile(
    r"\b(?:(?<!to )(?<!option )exercises?(?! (?:of|its|their|his|the|an|price|option|restraint|caution|right))|"
    r"(?:fire|spill|rescue|evacuation|emergency|response|crisis) (?:practice|drills?)|drills?(?= (?:in|at|on|off|run|"
    r"with|tests?|took|for|was)\b)|drilled|practi[cs]ed (?:for|how)|rehears\w+|table[- ]?top|desk game|war[- ]?gam\w+|"
    r"simulat\w+|mock (?:attack|tanker|raid|fire|spill|explosion|target)|umpires?|imaginary|role[- ]?play\w*|"
    r"scenario-based|in the (?:game|scenario|drill|exercise)|such drill)\b",
    re.IGNORECASE,
)
_WELLS = re.compile(r"\b(?:wells?|drilling rig|drill ?bits?|exploration|boreholes?|hole)\b", re.IGNORECASE)
_FICTION = re.compile(
    r"\b(?:novel|novelist|thriller|film|movie|screenplay|episodes?|(?:first|second|third|fourth|fifth|final|new) season"
    r"|seasons? of|tv series|miniseries|sequel|critics?|fictitious|fictional|protagonist|plot twist|cinema|director's|"
    r"starring|dialogue|video ?game|gamers?|players? (?:must|can|have to)|board game|paperback|chapter|reviewer|stage "
    r"play|premiere|streaming service|cartoon|comic|box office|spoilers?|villain|screenwriter|playwright|"
    r"directed by|in the finale|season finale|heroine|bestseller)\b",
    re.IGNORECASE,
)
# A work and what it does: one such clause in the opening words is enough.
_WORK = r"(?:novel|thriller|film|movie|play|drama|series|sitcom|opera|musical|comic|(?:video|board) ?game|short story)"
_MADE_UP = re.compile(
    rf"\b{_WORK}(?:['’]s)? (?:(?:is|was) set (?:in|on|at)|opens (?:with|as|when|in|on)|imagines|tells|follows|"
    r"begins (?:with|as|when)|ends (?:with|as|when)|lets|depicts|portrays|stars|sees|pits)\b|"
    rf"\blets (?:the )?players?\b|\bspoilers?(?: alert)?:|\bin (?:the|his|her|its|this) (?:\w+ ){{0,2}}?{_WORK}\b"
    r"(?! (?:industry|festival|theatre|theater|studio|of))",
    re.IGNORECASE,
)
_SPORT = re.compile(
    r"\b(?:\d{1,2}-\d{1,2} (?:win|victory|defeat|draw|loss|lead)|win over|half[- ]?time|second half|first half|"
    r"stoppage time|injury time|league|midfield\w*|strikers?|goal(?:s|keeper|less)?|penalt(?:y|ies) (?:kick|shoot)|"
    r"coach|quarterback|innings|wickets?|batsman|playoffs?|touchdown|offside|captain|fixture|derby|"
    r"home side|visitors|kick[- ]?off|late (?:goal|strike|winner)|headed|tournament|semi-?final|championship|"
    r"bowlers?|batt(?:ers?|ing)|middle order|tail-?enders?|grand prix|pole position|podium|(?:on|after) lap \w+|"
    r"in(?:to)? the pits|engine blew|team [a-z]+ lost|racing|tennis|rugby|golf|marathon|hat-?trick|power ?play|"
    r"scrum|knockout round|surfers?)\b",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"\b(?:leaflet|checklist|ten-point|tips|advice|guidance|best practice|urges? (?:owners|operators|landowners|"
    r"farmers|residents|households|companies|utilities)|should (?:walk|lock|mark|fence|keep|check|call|install|store|"
    r"train|test|patch)|names no incident|gives no (?:number|case)|how to (?:protect|prevent|guard|secure))\b",
    re.IGNORECASE,
)
_COMPUTING = re.compile(
    r"\b(?:schemas?|databases?|data (?:warehouse|centre|center|lake|team|set|pipeline)|tenants?|rows|quer(?:y|ies)|"
    r"dashboards?|developers?|software|source code|codebase|repositor(?:y|ies)|deploy(?:ed|ment|ments|s)?|apps?|apis?|"
    r"cloud|websites?|e-?mails?|servers?|passwords?|spreadsheets?|plug-?ins?|analytics|machine[- ]learning|"
    r"build (?:server|pipeline)|nightly (?:build|job|pipeline)|memory leak|bugs?|commits?|users?|web ?pages?|"
    r"browsers?)\b",
    re.IGNORECASE,
)
_ENERGY = re.compile(
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
    if _kinds(_SPORT, whole) >= 3:
        return "sport"
    if _kinds(_FICTION, whole) >= 2 or _MADE_UP.search(f"{title}\n{text[:_FIRST_WORDS]}"):
        return "fiction"
    if _kinds(_COMPUTING, whole) >= 2 and not _ENERGY.search(whole):
        return "computing"
    if not _WELLS.search(whole):
        inside = _kinds(_EXERCISE, opening)
        if inside >= 2 or (inside and _EXERCISE.search(title)):
            return "exercise"
    if _kinds(_ADVICE, whole) >= 2:
        return "advice"
    return None


def _kinds(pattern: re.Pattern[str], text: str) -> int:
    return len({m.group().lower() for m in pattern.finditer(text)})
