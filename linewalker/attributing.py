"""Whose an article is that came from a list of addresses: its own publisher's, never the list's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crawler.archive import SourceFinder
from crawler.records import ArticleOutcome, Source
from store.database import Ledger
from store.imports import add_unlisted_sources


class Attribution:
    """Gives each article of a GDELT source to the source that its address belongs to.

    A hundred publishers' reports would else count as one publisher's.
    """

    def __init__(self, ledger: Ledger, sources: Sequence[Source]) -> None:
        self._ledger = ledger
        self._lists = {source.id for source in sources if source.kind == "gdelt"}
        self._finder = SourceFinder(sources)
        self._added: set[str] = set()

    def settle(self, outcome: ArticleOutcome) -> ArticleOutcome:
        """The outcome with its article under the right source, which is added where it is not listed."""
        article = outcome.article
        if article is None or outcome.source_id not in self._lists:
            return outcome
        source = self._finder.find(article.url)
        if source.id not in self._added and self._finder.by_id(source.id) is None:
            add_unlisted_sources(self._ledger, [source])
            self._added.add(source.id)
        return replace(outcome, article=replace(article, source_id=source.id))
