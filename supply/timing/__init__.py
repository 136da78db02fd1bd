"""Pure: opening hours, occurrences of a series, free slots, turns of a rota. No Django, no clock."""
