"""Matters: what somebody asked for and could not be left as it was, and how it travels up the chain until it is solved."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from grid.chain.levels import TITLES, Level
from grid.chain.transitions import TITLES as STATE_TITLES
from grid.chain.transitions import State
from shimen.accounts.access import scope_of
from shimen.models import ScopedQuerySet, StreetRow

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from shimen.accounts.models import User


class MatterQuerySet(ScopedQuerySet):
    """Matters; the usual chain is `visible_to(user).open().by_due()`."""

    area_path = "area_id"

    def visible_to(self, user: User | AnonymousUser):
        """Matters of the user's areas, and those on which the user works wherever they lie."""
        scope = scope_of(user)
        if scope.street_id is None:
            return self.none()
        rows = self.filter(street_id=scope.street_id)
        if scope.area_ids is None:
            return rows
        own = Leg.objects.filter(matter=OuterRef("pk"), owner_user=user.pk)
        return rows.filter(Q(area_id__in=scope.area_ids) | Exists(own))

    def standing(self):
        """All but those withdrawn or merged into another."""
        return self.exclude(state__in=[Matter.State.WITHDRAWN, Matter.State.MERGED])

    def open(self):
        return self.filter(state=Matter.State.OPEN)

    def done(self):
        """实事: solved, whether or not the answer has been taken back yet."""
        return self.filter(state__in=[Matter.State.SOLVED, Matter.State.CLOSED])

    def beyond_the_door(self):
        """Without what a visit solved on the spot: that is counted as demands solved at the door."""
        return self.exclude(demand__solved_on_spot=True)

    def at_the_door(self):
        return self.filter(demand__solved_on_spot=True)

    def solved_since(self, day: dt.date):
        """Solved on the day or later."""
        return self.done().filter(solved_at__date__gte=day)

    def hard(self):
        return self.standing().filter(is_hard=True)

    def overdue(self, on: dt.date):
        return self.open().filter(due_on__lt=on)

    def to_answer(self):
        """Solved, and the one who raised it has not been told."""
        return self.filter(state=Matter.State.SOLVED)

    def complained(self):
        """Solved, and the last thing that happened is that whoever raised it said they are not satisfied."""
        last = Moment.objects.filter(matter=OuterRef("pk")).order_by("-at", "-pk").values("verb")[:1]
        rows = self.done().filter(satisfaction=Matter.Satisfaction.BAD)
        return rows.annotate(last_done=Subquery(last)).filter(last_done="rate")

    def found_by(self, typed: str):
        """By number, title, words, raiser, or the entity's names; a number may be typed without its year."""
        number = typed.strip().rpartition("-")[2]
        found = Q(title__contains=typed) | Q(words__contains=typed) | Q(raiser__contains=typed)
        if number.isdecimal() and len(number) <= 6:
            found |= Q(serial=int(number))
        return self.filter(found | Q(entity__search__text__contains=typed.lower()))

    def by_due(self):
        return self.order_by(F("due_on").asc(nulls_last=True), "raised_at", "pk")

    def newest_first(self):
        return self.order_by("-raised_at", "-pk")


class Matter(StreetRow):
    """事项. `level` and `due_on` are those of the leg on which it is now; the legs tell how it came there.

    A demand that was solved during the visit comes in closed, on the first level.
    """

    State = State

    class Via(models.TextChoices):
        VISIT = "visit", "走访"
        OPINION = "opinion", "街情气象站"
        COUNCIL = "council", "议事会"
        BRANCH = "branch", "党组织"
        TOPIC = "topic", "议题共创"
        HAND = "hand", "直接登记"

    class Category(models.TextChoices):
        PARKING = "parking", "停车秩序"
        SURROUNDINGS = "surroundings", "环境卫生"
        SAFETY = "safety", "安全隐患"
        NOISE = "noise", "噪声油烟"
        FACILITIES = "facilities", "公共设施"
        LICENCE = "licence", "证照办理"
        STAFFING = "staffing", "用工"
        DISPUTE = "dispute", "矛盾纠纷"
        PREMISES = "premises", "房屋租赁"
        OTHER = "other", "其他"

    class Urgency(models.TextChoices):
        NORMAL = "normal", "一般"
        URGENT = "urgent", "紧急"

    class Satisfaction(models.TextChoices):
        UNASKED = "", "没有问"
        GOOD = "good", "满意"
        FAIR = "fair", "基本满意"
        BAD = "bad", "不满意"

    STATES = [(state.value, title) for state, title in STATE_TITLES.items()]
    LEVELS = [(level.value, title) for level, title in TITLES.items()]

    year = models.PositiveSmallIntegerField("年")
    serial = models.PositiveIntegerField("序号")
    title = models.CharField("标题", max_length=80)
    words = models.TextField("原话", max_length=2000)
    category = models.CharField("类别", max_length=14, choices=Category, default=Category.OTHER)
    urgency = models.CharField("紧急程度", max_length=8, choices=Urgency, default=Urgency.NORMAL)
    is_hard = models.BooleanField("老大难", default=False)
    hard_reason = models.CharField("为什么难", max_length=200, blank=True)
    state = models.CharField("状态", max_length=10, choices=STATES, default=State.OPEN.value)
    level = models.PositiveSmallIntegerField("层级", choices=LEVELS, default=Level.BRANCH.value)
    due_on = models.DateField("期限", null=True, blank=True)
    deferrals = models.PositiveSmallIntegerField("延期次数", default=0)
    area = models.ForeignKey(
        "territory.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="网格"
    )
    place = models.ForeignKey(
        "territory.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="地点"
    )
    entity = models.ForeignKey(
        "coverage.Entity", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="市场主体"
    )
    organisation = models.ForeignKey(
        "branches.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="牵头党组织",
    )  # fmt: skip
    via = models.CharField("从哪里来", max_length=8, choices=Via)
    demand = models.OneToOneField(
        "coverage.Demand", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="走访诉求"
    )
    raised_at = models.DateTimeField("提出时间")
    raised_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="登记人"
    )
    raiser = models.CharField("谁提出的", max_length=60, blank=True)
    how_solved = models.TextField("办理结果", max_length=2000, blank=True)
    solved_at = models.DateTimeField("解决时间", null=True, blank=True)
    solved_level = models.PositiveSmallIntegerField("在哪一级解决", choices=LEVELS, null=True, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    satisfaction = models.CharField("提出人评价", max_length=6, choices=Satisfaction, blank=True, default="")
    reopened = models.PositiveSmallIntegerField("重办次数", default=0)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    # Counts the moves: a form says which it saw, so that of two people who move it at once one is told.
    revision = models.PositiveIntegerField(default=1)

    objects = MatterQuerySet.as_manager()

    class Meta:
        verbose_name = "事项"
        constraints = [
            models.UniqueConstraint("street", "year", "serial", name="matter_number_once_per_street"),
            models.CheckConstraint(
                condition=Q(state__in=["solved", "closed"], solved_at__isnull=False, solved_level__isnull=False)
                | Q(state__in=["open", "merged", "withdrawn"]),
                name="matter_solved_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="matter_merged_into_another",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="matter_not_merged_into_itself",
                violation_error_message="不能并入它自己。",
            ),
        ]
        indexes = [
            models.Index(fields=["street", "state", "due_on"], name="matter_by_due"),
            models.Index(fields=["street", "-raised_at"], name="matter_by_time"),
            models.Index(fields=["entity"], name="matter_by_entity"),
            models.Index(fields=["place"], name="matter_by_place"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        """2026-0412"""
        return f"{self.year}-{self.serial:04d}"

    @property
    def stage(self) -> Level:
        return Level(self.level)


class Leg(StreetRow):
    """One level's turn at a matter: who has it, what is to be done by when, and at the end what was tried.

    The open leg is the one that has not ended; a matter has at most one.
    """

    class End(models.TextChoices):
        UP = "up", "转上一级"
        DOWN = "down", "退回下一级"
        ALONG = "along", "转给别处"
        SOLVED = "solved", "解决"
        CUT = "cut", "并入或撤回"

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="legs")
    number = models.PositiveSmallIntegerField("第几段")
    level = models.PositiveSmallIntegerField("层级", choices=Matter.LEVELS)
    organisation = models.ForeignKey(
        "branches.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="党组织",
    )
    council = models.ForeignKey(
        "grid.Council", on_delete=models.PROTECT, null=True, blank=True, related_name="legs", verbose_name="议事会"
    )
    body = models.CharField("承办", max_length=80, blank=True)  # a council, a grid, a department, as it is called
    owner = models.CharField("责任人", max_length=60, blank=True)
    owner_user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任人账号"
    )
    helpers = models.CharField("配合", max_length=120, blank=True)
    task = models.CharField("要求", max_length=300, blank=True)
    due_on = models.DateField("期限", null=True, blank=True)
    began_at = models.DateTimeField("自")
    ended_at = models.DateTimeField("至", null=True, blank=True)
    end = models.CharField("结果", max_length=8, choices=End, blank=True)
    tried = models.TextField("试过", max_length=1000, blank=True)
    left_open = models.TextField("没解决", max_length=1000, blank=True)
    why = models.CharField("理由", max_length=300, blank=True)
    ended_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "办理段"
        constraints = [
            models.UniqueConstraint("matter", "number", name="leg_number_once_per_matter"),
            models.UniqueConstraint(
                "matter",
                condition=Q(ended_at__isnull=True),
                name="one_open_leg_per_matter",
                violation_error_message="这件事已经有人在办。",
            ),
            models.CheckConstraint(
                condition=~Q(end="up") | ~Q(tried=""),
                name="up_only_with_what_was_tried",
                violation_error_message="往上转要写明试过什么。",
            ),
        ]
        indexes = [models.Index(fields=["owner_user", "ended_at"], name="leg_by_owner")]


class Moment(StreetRow):
    """A line of a matter's story. Written by the verbs, never changed."""

    class Tone(models.TextChoices):
        PLAIN = "", "经过"
        GOOD = "good", "结果"
        ALARM = "alarm", "警示"

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="moments")
    at = models.DateTimeField("时间")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    who = models.CharField("谁", max_length=60, blank=True)
    verb = models.CharField("做了什么", max_length=12)
    sentence = models.CharField("一句话", max_length=120)
    words = models.TextField("说明", max_length=2000, blank=True)
    level = models.PositiveSmallIntegerField("层级", choices=Matter.LEVELS)
    tone = models.CharField("语气", max_length=6, choices=Tone, blank=True, default="")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "经过"
        indexes = [models.Index(fields=["matter", "-at"], name="moment_by_matter")]


class Answer(StreetRow):
    """What the one who raised a matter was told, and how."""

    class Way(models.TextChoices):
        VISIT = "visit", "下次走访当面说"
        PHONE = "phone", "电话"
        IN_PERSON = "in_person", "当面"
        NOTICE = "notice", "公示"

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="answers")
    words = models.TextField("怎么说", max_length=1000)
    way = models.CharField("方式", max_length=10, choices=Way)
    is_final = models.BooleanField("最后答复", default=False)
    at = models.DateTimeField("时间")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "答复"
        indexes = [models.Index(fields=["matter", "-at"], name="answer_by_matter")]
