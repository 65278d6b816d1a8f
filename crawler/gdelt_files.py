"""The files that a list of GDELT names, from its robots.txt to the articles that their rows point at."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.failures import one_line
from crawler.gdelt import split_child
from crawler.jobs import parse_gdelt_file
from crawler.limits import size_text
from crawler.night import Night
from crawler.records import CostlyError, Entry, Feed
from crawler.urls import UrlError, registrable_domain, split_url

_ACCEPT_ZIP = "application/zip,application/octet-stream;q=0.9,*/*;q=0.5"


async def take_gdelt_files(night: Night, feed: Feed, children: Sequence[str]) -> tuple[list[Entry], list[str], bool]:
    """The articles of a list's files, what is to be noted, and whether all of them could be read.

    A file of another site than the list's is left alone, as are files that are larger than a feed may be.
    """
    entries: dict[str, Entry] = {}
    notes: list[str] = []
    complete = True
    owner = registrable_domain(split_url(feed.url).host)
    for child in children:
        note, found = await _take_file(night, feed, child, owner)
        if note is not None:
            name = split_child(child).url.rpartition("/")[2]
            notes.append(f"{one_line(name)}: {note}")
            complete = complete and bool(found)
        for entry in found:
            entries.setdefault(entry.id, entry)
    return list(entries.values()), notes, complete


async def _take_file(night: Night, feed: Feed, child: str, owner: str) -> tuple[str | None, tuple[Entry, ...]]:
    file = split_child(child)
    try:
        if registrable_domain(split_url(file.url).host) != owner:
            return "of another site, left out", ()
    except UrlError as error:
        return f"refused: {error}", ()
    if file.size > night.settings.max_feed_bytes:
        return f"{size_text(file.size)}, more than {size_text(night.settings.max_feed_bytes)}; left out", ()
    decision = await night.robots.decide(file.url)
    if not decision.allowed:
        return decision.reason, ()
    async with night.document(file.url, max_bytes=night.settings.max_feed_bytes, accept=_ACCEPT_ZIP) as result:
        if result.outcome != "ok":
            return result.reason, ()
        try:
            parsed = await night.run(parse_gdelt_file, result.body, child, feed.themes, feed.places)
        except CostlyError as error:
            return f"parsing was stopped: {one_line(error)}", ()
        except Exception as error:  # a parser that breaks on a file is that file's outcome
            return f"parsing failed: {type(error).__name__}: {one_line(error)}", ()
    return (one_line(parsed.error) if parsed.error else None), parsed.entries
