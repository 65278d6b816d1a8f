"""What is supposed without an "if" ("should it close", "were they to", "supposing that"), or called untrue."""

from __future__ import annotations

import re

from spacy.tokens import Doc, Token

from nlp.parsing import text_of
from nlp.records import Factuality
from nlp.sieve import sieve

# A clause that opens so is a condition up to the comma that ends it.
_OPENED = re.compile(
    r"(?:^\W{0,3}|[;:—–]\s|[\"“])(?:were\s[^,;.?]{2,70}?\sto\s(?!blame\b)\w+|"
    r"had\s(?:the|an?|it|they|he|she|this|that)\s[^,;.?]{2,60},|(?:suppos(?:e|ing)|assuming|imagine)\s|"
    r"what\s(?:if|happens\s(?:if|when|should|were))\b|in the event (?:that|of)\b)"
    r"|\bwhat (?:would |will |might |could |may |should )?(?:happens?|follows?|comes?|becomes?|be done)(?: \w+){0,3}? "
    r"(?:if|when|should|were)\b",
    re.IGNORECASE,
)
_UNTRUE_THAT = sieve(
    r"\b(?:(?:it|this|that) (?:is|was|were) (?:simply |quite |completely |entirely |absolutely )?(?:untrue|not true|"
    r"false|wrong|incorrect|nonsense|a lie)|there (?:is|was) no truth (?:in|to)|untrue) (?:that|to say|in|to)\b",
    re.IGNORECASE,
)
_MARKS = ",;?!."


def grade_by_supposition(doc: Doc, trigger: Token, governors: list[Token]) -> Factuality | None:
    """`hypothetical` for what stands in a supposed clause, `denied` for what is called untrue; None for the rest."""
    text = text_of(doc)
    untrue = _UNTRUE_THAT.search(text)
    if untrue is not None and untrue.end() <= trigger.idx:
        return "denied"
    opened = _OPENED.search(text)
    if opened is not None and _before_its_end(text, opened, trigger.idx):
        return "hypothetical"
    for position, governor in enumerate(governors[:4]):
        if position and governors[position - 1].dep_ in ("ccomp", "advcl", "relcl", "parataxis"):
            return None
        if _is_inverted(governor):
            return "hypothetical"
    return None


def _before_its_end(text: str, opened: re.Match[str], position: int) -> bool:
    if not opened.start() <= position:
        return False
    start = opened.end() - 1 if opened.group().endswith(",") else opened.end()
    ends = [i for i in (text.find(mark, start) for mark in _MARKS) if i >= 0]
    return position < min(ends, default=len(text))


def _is_inverted(verb: Token) -> bool:
    """Whether "should" stands before the verb's subject: "should the canal be closed"."""
    helper = next((c for c in verb.children if c.dep_ == "aux" and c.lower_ == "should"), None)
    if helper is None:
        return False
    subject = next((c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass")), None)
    return subject is not None and subject.i > helper.i
