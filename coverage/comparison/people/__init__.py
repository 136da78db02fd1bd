"""Lists of people by name (who works where), compared with the registry by the same engine as lists of entities."""
