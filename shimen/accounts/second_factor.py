"""The second factor in plain Chinese: allauth's forms with our words, and what it says when a code is wrong."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm

CODE = {"inputmode": "numeric", "placeholder": "", "maxlength": "16"}


class SecondFactorAdapter(DefaultMFAAdapter):
    """Refusals in words."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "验证码不对。看一下手机时间是否准确，再输一次新的 6 位数。",
        "cannot_delete_authenticator": "这一种现在不能取消。",
        "cannot_generate_recovery_codes": "先开通验证器或通行密钥，再要恢复码。",
    }


class _Worded:
    """Puts our words on the fields of a form of allauth's."""

    labels: dict[str, str] = {}
    hints: dict[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields  # type: ignore[attr-defined]
        for name, label in self.labels.items():
            if name in fields:
                fields[name].label, fields[name].help_text = label, self.hints.get(name, "")
        if "code" in fields:
            fields["code"].widget.attrs |= CODE


class CodeForm(_Worded, AuthenticateForm):
    labels = {"code": "验证码或恢复码"}


class CodeAgainForm(_Worded, ReauthenticateForm):
    labels = {"code": "验证码或恢复码"}


class ActivateForm(_Worded, ActivateTOTPForm):
    labels = {"code": "6 位数"}


class AddPasskeyForm(_Worded, AddWebAuthnForm):
    labels = {"name": "名称", "passwordless": "以后只用它登录，不再问密码"}
    hints = {"name": "写得出是哪一台，例如 办公室电脑", "passwordless": "要用指纹、面容或开机密码，小钥匙要设 PIN"}


class RenamePasskeyForm(_Worded, EditWebAuthnForm):
    labels = {"name": "名称"}
