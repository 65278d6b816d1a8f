"""Decides whether words say that something is over, goes on, lies ahead or is denied."""

from __future__ import annotations

import re

_BACK = (
    r"resum\w*|restor\w*|restart\w*|re-?open\w*|re-?connect\w*|back|return\w*|normal\w*|repair(?:ed|s)|lift(?:ed|s)"
    r"|end(?:ed|s)|over|again|running|operational|flowing|repower\w*|start(?:ed|s) up|online|refloat\w*|call(?:ed)? off"
    r"|complet\w+|fixed|recover\w*|freed|releas\w+|extinguish\w*|contained"
)
# What each status or grade must be told with; one that is not here needs no word of its own.
_CUES = {
    "restored": _BACK,
    "partly_restored": _BACK + r"|part(?:ly|ial\w*)|half|some|first|limited|gradual\w*",
    "ongoing": r"still|remain\w*|continu\w*|outages?|shut\w*|clos\w+|halt\w*|stop\w*|suspend\w*|suspension|without"
    r"|off-?line|blockad\w*|block(?:ed|ing)|cut\w*|down|blackouts?|force majeure|idle[ds]?|out of|interrupt\w*"
    r"|disrupt\w*|dark|trip(?:s|ped)?|disconnect\w*|fail(?:s|ed|ure)|protest\w*|strik(?:e|es|ing)|lost|unavailable|stoppage",
    "threatened": r"threat\w*|warn\w*|vow\w*|ultimatum|promis\w+",
    "planned": r"plan(?:s|ned|ning)?|schedul\w*|will|due|maintenance|next|announc\w*|intend\w*|from",
    "foiled": r"foil\w*|thwart\w*|prevent\w*|intercept\w*|shot|defus\w*|avert\w*|stop\w*|repel\w*|fail\w*"
    r"|disrupt\w*|arrest\w*",
    "denied": r"den(?:y|ied|ies|ying|ial)|reject\w*|dismiss\w*|refut\w*|no evidence|not|never|untrue|false|nothing",
    "retracted": r"retract\w*|withdr\w+|correct\w*|error",
    "hypothetical": r"could|would|may|might|if|should|potential\w*|risks?",
    "exercise": r"drills?|exercis\w+|simulat\w+|train\w+",
}  # fmt: skip
_CUES["disputed"] = _CUES["denied"]
_PATTERNS = {status: re.compile(rf"(?i)\b(?:{cues})\b") for status, cues in _CUES.items()}
_OPEN = re.compile(
    r"(?i)\b(?:will|would|could|may|might|should|expect\w*|hop(?:e|es|ed|ing)|plan(?:s|ned)?|due|aim\w*|unlikely|likely"
    r"|not|never|yet|cannot|before|until|if|no|unable|fail(?:s|ed)? to|n[’']t)\b[^.;,]{0,40}$|n[’']t\b[^.;,]{0,40}$"
)
_SETTLED = frozenset({"restored", "partly_restored"})


def says_status(text: str, status: str) -> bool:
    """Whether the words can bear out the status; a return that is only hoped for or denied bears out none."""
    pattern = _PATTERNS.get(status)
    if pattern is None:
        return bool(text.strip())
    return any(
        status not in _SETTLED or not _OPEN.search(text[max(0, found.start() - 60) : found.start()])
        for found in pattern.finditer(text)
    )
