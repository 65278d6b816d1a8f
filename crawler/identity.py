"""What entries are known by: publishers' ids that change, are given twice or are missing, and links that move.

Decisions without I/O. An entry is remembered by its link; its publisher's id is evidence beside it, never the key.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from crawler.records import Entry, EntryName

IDS_CHANGED = "ids_changed"
IDS_REUSED = "ids_reused"
NO_IDS = "no_ids"
_TOLD = {
    IDS_CHANGED: "its ids changed",
    IDS_REUSED: "it gives one id to several articles",
    NO_IDS: "it gives no ids",
}
_LEAST = 3  # entries from which a share says something
_MOST = 0.5
_ALIKE = 0.4  # of the words of two titles: one title, edited
_SAME_TIME = timedelta(hours=12)  # that a move to other software may shift dates by: a zone, but not a day
_ENOUGH_TEXT = 80  # characters of an undated entry, by which it is known again
_WORD = re.compile(r"\w+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def stated_id(entry: Entry) -> str:
    """The publisher's own id of an entry; empty where it gave none, or only the link or our own hash stands there."""
    return "" if entry.id in ("", entry.link) or entry.id.startswith("sha256:") else entry.id[:500]


def name_entry(entry: Entry, key: str) -> EntryName | None:
    """What an entry is called by its publisher, None where it gave no id; `key` is ours."""
    stated = stated_id(entry)
    if not stated:
        return None
    text = f"{entry.summary} {entry.content}"
    return EntryName(
        entry_id=key,
        publisher_id=stated,
        title_hash=_hash(entry.title),
        text_hash=_hash(f"{entry.title} {text}") if len(text) >= _ENOUGH_TEXT else "",
        published_at=entry.published_at,
    )


def is_same_article(before: EntryName, now: EntryName) -> bool:
    """Whether an entry that has a known id but another link is the article that had it: wording and date agree.

    A daily column may keep its id and its title and be another article each day: so dates must agree, where both are
    given, and where they are not, the text must.
    """
    same_title = bool(now.title_hash) and before.title_hash == now.title_hash
    same_text = bool(now.text_hash) and before.text_hash == now.text_hash
    if before.published_at is None or now.published_at is None:
        return same_text
    apart = abs(now.published_at - before.published_at)
    if apart <= _SAME_TIME and (same_title or same_text):
        return True
    # An edited headline: a date to the second is the article's own.
    return not apart and bool(now.published_at.second)


def _hash(text: str) -> str:
    """A hash of a text's words, the same for other capitals, spaces and punctuation; empty for no words."""
    words = " ".join(_WORD.findall(text.casefold()))
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16] if words else ""


def ids_reused_within(entries: Sequence[Entry]) -> bool:
    """Whether one document gives an id to articles that differ in link and title."""
    seen: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if stated_id(entry):
            seen[entry.id].append(entry)
    return any(
        one.link != two.link and not alike(one.title, two.title)
        for same in seen.values()
        for one, two in pairwise(same)
    )


def find_oddities(
    entries: Sequence[Entry], *, without_id: int, known_ids: Iterable[tuple[str, str]], given_again: int
) -> tuple[str, ...]:
    """What is odd about the ids of one answer.

    `known_ids` are, of each entry that was known by its link, its id then and now; `given_again` says how many ids came
    back with another link and another title.
    """
    odd = []
    pairs = list(known_ids)
    changed = sum(before != now for before, now in pairs)
    if changed >= _LEAST and changed > _MOST * len(pairs):
        odd.append(IDS_CHANGED)
    # One may be an article that got a new headline and a new address on one day.
    if ids_reused_within(entries) or given_again >= 2:
        odd.append(IDS_REUSED)
    if len(entries) >= _LEAST and without_id > _MOST * len(entries):
        odd.append(NO_IDS)
    return tuple(odd)


def tell_oddities(oddities: Iterable[tuple[str, datetime]], lied_at: datetime | None) -> str | None:
    """What is odd about a feed, in words; None where nothing is."""
    told = [_TOLD.get(name, name) + ("" if name == NO_IDS else f" ({at:%Y-%m-%d})") for name, at in oddities]
    if lied_at is not None:
        told.append(f"its server's 304 is not believed ({lied_at:%Y-%m-%d})")
    return "; ".join(told) or None


def tell_oddity(name: str) -> str:
    """One of `find_oddities` in words."""
    return _TOLD.get(name, name)


def tell_notes(oddities: Iterable[str]) -> list[str]:
    """What the fetch log is to say about the ids of an answer; that there are none is no news."""
    return [_TOLD[name] for name in oddities if name != NO_IDS]


def tells_of(title: str, *texts: str) -> bool:
    """Whether any text shares a word with a headline; always where that has too few words to tell."""
    words = telling_words(title)
    return len(words) < 2 or any(words & telling_words(text) for text in texts)


def telling_words(text: str) -> set[str]:
    """Words of four letters and more; of scripts that put no spaces between words, each two letters."""
    found: set[str] = set()
    for word in _WORD.findall(text.casefold()):
        if _UNSPACED.search(word):
            found |= {word[at : at + 2] for at in range(len(word) - 1)}
        elif len(word) >= 4:
            found.add(word)
    return found


def alike(one: str, other: str) -> bool:
    """Whether two titles are one title, edited: they share enough of their words."""
    words, others = set(_WORD.findall(one.casefold())), set(_WORD.findall(other.casefold()))
    together = words | others
    return not together or len(words & others) / len(together) >= _ALIKE
