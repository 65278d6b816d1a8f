"""Which entries of a feed are new or edited, and under which key each is remembered: decisions without I/O."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from crawler.identity import find_oddities, is_same_article, name_entry
from crawler.records import Entry, EntryName, Known, KnownEntry, KnownNames, LooksAhead, Outcome
from crawler.sameness import canonical_url, spellings
from crawler.secrets import without_userinfo
from crawler.urls import UrlError, split_url

_Keyed = tuple[Entry, str, str | None, str | None]  # with its key, its own link, and why that is refused
_NEVER = datetime.min.replace(tzinfo=UTC)
MAX_ATTEMPTS = 3  # nights on which a page that fails in passing is asked for

# What stays true until the entry changes. All else is asked again, up to MAX_ATTEMPTS.
FINAL: frozenset[Outcome] = frozenset(
    {"ok", "not_modified", "refused", "disallowed", "too_large", "too_costly", "not_article"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One entry that is to be taken tonight."""

    entry: Entry
    key: str  # by which it is remembered: its canonical link, or its id where it has no link of its own
    fingerprint: str
    link: str | None  # canonical; None where it has no page of its own
    refusal: str | None  # why its link will not be opened
    attempts: int  # failures in passing on the nights before, of this same wording
    is_new: bool  # never seen under this key
    kept_url: str | None = None  # of the article that it is, where its link has changed
    known_url: str | None = None  # under which it was told last time


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Tonight's share of a feed."""

    candidates: tuple[Candidate, ...]
    left_over: int  # new or changed, but beyond the limit: for the next night
    names: tuple[EntryName, ...] = ()  # that are to be remembered
    oddities: tuple[str, ...] = ()  # of the publisher's ids
    renewed: bool = False  # no entry of it was known


def newest_entries(entries: Sequence[Entry], *, limit: int) -> list[Entry]:
    """The newest entries where all are dated, else the first; the rest of a long list is an archive, not news."""
    dated = [(entry.published_at or entry.updated_at, entry) for entry in entries]
    if all(instant for instant, _ in dated):
        order = sorted(range(len(entries)), key=lambda place: dated[place][0] or _NEVER, reverse=True)
        return [entries[place] for place in order[:limit]]
    return list(entries[:limit])


def select_entries(
    feed_url: str,
    entries: Sequence[Entry],
    known: Known,
    *,
    limit: int,
    without_id: int = 0,
    first_time: bool = False,
) -> Selection:
    """The entries that are new, edited or to be asked again, in the order given; at most `limit`.

    An entry is remembered by its canonical link and not by the publisher's id: ids are changed wholesale by new
    software and reused by old. A link that several entries share is a landing page; they are told apart by id, and
    read from the feed alone. An entry whose link has changed is known again by its id where its wording and date agree.
    `first_time`: nothing can be known of this feed, and little is looked up.
    """
    keyed = _keyed(entries)
    stamps = Counter(entry.updated_at for entry, _, _, _ in keyed if entry.updated_at)
    # Some generators stamp every entry with the time of the build: then the stamp tells nothing about the entry.
    ignore_stamps = len(keyed) > 2 and len(stamps) == 1 and sum(stamps.values()) == len(keyed)
    ids = Counter(entry.id for entry in entries)
    keys = {key for _, key, _, _ in keyed}
    if isinstance(known, LooksAhead):
        _look_ahead(feed_url, keyed, known, first_time=first_time)
    candidates, names, known_ids, given_again = [], [], [], 0
    for entry, key, link, refusal in keyed:
        before = known.entry(feed_url, key)
        kept_url = None
        name = name_entry(entry, key) if ids[entry.id] == 1 else None
        if before is None and not first_time:
            found, again = _find_moved(feed_url, key, link, name, known, keys)
            given_again += again
            if found is not None:
                key, before = found
                kept_url = before.url or None
                name = replace(name, entry_id=key) if name is not None else None
        elif before is not None and before.publisher_id is not None and name is not None:
            known_ids.append((before.publisher_id, name.publisher_id))
        if name is not None and (before is None or kept_url or before.publisher_id != name.publisher_id):
            names.append(name)
        told = replace(entry, link=key) if kept_url else entry
        fingerprint = entry_fingerprint(told, ignore_updated=ignore_stamps)
        if before is not None and not is_open(before, fingerprint):
            continue
        same = before is not None and before.fingerprint == fingerprint
        candidates.append(
            Candidate(
                entry=entry,
                key=key,
                fingerprint=fingerprint,
                link=link,
                refusal=refusal,
                attempts=before.attempts if before is not None and same else 0,
                is_new=before is None,
                kept_url=kept_url,
                known_url=before.url or None if before is not None else None,
            )
        )
    new = sum(candidate.is_new for candidate in candidates)
    return Selection(
        candidates=tuple(candidates[:limit]),
        left_over=max(len(candidates) - limit, 0),
        names=tuple(names),
        oddities=find_oddities(entries, without_id=without_id, known_ids=known_ids, given_again=given_again),
        renewed=bool(keyed) and new == len(keyed),
    )


def _look_ahead(feed_url: str, keyed: Sequence[_Keyed], known: LooksAhead, *, first_time: bool) -> None:
    """Has all that is about to be asked looked up at once: the entries, then what the new ones may have been called."""
    known.look_ahead(feed_url, [key for _, key, _, _ in keyed])
    if first_time:
        return
    new = [(entry, key, link) for entry, key, link, _ in keyed if known.entry(feed_url, key) is None]
    moved = [spelling for _, _, link in new if link for spelling in spellings(link)]
    names = [name for entry, key, _ in new if (name := name_entry(entry, key)) is not None]
    known.look_ahead(feed_url, moved, [name.publisher_id for name in names])


def _find_moved(
    feed_url: str, key: str, link: str | None, name: EntryName | None, known: Known, keys: set[str]
) -> tuple[tuple[str, KnownEntry] | None, bool]:
    """The key and entry under which an entry with a new link is known; and whether its id was another article's."""
    if link is not None and key == link:
        scheme = split_url(link).scheme
        for spelling in spellings(link):
            if split_url(spelling).scheme == scheme or spelling in keys:
                continue
            before = known.entry(feed_url, spelling)
            if before is not None and spelling.partition("://")[2] == link.partition("://")[2]:
                return (spelling, before), False
    if name is None or not isinstance(known, KnownNames):
        return None, False
    called = known.name(feed_url, name.publisher_id)
    if called is None or called.entry_id == key:
        return None, False
    if called.entry_id in keys:
        return None, True
    before = known.entry(feed_url, called.entry_id) if is_same_article(called, name) else None
    return (None, True) if before is None else ((called.entry_id, before), False)


def is_open(before: KnownEntry, fingerprint: str) -> bool:
    """Whether an entry seen before is to be taken (again): it has changed, or its last outcome was not final."""
    if before.fingerprint != fingerprint:
        return True
    if before.outcome == "not_article":  # 0: it will be none on any night
        return 0 < before.attempts < MAX_ATTEMPTS
    return before.outcome not in FINAL and before.attempts < MAX_ATTEMPTS


def entry_fingerprint(entry: Entry, *, ignore_updated: bool = False) -> str:
    """SHA-256 over what the publisher says in the feed; another one means that the article may have been edited."""
    instants = [entry.published_at, None if ignore_updated else entry.updated_at]
    stamps = [instant.astimezone(UTC).isoformat() if instant else "" for instant in instants]
    parts = [_canonical(entry.link)[0] or "", entry.title, entry.summary, entry.content, *stamps]
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _keyed(entries: Sequence[Entry]) -> list[_Keyed]:
    """Each entry with its key, its own canonical link and why that is refused; exact repetitions are left out."""
    links = [_canonical(entry.link) for entry in entries]
    titles: dict[str, set[str]] = {}
    for entry, (link, _) in zip(entries, links, strict=True):
        if link:
            titles.setdefault(link, set()).add(entry.title)
    ids = Counter(entry.id for entry in entries)
    keyed: dict[str, _Keyed] = {}
    for entry, (link, refusal) in zip(entries, links, strict=True):
        own = link if link and len(titles[link]) == 1 else None
        key = own
        if key is None:
            words = hashlib.sha256(f"{entry.title}\x00{entry.summary}".encode("utf-8", "surrogatepass")).hexdigest()
            key = entry.id if ids[entry.id] == 1 and entry.id != entry.link else f"{entry.id}#{words[:16]}"
            key = without_userinfo(key)
        keyed.setdefault(key, (entry, key, own, refusal))
    return list(keyed.values())


def _canonical(link: str | None) -> tuple[str | None, str | None]:
    if not link:
        return None, None
    try:
        return canonical_url(link), None
    except UrlError as error:
        return None, str(error)
