"""Which sense of a trigger the parse allows: by part of speech, with leniency for clipped sentences."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from nlp.syntax import token_at
from nlp.triggers import Entry, TriggerMatch


def pick_entry(match: TriggerMatch, doc: Doc, *, lenient: bool) -> tuple[TriggerMatch, Entry, Token] | None:
    """The sense of a trigger that its part of speech in the sentence allows, with its extent and its token."""
    loose: int | None = None
    nouns = {e.phrase for e in match.entries if e.pos == "noun"}
    for k, entry in enumerate(match.entries):
        token = token_at(doc, match.spans[k][2])
        if token is None:
            continue
        if "-" in entry.phrase and entry.pos == "noun":
            # The noun of "load-shedding" is its last part, which the tokenizer cuts off.
            token = token_at(doc, match.spans[k][1] - 1) or token
        verbal = token.pos_ in ("VERB", "AUX") or (token.tag_ in ("VBN", "VBD", "VBG") and token.pos_ != "PROPN")
        nominal = token.pos_ in ("NOUN", "PROPN") and not verbal
        long = len(entry.phrase.split()) > 1
        if (entry.pos == "adj") or (entry.pos == "verb" and verbal) or (entry.pos == "noun" and nominal):
            return match.only([k]), entry, token
        if loose is not None:
            continue
        participle = token.pos_ == "ADJ" and token.lower_.endswith(("ed", "en", "t"))
        if (
            (
                entry.pos == "verb"
                and (
                    participle
                    or (
                        nominal
                        and not nouns
                        and (
                            (lenient and not _capital(token) and token.dep_ not in ("compound", "amod", "nmod"))
                            or token.lower_ in _ONLY_VERBS
                            or (long and not nominal)
                            or token.lower_.endswith(("ing", "ed"))
                        )
                    )
                )
            )
            or (
                entry.pos == "noun"
                and (
                    long
                    or token.tag_ == "VBG"
                    or token.pos_ in ("ADJ", "X", "ADP", "SYM", "INTJ", "ADV")
                    or (lenient and len({e.pos for e in match.entries}) == 1)
                )
            )
            or (entry.pos == "verb" and long and not nominal)
        ):
            loose = k
    if loose is None:
        return None
    token = token_at(doc, match.spans[loose][2])
    return None if token is None else (match.only([loose]), match.entries[loose], token)


# Present tenses that are no nouns, whatever the parser makes of a clipped sentence: "Two coal trains collide in ...".
_ONLY_VERBS = frozenset(
    "collide collides explode explodes erupt erupts derail derails capsize capsizes ignite ignites destroy destroys "
    "abduct abducts kidnap kidnaps detain detains seize seizes evacuate disrupts disrupt sever severs".split()
)


def _capital(token: Token) -> bool:
    return token.text[0].isupper() and not token.is_sent_start
