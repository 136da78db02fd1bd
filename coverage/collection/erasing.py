"""Letting go of a submission: its own columns, what it passed on to a worker, and the copies that history made.

What the registry knew before comes back where it is on record; what another accepted submission of the same person, or
a visitor who met them, vouches for stays. A trace without personal data remains.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

from django.db import transaction

from coverage.models import Submission, Worker
from coverage.registry import forgetting
from coverage.registry.entities import open_phone
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.outbox.models import Job
from shimen.privacy import sealing

TABLE = "coverage_submission"
KIND = "collection.erase"
LABELS = {"name": "姓名", "phone": "手机号", "post": "岗位", "standing": "是不是党员"}
State = Submission.State


def open_column(row: Submission, column: str) -> str:
    """The text of a sealed column, '' where there is none."""
    sealed = getattr(row, column)
    return sealing.open_sealed(sealed, table=TABLE, column=column, row=row.pk) if sealed else ""


def remember(worker: Worker) -> dict[str, Any]:
    """What the registry knew of a person before, with who had said it."""
    return {
        "post": worker.post,
        "phone": open_phone(worker),
        "standing": worker.standing,
        "is_affiliated_elsewhere": worker.is_affiliated_elsewhere,
        "provenance": {key: worker.provenance[key] for key in LABELS if key in worker.provenance},
    }


def take_back(row: Submission, *, actor: User | None, at: dt.datetime) -> tuple[list[str], list[str]]:
    """Take what an accepted submission passed on out of the registry; labels of what went and what stays.

    A fact that somebody else has said since is theirs and stays.
    """
    if row.worker_id is None:
        return [], []
    worker = Worker.objects.select_for_update(of=("self",)).get(pk=row.worker_id)
    mine = [key for key in LABELS if worker.provenance.get(key, {}).get("ref") == str(row.pk)]
    others = [key for key in row.passed if key not in mine]
    heirs = _hand_over(row, worker, mine)
    going = [key for key in mine if key not in heirs]
    if "name" in going and worker.found_in.filter(withdrawn_at__isnull=True).exists():
        going = [key for key in going if key not in {"name", "phone"}]  # a visitor met them under this name and number
    if set(LABELS) & worker.provenance.keys() - set(mine):
        going = [key for key in going if key != "name"]  # somebody else knows them: the rest must not be nameless
    before = json.loads(open_column(row, "before_sealed") or "{}")
    forgetting.forget_worker(worker=worker, fields=going, before=before, ref=str(row.pk), actor=actor, at=at)
    stays = [key for key in LABELS if key in {*others, *mine} and key not in going]
    return [LABELS[key] for key in going], [LABELS[key] for key in stays]


def _hand_over(row: Submission, worker: Worker, mine: list[str]) -> set[str]:
    """Facts for which another accepted submission of the same person speaks as well become that one's."""
    others = worker.submissions.filter(state=State.ACCEPTED).exclude(pk=row.pk).order_by("-received_at")
    found: dict[str, str] = {}
    for other in others:
        for key in other.passed:
            same_phone = bytes(other.phone_index or b"") == bytes(worker.phone_index or b"")
            if key in mine and key not in found and (key != "phone" or same_phone):
                found[key] = str(other.pk)
    if "name" in mine and "phone" in found:
        found.setdefault("name", found["phone"])
    for key, ref in found.items():
        worker.provenance[key]["ref"] = ref
    if found:
        worker.save(update_fields=["provenance"])
    return set(found)


@transaction.atomic
def erase(*, submission_id: uuid.UUID, at: dt.datetime) -> Submission:
    """Do what a withdrawal promised; a second time there is nothing left to do."""
    rows = Submission.objects.select_for_update(of=("self",)).select_related("erasure")
    row = rows.get(pk=submission_id)
    if row.state != State.WITHDRAWN:
        return row
    _, kept = take_back(row, actor=None, at=at)
    what = empty(row, at)
    row.save()
    trace = row.erasure
    if trace is not None:
        trace.what, trace.kept, trace.rows, trace.done_at = what, kept, 1, at
        trace.save(update_fields=["what", "kept", "rows", "done_at"])
        record(verb="collection.erase", target=row, actor=None, at=at, after={"what": what, "kept": kept})
    return row


def empty(row: Submission, at: dt.datetime) -> list[str]:
    """Empty a submission in memory; labels of what it held."""
    held = ["姓名"] if row.name_sealed else []
    held += ["手机号"] if row.phone_sealed else []
    held += ["岗位"] if row.post else []
    held += ["是不是党员"] if row.standing_sealed else []
    held += ["写的店名"] if row.shop else []
    row.name_sealed = row.phone_sealed = row.phone_index = row.standing_sealed = row.before_sealed = None
    row.name_mask = row.phone_mask = row.post = row.shop = row.digest = ""
    row.worker, row.state, row.emptied_at = None, State.DELETED, at
    return held


def erase_job(*, job: Job, at: dt.datetime) -> None:
    """The job of one withdrawal."""
    erase(submission_id=uuid.UUID(job.payload["submission"]), at=at)


def expire(ids: list[uuid.UUID], at: dt.datetime) -> None:
    """Let go of submissions whose time is over, and of what they passed on. The day's trace is the caller's."""
    for row in Submission.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"):
        if row.state == State.ACCEPTED:
            take_back(row, actor=None, at=at)
        empty(row, at)
        row.save()


def drop_proof(ids: list[uuid.UUID], at: dt.datetime) -> None:
    """Delete what is left of emptied submissions: when, by which code, and the consents without a name."""
    Submission.objects.filter(pk__in=ids, state=State.DELETED).delete()
