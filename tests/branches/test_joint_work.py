"""Joint projects, streamers' tours of shops, group services: the verbs."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from branches.life import projects, service, tours
from branches.life.projects import ProjectError
from branches.life.service import ServiceError
from branches.life.tours import TourError
from branches.models import CheckIn
from shimen.audit.models import AccessLog
from tests import make, organised
from tests.make import AT, TODAY

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def lead(town):
    return organised.organisation(town)


@pytest.fixture
def other(town):
    return organised.organisation(town)


def start(lead, *others, actor=None, **given):
    values = {"title": "停车共治", "goal": "门口不乱停", "started_on": TODAY} | given
    return projects.start(lead=lead, others=others, actor=actor, at=AT, **values)


def test_a_project_begins_with_two_and_the_log_names_them(town, lead, other):
    project = start(lead, other, actor=town.secretary)
    assert [partner.organisation for partner in project.partners.order_by("place")] == [lead, other]
    assert AccessLog.objects.get(verb="life.start_project").after["partners"] == [str(lead), str(other)]


@pytest.mark.parametrize(("given", "sentence"), [({"title": " "}, "项目名称"), ({"goal": ""}, "一句目标")])
def test_a_project_wants_a_name_and_a_goal(lead, other, given, sentence):
    with pytest.raises(ProjectError, match=sentence):
        start(lead, other, **given)


def test_one_alone_is_no_joint_project(lead):
    with pytest.raises(ProjectError, match="两个以上党组织"):
        start(lead, lead)


def test_a_step_belongs_to_a_partner_and_is_due_after_the_beginning(town, lead, other):
    project = start(lead, other)
    with pytest.raises(ProjectError, match="没有参与这个项目"):
        projects.add_step(
            project=project, title="数车", owner=organised.organisation(town), due_on=TODAY, actor=town.staff, at=AT
        )
    with pytest.raises(ProjectError, match="不能早于项目开始"):
        projects.add_step(
            project=project, title="数车", owner=lead, due_on=TODAY - dt.timedelta(days=1), actor=town.staff, at=AT
        )


def test_steps_are_reported_and_a_project_is_finished_when_all_are_done(town, lead, other):
    project = start(lead, other)
    step = projects.add_step(project=project, title="数车", owner=other, due_on=TODAY, actor=town.staff, at=AT)
    with pytest.raises(ProjectError, match="还有 1 步没有完成"):
        projects.end(project=project, outcome="做成了", is_done=True, actor=town.staff, at=AT)
    with pytest.raises(ProjectError, match="做成了什么"):
        projects.report_step(step=step, note="", is_done=True, actor=town.staff, at=AT)
    projects.report_step(step=step, note="数了 14 处", is_done=True, actor=town.staff, at=AT)
    project = projects.end(project=project, outcome="做成了", is_done=True, actor=town.staff, at=AT)
    assert (project.state, project.ended_on) == ("done", TODAY)
    with pytest.raises(ProjectError, match="不能再改"):
        projects.report_step(step=step, note="再改", is_done=False, actor=town.staff, at=AT)
    assert AccessLog.objects.filter(verb__startswith="life.").count() == 4


def test_a_partner_with_a_step_stays(town, lead, other):
    third = organised.organisation(town)
    project = start(lead, other, third)
    projects.add_step(project=project, title="数车", owner=third, due_on=TODAY, actor=town.staff, at=AT)
    with pytest.raises(ProjectError, match="还有步骤"):
        projects.change(project=project, title="停车", goal="不乱停", others=[other], actor=town.staff, at=AT)


# ---- tours


@pytest.fixture
def tour(lead):
    return organised.activity(lead, kind="shop_visit", starts_at=AT, ends_at=AT + HOUR)


@pytest.fixture
def shop(town, tour):
    return tours.add_shops(activity=tour, entities=[make.entity(town.first_grid)], actor=town.secretary, at=AT)[0]


def test_shops_have_codes_of_their_own_and_stand_on_a_tour_once(town, tour, shop):
    assert tours.find(shop.token) == tours.find(shop.short.lower()) == shop
    with pytest.raises(TourError, match="都已经在名单里"):
        tours.add_shops(activity=tour, entities=[shop.entity], actor=town.secretary, at=AT)
    assert AccessLog.objects.get(verb="life.add_shops").after["rows"] == 1


def test_only_a_tour_has_shops(town, lead):
    with pytest.raises(TourError, match="主播探店"):
        tours.add_shops(activity=organised.activity(lead), entities=[make.entity(town.first_grid)], actor=None, at=AT)


def test_a_participant_checks_in_by_a_name_and_twice_is_once(shop):
    assert tours.check_in(shop=shop, nickname=" 示例  小鱼 ", at=AT)[1] is True
    assert tours.check_in(shop=shop, nickname="示例 小鱼", at=AT)[1] is False
    row = CheckIn.objects.get()
    assert (row.nickname, {field.name for field in CheckIn._meta.fields}) == (
        "示例 小鱼",
        {"id", "street", "shop", "nickname", "nickname_key", "at"},
    )


@pytest.mark.parametrize(
    ("nickname", "sentence"), [("", "1 至 20 个字"), ("字" * 21, "1 至 20 个字"), ("１９９00000017", "不要写电话")]
)
def test_what_is_no_nickname_is_refused(shop, nickname, sentence):
    with pytest.raises(TourError, match=sentence):
        tours.check_in(shop=shop, nickname=nickname, at=AT)


@pytest.mark.parametrize(("later", "sentence"), [(-2 * HOUR, "还没有开始"), (5 * HOUR, "已经结束")])
def test_nobody_checks_in_outside_the_hours(shop, later, sentence):
    with pytest.raises(TourError, match=sentence):
        tours.check_in(shop=shop, nickname="示例小鱼", at=AT + later)


def test_a_shop_that_was_taken_off_answers_no_more_but_keeps_its_check_ins(town, shop):
    with transaction.atomic():
        tours.check_in(shop=shop, nickname="示例小鱼", at=AT)
    tours.remove_shop(shop=shop, actor=town.secretary, at=AT)
    assert tours.find(shop.token) is None
    assert CheckIn.objects.count() == 1


# ---- group services


@pytest.fixture
def fair(lead, other):
    return organised.activity(lead, other, kind="service", starts_at=AT - HOUR, ends_at=AT + HOUR)


def test_what_hosts_offer_is_counted_in_people(town, fair, other):
    offer = service.offer(activity=fair, title="量血压", organisation=other, actor=town.secretary, at=AT)
    service.count(offer=offer, people=31, actor=town.secretary, at=AT)
    offer.refresh_from_db()
    assert offer.people == 31
    assert AccessLog.objects.get(verb="life.count").after["people"] == 31
    with pytest.raises(ServiceError, match="已经记了人次"):
        service.withdraw(offer=offer, actor=town.secretary, at=AT)


def test_offers_come_from_hosts_and_once(town, fair, other):
    service.offer(activity=fair, title="量血压", organisation=other, actor=town.secretary, at=AT)
    with pytest.raises(ServiceError, match="已经在名单里"):
        service.offer(activity=fair, title="量血压", organisation=other, actor=town.secretary, at=AT)
    with pytest.raises(ServiceError, match="不在主办的党组织里"):
        service.offer(
            activity=fair, title="磨刀", organisation=organised.organisation(town), actor=town.secretary, at=AT
        )


def test_people_are_counted_after_the_beginning_and_only_at_a_service(town, lead):
    ahead = organised.activity(lead, kind="service")
    offer = service.offer(activity=ahead, title="磨刀", organisation=lead, actor=town.secretary, at=AT)
    with pytest.raises(ServiceError, match="还没有开始"):
        service.count(offer=offer, people=3, actor=town.secretary, at=AT)
    with pytest.raises(ServiceError, match="组团服务"):
        service.offer(activity=organised.activity(lead), title="磨刀", organisation=lead, actor=town.secretary, at=AT)
