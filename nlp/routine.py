"""Stops that nothing forced: planned maintenance, and decisions of business, courts and regulators."""

from __future__ import annotations

import re

from nlp.causes import has_hostile_word
from nlp.sieve import sieve
from nlp.triggers import Entry

_MAINTENANCE = sieve(
    r"\b(?:(?<!un)(?<!un-)(?:planned|scheduled|routine|regular|annual|seasonal) (?:\w+ ){0,2}?(?:maintenance|"
    r"overhauls?|turnarounds?|outages?|shutdowns?|repairs|works?|inspection)|refuell?ing outage|turnaround|for "
    r"maintenance|maintenance (?:work|outage|season)|commissioning|decommission\w+)\b",
    re.IGNORECASE,
)
_UNPLANNED = sieve(r"\b(?:unplanned|unscheduled|emergency|forced|unexpected)\b", re.IGNORECASE)
_BUSINESS = sieve(
    r"\b(?:permanent(?:ly)?|for good|phase[sd]?[- ]out|retir(?:e|ed|ing|ement)|decommission\w*|mothball\w*|"
    r"bankrupt\w*|buyers?|unprofitable|margins?|weak(?:er)? demand|demand (?:loss|slump|collapse|destruction)|"
    r"economics|"
    r"covid\w*|coronavirus|pandemic|cut(?:ting)? (?:jobs|costs|emissions)|net[- ]zero|by 20[2-5]\d|climate|"
    r"acquisition|divest\w*|investment|lay[- ]?offs?|sale of|end of (?:its )?life|coal exit|transition|oversupply|"
    r"glut|permit|approval|court|lawsuit|regulators? (?:order|approv|reject|clear|ask)\w*|"
    r"low(?:er)? prices|price (?:crash|collapse|slump|war))\b",
    re.IGNORECASE,
)


def is_routine(text: str, entry: Entry) -> bool:
    """Whether a sentence tells a stop as upkeep that was planned, or as a decision of business."""
    if _UNPLANNED.search(text):
        return False
    if _MAINTENANCE.search(text):
        return True
    return entry.strength != "strong" and bool(_BUSINESS.search(text)) and not has_hostile_word(text)
