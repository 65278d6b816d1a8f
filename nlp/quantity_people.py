"""How many homes, customers or people a figure counts: cut off, reconnected, at risk, or moved out of danger."""

from __future__ import annotations

import re

from nlp.amounts import Amount
from nlp.records import QuantityRole
from nlp.units import UnitMatch

_OUTAGE = re.compile(
    r"\b(?:without|lost|lose|losing|loses|cut\soff|no|lack(?:s|ed|ing)?|restor\w+"
    r"|depriv\w+)\b[^.;]{0,60}?\b(?:power|electricity|gas|heat(?:ing)?|supply|supplies|service|fuel|water|energy"
    r"|lights?)\b"
    r"|\b(?:black-?(?:ed\s)?outs?|(?:power|heating|heat|gas|electricity|supply|water)\s(?:has\s|had\s)?(?:fails?"
    r"|failed)|power\s(?:cuts?|outages?|failures?)|outages?|(?:in|into)\s(?:the\s)?dark(?:ness)?"
    r"|dark(?:en\w*)?|disconnected"
    r"|brown-?outs?|load[\s-]shedding|cut(?:s|ting)?\s(?:off\s)?(?:power|electricity|supply|supplies"
    r"|gas)|(?:cut|shut|switched|turned)\soff"
    r"|reconnect\w*|lights\swent\sout|interrupt\w*|(?:gas|power|electricity|heat(?:ing)?)\s(?:supply"
    r"|supplies|service)?\s?(?:was|were)\s(?:cut|lost"
    r"|stopped))\b",
    re.IGNORECASE,
)
_AFFECTED = re.compile(
    r"\b(?:affect(?:s|ed|ing)?|hit(?:s|ting)?|plung\w+|left|leav(?:es|ing)|knock(?:ed|s|ing)?|drop(?:ped"
    r"|s)?|serv(?:es?|ed|ing)|suppl(?:y|ies|ied|ying)"
    r"|power(?:s|ed|ing)?|heat(?:s|ed|ing)?|dark\w*|electri\w+|gas|outages?|lights?|grid|energy|utilit\w+)\b",
    re.IGNORECASE,
)
_BURNED = re.compile(
    r"\b(?:burn\w*|destroy\w*|damag\w+|evacuat\w+|flood\w*|levelled|razed|gutted|blown|collapsed)\b", re.IGNORECASE
)
_SERVED = re.compile(r"\b(?:serv|suppl|power)\w*\s(?:\w+\s){0,3}$", re.IGNORECASE)
_HARMED = re.compile(
    r"\b(?:kill|injur|wound|hurt|evacuat|arrest|detain|trapp|displac)\w*\s(?:\w+\s){0,2}$", re.IGNORECASE
)
_SUPPLIED = re.compile(
    r"\b(?:suppl(?:y|ies|ying)|power(?:s|ing)?|electricity|heat(?:s|ing)?|gas|fuel|energy)\s(?:for"
    r"|to)\s(?:\w+\s){0,2}$",
    re.IGNORECASE,
)
_CLIENTS = re.compile(r"\b(?:customers?|consumers?|subscribers?|connections|meters)$", re.IGNORECASE)
_RESTORED_TO = re.compile(r"\b(?:restor\w+|reconnect\w+)\b[^,;]{0,40}$", re.IGNORECASE)
_NEGATED_PERSON = re.compile(
    r"\b(?:killed|dead|injured|wounded|hurt|missing|arrested|evacuat\w+|displaced|kidnapped|detained)\b", re.IGNORECASE
)
_EVACUATED_BEFORE = re.compile(
    r"\b(?:evacuat\w+|pulled|flown\sout|flew\sout|airlifted|moved|removed|withdr[ae]wn?|withdrew|took\soff|taken\soff"
    r"|displac\w+)"
    r"\s(?:[\w'’-]+\s){0,3}\(?$|\bevacuated\s\($",
    re.IGNORECASE,
)
_EVACUATED_AFTER = re.compile(
    r"\s(?:were\s(?:told|urged|ordered|asked)\s)?to\s(?:leave|evacuate|flee)\b|[^.;,]{0,30}?\b(?:evacuated|airlifted"
    r"|displaced|(?:were|was|are|been|being)\s(?:moved|taken\sto\s(?:hotels?|shelters?|safety)"
    r"|flown\s(?:out|ashore|off)|led\sout|pulled\sout|withdrawn|sent\shome|brought\sashore|bussed))\b",
    re.IGNORECASE,
)
_RECONNECTED_AFTER = re.compile(
    r"[^.;]{0,50}?\b(?:(?:had|have|has|were|was|are|been|being|got)\s(?:\w+\s){0,2}?(?:re-?connected|restored|back\b"
    r"|resupplied)"
    r"|regained|had\s(?:light|power|supply|gas)\s?(?:again|back)?(?=[.,;]|$)|got\s(?:power|supply|gas|light"
    r"|heat)\s(?:\w+\s)?back|back\son)",
    re.IGNORECASE,
)
_AFFECTED_AFTER = re.compile(
    r"\s(?:(?:were|are|was|have\sbeen|had\sbeen)\s)?(?:affected|hit|blacked\sout)\b", re.IGNORECASE
)
_ALL_BUT = re.compile(r"\b(?:all|everyone|everybody)\s(?:but|except)\s(?:\w+\s)?$", re.IGNORECASE)
_BACK_FOR = re.compile(
    r"\b(?:restor\w+|reconnect\w*|returned|c[ao]me\sback|comes\sback|back\son|resum\w+|back)\b[^.;]{0,50}\b(?:for"
    r"|to)\s(?:\w+\s){0,2}$",
    re.IGNORECASE,
)
_POSSIBLE = re.compile(
    r"\b(?:could|would|might|may|risk(?:s|ed|ing)?|threaten\w*|fears?|feared|in\sdanger|if|hang\son"
    r"|depend\s(?:up)?on)\b",
    re.IGNORECASE,
)
_POSSIBLE_AFTER = re.compile(
    r"(?:\s\w+)?\s(?:could|would|might|may|face)\b|(?:\s\w+)?\s(?:were|are|was|is)\s(?:put\s)?(?:at\srisk|in\sdanger"
    r"|threatened)\b",
    re.IGNORECASE,
)


def people_role(amount: Amount, unit: UnitMatch, before: str, after: str) -> QuantityRole | None:
    """The role of a count of people or customers; None where it tells neither a supply nor an evacuation."""
    value = amount.minimum if amount.minimum is not None else amount.maximum or 0.0
    figure = amount.text
    if value < 1:
        return None  # "two-thirds of households"
    if unit.kind == "people" and _moved_out(before, after):
        return "other"
    if unit.staff or _HARMED.search(before[-30:]) or _NEGATED_PERSON.search(after[:30]):
        return None
    if unit.noun.lower().endswith("members") and not _SERVED.search(before[-40:]):
        return None
    near = before[-140:] + figure + " " + unit.noun + after[:140]
    outage = _OUTAGE.search(near) is not None or _AFFECTED_AFTER.match(after) is not None
    outage = outage or (unit.kind == "customers" and _POSSIBLE_AFTER.match(after) is not None)
    if unit.kind == "people" and value < 10:
        return None
    if unit.kind == "people" and not outage:
        return "other" if _SUPPLIED.search(before[-60:]) else None
    if not outage and (_BURNED.search(before[-40:]) or _BURNED.search(after[:30])):
        return None
    if _ALL_BUT.search(before):
        return "customers"
    if _BACK_FOR.search(before) or (outage and _RESTORED_TO.search(before)):
        return "restored"
    again = _RECONNECTED_AFTER.match(after)
    if again is not None and not re.search(r"\b(?:whom|which|that\slost|who\slost)\b", again.group()):
        return "restored"
    if unit.noun.lower().startswith("famil") and not outage:
        return None
    clients = _CLIENTS.search(unit.noun) is not None
    if not (outage or clients or _AFFECTED.search(before[-80:] + after[:60])):
        return None
    if _POSSIBLE.search(before[-50:]) or _POSSIBLE_AFTER.match(after):
        return "at_risk"
    return "customers"


def _moved_out(before: str, after: str) -> bool:
    return _EVACUATED_BEFORE.search(before[-60:]) is not None or _EVACUATED_AFTER.match(after) is not None
