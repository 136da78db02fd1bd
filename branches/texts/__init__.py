"""Texts compared, searched and written out: differences, snippets, certificate numbers, calendar entries. Pure."""
