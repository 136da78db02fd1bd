"""What a comparison has found, before it is written down."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from coverage.matching import judge

Id = uuid.UUID


@dataclass(slots=True)
class Cell:
    """A cell that says something else than the registry. `problem` where it could not be read."""

    line: int
    entity_id: Id
    field: str
    old: str
    new: str
    problem: str = ""


@dataclass(slots=True)
class Found:
    """What the comparison has found, before it is written down."""

    rows: int = 0
    matched: dict[int, Id] = field(default_factory=dict)  # only those that a person or a rule had to look at
    judged: dict[int, judge.Judgement] = field(default_factory=dict)
    duplicates: dict[int, str] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)
    back: list[tuple[int, Id, str]] = field(default_factory=list)  # line, entity, missing since: named again
    gone: list[Id] = field(default_factory=list)
    named: dict[Id, int] = field(default_factory=dict)  # candidates that another row has by its code, with its line
    registry: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a person decided about a doubtful row with the same content, in this batch or an earlier one."""

    settled: str
    entity_id: Id | None
