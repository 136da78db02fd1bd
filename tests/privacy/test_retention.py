"""What has been kept long enough is erased: once, in chunks, with a trace, down to the copies in history."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from coverage.collection import submissions
from coverage.models import Consent, Entity, EntitySource, Submission, VisitAnswer, Worker
from coverage.registry import entities as registry
from shimen import clock
from shimen.audit.models import AccessLog
from shimen.outbox import jobs
from shimen.outbox.models import Job
from shimen.privacy import register, retention, sealing
from shimen.privacy.models import Erasure
from tests import make

pytestmark = pytest.mark.django_db
YEAR = dt.timedelta(days=365)
ALL_GONE = dt.date(2040, 1, 1)


def person(town: make.Town, entity: Entity, **values) -> Worker:
    said = {"name": "赵甲一", "phone": "19900000017", "post": "店员", "standing": "member", "consented": True} | values
    return registry.add_worker(entity=entity, source="staff", on=make.LONG_AGO, actor=town.staff, at=make.AT, **said)


def test_every_declared_field_has_a_rule_that_erases_it() -> None:
    assert retention.fields_without_rule() == []


def test_nothing_goes_a_day_too_early_and_everything_on_its_day(town) -> None:
    worker = person(town, make.entity(town.first_grid))
    registry.mark_left(worker=worker, on=make.TODAY, actor=town.staff, at=make.AT)
    last = make.TODAY + 3 * YEAR
    assert (
        retention.run(street=town.street, on=make.TODAY + YEAR - dt.timedelta(days=1), at=make.AT)["worker.standing"]
        == 0
    )
    assert retention.run(street=town.street, on=make.TODAY + YEAR, at=make.AT)["worker.standing"] == 1
    worker.refresh_from_db()
    assert (worker.standing, worker.name) == ("unknown", "赵甲一")
    assert retention.run(street=town.street, on=last - dt.timedelta(days=1), at=make.AT)["worker.left"] == 0
    assert retention.run(street=town.street, on=last, at=make.AT)["worker.left"] == 1
    worker.refresh_from_db()
    assert (worker.name, worker.post, worker.phone_sealed, worker.phone_mask) == ("（已删除）", "", None, "")
    events = Worker.pgh_event_model.objects.filter(pgh_obj_id=worker.pk)
    assert set(events.values_list("name", "post", "phone_mask", "standing")) == {("（已删除）", "", "", "unknown")}


def test_people_of_an_entity_that_left_count_as_gone_with_it(town) -> None:
    entity = make.entity(town.first_grid)
    worker = person(town, entity)
    registry.remove(entity=entity, reason="已经注销", actor=town.staff, at=make.AT)
    retention.run(street=town.street, on=make.TODAY + 3 * YEAR, at=make.AT)
    worker.refresh_from_db()
    assert worker.name == "（已删除）"


def test_who_ran_an_entity_goes_with_its_number_and_what_others_said_of_them(town) -> None:
    entity = make.entity(town.first_grid)
    said = {"legal_person": "钱乙二", "phone": "19900000018"}
    registry.correct_many(entity=entity, values=said, source="staff", on=make.TODAY, actor=town.staff, at=make.AT)
    EntitySource.objects.create(
        entity=entity, field="legal_person", source="department", by="sj", value="钱乙三", on=make.TODAY
    )
    registry.remove(entity=entity, reason="已经注销", actor=town.staff, at=make.AT)
    retention.run(street=town.street, on=make.TODAY + 3 * YEAR, at=make.AT)
    entity.refresh_from_db()
    assert (entity.legal_person, entity.phone_sealed, entity.phone_mask) == ("", None, "")
    assert not entity.sources.exists()
    assert not Entity.pgh_event_model.objects.filter(legal_person="钱乙二").exists()
    assert not Entity.objects.search("钱乙二").exists()


def test_a_number_said_at_a_door_goes_after_a_year(town) -> None:
    visit = make.visit(make.stop(make.round_(town.street), make.entity(town.first_grid), town.visitor))
    VisitAnswer.objects.create(visit=visit, field="phone", is_right=False, new="199****0017", sealed=b"x")
    retention.run(street=town.street, on=make.TODAY + YEAR, at=make.AT)
    assert VisitAnswer.objects.get().sealed is None


def test_what_nobody_took_goes_after_the_days_of_its_notice(town) -> None:
    make.collection_form(town.street, waiting_days=30)
    row = make.submission(make.code(make.entity(town.first_grid)))
    early = make.TODAY + dt.timedelta(days=29)
    assert retention.run(street=town.street, on=early, at=make.AT)["collection.undecided"] == 0
    assert retention.run(street=town.street, on=early + dt.timedelta(days=1), at=make.AT)["collection.undecided"] == 1
    row.refresh_from_db()
    assert (row.state, row.name_sealed, row.phone_mask) == ("deleted", None, "")


def test_what_was_taken_goes_with_what_it_passed_on_after_the_person_left(town) -> None:
    entity = make.entity(town.first_grid)
    make.collection_form(town.street, retention_days=180)
    row = make.submission(make.code(entity), name="赵甲一")
    done = submissions.accept(submission=row, entity=entity, worker=None, actor=town.staff, at=make.AT)
    registry.mark_left(worker=done.worker, on=make.TODAY, actor=town.staff, at=make.AT)
    day = make.TODAY + dt.timedelta(days=180)
    assert retention.run(street=town.street, on=day - dt.timedelta(days=1), at=make.AT)["collection.departed"] == 0
    assert retention.run(street=town.street, on=day, at=make.AT)["collection.departed"] == 1
    assert Worker.objects.get().name == "（已删除）"
    assert not Worker.pgh_event_model.objects.filter(name="赵甲一").exists()


def test_the_proof_of_consent_outlives_the_data_by_three_years(town) -> None:
    row = make.submission(make.code(make.entity(town.first_grid)))
    submissions.withdraw(submission=row, actor=None, at=make.AT)
    jobs.run_due(at=make.AT)
    retention.run(street=town.street, on=make.TODAY + 3 * YEAR - dt.timedelta(days=1), at=make.AT)
    assert Consent.objects.exists()
    retention.run(street=town.street, on=make.TODAY + 3 * YEAR, at=make.AT)
    assert not Consent.objects.exists()
    assert not Submission.objects.exists()
    assert Erasure.objects.filter(cause="withdrawn").exists()


def test_running_again_erases_and_counts_nothing_more(town) -> None:
    worker = person(town, make.entity(town.first_grid))
    registry.mark_left(worker=worker, on=make.TODAY, actor=town.staff, at=make.AT)
    for _ in range(3):
        retention.run(street=town.street, on=ALL_GONE, at=make.AT)
    assert {trace.key.partition(":")[0]: trace.rows for trace in Erasure.objects.all()} == {
        "worker.standing": 1,
        "worker.left": 1,
    }
    assert AccessLog.objects.filter(verb="privacy.retain").count() == 2


def test_many_rows_go_in_chunks_under_one_trace(town, monkeypatch) -> None:
    monkeypatch.setattr(retention, "CHUNK", 3)
    entity = make.entity(town.first_grid)
    for _ in range(8):
        make.worker(entity, left_on=make.LONG_AGO)
    assert retention.run(street=town.street, on=make.TODAY, at=make.AT)["worker.left"] == 8
    assert Erasure.objects.get(key__startswith="worker.left").rows == 8


def test_each_street_has_one_job_a_day_and_a_second_wake_up_adds_none(town) -> None:
    make.worker(make.entity(town.first_grid), left_on=make.LONG_AGO)
    assert retention.ensure_due(on=make.TODAY, at=make.AT) == 2
    assert retention.ensure_due(on=make.TODAY, at=make.AT) == 0
    assert jobs.run_due(at=clock.now()) == 2
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    assert Worker.objects.get().name == "（已删除）"


def test_another_streets_data_stay(town) -> None:
    elsewhere = make.worker(make.entity(make.area(town.stranger.street)), left_on=make.LONG_AGO)
    retention.run(street=town.street, on=make.TODAY, at=make.AT)
    elsewhere.refresh_from_db()
    assert elsewhere.name == "试员工"


def test_a_dry_run_only_counts(town) -> None:
    worker = make.worker(make.entity(town.first_grid), left_on=make.LONG_AGO)
    out = StringIO()
    call_command("retention", "--dry-run", stdout=out)
    assert "离开的从业人员：姓名、岗位、电话：1 条（只数，没有删）" in out.getvalue()
    worker.refresh_from_db()
    assert worker.name == "试员工"
    assert not Erasure.objects.exists()
    call_command("retention", stdout=StringIO())
    worker.refresh_from_db()
    assert worker.name == "（已删除）"


def test_the_future_is_only_looked_at(town) -> None:
    with pytest.raises(SystemExit):
        call_command("retention", "--on", "2999-01-01", stdout=StringIO(), stderr=StringIO())


def test_the_security_administrator_sees_what_went_and_what_is_due(client, town) -> None:
    entity = make.entity(town.first_grid)
    make.worker(entity, left_on=make.LONG_AGO)
    row = make.submission(make.code(entity), name="赵甲一")
    submissions.withdraw(submission=row, actor=None, at=make.AT)
    client.force_login(town.security_admin)
    page = client.get(reverse("privacy:erasures")).content.decode()
    assert "本人撤回同意" in page
    assert "在删" in page
    assert '<b class="warn">1</b>' in page
    assert "赵" not in page.partition("<main")[2]
    client.force_login(town.staff)
    assert client.get(reverse("privacy:erasures")).status_code == 403


def test_sealed_columns_of_submissions_rotate_like_all_others(town) -> None:
    row = make.submission(make.code(make.entity(town.first_grid)), name="赵甲一")
    columns = {field.sealed for field in register.sealed_fields() if field.model == "coverage.Submission"}
    assert columns == {"name_sealed", "phone_sealed", "standing_sealed", "before_sealed"}
    opened = sealing.open_sealed(row.name_sealed, table="coverage_submission", column="name_sealed", row=row.pk)
    assert opened == "赵甲一"
