"""The verbs on departments: who sends workbooks, how often, and whom their workbooks name."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from coverage.models import Batch, Department, Entity
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.territory.models import Area, Street

UNDER_WAY = (Batch.State.READING, Batch.State.APPLYING)
PLAIN = ("name", "contact", "contact_way", "cadence_days", "scope_kinds", "gone_limit_percent", "sort")


class DepartmentError(DomainError):
    """The department cannot be kept so."""


@transaction.atomic
def add(
    *, street: Street, code: str, terms: Mapping[str, Any], areas: Iterable[Area], actor: User, at: dt.datetime
) -> Department:
    """Enter a department. `terms` are values of `PLAIN`; its code stands in provenance and never changes."""
    code = code.strip().lower()
    if not re.fullmatch(r"[a-z][a-z0-9_-]{1,19}", code):
        raise DepartmentError("代码用小写字母开头，2 至 20 位字母、数字，如 chengguan。", field="code")
    if Department.objects.filter(street=street, code=code).exists():
        raise DepartmentError(f"已有部门用代码 {code}，换一个。", field="code")
    department = Department(street=street, code=code)
    _put(department, terms)
    department.save()
    department.areas.set(_own(street, areas))
    record(verb="coverage.add_department", target=department, actor=actor, at=at, after=_told(department))
    return department


@transaction.atomic
def edit(
    *, department: Department, terms: Mapping[str, Any], areas: Iterable[Area], actor: User, at: dt.datetime
) -> Department:
    """Change what is known of a department; the next comparison goes by it."""
    department = Department.objects.select_for_update().get(pk=department.pk)
    if department.retired_at is not None:
        raise DepartmentError(f"{department}已停用，先恢复再改。")
    before = _told(department)
    _put(department, terms)
    department.save()
    department.areas.set(_own(department.street, areas))
    after = _told(department)
    changed = [key for key in after if before[key] != after[key]]
    if changed:
        record(
            verb="coverage.edit_department",
            target=department,
            actor=actor,
            at=at,
            before={key: before[key] for key in changed},
            after={key: after[key] for key in changed},
        )
    return department


@transaction.atomic
def retire(*, department: Department, reason: str, actor: User, at: dt.datetime) -> Department:
    """A department no longer sends: it is not awaited and takes no workbook. Its batches and words stay."""
    department = Department.objects.select_for_update().get(pk=department.pk)
    if department.retired_at is not None:
        raise DepartmentError(f"{department}已经停用。")
    if department.batches.filter(state__in=UNDER_WAY).exists():
        raise DepartmentError(f"{department}有一批正在比对或应用，完成后再停用。")
    if not reason.strip():
        raise DepartmentError("写一句为什么停用，以后查得到。", field="reason")
    department.retired_at, department.retired_reason = at, reason.strip()[:120]
    department.save(update_fields=["retired_at", "retired_reason"])
    record(verb="coverage.retire_department", target=department, actor=actor, at=at, reason=department.retired_reason)
    return department


@transaction.atomic
def restore(*, department: Department, actor: User, at: dt.datetime) -> Department:
    """A retired department sends again."""
    department = Department.objects.select_for_update().get(pk=department.pk)
    if department.retired_at is None:
        raise DepartmentError(f"{department}没有停用。")
    before = department.retired_reason
    department.retired_at, department.retired_reason = None, ""
    department.save(update_fields=["retired_at", "retired_reason"])
    record(verb="coverage.restore_department", target=department, actor=actor, at=at, before={"reason": before})
    return department


def _put(department: Department, terms: Mapping[str, Any]) -> None:
    for key in PLAIN:
        if key in terms:
            setattr(department, key, terms[key])
    department.name = department.name.strip()
    if not department.name:
        raise DepartmentError("写上部门名称。", field="name")
    if not set(department.scope_kinds) <= set(Entity.Kind.values):
        raise DepartmentError("没有这种主体类型。", field="scope_kinds")
    if not 1 <= department.cadence_days <= 366:
        raise DepartmentError("多少天一次，写 1 至 366。", field="cadence_days")
    if not 1 <= department.gone_limit_percent <= 100:
        raise DepartmentError("写 1 至 100。", field="gone_limit_percent")
    twin = Department.objects.filter(street=department.street_id, name=department.name).exclude(pk=department.pk)
    if twin.exists():
        raise DepartmentError(f"已有部门叫“{department.name}”。", field="name")


def _own(street: Street, areas: Iterable[Area]) -> list[Area]:
    found = list(areas)
    if any(area.street_id != street.pk for area in found):
        raise DepartmentError("只能选本街道的区域。", field="areas")
    return found


def _told(department: Department) -> dict[str, Any]:
    """What stands in the log."""
    plain = {key: getattr(department, key) for key in PLAIN}
    areas = department.areas.in_order().values_list("name", flat=True) if department.pk else []
    return plain | {"areas": list(areas)}
