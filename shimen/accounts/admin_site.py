"""The administration pages: entered through the same sign-in as everything else, opened by role, scoped by street."""

from __future__ import annotations

from typing import Any, NoReturn

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from shimen.accounts.access import scope_of
from shimen.accounts.backends import ADMIN_APPS


class OfficeAdmin(admin.AdminSite):
    """Django's admin without a sign-in form of its own, so that rate limits and the second factor cannot be walked round."""

    site_header = site_title = "石门 · 后台管理"
    index_title = "后台管理"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        if not user.is_active:
            return False
        return bool(getattr(user, "is_superuser", False)) or scope_of(user).has(*ADMIN_APPS)

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied("后台管理只对数据管理员和系统管理员开放。")
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> NoReturn:
        raise PermissionDenied("密码在“我的账号”里改。")


class ScopedAdmin(admin.ModelAdmin):
    """A model's admin pages that show only what `visible_to` lets the person see, and delete nothing."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        if getattr(request.user, "is_superuser", False):
            return rows
        return rows.filter(pk__in=self.model._default_manager.visible_to(request.user).values("pk"))  # type: ignore[attr-defined]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
