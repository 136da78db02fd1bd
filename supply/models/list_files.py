"""Workbooks of the three lists: what each row says against the list as it is kept."""

from __future__ import annotations

from django.db import models

from coverage.models.sheets import Sheet, SheetRow
from shimen.models import ScopedQuerySet


class ListFileQuerySet(ScopedQuerySet):
    """Workbooks of lists; they belong to the whole street."""

    def newest_first(self):
        return self.order_by("-received_at", "-id")


class ListFile(Sheet):
    """A workbook of one of the lists."""

    class Kind(models.TextChoices):
        NEED = "need", "需求"
        RESOURCE = "resource", "资源"
        PROJECT = "project", "项目"

    kind = models.CharField("哪张清单", max_length=8, choices=Kind)

    objects = ListFileQuerySet.as_manager()

    class Meta:
        verbose_name = "清单表格"
        indexes = [models.Index(fields=["street", "-received_at"], name="list_file_by_time")]


class ListFileRowQuerySet(ScopedQuerySet):
    """What workbooks of lists say differently."""

    def waiting(self):
        """Rows on which a person has to decide and has not."""
        return self.filter(decision=ListFileRow.Decision.OPEN)

    def to_write(self):
        return self.filter(decision=ListFileRow.Decision.ACCEPT, is_applied=False)

    def in_order(self):
        return self.order_by("line", "id")


class ListFileRow(SheetRow):
    """One row of a workbook that is not what is kept. `said` and `old` hold values by field; `target` is the line of the
    list that it is about: known, chosen among `candidates`, or made by applying."""

    class Kind(models.TextChoices):
        NEW = "new", "新增"
        CHANGED = "changed", "变更"
        DOUBT = "doubt", "待确认"
        DUPLICATE = "duplicate", "重复行"
        REFUSED = "refused", "拒收"

    file = models.ForeignKey(ListFile, on_delete=models.CASCADE, related_name="rows")
    kind = models.CharField("种类", max_length=10, choices=Kind)
    title = models.CharField("名称", max_length=60)
    target = models.UUIDField("哪一条", null=True)
    fields = models.JSONField("变了什么", default=list)
    said = models.JSONField("表里写的", default=dict)
    old = models.JSONField("原来的", default=dict)

    objects = ListFileRowQuerySet.as_manager()

    class Meta:
        verbose_name = "清单表格的行"
        indexes = [models.Index(fields=["file", "line"], name="list_file_row_by_line")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.title}"
