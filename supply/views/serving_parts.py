"""What lists, menus and deliveries put into the frame, the overview and the station master's day."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse

from shimen import clock, navigation, overview, waiting
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role
from shimen.figures.registry import Pillar
from shimen.overview import Work
from shimen.waiting import Shown
from supply.models import Delivery, Menu
from supply.pages import deliveries as pages
from supply.pages import station
from supply.pages.served import ServedPage
from supply.views import deliveries, lists, menus, served

if TYPE_CHECKING:
    from shimen.accounts.models import User


def declare() -> None:
    """Called once from `SupplyConfig.ready()`."""
    navigation.add(*lists.ENTRIES, *menus.ENTRIES, *deliveries.ENTRIES, *served.ENTRIES)
    overview.add_work(work)
    waiting.about(deliveries_to_accept=lambda user: Delivery.objects.visible_to(user).to_accept())
    waiting.first_of(deliveries_to_accept=Shown(("requested_at", "pk"), title=str, requested_at=waiting.moment))
    overview.lead(Pillar.EMPOWERMENT, "organisations_served", place=20)
    overview.lead(Pillar.EMPOWERMENT, "needs", beside=(("资源", "resources"), ("项目", "projects")), place=30)
    overview.mention(Pillar.EMPOWERMENT, "needs_unmatched")
    station.add(station.Part("直通车", "supply/station_deliveries.html", pages.station_part, place=40))


def work(user: User) -> Iterable[Work]:
    """For the office: a preview to look at, deliveries that nobody has accepted, who has waited for too long."""
    if not scope_of(user).has(Role.STAFF, Role.STATION_MASTER) or user.street_id is None:
        return
    today = clock.today()
    if (first := waiting.first(user, "deliveries_to_accept")) is not None:
        due = pages.answer_by(user.street_id, first["requested_at"], today)
        yield Work(
            f"{waiting.how_many(user, 'deliveries_to_accept')} 单直通车等接单", f"{reverse('supply:deliveries')}?view=new",
            icon="truck", due=due, alarm=due < today, reason=f"最早的是{first['title']}",
        )  # fmt: skip
    if not scope_of(user).has(Role.STAFF):
        return
    draft = Menu.objects.filter(street_id=user.street_id).exclude(state="published").order_by("week").first()
    if draft is not None and draft.closes_at > clock.now():
        words = "暂缓的菜单要定" if draft.state == Menu.State.HELD else "看一眼菜单预览"
        yield Work(
            f"{words}，{draft.week:%m-%d} 那一周", reverse("supply:menu-week", args=[draft.pk]), icon="calendar-week",
            due=clock.day_of(draft.publishes_at), reason="到时自动发布" if draft.state == Menu.State.DRAFT else draft.held_why,
        )  # fmt: skip
    page = ServedPage(user, today)
    if page.late:
        yield Work(
            f"{len(page.late)} 个党组织超过 {page.weeks} 周没有供给", f"{reverse('supply:served')}?quiet=on", icon="heart-handshake",
            reason=f"等得最久的是{page.late[0].recipient}", when=page.late[0].words,
        )  # fmt: skip
