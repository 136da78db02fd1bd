"""How a name stands on pages and in the log where it need not be read: one rule for the whole house. Pure."""

from __future__ import annotations

MOST_STARS = 3


def mask_name(name: str) -> str:
    """The first sign and a star for every other one, at most three: 赵甲一 → 赵**, 赵一 → 赵*. A single sign is a star.

    >>> mask_name("赵甲一"), mask_name("赵一"), mask_name("赵"), mask_name("买买提·艾力")
    ('赵**', '赵*', '*', '买***')
    """
    signs = [*name.strip()]
    if len(signs) < 2:
        return "*" * len(signs)
    return f"{signs[0]}{'*' * min(len(signs) - 1, MOST_STARS)}"
