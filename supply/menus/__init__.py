"""Verbs on the weekly menu: assembled, published, ordered from, settled."""
