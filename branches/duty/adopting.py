"""Adopting a proposed division from a day on, showing first what changes, and taking it back within some days.

Who answered for a door before the day stays in the rows; visits and numbers of the past are read from those and do not change.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q

from branches.duty import charges, ground, responsibilities
from branches.duty.dividing import TODAY, DivisionError
from branches.duty.shares import Changed, Piece, one_at_a_time
from branches.models import Charge, Division, DivisionVariant, Member, Organisation, Responsibility, Rule
from branches.models.divisions import NEW
from coverage.models import Stop, Visit
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.territory.models import Place

DAYS_BACK = "division_back_days"


@dataclass(frozen=True, slots=True)
class Move:
    """A door that changes hands: its number, holder's key before ("" for nobody) and the number of its new area."""

    door: int
    place: uuid.UUID
    before: str
    to: int


@dataclass(frozen=True, slots=True)
class Change:
    """What adopting would change. `due` counts visits of the open round still to be made at doors that move, by visitor;
    `made` the visits that were made there and stay where they are; `closed` doors that no longer stand; `vacant` empty
    fronts that go along with their neighbours."""

    moves: tuple[Move, ...]
    kept: int
    closed: int
    due: tuple[tuple[User, int], ...]
    made: int
    vacant: int

    def flows(self) -> list[tuple[str, int, int]]:
        """(holder before, area, doors), the most first."""
        counted = Counter((move.before, move.to) for move in self.moves)
        return [(before, to, n) for (before, to), n in counted.most_common()]


def preview(variant: DivisionVariant, on: dt.date) -> Change:
    """What adopting a variant would change, as things stand on a day (a dozen queries)."""
    row = variant.division
    doors, owners = ground.doors_of(row, on), variant.owners()
    closed = set(Place.objects.filter(pk__in=row.places, closed_on__isnull=False).values_list("pk", flat=True))
    keys = [area["key"] for area in row.areas]
    moves = tuple(
        Move(n, door.place, door.holder or "", owners[n])
        for n, door in enumerate(doors)
        if door.place not in closed and door.holder != keys[owners[n]]
    )
    places = [move.place for move in moves]
    there = Q(entity__place__in=places) | Q(entity__place__building__in=places)
    counted = Counter(Stop.objects.filter(there, round__state="open", outcome="due").values_list("visitor", flat=True))
    people = User.objects.in_bulk([pk for pk in counted if pk])
    due = sorted(((people[pk], n) for pk, n in counted.items() if pk in people), key=lambda line: str(line[0]))
    made = Visit.objects.filter(there).count()
    vacant = sum(door.holder != keys[owner] for door, owner in ground.followers(row, owners, on))
    return Change(moves, len(doors) - len(moves) - len(closed), len(closed), tuple(due), made, vacant)


@transaction.atomic
def adopt(
    *, variant: DivisionVariant, since: dt.date, seen: int, founded: Mapping[str, Organisation] | None = None,
    actor: User | None, at: dt.datetime,
) -> Changed:  # fmt: skip
    """Let a variant hold from a day on, in one transaction; `founded` says which organisation a new area is.

    `seen` is how many changes by hand the person saw. Raises `DivisionError`, and what `charges.adopt` or
    `responsibilities.adopt` refuse.
    """
    one_at_a_time(variant.street_id)
    row = _ready(variant, seen)
    if since < clock.day_of(at):
        raise DivisionError("生效日选今天或以后，过去的归属不改。", field="since")
    current = DivisionVariant.objects.get(pk=variant.pk)
    shares = _shares(row, current, founded or {}, clock.day_of(at))
    basis = f"{row.name}，{current}"
    changed: Changed
    if row.organisation is not None:
        changed = responsibilities.adopt(
            organisation=row.organisation, shares=shares, since=since, basis=basis, actor=actor, at=at
        )
    else:
        changed = charges.adopt(street=row.street, shares=shares, since=since, basis=basis, actor=actor, at=at)
    row.state, row.chosen, row.since = Division.State.ADOPTED, current, since
    row.adopted_at, row.adopted_by, row.taken_back_at = at, actor, None
    row.ended, row.begun = list(changed.ended), list(changed.begun)
    row.save()
    after = {"variant": str(current), "since": since.isoformat(), "places": len(changed.taken)}
    record(verb="divisions.adopt", target=row, actor=actor, at=at, after=after)
    return changed


def _ready(variant: DivisionVariant, seen: int) -> Division:
    rows = Division.objects.select_for_update(of=("self",)).select_related("street", "organisation")
    row: Division = rows.get(pk=variant.division_id)
    if row.state == Division.State.ADOPTED:
        raise DivisionError("这份划分刚刚已经采用。")
    if row.state != Division.State.DRAWN or row.put_away_at is not None:
        raise DivisionError("这份划分还没有算好，或者已经收起。")
    current = DivisionVariant.objects.get(pk=variant.pk)
    if current.name == TODAY:
        raise DivisionError("这是现在的样子，不用采用。")
    if seen != len(current.edits):
        raise DivisionError("刚刚有人调整过这个方案，看过新的样子再采用。")
    return row


def _shares(
    row: Division, variant: DivisionVariant, founded: Mapping[str, Organisation], on: dt.date
) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Holder to places, without doors that have closed meanwhile, with vacant fronts beside their neighbours."""
    holders = []
    for area in row.areas:
        if area["key"].startswith(NEW) and area["key"] not in founded:
            raise DivisionError(f"选“{area['title']}”由哪个党支部负责；还没有就先成立。", field=area["key"])
        holders.append(founded[area["key"]].pk if area["key"].startswith(NEW) else uuid.UUID(area["key"]))
    if len(set(holders)) < len(holders):
        raise DivisionError("两片不能由同一个党支部负责。", field=next(iter(founded), None))
    standing = set(Place.objects.filter(pk__in=row.places).standing().values_list("pk", flat=True))
    shares: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for place, owner in zip(row.places, variant.owners(), strict=True):
        if place in standing:
            shares[holders[owner]].append(place)
    for door, owner in ground.followers(row, variant.owners(), on):
        shares[holders[owner]].append(door.place)
    return dict(shares)


@transaction.atomic
def take_back(*, division: Division, actor: User | None, at: dt.datetime) -> tuple[int, int]:
    """Give the doors back to whoever held them, from today or the day of adoption on; returns how many, and how many
    were left because they changed hands again. Raises `DivisionError` when the days for it are over."""
    one_at_a_time(division.street_id)
    rows = Division.objects.select_for_update(of=("self",)).select_related("street", "organisation", "chosen")
    row = rows.get(pk=division.pk)
    days = Rule.objects.book(street=row.street_id, on=clock.day_of(at))[DAYS_BACK]
    until = row.may_go_back_until(days)
    if row.state != Division.State.ADOPTED or until is None or row.since is None:
        raise DivisionError("这份划分没有采用，不用撤回。")
    if at > until:
        raise DivisionError(f"采用已过 {days} 天，不能撤回。要改就另算一份，选日子采用。")
    since = max(row.since, clock.day_of(at))
    if row.organisation is not None:
        done, left = _members_back(row, row.organisation, since, actor, at)
    else:
        done, left = _branches_back(row, since, actor, at)
    row.state, row.taken_back_at = Division.State.DRAWN, at
    row.chosen = row.since = row.adopted_at = row.adopted_by = None
    row.ended, row.begun = [], []
    row.save()
    record(
        verb="divisions.take_back", target=row, actor=actor, at=at, after={"places": done, "since": since.isoformat()}
    )
    return done, left


def _branches_back(row: Division, since: dt.date, actor: User | None, at: dt.datetime) -> tuple[int, int]:
    still, former, left = _held(Charge, row, "organisation")
    basis = f"撤回{row.name}"
    shares: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    nobody: dict[uuid.UUID, list[Piece]] = defaultdict(list)
    for place, holder in still.items():
        if place in former:
            shares[former[place]].append(place)
        else:
            nobody[holder].append(Piece(place))
    by: dict[str, Any] = {"actor": actor, "at": at}
    if shares:
        charges.adopt(street=row.street, shares=shares, since=since, basis=basis, **by)
        _responsible_again(row, set(shares), [p for each in shares.values() for p in each], since, basis, by)
    for organisation in Organisation.objects.filter(pk__in=nobody):
        charges.end(organisation=organisation, pieces=nobody[organisation.pk], on=since, reason=basis, **by)
    return len(still), left


def _members_back(
    row: Division, organisation: Organisation, since: dt.date, actor: User | None, at: dt.datetime
) -> tuple[int, int]:
    still, former, left = _held(Responsibility, row, "member")
    by: dict[str, Any] = {"actor": actor, "at": at}
    members = Member.objects.filter(pk__in=set(former.values()), organisation=organisation).on(since)
    known = set(members.values_list("pk", flat=True))
    shares: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    nobody: dict[uuid.UUID, list[Piece]] = defaultdict(list)
    for place, holder in still.items():
        if former.get(place) in known:
            shares[former[place]].append(place)
        else:
            nobody[holder].append(Piece(place))
    if shares:
        responsibilities.adopt(organisation=organisation, shares=shares, since=since, basis=f"撤回{row.name}", **by)
    for member in Member.objects.filter(pk__in=nobody):
        responsibilities.give_back(member=member, pieces=nobody[member.pk], on=since, **by)
    return len(still), left


def _held(model: Any, row: Division, who: str) -> tuple[dict[uuid.UUID, uuid.UUID], dict[uuid.UUID, uuid.UUID], int]:
    """Doors still held as adopted with their holder, who held them before, and how many changed hands again."""
    begun = model.objects.filter(pk__in=row.begun)
    still = dict(begun.filter(valid__upper_inf=True).values_list("place", f"{who}_id"))
    ended = model.objects.filter(pk__in=row.ended).filter(floors__lower_inf=True, floors__upper_inf=True)
    return still, dict(ended.values_list("place", f"{who}_id")), len(row.begun) - len(still)


def _responsible_again(
    row: Division,
    organisations: set[uuid.UUID],
    places: Sequence[uuid.UUID],
    since: dt.date,
    basis: str,
    by: dict[str, Any],
) -> None:
    """Members look again after what adopting had taken from them."""
    released = Responsibility.objects.filter(
        place__in=places, organisation__in=organisations, valid__endswith=row.since, floors__lower_inf=True,
        floors__upper_inf=True, member__valid__contains=since,
    )  # fmt: skip
    shares: dict[uuid.UUID, dict[uuid.UUID, list[uuid.UUID]]] = defaultdict(lambda: defaultdict(list))
    for place, member, whose in released.values_list("place", "member", "organisation"):
        shares[whose][member].append(place)
    for organisation in Organisation.objects.filter(pk__in=shares):
        responsibilities.adopt(
            organisation=organisation, shares=shares[organisation.pk], since=since, basis=basis, **by
        )
