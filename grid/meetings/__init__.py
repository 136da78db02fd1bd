"""Verbs on meetings, agendas, minutes and resolutions."""
