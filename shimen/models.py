"""Base classes that every business table shares."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import uuid_utils.compat
from django.db import models

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from shimen.accounts.models import User


def new_id() -> uuid.UUID:
    """A version 7 UUID made in Python, for rows whose id must be known before they are written.

    Rows written by SQL take PostgreSQL's own `uuidv7()`; both sort by time.
    """
    return uuid_utils.compat.uuid7()


class ScopedQuerySet(models.QuerySet):
    """A queryset that knows who may see which rows.

    `area_path` names the lookup from the model to its area ("" when the model is not tied to one, then the street
    alone decides).
    """

    area_path = ""

    def visible_to(self, user: User | AnonymousUser):
        """Rows inside the user's street and areas on the current day; nothing for the anonymous."""
        from shimen.accounts.access import scope_of

        scope = scope_of(user)
        if scope.street_id is None:
            return self.none()
        rows = self.filter(street_id=scope.street_id)
        if self.area_path and scope.area_ids is not None:
            rows = rows.filter(**{f"{self.area_path}__in": scope.area_ids})
        return rows


class StreetRow(models.Model):
    """A business row: an id that may leave the machine, and the street first in every key."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.ForeignKey(
        "territory.Street", on_delete=models.PROTECT, related_name="+", verbose_name="街道", db_index=False
    )

    class Meta:
        abstract = True
