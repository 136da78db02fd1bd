"""Organisations: correcting, who stands above, units, marks, links, dissolving and coming back."""

from __future__ import annotations

import datetime as dt

import pytest

from branches import signals
from branches.bodies import honours, organisations, rule_book, ties
from branches.bodies.honours import HonourError
from branches.bodies.organisations import OrganisationError
from branches.bodies.rule_book import RuleError
from branches.bodies.ties import TieError
from branches.models import Beacon, Charge, Organisation, OrganisationUnit, Rule, Superior, Tie
from shimen.audit.models import AccessLog
from tests import make, organised

pytestmark = pytest.mark.django_db
DAY = make.TODAY
BEFORE = dt.date(2026, 9, 1)


@pytest.fixture
def told(town: make.Town):
    return {"actor": town.staff, "at": make.AT}


def test_correcting_spells_the_name_and_keeps_old_and_new(town: make.Town, told):
    row = organised.organisation(town, name="旧名党支部（示例）")
    organisations.correct(organisation=row, values={"name": "望桥路党支部（示例）", "kind": "building"}, **told)
    found = Organisation.objects.search("wqldzb").get()
    assert (found.name, found.kind) == ("望桥路党支部（示例）", "building")
    line = AccessLog.objects.get(verb="organisation.correct")
    assert (line.before["kind"], line.after["kind"]) == ("街区", "楼宇")
    organisations.correct(organisation=row, values={"kind": "building"}, **told)
    assert AccessLog.objects.filter(verb="organisation.correct").count() == 1


def test_what_cannot_be_corrected(town: make.Town, told):
    row, other = organised.organisation(town), organised.organisation(town)
    for values, sentence in (
        ({"name": "短"}, "名称至少 4 个字"),
        ({"name": other.name}, "已有同名的党组织"),
        ({"kind": "club"}, "没有这个类别"),
        ({"area": make.area(town.stranger.street)}, "不是本街道的地方"),
    ):
        with pytest.raises(OrganisationError, match=sentence):
            organisations.correct(organisation=row, values=values, **told)
    organisations.dissolve(organisation=row, on=DAY, reason="单位搬走了", **told)
    with pytest.raises(OrganisationError, match="已撤销，先撤回撤销再办"):
        organisations.correct(organisation=row, values={"note": "x"}, **told)


# ---- who stands above


def test_a_superior_ends_where_the_next_begins(town: make.Town, told):
    row = organised.organisation(town)
    first, second = (organised.organisation(town, form="committee") for _ in range(2))
    organisations.set_superior(organisation=row, above=first, since=BEFORE, **told)
    organisations.set_superior(organisation=row, above=second, since=DAY, **told)
    spans = [(link.above_id, link.valid.lower, link.valid.upper) for link in Superior.objects.order_by("valid")]
    assert spans == [(first.pk, BEFORE, DAY), (second.pk, DAY, None)]
    assert AccessLog.objects.filter(verb="organisation.set_superior").count() == 2


def test_what_cannot_stand_above(town: make.Town, told):
    row, branch = organised.organisation(town), organised.organisation(town)
    top, general = organised.organisation(town, form="committee"), organised.organisation(town, form="general")
    young = organised.organisation(town, form="committee", founded_on=DAY)
    organisations.set_superior(organisation=general, above=top, since=BEFORE, **told)
    for below, above, since, sentence in (
        (row, row, DAY, "不能是自己的上级"),
        (row, branch, DAY, "党支部不能是党支部的上级"),
        (row, young, BEFORE, "还没有成立"),
        (general, top, DAY, "上级已经是"),
        (top, general, DAY, "党总支不能是党委的上级"),
    ):
        with pytest.raises(OrganisationError, match=sentence):
            organisations.set_superior(organisation=below, above=above, since=since, **told)
    second = organised.organisation(town, form="committee")
    organisations.set_superior(organisation=top, above=second, since=BEFORE, **told)
    with pytest.raises(OrganisationError, match="这样会成圈"):
        organisations.set_superior(organisation=second, above=top, since=DAY, **told)


# ---- units


def test_a_unit_joins_and_leaves(town: make.Town, told):
    row, entity = organised.organisation(town, kind="enterprise", form="joint"), make.entity(town.first_grid)
    unit = organisations.add_unit(organisation=row, entity=entity, since=BEFORE, **told)
    organisations.end_unit(unit=unit, on=DAY, reason="搬离本街道", **told)
    assert not OrganisationUnit.objects.on(DAY).exists()
    with pytest.raises(OrganisationError, match="已经结束"):
        organisations.end_unit(unit=unit, on=DAY, reason="搬离本街道", **told)
    assert AccessLog.objects.filter(verb__in=["organisation.add_unit", "organisation.end_unit"]).count() == 2


def test_a_joint_branch_has_no_more_units_than_the_rule_of_the_day(town: make.Town, told):
    row = organised.organisation(town, kind="enterprise", form="joint")
    for _ in range(5):
        organisations.add_unit(organisation=row, entity=make.entity(town.first_grid), since=BEFORE, **told)
    with pytest.raises(OrganisationError, match="加上这家是 6 个单位。联合党支部一般不超过 5 个单位"):
        organisations.add_unit(organisation=row, entity=make.entity(town.first_grid), since=BEFORE, **told)
    rule_book.set_rule(street=town.street, key="joint_units", value=6, since=DAY, basis="示例文件第二条", **told)
    organisations.add_unit(organisation=row, entity=make.entity(town.first_grid), since=DAY, **told)


def test_an_enterprise_is_the_unit_of_one_organisation_and_a_branch_has_one(town: make.Town, told):
    entity = make.entity(town.first_grid)
    first, second = (organised.organisation(town, kind="enterprise") for _ in range(2))
    organisations.add_unit(organisation=first, entity=entity, since=BEFORE, **told)
    with pytest.raises(OrganisationError, match=f"已经是“{first}”的组建单位"):
        organisations.add_unit(organisation=second, entity=entity, since=DAY, **told)
    with pytest.raises(OrganisationError, match="单独组建的党支部只有一家组建单位"):
        organisations.add_unit(organisation=first, entity=make.entity(town.first_grid), since=DAY, **told)


# ---- the mark


def test_a_mark_is_given_ended_and_given_again(town: make.Town, told):
    row = organised.organisation(town)
    mark = honours.give_beacon(organisation=row, since=BEFORE, reason="错峰停车", **told)
    assert Organisation.objects.beacons(DAY).get() == row
    with pytest.raises(HonourError, match="已经有灯塔型标记"):
        honours.give_beacon(organisation=row, since=DAY, reason="又一件事", **told)
    honours.end_beacon(beacon=mark, on=DAY, reason="年度复核", **told)
    honours.give_beacon(organisation=row, since=DAY, reason="又一件事", **told)
    assert Beacon.objects.count() == 2
    with pytest.raises(HonourError, match="还没有成立"):
        honours.give_beacon(
            organisation=organised.organisation(town, founded_on=DAY), since=BEFORE, reason="太早了一点", **told
        )


# ---- links


def test_a_link_is_made_and_ended(town: make.Town, told):
    hub, other = organised.organisation(town), organised.organisation(town)
    link = ties.tie(hub=hub, other=other, kind="near", since=BEFORE, note="同一栋楼", **told)
    for changed, sentence in (
        ({}, "已经有这样的联建"),
        ({"other": hub}, "另一个党组织"),
        ({"kind": "friend"}, "没有这种联建方式"),
        ({"hub": other, "other": hub}, "作枢纽时已经"),
        ({"since": DAY + dt.timedelta(days=1)}, "不能晚于今天"),
    ):
        with pytest.raises(TieError, match=sentence):
            ties.tie(**{"hub": hub, "other": other, "kind": "near", "since": DAY} | changed, **told)
    ties.tie(hub=hub, other=other, kind="joint", since=DAY, **told)
    ties.untie(link=link, on=DAY, reason="项目做完了", **told)
    assert [row.kind for row in Tie.objects.on(DAY)] == ["joint"]


# ---- the end


def test_dissolving_ends_what_bound_it_and_restoring_brings_it_back(town: make.Town, told):
    row, top = organised.organisation(town, kind="enterprise"), organised.organisation(town, form="committee")
    organisations.set_superior(organisation=row, above=top, since=BEFORE, **told)
    organisations.add_unit(organisation=row, entity=make.entity(town.first_grid), since=BEFORE, **told)
    ties.tie(hub=row, other=top, kind="near", since=BEFORE, **told)
    heard = []
    signals.organisation_dissolved.connect(lambda **said: heard.append(said["on"]), weak=False, dispatch_uid="test")
    try:
        organisations.dissolve(organisation=row, on=DAY, reason="单位搬走了", **told)
    finally:
        signals.organisation_dissolved.disconnect(dispatch_uid="test")
    assert heard == [DAY]
    tables = (Superior, OrganisationUnit, Tie)
    assert not any(table.objects.on(DAY).exists() for table in tables)
    assert row not in Organisation.objects.standing(DAY)
    organisations.restore(organisation=row, **told)
    assert all(table.objects.on(DAY).count() == 1 for table in tables)
    assert AccessLog.objects.filter(verb__in=["organisation.dissolve", "organisation.restore"]).count() == 2
    with pytest.raises(OrganisationError, match="没有撤销"):
        organisations.restore(organisation=row, **told)


def test_nothing_is_dissolved_over_the_heads_of_its_people(town: make.Town, told):
    row, top = organised.organisation(town), organised.organisation(town, form="committee")
    organisations.set_superior(organisation=row, above=top, since=BEFORE, **told)
    organised.member(row)
    for which, on, sentence in (
        (row, DAY, "还有 1 名党员，先转到别的党组织"),
        (top, DAY, "下面还有党组织"),
        (row, DAY + dt.timedelta(days=1), "不能晚于今天"),
        (row, row.founded_on, "要晚于成立日期"),
    ):
        with pytest.raises(OrganisationError, match=sentence):
            organisations.dissolve(organisation=which, on=on, reason="试一试看", **told)


def test_what_it_answers_for_is_handed_over_first(town: make.Town, told):
    row = organised.organisation(town)
    organised.seat(organised.committee(row, "secretary"))
    with pytest.raises(OrganisationError, match="人在任，先在“班子”页登记离任"):
        organisations.dissolve(organisation=row, on=DAY, reason="单位搬走了", **told)
    Charge.objects.create(
        street=town.street, organisation=row, place=make.place(town.first_grid), valid=(make.LONG_AGO, None)
    )
    with pytest.raises(OrganisationError, match="还管着 1 处地点"):
        organisations.dissolve(organisation=row, on=DAY, reason="单位搬走了", **told)


def test_one_sentence_lists_everything_that_somebody_must_take_over(town: make.Town, told):
    row, other = organised.organisation(town), organised.organisation(town)
    organised.member(row)
    organised.activity(row, title="便民服务")
    organised.project(row, other, title="夜市秩序")
    with pytest.raises(OrganisationError) as refused:
        organisations.dissolve(organisation=row, on=DAY, reason="单位搬走了", **told)
    for words in (
        "名册里还有 1 名党员，先转到别的党组织",
        "牵头的 1 场活动还没办（便民服务）",
        "1 个共推项目还在进行（夜市秩序）",
    ):
        assert words in refused.value.sentence


def test_what_others_lead_goes_on_without_it_and_its_committee_ends_and_comes_back(town: make.Town, told):
    row, lead = organised.organisation(town), organised.organisation(town)
    planned = organised.activity(lead, row)
    committee = organised.committee(row, "secretary")
    organisations.dissolve(organisation=row, on=DAY, reason="单位搬走了", **told)
    planned.refresh_from_db()
    assert ([host.organisation for host in planned.hosts.all()], planned.is_joint) == ([lead], False)
    assert AccessLog.objects.filter(verb="life.lose_host").count() == 1
    committee.refresh_from_db()
    assert committee.valid.upper == DAY
    organisations.restore(organisation=row, **told)
    committee.refresh_from_db()
    assert committee.valid.upper is None


def test_an_organisation_does_not_come_back_to_a_unit_that_another_one_has(town: make.Town, told):
    entity = make.entity(town.first_grid)
    first, second = (organised.organisation(town, kind="enterprise") for _ in range(2))
    organisations.add_unit(organisation=first, entity=entity, since=BEFORE, **told)
    organisations.dissolve(organisation=first, on=DAY, reason="单位搬走了", **told)
    organisations.add_unit(organisation=second, entity=entity, since=DAY, **told)
    with pytest.raises(OrganisationError, match="这段时间里已经组建了党组织"):
        organisations.restore(organisation=first, **told)


# ---- the rule book


def test_a_value_holds_from_its_day_and_is_withdrawn_only_before(town: make.Town, told):
    later = DAY + dt.timedelta(days=10)
    said = {"street": town.street, "key": "founding_members", "basis": "示例文件第一条"} | told
    made = rule_book.set_rule(value=5, since=later, **said)
    assert Rule.objects.book(street=town.street.pk, on=DAY)["founding_members"] == 3
    assert Rule.objects.book(street=town.street.pk, on=later)["founding_members"] == 5
    for changed, sentence in (
        ({"value": 0, "since": DAY}, "要在 1 和 999 之间"),
        ({"value": 4, "since": DAY - dt.timedelta(days=1)}, "不能早于今天"),
        ({"value": 4, "since": later}, "在这一天已经设过一个值"),
        ({"value": 4, "since": DAY, "basis": ""}, "写明原因"),
        ({"value": 4, "since": DAY, "key": "nothing"}, "没有这条规则"),
    ):
        with pytest.raises(RuleError, match=sentence):
            rule_book.set_rule(**said | changed)
    rule_book.withdraw(rule=made, reason="文件撤回了", **told)
    assert not Rule.objects.exists()
    old = Rule.objects.create(
        street=town.street,
        key="stale_days",
        value=60,
        since=BEFORE,
        basis="示例",
        made_at=make.AT - dt.timedelta(days=80),
    )
    with pytest.raises(RuleError, match="已经在用"):
        rule_book.withdraw(rule=old, reason="想改一下", **told)
    assert AccessLog.objects.filter(verb__in=["rules.set", "rules.withdraw"]).count() == 2
