"""The second factor in plain Chinese: allauth's forms with our words, and what it says when a code is wrong.

The secret of a code app and the seed of recovery codes are sealed before allauth stores them.
"""

from __future__ import annotations

import base64
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.db import transaction

from shimen.privacy import sealing
from shimen.privacy.rotation import Elsewhere

CODE = {"inputmode": "numeric", "placeholder": "", "maxlength": "16"}


# allauth hands over a text without its row: what is sealed is bound to the column alone.
PLACE = {"table": "mfa_authenticator", "column": "data", "row": ""}
SECRETS = ("secret", "seed")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Refusals in words, secrets sealed."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(sealing.seal(text, **PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.open_sealed(base64.b64decode(encrypted_text), **PLACE)

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


def _old() -> dict[int, list[str]]:
    """Which secrets of which authenticators stand under an older key."""
    rows = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).values_list("pk", "data")
    found = {pk: [key for key in SECRETS if _is_old(data.get(key))] for pk, data in rows}
    return {pk: keys for pk, keys in found.items() if keys}


def _is_old(sealed: str | None) -> bool:
    header = sealing.current_header()
    return sealed is not None and base64.b64decode(sealed)[: len(header)] != header


@transaction.atomic
def reseal() -> int:
    """Seal secrets again that stand under an older key."""
    adapter, old = SecondFactorAdapter(), _old()
    for row in Authenticator.objects.select_for_update().filter(pk__in=old):
        row.data |= {key: adapter.encrypt(adapter.decrypt(row.data[key])) for key in old[row.pk]}
        row.save(update_fields=["data"])
    return len(old)


ROTATED = Elsewhere("mfa_authenticator.data", lambda: len(_old()), reseal)
