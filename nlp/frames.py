"""What kind of telling a whole document is: a drill, a story that is made up, a match report, advice; else news."""

from __future__ import annotations

import re
from typing import Literal

Frame = Literal["exercise", "fiction", "sport", "advice"]

_OPENING = 1200  # characters of the text that show its kind

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
    r"play|premiere|streaming service|cartoon|comic|box office)\b",
    re.IGNORECASE,
)
_SPORT = re.compile(
    r"\b(?:\d{1,2}-\d{1,2} (?:win|victory|defeat|draw|loss|lead)|win over|half[- ]?time|second half|first half|"
    r"stoppage time|injury time|league|midfield\w*|strikers?|goal(?:s|keeper|less)?|penalt(?:y|ies) (?:kick|shoot)|"
    r"coach|quarterback|innings|wickets?|batsman|playoffs?|touchdown|offside|captain|fixture|derby|"
    r"home side|visitors|kick[- ]?off|late (?:goal|strike|winner)|headed|tournament|semi-?final|championship)\b",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"\b(?:leaflet|checklist|ten-point|tips|advice|guidance|best practice|urges? (?:owners|operators|landowners|"
    r"farmers|residents|households|companies|utilities)|should (?:walk|lock|mark|fence|keep|check|call|install|store|"
    r"train|test|patch)|names no incident|gives no (?:number|case)|how to (?:protect|prevent|guard|secure))\b",
    re.IGNORECASE,
)


def frame_of(title: str, text: str) -> Frame | None:
    """The kind of a document that tells of no happening of its own; None for news, and in doubt."""
    opening = text[:_OPENING]
    whole = f"{title}\n{opening}"
    if _kinds(_SPORT, whole) >= 3:
        return "sport"
    if _kinds(_FICTION, whole) >= 2:
        return "fiction"
    if not _WELLS.search(whole):
        inside = _kinds(_EXERCISE, opening)
        if inside >= 2 or (inside and _EXERCISE.search(title)):
            return "exercise"
    if _kinds(_ADVICE, whole) >= 2:
        return "advice"
    return None


def _kinds(pattern: re.Pattern[str], text: str) -> int:
    return len({m.group().lower() for m in pattern.finditer(text)})
