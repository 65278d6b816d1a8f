"""What a phrase announces or only supposes: infinitives of headlines, announced strikes, works that outlast a stop."""

from __future__ import annotations

from spacy.tokens import Token

from nlp.governing import names_cause


def is_survived(token: Token) -> bool:
    """Whether works are only said to be able to outlast it: "networks that can supply power through blackouts"."""
    if token.dep_ != "pobj" or token.head.lower_ not in ("through", "during"):
        return False
    verb = next((t for t in token.head.ancestors if t.pos_ == "VERB"), None)
    return verb is not None and any(c.lower_ in ("can", "could", "would", "may") for c in verb.children)


def _told_by(token: Token, lemmas: tuple[str, ...]) -> bool:
    """Whether a noun is what a verb of these says: "Strike announced", "a strike planned for Monday"."""
    if token.dep_ in ("nsubj", "nsubjpass", "dobj") and token.head.lemma_ in lemmas:
        return True
    return any(c.dep_ in ("acl", "amod") and c.lemma_ in lemmas for c in token.children)


def _gives_a_cause(to: Token) -> bool:
    """Whether a "to" follows a word that makes a cause of what comes: "scram due to turbine trip"."""
    doc, i = to.doc, to.i
    if not i or i + 1 >= len(doc):
        return False
    return doc[i - 1].lower_ in ("thanks", "owing", "prior", "subsequent") or names_cause(doc[i - 1])


def is_to_come(token: Token, *, title: bool) -> bool:
    """Whether a headline's infinitive announces it: "Coal plant to shut", "Dockers to begin stoppage"."""
    if title and _told_by(token, ("announce", "plan", "schedule")):
        return True
    verb = token if token.pos_ in ("VERB", "AUX") else token.head
    to = next((c for c in verb.children if c.lower_ == "to" and c.dep_ == "aux"), None)
    if to is None or _gives_a_cause(to):
        return False
    if not (title or token.doc.text.isupper() or not token.doc.text.rstrip().endswith((".", "!", "?"))):
        return False
    if verb is not token and token.dep_ not in ("dobj", "nsubj", "nsubjpass", "prep", "acomp", "advmod"):
        return False
    return verb.dep_ in ("ROOT", "ccomp", "acl", "relcl") and verb.head.lemma_ not in ("attempt", "bid", "effort")
