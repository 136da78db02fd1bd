"""The write verbs on workers: meeting somebody, correcting what is known, leaving.

Minimal by intent. Standing (政治面貌) is sensitive personal information: it is kept only when the person said so with
consent (`consented=True`), and what they decline is kept as declined.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from coverage.matching import names
from coverage.models import Entity, Worker
from coverage.registry.search_index import spell_worker
from coverage.registry.versions import history
from coverage.registry.words import PHONE_COLUMN
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.privacy import sealing

TABLE = "coverage_worker"
FIELDS = ("name", "post", "phone", "standing", "is_affiliated_elsewhere")
NEEDS_CONSENT = frozenset(set(Worker.Standing.values) - {Worker.Standing.UNKNOWN, Worker.Standing.DECLINED})


class WorkerError(DomainError):
    """Something cannot be kept of a worker."""


@transaction.atomic
def add_worker(
    *,
    entity: Entity,
    name: str,
    source: str,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
    post: str = "",
    phone: str = "",
    standing: str = Worker.Standing.UNKNOWN,
    is_affiliated_elsewhere: bool = False,
    consented: bool = False,
    by: str = "",
    ref: str = "",
    id: uuid.UUID | None = None,  # noqa: A002
) -> Worker:
    """Keep somebody who works in an entity. The same name and number there again is the same person, who comes back as
    kept. Raises `WorkerError` (no name, standing without consent, entity has left), `PhoneError`."""
    entity = Entity.objects.select_for_update(of=("self",)).get(pk=entity.pk)
    if entity.removed_at is not None:
        raise WorkerError(f"“{entity}”已移出名册，先恢复再登记人员。")
    worker = Worker(street_id=entity.street_id, entity=entity, joined_on=on, **({"pk": id} if id else {}))
    values = {
        "name": name,
        "post": post,
        "phone": phone,
        "standing": standing,
        "is_affiliated_elsewhere": is_affiliated_elsewhere,
    }
    changed = _put(worker, values, consented=consented)
    known = _known(worker)
    if known is not None:
        return known
    _vouched(worker, changed, source, by, ref, min(on, clock.day_of(at)), actor)
    with history(actor=actor, verb="coverage.add_worker", **({"visit": ref} if source == "visit" and ref else {})):
        worker.save(force_insert=True)
    after = {"entity": str(entity), "phone": worker.phone_mask}
    record(verb="coverage.add_worker", target=worker, actor=actor, at=at, after=after)
    return worker


@transaction.atomic
def correct_worker(
    *,
    worker: Worker,
    values: Mapping[str, Any],
    source: str,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
    consented: bool = False,
    by: str = "",
    ref: str = "",
) -> Worker:
    """Write new values of `FIELDS`. What is said twice changes nothing. Raises `WorkerError`, `PhoneError`."""
    row = _locked(worker)
    changed = _put(row, values, consented=consented)
    if not changed:
        return row
    other = _known(row)
    if other is not None:
        raise WorkerError(f"“{row.entity}”已有一位同名同号的人。", field="phone")
    _vouched(row, changed, source, by, ref, min(on, clock.day_of(at)), actor)
    with history(actor=actor, verb="coverage.correct_worker", **({"visit": ref} if source == "visit" and ref else {})):
        row.save()
    before = {key: old for key, (old, _) in changed.items() if key != "standing"}
    after = {key: new for key, (_, new) in changed.items() if key != "standing"}
    if "standing" in changed:
        after["standing"] = "已更新"
    record(verb="coverage.correct_worker", target=row, actor=actor, at=at, before=before, after=after)
    return row


@transaction.atomic
def mark_left(*, worker: Worker, on: dt.date, actor: User | None, at: dt.datetime, reason: str = "") -> Worker:
    """Say that somebody does not work there any more, from `on`. The retention of their record counts from that day."""
    row = _locked(worker)
    today = clock.day_of(at)
    if on > today:
        raise WorkerError("离开日期不能晚于今天。", field="left_on")
    if on < row.joined_on:
        raise WorkerError(f"离开日期不能早于登记日期 {row.joined_on.isoformat()}。", field="left_on")
    row.left_on = on
    with history(actor=actor, verb="coverage.mark_left"):
        row.save()
    after = {"left_on": on.isoformat(), "entity": str(row.entity)}
    record(verb="coverage.mark_left", target=row, actor=actor, at=at, after=after, reason=reason)
    return row


@transaction.atomic
def bring_back(*, worker: Worker, actor: User, at: dt.datetime) -> Worker:
    """Take back `mark_left`."""
    row = Worker.objects.select_for_update(of=("self",)).select_related("entity").get(pk=worker.pk)
    if row.left_on is None:
        raise WorkerError(f"{row.name}没有登记离开，不用恢复。")
    if row.entity.removed_at is not None:
        raise WorkerError(f"“{row.entity}”已移出名册，先恢复主体。")
    before, row.left_on = {"left_on": row.left_on.isoformat()}, None
    with history(actor=actor, verb="coverage.bring_back"):
        row.save()
    record(verb="coverage.bring_back", target=row, actor=actor, at=at, before=before)
    return row


def _locked(worker: Worker) -> Worker:
    row = Worker.objects.select_for_update(of=("self",)).select_related("entity").get(pk=worker.pk)
    if row.left_on is not None:
        raise WorkerError(f"{row.name}已登记离开，恢复后再改。")
    return row


def _put(worker: Worker, values: Mapping[str, Any], *, consented: bool) -> dict[str, tuple[str, str]]:
    """Write values into `worker` in memory; returns old and new per changed field, phones masked."""
    changed: dict[str, tuple[str, str]] = {}
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise WorkerError(f"没有这一项：{'、'.join(sorted(unknown))}。")
    if "name" in values:
        name = names.person(str(values["name"]))[:60]
        if not name:
            raise WorkerError("姓名不能为空。", field="name")
        _set(worker, "name", name, changed)
        spell_worker(worker)
    if "post" in values:
        _set(worker, "post", str(values["post"]).strip()[:40], changed)
    if "phone" in values:
        _put_phone(worker, str(values["phone"]), changed)
    if "standing" in values:
        _put_standing(worker, str(values["standing"]), changed, consented=consented)
    if "is_affiliated_elsewhere" in values:
        elsewhere = bool(values["is_affiliated_elsewhere"])
        is_member = worker.standing in {Worker.Standing.MEMBER, Worker.Standing.PROBATIONARY}
        if elsewhere and not is_member:
            raise WorkerError("只有党员才登记“组织关系在外”。", field="is_affiliated_elsewhere")
        _set(worker, "is_affiliated_elsewhere", elsewhere, changed)
    return changed


def _set(worker: Worker, field: str, value: Any, changed: dict[str, tuple[str, str]]) -> None:
    old = getattr(worker, field)
    if old != value:
        setattr(worker, field, value)
        changed[field] = (str(old), str(value))


def _put_phone(worker: Worker, text: str, changed: dict[str, tuple[str, str]]) -> None:
    sealed = sealing.seal_phone(text, table=TABLE, column=PHONE_COLUMN, row=worker.pk)
    old = bytes(worker.phone_index) if worker.phone_index else None
    if sealed.index != old:
        changed["phone"] = (worker.phone_mask, sealed.mask)
        worker.phone_sealed, worker.phone_index, worker.phone_mask = sealed


def _put_standing(worker: Worker, standing: str, changed: dict[str, tuple[str, str]], *, consented: bool) -> None:
    if standing not in Worker.Standing.values:
        raise WorkerError("没有这一种政治面貌。", field="standing")
    if standing == worker.standing:
        return
    if standing in NEEDS_CONSENT and not consented:
        raise WorkerError("政治面貌要本人同意才能登记；没有同意就选“不愿提供”或“未登记”。", field="standing")
    _set(worker, "standing", standing, changed)
    if standing not in {Worker.Standing.MEMBER, Worker.Standing.PROBATIONARY}:
        worker.is_affiliated_elsewhere = False


def _known(worker: Worker) -> Worker | None:
    """Somebody else of the same name and number in the same entity who has not left."""
    if not worker.phone_index:
        return None
    same = Worker.objects.filter(
        entity_id=worker.entity_id, name=worker.name, phone_index=worker.phone_index, left_on__isnull=True
    )
    return same.exclude(pk=worker.pk).first()


def _vouched(
    worker: Worker,
    changed: Mapping[str, object],
    source: str,
    by: str,
    ref: str,
    on: dt.date,
    actor: User | None,
) -> None:
    who = by or (str(actor.pk) if actor else "")
    for field in changed:
        worker.provenance[field] = {"source": source, "by": who, "on": on.isoformat(), "ref": ref}
