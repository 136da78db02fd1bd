"""Tables of the organised bodies, by what they are about."""

from branches.models.areas import Charge, DutyList, Responsibility
from branches.models.committees import Committee, Extension, Seat
from branches.models.covering import Covering, Finding, Outreach
from branches.models.members import Member
from branches.models.organisations import Beacon, Organisation, OrganisationUnit, Superior, Tie
from branches.models.rules import Rule

__all__ = [
    "Beacon",
    "Charge",
    "Committee",
    "Covering",
    "DutyList",
    "Extension",
    "Finding",
    "Member",
    "Organisation",
    "OrganisationUnit",
    "Outreach",
    "Responsibility",
    "Rule",
    "Seat",
    "Superior",
    "Tie",
]
