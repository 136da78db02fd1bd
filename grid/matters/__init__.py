"""Verbs on matters: raised, handled, passed on, solved, answered, closed."""
