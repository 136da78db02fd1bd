"""Councils: founded, chartered, seated, dissolved; matters come before them."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from grid.chain.levels import Level
from grid.councils import charters, councils, seats
from grid.councils.charters import Wording
from grid.councils.holding import CouncilError
from grid.councils.seats import Delegation
from grid.matters import handling, hosting, moving, raising
from grid.matters.handling import MatterError
from grid.models import Charter, Council, CouncilMember, Leg
from shimen.accounts.models import Role
from shimen.audit.models import AccessLog
from tests import governed, make, organised

pytestmark = pytest.mark.django_db
AT, TODAY = make.AT, make.TODAY
TEXT = "成员都可以提议题，召集人会前三天告诉大家，能商量一致的不表决。"
WORDING = Wording(TEXT, 50, 50, ["hearing"])


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def council(town):
    return governed.council(town)


def _found(town, **given):
    values = {
        "street": town.street, "kind": "street", "name": "望桥路街委会", "area": town.first_grid, "since": TODAY,
        "wording": WORDING, "actor": town.staff, "at": AT, "roads": ["望桥路"],
    }  # fmt: skip
    return councils.found(**(values | given))


def _building(town, **given):
    values = {"kind": "building", "name": "甲子大厦", "address": f"槐荫路{make.next_()}号"}
    values["address_key"] = values["address"]
    return make.place(given.pop("area", town.first_grid), **(values | given))


def test_a_council_begins_with_its_charter(town):
    row = _found(town, roads=[" 望桥路 ", "西塘路", "望桥路"])
    assert row.roads == ["望桥路", "西塘路"]
    charter = row.charters.get()
    assert (charter.number, charter.voting, charter.valid.lower) == (1, ["hearing"], TODAY)
    assert charter.terms.sentence() == "应到的 50 % 到会才能开会；听证会要表决，到会的超过 50 % 赞成才通过。"
    assert AccessLog.objects.filter(verb="council.found", object_id=str(row.pk), actor=town.staff).count() == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": "会"}, "名称至少 4 个字"),
        ({"kind": "club"}, "选哪一种议事会"),
        ({"since": TODAY + dt.timedelta(days=1)}, "成立日期不能晚于今天"),
        ({"roads": []}, "写明管哪几条路"),
        ({"kind": "building"}, "选至少一栋楼"),
        ({"wording": Wording("短")}, "议事规则写 20 到"),
        ({"wording": Wording(TEXT, 0, 50)}, "比例在 1 到 100 之间"),
        ({"wording": Wording(TEXT, 50, 50, ["party"])}, "没有这种会"),
    ],
)
def test_what_cannot_be_founded_says_why(town, given, sentence):
    with pytest.raises(CouncilError, match=sentence):
        _found(town, **given)
    assert not Council.objects.exists()


def test_only_staff_over_the_grid_found_one(town):
    elsewhere = make.person(town.street, Role.STAFF, area=town.second_grid)
    for actor in (town.secretary, town.visitor, elsewhere, town.stranger):
        with pytest.raises(CouncilError, match="由街道党务干部登记"):
            _found(town, actor=actor)
    with pytest.raises(CouncilError, match="选本街道在用的网格"):
        _found(town, area=make.area(make.street()))


def test_two_of_one_name_do_not_stand_at_once(town, council):
    with pytest.raises(CouncilError, match="已有同名的议事会"):
        _found(town, name=council.name)
    councils.dissolve(council=council, on=TODAY, reason="并入别的街委会", actor=town.staff, at=AT)
    _found(town, name=council.name)
    with pytest.raises(CouncilError, match="已有同名的议事会"):
        councils.restore(council=council, actor=town.staff, at=AT)


def test_a_building_has_one_council(town):
    house, other, far = _building(town), _building(town), _building(town, area=town.second_grid)
    row = _found(town, kind="building", name="甲子大厦楼务会", roads=[], places=[house])
    assert row.place_names == "甲子大厦"
    with pytest.raises(CouncilError, match="已经有“甲子大厦楼务会”"):
        _found(town, kind="building", name="乙丑大厦楼务会", roads=[], places=[house])
    with pytest.raises(CouncilError, match="不在第一网格"):
        councils.set_places(council=row, places=[far], since=TODAY, actor=town.staff, at=AT)
    councils.set_places(council=row, places=[other], since=TODAY, actor=town.staff, at=AT)
    assert list(row.places.on(TODAY).values_list("place", flat=True)) == [other.pk]
    _found(town, kind="building", name="乙丑大厦楼务会", roads=[], places=[house])


def test_a_correction_is_written_once(town, council):
    for _ in range(2):
        councils.correct(council=council, values={"roads": ["清波路"]}, actor=town.staff, at=AT)
    council.refresh_from_db()
    assert council.roads == ["清波路"]
    assert AccessLog.objects.filter(verb="council.correct").count() == 1
    with pytest.raises(CouncilError, match="写明管哪几条路"):
        councils.correct(council=council, values={"roads": []}, actor=town.staff, at=AT)
    with pytest.raises(CouncilError, match="没有这一项"):
        councils.correct(council=council, values={"kind": "building"}, actor=town.staff, at=AT)


# ---- the charter


def test_a_new_version_takes_over_on_its_day(town, council):
    tomorrow = TODAY + dt.timedelta(days=1)
    new = charters.amend(
        council=council, wording=Wording(TEXT, 67, 60, ["review"]), since=tomorrow, why="全体会议通过", actor=town.staff,
        at=AT, seen=1,
    )  # fmt: skip
    assert new.number == 2
    assert council.charters.on(TODAY).get().number == 1
    assert council.charters.on(tomorrow).get() == new
    assert AccessLog.objects.get(verb="council.amend_charter").after["number"] == 2


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"why": " "}, "写明怎么定的"),
        ({"since": TODAY - dt.timedelta(days=1)}, "从今天或以后起施行"),
        ({"seen": 7}, "刚刚有人改成了第 1 版"),
        ({"wording": WORDING}, "和现在的一版一样"),
        ({"wording": Wording(TEXT, 50, 101)}, "比例在 1 到 100 之间"),
    ],
)
def test_what_cannot_be_amended_says_why(town, council, given, sentence):
    values = {"wording": Wording(TEXT, 60, 60), "since": TODAY, "why": "全体会议通过", "actor": town.staff, "at": AT}
    with pytest.raises(CouncilError, match=sentence):
        charters.amend(council=council, **(values | given))
    assert Charter.objects.count() == 1


# ---- members


def _seat(town, council, name="韩乙一", **given):
    values = {"delegation": Delegation("resident", unit="3 号楼"), "since": TODAY, "actor": town.staff, "at": AT}
    return seats.seat(council=council, name=name, **(values | given))


def test_a_member_sits_for_whoever_sent_them(town, council):
    branch = organised.organisation(town)
    shop = make.entity(town.first_grid)
    assert _seat(town, council, "赵甲一", delegation=Delegation("party", organisation=branch)).unit == str(branch)
    assert _seat(town, council, "钱乙二", delegation=Delegation("merchant", entity=shop)).unit == str(shop)
    line = AccessLog.objects.filter(verb="council.seat").first()
    assert line.after["member"] != "赵甲一"
    assert line.object_id == str(council.pk)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": "甲"}, "写上姓名"),
        ({"delegation": Delegation("king")}, "选代表谁"),
        ({"delegation": Delegation("party", unit="某支部")}, "选是哪个党组织"),
        ({"delegation": Delegation("property")}, "写明是哪家推选的"),
        ({"since": TODAY + dt.timedelta(days=1)}, "日期不能晚于今天"),
        ({"since": dt.date(2019, 1, 1)}, "才成立，不能更早"),
    ],
)
def test_who_cannot_be_seated_is_told_why(town, council, given, sentence):
    with pytest.raises(CouncilError, match=sentence):
        _seat(town, council, **given)
    assert not CouncilMember.objects.exists()


def test_nobody_sits_twice_in_one_council(town, council):
    _seat(town, council)
    with pytest.raises(CouncilError, match="已经在这个议事会"):
        _seat(town, council)


def test_an_organisation_of_elsewhere_or_dissolved_sends_nobody(town, council):
    gone = organised.organisation(town, dissolved_on=TODAY)
    with pytest.raises(CouncilError, match="没有撤销的党组织"):
        _seat(town, council, delegation=Delegation("party", organisation=gone))
    with pytest.raises(CouncilError, match="不在名册上"):
        _seat(town, council, delegation=Delegation("merchant", entity=make.entity(make.area(make.street()))))


def test_a_convener_keeps_the_council_and_nobody_else_does(town, council):
    person = make.person(town.street, Role.CONVENER, area=town.first_grid)
    other = make.person(town.street, Role.CONVENER, area=town.first_grid)
    row = _seat(town, council, "冯壬九", user=person)
    seats.name_convener(member=row, since=TODAY, actor=town.staff, at=AT)
    council.refresh_from_db()
    assert council.convener == person
    _seat(town, council, "陈一一", actor=person)
    for actor in (other, town.secretary, town.colleague):
        with pytest.raises(CouncilError, match="由街道党务干部或它的召集人来改"):
            _seat(town, council, "卫二二", actor=actor)


def test_one_convenes_at_a_time_and_the_one_before_stays_a_member(town, council):
    for name in ("冯壬九", "陈癸十"):
        seats.name_convener(member=_seat(town, council, name), since=TODAY, actor=town.staff, at=AT)
    assert council.members.on(TODAY).get(is_convener=True).name == "陈癸十"
    assert council.members.on(TODAY).count() == 2
    with pytest.raises(CouncilError, match="已经是召集人"):
        seats.name_convener(
            member=council.members.on(TODAY).get(is_convener=True), since=TODAY, actor=town.staff, at=AT
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        council.members.on(TODAY).filter(is_convener=False).update(is_convener=True)


def test_whoever_leaves_may_come_back_by_undo(town, council):
    row = _seat(town, council, user=town.visitor, since=TODAY - dt.timedelta(days=9))
    row = seats.name_convener(member=row, since=TODAY - dt.timedelta(days=5), actor=town.staff, at=AT)
    seats.unseat(member=row, on=TODAY, reason="搬走不住这里了", actor=town.staff, at=AT)
    council.refresh_from_db()
    assert council.convener is None
    with pytest.raises(CouncilError, match="已经离任"):
        seats.unseat(member=row, on=TODAY, reason="搬走不住这里了", actor=town.staff, at=AT)
    seats.resume(member=row, actor=town.staff, at=AT)
    council.refresh_from_db()
    assert council.convener == town.visitor
    with pytest.raises(CouncilError, match="没有离任"):
        seats.resume(member=row, actor=town.staff, at=AT)


def test_somebody_speaks_for_somebody_else_from_a_day_on(town, council):
    row = _seat(town, council, since=TODAY - dt.timedelta(days=9))
    new = seats.change_delegation(
        member=row, delegation=Delegation("property", unit="示例物业"), since=TODAY, actor=town.staff, at=AT
    )
    assert (new.name, new.role, new.unit) == (row.name, "property", "示例物业")
    assert council.members.on(TODAY - dt.timedelta(days=1)).get().role == "resident"
    with pytest.raises(CouncilError, match="本来就代表示例物业"):
        seats.change_delegation(
            member=new, delegation=Delegation("property", unit="示例物业"), since=TODAY, actor=town.staff, at=AT
        )


# ---- the end


def test_a_council_with_open_matters_is_not_dissolved(town, council):
    _matter(town, council=council, level=Level.COUNCIL)
    with pytest.raises(CouncilError, match="还有 1 件事项在“"):
        councils.dissolve(council=council, on=TODAY, reason="街坊合并了", actor=town.staff, at=AT)
    with pytest.raises(CouncilError, match="由街道党务干部登记"):
        councils.dissolve(council=council, on=TODAY, reason="街坊合并了", actor=town.secretary, at=AT)


def test_what_ended_with_a_council_comes_back_with_it(town, council):
    _seat(town, council, since=TODAY - dt.timedelta(days=3))
    left = _seat(town, council, "朱九九", since=TODAY - dt.timedelta(days=3))
    seats.unseat(member=left, on=TODAY, reason="调走不干了", actor=town.staff, at=AT)
    councils.dissolve(council=council, on=TODAY, reason="街坊合并了", actor=town.staff, at=AT)
    assert not council.members.on(TODAY).exists()
    with pytest.raises(CouncilError, match="已撤销，先恢复再办"):
        _seat(town, council, "吴六六")
    councils.restore(council=council, actor=town.staff, at=AT)
    assert [row.name for row in council.members.on(TODAY)] == ["韩乙一"]
    assert council.charters.on(TODAY).exists()
    with pytest.raises(CouncilError, match="没有撤销"):
        councils.restore(council=council, actor=town.staff, at=AT)


# ---- matters


def _matter(town, **given):
    values = {"words": "人行道上乱停车", "actor": town.staff, "at": AT, "area": town.first_grid}
    return raising.raise_matter(street_id=town.street.pk, **(values | given))


def _up(town, matter, **given):
    values = {"tried": "劝过三次", "left_open": "夜里还停", "why": "", "actor": town.staff, "at": AT}
    return moving.pass_up(matter=matter, **(values | given))


def test_a_matter_finds_the_council_of_its_road_and_of_its_building(town):
    street = governed.council(town, roads=["望桥路"])
    governed.council(town, roads=["西塘路"])
    house = _building(town)
    inside = _found(town, kind="building", name="甲子大厦楼务会", roads=[], places=[house])
    room = make.place(town.first_grid, kind="room", building=house, road="望桥路")
    for place, expected in ((make.place(town.first_grid, road="望桥路"), street), (house, inside), (room, inside)):
        leg = handling.open_leg(_up(town, _matter(town, place=place)))
        assert (leg.council, leg.body) == (expected, expected.name)
    assert handling.open_leg(_up(town, _matter(town, place=make.place(town.first_grid, road="东篱路")))).council is None


def test_the_convener_owns_what_comes_before_the_council(town, council):
    person = make.person(town.street, Role.CONVENER, area=town.first_grid, display_name="冯壬九")
    other = make.person(town.street, Role.CONVENER, area=town.first_grid)
    seats.name_convener(member=_seat(town, council, "冯壬九", user=person), since=TODAY, actor=town.staff, at=AT)
    row = _up(town, _matter(town), council=council)
    leg = handling.open_leg(row)
    assert (leg.owner, leg.owner_user) == ("冯壬九", person)
    with pytest.raises(MatterError, match="不由您来办"):
        moving.report(matter=row, words="看过了", actor=other, at=AT)
    moving.report(matter=row, words="看过了", actor=person, at=AT)
    _up(town, row, actor=person)


def test_several_councils_sit_together(town, council):
    second, third = governed.council(town), governed.council(town)
    row = _up(town, _matter(town), council=council, joined=[second, council])
    leg = handling.open_leg(row)
    assert [each.council for each in leg.joined.all()] == [second]
    assert row.moments.order_by("-at", "-pk").first().sentence == f"转上议事协商，由{council}，和{second}一起协商"
    hosting.join(matter=row, joined=[third], actor=town.staff, at=AT)
    assert [each.council for each in leg.joined.all()] == [third]
    with pytest.raises(MatterError, match="没有变"):
        hosting.join(matter=row, joined=[third], actor=town.staff, at=AT)
    hosting.join(matter=row, joined=[], actor=town.staff, at=AT)
    assert not leg.joined.exists()
    assert AccessLog.objects.filter(verb="grid.choose_council").count() == 2


def test_sitting_together_needs_the_level_and_a_leading_council(town, council):
    row = _matter(town)
    with pytest.raises(MatterError, match="议事协商这一级"):
        hosting.join(matter=row, joined=[council], actor=town.staff, at=AT)
    governed.council(town)
    row = _up(town, row)
    assert handling.open_leg(row).council is None
    with pytest.raises(MatterError, match="由哪个议事会牵头"):
        hosting.join(matter=row, joined=[council], actor=town.staff, at=AT)
    moving.pass_along(matter=row, council=council, why="在它那条路上", actor=town.staff, at=AT)
    assert handling.open_leg(row).council == council


def test_what_comes_down_again_is_before_the_same_councils(town, council):
    second = governed.council(town)
    row = _up(town, _up(town, _matter(town), council=council, joined=[second]))
    row = moving.pass_down(matter=row, why="先请街委会再议一次", actor=town.staff, at=AT)
    leg = handling.open_leg(row)
    assert leg.council == council
    assert [each.council for each in leg.joined.all()] == [second]


def test_a_council_of_elsewhere_or_dissolved_takes_no_matter(town, council):
    far = governed.council(make.town())
    with pytest.raises(MatterError, match="不是本街道在用的议事会"):
        _up(town, _matter(town), council=far)
    councils.dissolve(council=council, on=TODAY, reason="街坊合并了", actor=town.staff, at=AT)
    with pytest.raises(MatterError, match="不是本街道在用的议事会"):
        _up(town, _matter(town), council=council)
    assert not Leg.objects.filter(council__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_of_six_who_name_a_convener_at_once_one_convenes(town):
    council = governed.council(town)
    members = [_seat(town, council, f"韩乙{n}") for n in "一二三四五六"]
    gate, refused = threading.Barrier(len(members)), []

    def name(member: CouncilMember) -> None:
        gate.wait()
        try:
            seats.name_convener(member=member, since=TODAY, actor=town.staff, at=AT)
        except CouncilError as error:
            refused.append(error.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=name, args=(member,)) for member in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == []
    assert council.members.on(TODAY).filter(is_convener=True).count() == 1
    assert council.members.on(TODAY).count() == 6
