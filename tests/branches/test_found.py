"""Founding an organisation: apply, decide, elect, file; each step in its place, and back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from branches.bodies import founding, rule_book
from branches.bodies.founding import FoundingError
from branches.bodies.organisations import OrganisationError
from branches.duty import charges, coverings
from branches.models import Founding, Organisation, OrganisationUnit
from shimen import clock
from shimen.audit.models import AccessLog
from tests import make, organised

pytestmark = pytest.mark.django_db
DAY = make.TODAY


def _apply(town: make.Town, **given):
    units = given.pop("units", None)
    values = {
        "name": "甲乙丙贸易（示例）有限公司党支部", "kind": "enterprise", "form": "branch", "area": town.first_grid
    } | given.pop("values", {})  # fmt: skip
    told = {"above": None, "reason": "有三名正式党员", "on": DAY, "actor": town.staff, "at": make.AT}
    units = [make.entity(town.first_grid)] if units is None else units
    return founding.apply(street=town.street, values=values, units=units, **told | given)


def _with_members(town: make.Town, count: int = 3, **given) -> Founding:
    row = organised.founding(town, **given)
    for _ in range(count):
        organised.member(row.organisation, valid=(row.applied_on, None))
    return row


def _logged(verb: str) -> AccessLog:
    return AccessLog.objects.filter(verb=verb).order_by("pk").last()


def test_an_application_is_written_down_with_the_day_by_which_it_must_be_decided(town: make.Town):
    row = _apply(town)
    assert row.state == Founding.State.APPLIED
    assert row.due_on == dt.date(2026, 12, 23)
    assert row.organisation.founded_on is None
    assert not Organisation.objects.standing(DAY).exists()
    assert row.organisation.units.count() == 1
    assert _logged("founding.apply").after["applied_on"] == "2026-11-23"


def test_the_deadline_follows_the_rule_of_the_day_of_the_application(town: make.Town):
    rule_book.set_rule(
        street=town.street,
        key="decide_months",
        value=2,
        since=DAY,
        basis="示例文件第一条",
        actor=town.staff,
        at=make.AT,
    )
    assert _apply(town).due_on == dt.date(2027, 1, 23)


@pytest.mark.parametrize(
    ("form", "units", "sentence"),
    [
        ("branch", 2, "单独组建的党支部只有一家组建单位"),
        ("joint", 1, "联合党支部至少有两家组建单位"),
        ("joint", 6, "联合党支部一般不超过 5 个单位"),
        ("branch", 0, "非公企业党组织要写明组建单位"),
    ],
)
def test_the_number_of_units_follows_the_form(town: make.Town, form: str, units: int, sentence: str):
    entities = [make.entity(town.first_grid) for _ in range(units)]
    with pytest.raises(FoundingError, match=sentence):
        _apply(town, units=entities, values={"form": form})
    assert not Organisation.objects.exists()


def test_a_unit_belongs_to_one_organisation(town: make.Town):
    entity = make.entity(town.first_grid)
    _apply(town, units=[entity])
    with pytest.raises(FoundingError, match="已经是“甲乙丙贸易（示例）有限公司党支部”的组建单位"):
        _apply(town, units=[entity], values={"name": "另一个（示例）党支部"})


def test_two_organisations_do_not_bear_one_name(town: make.Town):
    _apply(town)
    with pytest.raises(OrganisationError, match="已有同名的党组织"):
        _apply(town)


def test_nobody_applies_for_tomorrow(town: make.Town):
    with pytest.raises(FoundingError, match="不能晚于今天"):
        _apply(town, on=DAY + dt.timedelta(days=1))


def test_agreeing_needs_three_full_members_and_names_the_rule(town: make.Town):
    row = _with_members(town, 2)
    with pytest.raises(
        FoundingError, match=r"有 2 名正式党员。成立党支部至少要有正式党员 3 名（《中国共产党章程》第三十条）"
    ):
        founding.decide(founding=row, agreed=True, note="", on=DAY, actor=town.staff, at=make.AT)
    organised.member(row.organisation, valid=(row.applied_on, None), standing="probationary")
    with pytest.raises(FoundingError, match="有 2 名正式党员"):
        founding.decide(founding=row, agreed=True, note="", on=DAY, actor=town.staff, at=make.AT)


def test_the_whole_way_ends_with_an_organisation_that_stands(town: make.Town):
    row = _with_members(town)
    told = {"actor": town.staff, "at": make.AT}
    row = founding.decide(founding=row, agreed=True, note="同意", on=DAY - dt.timedelta(days=5), **told)
    assert (row.state, row.due_on) == (Founding.State.APPROVED, dt.date(2027, 1, 18))
    row = founding.elect(founding=row, note="选出书记一名", on=DAY - dt.timedelta(days=3), **told)
    row = founding.file(
        founding=row, number="示例 1 号", founded_on=DAY - dt.timedelta(days=5), on=DAY, is_campaign=True, **told
    )
    organisation = Organisation.objects.get(pk=row.organisation_id)
    assert organisation.stands_on(DAY)
    assert organisation.is_campaign
    assert row.due_on is None
    verbs = ["founding.decide", "founding.elect", "founding.file"]
    assert [AccessLog.objects.filter(verb=verb).count() for verb in verbs] == [1, 1, 1]


def test_refusing_needs_a_reason_and_ends_the_way(town: make.Town):
    row = organised.founding(town)
    told = {"actor": town.staff, "at": make.AT, "on": DAY}
    with pytest.raises(FoundingError, match="写明原因"):
        founding.decide(founding=row, agreed=False, note="", **told)
    row = founding.decide(founding=row, agreed=False, note="条件还不成熟", **told)
    assert (row.state, row.due_on) == (Founding.State.REFUSED, None)
    with pytest.raises(FoundingError, match="现在是“不同意成立”，要先走到“已批复”才能登记选举"):
        founding.elect(founding=row, note="", **told)


def test_a_step_cannot_be_jumped_over_or_taken_before_the_last_one(town: make.Town):
    row = _with_members(town)
    told = {"actor": town.staff, "at": make.AT}
    with pytest.raises(FoundingError, match="现在是“已申请”，要先走到“已选举”才能备案"):
        founding.file(founding=row, number="", founded_on=DAY, on=DAY, is_campaign=False, **told)
    with pytest.raises(FoundingError, match="不能早于申请日期 2026-11-02"):
        founding.decide(founding=row, agreed=True, note="", on=dt.date(2026, 11, 1), **told)
    with pytest.raises(FoundingError, match="不能晚于今天"):
        founding.decide(founding=row, agreed=True, note="", on=DAY + dt.timedelta(days=1), **told)


def test_the_founding_lies_between_decision_and_filing(town: make.Town):
    row = _with_members(town, state="elected", decided_on=dt.date(2026, 11, 10), elected_on=dt.date(2026, 11, 12))
    told = {"number": "", "on": DAY, "is_campaign": False, "actor": town.staff, "at": make.AT}
    with pytest.raises(FoundingError, match="成立日期要在批复和备案之间"):
        founding.file(founding=row, founded_on=dt.date(2026, 11, 9), **told)


def test_a_step_goes_back_with_a_reason_and_the_deadline_counts_again(town: make.Town):
    row = _with_members(town, state="elected", decided_on=dt.date(2026, 11, 10), elected_on=dt.date(2026, 11, 12))
    told = {"actor": town.staff, "at": make.AT}
    with pytest.raises(FoundingError, match="写明原因"):
        founding.step_back(founding=row, reason="", **told)
    row = founding.step_back(founding=row, reason="选举要重来", **told)
    assert (row.state, row.elected_on, row.due_on) == (Founding.State.APPROVED, None, dt.date(2027, 1, 10))
    row = founding.step_back(founding=row, reason="批复写错了", **told)
    assert (row.state, row.due_on) == (Founding.State.APPLIED, dt.date(2026, 12, 2))
    with pytest.raises(FoundingError, match="没有上一步"):
        founding.step_back(founding=row, reason="再退一步", **told)
    assert _logged("founding.step_back").reason == "批复写错了"


def test_what_was_filed_goes_back_and_does_not_stand_any_more(town: make.Town):
    day = dt.date(2026, 11, 10)
    row = _with_members(town, state="filed", decided_on=day, elected_on=day, filed_on=day)
    Organisation.objects.update(founded_on=day)
    founding.step_back(founding=row, reason="备案号有误", actor=town.staff, at=make.AT)
    assert not Organisation.objects.get(pk=row.organisation_id).stands_on(DAY)


def test_a_secretary_applies_on_the_page_and_does_not_decide(town: make.Town, client: Client):
    entity = make.entity(town.first_grid)
    client.force_login(town.secretary)
    said = {
        "name": "甲乙丙贸易（示例）有限公司党支部", "kind": "enterprise", "form": "branch", "area": town.first_grid.pk,
        "units": entity.name, "on": clock.today().isoformat(), "reason": "有三名正式党员",
    }  # fmt: skip
    wrong = client.post(reverse("branches:organisation-new"), said | {"units": "没有这一家"})
    assert wrong.status_code == 422
    assert "名册里没有“没有这一家”" in wrong.content.decode()
    answer = client.post(reverse("branches:organisation-new"), said)
    row = Founding.objects.get()
    assert answer.url == reverse("branches:organisation-founding", args=[row.organisation_id])
    assert client.post(reverse("branches:founding-decide", args=[row.organisation_id]), {}).status_code == 403


def test_the_page_shows_what_is_overdue_and_who_may_take_the_next_step(town: make.Town, client: Client):
    row = organised.founding(town, due_on=clock.today() - dt.timedelta(days=2))
    page = reverse("branches:organisation-founding", args=[row.organisation_id])
    client.force_login(town.staff)
    text = client.get(page).content.decode()
    assert "超 2 天" in text
    assert "记下批复" in text
    client.force_login(town.secretary)
    assert "记下批复" not in client.get(page).content.decode()


def test_an_application_of_another_grid_is_not_there(town: make.Town, client: Client):
    row = organised.founding(town, organisation={"area": town.second_grid})
    client.force_login(town.secretary)
    assert client.post(reverse("branches:founding-elect", args=[row.organisation_id]), {}).status_code == 404


def test_whoever_was_founded_is_asked_for_the_first_committee_and_does_not_step_back_over_it(
    town: make.Town, client: Client
):
    row = organised.founding(town, state="filed", elected_on=dt.date(2026, 10, 20), filed_on=dt.date(2026, 11, 1))
    organisation = row.organisation
    organisation.founded_on = dt.date(2026, 10, 1)
    organisation.save()
    client.force_login(town.staff)
    page = reverse("branches:organisation-founding", args=[organisation.pk])
    elect = reverse("branches:committee-elect", args=[organisation.pk])
    assert elect in client.get(page).content.decode()
    assert 'value="2026-10-20"' in client.get(elect).content.decode()
    organised.committee(organisation, "secretary")
    assert "登记第一届班子" not in client.get(page).content.decode()
    with pytest.raises(FoundingError, match="撤销选举的登记"):
        founding.step_back(founding=row, reason="登记错了", actor=town.staff, at=make.AT)


def test_an_application_that_begins_at_an_enterprise_is_filled_in_for_those_who_see_it(town: make.Town, client: Client):
    place = make.place(town.first_grid, road="望桥路", number="41号", address="望桥路41号", address_key="望桥路41号")
    unit = make.entity(town.first_grid, place=place, name="甲乙丙贸易（示例）有限公司")
    for _ in range(3):
        make.worker(unit, standing="member")
    url = reverse("branches:organisation-new")
    client.force_login(town.secretary)
    form = client.get(url, {"unit": unit.pk}).context["form"]
    assert form["name"].value() == "甲乙丙贸易（示例）有限公司党支部"
    assert form["units"].value() == unit.name
    assert form["place"].value() == "望桥路 41 号"
    assert form["reason"].value() == "已知党员 3 名，没有自己的或联合的党支部"
    far = make.entity(town.second_grid, name="别处贸易（示例）有限公司")
    for code in (str(far.pk), "not-an-id"):
        assert "别处贸易" not in client.get(url, {"unit": code}).content.decode()


def test_the_units_of_what_is_filed_are_its_own_that_day_and_go_back_with_it(town: make.Town):
    block = organised.organisation(town, kind="street_block", founded_on=dt.date(2025, 1, 1))
    unit = make.entity(town.first_grid, place=make.place(town.first_grid))
    since = DAY - dt.timedelta(days=90)
    charges.assign(organisation=block, pieces=[charges.Piece(unit.place_id)], since=since, actor=None, at=make.AT)
    coverings.cover(
        entity=unit, way="street_block", organisation=block, since=since, source="derived", actor=None, at=make.AT
    )
    row = organised.founding(town, state="elected", decided_on=DAY, elected_on=DAY)
    OrganisationUnit.objects.create(
        street=town.street, organisation=row.organisation, entity=unit, valid=(DAY - dt.timedelta(days=9), None)
    )
    told = {"actor": town.staff, "at": make.AT}
    founding.file(founding=row, number="", founded_on=DAY, on=DAY, is_campaign=False, **told)
    held = coverings.current(unit, DAY)
    assert (held.way, held.organisation) == ("single", row.organisation)
    assert coverings.current(unit, DAY - dt.timedelta(days=1)).organisation == block
    founding.step_back(founding=row, reason="备案登错了一家", **told)
    assert coverings.current(unit, DAY).organisation == block
