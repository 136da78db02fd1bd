"""What the room of branch life puts elsewhere: the entry of the side, the tab of an organisation, lines of work, figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from branches.life import due, forgetting
from branches.models import Activity, Organisation
from branches.pages import home_parts, tabs
from branches.pages.activities import READERS, WRITERS
from branches.pages.terms import looked_after
from branches.views.activities import ENTRIES
from shimen import clock, navigation, overview
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role
from shimen.figures.registry import Pillar
from shimen.overview import Work
from supply.views import venue_works

if TYPE_CHECKING:
    from shimen.accounts.models import User

AHEAD = dt.timedelta(days=14)


def declare() -> None:
    """Called once from `BranchesConfig.ready()`."""
    navigation.add(*ENTRIES)
    tabs.add(tabs.Tab("活动", url="branches:organisation-activities", place=40, roles=READERS, shown=_founded))
    overview.add_work(work)
    overview.mention(Pillar.INTEGRATION, "activities_held")
    home_parts.add(home_parts.Part("组织生活", "branches/home_life.html", home, place=40))
    home_parts.add_tasks(tasks)
    home_parts.add_tasks(_offered)
    forgetting.declare()


def _founded(organisation: Organisation) -> bool:
    return organisation.founded_on is not None


def _offered(user: User, led: Sequence[Organisation], on: dt.date) -> Iterable[Work]:
    """Spaces that became free while they waited."""
    return venue_works.offers(user)


def work(user: User) -> Iterable[Work]:
    """For staff one line of how many meetings are late; for a secretary each of their own."""
    scope, today = scope_of(user), clock.today()
    if not scope.has(*WRITERS) or scope.street_id is None:
        return
    is_staff = scope.has(Role.STAFF)
    rows = looked_after(user, today) if is_staff else due.own(user, on=today).standing(today).in_order()
    late = [each for each in due.pressing(rows, street=scope.street_id, today=today) if each.is_overdue]
    if late and is_staff:
        bodies = len({each.organisation.pk for each in late})
        yield Work(
            f"{bodies} 个党组织有 {len(late)} 场组织生活过期没开", reverse("branches:activities-due"), icon="calendar-due",
            reason="按规则算，排好或补记就消", when="过期", alarm=True,
        )  # fmt: skip
        return
    for each in late[:3]:
        yield _line(each)


def _line(each: due.Owed) -> Work:
    url = f"{reverse('branches:activity-new')}?kind={each.due.kind.value}&organisation={each.organisation.pk}"
    last = f"上次 {each.due.last:%m-%d}" if each.due.last else "还没有开过"
    return Work(
        f"{each.title}，{each.organisation}",
        url,
        icon="calendar-due",
        reason=last,
        due=each.due.by,
        alarm=each.is_overdue,
    )


def tasks(user: User, led: Sequence[Organisation], on: dt.date) -> Iterable[Work]:
    """On a secretary's home: what the organisations they lead have to hold."""
    if not led:
        return
    for each in due.pressing(led, street=led[0].street_id, today=on):
        yield _line(each)


def home(user: User, led: Sequence[Organisation], on: dt.date) -> dict[str, Any] | None:
    """The next activities of the organisations that somebody leads."""
    if not led:
        return None
    begin = dt.datetime.combine(on, dt.time.min, clock.SHANGHAI)
    rows = (
        Activity.objects.visible_to(user).filter(hosts__organisation__in=led, state=Activity.State.PLANNED).distinct()
    )
    return {"activities": list(rows.between(begin, begin + AHEAD).in_order()[:6])}
