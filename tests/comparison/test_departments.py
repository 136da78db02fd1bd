"""Departments: entered, changed, retired; what is awaited of them; who may, and what is written in the log."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.urls import reverse

from coverage.comparison import batches
from coverage.feeds import cadence, departments
from coverage.models import Batch, Department
from shimen.audit.models import AccessLog
from tests import make
from tests.comparison import books, lists, steps

pytestmark = pytest.mark.django_db
TERMS = {"name": "城管", "cadence_days": 30, "scope_kinds": ["sole_trader"], "gone_limit_percent": 20, "sort": 40}


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def admin(client, town):
    client.force_login(town.data_admin)
    return client


def posted(**values):
    return {"code": "chengguan", "contact": "试某（示例）", "contact_way": "", **TERMS, **values}


def test_a_department_is_entered_with_its_scope_and_stands_in_the_log(admin, town):
    answer = admin.post(reverse("coverage:department-new"), posted(areas=[str(town.first_grid.pk)]))
    made = Department.objects.get(code="chengguan")
    assert answer.url == reverse("coverage:department", args=[made.pk])
    assert (made.street, made.cadence_days, list(made.areas.all())) == (town.street, 30, [town.first_grid])
    line = AccessLog.objects.get(verb="coverage.add_department")
    assert (line.object_name, line.after["areas"]) == ("城管", ["第一网格"])
    page = admin.get(answer.url).content.decode()
    assert "第一网格的个体工商户" in page
    assert "还没有收到过" in page


def test_boxes_that_belong_together_stand_under_their_question(admin):
    page = admin.get(reverse("coverage:department-new")).content.decode()
    assert '<legend class="form-label">名册包括哪些主体</legend>' in page
    assert '<label class="tick" for="id_scope_kinds_0">' in page


def test_changing_one_writes_only_what_changed(admin, town):
    department = steps.department(town.street, name="城管")
    admin.post(
        reverse("coverage:department-edit", args=[department.pk]), posted(name="城管", sort=50, gone_limit_percent=10)
    )
    department.refresh_from_db()
    assert (department.cadence_days, department.scope_kinds) == (30, ["sole_trader"])
    line = AccessLog.objects.get(verb="coverage.edit_department")
    assert set(line.after) == {"cadence_days", "scope_kinds", "contact"}


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"code": "城管"}, "代码用小写字母开头"),
        ({"code": "twin"}, "已有部门用代码 twin"),
        ({"name": "税务"}, "已有部门叫“税务”"),
        ({"name": " "}, "还没填"),
        ({"cadence_days": "400"}, "366"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field(admin, town, values, sentence):
    make.department(town.street, code="twin", name="税务")
    answer = admin.post(reverse("coverage:department-new"), posted(**values))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Department.objects.count() == 1


def test_areas_of_another_street_cannot_be_declared(admin, town):
    foreign = make.area(make.street())
    assert admin.post(reverse("coverage:department-new"), posted(areas=[str(foreign.pk)])).status_code == 422
    with pytest.raises(departments.DepartmentError, match="本街道"):
        departments.add(street=town.street, code="cg", terms=TERMS, areas=[foreign], actor=town.data_admin, at=make.AT)


def test_a_retired_department_takes_no_workbook_until_it_is_restored(admin, town):
    department = steps.department(town.street, name="城管")
    admin.post(reverse("coverage:department-retire", args=[department.pk]), {"reason": ""})
    department.refresh_from_db()
    assert department.retired_at is None
    admin.post(reverse("coverage:department-retire", args=[department.pk]), {"reason": "机构合并"})
    department.refresh_from_db()
    assert department.retired_reason == "机构合并"
    with pytest.raises(batches.BatchError, match="已停用"):
        steps.receive(department, books.xlsx([books.row(1)]))
    assert f'value="{department.pk}"' not in admin.get(reverse("coverage:compare")).content.decode()
    assert "机构合并" in admin.get(reverse("coverage:departments")).content.decode()
    with pytest.raises(departments.DepartmentError, match="已停用，先恢复"):
        departments.edit(department=department, terms=TERMS, areas=[], actor=town.data_admin, at=make.AT)
    admin.post(reverse("coverage:department-restore", args=[department.pk]))
    assert steps.receive(department, books.xlsx([books.row(1)])).number == 1
    verbs = AccessLog.objects.filter(object_id=str(department.pk)).values_list("verb", flat=True)
    assert {"coverage.retire_department", "coverage.restore_department"} <= set(verbs)


def test_nobody_retires_a_department_whose_batch_is_under_way(town):
    department = steps.department(town.street)
    make.batch(department, state=Batch.State.APPLYING)
    with pytest.raises(departments.DepartmentError, match="完成后再停用"):
        departments.retire(department=department, reason="合并", actor=town.data_admin, at=make.AT)


def test_staff_look_others_stay_outside_and_another_street_is_not_found(client, town):
    department = steps.department(town.street)
    page = reverse("coverage:department", args=[department.pk])
    for who, list_status, edit_status in (("staff", 200, 403), ("secretary", 403, 403), ("stranger", 200, 403)):
        client.force_login(getattr(town, who))
        assert client.get(reverse("coverage:departments")).status_code == list_status
        assert client.get(reverse("coverage:department-edit", args=[department.pk])).status_code == edit_status
    assert client.get(page).status_code == 404


def test_the_list_says_what_is_overdue_and_costs_the_same_however_many_departments(admin, town):
    late = steps.department(town.street, name="税务", cadence_days=7)
    make.batch(late, created_at=make.AT - dt.timedelta(days=10), state=Batch.State.APPLIED)
    make.batch(steps.department(town.street), state=Batch.State.READY)
    page = reverse("coverage:departments")
    admin.get(page)
    with make.counting() as few:
        text = admin.get(page).content.decode()
    assert "超 3 天" in text
    for _ in range(4):
        make.batch(steps.department(town.street), state=Batch.State.READY)
    with make.counting() as many:
        admin.get(page)
    assert len(few) == len(many)


def test_a_batch_that_was_left_undone_is_not_hidden_by_the_next_one(admin, town):
    department = steps.department(town.street)
    left = make.batch(department, state=Batch.State.READY)
    done = make.batch(department, state=Batch.State.APPLIED)
    make.batch(department, state=Batch.State.APPLIED)
    text = admin.get(reverse("coverage:compare")).content.decode()
    table = text[text.index("在等谁的表") : text.index("最近应用")]
    assert f'{reverse("coverage:batch", args=[left.pk])}">第 {left.number} 批</a> 也还没办完，待确认' in table
    assert str(done.pk) not in table


def test_doubtful_people_are_counted_with_what_waits(admin, town):
    department = steps.department(town.street)
    lists.worker(steps.shop(town.first_grid, 1), "吴己六", "19900000017", by=department)
    lists.compare(department, [lists.row(1, "吴己六", "19900000025")])
    text = admin.get(reverse("coverage:compare")).content.decode()
    assert '<b class="warn">1</b>' in text
    assert "数据比对<em>1</em>" in re.sub(r"<svg.*?</svg>|\s|<span[^>]*>|</span>", "", text[: text.index("<main")])


def test_what_is_overdue_stands_first_on_the_comparisons_page(admin, town):
    fresh = steps.department(town.street, name="甲部门", sort=1)
    make.batch(fresh, created_at=make.AT, state=Batch.State.APPLIED)
    steps.department(town.street, name="乙部门", sort=2)
    late = steps.department(town.street, name="丙部门", sort=3, cadence_days=7)
    make.batch(late, created_at=make.AT - dt.timedelta(days=9), state=Batch.State.APPLIED)
    text = admin.get(reverse("coverage:compare")).content.decode()
    table = text[text.index("在等谁的表") :]
    assert table.index("丙部门") < table.index("乙部门") < table.index("甲部门")
    assert "1 个部门过期没来" in text


def test_due_days_in_words():
    today = dt.date(2026, 11, 23)
    told = {
        days: cadence.awaited(today - dt.timedelta(days=14 - days), every=14, today=today) for days in (-2, 0, 1, 9)
    }
    assert [each.sentence for each in told.values()] == [
        "该在 11 月 21 日到，超 2 天", "今天该到", "明天该到", "12 月 2 日该到，还有 9 天",
    ]  # fmt: skip
    assert [each.is_awaited for each in told.values()] == [True, True, True, False]
    assert cadence.awaited(None, every=14, today=today).is_awaited
