"""Workbooks are not kept for ever: the original goes, and of what it said the names and numbers of persons.

What was written into the registry stays there with its source; the change set keeps that something differed, and where.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import Q

from coverage.models import Department, Difference, FeedFile, Question
from coverage.models.files import FeedPart
from shimen.audit.record import record

# Whose value is somebody's name or number.
ABOUT_PEOPLE = ("legal_person", "phone")

# What a line needs to be applied or taken back goes along: it holds the same values, and neither is possible any more.
_EMPTY_ROWS = """
UPDATE coverage_difference d SET row = nullif(
  (d.row - 'phone' - 'before' - 'after' - 'sources')
  #- '{cells,legal_person}' #- '{cells,phone}' #- '{values,legal_person}' #- '{values,phone}', '{}')
FROM coverage_batch b WHERE d.batch_id = b.id AND b.file_id = ANY(%s) AND d.row IS NOT NULL
"""


@transaction.atomic
def expire_workbooks(ids: Sequence[uuid.UUID], at: dt.datetime) -> int:
    """Delete the originals with these ids, the first rows shown of them, and what their differences say of persons."""
    FeedPart.objects.filter(file__in=ids).delete()
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY_ROWS, [list(ids)])
        cursor.execute("UPDATE coverage_batch SET layout = layout - 'tops' WHERE file_id = ANY(%s)", [list(ids)])
    Difference.objects.filter(batch__file__in=ids, field__in=ABOUT_PEOPLE).update(old="", new="")
    for file in FeedFile.objects.filter(pk__in=ids).only("street_id", "name"):
        record(verb="coverage.expire_workbook", target=file, actor=None, at=at)
    return FeedFile.objects.filter(pk__in=ids).update(content=b"", expired_at=at)


@transaction.atomic
def expire_questions(ids: Sequence[uuid.UUID], at: dt.datetime) -> int:
    """Take the names and numbers out of questions that were asked long ago; that something was asked stays."""
    return Question.objects.filter(pk__in=ids).update(proposed="", sentence="（内容已到期删除）")


@transaction.atomic
def expire_contacts(ids: Sequence[uuid.UUID], at: dt.datetime) -> int:
    """Forget who could be called at departments that have not sent anything for long."""
    return Department.objects.filter(pk__in=ids).update(contact="", contact_way="")


def reachable() -> Q:
    """Departments that still name somebody."""
    return ~Q(contact="") | ~Q(contact_way="")
