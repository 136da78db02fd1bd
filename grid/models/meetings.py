"""Meetings of grids and of councils: who was there, what was on the agenda, what was said, voted and resolved.

A grid has one meeting per fortnight, made by the calendar. A meeting of a council may have further councils as hosts.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q

from grid.chain import sessions
from grid.chain.quorum import Quorum
from shimen.models import ScopedQuerySet, StreetRow

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from grid.models.councils import Council
    from shimen.accounts.models import User


class MeetingQuerySet(ScopedQuerySet):
    """Meetings; the usual chain is `visible_to(user).upcoming(now)`."""

    area_path = "area_id"

    def visible_to(self, user: User | AnonymousUser):
        """Meetings of the user's areas, of councils that join them, and those to which the user is asked."""
        from shimen.accounts.access import scope_of

        scope = scope_of(user)
        if scope.street_id is None:
            return self.none()
        rows = self.filter(street_id=scope.street_id)
        if scope.area_ids is None:
            return rows
        joined = MeetingHost.objects.filter(meeting=OuterRef("pk"), council__area__in=scope.area_ids)
        asked = Attendee.objects.filter(meeting=OuterRef("pk"), user=user.pk)
        return rows.filter(Q(area_id__in=scope.area_ids) | Exists(joined) | Exists(asked))

    def of_grids(self):
        return self.filter(kind=sessions.Kind.GRID.value)

    def of_councils(self):
        return self.exclude(kind=sessions.Kind.GRID.value)

    def of_council(self, council: Council):
        """Those that a council hosts, alone or with others."""
        joined = MeetingHost.objects.filter(meeting=OuterRef("pk"), council=council)
        return self.filter(Q(council=council) | Exists(joined))

    def like(self, meeting: Meeting):
        """Those of the same body: the grid's, or the council's."""
        if meeting.council_id is not None:
            return self.filter(council=meeting.council_id)
        return self.filter(area=meeting.area_id, kind=sessions.Kind.GRID.value)

    def before(self, meeting: Meeting):
        """The earlier ones of the same body, newest first."""
        return self.like(meeting).filter(starts_at__lt=meeting.starts_at).order_by("-starts_at", "-pk")

    def open(self):
        """Not over: drafts, called, under way."""
        return self.filter(state__in=["draft", "called", "under_way"])

    def held(self):
        return self.filter(state="held")

    def standing(self):
        return self.exclude(state="cancelled")

    def upcoming(self):
        """Those on whose agenda something can still be put, the next first."""
        return self.filter(state__in=["draft", "called"]).order_by("starts_at", "pk")

    def overdue(self, now: dt.datetime):
        """Time is over, and nobody has said what became of them."""
        return self.filter(state__in=["draft", "called"], ends_at__lt=now)

    def with_counts(self):
        return self.annotate(
            decided=Count("resolutions", filter=~Q(resolutions__state="withdrawn"), distinct=True),
            undone=Count("resolutions", filter=Q(resolutions__state="open"), distinct=True),
        )

    def newest_first(self):
        return self.order_by("-starts_at", "-pk")


class Meeting(StreetRow):
    """A meeting. Of a grid: `period_start` names its fortnight. Of a council: `council` leads, others may join.

    `revision` counts what changes the invitation; calendars take the newest.
    """

    State = sessions.State
    Kind = sessions.Kind
    KINDS = [(kind.value, title) for kind, title in sessions.KINDS.items()]
    STATES = [(state.value, title) for state, title in sessions.STATES.items()]

    kind = models.CharField("类别", max_length=10, choices=KINDS)
    area = models.ForeignKey("territory.Area", on_delete=models.PROTECT, related_name="+", verbose_name="网格")
    council = models.ForeignKey(
        "grid.Council", on_delete=models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name="议事会"
    )
    number = models.PositiveSmallIntegerField("第几次")
    title = models.CharField("会议名称", max_length=80)
    period_start = models.DateField("双周的第一天", null=True, blank=True)
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    location = models.CharField("地点", max_length=100, blank=True)
    # Of a meeting in a space of a venue; `location` says the same in words. A booking that is gone takes nothing with it.
    booking = models.OneToOneField(
        "supply.Booking", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="空间预订"
    )
    chair = models.CharField("主持", max_length=40, blank=True)
    recorder = models.CharField("记录", max_length=40, blank=True)
    state = models.CharField("状态", max_length=10, choices=STATES, default=sessions.State.DRAFT.value)
    cancelled_reason = models.CharField("不开的原因", max_length=200, blank=True)
    # Made for a fortnight that was over before anything ran; the calendar takes it back if that day comes again.
    is_missed = models.BooleanField("没有排上", default=False)
    called_at = models.DateTimeField("发通知", null=True, blank=True)
    begun_at = models.DateTimeField("开始开会", null=True, blank=True)
    closed_at = models.DateTimeField("定稿", null=True, blank=True)
    closed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # The rule as it was when the meeting began, and who had come when it was closed.
    quorum_percent = models.PositiveSmallIntegerField("到会比例", null=True, blank=True)
    quorum_source = models.CharField("依据", max_length=100, blank=True)
    due = models.PositiveSmallIntegerField("应到", null=True, blank=True)
    present = models.PositiveSmallIntegerField("实到", null=True, blank=True)
    excused = models.PositiveSmallIntegerField("请假", null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField("排会时间")

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "会议"
        constraints = [
            models.UniqueConstraint(
                "area",
                "period_start",
                name="one_grid_meeting_per_fortnight",
                violation_error_message="这个网格这一双周已经有一次例会。",
            ),
            models.CheckConstraint(
                condition=Q(kind="grid", council__isnull=True, period_start__isnull=False)
                | (~Q(kind="grid") & Q(council__isnull=False, period_start__isnull=True)),
                name="meeting_of_a_grid_or_of_a_council",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="meeting_ends_after_it_begins",
                violation_error_message="结束要在开始之后。",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancelled_reason=""),
                name="meeting_cancelled_for_a_reason",
                violation_error_message="写明为什么不开。",
            ),
        ]
        indexes = [
            models.Index(fields=["street", "state", "starts_at"], name="meeting_by_state"),
            models.Index(fields=["area", "-starts_at"], name="meeting_by_area"),
            models.Index(fields=["council", "-starts_at"], name="meeting_by_council"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def session(self) -> sessions.Kind:
        return sessions.Kind(self.kind)

    @property
    def is_of_grid(self) -> bool:
        return self.kind == sessions.Kind.GRID

    @property
    def is_open(self) -> bool:
        return self.state in ("draft", "called", "under_way")

    @property
    def frozen_quorum(self) -> Quorum | None:
        """The count of a meeting that was closed."""
        if self.due is None or self.quorum_percent is None:
            return None
        return Quorum(self.due, self.present or 0, self.excused or 0, self.quorum_percent)


class OfMeetingQuerySet(ScopedQuerySet):
    """Rows of a meeting; fetched through it."""

    area_path = "meeting__area_id"


class MeetingHost(StreetRow):
    """A further council that holds the meeting together with the leading one (三会协同)."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="hosts")
    council = models.ForeignKey("grid.Council", on_delete=models.PROTECT, related_name="joined_meetings")

    objects = OfMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "联席的议事会"
        constraints = [
            models.UniqueConstraint(
                "meeting", "council", name="host_once_per_meeting", violation_error_message="这个议事会已经在联席里。"
            )
        ]


class Attendee(StreetRow):
    """Somebody asked to a meeting: in which role, whether they count for the quorum, and whether they came."""

    class Role(models.TextChoices):
        CHAIR = "chair", "召集"
        BRANCH = "branch", "支部"
        DEPARTMENT = "department", "条线"
        COUNCIL = "council", "议事会成员"
        SECONDED = "seconded", "下沉力量"
        RAISER = "raiser", "提出人"
        GUEST = "guest", "列席"

    class State(models.TextChoices):
        ASKED = "asked", "未回复"
        COMING = "coming", "会来"
        EXCUSED = "excused", "请假"
        PRESENT = "present", "到会"
        ABSENT = "absent", "没来"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendees")
    name = models.CharField("姓名", max_length=40)
    unit = models.CharField("单位", max_length=80, blank=True)
    role = models.CharField("身份", max_length=10, choices=Role, default=Role.GUEST)
    user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="账号"
    )
    member = models.ForeignKey(
        "grid.CouncilMember", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="席位"
    )
    counts = models.BooleanField("计入应到", default=True)
    state = models.CharField("到会", max_length=8, choices=State, default=State.ASKED)
    reason = models.CharField("请假原因", max_length=100, blank=True)
    marked_at = models.DateTimeField("记下时间", null=True, blank=True)
    marked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = OfMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "参会"
        constraints = [
            models.UniqueConstraint(
                "meeting",
                "name",
                "unit",
                name="attendee_once_per_meeting",
                violation_error_message="这个人已经在参会名单里。",
            ),
            models.UniqueConstraint(
                "meeting",
                "user",
                name="attendee_account_once_per_meeting",
                violation_error_message="这个账号已经在参会名单里。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.unit}）" if self.unit else self.name


class AgendaItem(StreetRow):
    """A line of an agenda, and the minutes of it. `key` says what it stands for ("matter:…", "resolution:…", "topic:…",
    "routine:…", "hand:…"), once per meeting; a dropped line stays, so that the draft does not bring it back.

    `version` counts the savings of its minutes; who saves must have seen the one before.
    """

    class Outcome(models.TextChoices):
        OPEN = "", "还没议定"
        RESOLVED = "resolved", "议定"
        SOLVED = "solved", "当场解决"
        HEARD = "heard", "听取通报"
        UP = "up", "仍未解决，报上一级"
        PUT_OFF = "put_off", "下次再议"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    key = models.CharField(max_length=60)
    place = models.PositiveSmallIntegerField("序", default=0)
    title = models.CharField("议题", max_length=120)
    why = models.CharField("为什么上会", max_length=40, blank=True)
    tone = models.CharField(max_length=1, blank=True)
    tried = models.CharField("已试过", max_length=300, blank=True)
    lead = models.CharField("主办", max_length=80, blank=True)
    minutes = models.PositiveSmallIntegerField("分钟", default=5)
    matter = models.ForeignKey(
        "grid.Matter", on_delete=models.PROTECT, null=True, blank=True, related_name="agenda_items", verbose_name="事项"
    )
    carried = models.ForeignKey(
        "grid.Resolution", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_on",
        verbose_name="上次决议",
    )  # fmt: skip
    is_dropped = models.BooleanField("不上会", default=False)
    text = models.TextField("记录", blank=True)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField("保存时间", null=True, blank=True)
    saved_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField("会上结果", max_length=8, choices=Outcome, blank=True, default="")
    put_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = OfMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "议题"
        constraints = [
            models.UniqueConstraint(
                "meeting", "key", name="item_once_per_agenda", violation_error_message="这一项已经在议程上。"
            ),
        ]
        indexes = [models.Index(fields=["matter"], name="item_by_matter")]

    def __str__(self) -> str:
        return self.title


class ItemTextKept(StreetRow):
    """A text of an item's minutes that somebody else's replaced: nothing that was typed is lost."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="kept")
    text = models.TextField("记录")
    saved_at = models.DateTimeField("保存时间")
    saved_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = OfMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "议题记录的旧稿"


class Vote(StreetRow):
    """What was put to the vote under an item. Counts only; who voted how is not asked. The rule is the charter's of that day."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="votes")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="votes")
    motion = models.CharField("表决事项", max_length=200)
    ayes = models.PositiveSmallIntegerField("赞成")
    nays = models.PositiveSmallIntegerField("不赞成", default=0)
    abstained = models.PositiveSmallIntegerField("弃权", default=0)
    present = models.PositiveSmallIntegerField("到会有表决权的")
    passing_percent = models.PositiveSmallIntegerField("通过比例")
    source = models.CharField("依据", max_length=100)
    is_passed = models.BooleanField("通过")
    at = models.DateTimeField("时间")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = OfMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "表决"
        constraints = [
            models.CheckConstraint(
                condition=Q(present__gte=F("ayes") + F("nays") + F("abstained")),
                name="no_more_votes_than_people",
                violation_error_message="票数比到会有表决权的人多。",
            )
        ]

    def __str__(self) -> str:
        return self.motion


class Addendum(StreetRow):
    """补记: what was added to minutes that were final."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="addenda")
    text = models.TextField("补记", max_length=2000)
    at = models.DateTimeField("时间")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = OfMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "补记"
        indexes = [models.Index(fields=["meeting", "at"], name="addendum_by_time")]
