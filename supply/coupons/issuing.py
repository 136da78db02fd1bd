"""The verbs that put a coupon into somebody's hands, or take it away.

Three ways in: the office issues to workers or volunteers, a person claims one with a number, an app above asks for one for
somebody who took part (`issue_for`). However it comes, a person has one coupon of a batch.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from coverage.collection.numbers import ALPHABET
from coverage.models import Worker
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import origin, record
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from shimen.privacy import phones, sealing
from supply.coupons import codes
from supply.models import Coupon, CouponBatch, Volunteer
from supply.models.coupons import TABLE

SHORTEST_REASON = 4
Audience = CouponBatch.Audience


class IssueError(DomainError):
    """No coupon can be issued, claimed or taken back here."""


@dataclass(frozen=True, slots=True)
class Issued:
    """How an issue to many went: coupons given out, people who had one, people for whom none were left."""

    issued: int
    had: int
    missed: int


@transaction.atomic
def issue_to(
    *, batch: CouponBatch, people: Iterable[Worker | Volunteer], actor: User | None, at: dt.datetime
) -> Issued:
    """Give each of `people` a coupon, once each, as long as there are any. Raises `IssueError` when nobody got one."""
    row = _open(batch, at)
    wanted = {_who(person): person for person in people if _fits(row, person)}
    if not wanted:
        raise IssueError(
            "没有可以发的人。这一批" + f"发给{row.get_audience_display()}，看看选得对不对。", field="people"
        )
    marks = {codes.person(key=_key(), batch=row.pk, who=who): person for who, person in wanted.items()}
    held = Coupon.objects.filter(batch=row, person_index__in=list(marks)).exclude(state=Coupon.State.VOID)
    known = {bytes(mark or b"") for mark in held.values_list("person_index", flat=True)}
    fresh = [(mark, person) for mark, person in marks.items() if mark not in known]
    if not fresh:
        raise IssueError(f"选的 {len(marks)} 人都已经有这一批的券。", field="people")
    taken = fresh[: row.left]
    if not taken:
        raise IssueError(f"这一批 {row.number} 张都已发完，还有 {len(fresh)} 人没有发到。", field="people")
    _hand_out(row, [_coupon(row, mark, person, actor, at) for mark, person in taken])
    done = Issued(len(taken), len(known), len(fresh) - len(taken))
    record(verb="coupons.issue", target=row, actor=actor, at=at, after={"rows": done.issued, "missed": done.missed})
    return done


@transaction.atomic
def claim(*, id: uuid.UUID, batch: CouponBatch, phone: str, at: dt.datetime) -> Coupon:  # noqa: A002
    """A person takes a coupon with a mobile number. The same form sent again gives the same coupon; the same number
    through another form is told that it has one, and not shown it. Raises `IssueError`, `PhoneError`."""
    known = Coupon.objects.filter(pk=id, batch=batch).first()
    if known is not None:
        return known
    row = _open(batch, at)
    if row.audience != Audience.ANYONE:
        raise IssueError(f"这一批发给{row.get_audience_display()}，不在网上领。")
    coupon = Coupon(pk=id, street_id=row.street_id, batch=row, short=_new_short(), issued_at=at)
    coupon.phone_sealed, coupon.phone_index, coupon.phone_mask = _seal(coupon, phone)
    index = bytes(coupon.phone_index or b"")
    coupon.person_index = codes.person(key=_key(), batch=row.pk, who=f"phone {index.hex()}")
    if Coupon.objects.filter(batch=row, person_index=coupon.person_index).exclude(state=Coupon.State.VOID).exists():
        words = "这个号码已经领过这一批的券，每人一张。券在第一次领的那一页里。"
        raise IssueError(words, field="phone")
    if not row.left:
        raise IssueError(f"这一批 {row.number} 张都领完了。")
    _hand_out(row, [coupon])
    token = origin.set("")  # the notice says what is kept, and where it was sent from is not among it
    try:
        record(verb="coupons.claim", target=coupon, actor=None, at=at)
    finally:
        origin.reset(token)
    return coupon


@transaction.atomic
def issue_for(*, kind: str, subject: uuid.UUID, person: str, street_id: uuid.UUID, at: dt.datetime) -> Coupon | None:
    """A coupon for somebody who took part in `subject` (a row of an app above); None when no batch is given for it, or
    none is left. `person` names the participation (an id, never a name): asking again gives the same coupon."""
    batches = CouponBatch.objects.filter(street_id=street_id, subject_kind=kind, subject_id=subject)
    found = batches.running(clock.day_of(at)).filter(audience=Audience.ACTIVITY).order_by("made_at").first()
    if found is None:
        return None
    row = CouponBatch.objects.select_for_update(of=("self",)).get(pk=found.pk)
    mark = codes.person(key=_key(), batch=row.pk, who=f"{kind} {person}")
    known = Coupon.objects.filter(batch=row, person_index=mark).exclude(state=Coupon.State.VOID).first()
    if known is not None or not row.left or row.stopped_at is not None:
        return known
    coupon = Coupon(street_id=row.street_id, batch=row, short=_new_short(), person_index=mark, issued_at=at)
    _hand_out(row, [coupon])
    record(verb="coupons.issue", target=coupon, actor=None, at=at, after={"subject": row.subject_title})
    return coupon


@transaction.atomic
def void(*, coupon: Coupon, reason: str, actor: User, at: dt.datetime) -> Coupon:
    """Take a coupon that was not used out of the world. Whoever held it may be given another."""
    row = Coupon.objects.select_for_update(of=("self",)).select_related("batch").get(pk=coupon.pk)
    if len(reason.strip()) < SHORTEST_REASON:
        raise IssueError("写一句为什么作废，至少 4 个字，例如“本人说丢了”。", field="reason")
    if row.state != Coupon.State.ISSUED:
        raise IssueError(f"这张券{row.get_state_display()}，不能作废。", field="reason")
    row.reservations.filter(closed_at__isnull=True).update(closed_at=at)
    row.state, row.voided_at, row.void_reason = Coupon.State.VOID, at, reason.strip()[:120]
    row.save(update_fields=["state", "voided_at", "void_reason"])
    record(verb="coupons.void", target=row, actor=actor, at=at, reason=row.void_reason)
    return row


def page_token(coupon: Coupon) -> str:
    """What stands in the address of a coupon's page: its id and the mark that only its holder is told."""
    return coupon.pk.hex + codes.page_mark(key=_key(), coupon=coupon.pk)


def find_page(token: str) -> Coupon | None:
    """The coupon whose page an address names; None for one that is mistyped or made up."""
    head, mark = token[:32], token[32:]
    if len(mark) != codes.PAGE or set(head) - set("0123456789abcdef"):
        return None
    pk = uuid.UUID(hex=head)
    if mark != codes.page_mark(key=_key(), coupon=pk):
        return None
    return Coupon.objects.select_related("batch", "street").filter(pk=pk).first()


def face(coupon: Coupon, at: dt.datetime) -> tuple[str, str]:
    """What the coupon's picture holds now, and the digits below it."""
    now = codes.picture(key=_key(), coupon=coupon.pk, short=coupon.short, at=at)
    return now, codes.typed(key=_key(), coupon=coupon.pk, at=at)


def _key() -> bytes:
    return bytes(settings.SHIMEN_INDEX_KEY)


def _open(batch: CouponBatch, at: dt.datetime) -> CouponBatch:
    """The batch, held, as long as it gives coupons out; whoever comes second waits and sees what is left."""
    row = CouponBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if row.stopped_at is not None:
        raise IssueError("这一批已经停发。")
    if clock.day_of(at) > row.last_day:
        raise IssueError(f"这一批 {row.last_day:%m-%d} 到期了，不再发。")
    return row


def _fits(batch: CouponBatch, person: Worker | Volunteer) -> bool:
    if person.street_id != batch.street_id:
        return False
    if isinstance(person, Volunteer):
        return batch.audience == Audience.VOLUNTEERS and person.state == Volunteer.State.STANDING
    return batch.audience == Audience.WORKERS and person.left_on is None


def _who(person: Worker | Volunteer) -> str:
    """By the number where there is one: a worker who is also a volunteer is one person."""
    if person.phone_index is not None:
        return f"phone {bytes(person.phone_index).hex()}"
    return f"{person._meta.model_name} {person.pk}"


def _coupon(batch: CouponBatch, mark: bytes, person: Worker | Volunteer, actor: User | None, at: dt.datetime) -> Coupon:
    row = Coupon(
        street_id=batch.street_id, batch=batch, short=_new_short(), person_index=mark, issued_at=at, issued_by=actor
    )
    if isinstance(person, Volunteer):
        row.volunteer = person
    else:
        row.worker = person
    return row


def _hand_out(batch: CouponBatch, rows: list[Coupon]) -> None:
    """Write the coupons and count them; the batch is held by the caller."""
    batch.issued += len(rows)
    with as_sentences(IssueError):
        Coupon.objects.bulk_create(rows)
        batch.save(update_fields=["issued"])


def _seal(coupon: Coupon, phone: str) -> sealing.SealedPhone:
    sealed = sealing.seal_phone(phone, table=TABLE, column="phone_sealed", row=coupon.pk)
    if sealed.sealed is None or not phones.is_mobile(phones.normalise(phone)):
        raise IssueError("写 11 位手机号。", field="phone")
    return sealed


def _new_short() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(codes.SHORT))
