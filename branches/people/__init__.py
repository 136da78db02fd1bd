"""Verbs on talents, mentors, courses, the handbook and methods."""
