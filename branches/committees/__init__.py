"""Verbs on committees, their seats and terms."""
