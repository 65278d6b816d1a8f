"""Which entries of a feed are new or edited, and under which key each is remembered: decisions without I/O."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from crawler.records import Entry, Known, KnownEntry, Outcome
from crawler.secrets import without_userinfo
from crawler.urls import UrlError, canonical_url

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Tonight's share of a feed."""

    candidates: tuple[Candidate, ...]
    left_over: int  # new or changed, but beyond the limit: for the next night


def newest_entries(entries: Sequence[Entry], *, limit: int) -> list[Entry]:
    """The newest entries where all are dated, else the first; the rest of a long list is an archive, not news."""
    dated = [(entry.published_at or entry.updated_at, entry) for entry in entries]
    if all(instant for instant, _ in dated):
        order = sorted(range(len(entries)), key=lambda place: dated[place][0] or _NEVER, reverse=True)
        return [entries[place] for place in order[:limit]]
    return list(entries[:limit])


def select_entries(feed_url: str, entries: Sequence[Entry], known: Known, *, limit: int) -> Selection:
    """The entries that are new, edited or to be asked again, in the order given; at most `limit`.

    An entry is remembered by its canonical link and not by the publisher's id: ids are changed wholesale by new
    software and reused by old. A link that several entries share is a landing page; they are told apart by id, and
    read from the feed alone.
    """
    keyed = _keyed(entries)
    stamps = Counter(entry.updated_at for entry, _, _, _ in keyed if entry.updated_at)
    # Some generators stamp every entry with the time of the build: then the stamp tells nothing about the entry.
    ignore_stamps = len(keyed) > 2 and len(stamps) == 1 and sum(stamps.values()) == len(keyed)
    candidates = []
    for entry, key, link, refusal in keyed:
        fingerprint = entry_fingerprint(entry, ignore_updated=ignore_stamps)
        before = known.entry(feed_url, key)
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
            )
        )
    return Selection(candidates=tuple(candidates[:limit]), left_over=max(len(candidates) - limit, 0))


def is_open(before: KnownEntry, fingerprint: str) -> bool:
    """Whether an entry seen before is to be taken (again): it has changed, or its last outcome was not final."""
    if before.fingerprint != fingerprint:
        return True
    return before.outcome not in FINAL and before.attempts < MAX_ATTEMPTS


def entry_fingerprint(entry: Entry, *, ignore_updated: bool = False) -> str:
    """SHA-256 over what the publisher says in the feed; another one means that the article may have been edited."""
    instants = [entry.published_at, None if ignore_updated else entry.updated_at]
    stamps = [instant.astimezone(UTC).isoformat() if instant else "" for instant in instants]
    parts = [_canonical(entry.link)[0] or "", entry.title, entry.summary, entry.content, *stamps]
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _keyed(entries: Sequence[Entry]) -> list[tuple[Entry, str, str | None, str | None]]:
    """Each entry with its key, its own canonical link and why that is refused; exact repetitions are left out."""
    links = [_canonical(entry.link) for entry in entries]
    titles: dict[str, set[str]] = {}
    for entry, (link, _) in zip(entries, links, strict=True):
        if link:
            titles.setdefault(link, set()).add(entry.title)
    ids = Counter(entry.id for entry in entries)
    keyed: dict[str, tuple[Entry, str, str | None, str | None]] = {}
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
