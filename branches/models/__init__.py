"""Tables of the organised bodies, by what they are about."""

from branches.models.activities import Activity, ActivityFile, ActivityHost, Attendance, Decision, Minutes, MinutesKept
from branches.models.areas import Charge, DutyList, Responsibility
from branches.models.committees import Committee, Extension, Seat
from branches.models.covering import Covering, Finding, Outreach
from branches.models.founding import Founding, FoundingDocument
from branches.models.joint import (
    CalendarLink,
    CheckIn,
    JointProject,
    ProjectPartner,
    ProjectStep,
    ServiceOffer,
    VisitedShop,
)
from branches.models.members import Member
from branches.models.organisations import Beacon, Organisation, OrganisationUnit, Superior, Tie
from branches.models.rules import Rule

__all__ = [
    "Activity",
    "ActivityFile",
    "ActivityHost",
    "Attendance",
    "Beacon",
    "CalendarLink",
    "Charge",
    "CheckIn",
    "Committee",
    "Covering",
    "Decision",
    "DutyList",
    "Extension",
    "Finding",
    "Founding",
    "FoundingDocument",
    "JointProject",
    "Member",
    "Minutes",
    "MinutesKept",
    "Organisation",
    "OrganisationUnit",
    "Outreach",
    "ProjectPartner",
    "ProjectStep",
    "Responsibility",
    "Rule",
    "Seat",
    "ServiceOffer",
    "Superior",
    "Tie",
    "VisitedShop",
]
