"""The page of a list of people: upload, what is shown masked, deciding, applying, undoing, and who may not."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coverage.comparison import batches
from coverage.comparison.people import write
from coverage.models import Batch, PersonDifference, Worker
from shimen import clock
from shimen.audit.models import AccessLog
from shimen.privacy import retention
from tests import make
from tests.comparison import lists, steps

pytestmark = pytest.mark.django_db

WU, ZHENG = "吴己六", "郑辛九"
ONE, TWO = "19900000017", "19900000025"


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def shop(town):
    return steps.shop(town.first_grid, 1)


@pytest.fixture
def department(town):
    return steps.department(town.street)


@pytest.fixture
def batch(department, shop):
    lists.worker(shop, WU, ONE, by=department)
    return lists.compare(department, [lists.row(1, WU, TWO), lists.row(1, ZHENG, "19900000033")])


def page(client, user, batch, **query):
    client.force_login(user)
    return client.get(reverse("coverage:batch-people", args=[batch.pk]), query)


def test_an_uploaded_list_is_kept_sealed_and_promised_to_be_compared(client, town, department, shop):
    client.force_login(town.data_admin)
    file = SimpleUploadedFile("名单.csv", lists.content([lists.row(1, WU, ONE)]))
    form = {"department": department.pk, "as_of": make.TODAY.isoformat(), "subject": "people", "file": file}
    answer = client.post(reverse("coverage:compare"), form)
    batch = Batch.objects.get()
    assert (batch.subject, batch.state) == ("people", "reading")
    assert answer.url == reverse("coverage:batch", args=[batch.pk])
    assert client.get(answer.url).url == reverse("coverage:batch-people", args=[batch.pk])
    assert bytes(batch.file.sealed)


def test_names_and_numbers_are_masked_and_looking_is_kept(client, town, batch):
    told = page(client, town.data_admin, batch).content.decode()
    assert "吴**" in told
    assert "199****0025" in told
    for clear in (WU, ZHENG, ONE, TWO):
        assert clear not in told
    assert "“身份证号”没有读" in told
    assert AccessLog.objects.filter(actor_id=town.data_admin.pk).exists()


def test_the_six_steps_of_a_batch_say_what_is_still_missing(client, town, batch):
    told = page(client, town.data_admin, batch).content.decode()
    assert re.search(r'aria-current="step">.*?确认 <span class="chip y">还有 1 行', told)
    write.apply(batch=batch, actor=town.data_admin, at=make.AT, leave_doubt=True)
    assert re.search(r'aria-current="step">.*?回执</li>', page(client, town.data_admin, batch).content.decode())


def test_a_filter_by_kind_is_kept_in_the_address(client, town, batch):
    told = page(client, town.staff, batch, kind="new").content.decode()
    assert "郑**" in told
    assert "吴**" not in told


def test_who_may_not_see_workers_of_the_street_does_not_see_the_list(client, town, batch):
    assert page(client, town.visitor, batch).status_code == 403
    assert page(client, make.town().data_admin, batch).status_code == 404


def test_staff_look_and_do_not_decide(client, town, batch):
    told = page(client, town.staff, batch).content.decode()
    assert "不采用</button>" not in told
    row = batch.people.first()
    answer = client.post(reverse("coverage:person-decide", args=[batch.pk, row.pk]), {"decision": "refuse"})
    assert answer.status_code == 403


def test_a_doubtful_row_is_settled_by_choosing_a_person(client, town, batch):
    told = page(client, town.data_admin, batch).content.decode()
    row = batch.people.get(kind="doubt")
    worker = Worker.objects.get(name=WU)
    assert f'value="{worker.pk}"' in told
    client.post(reverse("coverage:person-decide", args=[batch.pk, row.pk]), {"worker": worker.pk})
    row.refresh_from_db()
    told = page(client, town.data_admin, batch, kind="doubt").content.decode()
    assert '就是名册里的吴**" aria-pressed="true"' in told
    assert '是新的人" aria-pressed' not in told
    assert '<span class="old">199****0017</span>' in told
    assert (row.decision, row.person_id, row.fields, row.decided_by) == (
        "accept",
        worker.pk,
        ["phone"],
        town.data_admin,
    )


def test_a_row_of_another_batch_or_a_worker_of_another_street_is_not_found(client, town, batch):
    row = batch.people.get(kind="doubt")
    stranger = make.town()
    other = lists.worker(steps.shop(stranger.first_grid, 1), WU)
    client.force_login(town.data_admin)
    here = reverse("coverage:person-decide", args=[batch.pk, row.pk])
    assert client.post(here, {"worker": other.pk}).status_code == 404
    elsewhere = reverse("coverage:person-decide", args=[make.batch(batch.department).pk, row.pk])
    assert client.post(elsewhere, {"decision": "refuse"}).status_code == 404


def test_a_refusal_is_said_on_the_page(client, town, batch):
    row = PersonDifference.objects.create(street=town.street, batch=batch, kind="refused", line=9)
    client.force_login(town.data_admin)
    answer = client.post(
        reverse("coverage:person-decide", args=[batch.pk, row.pk]), {"decision": "accept"}, follow=True
    )
    assert "拒收不能采用" in answer.content.decode()


def test_applying_and_undoing_travel_through_the_same_buttons(client, town, batch):
    client.force_login(town.data_admin)
    client.post(reverse("coverage:batch-apply", args=[batch.pk]), {"leave_doubt": "1"})
    batch.refresh_from_db()
    assert batch.state == Batch.State.APPLYING
    batches.apply_job(job=batches.job_of(batch), at=make.AT)
    batch.refresh_from_db()
    assert batch.state == Batch.State.APPLIED
    told = page(client, town.data_admin, batch).content.decode()
    assert "登记 1 人，变更 0 人，登记离开 0 人" in told
    told = client.get(reverse("coverage:batch-undo", args=[batch.pk])).content.decode()
    assert re.search(r"本批登记的人，移出名册</td><td class=\"num\">1 人", told)
    client.post(reverse("coverage:batch-undo", args=[batch.pk]))
    batch.refresh_from_db()
    batches.undo_job(job=batches.job_of(batch), at=make.AT)
    assert not Worker.objects.filter(name=ZHENG).exists()


def test_before_a_list_is_put_away_its_doubtful_rows_are_counted(client, town, batch):
    client.force_login(town.data_admin)
    told = client.get(reverse("coverage:batch-discard", args=[batch.pk])).content.decode()
    assert "还没有认定的 1 行" in told
    assert "已认定的 0 行" in told


def test_a_list_that_was_taken_back_is_applied_again_after_a_look(client, town, batch):
    write.apply(batch=batch, actor=town.data_admin, at=make.AT, leave_doubt=True)
    write.undo(batch=batch, actor=town.data_admin, at=make.AT)
    again = reverse("coverage:batch-reapply", args=[batch.pk])
    assert f'href="{again}"' in page(client, town.data_admin, batch).content.decode()
    assert "待确认的 1 行先留着" in client.get(again).content.decode()
    client.post(again, {"leave_doubt": "1"})
    batch.refresh_from_db()
    batches.apply_job(job=batches.job_of(batch), at=make.AT)
    batch.refresh_from_db()
    assert (batch.state, Worker.objects.filter(name=ZHENG).count()) == (Batch.State.APPLIED, 1)


def test_when_the_list_is_deleted_nothing_is_offered_and_nothing_breaks(client, town, batch):
    write.apply(batch=batch, actor=town.data_admin, at=make.AT, leave_doubt=True)
    late = make.AT + dt.timedelta(days=181)
    retention.run(street=town.street, on=clock.day_of(late), at=late)
    told = page(client, town.data_admin, batch).content.decode()
    assert "原件保存期满，2027-05-23 已删除" in told
    assert reverse("coverage:batch-undo", args=[batch.pk]) not in told
    assert reverse("coverage:person-decide", args=[batch.pk, batch.people.get(kind="doubt").pk]) not in told
    answer = client.get(reverse("coverage:batch-undo", args=[batch.pk]), follow=True)
    assert "已删除，不能再撤销。" in answer.content.decode()
    row = batch.people.get(kind="doubt")
    decide = reverse("coverage:person-decide", args=[batch.pk, row.pk])
    assert "已删除，不能再改。" in client.post(decide, {"decision": "accept"}, follow=True).content.decode()


def test_a_list_of_people_is_not_exported(client, town, batch):
    client.force_login(town.data_admin)
    for name in ("coverage:batch-export", "coverage:batch-refused"):
        assert client.get(reverse(name, args=[batch.pk])).status_code == 404


def test_the_page_costs_the_same_however_many_rows_it_has(client, town, department, shop):
    few = lists.compare(department, [lists.row(1, "钱戊一")])
    many = lists.compare(department, [lists.row(1, f"钱戊{number}") for number in "一二三四五六七八九"])
    client.force_login(town.data_admin)
    page(client, town.data_admin, few)
    counts = []
    for each in (few, many):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("coverage:batch-people", args=[each.pk]))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_applied_list_can_only_be_changed_after_undoing(client, town, batch):
    write.apply(batch=batch, actor=town.data_admin, at=make.AT, leave_doubt=True)
    row = batch.people.get(kind="new")
    client.force_login(town.data_admin)
    answer = client.post(
        reverse("coverage:person-decide", args=[batch.pk, row.pk]), {"decision": "refuse"}, follow=True
    )
    assert "已经写入名册，先撤销本批再改" in answer.content.decode()
