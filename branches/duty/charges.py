"""The verbs on whom a branch answers for: assigning places to it, moving them, giving them up, adopting a whole division.

Everything is done from a day on; what held before stays readable. A place may be named with some of its floors; what is
left of a building goes on as it was. Members' responsibility areas and derived coverings follow in the same transaction.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import transaction

from branches.duty import coverings, responsibilities
from branches.duty.shares import CHARGES, Changed, Piece, Shares, one_at_a_time, wanted, wanted_of
from branches.models import Charge, Organisation
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from shimen.territory.models import Place, Street

__all__ = ["Changed", "ChargeError", "Piece", "adopt", "assign", "end", "move"]

NAMED = 3  # places named in a sentence before it says 等


class ChargeError(DomainError):
    """The area cannot be changed as asked; the sentence says why."""


@transaction.atomic
def assign(
    *, organisation: Organisation, pieces: Sequence[Piece], since: dt.date, basis: str = "", actor: User | None,
    at: dt.datetime,
) -> Changed:  # fmt: skip
    """Let an organisation answer for places that nobody answers for. Raises `ChargeError`, also for one that is taken."""
    one_at_a_time(organisation.street_id)
    shares = _shares(organisation.street_id, wanted(pieces, organisation.pk), since, basis)
    _check({organisation.pk}, shares)
    taken = [place for place, holder in shares.holders() if holder != organisation.pk]
    if taken:
        raise ChargeError(f"{_named(taken)}已有别的党组织负责，用“移交”。", field="places")
    return _carry_out("charges.assign", shares, organisation, actor, at)


@transaction.atomic
def move(
    *, to: Organisation, pieces: Sequence[Piece], since: dt.date, basis: str = "", actor: User | None, at: dt.datetime
) -> Changed:
    """Hand places over to another organisation from a day on. Raises `ChargeError`, also for one that nobody holds."""
    one_at_a_time(to.street_id)
    shares = _shares(to.street_id, wanted(pieces, to.pk), since, basis)
    _check({to.pk}, shares)
    held = {place for place, _ in shares.holders()}
    free = [piece.place for piece in shares.wanted if piece.place not in held]
    if free:
        raise ChargeError(f"{_named(free)}还没有党组织负责，用“划入”。", field="places")
    return _carry_out("charges.move", shares, to, actor, at)


@transaction.atomic
def end(
    *, organisation: Organisation, pieces: Sequence[Piece], on: dt.date, reason: str, actor: User | None,
    at: dt.datetime,
) -> Changed:  # fmt: skip
    """Let nobody answer for places from a day on. Raises `ChargeError` for one that the organisation does not hold."""
    if not reason.strip():
        raise ChargeError("写一句为什么不再负责，例如“拆除”。", field="reason")
    one_at_a_time(organisation.street_id)
    shares = _shares(organisation.street_id, wanted(pieces), on, "")
    _refuse_later(shares)
    held = shares.holders()
    others = {place for place, holder in held if holder != organisation.pk}
    missing = {piece.place for piece in shares.wanted} - {place for place, _ in held}
    if others or missing:
        raise ChargeError(f"{_named([*others, *missing])}不在{organisation}的责任范围里。", field="places")
    with as_sentences(ChargeError, field="places"):
        changed = shares.give_up()
    _follow(shares, changed, actor, at)
    after = {"places": len(changed.taken), "until": on}
    record(verb="charges.end", target=organisation, actor=actor, at=at, after=_words(after), reason=reason.strip())
    return changed


@transaction.atomic
def adopt(
    *, street: Street, shares: Mapping[uuid.UUID, Collection[uuid.UUID]], since: dt.date, basis: str,
    actor: User | None, at: dt.datetime,
) -> Changed:  # fmt: skip
    """Adopt a whole division: organisation id → ids of the places it is to answer for, from `since` on.

    One transaction and a handful of statements whatever the number (30,000 places in seconds). Places that stay with their
    organisation are not touched (`Changed.kept`), so a division that differs in a few doors writes a few rows. Places that
    are not named keep whoever answers for them. Rooms follow their building unless they have rows of their own. With them
    go, in the same transaction, the responsibility areas of members who no longer hold the place, and, where `since` is not
    in the future, derived coverings; else the nightly job lets coverings follow on the day.

    `basis` is what stands in the story of every door (“街区划分方案二”). `Changed.ended` and `Changed.begun` are the ids of
    the rows of `Charge` that were ended and begun, by which the adoption can be shown and taken back.
    Raises `ChargeError`: an organisation or place of another street, an organisation that does not stand on the day, a
    closed place, a place named for two organisations, or changes already arranged after `since`.
    """
    one_at_a_time(street.pk)
    places = [place for each in shares.values() for place in each]
    if len(set(places)) != sum(len(set(each)) for each in shares.values()):
        raise ChargeError("有地点同时划给了两个党组织，一个地点只归一个支部。")
    plan = _shares(street.pk, wanted_of(shares), since, basis)
    _check(set(shares), plan)
    return _carry_out("charges.adopt", plan, street, actor, at)


def _shares(street: uuid.UUID, pieces: dict[Piece, uuid.UUID | None], since: dt.date, basis: str) -> Shares:
    for piece in pieces:
        if piece.first is not None and piece.last is not None and piece.first > piece.last:
            raise ChargeError("楼层从低到高写，例如 3-6。", field="places")
    if not pieces:
        raise ChargeError("选至少一个地点。", field="places")
    return Shares(CHARGES, street, since, pieces, basis)


def _check(organisations: set[uuid.UUID], shares: Shares) -> None:
    """What the places and the organisations have to be, and that nothing is arranged for later."""
    found = Organisation.objects.filter(pk__in=organisations, street=shares.street)
    standing = set(found.standing(shares.since).values_list("pk", flat=True))
    if organisations - standing:
        name = Organisation.objects.filter(pk__in=organisations - standing).first()
        raise ChargeError(
            f"{name or '这个党组织'}在 {shares.since:%Y-%m-%d} 还没有成立或已经撤销。", field="organisation"
        )
    places = {piece.place for piece in shares.wanted}
    here = dict(Place.objects.filter(pk__in=places, street=shares.street).values_list("pk", "closed_on"))
    if len(here) != len(places):
        raise ChargeError("有地点不在本街道。", field="places")
    closed = [place for place, day in here.items() if day is not None and day <= shares.since]
    if closed:
        raise ChargeError(f"{_named(closed)}已撤销，不能划入。", field="places")
    _refuse_later(shares)


def _refuse_later(shares: Shares) -> None:
    if later := shares.later():
        raise ChargeError(
            f"{shares.since:%Y-%m-%d} 以后另有 {later} 处变动已排好，选那以后的日子，或先取消那些变动。", field="since"
        )


def _carry_out(
    verb: str, shares: Shares, target: Organisation | Street, actor: User | None, at: dt.datetime
) -> Changed:
    with as_sentences(ChargeError, field="places"):
        changed = shares.take()
    _follow(shares, changed, actor, at)
    after = {"places": len(changed.taken), "unchanged": changed.kept, "since": shares.since, "basis": shares.basis}
    record(verb=verb, target=target, actor=actor, at=at, after=_words(after))
    return changed


def _follow(shares: Shares, changed: Changed, actor: User | None, at: dt.datetime) -> None:
    """Members give up what is no longer their branch's; derived coverings go with the area."""
    responsibilities.release(street=shares.street, pieces=changed.taken, on=shares.since)
    today = clock.day_of(at)
    if shares.since <= today:
        places = {piece.place for piece in changed.taken}
        coverings.follow(street=shares.street, since=shares.since, on=today, places=places)


def _named(places: Iterable[uuid.UUID]) -> str:
    """望桥路1号、望桥路3号等 5 处."""
    ids = set(places)
    names = Place.objects.filter(pk__in=ids).order_by("address_key").values_list("address", flat=True)[:NAMED]
    listed = "、".join(names)
    return f"{listed}等 {len(ids)} 处" if len(ids) > NAMED else listed


def _words(after: Mapping[str, object]) -> dict[str, object]:
    return {key: value.isoformat() if isinstance(value, dt.date) else value for key, value in after.items() if value}


def current(organisation: Organisation, on: dt.date) -> int:
    """How many rows of its area an organisation holds on a day."""
    return int(Charge.objects.filter(organisation=organisation).on(on).count())
