"""Users, the roles granted to them, and the invitations by which they come in."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import F, Q

from shimen.models import ScopedQuerySet, StreetRow, new_id


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


class User(AbstractUser):
    """A person who signs in. `display_name` is how colleagues call them, `unit` where they belong."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.ForeignKey(
        "territory.Street", on_delete=models.PROTECT, null=True, related_name="people", verbose_name="街道"
    )
    display_name = models.CharField("姓名", max_length=40)
    unit = models.CharField("单位", max_length=60, blank=True)
    is_trial = models.BooleanField("试用账号", default=False)
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    objects = UserManager()
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = "用户"

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class RoleGrantQuerySet(ScopedQuerySet):
    """Grants; `on(day)` leaves those in force that day."""

    def on(self, day: dt.date):
        return self.filter(valid_from__lte=day).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))


class RoleGrant(StreetRow):
    """A role for a person, in an area (none = the whole street), from a day to a day (inclusive)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants", verbose_name="人员")
    role = models.CharField("角色", max_length=16, choices=Role)
    area = models.ForeignKey(
        "territory.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="范围"
    )
    valid_from = models.DateField("自")
    valid_to = models.DateField("至", null=True, blank=True)
    granted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="授权人"
    )
    granted_at = models.DateTimeField("授权时间")

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = "授权"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="grant_ends_after_it_begins",
                violation_error_message="截止日不能早于起始日。",
            )
        ]
        indexes = [models.Index(fields=["user", "role"], name="grant_by_user")]


class Invitation(StreetRow):
    """A one-time link by which a person makes an account; only the hash of its token is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    username = models.CharField("账号", max_length=60)
    display_name = models.CharField("姓名", max_length=40)
    unit = models.CharField("单位", max_length=60, blank=True)
    role = models.CharField("角色", max_length=16, choices=Role)
    area = models.ForeignKey("territory.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "邀请"
