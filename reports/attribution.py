"""Tells who is behind it, who says so, who denies it and how well it is borne out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from reports.countries import is_country
from reports.read_names import says_name, tokens_of
from reports.records import Sentence, Slot
from reports.slots import Part, count, listed, publishers, sentence, surface
from reports.speakers import find_speakers, in_sentence, is_dateline, is_void, names_nobody
from reports.text import clean_text
from reports.words import CREDIBILITY_WORDS, GRADE_WORDS, TIER_WORDS, with_article
from store.records import Fact, IncidentView, Quote

_LOW_CONFIDENCE = 0.5
_NAMES_SHOWN = 3
_HARM = ("killed", "injured")


def tell_actors(view: IncidentView) -> list[Sentence]:
    """Who did it, is suspected of it, claims it or denies it: a sentence each, with who says so."""
    claimed = _named(view, "claimed_by", lambda fact: not _denied(fact))
    told = [_tell_names(words, facts) for words, facts in (("claimed by ", claimed),) if facts]
    known = [name for name, _ in claimed]
    did = [pair for pair in _named(view, "actor", _did) if pair[0] not in known]
    suspected = [
        pair for pair in _named(view, "actor", lambda fact: fact.detail == "suspected") if pair[0] not in known
    ]
    suspected = [pair for pair in suspected if pair[0] not in [name for name, _ in did]]
    did = [pair for pair in did if not any(_owned(pair[0], other) for other in did)]
    outright = [pair for pair in did if any(_outright(fact) for fact in pair[1]) or _is_common(pair[0])]
    blamed = [pair for pair in did if pair not in outright]
    for words, pairs in (("by ", outright), ("blamed: ", blamed), ("suspected: ", suspected)):
        if pairs:
            told.append(_tell_names(words, pairs))
    for name, facts in _named(view, "actor", _denied)[:_NAMES_SHOWN]:
        told.append(sentence(_actor(name, facts), " denies it (", *publishers(fact.quote for fact in facts), ")."))
    return told


def _did(fact: Fact) -> bool:
    return not _denied(fact) and fact.detail != "suspected"


def _owned(country: str, other: tuple[str, list[Fact]]) -> bool:
    """Whether the other actor is this one's force: "Iran" where "Iran's Revolutionary Guards" are named."""
    own = re.compile(rf"{re.escape(country)}[’']s? {re.escape(re.sub('^(?:the|an?) ', '', other[0]))}")
    return any(own.search(clean_text(fact.quote.sentence)) for fact in other[1])


def _denied(fact: Fact) -> bool:
    return fact.factuality == "denied" or fact.detail == "denied"


def _outright(fact: Fact) -> bool:
    return fact.factuality == "asserted" or fact.speaker is None


def _is_common(name: str) -> bool:
    """Whether a name names nobody in particular: "unidentified men"."""
    return not any(word[0].isupper() for word in name.split()[1:]) and name[:1].islower()


def _named(view: IncidentView, field: str, wanted: Callable[[Fact], bool]) -> list[tuple[str, list[Fact]]]:
    """The actors of the field, most told first, each once under its fullest name."""
    grouped: dict[str, list[Fact]] = {}
    for fact in view.facts:
        if fact.field != field or not wanted(fact) or names_nobody(fact.value):
            continue
        words = surface(fact)
        if not words.isupper() or len(words) < 5 or not is_dateline(words, fact.quote):
            grouped.setdefault(_plain(fact.value), []).append(fact)
    named = [(max((in_sentence(clean_text(one.value), one.quote) for one in facts), key=len), facts)
             for facts in grouped.values()]  # fmt: skip
    pairs = sorted(named, key=lambda pair: (-len(pair[1]), pair[0]))
    kept: list[tuple[str, list[Fact]]] = []
    for name, facts in pairs:
        if not any(_holds(other, name) for other, _ in kept):
            kept.append((name, facts))
    particular = [pair for pair in kept if not _is_common(pair[0])]
    return particular or kept[:1]


def _plain(name: str) -> str:
    return " ".join(token for token in tokens_of(name) if token not in ("the", "a", "an"))


def _holds(one: str, other: str) -> bool:
    return set(tokens_of(other)) <= {*tokens_of(one), "the", "a", "an"}


def _actor(name: str, facts: Sequence[Fact]) -> Slot:
    saying = [fact for fact in facts if says_name(surface(fact) or clean_text(fact.quote.sentence), name)]
    if not saying and surface(facts[0]):
        # The words used, where they are not the ledger's name.
        return Slot(kind="actor", text=surface(facts[0]), facts=(facts[0],))
    return Slot(kind="actor", text=name, facts=tuple((saying or list(facts))[:4]))


def _tell_names(words: str, pairs: Sequence[tuple[str, list[Fact]]]) -> Sentence:
    slots = [_actor(name, facts) for name, facts in pairs[:_NAMES_SHOWN]]
    cited = [quote for slot in slots for quote in slot.quotes]
    named: list[list[Part]] = [[with_article(slot.text) if is_country(slot.text) else "", slot] for slot in slots]
    return sentence(words, *listed(named), " (", *publishers(cited), ").")


def tell_sureness(view: IncidentView, cited: Iterable[str] = ()) -> list[Sentence]:
    """Who says it, how many of them independently, how well graded, and how far it can be believed; who denies it.

    `cited` are the speakers whom the figures name already.
    """
    facts = [
        fact for fact in view.facts
        if fact.field == "factuality" and fact.value not in ("asserted", "denied") and not _is_thing(view, fact)
    ]  # fmt: skip
    # An article that names its source states nothing, whatever its headline says.
    naming = {fact.quote.article_id for fact in facts if fact.speaker and not names_nobody(fact.speaker)}
    stated = [fact.quote for fact in _grades(view, "asserted") if fact.quote.article_id not in naming]
    told = [_tell_tellers(view, stated), *_tell_sources(view, facts, stated, set(cited))]
    told += [*tell_denials(view), *_tell_cause(view)]
    return [one for one in (*told, _tell_verdict(view)) if one is not None]


def _tell_tellers(view: IncidentView, stated: Sequence[Quote]) -> Sentence | None:
    """How many articles, of how many independent publishers, with the best source's grade."""
    articles = len({report.article_id for report in view.reports})
    grades = sorted({report.reliability for report in view.reports if report.reliability in GRADE_WORDS})
    parts: list[Part] = [count(articles), " article" if articles == 1 else " articles"]
    quotes = stated or _own_quotes(view)
    if articles == 1 and quotes:
        parts += [", by ", *publishers(quotes[:1])]
    elif articles != 1:
        one = view.independent_reports == 1
        parts += [" from ", count(view.independent_reports), " independent ", "publisher" if one else "publishers"]
    if grades:
        best = " (graded " if articles == 1 else " (the best graded "
        parts += [best, Slot(kind="grade", text=f"{grades[0]}, {GRADE_WORDS[grades[0]]}", ledger=grades[0]), ")"]
    if articles == 1 and stated:
        parts.append(", stated as fact")
    return sentence(*parts, ".") if articles else None


def _tell_verdict(view: IncidentView) -> Sentence | None:
    """How far it can be believed, in the words of the Admiralty scale, and whether the reading itself is in doubt."""
    parts: list[Part] = []
    if view.credibility in CREDIBILITY_WORDS:
        parts += ["credibility: ", CREDIBILITY_WORDS[view.credibility]]
        if view.evidence_tier == "official":
            parts.append(f", told by {TIER_WORDS['official']}")
    if view.confidence < _LOW_CONFIDENCE:
        parts.append("; read with low confidence" if parts else "read with low confidence")
    return sentence(*parts, ".") if parts else None


def _tell_sources(
    view: IncidentView, facts: Sequence[Fact], stated: Sequence[Quote], cited: set[str]
) -> list[Sentence]:
    """Who states it as fact and to whom the others attribute it."""
    told: list[Sentence] = []
    if stated and len({report.article_id for report in view.reports}) > 1:
        told.append(sentence("stated as fact by ", *publishers(stated), "."))
    said = [slot for slot in find_speakers(facts, _all_quotes(view)) if slot.text not in cited][:_NAMES_SHOWN]
    also = "also according to " if stated else "according to "
    if said:
        who = publishers((quote for slot in said for quote in slot.quotes[:1]), most=2)
        return [*told, sentence(also, *listed([[slot] for slot in said]), " (", *who, ").")]
    anonymous = [fact.quote for fact in facts if fact.value == "attributed" and not fact.speaker]
    if anonymous and not stated and not cited:
        return [sentence("according to sources that are not named (", *publishers(anonymous), ").")]
    return told


def _own_quotes(view: IncidentView) -> list[Quote]:
    """The words that tell the event, else any of its own; those of its grade come first."""
    quotes = [fact.quote for fact in view.facts if fact.field == "factuality"]
    quotes.sort(key=lambda quote: quote.where == "title")  # a headline leaves out who says it
    return quotes or [fact.quote for fact in view.facts]


def tell_denials(view: IncidentView) -> list[Sentence]:
    """One sentence on those who deny it; a denial that anybody was hurt is none of the incident."""
    return _tell_deniers(view, _denials(view), "")


def _tell_cause(view: IncidentView) -> list[Sentence]:
    """One sentence on those who deny that somebody meant it; that denies nothing of what happened."""
    facts = [fact for fact in _grades(view, "denied") if fact.detail == "cause"]
    return _tell_deniers(view, facts, "that it was an attack or sabotage is ")


def _tell_deniers(view: IncidentView, denials: Sequence[Fact], what: str) -> list[Sentence]:
    facts = [fact for fact in denials if not is_void(fact.speaker or "he")]
    said = find_speakers((fact for fact in facts if not _is_thing(view, fact)), _all_quotes(view))[:_NAMES_SHOWN]
    if said:
        who = publishers((quote for slot in said for quote in slot.quotes[:1]), most=2)
        return [sentence(what, "denied by ", *listed([[slot] for slot in said]), " (", *who, ").")]
    who = publishers((fact.quote for fact in facts), most=2)
    return [sentence(what, "denied, according to ", *who, ".")] if facts else []


def _denials(view: IncidentView) -> list[Fact]:
    unharmed = {
        (fact.quote.version_id, fact.quote.start) for fact in view.facts if fact.field in _HARM and fact.maximum == 0
    }
    return [
        fact for fact in _grades(view, "denied")
        if fact.detail is None and (fact.quote.version_id, fact.quote.start) not in unharmed
    ]  # fmt: skip


def _grades(view: IncidentView, value: str) -> list[Fact]:
    return [fact for fact in view.facts if fact.field == "factuality" and fact.value == value]


def _all_quotes(view: IncidentView) -> tuple[Quote, ...]:
    return tuple(fact.quote for fact in view.facts)


def _is_thing(view: IncidentView, fact: Fact) -> bool:
    """Whether the speaker is a piece of plant, misread as one who speaks: "a leaking flange"."""
    said = tokens_of(fact.speaker or "")
    things = [
        tokens_of(one.value) for one in view.facts if one.field == "facility" and re.fullmatch(r"[a-z -]+", one.value)
    ]
    return bool(said) and any(thing and said[-1] == thing[-1] for thing in things)
