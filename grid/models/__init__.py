"""Tables of the grid, by what they are about."""

from grid.models.councils import Charter, Council, CouncilMember, CouncilPlace, LegCouncil
from grid.models.grids import GridMember, GridPart, Secondment
from grid.models.matters import Answer, Leg, Matter, Moment
from grid.models.opinions import Digest, DigestArea, DigestLine, Opinion, OpinionCode, OpinionNotice
from grid.models.topics import Topic, TopicMoment, TopicSupport

__all__ = [
    "Answer",
    "Charter",
    "Council",
    "CouncilMember",
    "CouncilPlace",
    "Digest",
    "DigestArea",
    "DigestLine",
    "GridMember",
    "GridPart",
    "Leg",
    "LegCouncil",
    "Matter",
    "Moment",
    "Opinion",
    "OpinionCode",
    "OpinionNotice",
    "Secondment",
    "Topic",
    "TopicMoment",
    "TopicSupport",
]
