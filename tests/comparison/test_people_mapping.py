"""A list of people in headings that nobody knows: mapped on the page, known afterwards; decisions hold in the next list."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from coverage.comparison import batches, mapping
from coverage.comparison.people import write
from coverage.models import Batch, Layout, PersonDifference, Worker
from shimen.audit.models import AccessLog
from tests import make
from tests.comparison import books, lists, steps

pytestmark = pytest.mark.django_db

WU, ZHENG = "吴己六", "郑辛九"
ONE, TWO, IDENTITY = "19900000017", "19900000025", "990199199001010017"
HEADINGS = ("东家店号", "店家统一码", "伙计", "联络", "做什么", "本人证件")
Kind = PersonDifference.Kind


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def department(town):
    return steps.department(town.street, name="商会")


@pytest.fixture
def shop(town):
    return steps.shop(town.first_grid, 1)


def row(name, phone=ONE):
    return ["甲乙丙1（示例）商贸有限公司", books.code(1), name, phone, "店员", IDENTITY]


def receive(department, *rows, headings=HEADINGS, name="伙计名册.csv"):
    content = lists.text([["示例商会伙计名册"], list(headings), *rows])
    return steps.receive(department, content, name=name, subject=Batch.Subject.PEOPLE)


def waiting(department, *rows, **values):
    return batches.read_and_compare(batch=receive(department, *rows, **values), at=make.AT)


def said(client, batch):
    context = client.get(reverse("coverage:columns", args=[batch.pk])).context
    fields = {f"column-{each.column.place}": each.field for each in context["rows"]}
    return {"sheet": 0, "row": context["table"].row, **fields}


def test_unknown_headings_wait_are_guessed_mapped_and_known_afterwards(client, town, department, shop):
    batch = waiting(department, row(WU), row(ZHENG, TWO))
    assert batch.state == Batch.State.MAPPING
    kept = str(batch.layout)
    assert WU not in kept
    assert ONE not in kept
    assert IDENTITY not in kept
    client.force_login(town.data_admin)
    page = reverse("coverage:columns", args=[batch.pk])
    assert client.get(reverse("coverage:batch-people", args=[batch.pk])).url == page
    text = client.get(page).content.decode()
    assert "第 1 人" in text
    assert "吴**" in text
    posted = said(client, batch)
    assert [posted[f"column-{place}"] for place in range(6)] == ["name", "code", "person", "phone", "post", "withheld"]
    client.post(page, posted)
    batch = batches.read_and_compare(batch=batch, at=make.AT)
    assert (batch.state, batch.counts["new"]) == (Batch.State.READY, 2), batch.error
    assert AccessLog.objects.get(verb="coverage.decide_layout").after["伙计"] == "姓名"
    assert Layout.objects.get().subject == Batch.Subject.PEOPLE
    again = waiting(department, [*reversed(row(WU))], headings=tuple(reversed(HEADINGS)))
    assert (again.state, again.counts["new"]) == (Batch.State.READY, 1), again.error


def test_a_mapping_without_names_or_of_what_is_never_read_is_refused(town, department, shop):
    batch = waiting(department, row(WU))
    with pytest.raises(mapping.MappingError, match="没有认出“姓名”"):
        mapping.decide(batch=batch, sheet=0, row=1, choices={"东家店号": "name"}, actor=town.data_admin, at=make.AT)
    with pytest.raises(mapping.MappingError, match="选的字段不存在"):
        mapping.decide(batch=batch, sheet=0, row=1, choices={"伙计": "headcount"}, actor=town.data_admin, at=make.AT)
    known = waiting(department, row(WU), headings=(*HEADINGS[:5], "身份证号"), name="二.csv")
    with pytest.raises(mapping.MappingError, match="名册不收的个人信息"):
        mapping.decide(
            batch=known, sheet=0, row=1, choices={"身份证号": "person", "东家店号": "name"}, actor=town.data_admin,
            at=make.AT,
        )  # fmt: skip
    assert not Layout.objects.exists()


def test_a_column_that_was_read_last_time_and_is_not_found_is_asked_about(town, department, shop):
    first = lists.compare(department, [lists.row(1, WU, ONE)])
    assert first.state == Batch.State.READY, first.error
    renamed = (*lists.HEADINGS[:4], "机子号", lists.HEADINGS[5])
    content = lists.content([lists.row(1, WU, ONE)], headings=renamed)
    batch = steps.compare(department, content, name="名单2.csv", subject=Batch.Subject.PEOPLE)
    assert batch.state == Batch.State.MAPPING
    assert "上次有的电话，这次没有认出" in batch.error


def test_layouts_of_people_and_of_entities_do_not_get_in_each_others_way(town, department, shop):
    lists.compare(department, [lists.row(1, WU, ONE)])
    batch = steps.compare(department, books.xlsx([books.row(1)]))
    assert batch.state == Batch.State.READY, batch.error
    assert sorted(Layout.objects.values_list("subject", flat=True)) == ["entities", "people"]


def test_discarding_a_list_forgets_its_layout_that_nobody_decided(town, department, shop):
    batch = lists.compare(department, [lists.row(1, WU, ONE)])
    batches.discard(batch=batch, actor=town.data_admin, at=make.AT)
    assert not Layout.objects.exists()


def test_a_dropped_list_of_people_names_its_department_and_its_kind(client, town, department, shop):
    client.force_login(town.data_admin)

    def recognised(content):
        form = {"file": SimpleUploadedFile("名单.csv", content), "subject": "entities"}
        text = client.post(reverse("coverage:recognise"), form).content.decode()
        return text, '<option value="people" selected>' in text

    content = lists.content([lists.row(1, WU, ONE)])
    text, is_of_people = recognised(content)
    assert "是人员名单，表头没有见过，选一下是哪个部门的" in text
    assert is_of_people
    lists.compare(department, [lists.row(1, ZHENG, ONE)])
    text, is_of_people = recognised(content)
    assert "认出来了，是商会的人员名单" in text
    assert is_of_people
    assert f'<option value="{department.pk}" selected>' in text
    assert not recognised(books.xlsx([books.row(1)]))[1]


def test_what_was_decided_on_a_row_holds_when_it_comes_again(town, department, shop):
    known = lists.worker(shop, WU, ONE, by=department)
    first = lists.compare(department, [lists.row(1, WU, TWO), lists.row(1, ZHENG, "19900000033")])
    doubt, new = first.people.get(kind=Kind.DOUBT), first.people.get(kind=Kind.NEW)
    write.settle_same(difference=doubt, worker=known, actor=town.data_admin, at=make.AT)
    write.decide(difference=new, decision="refuse", actor=town.data_admin, at=make.AT)
    batches.discard(batch=first, actor=town.data_admin, at=make.AT)
    again = lists.compare(department, [lists.row(1, ZHENG, "19900000033"), lists.row(1, WU, TWO)])
    carried = again.people.get(kind=Kind.DOUBT)
    assert (carried.decision, carried.person_id, carried.fields) == ("accept", known.pk, ["phone"])
    assert carried.decided_by == town.data_admin
    assert again.people.get(kind=Kind.NEW).decision == "refuse"
    write.apply(batch=again, actor=town.data_admin, at=make.AT)
    assert lists.people(shop) == {WU: ("199****0025", "店员", True)}


def test_comparing_the_same_list_again_keeps_what_was_decided(town, department, shop):
    batch = lists.compare(department, [lists.row(1, ZHENG, ONE)])
    write.decide(difference=batch.people.get(), decision="refuse", actor=town.data_admin, at=make.AT)
    batch = batches.read_and_compare(batch=batch, at=make.AT)
    assert (batch.people.get().decision, batch.people.get().decided_by) == ("refuse", town.data_admin)


def test_another_number_and_another_department_are_asked_anew(town, department, shop):
    batch = lists.compare(department, [lists.row(1, ZHENG, ONE)])
    write.decide(difference=batch.people.get(), decision="refuse", actor=town.data_admin, at=make.AT)
    other = lists.compare(department, [lists.row(1, ZHENG, TWO)])
    assert other.people.get().decision == "accept"
    elsewhere = lists.compare(steps.department(town.street), [lists.row(1, ZHENG, ONE)])
    assert elsewhere.people.get().decision == "accept"
    assert not Worker.objects.exists()


def test_a_candidate_who_is_none_any_more_is_not_carried_over(town, department, shop):
    known = lists.worker(shop, WU, ONE, by=department)
    first = lists.compare(department, [lists.row(1, WU, TWO)])
    write.settle_same(difference=first.people.get(), worker=known, actor=town.data_admin, at=make.AT)
    batches.discard(batch=first, actor=town.data_admin, at=make.AT)
    known.delete()
    lists.worker(shop, WU, "19900000033", by=department)
    again = lists.compare(department, [lists.row(1, WU, TWO)])
    assert again.people.get(kind=Kind.DOUBT).decision == "open"
