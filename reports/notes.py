"""Policy and market in brief: what is told but is no incident on a facility."""

from __future__ import annotations

from collections.abc import Sequence

from reports.desk import Desk
from reports.records import BriefingSettings, Group, Item, Section
from reports.sentences import tell_note
from reports.text import clean_text
from reports.words import TYPE_NOUNS
from store.records import Note


def tell_notes(desk: Desk, notes: Sequence[Note], settings: BriefingSettings) -> Section:
    """Sanctions, diplomacy and markets in their articles' own words, each sentence once, newest first."""
    groups = []
    more = 0
    for event_type in ("sanction", "legal_diplomatic", "market"):
        seen: set[str] = set()
        items = []
        for note in sorted((note for note in notes if note.event_type == event_type), key=_note_order):
            words = clean_text(note.quote.sentence).casefold()
            if words in seen:
                continue
            seen.add(words)
            told = desk.sifted([tell_note(note, settings.quote_characters)], "a note", None)
            items += [Item(id="", heading=None, sentences=tuple(told), tag=_note_tag(note))] if told else []
        more += max(0, len(items) - settings.notes_per_type)
        if items:
            groups.append(Group(title=TYPE_NOUNS[event_type], items=tuple(items[: settings.notes_per_type])))
    return Section(
        key="notes", title="Policy and market in brief", groups=tuple(groups), more=more, empty="Nothing reported."
    )


def _note_order(note: Note) -> tuple[float, str, int]:
    published = note.quote.published_at
    return (-published.timestamp() if published else 0.0, note.quote.article_id, note.quote.start)


def _note_tag(note: Note) -> str:
    plain = note.factuality in ("asserted", "attributed")
    return "" if plain else note.factuality.capitalize()
