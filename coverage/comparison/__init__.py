"""A workbook against the registry: staged, compared, decided, applied, undone."""
