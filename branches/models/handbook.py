"""《新兴领域党组织应知应会手册》 and 新时代楼宇党建工作十法.

A version of the handbook is a draft until it is published; from then on the database lets nobody change a word of it.
`key` is a section's own mark through all versions, by which two versions are compared. The ten methods are one text
each, entered by staff, with practice cases that organisations add.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from branches.models.organisations import Organisation
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role
from shimen.models import ScopedQuerySet, StreetRow

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from shimen.accounts.models import User

_FROZEN = """
IF EXISTS (
    SELECT 1 FROM branches_handbookversion
    WHERE id IN (NEW.version_id, OLD.version_id) AND published_at IS NOT NULL
) THEN
    RAISE EXCEPTION 'a published version of the handbook is not changed';
END IF;
RETURN COALESCE(NEW, OLD);
"""


class VersionQuerySet(ScopedQuerySet):
    """Versions; drafts are seen by the staff who write them."""

    def visible_to(self, user: User | AnonymousUser):
        rows = super().visible_to(user)
        return rows if scope_of(user).has(Role.STAFF) else rows.published()

    def published(self):
        return self.filter(published_at__isnull=False)

    def drafts(self):
        return self.filter(published_at__isnull=True, discarded_at__isnull=True)

    def newest_first(self):
        return self.order_by("-number")


class HandbookVersion(StreetRow):
    """A version: a draft, then published for good, or discarded (and brought back as long as there is no other draft)."""

    number = models.PositiveSmallIntegerField("版次")
    title = models.CharField("书名", max_length=60)
    note = models.CharField("这一版改了什么", max_length=300, blank=True)
    made_at = models.DateTimeField("起草时间")
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField("发布时间", null=True)
    published_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    discarded_at = models.DateTimeField("作废时间", null=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = "手册版本"
        constraints = [
            models.UniqueConstraint(
                fields=["street", "number"], condition=Q(discarded_at__isnull=True), name="handbook_number_once"
            ),
            models.UniqueConstraint(
                fields=["street"],
                condition=Q(published_at__isnull=True, discarded_at__isnull=True),
                name="one_handbook_draft",
                violation_error_message="已经有一份草稿，先发布或作废它。",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_version_stands",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}第 {self.number} 版"

    @property
    def is_draft(self) -> bool:
        return self.published_at is None and self.discarded_at is None


class SectionQuerySet(ScopedQuerySet):
    """Sections; those of drafts are seen by staff."""

    def visible_to(self, user: User | AnonymousUser):
        rows = super().visible_to(user)
        return rows if scope_of(user).has(Role.STAFF) else rows.filter(version__published_at__isnull=False)

    def standing(self):
        """Without those taken out of a draft."""
        return self.filter(removed_at__isnull=True)

    def in_order(self):
        """As the book is read; `place` counts through the whole version."""
        return self.order_by("place", "id")

    def search(self, words: list[str]):
        """Those that have every word."""
        rows = self
        for word in words:
            rows = rows.filter(search__contains=word)
        return rows


class HandbookSection(StreetRow):
    """A section of a version. `place` is its place in the whole book, `depth` 0 for a chapter, `label` as it is counted (3.2)."""

    DEEPEST = 2

    version = models.ForeignKey(HandbookVersion, on_delete=models.PROTECT, related_name="sections")
    key = models.UUIDField("篇目标识", default=uuid.uuid4, editable=False)
    place = models.PositiveIntegerField("次序")
    depth = models.PositiveSmallIntegerField("层次", default=0)
    title = models.CharField("标题", max_length=80)
    body = models.TextField("正文", blank=True, max_length=20_000)
    search = models.TextField("搜索文字", blank=True, editable=False)
    removed_at = models.DateTimeField("删去时间", null=True)

    objects = SectionQuerySet.as_manager()

    class Meta:
        verbose_name = "手册篇目"
        constraints = [
            models.UniqueConstraint("version", "key", name="section_once_per_version"),
            models.CheckConstraint(condition=Q(depth__lte=2), name="section_not_too_deep"),
        ]
        indexes = [
            models.Index(fields=["version", "place"], name="section_in_order"),
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="section_trigram"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_text_stands",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=_FROZEN,
            )
        ]

    def __str__(self) -> str:
        return self.title


class Method(StreetRow):
    """One of the ten methods. The seed does not list them: the street enters what its superiors say; `is_sample` marks
    text that nobody has entered yet."""

    number = models.PositiveSmallIntegerField("第几法")
    title = models.CharField("名称", max_length=60)
    body = models.TextField("怎么做", max_length=5000, blank=True)
    is_sample = models.BooleanField("示例文字", default=False)
    changed_at = models.DateTimeField("改动时间", null=True)
    changed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "工作方法"
        constraints = [
            models.UniqueConstraint("street", "number", name="method_once_per_number"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=10), name="ten_methods"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class MethodCaseQuerySet(ScopedQuerySet):
    """Practice cases: for everybody to read; who may change one follows from its organisation."""

    def standing(self):
        return self.filter(withdrawn_at__isnull=True)


class MethodCase(StreetRow):
    """How an organisation used a method."""

    method = models.ForeignKey(Method, on_delete=models.PROTECT, related_name="cases", verbose_name="方法")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="党组织")
    title = models.CharField("标题", max_length=60)
    body = models.TextField("做法和结果", max_length=2000)
    happened_on = models.DateField("哪天")
    added_at = models.DateTimeField("记下时间")
    added_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField("撤下时间", null=True)

    objects = MethodCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "方法案例"
        indexes = [models.Index(fields=["method", "-happened_on"], name="methodcase_by_day")]

    def __str__(self) -> str:
        return self.title
