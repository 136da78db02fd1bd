"""Letting go of what has been kept long enough: members who left, documents that were taken out or of dissolved ones."""

from __future__ import annotations

import datetime as dt
import uuid

from branches.models import FoundingDocument, Member, RosterRow

FORGOTTEN = "（已删除）"


def expire_members(ids: list[uuid.UUID], at: dt.datetime) -> int:
    """That somebody was a member from when to when stays; who it was goes."""
    return Member.objects.filter(pk__in=ids).update(
        name_sealed=None, name_mask=FORGOTTEN, phone_sealed=None, phone_index=None, phone_mask="", worker=None,
        home_unit="", left_reason="",
    )  # fmt: skip


def expire_documents(ids: list[uuid.UUID], at: dt.datetime) -> int:
    """The name and the mark of a document stay, its bytes go."""
    return FoundingDocument.objects.filter(pk__in=ids).update(content=None)


def expire_roster_rows(ids: list[uuid.UUID], at: dt.datetime) -> int:
    """What a roster said goes; the numbers of its rows by kind stay."""
    return RosterRow.objects.filter(pk__in=ids).update(sealed=None, name_mask=FORGOTTEN, phone_mask="", fields=[])
