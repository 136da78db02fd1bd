"""The tables of coverage, by subject."""

from coverage.models.entities import Entity, EntitySearch, EntitySource, FactRule, Worker
from coverage.models.feeds import Batch, Department, Difference, FeedFile, HeadingAlias
from coverage.models.rounds import Absence, Rearrangement, Round, Stop, Team, TeamMember
from coverage.models.visits import Demand, Question, Visit, VisitAnswer

__all__ = [
    "Absence",
    "Batch",
    "Demand",
    "Department",
    "Difference",
    "Entity",
    "EntitySearch",
    "EntitySource",
    "FactRule",
    "FeedFile",
    "HeadingAlias",
    "Question",
    "Rearrangement",
    "Round",
    "Stop",
    "Team",
    "TeamMember",
    "Visit",
    "VisitAnswer",
    "Worker",
]
