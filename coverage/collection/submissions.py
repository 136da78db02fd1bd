"""The verbs on what people write: taking it in, taking it over into the registry, refusing it, letting go of it.

The receipt number is worked out from the id of the form that was filled in, which only whoever filled it in knows; the
database keeps an index of it. So the same form sent twice gives the same number, and nobody else can find it out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from coverage.collection import erasing, numbers
from coverage.models import CollectionCode, CollectionForm, Consent, Entity, Submission, Worker
from coverage.registry import workers as registry
from shimen import clock, outbox
from shimen.accounts.models import User
from shimen.audit.record import origin, record, revealed
from shimen.errors import DomainError
from shimen.privacy import sealing
from shimen.privacy.masks import mask_name
from shimen.privacy.models import Erasure

TABLE = erasing.TABLE
ERASE_WITHIN = dt.timedelta(days=7)
SHORTEST_REASON = 4
State = Submission.State


class SubmissionError(DomainError):
    """This cannot be done with a submission, or not any more."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a person wrote, as read by the form. `standing` is '' where they did not say or did not consent to it."""

    name: str
    phone: str
    post: str = ""
    standing: str = ""
    shop: str = ""
    wants_notices: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it: `receipt` is '' where the same content had come in before through another form;
    `is_rewritten` when the same form came again with something put right."""

    submission: Submission
    receipt: str
    is_known: bool
    is_rewritten: bool = False


def _keyed(purpose: str, text: str) -> bytes:
    return hmac.digest(settings.SHIMEN_INDEX_KEY, f"collection {purpose} {text}".encode(), hashlib.sha256)


def receipt_of(submission_id: uuid.UUID) -> str:
    """The receipt number of a submission, for whoever holds the id of its form."""
    return numbers.receipt_from(_keyed("receipt", submission_id.hex))


def receipt_index(receipt: str) -> bytes:
    """By what a receipt number is found."""
    return _keyed("receipt index", receipt)[: sealing.INDEX_BYTES]


def find(typed: str) -> Submission | None:
    """The submission of a receipt number; None for one that is mistyped or unknown."""
    receipt = numbers.tidy(typed)
    if not numbers.is_receipt(receipt):
        return None
    found: Submission | None = Submission.objects.with_doors().filter(receipt_index=receipt_index(receipt)).first()
    return found


def submit(
    *,
    id: uuid.UUID,  # noqa: A002
    code: CollectionCode,
    form: CollectionForm,
    entity: Entity | None,
    said: Said,
    at: dt.datetime,
) -> Taken:
    """Take in what a person wrote and consented to. The same form, or the same content, is one submission.

    Raises `SubmissionError`, `PhoneError`. `said.standing` may be given only with separate consent.
    """
    try:
        with transaction.atomic():
            return _take_in(id, code, form, entity, said, at)
    except IntegrityError:
        # Sent twice at the same moment: the other one is in.
        with transaction.atomic():
            return _take_in(id, code, form, entity, said, at)


def _take_in(
    pk: uuid.UUID, code: CollectionCode, form: CollectionForm, entity: Entity | None, said: Said, at: dt.datetime
) -> Taken:
    digest = _digest(code, said, entity)
    known = Submission.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if known is not None:
        return _again(known, entity, said, digest, at)
    live = [State.WAITING, State.ACCEPTED]
    known = Submission.objects.filter(code=code, digest=digest, state__in=live).first()
    if known is not None:
        return Taken(known, receipt_of(pk) if known.pk == pk else "", is_known=True)
    receipt = receipt_of(pk)
    row = Submission(
        pk=pk, street_id=code.street_id, code=code, form=form, entity=entity, place=code.place,
        shop=said.shop, post=said.post, name_mask=mask_name(said.name)[:12],
        receipt_index=receipt_index(receipt), digest=digest, received_at=at,
    )  # fmt: skip
    _seal(row, said)
    row.save(force_insert=True)
    kinds = _consent(row, said, at)
    _record_unnamed("collection.submit", row, at, {"form": form.number, "consents": kinds})
    return Taken(row, receipt, is_known=False)


def _again(row: Submission, entity: Entity | None, said: Said, digest: str, at: dt.datetime) -> Taken:
    """The same form once more: as it was, or put right by its writer as long as nobody has decided on it."""
    if row.state in {State.WITHDRAWN, State.DELETED}:
        raise SubmissionError("这一份已经撤回了。要再登记，重新扫码打开一次。")
    if row.digest == digest:
        return Taken(row, receipt_of(row.pk), is_known=True)
    if row.state != State.WAITING:
        raise SubmissionError("这一份已经核对过。要更正，先凭查询码撤回，再扫码重填一次。")
    row.entity, row.shop, row.post, row.digest = entity, said.shop, said.post, digest
    row.name_mask = mask_name(said.name)[:12]
    row.standing_sealed = None
    _seal(row, said)
    row.save()
    row.consents.all().delete()
    kinds = _consent(row, said, at)
    _record_unnamed("collection.rewrite", row, at, {"consents": kinds})
    return Taken(row, receipt_of(row.pk), is_known=True, is_rewritten=True)


def _consent(row: Submission, said: Said, at: dt.datetime) -> list[str]:
    """Write down what was agreed to; in words."""
    kinds = [Consent.Kind.BASIC]
    kinds += [Consent.Kind.SENSITIVE] if said.standing else []
    kinds += [Consent.Kind.NOTICES] if said.wants_notices else []
    Consent.objects.bulk_create(Consent(submission=row, kind=kind, given_at=at) for kind in kinds)
    return [str(kind.label) for kind in kinds]


def _digest(code: CollectionCode, said: Said, entity: Entity | None) -> str:
    index = sealing.phone_index(said.phone)
    parts = [code.pk.hex, entity.pk.hex if entity else "", said.name, index.hex() if index else said.phone]
    parts += [said.post, said.standing, said.shop, str(said.wants_notices)]
    return _keyed("content", "\x1f".join(parts)).hex()


def _seal(row: Submission, said: Said) -> None:
    row.name_sealed = sealing.seal(said.name, table=TABLE, column="name_sealed", row=row.pk)
    phone = sealing.seal_phone(said.phone, table=TABLE, column="phone_sealed", row=row.pk)
    row.phone_sealed, row.phone_index, row.phone_mask = phone
    if said.standing:
        row.standing_sealed = sealing.seal(said.standing, table=TABLE, column="standing_sealed", row=row.pk)


def _record_unnamed(verb: str, row: Submission, at: dt.datetime, after: dict[str, object]) -> None:
    """A line in the log without the address of the sender: the notice says what is kept, and that is not among it."""
    token = origin.set("")
    try:
        record(verb=verb, target=row, actor=None, at=at, after=after)
    finally:
        origin.reset(token)


def opened(row: Submission) -> Said:
    """What was written, for verbs that pass it on and for comparing; never for showing it."""
    return Said(
        name=erasing.open_column(row, "name_sealed"),
        phone=erasing.open_column(row, "phone_sealed"),
        post=row.get_post_display() if row.post else "",
        standing=erasing.open_column(row, "standing_sealed"),
        shop=row.shop,
    )


def _locked(submission: Submission, *states: str) -> Submission:
    """The submission as it is now, held; raises when its state does not allow what is asked."""
    row = (
        Submission.objects.select_for_update(of=("self",))
        .select_related("code", "form", "entity")
        .get(pk=submission.pk)
    )
    if row.state in {State.WITHDRAWN, State.DELETED}:
        raise SubmissionError("本人已经撤回，这一份不能再处理。")
    if row.state not in states:
        raise SubmissionError(f"这一份{row.get_state_display()}，不能再这样处理。先“退回待核对”。")
    return row


@transaction.atomic
def accept(
    *,
    submission: Submission,
    entity: Entity | None,
    worker: Worker | None,
    actor: User,
    at: dt.datetime,
    seen: str = "",
) -> Submission:
    """Take it over: as a new person of `entity`, or into `worker`, who is the same person.

    What the person said of themselves goes through the registry's verbs with this submission as its source; standing
    only with separate consent. `seen` is the digest of what the reviewer looked at. Raises `SubmissionError`,
    `WorkerError`.
    """
    row = _locked(submission, State.WAITING)
    if seen and seen != row.digest:
        raise SubmissionError("本人刚刚改过。看一眼新写的，再定。")
    home = worker.entity if worker else entity or row.entity
    if home is None:
        raise SubmissionError("先定下是哪一家，再采用。", field="entity")
    if home.street_id != row.street_id:
        raise SubmissionError("这一家不在本街道。", field="entity")
    said = opened(row)
    if worker is None:
        person = _as_new(home, said, row, actor, at)
        row.is_new_worker = person.provenance.get("name", {}).get("ref") == str(row.pk)
        worker = None if row.is_new_worker else person  # the same name and number is there already: the same person
    if worker is not None:
        _keep_before(row, erasing.remember(worker))
        person = _into(worker, said, row, actor, at)
    row.worker, row.entity, row.state = person, person.entity, State.ACCEPTED
    row.decided_at, row.decided_by = at, actor
    row.passed = sorted(key for key, given in _given(said, is_new=row.is_new_worker).items() if given)
    row.save()
    after = {"state": row.get_state_display(), "how": "采用为新" if row.is_new_worker else "并到已有的人"}
    record(verb="collection.accept", target=row, actor=actor, at=at, after=after)
    return row


def _as_new(home: Entity, said: Said, row: Submission, actor: User, at: dt.datetime) -> Worker:
    return registry.add_worker(
        entity=home, name=said.name, phone=said.phone, post=said.post,
        standing=said.standing or Worker.Standing.UNKNOWN, consented=bool(said.standing), source="collection",
        on=clock.day_of(row.received_at), actor=actor, at=at, ref=str(row.pk),
    )  # fmt: skip


def _keep_before(row: Submission, before: dict[str, Any]) -> None:
    """What the registry knew, sealed with the submission, so that it comes back when the consent goes."""
    text = json.dumps(before, ensure_ascii=False)
    row.before_sealed = sealing.seal(text, table=TABLE, column="before_sealed", row=row.pk)


def _given(said: Said, *, is_new: bool) -> dict[str, bool]:
    """Which facts of a worker a submission speaks for."""
    return {"name": is_new, "phone": bool(said.phone), "post": bool(said.post), "standing": bool(said.standing)}


def _into(worker: Worker, said: Said, row: Submission, actor: User, at: dt.datetime) -> Worker:
    """What they said written over what is known of them; the name stays as the registry spells it."""
    values = {"phone": said.phone}
    if said.post:
        values["post"] = said.post
    if said.standing and not _known_better(worker, said.standing):
        values["standing"] = said.standing
    return registry.correct_worker(
        worker=worker, values=values, source="collection", on=clock.day_of(row.received_at), actor=actor, at=at,
        consented=bool(said.standing), ref=str(row.pk),
    )  # fmt: skip


def _known_better(worker: Worker, standing: str) -> bool:
    """The form asks 是 or 不是; the registry may know that a member is on probation, or which other standing it is."""
    kinds = {Worker.Standing.PROBATIONARY: Worker.Standing.MEMBER, Worker.Standing.LEAGUE: Worker.Standing.OTHER}
    return kinds.get(Worker.Standing(worker.standing)) == standing


@transaction.atomic
def refuse(*, submission: Submission, reason: str, actor: User, at: dt.datetime) -> Submission:
    """Do not take it over; it is erased when its time is over, and whoever sent it reads the reason."""
    row = _locked(submission, State.WAITING)
    if reason not in Submission.Reason.values:
        raise SubmissionError("选一个没有采用的原因。", field="reason")
    row.state, row.reason, row.decided_at, row.decided_by = State.REFUSED, reason, at, actor
    row.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    record(verb="collection.refuse", target=row, actor=actor, at=at, after={"reason": row.get_reason_display()})
    return row


@transaction.atomic
def reopen(*, submission: Submission, actor: User, at: dt.datetime) -> Submission:
    """Take the decision back: what had been passed on to the registry is taken out of it again."""
    row = _locked(submission, State.ACCEPTED, State.REFUSED)
    twin = Submission.objects.filter(code=row.code, digest=row.digest, state__in=[State.WAITING, State.ACCEPTED])
    if twin.exclude(pk=row.pk).exists():
        raise SubmissionError("同样的内容又收到一份，处理那一份就行。")
    before = {"state": row.get_state_display()}
    if row.state == State.ACCEPTED:
        erasing.take_back(row, actor=actor, at=at)
    row.state, row.reason, row.decided_at, row.decided_by = State.WAITING, "", None, None
    row.worker, row.is_new_worker, row.passed, row.before_sealed = None, False, [], None
    row.save()
    record(verb="collection.reopen", target=row, actor=actor, at=at, before=before)
    return row


@transaction.atomic
def withdraw(*, submission: Submission, actor: User | None, at: dt.datetime, reason: str = "") -> Submission:
    """Take the consent back: by the person with the receipt number (no actor), or by staff whom they asked.

    From here nobody can use it; a job erases it, and what it passed on, at once, the trace says until when at the
    latest. Asking again changes nothing.
    """
    row = (
        Submission.objects.select_for_update(of=("self",))
        .select_related("street", "entity", "form")
        .get(pk=submission.pk)
    )
    if row.state in {State.WITHDRAWN, State.DELETED}:
        return row
    if actor is not None and len(reason.strip()) < SHORTEST_REASON:
        raise SubmissionError("写一句本人怎么提出的，至少 4 个字，例如“本人来电要求”。", field="reason")
    trace = Erasure.objects.create(
        street_id=row.street_id,
        key=f"submission:{row.pk}",
        cause=Erasure.Cause.ASKED if actor else Erasure.Cause.WITHDRAWN,
        label="采集码填写的信息",
        asked_at=at,
        due_on=clock.day_of(at) + ERASE_WITHIN,
        handled_by=actor,
    )
    row.state, row.erasure = State.WITHDRAWN, trace
    row.save(update_fields=["state", "erasure"])
    row.consents.filter(withdrawn_at__isnull=True).update(withdrawn_at=at)
    outbox.enqueue(
        kind=erasing.KIND, payload={"submission": str(row.pk)}, effect_key=f"erase:{row.pk}", street=row.street, at=at
    )
    if actor:
        record(verb="collection.withdraw", target=row, actor=actor, at=at, reason=reason.strip())
    else:
        _record_unnamed("collection.withdraw", row, at, {"state": row.get_state_display()})
    return row


@transaction.atomic
def reveal(*, submission: Submission, reason: str, actor: User, at: dt.datetime) -> Said:
    """What was written, in full, for a reason that is kept with who looked and when."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise SubmissionError("写一句为什么要看，至少 4 个字，例如“打电话核对”。", field="reason")
    if submission.name_sealed is None:
        raise SubmissionError("内容已经删除。", field="reason")
    said = opened(submission)
    revealed(target=submission, field="name, phone, standing", actor=actor, at=at, reason=reason.strip())
    return said
