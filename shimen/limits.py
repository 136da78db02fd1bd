"""Counting how often something is tried: fixed windows in the cache that all processes share.

A window begins with the first try and ends by itself, so nothing is written down about anybody for longer than that.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.core.cache import cache


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `tries` in `seconds`; `name` keeps the counts of different limits apart."""

    name: str
    tries: int
    seconds: int

    @property
    def minutes(self) -> int:
        return max(1, round(self.seconds / 60))


def exceeded(limit: Limit, *who: str) -> bool:
    """Count one try of `who` (any texts: an address, a code) and say whether it is one too many."""
    key = _key(limit, who)
    cache.add(key, 0, limit.seconds)
    try:
        tried = cache.incr(key)
    except ValueError:  # the window ended between the two
        cache.set(key, 1, limit.seconds)
        tried = 1
    return bool(tried > limit.tries)


def _key(limit: Limit, who: tuple[str, ...]) -> str:
    # An address is not kept as such, not even for ten minutes.
    return f"limit:{limit.name}:" + hashlib.sha256("\x1f".join(who).encode()).hexdigest()[:32]
