"""Certificates of having taken part: issued for those who came, revoked with a reason, checked by number by anybody."""

from __future__ import annotations

import datetime as dt
import secrets
from enum import StrEnum

from django.db import transaction

from branches.models import Certificate, Enrolment, Training
from branches.models.training import CERTIFICATES
from branches.texts import numbers
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.privacy import sealing
from shimen.privacy.masks import mask_name


class CertificateError(DomainError):
    """This certificate cannot be issued or revoked."""


class Answer(StrEnum):
    """All that the public check says."""

    VALID = "有效"
    REVOKED = "已作废"
    UNKNOWN = "没有这个编号"
    MISTYPED = "编号写错了"


def check(typed: str) -> Answer:
    """Whether a number is a certificate that stands; nothing about whose it is."""
    number = numbers.tidy(typed)
    if not number:
        return Answer.MISTYPED
    revoked = Certificate.objects.filter(number=number).values_list("revoked_at", flat=True)
    found = list(revoked[:1])
    if not found:
        return Answer.UNKNOWN
    return Answer.VALID if found[0] is None else Answer.REVOKED


@transaction.atomic
def issue(*, training: Training, actor: User, at: dt.datetime) -> list[Certificate]:
    """One for everybody who came and has none yet; once more gives only what is missing. Raises `CertificateError`."""
    row = Training.objects.select_for_update(of=("self",)).select_related("course").get(pk=training.pk)
    if not row.course.gives_certificate:
        raise CertificateError("这门课不发学习证明。")
    if row.cancelled_at is not None or row.ends_at > at:
        raise CertificateError("课结束以后再发。")
    came = Enrolment.objects.filter(training=row, attended=True, certificate__isnull=True)
    made = [_made(entry, actor, at) for entry in came.select_related("member", "user").in_line()]
    if not made:
        raise CertificateError("没有要发的：先记到课；到课的都发过了。")
    Certificate.objects.bulk_create(made)
    record(verb="training.issue_certificates", target=row, actor=actor, at=at, after={"rows": len(made)})
    return made


def _made(entry: Enrolment, actor: User, at: dt.datetime) -> Certificate:
    day = clock.day_of(at)
    signs = "".join(secrets.choice(numbers.ALPHABET) for _ in range(numbers.RANDOM_SIGNS))
    row = Certificate(
        street_id=entry.street_id,
        enrolment=entry,
        number=numbers.number(day.year, signs),
        issued_on=day,
        issued_by=actor,
    )
    name = entry.member.name() if entry.member else str(entry.user)
    row.name_sealed = sealing.seal(name, table=CERTIFICATES, column="name_sealed", row=row.pk)
    row.name_mask = mask_name(name)[:30]
    return row


@transaction.atomic
def revoke(*, certificate: Certificate, reason: str, actor: User, at: dt.datetime) -> Certificate:
    """Declare a certificate void; the public check says so from now on."""
    row = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if row.revoked_at is not None:
        raise CertificateError("这张证明已经作废。")
    if len(reason.strip()) < 4:
        raise CertificateError("写一句为什么作废，至少 4 个字。", field="reason")
    row.revoked_at, row.revoked_reason = at, reason.strip()
    row.save(update_fields=["revoked_at", "revoked_reason"])
    record(verb="training.revoke_certificate", target=row, actor=actor, at=at, reason=row.revoked_reason)
    return row


@transaction.atomic
def reinstate(*, certificate: Certificate, actor: User, at: dt.datetime) -> Certificate:
    """Take back that a certificate was declared void."""
    row = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if row.revoked_at is None:
        raise CertificateError("这张证明没有作废。")
    row.revoked_at, row.revoked_reason = None, ""
    row.save(update_fields=["revoked_at", "revoked_reason"])
    record(verb="training.reinstate_certificate", target=row, actor=actor, at=at)
    return row
