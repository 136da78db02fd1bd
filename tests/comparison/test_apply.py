"""Applying a batch: who wins, what stops it, what nobody may lose."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections

from coverage.comparison import apply, batches, settle, undo
from coverage.differences import asking
from coverage.models import Batch, Difference, Entity, EntitySearch, EntitySource, Question
from coverage.registry import entities as registry
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
    return steps.department(town.street, name="市场监管", code="sj", gone_limit_percent=100)


def corrected(entity: Entity, town, **values: object) -> None:
    registry.correct_many(entity=entity, values=values, source="staff", on=make.TODAY, actor=town.staff, at=make.AT)


def test_only_touched_rows_are_written_with_who_said_so_and_history_names_the_batch(town, department):
    first, second = steps.shops(town.first_grid, 2)
    batch = steps.compare(department, books.xlsx([books.row(1, person="孙丙六"), books.row(2)]))
    events = Entity.pgh_event_model.objects
    before = events.count()
    apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    assert events.count() == before + 1
    event = events.order_by("-pgh_id").select_related("pgh_context").first()
    assert event.pgh_obj_id == first.pk
    assert event.pgh_context.metadata["batch"] == str(batch.pk)
    assert event.pgh_context.metadata["actor"] == str(town.data_admin.pk)
    first.refresh_from_db()
    second.refresh_from_db()
    said = {"source": "department", "by": "sj", "on": make.TODAY.isoformat(), "ref": str(batch.pk)}
    assert first.provenance == {"legal_person": said}
    assert second.provenance == {}
    assert "孙丙六" in EntitySearch.objects.get(entity=first).text
    log = AccessLog.objects.get(verb="coverage.apply_batch")
    assert log.after == {"new": 0, "asked": 0, "changed": 1}


def test_what_a_visit_saw_is_not_overwritten_and_the_departments_word_is_kept_beside_it(town, department):
    (shop,) = steps.shops(town.first_grid, 1)
    registry.correct(
        entity=shop, field="legal_person", value="李丁九", source="visit", on=make.TODAY, actor=town.visitor, at=make.AT
    )
    batch = steps.compare(department, books.xlsx([books.row(1, person="孙丙六")]))
    difference = batch.differences.get()
    assert difference.decision == Difference.Decision.REFUSE
    before = steps.registry(town.street)
    apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    shop.refresh_from_db()
    assert shop.legal_person == "李丁九"
    word = EntitySource.objects.get(entity=shop, source="department")
    assert (word.by, word.value, word.ref) == ("sj", "孙丙六", str(batch.pk))
    undo.undo(batch=Batch.objects.get(), actor=town.data_admin, at=make.AT)
    assert steps.registry(town.street) == before


def test_a_persons_choice_against_the_visit_keeps_the_visits_word(town, department):
    (shop,) = steps.shops(town.first_grid, 1)
    registry.correct(
        entity=shop, field="legal_person", value="李丁九", source="visit", on=make.TODAY, actor=town.visitor, at=make.AT
    )
    batch = steps.compare(department, books.xlsx([books.row(1, person="孙丙六")]))
    before = steps.registry(town.street)
    settle.decide(difference=batch.differences.get(), decision="accept", actor=town.data_admin, at=make.AT)
    apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    shop.refresh_from_db()
    assert shop.legal_person == "孙丙六"
    assert EntitySource.objects.get(entity=shop, source="visit").value == "李丁九"
    undo.undo(batch=Batch.objects.get(), actor=town.data_admin, at=make.AT)
    assert steps.registry(town.street) == before


def test_closings_and_gone_ones_are_asked_at_the_door_and_not_written_as_closed(town, department):
    steps.shops(town.first_grid, 3)
    batch = steps.compare(department, books.xlsx([books.row(1), books.row(2, status="注销")]))
    apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    assert Entity.objects.get(code=books.code(2)).registration_status == "1"
    gone = Entity.objects.get(code=books.code(3))
    assert (gone.missing_since, gone.removed_at, gone.registration_status) == (make.TODAY, None, "1")
    asked = dict(Question.objects.values_list("entity__code", "sentence"))
    assert "登记状态是“注销”，名册是“存续”" in asked[books.code(2)]
    assert "没有这一家" in asked[books.code(3)]
    undo.undo(batch=Batch.objects.get(), actor=town.data_admin, at=make.AT)
    assert not Question.objects.exists()


def test_an_entity_named_again_is_missing_no_more(town, department):
    (shop, _) = steps.shops(town.first_grid, 2)
    Entity.objects.filter(pk=shop.pk).update(missing_since=make.LONG_AGO)
    batch = steps.compare(department, books.xlsx([books.row(1), books.row(2)]))
    assert (batch.counts["changed"], batch.counts["same"]) == (1, 1)
    apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    shop.refresh_from_db()
    assert shop.missing_since is None
    assert "missing_since" not in shop.provenance


def test_a_registry_that_moved_since_stops_everything_and_comparing_again_goes_on(town, department):
    steps.shops(town.first_grid, 3)
    rows = [books.row(1, person="孙丙六"), books.row(2, person="孙丙六"), books.row(3), books.row(9)]
    batch = steps.compare(department, books.xlsx(rows))
    settle.decide(
        difference=batch.differences.get(entity_id=Entity.objects.get(code=books.code(1)).pk),
        decision="refuse", actor=town.data_admin, at=make.AT,
    )  # fmt: skip
    corrected(Entity.objects.get(code=books.code(2)), town, legal_person="周戊五")
    before = steps.registry(town.street)
    with pytest.raises(apply.ApplyError, match=r"1 处又改动了（甲乙丙2（示例）商贸有限公司的经营者）"):
        apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    assert steps.registry(town.street) == before
    batch = batches.read_and_compare(batch=batch, at=make.AT)
    decisions = dict(batch.differences.values_list("line", "decision"))
    assert decisions[2] == Difference.Decision.REFUSE  # carried over
    apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    assert Entity.objects.filter(code=books.code(9)).exists()


def test_edits_of_other_fields_and_other_entities_do_not_stop_it(town, department):
    steps.shops(town.first_grid, 2)
    batch = steps.compare(department, books.xlsx([books.row(1, person="孙丙六"), books.row(2)]))
    corrected(Entity.objects.get(code=books.code(1)), town, trade_sign="老丙家")
    corrected(Entity.objects.get(code=books.code(2)), town, legal_person="周戊五")
    apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    shop = Entity.objects.get(code=books.code(1))
    assert (shop.legal_person, shop.trade_sign) == ("孙丙六", "老丙家")


def test_a_new_code_that_someone_entered_meanwhile_stops_it(town, department):
    steps.shops(town.first_grid, 1)
    batch = steps.compare(department, books.xlsx([books.row(1), books.row(5)]))
    steps.shop(town.first_grid, 5)
    with pytest.raises(apply.ApplyError, match="已经有了表里的新主体"):
        apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    assert Entity.objects.count() == 2


def test_more_than_a_tenth_gone_stops_for_a_person(town):
    department = steps.department(town.street)
    steps.shops(town.first_grid, 10)
    batch = steps.compare(department, books.xlsx([books.row(number) for number in range(1, 9)]))
    assert batch.counts["gone_percent"] == 20.0
    with pytest.raises(apply.ApplyError, match=r"疑似消失 2 家，占 20\.0 %，超过 10 %"):
        apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    batches.allow_gone(batch=batch, actor=town.data_admin, at=make.AT)
    apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    assert Entity.objects.filter(missing_since__isnull=False).count() == 2
    assert AccessLog.objects.filter(verb="coverage.allow_gone", actor=town.data_admin).exists()


def test_gone_is_looked_for_only_in_the_declared_scope(town):
    department = steps.department(town.street, scope_kinds=["sole_trader"])
    steps.shops(town.first_grid, 3)
    trader = steps.shop(town.first_grid, 4, kind="sole_trader")
    closed = steps.shop(town.first_grid, 5, kind="sole_trader", registration_status="4")
    batch = steps.compare(department, books.xlsx([books.row(1)]))
    assert [row.entity_id for row in batch.differences.filter(kind="gone")] == [trader.pk]
    assert closed.pk != trader.pk
    assert steps.balanced(batch)
    partial = steps.compare(department, books.xlsx([books.row(2)]), is_full=False)
    assert partial.counts["gone"] == 0


def test_doubt_has_to_be_settled_or_left_on_purpose(town, department):
    steps.shops(town.first_grid, 2)
    batch = steps.compare(department, books.xlsx([books.row(1), books.row(2, code="")]))
    with pytest.raises(apply.ApplyError, match="还有 1 行待确认"):
        apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    batch = apply.apply(batch=batch, actor=town.data_admin, at=make.AT, leave_doubt=True)
    doubt = batch.differences.get(kind="doubt")
    settle.settle_same(
        difference=doubt, entity=Entity.objects.get(code=books.code(2)), actor=town.data_admin, at=make.AT
    )
    with pytest.raises(apply.ApplyError, match="没有新认定的行"):
        apply.apply(batch=batch, actor=town.data_admin, at=make.AT)


def test_what_is_settled_after_applying_is_applied_on_its_own(town, department):
    steps.shops(town.first_grid, 2)
    batch = steps.compare(
        department, books.xlsx([books.row(1, person="孙丙六"), books.row(2, code="", person="李丁四")])
    )
    before = steps.registry(town.street)
    batch = apply.apply(batch=batch, actor=town.data_admin, at=make.AT, leave_doubt=True)
    settle.settle_same(
        difference=batch.differences.get(kind="doubt"),
        entity=Entity.objects.get(code=books.code(2)), actor=town.data_admin, at=make.AT,
    )  # fmt: skip
    batch = apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    assert Entity.objects.get(code=books.code(2)).legal_person == "李丁四"
    undo.undo(batch=batch, actor=town.data_admin, at=make.AT)
    assert steps.registry(town.street) == before


def test_undo_leaves_what_was_edited_since_and_lists_it(town, department):
    steps.shops(town.first_grid, 3)
    rows = [
        books.row(1, person="孙丙六", address="清波路1号"),
        books.row(2, person="孙丙六"),
        books.row(3),
        books.row(7),
        books.row(8),
        books.row(9),
    ]
    batch = apply.apply(batch=steps.compare(department, books.xlsx(rows)), actor=town.data_admin, at=make.AT)
    corrected(Entity.objects.get(code=books.code(1)), town, legal_person="周戊五")
    corrected(Entity.objects.get(code=books.code(7)), town, legal_person="周戊五")
    visited = Entity.objects.get(code=books.code(9))
    make.stop(make.round_(town.street), visited, town.visitor)
    told = undo.preview(batch)
    assert told == {"restored": 2, "removed": 1, "skipped": 3}
    batch = undo.undo(batch=batch, actor=town.data_admin, at=make.AT)
    assert batch.counts["undone"] == told
    first = Entity.objects.get(code=books.code(1))
    assert (first.legal_person, first.address) == ("周戊五", "望桥路1号")
    assert Entity.objects.filter(code__in=[books.code(7), books.code(9)]).count() == 2
    assert not Entity.objects.filter(code=books.code(8)).exists()
    skipped = set(batch.differences.exclude(skipped_reason="").values_list("skipped_reason", flat=True))
    assert skipped == {undo.EDITED, undo.USED}


def test_what_is_not_applied_cannot_be_undone_and_what_is_applied_not_discarded(town, department):
    steps.shops(town.first_grid, 1)
    batch = steps.compare(department, books.xlsx([books.row(1, person="孙丙六")]))
    with pytest.raises(undo.UndoError, match="没有可撤销的"):
        undo.undo(batch=batch, actor=town.data_admin, at=make.AT)
    batch = apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    with pytest.raises(batches.BatchError, match="先撤销再作废"):
        batches.discard(batch=batch, actor=town.data_admin, at=make.AT)
    undo.undo(batch=batch, actor=town.data_admin, at=make.AT)
    batch = batches.discard(batch=batch, actor=town.data_admin, at=make.AT)
    with pytest.raises(apply.ApplyError, match="已作废，不能应用"):
        apply.apply(batch=batch, actor=town.data_admin, at=make.AT)


def test_phones_are_compared_and_written_without_ever_standing_in_the_clear(town, department):
    steps.shops(town.first_grid, 2)
    corrected(Entity.objects.get(code=books.code(1)), town, phone="19900000017")
    headings = (*books.HEADINGS, "联系电话")
    rows = [[*books.row(1), "199-0000-0017"], [*books.row(2), "+86 19900000025"], [*books.row(7), "19900000033"]]
    batch = steps.compare(department, books.xlsx(rows, headings=headings))
    assert (batch.counts["same"], batch.counts["changed"], batch.counts["new"]) == (1, 1, 1)
    before = steps.registry(town.street)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(d::text, '') FROM coverage_difference d")
        written = cursor.fetchone()[0]
    assert "19900000025" not in written
    assert "19900000033" not in written
    batch = apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    after = steps.registry(town.street)
    from shimen.privacy import sealing

    for code, number in ((books.code(2), "19900000025"), (books.code(7), "19900000033")):
        shop = Entity.objects.get(code=code)
        assert shop.phone_mask == f"199****{number[-4:]}"
        opened = sealing.open_sealed(
            bytes(shop.phone_sealed), table="coverage_entity", column="phone_sealed", row=shop.pk
        )
        assert opened == number
    batch = undo.undo(batch=batch, actor=town.data_admin, at=make.AT)
    assert steps.registry(town.street) == before
    apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    assert steps.registry(town.street) == after


@pytest.mark.django_db(transaction=True)
def test_two_people_applying_at_once_apply_once():
    town = make.town()
    department = steps.department(town.street, gone_limit_percent=100)
    steps.shops(town.first_grid, 30)
    rows = [books.row(number, person="孙丙六") for number in range(1, 31)]
    batch = steps.compare(department, books.xlsx([*rows, books.row(40)]))
    barrier, said = threading.Barrier(2), []

    def press() -> None:
        barrier.wait()
        try:
            apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
            said.append("applied")
        except apply.ApplyError as refusal:
            said.append(refusal.sentence)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said)[0] == "applied"
    assert "没有新认定的行" in sorted(said)[1]
    assert Entity.objects.filter(legal_person="孙丙六").count() == 30
    assert Entity.objects.count() == 31
    assert AccessLog.objects.filter(verb="coverage.apply_batch").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_batches_on_the_same_field_at_once_leave_one_of_them_waiting():
    town = make.town()
    steps.shops(town.first_grid, 5)
    first = steps.compare(
        steps.department(town.street), books.xlsx([books.row(n, person="孙丙六") for n in range(1, 6)])
    )
    second = steps.compare(
        steps.department(town.street), books.xlsx([books.row(n, person="李丁四") for n in range(1, 6)])
    )
    barrier, said = threading.Barrier(2), []

    def press(batch: Batch) -> None:
        barrier.wait()
        try:
            apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
            said.append("applied")
        except apply.ApplyError as refusal:
            said.append(refusal.sentence)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=[batch]) for batch in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said.count("applied") == 1
    assert "5 处又改动了" in next(sentence for sentence in said if sentence != "applied")
    assert Entity.objects.values("legal_person").distinct().count() == 1


def test_a_job_that_is_refused_leaves_its_sentence_on_the_batch(town, department):
    steps.shops(town.first_grid, 2)
    batch = steps.compare(department, books.xlsx([books.row(1, person="孙丙六"), books.row(2)]))
    batches.request_apply(batch=batch, actor=town.data_admin, at=make.AT)
    with pytest.raises(batches.BatchError, match="正在应用"):
        batches.request_apply(batch=batch, actor=town.data_admin, at=make.AT)
    corrected(Entity.objects.get(code=books.code(1)), town, legal_person="周戊五")
    jobs.run_due(at=make.AT)
    batch.refresh_from_db()
    assert batch.state == Batch.State.READY
    assert "又改动了" in batch.error


def test_a_job_delivered_twice_or_cut_off_halfway_happens_once(town, department, monkeypatch):
    steps.shops(town.first_grid, 2)
    batch = steps.compare(department, books.xlsx([books.row(1, person="孙丙六"), books.row(2), books.row(7)]))
    before = steps.registry(town.street)
    batches.request_apply(batch=batch, actor=town.data_admin, at=make.AT)
    job = batches.job_of(Batch.objects.get())
    asked = asking.put_for

    def cut_off(*args, **kwargs):
        raise ConnectionResetError("worker gone")

    monkeypatch.setattr(asking, "put_for", cut_off)
    assert jobs.run(job_id=job.pk, at=make.AT) is False
    assert steps.registry(town.street) == before
    assert Batch.objects.get().state == Batch.State.APPLYING
    monkeypatch.setattr(asking, "put_for", asked)
    type(job).objects.filter(pk=job.pk).update(due_at=make.AT)
    jobs.run(job_id=job.pk, at=make.AT)
    after = steps.registry(town.street)
    assert Batch.objects.get().state == Batch.State.APPLIED
    jobs.run(job_id=job.pk, at=make.AT)
    assert steps.registry(town.street) == after


def test_a_first_workbook_is_found_after_its_job_and_can_be_undone_whole(town, department, monkeypatch):
    monkeypatch.setattr(apply, "SEARCHED_AT_ONCE", 2)
    batch = steps.compare(department, books.xlsx([books.row(number) for number in range(1, 6)]))
    empty = steps.registry(town.street)
    batch = apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    assert not EntitySearch.objects.exists()
    jobs.run_due(at=make.AT)
    found = Entity.objects.get(code=books.code(3))
    assert found.pinyin.startswith("jiayibing3")
    assert EntitySearch.objects.filter(text__contains="jiayibing3").count() == 1
    batch = undo.undo(batch=batch, actor=town.data_admin, at=make.AT)
    assert batch.counts["undone"] == {"restored": 0, "removed": 5, "skipped": 0}
    assert steps.registry(town.street) == empty
