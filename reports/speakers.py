"""Names those who are cited, as a reader would: once each, by their fullest name, without pronouns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from reports.read_names import is_telling, says_name, tokens_of
from reports.records import Slot
from reports.text import clean_text
from store.records import Fact, Quote

# Words that name nobody: who "one" or "the group" is stands in another sentence, if anywhere.
_NOBODY = frozenset(
    """one ones some others another many several both all none nobody he she it they we you i this that these those
    which who what there group man men woman women person people source sources site statement report reports
    media notice message bulletin post channel article spokesman spokeswoman spokesperson line unit""".split()
)
_COMMON = frozenset(
    """police army navy officials authorities protesters residents workers militants gunmen rebels insurgents saboteurs
    hackers attackers pirates soldiers troops drones unidentified unknown unnamed armed masked social state
    local regional two three four several traders analysts sources witnesses thieves vandals tribesmen fighters
    suspected investigators engineers rescuers experts operator company consortium ministry corporation
    government prosecutors firefighters separatists""".split()
)
_BARE = frozenset({"company", "operator", "firm", "consortium", "corporation", "agency", "utility"})
_CHARACTERS = 80


def find_speakers(facts: Iterable[Fact], quotes: Iterable[Quote] = ()) -> list[Slot]:
    """The distinct speakers of the facts, each once by its fullest name; `quotes` may hold a fuller name."""
    named: list[tuple[str, Slot]] = []
    for fact in facts:
        said = clean_text(fact.speaker or "")
        if not _names_someone(said, fact.quote) or not says_name(clean_text(fact.quote.sentence), said):
            continue
        named.append((said, Slot(kind="speaker", text=in_sentence(said, fact.quote), facts=(fact,))))
    kept: list[tuple[str, Slot]] = []
    for said, slot in named:
        if any(_shorter(said, other) for other, _ in named):
            continue
        at = next((at for at, (other, _) in enumerate(kept) if _same(said, other)), None)
        if at is None:
            kept.append((said, slot))
        elif len(slot.text) > len(kept[at][1].text):  # "the mayor" in a sentence, "mayor" in a headline
            kept[at] = (said, slot)
    quotes = tuple(quotes)
    if any(said[:1].isupper() for said, _ in kept):  # "the company" is most often the one that is named
        kept = [(said, slot) for said, slot in kept if said not in _BARE]
    return [fuller_name(said, slot, quotes) or slot for said, slot in kept]


def in_sentence(name: str, quote: Quote) -> str:
    """The name as it stands inside a sentence: with its article, if the words cited give one, and without a capital."""
    if re.match(r"(A|An|The) ", name):
        return name[0].lower() + name[1:]
    if re.match(r"(?i)(a|an|the) ", name):
        return name
    text = clean_text(quote.sentence)
    article = re.search(rf"(?i)\b(the|an?) {re.escape(name)}(?!\w)", text)
    if article:
        return f"{article.group(1).lower()} {name}"
    first = name.split(" ", 1)[0]
    return name[0].lower() + name[1:] if first.casefold() in _COMMON else name


def names_nobody(name: str) -> bool:
    """Whether a name is a pronoun or a bare noun that identifies nobody."""
    words = tokens_of(re.sub(r"(?i)^(the|an?) ", "", clean_text(name)))
    return not words or all(word in _NOBODY for word in words)


def is_void(name: str) -> bool:
    """Whether a name is the end of "no one" or "nobody", and so no speaker at all."""
    return set(tokens_of(name)) <= {"one", "none", "nobody", "no"}


def is_dateline(name: str, quote: Quote) -> bool:
    """Whether the name is the place in capitals that opens an agency's report: "NOVOROSSIYSK, March 8"."""
    return (
        name.isupper() and re.match(rf"{re.escape(name)}\b[^.]{{0,40}}[-–—(,]", clean_text(quote.sentence)) is not None
    )


def _names_someone(said: str, quote: Quote) -> bool:
    return 0 < len(said) <= _CHARACTERS and not names_nobody(said) and not is_dateline(said, quote)


def _same(one: str, other: str) -> bool:
    return set(tokens_of(one)) - {"the", "a", "an"} == set(tokens_of(other)) - {"the", "a", "an"}


def _shorter(said: str, other: str) -> bool:
    """Whether the other name holds this one: "ministry" - "oil ministry", "NOC" - "National Oil Corporation"."""
    mine, theirs = (set(tokens_of(name)) - {"the", "a", "an", "of"} for name in (said, other))
    initials = "".join(word[0] for word in re.findall(r"[^\W\d_]+", other) if word[0].isupper())
    return mine < theirs or (said.isupper() and len(said) >= 3 and said == initials)


def fuller_name(said: str, slot: Slot, quotes: Sequence[Quote]) -> Slot | None:
    """The slot under a fuller name, "the Caspian Pipeline Consortium" for "consortium", that the same article gives."""
    if not re.fullmatch(r"[a-z]+", said) or (not is_telling(said) and said not in _COMMON):
        return None
    fact = slot.facts[0]
    for quote in quotes:
        found = re.search(rf"\bthe ((?:[A-Z][\w-]+ )+{re.escape(said.capitalize())})\b", clean_text(quote.sentence))
        if found and quote.article_id == fact.quote.article_id:
            return Slot(kind="speaker", text=f"the {found.group(1)}", facts=(fact,), cites=(quote,))
    return None
