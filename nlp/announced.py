"""What a phrase announces or only supposes: infinitives of headlines, announced strikes, works that outlast a stop."""

from __future__ import annotations

from spacy.tokens import Token


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


def is_to_come(token: Token, *, title: bool) -> bool:
    """Whether a headline's infinitive announces it: "Coal plant to shut", "Dockers to begin stoppage"."""
    if title and _told_by(token, ("announce", "plan", "schedule")):
        return True
    verb = token if token.pos_ in ("VERB", "AUX") else token.head
    if not any(c.lower_ == "to" and c.dep_ == "aux" for c in verb.children):
        return False
    if not (title or token.doc.text.isupper() or not token.doc.text.rstrip().endswith((".", "!", "?"))):
        return False
    if verb is not token and token.dep_ not in ("dobj", "nsubj", "nsubjpass", "prep", "acomp", "advmod"):
        return False
    return verb.dep_ in ("ROOT", "ccomp", "acl", "relcl") and verb.head.lemma_ not in ("attempt", "bid", "effort")
