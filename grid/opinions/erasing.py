"""Letting go of what people said of themselves: when they take it back, and when its time is over.

Unlike behind a collection code nothing was passed on to the registry, so what is asked for is done at once, in the same
transaction; a trace without personal data remains.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import Q, QuerySet

from grid.chain.opinion_states import State, Verb, target
from grid.models import Opinion, OpinionNotice
from grid.opinions.receiving import OpinionError
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import origin, record
from shimen.privacy.models import Erasure
from shimen.privacy.register import Basis, PersonalField, declare
from shimen.privacy.retention import Rule, declare_rules
from shimen.territory.models import Street

SHORTEST_REASON = 4
TELLER_DAYS = 3 * 365
FIELDS = (
    PersonalField(
        model="grid.Opinion", name="phone", label="说意见的人的电话", whose="说意见的人", purpose="问清这件事，回复本人",
        basis=Basis.SEPARATE_CONSENT, retention_days=180, counts_from="收到意见", sealed="phone_sealed", mask="phone_mask",
    ),
    PersonalField(
        model="grid.Opinion", name="teller", label="说意见的人的店名或称呼", whose="说意见的人", purpose="当面回复",
        basis=Basis.DUTY, retention_days=TELLER_DAYS, counts_from="收到意见",
    ),
)  # fmt: skip


@transaction.atomic
def forget_phone(*, opinion: Opinion, actor: User | None, at: dt.datetime, reason: str = "") -> Opinion:
    """Take the consent to be called back: the number goes at once, the opinion stays. A second time nothing changes."""
    row = _locked(opinion)
    if row.phone_sealed is None:
        return row
    _check(actor, reason)
    _drop_phone(row, at)
    row.save()
    _leave_trace(row, "电话", "phone", actor, at)
    _record("opinions.forget_phone", row, actor, at, reason)
    return row


@transaction.atomic
def withdraw(*, opinion: Opinion, actor: User | None, at: dt.datetime, reason: str = "") -> Opinion:
    """Take the whole opinion back, by its teller (no actor) or by staff whom they asked. A second time nothing changes.

    A matter or topic that it had become goes on, as others may wait for it; it never held the number.
    """
    row = _locked(opinion)
    if row.state == State.WITHDRAWN:
        return row
    _check(actor, reason)
    row.state = target(Verb.WITHDRAW, State(row.state)).value
    what = _empty(row, at)
    row.save()
    _leave_trace(row, "、".join(what), "all", actor, at)
    _record("opinions.withdraw", row, actor, at, reason)
    return row


def _locked(opinion: Opinion) -> Opinion:
    return Opinion.objects.select_for_update(of=("self",)).get(pk=opinion.pk)


def _check(actor: User | None, reason: str) -> None:
    if actor is not None and len(reason.strip()) < SHORTEST_REASON:
        raise OpinionError("写一句本人怎么提出的，至少 4 个字，例如“本人来电要求”。", field="reason")


def _drop_phone(row: Opinion, at: dt.datetime) -> None:
    row.phone_sealed = row.phone_index = None
    row.phone_mask, row.unconsented_at = "", at


def _empty(row: Opinion, at: dt.datetime) -> list[str]:
    """Empty an opinion in memory; labels of what it held."""
    held = [label for label, kept in (("说的话", row.words), ("电话", row.phone_sealed), ("称呼", row.teller)) if kept]
    if row.phone_sealed is not None:
        _drop_phone(row, at)
    row.words = row.teller = row.spot = row.digest = ""
    row.emptied_at = at
    return held


def _leave_trace(row: Opinion, what: str, kind: str, actor: User | None, at: dt.datetime) -> None:
    Erasure.objects.create(
        street_id=row.street_id, key=f"opinion:{row.pk}:{kind}",
        cause=Erasure.Cause.ASKED if actor else Erasure.Cause.WITHDRAWN, label="街情气象站的意见",
        what=what.split("、"), rows=1, asked_at=at, due_on=clock.day_of(at), done_at=at, handled_by=actor,
    )  # fmt: skip


def _record(verb: str, row: Opinion, actor: User | None, at: dt.datetime, reason: str) -> None:
    """A line in the log; without the address it came from where it was the person's own doing."""
    token = origin.set("" if actor is None else origin.get())
    try:
        record(verb=verb, target=row, actor=actor, at=at, reason=reason.strip())
    finally:
        origin.reset(token)


# ---- what is let go by itself


def _phones(street: Street, on: dt.date) -> QuerySet[Opinion]:
    """Numbers whose notice promised that they would be gone by now."""
    over = Q(pk__in=[])
    for notice in OpinionNotice.objects.filter(street=street):
        over |= Q(notice=notice, received_at__lt=_end_of(on - dt.timedelta(days=notice.retention_days)))
    return Opinion.objects.filter(over, street=street, phone_sealed__isnull=False)


def _tellers(street: Street, on: dt.date) -> QuerySet[Opinion]:
    last = _end_of(on - dt.timedelta(days=TELLER_DAYS))
    return Opinion.objects.filter(street=street, received_at__lt=last).exclude(teller="")


def _end_of(day: dt.date) -> dt.datetime:
    """The first instant after a day in Shanghai."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, clock.SHANGHAI)


def _expire_phones(ids: list[uuid.UUID], at: dt.datetime) -> None:
    Opinion.objects.filter(pk__in=ids).update(phone_sealed=None, phone_index=None, phone_mask="", unconsented_at=at)


def _expire_tellers(ids: list[uuid.UUID], at: dt.datetime) -> None:
    Opinion.objects.filter(pk__in=ids).update(teller="")


def declare_erasing() -> None:
    """Called once from `GridConfig.ready()`."""
    declare(*FIELDS)
    declare_rules(
        Rule("opinion.phone", "意见里留的电话", (("grid.Opinion", "phone"),), _phones, _expire_phones),
        Rule("opinion.teller", "意见是谁说的", (("grid.Opinion", "teller"),), _tellers, _expire_tellers),
    )
