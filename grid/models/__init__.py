"""Tables of the grid, by what they are about."""

from grid.models.councils import Charter, Council, CouncilMember, CouncilPlace, LegCouncil
from grid.models.grids import GridMember, GridPart, Secondment
from grid.models.handover import CaseBaseline, CaseStep, DistrictCase, DistrictPlatform, StrayAnswer
from grid.models.matters import Answer, Leg, Matter, Moment
from grid.models.meetings import (
    Addendum,
    AgendaItem,
    Attendee,
    ItemTextKept,
    Meeting,
    MeetingHost,
    Vote,
)
from grid.models.opinions import Digest, DigestArea, DigestLine, Opinion, OpinionCode, OpinionNotice
from grid.models.resolutions import FollowUp, Resolution
from grid.models.topics import Topic, TopicMoment, TopicSupport

__all__ = [
    "Addendum",
    "AgendaItem",
    "Answer",
    "Attendee",
    "CaseBaseline",
    "CaseStep",
    "Charter",
    "Council",
    "CouncilMember",
    "CouncilPlace",
    "Digest",
    "DigestArea",
    "DigestLine",
    "DistrictCase",
    "DistrictPlatform",
    "FollowUp",
    "GridMember",
    "GridPart",
    "ItemTextKept",
    "Leg",
    "LegCouncil",
    "Matter",
    "Meeting",
    "MeetingHost",
    "Moment",
    "Opinion",
    "OpinionCode",
    "OpinionNotice",
    "Resolution",
    "Secondment",
    "StrayAnswer",
    "Topic",
    "TopicMoment",
    "TopicSupport",
    "Vote",
]
