"""Rosters that came as workbooks: what each row says against the members as kept, with everything personal sealed."""

from __future__ import annotations

from django.db import models

from branches.models.organisations import Organisation
from coverage.models.sheets import Sheet, SheetRow
from shimen.models import ScopedQuerySet


class RosterQuerySet(ScopedQuerySet):
    """Rosters; one is seen by whoever sees its organisation."""

    area_path = "organisation__area_id"

    def newest_first(self):
        return self.order_by("-received_at", "-id")


class Roster(Sheet):
    """A workbook of members of one organisation. Its rows are kept, sealed, until their time is over. `is_full` says that
    whoever is not named has left."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="rosters")
    is_full = models.BooleanField("是完整名册", default=False)

    objects = RosterQuerySet.as_manager()

    class Meta:
        verbose_name = "党员名册表格"
        indexes = [models.Index(fields=["organisation", "-received_at"], name="roster_by_organisation")]


class RosterRowQuerySet(ScopedQuerySet):
    """What rosters say differently."""

    area_path = "roster__organisation__area_id"

    def waiting(self):
        """Rows on which a person has to decide and has not."""
        return self.filter(decision=RosterRow.Decision.OPEN)

    def to_write(self):
        return self.filter(decision=RosterRow.Decision.ACCEPT, is_applied=False)

    def in_order(self):
        return self.order_by(models.F("line").asc(nulls_last=True), "id")


class RosterRow(SheetRow):
    """One row of a roster that is not what is kept, or a member whom a full one does not name.

    `sealed` is {"said": …, "old": …} as JSON for this row alone; on pages stand masks. `member` is whom it is about: known,
    chosen among `candidates`, or made by applying.
    """

    class Kind(models.TextChoices):
        NEW = "new", "新编入"
        CHANGED = "changed", "变更"
        GONE = "gone", "表里没有"
        DOUBT = "doubt", "待确认"
        DUPLICATE = "duplicate", "重复行"
        REFUSED = "refused", "拒收"

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="rows")
    kind = models.CharField("种类", max_length=10, choices=Kind)
    member = models.ForeignKey("branches.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    name_mask = models.CharField("姓名", max_length=30, blank=True)
    phone_mask = models.CharField("电话", max_length=20, blank=True)
    fields = models.JSONField("变了什么", default=list)
    sealed = models.BinaryField("表里和名册写的（加密）", null=True, editable=False)

    objects = RosterRowQuerySet.as_manager()

    class Meta:
        verbose_name = "名册差异"
        indexes = [models.Index(fields=["roster", "line"], name="roster_row_by_line")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name_mask}"
