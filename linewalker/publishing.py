"""What stands beside the briefings: the index page and the Atom feeds, made anew from the files and the ledger."""

from __future__ import annotations

from pathlib import Path

from linewalker.config import Config
from reports.atom import ENTRIES, FeedSettings, render_briefings_feed, render_incidents_feed
from reports.files import write_whole
from reports.index_page import find_briefings, render_index
from reports.templating import TemplateProblemError
from store.briefings import get_briefings, get_latest_changes, get_ledger_name
from store.database import Ledger
from store.views import get_incidents


def publish_pages(ledger: Ledger, config: Config) -> tuple[str, ...]:
    """Writes index.html, briefings.atom and incidents.atom into the folder of the briefings.

    Returns what went wrong, in sentences: a template of the user's own that is broken (the shipped one is used then).
    """
    if not config.briefing.index:
        return ()
    folder = config.briefings_path
    folder.mkdir(parents=True, exist_ok=True)
    recorded = {Path(one.path).stem: one.generated_at for one in get_briefings(ledger)}
    briefings = find_briefings(folder, recorded)
    problems: tuple[str, ...] = ()
    title = config.briefing.title
    try:
        index = render_index(title, briefings, templates=config.templates_path)
    except TemplateProblemError as problem:
        problems = (str(problem),)
        index = render_index(title, briefings)
    base_url = config.briefing.base_url
    settings = FeedSettings(
        title=title,
        ledger=get_ledger_name(ledger),
        base_url=base_url if not base_url or base_url.endswith("/") else f"{base_url}/",
    )
    changes = dict(get_latest_changes(ledger, ENTRIES))
    changed = [(view, changes[view.id]) for view in get_incidents(ledger, list(changes))]
    write_whole(folder / "briefings.atom", render_briefings_feed(briefings, settings).encode())
    write_whole(folder / "incidents.atom", render_incidents_feed(changed, briefings, settings).encode())
    write_whole(folder / "index.html", index.encode())
    return problems
