"""Verbs on councils and their members."""
