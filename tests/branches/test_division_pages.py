"""The pages of divisions: asking, side by side, by hand, adopting, taking out; who may and who may not."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from branches.duty import charges, dividing
from branches.duty.charges import Piece
from branches.models import Charge, Division
from branches.pages.coverings import named
from shimen.audit.models import AccessLog
from shimen.outbox import jobs
from tests import make, organised

pytestmark = pytest.mark.django_db
DAY = make.TODAY


@pytest.fixture(autouse=True)
def _still():
    with override_settings(SHIMEN_NOW=make.AT):
        yield


@pytest.fixture
def branches(town):
    return [organised.organisation(town, short_name=name) for name in ("第一街区党支部", "第二街区党支部")]


@pytest.fixture
def doors(town, branches):
    rows = [
        make.place(town.first_grid if n < 6 else town.second_grid, lon=121.5 + n / 5000, lat=31.2) for n in range(12)
    ]
    for n, row in enumerate(rows):
        make.entity(row.area, place=row, name=f"{n}号店（示例）" if n else "子丑面馆（示例）")
    pieces = [Piece(place.pk) for place in rows]
    for branch, mine in zip(branches, (pieces[:10], pieces[10:]), strict=True):
        charges.assign(organisation=branch, pieces=mine, since=dt.date(2025, 9, 1), actor=None, at=make.AT)
    return rows


@pytest.fixture
def made(town, doors):
    row = dividing.ask(street=town.street, asked=dividing.Asked("示例方案"), actor=town.staff, at=make.AT)
    jobs.run_due(at=make.AT)
    row.refresh_from_db()
    return row


@pytest.fixture
def variant(made):
    return made.variants.get(label__contains="数量均衡")


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def get(user, name, /, *args, **query):
    return client_of(user).get(reverse(f"branches:{name}", args=args), query)


def post(user, name, /, *args, **data):
    return client_of(user).post(reverse(f"branches:{name}", args=args), data, follow=True)


WISHES = {"name": "示例", "measure": "shops", "tolerance": 2, "price_of_change": 400, "respects_grids": "on"}


def test_asking_leads_to_a_page_that_tells_how_far_the_worker_is(town, doors):
    answer = post(town.staff, "division-new", **WISHES)
    row = Division.objects.get()
    assert "正在计算" in answer.content.decode()
    assert "HX-Refresh" not in get(town.staff, "division-progress", row.pk).headers
    jobs.run_due(at=make.AT)
    assert get(town.staff, "division-progress", row.pk).headers["HX-Refresh"] == "true"
    page = get(town.staff, "division", row.pk).content.decode()
    assert "12 家沿街商铺分给 2 个街区党支部" in page
    assert "最多与最少相差" in page


def test_fewer_shops_than_branches_is_said_at_the_field_and_nothing_typed_is_lost(town, branches):
    make.entity(town.first_grid, place=make.place(town.first_grid))
    answer = post(town.staff, "division-new", **WISHES | {"number": 2, "name": "写过的名称"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "只有 1 家商铺，不能分成 2 片：每片至少要有 1 家。" in page
    assert 'aria-invalid="true"' in page
    assert "写过的名称" in page


@pytest.mark.parametrize(
    "wrong", [{"number": 0}, {"number": 99}, {"tolerance": -1}, {"measure": "votes"}, {"name": ""}]
)
def test_what_cannot_be_is_refused(town, doors, wrong):
    assert post(town.staff, "division-new", **WISHES | wrong).status_code == 422
    assert not Division.objects.exists()


def test_nothing_is_preselected_and_the_better_value_is_bold(town, made):
    page = get(town.staff, "division", made.pk).content.decode()
    assert "checked" not in page
    assert "<b>" in page
    assert "采用方案一" in page
    assert page.count('class="map shares"') == made.variants.count()


def test_the_wishes_of_an_earlier_one_stand_in_the_form_again(town, made):
    page = get(town.staff, "division-new", **{"from": made.pk}).content.decode()
    assert "示例方案" in page
    assert get(town.staff, "division-new", **{"from": "nonsense"}).status_code == 200


def test_a_door_is_picked_on_the_map_by_its_address_or_with_its_road(town, variant, doors):
    page = get(town.staff, "division-edit", variant.pk).content.decode()
    assert page.count("m-over") == 12
    shop = variant.division.places.index(doors[0].pk)
    by_click = get(town.staff, "division-edit", variant.pk, shop=shop).content.decode()
    assert page.count("m-picked") == 0
    assert by_click.count("m-picked") == 1
    assert "子丑面馆（示例）" in by_click
    assert "选中 1 家" in get(town.staff, "division-edit", variant.pk, address=doors[3].address).content.decode()
    assert "选中 12 家" in get(town.staff, "division-edit", variant.pk, road="望桥路").content.decode()
    for nonsense in (
        {"shop": "999"},
        {"shop": "x"},
        {"address": "没有这条路"},
        {"block": "9"},
        {"area": "99", "road": "望桥路"},
    ):
        answer = get(town.staff, "division-edit", variant.pk, **nonsense)
        assert answer.status_code == 200
    assert "没有找到这样的商铺" in answer.content.decode()


def test_handing_over_and_taking_it_back_by_the_plain_form(town, variant):
    answer = post(town.staff, "division-hand", variant.pk, shop=0, to=1 - variant.owners()[0], seen=0)
    assert "调整过 1 次" in answer.content.decode()
    stale = post(town.staff, "division-hand", variant.pk, shop=1, to=1 - variant.owners()[1], seen=0)
    assert stale.status_code == 422
    assert "刚刚有人调整过这个方案" in stale.content.decode()
    post(town.staff, "division-undo", variant.pk, seen=1)
    before = variant.assigned
    variant.refresh_from_db()
    assert variant.assigned == before
    assert post(town.staff, "division-hand", variant.pk, shop=0, to="x", seen="x").status_code == 422
    assert post(town.staff, "division-undo", variant.pk, seen=0).status_code == 422


def test_adopting_shows_first_what_changes(town, branches, variant, made):
    page = get(town.staff, "division-adopt", variant.pk).content.decode()
    assert "4 家换归属" in page
    assert "第一街区党支部 → 第二街区" in page
    answer = post(town.staff, "division-adopt", variant.pk, since=DAY.isoformat(), seen=0)
    assert "已采用" in answer.content.decode()
    assert Charge.objects.filter(organisation=branches[1]).on(DAY).count() == 6
    back = post(town.staff, "division-take-back", made.pk)
    assert "已撤回，4 处回到原来的归属" in back.content.decode()
    assert Charge.objects.filter(organisation=branches[1]).on(DAY).count() == 2


def test_a_wrong_day_stays_in_the_form(town, variant):
    answer = post(town.staff, "division-adopt", variant.pk, since="2020-01-01", seen=0)
    assert answer.status_code == 422
    assert "过去的归属不改" in answer.content.decode()


def test_the_file_holds_every_door_with_its_area_and_is_in_the_log(town, made):
    refused = post(town.staff, "division-export", made.pk, purpose="", kind="csv")
    assert refused.status_code == 422
    answer = post(town.staff, "division-export", made.pk, purpose="支部会上比较", kind="csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 14
    assert lines[1].startswith("门牌,网格,现在归,方案一")
    assert AccessLog.objects.filter(verb__contains="export").exists()


def test_the_doors_of_an_area_are_listed_with_why(town, variant):
    page = get(town.staff, "division-doors", variant.pk, area=0).content.decode()
    assert "6 处" in page
    assert "第一街区" in page
    assert get(town.staff, "division-doors", variant.pk, area="99").status_code == 200


def test_a_secretary_divides_the_own_branch_and_never_the_street(town, branches, made, variant, doors):
    members = [organised.member(branches[0]) for _ in range(2)]
    assert get(town.secretary, "division-new").status_code == 403
    assert get(town.secretary, "division", made.pk).status_code == 404
    assert post(town.secretary, "division-adopt", variant.pk, since=DAY.isoformat(), seen=0).status_code == 404
    wishes = {
        "name": "责任区",
        "measure": "shops",
        "tolerance": 2,
        "price_of_change": 0,
        "members": [m.pk for m in members],
    }
    answer = post(town.secretary, "division-within", branches[0].pk, **wishes)
    assert answer.status_code == 200
    assert "10 处分给 2 名党员" in answer.content.decode()
    jobs.run_due(at=make.AT)
    shared = Division.objects.get(organisation=branches[0])
    page = get(town.secretary, "division", shared.pk).content.decode()
    # Told apart without colour: a number at the doors, and the same on the plate beside the map.
    for number, member in enumerate(members, 1):
        assert f">{number}</text></g>" in page
        assert f">{number} {named(member)}</text>" in page
    assert page.count("m-strand") == 2 * shared.variants.count()
    assert (
        "选至少一名责任党员"
        in post(town.secretary, "division-within", branches[0].pk, **wishes | {"members": []}).content.decode()
    )


def test_a_secretary_of_the_whole_street_reads_the_streets_division_only(town, made, variant):
    everywhere = make.person(town.street, "secretary")
    assert get(everywhere, "division", made.pk).status_code == 200
    assert "hand-move" not in get(everywhere, "division", made.pk).content.decode()
    assert get(everywhere, "division-adopt", variant.pk).status_code == 403
    for name, row in (
        ("division-hand", variant),
        ("division-undo", variant),
        ("division-take-back", made),
        ("division-away", made),
    ):
        assert post(everywhere, name, row.pk).status_code == 403


def test_putting_away_and_bringing_back(town, made):
    post(town.staff, "division-away", made.pk)
    assert "示例方案</a>" not in get(town.staff, "divisions").content.decode()
    assert "示例方案</a>" in get(town.staff, "divisions", show="away").content.decode()
    post(town.staff, "division-back", made.pk)
    assert "示例方案</a>" in get(town.staff, "divisions").content.decode()


def test_a_longer_list_asks_no_more_queries(town, made):
    def asked():
        with make.counting() as queries:
            get(town.staff, "divisions")
        return len(queries)

    asked()
    before = asked()
    for _ in range(3):
        organised.division(organised.organisation(town))
    assert asked() == before
