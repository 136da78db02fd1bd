"""Writing the handbook: a draft is begun from the last version, changed section by section, and published for good."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F

from branches.models import HandbookSection, HandbookVersion
from branches.texts import finding
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from shimen.models import new_id
from shimen.territory.models import Street

TITLE = "新兴领域党组织应知应会手册"


class HandbookError(DomainError):
    """The handbook cannot be changed like this."""


def search_text(title: str, body: str) -> str:
    """What a section is found by."""
    return finding.plain(f"{title}\n{body}")


def labels(depths: Iterable[int]) -> list[str]:
    """How sections are counted in the order of the book: 1, 1.1, 1.2, 2, 2.1, 2.1.1."""
    counted, found = [0, 0, 0], []
    for depth in depths:
        counted[depth] += 1
        counted[depth + 1 :] = [0] * (len(counted) - depth - 1)
        found.append(".".join(str(number or 1) for number in counted[: depth + 1]))
    return found


@transaction.atomic
def begin_draft(*, street: Street, actor: User, at: dt.datetime) -> HandbookVersion:
    """A new draft, a copy of the last published version; there is one draft at a time."""
    Street.objects.select_for_update().get(pk=street.pk)
    rows = HandbookVersion.objects.filter(street=street)
    if rows.drafts().exists():
        raise HandbookError("已经有一份草稿，先发布或作废它。")
    last = rows.published().newest_first().first()
    draft = HandbookVersion.objects.create(
        street=street,
        number=last.number + 1 if last else 1,
        title=last.title if last else TITLE,
        made_at=at,
        made_by=actor,
    )
    if last is not None:
        _copy(last, draft)
    record(verb="handbook.begin_draft", target=draft, actor=actor, at=at, after={"version": draft.number})
    return draft


def _copy(old: HandbookVersion, new: HandbookVersion) -> None:
    sections = list(old.sections.standing().in_order())
    for section in sections:
        section.pk, section.version = new_id(), new
    HandbookSection.objects.bulk_create(sections)


def _draft(version: HandbookVersion | uuid.UUID) -> HandbookVersion:
    """The draft as it is now, held."""
    pk = version.pk if isinstance(version, HandbookVersion) else version
    row = HandbookVersion.objects.select_for_update(of=("self",)).get(pk=pk)
    if row.published_at is not None:
        raise HandbookError("这一版已经发布，不再改动。要改就起草新的一版。")
    if row.discarded_at is not None:
        raise HandbookError("这份草稿已经作废，先恢复。")
    return row


@transaction.atomic
def add_section(
    *,
    version: HandbookVersion,
    title: str,
    body: str,
    depth: int,
    after: HandbookSection | None,
    actor: User,
    at: dt.datetime,
) -> HandbookSection:
    """Put a section into a draft, behind another (or at the very beginning)."""
    draft = _draft(version)
    if after is not None and after.version_id != draft.pk:
        raise HandbookError("前面那一篇不在这份草稿里。", field="after")
    place = after.place + 1 if after else 0
    _check(title, depth)
    draft.sections.filter(place__gte=place).update(place=F("place") + 1)
    row: HandbookSection = HandbookSection.objects.create(
        street_id=draft.street_id, version=draft, place=place, depth=depth, title=title.strip(), body=_tidy(body),
        search=search_text(title, body),
    )  # fmt: skip
    record(verb="handbook.add_section", target=row, actor=actor, at=at, after={"version": draft.number})
    return row


@transaction.atomic
def write(
    *, section: HandbookSection, title: str, body: str, depth: int, seen: str, actor: User, at: dt.datetime
) -> HandbookSection:
    """Write a section anew. `seen` is the mark of what the writer had before them (see `mark`); what somebody else wrote
    meanwhile is not overwritten unread."""
    draft = _draft(section.version_id)
    row = HandbookSection.objects.select_for_update(of=("self",)).get(pk=section.pk)
    if seen and seen != mark(row):
        raise HandbookError("您打开这一页后，别人改过这一篇。看过现在的文字再保存，就以您写的为准。", field="body")
    _check(title, depth)
    before = {"title": row.title, "letters": len(row.body)}
    row.title, row.body, row.depth = title.strip(), _tidy(body), depth
    row.search = search_text(row.title, row.body)
    row.save(update_fields=["title", "body", "depth", "search"])
    after = {"title": row.title, "letters": len(row.body), "version": draft.number}
    record(verb="handbook.write", target=row, actor=actor, at=at, before=before, after=after)
    return row


def mark(section: HandbookSection) -> str:
    """By what is known whether a section was changed meanwhile."""
    return uuid.uuid5(section.pk, f"{section.title}\n{section.depth}\n{section.body}").hex


def _check(title: str, depth: int) -> None:
    if len(title.strip()) < 2:
        raise HandbookError("标题至少两个字。", field="title")
    if not 0 <= depth <= HandbookSection.DEEPEST:
        raise HandbookError("最多分到第三层。", field="depth")


def _tidy(body: str) -> str:
    return "\n".join(line.rstrip() for line in body.replace("\r\n", "\n").split("\n")).strip()


@transaction.atomic
def move(*, section: HandbookSection, down: bool, actor: User, at: dt.datetime) -> HandbookSection:
    """Exchange a section with the one before or behind it."""
    draft = _draft(section.version_id)
    order: list[HandbookSection] = list(draft.sections.standing().in_order())
    at_place = next(place for place, row in enumerate(order) if row.pk == section.pk)
    other = at_place + (1 if down else -1)
    if not 0 <= other < len(order):
        raise HandbookError("已经是最后一篇。" if down else "已经是第一篇。")
    order[at_place], order[other] = order[other], order[at_place]
    _number(order)
    record(verb="handbook.move", target=section, actor=actor, at=at, after={"direction": "下移" if down else "上移"})
    return order[other]


def _number(order: Sequence[HandbookSection]) -> None:
    for place, row in enumerate(order):
        row.place = place
    HandbookSection.objects.bulk_update(order, ["place"])


@transaction.atomic
def remove(*, section: HandbookSection, actor: User, at: dt.datetime) -> HandbookSection:
    """Take a section out of a draft."""
    _draft(section.version_id)
    row = HandbookSection.objects.select_for_update(of=("self",)).get(pk=section.pk)
    if row.removed_at is not None:
        raise HandbookError("这一篇已经删去。")
    row.removed_at = at
    row.save(update_fields=["removed_at"])
    record(verb="handbook.remove", target=row, actor=actor, at=at)
    return row


@transaction.atomic
def bring_back(*, section: HandbookSection, actor: User, at: dt.datetime) -> HandbookSection:
    """Put a removed section back where it stood."""
    _draft(section.version_id)
    row = HandbookSection.objects.select_for_update(of=("self",)).get(pk=section.pk)
    if row.removed_at is None:
        raise HandbookError("这一篇没有删去。")
    row.removed_at = None
    row.save(update_fields=["removed_at"])
    record(verb="handbook.bring_back", target=row, actor=actor, at=at)
    return row


@transaction.atomic
def publish(*, version: HandbookVersion, note: str, actor: User | None, at: dt.datetime) -> HandbookVersion:
    """Publish a draft: from now on it is the handbook, and not a word of it changes."""
    draft = _draft(version)
    order = list(draft.sections.standing().in_order())
    if not order:
        raise HandbookError("草稿里还没有一篇。")
    if order[0].depth != 0:
        raise HandbookError("第一篇要是第一层的标题。")
    if len(note.strip()) < 4:
        raise HandbookError("写一句这一版改了什么，读的人先看这个。", field="note")
    draft.sections.filter(removed_at__isnull=False).delete()
    _number(order)
    draft.note, draft.published_at, draft.published_by = note.strip(), at, actor
    draft.save(update_fields=["note", "published_at", "published_by"])
    record(
        verb="handbook.publish", target=draft, actor=actor, at=at, reason=draft.note,
        after={"version": draft.number, "rows": len(order)},
    )  # fmt: skip
    return draft


@transaction.atomic
def discard(*, version: HandbookVersion, actor: User, at: dt.datetime) -> HandbookVersion:
    """Put a draft aside; it can be brought back."""
    draft = _draft(version)
    draft.discarded_at = at
    draft.save(update_fields=["discarded_at"])
    record(verb="handbook.discard", target=draft, actor=actor, at=at)
    return draft


@transaction.atomic
def reclaim(*, version: HandbookVersion, actor: User, at: dt.datetime) -> HandbookVersion:
    """Bring a discarded draft back."""
    row = HandbookVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if row.discarded_at is None:
        raise HandbookError("这份草稿没有作废。")
    if HandbookVersion.objects.filter(street=row.street_id, number__gte=row.number, discarded_at=None).exists():
        raise HandbookError("后来又起草或发布了新的一版，这份草稿不能恢复。")
    row.discarded_at = None
    with as_sentences(HandbookError):
        row.save(update_fields=["discarded_at"])
    record(verb="handbook.reclaim", target=row, actor=actor, at=at)
    return row
