"""Small questions to a dependency parse: paths and their cost, subjects, objects, clauses, phrases."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Token

# The cost of one step along an edge, up or down. What keeps within a clause is cheap.
_EDGE = {
    "compound": 0.4, "amod": 0.4, "nmod": 0.4, "poss": 0.6, "nummod": 0.4, "appos": 0.3, "conj": 0.4, "dobj": 0.7,
    "obj": 0.7,
    "nsubjpass": 0.7, "nsubj": 0.7, "pobj": 0.3, "agent": 0.6, "attr": 0.6, "acl": 0.8, "relcl": 1.0, "xcomp": 0.7,
    "pcomp": 0.6, "prt": 0.2, "oprd": 0.6, "dative": 0.7, "npadvmod": 0.7, "advmod": 0.5, "acomp": 0.6, "ccomp": 1.7,
    "advcl": 1.6, "parataxis": 2.0, "csubj": 1.2, "dep": 1.2, "intj": 2.0,
}  # fmt: skip
_PREPOSITION = {
    "of": 0.3, "on": 0.3, "at": 0.3, "against": 0.3, "in": 0.4, "near": 0.6, "inside": 0.4, "into": 0.4, "through": 0.5,
    "outside": 0.6, "around": 0.6, "along": 0.5, "onto": 0.4, "off": 0.5, "aboard": 0.4, "involving": 0.4, "to": 0.5,
    "from": 0.6, "upon": 0.3, "within": 0.4, "under": 0.8, "beneath": 0.8, "between": 0.9, "over": 0.8, "across": 0.8,
    "by": 0.9, "with": 1.0, "for": 1.2, "about": 1.2, "after": 1.4, "following": 1.4, "before": 2.0, "during": 1.4,
    "since": 1.8, "despite": 1.8, "amid": 1.4, "because": 1.4, "due": 1.2, "as": 1.6, "like": 2.5, "than": 2.5,
    "via": 0.9,
    "according": 4.0, "including": 0.5, "unlike": 3.0, "without": 2.0,
}  # fmt: skip


def token_at(doc: Doc, offset: int) -> Token | None:
    """The token that covers a character offset of the doc's text."""
    low, high = 0, len(doc) - 1
    while low <= high:
        middle = (low + high) // 2
        token = doc[middle]
        if offset < token.idx:
            high = middle - 1
        elif offset >= token.idx + len(token.text_with_ws):
            low = middle + 1
        else:
            return token if offset < token.idx + len(token) or not token.is_space else None
    return None


def chain(token: Token) -> list[Token]:
    """The token and its governors up to the root."""
    found = [token]
    # No sentence of prose is thirty clauses deep; noise is.
    while len(found) < 30:
        head = found[-1].head
        if head.i == found[-1].i:
            break
        found.append(head)
    return found


def step_cost(token: Token) -> float:
    """What it costs to go between a token and its governor."""
    if token.dep_ == "prep" or (token.dep_ == "agent"):
        return _PREPOSITION.get(token.lower_, 0.9)
    return _EDGE.get(token.dep_, 1.2)


def path(first: Token, second: Token) -> tuple[list[Token], Token | None, list[Token]]:
    """The tokens climbed from `first`, the common governor, and those descended to `second` (all exclusive of it)."""
    up = chain(first)
    down = chain(second)
    positions = {token.i: k for k, token in enumerate(up)}
    for k, token in enumerate(down):
        if token.i in positions:
            return up[: positions[token.i]], token, down[:k]
    return up, None, down


def path_cost(first: Token, second: Token) -> float:
    """The length of the way between two tokens; where the parse falls apart, by words."""
    return way_cost(first, second, path(first, second))


def way_cost(first: Token, second: Token, way: tuple[list[Token], Token | None, list[Token]]) -> float:
    """The length of a way that `path` gave."""
    up, top, down = way
    if top is None:
        return 2.0 + 0.25 * abs(first.i - second.i)
    return sum(step_cost(t) for t in up) + sum(step_cost(t) for t in down)


def subjects(verb: Token) -> list[Token]:
    """Subjects of a verb, those it shares with the verb it is joined or subordinate to included."""
    own = [c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass", "csubj")]
    if own:
        return own
    if verb.dep_ in ("conj", "xcomp", "advcl", "pcomp") and verb.head.i != verb.i and verb.head.pos_ in ("VERB", "AUX"):
        return [c for c in verb.head.children if c.dep_ in ("nsubj", "nsubjpass")]
    if verb.dep_ == "relcl":
        return [verb.head]
    return []


def is_passive(verb: Token) -> bool:
    """Whether a verb is passive, the reduced participle after a noun included ("a refinery hit by drones")."""
    if any(c.dep_ in ("auxpass", "nsubjpass") for c in verb.children):
        return True
    if verb.tag_ == "VBN" and not any(c.lemma_ == "have" and c.dep_ == "aux" for c in verb.children):
        return verb.dep_ in ("acl", "amod", "relcl", "conj", "advcl", "ROOT", "ccomp") and not any(
            c.dep_ in ("dobj", "obj") for c in verb.children
        )
    return False


def by_phrase(token: Token) -> list[Token]:
    """What stands after "by" under a verb or noun."""
    return [
        obj
        for prep in token.children
        if prep.dep_ in ("agent", "prep") and prep.lower_ == "by"
        for obj in prep.children
        if obj.dep_ in ("pobj", "pcomp")
    ]


def with_conjuncts(token: Token) -> list[Token]:
    """A token and what is joined to it."""
    return [token, *token.conjuncts]


def objects_of(token: Token, prepositions: frozenset[str]) -> Iterator[Token]:
    """Objects of the named prepositions under a token, one phrasal step deep."""
    for prep in token.children:
        if prep.dep_ in ("prep", "prt", "advmod", "agent", "dative") and prep.lower_ in prepositions:
            for child in prep.children:
                if child.dep_ in ("pobj", "pcomp"):
                    yield child
                elif child.dep_ == "prep":
                    yield from (grand for grand in child.children if grand.dep_ == "pobj")


def phrase_span(token: Token) -> tuple[int, int]:
    """Character offsets in the doc of a noun with what stands before it, its article left out."""
    left = token
    for child in token.lefts:
        if child.dep_ in (
            "compound",
            "amod",
            "nmod",
            "nummod",
            "poss",
            "quantmod",
            "advmod",
            "punct",
        ) and child.lower_ not in ("the",):
            if child.dep_ == "punct" and child.text not in ("-", "–"):
                continue
            left = min((left, child.left_edge), key=lambda t: t.i)
    while left.i < token.i and (
        left.is_space
        or left.dep_ in ("det", "punct", "case")
        or left.lower_ in ("the", "a", "an", "its", "their", "his")
    ):
        left = left.nbor(1)
    return left.idx, token.idx + len(token)


def has_object(verb: Token) -> bool:
    """Whether a verb has an object, direct or after a preposition that brings one."""
    return any(
        c.dep_ in ("dobj", "obj", "dative")
        or (
            c.dep_ == "prep"
            and c.lower_ in ("into", "with", "against", "on", "upon")
            and verb.lemma_ != "board"
            and any(g.dep_ == "pobj" for g in c.children)
        )
        for c in verb.children
    )
