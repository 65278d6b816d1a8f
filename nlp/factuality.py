"""How a mention of an event is graded, and who says it: cues in the trigger's scope of the dependency parse."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from spacy.tokens import Doc, Token

from nlp.records import Factuality
from nlp.syntax import chain, clause_head, phrase_span, subjects

_NEGATIVE = frozenset({"no", "not", "n't", "never", "neither", "nor", "without", "nobody", "none", "nothing", "cannot"})
_WOULD = frozenset({"would", "could", "might", "can"})
_SHOULD = frozenset({"should", "must", "ought", "shall"})
_CONDITION = frozenset({"if", "unless", "whether", "lest", "should", "suppose"})
_HAPPENED_NOUN = frozenset(
    {"involvement", "responsibility", "role", "part", "link", "links", "connection", "hand", "ties", "behind", "blame"}
)
_OCCURS = frozenset({"take", "occur", "happen", "be", "break", "hit", "strike", "damage", "rock", "cause"})
_LIGHT = frozenset(
    "cause trigger lead result suffer face see have be happen occur carry launch conduct hit spark create provoke plan stage follow involve include bring mean "
    "survive withstand endure counter threaten disrupt attempt mount take perpetrate commit make experience prevent avoid set start begin order resume strike target attack report confirm rule find".split()
)

_EXERCISE = re.compile(
    r"\b(?:(?:table[- ]?top|emergency|military|joint|annual|security|cyber|response|preparedness|naval|live[- ]fire|war)[\w -]{0,20}? (?:exercises?|drills?|games?)"
    r"|exercises? (?:that |which )?simulat\w+|simulat(?:ed|es|ing|ions?)|drills?\b(?! (?:into|for oil|wells?|holes?|rigs?|bits?|ships?))|mock (?:attack|raid|explosion|spill)"
    r"|war[- ]?gam\w+|tabletop|scenario-based|(?:took|take|taking|takes) part in an? (?:\w+ ){0,3}exercise|(?:exercise|training) scenario)\b",
    re.IGNORECASE,
)
_NOT_EXERCISE = re.compile(
    r"\b(?:oil|gas|well|exploration|offshore|deep) drill|drill(?:ed|ing|s)? (?:an? |the )?(?:illegal|hole|tap|into|rig|well|ship|platform|site|crew|oil|facility)",
    re.IGNORECASE,
)
_FICTION = re.compile(
    r"\b(?:in (?:the|his|her|a|this|their) (?:\w+ ){0,3}?(?:novel|film|movie|thriller|book|drama|video ?game|comic|play|sequel|miniseries|short story|screenplay|episode)"
    r"|(?:novel|thriller|fiction(?:al)?|screenplay|blockbuster|sci-fi|miniseries|tv (?:series|drama)|netflix|box office|video ?game|storyline|protagonist|screenwriter|season finale|starring))\b",
    re.IGNORECASE,
)
_COURT = re.compile(
    r"\b(?:convict(?:ed|ion|s)|sentenc(?:ed|ing)|jailed for|pleaded (?:not )?guilty|pleads (?:not )?guilty|on trial|stood trial|stands trial|went on trial|trial of|acquitted|court (?:\w+ ){0,3}(?:heard|ruled|upheld|rejected|dismissed|fined|found|sentenced|jailed|convicted|lifted|awarded|approved)|"
    r"(?:court|judge|tribunal|jury)\b|lawsuit|class action|indict(?:ed|ment)|settlement|pleaded|plea deal|appeals? by|sued|suing|damages claim|fined|are fined|is fined|inquest|inquiry into the)\b",
    re.IGNORECASE,
)
_ANNIVERSARY = re.compile(
    r"\b(?:anniversar\w+|commemorat\w+|mark(?:s|ed|ing)? (?:\w+ ){0,3}years? (?:since|after|of|on)|years? (?:since|on from)|\d+ years ago|decades? (?:ago|since|after)|years? after the|memorial service|remembrance|"
    r"looking back|history of|in memory of|(?:two|three|four|five|six|seven|eight|nine|ten|several|many) years ago)\b",
    re.IGNORECASE,
)
_ACCORDING = re.compile(
    r"\b(?:according to|as reported by|in the words of|as per|, per|quoting|citing)\b", re.IGNORECASE
)
_SAYS = re.compile(
    r"\b(?:said|says|say|told|reported|announced|confirmed|claimed|claims|stated|wrote|added|reports|according to|reportedly|alleged(?:ly)?|acknowledged|admitted)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Grade:
    """The grading of one mention; `speaker` is the source's words, None where nobody is named."""

    factuality: Factuality
    speaker: str | None = None
    silent: bool = False  # fiction: no event at all


@lru_cache(maxsize=1)
def _cues() -> dict[tuple[str, str], str]:
    with files("nlp").joinpath("factuality_cues.csv").open(encoding="utf-8", newline="") as lines:
        return {(row["word"], row["pos"]): row["grade"] for row in csv.DictReader(lines) if row["grade"]}


def is_fiction(text: str) -> bool:
    """Whether a sentence tells what happens in a book, film or game."""
    return bool(_FICTION.search(text))


def grade(doc: Doc, trigger: Token, *, nominal: bool, context: str = "", year_gap: bool = False) -> Grade:
    """The grade of the mention that `trigger` carries; `context` is the sentence before, whose scenario may go on."""
    text = doc.text
    if is_fiction(text):
        return Grade("hypothetical", silent=True)
    governors = chain(trigger)
    speaker = find_speaker(doc, trigger, governors)
    found = _structural(trigger, governors, nominal=nominal)
    if (_EXERCISE.search(text) and not _NOT_EXERCISE.search(text)) or (
        context and re.search(r"\bthe (?:exercise|drill|simulation|scenario)\b", text, re.IGNORECASE)
    ):
        return Grade("exercise", speaker)
    if found in ("denied", "foiled", "threatened", "recommended", "planned", "hypothetical", "exercise"):
        return Grade(found, speaker)
    if found == "historical" or year_gap or _past_matter(doc, trigger, governors):
        return Grade("historical", speaker)
    if found == "attributed" or speaker is not None or _ACCORDING.search(text):
        return Grade("attributed", speaker)
    return Grade("asserted", None)


def _past_matter(doc: Doc, trigger: Token, governors: list[Token]) -> bool:
    text = doc.text
    if _ANNIVERSARY.search(text):
        return True
    court = _COURT.search(text)
    if court is None:
        return False
    # A court word in the main clause makes the deed an old one; "police arrested and charged three men" does not.
    return trigger.dep_ != "ROOT" or court.start() < trigger.idx


def _structural(trigger: Token, governors: list[Token], *, nominal: bool) -> Factuality | None:
    cues = _cues()
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
            if below.dep_ in ("ccomp", "parataxis", "conj", "dep") and _parted(below, governor):
                break
            crossed = _crossing(below, trigger)
            if crossed is not None:
                return crossed
            if below.dep_ in ("nsubj", "nsubjpass") and not _reports(governor):
                # The subject is given; what the predicate plans, fears or denies is something else. Its own
                # modality still holds: "an attack on the line would cost millions".
                modal = _modality(governor)
                if modal in ("hypothetical", "planned", "recommended") and position <= 2:
                    return modal
                if position <= 2 and _absent(governor, below):
                    return "denied"
                if governor.lemma_ in _OCCURS and not given:
                    continue  # "denied that any attack had taken place"
                if (
                    governor.lemma_
                    in ("threaten", "foil", "thwart", "avert", "plan", "simulate", "expect", "schedule", "prevent")
                    and below.dep_ == "nsubjpass"
                ):
                    return _grade_of(cues.get((governor.lemma_, "verb")))
                break
            if below.dep_ in ("conj",) and governor.pos_ in ("VERB", "AUX"):
                modal = _modality(governor)
                if modal == "denied":
                    continue
                if modal is not None and not _has_own_auxiliary(below):
                    return modal
                continue
            if below.dep_ == "advcl" and governor.pos_ in ("VERB", "AUX"):
                purpose = any(c.dep_ in ("mark", "aux") and c.lower_ == "to" for c in below.children)
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
        if position and governor.dep_ not in ("aux", "auxpass"):
            grade_ = _governor_grade(governor, below, cues)
            if grade_ == "attributed":
                weak = "attributed"
            elif (
                grade_ in ("foiled", "hypothetical", "planned", "recommended", "threatened") and given and position > 1
            ):
                pass  # "to prevent a repeat of the November attack": that attack took place
            elif grade_ is not None:
                return grade_
        if governor.pos_ in ("VERB", "AUX"):
            modal = _modality(governor)
            if (
                nominal
                and position
                and (given or governor.lemma_ not in _LIGHT)
                and below is not None
                and below.dep_ not in ("nsubj", "nsubjpass", "ccomp")
            ):
                # "could not determine the cause of the leak": the leak itself is given.
                modal = None
            if modal is not None and (
                position == 0
                or modal != "denied"
                or governor.lemma_
                in ("be", "have", "report", "occur", "happen", "take", "carry", "cause", "confirm", "suffer", "see")
            ):
                if position == 0 or not _reports(governor):
                    return modal
    return weak


def _parted(below: Token, governor: Token) -> bool:
    """Whether a semicolon or a colon stands between two clauses that the parse has put one under the other."""
    left, right = sorted((below.i, governor.i))
    return any(t.text in (";", "|") for t in below.doc[left:right])


def _grade_of(value: str | None) -> Factuality | None:
    return (
        value
        if value
        in (
            "threatened",
            "planned",
            "foiled",
            "denied",
            "recommended",
            "hypothetical",
            "exercise",
            "historical",
            "attributed",
        )
        else None
    )  # type: ignore[return-value]


def _reports(token: Token) -> bool:
    return _cues().get((token.lemma_.lower(), "verb")) in ("attributed", "warn")


def _on_trigger(trigger: Token, *, nominal: bool) -> Factuality | None:
    """Cues that stand on the trigger itself: its modifiers, its auxiliaries, its negation."""
    cues = _cues()
    weak: Factuality | None = None
    for child in trigger.children:
        if child.dep_ == "neg" or (child.dep_ in ("det", "advmod", "preconj") and child.lower_ in _NEGATIVE):
            return "denied"
        if child.dep_ in ("amod", "compound", "nmod", "advmod"):
            pos = "adv" if child.dep_ == "advmod" else "adj"
            found = _grade_of(
                cues.get((child.lower_, pos)) or (cues.get((child.lemma_.lower(), pos)) if pos == "adj" else None)
            )
            if found == "foiled" and child.lower_ == "failed" and not nominal:
                found = None
            if found == "attributed":
                weak = found
            elif found is not None:
                return found
    if not nominal:
        return _modality(trigger) or weak
    previous = trigger.nbor(-1) if trigger.i else None
    if previous is not None and previous.lower_ in ("no", "without", "zero"):
        return "denied"
    return weak


def _has_own_auxiliary(verb: Token) -> bool:
    return any(c.dep_ in ("aux", "auxpass", "nsubj", "nsubjpass") for c in verb.children)


def _modality(verb: Token) -> Factuality | None:
    """What the auxiliaries and conjunctions of one verb say."""
    if verb.pos_ not in ("VERB", "AUX"):
        return None
    perfect = any(c.dep_ == "aux" and c.lemma_ == "have" for c in verb.children)
    for child in verb.children:
        lower = child.lower_
        if child.dep_ == "mark" and lower in _CONDITION:
            return "hypothetical"
        if child.dep_ == "advmod" and lower == "if":
            return "hypothetical"
        if child.dep_ == "aux":
            if lower in ("will", "'ll", "wo"):
                return "planned"
            if lower in _SHOULD:
                return "recommended"
            if lower in _WOULD:
                return "hypothetical"
            if lower == "to" and verb.dep_ in ("xcomp", "acl", "relcl") and verb.head.lemma_ == "be":
                return "planned"
            if lower == "may":
                return "attributed" if perfect else "hypothetical"
        if child.dep_ == "neg" and verb.lemma_ not in (
            "know",
            "say",
            "specify",
            "rule",
            "elaborate",
            "disclose",
            "clear",
        ):
            return "denied"
    return None


def _crossing(below: Token, start: Token) -> Factuality | None:
    """What an edge itself says, seen from its lower end: "in case of", "if", "threat of"."""
    if below.dep_ == "mark" and below.lower_ in _CONDITION:
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
        if below.lower_ == "without":
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


def _governor_grade(governor: Token, below: Token | None, cues: dict[tuple[str, str], str]) -> Factuality | None:
    lemma = governor.lemma_.lower()
    pos = {"VERB": "verb", "AUX": "verb", "NOUN": "noun", "PROPN": "noun", "ADJ": "adj"}.get(governor.pos_, "")
    value = cues.get((lemma, pos)) or (
        cues.get((governor.lower_, "adj"))
        if governor.dep_ in ("acomp", "attr", "oprd", "amod") or governor.pos_ == "ADJ"
        else None
    )
    if (
        pos == "verb"
        and governor.lower_ in ("set", "due", "slated", "expected", "scheduled", "ready", "about", "poised")
        and below is not None
        and below.dep_ == "xcomp"
    ):
        return "planned"
    if value is None or below is None:
        if (
            lemma in ("need", "urge", "require")
            and pos == "verb"
            and below is not None
            and below.dep_ in ("xcomp", "ccomp")
        ):
            return "recommended"
        if (
            lemma in ("want", "hope", "seek", "decide", "agree", "look", "wish")
            and below is not None
            and below.dep_ in ("xcomp", "ccomp")
        ):
            return "planned"
        return None
    if value == "warn":
        return _warned(below)
    if value == "denied" and lemma == "rule" and not any(c.lower_ == "out" for c in governor.children):
        return None
    if (
        value == "denied"
        and pos == "verb"
        and governor.lemma_ in ("deny", "dismiss", "refute", "reject")
        and below.lower_ in _HAPPENED_NOUN
    ):
        return "attributed"
    if (
        value == "denied"
        and lemma == "reject"
        and below.lemma_.lower()
        not in ("report", "claim", "allegation", "accusation", "suggestion", "rumour", "rumor", "charge")
    ):
        return None
    if value == "denied" and pos == "verb" and below.dep_ == "ccomp" and below.i < governor.i:
        return "attributed"
    if value == "denied" and below.dep_ not in (
        "dobj",
        "ccomp",
        "xcomp",
        "prep",
        "pobj",
        "acl",
        "appos",
        "pcomp",
        "nsubjpass",
        "nsubj",
    ):
        return None
    if value == "attributed" and lemma in ("claim",) and below.lower_ in _HAPPENED_NOUN:
        return "attributed"
    if lemma in (
        "disrupt",
        "prevent",
        "address",
        "consider",
        "secure",
        "stage",
        "add",
        "post",
        "call",
        "note",
        "set",
        "aim",
        "prepare",
        "expect",
        "state",
        "plan",
    ) and below.dep_ in ("nsubj", "advcl"):
        return None
    if lemma == "disrupt" and below.lemma_ not in ("plot", "plan", "attempt"):
        return None
    if lemma == "expect" and below.dep_ == "dobj":
        return "planned"
    if lemma in ("call", "describe", "blame", "accuse", "condemn") and below.dep_ == "dobj":
        return None
    if lemma == "concern" and pos == "noun" and below.lower_ in ("after", "over"):
        return None
    if (
        value == "hypothetical"
        and pos == "noun"
        and below.dep_ not in ("prep", "acl", "relcl", "pobj")
        and lemma
        in (
            "defence",
            "defense",
            "protection",
            "resilience",
            "insurance",
            "case",
            "concern",
            "truce",
            "ceasefire",
            "moratorium",
            "pause",
            "worry",
            "potential",
            "chance",
        )
    ):
        return None
    if value == "threatened" and pos == "noun" and below.lower_ in ("of", "from"):
        return "hypothetical"
    if value in ("planned",) and lemma == "plan" and pos == "noun" and below.dep_ not in ("acl", "prep", "relcl"):
        return None
    if lemma == "report" and pos == "noun" and below.dep_ == "acl":
        return "attributed"
    return _grade_of(value)


def _warned(below: Token) -> Factuality | None:
    """Warned of an attack: none yet. Warned that forces have cut the line: someone says that they did."""
    if below.dep_ in ("prep", "dobj"):
        return "hypothetical"
    if below.dep_ in ("ccomp", "xcomp", "advcl"):
        if below.tag_ in ("VBD", "VBN", "VBZ", "VBP") and _modality(below) is None:
            return "attributed"
        return "hypothetical"
    return "attributed"


def _absent(verb: Token, subject: Token) -> bool:
    return (
        any(c.dep_ == "neg" for c in verb.children)
        and verb.lemma_
        in ("happen", "occur", "take", "cause", "hit", "damage", "reach", "report", "be", "affect", "confirm")
        and subject.dep_ == "nsubjpass"
    )


def find_speaker(doc: Doc, trigger: Token, governors: list[Token] | None = None) -> str | None:
    """Who says it: the subject of the speech verb above the trigger, or what follows "according to"."""
    for position, governor in enumerate(governors or chain(trigger)):
        if governor.pos_ not in ("VERB", "AUX") or _cues().get((governor.lemma_.lower(), "verb")) not in (
            "attributed",
            "warn",
            "denied",
        ):
            continue
        if position == 0:
            continue
        below = (governors or chain(trigger))[position - 1]
        if below.dep_ in ("ccomp", "parataxis", "conj", "dep") and _parted(below, governor):
            break
        if below.dep_ in ("nsubj", "nsubjpass", "npadvmod", "relcl") or (
            below.dep_ == "advcl" and governor.lemma_ not in ("say", "tell")
        ):
            continue
        for subject in subjects(governor):
            if subject.dep_ == "nsubjpass" or subject.i == trigger.i:
                continue
            if subject.lower_ in ("which", "that", "who", "it", "this"):
                return None
            start, end = phrase_span(subject)
            return doc.text[start:end].strip() or None
    match = re.search(r"\baccording to\s+(?:the |a |an )?([^,.;]{2,80})", doc.text, re.IGNORECASE)
    if match:
        return match.group(1).strip()
    quoted = re.search(
        r",\s*\"?\s*(?:the |a |an )?([^,.;\"]{2,60}?)\s+(?:said|says|reported|confirmed|announced|told|added)\b[^,]{0,60}\.?\s*$",
        doc.text,
    )
    if quoted and clause_head(trigger).idx < quoted.start():
        return quoted.group(1).strip()
    return None
