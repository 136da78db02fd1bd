"""Committees (班子): who was elected when and for how long, and who holds which seat from which day to which.

A committee holds office from its election until the next one takes over (`valid`), even when its term (`ends_on`) is
over; that is what overdue means. Nothing is deleted: earlier committees and their seats stay, and an election that was
registered by mistake is withdrawn with a reason. The name of whoever holds a seat is kept in clear: a committee is made
known to its branch, and a masked list of secretaries would serve nobody. Their telephone is not kept here.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Count, F, Func, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from branches.models.organisations import DatedQuerySet, Organisation
from branches.rules import seats as rules
from coverage.models.sheets import Sheet, SheetRow
from shimen.models import ScopedQuerySet, StreetRow


class CommitteeQuerySet(DatedQuerySet):
    """Committees; one is seen by whoever sees its organisation."""

    area_path = "organisation__area_id"

    def registered(self):
        """Those whose election was not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def in_office(self, day: dt.date):
        """The one of each organisation that leads it on a day, whether its term is over or not."""
        return self.registered().on(day)

    def overdue(self, day: dt.date):
        """In office on a day although the term, with what was granted on top, is over."""
        return self.in_office(day).filter(ends_on__lt=day)

    def ending(self, day: dt.date, before: dt.date):
        """In office, not overdue, and the term ends before a day."""
        return self.in_office(day).filter(ends_on__gte=day, ends_on__lte=before)

    def extended(self, day: dt.date):
        """In office within a time granted beyond the term."""
        return self.in_office(day).filter(ends_on__gte=day, ends_on__gt=F("due_on"))

    def with_vacant(self, day: dt.date):
        """Adds `vacant`: how many of the seats decided at the election nobody holds on a day."""
        held = Seat.objects.held(day).filter(committee=OuterRef("pk")).order_by().values("committee")
        count = held.annotate(n=Count("pk")).values("n")
        return self.annotate(
            vacant=Func(F("roles"), function="cardinality", output_field=models.IntegerField())
            - Coalesce(Subquery(count, output_field=models.IntegerField()), 0)
        )

    def newest_first(self):
        return self.order_by("-elected_on", "-id")


class Committee(StreetRow):
    """One term of an organisation's committee. `roles` are the seats that the election decided, filled or not.

    `due_on` is the last day by the rule of the day of election, `ends_on` the last day with what was granted on top.
    """

    class How(models.TextChoices):
        ELECTED = "elected", "选举"
        APPOINTED = "appointed", "上级任命"

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="committees", verbose_name="党组织"
    )
    number = models.PositiveSmallIntegerField("届次")
    how = models.CharField("产生方式", max_length=10, choices=How, default=How.ELECTED)
    elected_on = models.DateField("选举日期")
    due_on = models.DateField("任期届满")
    ends_on = models.DateField("应换届日期")
    valid = DateRangeField("在任期间")
    roles = ArrayField(models.CharField(max_length=12), verbose_name="席位")
    note = models.CharField("批复或备注", max_length=200, blank=True)
    withdrawn_at = models.DateTimeField("撤销登记时间", null=True)
    withdrawn_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.CharField("撤销登记原因", max_length=200, blank=True)

    objects = CommitteeQuerySet.as_manager()

    class Meta:
        verbose_name = "班子"
        constraints = [
            ExclusionConstraint(
                name="one_committee_at_a_time",
                expressions=[("organisation", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=Q(withdrawn_at__isnull=True),
                violation_error_message="这个党组织这段时间里已经有一届班子。",
            ),
            models.UniqueConstraint(
                "organisation",
                "number",
                condition=Q(withdrawn_at__isnull=True),
                name="committee_number_once",
                violation_error_message="这一届已经登记过了。",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gt=F("elected_on")) & Q(ends_on__gte=F("due_on")),
                name="committee_days_in_order",
                violation_error_message="任期届满要在选举之后，延期要在任期届满之后。",
            ),
        ]
        indexes = [models.Index(fields=["street", "ends_on"], name="committee_by_end")]

    def __str__(self) -> str:
        return f"{self.organisation}第 {self.number} 届"

    @property
    def is_extended(self) -> bool:
        return self.ends_on > self.due_on

    @property
    def is_in_office(self) -> bool:
        """Whether no later committee has taken over."""
        return self.withdrawn_at is None and self.valid is not None and self.valid.upper is None


class Extension(StreetRow):
    """A time granted beyond the term, by whom and on what paper. `until` is the new last day."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="extensions")
    before = models.DateField("原届满日期")
    until = models.DateField("延至")
    approved_by = models.CharField("批准的上级党组织", max_length=100)
    approved_on = models.DateField("批准日期")
    reason = models.CharField("延期原因", max_length=200)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "延期换届"
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("before")),
                name="extension_reaches_further",
                violation_error_message="延期要晚于原来的届满日期。",
            )
        ]


class SeatQuerySet(DatedQuerySet):
    """Seats held; one is seen by whoever sees its organisation."""

    area_path = "organisation__area_id"

    def registered(self):
        return self.filter(withdrawn_at__isnull=True)

    def held(self, day: dt.date):
        """Held on a day."""
        return self.registered().on(day)

    def secretaries(self):
        return self.filter(role=Seat.Role.SECRETARY)

    def outside(self):
        """Held by somebody who is not of the branch itself."""
        return self.exclude(origin=Seat.Origin.INSIDE)

    def in_order(self):
        """By the order of the roles, then by the day on which each began."""
        order = models.Case(*(models.When(role=role, then=n) for n, role in enumerate(Seat.Role.values)), default=99)
        return self.order_by(order, "valid", "id")


class Seat(StreetRow):
    """Somebody on a committee, from a day to a day. `also` are the roles taken on beside the seat's own (兼任).

    `member` is the person's membership, here or in the organisation they come from; a cadre sent by a department has
    none, only a name and a home unit.
    """

    class Role(models.TextChoices):
        SECRETARY = rules.SECRETARY, "书记"
        DEPUTY = rules.DEPUTY, "副书记"
        ORGANISER = rules.ORGANISER, "组织委员"
        PUBLICITY = rules.PUBLICITY, "宣传委员"
        DISCIPLINE = rules.DISCIPLINE, "纪检委员"
        UNITED = rules.UNITED, "统战委员"
        YOUTH = rules.YOUTH, "青年委员"
        MEMBER = rules.MEMBER, "委员"

    class Origin(models.TextChoices):
        INSIDE = rules.INSIDE, "本支部党员"
        CROSS = rules.CROSS, "交叉任职"
        SECONDED = rules.SECONDED, "下沉干部"

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="seats")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="seats")
    role = models.CharField("职务", max_length=12, choices=Role)
    also = ArrayField(models.CharField(max_length=12), verbose_name="兼任", default=list, blank=True)
    origin = models.CharField("来源", max_length=10, choices=Origin, default=Origin.INSIDE)
    name = models.CharField("姓名", max_length=40)
    member = models.ForeignKey(
        "branches.Member", on_delete=models.PROTECT, null=True, blank=True, related_name="seats", verbose_name="党员"
    )
    user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="seats", verbose_name="账号"
    )
    home_unit = models.CharField("原单位或所在党组织", max_length=100, blank=True)
    seconded_until = models.DateField("下沉至", null=True, blank=True)
    valid = DateRangeField("任职期间")
    end_reason = models.CharField("离任原因", max_length=100, blank=True)
    # The committee that took over, for seats that ended by it: withdrawing its election opens them again.
    ended_by = models.ForeignKey(Committee, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField("撤销登记时间", null=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = "席位"
        constraints = [
            ExclusionConstraint(
                name="one_holder_per_seat",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at__isnull=True, role__in=sorted(rules.SINGLE)),
                violation_error_message="这个职务这段时间里已经有人担任。",
            ),
            ExclusionConstraint(
                name="one_seat_per_member",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("member", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at__isnull=True, member__isnull=False),
                violation_error_message="这位同志这段时间里已经在这个班子任职。",
            ),
        ]
        indexes = [
            models.Index(fields=["committee"], name="seat_by_committee"),
            models.Index(fields=["user"], name="seat_by_user", condition=Q(user__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.duties}）"

    @property
    def duties(self) -> str:
        """副书记兼组织委员."""
        own = str(self.get_role_display())
        also = [str(self.Role(role).label) for role in self.also]
        return f"{own}兼{'、'.join(also)}" if also else own

    @property
    def is_inside(self) -> bool:
        return self.origin == self.Origin.INSIDE

    @property
    def since(self) -> dt.date | None:
        return self.valid.lower if self.valid is not None else None

    @property
    def until(self) -> dt.date | None:
        """The first day on which it is not held any more; None while it is."""
        return self.valid.upper if self.valid is not None else None

    def person(self) -> frozenset[str]:
        """By what this person is recognised in other seats (see `branches.rules.seats.Asked.person`)."""
        return rules.person(member=_text(self.member_id), user=_text(self.user_id), name=self.name, unit=self.home_unit)


def _text(pk: uuid.UUID | None) -> str:
    return str(pk) if pk else ""


class CommitteeSheetQuerySet(ScopedQuerySet):
    """Workbooks of committees, of the whole street."""

    def newest_first(self):
        return self.order_by("-received_at", "-id")


class CommitteeSheet(Sheet):
    """A workbook of committees of any number of organisations: a line for each seat."""

    objects = CommitteeSheetQuerySet.as_manager()

    class Meta:
        verbose_name = "班子表格"
        indexes = [models.Index(fields=["street", "-received_at"], name="committee_sheet_by_street")]


class CommitteeSheetRowQuerySet(ScopedQuerySet):
    """What such workbooks say differently."""

    def waiting(self):
        """Those on which a person has to decide and has not."""
        return self.filter(decision=CommitteeSheetRow.Decision.OPEN)

    def to_write(self):
        return self.filter(decision=CommitteeSheetRow.Decision.ACCEPT, is_applied=False)

    def in_order(self):
        return self.order_by("line", "id")


class CommitteeSheetRow(SheetRow):
    """What a workbook says of one organisation's committee: a new one, or changes of the one in office (`committee`).

    `said` holds its lines as read (see `branches.rules.committee_sheets.Block.as_json`), empty once their time is over;
    `done` are the ids of what writing made, for taking it back.
    """

    class Kind(models.TextChoices):
        NEW = "new", "新一届"
        CHANGED = "changed", "班子变动"
        DOUBT = "doubt", "待确认"
        REFUSED = "refused", "拒收"

    sheet = models.ForeignKey(CommitteeSheet, on_delete=models.CASCADE, related_name="rows")
    kind = models.CharField("种类", max_length=10, choices=Kind)
    organisation = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True, related_name="+")
    committee = models.ForeignKey(Committee, on_delete=models.SET_NULL, null=True, related_name="+")
    named = models.CharField("表里写的党组织", max_length=100)
    said = models.JSONField("表里写的", default=dict)
    done = models.JSONField("写了什么", default=dict)

    objects = CommitteeSheetRowQuerySet.as_manager()

    class Meta:
        verbose_name = "班子差异"
        indexes = [models.Index(fields=["sheet", "line"], name="committee_sheet_row_by_line")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.named}"
