"""The talent pool: joining with consent, correcting, renewing, showing a number, and leaving without a trace of the person."""

from __future__ import annotations

import datetime as dt
import uuid
from urllib.parse import urlencode

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from branches.models import HelpRequest, Talent, TalentNotice
from branches.people import helping, leaving, pool, talents
from shimen.audit.models import AccessLog
from shimen.errors import DomainError
from shimen.figures.values import values
from shimen.outbox.models import Job
from shimen.privacy import retention
from shimen.privacy.models import Erasure
from tests import make, people

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def _last(verb: str) -> AccessLog:
    return AccessLog.objects.filter(verb=verb).latest("sequence")


def test_a_person_is_kept_sealed_with_the_version_they_agreed_to(town):
    row = people.talent(town, name="赵甲一", phone="19900000017")
    assert (row.name_mask, row.phone_mask) == ("赵**", "199****0017")
    assert talents.opened(row, "name_sealed") == "赵甲一"
    consent = row.consents.get()
    assert (consent.notice.number, consent.given_on, consent.recorded_by) == (1, make.TODAY - 30 * DAY, town.staff)
    assert _last("talents.register").after["version"] == 1
    assert "赵甲一" not in str(_last("talents.register").__dict__)


def test_the_registry_s_own_person_is_recognised_by_the_number(town):
    shop = make.entity(town.first_grid)
    worker = make.worker(shop, phone_index=bytes(talents.sealing.phone_index("19900000017") or b""))
    assert people.talent(town, phone="19900000017", entity=shop).worker == worker


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"name": "赵"}, "name", "至少两个字"),
        ({"name": "赵甲1"}, "name", "数字"),
        ({"phone": ""}, "phone", "还没写电话"),
        ({"phone": "1990"}, "phone", "看不出是电话"),
        ({"fields": []}, "fields", "至少选一个"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(town, given, field, words):
    with pytest.raises(DomainError, match=words) as refused:
        people.talent(town, **given)
    assert refused.value.field == field


def test_nobody_agrees_tomorrow_nor_before_there_was_a_notice_nor_too_long_ago(town):
    people.notice(town.street, retention_days=90)
    for on, words in (
        (make.TODAY + DAY, "今天以后"),
        (dt.date(2025, 12, 1), "还没有发布"),
        (make.TODAY - 91 * DAY, "保存期"),
    ):
        with pytest.raises(talents.TalentError, match=words):
            people.talent(town, consented_on=on)


def test_a_number_stands_once_in_the_pool(town):
    people.talent(town, phone="19900000017")
    with pytest.raises(talents.TalentError, match="已在能人库"):
        people.talent(town, phone="199 0000 0017")


def test_the_database_refuses_a_number_twice_even_when_nobody_looked(town):
    one, other = people.talent(town), people.talent(town)
    with pytest.raises(IntegrityError, match="talent_once_by_phone"), transaction.atomic():
        Talent.objects.filter(pk=other.pk).update(phone_index=one.phone_index)


def test_a_correction_without_a_number_leaves_the_number(town):
    row = people.talent(town, phone="19900000017")
    said = people.said(town.street, name="", phone="", skill="会修缝纫机（示例）")
    done = talents.correct(talent=row, said=said, area=town.first_grid, actor=town.staff, at=make.AT)
    assert (done.phone_mask, done.name_mask) == ("199****0017", row.name_mask)
    assert talents.opened(done, "name_sealed") == "试某能"
    assert _last("talents.correct").after == {"skill": "会修缝纫机（示例）"}


def test_a_consent_is_renewed_by_a_later_one(town):
    row = people.talent(town)
    done = talents.renew(talent=row, consented_on=make.TODAY, actor=town.secretary, at=make.AT)
    assert list(row.consents.filter(withdrawn_at=None)) == [done]
    with pytest.raises(talents.TalentError, match="要在那以后"):
        talents.renew(talent=row, consented_on=make.TODAY, actor=town.secretary, at=make.AT)
    assert _last("talents.renew").actor == town.secretary


def test_name_and_number_are_shown_for_a_reason_that_is_kept(town):
    row = people.talent(town, name="赵甲一", phone="19900000017")
    with pytest.raises(talents.TalentError, match="至少 4 个字"):
        talents.reveal(talent=row, reason="看", actor=town.staff, at=make.AT)
    assert talents.reveal(talent=row, reason="请他帮忙看租约", actor=town.staff, at=make.AT) == (
        "赵甲一",
        "19900000017",
    )
    line = _last("branches.revealed")
    assert (line.actor, line.reason, line.after) == (town.staff, "请他帮忙看租约", {"field": "name, phone"})


def test_taking_the_consent_back_ends_it_at_once_and_leaves_a_trace_without_a_name(town):
    row = people.talent(town, name="赵甲一")
    request = people.asked(row, town)
    with pytest.raises(talents.TalentError, match="至少 4 个字"):
        leaving.withdraw(talent=row, actor=town.staff, at=make.AT, reason="要求")
    leaving.withdraw(talent=row, actor=town.staff, at=make.AT, reason="本人来电要求")
    assert values(street=town.street, on=make.TODAY, keys=["talents"])["talents"].number == 0
    request.refresh_from_db()
    assert request.state == HelpRequest.State.CANCELLED
    leaving.erase_job(job=Job.objects.get(kind=leaving.KIND), at=make.AT)
    row.refresh_from_db()
    assert (row.state, row.name_sealed, row.phone_index, row.name_mask, row.skill) == ("deleted", None, None, "", "")
    trace = Erasure.objects.get()
    assert (trace.cause, trace.rows, trace.done_at, trace.handled_by) == ("asked", 1, make.AT, town.staff)
    assert "姓名" in trace.what
    assert leaving.withdraw(talent=row, actor=None, at=make.AT).state == "deleted"
    with pytest.raises(talents.TalentError, match="已经撤回"):
        talents.reveal(talent=row, reason="打电话请他", actor=town.staff, at=make.AT)


def test_the_same_number_may_come_back_after_leaving(town):
    row = people.talent(town, phone="19900000017")
    leaving.withdraw(talent=row, actor=None, at=make.AT)
    assert people.talent(town, phone="19900000017").state == Talent.State.STANDING


def test_what_was_not_renewed_is_let_go_of_by_itself(town):
    people.notice(town.street, retention_days=100)
    old = people.talent(town, consented_on=make.TODAY - 60 * DAY)
    new = people.talent(town, consented_on=make.TODAY - DAY)
    done = retention.run(street=town.street, on=make.TODAY + 40 * DAY, at=make.AT)
    old.refresh_from_db()
    new.refresh_from_db()
    assert done["talent.lapsed"] == 1
    assert (old.state, new.state) == ("deleted", "standing")
    assert Erasure.objects.get(label__startswith="能人库").rows == 1


def test_a_person_who_writes_of_themselves_waits_and_holds_a_receipt(town):
    pk = uuid.uuid4()
    notice = people.notice(town.street)
    for _ in range(2):
        row = talents.join(
            id=pk, street=town.street, said=people.said(town.street, phone="19900000017"), notice=notice, at=make.AT
        )
    assert (Talent.objects.count(), row.state, row.area) == (1, "waiting", None)
    assert talents.find(talents.receipt_of(pk)) == row
    assert talents.find("ABC") is None
    done = talents.take_in(talent=row, area=town.first_grid, actor=town.staff, at=make.AT)
    assert (done.state, done.area) == ("standing", town.first_grid)
    with pytest.raises(talents.TalentError, match="不能这样处理"):
        talents.take_in(talent=row, area=None, actor=town.staff, at=make.AT)


def test_what_was_asked_tells_a_story_and_can_be_taken_up_again(town):
    row = people.talent(town)
    request = people.asked(row, town)
    note = {"request": request, "actor": town.secretary, "at": make.AT}
    helping.note(state="agreed", outcome="周六来看", **note)
    with pytest.raises(helping.HelpError, match="写一句"):
        helping.note(state="done", outcome="", **note)
    done = helping.note(state="done", outcome="看过租约，改了两条", **note)
    assert (done.closed_by, done.is_open) == (town.secretary, False)
    with pytest.raises(helping.HelpError, match="不能改成这样"):
        helping.note(state="declined", outcome="", **note)
    assert helping.reopen(request=request, actor=town.staff, at=make.AT).state == "asked"
    assert _last("talents.note_help").after == {"state": "已帮忙"}


def test_nobody_is_asked_for_what_they_did_not_offer_nor_for_yesterday(town):
    row = people.talent(town)
    with pytest.raises(helping.HelpError, match="没有说能帮"):
        people.asked(row, town, field=people.help_field(town.street, "摄影"))
    with pytest.raises(helping.HelpError, match="已经过去"):
        people.asked(row, town, wanted_on=make.TODAY - DAY)


def test_a_field_is_renamed_retired_and_comes_back(town):
    field = people.help_field(town.street, "维修")
    pool.rename_field(field=field, name="家电维修", actor=town.staff, at=make.AT)
    pool.retire_field(field=field, actor=town.staff, at=make.AT)
    with pytest.raises(pool.PoolError, match="已经停用"):
        pool.retire_field(field=field, actor=town.staff, at=make.AT)
    assert pool.add_field(street=town.street, name="家电维修", actor=town.staff, at=make.AT).pk == field.pk
    with pytest.raises(pool.PoolError, match="已有这个领域"):
        pool.add_field(street=town.street, name="家电维修", actor=town.staff, at=make.AT)
    other = people.help_field(town.street, "摄影")
    with pytest.raises(pool.PoolError, match="已有这个领域"):
        pool.rename_field(field=other, name="家电维修", actor=town.staff, at=make.AT)


def test_a_published_notice_is_never_changed(town):
    first = people.notice(town.street)
    with pytest.raises(pool.PoolError, match="没有改动"):
        people.notice(town.street)
    assert people.notice(town.street, retention_days=365).number == first.number + 1
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        TalentNotice.objects.filter(pk=first.pk).update(purpose="别的")


# ---- the pages


def test_somebody_is_entered_found_by_field_and_shown_masked(client, town):
    people.notice(town.street)
    field, shop = people.help_field(town.street, "维修"), make.entity(town.first_grid)
    client.force_login(town.secretary)
    form = {"name": "田甲一", "phone": "19900000017", "group": "private", "fields_": [field.pk], "area": town.first_grid.pk,
            "workplace": shop.name, "times": ["evening"], "consented_on": "2026-11-01"}  # fmt: skip
    assert client.post(reverse("branches:talent-new"), {**form, "consented_on": "2027-01-01"}).status_code == 422
    answer = client.post(reverse("branches:talent-new"), form)
    row = Talent.objects.get()
    assert answer.url == reverse("branches:talent", args=[row.pk])
    assert (row.entity, row.workplace) == (shop, "")
    page = client.get(reverse("branches:talents"), {"field": field.pk, "grid": town.first_grid.pk}).content.decode()
    assert "田**" in page
    assert "田甲一" not in page
    assert "19900000017" not in page
    assert "没有符合的人" in client.get(reverse("branches:talents"), {"q": "没有这样的"}).content.decode()
    assert _last("branches.seen").actor == town.secretary


def test_a_secretary_neither_sees_nor_enters_people_of_other_grids(client, town):
    other = people.talent(town, area=town.second_grid)
    client.force_login(town.secretary)
    assert client.get(reverse("branches:talent", args=[other.pk])).status_code == 404
    assert other.name_mask not in client.get(reverse("branches:talents")).content.decode()
    field = people.help_field(town.street)
    form = {"name": "赵甲一", "phone": "19900000018", "group": "private", "fields_": [field.pk], "area": town.second_grid.pk,
            "consented_on": "2026-11-01"}  # fmt: skip
    assert client.post(reverse("branches:talent-new"), form).status_code == 422


def test_the_export_holds_masks_and_says_what_it_is_for(client, town):
    people.talent(town, name="赵甲一", phone="19900000017")
    client.force_login(town.staff)
    url = reverse("branches:talents-export")
    assert client.post(url, {"purpose": "", "kind": "csv"}).status_code == 422
    assert "申请已经交上去" in client.post(url, {"purpose": "核对能人库", "kind": "csv"}).content.decode()
    make.approve_exports(town)
    file = client.post(url, {"purpose": "核对能人库", "kind": "csv"}).content.decode("utf-8-sig")
    assert "199****0017" in file
    assert "19900000017" not in file
    assert "用途：核对能人库" in file
    assert _last("branches.exported").reason.startswith("核对能人库（")


def test_a_list_costs_the_same_however_many_people_are_in_it(client, town):
    client.force_login(town.staff)
    people.talent(town)
    client.get(reverse("branches:talents"))
    with make.counting() as few:
        client.get(reverse("branches:talents"))
    for _ in range(6):
        people.talent(town, entity=make.entity(town.first_grid))
    with make.counting() as many:
        client.get(reverse("branches:talents"))
    assert len(few) == len(many)


FORM = "application/x-www-form-urlencoded"


def _send(client, url, given):
    """As a browser sends a form without files."""
    return client.post(url, urlencode(given, doseq=True), content_type=FORM)


def test_a_person_writes_themselves_in_without_signing_in_and_takes_it_back_by_number(client, town):
    url = reverse("branches:talent-join", args=[people.with_notice(town.street).code])
    field = people.help_field(town.street)
    page = client.get(url)
    given = {
        "pass": page.context["pass"],
        "name": "田甲一",
        "phone": "19900000017",
        "group": "private",
        "fields_": [field.pk],
    }
    assert _send(client, url, given).status_code == 422
    assert _send(client, url, {**given, "agrees": "1", "pass": "x"}).status_code == 422
    done = _send(client, url, {**given, "agrees": "1"})
    row = Talent.objects.get()
    number = talents.receipt_of(row.pk)
    assert (done.status_code, row.state, row.way) == (200, "waiting", "self")
    assert number in done.content.decode()
    assert not client.cookies
    back = reverse("branches:talent-receipt")
    assert _send(client, back, {"number": "2345"}).status_code == 422
    assert "田**" in _send(client, back, {"number": number}).content.decode()
    assert "正在删除" in _send(client, back, {"number": number, "step": "withdraw"}).content.decode()
    assert Erasure.objects.get().cause == "withdrawn"


def test_there_is_nothing_to_write_into_where_no_notice_is_published(client, town):
    assert client.get(reverse("branches:talent-join", args=[town.street.code])).status_code == 404
    assert client.get(reverse("branches:talent-join", args=["没有"])).status_code == 404
