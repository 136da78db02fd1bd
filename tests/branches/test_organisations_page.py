"""The pages on organisations: the list, one of them, links, the hierarchy, the rule book, and who may do what there."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from branches.models import Beacon, Organisation, OrganisationUnit, Rule, Superior, Tie
from branches.pages import pictures
from branches.pages.tabs import Tab, add, shown
from shimen import clock
from shimen.audit.models import AccessLog
from tests import make, organised

pytestmark = pytest.mark.django_db
LIST = "/branches/organisations/"


def _names(client: Client, query: str) -> str:
    return client.get(f"{LIST}?{query}").content.decode()


def test_the_list_finds_by_name_letters_kind_grid_state_and_mark(town: make.Town, client: Client):
    block = organised.organisation(
        town, name="望桥路街区党支部", pinyin="wangqiaolujiequdangzhibu", initials="wqljqdzb"
    )
    tower = organised.organisation(
        town, name="甲子大厦党支部", kind="building", area=town.second_grid, is_campaign=True
    )
    organised.founding(town, due_on=dt.date(2026, 1, 1))
    gone = organised.organisation(town, name="旧厂党支部（示例）", dissolved_on=clock.today())
    Beacon.objects.create(street=town.street, organisation=block, valid=(make.LONG_AGO, None), reason="做成一件事")
    client.force_login(town.staff)
    for query, found in (
        ("", {block, tower}), ("q=望桥", {block}), ("q=wql", {block}), ("q=qiaolu", {block}), ("kind=building", {tower}),
        ("kind=emerging", {block, tower}), (f"grid={town.second_grid.pk}", {tower}), ("mark=beacon", {block}),
        ("mark=campaign", {tower}), ("state=dissolved", {gone}), ("form=joint", set()), ("q=没有", set()),
    ):  # fmt: skip
        page = _names(client, query)
        assert {row for row in (block, tower, gone) if row.name in page} == found, query
    assert "超" in _names(client, "state=overdue")
    assert "没有符合的党组织" in _names(client, "q=没有")


def test_the_list_costs_the_same_however_long_it_is(town: make.Town, client: Client):
    client.force_login(town.staff)
    organised.member(organised.organisation(town))
    client.get(LIST)
    with make.counting() as few:
        client.get(LIST)
    for _ in range(6):
        organised.member(organised.organisation(town))
    with make.counting() as many:
        client.get(LIST)
    assert len(many) == len(few)


def test_a_secretary_sees_the_own_grid_and_edits_nothing(town: make.Town, client: Client):
    own, other = organised.organisation(town), organised.organisation(town, area=town.second_grid)
    client.force_login(town.secretary)
    page = client.get(LIST).content.decode()
    assert own.name in page
    assert other.name not in page
    assert client.get(reverse("branches:organisation", args=[other.pk])).status_code == 404
    assert "更正" not in client.get(reverse("branches:organisation", args=[own.pk])).content.decode()
    assert client.post(reverse("branches:organisation-dissolve", args=[own.pk]), {}).status_code == 403


def test_what_is_seen_is_exported_with_maker_and_purpose(town: make.Town, client: Client):
    row = organised.organisation(town)
    client.force_login(town.data_admin)
    url = reverse("branches:organisations-export")
    assert client.post(url, {"purpose": "", "kind": "csv"}).status_code == 422
    text = client.post(url, {"purpose": "报送年度统计", "kind": "csv"}).content.decode("utf-8-sig")
    assert row.name in text
    assert AccessLog.objects.get(verb="branches.exported").reason == "报送年度统计"


def test_the_page_of_one_says_what_the_rules_say_of_its_size(town: make.Town, client: Client):
    row = organised.organisation(town)
    client.force_login(town.staff)
    url = reverse("branches:organisation", args=[row.pk])
    assert "成立党支部至少要有正式党员 3 名" in client.get(url).content.decode()
    for _ in range(3):
        organised.member(row)
    assert "至少要有正式党员" not in client.get(url).content.decode()
    Rule.objects.create(
        street=town.street, key="branch_members", value=2, since=make.LONG_AGO, basis="示例", made_at=make.AT
    )
    assert "宜设党总支" in client.get(url).content.decode()


def test_the_page_of_one_costs_the_same_however_much_belongs_to_it(town: make.Town, client: Client):
    row = organised.organisation(town, form="committee")
    client.force_login(town.staff)
    url = reverse("branches:organisation", args=[row.pk])

    def grow() -> None:
        below = organised.organisation(town)
        since = (make.LONG_AGO, None)
        Superior.objects.create(street=town.street, organisation=below, above=row, valid=since)
        entity = make.entity(town.first_grid)
        OrganisationUnit.objects.create(street=town.street, organisation=row, entity=entity, valid=since)

    grow()
    client.get(url)
    with make.counting() as few:
        client.get(url)
    for _ in range(4):
        grow()
    with make.counting() as many:
        client.get(url)
    assert len(many) == len(few)


def test_the_edit_page_keeps_what_was_typed_and_says_what_is_wrong(town: make.Town, client: Client):
    row = organised.organisation(town)
    client.force_login(town.staff)
    url = reverse("branches:organisation-edit", args=[row.pk])
    said = {"name": row.name, "kind": "building", "form": "branch", "area": town.first_grid.pk, "place": "没有这个门牌"}
    wrong = client.post(url, said)
    assert wrong.status_code == 422
    assert "地图上没有这个门牌" in wrong.content.decode()
    client.post(url, said | {"place": ""})
    assert Organisation.objects.get().kind == "building"


def test_the_picture_of_links_has_the_hub_in_the_middle_and_says_itself_in_words(town: make.Town, client: Client):
    hub, other = (
        organised.organisation(town, name="第一街区党支部"),
        organised.organisation(town, name="甲子大厦党支部"),
    )
    far = organised.organisation(town, name="远处的党支部", area=town.second_grid)
    for each in (other, far):
        Tie.objects.create(street=town.street, hub=hub, other=each, kind="near", valid=(make.LONG_AGO, None))
    client.force_login(town.secretary)
    words = "第一街区党支部是枢纽，联着 2 个党组织"
    page = client.get(reverse("branches:organisation-ties", args=[hub.pk])).content.decode()
    assert words in page
    assert reverse("branches:organisation", args=[far.pk]) not in page  # outside the own grid: named, not linked
    assert words in client.get(reverse("branches:organisation-ties", args=[other.pk])).content.decode()


def test_the_hierarchy_counts_what_stands_and_nests_what_is_below(town: make.Town, client: Client):
    top = organised.organisation(town, name="示例街道党工委", kind="street", form="committee", area=None)
    general = organised.organisation(town, name="甲子大厦党总支", kind="building", form="general")
    branch = organised.organisation(town, name="示例公司党支部", kind="enterprise")
    for below, above in ((general, top), (branch, general)):
        Superior.objects.create(street=town.street, organisation=below, above=above, valid=(make.LONG_AGO, None))
    organised.founding(town)
    client.force_login(town.staff)
    page = client.get(reverse("branches:hierarchy")).content.decode()
    assert "已成立的新兴领域党组织 2 个" in page
    assert "第一网格 3 个（楼宇 1、非公企业 2）" in page
    client.force_login(town.secretary)
    assert "您管的网格" in client.get(reverse("branches:hierarchy")).content.decode()


def test_boxes_of_the_picture_stay_inside_it_and_apart_from_the_hub():
    for count in (1, 3, 8, 9, 14, 20):
        spokes = [
            pictures.Spoke(f"第{n}个很长很长的党支部名称", "building", (("near", "就近联建"),)) for n in range(count)
        ]
        cube = pictures.around("枢纽", "street_block", spokes)
        for node in cube.around:
            assert 0 <= node.left <= pictures.WIDTH - pictures.BOX
            assert 0 <= node.top <= pictures.HEIGHT - pictures.TALL
            assert abs(node.x - cube.hub.x) >= pictures.BOX or abs(node.y - cube.hub.y) >= pictures.TALL


def test_the_rule_book_shows_source_and_certainty_and_staff_set_a_value(town: make.Town, client: Client):
    client.force_login(town.secretary)
    page = client.get(reverse("branches:rules")).content.decode()
    assert "《中国共产党章程》第三十条" in page
    assert "公开资料转述，以上级文件为准" in page
    url = reverse("branches:rule", args=["joint_units"])
    assert client.get(url).status_code == 403
    client.force_login(town.staff)
    today = clock.today().isoformat()
    assert client.post(url, {"value": 4, "since": "2020-01-01", "basis": "示例文件第一条"}).status_code == 422
    client.post(url, {"value": 4, "since": today, "basis": "示例文件第一条"})
    assert "街道自定" in client.get(reverse("branches:rules")).content.decode()
    assert client.get(reverse("branches:rule", args=["nothing"])).status_code == 404


def test_a_tab_is_shown_to_those_who_may_open_it(town: make.Town, rf):
    row = organised.organisation(town)
    request = rf.get("/")
    request.resolver_match = None
    titles = {}
    for user in (town.staff, town.visitor):
        request.user = user
        titles[user] = [tab.title for tab in shown(request, row)]
    assert titles[town.staff][:2] == ["概况", "党员"]
    assert "党员" not in titles[town.visitor]
    add(Tab("没有的页", url="branches:nothing-of-the-kind", place=99))
    assert "没有的页" not in [tab.title for tab in shown(request, row)]
