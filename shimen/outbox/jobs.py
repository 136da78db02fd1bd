"""The life of a job: promised, claimed, done once, or put aside with a sentence.

Instants come in two kinds. `at` is the product's time, which a demonstration may hold still; due times and leases are
counted on the machine's clock (`now`), which always runs.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import uuid
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.celery import app
from shimen.errors import DomainError
from shimen.outbox.handlers import Handler, handler_of
from shimen.outbox.models import Job
from shimen.territory.models import Street

logger = logging.getLogger(__name__)

ATTEMPTS = 8
_FIRST_PAUSE = dt.timedelta(seconds=15)
_LONGEST_PAUSE = dt.timedelta(hours=1)
# A message that is on its way deserves a moment before it is sent once more.
_GRACE = dt.timedelta(seconds=30)


class JobError(DomainError):
    """A job cannot be treated as asked."""


class LostLease(Exception):  # noqa: N818 - a fact about the world, not a fault
    """Another worker has taken the job meanwhile; whatever was written for it is rolled back."""


def enqueue(
    *,
    kind: str,
    payload: dict[str, Any],
    effect_key: str,
    street: Street,
    at: dt.datetime,
    delay: dt.timedelta = dt.timedelta(0),
) -> Job:
    """Write the promise into the caller's transaction and wake a worker when it commits."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("enqueue() belongs inside the transaction of its cause")
    if handler_of(kind) is None:
        raise LookupError(f"no handler for {kind!r}")
    due = clock.machine_now() + delay
    job, fresh = Job.objects.get_or_create(
        effect_key=effect_key,
        defaults={"kind": kind, "payload": payload, "street": street, "due_at": due, "enqueued_at": at},
    )
    if fresh and not delay:
        _wake_on_commit(job.pk)
    return job


def send(job_id: uuid.UUID) -> None:
    """Hand the id to the broker; whichever worker gets it calls `run`."""
    app.send_task("outbox.run", args=[str(job_id)])


def _wake_on_commit(job_id: uuid.UUID) -> None:
    """Wake a worker after the commit; if the broker is away, the sweeper will."""

    # A partial would not do: Django reports a robust hook by its qualified name.
    def wake() -> None:
        send(job_id)

    transaction.on_commit(wake, robust=True)


def run(*, job_id: uuid.UUID, at: dt.datetime) -> bool:
    """Do the job if it is due and free. True if this call brought it to its end."""
    job = _claim(job_id=job_id, now=clock.machine_now())
    if job is None:
        return False
    handler = handler_of(job.kind)
    if handler is None:
        _put_aside(job, sentence=f"没有程序处理“{job.kind}”，请联系技术人员。")
        return True
    try:
        _work(handler, job=job, at=at)
    except LostLease:
        logger.warning("job %s (%s) was taken over by another worker", job.pk, job.kind)
        return False
    except DomainError as refusal:
        _put_aside(job, sentence=refusal.sentence)
    except Exception as error:
        logger.exception("job %s (%s) failed at attempt %s", job.pk, job.kind, job.attempts)
        _try_later(job, error=error)
        return False
    return True


def _work(handler: Handler, *, job: Job, at: dt.datetime) -> None:
    if not handler.long:
        with finishing(job=job, at=at):
            handler.work(job=job, at=at)
        return
    handler.work(job=job, at=at)
    if job.state != Job.State.DONE:
        with finishing(job=job, at=at):
            pass


@transaction.atomic
def _claim(*, job_id: uuid.UUID, now: dt.datetime) -> Job | None:
    """Take the job for one lease, or find that it is done, not due, or in other hands."""
    free = Q(state=Job.State.WAITING, due_at__lte=now) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    job = Job.objects.select_for_update(skip_locked=True).filter(free, pk=job_id).first()
    if job is None:
        return None
    if job.attempts >= ATTEMPTS:
        _close(job, state=Job.State.FAILED, error=job.error or f"试了 {job.attempts} 次都中断了，请联系技术人员。")
        return None
    handler = handler_of(job.kind)
    job.state = Job.State.RUNNING
    job.attempts += 1
    job.lease_until = now + (handler.lease if handler else dt.timedelta(minutes=2))
    job.save(update_fields=["state", "attempts", "lease_until"])
    return job


def _still_ours(job: Job) -> bool:
    """Lock the row; no if another worker has claimed it since."""
    ours = Job.objects.select_for_update().filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)
    return ours.exists()


@contextlib.contextmanager
def finishing(*, job: Job, at: dt.datetime) -> Iterator[None]:
    """The transaction of the effect: what is written inside and the job's completion commit together or not at all."""
    with transaction.atomic():
        if not _still_ours(job):
            raise LostLease(str(job.pk))
        yield
        Job.objects.filter(pk=job.pk).update(
            state=Job.State.DONE, done_at=clock.machine_now(), lease_until=None, error=""
        )
    job.state = Job.State.DONE


def progress(*, job: Job, stage: str, done: int, total: int) -> None:
    """Tell the person who waits how far the work is, and the sweeper that somebody is at it."""
    handler = handler_of(job.kind)
    lease = handler.lease if handler else dt.timedelta(minutes=2)
    ours = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)
    shown = {"stage": stage, "done": done, "total": total}
    if not ours.update(progress=shown, lease_until=clock.machine_now() + lease):
        raise LostLease(str(job.pk))
    job.progress = shown


def _try_later(job: Job, *, error: Exception) -> None:
    if job.attempts >= ATTEMPTS:
        _put_aside(job, sentence=f"试了 {job.attempts} 次都没有成功，请联系技术人员。（{type(error).__name__}）")
        return
    pause = min(_FIRST_PAUSE * 2 ** (job.attempts - 1), _LONGEST_PAUSE)
    with transaction.atomic():
        if _still_ours(job):
            Job.objects.filter(pk=job.pk).update(
                state=Job.State.WAITING,
                due_at=clock.machine_now() + pause,
                lease_until=None,
                error=f"{type(error).__name__}: {error}"[:500],
            )


@transaction.atomic
def _put_aside(job: Job, *, sentence: str) -> None:
    if _still_ours(job):
        _close(job, state=Job.State.FAILED, error=sentence)


def _close(job: Job, *, state: str, error: str) -> None:
    Job.objects.filter(pk=job.pk).update(state=state, error=error, lease_until=None, done_at=clock.machine_now())


def overdue(*, limit: int = 500) -> list[uuid.UUID]:
    """Jobs whose message must have got lost, or whose worker has died; the longest waiting first."""
    now = clock.machine_now()
    waiting = Q(state=Job.State.WAITING, due_at__lte=now - _GRACE)
    abandoned = Q(state=Job.State.RUNNING, lease_until__lt=now)
    return list(Job.objects.filter(waiting | abandoned).order_by("due_at").values_list("pk", flat=True)[:limit])


def is_interrupted(job: Job) -> bool:
    """Whether the job was begun and nobody is at it now: its worker has died, or an error made it wait for another try."""
    if job.state == Job.State.RUNNING:
        return job.lease_until is not None and job.lease_until < clock.machine_now()
    return job.state == Job.State.WAITING and job.attempts > 0


def run_due(*, at: dt.datetime) -> int:
    """Do everything that is due in this very process, for commands and tests; returns how many came to their end."""
    now = clock.machine_now()
    due = Job.objects.filter(
        Q(state=Job.State.WAITING, due_at__lte=now) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    )
    return sum(run(job_id=pk, at=at) for pk in list(due.order_by("due_at").values_list("pk", flat=True)))


@transaction.atomic
def retry(*, job: Job, actor: User, at: dt.datetime) -> Job:
    """Give a job that was put aside another round of attempts."""
    current = Job.objects.select_for_update().get(pk=job.pk)
    if current.state != Job.State.FAILED:
        raise JobError("这项任务没有失败，不用重试。")
    failed = current.error
    current.state, current.attempts, current.error = Job.State.WAITING, 0, ""
    current.due_at, current.done_at = clock.machine_now(), None
    current.save(update_fields=["state", "attempts", "error", "due_at", "done_at"])
    record(
        verb="outbox.retry", target=current, actor=actor, at=at, before={"error": failed}, after={"state": "waiting"}
    )
    _wake_on_commit(current.pk)
    return current
