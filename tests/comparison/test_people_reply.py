"""What goes back to a department about a list of people: refused rows and a reply sheet, in its own columns."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from coverage.comparison.people import write
from coverage.models import Batch, Reply
from coverage.replies import replies
from shimen import clock
from shimen.audit.models import AccessLog
from shimen.privacy import retention
from tests import make
from tests.comparison import lists, steps

pytestmark = pytest.mark.django_db

WU, ZHENG, SUN = "吴己六", "郑辛九", "孙丙六"
ONE, TWO = "19900000017", "19900000025"


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def shop(town):
    return steps.shop(town.first_grid, 1)


@pytest.fixture
def department(town):
    return steps.department(town.street, gone_limit_percent=100)


@pytest.fixture
def batch(department, shop):
    lists.worker(shop, WU, ONE, by=department)
    lists.worker(shop, SUN, by=department)
    rows = [lists.row(1, WU, ONE, "店长"), lists.row(1, ZHENG, TWO), ["没有的（示例）店", "", "钱戊一", "99", TWO, ""]]
    return lists.compare(department, rows)


def make_reply(town, batch, form="xlsx"):
    return replies.make(batch=batch, form=form, purpose="回复示例部门", actor=town.data_admin, at=make.AT)


def test_the_sheet_has_the_departments_own_columns_with_what_became_of_each_row(town, batch):
    batch = write.apply(batch=batch, actor=town.data_admin, at=make.AT)
    reply = make_reply(town, batch)
    content = replies.taken(reply=reply, actor=town.data_admin, at=make.AT)
    book = load_workbook(io.BytesIO(content))
    own, apart = book.worksheets
    lines = [[cell or "" for cell in line] for line in own.iter_rows(values_only=True)]
    assert "用途：回复示例部门" in lines[0][0]
    assert str(town.data_admin) in lines[0][0]
    assert lines[1][:6] == list(lists.HEADINGS)
    assert [(line[2], line[4], line[6]) for line in lines[2:]] == [
        (WU, ONE, "已更新岗位"), (ZHENG, TWO, "新登记"), ("钱戊一", TWO, "拒收"),
    ]  # fmt: skip
    assert all(line[3] == "" for line in lines[2:])  # identity numbers are never read
    assert [cell.value for cell in apart[3]][:3] == ["甲乙丙1（示例）商贸有限公司", "孙**", "已登记离开"]
    assert AccessLog.objects.filter(verb="replies.make").exists()


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_it_is_sealed_at_rest_and_gone_after_a_month(town, batch, form):
    batch = write.apply(batch=batch, actor=town.data_admin, at=make.AT)
    reply = make_reply(town, batch, form)
    reply.refresh_from_db()
    assert reply.content is None
    assert ZHENG.encode() not in bytes(reply.sealed)
    assert replies.tell(reply=reply, actor=town.data_admin, at=make.AT) == 0
    late = make.AT + dt.timedelta(days=31)
    retention.run(street=town.street, on=clock.day_of(late), at=late)
    reply = Reply.objects.get()
    assert reply.sealed is None
    with pytest.raises(replies.ReplyError, match="已过 30 天"):
        replies.taken(reply=reply, actor=town.data_admin, at=late)


def test_a_list_that_was_not_applied_or_is_gone_has_no_reply(town, batch):
    with pytest.raises(replies.ReplyError, match="应用以后才有可回复的"):
        make_reply(town, batch)
    batch = write.apply(batch=batch, actor=town.data_admin, at=make.AT)
    late = make.AT + dt.timedelta(days=181)
    retention.run(street=town.street, on=clock.day_of(late), at=late)
    with pytest.raises(replies.DomainError, match="原件保存期满"):
        make_reply(town, Batch.objects.get(pk=batch.pk))


def test_refused_rows_go_out_in_the_lists_own_columns_and_that_is_kept(client, town, batch):
    client.force_login(town.data_admin)
    answer = client.get(reverse("coverage:people-refused", args=[batch.pk]))
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "行,没有采用的原因,单位名称,统一社会信用代码,姓名,身份证号,联系电话,岗位"
    assert lines[1].startswith("5,名册里没有这个单位，先登记单位,没有的（示例）店,,钱戊一,,")
    assert len(lines) == 2
    assert AccessLog.objects.filter(verb__contains="export").exists()


def test_only_the_data_administrator_of_the_street_takes_refused_rows_out(client, town, batch):
    here = reverse("coverage:people-refused", args=[batch.pk])
    for user in (town.staff, town.visitor):
        client.force_login(user)
        assert client.get(here).status_code == 403
    client.force_login(make.town().data_admin)
    assert client.get(here).status_code == 404
    client.force_login(town.data_admin)
    assert client.get(reverse("coverage:people-refused", args=[make.batch(batch.department).pk])).status_code == 404
