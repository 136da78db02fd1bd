"""Lines of the log in Chinese."""

from __future__ import annotations

import re
from typing import Any

from django import template

from shimen.accounts.access import scope_of
from shimen.accounts.models import Role
from shimen.audit import reading

register = template.Library()
register.filter("verb_words", reading.verb_words)
register.filter("object_words", reading.object_words)


@register.filter
def result_words(result: str) -> str:
    return reading.RESULTS.get(result, result)


@register.filter
def pairs(values: Any) -> str:
    """角色 走访队员，范围 第一网格: the values of a change in one line. Ids say nothing to a reader: they stay in the file."""
    if not isinstance(values, dict):
        return ""
    return "，".join(
        f"{reading.key_words(key)} {_text(value, key)}"
        for key, value in values.items()
        if value not in ("", None, {}, []) and not _ID.fullmatch(str(value))
    )


def _text(value: Any, key: str = "") -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    if isinstance(value, dict):
        return "、".join(
            f"{reading.key_words(name)} {_text(inner, name if name in reading.VALUES else key)}"
            for name, inner in value.items()
        )
    if isinstance(value, list):
        return "、".join(reading.value_words(key, str(each)) for each in value)
    return _ROLES.get(str(value), str(value)) if key == "role" else reading.value_words(key, str(value))


_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ROLES = {str(role.value): str(role.label) for role in Role}


@register.filter
def holds(user: Any, role: str) -> bool:
    """Whether a person holds a role today."""
    return scope_of(user).has(role)
