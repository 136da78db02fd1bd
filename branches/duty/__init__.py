"""Verbs on whom a branch answers for: areas, coverings, responsibility areas."""
