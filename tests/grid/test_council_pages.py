"""The pages of councils: the list, one council, its forms, the export; the home of its convener."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from grid.councils import seats
from grid.matters import moving, raising
from grid.models import Charter, Council, CouncilMember
from shimen import figures
from shimen.accounts.models import Role
from shimen.audit.models import AccessLog
from shimen.figures.values import values
from tests import governed, make

pytestmark = pytest.mark.django_db
AT, TODAY = make.AT, make.TODAY


@pytest.fixture(autouse=True)
def _today(settings):
    settings.SHIMEN_NOW = AT


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def council(town):
    return governed.council(town, name="望桥路街委会", roads=["望桥路"])


@pytest.fixture
def convener(town, council):
    person = make.person(town.street, Role.CONVENER, area=town.first_grid, display_name="冯壬九")
    sitting = governed.council_member(council, name="冯壬九", user=person)
    seats.name_convener(member=sitting, since=TODAY, actor=town.staff, at=AT)
    return person


@pytest.fixture
def matter(town, council):
    row = raising.raise_matter(
        street_id=town.street.pk, words="人行道上乱停车", actor=town.staff, at=AT, area=town.first_grid
    )
    return moving.pass_up(
        matter=row, tried="劝过三次", left_open="夜里还停", why="", council=council, actor=town.staff, at=AT
    )


def _page(client, user, page, /, *args, **query):
    client.force_login(user)
    return client.get(reverse(page, args=args), query)


def _post(client, user, page, /, *args, **data):
    client.force_login(user)
    return client.post(reverse(page, args=args), data)


def test_the_list_shows_who_convenes_and_what_waits(client, town, council, convener, matter):
    governed.council(town, area=town.second_grid, name="清波路街委会")
    text = _page(client, town.staff, "grid:councils").content.decode()
    for words in ("望桥路街委会", "冯壬九", "清波路街委会", "没有定"):
        assert words in text
    assert "清波路街委会" not in _page(client, town.secretary, "grid:councils").content.decode()
    assert "清波路街委会" not in _page(client, town.staff, "grid:councils", q="望桥").content.decode()
    assert "还没有登记议事会" in _page(client, town.stranger, "grid:councils").content.decode()


def test_the_list_costs_the_same_however_long_it_is(client, town, council):
    _page(client, town.staff, "grid:councils")
    with make.counting() as few:
        _page(client, town.staff, "grid:councils")
    for _ in range(6):
        governed.council_member(governed.council(town), is_convener=True)
    with make.counting() as many:
        _page(client, town.staff, "grid:councils")
    assert len(many) == len(few)
    assert len(many) <= 25


def test_a_council_shows_its_matters_members_and_charter(client, town, council, convener, matter):
    text = _page(client, town.secretary, "grid:council", council.pk).content.decode()
    for words in ("人行道上乱停车", "冯壬九", "召集人", "应到的 50 % 到会才能开会", "管 望桥路"):
        assert words in text
    assert "登记成员" not in text
    assert "登记成员" in _page(client, convener, "grid:council", council.pk).content.decode()


def test_an_address_finds_the_council_on_the_matters_page(client, town, council, matter):
    text = _page(client, town.staff, "grid:matter", matter.pk).content.decode()
    assert reverse("grid:council", args=[council.pk]) in text


def test_founding_by_the_form(client, town):
    data = {
        "kind": "street", "name": "槐荫路街委会", "area": str(town.first_grid.pk), "roads": "槐荫路，清波路", "since": TODAY,
        "text": "成员都可以提议题，召集人会前三天告诉大家，商量着办。", "quorum_percent": 60, "passing_percent": 50,
        "voting": ["hearing"],
    }  # fmt: skip
    answer = _post(client, town.staff, "grid:council-new", **data | {"roads": ""})
    assert answer.status_code == 422
    assert "写明管哪几条路" in answer.content.decode()
    assert "槐荫路街委会" in answer.content.decode()
    answer = _post(client, town.staff, "grid:council-new", **data)
    row = Council.objects.get(name="槐荫路街委会")
    assert answer.url == reverse("grid:council", args=[row.pk])
    assert row.roads == ["槐荫路", "清波路"]
    assert _post(client, town.secretary, "grid:council-new", **data).status_code == 403


def test_seating_naming_and_leaving_by_the_forms(client, town, council):
    home = reverse("grid:council", args=[council.pk])
    data = {"name": "韩乙一", "role": "resident", "unit": "3 号楼", "since": TODAY}
    assert _post(client, town.staff, "grid:council-seat", council.pk, **data).url == home
    member = CouncilMember.objects.get()
    assert _post(client, town.staff, "grid:council-seat", council.pk, **data).status_code == 422
    assert _post(client, town.staff, "grid:council-convener", member.pk, since=TODAY).url == home
    member = council.members.on(TODAY).get()
    data = {"role": "property", "unit": "示例物业", "since": TODAY}
    assert _post(client, town.staff, "grid:council-delegation", member.pk, **data).url == home
    member = council.members.on(TODAY).get()
    assert (member.unit, member.is_convener) == ("示例物业", True)
    assert _post(client, town.staff, "grid:council-account", member.pk, user=town.visitor.pk).url == home
    council.refresh_from_db()
    assert council.convener == town.visitor
    answer = _post(client, town.staff, "grid:council-unseat", member.pk, on=TODAY, reason="调离本街道")
    assert answer.url == home
    assert "撤销" in client.get(home).content.decode()


def test_an_entity_sends_somebody_by_its_name(client, town, council):
    shop = make.entity(town.first_grid, name="甲乙丙贸易（示例）有限公司")
    data = {"name": "钱乙二", "role": "merchant", "entity": shop.name, "since": TODAY}
    _post(client, town.staff, "grid:council-seat", council.pk, **data)
    assert CouncilMember.objects.get().entity == shop
    answer = _post(client, town.staff, "grid:council-seat", council.pk, **data | {"entity": "没有这家"})
    assert "名册里没有" in answer.content.decode()


def test_the_charter_is_amended_on_a_page_and_a_race_is_told(client, town, council):
    data = {
        "text": "成员都可以提议题，召集人会前五天告诉大家，商量着办。", "quorum_percent": 60, "passing_percent": 66,
        "voting": ["hearing", "review"], "since": TODAY, "why": "全体会议通过", "seen": 1,
    }  # fmt: skip
    assert _post(client, town.staff, "grid:council-charter", council.pk, **data).status_code == 302
    assert Charter.objects.count() == 2
    answer = _post(client, town.staff, "grid:council-charter", council.pk, **data)
    assert "刚刚有人改成了第 2 版" in answer.content.decode()
    assert "历次 2 版" in _page(client, town.staff, "grid:council", council.pk).content.decode()


def test_only_whoever_keeps_it_finds_the_forms(client, town, council, convener):
    other = make.person(town.street, Role.CONVENER, area=town.first_grid)
    assert _page(client, convener, "grid:council-edit", council.pk).status_code == 200
    assert _page(client, other, "grid:council-edit", council.pk).status_code == 404
    assert _page(client, town.secretary, "grid:council-edit", council.pk).status_code == 403
    assert _page(client, town.colleague, "grid:council", council.pk).status_code == 404
    assert _page(client, town.stranger, "grid:council", council.pk).status_code == 404


def test_dissolving_shows_what_it_touches_and_is_taken_back(client, town, council, matter):
    text = _page(client, town.staff, "grid:council-dissolve", council.pk).content.decode()
    assert "1 件，要先转给别处" in text
    answer = _post(client, town.staff, "grid:council-dissolve", council.pk, on=TODAY, reason="街坊合并了")
    assert "先转给别处" in answer.content.decode()
    other = governed.council(town)
    moving.pass_along(matter=matter, council=other, why="归它那条路", actor=town.staff, at=AT)
    _post(client, town.staff, "grid:council-dissolve", council.pk, on=TODAY, reason="街坊合并了")
    council.refresh_from_db()
    assert council.ended_on == TODAY
    _post(client, town.staff, "grid:council-restore", council.pk)
    council.refresh_from_db()
    assert council.ended_on is None


def test_an_export_names_its_maker_and_purpose(client, town, council):
    assert _post(client, town.staff, "grid:councils-export", purpose="核", kind="csv").status_code == 422
    answer = _post(client, town.staff, "grid:councils-export", purpose="核对议事会名单", kind="csv")
    assert "望桥路街委会" in answer.content.decode("utf-8-sig")
    line = AccessLog.objects.get(object_type="grid.council", verb__endswith="exported")
    assert line.reason or line.after
    assert (
        _post(client, town.secretary, "grid:councils-export", purpose="核对议事会名单", kind="csv").status_code == 403
    )


def test_moving_up_asks_which_council_and_offers_to_sit_together(client, town, council):
    second = governed.council(town)
    row = raising.raise_matter(
        street_id=town.street.pk, words="门口积水", actor=town.staff, at=AT, area=town.first_grid,
        place=make.place(town.first_grid, road="望桥路"),
    )  # fmt: skip
    text = _page(client, town.staff, "grid:matter-act", row.pk, "up").content.decode()
    assert f'<option value="{council.pk}" selected' in text
    data = {
        "seen": row.revision,
        "tried": "疏通过",
        "left_open": "一下雨还积",
        "council": council.pk,
        "joined": [second.pk],
    }
    assert _post(client, town.staff, "grid:matter-act", row.pk, "up", **data).status_code == 302
    text = _page(client, town.staff, "grid:matter", row.pk).content.decode()
    assert f"和{second}一起" in text
    row.refresh_from_db()
    answer = _post(client, town.staff, "grid:matter-act", row.pk, "join", seen=row.revision, joined=[])
    assert answer.status_code == 302


def test_the_conveners_home_lists_what_waits(client, town, council, convener, matter):
    client.force_login(convener)
    assert client.get(reverse("home")).url == reverse("grid:my-councils")
    text = _page(client, convener, "grid:my-councils").content.decode()
    for words in ("您是望桥路街委会的召集人", "人行道上乱停车", "等着协商"):
        assert words in text
    lonely = make.person(town.street, Role.CONVENER, area=town.first_grid)
    assert "还没有和召集人的席位连起来" in _page(client, lonely, "grid:my-councils").content.decode()
    assert _page(client, town.secretary, "grid:my-councils").status_code == 403


def test_the_figures_count_councils_and_open_to_them(client, town, council):
    governed.council(town, kind="building", roads=[])
    governed.council(town, kind="residents", roads=[])
    governed.council(town, ended_on=TODAY - dt.timedelta(days=3), end_reason="撤了不开了")
    keys = {"street_councils", "building_councils"}
    found = values(street=town.street, on=TODAY, user=town.staff, keys=keys)
    assert {key: found[key].number for key in keys} == {"street_councils": 1, "building_councils": 1}
    assert all(figures.find(key) for key in keys)
    assert "望桥路街委会" in _page(client, town.staff, "figures:figure", "street_councils").content.decode()
