"""When an event took place: the dates that stand near it, in its sentence and then beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from spacy.tokens import Token

from nlp.arguments import reach
from nlp.candidates import Candidate
from nlp.date_grammar import COUNTS
from nlp.dates import DateMatch
from nlp.reading import Reading
from nlp.records import DateSpan, Span, Where
from nlp.syntax import chain, token_at
from nlp.text import Sentence

# Told as having happened; as an earlier case; as a drill or a failed attempt, which has its day; as what may come.
Mood = Literal["happened", "past", "staged", "unreal"]

_UNTIL = re.compile(r"\b(?:until|till|by|through|before|unless|beyond)\s+(?:\w+\s)?$", re.IGNORECASE)
_ENDS = re.compile(r"\b(?:until|till|through|to|before)\s+(?:\w+\s)?$", re.IGNORECASE)
_THIS_YEAR = re.compile(r"this\s(?:year|season|decade)$", re.IGNORECASE)
_AFTER = re.compile(
    r"\b(?P<number>a|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2})\s(?P<unit>day|week)s?\safter\b",
    re.IGNORECASE,
)
_SINCE = re.compile(
    r"\b(?:since|until|till|by|before|from|of|for|through|beyond|starting|effective|expected|due|scheduled|next|from "
    r"the|as of|dated|between)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)


def date_of(
    reading: Reading,
    candidates: Sequence[Candidate],
    dates: dict[Where, list[DateMatch]],
    published_on: date | None,
    *,
    mood: Mood,
) -> DateSpan | None:
    """When it happened: the nearest date of its sentences, an entry's prefix, the neighbours', then the publication.

    What has not happened, and what is told as an earlier case, takes no day of a statement and none of publication.
    """
    told = mood != "unreal"
    best: tuple[float, DateMatch, Where] | None = None
    vague = False  # the best one may be the day of a statement, or an end
    for order, candidate in enumerate(candidates):
        sentence = candidate.sentence
        where = sentence.where
        for found in dates[where]:
            if found.start < sentence.start or found.end > sentence.end or found.dateline:
                continue
            if found.future and told:
                continue
            cost, loose = _distance(candidate, found, mood=mood)
            if candidate.cost >= 50:
                cost += 2.5
            if mood == "unreal" and published_on is not None and found.last <= published_on and found.certain_year:
                cost += 1.5  # what may come lies ahead
            cost += {"hour": 0.0, "day": 0.0, "week": 0.6, "month": 0.9, "year": 2.0}[found.precision] + 0.9 * min(
                order, 4
            )
            if cost < 9.0 and (best is None or cost < best[0]):
                best, vague = (cost, found, where), loose
    opening = _opening(reading, dates) if published_on is None else None
    if opening is not None and (best is None or best[1].start > opening[0].end):
        # A form opens with the day of the incident; later days are those of repairs and reports.
        best, vague = (2.0, opening[1], "text"), False
    if best is None and mood in ("happened", "staged"):
        best = _neighbouring(reading, candidates, dates, told=told)
    elif best is not None and vague and mood in ("happened", "staged"):
        beside = _neighbouring(reading, candidates, dates, told=told)
        # "... prosecutors said on Tuesday. A diver had found it on Monday."
        if beside is not None and beside[1].last <= best[1].last:
            best = beside
    if best is not None:
        found = _counted(best[1], candidates, dates, best[2]) if told else _ahead(best[1], published_on)
        last = (
            min(found.last, published_on)
            if published_on is not None and told and found.last > published_on >= found.first
            else found.last
        )
        return DateSpan(
            start=found.first,
            end=last,
            precision=found.precision,
            basis=found.basis,
            text=(reading.document.title if best[2] == "title" else reading.document.text)[found.start : found.end],
            span=Span(start=found.start, end=found.end, where=best[2]),
        )
    if published_on is not None and mood == "happened":
        return DateSpan(start=published_on, end=published_on, precision="day", basis="publication")
    return None


_TALLY = re.compile(
    r"\b(?:times|\w+th|first|second|third|so far|earlier|later|already|dozens?|number)\s(?:[\w-]+\s){0,3}$",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"(?:^|[\n.;|]\s?)\s*(?:(?:incident|event|occurrence)\s)?(?:date|day|when|occurred)(?:\s(?:of\s(?:the\s)?"
    r"(?:incident|event|occurrence|accident)|and\stime))?\s?[:=]\s*$",
    re.IGNORECASE,
)
_SPEECH = frozenset(
    "say tell report announce confirm state add write declare acknowledge admit claim deny warn quote hold rule "
    "threaten call urge vow order sentence convict propose plan ask demand agree recommend pledge appeal show "
    "note insist reject condemn accuse blame allege estimate expect vote hear charge".split()
)
_BEGINNING = frozenset(
    "begin start erupt break occur happen strike hit take shut halt stop cut kill damage destroy seize close do "
    "inflict cause".split()
)
_LASTING = frozenset({"outage", "blockade", "sanction"})


def _distance(candidate: Candidate, found: DateMatch, *, mood: Mood) -> tuple[float, bool]:
    """How far a date stands from an event in its sentence, and whether it may date something else than the event."""
    sentence, trigger = candidate.sentence, candidate.token
    offset = found.start - sentence.start
    before = sentence.text[max(0, offset - 24) : offset]
    if _AFTER.match(found.text) and found.end <= sentence.start + trigger.idx:
        return 99.0, True  # what the clause's own event is counted from, below
    if mood != "unreal" and (_UNTIL.search(before) or (found.precision == "year" and _THIS_YEAR.match(found.text))):
        return 99.0, True  # "unless they leave by February" dates nothing that has happened
    if found.prefix or _FIELD.search(sentence.text[:offset]):
        return 2.0, False
    token = token_at(trigger.doc, offset)
    if token is not None and _is_its_own(trigger, token):
        return -0.6, False
    cost = reach(trigger, token) if token is not None else 5.0
    loose = False
    since = re.search(r"\bsince\s(?:\w+\s)?$", before, re.IGNORECASE) is not None
    began = since and (candidate.event_type in _LASTING or (token is not None and _verb_above(token) == trigger))
    if mood == "unreal":
        cost += 3.0 * (_ENDS.search(before) is not None)
    elif not began and (_SINCE.search(before) or _FILED.search(before)):
        cost, loose = cost + 3.0, True
    if found.precision in ("week", "month", "year") and _TALLY.search(before):
        cost, loose = cost + 2.0, True  # "bombed 11 times this year"
    if "(" in before and ")" not in before and "(" not in sentence.text[max(0, trigger.idx - 24) : trigger.idx]:
        cost, loose = cost + 3.0, True  # "146,000 without service (yesterday 203,000)"
    if token is None:
        return cost, loose
    cost += _by_clause(trigger, token)
    opens = offset <= 4  # "On 19 December, the group claims, fighters struck": it dates the whole sentence
    if _of_statement(trigger, token):
        if mood in ("past", "unreal"):
            return 99.0, True
        return cost + 1.5, True
    if mood in ("past", "unreal") and not opens and _of_other_clause(trigger, token):
        return 99.0, True
    return cost, loose


def _verb_above(token: Token, *, within: int = 5) -> Token | None:
    """The first verb of a token's ancestors."""
    return next((g for g in chain(token)[1 : within + 1] if g.pos_ in ("VERB", "AUX")), None)


def _of_other_clause(trigger: Token, day: Token) -> bool:
    """Whether a date hangs in a clause that the trigger does not: "sentenced on Tuesday a guard ... who stormed it"."""
    verb = _verb_above(day)
    if verb is None or verb.i == trigger.i:
        return False
    up = chain(trigger)[:6]
    own = next((g for g in up if g.pos_ in ("VERB", "AUX")), None)
    if own is not None and own.i == verb.i:
        return trigger.pos_ in ("VERB", "AUX")
    # The trigger's verb may hang as a complement below the date's: "will walk out on Tuesday, cutting output".
    return own is not None and not any(g.i == own.i for g in chain(verb)[:4]) and own.dep_ in ("relcl", "acl", "xcomp")


def _counted(
    found: DateMatch,
    candidates: Sequence[Candidate],
    dates: dict[Where, list[DateMatch]],
    where: Where,
) -> DateMatch:
    """The day that "two days after a man fired at it" counts back to, where the event stands in that clause."""
    if found.precision not in ("hour", "day") or found.last != found.first:
        return found
    for candidate in candidates:
        sentence, offset = candidate.sentence, candidate.token.idx
        if sentence.where != where or not sentence.start <= found.start < sentence.start + offset:
            continue
        for match in _AFTER.finditer(sentence.text[:offset]):
            start, between = sentence.start + match.start(), sentence.text[match.end() : offset]
            until = sentence.start + offset + 60
            own = any(match.end() <= d.start - sentence.start and d.start < until for d in dates[where])
            if own or len(between) > 90 or re.search(r"[.;:]", between) or found.end > start + 2:
                continue
            number = COUNTS.get(match["number"].lower()) or int(match["number"])
            day = found.first - timedelta(days=number * (7 if match["unit"].lower() == "week" else 1))
            return replace(found, first=day, last=day, basis="relative", end=sentence.start + match.end())
    return found


def _ahead(found: DateMatch, published_on: date | None) -> DateMatch:
    """A day told without a year, of something that may come: the next one ("could stop by April")."""
    leap = any((day.month, day.day) == (2, 29) for day in (found.first, found.last))
    if published_on is None or found.certain_year or found.last >= published_on or leap:
        return found
    return replace(
        found, first=found.first.replace(year=found.first.year + 1), last=found.last.replace(year=found.last.year + 1)
    )


def _is_its_own(trigger: Token, day: Token) -> bool:
    """Whether a date stands in the trigger's own phrase: "last month's seizure", "the attack of 14 September"."""
    for governor in chain(day)[:4]:
        if governor.head.i == trigger.i and governor.i != trigger.i:
            return governor.dep_ == "poss" or (governor.dep_ == "prep" and governor.lower_ == "of")
    return False


def _by_clause(trigger: Token, day: Token) -> float:
    for governor in chain(day)[:8]:
        if governor.dep_ in ("relcl", "acl") and trigger not in governor.subtree:
            # "resumed on Tuesday after the strike that began on Sunday"
            own = governor.head.i == trigger.i and governor.lemma_ in _BEGINNING
            return -1.0 if own else 2.0
    return 0.0


def _of_statement(trigger: Token, day: Token) -> bool:
    """Whether a day is that of a statement about the event: "..., police said on Tuesday"."""
    governor = _verb_above(day, within=4)
    return governor is not None and governor.lemma_ in _SPEECH and governor.i != trigger.i


_FILED = re.compile(
    r"\b(?:updat\w+|revis\w+|supplement\w*|submitted|filed|amended|reviewed)\b[^.]{0,40}$", re.IGNORECASE
)


def _opening(reading: Reading, dates: dict[Where, list[DateMatch]]) -> tuple[Sentence, DateMatch] | None:
    """The first day that the opening of an undated report names, with its sentence."""
    for sentence in reading.sentences:
        if sentence.index > 1:
            break
        for found in dates["text"]:
            if sentence.where == "text" and sentence.start <= found.start < sentence.end:
                before = sentence.text[: found.start - sentence.start]
                day = found.precision in ("hour", "day") and not found.dateline
                if day and not _SINCE.search(before) and not _FILED.search(before):
                    return sentence, found
    return None


def told_as_old(candidate: Candidate, dates: dict[Where, list[DateMatch]], published_on: date | None) -> bool:
    """Whether a mention carries a date of its own that lies more than 90 days before publication."""
    if published_on is None:
        return False
    sentence = candidate.sentence
    doc = candidate.token.doc
    best: tuple[float, DateMatch] | None = None
    for found in dates[sentence.where]:
        if sentence.start <= found.start and found.end <= sentence.end and not found.dateline:
            token = token_at(doc, found.start - sentence.start)
            cost = 0.0 if found.prefix else reach(candidate.token, token) if token is not None else 9.0
            if best is None or cost < best[0]:
                best = (cost, found)
    return best is not None and best[0] <= 2.6 and best[1].last < published_on - timedelta(days=90)


def _neighbouring(
    reading: Reading, candidates: Sequence[Candidate], dates: dict[Where, list[DateMatch]], *, told: bool
) -> tuple[float, DateMatch, Where] | None:
    best: tuple[float, DateMatch, Where] | None = None
    text = reading.document.text  # the copy drops a field's colon
    for candidate in candidates[:3]:
        for sentence in reading.sentences:
            distance = candidate.sentence.index - sentence.index
            if sentence.index < 0 or not (-1 <= distance <= 2) or distance == 0:
                continue
            for found in dates["text"]:
                if (
                    sentence.start <= found.start < sentence.end
                    and not found.dateline
                    and found.precision in ("hour", "day")
                    and not (found.future and told)
                ):
                    if _SINCE.search(
                        sentence.text[max(0, found.start - sentence.start - 24) : found.start - sentence.start]
                    ):
                        continue
                    cost = 4.0 + abs(distance) + (0.5 if distance < 0 else 0.0)
                    if best is None or cost < best[0]:
                        best = (cost, found, "text")
    if best is None:
        for found in dates["text"]:
            if (found.prefix or _FIELD.search(text[max(0, found.start - 60) : found.start])) and not (
                found.future and told
            ):
                return 6.0, found, "text"
    return best


def is_old(span: DateSpan | None, published_on: date | None) -> bool:
    """Whether a happening lies more than 90 days before publication (DESIGN section 5, historical)."""
    return (
        span is not None
        and published_on is not None
        and span.basis != "publication"
        and span.end < published_on - timedelta(days=90)
    )
