"""Cases of the district's urban-operations platform: what the street handed over, and what came back."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q

from grid.chain.cases import ENDED, STATES, WORDS, CaseState
from grid.models.matters import Leg, Matter
from shimen.models import ScopedQuerySet, StreetRow

# In a fixed order: a set has another in every process, and migrations would see a change.
_ENDED = sorted(state.value for state in ENDED)
SAID = [("opened", "上报"), *((said.value, word) for said, word in WORDS.items()), ("recalled", "街道撤回")]


class DistrictPlatform(StreetRow):
    """How the street reaches the district's platform; without an `endpoint` its answers are typed by hand.

    `category_codes` map a matter's category, `area_codes` an area's id, to what the platform calls them; what is not named
    there goes as `other_code` and `region_code`. `cursor` is how far its answers have been read.
    """

    endpoint = models.CharField("接口地址", max_length=300, blank=True)
    key_sealed = models.BinaryField("签名密钥", null=True)
    region_code = models.CharField("街道在平台的区域代码", max_length=30, blank=True)
    other_code = models.CharField("其他类别的代码", max_length=30, blank=True)
    category_codes = models.JSONField("类别代码", default=dict)
    area_codes = models.JSONField("区域代码", default=dict)
    cursor = models.CharField("读到哪里", max_length=200, blank=True)
    asked_at = models.DateTimeField("最近一次取回", null=True)
    trouble = models.CharField("最近一次没取回的原因", max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "区级平台"
        constraints = [models.UniqueConstraint("street", name="district_platform_once_per_street")]

    def __str__(self) -> str:
        return "区级城运平台"

    @property
    def is_online(self) -> bool:
        return bool(self.endpoint)


class DistrictCaseQuerySet(ScopedQuerySet):
    """Cases; the usual chain is `visible_to(user).live().newest_first()`."""

    area_path = "area_id"

    def live(self):
        return self.exclude(state__in=_ENDED)

    def ended(self):
        return self.filter(state__in=_ENDED)

    def reported(self):
        """Those that count as gone to the district: all but what the street took back itself."""
        return self.exclude(state=CaseState.RECALLED.value)

    def opened_in(self, first: dt.date, last: dt.date):
        """Opened from the first to the last day, both included."""
        return self.filter(opened_on__gte=first, opened_on__lte=last)

    def newest_first(self):
        return self.order_by("-opened_on", "-number")


class DistrictCase(StreetRow):
    """A case. One turn of a matter at the district is one case: returned and raised again, it is another.

    Cases from before the matters were kept here come from the platform's own ledger and have no matter. `number` is the
    street's own, under which the platform must open it once; a ledger's case has the platform's.
    """

    class Origin(models.TextChoices):
        MATTER = "matter", "事项上报"
        LEDGER = "ledger", "平台台账补录"

    class Delivery(models.TextChoices):
        HAND = "hand", "手工办理"
        WAITING = "waiting", "等待送达"
        SENT = "sent", "已送达"
        REFUSED = "refused", "平台不收"

    number = models.CharField("编号", max_length=40)
    platform_number = models.CharField("平台编号", max_length=60, blank=True)
    origin = models.CharField("来源", max_length=8, choices=Origin, default=Origin.MATTER)
    matter = models.ForeignKey(
        Matter, on_delete=models.PROTECT, null=True, blank=True, related_name="cases", verbose_name="事项"
    )
    leg = models.OneToOneField(Leg, on_delete=models.PROTECT, null=True, blank=True, related_name="case")
    title = models.CharField("标题", max_length=80)
    category = models.CharField("类别", max_length=14, choices=Matter.Category)
    category_code = models.CharField("类别代码", max_length=30, blank=True)
    region_code = models.CharField("区域代码", max_length=30, blank=True)
    area = models.ForeignKey(
        "territory.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="网格"
    )
    state = models.CharField(
        "状态", max_length=10, choices=[(state.value, title) for state, title in STATES.items()],
        default=CaseState.WAITING.value,
    )  # fmt: skip
    delivery = models.CharField("送达", max_length=8, choices=Delivery, default=Delivery.HAND)
    trouble = models.CharField("没送到的原因", max_length=300, blank=True)
    opened_on = models.DateField("上报日期")
    opened_at = models.DateTimeField("上报时间")
    opened_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    due_on = models.DateField("期限", null=True, blank=True)
    extensions = models.PositiveSmallIntegerField("延期次数", default=0)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    result = models.TextField("结果", max_length=2000, blank=True)

    objects = DistrictCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "区级案件"
        constraints = [
            models.UniqueConstraint("street", "number", name="case_number_once_per_street"),
            models.UniqueConstraint(
                "street", "platform_number", condition=~Q(platform_number=""), name="platform_number_once_per_street",
                violation_error_message="这个平台编号已经记在另一件案件上。",
            ),
            models.CheckConstraint(
                condition=Q(origin="ledger") | Q(matter__isnull=False, leg__isnull=False),
                name="case_of_a_matter_or_the_ledger",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_ENDED, ended_at__isnull=False)
                | (~Q(state__in=_ENDED) & Q(ended_at__isnull=True)),
                name="case_ended_when_it_says_so",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["street", "opened_on"], name="case_by_day"),
            models.Index(fields=["matter"], name="case_by_matter"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def stage(self) -> CaseState:
        return CaseState(self.state)

    @property
    def is_live(self) -> bool:
        return self.stage not in ENDED


class CaseStep(StreetRow):
    """A line of a case's history: what was said, by the platform or by whoever typed it, and whether it moved the case."""

    case = models.ForeignKey(DistrictCase, on_delete=models.CASCADE, related_name="steps")
    # The platform's own id of what it said; '' for what was typed. The same id again is the same answer.
    event = models.CharField("回传编号", max_length=100, blank=True)
    said = models.CharField("说了什么", max_length=10, choices=SAID)
    words = models.TextField("说明", max_length=1000, blank=True)
    due_on = models.DateField("新的期限", null=True, blank=True)
    at = models.DateTimeField("时间")
    heard_at = models.DateTimeField("收到时间")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    is_applied = models.BooleanField("起了作用", default=True)
    why_not = models.CharField("为什么没起作用", max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "案件经过"
        constraints = [
            models.UniqueConstraint("case", "event", condition=~Q(event=""), name="an_answer_once_per_case"),
        ]
        indexes = [models.Index(fields=["case", "-at"], name="step_by_case")]


class StrayAnswer(StreetRow):
    """What the platform said of a case that nobody here knows; kept until somebody says whose it is."""

    event = models.CharField("回传编号", max_length=100)
    case_number = models.CharField("编号", max_length=60, blank=True)
    platform_number = models.CharField("平台编号", max_length=60, blank=True)
    said = models.CharField("说了什么", max_length=10, choices=SAID)
    words = models.TextField("说明", max_length=1000, blank=True)
    due_on = models.DateField("新的期限", null=True, blank=True)
    at = models.DateTimeField("时间")
    heard_at = models.DateTimeField("收到时间")
    case = models.ForeignKey(DistrictCase, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField("处理时间", null=True, blank=True)
    settled_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "对不上的回传"
        constraints = [models.UniqueConstraint("street", "event", name="stray_answer_once_per_street")]

    def __str__(self) -> str:
        return f"{self.platform_number or self.case_number or self.event} {self.get_said_display()}"


class CaseBaselineQuerySet(ScopedQuerySet):
    """Declared periods."""

    def in_force(self):
        """The last that was declared, first: it holds."""
        return self.order_by("-declared_at", "-pk")


class CaseBaseline(StreetRow):
    """The declared period with which the months are compared; a later declaration takes the place of an earlier one.

    `first` and `last` are whole months; `formula` is kept as it was declared, so that an old number can be worked out again.
    """

    first = models.DateField("自")
    last = models.DateField("至")
    formula = models.CharField("算法", max_length=300)
    why = models.CharField("为什么选这一段", max_length=300, blank=True)
    declared_at = models.DateTimeField("公布时间")
    declared_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = CaseBaselineQuerySet.as_manager()

    class Meta:
        verbose_name = "基准期"
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gt=models.F("first")), name="baseline_ends_after_it_begins",
                violation_error_message="基准期的结束要在开始之后。",
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["street", "-declared_at"], name="baseline_by_time")]

    def __str__(self) -> str:
        return f"{self.first:%Y-%m} 至 {self.last:%Y-%m}"

    @property
    def months(self) -> int:
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
