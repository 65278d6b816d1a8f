"""The ledger for other programs: one module a format."""
