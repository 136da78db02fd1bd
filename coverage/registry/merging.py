"""The verbs on duplicates: making two entries one, taking that back, and saying that two are two.

Nothing is merged without a person. The entry that is merged away leaves the registry with its history; what hangs on it
follows by the whitelist of `coverage.registry.relations`; its code is remembered, so that the next workbook that still
writes it finds the entity that was kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from coverage import signals
from coverage.facts import fields as facts
from coverage.facts.precedence import Verdict, judge, rule_for
from coverage.models import Distinct, Entity, Merge, OtherCode
from coverage.registry import relations
from coverage.registry.entities import SHORTEST_REASON, RegistryError, last_event, open_phone, save
from coverage.registry.search_index import index_search
from coverage.registry.versions import history, revert
from coverage.registry.words import held_word, keep_beside, rules_of, take_over, text_of
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.privacy import sealing

KEYS = (*facts.BY_KEY, "presence", "place")


class MergeError(DomainError):
    """These two cannot be made one, or not be told apart again; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A fact in which two entries differ: canonical texts, and whether the second one's word holds by the rules."""

    key: str
    kept: str
    absorbed: str
    takes: bool


def choices(kept: Entity, absorbed: Entity) -> list[Choice]:
    """The facts in which two entries differ, each with what the rules of precedence propose (one query)."""
    rules = rules_of(kept.street_id)
    found = []
    for key in KEYS:
        ours, theirs = text_of(kept, key), text_of(absorbed, key)
        if not theirs or ours == theirs or (key == "presence" and theirs == Entity.Presence.UNKNOWN):
            continue
        word = held_word(absorbed, key)
        takes = not ours or (
            word is not None and judge(word, held_word(kept, key), rule_for(key, rules)) is Verdict.TAKE
        )
        found.append(Choice(key, ours, theirs, takes))
    return found


def survivor(entity: Entity) -> Entity:
    """The entity that an entry was merged into, however often; the entry itself if it never was (a query per step)."""
    while merge := Merge.objects.standing().filter(absorbed=entity).select_related("kept").first():
        entity = merge.kept
    return entity


@transaction.atomic
def merge(
    *, kept: Entity, absorbed: Entity, taken: Collection[str], reason: str, actor: User, at: dt.datetime
) -> Merge:
    """Make `absorbed` part of `kept`; `taken` are the facts (of `choices`) for which the absorbed one's value holds.

    Raises `MergeError`: one and the same, another street, not in the registry, no reason.
    """
    if kept.pk == absorbed.pk:
        raise MergeError("两边是同一条记录，另选一家。")
    if len(reason.strip()) < SHORTEST_REASON:
        raise MergeError("写一句凭什么认定是同一家，例如“电话、地址、经营者都相同”。", field="reason")
    rows = Entity.objects.select_for_update(of=("self",)).filter(pk__in=[kept.pk, absorbed.pk]).order_by("pk")
    found = {row.pk: row for row in rows}
    kept, absorbed = found[kept.pk], found[absorbed.pk]
    _check(kept, absorbed)
    differing = [choice.key for choice in choices(kept, absorbed)]
    taken = [key for key in differing if key in taken]
    absorbed.removed_at, absorbed.removed_reason = at, f"并入“{kept.name}”：{reason.strip()}"[:200]
    with history(actor=actor, verb="coverage.merge_entities"):
        save(absorbed)
        words = keep_beside(kept, absorbed, [key for key in differing if key not in taken])
        codes = {absorbed.code, kept.code}
        event = _take(kept, absorbed, taken)
        moved = {relation.key: relation.move(absorbed, kept) for relation in relations.movers() if relation.move}
    done = Merge.objects.create(
        street_id=kept.street_id, kept=kept, absorbed=absorbed, reason=reason.strip()[:200], taken=taken, event=event,
        moved={**{key: ids for key, ids in moved.items() if ids}, "words": words}, merged_at=at, merged_by=actor,
    )  # fmt: skip
    OtherCode.objects.bulk_create(
        [OtherCode(street_id=kept.street_id, entity=kept, code=code, merge=done) for code in codes - {kept.code, ""}],
        ignore_conflicts=True,
    )
    index_search(entity_ids=[kept.pk])
    _tell(done, "coverage.merge_entities", actor, at)
    signals.entities_merged.send(sender=Entity, kept=kept, absorbed=absorbed, merge=done, actor=actor, at=at)
    return done


def _check(kept: Entity, absorbed: Entity) -> None:
    if kept.street_id != absorbed.street_id:
        raise MergeError("两家不在同一个街道。")
    for row in (kept, absorbed):
        if row.removed_at is not None:
            raise MergeError(f"“{row.name}”已移出名册，先恢复再合并。")


def _take(kept: Entity, absorbed: Entity, taken: list[str]) -> int:
    """Write what is taken; the version of `kept` that this made, 0 where nothing was taken."""
    if not taken:
        return 0
    take_over(kept, absorbed, taken)
    if "place" in taken:
        kept.area_id = absorbed.area_id
    if "presence" in taken:
        kept.presence_on = absorbed.presence_on
    save(kept)
    return last_event(kept) or 0


def _tell(done: Merge, verb: str, actor: User, at: dt.datetime) -> None:
    moved = {key: len(ids) for key, ids in done.moved.items()}
    after = {"absorbed": done.absorbed.name, "code": done.absorbed.code, "taken": done.taken, "moved": moved}
    record(verb=verb, target=done.kept, actor=actor, at=at, after=after, reason=done.reason)


@transaction.atomic
def unmerge(*, merge: Merge, actor: User, at: dt.datetime) -> Merge:
    """Take a merge back: both entries stand in the registry again, each with what was its own.

    What has changed since stays as it is and is listed in `left`. Raises `MergeError`: taken back already, the kept one
    has left the registry, or the code of the absorbed one was entered anew.
    """
    row = Merge.objects.select_for_update(of=("self",)).select_related("kept", "absorbed").get(pk=merge.pk)
    if row.unmerged_at is not None:
        raise MergeError("这次合并已经拆开了。")
    kept = Entity.objects.select_for_update(of=("self",)).get(pk=row.kept_id)
    absorbed = Entity.objects.select_for_update(of=("self",)).get(pk=row.absorbed_id)
    if kept.removed_at is not None:
        raise MergeError(f"“{kept.name}”自己已移出名册或并入别家，先恢复它。")
    with history(actor=actor, verb="coverage.unmerge_entities"):
        left = _return_facts(kept, row.event)
        absorbed.removed_at, absorbed.removed_reason = None, ""
        try:
            save(absorbed)
        except RegistryError as error:
            raise MergeError(f"拆不开：{error.sentence}") from error
        row.codes.all().delete()
        kept.sources.filter(pk__in=row.moved.get("words", [])).delete()
        left += _return_rows(row, absorbed, kept)
    index_search(entity_ids=[kept.pk, absorbed.pk])
    row.unmerged_at, row.unmerged_by, row.left = at, actor, left
    row.save()
    _tell(row, "coverage.unmerge_entities", actor, at)
    signals.entities_unmerged.send(sender=Entity, kept=kept, absorbed=absorbed, merge=row, actor=actor, at=at)
    return row


def _return_facts(kept: Entity, event_id: int) -> list[str]:
    """Put back what the merge wrote into the kept entity; a sentence for each fact that was edited since."""
    events = Entity.pgh_event_model.objects.filter(pgh_obj_id=kept.pk)  # type: ignore[attr-defined]
    edit = events.filter(pgh_id=event_id).first()
    before = events.filter(pgh_id__lt=event_id).order_by("-pgh_id").first()
    if edit is None or before is None:
        return []
    undone, skipped = revert(kept, edit, before)
    if "phone" in undone:
        number = open_phone(kept)
        kept.phone_index = sealing.blind_index(number) if number else None
    save(kept)
    return [f"“{kept.name}”的{facts.LABELS.get(key, key)}合并后又改过，没有动" for key in skipped]


def _return_rows(row: Merge, absorbed: Entity, kept: Entity) -> list[str]:
    left = []
    known = relations.declared()
    for key, ids in row.moved.items():
        relation = known.get(key)
        if relation is None or relation.give_back is None:
            continue
        missed = relation.give_back(ids, absorbed, kept)
        if missed:
            left.append(f"{relation.title} {missed} 条合并后又变过，没有动")
    return left


@transaction.atomic
def tell_apart(*, one: Entity, other: Entity, actor: User, at: dt.datetime) -> Distinct:
    """Keep that two entries that look alike are two, so that they are not proposed again. Twice is once."""
    if one.pk == other.pk:
        raise MergeError("两边是同一条记录，另选一家。")
    if one.street_id != other.street_id:
        raise MergeError("两家不在同一个街道。")
    first, second = sorted((one, other), key=lambda entity: entity.pk)
    pair, is_new = Distinct.objects.get_or_create(
        street_id=first.street_id, first=first, second=second, defaults={"decided_at": at, "decided_by": actor}
    )
    if is_new:
        record(verb="coverage.tell_apart", target=first, actor=actor, at=at, after={"other": second.name})
    return pair


@transaction.atomic
def doubt_again(*, pair: Distinct, actor: User, at: dt.datetime) -> None:
    """Take `tell_apart` back: the two may be proposed again."""
    record(verb="coverage.doubt_again", target=pair.first, actor=actor, at=at, after={"other": pair.second.name})
    pair.delete()
