"""Verbs on what branches do: activities, attendance, joint work."""
