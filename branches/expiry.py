"""When the personal data of branches have been kept long enough: one rule per event from which their periods count."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from branches.bodies import forgetting
from branches.models import FoundingDocument, Member, RosterRow
from shimen import clock
from shimen.privacy import register
from shimen.privacy.retention import Rule, declare_rules
from shimen.territory.models import Street

TAKEN_OUT = dt.timedelta(days=30)


def _last_day(model: str, name: str, on: dt.date) -> dt.date:
    """The event must lie on or before this day for the period to be over on `on`."""
    field = next(field for field in register.declared() if (field.model, field.name) == (model, name))
    return on - dt.timedelta(days=field.retention_days)


def _members(street: Street, on: dt.date) -> QuerySet[Member]:
    held = Member.objects.filter(street=street, name_sealed__isnull=False)
    return held.filter(valid__endswith__lte=_last_day("branches.Member", "name", on))


def _documents(street: Street, on: dt.date) -> QuerySet[FoundingDocument]:
    """Taken out a month ago, or of an organisation that was dissolved (or refused) as long ago as the register says."""
    removed_by = dt.datetime.combine(on - TAKEN_OUT, dt.time.min, clock.SHANGHAI)
    last = _last_day("branches.FoundingDocument", "content", on)
    over = Q(removed_at__lt=removed_by) | Q(founding__organisation__dissolved_on__lte=last)
    refused = Q(founding__state="refused", founding__decided_on__lte=last)
    return FoundingDocument.objects.filter(over | refused, street=street, content__isnull=False)


def _roster_rows(street: Street, on: dt.date) -> QuerySet[RosterRow]:
    last = _last_day("branches.RosterRow", "sealed", on)
    over = dt.datetime.combine(last + dt.timedelta(days=1), dt.time.min, clock.SHANGHAI)
    return RosterRow.objects.filter(street=street, sealed__isnull=False, roster__received_at__lt=over)


BODIES = (
    Rule(
        "member.left", "离开党组织的党员：姓名、电话", (("branches.Member", "name"), ("branches.Member", "phone")), _members,
        forgetting.expire_members,
    ),
    Rule(
        "founding.documents", "成立材料：移出的，和已撤销党组织的", (("branches.FoundingDocument", "content"),), _documents,
        forgetting.expire_documents,
    ),
    Rule(
        "roster.rows", "党员名册表格的内容", (("branches.RosterRow", "sealed"),), _roster_rows, forgetting.expire_roster_rows
    ),
)  # fmt: skip


def declare() -> None:
    """Called once from `BranchesConfig.ready()`."""
    declare_rules(*BODIES)
