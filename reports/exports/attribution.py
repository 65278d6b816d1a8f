"""Who may be called a threat actor: only who claims it, or whom an article states outright; and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reports.countries import is_country
from reports.exports import values
from reports.exports.titles import happened
from reports.speakers import names_nobody
from store.exporting import ExportedIncident, Reference
from store.records import Fact

HOSTILE = frozenset({"attack", "sabotage", "cyberattack", "theft", "seizure"})  # a strike or a storm has no such actor
_KINDS = frozenset({"armed_group", "hacker_group", "criminals", "state_force"})
# Words that are the whole of no group's name.
_COMMON = frozenset(
    """militants saboteurs gunmen attackers hackers rebels insurgents pirates thieves vandals protesters residents men
    man women persons people fighters soldiers troops forces drones boats terrorists bandits criminals tribesmen
    workers activists intruders assailants unidentified unknown unnamed armed masked local two three four several some
    suspected a an the group gang crew militia army navy police""".split()
)


@dataclass(frozen=True, slots=True)
class Attribution:
    """An actor to whom an incident is attributed, on whose word, and how sure that is on STIX's scale."""

    name: str
    confidence: int  # 0 to 100
    reason: str


def attribute(incident: ExportedIncident, actors: Mapping[str, Reference]) -> list[Attribution]:
    """The actors of what happened who claim it themselves or are named outright; suspicions give none.

    A claim is worth "possibly true", as are the outright words of one publisher; two owners, or a claim and one
    publisher, "probably true"; any denial makes it "doubtful". It is never surer than the incident itself.
    """
    if not happened(incident) or incident.event_type not in HOSTILE:
        return []
    found = []
    for name in dict.fromkeys((*incident.claimed_by, *incident.actors)):
        kind = actors[name].kind if name in actors else None
        made = _attribute(incident, name, kind) if is_named(name) else None
        if made is not None:
            found.append(made)
    return found


def is_named(name: str) -> bool:
    """Whether a name names someone: "Black Lantern", not "unidentified men", and no whole country."""
    cleaned = values.plain(name) or ""
    words = cleaned.split()
    return (
        not names_nobody(cleaned)
        and not is_country(cleaned)  # a state as such is no threat actor; its forces, by name, may be
        and any(word[:1].isupper() for word in words)
        and not all(word.casefold() in _COMMON for word in words)
    )


def _attribute(incident: ExportedIncident, name: str, kind: str | None) -> Attribution | None:
    told = [fact for fact in incident.facts if fact.value.casefold() == name.casefold() and not fact.superseded]
    claims = [fact for fact in told if fact.field == "claimed_by" and fact.factuality != "denied"]
    outright = [
        fact for fact in told
        if fact.field == "actor" and fact.detail == "perpetrator" and fact.factuality == "asserted"
        and fact.speaker is None
    ]  # fmt: skip
    if not claims and (not outright or kind not in _KINDS):
        return None
    families = {fact.quote.family for fact in outright}
    confidence = 70 if len(families) > 1 or (claims and families) else 50
    reasons = ["claimed by the actor itself"] if claims else []
    if outright:
        reasons.append(f"stated outright by {_publishers(outright)}")
    if any(fact.field in ("actor", "claimed_by") and "denied" in (fact.factuality, fact.detail) for fact in told):
        confidence = 30
        reasons.append("denied")
    sure = CONFIDENCE.get(incident.credibility or 6)
    if sure is not None:
        confidence = min(confidence, sure)
    return Attribution(name, confidence, "; ".join(reasons) + "; no finding of this ledger")


def _publishers(facts: list[Fact]) -> str:
    names = sorted({values.inert(fact.quote.publisher) or "unknown publisher" for fact in facts})
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


# STIX 2.1, appendix A, Admiralty credibility; 6 (cannot be judged) has no value.
CONFIDENCE = {1: 90, 2: 70, 3: 50, 4: 30, 5: 10}
