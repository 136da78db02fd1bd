"""The tables of coverage, by subject."""

from coverage.models.collection import CodePrint, CollectionCode, CollectionForm, Consent, Submission
from coverage.models.differences import AskedField, Discrepancy, DiscrepancyStep, Reply
from coverage.models.entities import Entity, EntitySearch, EntitySource, FactRule, Worker
from coverage.models.feeds import Batch, Department, Difference, FeedFile, Layout
from coverage.models.files import FeedPart
from coverage.models.matching import MatchWeights
from coverage.models.merging import Distinct, Merge, OtherCode
from coverage.models.people import PersonDifference
from coverage.models.rounds import Absence, Rearrangement, Round, Stop, Team, TeamMember
from coverage.models.visits import Demand, Question, Visit, VisitAnswer

__all__ = [
    "Absence",
    "AskedField",
    "Batch",
    "CodePrint",
    "CollectionCode",
    "CollectionForm",
    "Consent",
    "Demand",
    "Department",
    "Difference",
    "Discrepancy",
    "DiscrepancyStep",
    "Distinct",
    "Entity",
    "EntitySearch",
    "EntitySource",
    "FactRule",
    "FeedFile",
    "FeedPart",
    "Layout",
    "MatchWeights",
    "Merge",
    "OtherCode",
    "PersonDifference",
    "Question",
    "Rearrangement",
    "Reply",
    "Round",
    "Stop",
    "Submission",
    "Team",
    "TeamMember",
    "Visit",
    "VisitAnswer",
    "Worker",
]
