"""Who visits whom, on which day and in which order. Pure: no database, no clock; see docs/planning.md."""
