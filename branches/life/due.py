"""Which organisation owes which meeting by when: the rule book and what was held, read for many organisations at once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Max, Min, Q, QuerySet

from branches.committees.reading import organisations_led_by
from branches.committees.sizes import Size, sizes
from branches.models import Activity, ActivityHost, Member, Organisation, Rule
from branches.models.organisations import OrganisationQuerySet
from branches.rules import meetings
from branches.rules.book import Rules
from branches.rules.meetings import Due, Kind
from shimen import clock
from shimen.accounts.models import User

SOON = 14  # days ahead from which something that falls due is shown


@dataclass(frozen=True, slots=True)
class Owed:
    """A meeting that an organisation is to hold."""

    organisation: Organisation
    due: Due
    today: dt.date

    @property
    def is_overdue(self) -> bool:
        return self.due.is_overdue(self.today)

    @property
    def overdue_since(self) -> dt.date | None:
        return self.due.overdue_since(self.today)

    @property
    def title(self) -> str:
        return self.due.kind.words


def own(user: User, *, on: dt.date) -> OrganisationQuerySet[Organisation]:
    """The organisations that somebody leads by the committee's seats, or is a member of; all in sight where there is none."""
    seen = Organisation.objects.visible_to(user)
    led = organisations_led_by(user, on).values("pk")
    mine = Member.objects.filter(user=user).on(on).values("organisation")
    own: OrganisationQuerySet[Organisation] = seen.filter(Q(pk__in=led) | Q(pk__in=mine))
    return own if own.exists() else seen.all()


def owed(organisations: Iterable[Organisation], *, street: uuid.UUID, today: dt.date) -> list[Owed]:
    """Everything that these are to hold next, in their order and that of the kinds. Three queries however many there are."""
    asked = list(organisations)
    rows = [(row, row.founded_on) for row in asked if row.founded_on is not None and row.stands_on(today)]
    rules = Rule.objects.book(street=street, on=today)
    months = {kind: rules[key] for kind, key in meetings.RULES.items()}
    last, planned = _held([row.pk for row, _ in rows], today)
    members = sizes((row.pk for row in asked), today)
    found: list[Owed] = []
    for row, founded_on in rows:
        kinds = _kinds(row, members[row.pk], last[row.pk], rules)
        dues = meetings.due(
            kinds=kinds, founded_on=founded_on, months=months, last=last[row.pk], planned=planned[row.pk]
        )
        found.extend(Owed(row, each, today) for each in dues)
    return found


def pressing(organisations: Iterable[Organisation], *, street: uuid.UUID, today: dt.date) -> list[Owed]:
    """Those of them that are late, or fall due within a fortnight and stand in no calendar yet."""
    everything = owed(organisations, street=street, today=today)
    return [each for each in everything if meetings.soon([each.due], today=today, within=SOON)]


def _kinds(row: Organisation, members: Size, last: Mapping[Kind, dt.date], rules: Rules) -> list[Kind]:
    """What a branch owes. Committees meet where there are members enough for one, groups where there are groups,
    or where one has met before."""
    if row.form not in (Organisation.Form.BRANCH, Organisation.Form.JOINT):
        return []
    kinds = [Kind.GENERAL]
    if members.full >= rules["committee_from"] or Kind.COMMITTEE in last:
        kinds.append(Kind.COMMITTEE)
    if members.has_groups or Kind.GROUP in last:
        kinds.append(Kind.GROUP)
    return [*kinds, Kind.THEME_DAY, Kind.LIFE, Kind.REVIEW]


_Days = dict[uuid.UUID, dict[Kind, dt.date]]


def _held(organisations: list[uuid.UUID], today: dt.date) -> tuple[_Days, _Days]:
    """When each kind was held last, and when the next one stands in the calendar."""
    ahead = Q(activity__starts_at__gte=dt.datetime.combine(today, dt.time.min, clock.SHANGHAI))
    rows = (
        ActivityHost.objects.filter(
            organisation__in=organisations, activity__kind__in=[k.value for k in meetings.RULES]
        )
        .values_list("organisation_id", "activity__kind")
        .annotate(
            last=Max("activity__starts_at", filter=Q(activity__state=Activity.State.HELD)),
            planned=Min("activity__starts_at", filter=Q(activity__state=Activity.State.PLANNED) & ahead),
        )
    )
    last: _Days = defaultdict(dict)
    planned: _Days = defaultdict(dict)
    for organisation, kind, held, next_one in rows:
        if held:
            last[organisation][Kind(kind)] = clock.day_of(held)
        if next_one:
            planned[organisation][Kind(kind)] = clock.day_of(next_one)
    return last, planned


def last_like(*, organisation: Organisation, kind: Kind) -> Activity | None:
    """The last one of its kind that an organisation led, to repeat (照上次)."""
    rows: QuerySet[Activity] = Activity.objects.standing().filter(lead=organisation, kind=kind.value)
    return rows.order_by("-starts_at").first()
