"""Verbs on venues: places, spaces, equipment, opening hours, and their public page."""
