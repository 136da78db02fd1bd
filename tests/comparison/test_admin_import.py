"""The administration's import pages: the library's two steps, our engine behind them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from coverage import import_export
from coverage.models import Batch, Entity
from shimen.outbox import jobs
from tests import make
from tests.comparison import books, steps

pytestmark = pytest.mark.django_db
IMPORT, PROCESS = "admin:coverage_batch_import", "admin:coverage_batch_process_import"


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def department(town):
    return steps.department(town.street, gone_limit_percent=100)


@pytest.fixture
def admin(client, town):
    client.force_login(town.data_admin)
    return client


def upload(client, department, content: bytes):
    file = SimpleUploadedFile("名册.xls", content)
    data = {"department": str(department.pk), "as_of": make.TODAY.isoformat(), "is_full": "on", "format": "0"}
    return client.post(reverse(IMPORT), {**data, "resource": "0", "import_file": file})


def confirm(client, batch: Batch):
    names = {"import_file_name": str(batch.pk), "original_file_name": "名册.xls", "format": "0", "resource": "0"}
    return client.post(reverse(PROCESS), names)


def test_the_first_step_compares_and_the_second_applies_without_reading_again(admin, town, department, monkeypatch):
    steps.shops(town.first_grid, 3)
    page = upload(
        admin, department, books.xlsx([books.row(1, person="孙丙六"), books.row(2), books.row(3), books.row(8)])
    )
    text = page.content.decode()
    assert "文件 4 行：一致 2，变更 1，新增 1" in text
    assert "孙丙六" in text
    batch = Batch.objects.get()
    assert reverse("coverage:batch", args=[batch.pk]) in text
    assert Entity.objects.get(code=books.code(1)).legal_person == "吴己六"
    monkeypatch.setattr("coverage.comparison.stage.read", None)
    assert confirm(admin, batch).url == reverse("coverage:batch", args=[batch.pk])
    batch.refresh_from_db()
    assert (batch.state, batch.applied_by) == (Batch.State.APPLIED, town.data_admin)
    assert Entity.objects.get(code=books.code(1)).legal_person == "孙丙六"


def test_a_large_workbook_is_queued(admin, town, department, monkeypatch):
    monkeypatch.setattr(import_export, "AT_ONCE_BYTES", 10)
    steps.shops(town.first_grid, 1)
    assert "正在后台比对" in upload(admin, department, books.xlsx([books.row(1, person="孙丙六")])).content.decode()
    jobs.run_due(at=make.AT)
    batch = Batch.objects.get()
    assert batch.state == Batch.State.READY
    confirm(admin, batch)
    jobs.run_due(at=make.AT)
    assert Entity.objects.get().legal_person == "孙丙六"


def test_refusals_are_sentences_on_the_form(admin, town, department):
    content = books.xlsx([books.row(1)])
    upload(admin, department, content)
    assert "完全相同，没有再比对" in upload(admin, department, content).content.decode()
    assert "PDF" in upload(admin, department, b"%PDF-1.4").content.decode()


def test_doubt_stops_the_second_step_with_its_sentence(admin, town, department):
    steps.shops(town.first_grid, 1)
    upload(admin, department, books.xlsx([books.row(1, code="")]))
    batch = Batch.objects.get()
    text = admin.get(confirm(admin, batch).url).content.decode()
    assert "还有 1 行待确认" in text
    batch.refresh_from_db()
    assert batch.state == Batch.State.READY


@pytest.mark.parametrize("who", ["staff", "visitor", "system_admin", "security_admin"])
def test_only_the_data_administrator_imports(client, town, department, who):
    client.force_login(getattr(town, who))
    assert client.get(reverse(IMPORT)).status_code in {302, 403}
    assert upload(client, department, books.xlsx([books.row(1)])).status_code in {302, 403}
    assert not Batch.objects.exists()


def test_a_batch_of_another_street_cannot_be_named(admin, town, department):
    other = make.town()
    foreign = make.batch(make.department(other.street), state=Batch.State.READY, counts={"gone_percent": 0})
    assert confirm(admin, foreign).status_code == 403
    foreign.refresh_from_db()
    assert foreign.state == Batch.State.READY
