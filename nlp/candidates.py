"""Mentions of events in single sentences: trigger, sense, facility, cause, grade, actors; events.py joins them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc, Token

from nlp.actors import ActorRole, ActorSpan, CountryWord, find_claims, find_perpetrators, is_doer, resolve_agents
from nlp.arguments import Cause, agents_of, causes_of, has_hostile_word, link_facilities, pick_entry
from nlp.factuality import Grade, grade
from nlp.reading import FacilityRef, Name, Reading
from nlp.records import EventType, FacilityType, Mode
from nlp.syntax import is_passive, objects_of, subjects
from nlp.text import Sentence
from nlp.triggers import Entry, TriggerMatch

_IMPACT = frozenset(
    "hit strike damage wreck cripple destroy destruction knock out sever cut topple rock take burn collapse burst break".split()
) | frozenset(
    {
        "knock out",
        "knock ... out",
        "knock offline",
        "knock ... offline",
        "take out",
        "cut cable",
        "cable cut",
        "burn down",
    }
)
_MODE_WORDS: tuple[tuple[Mode, re.Pattern[str]], ...] = (
    ("drone", re.compile(r"\b(?:drones?|uavs?|unmanned (?:aerial|surface|aircraft|vehicles?|boats?)|quadcopters?|shaheds?|geran|fpv|loitering munitions?|usvs?)\b", re.IGNORECASE)),
    ("missile", re.compile(r"\b(?:missiles?|rockets?|rpgs?|katyushas?|himars|kalibrs?|iskanders?|projectiles?|ballistic|storm shadow|atgms?|rocket-propelled|scuds?)\b", re.IGNORECASE)),
    ("artillery", re.compile(r"\b(?:shell(?:s|ed|ing|fire)|artillery|mortars?|howitzers?|grads?|bombard\w+|gunboats?|naval guns?|tank fire)\b", re.IGNORECASE)),
    ("air_strike", re.compile(r"\b(?:air[- ]?strikes?|air raids?|air attacks?|warplanes?|fighter jets?|jets|bombers|helicopters?|aerial (?:attack|bomb\w+|strikes?)|air force|aircraft|glide bombs?|bombing raid)\b", re.IGNORECASE)),
    ("ransomware", re.compile(r"\bransomware\b", re.IGNORECASE)),
    ("ddos", re.compile(r"\b(?:ddos|denial[- ]of[- ]service)\b", re.IGNORECASE)),
    ("malware", re.compile(r"\b(?:malware|wipers?|trojans?|computer (?:virus|worm)|stuxnet|industroyer|blackenergy|triton|shamoon|virus)\b", re.IGNORECASE)),
    ("intrusion", re.compile(r"\b(?:hack(?:ed|ers?|ing|s)?|breach(?:ed)?|unauthori[sz]ed access|intrusions?|phishing|stolen credentials)\b", re.IGNORECASE)),
    ("explosive", re.compile(r"\b(?:bomb(?!er|ard)\w*|explosives?|ieds?|dynamit\w+|detonat\w+|explosive devices?|car bomb|tnt|blew up|blown up|blow up|blowing up|sticks of|satchel|c-4|charges)\b", re.IGNORECASE)),
    ("mine", re.compile(r"\b(?:limpet|sea mines?|naval mines?|landmines?|land mines?|mined|floating mines?|drifting mines?|torpedo\w*)\b", re.IGNORECASE)),
    ("firearms", re.compile(r"\b(?:gunm[ae]n|gunfire|shoot\w*|shots?|opened fire|open fire|firearms?|rifles?|machine[- ]?guns?|small arms|fired (?:up)?on|fired at|bullets?|kalashnikovs?|ak-?47|pistols?|ambush\w*|grenades?|automatic weapons?|armed with guns|revolvers?|shotguns?|armed (?:robbers|men|persons|pirates|assault))\b", re.IGNORECASE)),
    ("arson", re.compile(r"\b(?:arson\w*|torch(?:ed|ing)|set (?:\w+ ){0,4}?(?:on fire|ablaze|alight)|set fire|incendiar\w+|molotov|petrol bombs?|burn(?:ed|t) down|firebomb\w*)\b", re.IGNORECASE)),
    ("anchor_or_vessel", re.compile(r"\b(?:anchor(?! point|age)(?:s|ed)?(?= (?:dragg|across|on the|damage|cut|was|drag))|dragg\w+ (?:its|an?|the)? ?anchor|ramm(?:ed|ing))\b", re.IGNORECASE)),
    ("cutting", re.compile(r"\b(?:sawed|sawn|hacksaws?|sever(?:ed|ing)|cut (?:through|the cable|cables|the line|power lines?|down)|cutting (?:through|down|the)|cable cut\w*|unbolt\w+|angle grinders?)\b", re.IGNORECASE)),
)  # fmt: skip
_CYBER_ATTACK = re.compile(
    r"\b(?:cyber\w*|hack(?:ed|ers?|ing)?|ransomware|malware|ddos|denial|phishing|online|digital|computer)\b",
    re.IGNORECASE,
)
_MAINTENANCE = re.compile(
    r"\b(?:(?<!un)(?<!un-)(?:planned|scheduled|routine|regular|annual|seasonal) (?:\w+ ){0,2}?(?:maintenance|overhauls?|turnarounds?|outages?|shutdowns?|repairs|works?|inspection)|refuell?ing outage|turnaround|for maintenance|maintenance (?:work|outage|season)|commissioning|decommission\w+)\b",
    re.IGNORECASE,
)
_UNPLANNED = re.compile(r"\b(?:unplanned|unscheduled|emergency|forced|unexpected)\b", re.IGNORECASE)
_BUSINESS = re.compile(
    r"\b(?:permanent(?:ly)?|for good|phase[sd]?[- ]out|retir(?:e|ed|ing|ement)|decommission\w*|mothball\w*|bankrupt\w*|buyers?|unprofitable|margins?|weak(?:er)? demand|demand (?:loss|slump|collapse|destruction)|economics|"
    r"covid\w*|coronavirus|pandemic|cut(?:ting)? (?:jobs|costs|emissions)|net[- ]zero|by 20[2-5]\d|climate|acquisition|divest\w*|investment|lay[- ]?offs?|sale of|end of (?:its )?life|coal exit|transition|oversupply|glut|permit|approval|court|lawsuit|regulators?|low(?:er)? prices|price (?:crash|collapse|slump|war))\b",
    re.IGNORECASE,
)
_CONSEQUENCE_VERBS = frozenset(
    {"cause", "trigger", "lead", "result", "leave", "spark", "bring", "see", "include", "suffer", "prompt"}
)
_TOPIC = re.compile(
    r"\b(?:oil|gas|lng|crude|petroleum|energy|pipelines?|nuclear power|nuclear plant|electricity|power|coal|gasoline|diesel|fuel|brent|wti|opec\+?|refiner\w+|tankers?|barrels?|gazprom|rosneft|aramco|nord stream|uranium|bpd)\b",
    re.IGNORECASE,
)
_PROTEST_STOPS = frozenset({"protest", "labour"})


@dataclass(slots=True)
class Candidate:
    """One mention of an event in one sentence; token offsets are relative to the sentence."""

    sentence: Sentence
    match: TriggerMatch
    token: Token
    entry: Entry
    event_type: EventType
    facilities: list[FacilityRef]
    cost: float
    grade: Grade
    implied: FacilityType | None = None
    modes: tuple[Mode, ...] = ()
    causes: frozenset[Cause] = frozenset()
    actors: list[tuple[ActorSpan, ActorRole]] = field(default_factory=list)
    claimed: list[ActorSpan] = field(default_factory=list)
    rival: bool = False
    nominal: bool = False
    definite: bool = False
    routine: bool = False  # planned maintenance or a business decision
    elsewhere: bool = False  # its target is a place of its own: "strikes on Odessa"
    given: bool = False  # "the damaged plant": told as known, founds no event of its own
    borrowed: bool = False  # the facility stands in a neighbouring sentence

    @property
    def happened(self) -> bool:
        return self.grade.factuality in ("asserted", "attributed")

    @property
    def told(self) -> bool:
        """Whether the mention is of a happening, claimed or denied."""
        return self.happened or self.grade.factuality == "denied"


@dataclass(slots=True)
class SentenceFacts:
    """What a parsed sentence gives besides its triggers."""

    claimed: list[ActorSpan]
    blamed: list[ActorSpan]
    denied: list[ActorSpan]


def find_candidates(
    reading: Reading,
    sentence: Sentence,
    doc: Doc,
    names: Sequence[tuple[int, int, Name]],
    countries: Sequence[CountryWord],
    facts: SentenceFacts,
) -> list[Candidate]:
    """The event mentions of one parsed sentence."""
    refs = reading.facilities.get(sentence.index, [])
    found: list[Candidate] = []
    previous = reading.sentence(sentence.index - 1) if sentence.index > 0 else None
    lenient = sentence.where == "title" or len(doc) < 14
    tokens = frozenset(
        p[2].i
        for m in reading.triggers.get(sentence.index, ())
        if (p := pick_entry(m, doc, lenient=lenient)) and p[1].strength not in ("topic", "weak")
    )
    for match in reading.triggers.get(sentence.index, ()):
        picked = pick_entry(match, doc, lenient=lenient)
        if picked is None:
            continue
        match, entry, token = picked
        if _idiom(doc, token, entry):
            continue
        nominal = entry.pos == "noun"
        if entry.strength == "topic":
            candidate = _topic(reading, sentence, doc, match, token, entry, refs)
            if candidate is not None:
                found.append(candidate)
            continue
        linked = link_facilities(
            doc, token, entry, refs, sentence.start, title=sentence.where == "title", others=tokens - {token.i}
        )
        agents = resolve_agents(agents_of(token, entry), token)
        causes = causes_of(token, entry, agents)
        graded = grade(doc, token, nominal=nominal, context=previous.text if previous else "")
        if graded.silent:
            continue
        if nominal and graded.factuality in ("asserted", "attributed") and _series(token):
            graded = Grade("historical", graded.speaker)
        elif nominal and graded.factuality in ("asserted", "attributed") and _generic(doc, token, linked.facilities):
            graded = Grade("hypothetical", graded.speaker)
        event_type = decide_type(doc, token, entry, causes, linked.facilities, sentence.start)
        if event_type is None:
            continue
        implied = entry.implies if not linked.facilities else None
        if implied is not None and (
            _side_effect(token, doc) or (entry.phrase == "outage" and not _electric(reading, doc, token))
        ):
            implied = None
        routine = (
            event_type == "outage"
            and not causes & {"nature", "hostile", "cyber", "machine"}
            and _routine(doc.text, entry)
        )
        if routine and graded.factuality in ("asserted", "attributed"):
            graded = Grade("planned", graded.speaker)
        actors = (
            []
            if event_type in ("accident", "outage", "natural_hazard")
            else find_perpetrators(doc, agents, names, countries, nominal=nominal)
        )
        found.append(
            Candidate(
                sentence=sentence,
                match=match,
                token=token,
                entry=entry,
                event_type=event_type,
                facilities=linked.facilities,
                cost=linked.cost,
                grade=graded,
                implied=implied,
                modes=find_modes(doc.text, entry, event_type),
                causes=frozenset(causes),
                actors=actors,
                rival=linked.rival,
                nominal=nominal,
                routine=routine,
                elsewhere=_aimed_at_place(token, entry),
                given=entry.pos == "verb" and token.dep_ == "amod" and token.tag_ != "VBG",
                definite=any(
                    c.dep_ in ("det", "poss") and c.lower_ in ("the", "this", "that", "these", "those", "its", "both")
                    for c in token.children
                ),
            )  # fmt: skip
        )
    for candidate in found:
        candidate.claimed = list(facts.claimed)
    return found


_UNDER_FIRE = re.compile(
    r"\b(?:under|open(?:ed|s|ing)?|return(?:ed|s|ing)?|exchang\w+(?: of)?|small[- ]arms|artillery|mortar|rocket|missile|tank|gun|machine[- ]gun|sniper|friendly|enemy|heavy|cross|ceasefire|hold|ceases?)[- ]fire\b",
    re.IGNORECASE,
)


def _idiom(doc: Doc, token: Token, entry: Entry) -> bool:
    """Fixed phrases in which a trigger means something else."""
    if entry.phrase == "fire" and entry.pos == "noun":
        around = doc.text[max(0, token.idx - 14) : token.idx + 5]
        return (
            bool(_UNDER_FIRE.search(around))
            or token.nbor(1).lower_
            in (
                "station",
                "department",
                "brigade",
                "service",
                "services",
                "safety",
                "crews",
                "crew",
                "chief",
                "truck",
                "trucks",
                "engine",
                "engines",
                "season",
                "officials",
                "drill",
                "officer",
                "ants",
                "sale",
            )
            if token.i + 1 < len(doc)
            else False
        )
    if (
        entry.phrase in ("attack", "strike")
        and token.i + 1 < len(doc)
        and token.nbor(1).lower_
        in (
            "price",
            "rate",
            "zone",
            "aircraft",
            "helicopter",
            "group",
            "ads",
            "partnership",
            "submarine",
            "capability",
            "capabilities",
        )
    ):
        return True
    if entry.pos == "verb" and entry.phrase in _IDIOM_OBJECTS:
        objects = {c.lemma_.lower() for c in token.children if c.dep_ in ("dobj", "oprd", "attr")}
        if objects & _IDIOM_OBJECTS[entry.phrase]:
            return True
    if entry.pos == "verb" and token.i and token.nbor(-1).text == "-":
        return True
    if (
        entry.phrase in ("protester", "hijacker", "burn")
        and token.dep_ in ("pobj", "nsubj", "dobj")
        and token.head.lower_ in ("by", "with")
    ):
        return True
    if entry.phrase == "shoot" and any(c.dep_ == "prt" and c.lower_ == "down" for c in token.children):
        return True
    if entry.phrase == "shell" and entry.pos == "verb" and token.text == "Shell":
        return True
    if entry.phrase == "fire" and token.i + 1 < len(doc) and token.nbor(1).lower_ == "up":
        return True
    if entry.phrase == "release" and entry.pos == "verb" and token.tag_ in ("VBP", "VBZ") and _by_nature(token):
        return True
    if entry.phrase == "release" and token.i + 1 < len(doc) and token.nbor(1).lower_ in ("valve", "date"):
        return True
    return (
        entry.phrase == "explosion"
        and token.i + 1 < len(doc)
        and token.nbor(1).lower_ in ("in", "of")
        and any(w in doc.text.lower() for w in ("demand", "interest", "growth"))
    )


def _by_nature(token: Token) -> bool:
    """Whether a present tense states what a thing does by nature: "the wells release methane"."""
    return any(
        c.dep_ == "dobj" and c.lower_ in ("methane", "emissions", "co2", "carbon", "gases", "energy", "heat")
        for c in token.children
    )


_IDIOM_OBJECTS: dict[str, frozenset[str]] = {
    "strike": frozenset(
        "deal balance agreement bargain accord gold oil chord truce pact tone note blow pose bargain partnership fear gas".split()
    ),
    "hit": frozenset(
        "record high low milestone snag market target demand roadblock profit peak level wall bottom ceiling price sale earnings stage road ground rock headline speed".split()
    ),
    "seize": frozenset("opportunity chance moment initiative".split()),
    "capture": frozenset(
        "share market carbon co2 emission attention imagination demand value methane image photo video footage".split()
    ),
    "board": frozenset("train plane flight bus".split()),
    "fail": frozenset(),
}


_TROUBLES = frozenset(
    "cut outage blackout demand price sanction delay problem shortage fire leak explosion blast failure fault spill strike crisis loss malfunction issue maintenance power technical".split()
)
_ACCIDENT_WORD = re.compile(r"\b(?:fires?|blaze|explosions?|blast|inferno|flames)\b", re.IGNORECASE)


_BLAST = re.compile(r"\b(?:explosions?|blasts?|exploded|blew up|blown up)\b", re.IGNORECASE)
_SET_ALIGHT = frozenset(
    {"set fire", "set ... on fire", "set ... ablaze", "set ablaze", "set alight", "torch", "burn down", "flood"}
)
_UNPAID = re.compile(
    r"\b(?:fees?|payments?|unpaid|paid|pay|debts?|arrears|bills?|roubles?|rubles?|contracts?|sanctions?|transit (?:deal|agreement|contract))\b",
    re.IGNORECASE,
)
_ELECTROCUTED = re.compile(r"\belectrocut\w+", re.IGNORECASE)


def decide_type(
    doc: Doc, token: Token, entry: Entry, causes: set[Cause], facilities: Sequence[FacilityRef], offset: int = 0
) -> EventType | None:
    """The event type of a mention: that of its trigger, unless the cause says otherwise."""
    base = entry.event_type
    impact = entry.phrase in _IMPACT
    if base == "attack" and entry.phrase in _SET_ALIGHT and "hostile" not in causes and causes & {"nature", "machine"}:
        return "natural_hazard" if "nature" in causes else "accident"
    if base == "attack" and not impact:
        joined = doc[token.left_edge.i : token.i + 1].text if entry.pos == "noun" else ""
        if (
            _CYBER_ATTACK.search(joined)
            or causes == {"cyber"}
            or (any(f.facility_type == "control_system" for f in facilities) and "cyber" in causes)
        ):
            return "cyberattack"
        return base
    if "cyber" in causes and base in ("accident", "outage", "attack"):
        return "cyberattack"
    if impact:
        if "hostile" in causes:
            return "attack" if base != "outage" or entry.phrase.startswith("knock") else base
        if "nature" in causes:
            return "natural_hazard"
        if "machine" in causes or "thief" in causes:
            return "theft" if "thief" in causes else "accident"
        if (
            base == "attack"
            and entry.phrase in ("hit", "strike")
            and any(
                g.lemma_.lower() in _TROUBLES for c in token.children if c.dep_ in ("agent", "prep") for g in c.children
            )
        ):
            return "accident"
        if (
            base == "attack"
            and entry.phrase in ("hit", "strike")
            and not is_passive(token)
            and (doers := [s for s in subjects(token) if s.pos_ == "NOUN"])
        ):
            # What hits without being a weapon or a fighter is a vehicle, a tree or a problem.
            direct = any(
                c.dep_ == "dobj" and any(f.start <= c.idx + offset < f.end for f in facilities) for c in token.children
            )
            if not any(is_doer(s) for s in doers):
                return "accident" if direct and not _ELECTROCUTED.search(doc.text) else None
        if (
            base == "attack"
            and entry.phrase in ("destroy", "destruction", "burn down", "take out")
            and _ACCIDENT_WORD.search(doc.text)
        ):
            return "accident"
        return base
    if base == "accident":
        modifiers = {c.lemma_.lower() for c in token.children if c.dep_ in ("compound", "amod", "nmod")}
        if modifiers & {"bomb", "ied", "mine", "grenade", "deliberate", "intentional"} or "hostile" in causes:
            return "attack"
        if "thief" in causes:
            return "theft"
        return "natural_hazard" if "nature" in causes and entry.strength != "strong" else base
    if (
        base == "outage"
        and "hostile" in causes
        and entry.pos == "verb"
        and any(_doer(a) for a in agents_of(token, entry))
    ):
        return (
            "attack"
            if entry.phrase in ("disconnect", "trip", "interrupt", "disrupt", "take ... offline", "take offline")
            else "blockade"
        )
    if (
        base == "outage"
        and entry.strength == "weak"
        and _UNPAID.search(doc.text)
        and not causes & {"nature", "machine", "hostile"}
    ):
        return "sanction"
    if (
        base == "accident"
        and _ELECTROCUTED.search(doc.text)
        and any(f.facility_type in ("transmission_line", "power_grid") for f in facilities)
    ):
        # The victim of a live wire: nothing befell the line.
        return None
    if base == "outage":
        if causes & _PROTEST_STOPS and entry.phrase in (
            "shut",
            "shut down",
            "close",
            "halt",
            "stop",
            "suspend",
            "shutdown",
            "shut in",
            "disrupt",
            "disruption",
        ):
            return "blockade"
        if "nature" in causes and entry.phrase in ("shut", "shut down", "shut in", "halt", "shutdown"):
            return "natural_hazard"
        return base
    if base == "seizure" and causes & {"protest"} and entry.phrase in ("occupy", "storm", "seize", "take over"):
        return "blockade"
    return base


def _doer(agent: Token) -> bool:
    """Whether an agent is people under arms, who stop a plant themselves; a strike that stops it is a cause."""
    return agent.lemma_.lower() in (
        "force",
        "troop",
        "army",
        "gunman",
        "gunmen",
        "militant",
        "rebel",
        "fighter",
        "soldier",
        "group",
        "militia",
        "tribesman",
        "insurgent",
    )


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


def _routine(text: str, entry: Entry) -> bool:
    if _UNPLANNED.search(text):
        return False
    if _MAINTENANCE.search(text):
        return True
    return entry.strength != "strong" and bool(_BUSINESS.search(text)) and not has_hostile_word(text)


_SPECIFIC = re.compile(
    r"\b(?:overnight|today|yesterday|tonight|this (?:morning|week|month)|last (?:week|month|night)|recent|latest|early|late|reported|felt|heard|underway)\b|\d",
    re.IGNORECASE,
)


def _generic(doc: Doc, token: Token, facilities: Sequence[FacilityRef]) -> bool:
    """Whether a bare plural speaks of a kind of event: "attacks on pipelines have become common"."""
    if (
        token.tag_ != "NNS"
        or any(c.dep_ in ("det", "nummod", "poss", "predet") for c in token.children)
        or doc.text[:40].islower()
    ):
        return False
    if any(f.known or f.proper for f in facilities) or any(
        e.label_ in ("GPE", "LOC", "DATE", "TIME", "FAC", "NORP") for e in doc.ents
    ):
        return False
    return not _SPECIFIC.search(doc.text) and not any(
        t.tag_ in ("VBD",) and t.dep_ in ("ROOT", "conj")
        for t in doc
        if t.lemma_ not in ("say", "tell", "write", "warn", "note", "add", "argue", "report")
    )


def _series(token: Token) -> bool:
    """Whether a bare plural stands in the background: "in response to attacks on energy facilities"."""
    if token.tag_ != "NNS" or any(
        c.dep_ in ("det", "nummod", "poss", "predet")
        or (
            c.dep_ == "amod"
            and c.lower_
            in (
                "recent",
                "latest",
                "overnight",
                "new",
                "fresh",
                "multiple",
                "several",
                "simultaneous",
                "twin",
                "coordinated",
                "nationwide",
                "major",
                "massive",
                "rolling",
                "electrical",
            )
        )
        for c in token.children
    ):
        return False
    if token.dep_ != "pobj" or token.head.dep_ != "prep":
        return False
    above = token.head.head
    return (token.head.lower_ == "to" and above.lower_ in ("response", "retaliation")) or token.head.lower_ in (
        "amid",
        "despite",
        "against",
        "since",
    )


_ELECTRIC = re.compile(
    r"\b(?:power|electric\w*|grid|utilit(?:y|ies)|blackouts?|substations?|transformers?|storm|hurricane|megawatts?|mw|energy)\b",
    re.IGNORECASE,
)


def _electric(reading: Reading, doc: Doc, token: Token) -> bool:
    """Whether a bare "outage" is one of power: not of a website or a booking platform."""
    of = [t for t in objects_of(token, frozenset({"of", "at", "on", "to"})) if t.pos_ == "NOUN"]
    return bool(_ELECTRIC.search(doc.text)) or (reading.relevant and not of)


def _aimed_at_place(token: Token, entry: Entry) -> bool:
    found = (
        list(objects_of(token, frozenset({"on", "at", "against"})))
        if entry.pos == "noun"
        else [c for c in token.children if c.dep_ in ("dobj", "nsubjpass")]
    )
    return any(t.ent_type_ in ("GPE", "LOC") for t in found)


def _side_effect(token: Token, doc: Doc) -> bool:
    """Whether a blackout is only named as what something else brought with it."""
    if re.search(
        r"\b(?:millions?|nationwide|countrywide|across the country|whole country|entire country|rest of the country|much of the country|national|widespread|massive|major|total|thousands|province|cities|regions|regionwide|statewide|the island|\d+ ?%|percent|per cent|\d{2,3},\d{3}|several hours)\b",
        doc.text,
        re.IGNORECASE,
    ):
        return (
            bool(
                re.search(
                    r"\b(?:hurricane|storm|typhoon|cyclone|earthquake|magnitude|death toll)\b", doc.text, re.IGNORECASE
                )
            )
            and token.dep_ in ("dobj", "pobj", "conj")
            and token.head.lemma_ in _CONSEQUENCE_VERBS
        )
    if token.dep_ in ("dobj", "pobj", "conj", "pcomp"):
        verb = token.head
        steps = 0
        while verb.pos_ not in ("VERB", "AUX") and verb.head.i != verb.i and steps < 4:
            verb, steps = verb.head, steps + 1
        if verb.lemma_ in _CONSEQUENCE_VERBS and verb.lemma_ not in ("suffer", "see"):
            return True
        return verb.lemma_ in ("protest", "blame", "complain", "cite", "fear", "face", "avoid")
    return False


def _topic(
    reading: Reading,
    sentence: Sentence,
    doc: Doc,
    match: TriggerMatch,
    token: Token,
    entry: Entry,
    refs: Sequence[FacilityRef],
) -> Candidate | None:
    """Sanctions, diplomacy and market moves: told of energy, in the first sentences or the title."""
    if not _TOPIC.search(doc.text) or (sentence.index > 2 and not refs):
        return None
    if sentence.kind == "bullet" or token.dep_ in ("amod", "compound"):
        return None
    if (
        entry.event_type == "legal_diplomatic"
        and entry.pos == "verb"
        and not any(c.dep_ in ("nsubj", "nsubjpass") for c in token.children)
        and token.dep_ != "conj"
        and sentence.where != "title"
    ):
        return None
    if entry.event_type == "market" and entry.pos == "verb" and entry.phrase not in ("cut output", "cut production"):
        subject = " ".join(t.text for c in token.children if c.dep_ in ("nsubj", "dobj") for t in c.subtree)
        if not re.search(
            r"\b(?:prices?|brent|wti|crude|futures|oil|gas|premiums?|benchmark|contracts?)\b", subject, re.IGNORECASE
        ):
            return None
    graded = grade(doc, token, nominal=entry.pos == "noun")
    if graded.silent:
        return None
    linked = [r for r in refs if not r.company][:2]
    return Candidate(
        sentence=sentence, match=match, token=token, entry=entry, event_type=entry.event_type, facilities=linked, cost=2.0, grade=graded,
        nominal=entry.pos == "noun",
    )  # fmt: skip


def sentence_facts(doc: Doc, names: Sequence[tuple[int, int, Name]], countries: Sequence[CountryWord]) -> SentenceFacts:
    """Claims of responsibility, accusations and denials in a sentence."""
    return SentenceFacts(*find_claims(doc, names, countries))
