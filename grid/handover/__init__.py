"""Verbs on matters handed to the district's platform."""
