"""Who may be signed in at all, and what the administration pages let them do."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth import get_user_model

from shimen.accounts.access import scope_of
from shimen.accounts.models import Role

# What a role may look after in the administration pages. Nothing is deleted there, and accounts, roles and the log
# are not there at all: they have pages and verbs of their own.
ADMIN_APPS: dict[str, frozenset[str]] = {
    Role.DATA_ADMIN: frozenset({"coverage", "territory"}),
    Role.SYSTEM_ADMIN: frozenset({"outbox", "territory"}),
}
_ACTIONS = ("view_", "add_", "change_", "import_", "export_")


class AccountBackend(AuthenticationBackend):
    """allauth's backend; trial accounts do not exist in production, and admin permissions follow the roles of today."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Asked at sign-in and at every request of a session."""
        if settings.PRODUCTION and getattr(user, "is_trial", False):
            return False
        return bool(super().user_can_authenticate(user))

    def get_user(self, user_id: Any) -> Any:
        """The person of a session with their street, which every page names (one query)."""
        user = get_user_model().objects.select_related("street").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        app, _, action = perm.partition(".")
        if user_obj.is_active and action.startswith(_ACTIONS) and self._may_look_after(user_obj, app):
            return True
        return bool(super().has_perm(user_obj, perm, obj=obj))

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        if user_obj.is_active and self._may_look_after(user_obj, app_label):
            return True
        return bool(super().has_module_perms(user_obj, app_label))

    @staticmethod
    def _may_look_after(user: Any, app: str) -> bool:
        scope = scope_of(user)
        return any(app in apps for role, apps in ADMIN_APPS.items() if scope.areas_of(role) is None)
