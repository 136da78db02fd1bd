"""Who is meant by a row of an election's form: a member of the branch, somebody of another branch, or a cadre sent in.

A name never guesses: it finds exactly one full member of the organisation that is named as home, or is refused.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from branches.models import Member, Organisation, Seat, Superior
from branches.rules import seats as rules
from branches.rules.seats import Asked, Elsewhere, Finding
from shimen.accounts.models import User
from shimen.errors import DomainError


class CommitteeError(DomainError):
    """A committee, a seat or a term cannot be changed as asked. `findings` are all refusals of the rules, if any."""

    def __init__(self, sentence: str, *, field: str | None = None, findings: Iterable[Finding] = ()) -> None:
        super().__init__(sentence, field=field)
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Nominee:
    """A seat as it was typed. With `member` it is somebody of this branch; otherwise `name` and the `unit` they come from.

    Neither means that the seat was left vacant. `unit` is the name of a party organisation for a cross-post.
    """

    role: str
    also: tuple[str, ...] = ()
    member: uuid.UUID | None = None
    name: str = ""
    unit: str = ""
    seconded_until: dt.date | None = None
    user: uuid.UUID | None = None

    @property
    def is_vacant(self) -> bool:
        return self.member is None and not self.name.strip()


@dataclass(frozen=True, slots=True)
class Resolved:
    """A nominee recognised: what the rules ask, and what the seat will hold."""

    asked: Asked
    member: Member | None = None
    user: User | None = None
    name: str = ""
    unit: str = ""
    seconded_until: dt.date | None = None

    def seat(self, **values: object) -> Seat:
        """The row to be written; `values` are street, committee, organisation and days."""
        return Seat(
            role=self.asked.role, also=list(self.asked.also), origin=self.asked.origin, name=self.name, member=self.member,
            user=self.user, home_unit=self.unit, seconded_until=self.seconded_until, **values,
        )  # fmt: skip


def resolve(organisation: Organisation, nominee: Nominee, *, on: dt.date) -> Resolved:
    """Recognise one nominee on the day of election. Raises `CommitteeError`."""
    if nominee.role not in rules.ROLES:
        raise CommitteeError("选一个职务。", field="role")
    also = tuple(role for role in rules.ROLES if role in nominee.also and role != nominee.role)
    if nominee.is_vacant:
        return Resolved(Asked(nominee.role, also=also))
    user = _user(organisation, nominee.user)
    if nominee.member is not None:
        return _of_member(_own(organisation, nominee.member, on), nominee, also, user, origin=rules.INSIDE)
    home = _home(organisation, nominee.unit.strip(), on)
    if home is not None:
        if home.pk == organisation.pk:
            raise CommitteeError(f"{nominee.name}是本支部的，在“本支部党员”里选。", field="name")
        return _of_member(_named(home, nominee.name, on), nominee, also, user, origin=rules.CROSS, unit=home.name)
    return _sent_in(nominee, also, user, on)


def _home(organisation: Organisation, unit: str, on: dt.date) -> Organisation | None:
    """The party organisation that a unit names in full or in short, None where it names something else."""
    if not unit:
        return None
    named = Organisation.objects.filter(Q(name=unit) | Q(short_name=unit), street_id=organisation.street_id)
    found: Organisation | None = named.standing(on).order_by("pk").first()
    return found


def _user(organisation: Organisation, pk: uuid.UUID | None) -> User | None:
    if pk is None:
        return None
    found: User | None = User.objects.filter(pk=pk, street_id=organisation.street_id, is_active=True).first()
    if found is None:
        raise CommitteeError("这个账号不在本街道，或已停用。", field="user")
    return found


def own_members(organisation: Organisation, on: dt.date) -> QuerySet[Member]:
    """Who is of an organisation itself: its members, and for one above branches the members of those below it."""
    rows: QuerySet[Member] = Member.objects.on(on)
    if organisation.form in (Organisation.Form.BRANCH, Organisation.Form.JOINT):
        return rows.filter(organisation=organisation)
    below = Superior.objects.on(on).filter(above=organisation).values("organisation")
    return rows.filter(Q(organisation=organisation) | Q(organisation__in=below))


def _own(organisation: Organisation, pk: uuid.UUID, on: dt.date) -> Member:
    found = own_members(organisation, on).filter(pk=pk).select_related("user").first()
    if found is None:
        raise CommitteeError("选的党员这一天不在本支部，换一位，或改选举日期。", field="member")
    return found


def _named(home: Organisation, name: str, on: dt.date) -> Member:
    """The one member of another organisation who bears that name."""
    wanted = name.strip()
    found: list[Member] = [row for row in Member.objects.on(on).of(home).select_related("user") if row.name() == wanted]
    if not found:
        raise CommitteeError(f"{home}没有叫{wanted}的党员。核对姓名，或把单位写成下沉前的单位。", field="name")
    if len(found) > 1:
        raise CommitteeError(f"{home}有 {len(found)} 位同志叫{wanted}，分不清是哪一位，先在名单里区分。", field="name")
    return found[0]


def _of_member(
    member: Member, nominee: Nominee, also: tuple[str, ...], user: User | None, *, origin: str, unit: str = ""
) -> Resolved:
    user, name = user or member.user, member.name()
    person = rules.person(member=str(member.pk), user=str(user.pk) if user else "")
    is_full = member.standing == Member.Standing.FULL
    # A cadre whose membership was placed in the branch is still sent in.
    if origin == rules.INSIDE and member.relation == Member.Relation.SECONDED:
        origin = rules.SECONDED
    asked = Asked(nominee.role, name, person, origin, also, is_full)
    until = nominee.seconded_until if origin == rules.SECONDED else None
    return Resolved(asked, member, user, name, unit or nominee.unit.strip() or member.home_unit, until)


def _sent_in(nominee: Nominee, also: tuple[str, ...], user: User | None, on: dt.date) -> Resolved:
    name, unit = nominee.name.strip(), nominee.unit.strip()
    if not unit:
        raise CommitteeError(f"写上{name}原来的单位，例如“市场监管所”；本支部党员在左边选。", field="unit")
    if nominee.seconded_until is not None and nominee.seconded_until <= on:
        raise CommitteeError(f"{name}的下沉期限在任职以前就到了，核对日期。", field="seconded_until")
    person = rules.person(user=str(user.pk) if user else "", name=name, unit=unit)
    asked = Asked(nominee.role, name, person, rules.SECONDED, also)
    return Resolved(asked, None, user, name, unit, nominee.seconded_until)


def refuse_dissolved(organisation: Organisation, on: dt.date) -> None:
    """Nothing more is registered about the committee of an organisation that has been dissolved by a day."""
    if organisation.dissolved_on is not None and organisation.dissolved_on <= on:
        raise CommitteeError(f"{organisation}已经撤销，班子不再变动。")


def asked_of(seat: Seat) -> Asked:
    """A seat that is held, as the rules ask for it."""
    is_full = seat.member is None or seat.member.standing == Member.Standing.FULL
    return Asked(seat.role, seat.name, seat.person(), seat.origin, tuple(seat.also), is_full)


def body_of(organisation: Organisation, on: dt.date) -> rules.Body:
    """The organisation as the rules ask for it."""
    full = Member.objects.on(on).of(organisation).full().count()
    return rules.Body(organisation.form, organisation.kind, organisation.founded_on, full)


def seats_elsewhere(organisation: Organisation, people: Iterable[Resolved], *, since: dt.date) -> list[Elsewhere]:
    """What these people hold in other organisations of the street on a day or later (one query)."""
    listed = [each for each in people if not each.asked.is_vacant]
    theirs = (
        Q(member__in=[each.member for each in listed if each.member])
        | Q(user__in=[each.user for each in listed if each.user])
        | Q(member__isnull=True, name__in=[each.name for each in listed if each.member is None])
    )
    held = Seat.objects.registered().filter(theirs, street_id=organisation.street_id, valid__overlap=(since, None))
    standing = Q(organisation__dissolved_on__isnull=True) | Q(organisation__dissolved_on__gt=since)
    others = held.filter(standing).exclude(organisation=organisation).select_related("organisation").order_by("pk")
    return [Elsewhere(seat.person(), str(seat.organisation), seat.role) for seat in others]
