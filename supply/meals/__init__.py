"""Verbs on meal points: keeping them, saying when they do not serve, answering reports."""
