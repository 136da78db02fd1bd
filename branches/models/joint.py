"""What several do together: joint projects, streamers' visits to shops, group service; and calendars to subscribe to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from branches.models.activities import Activity, OfActivityQuerySet
from branches.models.organisations import Organisation
from shimen.models import ScopedQuerySet, StreetRow

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from shimen.accounts.models import User


class JointProjectQuerySet(ScopedQuerySet):
    """Projects; seen by whoever sees one of the organisations, run by whoever looks after the leading one."""

    def visible_to(self, user: User | AnonymousUser):
        from shimen.accounts.access import scope_of

        scope = scope_of(user)
        rows = super().visible_to(user)
        if scope.street_id is None or scope.area_ids is None:
            return rows
        here = ProjectPartner.objects.filter(project=OuterRef("pk"), organisation__area__in=scope.area_ids)
        return rows.filter(Exists(here))

    def run_by(self, user: User | AnonymousUser):
        from shimen.accounts.access import scope_of

        scope = scope_of(user)
        rows = super().visible_to(user)
        return rows if scope.area_ids is None else rows.filter(lead__area__in=scope.area_ids)

    def running(self):
        return self.filter(state=JointProject.State.RUNNING)

    def in_order(self):
        return self.order_by("-started_on", "pk")


class JointProject(StreetRow):
    """项目共推: a goal that several organisations reach together, in steps."""

    class State(models.TextChoices):
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        STOPPED = "stopped", "已中止"

    title = models.CharField("项目名称", max_length=80)
    goal = models.CharField("目标", max_length=300)
    lead = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="led_projects", verbose_name="牵头党组织"
    )
    state = models.CharField("状态", max_length=8, choices=State, default=State.RUNNING)
    started_on = models.DateField("开始日期")
    ended_on = models.DateField("结束日期", null=True)
    outcome = models.CharField("结果", max_length=300, blank=True)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField("登记时间")

    objects = JointProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "共推项目"
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="project_ends_after_it_begins",
                violation_error_message="结束日期不能早于开始日期。",
            )
        ]
        indexes = [models.Index(fields=["street", "state"], name="project_by_state")]

    def __str__(self) -> str:
        return self.title


class OfProjectQuerySet(ScopedQuerySet):
    """Rows that belong to a project; fetched through it."""

    area_path = "project__lead__area_id"


class ProjectPartner(StreetRow):
    """An organisation that takes part in a project, the leading one among them."""

    project = models.ForeignKey(JointProject, on_delete=models.CASCADE, related_name="partners")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="joint_projects", verbose_name="参与党组织"
    )
    place = models.PositiveSmallIntegerField(default=0)

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "参与党组织"
        constraints = [models.UniqueConstraint("project", "organisation", name="partner_once_per_project")]

    def __str__(self) -> str:
        return str(self.organisation)


class ProjectStep(StreetRow):
    """A step of a project: who does it, by when, and what came of it."""

    project = models.ForeignKey(JointProject, on_delete=models.CASCADE, related_name="steps")
    title = models.CharField("步骤", max_length=120)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="由谁做")
    due_on = models.DateField("到期")
    done_on = models.DateField("完成日期", null=True)
    note = models.CharField("进展", max_length=300, blank=True)

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "项目步骤"

    def __str__(self) -> str:
        return self.title


class VisitedShop(StreetRow):
    """A shop on a streamers' tour, with a code of its own for that one activity."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="shops")
    entity = models.ForeignKey("coverage.Entity", on_delete=models.PROTECT, related_name="+", verbose_name="商铺")
    token = models.CharField(max_length=16, unique=True)
    short = models.CharField("短码", max_length=6)
    place = models.PositiveSmallIntegerField(default=0)
    removed_at = models.DateTimeField(null=True)

    objects = OfActivityQuerySet.as_manager()

    class Meta:
        verbose_name = "探店商铺"
        constraints = [
            models.UniqueConstraint(
                "activity",
                "entity",
                condition=Q(removed_at__isnull=True),
                name="shop_once_per_tour",
                violation_error_message="这家店已经在名单里。",
            ),
            models.UniqueConstraint("short", condition=Q(removed_at__isnull=True), name="shop_code_unique"),
        ]

    def __str__(self) -> str:
        return str(self.entity)


class CheckIn(StreetRow):
    """A participant's own check-in at a shop: the name they chose and the time, nothing else about them."""

    shop = models.ForeignKey(VisitedShop, on_delete=models.CASCADE, related_name="check_ins")
    nickname = models.CharField("昵称", max_length=20)
    nickname_key = models.CharField(max_length=40)
    at = models.DateTimeField("打卡时间")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "探店打卡"
        constraints = [models.UniqueConstraint("shop", "nickname_key", name="check_in_once_per_shop")]

    def __str__(self) -> str:
        return self.nickname


class ServiceOffer(StreetRow):
    """What is offered at a group service, by which organisation, and how many people it helped: a number, no names."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="offers")
    title = models.CharField("服务", max_length=60)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="由谁提供")
    people = models.PositiveIntegerField("服务人次", null=True)

    objects = OfActivityQuerySet.as_manager()

    class Meta:
        verbose_name = "服务项目"
        constraints = [
            models.UniqueConstraint(
                "activity",
                "title",
                "organisation",
                name="offer_once_per_service",
                violation_error_message="这一项已经在名单里。",
            )
        ]

    def __str__(self) -> str:
        return self.title


class CalendarLinkQuerySet(ScopedQuerySet):
    """Links to calendars; one is seen by whoever sees its organisation."""

    area_path = "organisation__area_id"

    def standing(self):
        return self.filter(ended_at__isnull=True)


class CalendarLink(StreetRow):
    """A secret address under which a calendar programme reads an organisation's activities; only its hash is kept."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="calendar_links")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField("生成时间")
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField("停用时间", null=True)

    objects = CalendarLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "日历订阅"
        constraints = [
            models.UniqueConstraint(
                "organisation", condition=Q(ended_at__isnull=True), name="one_calendar_link_per_organisation"
            )
        ]
