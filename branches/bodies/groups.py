"""The verbs on groups of a branch: setting one up, changing who is in it, ending it, and what a leaving member means for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from branches import signals
from branches.bodies.members import may_keep
from branches.bodies.organisations import checked_reason, locked
from branches.models import Group, GroupPlace, Member, Organisation, Rule
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError


class GroupError(DomainError):
    """A group cannot be as asked."""


@transaction.atomic
def form(
    *, organisation: Organisation, name: str, leader: Member, members: Collection[Member], actor: User, at: dt.datetime
) -> Group:
    """Set a group up from today on. Raises `GroupError` (too few, somebody of another branch or group, a leader who is no
    full member), `MemberError` (not one's own branch)."""
    row, today = locked(organisation, error=GroupError), clock.day_of(at)
    may_keep(organisation=row, actor=actor, at=at)
    if row.form not in {Organisation.Form.BRANCH, Organisation.Form.JOINT}:
        raise GroupError(f"{row.get_form_display()}下面是支部，党小组设在支部里。")
    name = " ".join(name.split())
    if len(name) < 2:
        raise GroupError("写上名称，例如“第一党小组”。", field="name")
    people = _checked(row, leader, members, today, None)
    group = Group(street_id=row.street_id, organisation=row, name=name[:30], valid=DateRange(today, None))
    with as_sentences(GroupError, field="name"):
        group.save(force_insert=True)
    _place(group, people, leader, today)
    after = {"name": group.name, "people": len(people)}
    record(verb="group.form", target=row, actor=actor, at=at, after=after)
    return group


def _checked(
    organisation: Organisation, leader: Member, members: Collection[Member], today: dt.date, group: Group | None
) -> list[Member]:
    people = {member.pk: member for member in (leader, *members)}
    own = set(
        Member.objects.of(organisation).on(today).filter(pk__in=people).values_list("pk", flat=True)
    )  # fmt: skip
    if len(own) < len(people):
        raise GroupError("只能选本支部现有的党员。", field="members")
    if leader.standing != Member.Standing.FULL:
        raise GroupError(f"{leader.name_mask}是预备党员，组长要由正式党员担任。", field="leader")
    rules = Rule.objects.book(street=organisation.street_id, on=today)
    if len(people) < rules["group_least"]:
        raise GroupError(f"只选了 {len(people)} 人。{rules.sentence('group_least')}。", field="members")
    taken = (
        GroupPlace.objects.on(today).filter(member__in=people).exclude(group=group).select_related("group", "member")
    )
    if other := taken.first():
        raise GroupError(
            f"{other.member.name_mask}已在{other.group}，一名党员只编入一个小组。先从那里调出。", field="members"
        )
    return list(people.values())


def _place(group: Group, people: Collection[Member], leader: Member, today: dt.date) -> None:
    with as_sentences(GroupError, field="members"):
        GroupPlace.objects.bulk_create(
            GroupPlace(
                street_id=group.street_id, group=group, member=member, is_leader=member.pk == leader.pk,
                valid=DateRange(today, None),
            )
            for member in people
        )  # fmt: skip


@transaction.atomic
def change(
    *, group: Group, name: str, leader: Member, members: Collection[Member], actor: User, at: dt.datetime
) -> Group:
    """From today on other people are in it, or somebody else leads it. Raises as `form` does."""
    row, today = _current(group, actor, at), clock.day_of(at)
    people = {member.pk: member for member in _checked(row.organisation, leader, members, today, row)}
    row.name = (" ".join(name.split()) or row.name)[:30]
    with as_sentences(GroupError, field="name"):
        row.save(update_fields=["name"])
    before = list(GroupPlace.objects.on(today).filter(group=row))
    for place in before:
        if place.member_id not in people or place.is_leader != (place.member_id == leader.pk):
            _end(place, today)
        else:
            people.pop(place.member_id)
    _place(row, list(people.values()), leader, today)
    after = {"name": row.name, "people": GroupPlace.objects.on(today).filter(group=row).count()}
    record(
        verb="group.change", target=row.organisation, actor=actor, at=at, before={"people": len(before)}, after=after
    )  # fmt: skip
    return row


def _end(place: GroupPlace, on: dt.date) -> None:
    """Upper bound set; a place that began the same day never held."""
    if place.valid.lower >= on:
        place.delete()
        return
    place.valid = DateRange(place.valid.lower, on)
    place.save(update_fields=["valid"])


def _current(group: Group, actor: User, at: dt.datetime) -> Group:
    row = Group.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=group.pk)
    may_keep(organisation=row.organisation, actor=actor, at=at)
    if row.valid.upper is not None:
        raise GroupError(f"{row}已经撤销。")
    return row


@transaction.atomic
def end(*, group: Group, reason: str, actor: User, at: dt.datetime) -> Group:
    """From today on there is no such group. Raises `GroupError`."""
    row, today = _current(group, actor, at), clock.day_of(at)
    reason = checked_reason(reason, error=GroupError)
    for place in GroupPlace.objects.on(today).filter(group=row):
        _end(place, today)
    if row.valid.lower >= today:
        record(verb="group.end", target=row.organisation, actor=actor, at=at, before={"name": row.name}, reason=reason)
        row.delete()
        return row
    row.valid, row.end_reason = DateRange(row.valid.lower, today), reason
    row.save(update_fields=["valid", "end_reason"])
    record(verb="group.end", target=row.organisation, actor=actor, at=at, before={"name": row.name}, reason=reason)
    return row


def hear_left(*, member: Member, on: dt.date, **_: Any) -> None:
    """Who has left the branch is in none of its groups."""
    for place in GroupPlace.objects.filter(member=member, valid__endswith__isnull=True):
        _end(place, on)


def register() -> None:
    """Called once from `BranchesConfig.ready()`."""
    signals.member_left.connect(hear_left, dispatch_uid="groups")
