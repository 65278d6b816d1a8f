"""Which facility a trigger is about, and who or what does it: dependency paths first, then the sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from nlp.facility_refs import FacilityRef
from nlp.parsing import text_of
from nlp.rivals import BESIDE, PARTS, belongs_to, find_rivals
from nlp.syntax import (
    chain,
    has_object,
    is_passive,
    path,
    path_cost,
    subjects,
    token_at,
    way_cost,
    with_conjuncts,
)
from nlp.triggers import Entry

_LIMIT = {"strong": 4.6, "medium": 3.3, "weak": 1.9, "topic": 3.0}


@dataclass(slots=True)
class Linked:
    """The facilities of one trigger, nearest first, with the cost of the way to the first."""

    facilities: list[FacilityRef]
    cost: float
    rival: bool


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

    `others` are the tokens of the sentence's other triggers: what lies behind one of them is that one's target.
    """
    rivals = find_rivals(doc, trigger, entry, refs, offset)
    scored: list[tuple[float, int, FacilityRef, Token]] = []
    for order, ref in enumerate(refs):
        token = head_token(doc, ref, offset)
        if token is None:
            continue
        way = path(trigger, token)
        cost = _cost(doc, trigger, entry, ref, token, rivals, way, title=title)
        passed = {t.i for t in (*way[0], *way[2])} | ({way[1].i} if way[1] is not None else set())
        if (passed - {trigger.i, token.i}) & others:
            cost += 1.8
        scored.append((cost, order, ref, token))
    scored.sort(key=lambda s: (s[0], s[1]))
    limit = _LIMIT[entry.strength] + (0.8 if title else 0.0)
    if rivals and not (
        scored and scored[0][2].company and any(belongs_to(scored[0][3], rival) for rival in rivals)
    ):  # "a bus carrying Schlumberger contractors" is the company's people
        limit = min(limit, 2.6)
    if entry.event_type == "natural_hazard" and entry.strength == "weak":
        limit = min(limit, 1.7)  # a storm in the sentence must itself do something to the works
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
    for ref in _enumerated(text_of(doc), best, refs, offset):
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


def _cost(
    doc: Doc,
    trigger: Token,
    entry: Entry,
    ref: FacilityRef,
    token: Token,
    rivals: list[Token],
    way: tuple[list[Token], Token | None, list[Token]],
    *,
    title: bool = False,
) -> float:
    up, top, down = way
    cost = way_cost(trigger, token, way)
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
            and has_object(trigger)
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
    if any(t.dep_ == "conj" and t.pos_ == "VERB" for t in down) and verbal:
        cost += 2.6  # "capturing the village and reaching the dam": the other verb's object
    for step in (*up, *down):
        if step.lower_ == "behind" and step.head.lemma_.lower() in ("reservoir", "lake", "water"):
            continue
        if step.dep_ == "prep" and step.lower_ in BESIDE:
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
            and entry.phrase not in _TAKEN_FROM
        ):
            cost += 3.0
        if step.dep_ == "prep" and step.lower_ == "from" and step.head.lemma_.lower() in _MEASURES:
            cost += 3.0  # "a village ten miles from the oil field"
    holder = token
    while holder.dep_ in ("compound", "poss", "nmod", "amod") and holder.head.i != holder.i:
        holder = holder.head
        if holder.i == trigger.i or holder in up:
            break
        lemma = holder.lemma_.lower()
        # "energy supplier npower": the name behind the word for it
        called = ref.company and holder.i == token.i + 1 and holder.dep_ == "poss"
        inside = ref.start <= holder.idx + (ref.head - token.idx) < ref.end
        if title and holder.lower_ in _HEADLINE_VERBS:
            break
        if not inside and lemma not in PARTS and holder.pos_ in ("NOUN",) and holder.i != trigger.i and not called:
            cost += 3.0
            break
    if (
        verbal
        and top is not None
        and top.i != trigger.i
        and any(c.dep_ == "dobj" and c.lemma_.lower() not in _MEANS for c in trigger.children)
        and trigger.dep_ not in ("acl", "relcl")
        and not any(c.dep_ in ("agent", "auxpass") for c in trigger.children)
        and not (entry.slot in ("both", "subject") and _is_subject(trigger, token))
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
        # "Kuwait Oil Company reported a spill": its own works, which it does not name.
        own_works = (
            entry.pos == "noun"
            and trigger.dep_ == "dobj"
            and trigger.head.lemma_ in ("report", "suffer", "experience", "record")
            and direct is not None
            and direct.dep_ == "nsubj"
        )
        cost += 1.2 if own_works else 6.0
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
    if rivals and not any(belongs_to(token, rival) for rival in rivals):
        cost += 2.2 if not any(t.i == token.i for t in with_conjuncts(trigger)) else 0.0
    return cost


def _is_subject(trigger: Token, token: Token) -> bool:
    """Whether a facility's noun is in the subject that a verb has, or shares: "the valve lifted and vented gas"."""
    own = {s.i for s in subjects(trigger)}
    return any(t.i in own for t in chain(token)[:4])


# Verbs of headlines that the parser takes for plural nouns: "Blast at refinery injures three".
_HEADLINE_VERBS = frozenset(
    "injures kills hurts wounds leaves halts shuts sparks cuts prompts forces causes disrupts claims knocks triggers "
    "stops closes blacks darkens spills sends rocks hits strikes damages destroys traps burns rips sinks idles "
    "threatens delays".split()
)
_MEASURES = frozenset(
    {"mile", "kilometre", "kilometer", "km", "metre", "meter", "yard", "foot", "feet", "nm", "away", "far"}
)
# Of these, the works are where the victims stood: "three engineers kidnapped from a rig".
_TAKEN_FROM = frozenset({"kidnap", "abduct", "free", "release", "kidnapping", "abduction"})
_STAFF = frozenset(
    "courtyard building premises gate warehouse yard car bureau branch depot residence worker engineer employee guard "
    "technician contractor staff driver manager director executive official crew geologist foreigner expatriate "
    "team lineman linemen surveyor convoy office headquarters vehicle bus camp compound personnel operator".split()
)


_MEANS = frozenset(
    "damage fire missile rocket bomb drone shot shell round device explosive mine charge casualty injury it them one "
    "barrel gallon litre ton tonne oil gas crude product fuel outage power majeure".split()
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
    "say tell report announce confirm claim state add warn deny declare note acknowledge believe think explain "
    "estimate call accuse write".split()
)


def reach(trigger: Token, other: Token) -> float:
    """How far two tokens lie apart in the parse, for choosing the nearest place or date."""
    return path_cost(trigger, other) + 0.02 * abs(trigger.i - other.i)
