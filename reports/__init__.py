"""Findings become briefings, charts and exports, without any network."""
