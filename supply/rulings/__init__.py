"""Verbs on the numbers that a street sets itself."""
