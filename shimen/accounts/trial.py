"""The sign-ins of the trial street: one press, no password. Nothing of this exists in production.

Three locks, each enough by itself: the address is not in the URLs, `offered` finds nobody, and the backend refuses
trial accounts at every request.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Prefetch

from shimen import clock
from shimen.accounts.models import Role, RoleGrant, User

PASSWORD = "shiyong-2026"  # noqa: S105 - printed on the trial's sign-in page
_SEES = {
    Role.STAFF: ("layout-dashboard", "总览、事项、会议"),
    Role.SECRETARY: ("device-mobile", "手机走访"),
    Role.DATA_ADMIN: ("file-diff", "部门表格比对"),
    Role.VISITOR: ("device-mobile", "手机走访"),
    Role.STATION_MASTER: ("building-community", "今日阵地、预订、值班"),
    Role.SYSTEM_ADMIN: ("users", "开账号、停账号"),
    Role.SECURITY_ADMIN: ("shield-lock", "授权、收回"),
    Role.AUDIT_ADMIN: ("history", "操作记录"),
}


@dataclass(frozen=True, slots=True)
class TrialPerson:
    """A line on the sign-in page: who, in which role, and what they will see."""

    username: str
    name: str
    role: str
    sees: str
    icon: str


def is_on() -> bool:
    return bool(settings.SHIMEN_MODE == "trial")


def offered() -> list[TrialPerson]:
    """One person per role, the three daily users first; nobody outside the trial."""
    if not is_on():
        return []
    grants = RoleGrant.objects.on(clock.today()).order_by("granted_at", "pk")
    users = User.objects.filter(is_trial=True, is_active=True, is_superuser=False)
    users = users.order_by("date_joined", "username").prefetch_related(Prefetch("grants", grants))
    found: dict[str, TrialPerson] = {}
    for user in users:
        for grant in user.grants.all():
            role = Role(grant.role)
            if role in _SEES and role not in found:
                icon, sees = _SEES[role]
                found[role] = TrialPerson(user.username, str(user), role.label, sees, icon)
                break  # one line per person: whoever holds two roles is offered under the first
    return [found[role] for role in _SEES if role in found]


def find(username: str) -> User | None:
    """The trial account of that name, in the trial only."""
    if not is_on():
        return None
    return User.objects.filter(is_trial=True, is_active=True, is_superuser=False, username=username).first()
