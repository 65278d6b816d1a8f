"""Checks what is no figure and no name: what happened, how it stands, who is said to have said it, and every "not"."""

from __future__ import annotations

import re
from collections.abc import Callable

from reports.read_status import says_status
from reports.records import Problem, Slot
from reports.text import clean_text
from store.records import Fact

_MODES = {
    "drone": "drone", "missile": "missile", "artillery": "artillery", "air": "air_strike", "bomb": "explosive",
    "armed": "firearms", "arson": "arson", "mine": "mine", "vessel": "anchor_or_vessel", "cutting": "cutting",
    "ransomware": "ransomware", "malware": "malware", "denial-of-service": "ddos", "network": "intrusion",
}  # fmt: skip
_ATTACK = re.compile(r"(?:(?P<one>[a-z]+)(?: and (?P<two>[a-z]+))? )?attack")
_CYBER = re.compile(r"cyberattack|(?P<one>ransomware|malware|denial-of-service) attack|(?P<two>network) intrusion")
_SABOTAGE = re.compile(r"sabotage(?: by (?P<one>cutting))?(?P<two>)")
_EVENTS = {
    "theft": "theft", "seizure": "seizure", "blockade": "blockade", "accident": "accident", "outage": "outage",
    "natural_hazard": "natural hazard", "sanction": "sanctions", "legal_diplomatic": "legal and diplomatic",
    "market": "market",
}  # fmt: skip
_STATUS = {
    "occurred": {"happened"}, "ongoing": {"still going on"}, "partly_restored": {"partly restored"},
    "restored": {"restored", "since restored"}, "threatened": {"threatened"}, "planned": {"planned"},
    "foiled": {"foiled"}, "denied": {"denied"}, "disputed": {"disputed"},
    "retracted": {"retracted", "since retracted"}, "merged": {"part of another incident"},
    "dismissed": {"dismissed by an analyst"}, "confirmed": {"confirmed by an analyst"},
    "asserted": {"stated outright"}, "attributed": {"attributed to a source"}, "hypothetical": {"hypothetical"},
    "recommended": {"recommended", "recommended against"}, "exercise": {"an exercise"},
    "historical": {"told as history"},
}  # fmt: skip
_GRADES = {
    "A": "completely reliable", "B": "usually reliable", "C": "fairly reliable", "D": "not usually reliable",
    "E": "unreliable", "F": "cannot be judged",
}  # fmt: skip
# Where a template may say no: everywhere else a "not" turns a sentence round.
_POLAR = re.compile(r"(?i)\b(?:not|no|none|nobody|nothing|never|cannot|neither|nor|without|denied|denies|denying)\b")
_POLAR_PHRASES = re.compile(
    r"(?i)\bnot (?:known|read:|seen|asked|an article|answered|english|stated|outright|usually|judged)(?!\w)"
    r"|\bare not named\b|\bcannot be judged\b|\bnot english\b|\bnone of\b"
    r"|\bno (?:new|source|answer|article|connection|entry|longer|known|baseline)\b"
    r"|^none\b|\bnone changed\b|\bnothing (?:new|could|unusual)\b|\bno incident was added\b|\bnobody denies it\b"
    r"|\bchanged no figure\b|\bnever answered\b|\bdenied or disputed\b|\bdisputed or denied\b"
    r"|\bwithout (?:a |an )?(?:date|baseline|position)\b"
)
_DENIALS = re.compile(
    r"(?i)^(?:.* — )?(?:that it was an attack or sabotage is )?denied(?: by |, according to |: )| denies it\b"
)
_SPEAKER_CUES = re.compile(r"(?i)\b(?:citing|according to|(?P<denied>denied by)|told by) $")
_LIST = re.compile(r"^(?:, and |, | and )(?:the )?$")
_ACTOR_CUES: tuple[tuple[re.Pattern[str], Callable[[Fact], bool]], ...] = (
    # The words before the actors, what their facts must be, and what they may not.
    (re.compile(r"(?i)\bclaimed by:? (?:the )?$"), lambda fact: fact.field == "claimed_by"),
    (re.compile(r"(?i)\bsuspected: (?:the )?$"), lambda fact: fact.field == "actor" and fact.detail == "suspected"),
    (re.compile(r"(?i)\b(?:blamed: |by |behind it: )(?:the )?$"),
     lambda fact: fact.field == "actor" and fact.detail != "denied" and fact.factuality != "denied"),
)  # fmt: skip


def event_problems(slot: Slot, before: str = "") -> list[Problem]:
    """The words for what happened must be those of the ledger's type and modes, and of every fact cited."""
    kind, *modes = (slot.ledger or "").split() or [""]
    text = slot.text.casefold()
    pattern = {"attack": _ATTACK, "cyberattack": _CYBER, "sabotage": _SABOTAGE}.get(kind)
    if pattern is not None:
        read = pattern.fullmatch(text)
        named = [read["one"], read["two"]] if read else []
        fits = read is not None and all(_MODES.get(word, "") in modes for word in named if word)
    else:
        fits = text == _EVENTS.get(kind, "incident")
    fits = fits and re.search(r"^$|: $| → $", before) is not None  # no word more stands before it
    fits = fits and all(fact.field == "event_type" and fact.value == kind for fact in slot.facts)
    return [] if fits else [Problem(kind="event", message="what happened is not what the ledger holds")]


def status_problems(slot: Slot) -> list[Problem]:
    """The words for how it stands must be the ledger's, and be borne out by every quote cited."""
    if slot.text.casefold() not in _STATUS.get(slot.ledger or "", set()):
        return [Problem(kind="status", message="how it stands is not what the ledger holds")]
    if not all(says_status(clean_text(quote.sentence), slot.ledger or "") for quote in slot.cites):
        return [Problem(kind="status", message="the words cited do not say how it stands")]
    return []


def grade_problems(slot: Slot) -> list[Problem]:
    """A source's grade: its letter, and what the letter means."""
    letter = slot.ledger or ""
    if slot.text in (letter, f"{letter}, {_GRADES.get(letter)}") and letter in _GRADES:
        return []
    return [Problem(kind="grade", message="the grade is not the one that the ledger holds")]


def polarity_problems(text: str, gaps: list[str]) -> list[Problem]:
    """A "not" or "denied" outside the slots must stand in one of the few phrases that have one."""
    if not _POLAR.search(" ".join(gaps)):
        return []
    for gap in gaps:
        rest = _POLAR_PHRASES.sub("", gap)
        if _POLAR.search(rest) and not _DENIALS.search(rest):
            return [Problem(kind="text", message="the sentence says no where no template does")]
    return []


def cue_problems(placed: list[Slot], gaps: list[str]) -> list[Problem]:
    """A speaker stands after "citing", "according to" or "denied by", an actor after words that fit its part."""
    problems: list[Problem] = []
    for kind in ("speaker", "actor"):
        cue = ""
        for index, slot in enumerate(placed):
            if slot.kind != kind:
                continue
            again = index > 0 and placed[index - 1].kind == kind and _LIST.search(gaps[index])
            cue = cue if again else gaps[index]
            problems += _speaker_cue(slot, cue) if kind == "speaker" else _actor_cue(slot, cue, gaps[index + 1])
    return problems


def _speaker_cue(slot: Slot, cue: str) -> list[Problem]:
    found = _SPEAKER_CUES.search(cue)
    if found is None:
        return [Problem(kind="speaker", message="nothing says what the speaker is named for")]
    denies = any(fact.factuality == "denied" and fact.field == "factuality" for fact in slot.facts)
    if bool(found["denied"]) != denies:
        return [Problem(kind="speaker", message="the speaker did not say so")]
    return []


def _actor_cue(slot: Slot, cue: str, after: str) -> list[Problem]:
    bad = [Problem(kind="actor", message="the actor is told in another part than the ledger's")]
    if after.startswith(" denies it"):
        return [] if all(_is_denial(fact.factuality, fact.detail) for fact in slot.facts) else bad
    if " → " in cue:
        return []
    for pattern, fits in _ACTOR_CUES:
        if pattern.search(cue):
            return [] if all(fits(fact) for fact in slot.facts) else bad
    return bad


def _is_denial(factuality: str, detail: str | None) -> bool:
    return factuality == "denied" or detail == "denied"
