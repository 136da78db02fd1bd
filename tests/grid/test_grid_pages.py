"""The pages of grids and of people lent to them: the list, the board, the forms, the home of whoever is lent."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from grid.matters import moving, raising
from grid.models import GridMember, GridPart, Secondment
from grid.pages import grids as pages
from shimen.accounts.models import Role
from shimen.audit.models import AccessLog
from shimen.territory import occupants
from tests import governed, make, sessions

pytestmark = pytest.mark.django_db
AT, TODAY = make.AT, make.TODAY
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _today(settings):
    settings.SHIMEN_NOW = AT


@pytest.fixture
def town():
    return make.town()


def _page(client, user, page, /, *args, **query):
    client.force_login(user)
    return client.get(reverse(page, args=args), query)


def _post(client, user, page, /, *args, **data):
    client.force_login(user)
    return client.post(reverse(page, args=args), data)


def test_the_list_shows_each_grid_with_its_strength(client, town):
    governed.secondment(town.first_grid)
    text = _page(client, town.staff, "grid:grids").content.decode()
    assert "第一网格" in text
    assert "第二网格" in text
    assert "第二网格" not in _page(client, town.secretary, "grid:grids").content.decode()


def test_the_list_and_the_board_cost_the_same_however_much_there_is(client, town):
    def asked(name, *args):
        with make.counting() as queries:
            assert _page(client, town.staff, name, *args).status_code == 200
        return len(queries)

    governed.secondment(town.first_grid)
    governed.council_member(governed.council(town), is_convener=True)
    asked("grid:grids")
    few = asked("grid:grids"), asked("grid:grid", town.first_grid.pk), asked("grid:secondments")
    for _ in range(4):
        governed.secondment(town.first_grid)
        governed.council_member(governed.council(town), is_convener=True)
        raising.raise_matter(street_id=town.street.pk, words="路灯不亮", actor=town.staff, at=AT, area=town.first_grid)
        make.area(town.street)
    many = asked("grid:grids"), asked("grid:grid", town.first_grid.pk), asked("grid:secondments")
    assert many == few
    assert max(many) <= 45


def test_the_board_shows_who_is_there_what_is_open_and_what_is_missing(client, town):
    governed.secondment(town.first_grid, name="魏庚七")
    GridMember.objects.create(
        street=town.street, grid=town.first_grid, role="head", name="柳甲六", valid=(make.LONG_AGO, None)
    )
    governed.council(town, name="望桥路街委会")
    raising.raise_matter(street_id=town.street.pk, words="路灯不亮", actor=town.staff, at=AT, area=town.first_grid)
    text = _page(client, town.staff, "grid:grid", town.first_grid.pk).content.decode()
    for words in ("魏庚七", "柳甲六", "望桥路街委会", "路灯不亮", "没有城管的下沉力量", "望桥路街委会没有召集人"):
        assert words in text
    assert "没有公安的下沉力量" not in text
    assert "没有网格长" not in text
    text = _page(client, town.secretary, "grid:grid", town.first_grid.pk).content.decode()
    assert "登记下沉" not in text
    assert _page(client, town.secretary, "grid:grid", town.second_grid.pk).status_code == 404
    assert _page(client, town.staff, "grid:grid", town.block.pk).status_code == 404


def test_the_end_of_a_term_and_a_missing_right_are_told(town):
    lent = make.person(town.street, Role.VISITOR, area=town.first_grid)
    governed.secondment(town.first_grid, name="魏庚七", valid=(TODAY - DAY, TODAY + 10 * DAY), user=lent)
    told = [gap.title for gap in pages.staffing_gaps(town.staff, town.first_grid, TODAY)]
    assert "魏庚七的下沉 12-02 到期" in told
    assert "魏庚七的账号还没有本网格的授权" in told
    make.grant(lent, Role.SECONDED, area=town.first_grid)
    told = [gap.title for gap in pages.staffing_gaps(town.staff, town.first_grid, TODAY)]
    assert "魏庚七的账号还没有本网格的授权" not in told


def test_lending_renewing_moving_and_ending_by_the_forms(client, town):
    data = {
        "whose": "police", "home_unit": "示例路派出所", "name": "魏庚七", "duties": "参加网格例会", "since": TODAY,
        "until": TODAY + 100 * DAY,
    }  # fmt: skip
    board = reverse("grid:grid", args=[town.first_grid.pk])
    assert _post(client, town.staff, "grid:secondment-new", town.first_grid.pk, **data).url == board
    row = Secondment.objects.get()
    answer = _post(client, town.staff, "grid:secondment-new", town.second_grid.pk, **data)
    assert answer.status_code == 422
    assert "先结束那一段" in answer.content.decode()
    one = reverse("grid:secondment", args=[row.pk])
    assert _post(client, town.staff, "grid:secondment-duties", row.pk, duties="消防牵头").url == one
    until = {"until": TODAY + 200 * DAY, "seen": TODAY + 100 * DAY}
    assert _post(client, town.staff, "grid:secondment-renew", row.pk, **until).url == one
    assert "刚刚有人改过" in _post(client, town.staff, "grid:secondment-renew", row.pk, **until).content.decode()
    to = {"grid": town.second_grid.pk, "on": TODAY + DAY}
    answer = _post(client, town.staff, "grid:secondment-move", row.pk, **to)
    assert answer.url == reverse("grid:grid", args=[town.second_grid.pk])
    new = Secondment.objects.get(grid=town.second_grid)
    data = {"on": TODAY + 5 * DAY, "reason": "原单位召回"}
    assert _post(client, town.staff, "grid:secondment-end", new.pk, **data).status_code == 302
    text = _page(client, town.staff, "grid:secondment", new.pk).content.decode()
    assert "还在哪里下沉过" in text
    assert "原单位召回" in text


def test_only_staff_over_the_grid_change_it(client, town):
    row = governed.secondment(town.first_grid)
    elsewhere = make.person(town.street, Role.STAFF, area=town.second_grid)
    assert _page(client, town.secretary, "grid:secondment-end", row.pk).status_code == 403
    assert _page(client, elsewhere, "grid:secondment-end", row.pk).status_code == 404
    assert _page(client, town.stranger, "grid:secondment", row.pk).status_code == 404
    assert _page(client, town.visitor, "grid:secondments").status_code == 403


def test_members_and_former_grids_by_the_forms(client, town):
    board = reverse("grid:grid", args=[town.first_grid.pk])
    data = {"role": "head", "name": "柳甲六", "since": TODAY}
    assert _post(client, town.staff, "grid:grid-member-new", town.first_grid.pk, **data).url == board
    member = GridMember.objects.get()
    data = {"on": TODAY, "reason": "调离本街道"}
    assert _post(client, town.staff, "grid:grid-member-end", member.pk, **data).url == board
    data = {"whose": "police", "name": "第 7 警务责任区", "since": TODAY}
    assert _post(client, town.staff, "grid:grid-part-new", town.first_grid.pk, **data).url == board
    assert "第 7 警务责任区" in client.get(board).content.decode()
    assert _post(client, town.staff, "grid:grid-part-new", town.second_grid.pk, **data).status_code == 422
    part = GridPart.objects.get()
    assert _post(client, town.staff, "grid:grid-part-end", part.pk, on=TODAY, reason="责任区重划了").url == board


def test_the_list_of_the_lent_by_tabs_and_filters(client, town):
    governed.secondment(town.first_grid, name="魏庚七")
    governed.secondment(town.second_grid, name="陈癸十", whose="urban", valid=(TODAY - 9 * DAY, TODAY + 9 * DAY))
    governed.secondment(
        town.first_grid, name="史子三", valid=(TODAY - 90 * DAY, TODAY - 9 * DAY), end_reason="原单位召回"
    )
    governed.secondment(town.first_grid, name="苏巳五", valid=(TODAY + 9 * DAY, TODAY + 90 * DAY))

    def text(**query):
        return _page(client, town.staff, "grid:secondments", **query).content.decode()

    assert "魏庚七" in text()
    assert "史子三" not in text()
    assert "陈癸十" in text(state="ending")
    assert "魏庚七" not in text(state="ending")
    assert "史子三" in text(state="ended")
    assert "苏巳五" in text(state="coming")
    assert "魏庚七" not in text(whose="urban")
    assert "魏庚七" not in text(q="陈")
    assert "陈癸十" not in _page(client, town.secretary, "grid:secondments").content.decode()


def test_the_export_of_the_lent_is_written_down(client, town):
    governed.secondment(town.first_grid, name="魏庚七")
    answer = _post(client, town.staff, "grid:secondments-export", purpose="核对下沉名单", kind="csv")
    assert "魏庚七" in answer.content.decode("utf-8-sig")
    assert AccessLog.objects.filter(object_type="grid.secondment", verb__endswith="exported").count() == 1


def test_the_home_of_whoever_is_lent(client, town):
    lent = make.person(town.street, Role.SECONDED, area=town.first_grid, display_name="魏庚七")
    client.force_login(lent)
    assert client.get(reverse("home")).url == reverse("grid:my-grid")
    assert "还没有和下沉登记连起来" in client.get(reverse("grid:my-grid")).content.decode()
    governed.secondment(town.first_grid, name="魏庚七", user=lent)
    row = raising.raise_matter(
        street_id=town.street.pk, words="消防通道堵了", actor=town.staff, at=AT, area=town.first_grid
    )
    moving.assign(matter=row, owner_user=lent, task="先清出来", actor=town.staff, at=AT)
    text = client.get(reverse("grid:my-grid")).content.decode()
    for words in ("下沉第一网格", "消防通道堵了", "在您手上", "先清出来"):
        assert words in text


def test_the_home_of_whoever_is_lent_names_the_meetings_that_ask_for_them(client, town):
    lent = make.person(town.street, Role.SECONDED, area=town.first_grid, display_name="魏庚七")
    governed.secondment(town.first_grid, name="魏庚七", user=lent)
    client.force_login(lent)
    assert "请您参加的会" not in client.get(reverse("grid:my-grid")).content.decode()
    meeting = sessions.grid_meeting(town)
    assert meeting.attendees.filter(user=lent).exists()
    text = client.get(reverse("grid:my-grid")).content.decode()
    assert "请您参加的会" in text
    assert meeting.title in text


def test_a_grid_with_people_is_not_closed_unnoticed(town):
    governed.secondment(town.first_grid)
    governed.council(town)
    left = "、".join(occupants.left_in(town.first_grid))
    assert "1 个议事会" in left
    assert "1 人网格成员和下沉力量" in left
