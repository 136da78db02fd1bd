"""The pages of gaps, coverings, areas and duty lists: what they show, what they do, and how many queries they ask."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from branches.duty import charges, coverings, gaps, responsibilities
from branches.forms.areas import read_line
from branches.models import Charge, Covering, DutyList, Finding, Outreach, Responsibility, Rule
from coverage.models import Question, Submission
from coverage.pages.story import story
from shimen.audit.models import AccessLog
from shimen.figures.values import values
from tests import make, organised

pytestmark = pytest.mark.django_db
DAY = make.TODAY
BEFORE = dt.date(2025, 9, 1)


@pytest.fixture(autouse=True)
def _still():
    with override_settings(SHIMEN_NOW=make.AT):
        yield


@pytest.fixture
def branch(town):
    return organised.organisation(town, short_name="第一街区党支部")


@pytest.fixture
def shop(town):
    return make.entity(town.first_grid, place=make.place(town.first_grid), name="子丑面馆", industry="H")


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def give(organisation, *places, floors=(None, None)):
    pieces = [charges.Piece(place.pk, *floors) for place in places]
    charges.assign(organisation=organisation, pieces=pieces, since=BEFORE, actor=None, at=make.AT)


def text_of(user, name, *args, **query):
    answer = client_of(user).get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def post(user, name, *args, query="", **data):
    return client_of(user).post(reverse(name, args=args) + query, data, follow=True)


# ---- gaps


def test_a_gap_says_why_and_what_is_proposed_and_accepting_it_closes_it(town, branch, shop):
    give(branch, shop.place)
    page = text_of(town.secretary, "branches:gaps")
    assert "子丑面馆" in page
    assert "还没有接手" in page
    assert "街区兜底" in page
    done = post(town.secretary, "branches:gap-accept", shop.pk).content.decode()
    assert "第一街区党支部街区支部兜底，自今天起" in done
    row = coverings.current(shop, DAY)
    assert (row.way, row.organisation, row.source) == ("street_block", branch, "derived")
    assert AccessLog.objects.filter(verb="coverings.cover", actor=town.secretary).exists()
    assert "这一项已经补上了" in post(town.secretary, "branches:gap-accept", shop.pk).content.decode()


def test_what_lies_in_nobodys_area_goes_to_the_nearest_branch_by_hand(town, branch, shop):
    give(branch, make.place(town.first_grid))
    assert "最近的支部，相距" in text_of(town.staff, "branches:gaps")
    post(town.staff, "branches:gap-accept", shop.pk)
    row = coverings.current(shop, DAY)
    assert (row.way, row.organisation, row.source) == ("instructor", branch, "hand")


def test_without_any_area_on_the_street_nothing_is_proposed(town, branch, shop):
    assert "先划出责任范围" in text_of(town.staff, "branches:gaps")
    assert "街道里还没有党组织负责任何地点" in post(town.staff, "branches:gap-accept", shop.pk).content.decode()


def test_everything_in_an_area_is_covered_at_once_and_the_rest_is_left(town, branch, shop):
    give(branch, shop.place)
    make.entity(town.first_grid, place=make.place(town.first_grid))
    done = post(town.staff, "branches:gaps-accept").content.decode()
    assert "1 家自今天起由责任范围所在的支部覆盖；1 家不在任何支部的责任范围里" in done
    assert Covering.objects.count() == 1


def test_enough_members_without_a_branch_are_a_gap_of_their_own(town, branch, shop):
    give(branch, shop.place)
    for _ in range(3):
        make.worker(shop, standing="member")
    coverings.cover(entity=shop, way="street_block", organisation=branch, since=BEFORE, actor=None, at=make.AT)
    page = text_of(town.staff, "branches:gaps", kind="members")
    assert "已知党员 3 名" in page
    assert "够成立党支部" in page
    post(town.staff, "branches:gap-accept", shop.pk, query="?kind=members")
    assert coverings.current(shop, DAY).way == "joint"
    assert "子丑面馆" not in text_of(town.staff, "branches:gaps", kind="members")


def test_a_door_nobody_has_seen_is_asked_about_at_the_next_visit(town, branch, shop):
    assert "子丑面馆" in text_of(town.staff, "branches:gaps", kind="never")
    post(town.staff, "branches:gap-accept", shop.pk, query="?kind=never")
    assert Question.objects.open().filter(entity=shop).count() == 1
    assert "已交上门" in text_of(town.staff, "branches:gaps", kind="never")


def test_a_building_without_a_branch_is_taken_on_by_the_next_one(town, branch):
    tower = make.place(town.first_grid, kind="building", name="示例大厦")
    make.entity(town.first_grid, place=make.place(town.first_grid, kind="room", building=tower, floor=3), headcount=5)
    give(branch, make.place(town.first_grid))
    page = text_of(town.staff, "branches:gaps", kind="building")
    assert "示例大厦" in page
    assert "划入第一街区党支部" in page
    post(town.staff, "branches:gap-building", tower.pk)
    assert Charge.objects.on(DAY).get(place=tower).organisation == branch
    assert "示例大厦" not in text_of(town.staff, "branches:gaps", kind="building")


def test_a_rider_who_registered_is_shown_without_a_name_and_looked_after_by_a_branch(town, branch):
    tower = make.place(town.first_grid, kind="building")
    give(branch, tower)
    row = make.submission(make.code(tower), post="rider", name="骑某甲")
    make.submission(make.code(tower), post="clerk", name="店某乙")
    make.submission(make.code(tower), post="", name="没某丙")
    page = text_of(town.secretary, "branches:gaps", kind="people")
    assert "骑手" in page
    assert "骑某" not in page
    # Who works in a shop, or did not say what they do, is no such person.
    assert gaps.people(Submission.objects.all(), on=DAY).get() == row
    post(town.secretary, "branches:gap-reach", row.pk)
    assert Outreach.objects.on(DAY).get(submission=row).organisation == branch
    assert AccessLog.objects.filter(verb="gaps.reach").count() == 1
    assert "已经有支部联系" in post(town.secretary, "branches:gap-reach", row.pk).content.decode()


def test_the_cross_table_counts_by_industry_and_space_and_opens_its_rows(town, shop):
    make.entity(town.first_grid, industry="I")
    page = client_of(town.staff).get(reverse("branches:gaps-table"))
    assert page.context["total"] == 2
    assert [(line.title, line.total) for line in page.context["lines"]] == [("住宿餐饮", 1), ("信息软件", 1)]
    url = page.context["lines"][0].cells[0][1]
    assert client_of(town.staff).get(url).context["page"].paginator.count == 1


def test_an_export_names_its_purpose_and_carries_reason_and_proposal(town, branch, shop):
    give(branch, shop.place)
    answer = post(town.staff, "branches:gaps-export", purpose="核对第一网格", kind="csv")
    text = answer.content.decode("utf-8-sig")
    assert "子丑面馆" in text
    assert "街区支部兜底" in text
    refused = post(town.staff, "branches:gaps-export", purpose="看", kind="csv")
    assert refused.status_code == 422


@pytest.mark.parametrize("kind", ["uncovered", "members", "never", "building", "people"])
def test_a_page_of_gaps_asks_as_much_of_many_rows_as_of_few(town, branch, kind):
    def more(count):
        for _ in range(count):
            tower = make.place(town.first_grid, kind="building")
            entity = make.entity(town.first_grid, place=tower)
            make.submission(make.code(tower), post="rider")
            for _ in range(3):
                make.worker(entity, standing="member")

    give(branch, make.place(town.first_grid))
    client = client_of(town.staff)
    url = f"{reverse('branches:gaps')}?kind={kind}"

    def asked():
        client.get(url)
        with make.counting() as queries:
            assert client.get(url).context["rows"]
        return len(queries)

    more(2)
    few = asked()
    more(8)
    assert asked() == few
    assert few <= 40


def test_gaps_are_those_of_ones_own_areas(town, shop):
    assert "子丑面馆" in text_of(town.secretary, "branches:gaps")
    other = make.person(town.street, "secretary", area=town.second_grid)
    assert "子丑面馆" not in text_of(other, "branches:gaps")
    assert client_of(other).post(reverse("branches:gap-accept", args=[shop.pk])).status_code == 404
    assert client_of(town.visitor).get(reverse("branches:gaps")).status_code == 403


# ---- coverings


def test_the_card_on_an_entitys_page_says_who_covers_it(town, branch, shop):
    give(branch, shop.place)
    member = organised.member(branch, name="陈癸十", home_unit="城管下沉")
    responsibilities.entrust(member=member, pieces=[charges.Piece(shop.place_id)], since=BEFORE, actor=None, at=make.AT)
    coverings.cover(entity=shop, way="joint", organisation=branch, since=BEFORE, actor=None, at=make.AT)
    card = text_of(town.visitor, "branches:entity-covering", shop.pk)
    assert "联合组建" in card
    assert "第一街区党支部" in card
    assert "陈**" in card
    assert "2025-09-01" in card
    page = text_of(town.visitor, "coverage:entity", shop.pk)
    assert reverse("branches:entity-covering", args=[shop.pk]) in page
    assert "由第一街区党支部联合组建" in [moment.title for moment in story(shop)[0]]


def test_a_way_is_chosen_changed_and_ended_on_the_page(town, branch, shop):
    post(town.staff, "branches:covering", shop.pk, way="street_block", organisation=branch.pk, since=DAY, reason="")
    assert coverings.current(shop, DAY).way == "street_block"
    post(town.staff, "branches:covering", shop.pk, way="joint", organisation=branch.pk, since=DAY, reason="商定")
    assert coverings.current(shop, DAY).way == "joint"
    refused = post(town.staff, "branches:covering", shop.pk, way="building", organisation=branch.pk, since=DAY)
    assert refused.status_code == 422
    assert "要选楼宇党支部" in refused.content.decode()
    assert post(town.staff, "branches:covering-end", shop.pk, on=DAY, reason="").status_code == 422
    post(town.staff, "branches:covering-end", shop.pk, on=DAY, reason="支部撤出")
    assert coverings.current(shop, DAY) is None
    assert client_of(town.data_admin).post(reverse("branches:covering-end", args=[shop.pk])).status_code == 403


def test_the_list_of_coverings_costs_the_same_whatever_its_length(town, branch):
    client = client_of(town.staff)

    def more(count):
        for _ in range(count):
            entity = make.entity(town.first_grid)
            coverings.cover(entity=entity, way="instructor", organisation=branch, since=BEFORE, actor=None, at=make.AT)

    def asked():
        client.get(reverse("branches:coverings"))
        with make.counting() as queries:
            client.get(reverse("branches:coverings"))
        return len(queries)

    more(2)
    few = asked()
    more(10)
    assert asked() == few


def test_the_figures_are_counted_from_coverings(town, branch, shop):
    for way, count in (("joint", 3), ("street_block", 1)):
        for _ in range(count):
            entity = make.entity(town.first_grid)
            coverings.cover(entity=entity, way=way, organisation=branch, since=BEFORE, actor=None, at=make.AT)
    keys = ["coverage_rate", "gaps", "covered_organised", "covered_worked"]
    found = values(street=town.street, on=DAY, keys=keys)
    numbers = {key: float(value.number) for key, value in found.items()}
    assert numbers == {"coverage_rate": 60.0, "gaps": 1, "covered_organised": 3, "covered_worked": 1}


# ---- areas and duties


def test_places_are_added_by_address_name_and_floors(town, branch):
    door = make.place(town.first_grid, number="41号", address="望桥路41号", address_key="望桥路41号")
    tower = make.place(town.first_grid, kind="building", name="示例大厦")
    lines = "望桥路 41 号\n示例大厦 3-6层\n\n没有这里"
    refused = post(town.staff, "branches:area-add", branch.pk, lines=lines, since=DAY, basis="划分")
    assert refused.status_code == 422
    assert "“没有这里”不是已登记的门牌或楼名" in refused.content.decode()
    lines = lines.replace("没有这里", "")
    post(town.staff, "branches:area-add", branch.pk, lines=lines, since=DAY, basis="划分")
    held = {(row.place_id, row.floors.lower, row.floors.upper) for row in Charge.objects.on(DAY)}
    assert held == {(door.pk, None, None), (tower.pk, 3, 7)}


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("望桥路41号", ("望桥路41号", None, None)),
        ("清波路120弄7号 3-6层", ("清波路120弄7号", 3, 6)),
        ("示例大厦 10层以上", ("示例大厦", 10, None)),
        ("示例大厦，2层以下", ("示例大厦", None, 2)),
        ("示例大厦 -1层", ("示例大厦", -1, -1)),
        ("示例大厦 5层", ("示例大厦", 5, 5)),
        ("示例大厦 9-层", ("示例大厦", 9, None)),
    ],
)
def test_a_line_is_read_as_a_place_with_floors(line, read):
    assert read_line(line) == read


def test_chosen_places_are_entrusted_moved_and_ended(town, branch):
    first, second = make.place(town.first_grid), make.place(town.first_grid)
    give(branch, first, second)
    member, other = organised.member(branch), organised.organisation(town)
    rows = list(Charge.objects.order_by("place__address_key").values_list("pk", flat=True))
    post(town.secretary, "branches:area-change", branch.pk, do="entrust", charges=rows, member=member.pk, since=DAY)
    assert Responsibility.objects.on(DAY).filter(member=member).count() == 2
    denied = post(
        town.secretary, "branches:area-change", branch.pk, do="move", charges=rows, organisation=other.pk, since=DAY
    )
    assert denied.status_code == 422
    post(town.staff, "branches:area-change", branch.pk, do="move", charges=rows[:1], organisation=other.pk, since=DAY)
    assert Charge.objects.on(DAY).get(organisation=other).place_id == Charge.objects.get(pk=rows[0]).place_id
    refused = post(town.staff, "branches:area-change", branch.pk, do="end", charges=rows[1:], since=DAY, reason="")
    assert "写一句为什么不再负责" in refused.content.decode()
    post(town.staff, "branches:area-change", branch.pk, do="end", charges=rows[1:], since=DAY, reason="拆除")
    assert not Charge.objects.on(DAY).filter(organisation=branch).exists()
    assert not Responsibility.objects.on(DAY).exists()


def test_nothing_chosen_is_said_at_the_list(town, branch):
    give(branch, make.place(town.first_grid))
    answer = post(town.staff, "branches:area-change", branch.pk, do="entrust", since=DAY)
    assert answer.status_code == 422
    assert "在清单里选至少一个地点" in answer.content.decode()


def test_a_duty_list_is_written_in_versions_and_printed_with_the_doors(town, branch, shop):
    give(branch, shop.place)
    member = organised.member(branch, name="陈癸十")
    responsibilities.entrust(member=member, pieces=[charges.Piece(shop.place_id)], since=BEFORE, actor=None, at=make.AT)
    post(town.secretary, "branches:duty", member.pk, items="每两周走访一次\n带回诉求", since="2026-09-01")
    post(town.secretary, "branches:duty", member.pk, items="每两周走访一次", since=DAY)
    rows = DutyList.objects.filter(member=member).order_by("version")
    assert [(row.version, row.items) for row in rows] == [
        (1, ["每两周走访一次", "带回诉求"]),
        (2, ["每两周走访一次"]),
    ]
    card = text_of(town.secretary, "branches:duty-card", member.pk, size="a5")
    assert "陈癸十" in card
    assert "第 2 版" in card
    assert AccessLog.objects.filter(verb="branches.seen", object_id=str(member.pk)).count() == 1
    post(town.secretary, "branches:duty-release", member.pk, places=[Responsibility.objects.get().pk])
    assert not Responsibility.objects.on(DAY).exists()
    assert AccessLog.objects.filter(verb="responsibilities.give_back").count() == 1


@pytest.mark.parametrize(
    ("items", "since", "sentence"),
    [
        ("", DAY, "还没填"),
        ("每两周走访一次", DAY, "和上一版一样"),
        ("另一条", dt.date(2026, 9, 1), "新的一版要晚于这一天"),
        ("另一条", dt.date(2020, 1, 1), "不在册"),
        ("很长" * 40, DAY, "每条最多 60 字"),
        ("\n".join(f"第{n}条" for n in range(13)), DAY, "最多 12 条"),
    ],
)
def test_a_duty_list_that_cannot_be_is_refused_in_a_sentence(town, branch, items, since, sentence):
    member = organised.member(branch)
    responsibilities.write_duties(
        member=member, items=["每两周走访一次"], since=dt.date(2026, 9, 1), actor=None, at=make.AT
    )
    answer = post(town.secretary, "branches:duty", member.pk, items=items, since=since)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert DutyList.objects.count() == 1


def test_a_member_looks_after_places_of_their_own_branch_only(town, branch, shop):
    member = organised.member(branch)
    with pytest.raises(responsibilities.ResponsibilityError, match="不在第一街区党支部的责任范围里"):
        responsibilities.entrust(
            member=member, pieces=[charges.Piece(shop.place_id)], since=DAY, actor=None, at=make.AT
        )
    give(branch, shop.place)
    with pytest.raises(responsibilities.ResponsibilityError, match="责任党员要在"):
        responsibilities.entrust(
            member=organised.member(organised.organisation(town)), pieces=[charges.Piece(shop.place_id)],
            since=dt.date(2020, 1, 1), actor=None, at=make.AT,
        )  # fmt: skip


def test_a_division_among_members_is_adopted_at_once(town, branch):
    doors = [make.place(town.first_grid) for _ in range(4)]
    give(branch, *doors)
    one, two = organised.member(branch), organised.member(branch)
    shares = {one.pk: [door.pk for door in doors[:2]], two.pk: [door.pk for door in doors[2:]]}
    done = responsibilities.adopt(
        organisation=branch, shares=shares, since=DAY, basis="内部划分", actor=town.staff, at=make.AT
    )
    assert len(done.begun) == 4
    assert AccessLog.objects.filter(verb="responsibilities.adopt").count() == 1
    with pytest.raises(responsibilities.ResponsibilityError, match="只由一名党员负责"):
        shares = {one.pk: [doors[0].pk], two.pk: [doors[0].pk]}
        responsibilities.adopt(organisation=branch, shares=shares, since=DAY, basis="", actor=None, at=make.AT)


def test_the_page_of_an_area_costs_the_same_whatever_its_length(town, branch):
    client = client_of(town.staff)
    url = reverse("branches:organisation-area", args=[branch.pk])
    member = organised.member(branch)

    def more(count):
        doors = [make.place(town.first_grid) for _ in range(count)]
        give(branch, *doors)
        pieces = [charges.Piece(door.pk) for door in doors]
        responsibilities.entrust(member=member, pieces=pieces, since=DAY, actor=None, at=make.AT)

    def asked():
        client.get(url)
        with make.counting() as queries:
            client.get(url)
        return len(queries)

    more(2)
    few = asked()
    more(12)
    assert asked() == few


def test_what_counts_as_stale_follows_the_rule_of_the_street(town, branch):
    shop = make.entity(town.first_grid, presence="open", presence_on=DAY - dt.timedelta(days=60))
    stop = make.stop(make.round_(town.street), shop, town.visitor)
    make.visit(stop)
    keys = ["gaps_stale"]
    assert values(street=town.street, on=DAY, keys=keys)["gaps_stale"].number == 0
    Rule.objects.create(street=town.street, key="stale_days", value=30, since=BEFORE, basis="街道要求", made_at=make.AT)
    assert values(street=town.street, on=DAY, keys=keys)["gaps_stale"].number == 1
    assert "60 天没有确认" in text_of(town.staff, "branches:gaps", kind="stale")


def test_the_page_of_a_place_says_which_branch_answers_there(town, branch):
    tower = make.place(town.first_grid, kind="building", name="示例大厦")
    room = make.place(town.first_grid, kind="room", building=tower, floor=3)
    page = client_of(town.visitor).get(reverse("territory:place", args=[tower.pk])).content.decode()
    url = reverse("branches:place-branch", args=[tower.pk])
    assert url in page
    assert "没有支部负责" in client_of(town.staff).get(url).content.decode()
    give(branch, tower)
    organised.seat(organised.committee(branch, "secretary"), name="赵甲一")
    for place in (tower, room):
        card = client_of(town.visitor).get(reverse("branches:place-branch", args=[place.pk])).content.decode()
        assert "第一街区党支部" in card
        assert "书记 赵甲一" in card
    assert client_of(town.stranger).get(url).status_code == 404


def test_findings_that_were_put_right_have_a_page(town):
    values = {
        "street": town.street,
        "area": town.first_grid,
        "found_on": DAY,
        "seen_on": DAY,
        "kind": "place_uncharged",
    }
    Finding.objects.create(sentence="还没有补好的一条", **values)
    Finding.objects.create(sentence="补好了的一条", closed_on=DAY, **values)
    now, closed = text_of(town.staff, "branches:findings"), text_of(town.staff, "branches:findings", state="closed")
    assert ("还没有补好的一条" in now, "补好了的一条" in now) == (True, False)
    assert ("还没有补好的一条" in closed, "补好了的一条" in closed) == (False, True)
