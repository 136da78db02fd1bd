"""By what somebody without an account is recognised as the same person. Pure."""

from __future__ import annotations

import unicodedata


def key(*, name: str, unit: str) -> str:
    """Unit and name without blanks and width variants.

    >>> key(name="魏 庚七", unit="示例（派出所）")
    '示例(派出所)|魏庚七'
    """
    return "|".join("".join(unicodedata.normalize("NFKC", part).split()).casefold() for part in (unit, name))
