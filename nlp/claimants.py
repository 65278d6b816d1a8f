"""Who claims a deed, who is blamed for it and who denies a part in it, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc, Token

from nlp.actors import ActorSpan, CountryWord, is_doer, name_actor, named_beside
from nlp.blame import TELLING, accused, blamed_tokens, capital, denying_tokens
from nlp.gazetteer import NameMatch
from nlp.governing import modality_of
from nlp.parsing import text_of
from nlp.sieve import sieve
from nlp.speakers import dateline_end
from nlp.syntax import by_phrase, phrase_span, subjects, token_at, with_conjuncts

Names = Sequence[tuple[int, int, NameMatch]]

_RESPONSIBILITY = sieve(
    r"\b(?:claim\w*|took|taken|takes?|taking|accept\w*)\s+(?:\w+\s+)?responsib\w+|\bresponsib\w+ (?:for|was|has been|"
    r"\w+) \w*\s*claimed|\b(?:took|takes?|taken|taking) (?:the )?credit\b|\bclaimed (?:the|credit for|to have)\b",
    re.IGNORECASE,
)
_NO_CLAIM = sieve(
    r"\b(?:no (?:one|group|body|organi[sz]ation|party|immediate)|nobody|not|none|neither)\b[^.]{0,60}\b(?:claim\w*|"
    r"responsib\w+)",
    re.IGNORECASE,
)
_DEED_VERBS = frozenset(
    """hit strike attack blow bomb capture seize target shell destroy fire launch carry conduct sabotage hijack
    kill raid burn torch down sink disable breach hack dynamite ambush detonate plant cut take mine board shoot
    overrun confiscate intercept detain impound""".split()
)
_DEED_NOUNS = frozenset(
    """attack it intrusion bombing strike blast raid breach hijack hijacking sabotage operation explosion killing
    kidnapping hack credit assault theft abduction ambush shelling bomb hit leak responsibility deed action them
    both this that act shooting arson burning fire sinking seizure capture target""".split()
)
_PAPERS = frozenset("letter leaflet note communique communiqué video pamphlet graffiti caller call message".split())
# What a gang puts on show of those it has broken into.
_LEAK = sieve(r"\b(?:gang|leak site|dark web|stolen|ransom\w*|hacker\w*|hacktivist\w*|breach\w*|gigabytes?)\b", re.I)
_REVENGE = sieve(r"\b(?:reveng\w+|retaliat\w+|punish\w+|warning|respon[sc]e|repris\w+|greeting|vengeance)\b", re.I)
_OWNING = frozenset("responsible behind".split())
_SPEAKERS_ONLY = frozenset(
    """official officials ministry minister company governor spokesman spokesperson spokeswoman operator police
    witness witnesses agency source sources mayor coastguard one everyone report reports owner family insurer""".split()
)
_ARMS = frozenset(
    "plane aircraft pilot unit man boat member vessel agent sapper diver frogman team operative crew".split()
)
_VOICES = frozenset("caller man woman voice spokesman spokesperson statement message letter video group".split())
_THE_GROUP = frozenset("group movement organisation organization militia brigade fighters wing".split())
_SELF = frozenset({"it", "they", "we", "he"})


def find_claims(
    doc: Doc, known: Names, countries: Sequence[CountryWord]
) -> tuple[list[ActorSpan], list[ActorSpan], list[ActorSpan]]:
    """Who claimed responsibility in a sentence, who is blamed, and who denies a part in it."""
    claimed: list[ActorSpan] = []
    for subject in _claimants(doc):
        token = _speaks_for(doc, subject)
        for one in with_conjuncts(token):
            actor = claimant(doc, one, known, countries)
            if actor is not None and all(a.start != actor.start for a in claimed):
                claimed.append(actor)
    if not claimed:
        claimed += _before_claim(doc, known, countries)
    blamed = [
        a
        for t in blamed_tokens(doc)
        for one in with_conjuncts(t)
        if (a := name_actor(doc, one, known, countries) or capital(doc, one) or accused(doc, one))
    ]
    denied = [a for t in denying_tokens(doc) if (a := name_actor(doc, t, known, countries))]
    return claimed, blamed, denied


def _claimants(doc: Doc) -> Iterator[Token]:
    text = text_of(doc)
    responsible = bool(_RESPONSIBILITY.search(text))
    if _NO_CLAIM.search(text):
        return
    for token in doc:
        lemma = token.lemma_.lower()
        if token.pos_ == "VERB" and lemma in ("claim", "take", "accept", "admit"):
            objects = [c for c in token.children if c.dep_ == "dobj"]
            deed = any(o.lower_ in _DEED_NOUNS or o.lemma_.lower() in _DEED_NOUNS for o in objects) and lemma in (
                "claim",
                "admit",
            )
            if any(c.dep_ in ("xcomp", "ccomp") for c in token.children) and not objects:
                continue  # what is claimed stands in a clause of its own
            passive = any(c.dep_ == "nsubjpass" for c in token.children) or token.dep_ in ("acl", "relcl")
            if passive and lemma == "claim":
                yield from by_phrase(token)
            elif (responsible or deed) and not any(c.dep_ == "neg" for c in token.children):
                yield from (s for s in subjects(token) if s.dep_ != "nsubjpass")
        if token.pos_ == "VERB" and lemma in ("post", "publish", "list", "upload", "leak") and _LEAK.search(text):
            yield from (s for s in subjects(token) if s.dep_ == "nsubj")
        if (
            token.pos_ == "VERB"
            and lemma == "call"
            and any(c.dep_ in ("oprd", "xcomp", "dobj") for c in token.children)
        ):
            deed = any(
                {t.lemma_.lower() for t in (c, *c.lefts)} & _DEED_NOUNS for c in token.children if c.dep_ == "dobj"
            )
            if deed and _REVENGE.search(text):
                yield from (s for s in subjects(token) if s.dep_ == "nsubj")
        if token.pos_ in ("VERB", "AUX") and lemma in TELLING:
            yield from _self_told(token)
        if lemma in _PAPERS and token.pos_ in ("NOUN", "PROPN"):
            yield from _signed(token)
            if any(
                c.dep_ == "acl" and c.lower_ == "claiming" and any(g.lemma_.lower() in _DEED_NOUNS for g in c.children)
                for c in token.children
            ):
                yield from (s for s in subjects(token.head) if s.dep_ == "nsubj")


def _self_told(verb: Token) -> Iterator[Token]:
    """Those who say that they, or their forces, did it."""
    for content in verb.children:
        if content.dep_ not in ("ccomp", "xcomp") or any(c.dep_ == "neg" for c in content.children):
            continue
        for act in [content, *(c for c in content.conjuncts if c.pos_ == "VERB")]:
            own = [s for s in subjects(act) if s.dep_ != "nsubjpass"]
            himself = any(s.lower_ in _SELF or (s.lower_ in _THE_GROUP and _definite(s)) for s in own)
            forces = any(
                c.dep_ == "poss" and c.lower_ in ("its", "their", "our")
                for s in own
                if is_doer(s) or s.lemma_.lower() in _ARMS
                for c in s.children
            )
            owning = act.lemma_ == "be" and any(
                c.lower_ in _OWNING for c in act.children if c.dep_ in ("acomp", "prep", "advmod")
            )
            objects = {c.lower_ for c in act.children if c.dep_ == "dobj"}
            done = act.lemma_ == "do" and bool(objects & {"it", "this", "so"})
            deed = (act.lemma_.lower() in _DEED_VERBS or done or (act.lemma_ == "hold" and himself)) and any(
                c.dep_ in ("dobj", "prt", "prep", "ccomp") for c in act.children
            )
            if owning and not himself and any(s.lemma_.lower() in _VOICES for s in subjects(verb)):
                # "A caller said that the Army of the South was responsible."
                yield from (s for s in own if s.pos_ == "PROPN")
                return
            if modality_of(act) is not None or not ((deed and (himself or forces)) or (owning and himself)):
                continue
            if any(
                c.dep_ == "dobj" and (c.lemma_.lower() in _NO_TARGET or _is_aim(c) or _is_illegal(c))
                for c in act.children
            ):
                continue
            yield from (s for s in subjects(verb) if s.dep_ != "nsubjpass")
            return


def _is_illegal(token: Token) -> bool:
    return any(c.lower_ in ("illegal", "illicit", "artisanal", "makeshift", "clandestine") for c in token.children)


def _is_aim(token: Token) -> bool:
    return token.lemma_.lower() == "target" and any(c.dep_ == "poss" for c in token.children)  # "hit its target"


def _definite(token: Token) -> bool:
    bare = not any(c.dep_ in ("amod", "compound", "poss", "nmod") for c in token.children)
    return bare and any(c.dep_ == "det" and c.lower_ == "the" for c in token.children)


def _speaks_for(doc: Doc, token: Token) -> Token:
    """Whom a subject stands for: the name that "what" or "it" repeats, the body that a spokesman speaks for."""
    if token.pos_ == "PRON":
        for above in token.ancestors:
            for subject in subjects(above) if above.pos_ in ("VERB", "AUX") else ():
                if subject.pos_ in ("NOUN", "PROPN"):
                    return _speaks_for(doc, subject)
    if token.lemma_.lower() in _MOUTHS:
        for child in token.children:
            if child.dep_ in ("poss", "compound", "nmod") and child.pos_ == "PROPN":
                return child
            if child.dep_ == "prep" and child.lower_ in ("for", "of", "in", "from", "with", "at", "within", "by"):
                for name in child.children:
                    if name.dep_ == "pobj" and name.pos_ in ("PROPN", "NOUN"):
                        return name
    return token


_MOUTHS = frozenset(
    "spokesman spokesperson spokeswoman source official commander leader officer post statement message email".split()
)


_NO_TARGET = frozenset(
    """drone missile rocket uav projectile deal agreement record bid snag loss step measure decision part
    place power output time action people suspect man meeting talk investigation inspection test service soldier
    prisoner fighter policeman officer""".split()
)


def _signed(paper: Token) -> Iterator[Token]:
    """Whose letter, leaflet, video or call it is."""
    for child in paper.children:
        if child.dep_ == "acl" and child.lemma_ in ("sign", "claim", "send", "post"):
            yield from by_phrase(child)
            yield from (c for c in child.children if c.dep_ in ("oprd", "dobj", "npadvmod") and c.pos_ == "PROPN")
        if child.dep_ == "prep" and child.lower_ in ("by", "from", "for"):
            yield from (c for c in child.children if c.dep_ == "pobj" and c.pos_ in ("PROPN", "NOUN"))


def _before_claim(doc: Doc, known: Names, countries: Sequence[CountryWord]) -> list[ActorSpan]:
    """The parser takes "Houthis claim responsibility" for one noun; the words before the claim are the claimant."""
    text = text_of(doc)
    match = _RESPONSIBILITY.search(text)
    if match is None or _NO_CLAIM.search(text):
        return []
    found = next((k for k in known if k[2].kind == "actor" and 0 <= match.start() - k[1] <= 8), None)
    if found is not None:
        left, right, name = found
        kind = name.entry_kind or "armed_group"
        return [ActorSpan(left, right, text[left:right], kind, name.country, True)]
    before = token_at(doc, max(0, match.start() - 2))
    if before is not None and before.pos_ == "PROPN":
        actor = claimant(doc, before, known, countries)
        return [actor] if actor is not None else []
    return []


def claimant(doc: Doc, token: Token, known: Names, countries: Sequence[CountryWord]) -> ActorSpan | None:
    """Who claims, by full name; None for those who only speak: officials, companies, pronouns."""
    if token.pos_ not in ("PROPN", "NOUN") or token.ent_type_ in ("DATE", "TIME"):
        return None
    if token.lower_ in _SPEAKERS_ONLY and not any(c.lower_ in ("defence", "defense") for c in token.children):
        return None
    start, end = phrase_span(token)
    start = max(start, dateline_end(text_of(doc)))
    if start >= end:
        return None
    named = named_beside(doc, token)
    if named is not None:
        start, end = named
    for left, right, name in known:
        if left < end and start < right:
            if name.kind != "actor":
                if name.kind == "organisation" and name.entry_kind not in _FORCES:
                    return None
                continue
            kind = name.entry_kind or "armed_group"
            return ActorSpan(left, right, text_of(doc)[left:right], kind, name.country, True)
    country = next((c for c in countries if c.start < end and start < c.end), None)
    kind, told = "armed_group", name_actor(doc, token, known, countries)
    if country is not None or (told is not None and told.kind == "state_force"):
        kind = "state_force"
    words = text_of(doc)[start:end]
    plain = re.match(r"(?:[a-z][\w-]* )+(?=[A-Z])", words)
    if plain and token.pos_ == "PROPN":
        start += plain.end()  # "group Killnet"
    for child in token.rights:
        if child.dep_ == "prep" and child.lower_ in ("of", "for") and child.i == token.i + 1 and token.pos_ == "PROPN":
            end = max((c.idx + len(c) for c in child.children if c.pos_ == "PROPN"), default=end)  # "Sons of the South"
    if (
        text_of(doc)[start].islower()
        and told is None
        and token.lemma_.lower() not in ("group", "faction", "cell", "wing")
    ):
        return None
    return ActorSpan(start, end, text_of(doc)[start:end], kind, country.country if country else None, False)


_FORCES = frozenset(
    """military army navy intelligence security ministry government agency armed_forces state_force""".split()
)
