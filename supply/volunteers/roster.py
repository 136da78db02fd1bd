"""The verbs on the roster of volunteers: joining with consent, correcting, renewing, showing a number.

The receipt number of somebody who joined by themselves is worked out from the id of the form, as in the collection of
codes: the same form sent twice is one person, and nobody else finds the number out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from coverage.collection import numbers
from coverage.matching import names
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import origin, record, revealed
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from shimen.privacy import phones, sealing
from shimen.privacy.masks import mask_name
from shimen.territory.models import Area, Street
from supply.models import Volunteer, VolunteerNotice
from supply.models.volunteers import TABLE
from supply.volunteers import notices

SHORTEST_REASON = 4
State = Volunteer.State


class VolunteerError(DomainError):
    """This cannot be done on the roster."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is kept of a person. On a correction an empty name or number stays as it was."""

    name: str
    phone: str
    group: str
    helps: Sequence[str]
    area: Area | None = None


@transaction.atomic
def register(*, street: Street, said: Said, consented_on: dt.date, actor: User, at: dt.datetime) -> Volunteer:
    """Take somebody on who agreed in writing on a day, to the version of that day. Raises `VolunteerError`, `PhoneError`."""
    notice = _notice_of(street, consented_on, at)
    row = Volunteer(street=street, joined_at=at, registered_by=actor, notice=notice, consented_on=consented_on)
    _write(row, said)
    after = {"version": notice.number, "consented_on": consented_on.isoformat()}
    record(verb="volunteers.register", target=row, actor=actor, at=at, after=after)
    return row


@transaction.atomic
def join(*, id: uuid.UUID, street: Street, said: Said, notice: VolunteerNotice, at: dt.datetime) -> Volunteer:  # noqa: A002
    """What a person wrote of themselves, to be looked at by staff. The same form sent twice is one person.

    Raises `VolunteerError`, `PhoneError`.
    """
    known = Volunteer.objects.filter(pk=id, street=street).first()
    if known is not None:
        return known
    row = Volunteer(
        pk=id, street=street, joined_at=at, state=State.WAITING, is_self_registered=True, notice=notice,
        consented_on=clock.day_of(at), receipt_index=receipt_index(receipt_of(id)),
    )  # fmt: skip
    _write(row, said)
    token = origin.set("")  # the notice says what is kept, and where it was sent from is not among it
    try:
        record(verb="volunteers.join", target=row, actor=None, at=at, after={"version": notice.number})
    finally:
        origin.reset(token)
    return row


@transaction.atomic
def take_in(*, volunteer: Volunteer, area: Area | None, actor: User, at: dt.datetime) -> Volunteer:
    """Put somebody who wrote themselves on the roster, after a look."""
    row = locked(volunteer, State.WAITING)
    row.state, row.area = State.STANDING, area or row.area
    row.save(update_fields=["state", "area"])
    record(verb="volunteers.take_in", target=row, actor=actor, at=at, after={"state": row.get_state_display()})
    return row


@transaction.atomic
def correct(*, volunteer: Volunteer, said: Said, actor: User, at: dt.datetime) -> Volunteer:
    """Correct what is kept; what was left empty stays. Raises `VolunteerError`, `PhoneError`."""
    row = locked(volunteer, State.STANDING, State.WAITING)
    before = {"group": row.get_group_display(), "helps_with": row.help_words, "area": str(row.area or "")}
    _write(row, said)
    after = {"group": row.get_group_display(), "helps_with": row.help_words, "area": str(row.area or "")}
    changed = {key for key in after if before[key] != after[key]}
    record(
        verb="volunteers.correct", target=row, actor=actor, at=at,
        before={key: before[key] for key in changed}, after={key: after[key] for key in changed},
    )  # fmt: skip
    return row


@transaction.atomic
def renew(*, volunteer: Volunteer, consented_on: dt.date, actor: User, at: dt.datetime) -> Volunteer:
    """Write down that a person agreed again, to the version of that day."""
    row = locked(volunteer, State.STANDING)
    notice = _notice_of(row.street, consented_on, at)
    if consented_on <= row.consented_on:
        raise VolunteerError(f"上一次同意是 {row.consented_on:%Y-%m-%d}，新的要在那以后。", field="consented_on")
    before = {"version": row.notice.number, "consented_on": row.consented_on.isoformat()}
    row.notice, row.consented_on = notice, consented_on
    row.save(update_fields=["notice", "consented_on"])
    after = {"version": notice.number, "consented_on": consented_on.isoformat()}
    record(verb="volunteers.renew", target=row, actor=actor, at=at, before=before, after=after)
    return row


@transaction.atomic
def reveal(*, volunteer: Volunteer, reason: str, actor: User, at: dt.datetime) -> tuple[str, str]:
    """Name and number in full, for a reason that is kept with who looked and when."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise VolunteerError("写一句为什么要看，至少 4 个字，例如“打电话约时间”。", field="reason")
    row = locked(volunteer, State.STANDING, State.WAITING)
    revealed(target=row, field="name, phone", actor=actor, at=at, reason=reason.strip())
    return opened(row, "name_sealed"), opened(row, "phone_sealed")


def opened(row: Volunteer, column: str) -> str:
    """The text of a sealed column, '' where there is none."""
    sealed = getattr(row, column)
    return sealing.open_sealed(sealed, table=TABLE, column=column, row=row.pk) if sealed else ""


def locked(volunteer: Volunteer, *states: str) -> Volunteer:
    """The row as it is now, held; raises when its state does not allow what is asked."""
    rows = Volunteer.objects.select_for_update(of=("self",)).select_related("street", "notice", "area")
    row = rows.get(pk=volunteer.pk)
    if row.state in {State.WITHDRAWN, State.DELETED}:
        raise VolunteerError("本人已经退出，不能再处理。")
    if row.state not in states:
        raise VolunteerError(f"这一位{row.get_state_display()}，不能这样处理。")
    return row


# ---- receipts of those who joined by themselves


def _keyed(purpose: str, text: str) -> bytes:
    return hmac.digest(settings.SHIMEN_INDEX_KEY, f"volunteer {purpose} {text}".encode(), hashlib.sha256)


def receipt_of(volunteer_id: uuid.UUID) -> str:
    """The receipt number, for whoever holds the id of the form."""
    return numbers.receipt_from(_keyed("receipt", volunteer_id.hex))


def receipt_index(receipt: str) -> bytes:
    return _keyed("receipt index", receipt)[: sealing.INDEX_BYTES]


def find(typed: str) -> Volunteer | None:
    """The person behind a receipt number; None for one that is mistyped or unknown."""
    receipt = numbers.tidy(typed)
    if not numbers.is_receipt(receipt):
        return None
    rows = Volunteer.objects.select_related("street", "erasure", "notice", "area")
    return rows.filter(receipt_index=receipt_index(receipt)).first()


# ---- writing a row


def name_problem(name: str) -> str:
    """Why a name cannot be one; '' for a good one."""
    signs = [sign for sign in name if sign not in "·.-' "]
    if any(sign.isdigit() for sign in signs):
        return "姓名里有数字，看看是不是填错了格。"
    return "姓名至少两个字，只写汉字或字母。" if len(signs) < 2 or not all(sign.isalpha() for sign in signs) else ""


def _notice_of(street: Street, consented_on: dt.date, at: dt.datetime) -> VolunteerNotice:
    if consented_on > clock.day_of(at):
        raise VolunteerError("同意日期不能在今天以后。", field="consented_on")
    notice = notices.current(street, consented_on)
    if notice is None:
        raise VolunteerError("那一天还没有发布告知书，先发布，再请本人看过后同意。", field="consented_on")
    if consented_on + dt.timedelta(days=notice.retention_days) <= clock.day_of(at):
        words = f"这份同意已过 {notice.retention_days} 天的保存期，请本人重新同意。"
        raise VolunteerError(words, field="consented_on")
    return notice


def _write(row: Volunteer, said: Said) -> None:
    """Check what was said, seal it and save the row."""
    name = names.person(said.name)
    keeps_name = not name and row.name_sealed is not None
    if not keeps_name and (problem := name_problem(name)):
        raise VolunteerError(problem, field="name")
    if said.group not in Volunteer.Group.values:
        raise VolunteerError("选做哪一行。", field="group")
    if not said.helps or set(said.helps) - set(Volunteer.Help.values):
        raise VolunteerError("至少选一样能帮的。", field="helps")
    if said.area is not None and said.area.street_id != row.street_id:
        raise VolunteerError("这个网格不在本街道。", field="area")
    if not keeps_name:
        row.name_sealed = sealing.seal(name, table=TABLE, column="name_sealed", row=row.pk)
        row.name_mask = mask_name(name)[:30]
    _seal_phone(row, said.phone)
    row.group, row.helps, row.area = said.group, list(dict.fromkeys(said.helps)), said.area
    with as_sentences(VolunteerError, field="phone"):
        row.save()


def _seal_phone(row: Volunteer, phone: str) -> None:
    if not phone and row.phone_sealed is not None:
        return
    sealed = sealing.seal_phone(phone, table=TABLE, column="phone_sealed", row=row.pk)
    if sealed.sealed is None:
        raise VolunteerError("还没写电话；没有电话就联系不到。", field="phone")
    if phones.is_doubtful(phones.normalise(phone)):
        raise VolunteerError("这个号码位数不对，看看有没有写错。", field="phone")
    others = Volunteer.objects.filter(street_id=row.street_id, phone_index=sealed.index).exclude(pk=row.pk)
    if others.reached().exists():
        raise VolunteerError("这个号码已经登记过志愿者。", field="phone")
    row.phone_sealed, row.phone_index, row.phone_mask = sealed
