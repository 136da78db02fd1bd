"""The bytes of workbooks, apart from the rows that describe them."""

from __future__ import annotations

from django.db import models


class FeedPart(models.Model):
    """A megabyte of a workbook as it came. In parts, so that no process ever holds a whole file."""

    file = models.ForeignKey("coverage.FeedFile", on_delete=models.CASCADE, related_name="parts", db_index=False)
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint("file", "number", name="feed_part_once_per_file")]
