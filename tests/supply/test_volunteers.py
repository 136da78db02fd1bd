"""The roster of volunteers: joining with consent, being kept sealed, renewing, leaving without a trace of the person."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from shimen.audit.models import AccessLog
from shimen.errors import DomainError
from shimen.figures.values import values
from shimen.outbox.models import Job
from shimen.privacy import retention
from shimen.privacy.models import Erasure
from supply.coupons import issuing
from supply.models import CallAnswer, Volunteer, VolunteerNotice
from supply.volunteers import calling, leaving, notices, roster
from tests import make, stands

pytestmark = pytest.mark.django_db
AT, DAY = make.AT, dt.timedelta(days=1)


def _last(verb: str) -> AccessLog:
    return AccessLog.objects.filter(verb=verb).latest("sequence")


def test_a_person_is_kept_sealed_with_the_version_they_agreed_to(town):
    row = stands.volunteer(town, name="赵甲一", phone="19900000017")
    assert (row.name_mask, row.phone_mask, row.notice.number) == ("赵**", "199****0017", 1)
    assert roster.opened(row, "name_sealed") == "赵甲一"
    assert "赵甲一" not in str(_last("volunteers.register").__dict__)
    assert values(street=town.street, on=make.TODAY, keys=["volunteers"])["volunteers"].number == 1


@pytest.mark.parametrize(
    ("wish", "field", "words"),
    [
        ({"name": "赵"}, "name", "至少两个字"),
        ({"name": "赵甲1"}, "name", "数字"),
        ({"phone": ""}, "phone", "还没写电话"),
        ({"phone": "1990"}, "phone", "看不出是电话"),
        ({"group": "x"}, "group", "哪一行"),
        ({"helps": []}, "helps", "至少选一样"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(town, wish, field, words):
    with pytest.raises(DomainError, match=words) as refused:
        stands.volunteer(town, **wish)
    assert refused.value.field == field


def test_nobody_agrees_tomorrow_nor_before_there_was_a_notice_nor_too_long_ago(town):
    stands.notice(town.street, retention_days=90)
    for on, words in (
        (make.TODAY + DAY, "今天以后"),
        (dt.date(2025, 12, 1), "还没有发布"),
        (make.TODAY - 91 * DAY, "保存期"),
    ):
        with pytest.raises(roster.VolunteerError, match=words):
            stands.volunteer(town, consented_on=on)


def test_a_number_stands_once_on_the_roster_even_when_nobody_looked(town):
    one = stands.volunteer(town, phone="19900000017")
    with pytest.raises(roster.VolunteerError, match="已经登记过"):
        stands.volunteer(town, phone="199 0000 0017")
    other = stands.volunteer(town)
    with pytest.raises(IntegrityError, match="volunteer_once_by_phone"), transaction.atomic():
        Volunteer.objects.filter(pk=other.pk).update(phone_index=one.phone_index)


def test_a_correction_leaves_what_was_left_empty(town):
    row = stands.volunteer(town, phone="19900000017")
    said = stands.volunteer_said(name="", phone="", group="courier", area=town.second_grid)
    done = roster.correct(volunteer=row, said=said, actor=town.staff, at=AT)
    assert (done.phone_mask, done.name_mask, done.group) == ("199****0017", row.name_mask, "courier")
    assert _last("volunteers.correct").after["group"] == "快递员"


def test_a_consent_is_renewed_by_a_later_one(town):
    row = stands.volunteer(town)
    assert roster.renew(volunteer=row, consented_on=make.TODAY, actor=town.staff, at=AT).consented_on == make.TODAY
    with pytest.raises(roster.VolunteerError, match="要在那以后"):
        roster.renew(volunteer=row, consented_on=make.TODAY, actor=town.staff, at=AT)


def test_name_and_number_are_shown_for_a_reason_that_is_kept(town):
    row = stands.volunteer(town, name="赵甲一", phone="19900000017")
    with pytest.raises(roster.VolunteerError, match="至少 4 个字"):
        roster.reveal(volunteer=row, reason="看", actor=town.staff, at=AT)
    shown = roster.reveal(volunteer=row, reason="打电话约时间", actor=town.staff, at=AT)
    assert shown == ("赵甲一", "19900000017")
    assert _last("supply.revealed").reason == "打电话约时间"


def test_leaving_empties_the_row_and_leaves_a_trace_without_a_name(town):
    row = stands.volunteer(town, name="赵甲一")
    came = stands.call(town, starts_at=AT + DAY / 24, ends_at=AT + DAY / 12)
    ahead = stands.call(town)
    for call in (came, ahead):
        calling.answer(call=call, volunteer=row, comes=True, actor=town.staff, at=AT)
    calling.close(call=came, came={row.pk: Decimal(1)}, among=[row.pk], actor=town.staff, at=AT + DAY)
    coupon = _coupon(town, row)
    with pytest.raises(roster.VolunteerError, match="至少 4 个字"):
        leaving.withdraw(volunteer=row, actor=town.staff, at=AT, reason="要求")
    leaving.withdraw(volunteer=row, actor=town.staff, at=AT, reason="本人来电要求")
    leaving.erase_job(job=Job.objects.get(kind=leaving.KIND), at=AT)
    row.refresh_from_db()
    assert (row.state, row.name_sealed, row.phone_index, row.name_mask, row.helps) == ("deleted", None, None, "", [])
    assert [answer.state for answer in CallAnswer.objects.all()] == ["came"]
    coupon.refresh_from_db()
    assert (coupon.volunteer, coupon.state) == (None, "issued")
    trace = Erasure.objects.get()
    assert (trace.cause, trace.rows, trace.handled_by) == ("asked", 1, town.staff)
    assert leaving.withdraw(volunteer=row, actor=None, at=AT).state == "deleted"
    with pytest.raises(roster.VolunteerError, match="已经退出"):
        roster.reveal(volunteer=row, reason="打电话请他", actor=town.staff, at=AT)
    assert stands.volunteer(town, name="赵甲一").state == Volunteer.State.STANDING


def _coupon(town, row):
    batch = stands.batch(town, audience="volunteers")
    issuing.issue_to(batch=batch, people=[row], actor=town.staff, at=AT)
    return batch.coupons.get()


def test_what_was_not_renewed_or_not_looked_at_is_let_go_of_by_itself(town):
    notice = stands.notice(town.street, retention_days=100)
    old = stands.volunteer(town, consented_on=make.TODAY - 60 * DAY)
    new = stands.volunteer(town, consented_on=make.TODAY - DAY)
    waits = roster.join(id=uuid.uuid4(), street=town.street, said=stands.volunteer_said(), notice=notice, at=AT)
    assert retention.run(street=town.street, on=make.TODAY + 40 * DAY, at=AT)["volunteer.lapsed"] == 2
    for row, state in ((old, "deleted"), (new, "standing"), (waits, "deleted")):
        row.refresh_from_db()
        assert row.state == state
    done = retention.run(street=town.street, on=make.TODAY + 4 * 365 * DAY, at=AT)
    assert done["volunteer.proof"] == 3


def test_a_published_notice_stands(town):
    row = stands.notice(town.street)
    with pytest.raises(notices.NoticeError, match="没有改动"):
        notices.publish(
            street=town.street,
            values=notices.first_draft(town.street) | {"contact": stands.CONTACT},
            actor=town.staff,
            at=AT,
        )
    with pytest.raises(Exception, match=r"(?i)cannot|protect"), transaction.atomic():
        VolunteerNotice.objects.filter(pk=row.pk).update(purpose="别的")


# ---- pages


def _form(page, **given):
    return {
        "pass": page.context["pass"], "name": "示例骑", "phone": "19900000018", "group": "rider", "helps": ["errand"],
        "agrees": "1",
    } | given  # fmt: skip


def test_somebody_writes_themselves_in_and_out_again(town, client, settings):
    settings.SHIMEN_NOW = AT
    stands.notice(town.street)
    address = reverse("supply:volunteer-join", args=[town.street.code])
    page = client.get(address)
    assert not page.cookies
    refused = stands.send(client, address, _form(page, agrees=""))
    assert refused.status_code == 422
    assert "勾选才能提交" in refused.content.decode()
    assert not Volunteer.objects.exists()
    form = _form(page)
    done = stands.send(client, address, form)
    number = done.context["receipt"]
    assert stands.send(client, address, form).context["receipt"] == number
    row = Volunteer.objects.get()
    assert (row.state, row.is_self_registered, _last("volunteers.join").origin) == ("waiting", True, "")
    again = client.get(address)
    known = stands.send(client, address, _form(again))
    assert known.status_code == 422
    client.force_login(town.staff)
    taken = client.post(reverse("supply:volunteer-take-in", args=[row.pk]), {"area": town.first_grid.pk})
    assert taken.status_code == 302
    client.logout()
    receipt = reverse("supply:volunteer-receipt")
    assert "没有这个查询码" in stands.send(client, receipt, {"number": "2222222222"}).content.decode()
    seen = stands.send(client, receipt, {"number": number}).content.decode()
    assert "在册" in seen
    assert "示**" in seen
    assert "已退出，正在删除" in stands.send(client, receipt, {"number": number, "step": "withdraw"}).content.decode()
    assert Volunteer.objects.get().state == "withdrawn"


def test_a_volunteer_finds_coupons_behind_the_receipt_number(town, client, settings):
    settings.SHIMEN_NOW = AT
    notice = stands.notice(town.street)
    form = uuid.uuid4()
    row = roster.join(id=form, street=town.street, said=stands.volunteer_said(), notice=notice, at=AT)
    roster.take_in(volunteer=row, area=town.first_grid, actor=town.staff, at=AT)
    row.refresh_from_db()
    coupon = _coupon(town, row)
    page = stands.send(
        client, reverse("supply:volunteer-receipt"), {"number": roster.receipt_of(form)}
    ).content.decode()
    assert issuing.page_token(coupon) in page


def test_a_secretary_sees_her_grid_s_people_and_that_she_looked_is_kept(town, client, settings):
    settings.SHIMEN_NOW = AT
    here = stands.volunteer(town)
    there = stands.volunteer(town, area=town.second_grid)
    client.force_login(town.secretary)
    page = client.get(reverse("supply:volunteers")).content.decode()
    assert here.phone_mask in page
    assert str(there.pk) not in page
    assert client.get(reverse("supply:volunteer", args=[there.pk])).status_code == 404
    assert (
        client.post(reverse("supply:volunteer-reveal", args=[there.pk]), {"reason": "打电话约时间"}).status_code == 404
    )
    assert _last("supply.seen").actor == town.secretary
    client.force_login(town.visitor)
    assert client.get(reverse("supply:volunteers")).status_code == 403


def test_the_export_is_masked_and_names_its_purpose(town, client, settings):
    settings.SHIMEN_NOW = AT
    stands.volunteer(town, name="赵甲一", phone="19900000017")
    client.force_login(town.staff)
    text = client.post(
        reverse("supply:volunteers-export"), {"purpose": "核对志愿者名册", "kind": "csv"}
    ).content.decode("utf-8-sig")
    assert "199****0017" in text
    assert "赵甲一" not in text
    assert "19900000017" not in text


def test_the_list_costs_the_same_however_many_people_there_are(town, client, settings, django_assert_max_num_queries):
    settings.SHIMEN_NOW = AT
    for _ in range(8):
        stands.volunteer(town)
    client.force_login(town.staff)
    client.get(reverse("supply:volunteers"))
    with django_assert_max_num_queries(25):
        client.get(reverse("supply:volunteers"))
