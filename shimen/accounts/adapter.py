"""How allauth behaves here: nobody signs up without an invitation, and refusals are said in plain Chinese."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from shimen.accounts import journal


class InvitationAdapter(DefaultAccountAdapter):
    """Closes the public sign-up; accounts come from invitations only. Refused sign-ins are written to the log."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "这个账号已停用。需要恢复，请找系统管理员。",
        "username_password_mismatch": "账号或密码不对。",
        "too_many_login_attempts": "连错 5 次，锁定 15 分钟。过 15 分钟再试，或者请系统管理员发一条重设密码的链接。",
        "incorrect_password": "密码不对。",
        "incorrect_code": "验证码不对。看一下手机时间是否准确，再输一次新的 6 位数。",
        "enter_current_password": "现在的密码不对。",
        "same_as_current": "新密码和现在的一样，换一个。",
        "username_taken": "这个账号已有人在用。",
        "rate_limited": "试得太快了，过几分钟再试。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Passkeys sign in without asking the backend for a password, so the trial's accounts are stopped here too."""
        if settings.PRODUCTION and user.is_trial:
            return self.respond_user_inactive(request, user)
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        journal.sign_in_refused(username=credentials.get("username", ""), reason="账号或密码不对")
        super().authentication_failed(request, **credentials)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except Exception:
            journal.sign_in_refused(username=credentials.get("username", ""), reason="连错次数太多，锁定中")
            raise

    def is_safe_url(self, url: str | None) -> bool:
        """After sign-in people only go to pages of this site, whatever ALLOWED_HOSTS says."""
        from django.utils.http import url_has_allowed_host_and_scheme

        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)
