"""Tables of the organised bodies, by what they are about."""

from branches.models.committees import Committee, Extension, Seat
from branches.models.members import Member
from branches.models.organisations import Beacon, Organisation, OrganisationUnit, Superior, Tie
from branches.models.rules import Rule

__all__ = [
    "Beacon",
    "Committee",
    "Extension",
    "Member",
    "Organisation",
    "OrganisationUnit",
    "Rule",
    "Seat",
    "Superior",
    "Tie",
]
