"""Verbs on meetings: due by the calendar, called, minuted, resolved, closed, followed up."""
