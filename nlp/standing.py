"""Whether a mention stands for an occurrence of its own, or for a kind, a series, or what something else brought."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spacy.tokens import Doc, Token

from nlp.facility_refs import FacilityRef
from nlp.intent import is_made_safe
from nlp.parsing import text_of
from nlp.reading import Reading
from nlp.records import Factuality
from nlp.sieve import sieve
from nlp.syntax import objects_of
from nlp.triggers import Entry

_CONSEQUENCE_VERBS = frozenset(
    {"cause", "trigger", "lead", "result", "leave", "spark", "bring", "see", "include", "suffer", "prompt"}
)


_SPECIFIC = re.compile(
    r"\b(?:overnight|today|yesterday|tonight|this (?:morning|week|month)|last (?:week|month|night)|recent|latest|"
    r"early|late|reported|felt|heard|underway)\b|\d",
    re.IGNORECASE,
)


def is_generic(doc: Doc, token: Token, facilities: Sequence[FacilityRef]) -> bool:
    """Whether a bare plural speaks of a kind of event: "attacks on pipelines have become common"."""
    if (
        token.tag_ != "NNS"
        or any(c.dep_ in ("det", "nummod", "poss", "predet") for c in token.children)
        or text_of(doc)[:40].islower()
    ):
        return False
    if any(f.known or f.proper for f in facilities) or any(
        e.label_ in ("GPE", "LOC", "DATE", "TIME", "FAC", "NORP") for e in doc.ents
    ):
        return False
    return not _SPECIFIC.search(text_of(doc)) and not any(
        t.tag_ in ("VBD",) and t.dep_ in ("ROOT", "conj")
        for t in doc
        if t.lemma_ not in ("say", "tell", "write", "warn", "note", "add", "argue", "report")
    )


_ADVICE = sieve(
    r"\b(?:should|must|urg(?:es?|ed|ing)|advis(?:es?|ed|ing)|leaflet|tips|guid(?:e|ance)|recommend\w*|checklist|"
    r"protect\w*|guard against|prevent(?:s|ing|ion)?)\b",
    re.IGNORECASE,
)
_SETTLED = sieve(
    r"\b(?:compensat\w+|settle[sd]?|settlement|payout|(?:pay|paid|pays|paying|damages|fine[ds]?|"
    r"claims?(?! (?:responsib|credit))|suit|sued|lawsuit)\b.{0,80}\b(?:over|for|arising from|caused by))\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"^(?:1[89]|20)\d\d$")
_FORECAST = frozenset("watch warning alert forecast threat risk season advisory".split())
_WEAPONS = frozenset({"sea mine", "drifting mine", "floating mine", "limpet mine", "bomb", "explosive device"})
_WENT_OFF = sieve(
    r"\b(?:exploded|explodes|explosions?|blasts?|went off|goes off|detonated|ripped|tore|ruptured?s?|hit|hits|struck|"
    r"strikes?|blew|blows|blown|damag\w+|wreck\w*|fell|landed|toppl\w+|crippl\w+|shatter\w*|destroy\w+|holed|sank|sunk|kill\w*|wound\w*|injur\w+|attack\w*|hurled|"
    r"lobbed|thrown?|threw|dropped|drops|fire[ds]?|ablaze|cut|rock(?:s|ed)|shut|halt(?:s|ed)|bombings?)\b",
    re.IGNORECASE,
)
_STOPPED = sieve(
    r"\b(?:found|finds|defus\w+|disarm\w+|discover\w+|arrest\w+|stop(?:s|ped)|seiz\w+|intercept\w+|did not|failed|"
    r"recover\w+|remov\w+|plot\w*|foil\w+|thwart\w+|detain\w+|caught)\b",
    re.IGNORECASE,
)


def has_old_year(token: Token, published: int | None) -> bool:
    """Whether a noun is dated by an earlier year before it: "a 2005 depot explosion"."""
    return published is not None and any(_YEAR.match(t.text) and int(t.text) < published for t in token.lefts)


def standing_of(doc: Doc, token: Token, entry: Entry) -> Factuality | None:
    """The grade that a told mention has from its own phrase: a kind, a danger, a case of an earlier year."""
    nominal = entry.pos == "noun"
    if nominal and entry.phrase in _WEAPONS and not went_off(text_of(doc)):
        # A weapon that lies somewhere is not yet an attack.
        return "foiled" if _STOPPED.search(text_of(doc)) else "threatened"
    if not nominal:
        return None
    if entry.event_type == "natural_hazard" and token.dep_ == "compound" and token.head.lemma_.lower() in _FORECAST:
        return "threatened"
    own = {c.dep_ for c in token.children}
    if not own & {"det", "poss", "nummod"} and token.tag_ in ("NN", "NNP") and _ADVICE.search(text_of(doc)):
        if token.dep_ in ("pobj", "compound", "dobj"):
            return "recommended"
    elif token.dep_ == "pobj" and token.head.lower_ in ("over", "for", "from") and _SETTLED.search(text_of(doc)):
        return "historical"
    return None


def went_off(text: str) -> bool:
    """Whether a sentence says that a weapon was used."""
    return bool(_WENT_OFF.search(text)) and not is_made_safe(text)


def were_stopped(text: str) -> bool:
    """Whether a sentence says that a weapon was found, or those who brought it were stopped."""
    return bool(_STOPPED.search(text))


_TRIED = sieve(
    r"\b(?:convict\w*|acquit\w*|sentenc\w+|jailed|on trial|(?:found|pleaded) (?:not )?guilty|appeal of|verdict|jury)\b",
    re.IGNORECASE,
)


def is_tried(doc: Doc, token: Token) -> bool:
    """Whether a plot is told as what a court heard of."""
    found = _TRIED.search(text_of(doc))
    return found is not None and found.start() < token.idx


def is_background(token: Token) -> bool:
    """Whether a mention is only the point in time that something else is told from: "for the first time since ..."."""
    return token.dep_ == "pobj" and token.head.lower_ in ("since", "after", "following", "despite")


def is_series(token: Token) -> bool:
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


_ELECTRIC = sieve(
    r"\b(?:power|electric\w*|grid|utilit(?:y|ies)|blackouts?|substations?|transformers?|storm|hurricane|megawatts?|mw|"
    r"energy)\b",
    re.IGNORECASE,
)


def names_power(text: str, trigger: str) -> bool:
    """Whether a sentence names electricity, if the trigger does not: a "blackout" alone may be one of the news."""
    if re.search(r"power|electric|load|current|supply|gas|heat|fuel|petrol|diesel", trigger, re.IGNORECASE):
        return True
    return any(m.group().lower() not in trigger.lower() for m in _ELECTRIC.finditer(text))


def is_electric(reading: Reading, doc: Doc, token: Token) -> bool:
    """Whether a bare "outage" is one of power: not of a website or a booking platform."""
    of = [t for t in objects_of(token, frozenset({"of", "at", "on", "to"})) if t.pos_ == "NOUN"]
    return bool(_ELECTRIC.search(text_of(doc))) or (reading.relevant and not of)


def is_aimed_at_place(token: Token, entry: Entry) -> bool:
    """Whether the target is a place of its own: "strikes on Odessa"."""
    found = (
        list(objects_of(token, frozenset({"on", "at", "against"})))
        if entry.pos == "noun"
        else [c for c in token.children if c.dep_ in ("dobj", "nsubjpass")]
    )
    return any(t.ent_type_ in ("GPE", "LOC") for t in found)


def is_side_effect(token: Token, doc: Doc) -> bool:
    """Whether a blackout is only named as what something else brought with it."""
    if re.search(
        r"\b(?:millions?|nationwide|countrywide|across the country|whole country|entire country|rest of the country|"
        r"much of the country|national|widespread|massive|major|total|thousands|province|cities|regions|regionwide|"
        r"statewide|the island|\d+ ?%|percent|per cent|\d{2,3},\d{3}|several hours)\b",
        text_of(doc),
        re.IGNORECASE,
    ):
        return (
            bool(
                re.search(
                    r"\b(?:hurricane|storm|typhoon|cyclone|earthquake|magnitude|death toll)\b",
                    text_of(doc),
                    re.IGNORECASE,
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
