"""Verbs on organisations and their members."""
