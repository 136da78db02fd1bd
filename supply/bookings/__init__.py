"""Verbs on bookings of spaces, lecturers and equipment: single, in series, waiting, moved, checked in, released."""
