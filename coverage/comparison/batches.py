"""The verbs on batches: receiving a workbook, reading and comparing it, discarding it, asking for it to be applied.

Long work travels through the outbox: `feed.stage` reads and compares, `feed.apply` and `feed.undo` write. Each is all or
nothing, and safe to run again after a crash.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from coverage.comparison import apply as applying
from coverage.comparison import changes, stage
from coverage.comparison import undo as undoing
from coverage.comparison.classify import MATCH, Comparison
from coverage.comparison.people import compare as people
from coverage.comparison.people import files as sealed_files
from coverage.comparison.people import write as people_writing
from coverage.differences import following
from coverage.feeds import files, remembered
from coverage.models import Batch, Department, Difference, FeedFile
from coverage.reading import book
from shimen import outbox
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.models import new_id
from shimen.outbox import jobs
from shimen.outbox.models import Job

State = Batch.State
LIVE = (State.RECEIVED, State.READING, State.MAPPING, State.READY, State.APPLYING, State.APPLIED)
COMPARABLE = (State.RECEIVED, State.READING, State.REFUSED, State.MAPPING, State.READY, State.UNDONE)
REPORT_EVERY = 5_000


class BatchError(DomainError):
    """What was asked of a batch is not possible now. `batch` is the one to look at instead, if there is one."""

    def __init__(self, sentence: str, *, field: str | None = None, batch: Batch | None = None) -> None:
        super().__init__(sentence, field=field)
        self.batch = batch


@transaction.atomic
def receive(
    *,
    department: Department,
    name: str,
    content: files.Content,
    as_of: dt.date,
    actor: User | None,
    at: dt.datetime,
    is_full: bool = True,
    on: dt.date,
    subject: str = Batch.Subject.ENTITIES,
    id: uuid.UUID | None = None,  # noqa: A002
) -> Batch:
    """Keep a workbook byte for byte and make a batch of it, not yet read. `on` is today in Shanghai; an open file as
    `content` is read twice and never held whole. A list of people (`subject`) is kept sealed.

    Raises `BatchError` for an empty or oversized file, a day in the future, and the same file a second time.
    """
    size, digest = files.weigh(content)
    _refuse_unlikely(size, as_of, on)
    department = Department.objects.select_for_update().get(pk=department.pk)
    if department.retired_at is not None:
        raise BatchError(f"{department}已停用，不再收表。要收，先在部门页上恢复。", field="department")
    _refuse_twin(department, digest)
    file = _kept(department, name, size, digest, actor, at)
    (sealed_files if subject == Batch.Subject.PEOPLE else files).keep(file=file, content=content)
    number = (department.batches.aggregate(last=Max("number"))["last"] or 0) + 1
    batch = Batch.objects.create(
        pk=id or new_id(),
        street_id=department.street_id,
        number=number,
        department=department,
        file=file,
        as_of=as_of,
        is_full=is_full,
        subject=subject,
        created_by=actor,
        created_at=at,
    )
    record(
        verb="coverage.receive_batch",
        target=batch,
        actor=actor,
        at=at,
        after={"file": file.name, "sha256": digest[:16]},
    )
    return batch


def _kept(department: Department, name: str, size: int, digest: str, actor: User | None, at: dt.datetime) -> FeedFile:
    return FeedFile.objects.create(
        street_id=department.street_id,
        sha256=digest,
        name=name[-200:],
        size=size,
        content=b"",
        uploaded_by=actor,
        uploaded_at=at,
    )


def _refuse_unlikely(size: int, as_of: dt.date, on: dt.date) -> None:
    if not size:
        raise BatchError("文件是空的。请确认导出成功后重新上传。", field="file")
    limit = book.Limits().file_bytes
    if size > limit:
        raise BatchError(f"文件超过 {limit // book.MEGABYTE} MB，没有收。请拆成几份上传。", field="file")
    if as_of > on:
        raise BatchError(f"数据截至日 {as_of:%Y-%m-%d} 晚于今天，请核对。", field="as_of")


def _refuse_twin(department: Department, digest: str) -> None:
    twin = department.batches.filter(file__sha256=digest, state__in=LIVE).order_by("-number").first()
    if twin is None:
        return
    day = twin.created_at.astimezone(dt.timezone(dt.timedelta(hours=8)))
    raise BatchError(
        f"这份表和 {day.month} 月 {day.day} 日上传的第 {twin.number} 批完全相同，没有再比对。", field="file", batch=twin
    )


@transaction.atomic
def request_comparison(*, batch: Batch, actor: User | None, at: dt.datetime) -> Batch:
    """Promise that the workbook is read and compared (again). What a person has decided is carried over."""
    batch = _locked(batch)
    if batch.state in {State.APPLIED, State.APPLYING, State.DISCARDED}:
        raise BatchError(f"{batch}{batch.get_state_display()}，不能再比对。", batch=batch)
    files.be_kept(batch.file, to="比对")
    job = job_of(batch)
    if batch.state == State.READING and job is not None and job.state != Job.State.FAILED:
        raise BatchError(f"{batch}正在比对，完成后再看。", batch=batch)
    batch.state, batch.error, batch.revision = State.READING, "", batch.revision + 1
    batch.save(update_fields=["state", "error", "revision"])
    outbox.enqueue(
        kind="feed.stage",
        payload={"batch": str(batch.pk)},
        effect_key=_effect("stage", batch),
        street=batch.street,
        at=at,
    )
    if batch.revision > 1:
        record(verb="coverage.compare_again", target=batch, actor=actor, at=at, after={"revision": batch.revision})
    return batch


@transaction.atomic
def request_apply(*, batch: Batch, actor: User, at: dt.datetime, leave_doubt: bool = False) -> Batch:
    """Promise that the accepted differences are written. Raises what `apply` would raise at once."""
    batch = _locked(batch)
    if batch.state == State.APPLYING:
        raise BatchError(f"{batch}正在应用，不用再点。", batch=batch)
    if batch.state == State.APPLIED and not unapplied(batch):
        raise BatchError(_already(batch), batch=batch)
    writer_of(batch).check(batch, leave_doubt=leave_doubt)
    _promise_apply(batch, actor=actor, at=at, leave_doubt=leave_doubt)
    return batch


@transaction.atomic
def request_reapply(*, batch: Batch, actor: User, at: dt.datetime, leave_doubt: bool = False) -> Batch:
    """Promise that an undone batch is written once more, but for what has been changed since."""
    batch = _locked(batch)
    if batch.state != State.UNDONE:
        raise BatchError(f"{batch}{batch.get_state_display()}，没有撤销过，不用重新应用。", batch=batch)
    writer_of(batch).check(batch, leave_doubt=leave_doubt)
    _promise_apply(batch, actor=actor, at=at, leave_doubt=leave_doubt, is_again=True)
    return batch


def _promise_apply(batch: Batch, *, actor: User, at: dt.datetime, leave_doubt: bool, is_again: bool = False) -> None:
    payload = {
        "batch": str(batch.pk), "actor": str(actor.pk), "leave_doubt": leave_doubt, "back_to": batch.state,
        "is_again": is_again,
    }  # fmt: skip
    batch.state, batch.error, batch.revision = State.APPLYING, "", batch.revision + 1
    batch.layout.pop(
        "tops", None
    )  # rows of the workbook in the clear are kept only while its columns may be asked about
    batch.save(update_fields=["state", "error", "revision", "layout"])
    outbox.enqueue(kind="feed.apply", payload=payload, effect_key=_effect("apply", batch), street=batch.street, at=at)


def unapplied(batch: Batch) -> bool:
    """Whether a person has settled something since the batch was applied."""
    if _is_of_people(batch):
        return people_writing.has_unapplied(batch)
    settled = (
        Q(kind__in=["new", "changed"], decision="accept")
        | Q(kind="doubt", settled="new")
        | Q(kind="gone", decision__in=["accept", "ask"])
    )
    return batch.differences.filter(settled, applied=False, skipped_reason="").exists()


def _already(batch: Batch) -> str:
    when = f"{batch.applied_at:%m-%d}" if batch.applied_at else ""
    return f"{batch}已由{batch.applied_by or '系统'}于 {when} 应用，没有新认定的行。"


@transaction.atomic
def request_undo(*, batch: Batch, actor: User, at: dt.datetime) -> Batch:
    """Promise that an applied batch is taken back."""
    batch = _locked(batch)
    if batch.state != State.APPLIED:
        raise BatchError(f"{batch}{batch.get_state_display()}，没有可撤销的。", batch=batch)
    files.be_kept(batch.file, to="撤销")
    batch.state, batch.error, batch.revision = State.APPLYING, "", batch.revision + 1
    batch.save(update_fields=["state", "error", "revision"])
    outbox.enqueue(
        kind="feed.undo",
        payload={"batch": str(batch.pk), "actor": str(actor.pk)},
        effect_key=_effect("undo", batch),
        street=batch.street,
        at=at,
    )
    return batch


@transaction.atomic
def discard(*, batch: Batch, actor: User, at: dt.datetime) -> Batch:
    """Put a batch away that was not applied. Its file and what was decided on its rows are kept."""
    batch = _locked(batch)
    if batch.state in {State.APPLIED, State.APPLYING}:
        raise BatchError(f"{batch}已经应用，先撤销再作废。", batch=batch)
    if batch.state == State.DISCARDED:
        raise BatchError(f"{batch}已经作废。", batch=batch)
    before = batch.state
    batch.state = State.DISCARDED
    remembered.forget_seen(batch)
    batch.layout.pop("tops", None)
    batch.save(update_fields=["state", "layout"])
    following.discarded(batch=batch)
    record(
        verb="coverage.discard_batch",
        target=batch,
        actor=actor,
        at=at,
        before={"state": before},
        after={"state": "discarded"},
    )
    return batch


@transaction.atomic
def allow_gone(*, batch: Batch, actor: User, at: dt.datetime) -> Batch:
    """A person vouches that a workbook in which more than a tenth is missing is complete."""
    batch = _locked(batch)
    if batch.state not in {State.READY, State.UNDONE}:
        raise BatchError(f"{batch}{batch.get_state_display()}，不用再确认。", batch=batch)
    batch.gone_allowed_by = actor
    batch.save(update_fields=["gone_allowed_by"])
    record(verb="coverage.allow_gone", target=batch, actor=actor, at=at, after={"gone": batch.counts.get("gone", 0)})
    return batch


def _locked(batch: Batch) -> Batch:
    return Batch.objects.select_for_update(of=("self",)).select_related("department", "street").get(pk=batch.pk)


def _effect(step: str, batch: Batch) -> str:
    return f"feed.{step}:{batch.pk}:{batch.revision}"


def job_of(batch: Batch) -> Job | None:
    """The latest job of a batch, for showing progress."""
    keys = [_effect(step, batch) for step in ("stage", "apply", "undo")]
    return Job.objects.filter(effect_key__in=keys).order_by("-enqueued_at").first()


# Reading and comparing.


def source_of(batch: Batch) -> stage.Source:
    """What the reading process is given for a batch."""
    if _is_of_people(batch):
        return stage.Source(
            content=sealed_files.content_of(batch.file),
            name=batch.file.name,
            as_of=batch.as_of,
            aliases=remembered.aliases_of(batch.department, batch.subject),
            is_of_people=True,
        )
    return stage.Source(
        content=bytes(batch.file.content) or files.Kept(batch.file_id),
        name=batch.file.name,
        as_of=batch.as_of,
        aliases=remembered.aliases_of(batch.department),
    )


def read_and_compare(
    *,
    batch: Batch,
    at: dt.datetime,
    progress: Callable[[str, int, int], None] = lambda *_: None,
    finishing: Callable[[], Any] = transaction.atomic,
) -> Batch:
    """Read the workbook, compare it with the registry and write the change set down, in this very process.

    A file that cannot be read leaves the batch refused with its sentence, one whose header nobody knows leaves it waiting
    for a person (`mapping`): these are outcomes, not errors.
    `finishing` opens the transaction of the final writes.
    """
    batch = Batch.objects.select_related("department", "file", "street").get(pk=batch.pk)
    source = source_of(batch)
    if _is_of_people(batch):
        return _compare_people(batch, source, at, progress, finishing)
    reported = 0

    def rows_came(rows: int) -> None:
        nonlocal reported
        if rows - reported >= REPORT_EVERY:
            reported = rows
            progress("读表", rows, 0)

    progress("读表", 0, 0)
    try:
        account = stage.load(source, progress=rows_came)
    except stage.StageError as refusal:
        return _put_aside(batch, *_refused(refusal), finishing)
    if sentence := remembered.why_a_person(batch, account["sheets"]):
        return _put_aside(batch, State.MAPPING, sentence, account, finishing)
    total = sum(sheet["data"] for sheet in account["sheets"])
    progress("比对", 0, total)
    columns = {name for sheet in account["sheets"] for _, name in sheet["columns"]}
    found = Comparison(batch, changes.settlements(batch), lambda done: progress("比对", done, total)).run(columns)
    change_set = changes.ChangeSet(batch, found)
    change_set.build(lambda done, lines: progress("整理差异", done, lines))
    progress("写下差异", len(change_set.lines), 0)
    with finishing():
        _write_down(batch, account, change_set, at)
    stage.drop()
    return _reloaded(batch)


def _compare_people(
    batch: Batch,
    source: stage.Source,
    at: dt.datetime,
    progress: Callable[[str, int, int], None],
    finishing: Callable[[], Any],
) -> Batch:
    progress("读表", 0, 0)
    try:
        account, rows = people.read(source)
    except stage.StageError as refusal:
        return _put_aside(batch, *_refused(refusal), finishing)
    if sentence := remembered.why_a_person(batch, account["sheets"]):
        return _put_aside(batch, State.MAPPING, sentence, account, finishing)
    with finishing():
        account["news"] = remembered.news(batch, account["sheets"])
        remembered.remember(batch=batch, sheets=account["sheets"], at=at)
        counts = people.write_down(batch, rows)
        Batch.objects.filter(pk=batch.pk, state__in=COMPARABLE).update(
            state=State.READY, error="", layout=account, counts=counts, gone_allowed_by=None
        )
    return _reloaded(batch)


def _refused(refusal: stage.StageError) -> tuple[str, str, dict[str, Any]]:
    """State, sentence and layout of a batch whose workbook was not taken: where only its header is unknown, it waits."""
    if refusal.tops:
        return State.MAPPING, refusal.sentence, {"tops": refusal.tops}
    return State.REFUSED, refusal.sentence, {}


def _put_aside(batch: Batch, state: str, sentence: str, layout: dict[str, Any], finishing: Callable[[], Any]) -> Batch:
    """Nothing is compared: the batch waits with its sentence."""
    with finishing():
        Batch.objects.filter(pk=batch.pk, state__in=COMPARABLE).update(
            state=state, error=sentence, layout=layout, counts={}
        )
    stage.drop()
    return _reloaded(batch)


def _write_down(batch: Batch, account: dict[str, Any], change_set: changes.ChangeSet, at: dt.datetime) -> None:
    """Keep the change set with its account."""
    account["news"] = remembered.news(batch, account["sheets"])
    remembered.remember(batch=batch, sheets=account["sheets"], at=at)
    batch.counts = counts = change_set.write()
    following.note_agreement(batch=batch, match=MATCH, at=at)
    following.compared(batch=batch, at=at)
    Batch.objects.filter(pk=batch.pk, state__in=COMPARABLE).update(
        state=State.READY, error="", layout=account, counts=counts, gone_allowed_by=None
    )


def _reloaded(batch: Batch) -> Batch:
    return Batch.objects.select_related("department", "street").get(pk=batch.pk)


# What the outbox calls.


def stage_job(*, job: Job, at: dt.datetime) -> None:
    """`feed.stage`: long, outside a transaction; the change set and the job's end commit together."""
    batch = Batch.objects.get(pk=uuid.UUID(job.payload["batch"]))
    if batch.state == State.DISCARDED:
        return
    read_and_compare(
        batch=batch,
        at=at,
        progress=lambda stage_name, done, total: jobs.progress(job=job, stage=stage_name, done=done, total=total),
        finishing=lambda: jobs.finishing(job=job, at=at),
    )


def apply_job(*, job: Job, at: dt.datetime) -> None:
    """`feed.apply`: the transaction is the job's own; a refusal goes back to the batch as its sentence."""

    def write(batch: Batch, actor: User) -> Batch:
        writer = writer_of(batch)
        verb = writer.reapply if job.payload.get("is_again") and not _is_of_people(batch) else writer.apply
        done: Batch = verb(batch=batch, actor=actor, at=at, leave_doubt=bool(job.payload.get("leave_doubt")))
        return done

    _write_job(job, at, write, back_to=str(job.payload.get("back_to", State.READY)))


def undo_job(*, job: Job, at: dt.datetime) -> None:
    """`feed.undo`."""
    _write_job(
        job,
        at,
        lambda batch, actor: (people_writing if _is_of_people(batch) else undoing).undo(
            batch=batch, actor=actor, at=at
        ),
        back_to=State.APPLIED,
    )


def _is_of_people(batch: Batch) -> bool:
    return batch.subject == Batch.Subject.PEOPLE


def preview_undo(batch: Batch) -> dict[str, int]:
    """What undoing an applied batch would restore, take out and skip. Raises `NotKeptError`."""
    files.be_kept(batch.file, to="撤销")
    return people_writing.preview(batch) if _is_of_people(batch) else undoing.preview(batch)


def preview_again(batch: Batch) -> dict[str, int] | None:
    """What applying an undone batch again would write, enter and skip; None for a list of people. Raises `NotKeptError`."""
    files.be_kept(batch.file, to="重新应用")
    return None if _is_of_people(batch) else applying.preview_again(batch)


def waiting(batch: Batch) -> int:
    """How many doubtful rows nobody has settled."""
    return _doubtful(batch).filter(decision=Difference.Decision.OPEN).count()


def settled(batch: Batch) -> int:
    """How many doubtful rows somebody has settled."""
    return _doubtful(batch).exclude(decision=Difference.Decision.OPEN).count()


def _doubtful(batch: Batch) -> QuerySet[Any]:
    rows: QuerySet[Any] = batch.people.all() if _is_of_people(batch) else batch.differences.all()
    return rows.filter(kind=Difference.Kind.DOUBT)


def writer_of(batch: Batch) -> Any:
    """The module that checks and applies what a batch is a list of."""
    return people_writing if _is_of_people(batch) else applying


def _write_job(job: Job, at: dt.datetime, work: Callable[[Batch, User], Batch], *, back_to: str) -> None:
    batch = Batch.objects.get(pk=uuid.UUID(job.payload["batch"]))
    actor = User.objects.get(pk=uuid.UUID(job.payload["actor"]))
    if batch.state != State.APPLYING:
        return
    Batch.objects.filter(pk=batch.pk).update(state=back_to)
    try:
        with transaction.atomic():
            work(batch, actor)
    except DomainError as refusal:
        Batch.objects.filter(pk=batch.pk).update(state=back_to, error=refusal.sentence)
