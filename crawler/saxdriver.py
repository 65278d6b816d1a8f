"""The SAX parser that feedparser is given: Python's own, with runs of text handed over whole.

Python's expat driver calls back for every line and character reference; feedparser spends a third of its time in those
calls. feedparser.PREFERRED_XML_PARSERS is where it is told of another driver.
"""

from __future__ import annotations

from xml.sax.expatreader import ExpatParser

_BUFFER = 1 << 16  # bytes of text that are put together before the handler is called


class WholeTextParser(ExpatParser):
    """expatreader.ExpatParser, whose text comes in one piece between two tags."""

    def reset(self) -> None:
        """Called before each document."""
        super().reset()
        self._parser.buffer_size = _BUFFER  # type: ignore[attr-defined]
        self._parser.buffer_text = True  # type: ignore[attr-defined]


def create_parser() -> WholeTextParser:
    """What xml.sax.make_parser asks of a driver module."""
    return WholeTextParser()
