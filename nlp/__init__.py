"""Text becomes findings: mentions, quantities, events, risk tags, stories, incidents."""
