"""Whether a sentence tells that what was interrupted is back, and how much of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc, Token

from nlp.records import Extent
from nlp.syntax import subjects

_BACK = frozenset("resume restart restore reopen reconnect repower recommission".split())
# Verbs beside one of return that go on to say how much is back: "restarted and is running at half capacity".
_STATES = _BACK | frozenset("be return recover run work operate reach produce flow expect repair".split())
# What comes behind these is told of the interruption, or of those who ended it.
_OF_ELSE = frozenset("after following since despite because from during before by amid due until".split())
_KEPT_PARTICIPLES = frozenset({"reduced", "lowered", "limited"})

_NUMBER = r"(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_WORK = (
    r"(?:rates?|capacity|levels?|flows?|throughput|output|production|loads?|pressure|volumes?|suppl(?:y|ies)|service|"
    r"operations?|exports?|power|deliver(?:y|ies)|loadings?|pumping)"
)
_WORKS = r"(?:units?|trains?|berths?|customers|households|consumers|homes|lines?|grid|network|plants?)"
_IN_PART = re.compile(
    r"\b(?:partly|partially|partial|in part|half(?!-| an? (?:hour|day|mile|year))|(?:a|one)[ -](?:third|quarter) of|"
    r"two[ -]thirds|three[ -]quarters|gradual(?:ly)?|in stages|step by step|so far|some of|most of|"
    rf"parts? of (?:the|its|their) (?:\w+ )?(?:{_WORK}|{_WORKS})|"
    rf"(?:reduced|lower|low|minimum|limited) {_WORK}|"
    rf"{_NUMBER} (?:out )?of (?:the |its |their )?(?:\w+ )?{_NUMBER})\b",
    re.IGNORECASE,
)
_BACK_WORD = r"(?:resumed|restored|restarted|reopened|reconnected|repaired|operational|back|running|working)"
_IN_WHOLE = re.compile(
    rf"\b(?:(?:fully|completely|entirely) {_BACK_WORD}|{_BACK_WORD} (?:\w+ )?(?:fully|completely|entirely|normally)|"
    rf"in full|(?:full|normal) {_WORK}|(?:back|returned?) to normal|"
    rf"all (?:of )?(?:the |its |their )?(?:\w+ )??(?:{_WORK}|{_WORKS}))\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:will|would|expect\w*|hop(?:e|es|ed|ing)|plan(?:s|ned)?|aim(?:s|ed)?|could|not|yet|should|until|"
    r"before)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
_YET_TO_COME = re.compile(r"\W*(?:\w+ ){0,3}(?:expected|planned|due|awaited)\b", re.IGNORECASE)


def tells_resumption(doc: Doc) -> bool:
    """Whether a sentence says as a fact that what was interrupted is back ("restarted the train", "was restored")."""
    return any(_is_return(token) for token in doc)


def _is_return(token: Token) -> bool:
    if token.lemma_.lower() not in _BACK or token.tag_ not in ("VBD", "VBN", "VBZ"):
        return False
    helpers = [child for child in token.children if child.dep_ in ("aux", "auxpass", "neg")]
    if any(child.dep_ == "neg" or child.tag_ in ("MD", "TO", "VB") for child in helpers):
        return False
    # "the restored line" tells of another time
    return token.tag_ != "VBN" or bool(helpers) or token.dep_ == "ROOT"


def extent_of(docs: Sequence[Doc]) -> Extent | None:
    """How much is back, of sentences that tell a resumption: what is to be whole later is back in part.

    A plain whole outweighs a part told before it, and one told as past by then ("half had been restored").
    """
    found: Extent | None = None
    for doc in docs:
        parts, whole = False, False
        for verb in _verbs(doc):
            extent = _extent_told(verb)
            whole = whole or extent == "whole"
            if extent == "part" and not _is_past_perfect(verb):
                parts, whole = True, False
            elif extent == "part":
                found = found or "part"
            elif extent == "whole" and _is_return(verb):
                parts = False
        if parts:
            found = "part"
        elif whole:
            found = "whole"
    return found


def _verbs(doc: Doc) -> list[Token]:
    """The verbs of return and those joined to them that say how it stands, in order."""
    verbs = {token.i: token for token in doc if _is_return(token)}
    for verb in list(verbs.values()):
        verbs |= {one.i: one for one in verb.conjuncts if one.lemma_.lower() in _STATES}
    return [verbs[i] for i in sorted(verbs)]


def _is_past_perfect(verb: Token) -> bool:
    return any(child.dep_ == "aux" and child.lower_ == "had" for child in verb.children)


def _extent_told(verb: Token) -> Extent | None:
    text = "".join(token.text_with_ws for token in _phrase(verb))
    told = _IN_WHOLE.search(text)
    if _IN_PART.search(text):
        return "part"
    if told is None:
        return None
    return "part" if _NOT_YET.search(text[: told.start()]) or _YET_TO_COME.match(text, told.end()) else "whole"


def _phrase(verb: Token) -> list[Token]:
    """What depends on a verb: its adverbs, object, subject, without the clauses that tell of something else."""
    tokens = {verb.i: verb} | {token.i: token for child in verb.children for token in _below(child)}
    for subject in subjects(verb):
        if subject.i not in tokens:
            tokens |= {token.i: token for token in _below(subject) if token.i != verb.i}
    return [tokens[i] for i in sorted(tokens)]


def _below(token: Token) -> Iterator[Token]:
    if _is_of_else(token):
        return
    yield token
    for child in token.children:
        yield from _below(child)


def _is_of_else(token: Token) -> bool:
    if token.dep_ in ("relcl", "acl", "ccomp", "parataxis", "agent"):
        return True
    if token.dep_ in ("prep", "mark") and token.lower_ in _OF_ELSE:
        return True
    if token.dep_ in ("advcl", "conj") and token.pos_ in ("VERB", "AUX"):
        marked = any(child.dep_ == "mark" for child in token.children)
        return token.dep_ == "conj" or marked or token.lemma_.lower() not in _STATES
    if token.dep_ == "amod" and token.tag_ in ("VBN", "VBG"):
        return token.lower_ not in _KEPT_PARTICIPLES
    return token.dep_ == "appos" and token.head.dep_ in ("nsubj", "nsubjpass")
