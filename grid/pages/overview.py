"""What matters and the district's cases put on the overview: their numbers, today's work, where problems get solved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from grid.models import DistrictCase, Leg, Matter, StrayAnswer
from grid.models.handover import DistrictCaseQuerySet
from grid.models.matters import MatterQuerySet
from grid.pages import solved
from shimen import clock, overview, waiting
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role
from shimen.figures.registry import Pillar
from shimen.overview import Work

if TYPE_CHECKING:
    from shimen.accounts.models import User

SHOWN = 3
READERS = (Role.STAFF, Role.DATA_ADMIN, Role.SECRETARY, Role.CONVENER, Role.SECONDED, Role.STATION_MASTER)


def declare() -> None:
    """Called once from `GridConfig.ready()`."""
    overview.lead(Pillar.INTEGRATION, "matters_done", words="第一轮走访起累计", place=10)
    overview.lead(Pillar.INTEGRATION, "matters_open", beside=(("超期", "matters_late"),), place=20)
    overview.lead(Pillar.INTEGRATION, "district_cases_month", beside=(("比基准期", "district_cases_change"),), place=30)
    overview.lead(Pillar.INTEGRATION, "hard_cases_solved", words="多次没解决、牵涉多方的", place=40)
    overview.add_work(work)
    waiting.about(
        matters_in_hand=_in_hand,
        matters_to_answer=lambda user: Matter.objects.visible_to(user).to_answer().filter(answers=None),
        matters_complained=lambda user: Matter.objects.visible_to(user).complained(),
        stray_answers=lambda user: StrayAnswer.objects.visible_to(user).filter(settled_at=None),
        cases_stuck=_stuck,
    )
    overview.add_panel(overview.Panel("grid/overview_solved.html", panel, place=30, columns=6))


def panel(user: User) -> dict[str, Any] | None:
    """Where problems get solved; left out for those who may not open it."""
    if not scope_of(user).has(*READERS) or user.street is None:
        return None
    since, seen = user.street.rounds_from, Matter.objects.visible_to(user)
    return {
        "since": since,
        "solved": solved.Solved(seen, since=since, until=clock.today(), chosen={}),
        "district": solved.district(user, user.street, today=clock.today()),
    }


def work(user: User) -> Iterable[Work]:
    """Matters that are late, one's own that are due, those solved and not told; answers of the district to look at."""
    scope = scope_of(user)
    if not scope.has(*READERS):
        return
    today = clock.today()
    yield from own(user, today)
    if scope.has(Role.STAFF, Role.SECRETARY, Role.CONVENER):
        yield from _late(user, today)
        yield from _to_answer(user)
        yield from _complained(user)
    if scope.has(Role.STAFF):
        yield from _district(user)


def _in_hand(user: User) -> MatterQuerySet:
    seen: MatterQuerySet = Matter.objects.visible_to(user)
    return seen.open().filter(legs__owner_user=user.pk, legs__ended_at=None)


def _stuck(user: User) -> DistrictCaseQuerySet:
    """What the district refused, and what has not reached it within a day."""
    state, day_ago = DistrictCase.Delivery, clock.now() - dt.timedelta(days=1)
    stuck = Q(delivery=state.WAITING, opened_at__lt=day_ago) | Q(delivery=state.REFUSED)
    seen: DistrictCaseQuerySet = DistrictCase.objects.visible_to(user)
    return seen.live().filter(stuck)


def own(user: User, today: dt.date) -> Iterable[Work]:
    """What a person has in hand: the owner of an open turn."""
    if not waiting.how_many(user, "matters_in_hand"):
        return
    for row in _in_hand(user).by_due()[:SHOWN]:
        yield _line(row, f"{row.title}，由您办", today)


def _late(user: User, today: dt.date) -> Iterable[Work]:
    rows = Matter.objects.visible_to(user).overdue(today).exclude(legs__owner_user=user.pk, legs__ended_at=None)
    leg = Leg.objects.filter(matter=OuterRef("pk"), ended_at=None)
    rows = rows.annotate(owner=Subquery(leg.values("owner")[:1]), body=Subquery(leg.values("body")[:1]))
    late = list(rows.select_related("area").order_by("-is_hard", "due_on", "pk"))
    for row in late[:1]:
        who = row.owner or row.body
        reason = "，".join(filter(None, (f"责任：{who}" if who else "还没定到人", str(row.area or ""))))
        yield _line(row, f"{row.title}，{row.stage.title}超期", today, reason)
    if len(late) > 1:
        first = min(row.due_on for row in late if row.due_on is not None)
        yield Work(
            f"另有 {len(late) - 1} 件事项超期", reverse("grid:matters") + "?state=late", icon="git-branch",
            reason="各级都有，逐件催办", due=first, alarm=True,
        )  # fmt: skip


def _line(row: Matter, title: str, today: dt.date, reason: str = "") -> Work:
    reason = reason or (f"{row.stage.title}，延期过 {row.deferrals} 次" if row.deferrals else row.stage.title)
    return Work(
        title, reverse("grid:matter", args=[row.pk]), icon="git-branch", reason=reason, due=row.due_on,
        alarm=row.due_on is not None and row.due_on < today,
    )  # fmt: skip


def _to_answer(user: User) -> Iterable[Work]:
    if solved_only := waiting.how_many(user, "matters_to_answer"):
        yield Work(
            f"{solved_only} 件已解决，还没有答复提出人", reverse("grid:matters") + "?state=answer", icon="send",
            reason="解决了要说一声，再问满不满意", when="待答复",
        )  # fmt: skip


def _complained(user: User) -> Iterable[Work]:
    if said := waiting.how_many(user, "matters_complained"):
        yield Work(
            f"{said} 件办完了，提出人说不满意", reverse("grid:matters") + "?state=bad", icon="message-dots",
            reason="没有解决就重办，办到头了再答复一次", when="待看", alarm=True,
        )  # fmt: skip


def _district(user: User) -> Iterable[Work]:
    if strays := waiting.how_many(user, "stray_answers"):
        yield Work(
            f"{strays} 条区级平台的答复对不上案件",
            reverse("grid:strays"),
            icon="building-bank",
            when="待处理",
            alarm=True,
        )
    if not waiting.how_many(user, "cases_stuck"):
        return
    for row in _stuck(user).newest_first()[: 2 * SHOWN]:
        is_refused = row.delivery == DistrictCase.Delivery.REFUSED
        words = "区级平台没有收" if is_refused else "还没有送到区级平台"
        yield Work(
            f"{words}：{row.title}", reverse("grid:case", args=[row.pk]), icon="building-bank",
            reason=row.trouble if is_refused else "超过一天，看看接口", alarm=True,
        )  # fmt: skip
