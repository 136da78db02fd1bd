"""Asking somebody of the pool for help, and writing down what came of it. No scores: a request is a story, not a mark."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from branches.models import HelpField, HelpRequest, Organisation, Talent
from branches.people.talents import locked
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError

State = HelpRequest.State
# From where to where a request may go by hand; whatever is closed can be opened again.
MOVES = {
    State.ASKED: (State.AGREED, State.DONE, State.DECLINED, State.CANCELLED),
    State.AGREED: (State.DONE, State.DECLINED, State.CANCELLED),
}


class HelpError(DomainError):
    """This cannot be asked, or not be written down."""


@transaction.atomic
def ask(
    *,
    talent: Talent,
    field: HelpField,
    asker: str,
    words: str,
    wanted_on: dt.date | None,
    organisation: Organisation | None,
    actor: User,
    at: dt.datetime,
) -> HelpRequest:
    """Write down that somebody asks a person of the pool for help. Raises `HelpError`, `TalentError`."""
    row = locked(talent, Talent.State.STANDING)
    if not row.fields.filter(pk=field.pk).exists():
        raise HelpError(f"这一位没有说能帮“{field}”。", field="field")
    if wanted_on is not None and wanted_on < clock.day_of(at):
        raise HelpError("希望的日子已经过去。", field="wanted_on")
    request = HelpRequest.objects.create(
        street_id=row.street_id, talent=row, field=field, asker=asker.strip(), words=words.strip(),
        wanted_on=wanted_on, organisation=organisation, asked_at=at, asked_by=actor,
    )  # fmt: skip
    record(verb="talents.ask", target=request, actor=actor, at=at, after={"field": field.name})
    return request


@transaction.atomic
def note(*, request: HelpRequest, state: str, outcome: str, actor: User, at: dt.datetime) -> HelpRequest:
    """Write down how it goes on: agreed, done, declined, no longer needed. What was done needs a sentence."""
    row = _held(request)
    if state not in MOVES.get(State(row.state), ()):
        raise HelpError(f"这件事{row.get_state_display()}，不能改成这样。", field="state")
    outcome = outcome.strip()
    if state == State.DONE and len(outcome) < 2:
        raise HelpError("写一句帮了什么、结果怎样。", field="outcome")
    before = {"state": row.get_state_display()}
    row.state, row.outcome = state, outcome
    row.closed_at, row.closed_by = (None, None) if state == State.AGREED else (at, actor)
    row.save(update_fields=["state", "outcome", "closed_at", "closed_by"])
    record(
        verb="talents.note_help",
        target=row,
        actor=actor,
        at=at,
        before=before,
        after={"state": row.get_state_display()},
    )
    return row


@transaction.atomic
def reopen(*, request: HelpRequest, actor: User, at: dt.datetime) -> HelpRequest:
    """Take back that a request was closed."""
    row = _held(request)
    if row.is_open:
        raise HelpError("这件事还没有了结。")
    locked(row.talent, Talent.State.STANDING)
    before = {"state": row.get_state_display()}
    row.state, row.closed_at, row.closed_by = State.ASKED, None, None
    row.save(update_fields=["state", "closed_at", "closed_by"])
    record(
        verb="talents.reopen_help", target=row, actor=actor, at=at, before=before,
        after={"state": row.get_state_display()},
    )  # fmt: skip
    return row


def _held(request: HelpRequest) -> HelpRequest:
    return HelpRequest.objects.select_for_update(of=("self",)).select_related("talent").get(pk=request.pk)
