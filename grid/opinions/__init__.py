"""Verbs on what people say: opinions, topics, the weekly digest."""
