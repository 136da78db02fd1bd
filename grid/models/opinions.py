"""街情气象站: codes on paper, what people said behind them or to somebody inside, and the weekly digest.

Anybody may speak without a name. A telephone number is kept only with a consent of its own, sealed beside a mask, and goes
when its time is over or when the person says so. Opinions are not tracked by history, so that erasing here erases.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, DateTimeField, F, Q, When

from grid.chain.opinion_states import SAID, State
from grid.chain.opinion_states import TITLES as STATE_TITLES
from grid.chain.weather import TITLES as WEATHER_TITLES
from grid.chain.weather import Counts, Weather
from grid.models.matters import Matter
from grid.models.topics import Topic
from shimen import clock
from shimen.accounts.access import scope_of
from shimen.models import ScopedQuerySet, StreetRow

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from shimen.accounts.models import User

TABLE = "grid_opinion"


class OpinionNotice(StreetRow):
    """A version of what is said beside the form: who reads it, what becomes of a number. Never changed.

    `retention_days` counts from the day on which the opinion came.
    """

    number = models.PositiveSmallIntegerField("版次")
    organ = models.CharField("谁在听", max_length=60)
    contact = models.CharField("有疑问找谁", max_length=80)
    notice = models.TextField("完整告知书", max_length=4000)
    consent = models.CharField("单独同意书里的话", max_length=200)
    retention_days = models.PositiveSmallIntegerField("电话收到后保存几天", default=180)
    published_at = models.DateTimeField("发布时间")
    published_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "意见告知书"
        constraints = [models.UniqueConstraint("street", "number", name="opinion_notice_once_per_street")]
        triggers = [pgtrigger.Protect(name="opinion_notice_stands", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.published_at.astimezone(clock.SHANGHAI):%Y-%m} 第 {self.number} 版"


class OpinionCodeQuerySet(ScopedQuerySet):
    """Codes on paper; a person with areas sees those there."""

    area_path = "area_id"

    def standing(self):
        """The last one made for each, whether or not its time is over."""
        return self.filter(ended_at__isnull=True)

    def in_order(self):
        return self.order_by(F("area__sort").asc(nulls_first=True), F("place__address_key").asc(nulls_first=True), "pk")


class OpinionCode(StreetRow):
    """One generation of the code of the street (neither area nor place), of an area, or of a place in an area.

    `token` stands in the address and means nothing; `short` is what a person types. A new generation ends the one before.
    """

    class End(models.TextChoices):
        ROTATED = "rotated", "已换新码"
        REVOKED = "revoked", "已停用"

    area = models.ForeignKey(
        "territory.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="网格"
    )
    place = models.ForeignKey(
        "territory.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="地点"
    )
    token = models.CharField(max_length=16, unique=True)
    short = models.CharField("短码", max_length=6, unique=True)
    generation = models.PositiveSmallIntegerField("第几次", default=1)
    valid_from = models.DateField("自")
    valid_until = models.DateField("至")
    made_at = models.DateTimeField("生成时间")
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField("停用时间", null=True)
    ended_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    ended_how = models.CharField("怎么停的", max_length=8, choices=End, blank=True)
    ended_reason = models.CharField("停用原因", max_length=200, blank=True)

    objects = OpinionCodeQuerySet.as_manager()

    class Meta:
        verbose_name = "意见码"
        constraints = [
            models.UniqueConstraint(
                "street", "area", "place", condition=Q(ended_at__isnull=True), nulls_distinct=False,
                name="one_opinion_code_per_spot", violation_error_message="这里已经有一张在用的码。",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")), name="opinion_code_ends_after_it_begins"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.subject}的意见码"

    @property
    def subject(self) -> str:
        """Where it hangs."""
        return str(self.place or self.area or self.street)

    def opens_on(self, day: dt.date) -> bool:
        """Whether the form opens behind it on a day: it stands, its year is not over, and the place is still there."""
        gone = self.place is not None and self.place.closed_on is not None
        return not gone and self.ended_at is None and self.valid_from <= day <= self.valid_until


class OpinionQuerySet(ScopedQuerySet):
    """Opinions; those that name no area are seen by people of the whole street."""

    area_path = "area_id"

    def visible_to(self, user: User | AnonymousUser):
        """Those of the user's areas, and those the user wrote down."""
        scope = scope_of(user)
        if scope.street_id is None:
            return self.none()
        rows = self.filter(street_id=scope.street_id)
        if scope.area_ids is None:
            return rows
        return rows.filter(Q(area_id__in=scope.area_ids) | Q(received_by=user.pk))

    def standing(self):
        return self.exclude(state=State.WITHDRAWN)

    def waiting(self):
        return self.filter(state=State.WAITING)

    def with_result(self):
        """Annotates `settled_at`: when the one who spoke had a result, None while nobody has one for them."""
        return self.annotate(
            settled_at=Case(
                When(state__in=sorted(SAID), then=F("decided_at")),
                When(state=State.MATTER, then=_matter_ends()),
                When(state=State.TOPIC, then=F("topic__ended_at")),
                When(state=State.WITHDRAWN, then=F("emptied_at")),
                default=None,
                output_field=DateTimeField(),
            )
        )

    def settled_by(self, instant: dt.datetime):
        return self.with_result().filter(settled_at__lt=instant)

    def open_at(self, instant: dt.datetime):
        """Received before an instant and without a result then."""
        rows = self.with_result().filter(received_at__lt=instant)
        return rows.filter(Q(settled_at__isnull=True) | Q(settled_at__gte=instant))

    def found_by(self, typed: str):
        """By number (with or without its year), or by what was said and where."""
        number = typed.strip().rpartition("-")[2]
        found = Q(words__contains=typed) | Q(spot__contains=typed) | Q(teller__contains=typed)
        if number.isdecimal() and len(number) <= 6:
            found |= Q(serial=int(number))
        return self.filter(found)

    def with_doors(self):
        return self.select_related("area", "place", "entity", "code", "matter", "topic", "same_as", "decided_by")

    def in_order(self):
        """The longest waiting first."""
        return self.order_by("received_at", "pk")

    def newest_first(self):
        return self.order_by("-received_at", "-pk")


def _matter_ends() -> Case:
    """When the matter behind an opinion was solved; what was merged goes on inside the other."""
    return Case(
        When(matter__merged_into__isnull=False, then=F("matter__merged_into__solved_at")),
        When(matter__state="withdrawn", then=F("decided_at")),
        default=F("matter__solved_at"),
    )


class Opinion(StreetRow):
    """意见. Its id is drawn when the form is shown, so that one form is one opinion; `receipt_index` finds it again."""

    State = State
    STATES = [(state.value, title) for state, title in STATE_TITLES.items()]

    class Way(models.TextChoices):
        CODE = "code", "扫码"
        VISIT = "visit", "走访听到"
        DESK = "desk", "窗口、电话"
        MEETING = "meeting", "会上听到"

    INSIDE = (Way.VISIT, Way.DESK, Way.MEETING)

    year = models.PositiveSmallIntegerField("年")
    serial = models.PositiveIntegerField("序号")
    way = models.CharField("怎么来的", max_length=8, choices=Way)
    code = models.ForeignKey(OpinionCode, on_delete=models.PROTECT, null=True, blank=True, related_name="opinions")
    area = models.ForeignKey(
        "territory.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="网格"
    )
    place = models.ForeignKey(
        "territory.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="地点"
    )
    entity = models.ForeignKey(
        "coverage.Entity", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="市场主体"
    )
    category = models.CharField("类别", max_length=14, choices=Matter.Category, default=Matter.Category.OTHER)
    words = models.TextField("说了什么", max_length=1000, blank=True)
    spot = models.CharField("在哪里", max_length=80, blank=True)
    teller = models.CharField("谁说的", max_length=40, blank=True)
    phone_sealed = models.BinaryField("电话（加密）", null=True, editable=False)
    phone_index = models.BinaryField("电话索引", max_length=16, null=True, editable=False)
    phone_mask = models.CharField("电话", max_length=20, blank=True)
    notice = models.ForeignKey(OpinionNotice, on_delete=models.PROTECT, null=True, related_name="+")
    consented_at = models.DateTimeField("同意留电话", null=True)
    unconsented_at = models.DateTimeField("收回同意", null=True)
    receipt_index = models.BinaryField("查询码索引", max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, blank=True)
    received_at = models.DateTimeField("收到时间")
    received_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="记下的人"
    )
    state = models.CharField("状态", max_length=10, choices=STATES, default=State.WAITING.value)
    matter = models.ForeignKey(
        Matter, on_delete=models.PROTECT, null=True, blank=True, related_name="opinions", verbose_name="事项"
    )
    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, null=True, blank=True, related_name="opinions", verbose_name="议题"
    )
    same_as = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="twins", verbose_name="与哪一条相同"
    )
    is_own = models.BooleanField("事项或议题由它而来", default=False)
    reply = models.TextField("答复或去处", max_length=1000, blank=True)
    decided_at = models.DateTimeField("分拣时间", null=True)
    decided_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="分拣人"
    )
    emptied_at = models.DateTimeField("清空时间", null=True)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = "意见"
        constraints = [
            models.UniqueConstraint("street", "year", "serial", name="opinion_number_once_per_street"),
            models.UniqueConstraint(
                fields=["code", "digest"], condition=Q(state="waiting", code__isnull=False),
                name="same_words_are_one_opinion",
                violation_error_message="同样的话又收到一条，在等分拣，处理那一条就行。",
            ),
            models.CheckConstraint(
                condition=Q(phone_sealed__isnull=True) | Q(consented_at__isnull=False, unconsented_at__isnull=True),
                name="number_only_with_consent",
                violation_error_message="没有本人同意，不能留电话。",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(words="", teller="", phone_sealed=None, phone_index=None),
                name="withdrawn_opinion_is_empty",
            ),
            models.CheckConstraint(condition=~Q(state="matter") | Q(matter__isnull=False), name="opinion_has_its_matter"),
            models.CheckConstraint(condition=~Q(state="topic") | Q(topic__isnull=False), name="opinion_has_its_topic"),
            models.CheckConstraint(
                condition=~Q(state="duplicate") | (Q(same_as__isnull=False) & ~Q(same_as=F("id"))),
                name="opinion_same_as_another",
                violation_error_message="不能和它自己相同。",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["answered", "elsewhere"]) | ~Q(reply=""), name="opinion_is_answered_in_words"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["street", "state", "received_at"], name="opinion_by_state"),
            models.Index(fields=["street", "-received_at"], name="opinion_by_time"),
            models.Index(fields=["matter"], name="opinion_by_matter"),
            models.Index(fields=["topic"], name="opinion_by_topic"),
        ]

    def __str__(self) -> str:
        # The log keeps this: the number and the day, never who or what.
        return f"意见 {self.number}"

    @property
    def number(self) -> str:
        """2026-0123"""
        return f"{self.year}-{self.serial:04d}"

    @property
    def where(self) -> str:
        """Where it is about, in words."""
        named = "，".join(str(part) for part in (self.entity or self.place, self.spot) if part)
        return named or str(self.area or "全街道")


class DigestQuerySet(ScopedQuerySet):
    """Digests of weeks; the newest week first."""

    def newest_first(self):
        return self.order_by("-week")


class Digest(StreetRow):
    """街情周报: one week as it stood at its end. Never changed; its numbers are counts of `DigestLine`."""

    week = models.DateField("哪一周（周一）")
    number = models.PositiveSmallIntegerField("第几期")
    made_at = models.DateTimeField("生成时间")
    received = models.PositiveIntegerField("新收")
    solved = models.PositiveIntegerField("有结果")
    open = models.PositiveIntegerField("周末还没有结果")
    late = models.PositiveIntegerField("其中超期")
    thresholds = models.JSONField("用的规则")
    explained = ArrayField(models.CharField(max_length=200), verbose_name="怎么算的")

    objects = DigestQuerySet.as_manager()

    class Meta:
        verbose_name = "街情周报"
        constraints = [
            models.UniqueConstraint("street", "week", name="one_digest_per_week"),
            models.UniqueConstraint("street", "number", name="digest_number_once_per_street"),
        ]
        triggers = [pgtrigger.Protect(name="digest_stands", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"街情周报第 {self.number} 期"

    @property
    def until(self) -> dt.date:
        """The Sunday."""
        return self.week + dt.timedelta(days=6)


class DigestArea(StreetRow):
    """What a digest says of one area; `area` is None for what names none."""

    WEATHERS = [(weather.value, title) for weather, title in WEATHER_TITLES.items()]

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="areas")
    area = models.ForeignKey(
        "territory.Area", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="网格"
    )
    name = models.CharField("网格", max_length=60)
    sort = models.PositiveIntegerField()
    weather = models.CharField("天气", max_length=8, choices=WEATHERS)
    index = models.PositiveIntegerField("指数")
    new = models.PositiveIntegerField("新收")
    solved = models.PositiveIntegerField("有结果")
    open = models.PositiveIntegerField("周末还没有结果")
    late = models.PositiveIntegerField("其中超期")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "网格天气"
        constraints = [
            models.UniqueConstraint("digest", "area", nulls_distinct=False, name="one_weather_per_area_and_week")
        ]
        triggers = [pgtrigger.Protect(name="digest_area_stands", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.name} {self.get_weather_display()}"

    @property
    def counts(self) -> Counts:
        return Counts(new=self.new, solved=self.solved, open=self.open, late=self.late)

    @property
    def sky(self) -> Weather:
        return Weather(self.weather)


class DigestLine(StreetRow):
    """One opinion that one number of a digest counted, so that the number opens to its rows for ever."""

    class Count(models.TextChoices):
        NEW = "new", "新收"
        SOLVED = "solved", "有结果"
        OPEN = "open", "周末还没有结果"
        LATE = "late", "其中超期"

    of = models.ForeignKey(DigestArea, on_delete=models.CASCADE, related_name="lines")
    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="+")
    count = models.CharField("算在哪里", max_length=6, choices=Count)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "周报里的一条"
        constraints = [models.UniqueConstraint("of", "count", "opinion", name="opinion_counted_once")]
        triggers = [pgtrigger.Protect(name="digest_line_stands", operation=pgtrigger.Update)]
