"""Bringing needs together with resources and projects. The matching suggests, a person decides."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from supply.lists.keeping import ListError, locked
from supply.lists.reading import Lists, reasons_of
from supply.models import Link, Need, Project, Resource


@transaction.atomic
def link(
    *, need: Need, resource: Resource | None = None, project: Project | None = None, lists: Lists | None = None,
    actor: User, at: dt.datetime,
) -> Link:  # fmt: skip
    """A need is answered by a resource, a project, or the resource in the project; what the matching said of it is kept
    where `lists` are given. Raises `ListError` (nothing chosen, a closed need, what is not offered any more, twice)."""
    held: Need = locked(need)
    chosen = project or resource
    if chosen is None:
        raise ListError("选一项资源或一个项目。")
    if held.state not in {Need.State.OPEN, Need.State.LINKED}:
        raise ListError(f"这条需求{held.get_state_display()}，不用再对接。")
    _check_offered(held, resource, project)
    verdict = lists.verdict(held, chosen) if lists else None
    row = Link(
        street_id=held.street_id, need=held, resource=resource, project=project, made_by=actor, made_at=at,
        score=verdict.score if verdict else None, reasons=reasons_of(verdict) if verdict else [],
    )  # fmt: skip
    with as_sentences(ListError):
        row.save(force_insert=True)
    if held.state == Need.State.OPEN:
        held.state = Need.State.LINKED
        held.save(update_fields=["state"])
    after = {"need": str(held), "to": str(chosen), "score": row.score}
    record(verb="need.link", target=held, actor=actor, at=at, after=after)
    return row


def _check_offered(need: Need, resource: Resource | None, project: Project | None) -> None:
    for row in (resource, project):
        if row is not None and row.street_id != need.street_id:
            raise ListError("不是本街道的。")
    if resource is not None and resource.state != Resource.State.OFFERED:
        raise ListError(f"资源“{resource.title}”{resource.get_state_display()}，先恢复再对接。")
    if project is not None and project.state in {Project.State.DONE, Project.State.STOPPED}:
        raise ListError(f"项目“{project.title}”{project.get_state_display()}，先再办起来再对接。")


@transaction.atomic
def unlink(*, link: Link, reason: str = "", actor: User, at: dt.datetime) -> Link:
    """Take a link away; a need without any other is open again. Raises `ListError` (it has ended)."""
    need: Need = locked(link.need)
    row = Link.objects.select_for_update().get(pk=link.pk)
    if row.ended_at is not None:
        raise ListError("这条对接已经解除。")
    row.ended_at, row.ended_why = at, " ".join(reason.split())[:200]
    row.save(update_fields=["ended_at", "ended_why"])
    if need.state == Need.State.LINKED and not Link.objects.standing().filter(need=need).exists():
        need.state = Need.State.OPEN
        need.save(update_fields=["state"])
    after = {"to": str(row.project or row.resource)}
    record(verb="need.unlink", target=need, actor=actor, at=at, before=after, reason=row.ended_why)
    return row
