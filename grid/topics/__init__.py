"""Verbs on topics: proposed, supported, put on an agenda, merged, resolved; the proposer is told."""
