"""Letting go of names in what departments once said differently, and of reply sheets that were sent long ago."""

from __future__ import annotations

import datetime as dt
import uuid

from coverage.models import Discrepancy, DiscrepancyStep, Reply

# Whose value is somebody's name or number.
ABOUT_PEOPLE = ("legal_person", "phone")


def expire_discrepancies(ids: list[uuid.UUID], at: dt.datetime) -> None:
    """Take away both words and what was said about them; that there was a difference, and its way, stays."""
    rows = Discrepancy.objects.filter(pk__in=ids)
    rows.update(value="", held="", answer="", basis="", before={})
    DiscrepancyStep.objects.filter(discrepancy__in=ids).update(words="")


def expire_replies(ids: list[uuid.UUID], at: dt.datetime) -> None:
    """Take away the sheet; its number, hash and who sent it stay."""
    Reply.objects.filter(pk__in=ids).update(content=None, sealed=None)
