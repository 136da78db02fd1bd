"""Taking in what somebody says: behind a code without signing in, or to somebody inside; and finding it by its receipt.

The receipt number is worked out from the id of the form, so that the same form sent twice is one opinion and one number,
and nobody else finds the number out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction

from coverage.collection import numbers
from coverage.models import Entity
from grid.matters.numbering import next_serial
from grid.models import Matter, Opinion, OpinionCode, OpinionNotice
from grid.models.opinions import TABLE
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import origin, record
from shimen.errors import DomainError
from shimen.privacy import sealing
from shimen.territory.models import Area, Place, Street

SHORTEST = 4
LONGEST = 1000
State = Opinion.State


class OpinionError(DomainError):
    """This cannot be done with an opinion, or not any more."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said. `phone` is '' where none was left; it is kept only with `consents`."""

    words: str
    category: str = Matter.Category.OTHER
    spot: str = ""
    area: Area | None = None
    place: Place | None = None
    entity: Entity | None = None
    teller: str = ""
    phone: str = ""
    consents: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it: `receipt` is '' where the same words had come in before through another form."""

    opinion: Opinion
    receipt: str
    is_known: bool


def _keyed(purpose: str, text: str) -> bytes:
    return hmac.digest(settings.SHIMEN_INDEX_KEY, f"opinion {purpose} {text}".encode(), hashlib.sha256)


def receipt_of(opinion_id: uuid.UUID) -> str:
    """The receipt number of an opinion, for whoever holds the id of its form."""
    return numbers.receipt_from(_keyed("receipt", opinion_id.hex))


def receipt_index(receipt: str) -> bytes:
    """By what a receipt number is found."""
    return _keyed("receipt index", receipt)[: sealing.INDEX_BYTES]


def find(typed: str) -> Opinion | None:
    """The opinion of a receipt number; None for one that is mistyped or unknown."""
    receipt = numbers.tidy(typed)
    if not numbers.is_receipt(receipt):
        return None
    rows = Opinion.objects.select_related(
        "street", "area", "place", "entity", "notice", "matter__merged_into", "topic__merged_into", "same_as__matter",
        "same_as__topic",
    )  # fmt: skip
    found: Opinion | None = rows.filter(receipt_index=receipt_index(receipt)).first()
    return found


def tell(
    *,
    id: uuid.UUID,  # noqa: A002
    code: OpinionCode,
    notice: OpinionNotice,
    said: Said,
    at: dt.datetime,
) -> Taken:
    """Take in what a person wrote behind a code. The same form, or the same words while they wait, is one opinion.

    Raises `OpinionError`, `PhoneError`. Nothing of the sender is written down: no address, no device.
    """
    token = origin.set("")
    try:
        try:
            with transaction.atomic():
                return _take_in(id, code, notice, said, at)
        except IntegrityError:
            # Sent twice at the same moment: the other one is in.
            with transaction.atomic():
                return _take_in(id, code, notice, said, at)
    finally:
        origin.reset(token)


def _take_in(pk: uuid.UUID, code: OpinionCode, notice: OpinionNotice, said: Said, at: dt.datetime) -> Taken:
    known = Opinion.objects.filter(pk=pk).first()
    if known is not None:
        return Taken(known, receipt_of(pk), is_known=True)
    digest = _keyed("content", "\x1f".join([code.pk.hex, said.words, said.spot, said.phone])).hex()
    known = Opinion.objects.filter(code=code, digest=digest, state=State.WAITING).first()
    if known is not None:
        # The very form, sent twice at one moment, may turn up here only.
        return Taken(known, receipt_of(pk) if known.pk == pk else "", is_known=True)
    place, area = code.place or said.place, code.area or said.area
    row = Opinion(
        pk=pk, street_id=code.street_id, way=Opinion.Way.CODE, code=code, area=area, place=place, notice=notice,
        digest=digest,
    )  # fmt: skip
    _write(row, said, at)
    record(verb="opinions.tell", target=row, actor=None, at=at, after={"with_phone": row.phone_sealed is not None})
    return Taken(row, receipt_of(pk), is_known=False)


@transaction.atomic
def write_down(
    *,
    id: uuid.UUID,  # noqa: A002
    street: Street,
    way: str,
    said: Said,
    notice: OpinionNotice | None,
    actor: User,
    at: dt.datetime,
) -> Taken:
    """What somebody inside heard, in the words of whoever said it. The same form sent twice is one opinion.

    Raises `OpinionError`, `PhoneError`: no words, no spot, a way that is none, a number without the person's consent.
    """
    known = Opinion.objects.filter(pk=id, street=street).first()
    if known is not None:
        return Taken(known, receipt_of(id), is_known=True)
    if way not in Opinion.INSIDE:
        raise OpinionError("选怎么听到的。", field="way")
    entity = said.entity
    place = said.place or (entity.place if entity else None)
    area = (entity.area if entity else None) or (place.area if place else None) or said.area
    if area is None:
        raise OpinionError("选网格，才知道归谁分拣。", field="area")
    if area.street_id != street.pk:
        raise OpinionError("这个网格不在本街道。", field="area")
    row = Opinion(
        pk=id, street=street, way=way, area=area, place=place, entity=entity, received_by=actor, notice=notice,
        teller=said.teller.strip()[:40],
    )  # fmt: skip
    _write(row, said, at)
    record(verb="opinions.write_down", target=row, actor=actor, at=at, after={"way": row.get_way_display()})
    return Taken(row, receipt_of(id), is_known=False)


def _write(row: Opinion, said: Said, at: dt.datetime) -> None:
    """Number, words and, with consent, the telephone number."""
    row.words, row.spot = checked(said.words), said.spot.replace("\x00", "").strip()[:80]
    row.category = said.category if said.category in Matter.Category.values else Matter.Category.OTHER
    row.received_at = at
    if said.phone:
        if not said.consents or row.notice is None:
            raise OpinionError("要留电话就勾选同意；不想留，把电话删掉再提交。", field="consents")
        sealed = sealing.seal_phone(said.phone, table=TABLE, column="phone_sealed", row=row.pk)
        row.phone_sealed, row.phone_index, row.phone_mask = sealed
        row.consented_at = at
    row.year = clock.day_of(at).year
    row.serial = next_serial(Opinion, street_id=row.street_id, year=row.year)
    row.receipt_index = receipt_index(receipt_of(row.pk))
    row.save(force_insert=True)


def checked(words: str) -> str:
    """What was said, tidied. Raises `OpinionError` where there is too little or too much of it."""
    text = "\n".join(line.strip() for line in words.replace("\x00", "").strip().splitlines())
    if len(text) < SHORTEST:
        raise OpinionError(f"写一句要说的事，至少 {SHORTEST} 个字。", field="words")
    if len(text) > LONGEST:
        raise OpinionError(f"最多 {LONGEST} 字，现在 {len(text)} 字。", field="words")
    return text
