"""The grade that the words in whose scope a trigger stands give it, climbing the dependency parse."""

from __future__ import annotations

from spacy.tokens import Token

from nlp.governing import CONDITION, as_factuality, grade_by_governor, load_cues, modality_of, names_cause
from nlp.outcomes import is_given, lacks
from nlp.records import Factuality

_NEGATIVE = frozenset({"no", "not", "n't", "never", "neither", "nor", "without", "nobody", "none", "nothing", "cannot"})


_NEGATES = frozenset({"be", "have", "occur", "happen", "take", "carry", "cause", "confirm", "suffer", "see", "report"})
_OCCURS = frozenset({"take", "occur", "happen", "be", "break", "hit", "strike", "damage", "rock", "cause"})


_GUARDING = frozenset("detect spot deter discourage counter combat curb tackle avoid forestall guard fight".split())


def _definite(trigger: Token) -> bool:
    return any(
        c.lower_ in ("the", "this", "that", "these", "its", "their") and c.dep_ in ("det", "poss")
        for c in trigger.children
    )


_LIGHT = frozenset(
    "cause trigger lead result suffer face see have be happen occur carry launch conduct hit spark create provoke "
    "plan stage follow involve include bring mean "
    "survive withstand endure counter threaten disrupt attempt mount take perpetrate commit make experience prevent "
    "avoid set start begin order resume strike target attack report confirm rule find impose go turn refer submit "
    "head adopt introduce call".split()
)


def grade_by_scope(trigger: Token, governors: list[Token], *, nominal: bool) -> Factuality | None:
    """The grade from the trigger itself and from its governors up to the root; None where nothing speaks."""
    cues = load_cues()
    weak: Factuality | None = None
    if trigger.lower_ == "without":
        nominal = True
    direct = _on_trigger(trigger, nominal=nominal)
    if direct is not None and direct != "attributed":
        return direct
    if direct == "attributed":
        weak = "attributed"
    given = nominal and any(
        c.lower_ in ("the", "this", "that", "these", "its", "their") and c.dep_ in ("det", "poss")
        for c in trigger.children
    )
    for position, governor in enumerate(governors):
        below = governors[position - 1] if position else None
        if below is not None:
            if below.dep_ in ("ccomp", "parataxis", "conj", "dep") and are_parted(below, governor):
                break
            if is_given(below, governor) or (below.dep_ == "relcl" and _reports(below)):
                return "attributed" if _reports(below) else weak
            crossed = _crossing(below, trigger)
            if crossed is not None:
                return crossed
            if below.dep_ in ("nsubj", "nsubjpass") and not _reports(governor):
                # The subject is given; what the predicate plans, fears or denies is something else. Its own
                # modality still holds: "an attack on the line would cost millions".
                modal = modality_of(governor)
                if modal in ("hypothetical", "planned", "recommended") and position <= 2:
                    return modal
                if position <= 2 and _absent(governor, below):
                    return "denied"
                if any(c.dep_ == "advmod" and cues.get((c.lower_, "adv")) == "attributed" for c in governor.children):
                    weak = "attributed"  # "a fire reportedly broke out"
                if governor.lemma_ in _OCCURS and not given:
                    continue  # "denied that any attack had taken place"
                if (
                    governor.lemma_
                    in ("threaten", "foil", "thwart", "avert", "plan", "simulate", "expect", "schedule", "prevent")
                    and below.dep_ == "nsubjpass"
                ):
                    return as_factuality(cues.get((governor.lemma_, "verb")))
                break
            if below.dep_ in ("conj",) and governor.pos_ in ("VERB", "AUX"):
                modal = modality_of(governor)
                if modal == "denied":
                    continue
                if modal is not None and not _has_own_auxiliary(below):
                    return modal
                continue
            if below.dep_ == "advcl" and governor.pos_ in ("VERB", "AUX"):
                purpose = any(c.dep_ in ("mark", "aux") and c.lower_ == "to" for c in below.children)
                if purpose and below.i != trigger.i and below.lemma_ in _GUARDING and not _definite(trigger):
                    return modality_of(governor) or "hypothetical"  # "should fit sensors to detect tapping"
                if purpose and (below.i == trigger.i or (nominal and not given and below.lemma_ in _LIGHT)):
                    return "planned" if governor.lemma_ not in ("use", "attempt") else weak
                # "after drones hit it", "when gunmen attacked": the main clause says nothing about it.
                break
            if below.dep_ in ("prep", "agent") and below.lower_ in (
                "after",
                "following",
                "since",
                "amid",
                "over",
                "despite",
                "because",
                "during",
                "when",
                "by",
                "due",
            ):
                break
        if (
            position
            and governor.pos_ == "NOUN"
            and any(c.dep_ == "det" and c.lower_ == "no" for c in governor.children)
            and governor.lemma_
            in (
                "report",
                "sign",
                "evidence",
                "indication",
                "word",
                "record",
                "case",
                "threat",
                "risk",
                "casualty",
                "injury",
                "confirmation",
                "trace",
            )
        ):
            return "denied" if governor.lemma_ not in ("confirmation",) else "attributed"
        if position and not given and modality_of(governor) == "recommended":
            return "recommended"  # "utilities should expect attacks"
        if position and governor.dep_ not in ("aux", "auxpass"):
            grade_ = grade_by_governor(governor, below, cues)
            if grade_ == "attributed":
                weak = "attributed"
            elif (
                grade_ in ("foiled", "hypothetical", "planned", "recommended", "threatened") and given and position > 1
            ):
                pass  # "to prevent a repeat of the November attack": that attack took place
            elif grade_ is not None:
                return grade_
        if governor.pos_ in ("VERB", "AUX"):
            modal = modality_of(governor)
            if (
                nominal
                and position
                and (given or governor.lemma_ not in _LIGHT)
                and below is not None
                and below.dep_ not in ("nsubj", "nsubjpass", "ccomp")
            ):
                # "could not determine the cause of the leak": the leak itself is given.
                modal = None
            if modal == "denied" and position and governor.lemma_ not in _NEGATES:
                modal = None  # "did not disclose the attack": the attack itself is given
            if modal is not None and (position == 0 or not _reports(governor)):
                return modal
    return weak


def are_parted(below: Token, governor: Token) -> bool:
    """Whether a semicolon or a colon stands between two clauses that the parse has put one under the other."""
    left, right = sorted((below.i, governor.i))
    return any(t.text in (";", "|") for t in below.doc[left:right])


def _reports(token: Token) -> bool:
    return load_cues().get((token.lemma_.lower(), "verb")) in ("attributed", "warn")


def _on_trigger(trigger: Token, *, nominal: bool) -> Factuality | None:
    """Cues that stand on the trigger itself: its modifiers, its auxiliaries, its negation."""
    cues = load_cues()
    weak: Factuality | None = None
    for child in trigger.children:
        if child.dep_ == "neg" or (child.dep_ in ("det", "advmod", "preconj") and child.lower_ in _NEGATIVE):
            if lacks(trigger):
                continue  # "no electricity"
            return "hypothetical" if any(c.dep_ == "aux" and c.lower_ == "will" for c in trigger.children) else "denied"
        if child.dep_ in ("amod", "compound", "nmod", "advmod") and not names_cause(child):
            pos = "adv" if child.dep_ == "advmod" else "adj"
            found = as_factuality(
                cues.get((child.lower_, pos)) or (cues.get((child.lemma_.lower(), pos)) if pos == "adj" else None)
            )
            if found == "foiled" and child.lower_ == "failed" and not nominal:
                found = None
            if found == "attributed":
                weak = found
            elif found is not None:
                return found
    if not nominal:
        return modality_of(trigger) or weak
    previous = trigger.nbor(-1) if trigger.i else None
    if previous is not None and previous.lower_ in ("neither", "nor"):
        return "denied"
    if previous is not None and not lacks(trigger) and previous.lower_ in ("no", "without", "zero"):
        return "denied"
    return weak


def _has_own_auxiliary(verb: Token) -> bool:
    return any(c.dep_ in ("aux", "auxpass", "nsubj", "nsubjpass") for c in verb.children)


def _crossing(below: Token, start: Token) -> Factuality | None:
    """What an edge itself says, seen from its lower end: "in case of", "if", "threat of"."""
    if below.dep_ == "mark" and below.lower_ in CONDITION:
        return "hypothetical"
    if below.dep_ == "prep" and below.i != start.i:
        if below.lower_ == "against" and below.head.lemma_ in (
            "protect",
            "guard",
            "defend",
            "insure",
            "secure",
            "protection",
            "defence",
            "defense",
            "measure",
            "safeguard",
            "insurance",
            "warn",
            "warning",
            "resilience",
            "resilient",
        ):
            return "hypothetical"
        if below.lower_ == "without" and not lacks(start):
            return "denied"
        if below.lower_ == "from" and below.head.lemma_ in (
            "protect",
            "safeguard",
            "shield",
            "defend",
            "secure",
            "keep",
        ):
            return "hypothetical"
        if (
            below.lower_ == "of"
            and below.head.lower_
            in (
                "event",
                "case",
                "risk",
                "threat",
                "danger",
                "possibility",
                "fear",
                "fears",
                "risks",
                "threats",
                "prospect",
                "likelihood",
                "chance",
                "potential",
                "warning",
                "warnings",
                "wave",
            )
            and below.head.lower_ != "wave"
        ):
            return "hypothetical"
    return None


def _absent(verb: Token, subject: Token) -> bool:
    return (
        any(c.dep_ == "neg" for c in verb.children)
        and verb.lemma_
        in ("happen", "occur", "take", "cause", "hit", "damage", "reach", "report", "be", "affect", "confirm")
        and subject.dep_ == "nsubjpass"
    )
