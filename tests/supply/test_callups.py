"""Calling volunteers up: for a time to come, answered by number without telling who is on the roster, and who came."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from shimen.audit.models import AccessLog
from supply.models import CallAnswer, CallUp, Volunteer
from supply.volunteers import calling
from tests import make, stands

pytestmark = pytest.mark.django_db
AT, DAY, HOUR = make.AT, dt.timedelta(days=1), dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("wish", "field", "words"),
    [
        ({"starts_at": AT - HOUR, "ends_at": AT + HOUR}, "starts_at", "已经过去"),
        ({"ends_at": AT + DAY - HOUR}, "ends_at", "晚于开始"),
        ({"ends_at": AT + 3 * DAY}, "ends_at", "最长 24 小时"),
        ({"wanted": 0}, "wanted", "人数"),
        ({"title": "雪"}, "title", "2 到 60"),
        ({"location": " "}, "location", "集合"),
    ],
)
def test_a_call_up_that_makes_no_sense_is_refused_at_its_field(town, wish, field, words):
    with pytest.raises(calling.CallError, match=words) as refused:
        stands.call(town, **wish)
    assert refused.value.field == field
    assert not CallUp.objects.exists()


def test_what_it_is_for_is_kept_by_its_kind_id_and_title(town):
    subject = calling.Subject("matter", uuid.uuid4(), "路口积雪")
    row = calling.call(street=town.street, said=stands.call_said(), subject=subject, actor=town.staff, at=AT)
    assert list(CallUp.objects.of(subject.id)) == [row]
    assert AccessLog.objects.get(verb="volunteers.call").after["subject"] == "路口积雪"


def test_those_whom_it_fits_are_found_by_work_help_and_grid(town):
    one = stands.volunteer(town, group="rider", helps=["rescue"])
    stands.volunteer(town, group="courier", helps=["rescue"])
    stands.volunteer(town, group="rider", helps=["event"])
    stands.volunteer(town, group="rider", helps=["rescue"], area=town.second_grid)
    call = stands.call(town, groups=["rider"], helps=["rescue", "order"], area=town.first_grid)
    assert list(Volunteer.objects.fitting(call)) == [one]


def test_a_known_and_an_unknown_number_are_answered_alike(town, client, settings):
    settings.SHIMEN_NOW = AT
    row, call = stands.volunteer(town, phone="19900000017"), stands.call(town)
    address = reverse("supply:callup-door", args=[call.token])
    assert not client.get(address).cookies
    known = stands.send(client, address, {"phone": "199 0000 0017", "comes": "yes"})
    unknown = stands.send(client, address, {"phone": "19900000099", "comes": "yes"})
    assert known.content == unknown.content
    assert [(answer.volunteer, answer.state) for answer in CallAnswer.objects.all()] == [(row, "accepted")]
    stands.send(client, address, {"phone": "19900000017", "comes": "no"})
    assert CallAnswer.objects.get().state == "declined"
    assert stands.send(client, address, {"phone": "12", "comes": "yes"}).status_code == 422
    assert not AccessLog.objects.filter(verb="volunteers.answer").exclude(origin="").exists()


def test_who_came_is_written_down_once_it_has_begun_and_corrected_later(town):
    people = [stands.volunteer(town) for _ in range(3)]
    call = stands.call(town)
    for one in people:
        calling.answer(call=call, volunteer=one, comes=True, actor=town.staff, at=AT)
    among = [one.pk for one in people]
    came = {people[0].pk: Decimal("2"), people[1].pk: Decimal("1.5")}
    with pytest.raises(calling.CallError, match="才开始"):
        calling.close(call=call, came=came, among=among, actor=town.staff, at=AT)
    with pytest.raises(calling.CallError, match="0 和 24"):
        calling.close(call=call, came={people[0].pk: Decimal(25)}, among=among, actor=town.staff, at=AT + 2 * DAY)
    calling.close(call=call, came=came, among=among, actor=town.staff, at=AT + 2 * DAY)
    found = CallUp.objects.with_counts().get()
    assert (found.state, found.came, found.hours, found.agreed) == ("closed", 2, Decimal("3.5"), 3)
    calling.close(call=call, came={people[2].pk: Decimal(2)}, among=among, actor=town.staff, at=AT + 2 * DAY)
    found = CallUp.objects.with_counts().get()
    assert (found.came, found.hours) == (1, Decimal(2))
    with pytest.raises(calling.CallError, match="已经结束"):
        calling.answer(call=call, volunteer=people[0], comes=True, actor=town.staff, at=AT + 2 * DAY)


def test_a_secretary_s_list_leaves_the_others_people_alone(town, client, settings):
    settings.SHIMEN_NOW = AT + 2 * DAY
    here, there = stands.volunteer(town), stands.volunteer(town, area=town.second_grid)
    call = stands.call(town)
    for one in (here, there):
        calling.answer(call=call, volunteer=one, comes=True, actor=town.staff, at=AT)
    calling.close(call=call, came={there.pk: Decimal(2)}, among=[there.pk], actor=town.staff, at=AT + 2 * DAY)
    client.force_login(town.secretary)
    form = {"came": [here.pk, there.pk], f"hours-{here.pk}": "1.5", f"hours-{there.pk}": "9"}
    assert client.post(reverse("supply:callup-close", args=[call.pk]), form).status_code == 302
    hours = dict(CallAnswer.objects.values_list("volunteer", "hours"))
    assert hours == {here.pk: Decimal("1.5"), there.pk: Decimal("2.0")}
    wrong = client.post(reverse("supply:callup-close", args=[call.pk]), {"came": [here.pk], f"hours-{here.pk}": "很久"})
    assert wrong.status_code == 422
    assert "小时写数字" in wrong.content.decode()


def test_what_has_begun_is_not_changed_and_what_is_cancelled_not_answered(town, client, settings):
    settings.SHIMEN_NOW = AT
    call = stands.call(town)
    moved = calling.change(call=call, said=stands.call_said(wanted=9), actor=town.staff, at=AT)
    assert moved.wanted == 9
    with pytest.raises(calling.CallError, match="不能再改"):
        calling.change(call=call, said=stands.call_said(), actor=town.staff, at=AT + 2 * DAY)
    with pytest.raises(calling.CallError, match="至少 4 个字"):
        calling.cancel(call=call, reason="雨", actor=town.staff, at=AT)
    calling.cancel(call=call, reason="下雨改期", actor=town.staff, at=AT)
    with pytest.raises(calling.CallError, match="已取消"):
        calling.cancel(call=call, reason="下雨改期", actor=town.staff, at=AT)
    page = client.get(reverse("supply:callup-door", args=[call.token])).content.decode()
    assert "下雨改期" in page
    answer = stands.send(
        client, reverse("supply:callup-door", args=[call.token]), {"phone": "19900000017", "comes": "yes"}
    )
    assert "取消了" in answer.content.decode()


def test_a_call_up_is_made_from_the_page_for_something_of_another_app(town, client, settings):
    settings.SHIMEN_NOW = AT
    client.force_login(town.secretary)
    subject = uuid.uuid4()
    address = reverse("supply:callup-new") + f"?kind=activity&subject={subject}&title=示例市集"
    form = {
        "title": "搬桌椅", "location": "示例路 1 号", "day": "2026-11-24", "starts": "08:30", "ends": "11:00", "wanted": "6",
    }  # fmt: skip
    past = client.post(address, form | {"day": "2026-11-20"})
    assert past.status_code == 422
    assert "已经过去" in past.content.decode()
    assert client.post(address, form).status_code == 302
    row = CallUp.objects.get()
    assert (row.subject_id, row.subject_title, row.made_by) == (subject, "示例市集", town.secretary)
