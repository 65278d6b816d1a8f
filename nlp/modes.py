"""The means of an event: the weapons and tools that its sentence names."""

from __future__ import annotations

import re

from nlp.records import EventType, Mode
from nlp.sieve import Sieve, sieve
from nlp.triggers import Entry

_MODE_WORDS: tuple[tuple[Mode, Sieve], ...] = (
    ("drone", sieve(r"\b(?:drones?|uavs?|unmanned (?:aerial|surface|aircraft|vehicles?|boats?)|quadcopters?|"
                         r"shaheds?|geran|fpv|loitering munitions?|usvs?)\b", re.IGNORECASE)),
    ("missile", sieve(r"\b(?:missiles?|rockets?|rpgs?|katyushas?|himars|kalibrs?|iskanders?|projectiles?|"
                           r"ballistic|storm shadow|atgms?|rocket-propelled|scuds?)\b", re.IGNORECASE)),
    ("artillery", sieve(r"\b(?:shell(?:s|ed|ing|fire)|artillery|mortars?|howitzers?|grads?|bombard\w+|gunboats?|"
                             r"naval guns?|tank fire)\b", re.IGNORECASE)),
    ("air_strike", sieve(r"\b(?:air[- ]?strikes?|air raids?|air attacks?|warplanes?|fighter jets?|jets|bombers|"
                              r"helicopters?|aerial (?:attack|bomb\w+|strikes?)|air force|aircraft|glide bombs?|"
                              r"bombing raid)\b", re.IGNORECASE)),
    ("ransomware", sieve(r"\bransomware\b", re.IGNORECASE)),
    ("ddos", sieve(r"\b(?:ddos|denial[- ]of[- ]service)\b", re.IGNORECASE)),
    ("malware", sieve(r"\b(?:malware|wipers?|trojans?|computer (?:virus|worm)|stuxnet|industroyer|blackenergy|"
                           r"triton|shamoon|virus)\b", re.IGNORECASE)),
    ("intrusion", sieve(r"\b(?:hack(?:ed|ers?|ing|s)?|breach(?:ed)?|unauthori[sz]ed access|intrusions?|phishing|"
                             r"stolen credentials)\b", re.IGNORECASE)),
    ("explosive", sieve(r"\b(?:bomb(?!er|ard)\w*|explosives?|ieds?|dynamit\w+|detonat\w+|explosive devices?|car "
                             r"bomb|tnt|blew up|blown up|blow up|blowing up|sticks of|satchel|c-4|"
                             r"charges)\b", re.IGNORECASE)),
    ("mine", sieve(r"\b(?:limpet|sea mines?|naval mines?|landmines?|land mines?|mined|floating mines?|drifting "
                        r"mines?|torpedo\w*)\b", re.IGNORECASE)),
    ("firearms", sieve(r"\b(?:gunm[ae]n|gunfire|shoot\w*|shots?|opened fire|open fire|firearms?|rifles?|"
                            r"machine[- ]?guns?|small arms|fired (?:up)?on|fired at|bullets?|kalashnikovs?|ak-?47|"
                            r"pistols?|ambush\w*|grenades?|automatic weapons?|armed with guns|revolvers?|shotguns?|"
                            r"armed (?:robbers|men|persons|pirates|assault))\b", re.IGNORECASE)),
    ("arson", sieve(r"\b(?:arson\w*|torch(?:ed|ing)|set (?:\w+ ){0,4}?(?:on fire|ablaze|alight)|set fire|"
                         r"incendiar\w+|molotov|petrol bombs?|burn(?:ed|t) down|firebomb\w*)\b", re.IGNORECASE)),
    ("anchor_or_vessel", sieve(r"\b(?:anchor(?! point|age)(?:s|ed)?(?= (?:dragg|across|on the|damage|cut|was|"
                                    r"drag))|dragg\w+ (?:its|an?|the)? ?anchor|ramm(?:ed|ing))\b", re.IGNORECASE)),
    ("cutting", sieve(r"\b(?:sawed|sawn|hacksaws?|sever(?:ed|ing)|cut (?:through|the cable|cables|the line|power "
                           r"lines?|down)|cutting (?:through|down|the)|cable cut\w*|unbolt\w+|angle "
                           r"grinders?)\b", re.IGNORECASE)),
)  # fmt: skip


_BLAST = sieve(r"\b(?:explosions?|blasts?|exploded|blew up|blown up)\b", re.IGNORECASE)


def find_modes(text: str, entry: Entry, event_type: EventType) -> tuple[Mode, ...]:
    """The means that the sentence names, those of the trigger first."""
    if event_type in ("accident", "outage", "natural_hazard", "sanction", "legal_diplomatic", "market", "blockade"):
        return tuple(m for m in entry.modes if m in ("anchor_or_vessel", "cutting"))
    cyber = {"ransomware", "malware", "ddos", "intrusion"}
    found = list(entry.modes)
    for mode, pattern in _MODE_WORDS:
        if mode in found or not pattern.search(text):
            continue
        if (event_type == "cyberattack") == (mode in cyber):
            found.append(mode)
    if event_type in ("seizure", "theft"):
        found = [m for m in found if m != "air_strike"]  # a helicopter brings the boarders
    if not found and event_type in ("attack", "sabotage") and _BLAST.search(text):
        found.append("explosive")
    if (
        event_type == "attack"
        and "firearms" in found
        and entry.modes
        and "firearms" in entry.modes
        and any(m in found for m in ("missile", "drone"))
        and "fire" in entry.phrase
    ):
        found.remove("firearms")
    return tuple(found)
