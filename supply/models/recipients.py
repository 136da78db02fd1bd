"""Who is served: organised bodies, as supply knows them.

Supply stands below the app of the organised bodies and cannot look at its tables. That app keeps one row here per
organisation, under the organisation's own id, in the transaction of whatever changes it.
"""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q

from shimen.models import ScopedQuerySet, StreetRow


class RecipientQuerySet(ScopedQuerySet):
    """Recipients; the usual chain is `visible_to(user).on(day).in_order()`."""

    area_path = "area_id"

    def on(self, day: dt.date):
        """Those that stand on a day."""
        return self.filter(since__lte=day).filter(Q(until__isnull=True) | Q(until__gt=day))

    def emerging(self):
        """新兴领域: those whom the street has promised to serve without exception."""
        return self.filter(is_emerging=True)

    def in_order(self):
        """By grid and name; never by how much they have had."""
        return self.order_by(F("area__sort").asc(nulls_first=True), "pinyin", "id")

    def search(self, typed: str):
        """Found by any part of the name or its pinyin, or by the beginning of its initials."""
        text = typed.strip()
        letters = text.replace(" ", "").lower()
        found = Q(name__icontains=text) | Q(short_name__icontains=text)
        if letters.isascii() and letters.isalnum():
            found |= Q(pinyin__contains=letters) | Q(initials__startswith=letters)
        return self.filter(found)


class Recipient(StreetRow):
    """An organisation that can be served. `id` is the organisation's; it stands in `[since, until)`.

    `kind` is the kind's word as people read it; what is counted among the promised ones is `is_emerging`.
    """

    name = models.CharField("名称", max_length=100)
    short_name = models.CharField("简称", max_length=30, blank=True)
    pinyin = models.CharField("拼音", max_length=240, blank=True)
    initials = models.CharField("拼音首字母", max_length=60, blank=True)
    kind = models.CharField("类别", max_length=20)
    is_emerging = models.BooleanField("新兴领域", default=False)
    area = models.ForeignKey(
        "territory.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="网格"
    )
    place = models.ForeignKey(
        "territory.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="活动地点"
    )
    since = models.DateField("自")
    until = models.DateField("至", null=True, blank=True)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = "服务对象"
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="recipient_ends_after_it_begins"
            )
        ]
        indexes = [models.Index(fields=["street", "area"], name="recipient_by_area")]

    def __str__(self) -> str:
        return self.short_name or self.name

    def stands_on(self, day: dt.date) -> bool:
        return self.since <= day and (self.until is None or self.until > day)
