"""Lines of the log in Chinese."""

from __future__ import annotations

from typing import Any

from django import template

from shimen.accounts.access import scope_of
from shimen.audit import reading

register = template.Library()
register.filter("verb_words", reading.verb_words)
register.filter("object_words", reading.object_words)


@register.filter
def result_words(result: str) -> str:
    return reading.RESULTS.get(result, result)


@register.filter
def pairs(values: Any) -> str:
    """角色 visitor，范围 第一网格: the values of a change in one line."""
    if not isinstance(values, dict):
        return ""
    return "，".join(
        f"{reading.key_words(key)} {_text(value)}" for key, value in values.items() if value not in ("", None, {}, [])
    )


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return "、".join(f"{key} {_text(inner)}" for key, inner in value.items())
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


@register.filter
def holds(user: Any, role: str) -> bool:
    """Whether a person holds a role today."""
    return scope_of(user).has(role)
