"""A week's menu: assembled, held, published once, changed."""

from __future__ import annotations

import datetime as dt

import pytest

from shimen.audit.models import AccessLog
from shimen.outbox.models import Job
from supply.lists import linking
from supply.menus import drafting, ordering, publishing
from supply.menus.handling import MenuError
from supply.models import Menu, MenuItem, Order, Proposal
from tests import make, supplying

pytestmark = pytest.mark.django_db
WEEK = make.TODAY + dt.timedelta(days=7)
DAY = dt.timedelta(days=1)


@pytest.fixture
def town():
    return make.town()


def drafted(town, at=make.AT):
    if not drafting.Project.objects.exists():
        supplying.supply_project(town)
    return drafting.draft(street=town.street, week=WEEK, actor=town.staff, at=at)


def test_a_draft_takes_running_projects_and_proposes_to_those_who_had_nothing(town):
    recipient = supplying.recipient(town)
    need = supplying.need(town, recipient=recipient, title="带货合同看不懂")
    project = supplying.supply_project(town)
    supplying.supply_project(town, state="done", title="办完的项目")
    supplying.resource(town, title="律师驻点", provider=project.provider)
    bus = supplying.resource(town, title="体检车", category="health", provider="社区卫生服务中心", capacity=60)
    linking.link(need=need, project=project, actor=town.staff, at=make.AT)
    menu = drafted(town)
    items = {item.title: item for item in menu.items.all()}
    assert set(items) == {"律师周二下午", "体检车"}
    assert (items["体检车"].unit, items["体检车"].quota, items["体检车"].resource) == ("person", 60, bus)
    assert [answer.need for answer in items["律师周二下午"].answers.all()] == [need]
    proposal = Proposal.objects.get()
    assert (proposal.recipient, proposal.item) == (recipient, items["律师周二下午"])
    assert "正好答它提的需求" in proposal.why
    assert all(menu.week <= item.starts_at.date() <= menu.until for item in items.values())
    assert AccessLog.objects.filter(verb="menu.draft").count() == 1


def test_a_week_has_one_menu_and_a_past_week_none(town):
    drafted(town)
    with pytest.raises(MenuError, match="已经有菜单"):
        drafted(town)
    with pytest.raises(MenuError, match="过了报名截止"):
        drafting.draft(street=town.street, week=make.TODAY, actor=town.staff, at=make.AT)
    with pytest.raises(MenuError, match="没有进行中的项目"):
        drafting.draft(street=make.town().street, week=WEEK, actor=town.staff, at=make.AT)


def test_the_worker_drafts_and_publishes_once_however_often_it_wakes(town):
    supplying.supply_project(town)
    before = dt.datetime.combine(WEEK - 10 * DAY, dt.time(9), make.AT.tzinfo)
    for _ in range(3):
        drafting.ensure_due(at=before)
    jobs = Job.objects.filter(kind=drafting.KIND, street=town.street)
    assert jobs.count() == 1
    for _ in range(2):
        drafting.draft_job(job=jobs.get(), at=before)
    menu = Menu.objects.get(street=town.street)
    publishing.ensure_published(at=before)
    assert not Job.objects.filter(kind=publishing.KIND).exists()
    for _ in range(3):
        publishing.ensure_published(at=menu.publishes_at)
    job = Job.objects.get(kind=publishing.KIND)
    for _ in range(2):
        publishing.publish_job(job=job, at=menu.publishes_at)
    menu.refresh_from_db()
    assert (menu.state, menu.published_at) == ("published", menu.publishes_at)
    assert AccessLog.objects.filter(verb="menu.publish").count() == 1


def test_a_held_preview_is_not_published_until_it_is_taken_up(town):
    menu = supplying.menu(town, state="draft", published_at=None)
    supplying.menu_item(menu)
    with pytest.raises(MenuError, match="写明原因"):
        publishing.hold(menu=menu, reason="", actor=town.staff, at=make.AT)
    publishing.hold(menu=menu, reason="讲师还没定", actor=town.staff, at=make.AT)
    publishing.ensure_published(at=make.AT)
    assert not Job.objects.filter(kind=publishing.KIND).exists()
    publishing.take_up(menu=menu, actor=town.staff, at=make.AT)
    publishing.ensure_published(at=make.AT)
    publishing.publish_job(job=Job.objects.get(kind=publishing.KIND), at=make.AT)
    menu.refresh_from_db()
    assert menu.state == "published"
    with pytest.raises(MenuError, match="只有预览可以暂缓"):
        publishing.hold(menu=menu, reason="讲师还没定", actor=town.staff, at=make.AT)
    with pytest.raises(MenuError, match="已经发布"):
        publishing.publish(menu=menu, actor=town.staff, at=make.AT)


def test_an_empty_or_late_menu_is_not_published(town):
    menu = supplying.menu(town, state="draft", published_at=None)
    with pytest.raises(MenuError, match="一场也没有"):
        publishing.publish(menu=menu, actor=town.staff, at=make.AT)
    supplying.menu_item(menu)
    with pytest.raises(MenuError, match="已截止"):
        publishing.publish(menu=menu, actor=town.staff, at=menu.closes_at)


def change(item, town, at=make.AT, **values):
    return publishing.change_item(item=item, values=values, actor=town.staff, at=at)


def test_an_item_is_changed_within_its_week_and_never_below_what_is_taken(town):
    item = supplying.menu_item(supplying.menu(town), quota=1)
    change(item, town, location="三站 教室")
    assert AccessLog.objects.get(verb="menu.change_item").after == {"location": "三站 教室"}
    recipient, waiting = supplying.recipient(town), supplying.recipient(town)
    for each in (recipient, waiting):
        ordering.order(item=item, recipient=each, actor=town.staff, at=make.AT)
    with pytest.raises(MenuError, match="已经报了 1 个组织"):
        change(item, town, quota=0)
    with pytest.raises(MenuError, match="不能改时间"):
        change(item, town, starts_at=item.starts_at + DAY, ends_at=item.ends_at + DAY)
    change(item, town, quota=3)
    assert Order.objects.get(recipient=waiting).state == "placed"
    free = supplying.menu_item(item.menu)
    with pytest.raises(MenuError, match="这一周里"):
        change(free, town, starts_at=free.starts_at + 9 * DAY, ends_at=free.ends_at + 9 * DAY)
    with pytest.raises(MenuError, match="结束要晚于开始"):
        change(free, town, ends_at=free.starts_at)


def test_a_cancelled_item_ends_its_orders_with_the_reason_and_a_drafted_one_is_gone(town):
    item = supplying.menu_item(supplying.menu(town))
    ordering.order(item=item, recipient=supplying.recipient(town), actor=town.staff, at=make.AT)
    publishing.cancel_item(item=item, reason="场地停电", actor=town.staff, at=make.AT)
    row = Order.objects.get()
    assert (row.state, row.ended_why) == ("cancelled", "这一场取消：场地停电")
    with pytest.raises(MenuError, match="已经取消"):
        publishing.cancel_item(item=item, reason="场地停电", actor=town.staff, at=make.AT)
    draft = supplying.menu_item(supplying.menu(town, week=WEEK + 7 * DAY, state="draft", published_at=None))
    publishing.cancel_item(item=draft, reason="", actor=town.staff, at=make.AT)
    assert not MenuItem.objects.filter(pk=draft.pk).exists()


def test_one_more_is_added_until_the_week_begins(town):
    menu, project = supplying.menu(town), supplying.supply_project(town)
    start = dt.datetime.combine(WEEK + DAY, dt.time(14), make.AT.tzinfo)
    values = {"starts_at": start, "ends_at": start + dt.timedelta(hours=1), "quota": 5}
    item = publishing.add_item(menu=menu, source=project, values=values, actor=town.staff, at=make.AT)
    assert (item.number, item.quota, item.title) == (1, 5, project.title)
    with pytest.raises(MenuError, match="已经开始"):
        publishing.add_item(menu=menu, source=project, values=values, actor=town.staff, at=start - DAY)
