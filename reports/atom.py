"""Atom feeds (RFC 4287) of briefings and of incidents, so that others can subscribe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from urllib.parse import quote

from markupsafe import Markup, escape

from reports.attribution import tell_actors, tell_denials, tell_sureness
from reports.changes import tell_changes
from reports.countries import country_name
from reports.desk import Desk
from reports.figures import tell_figures
from reports.headings import tell_heading
from reports.index_page import PastBriefing
from reports.records import Sentence
from reports.sentences import tell_lead
from reports.severity import grade_severity
from reports.text import clean_text, safe_url, shorten, slug
from reports.words import TYPE_NOUNS
from store.records import IncidentView

ENTRIES = 100
# A name under .invalid (RFC 2606) belongs to nobody, so that the ids (tag URIs, RFC 4151) outlive any move of the
# files; the ledger's own name tells one desk's feeds from another's.
_AUTHORITY = "tag:linewalker.invalid,2026"
_QUOTES, _CHANGES, _QUOTE_CHARACTERS = 12, 6, 400
_GONE = {"merged": "Merged into another incident", "dismissed": "Dismissed by an analyst",
         "retracted": "Retracted"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSettings:
    """Whose feed it is and where it lies."""

    title: str
    ledger: str  # the ledger's name: part of every id
    base_url: str = ""  # of the folder, ending in a slash; empty: addresses relative to the feed (RFC 3986, 4.2)

    @property
    def stem(self) -> str:
        """What all ids of this ledger begin with."""
        return f"{_AUTHORITY}:{slug(self.ledger)}"


def render_briefings_feed(briefings: Sequence[PastBriefing], settings: FeedSettings) -> str:
    """The feed of the latest briefings; an entry's id is the file's stem, which is never used twice."""
    entries = [_briefing_entry(past, settings) for past in briefings[:ENTRIES]]
    updated = briefings[0].generated_at if briefings else None
    return _feed("briefings", settings.title, updated, entries, settings)


def render_incidents_feed(
    changed: Sequence[tuple[IncidentView, datetime]], briefings: Sequence[PastBriefing], settings: FeedSettings
) -> str:
    """The feed of the incidents that changed last, each once, with the instant of its last change.

    Only sentences that the verifier lets through are told.
    """
    entries = [_incident_entry(view, at, briefings, settings) for view, at in changed[:ENTRIES]]
    updated = max((at for _, at in changed), default=None)
    return _feed("incidents", f"{settings.title}: incidents", updated, entries, settings)


def _feed(
    name: str, title: str, updated: datetime | None, entries: Iterable[Markup], settings: FeedSettings
) -> str:  # fmt: skip
    head = Markup(
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">\n'
        "<id>{}</id>\n<title>{}</title>\n<updated>{}</updated>\n<author><name>Linewalker</name></author>\n"
        "<generator>Linewalker</generator>\n"
    ).format(f"{settings.stem}/{name}", clean_text(title), _instant(updated))
    links = _link("self", f"{name}.atom", "application/atom+xml", settings)
    links += _link("alternate", "index.html", "text/html", settings)
    return str(head + links + Markup("").join(entries) + Markup("</feed>\n"))


def _briefing_entry(past: PastBriefing, settings: FeedSettings) -> Markup:
    kind = {"weekly": "weekly briefing", "period": "briefing of a period"}.get(past.kind, "daily briefing")
    title = f"{past.day}: {kind}" + (f" ({past.scope})" if past.scope else "")
    links = _link("alternate", f"{quote(past.stem)}.html", "text/html", settings)
    if past.markdown:
        links += _link("alternate", f"{quote(past.stem)}.md", "text/markdown", settings)
    told = " ".join(part for part in (past.counts, past.top) if part)
    return Markup("<entry>\n<id>{}</id>\n<title>{}</title>\n<updated>{}</updated>\n{}{}{}</entry>\n").format(
        f"{settings.stem}/briefing/{slug(past.stem)}",
        title,
        _instant(past.generated_at),
        _category("kind", past.kind or "daily", kind, settings),
        links,
        Markup("<summary>{}</summary>\n").format(told or "A briefing."),
    )


def _incident_entry(
    view: IncidentView, at: datetime, briefings: Sequence[PastBriefing], settings: FeedSettings
) -> Markup:
    desk = Desk()
    level = grade_severity(view)[0]
    heading = desk.sifted([tell_heading(view)], "heading", view.id)
    title = heading[0].text if heading else f"Incident {view.id}"
    gone = _GONE.get(view.status)
    told = [] if view.status in ("merged", "dismissed") else _told(desk, view)
    categories = [_category("risk", risk, risk.replace("_", " "), settings) for risk in view.risks]
    categories.append(_category("type", view.event_type, TYPE_NOUNS.get(view.event_type, view.event_type), settings))
    if view.country:
        categories.append(_category("country", view.country, country_name(view.country), settings))
    categories.append(_category("severity", level, level, settings))
    # The first briefing written after the change tells it.
    where = next((past for past in reversed(briefings) if past.generated_at >= at), None)
    page = f"{quote(where.stem)}.html#i-{slug(view.id)}" if where is not None else None
    return Markup(
        "<entry>\n<id>{}</id>\n<title>{}</title>\n<published>{}</published>\n<updated>{}</updated>\n{}{}"
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{}{}{}</div></content>\n</entry>\n'
    ).format(
        f"{settings.stem}/incident/{slug(view.id)}",
        f"{gone}: {title}" if gone else title,
        _instant(view.created_at),
        _instant(at),
        Markup("").join(categories),
        _link("alternate", page, "text/html", settings) if page else "",
        Markup("<p>{}.</p>").format(gone) if gone else "",
        Markup("").join(Markup("<p>{}</p>").format(one.text) for one in told),
        _quoted(told),
    )


def _told(desk: Desk, view: IncidentView) -> list[Sentence]:
    lead = desk.reduced(lambda without: tell_lead(view, without), "what, where and when", view.id)
    figures = tell_figures(view, partial(desk.passes, about="a figure", view_id=view.id))
    return [
        *([lead] if lead else []),
        *desk.sifted(tell_actors(view), "who is behind it", view.id),
        *desk.sifted((told for told, _ in figures), "a figure", view.id),
        *desk.sifted(tell_denials(view), "a denial", view.id),
        *desk.sifted(tell_sureness(view, set()), "how sure it is", view.id),
        *desk.sifted(tell_changes(view, view.created_at)[:_CHANGES], "a change", view.id),
    ]


def _quoted(told: Iterable[Sentence]) -> Markup:
    """The words behind the sentences, each once, with a link to the article."""
    quotes = {clean_text(one.sentence): one for sentence in told for one in reversed(sentence.quotes)}
    rows = []
    for words, one in list(quotes.items())[:_QUOTES]:
        url = safe_url(one.url)
        name = clean_text(one.publisher)
        source = Markup('<a href="{}" rel="nofollow">{}</a>').format(url, name) if url else escape(name)
        rows.append(Markup("<li>{}: “{}”</li>").format(source, shorten(words, _QUOTE_CHARACTERS)))
    return Markup("<ul>{}</ul>").format(Markup("").join(rows)) if rows else Markup("")


def _link(relation: str, address: str, kind: str, settings: FeedSettings) -> Markup:
    return Markup('<link rel="{}" type="{}" href="{}"/>\n').format(relation, kind, settings.base_url + address)


def _category(scheme: str, term: str, label: str, settings: FeedSettings) -> Markup:
    return Markup('<category scheme="{}" term="{}" label="{}"/>\n').format(
        f"{_AUTHORITY}:{scheme}", clean_text(term), clean_text(label)
    )


def _instant(at: datetime | None) -> str:
    """RFC 3339 in UTC; a feed without entries has an instant all the same (RFC 4287, 4.2.15)."""
    return f"{(at or datetime(1970, 1, 1, tzinfo=UTC)).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
