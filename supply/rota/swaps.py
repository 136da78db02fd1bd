"""Swaps between station masters: asked, accepted, declined, taken back. Nothing changes before the other one agrees."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from supply.models import Shift, StationMaster, Swap
from supply.rota.shifts import RotaError, locked


@transaction.atomic
def ask(*, shift: Shift, to: StationMaster, instead: Shift | None, reason: str, actor: User, at: dt.datetime) -> Swap:
    """Ask `to` to take a day over, or to exchange it for one of theirs (`instead`). Raises `RotaError`."""
    venue, today = locked(shift.venue), clock.day_of(at)
    text = " ".join(reason.split())
    if not text:
        raise RotaError("写一句为什么换，对方好答复。", field="reason")
    row = Shift.objects.select_related("master").get(pk=shift.pk)
    if row.day <= today:
        raise RotaError("今天和以前的班不能再换。", field="to")
    if to.venue_id != venue.pk or to.pk == row.master_id or not _takes_turns(to, row.day):
        raise RotaError("请同一阵地、那天还在轮值的另一位。", field="to")
    if instead is not None and (instead.master_id != to.pk or instead.venue_id != venue.pk or instead.day <= today):
        raise RotaError("换来的那一天，要是对方今天以后的班。", field="instead")
    made = Swap(
        street_id=row.street_id, shift=row, to=to, instead=instead, reason=text[:100], asked_by=actor, asked_at=at
    )
    with as_sentences(RotaError, field="to"):
        made.save(force_insert=True)
    after = {"day": row.day.isoformat(), "instead": instead.day.isoformat() if instead else ""}
    record(verb="rota.ask_swap", target=made, actor=actor, at=at, after=after, reason=made.reason)
    return made


def _takes_turns(master: StationMaster, day: dt.date) -> bool:
    return master.since <= day and (master.until is None or master.until > day)


def _open(swap: Swap) -> Swap:
    locked(swap.shift.venue)
    rows = Swap.objects.select_for_update(of=("self",)).select_related("shift__master", "to", "instead")
    row: Swap | None = rows.filter(pk=swap.pk).first()
    if row is None:
        raise RotaError("值班表后来重排过，这次换班对不上了；看看新的班再提。")
    if row.state != Swap.State.ASKED:
        raise RotaError(f"这次换班已经是“{row.get_state_display()}”。")
    return row


def _answer(row: Swap, state: str, actor: User, at: dt.datetime) -> Swap:
    row.state, row.answered_by, row.answered_at = state, actor, at
    row.save(update_fields=["state", "answered_by", "answered_at"])
    return row


@transaction.atomic
def accept(*, swap: Swap, actor: User, at: dt.datetime) -> Swap:
    """The other one agrees: the days change hands. Raises `RotaError` (the rota has changed since)."""
    row = _open(swap)
    asked_for = row.shift.master
    if row.shift.day <= clock.day_of(at) or (row.instead is not None and row.instead.day <= clock.day_of(at)):
        raise RotaError("换的那天已经到了，换不成了。")
    if not _takes_turns(row.to, row.shift.day) or (row.instead is not None and row.instead.master_id != row.to_id):
        raise RotaError("值班表后来改过，这次换班对不上了；撤回重新提。")
    Shift.objects.filter(pk=row.shift_id).update(master=row.to, is_fixed=True)
    if row.instead is not None:
        Shift.objects.filter(pk=row.instead.pk).update(master=asked_for, is_fixed=True)
    _answer(row, Swap.State.ACCEPTED, actor, at)
    before = {"master": str(asked_for)}
    record(verb="rota.accept_swap", target=row, actor=actor, at=at, before=before, after={"master": str(row.to)})
    return row


@transaction.atomic
def decline(*, swap: Swap, actor: User, at: dt.datetime) -> Swap:
    """The other one does not agree; the rota stays. Raises `RotaError`."""
    row = _answer(_open(swap), Swap.State.DECLINED, actor, at)
    record(verb="rota.decline_swap", target=row, actor=actor, at=at)
    return row


@transaction.atomic
def withdraw(*, swap: Swap, actor: User, at: dt.datetime) -> Swap:
    """Whoever asked takes it back. Raises `RotaError`."""
    row = _answer(_open(swap), Swap.State.WITHDRAWN, actor, at)
    record(verb="rota.withdraw_swap", target=row, actor=actor, at=at)
    return row
