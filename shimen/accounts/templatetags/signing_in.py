"""What the sign-in page asks of accounts."""

from __future__ import annotations

from django import template

from shimen.accounts import devices, trial

register = template.Library()


@register.simple_tag
def trial_people() -> list[trial.TrialPerson]:
    """The trial sign-ins to offer: `{% trial_people as people %}`; an empty list outside the trial."""
    return trial.offered()


@register.simple_tag
def trial_password() -> str:
    return trial.PASSWORD if trial.is_on() else ""


@register.filter
def device(agent: str | None) -> str:
    """安卓手机，微信: which device a session is on."""
    return devices.device(agent or "")
