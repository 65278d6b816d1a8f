"""What part a place plays in a sentence that tells an event: its scene, or a speaker's seat, a route, a flag."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spacy.tokens import Doc, Token

from nlp.arguments import reach
from nlp.candidates import Candidate
from nlp.places import PlaceMatch
from nlp.syntax import chain, token_at
from nlp.text import Sentence

# The distance of a country that is told as somebody's only: it is where it happened if nothing else is.
SEAT = 6.9
# Facilities that lie along a way: their ends and their ways' names are no single place.
LINES = frozenset(
    "oil_pipeline gas_pipeline product_pipeline transmission_line cable power_grid company tanker control_system "
    "other".split()
)
_SOURCE_PREPOSITIONS = frozenset("from to toward towards between with for despite than like including into via".split())
_WHERE_PREPOSITIONS = frozenset(
    "in at near off outside around of on north south east west inside within across along close under by over between "
    "throughout".split()
)
_SPEECH = frozenset(
    "say tell report claim accuse deny announce confirm warn urge call state add write declare acknowledge admit vow "
    "condemn blame demand note insist reply deplore protest dismiss reject describe comment pledge".split()
)
_SUFFERING = frozenset("suffer experience see face lose have".split())
_SEATS = frozenset(
    "ministry minister president government army military forces navy spokesman spokeswoman spokesperson agency "
    "operator regulator company distributor utility generator parliament premier police guard court judge "
    "prosecutor prosecutors service embassy "
    "firm envoy ambassador official officials chief governor mayor leader trader traders buyer buyers importer "
    "importers owner owners institute university bank insurer union team crew".split()
)
# Where people sit who watch, answer and command: "the Colorado Springs control center".
_OFFICES = frozenset(
    "center centre office offices headquarters hq bureau department dept sheriff court newsroom embassy consulate "
    "desk hotline brigade police authorities hospital".split()
)
_GROUNDS = frozenset(
    "coast border waters city province region shore port state district suburb town area capital".split()
)
# "bound for Quetta from Karachi", "taken towards Larak", "its cargo of crude from Basra": ways, not scenes.
_WAY = re.compile(
    r"\b(?:bound|destined|headed|heading|en route|on (?:its|her|his|their|the) way|(?:on )?course|sail(?:ed|ing|s)?|"
    r"load(?:ed|ing)|depart(?:ed|ing)|coming|arriv(?:ed|ing|al)|due|taken|towed|escorted|diverted|steer(?:ed|ing)|led|"
    r"cargo(?:es)?|exports?|imports?|shipments?|shipped|shipping|suppl(?:y|ies|ied|ying)|deliver(?:y|ies|ed|ing)|"
    r"flows?|sales?|sold|sells?|voyage|trip|passage|carr(?:y|ied|ying)|gas|oil|crude|electricity|power|lng|fuel|"
    r"diesel)\s(?:[\w-]+\s){0,3}?(?:for|to|from|towards?|into|via|between|with)\s(?:the\s)?(?:[a-z]+\s){0,2}$",
    re.IGNORECASE,
)
_FLAG = re.compile(r"^(?:-|\s)?(?:flag(?:ged)?|registered|owned|operated|based|bound|linked|built|led|backed)\b", re.I)
_DATELINE = re.compile(
    r"(?:\s?[,/]\s?[A-Z][\w .'-]{1,24}){0,3}"
    r"(?:,?\s\d{1,2}\s[A-Z][a-z]{2,8}|,?\s[A-Z][a-z]{2,8}\.?\s\d{1,2})?(?:,\s\d{4})?"
    r"\s{0,3}(?:\([^()\n]{2,40}\)\s{0,2})?(?:[—–]|--?\s|:\s)"
)


_END = re.compile(
    r"\b(?:from|between|linking|connecting|joining)\s(?:the\s)?(?:(?!\b(?:from|between)\b)[\w'’-]+\s){0,6}?$",
    re.IGNORECASE,
)
_WAYS = frozenset({"oil_pipeline", "gas_pipeline", "product_pipeline", "transmission_line", "cable"})
_ELECTRIC = frozenset({"power_grid", "transmission_line", "power_plant", "substation", "cable"})
_FEEDING = frozenset("feed supply serve power provide export send carry deliver".split())


def is_dateline(text: str, place: PlaceMatch) -> bool:
    """Whether a place heads the copy as the town it was written in: "ASTANA, Nov 29 (Agency) -"."""
    start = text.rfind("\n", 0, place.start) + 1
    before = text[start : place.start].strip(" \t*_(")
    headed = not before or re.fullmatch(r"[A-Z][\w '-]{1,30}[,/]", before) is not None
    return start == 0 and headed and _DATELINE.match(text, place.end) is not None


def is_seat(doc: Doc, token: Token, place: PlaceMatch) -> bool:
    """Whether a place stands for who speaks or governs: "Kyiv said", "Jordan's intelligence service"."""
    if token.dep_ == "poss" and token.head.lemma_.lower() in _SEATS:
        return True
    if token.dep_ in ("poss", "compound", "nmod") and (_speaks(token.head) or token.head.lower_ in _OFFICES):
        return True
    if token.dep_ == "pobj" and token.head.head.lemma_ in ("say", "tell", "reporter", "journalist"):
        return True  # "told reporters in Port Harcourt"
    return not place.demonym and _speaks(token)


def _speaks(token: Token) -> bool:
    return token.dep_ == "nsubj" and token.head.lemma_ in _SPEECH


def is_way(sentence: Sentence, place: PlaceMatch) -> bool:
    """Whether a place is where something goes or comes from, or the flag and seat of an owner."""
    if place.text == "Urals" and not re.search(r"\bthe\s$", sentence.text[: place.start - sentence.start]):
        return True  # a crude's name
    before = sentence.text[max(0, place.start - sentence.start - 60) : place.start - sentence.start]
    after = sentence.text[place.end - sentence.start : place.end - sentence.start + 12]
    return _WAY.search(before) is not None or _FLAG.match(after) is not None


def is_end(candidate: Candidate, place: PlaceMatch) -> bool:
    """Whether a place is an end of the line that was hit: "the line from Sui to Kashmore"."""
    sentence = candidate.sentence
    before = sentence.text[: place.start - sentence.start]
    match = _END.search(before)
    return match is not None and any(
        f.facility_type in _WAYS and 0 <= sentence.start + match.start() - f.end < 40 for f in candidate.facilities
    )


def weight(
    text: str, place: PlaceMatch, candidate: Candidate, anchors: Sequence[Token], agents: set[int]
) -> float | None:
    """How far a place stands from an event in its sentence; None where it is no location of it."""
    sentence = candidate.sentence
    doc = candidate.token.doc
    token = token_at(doc, place.end - 1 - sentence.start)
    if token is None:
        return None
    governors = chain(token)
    if any(g.i in agents for g in governors[:3]):
        return None
    if place.text == "Urals" and is_way(sentence, place):
        return None
    facility = next((f for f in candidate.facilities if f.start <= place.start < f.end), None)
    if facility is None and is_seat(doc, token, place):
        return SEAT if place.precision == "country" and not place.demonym and token.dep_ == "poss" else None
    if place.demonym:
        return _of_demonym(place, candidate, token, in_facility=facility is not None)
    if facility is not None:
        if facility.facility_type == "tanker":
            return None
        if token.dep_ == "poss" and place.precision == "country":
            return 0.6
        rest = facility.proper.lower().removeprefix(place.text.lower())
        # "Callide C" lies at Callide, but the San Geronimo substation not at San.
        return 0.3 if facility.known or len(rest) <= 2 or place.text.lower() not in facility.proper.lower() else None
    base = sentence.start
    if token.dep_ == "poss" and any(f.start - base <= token.head.idx < f.end - base for f in candidate.facilities):
        return 0.6  # "Syria's largest refinery"
    cost = min(reach(anchor, token) for anchor in anchors)
    preposition = next((g for g in governors[1:6] if g.dep_ == "prep"), None)
    if preposition is not None:
        cost += _by_preposition(preposition, candidate, sentence, place)
    if sentence.where == "text" and sentence.index <= 1 and is_dateline(text, place):
        cost += 3.5
    if token.dep_ in ("nsubj", "nsubjpass"):
        cost += 0.0 if token.head.lemma_ in _SUFFERING else 3.0
    compound = token.dep_ in ("compound", "amod", "nmod") and token.head.pos_ in ("NOUN", "PROPN")
    if compound and place.precision == "country" and token.head.lower_ not in _GROUNDS:
        cost += 2.0
    if any(g.dep_ == "relcl" and g.lemma_ in _FEEDING and candidate.token not in g.subtree for g in governors[:6]):
        cost += 3.0  # "the line, which feeds a works at Schwarzheide"
    if any(g.dep_ == "prep" and g.lower_ == "according" for g in governors[:4]):
        cost += 6.0
    return cost


def _by_preposition(preposition: Token, candidate: Candidate, sentence: Sentence, place: PlaceMatch) -> float:
    if preposition.lower_ in _SOURCE_PREPOSITIONS:
        if is_end(candidate, place):
            return -0.5
        dark = candidate.event_type == "outage" and preposition.lower_ == "to"
        if dark and (candidate.implied in _ELECTRIC or any(f.facility_type in _ELECTRIC for f in candidate.facilities)):
            return 0.5  # "cut power to Nicosia": who is dark is where it is dark
        return SEAT if is_way(sentence, place) else 2.5
    if preposition.lower_ in _WHERE_PREPOSITIONS:
        return -0.5
    return 0.0


def _of_demonym(place: PlaceMatch, candidate: Candidate, token: Token, *, in_facility: bool) -> float | None:
    if any(f.facility_type == "tanker" for f in candidate.facilities):
        return None
    if in_facility:
        return 2.0
    head = token.head
    start = candidate.sentence.start
    owned = any(f.start - start <= head.idx < f.end - start for f in candidate.facilities)
    if not owned and head.dep_ in ("dobj", "nsubjpass", "pobj", "conj"):
        # "destroyed 16 Ukrainian facilities, including a fuel depot"
        owned = candidate.token.i in {g.i for g in chain(head)[:4]} and head.pos_ == "NOUN"
    return 2.0 if owned else None
