"""The handbook: drafted, published for good, found in, compared; and the ten methods with their cases."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import InternalError, transaction
from django.db.utils import ProgrammingError
from django.urls import reverse

from branches.models import HandbookSection, HandbookVersion, Method
from branches.people import handbook, methods
from shimen.audit.models import AccessLog
from tests import make, organised, people

pytestmark = pytest.mark.django_db


def test_chapters_are_counted_as_a_reader_counts_them():
    assert handbook.labels([0, 1, 1, 2, 0, 1, 0]) == ["1", "1.1", "1.2", "1.2.1", "2", "2.1", "3"]


def test_a_published_version_stands_to_the_letter(town):
    version = people.published(town)
    section = version.sections.get()
    with pytest.raises(handbook.HandbookError, match="已经发布"):
        handbook.write(section=section, title="改", body="", depth=0, seen="", actor=town.staff, at=make.AT)
    for change in (
        lambda: HandbookSection.objects.filter(pk=section.pk).update(body="改"),
        section.delete,
        lambda: HandbookSection.objects.create(street=town.street, version=version, place=9, title="塞一篇"),
        lambda: HandbookVersion.objects.filter(pk=version.pk).update(title="改"),
    ):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            change()


def test_a_draft_begins_as_a_copy_whose_sections_keep_their_marks(town):
    first = people.published(town)
    draft = people.draft(town)
    assert (draft.number, draft.sections.get().key) == (2, first.sections.get().key)
    with pytest.raises(handbook.HandbookError, match="已经有一份草稿"):
        handbook.begin_draft(street=town.street, actor=town.staff, at=make.AT)


def test_sections_are_put_moved_taken_out_and_brought_back(town):
    draft = people.draft(town)
    one = people.section(draft, town, "第一篇")
    three = people.section(draft, town, "第三篇", after=one)
    two = people.section(draft, town, "第二篇", after=one, depth=1)
    order = lambda: [row.title for row in draft.sections.standing().in_order()]  # noqa: E731
    assert order() == ["第一篇", "第二篇", "第三篇"]
    handbook.move(section=two, down=True, actor=town.staff, at=make.AT)
    assert order() == ["第一篇", "第三篇", "第二篇"]
    with pytest.raises(handbook.HandbookError, match="最后一篇"):
        handbook.move(section=two, down=True, actor=town.staff, at=make.AT)
    handbook.remove(section=three, actor=town.staff, at=make.AT)
    with pytest.raises(handbook.HandbookError, match="已经删去"):
        handbook.remove(section=three, actor=town.staff, at=make.AT)
    assert handbook.bring_back(section=three, actor=town.staff, at=make.AT).removed_at is None
    assert AccessLog.objects.filter(verb="handbook.add_section").count() == 3


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten_unread(town):
    section = people.section(people.draft(town), town)
    seen = handbook.mark(section)
    given = {"section": section, "title": "改过", "depth": 0, "actor": town.staff, "at": make.AT}
    handbook.write(body="先写的", seen=seen, **given)
    with pytest.raises(handbook.HandbookError, match="别人改过"):
        handbook.write(body="后写的", seen=seen, **given)


def test_a_draft_wants_a_chapter_and_a_sentence_before_it_is_published(town):
    draft = people.draft(town)
    publish = {"version": draft, "actor": town.staff, "at": make.AT}
    with pytest.raises(handbook.HandbookError, match="还没有一篇"):
        handbook.publish(note="第一版示例", **publish)
    people.section(draft, town)
    with pytest.raises(handbook.HandbookError, match="写一句"):
        handbook.publish(note="", **publish)
    assert handbook.publish(note="第一版示例", **publish).published_at == make.AT


def test_a_discarded_draft_is_brought_back_as_long_as_none_followed(town):
    draft = people.draft(town)
    handbook.discard(version=draft, actor=town.staff, at=make.AT)
    assert handbook.reclaim(version=draft, actor=town.staff, at=make.AT).is_draft
    handbook.discard(version=draft, actor=town.staff, at=make.AT)
    people.draft(town)
    with pytest.raises(handbook.HandbookError, match="不能恢复"):
        handbook.reclaim(version=draft, actor=town.staff, at=make.AT)


def test_words_are_found_in_chinese_and_shown_where_they_stand(client, town):
    people.published(town, editions=2)
    client.force_login(town.visitor)
    page = client.get(reverse("branches:handbook"), {"q": "发展 党员"}).content.decode()
    assert "找到 2 篇" in page
    assert "<mark>党员</mark>" in page
    assert "没有找到" in client.get(reverse("branches:handbook"), {"q": "党员 摩托车"}).content.decode()
    assert "&lt;b&gt;" in client.get(reverse("branches:handbook"), {"q": "<b>"}).content.decode()


def test_what_changed_between_two_versions_is_told_word_by_word(client, town):
    people.published(town)
    draft = people.draft(town)
    section = draft.sections.get()
    handbook.write(
        section=section, title=section.title, body=section.body + "\n\n再加一句（示例）", depth=0, seen="", actor=town.staff,
        at=make.AT,
    )  # fmt: skip
    client.force_login(town.staff)
    page = client.get(reverse("branches:handbook-difference", args=[draft.pk])).content.decode()
    assert "改 1 篇，加 0 篇" in page
    assert "再加一句（示例）</ins>" in page


def test_a_draft_is_seen_by_those_who_write_it(client, town):
    people.published(town)
    draft = people.draft(town)
    client.force_login(town.secretary)
    for name in ("handbook-print", "handbook-difference"):
        assert client.get(reverse(f"branches:{name}", args=[draft.pk])).status_code == 404
    assert client.get(reverse("branches:handbook-section", args=[draft.sections.get().pk])).status_code == 404
    client.force_login(town.staff)
    assert client.get(reverse("branches:handbook-print", args=[draft.pk])).status_code == 200


def test_reading_costs_the_same_however_long_the_book_is(client, town):
    client.force_login(town.visitor)
    people.published(town)
    client.get(reverse("branches:handbook"))
    with make.counting() as few:
        client.get(reverse("branches:handbook"), {"q": "党员"})
    people.published(town, editions=4)
    with make.counting() as many:
        client.get(reverse("branches:handbook"), {"q": "党员"})
    assert len(few) == len(many)


# ---- the ten methods


def test_ten_entries_are_laid_out_once_and_a_text_makes_one_no_sample_any_more(town):
    made = methods.prepare(street=town.street, actor=town.staff, at=make.AT)
    assert len(made) == 10
    with pytest.raises(methods.MethodError, match="十条都在"):
        methods.prepare(street=town.street, actor=town.staff, at=make.AT)
    Method.objects.update(is_sample=True)
    done = methods.write(method=made[0], title="一楼一图", body="画一张图", actor=town.staff, at=make.AT)
    assert (done.is_sample, done.changed_by) == (False, town.staff)
    assert AccessLog.objects.get(verb="methods.write").before["title"] == "待填写"
    with pytest.raises(methods.MethodError, match="没有改动"):
        methods.write(method=made[0], title="一楼一图", body="画一张图", actor=town.staff, at=make.AT)


def test_a_case_is_told_by_its_own_organisation_and_taken_off_by_it(client, town):
    method, mine = people.method(town), organised.organisation(town)
    theirs = people.case(method, organised.organisation(town, area=town.second_grid), town)
    client.force_login(town.secretary)
    url = reverse("branches:case-new", args=[method.pk])
    form = {"organisation": mine.pk, "title": "示例案例", "happened_on": "2026-10-08", "body": "先摸底，再一家一家上门"}
    assert client.post(url, {**form, "organisation": theirs.organisation_id}).status_code == 422
    assert client.post(url, form).status_code == 302
    own = method.cases.get(organisation=mine)
    assert client.post(reverse("branches:case-withdraw", args=[theirs.pk])).status_code == 404
    client.post(reverse("branches:case-withdraw", args=[own.pk]))
    assert list(method.cases.standing()) == [theirs]
    assert methods.restore_case(case=own, actor=town.secretary, at=make.AT).withdrawn_at is None


@pytest.mark.parametrize(
    ("on", "body", "words"),
    [
        (make.TODAY + dt.timedelta(days=1), "先摸底，再一家一家上门", "还没到"),
        (dt.date(2020, 1, 1), "先摸底，再一家一家上门", "还没有成立"),
        (make.TODAY, "好", "至少 10 个字"),
    ],
)
def test_a_case_that_cannot_be_is_refused(town, on, body, words):
    with pytest.raises(methods.MethodError, match=words):
        methods.add_case(
            method=people.method(town), organisation=organised.organisation(town), title="示例", body=body, happened_on=on,
            actor=town.staff, at=make.AT,
        )  # fmt: skip
