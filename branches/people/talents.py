"""The verbs on the talent pool: joining with consent, correcting, renewing, showing a number.

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

from branches.models import HelpField, Organisation, Talent, TalentConsent, TalentNotice
from branches.models.talents import TABLE
from coverage.collection import numbers
from coverage.matching import names
from coverage.models import Entity, Worker
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import origin, record, revealed
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from shimen.privacy import phones, sealing
from shimen.privacy.masks import mask_name
from shimen.territory.models import Area, Street

SHORTEST_REASON = 4
State = Talent.State


class TalentError(DomainError):
    """This cannot be done in the talent pool."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is kept of a person. `phone` may be '' on a correction: then the number stays as it is."""

    name: str
    phone: str
    group: str
    fields: Sequence[HelpField]
    skill: str = ""
    workplace: str = ""
    times: Sequence[str] = ()
    times_note: str = ""
    entity: Entity | None = None
    organisation: Organisation | None = None


def current_notice(street: Street | uuid.UUID, on: dt.date | None = None) -> TalentNotice | None:
    """The version that holds, or that held on a day."""
    rows = TalentNotice.objects.filter(street=street)
    if on is not None:
        end = dt.datetime.combine(on + dt.timedelta(days=1), dt.time.min, clock.SHANGHAI)
        rows = rows.filter(published_at__lt=end)
    return rows.order_by("-number").first()


def name_problem(name: str) -> str:
    """Why a name cannot be one; '' for a good one."""
    signs = [sign for sign in name if sign not in "·.-' "]
    if any(sign.isdigit() for sign in signs):
        return "姓名里有数字，看看是不是填错了格。"
    return "姓名至少两个字，只写汉字或字母。" if len(signs) < 2 or not all(sign.isalpha() for sign in signs) else ""


@transaction.atomic
def register(
    *, street: Street, area: Area | None, said: Said, consented_on: dt.date, actor: User, at: dt.datetime
) -> Talent:
    """Take a person into the pool who has agreed in writing on a day. Raises `TalentError`, `PhoneError`.

    The consent is to the version of the notice that held on that day; without one nobody could have agreed.
    """
    notice = _notice_of(street, consented_on, at)
    row = Talent(street=street, area=area, registered_at=at, registered_by=actor)
    _write(row, said, at)
    _consent(row, notice, consented_on, actor=actor, at=at)
    after = {"version": notice.number, "consented_on": consented_on.isoformat(), "helps_with": _field_words(row)}
    record(verb="talents.register", target=row, actor=actor, at=at, after=after)
    return row


@transaction.atomic
def join(*, id: uuid.UUID, street: Street, said: Said, notice: TalentNotice, at: dt.datetime) -> Talent:  # noqa: A002
    """What a person wrote of themselves, to be looked at by staff. The same form sent twice is one person.

    Raises `TalentError`, `PhoneError`.
    """
    known = Talent.objects.filter(pk=id, street=street).first()
    if known is not None:
        return known
    receipt = receipt_of(id)
    row = Talent(pk=id, street=street, registered_at=at, state=State.WAITING, way=Talent.Way.SELF)
    row.receipt_index = receipt_index(receipt)
    _write(row, said, at)
    _consent(row, notice, clock.day_of(at), actor=None, at=at)
    token = origin.set("")  # the notice says what is kept, and where it was sent from is not among it
    try:
        record(verb="talents.join", target=row, actor=None, at=at, after={"version": notice.number})
    finally:
        origin.reset(token)
    return row


@transaction.atomic
def take_in(*, talent: Talent, area: Area | None, actor: User, at: dt.datetime) -> Talent:
    """Take somebody who wrote themselves into the pool, after a look."""
    row = locked(talent, State.WAITING)
    row.state, row.area = State.STANDING, area or row.area
    row.save(update_fields=["state", "area"])
    record(verb="talents.take_in", target=row, actor=actor, at=at, after={"state": row.get_state_display()})
    return row


@transaction.atomic
def correct(*, talent: Talent, said: Said, area: Area | None, actor: User, at: dt.datetime) -> Talent:
    """Correct what is kept; without a number the number stays. Raises `TalentError`, `PhoneError`."""
    row = locked(talent, State.STANDING, State.WAITING)
    before = {"helps_with": _field_words(row), "skill": row.skill, "workplace": row.where}
    row.area = area
    _write(row, said, at)
    after = {"helps_with": _field_words(row), "skill": row.skill, "workplace": row.where}
    changed = {key for key in after if before[key] != after[key]}
    record(
        verb="talents.correct", target=row, actor=actor, at=at,
        before={key: before[key] for key in changed}, after={key: after[key] for key in changed},
    )  # fmt: skip
    return row


@transaction.atomic
def renew(*, talent: Talent, consented_on: dt.date, actor: User, at: dt.datetime) -> TalentConsent:
    """Write down that a person agreed again, to the version of that day; the consent before it ends."""
    row = locked(talent, State.STANDING)
    notice = _notice_of(row.street, consented_on, at)
    last = row.consents.filter(withdrawn_at__isnull=True).first()
    if last is not None and consented_on <= last.given_on:
        raise TalentError(f"上一次同意是 {last.given_on:%Y-%m-%d}，新的要在那以后。", field="consented_on")
    row.consents.filter(withdrawn_at__isnull=True).update(withdrawn_at=at)
    consent = _consent(row, notice, consented_on, actor=actor, at=at)
    after = {"version": notice.number, "consented_on": consented_on.isoformat()}
    record(verb="talents.renew", target=row, actor=actor, at=at, after=after)
    return consent


@transaction.atomic
def reveal(*, talent: Talent, reason: str, actor: User, at: dt.datetime) -> tuple[str, str]:
    """Name and number in full, for a reason that is kept with who looked and when."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise TalentError("写一句为什么要看，至少 4 个字，例如“打电话请他帮忙”。", field="reason")
    row = locked(talent, State.STANDING, State.WAITING)
    revealed(target=row, field="name, phone", actor=actor, at=at, reason=reason.strip())
    return opened(row, "name_sealed"), opened(row, "phone_sealed")


def opened(row: Talent, column: str) -> str:
    """The text of a sealed column, '' where there is none."""
    sealed = getattr(row, column)
    return sealing.open_sealed(sealed, table=TABLE, column=column, row=row.pk) if sealed else ""


def locked(talent: Talent, *states: str) -> Talent:
    """The row as it is now, held; raises when its state does not allow what is asked."""
    row = Talent.objects.select_for_update(of=("self",)).select_related("street").get(pk=talent.pk)
    if row.state in {State.WITHDRAWN, State.DELETED}:
        raise TalentError("本人已经撤回同意，不能再处理。")
    if row.state not in states:
        raise TalentError(f"这一位{row.get_state_display()}，不能这样处理。")
    return row


# ---- receipts of those who joined by themselves


def _keyed(purpose: str, text: str) -> bytes:
    return hmac.digest(settings.SHIMEN_INDEX_KEY, f"talent {purpose} {text}".encode(), hashlib.sha256)


def receipt_of(talent_id: uuid.UUID) -> str:
    """The receipt number, for whoever holds the id of the form."""
    return numbers.receipt_from(_keyed("receipt", talent_id.hex))


def receipt_index(receipt: str) -> bytes:
    return _keyed("receipt index", receipt)[: sealing.INDEX_BYTES]


def find(typed: str) -> Talent | None:
    """The person behind a receipt number; None for one that is mistyped or unknown."""
    receipt = numbers.tidy(typed)
    if not numbers.is_receipt(receipt):
        return None
    rows = Talent.objects.select_related("street", "erasure")
    return rows.filter(receipt_index=receipt_index(receipt)).first()


# ---- writing a row


def _notice_of(street: Street, consented_on: dt.date, at: dt.datetime) -> TalentNotice:
    if consented_on > clock.day_of(at):
        raise TalentError("同意日期不能在今天以后。", field="consented_on")
    notice = current_notice(street, consented_on)
    if notice is None:
        raise TalentError("那一天还没有发布告知书，先发布，再请本人看过后同意。", field="consented_on")
    if consented_on + dt.timedelta(days=notice.retention_days) <= clock.day_of(at):
        raise TalentError(f"这份同意已过 {notice.retention_days} 天的保存期，请本人重新同意。", field="consented_on")
    return notice


def _write(row: Talent, said: Said, at: dt.datetime) -> None:
    """Check what was said, seal it and save the row with its fields."""
    name = names.person(said.name)
    keeps_name = not name and row.name_sealed is not None
    if not keeps_name and (problem := name_problem(name)):
        raise TalentError(problem, field="name")
    if not said.fields:
        raise TalentError("至少选一个能帮的领域。", field="fields")
    if any(field.street_id != row.street_id for field in said.fields):
        raise TalentError("有的领域不是本街道的。", field="fields")
    if not keeps_name:
        row.name_sealed = sealing.seal(name, table=TABLE, column="name_sealed", row=row.pk)
        row.name_mask = mask_name(name)[:30]
    _seal_phone(row, said.phone)
    row.group, row.skill, row.workplace = said.group, said.skill.strip(), said.workplace.strip()
    row.times, row.times_note = list(said.times), said.times_note.strip()
    row.entity, row.organisation = said.entity, said.organisation
    row.worker = _worker(row)
    row.search = " ".join(filter(None, (row.skill, row.where, *(field.name for field in said.fields)))).lower()
    with as_sentences(TalentError, field="phone"):
        row.save()
    row.fields.set(said.fields)


def _seal_phone(row: Talent, phone: str) -> None:
    if not phone and row.phone_sealed is not None:
        return
    sealed = sealing.seal_phone(phone, table=TABLE, column="phone_sealed", row=row.pk)
    if sealed.sealed is None:
        raise TalentError("还没写电话；没有电话就联系不到。", field="phone")
    if phones.is_doubtful(phones.normalise(phone)):
        raise TalentError("这个号码位数不对，看看有没有写错。", field="phone")
    others = Talent.objects.filter(street_id=row.street_id, phone_index=sealed.index).exclude(pk=row.pk)
    if others.filter(state__in=[State.WAITING, State.STANDING]).exists():
        raise TalentError("这个号码已在能人库里。", field="phone")
    row.phone_sealed, row.phone_index, row.phone_mask = sealed


def _worker(row: Talent) -> Worker | None:
    """The same person in the registry, where the number says so."""
    if row.entity_id is None or row.phone_index is None:
        return None
    rows = Worker.objects.filter(entity_id=row.entity_id, left_on__isnull=True)
    return rows.filter(phone_index=row.phone_index).first()


def _consent(row: Talent, notice: TalentNotice, on: dt.date, *, actor: User | None, at: dt.datetime) -> TalentConsent:
    return TalentConsent.objects.create(
        street_id=row.street_id, talent=row, notice=notice, given_on=on, recorded_at=at, recorded_by=actor
    )


def _field_words(row: Talent) -> str:
    return "、".join(row.fields.order_by("sort", "name").values_list("name", flat=True))
