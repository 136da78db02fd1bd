"""The verbs on joint projects (项目共推): begun by several, carried on in steps, ended with what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from branches.models import JointProject, Organisation, ProjectPartner, ProjectStep
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError

MOST_STEPS = 50


class ProjectError(DomainError):
    """A project or one of its steps cannot be written so."""


@transaction.atomic
def start(
    *,
    title: str,
    goal: str,
    lead: Organisation,
    others: Sequence[Organisation],
    started_on: dt.date,
    actor: User | None,
    at: dt.datetime,
) -> JointProject:
    """Begin a project of at least two organisations that stand on the day it starts."""
    partners = _partners(lead, others, started_on)
    title, goal = title.strip(), goal.strip()
    if not title:
        raise ProjectError("写一个项目名称。", field="title")
    if not goal:
        raise ProjectError("写一句目标：做成什么样算完成。", field="goal")
    project = JointProject.objects.create(
        street_id=lead.street_id, title=title, goal=goal, lead=lead, started_on=started_on, made_by=actor, made_at=at
    )
    _set_partners(project, partners)
    after = {"title": title, "partners": [str(partner) for partner in partners]}
    record(verb="life.start_project", target=project, actor=actor, at=at, after=after)
    return project


@transaction.atomic
def change(
    *, project: JointProject, title: str, goal: str, others: Sequence[Organisation], actor: User, at: dt.datetime
) -> JointProject:
    """Reword a running project, or change who takes part; whoever has a step to do stays."""
    project = _running(project)
    partners = _partners(project.lead, others, project.started_on)
    title, goal = title.strip(), goal.strip()
    if not title or not goal:
        raise ProjectError("名称和目标都要写。", field="goal" if title else "title")
    kept = {partner.pk for partner in partners}
    if busy := project.steps.exclude(owner__in=kept).select_related("owner").first():
        raise ProjectError(f"“{busy.owner}”还有步骤“{busy.title}”，先换人做再移出。", field="others")
    before = {"title": project.title, "goal": project.goal}
    project.title, project.goal = title, goal
    project.save(update_fields=["title", "goal"])
    _set_partners(project, partners)
    after = {"title": title, "goal": goal, "partners": [str(partner) for partner in partners]}
    record(verb="life.change_project", target=project, actor=actor, at=at, before=before, after=after)
    return project


@transaction.atomic
def add_step(
    *, project: JointProject, title: str, owner: Organisation, due_on: dt.date, actor: User | None, at: dt.datetime
) -> ProjectStep:
    """Add a step that one of the partners does by a day."""
    project = _running(project)
    title = title.strip()
    if not title:
        raise ProjectError("写明这一步做什么。", field="title")
    if due_on < project.started_on:
        raise ProjectError(f"到期不能早于项目开始的 {project.started_on:%Y-%m-%d}。", field="due_on")
    if not project.partners.filter(organisation=owner).exists():
        raise ProjectError(f"“{owner}”没有参与这个项目，先把它加进来。", field="owner")
    if project.steps.count() >= MOST_STEPS:
        raise ProjectError(f"一个项目最多 {MOST_STEPS} 步，拆成两个项目。")
    step = ProjectStep.objects.create(
        street_id=project.street_id, project=project, title=title, owner=owner, due_on=due_on
    )
    after = {"title": title, "owner": str(owner), "due_on": due_on.isoformat()}
    record(verb="life.add_step", target=project, actor=actor, at=at, after=after)
    return step


@transaction.atomic
def report_step(*, step: ProjectStep, note: str, is_done: bool, actor: User | None, at: dt.datetime) -> ProjectStep:
    """Say how far a step is, or that it is done; taking "done" back is a report too."""
    step = ProjectStep.objects.select_for_update(of=("self",)).select_related("project").get(pk=step.pk)
    _running(step.project)
    note = " ".join(note.split())[:300]
    if is_done and not note:
        raise ProjectError("写一句做成了什么。", field="note")
    before = {"note": step.note, "done_on": step.done_on.isoformat() if step.done_on else ""}
    step.note = note
    step.done_on = (step.done_on or clock.day_of(at)) if is_done else None
    step.save(update_fields=["note", "done_on"])
    after = {"note": note, "done_on": step.done_on.isoformat() if step.done_on else ""}
    record(verb="life.report_step", target=step.project, actor=actor, at=at, before=before, after=after)
    return step


@transaction.atomic
def end(*, project: JointProject, outcome: str, is_done: bool, actor: User | None, at: dt.datetime) -> JointProject:
    """Finish a project, or stop it; with steps still open it can only be stopped."""
    project = _running(project)
    outcome = " ".join(outcome.split())[:300]
    if not outcome:
        raise ProjectError("写一句结果；中止的写原因。", field="outcome")
    left = project.steps.filter(done_on__isnull=True).count()
    if is_done and left:
        raise ProjectError(f"还有 {left} 步没有完成，不能算完成。先做完，或者中止。")
    project.state = JointProject.State.DONE if is_done else JointProject.State.STOPPED
    project.outcome, project.ended_on = outcome, max(clock.day_of(at), project.started_on)
    project.save(update_fields=["state", "outcome", "ended_on"])
    record(verb="life.end_project", target=project, actor=actor, at=at, after={"state": project.state}, reason=outcome)
    return project


def _running(project: JointProject) -> JointProject:
    project = JointProject.objects.select_for_update(of=("self",)).select_related("lead").get(pk=project.pk)
    if project.state != JointProject.State.RUNNING:
        raise ProjectError(f"项目{project.get_state_display()}，不能再改。")
    return project


def _partners(lead: Organisation, others: Sequence[Organisation], on: dt.date) -> list[Organisation]:
    partners = list(dict.fromkeys([lead, *others]))
    if len(partners) < 2:
        raise ProjectError("共推项目要有两个以上党组织，再选一个。", field="others")
    for partner in partners:
        if partner.street_id != lead.street_id:
            raise ProjectError("有不在本街道的党组织，重新选。", field="others")
        if not partner.stands_on(on):
            raise ProjectError(f"“{partner}”在 {on:%Y-%m-%d} 还没有成立，或已经撤销。", field="others")
    return partners


def _set_partners(project: JointProject, partners: Sequence[Organisation]) -> None:
    project.partners.all().delete()
    ProjectPartner.objects.bulk_create(
        ProjectPartner(street_id=project.street_id, project=project, organisation=partner, place=place)
        for place, partner in enumerate(partners)
    )
