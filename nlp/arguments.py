"""Which facility a trigger is about, and who or what does it: dependency paths first, then the sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from spacy.tokens import Doc, Token

from nlp.reading import FacilityRef
from nlp.syntax import by_phrase, is_passive, objects_of, path, path_cost, step_cost, subjects, token_at, with_conjuncts
from nlp.triggers import Entry, TriggerMatch

Cause = Literal["hostile", "nature", "machine", "cyber", "protest", "labour", "thief"]

_LIMIT = {"strong": 4.6, "medium": 3.3, "weak": 1.9, "topic": 3.0}
_TARGET_PREPOSITIONS = frozenset("on at against of in into onto upon aboard inside through to".split())
_BESIDE = frozenset("near outside beside opposite behind by around toward towards".split())

# Nouns that a target may be of or part of without ceasing to be the target.
_PARTS = frozenset(
    "section stretch segment part portion unit tank tower pylon valve system network site complex area compound building structure "
    "terminal jetty pier berth equipment infrastructure operation output production flow supply loading export shipment delivery service "
    "capacity worker guard employee engineer technician staff crew convoy gate office headquarters control server computer website "
    "installation facility asset plant station pump compressor manifold line pipe cable reactor turbine boiler transformer roof wall "
    "perimeter field well platform rig hub network farm depot storage number several dozens hundreds couple series pair string group lot "
    "set many half third quarter most percent majority one two three four five six ten hull deck engine room bridge cargo tanker "
    "train nm mile kilometre kilometer km kV ship vessel dock mooring buoy hose project camp base town settlement business it company operator distributor firm utility giant".split()
)
_NO_RIVAL = frozenset(
    "area region province district city town village country state county governorate oblast coast shore outskirt suburb border night "
    "morning evening afternoon day week month year hour minute time attack incident series wave response part spate string number row "
    "retaliation order move bid effort addition case result way place scene north south east west centre center water sea gulf strait "
    "ocean desert peninsula island territory location spot ground air it them one which that what who this these those him her me us "
    "total record place turn sight fact light january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday weekend spring summer autumn fall winter campaign war conflict "
    "production output supply flow export operation capacity shipment loading power electricity energy infrastructure facility target "
    "barrel gallon ton tonne litre crude oil gas fuel product line pipe something fire damage device bomb missile drone rocket projectile methane vapor vapour dust boiler transformer generator ammunition firedamp spark cloud ball debris rate2 condensate".split()
)

_WORD_CAUSES: dict[Cause, frozenset[str]] = {
    "nature": frozenset(
        "hurricane storm typhoon cyclone flood flooding floodwater earthquake quake tsunami lightning landslide mudslide avalanche rain rainfall "
        "wildfire bushfire wind winds gale tornado snow snowfall snowstorm blizzard ice icing frost freeze cold heatwave heat volcano eruption drought weather monsoon "
        "sandstorm thunderstorm derecho surge thunderbolt aftershock wave waves river erosion geomagnetic magnitude".split()
    ),
    "machine": frozenset(
        "excavator backhoe bulldozer digger contractor truck lorry car train plane seaplane helicopter aircraft ship vessel anchor trawler barge "
        "farmer plow plough crane tree bird squirrel snake driver tractor auger dredger machine machinery equipment vehicle boat drill bus "
        "excavation construction glitch error fault overload short-circuit circuit corrosion pressure surge".split()
    ),
    "hostile": frozenset(
        "drone uav quadcopter missile rocket shell mortar artillery airstrike bomb bomber warplane jet gunman gunmen militant rebel insurgent guerrilla "
        "terrorist attacker assailant saboteur force troop army military navy fighter separatist pirate bandit robber commando soldier warship "
        "jihadist extremist tribesman arsonist kamikaze projectile attack strike raid assault bombing bombardment shelling sabotage explosive ied "
        "dynamite grenade torpedo militia hijacker houthi taliban raider intruder perpetrator suspect sniper gunship rpg munition fpv shahed".split()
    ),
    "cyber": frozenset(
        "hacker ransomware malware cyberattack cyber-attack virus worm wiper intrusion cybercriminal hacktivist trojan ddos phishing".split()
    ),
    "protest": frozenset(
        "protester protestor demonstrator activist protest demonstration picketer villager resident local farmer tribe campaigner blockade guard indigenous community "
        "tribesmen sit-in environmentalist youth".split()
    ),
    "labour": frozenset("worker union striker employee strike walkout stoppage staff crew trucker".split()),
    "thief": frozenset("thief thieves vandal looter bunkerer scavenger siphoner pilferer tapping tap theft".split()),
}  # fmt: skip
_LIGHT = frozenset(
    "carry launch conduct stage mount perpetrate commit make suffer experience report see cause trigger spark start break occur happen take "
    "hit rock strike shake rip tear sweep engulf destroy damage follow erupt lead result force prompt describe call".split()
)


@dataclass(slots=True)
class Linked:
    """The facilities of one trigger, nearest first, with the cost of the way to the first."""

    facilities: list[FacilityRef]
    cost: float
    rival: bool


def pick_entry(match: TriggerMatch, doc: Doc, *, lenient: bool) -> tuple[TriggerMatch, Entry, Token] | None:
    """The sense of a trigger that its part of speech in the sentence allows, with its extent and its token."""
    loose: int | None = None
    nouns = {e.phrase for e in match.entries if e.pos == "noun"}
    for k, entry in enumerate(match.entries):
        token = token_at(doc, match.spans[k][2])
        if token is None:
            continue
        verbal = token.pos_ in ("VERB", "AUX") or (token.tag_ in ("VBN", "VBD", "VBG") and token.pos_ != "PROPN")
        nominal = token.pos_ in ("NOUN", "PROPN") and not verbal
        long = len(entry.phrase.split()) > 1
        if (entry.pos == "adj") or (entry.pos == "verb" and verbal) or (entry.pos == "noun" and nominal):
            return match.only([k]), entry, token
        if loose is not None:
            continue
        participle = token.pos_ == "ADJ" and token.lower_.endswith(("ed", "en", "t"))
        if (entry.pos == "verb" and (
            participle
            or (
                nominal
                and not nouns
                and (
                    (lenient and not _capital(token) and token.dep_ not in ("compound", "amod", "nmod"))
                    or (long and not nominal)
                    or token.lower_.endswith(("ing", "ed"))
                )
            )
        )) or (entry.pos == "noun" and (
            long
            or token.tag_ == "VBG"
            or token.pos_ in ("ADJ", "X", "ADP", "SYM", "INTJ", "ADV")
            or (lenient and len({e.pos for e in match.entries}) == 1)
        )) or (entry.pos == "verb" and long and not nominal):
            loose = k
    if loose is None:
        return None
    token = token_at(doc, match.spans[loose][2])
    return None if token is None else (match.only([loose]), match.entries[loose], token)


def _capital(token: Token) -> bool:
    return token.text[0].isupper() and not token.is_sent_start


def head_token(doc: Doc, ref: FacilityRef, offset: int) -> Token | None:
    """The token of a facility's noun; `offset` is where the sentence starts in its text."""
    token = token_at(doc, ref.head - offset)
    if token is None:
        return None
    # The noun of a name is the highest of its tokens: "CPC" of "CPC line".
    if ref.known:
        inside = [t for t in doc if t.idx >= ref.start - offset and t.idx + len(t) <= ref.end - offset]
        for t in inside:
            if t.head.i < inside[0].i or t.head.i > inside[-1].i or t.head.i == t.i:
                return t
    return token


def link_facilities(
    doc: Doc,
    trigger: Token,
    entry: Entry,
    refs: list[FacilityRef],
    offset: int,
    *,
    title: bool = False,
    others: frozenset[int] = frozenset(),
) -> Linked:
    """The facilities of the sentence that the trigger is about; none where another thing is its target.

    `others` are the tokens of the sentence's other triggers: what lies behind one of them is its target, not this one's.
    """
    rivals = _rivals(doc, trigger, entry, refs, offset)
    scored: list[tuple[float, int, FacilityRef, Token]] = []
    for order, ref in enumerate(refs):
        token = head_token(doc, ref, offset)
        if token is None:
            continue
        cost = _cost(doc, trigger, entry, ref, token, rivals)
        up, top, down = path(trigger, token)
        if any(
            t.i in others and t.i not in (trigger.i, token.i) for t in (*up, *down, *([top] if top is not None else []))
        ):
            cost += 1.8
        scored.append((cost, order, ref, token))
    scored.sort(key=lambda s: (s[0], s[1]))
    limit = _LIMIT[entry.strength] + (0.8 if title else 0.0)
    if rivals:
        limit = min(limit, 2.6)
    if not scored or scored[0][0] > limit:
        return Linked([], 99.0, bool(rivals))
    best_cost, _, best, best_token = scored[0]
    joined = {t.i for t in with_conjuncts(best_token)}
    chosen = [best]
    for cost, _, ref, token in scored[1:]:
        if ref.company != best.company or ref.antecedent is not None:
            continue
        sibling = token.i in joined or _listed(best_token, token)
        beside = cost <= best_cost + 0.5 and cost <= limit and ref.facility_type != "chokepoint"
        if sibling or beside:
            chosen.append(ref)
    for ref in _enumerated(doc.text, best, refs, offset):
        if all(ref is not c for c in chosen):
            chosen.append(ref)
    return Linked(chosen, best_cost, bool(rivals))


_AND = re.compile(
    r"^\s*(?:,|and|,\s*and|&|/|or|as well as|along with|, as well as)\s*(?:the\s+|at\s+(?:the\s+)?|an?\s+)?$",
    re.IGNORECASE,
)


def _enumerated(text: str, best: FacilityRef, refs: list[FacilityRef], offset: int) -> list[FacilityRef]:
    """Facilities that stand in one list of words with the best one, whatever the parse made of the list."""
    found: list[FacilityRef] = []
    ordered = sorted((r for r in refs if not r.company and r.where == best.where), key=lambda r: r.start)
    for step in (1, -1):
        position = next((k for k, r in enumerate(ordered) if r is best), None)
        while position is not None and 0 <= position + step < len(ordered):
            one, other = ordered[position], ordered[position + step]
            first, second = (one, other) if one.start < other.start else (other, one)
            if (
                first.end > second.start
                or not _AND.match(text[first.end - offset : second.start - offset])
                or other.antecedent is not None
            ):
                break
            found.append(other)
            position += step
    return found


def _listed(first: Token, second: Token) -> bool:
    """Whether two nouns are members of one list although the parse took the list apart."""
    up, top, down = path(first, second)
    return top is not None and all(t.dep_ in ("conj", "appos", "compound", "nmod") for t in [*up, *down])


def _cost(doc: Doc, trigger: Token, entry: Entry, ref: FacilityRef, token: Token, rivals: list[Token]) -> float:
    up, top, down = path(trigger, token)
    cost = path_cost(trigger, token)
    if token.i == trigger.i:
        return 0.5
    verbal = entry.pos == "verb"
    direct = down[-1] if down else None
    if top is not None and top.i == trigger.i and direct is not None:
        if (
            verbal
            and direct.dep_ == "nsubj"
            and entry.slot == "object"
            and not is_passive(trigger)
            and _has_object(trigger)
        ):
            # Without an object it is the clipped passive of messages: "Tanker boarded 12 March at anchor".
            cost += 4.0
        if (direct.dep_ == "agent" or (direct.dep_ == "prep" and direct.lower_ == "by")) and entry.slot == "object":
            cost += 4.0
    # The subject of a verb of saying, or what only qualifies another noun, is no target.
    own = (
        entry.event_type == "cyberattack"
        and ref.company
        and any(t.lower_ in ("it", "its", "their", "them", "they", "our", "we") for t in doc)
    )
    if (
        not own
        and top is not None
        and up
        and down
        and down[-1].dep_ == "nsubj"
        and top.lemma_ in _SPEECH
        and up[-1].dep_ not in ("dobj", "xcomp", "acl")
    ):
        cost += 3.0
    for step in (*up, *down):
        if step.dep_ == "prep" and step.lower_ in _BESIDE:
            # "a fire near the port" may be about the port; "an eruption near a platform caused a blast" is not.
            cost += (
                0.3
                if step.head.i == trigger.i or step.head.i == trigger.head.i or step.head.pos_ in ("VERB", "AUX")
                else 3.0
            )
        if (
            step.dep_ == "prep"
            and step.lower_ == "from"
            and step.head.i == trigger.i
            and entry.event_type in ("attack", "seizure")
        ):
            cost += 2.0
    holder = token
    while holder.dep_ in ("compound", "poss", "nmod", "amod") and holder.head.i != holder.i:
        holder = holder.head
        if holder.i == trigger.i or holder in up:
            break
        lemma = holder.lemma_.lower()
        inside = ref.start <= holder.idx + (ref.head - token.idx) < ref.end
        if not inside and lemma not in _PARTS and holder.pos_ in ("NOUN",) and holder.i != trigger.i:
            cost += 3.0
            break
    if (
        verbal
        and top is not None
        and top.i != trigger.i
        and any(c.dep_ == "dobj" and c.lemma_.lower() not in _MEANS for c in trigger.children)
        and trigger.dep_ not in ("acl", "relcl")
    ):
        # It has an object of its own, and the facility stands elsewhere in the sentence.
        cost += 2.2
    if ref.noun in ("output", "production") and (
        entry.event_type not in ("outage", "blockade", "natural_hazard", "attack") or entry.phrase not in _STOPS
    ):
        cost += 6.0
    if (
        ref.company
        and entry.event_type in ("attack", "seizure")
        and any(t.lemma_.lower() in _STAFF for t in (*down, *up, token))
    ):
        cost += 0.4
    elif ref.company and entry.event_type in ("accident", "natural_hazard"):
        cost += 6.0
    elif ref.company:
        cost += 1.0 if entry.event_type in ("cyberattack", "theft", "blockade") else 2.4
    if ref.facility_type == "chokepoint" and entry.event_type in ("attack", "seizure", "theft", "cyberattack"):
        cost += 2.0
    if ref.bare == "context" and ref.noun in (
        "valve",
        "flange",
        "pump",
        "compressor",
        "meter",
        "weld",
        "hose",
        "gasket",
        "regulator",
        "strainer",
        "manifold",
    ):
        cost += 0.5
    if rivals and not any(_belongs(token, rival) for rival in rivals):
        cost += 2.2 if not any(t.i == token.i for t in with_conjuncts(trigger)) else 0.0
    return cost


def _has_object(verb: Token) -> bool:
    return any(
        c.dep_ in ("dobj", "obj", "dative")
        or (
            c.dep_ == "prep"
            and c.lower_ in ("into", "with", "against", "on", "upon")
            and verb.lemma_ != "board"
            and any(g.dep_ == "pobj" for g in c.children)
        )
        for c in verb.children
    )


_STAFF = frozenset(
    "courtyard building premises gate warehouse yard car bureau branch depot residence worker engineer employee guard technician contractor staff driver manager director executive official crew geologist foreigner expatriate convoy office headquarters vehicle bus camp compound personnel operator".split()
)
_MEANS = frozenset(
    "damage fire missile rocket bomb drone shot shell round device explosive mine charge casualty injury it them one barrel gallon litre ton tonne oil gas crude product fuel outage power majeure".split()
)
_STOPS = frozenset(
    {
        "shut",
        "shut down",
        "shut in",
        "shut off",
        "halt",
        "knock out",
        "knock ... out",
        "knock offline",
        "disrupt",
        "interrupt",
        "disruption",
        "suspend",
        "stop",
        "shutdown",
        "force majeure",
        "hit",
        "cripple",
    }
)
_SPEECH = frozenset(
    "say tell report announce confirm claim state add warn deny declare note acknowledge believe think explain estimate call accuse write".split()
)


def _belongs(token: Token, rival: Token) -> bool:
    """Whether a facility lies inside the phrase of the rival target, as in "workers at an oil field"."""
    for governor in token.ancestors:
        if governor.i == rival.i:
            steps = _steps(token, rival)
            return not any(s.dep_ == "prep" and s.lower_ not in _OF for s in steps) and not any(
                s.dep_ in ("relcl", "advcl") for s in steps
            )
    return False


_OF = frozenset({"of", "at", "in", "on", "inside", "from", "aboard", "along", "to", "within"})


def _steps(token: Token, top: Token) -> list[Token]:
    found = []
    while token.i != top.i and token.head.i != token.i:
        found.append(token)
        token = token.head
    return found


def _rivals(doc: Doc, trigger: Token, entry: Entry, refs: list[FacilityRef], offset: int) -> list[Token]:
    """Things that the trigger is plainly about and that are no facility: "attacked a village", "fire in a kitchen"."""
    spans = [(r.start - offset, r.end - offset) for r in refs]
    nouns: list[Token] = []
    if entry.pos == "verb":
        if entry.event_type != "theft":
            nouns += [c for c in trigger.children if c.dep_ in ("dobj", "obj", "nsubjpass")]
        if entry.slot in ("both", "subject") and not nouns:
            nouns += [c for c in trigger.children if c.dep_ == "nsubj"]
        nouns += [o for o in objects_of(trigger, frozenset({"on", "at", "against", "into"}))]
    else:
        nouns += list(objects_of(trigger, frozenset({"on", "at", "against", "of", "in", "inside", "aboard"})))
        if trigger.dep_ in ("nsubj", "dobj") and trigger.head.pos_ == "VERB" and trigger.head.lemma_ in _LIGHT:
            nouns += [c for c in trigger.head.children if c.dep_ in ("dobj",) and c.i != trigger.i]
            if trigger.dep_ == "nsubj":
                nouns += list(objects_of(trigger.head, frozenset({"at", "in", "through", "inside", "on"})))
    found = []
    for noun in nouns:
        for one in with_conjuncts(noun):
            lemma = one.lemma_.lower()
            if one.pos_ not in ("NOUN",) or lemma in _NO_RIVAL or lemma in _PARTS or one.i == trigger.i:
                continue
            if any(start <= one.idx < end for start, end in spans) or one.ent_type_ in (
                "GPE",
                "LOC",
                "DATE",
                "TIME",
                "CARDINAL",
                "QUANTITY",
            ):
                continue
            found.append(one)
    return [] if any(any(s <= n.idx < e for s, e in spans) for n in nouns) else found


def agents_of(trigger: Token, entry: Entry) -> list[Token]:
    """Who or what does it: subject of the active verb, "by" phrase, or what stands before the noun."""
    found: list[Token] = []
    if entry.pos == "verb":
        passive = is_passive(trigger)
        if not passive and (entry.slot in ("object", "any") or _has_object(trigger)):
            found += [s for s in subjects(trigger) if s.dep_ != "nsubjpass"]
        if not found and not passive and trigger.i and trigger.nbor(-1).pos_ in ("NOUN", "PROPN"):
            # Messages without articles lose their subjects in the parse: "EXCAVATOR STRUCK LINE".
            found.append(trigger.nbor(-1))
        found += by_phrase(trigger)
        found += list(objects_of(trigger, frozenset({"with"})))
    else:
        found += by_phrase(trigger)
        found += [c for c in trigger.children if c.dep_ in ("compound", "amod", "poss", "nmod")]
        verb = trigger.head
        if trigger.dep_ == "dobj" and verb.lemma_ in (
            "carry",
            "launch",
            "conduct",
            "stage",
            "mount",
            "perpetrate",
            "commit",
            "make",
            "claim",
            "wage",
            "begin",
            "step",
            "resume",
            "order",
        ):
            found += [s for s in subjects(verb) if s.dep_ != "nsubjpass"] + by_phrase(verb)
        elif trigger.dep_ in ("nsubjpass",) and verb.lemma_ in (
            "carry",
            "launch",
            "conduct",
            "stage",
            "mount",
            "perpetrate",
            "commit",
            "cause",
            "trigger",
            "blame",
            "start",
        ):
            found += by_phrase(verb)
        elif trigger.dep_ == "dobj" and verb.lemma_ in (
            "cause",
            "trigger",
            "spark",
            "start",
            "lead",
            "force",
            "ignite",
        ):
            found += [s for s in subjects(verb) if s.dep_ != "nsubjpass"]
        found += list(objects_of(trigger, frozenset({"from", "with"})))
    return [t for agent in found for t in with_conjuncts(agent)]


def causes_of(trigger: Token, entry: Entry, agents: list[Token]) -> set[Cause]:
    """The kinds of cause that the agents, the joined words and a causal phrase name."""
    words: set[str] = set()
    for agent in agents:
        words |= {
            agent.lemma_.lower(),
            agent.lower_,
            *(c.lemma_.lower() for c in agent.children if c.dep_ in ("compound", "amod", "nmod")),
        }
    for verb in {
        trigger.i: trigger,
        trigger.head.i: trigger.head if trigger.pos_ in ("NOUN", "PROPN") and trigger.head.pos_ == "VERB" else trigger,
    }.values():
        for prep in verb.children:
            if prep.dep_ in ("prep", "agent", "mark", "advcl") and prep.lower_ in (
                "after",
                "following",
                "by",
                "from",
                "due",
                "amid",
                "during",
                "because",
                "in",
                "with",
                "when",
            ):
                for child in prep.children:
                    if child.dep_ in ("pobj", "pcomp"):
                        words |= {
                            child.lemma_.lower(),
                            child.lower_,
                            *(c.lemma_.lower() for c in child.children if c.dep_ in ("compound", "amod", "nmod")),
                        }
                    if child.dep_ == "prep":
                        words |= {g.lemma_.lower() for g in child.children if g.dep_ == "pobj"}
            if prep.dep_ == "advcl":
                words |= {c.lemma_.lower() for c in prep.children if c.dep_ in ("nsubj", "nsubjpass", "dobj")}
                words |= {prep.lemma_.lower()} & {"attack", "strike", "bomb", "shell", "raid", "hack"}
        for phrase in objects_of(verb, frozenset({"due", "because"})):
            words |= {phrase.lemma_.lower(), *(c.lemma_.lower() for c in phrase.children)}
    if words & {"lightning", "bird", "thunderbolt"}:
        words -= {"strike"}
    return {cause for cause, known in _WORD_CAUSES.items() if words & known}


def has_hostile_word(text: str) -> bool:
    """Whether a sentence holds any word of deliberate violence."""
    return any(
        w in _WORD_CAUSES["hostile"] or w.rstrip("s") in _WORD_CAUSES["hostile"]
        for w in re.findall(r"[a-z-]+", text.lower())
    )


def reach(trigger: Token, other: Token) -> float:
    """How far two tokens lie apart in the parse, for choosing the nearest place or date."""
    return path_cost(trigger, other) + 0.02 * abs(trigger.i - other.i)


__all__ = [
    "Cause", "Linked", "agents_of", "causes_of", "has_hostile_word", "head_token", "link_facilities", "pick_entry", "reach", "step_cost",
]  # fmt: skip
