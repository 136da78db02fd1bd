"""Verbs on opinions: codes on paper, taking in, sorting, letting go, and the weekly digest."""
