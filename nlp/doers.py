"""Who does a deed in a sentence: the agents of its words, named or described, people and forces rather than means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spacy.tokens import Doc, Token

from nlp.actors import ActorRole, ActorSpan, CountryWord, described, find_perpetrators, is_doer, stranger, stretch
from nlp.capitals import capital_of
from nlp.causes import resolve_agents
from nlp.gazetteer import NameMatch
from nlp.parsing import text_of
from nlp.records import EventType
from nlp.speakers import dateline_end
from nlp.syntax import by_phrase, is_passive, phrase_span, with_conjuncts

Names = Sequence[tuple[int, int, NameMatch]]

_CARRYING = frozenset(
    """carry launch conduct stage mount perpetrate commit make wage begin step resume order call start hold declare
    plan threaten announce organise organize set continue extend plot attempt intend vow plant lay detonate place
    hurl throw fire prepare impose issue end lift suspend enter join vote ballot""".split()
)
_PASSING = frozenset({"xcomp", "conj", "advcl", "pcomp", "relcl", "acl", "dobj", "pobj", "prep", "ccomp"})
# People as they are described who do such things; what else acts has a place in nlp.actors.
_PEOPLE = frozenset(
    """man woman boy girl youth teenager person people individual someone somebody anyone stranger worker miner docker
    stevedore oilman seaman seafarer sailor crew staff employee trucker driver farmer fisherman villager resident local
    landowner settler peasant student tribe tribesman clan elder leader chief follower supporter loyalist member
    cell network faction wing front gang group mob crowd party union federation striker picket demonstrator campaigner
    activist environmentalist climber community veteran prisoner hostage-taker insider intruder trespasser hunter
    shooter sniper diver agent operative engineer technician guard officer soldier recruit deserter conscript
    contractor dismissed servant hooligan squatter herder smuggler poacher refugee actor pilot commander general
    column unit squad brigade battalion regiment company patrol band ring syndicate cartel hacktivist hacker
    family brother cousin couple trio side""".split()
)
_FORCES = frozenset(
    """aircraft plane jet warplane bomber fighter helicopter gunship gunboat warship frigate destroyer corvette cutter
    submarine speedboat boat vessel ship drone artillery gunner tank troop soldier force army navy marine commando
    coastguard guard police authority government customs military militia cavalry airforce paratrooper""".split()
)
# Those who guard and govern; they act where a ship is held, and are else those who tell of it.
_OFFICIAL = frozenset(
    """police guard officer authority government customs navy coastguard army military engineer technician driver crew
    staff chief leader governor mayor resident villager unit company general commander side pilot member worker
    employee ship vessel boat family marine""".split()
)
_HOLDING = frozenset({"seizure"})
_HELD = frozenset(
    "crew sailor seafarer seaman hostage vessel ship boat worker engineer employee staff people captain".split()
)
_LABOUR = frozenset({"blockade"})
_NEVER = frozenset(
    """fire explosion blast storm hurricane wind lightning flood quake earthquake leak blackout fault failure tanker
    pipeline refinery plant station operator spokesman spokeswoman spokesperson minister ministry official analyst
    expert regulator court judge prosecutor investigator firefighter fireman market price report source""".split()
)


def find_doers(
    doc: Doc,
    trigger: Token,
    agents: Sequence[Token],
    event_type: EventType,
    known: Names,
    countries: Sequence[CountryWord],
    *,
    nominal: bool,
) -> list[tuple[ActorSpan, ActorRole]]:
    """The actors of a mention: those that lists or their nouns tell, else the people and forces that its words name."""
    found = [
        (a, role)
        for a, role in find_perpetrators(doc, agents, known, countries, nominal=nominal)
        if a.start >= dateline_end(text_of(doc)) and not (nominal and _is_where(doc, trigger, a, countries))
    ]
    for token in resolve_agents(list(dict.fromkeys(_agents(trigger, nominal=nominal))), trigger):
        _add(found, _one(doc, token, event_type, known, countries))
    if not found and not nominal:
        _add(found, _before(doc, trigger, event_type, known, countries))
    return found


_SAYING = frozenset(
    "tell warn say threaten vow give promise announce write pledge swear declare issue set demand treat".split()
)
_RULERS = frozenset("governor leader chief speaker president premier commander elder mayor militant minister".split())


def find_threatener(
    doc: Doc, trigger: Token, event_type: EventType, known: Names, countries: Sequence[CountryWord]
) -> list[tuple[ActorSpan, ActorRole]]:
    """Who threatens, where the words of the deed name nobody: the subject of the verb over it."""
    current = trigger
    for _ in range(8):
        if current.pos_ in ("VERB", "AUX") and current.lemma_.lower() in _SAYING:
            for token in _joined([c for c in current.children if c.dep_ == "nsubj" and c.pos_ != "PRON"]):
                found = _one(doc, token, "blockade" if event_type == "outage" else event_type, known, countries)
                if found:
                    return found
                start, end = phrase_span(token)
                country = next((c for c in countries if c.start < end and start < c.end), None)
                if country is not None and token.idx >= dateline_end(text_of(doc)):
                    span = ActorSpan(country.start, country.end, country.name, "government", country.country, False)
                    return [(span, "perpetrator")]
                if token.lemma_.lower() in _RULERS or token.ent_type_ == "PERSON":
                    start, end = described(token, (start, end))
                    return [(ActorSpan(start, end, text_of(doc)[start:end], "unknown", None, False), "perpetrator")]
        if current.head.i == current.i:
            break
        current = current.head
    return []


def _add(found: list[tuple[ActorSpan, ActorRole]], fresh: Sequence[tuple[ActorSpan, ActorRole]]) -> None:
    for actor, role in fresh:
        if all(actor.start >= other.end or other.start >= actor.end for other, _ in found):
            found.append((actor, role))


def _one(
    doc: Doc, token: Token, event_type: EventType, known: Names, countries: Sequence[CountryWord]
) -> list[tuple[ActorSpan, ActorRole]]:
    """The actor that one agent stands for: by a list, by its noun, as a capital that stands for its government."""
    if token.pos_ == "ADJ":
        return []
    if token.idx < dateline_end(text_of(doc)):
        return []
    if (country := capital_of(token.text)) is not None and token.dep_ in ("nsubj", "nsubjpass", "pobj", "conj"):
        span = ActorSpan(token.idx, token.idx + len(token), token.text, "government", country, False)
        return [(span, "perpetrator")]
    named = find_perpetrators(doc, [token], known, countries, nominal=False)
    if named:
        return named
    found = _described(doc, token, event_type, known, countries)
    if not found and is_doer(token):
        # "shells from rival militias", "missiles fired from Houthi-held Yemen"
        behind = [
            g
            for c in token.children
            if c.dep_ in ("prep", "agent") and c.lower_ in ("from", "by", "of")
            for g in c.children
            if g.dep_ == "pobj"
        ]
        found = [pair for g in behind for pair in find_perpetrators(doc, [g], known, countries, nominal=False)]
    if not found and event_type in _ARMED and (other := stranger(doc, token, known, countries)) is not None:
        found = [(other, "perpetrator")]
    return found


_ARMED = frozenset({"attack", "sabotage", "cyberattack"})


def _is_where(doc: Doc, trigger: Token, actor: ActorSpan, countries: Sequence[CountryWord]) -> bool:
    """Whether a country before a noun says where: "Peru pipeline plot", not "Israel strike"."""
    token = next((t for t in trigger.children if t.idx == actor.start and t.dep_ in ("compound", "nmod")), None)
    if token is None or not any(c.start == actor.start for c in countries):
        return False
    return token.i + 1 < trigger.i and any(t.pos_ in ("NOUN", "PROPN") for t in doc[token.i + 1 : trigger.i])


def _before(
    doc: Doc, trigger: Token, event_type: EventType, known: Names, countries: Sequence[CountryWord]
) -> list[tuple[ActorSpan, ActorRole]]:
    """Who stands before the words of the deed, where the parse has lost the subject: "Two men ... opened fire"."""
    previous = doc[trigger.i - 1] if trigger.i else None
    if previous is None or previous.lower_ in ("was", "were", "been", "being", "is", "are", "be"):
        return []
    for token in reversed(doc[max(0, trigger.i - 10) : trigger.i]):
        if token.text in (".", ";", ":", ",", '"', "“", "”") or token.tag_ in ("VBD", "VBZ", "VBP", "MD", "TO"):
            break
        if token.pos_ in ("NOUN", "PROPN", "PRON") and (found := _described(doc, token, event_type, known, countries)):
            return found
    return []


def _agents(trigger: Token, *, nominal: bool) -> Iterator[Token]:
    """The agents of a trigger and of the words that carry it, climbing what has no subject of its own."""
    if nominal:
        yield from _joined(by_phrase(trigger))
        yield from (c for c in trigger.children if c.dep_ == "poss")
        for verb in trigger.children:  # "a strike that the union had called"
            if verb.dep_ == "relcl" and verb.lemma_.lower() in _CARRYING:
                yield from _joined([c for c in verb.children if c.dep_ == "nsubj" and c.pos_ != "PRON"])
        top: Token = trigger
        for _ in range(4):
            head = top.head
            if head.i == top.i or top.dep_ not in (
                "dobj", "pobj", "prep", "conj", "acl", "nsubjpass", "relcl", "compound",
            ):  # fmt: skip
                return
            if head.pos_ in ("VERB", "AUX"):
                if head.lemma_.lower() in _CARRYING or _wields(head, top, trigger):
                    yield from _of_verb(head)
                return
            yield from _joined(by_phrase(head))
            top = head
        return
    yield from _of_verb(trigger)


_MEANS = frozenset("malware ransomware virus worm wiper drone bomb explosive dynamite missile rocket".split())
_WIELDING = frozenset("use deploy employ unleash release spread install".split())
_DOING = frozenset(
    "knock take hit cripple disable steal encrypt shut kill wound damage destroy seize blow disrupt paralyse".split()
)


def _wields(verb: Token, below: Token, trigger: Token) -> bool:
    """Whether the verb over a noun is what its doers do: "used malware to", "knocked it offline in an attack"."""
    if below.i == trigger.i:
        return verb.lemma_.lower() in _WIELDING and trigger.lemma_.lower() in _MEANS
    told_of = any(c.lower_ in ("a", "an") and c.dep_ == "det" for c in trigger.children)
    return below.dep_ == "prep" and below.lower_ == "in" and told_of and verb.lemma_.lower() in _DOING


def _of_verb(verb: Token) -> Iterator[Token]:
    if is_passive(verb):
        yield from _joined(by_phrase(verb))
        return
    current = verb
    for _ in range(5):
        own = [c for c in current.children if c.dep_ == "nsubj"]
        if own:
            yield from _joined(own)
            return
        if current.dep_ == "acl" and current.head.pos_ in ("NOUN", "PROPN"):
            if current.tag_ == "VBG":
                yield from _joined([current.head])
                return
            if by_phrase(current.head) or current.head.head.lemma_.lower() in _STOPPING:
                return  # "thwarted an attempt by pirates to hijack": read by sentence too
        if current.dep_ == "relcl" and current.tag_ == "VB" and current.head.dep_ in ("dobj", "pobj"):
            current = next((t for t in current.head.ancestors if t.pos_ == "VERB"), current.head)
            continue  # "slid down ropes to seize the tanker"
        if current.dep_ == "relcl":
            yield from _joined([current.head])
            return
        if current.dep_ == "xcomp":
            ordered = [c for c in current.head.children if c.dep_ == "dobj"]
            if ordered and current.head.lemma_.lower() not in ("threaten", "promise", "use", "help"):
                yield from _joined(ordered)
                return
        if current.head.i == current.i or current.dep_ not in _PASSING:
            return
        if current.dep_ == "advcl" and any(
            c.dep_ in ("mark", "advmod") and c.lower_ in _MARKS for c in current.children
        ):
            return  # "vows to shut the strait if attacked"
        through = current.dep_ == "pcomp" or current.dep_ == "prep"
        current = current.head
        if through and current.pos_ == "VERB" and any(c.dep_ == "dobj" for c in current.children):
            return  # "accused the army of shelling": the blamed are read by sentence
        if current.pos_ in ("VERB", "AUX") and is_passive(current):
            yield from _joined([c for c in current.children if c.dep_ == "nsubjpass"])  # "men accused of planning to"
            yield from _joined(by_phrase(current))
            return


_STOPPING = frozenset("foil thwart prevent avert stop repel repulse defeat block uncover disrupt intercept".split())
_MARKS = frozenset("if when after as because unless since while although before until once whether".split())


def _joined(tokens: Sequence[Token]) -> list[Token]:
    return [one for token in tokens for one in with_conjuncts(token)]


def _described(
    doc: Doc, token: Token, event_type: EventType, known: Names, countries: Sequence[CountryWord]
) -> list[tuple[ActorSpan, ActorRole]]:
    lemma = token.lemma_.lower()
    lower = token.lower_
    if token.pos_ not in ("NOUN", "PROPN", "PRON") or token.ent_type_ in ("DATE", "TIME", "MONEY", "QUANTITY"):
        return []
    if lemma in _NEVER or lower in _NEVER or (event_type in _HOLDING and (lemma in _HELD or lower in _HELD)):
        return []
    start, end = phrase_span(token)
    start = max(start, dateline_end(text_of(doc)))
    if start >= end:
        return []
    if any(left <= token.idx < right and name.kind == "facility" for left, right, name in known):
        return []
    people, force = lemma in _PEOPLE or lower in _PEOPLE, lemma in _FORCES or lower in _FORCES
    country = next((c for c in countries if c.start < end and start < c.end), None)
    side = country is not None or any(
        c.lower_ in ("allied", "enemy", "hostile", "rival", "rebel") for c in token.children
    )
    armed = any(c.lower_ in ("armed", "masked", "unknown", "unidentified", "suspected") for c in token.children)
    if not (people or (force and (side or armed or event_type in _HOLDING))):
        return []
    if (lemma in _OFFICIAL or lower in _OFFICIAL) and event_type not in _HOLDING | _LABOUR and not (side or armed):
        return []
    kind = "state_force" if force else "workers" if event_type in _LABOUR and lemma in _LABOURERS else "unknown"
    span = described(token, (start, end))
    text = text_of(doc)
    actor = ActorSpan(span[0], span[1], text[span[0] : span[1]], kind, country.country if country else None, False)
    suspected = any(c.dep_ == "amod" and c.lower_ in ("suspected", "alleged", "presumed") for c in token.children)
    return [(stretch(doc, actor, token), "suspected" if suspected else "perpetrator")]


_LABOURERS = frozenset(
    """worker miner docker stevedore oilman seaman seafarer crew staff employee trucker driver union federation
    striker""".split()
)
