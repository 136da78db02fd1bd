"""Adding, renaming, hanging, closing and opening areas; redrawing their borders and taking that back."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from coverage.models import Entity
from shimen.accounts.access import scope_of
from shimen.accounts.forms import GrantForm
from shimen.accounts.models import Role
from shimen.audit.models import AccessLog
from shimen.territory import areas, redrawing
from shimen.territory.areas import AreaError
from shimen.territory.models import Area, Place, Redrawing
from tests import make
from tests.territory import ground
from tests.territory.test_borders import box

pytestmark = pytest.mark.django_db
AT = make.AT
NARROW, WIDE = box(0, 0, 70, 100), box(0, 0, 130, 100)


@pytest.fixture
def laid() -> ground.Ground:
    return ground.lay()


def by(laid: ground.Ground) -> dict[str, object]:
    return {"actor": laid.town.staff, "at": AT}


def last() -> AccessLog:
    return AccessLog.objects.order_by("-pk")[0]


# ---- adding, renaming, hanging


def test_a_new_area_hangs_under_its_parent_and_stands_in_the_log(laid) -> None:
    made = areas.add_area(
        street=laid.town.street,
        kind="block",
        code="B9",
        name="河边街区",
        parent=laid.west,
        ring=box(0, 0, 50, 50),
        **by(laid),
    )
    assert made.lineage == [laid.west.pk, made.pk]
    assert (last().verb, last().object_id, last().actor) == ("territory.add_area", str(made.pk), laid.town.staff)


@pytest.mark.parametrize(
    ("values", "says", "field"),
    [
        ({"code": "W-first"}, "已经有别的区域用了", "code"),
        ({"name": "第二网格"}, "已经有一个网格叫第二网格", "name"),
        ({"name": "  "}, "写上名称", "name"),
        ({"ring": box(150, 0, 260, 100)}, "边界以外", "ring"),
        ({"ring": [*box(0, 0, 100, 100)[:1], *box(0, 0, 100, 100)[2:3], *box(0, 0, 100, 100)[1:2], *box(0, 0, 100, 100)[3:]]}, "交叉", "ring"),
    ],
)  # fmt: skip
def test_what_an_area_cannot_be_is_said_at_its_field(laid, values, says, field) -> None:
    Area.objects.filter(pk=laid.west.pk).update(code="W-first")
    said = {"street": laid.town.street, "kind": "grid", "code": "W7", "name": "新网格"} | values
    with pytest.raises(AreaError, match=says) as refused:
        areas.add_area(**said, **by(laid))
    assert refused.value.field == field


def test_an_area_is_renamed_and_only_what_changed_is_written_down(laid) -> None:
    areas.rename_area(area=laid.west, name="望桥网格", code=laid.west.code, sort=laid.west.sort, **by(laid))
    assert (last().before, last().after) == ({"name": "第一网格"}, {"name": "望桥网格"})
    count = AccessLog.objects.count()
    areas.rename_area(area=laid.west, name="望桥网格", code=laid.west.code, sort=laid.west.sort, **by(laid))
    assert AccessLog.objects.count() == count


def test_hanging_an_area_elsewhere_takes_everything_below_along(laid) -> None:
    leaf = make.area(laid.town.street, parent=laid.town.block, kind="cluster", name="楼宇群")
    areas.hang_area(area=laid.town.block, parent=laid.east, **by(laid))
    leaf.refresh_from_db()
    assert leaf.lineage == [laid.east.pk, laid.town.block.pk, leaf.pk]
    assert last().after == {"parent": "第二网格"}
    areas.hang_area(area=laid.town.block, parent=None, **by(laid))
    leaf.refresh_from_db()
    assert leaf.lineage == [laid.town.block.pk, leaf.pk]


def test_an_area_is_not_hung_under_itself_or_what_is_below_it(laid) -> None:
    for parent in (laid.west, laid.town.block):
        with pytest.raises(AreaError, match="自己的下级"):
            areas.hang_area(area=laid.west, parent=parent, **by(laid))


# ---- who may


@pytest.mark.parametrize("who", ["visitor", "secretary", "data_admin", "stranger", "nobody", "system_admin"])
def test_only_staff_of_the_whole_street_touch_areas(laid, who) -> None:
    actor = getattr(laid.town, who)
    for verb, values in (
        (areas.rename_area, {"name": "别的", "code": "X", "sort": 0}), (areas.hang_area, {"parent": None}),
        (areas.close_area, {"reason": "试"}), (areas.reopen_area, {}), (redrawing.redraw, {"ring": NARROW}),
    ):  # fmt: skip
        with pytest.raises(AreaError, match="整个街道"):
            verb(area=laid.west, actor=actor, at=AT, **values)


def test_staff_of_one_grid_do_not_redraw_even_their_own(laid) -> None:
    grid_staff = make.person(laid.town.street, Role.STAFF, area=laid.west)
    with pytest.raises(AreaError, match="相邻的网格"):
        redrawing.redraw(area=laid.west, ring=NARROW, actor=grid_staff, at=AT)
    assert Redrawing.objects.count() == 0


# ---- redrawing


def test_a_proposal_says_which_doors_and_entities_would_go_where(laid) -> None:
    make.entity(laid.east, place=laid.doors[120])
    make.entity(laid.east, place=laid.doors[120])
    proposal = redrawing.propose(area=laid.west, ring=WIDE, along=True)
    crossing = proposal.crossings[0]
    assert (crossing.old, crossing.new, crossing.places) == (laid.east, laid.west, (laid.doors[120],))
    assert crossing.stand_there == ("2 家市场主体",)
    assert proposal.followers == (laid.east,)
    assert not proposal.warnings
    assert Place.objects.get(pk=laid.doors[120].pk).area == laid.east


def test_without_the_neighbour_an_overlap_is_named_and_its_doors_stay(laid) -> None:
    proposal = redrawing.propose(area=laid.west, ring=WIDE)
    assert proposal.moved == 0
    assert "和第二网格重叠约 3,000 平方米" in proposal.warnings[0]


def test_doors_left_outside_every_border_are_named_and_stay(laid) -> None:
    proposal = redrawing.propose(area=laid.west, ring=NARROW)
    assert {place.pk for place in proposal.nowhere} == {laid.doors[80].pk, laid.doors[95].pk}
    assert "2 处地点落在所有边界之外" in proposal.warnings[0]


def test_a_child_that_would_stick_out_is_named(laid) -> None:
    Area.objects.filter(pk=laid.town.block.pk).update(boundary=box(60, 0, 100, 40))
    proposal = redrawing.propose(area=laid.west, ring=NARROW)
    assert any("望桥路街区" in warning for warning in proposal.warnings)


def test_redrawing_moves_the_border_the_neighbour_the_doors_and_who_stands_there(laid) -> None:
    stays = make.entity(laid.west, place=laid.doors[120])  # put into another grid by hand
    goes = make.entity(laid.east, place=laid.doors[120])
    made = redrawing.redraw(area=laid.west, ring=WIDE, along=True, expected=1, **by(laid))
    laid.west.refresh_from_db()
    laid.east.refresh_from_db()
    assert laid.west.boundary == WIDE
    assert laid.east.boundary[0] == WIDE[1]
    assert Place.objects.get(pk=laid.doors[120].pk).area == laid.west
    assert Entity.objects.get(pk=goes.pk).area == laid.west
    assert Entity.objects.get(pk=stays.pk).area == laid.west
    assert made.sentence == "重画第一网格的边界，1 处地点改归"
    verbs = list(AccessLog.objects.order_by("-pk").values_list("verb", flat=True)[:2])
    assert verbs == ["territory.redraw_area", "coverage.follow_places"]


def test_a_border_alone_may_be_redrawn_and_the_doors_stay(laid) -> None:
    redrawing.redraw(area=laid.west, ring=WIDE, along=True, move=False, **by(laid))
    assert Place.objects.get(pk=laid.doors[120].pk).area == laid.east


def test_what_changed_since_it_was_shown_stops_the_redrawing(laid) -> None:
    lon, lat = ground.point(125)
    make.place(laid.east, lon=lon, lat=lat)
    with pytest.raises(AreaError, match="现在会改归 2 处，先前看到的是 1 处"):
        redrawing.redraw(area=laid.west, ring=WIDE, along=True, expected=1, **by(laid))
    assert Area.objects.get(pk=laid.west.pk).boundary == laid.west.boundary


def test_a_border_that_did_not_change_and_a_closed_area_are_refused(laid) -> None:
    with pytest.raises(AreaError, match="没有变化"):
        redrawing.redraw(area=laid.west, ring=laid.west.boundary, **by(laid))
    empty = make.area(laid.town.street, closed_on=make.TODAY)
    with pytest.raises(AreaError, match="已经撤销"):
        redrawing.redraw(area=empty, ring=NARROW, **by(laid))


def test_undo_puts_borders_doors_and_entities_back(laid) -> None:
    entity = make.entity(laid.east, place=laid.doors[120])
    before = {area.pk: area.boundary for area in Area.objects.all()}
    made = redrawing.redraw(area=laid.west, ring=WIDE, along=True, **by(laid))
    assert redrawing.undo(redrawing=made, **by(laid)) == (3, 0)
    assert {area.pk: area.boundary for area in Area.objects.all()} == before
    assert Place.objects.get(pk=laid.doors[120].pk).area == laid.east
    assert Entity.objects.get(pk=entity.pk).area == laid.east
    assert last().verb == "territory.undo_redrawing"
    with pytest.raises(AreaError, match="已经撤销过"):
        redrawing.undo(redrawing=made, **by(laid))


def test_undo_leaves_what_was_changed_again(laid) -> None:
    made = redrawing.redraw(area=laid.west, ring=WIDE, along=True, **by(laid))
    again = redrawing.redraw(area=laid.west, ring=NARROW, **by(laid))
    back, left = redrawing.undo(redrawing=made, **by(laid))
    assert (back, left) == (2, 1)
    assert Area.objects.get(pk=laid.west.pk).boundary == NARROW
    assert again.undone_at is None


def test_undo_of_nothing_that_holds_any_more_is_refused(laid) -> None:
    made = redrawing.redraw(area=laid.west, ring=NARROW, **by(laid))
    redrawing.redraw(area=laid.west, ring=WIDE, **by(laid))
    with pytest.raises(AreaError, match="没有可以恢复的"):
        redrawing.undo(redrawing=made, **by(laid))


# ---- closing


def test_an_area_with_anything_in_it_is_not_closed_and_says_what(laid) -> None:
    make.team(laid.town.street, area=laid.west)
    make.entity(laid.west)
    with pytest.raises(AreaError) as refused:
        areas.close_area(area=laid.west, reason="并入", **by(laid))
    for words in ("4 处地点", "1 个下级区域", "2 条授权", "1 家市场主体", "1 个走访组"):
        assert words in refused.value.sentence


def test_an_empty_area_is_closed_with_a_reason_and_opened_again(laid) -> None:
    empty = make.area(laid.town.street, name="空网格")
    with pytest.raises(AreaError, match="为什么"):
        areas.close_area(area=empty, reason=" ", **by(laid))
    areas.close_area(area=empty, reason="并入第二网格", **by(laid))
    assert last().reason == "并入第二网格"
    assert empty not in Area.objects.grids()
    with pytest.raises(AreaError, match="先恢复"):
        areas.rename_area(area=empty, name="别的", code="X", sort=0, **by(laid))
    areas.reopen_area(area=empty, **by(laid))
    assert empty in Area.objects.grids()
    with pytest.raises(AreaError, match="没有撤销"):
        areas.reopen_area(area=empty, **by(laid))


# ---- what the database itself does not let happen


def _refused(work) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        work()


def test_the_database_keeps_places_out_of_closed_areas_and_closed_areas_empty(laid) -> None:
    empty = make.area(laid.town.street, closed_on=make.TODAY)
    _refused(lambda: make.place(empty))
    _refused(lambda: Place.objects.filter(pk=laid.doors[20].pk).update(area=empty))
    _refused(lambda: Area.objects.filter(pk=laid.west.pk).update(closed_on=make.TODAY))


def test_the_database_keeps_rings_closed_and_points_on_the_globe(laid) -> None:
    _refused(lambda: Area.objects.filter(pk=laid.west.pk).update(boundary=NARROW[:4]))
    _refused(lambda: Place.objects.filter(pk=laid.doors[20].pk).update(lat=121.5))


def test_a_closed_area_is_offered_in_no_grant(laid) -> None:
    closed = make.area(laid.town.street, closed_on=make.TODAY)
    form = GrantForm(scope=scope_of(laid.town.security_admin))
    assert laid.west in form.fields["area"].queryset
    assert closed not in form.fields["area"].queryset
