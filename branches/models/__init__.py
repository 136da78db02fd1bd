"""Tables of the organised bodies, by what they are about."""

from branches.models.members import Member
from branches.models.organisations import Beacon, Organisation, OrganisationUnit, Superior, Tie
from branches.models.rules import Rule

__all__ = ["Beacon", "Member", "Organisation", "OrganisationUnit", "Rule", "Superior", "Tie"]
