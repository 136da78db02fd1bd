"""Reviewing doubtful rows: one per keystroke with both sides shown, and the all but certain ones together."""

from __future__ import annotations

import pytest
from django.urls import reverse

from coverage.comparison import reviewing
from coverage.models import Difference, Entity
from coverage.pages.review import review
from coverage.registry import entities as registry
from shimen.audit.models import AccessLog
from tests import make
from tests.make import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(town):
    return make.batch(make.department(town.street), state="ready", counts={"rows": 3})


@pytest.fixture
def shop(town) -> Entity:
    return make.entity(
        town.first_grid, place=make.place(town.first_grid), name="甲乙丙贸易（示例）有限公司", legal_person="吴己六"
    )


def doubt(batch, line: int, *candidates: Entity, sure: bool = False, **cells: str) -> Difference:
    cells = {"name": "甲乙丙贸易（示例）有限公司", "code": "9.13101E+17", **cells}
    return Difference.objects.create(
        street=batch.street, batch=batch, kind="doubt", line=line, reason="代码损坏", key=f"{line:064d}",
        row={"cells": cells, "values": {key: value for key, value in cells.items() if key != "code"}},
        candidates=[
            {
                "entity": str(each.pk), "name": each.name, "code": each.code, "points": 99 if sure else 80,
                "score": 0.995 if sure else 0.8, "preticked": sure, "reasons": [["名称相同", "for", 30]],
            }
            for each in candidates
        ],
    )  # fmt: skip


@pytest.fixture
def administrator(client, town):
    client.force_login(town.data_admin)
    return client


def page_of(batch, **query: object) -> str:
    return reverse("coverage:batch-review", args=[batch.pk], query=query)


def test_both_sides_stand_field_by_field(batch, shop):
    row = doubt(batch, 5, shop, legal_person="郑庚七")
    found = review(batch)
    assert (found.place, found.total, found.left) == (1, 1, 1)
    lines = {line.label: line for line in found.candidates[0].lines}
    assert lines["名称"].how == "same"
    assert (lines["经营者"].written, lines["经营者"].held, lines["经营者"].how) == ("郑庚七", "吴己六", "other")
    assert found.candidates[0].score == 80
    assert found.candidates[0].map is not None
    assert found.difference == row


def test_after_a_decision_comes_the_next_that_waits(administrator, batch, shop):
    first, second, third = (doubt(batch, line, shop) for line in (5, 6, 7))
    settle = reverse("coverage:difference-settle", args=[batch.pk, second.pk])
    onward = page_of(batch, after=second.pk)
    answer = administrator.post(settle, {"answer": "not_ours", "next": onward}, follow=True)
    assert answer.context["review"].difference == third
    assert answer.context["review"].left == 2
    assert f'value="{page_of(batch, row=second.pk)}"' in answer.content.decode(), "the last one can be taken back"
    settle = reverse("coverage:difference-settle", args=[batch.pk, third.pk])
    answer = administrator.post(settle, {"answer": "new", "next": page_of(batch, after=third.pk)}, follow=True)
    assert answer.context["review"].difference == first, "what was passed over comes round again"


def test_without_doubts_the_page_says_so(administrator, batch):
    page = administrator.get(page_of(batch))
    assert "没有待确认的行" in page.content.decode()


def test_a_candidate_that_left_is_shown_and_cannot_be_chosen(administrator, town, batch, shop):
    doubt(batch, 5, shop)
    registry.remove(entity=shop, reason="注销，名册已无", actor=town.staff, at=AT)
    page = administrator.get(page_of(batch)).content.decode()
    assert "已移出名册" in page
    assert f'value="{shop.pk}"' not in page


def test_staff_see_the_rows_and_decide_nothing(client, town, batch, shop):
    row = doubt(batch, 5, shop)
    client.force_login(town.staff)
    assert 'data-key="1"' not in client.get(page_of(batch)).content.decode()
    assert client.post(reverse("coverage:batch-suggestions", args=[batch.pk]), {"row": row.pk}).status_code == 403


def test_another_streets_batch_is_not_found(client, town, batch):
    client.force_login(town.stranger)
    assert client.get(page_of(batch)).status_code == 404


def test_what_the_score_is_sure_of_is_taken_together_row_by_row(administrator, town, batch, shop):
    other = make.entity(town.first_grid)
    sure, also, unsure = doubt(batch, 5, shop, sure=True), doubt(batch, 6, other, sure=True), doubt(batch, 7, other)
    address = reverse("coverage:batch-suggestions", args=[batch.pk])
    assert administrator.get(address).content.decode().count('name="row"') == 2
    administrator.post(address, {"row": [sure.pk, unsure.pk]})
    for row in (sure, also, unsure):
        row.refresh_from_db()
    assert (sure.settled, sure.entity_id, sure.decided_by) == ("same", shop.pk, town.data_admin)
    assert (also.decision, unsure.decision) == ("open", "open"), "not ticked, not sure"
    assert AccessLog.objects.filter(verb="coverage.settle_difference").count() == 1


def test_one_entity_is_not_taken_for_two_rows(town, batch, shop):
    first, second = doubt(batch, 5, shop, sure=True), doubt(batch, 6, shop, sure=True)
    done = reviewing.take_suggestions(batch=batch, ids={first.pk, second.pk}, actor=town.data_admin, at=AT)
    assert done.taken == 1
    assert len(done.refused) == 1
    assert "一家不能认定两行" in done.refused[0]


def test_a_batch_past_deciding_takes_nothing(town, batch, shop):
    row = doubt(batch, 5, shop, sure=True)
    type(batch).objects.filter(pk=batch.pk).update(state="discarded")
    done = reviewing.take_suggestions(batch=batch, ids={row.pk}, actor=town.data_admin, at=AT)
    row.refresh_from_db()
    assert (done.taken, row.decision) == (0, "open")
    assert "不能再改" in done.refused[0]
