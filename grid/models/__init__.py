"""Tables of the grid, by what they are about."""

from grid.models.councils import Charter, Council, CouncilMember, CouncilPlace, LegCouncil
from grid.models.grids import GridMember, GridPart, Secondment
from grid.models.matters import Answer, Leg, Matter, Moment

__all__ = [
    "Answer",
    "Charter",
    "Council",
    "CouncilMember",
    "CouncilPlace",
    "GridMember",
    "GridPart",
    "Leg",
    "LegCouncil",
    "Matter",
    "Moment",
    "Secondment",
]
