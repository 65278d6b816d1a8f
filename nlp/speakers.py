"""Who says what a sentence tells: the subject of the speech verb over it, a parenthesis, "according to"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from nlp.governing import load_cues
from nlp.outcomes import is_given
from nlp.parsing import text_of
from nlp.scope import are_parted
from nlp.syntax import chain, phrase_span, subjects

# Nouns that can speak; who else speaks has a proper name or a noun of an agent's form ("regulator", "fisherman").
_SPEAKING = frozenset(
    """official ministry minister police army navy military source company firm operator agency authority
    government union federation association spokesman spokeswoman spokesperson governor mayor president chief
    head director executive officer witness resident villager worker driver media press newspaper paper
    broadcaster television tv radio channel website report statement bulletin document memo letter notice filing
    letter leaflet group movement militia rebel militant fighter guard coastguard prosecutor court judge lawyer
    expert analyst researcher economist scientist engineer technician diplomat embassy envoy ambassador lawmaker
    senator deputy parliament council commission committee centre center institute bank brokerage consultancy
    consortium utility owner master captain skipper crew agent insurer broker trader dealer firefighter brigade
    department office bureau service staff command general admiral colonel commander force tribe elder leader
    fisherman farmer community opposition party member people campaigner activist tank university lab team
    monitor observer organisation organization body regulator refiner producer supplier importer exporter
    industry manager subsidiary parent unit state kingdom bishop priest tally survey log caller person relative
    family man woman doctor hospital station board secretary aide adviser advisor intelligence hacker gang side
    neighbour neighbor eyewitness colleague employee operative cooperative""".split()
)
_AGENT = re.compile(r"(?:er|or|ist|man|men|ian|woman|women|ant|ary|ee)s?$", re.IGNORECASE)
_MUTE = frozenset(
    """one ones number other others fire explosion blast leak spill flange valve weather corrosion failure water
    winter summer pressure error power order river computer transformer generator compressor reactor sensor
    meter transmitter anchor terror tanker thunder disaster matter corridor sector border river factor motor
    rotor digger excavator container boiler transfer insulator conductor breaker feeder weather ladder plant""".split()
)
_SHOWING = frozenset("show indicate suggest find".split())
_PAPERS = frozenset(
    """tally datum data figure statement document report survey log image footage record notice filing photo
    photograph picture map study lab assessment""".split()
)
_CONTENT = ("ccomp", "parataxis", "conj", "dep")
PRONOUNS = frozenset({"he", "she", "it", "they", "we", "i"})
_DATELINE = re.compile(
    r"^\s*[A-Z][A-Z .'’/-]+(?:,? ?(?:\([^)]{1,30}\)|[A-Z][a-z]{2,8}\.? \d{1,2}(?:,? \d{4})?|[A-Z][a-z]+))*"
    r"(?:,? ?\([^)]{1,30}\))?\s*[-–—:]+\s+"
)


@dataclass(frozen=True, slots=True)
class Source:
    """Whom a sentence names as its source; `pronoun` where it says "he", both None where it names nobody usable."""

    name: str | None
    pronoun: str | None = None


def dateline_end(text: str) -> int:
    """Where the place and date that open an agency's report end, 0 without one."""
    match = _DATELINE.match(text)
    return match.end() if match else 0


def name_source(doc: Doc, token: Token) -> Source | None:
    """The full name of a speaking noun phrase; None where the noun cannot speak."""
    if token.lower_ in PRONOUNS or token.pos_ == "PRON":
        return Source(None, token.lower_ if token.lower_ in PRONOUNS else None)
    if token.pos_ not in ("PROPN", "NOUN", "ADJ") and not token.text[:1].isupper():
        return None
    lower, lemma = token.lower_, token.lemma_.lower()
    can_speak = lemma in _SPEAKING or lower in _SPEAKING or bool(_AGENT.search(lower))
    if lower in _MUTE or lemma in _MUTE:
        return None
    if not can_speak and (token.pos_ != "PROPN" and not token.text[:1].isupper()):
        return None
    if token.text.isupper() and token.pos_ != "PROPN" and lemma not in _SPEAKING:
        return None  # "LEAKING FLANGE REPORTED"
    start, end = phrase_span(token)
    start = max(start, dateline_end(text_of(doc)))
    if start >= end:
        return None
    if token.pos_ == "NOUN":
        end = _reach(token, end)
    name = text_of(doc)[start:end].strip(" \"'“”‘’,")
    return Source(name) if name else None


def _reach(token: Token, end: int) -> int:
    """A common noun names nobody alone: "engineers at the Guri dam", "the governor, Osman Kaya"."""
    for child in token.rights:
        near = child.i - token.i <= 3
        if child.dep_ == "prep" and near and child.lower_ in ("of", "at", "for", "from", "in", "with"):
            objects = [c for c in child.children if c.dep_ == "pobj" and c.pos_ in ("NOUN", "PROPN")]
            if objects and objects[0].ent_type_ not in ("DATE", "TIME", "CARDINAL"):
                return max(end, objects[0].idx + len(objects[0]))
        if child.dep_ == "appos" and near and child.pos_ == "PROPN":
            return max(end, child.idx + len(child))
    return end


def is_speech(token: Token) -> bool:
    """Whether a verb reports words: say, warn, deny; show and find only of papers."""
    if token.pos_ not in ("VERB", "AUX"):
        return False
    lemma = token.lemma_.lower()
    if load_cues().get((lemma, "verb")) in ("attributed", "warn", "denied") and lemma not in ("rule",):
        return True
    return lemma in _SHOWING and any(s.lemma_.lower() in _PAPERS for s in subjects(token))


def find_source(doc: Doc, trigger: Token, governors: list[Token] | None = None) -> Source | None:
    """The source of what a trigger's clause tells, None where the text speaks in its own voice."""
    return (
        _over(doc, governors or chain(trigger))
        or _beside(doc, trigger)
        or _trailing(doc, trigger)
        or _quoted(doc, trigger)
    )


# A source at the end of a sentence, where the parse has lost it: "..., a union leader, Eudis Girot, wrote on Twitter."
_TAIL = re.compile(
    r",[\"”’']*\s+(?!which|who|that|and|but|while|as|when|where|if|so|or|killing|leaving|causing|cutting|halting)"
    r"((?:(?:the|a|an)\s+)?[^,;.:]{2,60}?(?:,\s[A-Z][^,;.:]{2,40},)?)\s+(?:said|wrote|reported|announced|confirmed|stated|"
    r"told\s[\w ]{2,30}|says|reports)(?:\s+(?:on|in|at|late|early|yesterday|today|by|from|to|this|last|earlier|here)\b"
    r"[^,;]{0,60})?[.\"”]*\s*$"
)


def _trailing(doc: Doc, trigger: Token) -> Source | None:
    match = _TAIL.search(text_of(doc))
    if match is None or trigger.idx >= match.start() or _parted(doc, trigger.i, doc[-1].i):
        return None
    name = re.sub(r"^(?:the|a|an)\s+", "", match.group(1)).strip(" ,")
    if name.split()[0].lower() in PRONOUNS:
        return Source(None, name.split()[0].lower())
    return Source(name)


def _over(doc: Doc, governors: list[Token]) -> Source | None:
    for position, governor in enumerate(governors):
        if not position or not is_speech(governor):
            continue
        below = governors[position - 1]
        if below.dep_ in _CONTENT and are_parted(below, governor):
            return None
        if below.dep_ in ("nsubj", "nsubjpass", "npadvmod", "relcl", "tmod") or (
            below.dep_ == "advcl" and (governor.lemma_ not in ("say", "tell") or below.i > governor.i)
        ):
            continue
        if is_given(below, governor):
            return None
        if below.dep_ == "prep" and below.lower_ in ("after", "following", "over", "for", "since", "amid", "during"):
            continue
        if below.dep_ == "conj" and governor.i < below.i and not _own_voice(below):
            continue
        for subject in subjects(governor):
            if subject.dep_ == "nsubjpass" and governor.lemma_ != "quote":
                return Source(None)
            if subject.i == governors[0].i:
                continue
            found = _who(doc, governor, subject)
            return found or (Source(None) if governor.lemma_ in ("say", "report") else None)
    return None


def _own_voice(below: Token) -> bool:
    """Whether a clause joined to a speech verb goes on with what was said: "said X fell and (that) Y rose"."""
    return any(c.dep_ in ("nsubj", "nsubjpass") for c in below.children)


def _who(doc: Doc, verb: Token, subject: Token) -> Source | None:
    if subject.lower_ in ("which", "that", "who"):
        return name_source(doc, verb.head) if verb.dep_ == "relcl" else None
    return name_source(doc, subject)


def _beside(doc: Doc, trigger: Token) -> Source | None:
    """A parenthesis in the trigger's sentence, ", police said (on Friday).", or "according to"."""
    for verb, source, left, right in parentheses(doc):
        del verb
        if not left <= trigger.i < right:
            continue
        return source
    for token in doc:
        if token.lower_ == "according" and not _parted(doc, trigger.i, token.i):
            for prep in token.children:
                for child in prep.children if prep.lower_ == "to" else ():
                    if child.dep_ == "pobj":
                        return name_source(doc, child) or Source(None)
    return None


def _parted(doc: Doc, one: int, other: int) -> bool:
    left, right = sorted((one, other))
    return any(t.text == ";" for t in doc[left:right])


def parentheses(doc: Doc) -> Iterator[tuple[Token, Source, int, int]]:
    """Speech verbs that stand behind a comma and what they tell: the tokens from `left` to before `right`."""
    for verb in doc:
        if verb.tag_ not in ("VBD", "VBZ", "VBP", "VBN") or not is_speech(verb):
            continue
        if any(c.dep_ == "ccomp" and c.i > verb.i for c in verb.children):
            continue
        if any(c.dep_ in ("auxpass", "neg") for c in verb.children) or verb.lemma_ in ("deny", "reject", "dismiss"):
            continue
        own = [c for c in verb.children if c.dep_ == "nsubj" and abs(c.i - verb.i) <= 12]
        if not own:
            continue
        subject = own[0]
        if subject.i < verb.i and any(c.dep_ == "dobj" for c in verb.children):
            continue
        first = min(subject.left_edge.i, verb.i)
        if first == 0 or doc[first - 1].text not in (",", '"', "”", "''", "-", "–", "—", "("):
            continue
        source = _who(doc, verb, subject)
        if source is None:
            continue
        left = next((t.i + 1 for t in reversed(doc[:first]) if t.text == ";"), 0)
        if left and doc[left].lower_ == "and":
            left = 0  # the last of a list: "...; ...; and ..., officials said"
        after = next((t.i for t in doc[verb.i :] if t.text == ";"), len(doc))
        yield verb, source, left, after


_CITED = re.compile(
    r"\b(?:citing|quoting|as reported by|in the words of|as per|, per)\s+(?:the |a |an )?([^,.;:\"]{2,70})",
    re.IGNORECASE,
)
_COLON = re.compile(r"^\s*(?:the )?([A-Z][\w'’.-]*(?: [\w'’.-]+){0,4}):\s")


def _quoted(doc: Doc, trigger: Token) -> Source | None:
    match = _CITED.search(text_of(doc))
    if match and not _parted(doc, trigger.i, trigger.i):
        return Source(match.group(1).strip())
    match = _COLON.match(text_of(doc))
    if match and trigger.idx > match.end():
        last = match.group(1).split()[-1].lower()
        if last in _SPEAKING or last.rstrip("s") in _SPEAKING or last in ("reuters", "irna", "tass", "afp", "ap"):
            return Source(match.group(1))
    return None


def speakers_in(doc: Doc) -> Iterator[tuple[int, Token, str]]:
    """Those named as subjects of speech verbs in a sentence: offset, noun and name, in order."""
    for verb in doc:
        if is_speech(verb):
            for subject in subjects(verb):
                found = _who(doc, verb, subject)
                if found is not None and found.name:
                    yield subject.idx, subject, found.name
