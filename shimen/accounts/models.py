"""Users, the roles granted to them, and the invitations by which they come in."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Lower

from shimen.models import ScopedQuerySet, StreetRow, new_id

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from shimen.accounts.access import Scope


class Role(models.TextChoices):
    """What a person may come for. A person may hold several, each in its own area and for its own time."""

    STAFF = "staff", "街道党务干部"
    SECRETARY = "secretary", "支部书记"
    VISITOR = "visitor", "走访队员"
    DATA_ADMIN = "data_admin", "数据管理员"
    CONVENER = "convener", "议事会召集人"
    STATION_MASTER = "station_master", "轮值站长"
    SECONDED = "seconded", "下沉干部"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"


# 三员分立: the three administrators are kept apart from one another (domain.md §5).
SEPARATE_ROLES = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
# Roles that decide over other people's data must prove themselves twice in production.
SECOND_FACTOR_ROLES = (Role.STAFF, Role.DATA_ADMIN, *SEPARATE_ROLES)
# Roles of daily work at the doors, which street staff may give within their own areas.
FIELD_ROLES = (Role.SECRETARY, Role.VISITOR, Role.CONVENER, Role.STATION_MASTER, Role.SECONDED)


class PersonQuerySet(ScopedQuerySet):
    """People who sign in."""

    def visible_to(self, user: User | AnonymousUser):
        """Everyone of the street; for a person with areas, those who work there too, and the person themselves."""
        from shimen import clock
        from shimen.accounts.access import scope_of

        scope = scope_of(user)
        rows = super().visible_to(user)
        if scope.area_ids is None or scope.street_id is None or scope.has(*SEPARATE_ROLES):
            return rows
        there = RoleGrant.objects.on(clock.today()).filter(user=OuterRef("pk"), area__in=scope.area_ids)
        return rows.filter(Q(pk=user.pk) | models.Exists(there))

    def by_name(self):
        return self.order_by("unit", "display_name", "username")


class PersonManager(UserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    """Makes users, and asks for them as PersonQuerySet does."""

    use_in_migrations = False


class User(AbstractUser):
    """A person who signs in. `display_name` is how colleagues call them, `unit` where they belong."""

    class Theme(models.TextChoices):
        SYSTEM = "auto", "跟随系统"
        LIGHT = "light", "浅色"
        DARK = "dark", "深色"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.ForeignKey(
        "territory.Street", on_delete=models.PROTECT, null=True, related_name="people", verbose_name="街道"
    )
    display_name = models.CharField("姓名", max_length=40)
    unit = models.CharField("单位", max_length=60, blank=True)
    is_trial = models.BooleanField("试用账号", default=False)
    theme = models.CharField("界面明暗", max_length=5, choices=Theme, default=Theme.SYSTEM)
    # What the person may see today, worked out once per object (see access.scope_of); not a column.
    scope_today: Scope | None = None
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    objects: ClassVar[PersonManager] = PersonManager()
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = "用户"
        constraints = [
            # Sign-in does not mind upper or lower case, so two accounts may not differ by it.
            models.UniqueConstraint(
                Lower("username"),
                name="username_once_whatever_case",
                violation_error_message="这个账号已有人在用。",
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class RoleGrantQuerySet(ScopedQuerySet):
    """Grants; `on(day)` leaves those in force that day."""

    def on(self, day: dt.date):
        begun = self.filter(valid_from__lte=day).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
        return begun.filter(Q(ended_at__isnull=True) | Q(ended_at__date__gt=day))

    def standing(self):
        """Those nobody has ended, past and future ones among them."""
        return self.filter(ended_at__isnull=True)


def _days() -> Func:
    """The days of a grant as a range that holds both ends."""
    return Func(F("valid_from"), F("valid_to"), Value("[]"), function="daterange")


class RoleGrant(StreetRow):
    """A role for a person, in an area (none = the whole street), from a day to a day (inclusive).

    A grant is never deleted: `ended_at` closes it at once, whatever its days say.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants", verbose_name="人员")
    role = models.CharField("角色", max_length=16, choices=Role)
    area = models.ForeignKey(
        "territory.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="范围"
    )
    valid_from = models.DateField("自")
    valid_to = models.DateField("至", null=True, blank=True)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="授权人")
    granted_at = models.DateTimeField("授权时间")
    ended_at = models.DateTimeField("收回时间", null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="收回人")
    ended_reason = models.CharField("收回原因", max_length=200, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = "授权"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="grant_ends_after_it_begins",
                violation_error_message="截止日不能早于起始日。",
            ),
            models.CheckConstraint(
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("user")),
                name="nobody_grants_to_themselves",
                violation_error_message="不能给自己授权，请另一位管理员来办。",
            ),
            ExclusionConstraint(
                name="administrators_kept_apart",
                expressions=[
                    (F("user"), RangeOperators.EQUAL),
                    (F("role"), RangeOperators.NOT_EQUAL),
                    (_days(), RangeOperators.OVERLAPS),
                ],
                condition=Q(role__in=["system_admin", "security_admin", "audit_admin"], ended_at__isnull=True),
                violation_error_message="系统管理员、安全管理员、审计管理员三员分立，同一个人同一时间只能担任一个。",
            ),
            ExclusionConstraint(
                name="grant_not_given_twice",
                expressions=[
                    (F("user"), RangeOperators.EQUAL),
                    (F("role"), RangeOperators.EQUAL),
                    (Coalesce(F("area"), F("street")), RangeOperators.EQUAL),
                    (_days(), RangeOperators.OVERLAPS),
                ],
                condition=Q(ended_at__isnull=True),
                violation_error_message="这段时间里已经有同样的授权。",
            ),
        ]
        indexes = [models.Index(fields=["user", "role"], name="grant_by_user")]

    def __str__(self) -> str:
        return f"{self.user}：{self.get_role_display()}"


class InvitationQuerySet(ScopedQuerySet):
    """Invitations; an area-bound person sees those for their areas."""

    def visible_to(self, user: User | AnonymousUser):
        from shimen.accounts.access import scope_of

        scope = scope_of(user)
        rows = super().visible_to(user)
        if scope.area_ids is None or scope.street_id is None or scope.has(*SEPARATE_ROLES):
            return rows
        return rows.filter(area__in=scope.area_ids)

    def pending(self, at: dt.datetime):
        """Neither used, nor revoked, nor past their time."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=at)


class Invitation(StreetRow):
    """A one-time link by which a person makes an account; only the hash of its token is kept.

    Whoever opens accounts may not hand out authority: the link works once somebody who may grant the role has agreed
    (`approved_at`). `invited_by` is None when the console made it for the first administrators.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    username = models.CharField("账号", max_length=60)
    display_name = models.CharField("姓名", max_length=40)
    unit = models.CharField("单位", max_length=60, blank=True)
    role = models.CharField("角色", max_length=16, choices=Role)
    area = models.ForeignKey(
        "territory.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="范围"
    )
    valid_to = models.DateField("授权至", null=True, blank=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    invited_at = models.DateTimeField("邀请时间")
    expires_at = models.DateTimeField("链接有效至")
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField("同意授权时间", null=True)
    accepted_at = models.DateTimeField("启用时间", null=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField("撤回时间", null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "邀请"
        constraints = [
            models.UniqueConstraint(
                "street",
                "username",
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="one_open_invitation_per_username",
                violation_error_message="这个账号已有一条没用过的邀请，先撤回那一条。",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(approved_at__isnull=False),
                name="accepted_only_when_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.display_name}（{self.username}）"


class PasswordLink(StreetRow):
    """A one-time link by which a person sets a new password; only the hash of its token is kept."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="password_links")
    token_hash = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "重设密码的链接"

    def __str__(self) -> str:
        return str(self.user)


class FeedbackQuerySet(ScopedQuerySet):
    """What people said of the product."""

    def by(self, user: User):
        return self.filter(sent_by=user)

    def waiting(self):
        return self.filter(answered_at__isnull=True)

    def newest_first(self):
        return self.order_by("-sent_at", "-id")


class Feedback(StreetRow):
    """A remark on the product itself, from the page on which somebody stood; too much burden is one of its kinds.

    Readers of the street's office answer it, and whoever sent it reads the answer.
    """

    class Kind(models.TextChoices):
        BURDEN = "burden", "填得太多、负担重"
        HARD = "hard", "不好用、看不懂"
        WRONG = "wrong", "有错、不对"
        WISH = "wish", "想要什么"

    kind = models.CharField("是哪一类", max_length=8, choices=Kind)
    words = models.TextField("怎么回事")
    page = models.CharField("在哪一页", max_length=300, blank=True)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="feedback")
    sent_at = models.DateTimeField("提出时间")
    answer = models.TextField("答复", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = "意见"
        indexes = [models.Index(fields=["street", "-sent_at"], name="feedback_by_time")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}，{self.sent_by}"
