"""Verbs on the rota of station masters: made, swapped, handed over."""
