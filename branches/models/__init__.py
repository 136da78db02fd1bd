"""Tables of the organised bodies, by what they are about."""

from branches.models.activities import Activity, ActivityFile, ActivityHost, Attendance, Decision, Minutes, MinutesKept
from branches.models.areas import Charge, DutyList, Responsibility
from branches.models.committees import Committee, CommitteeSheet, CommitteeSheetRow, Extension, Seat
from branches.models.covering import Covering, Finding, Outreach
from branches.models.divisions import Division, DivisionVariant
from branches.models.founding import Founding, FoundingDocument
from branches.models.groups import Group, GroupPlace
from branches.models.handbook import HandbookSection, HandbookVersion, Method, MethodCase
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
from branches.models.mentoring import MentorPair, MentorSession
from branches.models.organisations import Beacon, Organisation, OrganisationUnit, Superior, Tie
from branches.models.rosters import Roster, RosterRow
from branches.models.rules import Rule
from branches.models.talents import HelpField, HelpRequest, Talent, TalentConsent, TalentNotice
from branches.models.training import Certificate, Course, Enrolment, Lecturer, Training, TrainingBase

__all__ = [
    "Activity",
    "ActivityFile",
    "ActivityHost",
    "Attendance",
    "Beacon",
    "CalendarLink",
    "Certificate",
    "Charge",
    "CheckIn",
    "Committee",
    "CommitteeSheet",
    "CommitteeSheetRow",
    "Course",
    "Covering",
    "Decision",
    "Division",
    "DivisionVariant",
    "DutyList",
    "Enrolment",
    "Extension",
    "Finding",
    "Founding",
    "FoundingDocument",
    "Group",
    "GroupPlace",
    "HandbookSection",
    "HandbookVersion",
    "HelpField",
    "HelpRequest",
    "JointProject",
    "Lecturer",
    "Member",
    "MentorPair",
    "MentorSession",
    "Method",
    "MethodCase",
    "Minutes",
    "MinutesKept",
    "Organisation",
    "OrganisationUnit",
    "Outreach",
    "ProjectPartner",
    "ProjectStep",
    "Responsibility",
    "Roster",
    "RosterRow",
    "Rule",
    "Seat",
    "ServiceOffer",
    "Superior",
    "Talent",
    "TalentConsent",
    "TalentNotice",
    "Tie",
    "Training",
    "TrainingBase",
    "VisitedShop",
]
