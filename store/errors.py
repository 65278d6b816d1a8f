"""What the store raises."""

from __future__ import annotations


class StoreError(Exception):
    """Base of the store's errors; the message names the file and what mends it."""


class LedgerError(StoreError):
    """The ledger cannot be opened, read or written."""


class BodyError(StoreError):
    """A raw body is missing or is not the one its name promises."""


class QueryError(StoreError):
    """A query was refused or failed; the message is one sentence for the analyst."""
