"""Verbs on the three lists: what is needed, what there is, what is run, and what was brought together."""
