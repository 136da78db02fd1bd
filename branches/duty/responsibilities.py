"""The verbs on responsibility areas (党员责任区): which member of a branch looks after which of its places, and what they
have taken on (职责清单, in versions)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import connection, transaction
from django.db.models import Max

from branches.duty.shares import RESPONSIBILITIES, Changed, Piece, Shares, one_at_a_time, wanted, wanted_of
from branches.models import DutyList, Member, Organisation, Responsibility
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from shimen.territory.models import Street

MOST_ITEMS = 12
LONGEST_ITEM = 60


class ResponsibilityError(DomainError):
    """The responsibility area or the duty list cannot be as asked; the sentence says why."""


@transaction.atomic
def entrust(
    *, member: Member, pieces: Sequence[Piece], since: dt.date, basis: str = "", actor: User | None, at: dt.datetime
) -> Changed:
    """Let a member look after places of their branch from a day on; whoever did so before gives them up.

    Raises `ResponsibilityError`: no member on that day, or a place outside the area of the branch.
    """
    one_at_a_time(member.street_id)
    shares = Shares(RESPONSIBILITIES, member.street_id, since, wanted(pieces, member.pk), basis)
    _check(member.organisation, {member.pk}, shares)
    changed = _take(shares)
    after = {"places": len(changed.taken), "since": since.isoformat()}
    record(verb="responsibilities.entrust", target=member, actor=actor, at=at, after=after)
    return changed


@transaction.atomic
def give_back(*, member: Member, pieces: Sequence[Piece], on: dt.date, actor: User | None, at: dt.datetime) -> Changed:
    """Let a member no longer look after places, from a day on. Raises `ResponsibilityError` for what is not theirs."""
    one_at_a_time(member.street_id)
    shares = Shares(RESPONSIBILITIES, member.street_id, on, wanted(pieces))
    held = {place for place, holder in shares.holders() if holder == member.pk}
    if not pieces or {piece.place for piece in pieces} - held:
        raise ResponsibilityError("选这名党员责任区里的地点。", field="places")
    _refuse_later(shares)
    changed = shares.give_up()
    after = {"places": len(changed.taken), "until": on.isoformat()}
    record(verb="responsibilities.give_back", target=member, actor=actor, at=at, after=after)
    return changed


@transaction.atomic
def adopt(
    *, organisation: Organisation, shares: Mapping[uuid.UUID, Collection[uuid.UUID]], since: dt.date, basis: str,
    actor: User | None, at: dt.datetime,
) -> Changed:  # fmt: skip
    """Adopt a division of a branch's area among its members: member id → ids of places, from `since` on.

    The counterpart of `charges.adopt`, with the same guarantees. Raises `ResponsibilityError`.
    """
    one_at_a_time(organisation.street_id)
    places = [place for each in shares.values() for place in each]
    if len(set(places)) != sum(len(set(each)) for each in shares.values()):
        raise ResponsibilityError("有地点同时分给了两名党员，一个地点只由一名党员负责。")
    plan = Shares(RESPONSIBILITIES, organisation.street_id, since, wanted_of(shares), basis)
    _check(organisation, set(shares), plan)
    changed = _take(plan)
    after = {"places": len(changed.taken), "unchanged": changed.kept, "since": since.isoformat(), "basis": basis}
    record(verb="responsibilities.adopt", target=organisation, actor=actor, at=at, after=after)
    return changed


def release(*, street: uuid.UUID, pieces: Iterable[Piece], on: dt.date) -> None:
    """End the responsibilities on pieces that have left their branch's area, for `charges`; rooms go with their building."""
    taken = tuple(pieces)
    if not taken:
        return
    shares = Shares(RESPONSIBILITIES, street, on, wanted(taken))
    shares.give_up()
    with connection.cursor() as cursor:
        cursor.execute(
            _RELEASE_ROOMS,
            {
                "places": [piece.place for piece in taken],
                "lows": [piece.first for piece in taken],
                "highs": [None if piece.last is None else piece.last + 1 for piece in taken],
                "on": on,
            },
        )


@transaction.atomic
def let_go(*, street: Street, on: dt.date, at: dt.datetime) -> int:
    """End what members look after who are no longer members on a day; how many places. The nightly job calls it."""
    with connection.cursor() as cursor:
        cursor.execute(_LET_GO, {"street": street.pk, "on": on})
        ended = int(cursor.rowcount)
    if ended:
        record(verb="responsibilities.let_go", target=street, actor=None, at=at, after={"places": ended})
    return ended


_LET_GO = """
UPDATE branches_responsibility r SET valid = daterange(lower(r.valid), %(on)s::date)
FROM branches_member m
WHERE m.id = r.member_id AND r.street_id = %(street)s AND r.valid @> %(on)s::date AND NOT m.valid @> %(on)s::date
"""
_RELEASE_ROOMS = """
WITH taken AS (SELECT w.place, int4range(w.low, w.high) AS floors
               FROM unnest(%(places)s::uuid[], %(lows)s::int[], %(highs)s::int[]) AS w (place, low, high))
UPDATE branches_responsibility r SET valid = daterange(lower(r.valid), %(on)s::date)
FROM territory_place p, taken
WHERE p.id = r.place_id AND p.building_id = taken.place AND r.valid @> %(on)s::date
  AND (taken.floors @> p.floor::int OR (lower_inf(taken.floors) AND upper_inf(taken.floors)))
  AND NOT EXISTS (SELECT 1 FROM branches_charge c WHERE c.place_id = r.place_id AND c.valid @> %(on)s::date)
"""

# A piece lies in the area of the branch by a row of its own, or by its building's row for its floor.
_OUTSIDE = """
WITH wanted AS (SELECT w.place, int4range(w.low, w.high) AS floors
                FROM unnest(%(places)s::uuid[], %(lows)s::int[], %(highs)s::int[]) AS w (place, low, high))
SELECT p.address FROM wanted w JOIN territory_place p ON p.id = w.place
WHERE NOT EXISTS (
    SELECT 1 FROM branches_charge c
    WHERE c.organisation_id = %(organisation)s AND c.valid @> %(since)s::date
      AND ((c.place_id = w.place AND c.floors @> w.floors)
           OR (c.place_id = p.building_id
               AND (c.floors @> p.floor::int OR (lower_inf(c.floors) AND upper_inf(c.floors)))
               AND NOT EXISTS (SELECT 1 FROM branches_charge own
                               WHERE own.place_id = w.place AND own.valid @> %(since)s::date))))
ORDER BY p.address_key
"""


def _check(organisation: Organisation, members: set[uuid.UUID], shares: Shares) -> None:
    if not shares.wanted:
        raise ResponsibilityError("选至少一个地点。", field="places")
    known = Member.objects.filter(pk__in=members, organisation=organisation).on(shares.since).count()
    if known != len(members):
        raise ResponsibilityError(f"责任党员要在 {shares.since:%Y-%m-%d} 编在{organisation}。", field="member")
    pieces = list(shares.wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            _OUTSIDE,
            {
                "places": [piece.place for piece in pieces],
                "lows": [piece.first for piece in pieces],
                "highs": [None if piece.last is None else piece.last + 1 for piece in pieces],
                "since": shares.since,
                "organisation": organisation.pk,
            },
        )
        outside = [row[0] for row in cursor.fetchall()]
    if outside:
        more = f"等 {len(outside)} 处" if len(outside) > 3 else ""
        raise ResponsibilityError(f"{'、'.join(outside[:3])}{more}不在{organisation}的责任范围里。", field="places")
    _refuse_later(shares)


def _refuse_later(shares: Shares) -> None:
    if later := shares.later():
        raise ResponsibilityError(
            f"{shares.since:%Y-%m-%d} 以后另有 {later} 处变动已排好，选那以后的日子。", field="since"
        )


def _take(shares: Shares) -> Changed:
    with as_sentences(ResponsibilityError, field="places"):
        return shares.take()


# ---- duty lists


@transaction.atomic
def write_duties(
    *, member: Member, items: Sequence[str], since: dt.date, actor: User | None, at: dt.datetime
) -> DutyList:
    """Write the next version of a member's duty list, in force from a day on; earlier versions stay readable.

    Raises `ResponsibilityError`: nothing in it, too much, the same as before, or a day before the newest version.
    """
    Member.objects.select_for_update(of=("self",)).get(pk=member.pk)
    lines = [" ".join(item.split()) for item in items if item.strip()]
    _check_lines(lines)
    if not Member.objects.filter(pk=member.pk).on(since).exists():
        raise ResponsibilityError(f"{since:%Y-%m-%d} 这名党员不在册。", field="since")
    last = member.duty_lists.order_by("-version").first()
    if last is not None and last.since >= since:
        raise ResponsibilityError(f"上一版自 {last.since:%Y-%m-%d} 起，新的一版要晚于这一天。", field="since")
    if last is not None and last.items == lines:
        raise ResponsibilityError("和上一版一样，没有要改的。", field="items")
    number = (member.duty_lists.aggregate(n=Max("version"))["n"] or 0) + 1
    with as_sentences(ResponsibilityError, field="since"):
        row = DutyList.objects.create(
            street_id=member.street_id, member=member, version=number, since=since, items=lines, made_by=actor,
            made_at=at,
        )  # fmt: skip
    after = {"version": number, "since": since.isoformat(), "items": lines}
    record(verb="responsibilities.write_duties", target=member, actor=actor, at=at, after=after)
    return row


def _check_lines(lines: list[str]) -> None:
    if not lines:
        raise ResponsibilityError("写至少一条职责。", field="items")
    if len(lines) > MOST_ITEMS:
        raise ResponsibilityError(f"最多 {MOST_ITEMS} 条，一张卡上才看得清；现在 {len(lines)} 条。", field="items")
    long = [line for line in lines if len(line) > LONGEST_ITEM]
    if long:
        raise ResponsibilityError(
            f"每条最多 {LONGEST_ITEM} 字：“{long[0][:12]}……”有 {len(long[0])} 字。", field="items"
        )


def current_duties(member: Member, on: dt.date) -> DutyList | None:
    """The version in force on a day."""
    return member.duty_lists.filter(since__lte=on).order_by("-since").first()


def places_of(member: Member, on: dt.date) -> list[Responsibility]:
    """What a member looks after on a day, in the order of doors."""
    return list(Responsibility.objects.filter(member=member).on(on).select_related("place").by_walk())
