"""The three lists: what is needed (需求), what there is (资源), what is run (项目), and what was brought together."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from shimen.models import ScopedQuerySet, StreetRow
from supply.models.recipients import Recipient
from supply.models.venues import Space


class Category(models.TextChoices):
    """What something is about; the three lists, the menu and deliveries share these."""

    LIFE = "life", "组织生活"
    COURSE = "course", "课程实训"
    POLICY = "policy", "政策法律"
    HEALTH = "health", "健康"
    CARE = "care", "关爱服务"
    CULTURE = "culture", "文体活动"
    SPACE = "space", "场地设施"


class Audience(models.TextChoices):
    """For whom something is. None of them means everybody."""

    MEMBER = "member", "党员"
    SHOP = "shop", "商户"
    STAFF = "staff", "企业职工"
    RIDER = "rider", "骑手快递员"
    STREAMER = "streamer", "网络主播"
    RESIDENT = "resident", "居民"


class ListedQuerySet(ScopedQuerySet):
    """Rows of one of the lists. Rows of the whole street are seen by everybody in it."""

    def visible_to(self, user):
        from shimen.accounts.access import scope_of

        scope = scope_of(user)
        if scope.street_id is None:
            return self.none()
        rows = self.filter(street_id=scope.street_id)
        if scope.area_ids is None:
            return rows
        return rows.filter(Q(area__isnull=True) | Q(area__in=scope.area_ids))

    def in_order(self):
        return self.order_by("number")

    def on(self, day: dt.date):
        """Those whose dates hold on a day; an open end holds."""
        return self.filter(Q(since__isnull=True) | Q(since__lte=day)).filter(Q(until__isnull=True) | Q(until__gte=day))

    def found_by(self, typed: str):
        """By any part of title or words, or by number."""
        text = typed.strip()
        found = Q(title__icontains=text) | Q(words__icontains=text)
        if text.isdecimal() and len(text) <= 5:
            found |= Q(number=int(text))
        return self.filter(found)


class Listed(StreetRow):
    """What the three lists have in common. `area` is empty for the whole street; `since` and `until` include both days."""

    number = models.PositiveIntegerField("编号")
    title = models.CharField("名称", max_length=60)
    words = models.CharField("说明", max_length=400, blank=True)
    category = models.CharField("类别", max_length=8, choices=Category)
    audiences = ArrayField(
        models.CharField(max_length=8, choices=Audience), verbose_name="对象", default=list, blank=True
    )
    capacity = models.PositiveIntegerField("人数", null=True, blank=True)
    area = models.ForeignKey(
        "territory.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="网格"
    )
    since = models.DateField("从哪天", null=True, blank=True)
    until = models.DateField("到哪天", null=True, blank=True)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField("登记时间")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.number:02d} {self.title}"

    @property
    def audience_words(self) -> str:
        """商户、骑手快递员; 不限 where nobody in particular is meant."""
        return "、".join(str(Audience(each).label) for each in self.audiences) or "不限"


def _space() -> models.ForeignKey:
    """The room in which it takes place; the menu books it for every item. What is held elsewhere has only words."""
    return models.ForeignKey(
        Space, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="占哪个空间"
    )


def _listed(name: str) -> list[models.BaseConstraint]:
    return [
        models.UniqueConstraint("street", "number", name=f"{name}_number_once_per_street"),
        models.CheckConstraint(
            condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
            name=f"{name}_ends_after_it_begins",
            violation_error_message="结束日期不能早于开始日期。",
        ),
    ]


class NeedQuerySet(ListedQuerySet):
    """Needs."""

    def standing(self):
        """All but those withdrawn."""
        return self.exclude(state=Need.State.WITHDRAWN)

    def open(self):
        return self.filter(state__in=[Need.State.OPEN, Need.State.LINKED])

    def unmatched(self):
        """Open, and nothing has been linked to it."""
        return self.filter(state=Need.State.OPEN)

    def by_age(self):
        return self.order_by("raised_on", "number")


class Need(Listed):
    """需求. `recipient` is who needs it, where an organisation said so; `capacity` how many people want it."""

    class State(models.TextChoices):
        OPEN = "open", "待对接"
        LINKED = "linked", "已对接"
        MET = "met", "已满足"
        WITHDRAWN = "withdrawn", "已撤回"

    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    recipient = models.ForeignKey(
        Recipient, on_delete=models.PROTECT, null=True, blank=True, related_name="needs", verbose_name="提出的党组织"
    )
    raiser = models.CharField("谁提出的", max_length=60, blank=True)
    raised_on = models.DateField("提出日期")
    met_on = models.DateField("满足日期", null=True, blank=True)
    how_met = models.CharField("怎么满足的", max_length=200, blank=True)

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = "需求"
        constraints = [
            *_listed("need"),
            models.CheckConstraint(
                condition=Q(state="met", met_on__isnull=False) | ~Q(state="met"), name="need_met_on_a_day"
            ),
        ]
        indexes = [models.Index(fields=["street", "state", "raised_on"], name="need_by_age")]


class ResourceQuerySet(ListedQuerySet):
    """Resources."""

    def standing(self):
        return self.exclude(state=Resource.State.ENDED)

    def offered(self):
        return self.filter(state=Resource.State.OFFERED)


class Resource(Listed):
    """资源: what somebody offers. `per_month` is how often at most, 0 for as often as asked; `is_door` may come to the door."""

    class State(models.TextChoices):
        OFFERED = "offered", "可用"
        PAUSED = "paused", "暂停"
        ENDED = "ended", "已结束"

    state = models.CharField("状态", max_length=10, choices=State, default=State.OFFERED)
    provider = models.CharField("供给方", max_length=60)
    entity = models.ForeignKey(
        "coverage.Entity", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="市场主体"
    )
    recipient = models.ForeignKey(
        Recipient, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="供给的党组织"
    )
    location = models.CharField("在哪里", max_length=60, blank=True)
    space = _space()
    per_month = models.PositiveSmallIntegerField("每月最多几场", default=0)
    is_door = models.BooleanField("可以上门", default=False)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = "资源"
        constraints = _listed("resource")
        indexes = [models.Index(fields=["street", "state"], name="resource_by_state")]


class SeriesQuerySet(ScopedQuerySet):
    """Series of projects; they belong to the whole street."""

    def in_order(self):
        return self.order_by("name")


class Series(StreetRow):
    """A series of projects under one name, such as 书记领跑善治; `is_led` asks every project for its secretary."""

    name = models.CharField("名称", max_length=30)
    words = models.CharField("说明", max_length=200, blank=True)
    is_led = models.BooleanField("由书记领跑", default=False)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = "项目系列"
        constraints = [
            models.UniqueConstraint(
                "street", "name", name="series_name_once_per_street", violation_error_message="已有同名的系列。"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ProjectQuerySet(ListedQuerySet):
    """Projects."""

    def standing(self):
        return self.exclude(state=Project.State.STOPPED)

    def running(self):
        return self.filter(state=Project.State.RUNNING)

    def led(self):
        """书记领跑: of a series whose projects have a secretary in front."""
        return self.filter(series__is_led=True)


class Project(Listed):
    """项目: what is run. `lead` is the organisation that runs it, `leader` who is in front, as named in public."""

    class State(models.TextChoices):
        PLANNED = "planned", "筹备"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        STOPPED = "stopped", "已停"

    state = models.CharField("状态", max_length=10, choices=State, default=State.RUNNING)
    series = models.ForeignKey(
        Series, on_delete=models.PROTECT, null=True, blank=True, related_name="projects", verbose_name="系列"
    )
    lead = models.ForeignKey(
        Recipient, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="牵头党组织"
    )
    leader = models.CharField("领跑书记", max_length=30, blank=True)
    provider = models.CharField("谁来办", max_length=60, blank=True)
    location = models.CharField("在哪里", max_length=60, blank=True)
    space = _space()
    is_door = models.BooleanField("可以上门", default=False)
    result = models.CharField("做成了什么", max_length=300, blank=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "项目"
        constraints = _listed("supply_project")
        indexes = [models.Index(fields=["street", "state"], name="supply_project_by_state")]


class LinkQuerySet(ScopedQuerySet):
    """Links; one is seen by whoever sees its need."""

    def visible_to(self, user):
        return self.filter(need__in=Need.objects.visible_to(user))

    def standing(self):
        return self.filter(ended_at__isnull=True)


class Link(StreetRow):
    """对接: a need and what answers it: a resource, a project, or the resource in the project.

    `score` and `reasons` are what the matching said when a person chose it; empty where the person found it alone.
    """

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="links")
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, null=True, blank=True, related_name="links")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, blank=True, related_name="links")
    score = models.PositiveSmallIntegerField("分数", null=True, blank=True)
    reasons = models.JSONField("理由", default=list)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField("对接时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    ended_why = models.CharField("为什么解除", max_length=200, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = "对接"
        constraints = [
            models.CheckConstraint(
                condition=Q(resource__isnull=False) | Q(project__isnull=False),
                name="link_to_something",
                violation_error_message="选一项资源或一个项目。",
            ),
            models.UniqueConstraint(
                fields=["need", "resource", "project"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="linked_once_at_a_time",
                violation_error_message="这一对已经对接过了。",
            ),
        ]
        indexes = [models.Index(fields=["need"], name="link_by_need")]


def with_links(rows):
    """Any of the lists annotated with whether something stands linked to it, `is_linked`."""
    field = {Need: "need", Resource: "resource", Project: "project"}[rows.model]
    return rows.annotate(is_linked=Exists(Link.objects.standing().filter(**{field: OuterRef("pk")})))
