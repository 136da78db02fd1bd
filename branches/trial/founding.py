"""The founding files of the campaign's seven organisations, and of the two that are on their way. All papers are made up."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid

from branches.bodies.papers import XLSX, seal
from branches.models import Founding, FoundingDocument
from branches.rules.seats import months_later
from branches.trial.bodies_plan import Body
from branches.trial.organisations import organisation_ids, plan
from coverage.trial.days import SHANGHAI, Ids
from coverage.trial.load import Scene
from shimen.sheets import Sheet, as_xlsx

State, Step = Founding.State, FoundingDocument.Step
TITLES = {Step.APPLY: "成立申请", Step.DECIDE: "批复", Step.ELECT: "党员大会选举结果报告", Step.FILE: "备案表"}


def write(scene: Scene) -> None:
    """A file for each of the seven, filed; one that waits for its election, and one whose decision is overdue."""
    planned = plan(scene)
    ids = organisation_ids(scene, planned)
    made, rows = Ids(scene.seed, "founding"), []
    waiting = [State.APPLIED, State.APPROVED]
    for pk, body in zip(ids, planned.bodies, strict=True):
        if body.is_campaign:
            rows.append((body, _filed(scene, pk, body, made)))
        elif body.founded is None:
            rows.append((body, _waiting(scene, pk, waiting.pop(0), made)))
    Founding.objects.bulk_create(row for _, row in rows)
    FoundingDocument.objects.bulk_create(
        _document(scene, body, row, step, day, made)
        for body, row in rows
        for step, day in zip(Step, (row.applied_on, row.decided_on, row.elected_on, row.filed_on), strict=True)
        if day is not None
    )


def _filed(scene: Scene, organisation: uuid.UUID, body: Body, made: Ids) -> Founding:
    founded = body.founded or scene.days.today
    return Founding(
        id=made.at(scene.days.at(-21)), street=scene.street, organisation_id=organisation, state=State.FILED,
        reason="有三名以上正式党员，申请成立党支部（示例）", applied_on=founded - dt.timedelta(days=13), decided_on=founded,
        decided_note="同意成立", elected_on=founded + dt.timedelta(days=3), elected_note="到会过半数，选举有效，班子见“班子”页",
        filed_on=founded + dt.timedelta(days=6), filed_number=f"示例〔{founded.year}〕{founded:%m%d} 号",
    )  # fmt: skip


def _waiting(scene: Scene, organisation: uuid.UUID, state: str, made: Ids) -> Founding:
    applied = scene.days.day(70)
    row = Founding(
        id=made.at(scene.days.at(-21)), street=scene.street, organisation_id=organisation, state=state,
        reason="职工里有正式党员，申请成立党支部（示例）", applied_on=applied, due_on=months_later(applied, 1),
    )  # fmt: skip
    if state == State.APPROVED:
        row.decided_on, row.decided_note = scene.days.day(90), "同意成立"
        row.due_on = months_later(row.decided_on, 2)
    return row


def _document(scene: Scene, body: Body, row: Founding, step: str, day: dt.date, made: Ids) -> FoundingDocument:
    title = TITLES[Step(step)]
    lines = [["党组织", body.name], ["日期", day.isoformat()], ["说明", "示例材料，内容是编的"]]
    content = as_xlsx([Sheet(title, ["项目", "内容"], lines)])
    at = dt.datetime.combine(day, dt.time(15, 30), SHANGHAI)
    document = FoundingDocument(
        id=made.at(at), street=scene.street, founding=row, step=step, name=f"{title}（示例）.xlsx", media_type=XLSX,
        size=len(content), sha256=hashlib.sha256(content).hexdigest(), uploaded_by=scene.users["zhouwuwu"], uploaded_at=at,
    )  # fmt: skip
    document.content = seal(content, document)
    return document
