"""Lists of people are not kept: when their time is over, the file and what it said are deleted; the counts remain."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction

from coverage.models import Batch, FeedFile, PersonDifference
from shimen.audit.record import record


@transaction.atomic
def expire_lists(ids: Sequence[uuid.UUID], at: dt.datetime) -> int:
    """Delete the sealed files with these ids and the names, numbers and posts in their differences."""
    rows = PersonDifference.objects.filter(batch__file__in=ids)
    rows.update(sealed=None, name_mask="", phone_mask="", key="")
    for batch in Batch.objects.filter(file__in=ids, layout__has_key="tops"):
        batch.layout.pop("tops")
        batch.save(update_fields=["layout"])
    done = FeedFile.objects.filter(pk__in=ids).update(sealed=None, expired_at=at)
    for file in FeedFile.objects.filter(pk__in=ids).only("street_id", "name"):
        record(verb="coverage.expire_list", target=file, actor=None, at=at)
    return done
