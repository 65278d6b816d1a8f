"""An incident's evidence: each fact once, under it the distinct words that state it, the value marked in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from reports.countries import country_name
from reports.figures import figure_groups, in_conflict
from reports.page_records import Entry, Quoted, Section
from reports.speakers import in_sentence, names_nobody
from reports.text import clean_text, mark_spans, safe_url
from reports.words import (
    FIELD_LABELS,
    MONTHS,
    PEOPLE,
    ROLES,
    STATUS_WORDS,
    TYPE_NOUNS,
    format_amount,
    format_day,
    format_period,
)
from store.records import Fact, IncidentView, Quote

QUOTES_SHOWN = 3  # of one fact, unless everything is asked for
_AROUND = 45  # characters on each side of a value whose sentence stood before
# What a denial is of, where it is not of the happening itself.
_DENIAL_OF = {"cause": " as to its cause", "effect": " as to what it brought", "part": " as to their part in it"}
_ORDER = (
    "event_type", "facility", "facility_context", "place", "country", "occurred_on", "actor", "claimed_by", *ROLES,
    "other", "factuality",
)  # fmt: skip
_LABELS = {"factuality": "How it is told", "facility_context": "Also named", "other": "Other figures"}
_TOLD_AS = {"asserted": "stated outright", "attributed": "attributed to someone"}
# What an agency's report opens with, which differs where it is printed again: "NOVOROSSIYSK, March 8 (Gulf Wire) - "
_DATELINE = re.compile(r"^[^\W\d_][^.!?]{0,60}?(?:\([^)]{2,30}\)|\d)\s*[-–—]{1,2}\s+")


def figure_rows(view: IncidentView) -> list[tuple[str, tuple[str, ...]]]:
    """The figures, a row a role: its values with who gives them, side by side where they exclude each other."""
    rows = []
    for field in ROLES:
        lines: list[str] = []
        for groups in figure_groups(view, field):
            told = [f"{amount_words(group)}: {_givers(group)}" for group in groups]
            lines += ["conflicting:", *(f"- {one}" for one in told)] if in_conflict(groups) else told
        for groups in figure_groups(view, field, superseded=True):
            lines += [f"since corrected: {amount_words(group)}: {_givers(group)}" for group in groups]
        if lines:
            rows.append((field_label(field), tuple(lines)))
    by_label = dict(rows)
    if by_label.get("Killed", ("",))[0].startswith("nobody") and by_label.get("Killed") == by_label.get("Injured"):
        rows = [("Killed or hurt", lines) if label == "Killed" else (label, lines) for label, lines in rows]
        rows = [row for row in rows if row[0] != "Injured"]
    return rows


def evidence_section(view: IncidentView, numbers: dict[str, int], *, everything: bool) -> Section:
    """Every fact once, those told most often first, with its words; words that stood before are called by number.

    `numbers` is filled: the words that stand here, as `plain_words` gives them, and the number of each.
    """
    known = [field for field in _ORDER if any(fact.field == field for fact in view.facts)]
    other = sorted({fact.field for fact in view.facts} - set(_ORDER))
    entries: list[Entry] = []
    for field in (*known, *other):
        for facts in _grouped([fact for fact in view.facts if fact.field == field]):
            quotes, left = _quotes(facts, numbers, everything)
            after = f"and {left} more {'sentence' if left == 1 else 'sentences'}; --all shows every one" if left else ""
            entries.append(Entry(text=f"{field_label(field)}: {_value(facts)}", quotes=quotes, after=after))
    note = "Words marked so state the value; a number calls a sentence that stands in full above."
    return Section(title="Evidence", entries=tuple(entries), note=note if entries else "None.")


def field_label(field: str) -> str:
    """The name of a fact's field as the page prints it."""
    return _LABELS.get(field) or FIELD_LABELS.get(field) or clean_text(field).replace("_", " ").capitalize()


def amount_words(facts: Sequence[Fact]) -> str:
    """A figure that one or more articles give: "about 400,000 barrels a day", "nobody"."""
    if facts[0].field in PEOPLE and facts[0].maximum == 0:
        return "nobody"
    told = [format_amount(fact) for fact in facts]
    return next((one for one in told if not one.startswith("about ")), told[0])


def day_words(days: Iterable[date]) -> str:
    """The first and the last of some days: "8 March 2026", "8 to 10 March 2026"."""
    known = sorted(set(days))
    if not known:
        return "no date"
    first, last = known[0], known[-1]
    if first == last:
        return format_day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {format_day(last)}"
    return f"{first.day} {MONTHS[first.month - 1]} to {format_day(last)}" if first.year == last.year else (
        f"{format_day(first)} to {format_day(last)}"
    )  # fmt: skip


def make_quoted(quote: Quote, spans: Sequence[tuple[int, int]], number: int, *, speaker: str | None = None) -> Quoted:
    """Words in full, with where they stand."""
    pieces = mark_spans(quote.sentence, spans)
    return Quoted(number=number, pieces=pieces, again=False, source=_source(quote, speaker), url=safe_url(quote.url))


def _grouped(facts: Sequence[Fact]) -> list[list[Fact]]:
    groups: dict[object, list[Fact]] = {}
    for fact in facts:
        groups.setdefault(_key(fact), []).append(fact)
    return sorted(
        groups.values(),
        key=lambda group: (group[0].superseded, -len({fact.quote.article_id for fact in group}), group[0].claim_id),
    )


def _key(fact: Fact) -> object:
    told = "" if fact.factuality in ("asserted", "attributed") or fact.field == "factuality" else fact.factuality
    if fact.minimum is not None or fact.maximum is not None:
        # "No casualties" is a denial in form; what it says is nought.
        nought = fact.field in PEOPLE and fact.maximum == 0
        return (fact.minimum, fact.maximum, fact.unit, fact.superseded, "" if nought else told)
    detail = None if fact.field in ("event_type", "occurred_on") else fact.detail
    return (clean_text(fact.value).casefold(), detail, fact.superseded, told)


def _value(facts: Sequence[Fact]) -> str:
    fact = facts[0]
    told = clean_text(fact.value)
    if fact.minimum is not None or fact.maximum is not None:
        told = amount_words(facts)
    elif fact.field == "factuality":
        words = _TOLD_AS.get(fact.value) or STATUS_WORDS.get(fact.value, told)
        told = words + _DENIAL_OF.get(fact.detail or "", "")
    elif fact.field == "event_type":
        modes = dict.fromkeys(mode for one in facts for mode in (one.detail or "").split(", ") if mode != "unknown")
        means = ", ".join(clean_text(mode).replace("_", " ") for mode in modes if mode)
        told = TYPE_NOUNS.get(fact.value, told).lower() + (f" ({means})" if means else "")
    elif fact.field == "occurred_on":
        told = _days(fact)
    elif fact.field == "place" and fact.detail and re.fullmatch(r"[A-Z]{2}", fact.detail):
        told = join_place(told, fact.detail)
    if fact.field != "factuality" and fact.factuality not in ("asserted", "attributed") and told != "nobody":
        told += f" [{clean_text(fact.factuality)}]"
    return told + (" [since corrected]" if fact.superseded else "")


def join_place(place: str, country: str | None) -> str:
    """A place with its country, named once where the place is the country."""
    name = country_name(country) if country else ""
    return place if not name or place.casefold() == name.casefold() else f"{place}, {name}" if place else name


def _days(fact: Fact) -> str:
    first, _, last = fact.value.partition("/")
    try:
        return format_period(date.fromisoformat(first), date.fromisoformat(last) if last else None, fact.detail)
    except ValueError:
        return clean_text(fact.value)


def _quotes(facts: Sequence[Fact], numbers: dict[str, int], everything: bool) -> tuple[tuple[Quoted, ...], int]:
    """The distinct words that state a fact, the best first, and how many of them are not shown."""
    same: dict[str, list[Fact]] = {}
    for fact in sorted(facts, key=_rank):
        same.setdefault(plain_words(fact.quote), []).append(fact)
    groups = list(same.items())
    shown = groups if everything else groups[:QUOTES_SHOWN]
    quotes = []
    for plain, telling in shown:
        again = plain in numbers
        number = numbers.setdefault(plain, len(numbers) + 1)
        quotes.append(_quoted(telling, number, again=again))
    return tuple(quotes), len(groups) - len(shown)


def _rank(fact: Fact) -> tuple[object, ...]:
    at = fact.quote.published_at
    unmarked = fact.value_start is None
    return (unmarked, fact.quote.where == "title", at is None, at or 0, fact.quote.article_id, fact.quote.start)


def plain_words(quote: Quote) -> str:
    """A sentence as it is compared with others: without the dateline under which each printed it."""
    return _DATELINE.sub("", clean_text(quote.sentence)).casefold()


def _quoted(facts: Sequence[Fact], number: int, *, again: bool) -> Quoted:
    fact = facts[0]
    quote = fact.quote
    spans = _spans([one for one in facts if one.quote == quote])
    others = {one.quote.version_id: one.quote for one in facts if one.quote.version_id != quote.version_id}
    also = ", ".join(dict.fromkeys(f"{clean_text(one.publisher)}{_where(one)}" for one in others.values()))
    full = make_quoted(quote, spans, number, speaker=fact.speaker)
    if not again:
        return Quoted(
            number=number, pieces=full.pieces, again=False, source=full.source, url=full.url,
            also=f"the same words: {also}" if also else "",
        )  # fmt: skip
    publisher = clean_text(quote.publisher)
    return Quoted(number=number, pieces=_excerpt(quote.sentence, spans), again=True, source=publisher, url=None)


def _spans(facts: Sequence[Fact]) -> list[tuple[int, int]]:
    """Where the values stand in their sentence, merged and in order."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(
        (fact.value_start - fact.quote.start, fact.value_end - fact.quote.start)
        for fact in facts
        if fact.value_start is not None and fact.value_end is not None
        if fact.quote.start <= fact.value_start < fact.value_end <= fact.quote.end
    ):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _excerpt(sentence: str, spans: Sequence[tuple[int, int]]) -> tuple[tuple[str, bool], ...]:
    """The first value with a few words around it; nothing where no words of their own state the value."""
    if not spans:
        return ()
    start, end = spans[0]
    first = max(0, start - _AROUND)
    last = min(len(sentence), end + _AROUND)
    if first:
        first = sentence.find(" ", first, start) + 1 or first
    if last < len(sentence):
        last = max(sentence.rfind(" ", end, last), end)
    pieces = mark_spans(sentence[first:last], [(start - first, end - first)])
    head = (("… ", False),) if first else ()
    return (*head, *pieces, *(((" …", False),) if last < len(sentence) else ()))


def _source(quote: Quote, speaker: str | None) -> str:
    citing = ""
    if speaker and not names_nobody(speaker):
        citing = f", citing {in_sentence(clean_text(speaker), quote)}"
    at = f", {format_day(quote.published_at.date())}" if quote.published_at else ", no date"
    return f"{clean_text(quote.publisher)}{citing}{at}{_where(quote)}"


def _where(quote: Quote) -> str:
    return ", title" if quote.where == "title" else f", characters {quote.start} to {quote.end}"


def _givers(facts: Sequence[Fact]) -> str:
    once = {fact.quote.publisher: fact for fact in reversed(facts)}
    named = []
    for fact in facts:
        if once.get(fact.quote.publisher) is not fact:
            continue
        citing = ""
        if fact.speaker and not names_nobody(fact.speaker):
            citing = f" citing {in_sentence(clean_text(fact.speaker), fact.quote)}"
        named.append(clean_text(fact.quote.publisher) + citing)
    days = {fact.quote.published_at.date() for fact in facts if fact.quote.published_at}
    return ", ".join(named) + (f" ({day_words(days)})" if days else "")
