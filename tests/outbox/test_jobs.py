"""What is promised in a transaction happens once: after crashes, duplicates, failures and lost messages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError

from shimen import clock, outbox
from shimen.celery import app
from shimen.errors import DomainError
from shimen.outbox import handlers, jobs, tasks
from shimen.outbox.models import Job
from shimen.territory.models import Street
from tests import make

AT = dt.datetime(2026, 11, 23, 1, 30, tzinfo=dt.UTC)
KIND = "test.rename"
OLD = "旧名街道（示例）"


class Refused(DomainError):
    pass


@pytest.fixture
def street(db):
    return make.street(name=OLD)


@pytest.fixture
def work(monkeypatch):
    """The body of the handler, to be replaced by each test."""
    box = {"run": lambda job, at: None}
    monkeypatch.setattr(handlers, "_HANDLERS", dict(handlers._HANDLERS))
    outbox.handle(KIND, lambda *, job, at: box["run"](job, at))
    return box


@pytest.fixture
def long_work(monkeypatch):
    box = {"run": lambda job, at: None}
    monkeypatch.setattr(handlers, "_HANDLERS", dict(handlers._HANDLERS))
    outbox.handle(KIND, lambda *, job, at: box["run"](job, at), long=True)
    return box


def promise(street, key="rename:1", **more):
    with transaction.atomic():
        return outbox.enqueue(kind=KIND, payload={"name": "新名"}, effect_key=key, street=street, at=AT, **more)


def rename(street):
    def run(job, at):
        Street.objects.filter(pk=street.pk).update(name=job.payload["name"])

    return run


def test_the_effect_and_the_completion_commit_together(street, work):
    work["run"] = rename(street)
    job = promise(street)
    assert jobs.run(job_id=job.pk, at=AT) is True
    job.refresh_from_db()
    street.refresh_from_db()
    assert (job.state, job.attempts, street.name) == ("done", 1, "新名")


def test_a_second_delivery_does_nothing(street, work):
    seen = []
    work["run"] = lambda job, at: seen.append(at)
    job = promise(street)
    jobs.run(job_id=job.pk, at=AT)
    assert jobs.run(job_id=job.pk, at=AT) is False
    assert seen == [AT]


def test_the_same_effect_key_is_the_same_promise(street, work):
    assert promise(street).pk == promise(street).pk
    assert Job.objects.count() == 1


def test_a_rolled_back_cause_leaves_no_job(street, work):
    with pytest.raises(IntegrityError), transaction.atomic():
        outbox.enqueue(kind=KIND, payload={}, effect_key="x", street=street, at=AT)
        make.street(code=street.code)
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_enqueueing_outside_a_transaction_is_refused(work):
    street = make.street(name=OLD)
    with pytest.raises(TransactionManagementError):
        outbox.enqueue(kind=KIND, payload={}, effect_key="x", street=street, at=AT)


def test_a_kind_without_a_handler_is_refused_at_once(street):
    with pytest.raises(LookupError), transaction.atomic():
        outbox.enqueue(kind="test.nobody", payload={}, effect_key="x", street=street, at=AT)


def test_two_handlers_for_one_kind_are_a_mistake(work):
    with pytest.raises(ValueError, match="two handlers"):
        outbox.handle(KIND, lambda *, job, at: None)


def test_a_failure_undoes_what_was_written_and_is_tried_later(street, work):
    def half(job, at):
        rename(street)(job, at)
        raise RuntimeError("half way")

    work["run"] = half
    job = promise(street)
    assert jobs.run(job_id=job.pk, at=AT) is False
    job.refresh_from_db()
    street.refresh_from_db()
    assert street.name == OLD
    assert (job.state, job.attempts) == ("waiting", 1)
    assert job.due_at > clock.machine_now()
    assert "half way" in job.error


def test_pauses_grow_with_every_failure(street, work):
    def fail(job, at):
        raise RuntimeError("again")

    work["run"] = fail
    job = promise(street)
    pauses = []
    for _ in range(3):
        jobs.run(job_id=job.pk, at=AT)
        job.refresh_from_db()
        pauses.append((job.due_at - clock.machine_now()).total_seconds())
        Job.objects.filter(pk=job.pk).update(due_at=clock.machine_now())
    assert pauses[0] < pauses[1] < pauses[2]


def test_a_job_that_keeps_failing_is_put_aside_with_a_sentence(street, work):
    def fail(job, at):
        raise RuntimeError("never")

    work["run"] = fail
    job = promise(street)
    Job.objects.filter(pk=job.pk).update(attempts=jobs.ATTEMPTS - 1)
    jobs.run(job_id=job.pk, at=AT)
    job.refresh_from_db()
    assert job.state == "failed"
    assert job.error == "试了 8 次都没有成功，请联系技术人员。（RuntimeError）"


def test_a_domain_refusal_is_final_and_its_sentence_is_kept(street, work):
    def refuse(job, at):
        raise Refused("这份表不是本街道的。")

    work["run"] = refuse
    job = promise(street)
    assert jobs.run(job_id=job.pk, at=AT) is True
    job.refresh_from_db()
    assert (job.state, job.error, job.attempts) == ("failed", "这份表不是本街道的。", 1)


def test_a_job_held_by_a_living_worker_is_left_alone(street, work):
    job = promise(street)
    Job.objects.filter(pk=job.pk).update(
        state="running", attempts=1, lease_until=clock.machine_now() + dt.timedelta(minutes=1)
    )
    assert jobs.run(job_id=job.pk, at=AT) is False
    assert jobs.overdue() == []


def test_a_job_of_a_dead_worker_is_found_and_done(street, work):
    work["run"] = rename(street)
    job = promise(street)
    Job.objects.filter(pk=job.pk).update(
        state="running", attempts=1, lease_until=clock.machine_now() - dt.timedelta(seconds=1)
    )
    assert jobs.overdue() == [job.pk]
    assert jobs.run(job_id=job.pk, at=AT) is True
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 2)


def test_a_job_that_kills_every_worker_is_put_aside(street, work):
    job = promise(street)
    Job.objects.filter(pk=job.pk).update(
        state="running", attempts=jobs.ATTEMPTS, lease_until=clock.machine_now() - dt.timedelta(seconds=1)
    )
    assert jobs.run(job_id=job.pk, at=AT) is False
    job.refresh_from_db()
    assert job.state == "failed"
    assert "中断" in job.error


def test_a_worker_that_lost_its_lease_cannot_finish(street, work):
    def overtaken(job, at):
        rename(street)(job, at)
        Job.objects.filter(pk=job.pk).update(attempts=5)
        with jobs.finishing(job=job, at=at):
            pass

    work["run"] = overtaken
    job = promise(street)
    assert jobs.run(job_id=job.pk, at=AT) is False
    street.refresh_from_db()
    assert street.name == OLD


def test_a_long_job_shows_progress_and_keeps_its_lease(street, long_work):
    seen = {}

    def step(job, at):
        jobs.progress(job=job, stage="读表", done=500, total=2100)
        seen.update(Job.objects.values("state", "progress").get(pk=job.pk))

    long_work["run"] = step
    job = promise(street)
    assert jobs.run(job_id=job.pk, at=AT) is True
    assert seen == {"state": "running", "progress": {"stage": "读表", "done": 500, "total": 2100}}
    job.refresh_from_db()
    assert job.state == "done"


def test_progress_of_a_job_that_was_taken_over_stops_the_worker(street, long_work):
    def step(job, at):
        Job.objects.filter(pk=job.pk).update(attempts=7)
        jobs.progress(job=job, stage="读表", done=1, total=2)

    long_work["run"] = step
    job = promise(street)
    assert jobs.run(job_id=job.pk, at=AT) is False
    job.refresh_from_db()
    assert job.state == "running"


def test_a_delayed_job_waits(street, work):
    job = promise(street, delay=dt.timedelta(hours=1))
    assert jobs.run(job_id=job.pk, at=AT) is False
    assert jobs.run_due(at=AT) == 0


def test_everything_due_can_be_done_in_this_process(street, work):
    promise(street, "a")
    promise(street, "b")
    assert jobs.run_due(at=AT) == 2


def test_a_commit_wakes_a_worker_and_a_missing_broker_harms_nothing(
    street, work, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []

    def away(name, args):
        sent.append((name, args))
        raise ConnectionError("broker away")

    monkeypatch.setattr(app, "send_task", away)
    with django_capture_on_commit_callbacks(execute=True):
        job = promise(street)
    assert sent == [("outbox.run", [str(job.pk)])]
    assert Job.objects.get(pk=job.pk).state == "waiting"


def test_the_sweeper_sends_what_is_overdue_and_only_that(street, work, monkeypatch):
    sent = []
    monkeypatch.setattr(app, "send_task", lambda name, args: sent.append(args))
    promise(street, "fresh")
    late = promise(street, "late")
    Job.objects.filter(pk=late.pk).update(due_at=clock.machine_now() - dt.timedelta(minutes=2))
    tasks.sweep()
    assert sent == [[str(late.pk)]]


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_claim_at_once_do_not_wait_for_each_other(work):
    street = make.street(name=OLD)
    job = promise(street)
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT 1 FROM outbox_job WHERE id = %s FOR UPDATE", [job.pk])
        assert jobs.run(job_id=job.pk, at=AT) is False
    finally:
        other.rollback()
        other.close()
    assert jobs.run(job_id=job.pk, at=AT) is True


def test_only_a_failed_job_can_be_retried_and_that_is_recorded(street, work, django_user_model):
    from shimen.audit.models import AccessLog

    person = django_user_model.objects.create(username="shuju", street=street)
    job = promise(street)
    with pytest.raises(jobs.JobError):
        jobs.retry(job=job, actor=person, at=AT)
    Job.objects.filter(pk=job.pk).update(state="failed", error="断网", attempts=8)
    jobs.retry(job=job, actor=person, at=AT)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == ("waiting", 0, "")
    entry = AccessLog.objects.get(verb="outbox.retry")
    assert (entry.actor, entry.before, entry.object_id) == (person, {"error": "断网"}, str(job.pk))
