"""Verbs on volunteers: the notice, the roster, leaving it, call-ups and their answers."""
