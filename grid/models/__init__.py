"""Tables of the grid, by what they are about."""

from grid.models.matters import Answer, Leg, Matter, Moment

__all__ = ["Answer", "Leg", "Matter", "Moment"]
