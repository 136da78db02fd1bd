"""The comparison's pages: from the drop of a file to undoing, and who may open what."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from coverage.models import Batch, Difference, Entity
from shimen.audit.models import AccessLog
from shimen.outbox import jobs
from tests import make
from tests.comparison import books, steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def department(town):
    return steps.department(town.street, name="市场监管", gone_limit_percent=100)


def upload(client, department, content: bytes, name: str = "市监主体名册_202611下.xls"):
    data = {
        "department": str(department.pk),
        "as_of": make.TODAY.isoformat(),
        "is_full": "on",
        "file": SimpleUploadedFile(name, content),
    }
    return client.post(reverse("coverage:compare"), data)


def work(django_capture_on_commit_callbacks=None) -> None:
    jobs.run_due(at=make.AT)


@pytest.fixture
def admin(client, town):
    client.force_login(town.data_admin)
    return client


def workbook() -> bytes:
    rows = [books.row(number) for number in range(1, 9)]
    rows[1] = books.row(2, person="孙丙六", address="望桥路 88 号甲")
    rows[2] = books.row(3, status="注销")
    rows.append(books.row(9, code="9.19902E+17"))
    rows.append(books.row(30))
    rows.append(books.row(0, code="", name=""))
    return books.xlsx(rows, titles=[["市场主体名册"]])


def test_a_file_is_dropped_compared_settled_applied_and_undone(admin, town, department):
    steps.shops(town.first_grid, 10)
    before = steps.registry(town.street)
    response = upload(admin, department, workbook())
    batch = Batch.objects.get()
    page = reverse("coverage:batch", args=[batch.pk])
    assert response.status_code == 302
    assert response.url == page
    assert "读表" in admin.get(page).content.decode() or "识别" in admin.get(page).content.decode()
    work()
    text = admin.get(page).content.decode()
    assert "孙丙六" in text
    assert "还有 1 行" in text
    assert "被表格软件改坏" in text
    doubt = batch.differences.get(kind="doubt")
    entity = Entity.objects.get(code=books.code(9))
    settle = reverse("coverage:difference-settle", args=[batch.pk, doubt.pk])
    assert admin.post(settle, {"entity": str(entity.pk), "next": page}).url == page
    changed = batch.differences.get(field="registration_status")
    assert changed.decision == Difference.Decision.ASK
    decide = reverse("coverage:difference-decide", args=[batch.pk, changed.pk])
    admin.post(decide, {"decision": "accept"})
    admin.post(reverse("coverage:batch-apply", args=[batch.pk]))
    work()
    batch.refresh_from_db()
    assert batch.state == Batch.State.APPLIED, batch.error
    assert Entity.objects.get(code=books.code(3)).registration_status == "4"
    assert Entity.objects.get(code=books.code(2)).address == "望桥路88号甲"
    assert "已应用" in admin.get(page).content.decode()
    undo = reverse("coverage:batch-undo", args=[batch.pk])
    assert "撤销" in admin.get(undo).content.decode()
    admin.post(undo)
    work()
    batch.refresh_from_db()
    assert batch.state == Batch.State.UNDONE, batch.error
    assert steps.registry(town.street) == before
    verbs = set(AccessLog.objects.filter(object_id=str(batch.pk)).values_list("verb", flat=True))
    expected = {"receive_batch", "settle_difference", "decide_difference", "apply_batch", "undo_batch"}
    assert {f"coverage.{verb}" for verb in expected} <= verbs


def test_the_same_file_twice_says_so_and_leads_to_the_first(admin, town, department):
    content = workbook()
    upload(admin, department, content)
    response = upload(admin, department, content, name="换个名字.xlsx")
    assert response.status_code == 422
    text = response.content.decode()
    assert "完全相同，没有再比对" in text
    assert reverse("coverage:batch", args=[Batch.objects.get().pk]) in text


def test_a_file_that_cannot_be_read_says_why_on_its_page(admin, town, department):
    upload(admin, department, b"%PDF-1.7 ...", name="名册.pdf")
    work()
    batch = Batch.objects.get()
    assert batch.state == Batch.State.REFUSED
    assert "PDF" in admin.get(reverse("coverage:batch", args=[batch.pk])).content.decode()


def test_lists_can_be_filtered_and_taken_away(admin, town, department):
    steps.shops(town.first_grid, 10)
    upload(admin, department, workbook())
    work()
    batch = Batch.objects.get()
    page = reverse("coverage:batch", args=[batch.pk])
    assert "孙丙六" not in admin.get(page, {"kind": "new"}).content.decode()
    listed = admin.get(reverse("coverage:batch-export", args=[batch.pk]), {"field": "legal_person"})
    assert listed.content.decode("utf-8-sig").splitlines()[1].split(",")[4:7] == ["经营者", "吴己六", "孙丙六"]
    refused = admin.get(reverse("coverage:batch-refused", args=[batch.pk])).content.decode("utf-8-sig").splitlines()
    assert refused[0].startswith("行,没有采用的原因,统一社会信用代码,企业名称")
    assert refused[1].startswith("13,没有可用的代码，也没有名称")
    assert AccessLog.objects.filter(verb="coverage.exported").count() == 2


@pytest.mark.parametrize("who", ["secretary", "visitor", "system_admin", "nobody"])
def test_others_stay_outside(client, town, department, who):
    client.force_login(getattr(town, who))
    assert client.get(reverse("coverage:compare")).status_code == 403


def test_staff_look_and_do_not_touch(client, town, department):
    batch = make.batch(department)
    client.force_login(town.staff)
    assert client.get(reverse("coverage:compare")).status_code == 200
    assert client.get(reverse("coverage:batch", args=[batch.pk])).status_code == 200
    assert client.post(reverse("coverage:batch-apply", args=[batch.pk])).status_code == 403
    assert upload(client, department, workbook()).status_code == 422


def test_another_streets_batch_is_not_found(client, town, department):
    batch = make.batch(department)
    client.force_login(town.stranger)
    assert client.get(reverse("coverage:batch", args=[batch.pk])).status_code == 404


def test_the_page_of_a_batch_costs_the_same_however_many_differences(
    admin, town, department, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    steps.shops(town.first_grid, 12)
    counts = []
    for number in (2, 9):
        rows = [books.row(each, person="孙丙六") if each <= number else books.row(each) for each in range(1, 13)]
        batch = steps.compare(department, books.xlsx(rows))
        page = reverse("coverage:batch", args=[batch.pk])
        admin.get(page)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            admin.get(page)
        counts.append(len(queries))
    assert counts[0] == counts[1]
