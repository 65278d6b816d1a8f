"""What a whole clause says of the deed in it: tried in vain, called off, vowed, called for a day, false."""

from __future__ import annotations

import re

from spacy.tokens import Doc, Token

from nlp.governing import CONDITION, load_cues
from nlp.parsing import text_of
from nlp.records import Factuality
from nlp.sieve import sieve
from nlp.syntax import subjects

_TRYING = frozenset("try attempt seek".split())
_TRIAL_NOUNS = frozenset("attempt bid try effort".split())
# What ended an attempt, said in the same sentence.
_IN_VAIN = sieve(
    r"\b(?:but|fail\w*|stopped|"
    r"blocked|rebuffed|defeated|repell\w+|repuls\w+|thwart\w*|foil\w*|prevent\w*|drove (?:off|away|them)|driven "
    r"(?:off|away|back)|fled|escaped|arrest\w*|caught|unsuccessful\w*|in vain|abort\w*|abandon\w*|"
    r"beat(?:en)? off|fend\w* "
    r"off|locked out|intercept\w*|gave up|before (?:it|they|he|any|the \w+) (?:could|was|were))\b",
    re.IGNORECASE,
)
_DEEDS = frozenset(
    """attack hijack hijacking raid boarding assault theft sabotage bombing intrusion takeover kidnapping robbery
    plot ambush attempt break-in""".split()
)
_STOPPING = frozenset(
    """stop halt repel foil thwart avert prevent abort block intercept repulse scupper frustrate""".split()
)
_CATCHING = frozenset(
    """stop arrest catch detain intercept surprise seize apprehend nab hold sentence jail convict charge""".split()
)
_PREPARING = frozenset("prepare plot conspire plan attempt try intend".split())
_LABOUR = frozenset(
    "strike walkout stoppage protest boycott blockade shutdown rally picket action sit-in demonstration".split()
)
_CALLING_OFF = frozenset("cancel postpone shelve abandon defer".split())
_VIOLENT = frozenset(
    """attack strike hit bomb target destroy close block blow shell sink seize retaliate respond shut sabotage
    disrupt cripple occupy storm board mine torch burn kidnap hijack punish take resume cut stop halt""".split()
)
_THREATS = frozenset("threaten vow pledge swear menace".split())
_SELF = frozenset({"it", "they", "we", "he", "she"})
_UNTRUE = sieve(
    r"\b(?:no truth\b|(?:proved|turned out|found|shown) (?:to be )?(?:untrue|false|unfounded|baseless|a hoax|"
    r"groundless|wrong)\b|(?:untrue|unfounded|baseless|groundless|fabricated)\b|"
    r"(?:false|fake|nonsense)\b(?= ?[.,;\"”]| reports?| claims?| rumou?rs?)|"
    r"(?:pure|sheer|mere|complete) (?:invention|fabrication|fantasy|speculation)\b)",
    re.IGNORECASE,
)
_RUMOURED = sieve(
    r"\b(?:reports?|claims?|rumou?r(?:s|ed)?|talk|posts?|stor(?:y|ies)|suggestions?|allegations?)\b", re.IGNORECASE
)
_FALSE_ALARM = sieve(
    r"\b(?:says?|said|called (?:it|them|this)|was|were|turned out to be|proved(?: to be)?)\s+"
    r"(?:it (?:is|was) )?(?:only |just "
    r"|merely )?(?:an? |the )?(?:\w+ )?(?:false alarms?|flare tests?|flaring|hoax(?:es)?|backfire|fabricat\w+|fake|"
    r"invention|disinformation)\b",
    re.IGNORECASE,
)
_LOSING = frozenset("lose see face forfeit be get".split()) | _VIOLENT
_TERM = sieve(
    r"\b(?:until|till|by|within|before|ultimatum|deadline|days? to|hours? to|demand\w*|warned|told)\b", re.IGNORECASE
)
_GOODS = frozenset(
    """electricity power light lights water heat heating gas petrol diesel fuel gasoline kerosene supply supplies
    current petroleum energy""".split()
)
_FOR_NOTHING = frozenset({"nobody", "none", "nothing", "neither"})
_AFTERMATH = frozenset("cause origin investigation probe inquiry aftermath site scene victim".split())
_NO_ONE = frozenset({"nobody", "none", "neither"})
_GIVING = frozenset("blame accuse condemn criticise criticize apologise apologize thank compensate punish fine".split())


def lacks(trigger: Token) -> bool:
    """Whether the trigger is the lack itself, "no electricity", "without power", which denies nothing."""
    return trigger.lower_ in ("without", "no") or trigger.lemma_.lower() in _GOODS


def is_given(below: Token, governor: Token) -> bool:
    """Whether a governor takes the deed below it as known: "blamed X for the blackout"."""
    if below.dep_ == "prep" and governor.pos_ == "NOUN" and governor.lemma_.lower() in _AFTERMATH:
        return any(c.dep_ == "det" and c.lower_ in ("the", "this") for o in below.children for c in o.children)
    if below.dep_ == "prep" and governor.lemma_.lower() == "responsibility":
        return any(s.lower_ in _NO_ONE or "no" in {c.lower_ for c in s.children} for s in subjects(governor.head))
    if below.dep_ == "prep" and below.lower_ == "behind" and governor.lemma_ == "be":
        return True
    if governor.lemma_.lower() in _GIVING and below.dep_ == "dobj":
        return any(c.dep_ == "prep" and c.lower_ in ("for", "over") for c in below.children)
    return (below.dep_ == "prep" and below.lower_ in ("for", "over") and governor.lemma_.lower() in _GIVING) or (
        below.dep_ == "dobj" and governor.lemma_.lower() in ("declare", "announce")
    )


def grade_by_outcome(doc: Doc, trigger: Token, governors: list[Token], *, nominal: bool) -> Factuality | None:
    """The grade that the clause's outcome gives, None where the words over the trigger decide."""
    match = _FALSE_ALARM.search(text_of(doc))
    if match and trigger.idx < match.start():
        return "denied"
    if _UNTRUE.search(text_of(doc)) and _RUMOURED.search(text_of(doc)):
        return "denied"
    if trigger.lemma_.lower() in _LOSING and trigger.i and _or_else(trigger) and _TERM.search(text_of(doc)):
        return "threatened"  # "has until Friday to pay or lose 100 megawatts"
    if _nothing(trigger, nominal=nominal):
        return "denied"
    if trigger.tag_ in ("VBZ", "VBP") and any(c.dep_ == "mark" and c.lower_ == "before" for c in trigger.children):
        return "threatened"  # "two weeks to pay before it blocks the line"
    lemma = trigger.lemma_.lower()
    given = nominal and any(c.lower_ in ("the", "this", "that") and c.dep_ == "det" for c in trigger.children)
    if nominal and any(c.lower_ in ("attempted", "abortive", "unsuccessful") for c in trigger.children):
        return "foiled"
    if lemma in _LABOUR and any(t.lemma_.lower() in ("vote", "ballot") for t in governors[1:3]):
        return "hypothetical"
    if lemma in _LABOUR and trigger.head.lower_ in ("notice", "call", "ballot", "vote", "date", "warning"):
        return "planned"
    for position, governor in enumerate(governors[1:6], start=1):
        below = governors[position - 1]
        head = governor.lemma_.lower()
        if below.dep_ == "conj" and governor.pos_ in ("VERB", "AUX") and below.i != trigger.i:
            return None
        if governor.pos_ in ("NOUN", "PROPN") and head in _TRIAL_NOUNS and below.dep_ in ("acl", "prep"):
            if _IN_VAIN.search(text_of(doc)):
                return "foiled"
            continue
        if governor.pos_ not in ("VERB", "AUX"):
            continue
        found = _by_verb(doc, trigger, below, governor, nominal=nominal, given=given)
        if found is not None:
            return found
        if below.dep_ in ("nsubj", "advcl", "relcl"):
            return None
    return _vowed(trigger, governors)


def _by_verb(
    doc: Doc, trigger: Token, below: Token, governor: Token, *, nominal: bool, given: bool
) -> Factuality | None:
    head, direct = governor.lemma_.lower(), below.i == trigger.i
    off = any(c.lower_ == "off" for c in governor.children if c.dep_ in ("prt", "advmod", "prep"))
    if head in _TRYING and below.dep_ == "xcomp" and (direct or nominal) and _IN_VAIN.search(text_of(doc)):
        return "foiled"
    if head == "fail" and below.dep_ == "xcomp" and direct:
        return "foiled"
    if (
        head in _STOPPING
        and below.dep_ in ("dobj", "nsubjpass")
        and direct
        and trigger.lemma_.lower() in _DEEDS | _LABOUR
    ):
        if trigger.lemma_.lower() in _LABOUR:
            return "planned"  # a strike that was averted had been called
        sure = not given or below.dep_ == "nsubjpass" or head in ("foil", "thwart", "avert", "prevent", "abort")
        return "foiled" if sure else None
    if below.dep_ in ("dobj", "nsubjpass") and trigger.lemma_.lower() in _LABOUR and direct:
        if head in _CALLING_OFF or (head == "call" and off):
            return "planned"
        if head == "suspend" and re.search(r"\bwould have\b|\bplanned\b|\bwas (?:due|to)\b", text_of(doc)):
            return "planned"
        if head == "call":
            return "planned"
    if head == "call" and below.dep_ == "prep" and below.lower_ == "for" and trigger.lemma_.lower() in _LABOUR:
        return "planned"
    if head in _PREPARING and below.dep_ == "xcomp" and governor.tag_ == "VBG":
        above = [t for t in governor.ancestors if t.pos_ == "VERB"][:2]
        if any(t.lemma_.lower() in _CATCHING for t in above):
            return "foiled"
    if head in _CATCHING - {"sentence", "jail", "convict", "charge"} and below.dep_ == "advcl":
        marks = {c.lower_ for c in below.children if c.dep_ in ("mark", "advmod")}
        if marks & {"before", "as"} and (direct or nominal):
            return "foiled"
    if head in ("see", "face", "risk", "watch") and below.dep_ in ("dobj", "ccomp", "xcomp") and _or_else(governor):
        return "threatened"
    if head in _THREATS and below.dep_ in ("xcomp", "ccomp", "dobj", "nsubj"):
        return "threatened" if head == "threaten" or below.dep_ in ("xcomp", "ccomp") else None
    if head in ("dismiss", "deny", "reject", "refute", "debunk") and below.dep_ == "nsubjpass" and not direct:
        return "denied" if below.lemma_.lower() in _TALK else None
    if head == "be" and below.dep_ == "nsubj":
        said = [c for c in governor.children if c.dep_ in ("acomp", "attr", "oprd")]
        cues = load_cues()
        if any((cues.get((c.lower_, "adj")) or cues.get((c.lower_, "noun"))) == "denied" for c in said):
            return "denied"
    return None


_TALK = frozenset("report claim allegation suggestion rumour rumor accusation story post statement talk".split())


def _or_else(verb: Token) -> bool:
    """Whether a verb is the other choice of an ultimatum: "leave by Friday or see the wells occupied"."""
    return verb.i > 0 and verb.nbor(-1).lower_ == "or"


def _vowed(trigger: Token, governors: list[Token]) -> Factuality | None:
    """A party that says what it will do itself: "said it would strike", "warned it will close the strait"."""
    for position, verb in enumerate(governors[:4]):
        if verb.pos_ != "VERB" or (position and verb.lemma_.lower() not in _VIOLENT):
            continue
        if not any(c.dep_ == "aux" and c.lower_ in ("will", "would", "'ll", "shall") for c in verb.children):
            continue
        if any(c.dep_ == "mark" and c.lower_ in CONDITION for c in verb.children) or verb.dep_ != "ccomp":
            return None
        own = [s for s in subjects(verb) if s.dep_ == "nsubj"]
        himself = any(
            s.lower_ in _SELF or any(c.lower_ in ("its", "their", "his", "her", "our", "my") for c in s.children)
            for s in own
        )
        speech = verb.head.lemma_.lower()
        if not himself or speech not in ("say", "warn", "declare", "announce", "threaten", "vow", "tell"):
            return None
        return "threatened" if speech == "warn" or verb.lemma_.lower() in _VIOLENT - {"shut", "halt", "stop"} else None
    return None


def _nothing(trigger: Token, *, nominal: bool) -> bool:
    """Whether what the verb says happened to nothing: "no ship was damaged", "no drone came near the plant"."""
    if nominal or trigger.pos_ != "VERB":
        return False
    for subject in trigger.children:
        if subject.dep_ not in ("nsubj", "nsubjpass") or subject.lemma_.lower() in _GOODS:
            continue
        none = any(c.dep_ == "det" and c.lower_ in ("no", "neither") for c in subject.children)
        if none or subject.lower_ in _FOR_NOTHING:
            return True
    return False
