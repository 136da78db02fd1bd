"""The verbs on replies: making a sheet for a department, and saying that it has been told.

A sheet says what was settled when it was made. Saying 已回复 marks exactly those differences as told; taking that back
returns each to what it was, except those that have gone on since.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from coverage.comparison import batches, stage
from coverage.feeds import files
from coverage.models import Batch, Discrepancy, DiscrepancyStep, Reply
from coverage.replies import people_sheet
from coverage.replies.reply_sheet import Composer, as_file
from shimen import clock, outbox
from shimen.accounts.models import User
from shimen.audit.record import exported, record
from shimen.errors import DomainError
from shimen.models import new_id
from shimen.outbox import jobs
from shimen.outbox.models import Job
from shimen.privacy import sealing

KIND = "replies.make"
TABLE, COLUMN = "coverage_reply", "sealed"
FORMS = ("xlsx", "csv")
# More lines than these are written in the background.
AT_ONCE = 2_000
SHORTEST_PURPOSE = 4
State, Verb = Discrepancy.State, DiscrepancyStep.Verb


class ReplyError(DomainError):
    """The reply cannot be made, told or taken back as things stand."""


@transaction.atomic
def make(*, batch: Batch, form: str, purpose: str, actor: User, at: dt.datetime) -> Reply:
    """Write the sheet for a batch that was applied; a large one is promised to the outbox. Raises `ReplyError`."""
    purpose = " ".join(purpose.split())
    if form not in FORMS:
        raise ReplyError("选一种格式：xlsx 或 CSV。", field="form")
    if len(purpose) < SHORTEST_PURPOSE:
        raise ReplyError("写明给谁、做什么用，至少 4 个字，例如“回复市场监管所”。", field="purpose")
    batch = (
        Batch.objects.select_for_update(of=("self",)).select_related("department", "file", "street").get(pk=batch.pk)
    )
    if batch.state != Batch.State.APPLIED:
        raise ReplyError(f"{batch}{batch.get_state_display()}，应用以后才有可回复的。")
    files.be_kept(batch.file, to="做回复表")
    reply = Reply.objects.create(
        street_id=batch.street_id,
        batch=batch,
        form=form,
        purpose=purpose[:200],
        mark=new_id().hex[-8:],
        made_by=actor,
        made_at=at,
    )
    record(verb=KIND, target=reply, actor=actor, at=at, after={"form": form, "mark": reply.mark}, reason=purpose)
    if (batch.people if _is_of_people(batch) else batch.differences).count() <= AT_ONCE:
        return _write(reply, *_composed(reply))
    payload = {"reply": str(reply.pk)}
    outbox.enqueue(kind=KIND, payload=payload, effect_key=f"{KIND}:{reply.pk}", street=batch.street, at=at)
    return reply


def _composed(reply: Reply, progress: Callable[[int, int], None] = lambda *_: None) -> tuple[bytes, int]:
    batch = reply.batch
    stamp = f"{reply.made_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"
    headline = (
        f"说明：{batch.street.name}对{batch.department.name} {batch.as_of:%Y-%m-%d} 名册的核对结果。"
        f"{reply.made_by}于 {stamp} 制，用途：{reply.purpose}。编号 {reply.mark}，仅供贵部门核对，不得外传"
    )

    def original(lines: Sequence[int]) -> list[tuple[int, list[str]]]:
        return stage.original_rows(batches.source_of(batch), lines)

    if _is_of_people(batch):
        composed = people_sheet.compose(batch, f"{headline}。证件号等不收的列没有读，留空", original)
    else:
        composed = Composer(batch).compose(headline, original, progress)
    return as_file(composed, reply.form, headline), composed.rows


def _is_of_people(batch: Batch) -> bool:
    return bool(batch.subject == Batch.Subject.PEOPLE)


def _write(reply: Reply, content: bytes, rows: int) -> Reply:
    if _is_of_people(reply.batch):
        reply.sealed = sealing.seal(base64.b64encode(content).decode(), table=TABLE, column=COLUMN, row=reply.pk)
    else:
        reply.content = content
    reply.rows, reply.state = rows, Reply.State.READY
    reply.sha256 = hashlib.sha256(content).hexdigest()
    reply.save(update_fields=["content", "sealed", "rows", "state", "sha256"])
    return reply


def make_job(*, job: Job, at: dt.datetime) -> None:
    """`replies.make`: long, outside a transaction; the sheet and the job's end commit together."""
    reply = Reply.objects.select_related("batch__department", "batch__street", "batch__file", "made_by").get(
        pk=uuid.UUID(job.payload["reply"])
    )
    if reply.state != Reply.State.MAKING:
        return
    try:
        content, rows = _composed(
            reply, lambda done, total: jobs.progress(job=job, stage="写表", done=done, total=total)
        )
    except DomainError as refusal:
        with jobs.finishing(job=job, at=at):
            Reply.objects.filter(pk=reply.pk).update(state=Reply.State.FAILED, error=refusal.sentence[:200])
        return
    with jobs.finishing(job=job, at=at):
        _write(reply, content, rows)


def job_of(reply: Reply) -> Job | None:
    """The job that writes it, for showing progress."""
    return Job.objects.filter(effect_key=f"{KIND}:{reply.pk}").first()


def taken(*, reply: Reply, actor: User, at: dt.datetime) -> bytes:
    """The bytes for a download, which is kept in the log. Raises `ReplyError` when they are not there (any more)."""
    if reply.state == Reply.State.MAKING:
        raise ReplyError("表还在做，做好再下载。")
    content = _kept(reply)
    if content is None:
        raise ReplyError(f"这份表已过 30 天，只留了编号 {reply.mark}。要再发，重新做一份。")
    exported(
        target=reply, actor=actor, at=at, purpose=reply.purpose, rows=reply.rows,
        filters={"mark": reply.mark, "form": reply.form}, digest=reply.sha256,
    )  # fmt: skip
    return content


def _kept(reply: Reply) -> bytes | None:
    """The bytes of a sheet; None when their time is over."""
    if reply.sealed is not None:
        return base64.b64decode(sealing.open_sealed(reply.sealed, table=TABLE, column=COLUMN, row=reply.pk))
    return bytes(reply.content) if reply.content is not None else None


@transaction.atomic
def tell(*, reply: Reply, actor: User, at: dt.datetime) -> int:
    """The sheet has gone to the department: what it says has been told. Returns how many differences that were."""
    reply = Reply.objects.select_for_update(of=("self",)).select_related("batch").get(pk=reply.pk)
    if reply.state != Reply.State.READY:
        raise ReplyError(f"这份回复{reply.get_state_display()}，不能再记为已回复。")
    rows = _told_by(reply).select_for_update()
    pks = list(rows.values_list("pk", flat=True))
    Discrepancy.objects.filter(pk__in=pks).update(
        told_from=F("state"), state=State.TOLD, told_on=clock.day_of(at), reply=reply, changed_at=at
    )
    _steps(pks, Verb.TELL, actor, at, reply)
    reply.state, reply.sent_by, reply.sent_at = Reply.State.SENT, actor, at
    reply.save(update_fields=["state", "sent_by", "sent_at"])
    record(verb="replies.tell", target=reply, actor=actor, at=at, after={"told": len(pks), "mark": reply.mark})
    return len(pks)


def _told_by(reply: Reply) -> QuerySet[Discrepancy]:
    """What stood on the sheet: settled by the time it was made, and still so."""
    rows: QuerySet[Discrepancy] = Discrepancy.objects.filter(last_batch=reply.batch_id, changed_at__lte=reply.made_at)
    return rows.filter(state__in=Discrepancy.TO_TELL)


@transaction.atomic
def untell(*, reply: Reply, actor: User, at: dt.datetime) -> tuple[int, int]:
    """It was not sent after all: each difference is what it was. Returns how many went back, and how many had gone on."""
    reply = Reply.objects.select_for_update(of=("self",)).select_related("batch").get(pk=reply.pk)
    if reply.state != Reply.State.SENT:
        raise ReplyError("这份回复还没有记为已回复，不用撤销。")
    rows = Discrepancy.objects.select_for_update().filter(reply=reply)
    pks = list(rows.filter(state=State.TOLD).values_list("pk", flat=True))
    gone_on = rows.exclude(state=State.TOLD).count()
    Discrepancy.objects.filter(pk__in=pks).update(
        state=F("told_from"), told_from="", told_on=None, reply=None, changed_at=reply.made_at
    )
    _steps(pks, Verb.UNTELL, actor, at, reply)
    reply.state, reply.sent_by, reply.sent_at = Reply.State.READY, None, None
    reply.save(update_fields=["state", "sent_by", "sent_at"])
    after: dict[str, Any] = {"told": len(pks), "skipped": gone_on, "mark": reply.mark}
    record(verb="replies.untell", target=reply, actor=actor, at=at, after=after)
    return len(pks), gone_on


def _steps(pks: Sequence[uuid.UUID], verb: str, actor: User, at: dt.datetime, reply: Reply) -> None:
    words = f"回复表 {reply.mark}"
    DiscrepancyStep.objects.bulk_create(
        [
            DiscrepancyStep(discrepancy_id=pk, verb=verb, at=at, actor=actor, batch_id=reply.batch_id, words=words)
            for pk in pks
        ],
        batch_size=2_000,
    )
